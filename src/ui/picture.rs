//! A product's picture: 4 : 5, its space reserved, loaded when it comes near.

use leptos::prelude::*;

/// A picture.
#[component]
pub fn Picture(
    /// Its address; without one a plain field is shown.
    #[prop(into)]
    src: Signal<Option<String>>,
    /// What it shows; empty where the words beside it say so.
    #[prop(into, optional)]
    alt: Signal<String>,
    /// It is among the first things seen, so it is not left for later.
    #[prop(optional)]
    eager: bool,
) -> impl IntoView {
    let loading = if eager { "eager" } else { "lazy" };
    let priority = if eager { "high" } else { "auto" };
    view! {
        <img
            class="picture"
            src=move || src.get().unwrap_or_else(|| "/art/parcel/plain.svg".to_owned())
            alt=move || alt.get()
            width="800"
            height="1000"
            loading=loading
            fetchpriority=priority
            decoding="async"
        />
    }
}
