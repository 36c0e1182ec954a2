//! The form that puts a SKU into the cart.

use crate::{
    cart::state::use_cart,
    messages::{self, product as words},
    ui::{Icon, PostForm, Shape},
};
use leptos::prelude::*;

/// "Add to cart".
#[component]
pub fn AddForm(
    #[prop(into)] sku: Signal<String>,
    /// Whether it can be bought.
    #[prop(into)]
    available: Signal<bool>,
) -> impl IntoView {
    let cart = use_cart();
    // Without JavaScript an error comes with the page, and nothing was put in by it.
    let is_about_this = move || cart.added.get().is_none_or(|added| added == sku.get());
    let error = move || cart.add.value().get().and_then(Result::err).filter(|_| is_about_this());
    let added = move || {
        is_about_this() && cart.add.value().with(|answer| matches!(answer, Some(Ok(_)))) && !cart.add.pending().get()
    };
    let clamped = move || cart.add.value().with(|answer| matches!(answer, Some(Ok(changed)) if changed.clamped));
    // Another page is about something else. In an effect, which the server does not run: it makes pages more than once.
    Effect::new(move |_| on_cleanup(move || cart.add.value().set(None)));
    view! {
        <PostForm action=cart.add class="add-form">
            <input type="hidden" name="sku" value=move || sku.get() />
            <label class="quantity-field">
                <span>{words::QUANTITY}</span>
                <input type="number" name="quantity" value="1" min="1" max="999" required=true inputmode="numeric" />
            </label>
            <button type="submit" class="button primary" disabled=move || !available.get()>
                <Icon shape=Shape::Bag /> {words::ADD_TO_CART}
            </button>
        </PostForm>
        {move || error().map(|error| view! { <p class="notice error" role="alert">{messages::cart::refused(&error)}</p> })}
        {move || added().then(|| view! {
            <p class="notice success">
                <Icon shape=Shape::Tick />
                {move || if clamped() { messages::cart::CLAMPED } else { words::ADDED }}
                " " <a href="/cart">{words::VIEW_CART}</a>
            </p>
        })}
    }
}
