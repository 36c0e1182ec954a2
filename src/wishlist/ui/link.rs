//! The link to the wishlist, with the number of things on it.

use crate::{
    cart::state::use_cart,
    messages,
    ui::{Icon, Shape},
};
use leptos::prelude::*;

/// The link.
#[component]
pub fn WishlistLink(
    /// The SKUs that were on it when the page was made.
    saved: Vec<String>,
) -> impl IntoView {
    let state = use_cart();
    let count = Memo::new(move |_| {
        let mut all = saved.clone();
        for (sku, is_saved) in state.saved.get() {
            all.retain(|s| *s != sku);
            if is_saved {
                all.push(sku);
            }
        }
        all.len()
    });
    view! {
        <a class="header-link" href="/wishlist" aria-label=move || messages::wishlist_link(count.get())>
            <Icon shape=Shape::Heart />
            <span class="header-count" hidden=move || count.get() == 0>{move || count.get().to_string()}</span>
        </a>
    }
}
