//! Cancelling an order: opened first and then confirmed, so that nobody does it by a slip.

use crate::{
    messages::orders as words,
    orders::{api::CancelOrder, view::Order},
    ui::{Fold, PostForm, Refusal, error_of},
};
use leptos::prelude::*;

/// The form.
#[component]
pub fn CancelPanel(order: Order, token: String, action: ServerAction<CancelOrder>) -> impl IntoView {
    let error = error_of(action);
    let is_paid = order.money.is_received;
    view! {
        <div class="cancel-order">
            <Fold label=words::CANCEL open=Signal::derive(move || error.with(Option::is_some))>
                <Refusal error />
                <p>{words::CANCEL_TEXT} " " {is_paid.then_some(words::CANCEL_PAID_TEXT)}</p>
                <PostForm action>
                    <input type="hidden" name="number" value=order.number />
                    <input type="hidden" name="token" value=token />
                    <button type="submit" class="button danger" disabled=move || action.pending().get()>
                        {words::CANCEL_SURE}
                    </button>
                </PostForm>
            </Fold>
        </div>
    }
}
