//! What customers say.

use crate::{
    domain::{
        catalog::Rating,
        review::{Review, Reviews},
    },
    messages::{self, product as words},
    ui::Stars,
};
use leptos::prelude::*;

/// The reviews with how their stars fall.
#[component]
pub fn ReviewList(reviews: Reviews, rating: Rating) -> impl IntoView {
    let total: u32 = reviews.stars.iter().sum();
    let distribution = (1..=5).rev().map(|stars| {
        let count = reviews.stars[stars - 1];
        view! {
            <li>
                <span>{words::stars(stars)}</span>
                <meter min="0" max=total value=count aria-label=words::stars(stars)></meter>
                <span class="quiet">{count}</span>
            </li>
        }
    });
    let body = if reviews.newest.is_empty() {
        view! { <p class="quiet">{words::NO_REVIEWS}</p> }.into_any()
    } else {
        view! {
            <div class="reviews-layout">
                <div class="reviews-summary">
                    <Stars rating />
                    <ul class="distribution">{distribution.collect_view()}</ul>
                </div>
                <ol class="review-list">
                    {reviews.newest.into_iter().map(|review| view! { <OneReview review /> }).collect_view()}
                </ol>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="reviews" aria-labelledby="reviews">
            <h2 id="reviews">{words::REVIEWS}</h2>
            {body}
        </section>
    }
}

#[component]
fn OneReview(review: Review) -> impl IntoView {
    let stars = u32::from(review.rating);
    view! {
        <li class="review">
            <p class=format!("stars stars-{}", stars * 10) role="img" aria-label=words::stars(stars as usize)></p>
            <h3>{review.title}</h3>
            <p>{review.body}</p>
            <p class="quiet">{review.author} ", " {messages::date(review.created_at)}</p>
        </li>
    }
}
