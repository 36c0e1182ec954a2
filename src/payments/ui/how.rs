//! How an order that waits for its money is paid: by card, by transfer, or at the door.

use super::{Countdown, PayFields, StripeConfirm};
use crate::{
    domain::{money::Money, payment::PaymentMethod},
    error::AppError,
    messages::{checkout, order as order_words, payment as words},
    orders::{
        api::PayOrder,
        view::{Order, WayToPay},
    },
    payments::view::{CardForm, Offer, StripeForm},
    ui::{PostForm, Refusal, error_of, fields_of},
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
    let to_pay = Memo::new(move |_| order.with(Order::how_to_pay));
    let way = Memo::new(move |_| to_pay.with(|to_pay| to_pay.way.clone()));
    let attempt = Attempt {
        question: Memo::new(move |_| to_pay.with(|to_pay| to_pay.question.clone())),
        was_declined: Memo::new(move |_| order.with(Order::was_declined)),
        reason: RwSignal::new(None),
    };
    let hold = move || {
        let now = order.with_untracked(|order| order.now);
        until.get().map(|until| view! { <Countdown until now over=reload /> })
    };
    let how = move || view! { <How way=way.get() token=token.clone() attempt action reload /> };
    view! { <section class="panel how-to-pay">{hold} {how}</section> }
}

/// Where the last attempt to pay stands. It changes beside what is being typed.
#[derive(Clone, Copy)]
struct Attempt {
    /// Where the bank asks its question.
    question: Memo<Option<String>>,
    was_declined: Memo<bool>,
    /// Why the bank's question was answered in vain, in Stripe's words.
    reason: RwSignal<Option<String>>,
}

#[component]
fn How(
    way: WayToPay,
    token: String,
    attempt: Attempt,
    action: ServerAction<PayOrder>,
    reload: Callback<()>,
) -> impl IntoView {
    if let Some(details) = way.bank_details {
        view! { <Transfer details amount=way.due number=way.number /> }.into_any()
    } else if way.payment_method == PaymentMethod::OnDelivery.name() {
        view! { <h2>{words::AT_THE_DOOR}</h2> <p>{words::at_the_door(way.due)}</p> }.into_any()
    } else if let (Some(form), Some(client_secret)) = (way.stripe.clone(), way.confirm) {
        view! { <StripeConfirm form client_secret problem=attempt.reason answered=reload /> }.into_any()
    } else if way.payable {
        view! { <ByCard number=way.number stripe=way.stripe token attempt action /> }.into_any()
    } else {
        view! { <p role="status">{order_words::WAITING}</p> }.into_any()
    }
}

/// What a transfer needs.
#[component]
fn Transfer(details: String, amount: Money, number: String) -> impl IntoView {
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
fn ByCard(
    number: String,
    stripe: Option<StripeForm>,
    token: String,
    attempt: Attempt,
    action: ServerAction<PayOrder>,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let error = error_of(action);
    let card = stripe.map_or(CardForm::Sandbox, CardForm::Stripe);
    let offer = Offer { card: Some(card), ..Offer::default() };
    let is_busy = move || action.pending().get() || busy.get();
    view! {
        {move || attempt.question.get().map(|url| view! {
            <p>{order_words::CONFIRM_TEXT}</p>
            <p><a class="button primary" href=url rel="external">{order_words::CONFIRM}</a></p>
        })}
        <InVain attempt error />
        <p id="pay-again">{order_words::PAY_AGAIN}</p>
        <PostForm action own_errors=true>
            <Refusal error />
            <input type="hidden" name="number" value=number />
            <input type="hidden" name="token" value=token />
            <PayFields offer chosen=String::new() errors=fields_of(error) busy labelled_by="pay-again" />
            <button type="submit" class="button primary" disabled=is_busy>
                {move || if busy.get() { words::CHECKING } else { checkout::PAY }}
            </button>
        </PostForm>
    }
}

/// That the last attempt came to nothing, to who was away at their bank meanwhile. What the form was answered with says
/// that itself.
#[component]
fn InVain(attempt: Attempt, error: Signal<Option<AppError>>) -> impl IntoView {
    let is_told_here = Memo::new(move |_| error.with(Option::is_some));
    let text = move || {
        let why = || attempt.reason.get().unwrap_or_else(|| words::IN_VAIN.to_owned());
        (attempt.was_declined.get() && !is_told_here.get()).then(why)
    };
    view! { {move || text().map(|text| view! { <p class="notice error" role="alert">{text}</p> })} }
}
