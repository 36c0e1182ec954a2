//! The link to the cart, with the number of things in it.

use crate::{
    cart::state::use_cart,
    messages,
    ui::{Icon, Shape},
};
use leptos::prelude::*;

/// The link.
#[component]
pub fn CartLink() -> impl IntoView {
    let cart = use_cart();
    view! {
        <Transition>
            {move || Suspend::new(async move {
                let base = cart.summary.await.unwrap_or_default().items();
                let items = move || cart.items(base);
                view! {
                    <a class="header-link" href="/cart" aria-label=move || messages::cart_link(items())>
                        <Icon shape=Shape::Bag />
                        <span class="header-count" hidden=move || items() == 0>{move || items().to_string()}</span>
                    </a>
                }
            })}
        </Transition>
    }
}
