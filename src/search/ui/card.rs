//! A product in a list.

use crate::{
    domain::search::Hit,
    messages,
    ui::{Picture, Price, Stars},
    wishlist::ui::{SaveButton, Saved},
};
use leptos::prelude::*;

/// How many pictures are loaded at once: about what a first screen shows.
const EAGER: usize = 4;

/// A list of products.
#[component]
pub fn ProductList(
    hits: Vec<Hit>,
    /// The name of the list.
    #[prop(into)]
    label: String,
    /// What was on the wishlist when the page was made.
    saved: Saved,
) -> impl IntoView {
    let card = |(i, hit)| view! { <ProductCard hit saved=saved.clone() eager={i < EAGER} /> };
    view! { <ul class="products" aria-label=label>{hits.into_iter().enumerate().map(card).collect_view()}</ul> }
}

#[component]
fn ProductCard(hit: Hit, saved: Saved, eager: bool) -> impl IntoView {
    let from = hit.price_to != hit.price;
    // The picture of a choice leads to that choice.
    let href = match hit.skus.first() {
        Some(sku) if hit.image.is_some() => format!("/p/{}?sku={sku}", hit.handle),
        _ => format!("/p/{}", hit.handle),
    };
    let badge = if !hit.in_stock { Some(messages::search::SOLD_OUT) } else { hit.was.map(|_| messages::search::SALE) };
    let sku = hit.skus.first().cloned().unwrap_or_default();
    view! {
        <li class="card" class:sold-out=!hit.in_stock>
            <div class="card-picture">
                <Picture src=hit.image eager />
                {badge.map(|badge| view! { <span class="badge">{badge}</span> })}
            </div>
            <SaveButton sku title=hit.title.clone() saved />
            <p class="card-brand">{hit.brand}</p>
            <h3 class="card-title"><a href=href>{hit.title}</a></h3>
            <p class="card-price"><Price price=hit.price was=hit.was from=from /></p>
            <Stars rating=hit.rating />
        </li>
    }
}
