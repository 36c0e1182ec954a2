//! What comes with a cart for nothing.

use crate::{domain::cart::CartGift, messages::prices as words, ui::Picture};
use leptos::prelude::*;

/// A gift as a line of a summary.
#[component]
pub fn GiftLine(gift: CartGift) -> impl IntoView {
    let CartGift { title, picture, quantity, from, .. } = gift;
    let count = (quantity > 1).then(|| format!(" × {quantity}"));
    view! {
        <li class="gift-line">
            <Picture src=picture />
            <span>{title} {count} <span class="quiet">{from}</span></span>
            <span>{words::FREE}</span>
        </li>
    }
}
