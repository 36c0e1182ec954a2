//! Everything after choosing (cart, wishlist, checkout, order) as one part of the program: in a split build the
//! browser fetches it when somebody gets that far. One part and not five, because parts that share code would each need
//! files of their own for what any two of them share.

use crate::{
    cart::ui::CartPage,
    checkout::ui::CheckoutPage,
    orders::ui::OrderPage,
    promotions::ui::GiveawayPage,
    wishlist::ui::{SharedWishlistPage, WishlistPage},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The page of the address, which the router has found to be one of these.
#[component]
pub fn BuyingPage() -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    match path.split('/').nth(1) {
        Some("checkout") => view! { <CheckoutPage /> }.into_any(),
        Some("orders") => view! { <OrderPage /> }.into_any(),
        Some("giveaways") => view! { <GiveawayPage /> }.into_any(),
        Some("wishlist") if path.trim_end_matches('/') != "/wishlist" => view! { <SharedWishlistPage /> }.into_any(),
        Some("wishlist") => view! { <WishlistPage /> }.into_any(),
        _ => view! { <CartPage /> }.into_any(),
    }
}
