//! Paying an order that waits for its money.

use crate::{
    checkout::ui::CardFields,
    domain::address::FieldErrors,
    error::AppError,
    messages::{self, checkout as words, order},
    orders::{api::PayOrder, view::Order},
    ui::PostForm,
};
use leptos::prelude::*;

/// The form, or the link to the bank's question.
#[component]
pub fn PayPanel(order: Order, token: String, action: ServerAction<PayOrder>) -> impl IntoView {
    let error = move || action.value().get().and_then(Result::err);
    let errors = Signal::derive(move || match error() {
        Some(AppError::InvalidFields { fields }) => fields,
        _ => FieldErrors::new(),
    });
    let challenge = order.next_action.clone().map(|url| {
        view! {
            <p>{order::CONFIRM_TEXT}</p>
            <p><a class="button primary" href=url rel="external">{order::CONFIRM}</a></p>
        }
    });
    view! {
        <section class="panel">
            {challenge}
            {move || error().map(|error| view! { <p class="notice error" role="alert">{messages::error(&error)}</p> })}
            <p>{order::PAY_AGAIN}</p>
            <PostForm action own_errors=true>
                <input type="hidden" name="number" value=order.number />
                <input type="hidden" name="token" value=token />
                <CardFields errors />
                <button type="submit" class="button primary" disabled=move || action.pending().get()>{words::PAY}</button>
            </PostForm>
        </section>
    }
}
