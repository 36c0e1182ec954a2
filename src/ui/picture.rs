//! A product's picture: 4 : 5, its space reserved, loaded when it comes near.

use leptos::prelude::*;

/// A picture.
#[component]
pub fn Picture(
    /// Its address; without one a wrapped parcel is shown.
    src: Option<String>,
    /// What it shows; empty where the words beside it say so.
    #[prop(optional, into)]
    alt: String,
    /// It is among the first things seen, so it is not left for later.
    #[prop(optional)]
    eager: bool,
) -> impl IntoView {
    let src = src.unwrap_or_else(|| "/art/parcel/plain.svg".to_owned());
    let (loading, priority) = if eager { ("eager", "high") } else { ("lazy", "auto") };
    view! {
        <img class="picture" src=src alt=alt width="800" height="1000" loading=loading fetchpriority=priority decoding="async" />
    }
}
