//! What has to be done next, as the one thing that stands out.

use super::{actions::Actions, ship::ShipForm};
use crate::{
    domain::order::{OrderEvent, OrderStatus},
    messages::order_desk as words,
    orders::{
        desk::{api::ReceiveMoney, view::DeskOrder},
        view::Order,
    },
    ui::{Panel, PostForm, Refusal, error_of, typed_into},
};
use leptos::prelude::*;

/// The panel.
#[component]
pub fn NextStep(order: DeskOrder, actions: Actions) -> impl IntoView {
    let step = match order.order.status {
        OrderStatus::PendingPayment | OrderStatus::Paid => before_packing(&order.order, actions),
        OrderStatus::Processing => {
            typed_into(actions.ship, || view! { <ShipForm order=order.clone() action=actions.ship /> }.into_any())
                .into_any()
        }
        OrderStatus::Shipped => view! { <p>{words::ON_ITS_WAY}</p> }.into_any(),
        OrderStatus::Delivered => view! { <p>{words::FINISHED}</p> }.into_any(),
        OrderStatus::Cancelled | OrderStatus::Expired => view! { <p>{words::ENDED}</p> }.into_any(),
    };
    let receives = receivable(&order).then(|| {
        view! { <Receive order=order.order.clone() action=actions.receive /> }
    });
    let refused = is_refund_refused(&order).then(|| view! { <p class="notice">{words::REFUND_REFUSED}</p> });
    view! {
        <Panel id="next" heading=words::NEXT_STEP class="next-step">
            {refused}
            {step}
            {receives}
        </Panel>
    }
}

fn before_packing(order: &Order, actions: Actions) -> AnyView {
    let pays_at_the_door = order.is_paid_at_the_door();
    let event = if pays_at_the_door && order.status == OrderStatus::PendingPayment {
        OrderEvent::StartProcessingUnpaid
    } else {
        OrderEvent::StartProcessing
    };
    if order.status.apply(event).is_err() {
        let text = if order.payment_method == "card" { words::WAITS_FOR_CARD } else { words::WAITS_FOR_BANK };
        return view! { <p>{text}</p> }.into_any();
    }
    let number = order.number.clone();
    view! {
        <Refusal error=error_of(actions.start) />
        <p>{pays_at_the_door.then_some(words::AT_THE_DOOR)} " " {words::START_TEXT}</p>
        <PostForm action=actions.start>
            <input type="hidden" name="number" value=number />
            <button type="submit" class="button primary" disabled=move || actions.start.pending().get()>
                {words::START}
            </button>
        </PostForm>
    }
    .into_any()
}

/// Whether the last refund was refused, so that money waits which the customer was told of.
fn is_refund_refused(desk: &DeskOrder) -> bool {
    desk.left.amount > 0 && desk.refunds.last().is_some_and(|refund| refund.status == "refused")
}

/// Whether staff can record its money now.
fn receivable(desk: &DeskOrder) -> bool {
    let order = &desk.order;
    let waits = order.status == OrderStatus::PendingPayment;
    // It goes back then.
    let is_over = matches!(order.status, OrderStatus::Cancelled | OrderStatus::Expired);
    let under_way = matches!(order.status, OrderStatus::Processing | OrderStatus::Shipped | OrderStatus::Delivered);
    !order.money.is_received
        && match order.payment_method.as_str() {
            "bank_transfer" => waits || is_over && desk.payments.is_empty(),
            _ => order.is_paid_at_the_door() && (waits || under_way),
        }
}

#[component]
fn Receive(order: Order, action: ServerAction<ReceiveMoney>) -> impl IntoView {
    let due = order.due().to_string();
    view! {
        <div class="receive">
            <Refusal error=error_of(action) />
            <p>{words::waits_for(&due)}</p>
            <PostForm action>
                <input type="hidden" name="number" value=order.number />
                <button type="submit" class="button" disabled=move || action.pending().get()>{words::received(&due)}</button>
            </PostForm>
        </div>
    }
}
