//! The second step of signing in: a one-time code, or a recovery code in its place.

use super::answer::{code_page, enter, with_next};
use crate::{
    account::api::SecondFactor,
    domain::address::{Field as FieldName, FieldErrors},
    messages::door as words,
    ui::{Field, Page, PostForm, Refusal, error_of, fields_of, focus},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The step. With `recovery=1` it asks for a recovery code: those have letters, which a phone's number keys have not.
#[component]
pub fn CodeStep(
    /// The sign-in this ends.
    ticket: String,
    next: Memo<String>,
) -> impl IntoView {
    let action = ServerAction::<SecondFactor>::new();
    let (answer, pending) = (action.value(), action.pending());
    let error = error_of(action);
    let errors = fields_of(error);
    let query = use_query_map();
    let recovery = Memo::new(move |_| query.read().get("recovery").is_some());
    let ticket_value = ticket.clone();
    let text = move || if recovery.get() { words::RECOVERY_TEXT } else { words::CODE_TEXT };
    Effect::new(move |_| {
        if let Some(Ok(step)) = answer.get() {
            enter(step, &next.get_untracked());
        }
    });
    Effect::new(move |_| {
        recovery.track();
        focus("#field-code");
    });
    view! {
        <Page title=words::CODE_TITLE class="door-page">
            <h1>{words::CODE_TITLE}</h1>
            <p>{text}</p>
            <Refusal error told=words::code_refused />
            <PostForm action class="door-form" own_errors=true>
                <input type="hidden" name="ticket" value=ticket_value />
                <input type="hidden" name="next" value=next />
                <CodeField recovery errors />
                <button type="submit" class="button primary wide" disabled=pending>{words::SIGN_IN}</button>
            </PostForm>
            <OtherWays recovery ticket next />
        </Page>
    }
}

#[component]
fn CodeField(recovery: Memo<bool>, errors: Signal<FieldErrors>) -> impl IntoView {
    move || {
        let (label, hint, inputmode, autocomplete) = if recovery.get() {
            (words::RECOVERY_CODE, "", "text", "off")
        } else {
            (words::CODE, words::CODE_HINT, "numeric", "one-time-code")
        };
        view! { <Field field=FieldName::Code name="code" label value="" errors autocomplete inputmode hint /> }
    }
}

#[component]
fn OtherWays(recovery: Memo<bool>, ticket: String, next: Memo<String>) -> impl IntoView {
    let other = move || {
        let page = code_page(&ticket, &next.get());
        if recovery.get() { page } else { format!("{page}&recovery=1") }
    };
    let name = move || if recovery.get() { words::USE_APP } else { words::USE_RECOVERY };
    view! {
        <p class="door-links">
            <a href=other>{name}</a>
            // In full, so that the first step is there again.
            <a href=move || with_next("/login", &next.get()) rel="external">{words::START_AGAIN}</a>
        </p>
    }
}
