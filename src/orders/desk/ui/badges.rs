//! How an order stands, in a word and a colour.

use crate::{
    domain::order::{MoneyState, OrderStatus},
    messages::{order, order_desk as words},
};
use leptos::prelude::*;

/// Its status.
#[component]
pub fn StatusBadge(status: OrderStatus) -> impl IntoView {
    view! { <span class=format!("status status-{}", status.name())>{order::status(status)}</span> }
}

/// Its money.
#[component]
pub fn MoneyBadge(
    state: MoneyState,
    /// How it is paid.
    method: String,
) -> impl IntoView {
    view! {
        <span class=format!("status money-{}", state.name())>{words::money(state)}</span>
        " "
        <span class="quiet small">{words::method(&method)}</span>
    }
}
