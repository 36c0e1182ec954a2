//! An order in a list.

use crate::{
    account::view::OrderSummary,
    messages::{self, account::orders as words, order},
    ui::Picture,
};
use leptos::prelude::*;

/// Orders, newest first.
#[component]
pub fn OrderCards(orders: Vec<OrderSummary>, label: &'static str) -> impl IntoView {
    view! {
        <ul class="order-cards" aria-label=label>
            {orders.into_iter().map(|order| view! { <li><OrderCard order /></li> }).collect_view()}
        </ul>
    }
}

#[component]
fn OrderCard(order: OrderSummary) -> impl IntoView {
    let href = format!("/orders/{}", order.number);
    let facts = format!("{} · {}", messages::date(order.placed_at), words::items(order.items));
    view! {
        <article class="order-card">
            <div class="order-pictures" aria-hidden="true">
                {order.pictures.into_iter().take(3).map(|src| view! { <Picture src=Some(src) /> }).collect_view()}
            </div>
            <div class="order-words">
                <h3><a href=href>{words::number(&order.number)}</a></h3>
                <p class="quiet">{facts}</p>
                <p class="order-titles">{order.titles.join(", ")}</p>
            </div>
            <div class="order-state">
                <p class=format!("status status-{}", order.status.name())>{order::status(order.status)}</p>
                <p class="order-total">{order.total.to_string()}</p>
            </div>
        </article>
    }
}
