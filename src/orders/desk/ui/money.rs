//! The money of an order: its sums, the attempts to pay it, and what went back.

use super::actions::Actions;
use crate::{
    messages::{self, order_desk as words},
    orders::{
        desk::{
            api::PayBack,
            view::{DeskOrder, DeskPayment, DeskRefund},
        },
        ui::OrderTotals,
    },
    ui::{Panel, PostForm, Refusal, error_of},
};
use leptos::prelude::*;

/// The panel.
#[component]
pub fn Money(order: DeskOrder, actions: Actions) -> impl IntoView {
    let action = order.may_change.then_some(actions.pay_back);
    let number = order.order.number.clone();
    let (payments, refunds) = (order.payments, order.refunds);
    let notes: Vec<_> = order.order.credit_notes.iter().map(|note| note.refund.0).collect();
    let paid = if payments.is_empty() {
        view! { <p class="quiet">{words::NO_PAYMENTS}</p> }.into_any()
    } else {
        view! { <ul class="attempts">{payments.into_iter().map(payment).collect_view()}</ul> }.into_any()
    };
    let back = (!refunds.is_empty()).then(|| {
        let refund = |shown: DeskRefund| {
            let has_note = notes.contains(&shown.id);
            refund(shown, number.clone(), has_note, action)
        };
        view! {
            <h3>{words::REFUNDS}</h3>
            <Refusal error=error_of(actions.pay_back) />
            <ul class="attempts">{refunds.into_iter().map(refund).collect_view()}</ul>
        }
    });
    view! {
        <Panel id="money" heading=words::MONEY>
            <OrderTotals order=order.order />
            <h3>{words::PAYMENTS}</h3>
            {paid}
            {back}
        </Panel>
    }
}

fn payment(payment: DeskPayment) -> impl IntoView {
    let DeskPayment { at, gateway, status, amount, reference, reason } = payment;
    let details = [messages::date_and_time(at), reference, reason];
    let details: Vec<_> = details.into_iter().filter(|detail| !detail.is_empty()).collect();
    view! {
        <li>
            <span>{words::gateway(&gateway)} ": " {words::attempt(&status)}</span>
            <strong>{amount.to_string()}</strong>
            <span class="quiet small">{details.join(" · ")}</span>
        </li>
    }
}

/// A refund, with its credit note once it is done, and with the form that says that it was paid back by hand where that
/// is to be done.
fn refund(refund: DeskRefund, number: String, has_note: bool, action: Option<ServerAction<PayBack>>) -> impl IntoView {
    let DeskRefund { id, status, amount, why, by, by_hand } = refund;
    let note = has_note.then(|| {
        let href = format!("/admin/orders/{number}/credit-note.pdf?refund={id}");
        view! { <a href=href rel="external">{words::CREDIT_NOTE}</a> }
    });
    let status = if by_hand.is_some() { words::TO_PAY_BACK } else { words::attempt(&status) };
    let form = by_hand.zip(action).map(|(amount, action)| {
        view! {
            <PostForm action>
                <input type="hidden" name="number" value=number />
                <input type="hidden" name="refund" value=id.to_string() />
                <button type="submit" class="button small" disabled=move || action.pending().get()>
                    {words::paid_back(&amount.to_string())}
                </button>
            </PostForm>
        }
    });
    let details: Vec<_> = [why, by].into_iter().filter(|detail| !detail.is_empty()).collect();
    view! {
        <li>
            <span>{status}</span>
            <strong>{amount.to_string()}</strong>
            <span class="quiet small">{details.join(" · ")}</span>
            {note}
            {form}
        </li>
    }
}
