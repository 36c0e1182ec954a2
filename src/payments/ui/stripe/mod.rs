//! Stripe's own card form in ours, and the bank's question. No card number reaches our server, nor even our program in
//! the browser: it is typed into Stripe's frame, and Stripe's script gives us a name for the card.

#[cfg(feature = "hydrate")]
mod browser;
#[cfg(not(feature = "hydrate"))]
mod browser {
    //! The server has no card forms.

    use super::Parts;
    use crate::payments::view::StripeForm;

    pub fn take_in_card(_form: StripeForm, _parts: Parts) {}

    pub async fn confirm(_form: StripeForm, _client_secret: String) -> Result<(), String> {
        Err(String::new())
    }
}

use super::use_pays_here;
use crate::{
    domain::address::{Field as FieldName, FieldErrors},
    messages::{order, payment as words},
    payments::view::StripeForm,
    ui::{FieldMessage, announce, load_page},
};
use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;

/// The parts of the page that the script works with.
#[derive(Clone, Copy)]
struct Parts {
    /// Where Stripe's frame goes.
    frame: NodeRef<html::Div>,
    /// The field that the card's name goes into.
    name: NodeRef<html::Input>,
    /// True while Stripe checks the card.
    busy: RwSignal<bool>,
    /// What is wrong with it.
    problem: RwSignal<Option<String>>,
}

/// The card form. When our form is sent, the card is given its name first.
#[component]
pub fn StripeCard(
    form: StripeForm,
    busy: RwSignal<bool>,
    /// What the server has to say about the card.
    #[prop(into)]
    errors: Signal<FieldErrors>,
) -> impl IntoView {
    let problem = RwSignal::new(None::<String>);
    let parts = Parts { frame: NodeRef::new(), name: NodeRef::new(), busy, problem };
    let (here, location) = (use_pays_here(), use_location());
    Effect::new(move |_| {
        if parts.frame.get().is_none() {
            return;
        }
        if here {
            browser::take_in_card(form.clone(), parts);
        } else {
            load_page(&format!("{}{}", location.pathname.get_untracked(), query(&location.search.get_untracked())));
        }
    });
    view! {
        <p class="notice needs-script">{words::NEEDS_SCRIPT}</p>
        <div class="stripe-card" class:wrong=move || parts.problem.read().is_some() aria-busy=move || parts.busy.get().to_string()>
            <span id="stripe-card" class="stripe-label">{words::CARD_DETAILS}</span>
            <div node_ref=parts.frame class="stripe-frame" role="group" aria-labelledby="stripe-card"
                aria-describedby="stripe-problem stripe-card-error"></div>
            <p id="stripe-problem" class="field-error" role="alert">{move || parts.problem.get()}</p>
            <FieldMessage field=FieldName::Card id="stripe-card-error" errors />
            <p class="quiet small">{words::STRIPE_HINT}</p>
        </div>
        <input type="hidden" name="stripe_card" node_ref=parts.name />
    }
}

/// The query of an address, with its question mark where there is one.
fn query(search: &str) -> String {
    match search.trim_start_matches('?') {
        "" => String::new(),
        search => format!("?{search}"),
    }
}

/// The bank's question, asked at once, and again by the button.
#[component]
pub fn StripeConfirm(
    form: StripeForm,
    client_secret: String,
    /// Why it was answered in vain, in Stripe's words.
    problem: RwSignal<Option<String>>,
    /// What to do when it was answered, whatever the answer.
    #[prop(into)]
    answered: Callback<()>,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let ask = Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let (form, client_secret) = (form.clone(), client_secret.clone());
        spawn_local(async move {
            let outcome = browser::confirm(form, client_secret).await;
            busy.try_set(false);
            if let Err(text) = outcome {
                problem.try_set(Some(text));
            }
            answered.try_run(());
        });
    });
    let here = use_pays_here();
    let location = use_location();
    Effect::new(move |_| {
        if here {
            ask.run(());
        } else {
            load_page(&format!("{}{}", location.pathname.get_untracked(), query(&location.search.get_untracked())));
        }
    });
    Effect::new(move |_| {
        if let Some(text) = problem.get() {
            announce(text);
        }
    });
    view! {
        <p>{order::CONFIRM_TEXT}</p>
        <p class="notice needs-script">{words::NEEDS_SCRIPT}</p>
        {move || problem.get().map(|text| view! { <p class="notice error">{text}</p> })}
        <p>
            <button type="button" class="button primary" disabled=busy on:click=move |_| ask.run(())>
                {move || if busy.get() { words::CONFIRMING } else { order::CONFIRM }}
            </button>
        </p>
    }
}
