//! The ways to pay, and the fields of the chosen one.

use super::{card::SandboxFields, stripe::StripeCard};
use crate::{
    domain::address::{Field as FieldName, FieldErrors},
    messages::payment as words,
    payments::view::{CardForm, Choice, Offer},
    ui::FieldMessage,
};
use leptos::prelude::*;

/// Radios, and the card form below them. Which fields are shown is up to the style sheet, so that it works without
/// JavaScript; those of a way that was not chosen are ignored.
#[component]
pub fn PayFields(
    offer: Offer,
    /// What was chosen before: the name of a [`Choice`], or nothing.
    chosen: String,
    #[prop(into)] errors: Signal<FieldErrors>,
    /// True while the card is being checked in the browser.
    busy: RwSignal<bool>,
    /// The id of the heading.
    labelled_by: &'static str,
) -> impl IntoView {
    let (choices, first) = (offer.choices(), offer.chosen(&chosen));
    let card = offer.card.map(|card| match card {
        CardForm::Sandbox => view! { <SandboxFields errors /> }.into_any(),
        CardForm::Stripe(form) => view! { <StripeCard form busy errors /> }.into_any(),
    });
    view! {
        <div class="pay-fields">
            <div role="radiogroup" aria-labelledby=labelled_by aria-describedby="payment-error" class="radio-cards">
                {choices.into_iter().map(|choice| view! { <Radio choice is_chosen=first == Some(choice) /> }).collect_view()}
            </div>
            <FieldMessage field=FieldName::PaymentMethod id="payment-error" errors />
            <div class="card-fields">{card}</div>
        </div>
    }
}

#[component]
fn Radio(choice: Choice, is_chosen: bool) -> impl IntoView {
    view! {
        <label class="radio-card">
            <input type="radio" name="payment_method" value=choice.name() checked=is_chosen />
            <span class="radio-name">{words::choice(choice)}</span>
            {words::about(choice).map(|text| view! { <span class="radio-detail">{text}</span> })}
        </label>
    }
}
