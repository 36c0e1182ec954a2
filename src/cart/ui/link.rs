//! The link to the cart, with the number of things in it.

use crate::{
    cart::state::use_cart,
    messages,
    ui::{Icon, Shape},
};
use leptos::prelude::*;

/// The link.
#[component]
pub fn CartLink(
    /// How many things were in the cart when the page was made.
    items: u32,
) -> impl IntoView {
    let cart = use_cart();
    let items = move || cart.items(items);
    view! {
        <a class="header-link" href="/cart" aria-label=move || messages::cart_link(items())>
            <Icon shape=Shape::Bag />
            <span class="header-count" hidden=move || items() == 0>{move || items().to_string()}</span>
        </a>
    }
}
