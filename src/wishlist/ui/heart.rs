//! The heart: saves a SKU, and takes it off the list again.

use crate::{
    cart::state::use_cart,
    messages::product as words,
    ui::{Icon, PostForm, Shape},
};
use leptos::prelude::*;
use std::sync::Arc;

/// The SKUs that were on the wishlist when the page was made.
pub type Saved = Arc<[String]>;

/// "Save to wishlist", pressed when saved.
#[component]
pub fn SaveButton(
    #[prop(into)] sku: Signal<String>,
    /// The product, told to those who do not see which card the heart is on.
    #[prop(into)]
    title: String,
    saved: Saved,
    /// Shows its words too.
    #[prop(optional)]
    with_words: bool,
) -> impl IntoView {
    let state = use_cart();
    let pressed = Memo::new(move |_| state.is_saved(&sku.get(), &saved));
    view! {
        <PostForm action=state.save class="save-form">
            <input type="hidden" name="sku" value=move || sku.get() />
            <input type="hidden" name="saved" value=move || (!pressed.get()).to_string() />
            <button
                type="submit"
                class="save-button"
                aria-pressed=move || pressed.get().to_string()
                aria-label=words::SAVE
                title=format!("{}: {title}", words::SAVE)
            >
                <Icon shape=Shape::Heart />
                {with_words.then_some(words::SAVE)}
            </button>
        </PostForm>
    }
}
