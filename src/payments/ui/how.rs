//! How an order that waits for its money is paid: by card, by transfer, or at the door.

use super::{Countdown, PayFields, StripeConfirm};
use crate::{
    domain::address::FieldErrors,
    error::AppError,
    messages::{self, checkout, order as order_words, payment as words},
    orders::{api::PayOrder, view::Order},
    payments::view::{CardForm, Offer},
    ui::PostForm,
};
use leptos::prelude::*;

/// Everything about it, on the order's page. A card that is being typed stays as long as there is the same to be done.
#[component]
pub fn HowToPay(
    #[prop(into)] order: Signal<Order>,
    token: String,
    action: ServerAction<PayOrder>,
    /// Looks at the order again.
    #[prop(into)]
    reload: Callback<()>,
) -> impl IntoView {
    let until = Memo::new(move |_| order.with(|order| order.hold_until));
    let what = Memo::new(move |_| order.with(Order::how_to_pay));
    let hold = move || {
        let now = order.with_untracked(|order| order.now);
        until.get().map(|until| view! { <Countdown until now over=reload /> })
    };
    let how = move || {
        // Read, not only tracked: a memo that nobody has read follows nothing.
        what.with(|_| ());
        view! { <How order=order.get_untracked() token=token.clone() action reload /> }
    };
    view! { <section class="panel how-to-pay">{hold} {how}</section> }
}

#[component]
fn How(order: Order, token: String, action: ServerAction<PayOrder>, reload: Callback<()>) -> impl IntoView {
    if let Some(details) = order.bank_details.clone() {
        view! { <Transfer details amount=order.due() number=order.number.clone() /> }.into_any()
    } else if order.is_paid_at_the_door() {
        view! { <h2>{words::AT_THE_DOOR}</h2> <p>{words::at_the_door(order.due())}</p> }.into_any()
    } else if let (Some(form), Some(client_secret)) = (order.stripe.clone(), order.confirm.clone()) {
        view! { <StripeConfirm form client_secret answered=reload /> }.into_any()
    } else if order.payable {
        view! { <ByCard order token action /> }.into_any()
    } else {
        view! { <p role="status">{order_words::WAITING}</p> }.into_any()
    }
}

/// What a transfer needs.
#[component]
fn Transfer(details: String, amount: crate::domain::money::Money, number: String) -> impl IntoView {
    view! {
        <h2>{words::TRANSFER}</h2>
        <p>{words::TRANSFER_INTRO}</p>
        <dl class="facts">
            <dt>{words::TRANSFER_AMOUNT}</dt>
            <dd>{amount.to_string()}</dd>
            <dt>{words::TRANSFER_REFERENCE}</dt>
            <dd>
                <strong>{number}</strong>
                <span class="quiet small">" " {words::TRANSFER_REFERENCE_HINT}</span>
            </dd>
            <dt>{words::TRANSFER_ACCOUNT}</dt>
            <dd class="bank-details">{details}</dd>
        </dl>
    }
}

/// The form, and the link to the bank's question.
#[component]
fn ByCard(order: Order, token: String, action: ServerAction<PayOrder>) -> impl IntoView {
    let busy = RwSignal::new(false);
    let error = move || action.value().get().and_then(Result::err);
    let errors = Signal::derive(move || match error() {
        Some(AppError::InvalidFields { fields }) => fields,
        _ => FieldErrors::new(),
    });
    let challenge = order.next_action.clone().map(|url| {
        view! {
            <p>{order_words::CONFIRM_TEXT}</p>
            <p><a class="button primary" href=url rel="external">{order_words::CONFIRM}</a></p>
        }
    });
    let card = order.stripe.clone().map_or(CardForm::Sandbox, CardForm::Stripe);
    let offer = Offer { card: Some(card), ..Offer::default() };
    let is_busy = move || action.pending().get() || busy.get();
    view! {
        {challenge}
        {move || error().map(|error| view! { <p class="notice error" role="alert">{messages::error(&error)}</p> })}
        <p id="pay-again">{order_words::PAY_AGAIN}</p>
        <PostForm action own_errors=true>
            <input type="hidden" name="number" value=order.number />
            <input type="hidden" name="token" value=token />
            <PayFields offer chosen=String::new() errors busy labelled_by="pay-again" />
            <button type="submit" class="button primary" disabled=is_busy>
                {move || if busy.get() { words::CHECKING } else { checkout::PAY }}
            </button>
        </PostForm>
    }
}
