//! Why an order was not placed, above its form.

use crate::{
    checkout::form::CheckoutOutcome,
    domain::pricing::Change,
    error::AppError,
    messages::{self, checkout as words, prices},
};
use leptos::prelude::*;

/// What became of the last attempt, if it came to no order.
#[component]
pub fn Refusal(
    outcome: Signal<Option<CheckoutOutcome>>,
    /// What SKUs are called.
    names: Signal<Vec<(String, String)>>,
) -> impl IntoView {
    let text = move || match outcome.get() {
        Some(CheckoutOutcome::Refused { error, .. }) => {
            Some(names.with(|names| words::refused(&error, |sku| name_of(names, sku))))
        }
        Some(CheckoutOutcome::Invalid { .. }) => Some(messages::error(&AppError::InvalidFields { fields: vec![] })),
        _ => None,
    };
    let changes = move || match outcome.get() {
        Some(CheckoutOutcome::Changed { changes, .. }) => Some(changes),
        _ => None,
    };
    let to_cart = move || match outcome.get() {
        Some(CheckoutOutcome::Refused { error, .. }) => is_about_cart(&error),
        _ => false,
    };
    let place_again = move || matches!(outcome.get(), Some(CheckoutOutcome::Updated { place_again: true, .. }));
    view! {
        {move || place_again().then(|| view! {
            <p id="refusal" class="notice" role="status" tabindex="-1">{prices::PLACE_AGAIN}</p>
        })}
        {move || text().map(|text| view! {
            <p id="refusal" class="notice error" role="alert" tabindex="-1">
                {text}
                {to_cart().then(|| view! { " " <a href="/cart">{words::LOOK_AT_CART}</a> })}
            </p>
        })}
        {move || changes().map(|changes| view! { <Changes changes names /> })}
    }
}

/// Whether it is the cart that has to be another one.
fn is_about_cart(error: &AppError) -> bool {
    matches!(
        error,
        AppError::OutOfStock { .. }
            | AppError::UnknownSku { .. }
            | AppError::GiftCardNotSold { .. }
            | AppError::InvalidQuantity { .. }
            | AppError::InvalidLines { .. }
    )
}

/// What costs another amount than was shown, from old to new.
#[component]
fn Changes(changes: Vec<Change>, names: Signal<Vec<(String, String)>>) -> impl IntoView {
    let change = move |change: Change| {
        // What another tab has put in is called by its name once the lines that came with the answer are taken in.
        let (from, to) = (prices::amount(change.from), prices::amount(change.to));
        let what = move || names.with(|names| prices::change(&change, |sku| name_of(names, sku)));
        view! {
            <li>
                <span>{what}</span>
                " " <s>{from}</s>
                " " <span class="visually-hidden">{prices::CHANGED_TO}</span>
                " " <strong>{to}</strong>
            </li>
        }
    };
    view! {
        <div id="refusal" class="notice changes" role="alert" tabindex="-1">
            <p>{prices::CHANGED}</p>
            <ul>{changes.into_iter().map(change).collect_view()}</ul>
            <p>{prices::CONFIRM}</p>
        </div>
    }
}

/// What a SKU is called; its code where nothing is known of it.
fn name_of(names: &[(String, String)], sku: &str) -> String {
    names.iter().find(|(known, _)| known == sku).map_or_else(|| sku.to_owned(), |(_, name)| name.clone())
}
