//! An average of reviews as stars.

use crate::{domain::catalog::Rating, messages};
use leptos::prelude::*;

/// Stars with the number of reviews; nothing without reviews.
#[component]
pub fn Stars(#[prop(into)] rating: Signal<Rating>) -> impl IntoView {
    move || {
        let rating = rating.get();
        rating.tenths().map(|tenths| {
            // Fifty widths of a tenth of a star each; the style sheet has a class for every one.
            let class = format!("stars stars-{tenths}");
            view! {
                <span class="rating">
                    <span class=class role="img" aria-label=messages::product::rating(tenths, rating.count)></span>
                    <span class="rating-count" aria-hidden="true">{format!("({})", rating.count)}</span>
                </span>
            }
        })
    }
}
