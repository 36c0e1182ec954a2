//! The link to the wishlist.

use crate::{
    cart::state::use_cart,
    messages,
    ui::{Icon, Shape},
};
use leptos::prelude::*;

/// The link.
#[component]
pub fn WishlistLink() -> impl IntoView {
    let state = use_cart();
    view! {
        <Transition>
            {move || Suspend::new(async move {
                let base = state.summary.await.unwrap_or_default().saved;
                let count = Memo::new(move |_| {
                    let since = state.saved.get();
                    let mut all = base.clone();
                    for (sku, saved) in since {
                        all.retain(|s| *s != sku);
                        if saved {
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
            })}
        </Transition>
    }
}
