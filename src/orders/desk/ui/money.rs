//! The money of an order: its sums, the attempts to pay it, and what went back.

use crate::{
    messages::{self, order_desk as words},
    orders::{
        desk::view::{DeskOrder, DeskPayment, DeskRefund},
        ui::OrderTotals,
    },
    ui::Panel,
};
use leptos::prelude::*;

/// The panel.
#[component]
pub fn Money(order: DeskOrder) -> impl IntoView {
    let (payments, refunds) = (order.payments, order.refunds);
    let paid = if payments.is_empty() {
        view! { <p class="quiet">{words::NO_PAYMENTS}</p> }.into_any()
    } else {
        view! { <ul class="attempts">{payments.into_iter().map(payment).collect_view()}</ul> }.into_any()
    };
    let back = (!refunds.is_empty()).then(|| {
        view! {
            <h3>{words::REFUNDS}</h3>
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

fn refund(refund: DeskRefund) -> impl IntoView {
    let DeskRefund { status, amount, why, by } = refund;
    let details: Vec<_> = [why, by].into_iter().filter(|detail| !detail.is_empty()).collect();
    view! {
        <li>
            <span>{words::attempt(&status)}</span>
            <strong>{amount.to_string()}</strong>
            <span class="quiet small">{details.join(" · ")}</span>
        </li>
    }
}
