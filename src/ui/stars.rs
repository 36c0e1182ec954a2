//! An average of reviews as stars.

use crate::{domain::catalog::Rating, messages};
use leptos::prelude::*;

/// Stars with the number of reviews; nothing without reviews.
#[component]
pub fn Stars(rating: Rating) -> impl IntoView {
    rating.tenths().map(|tenths| {
        // The style sheet has a class for every tenth of a star: a width would be inline style.
        let class = format!("stars stars-{tenths}");
        view! {
            <span class="rating">
                <span class=class role="img" aria-label=messages::product::rating(tenths, rating.count)></span>
                <span class="rating-count" aria-hidden="true">{format!("({})", rating.count)}</span>
            </span>
        }
    })
}
