//! The option pickers. Every value is a link to the variant it leads to, so that the choice is in the address.

use crate::{
    domain::catalog::{Choice, Picker, Product},
    domain::text,
    messages::product as words,
};
use leptos::prelude::*;

/// One picker for each option.
#[component]
pub fn Pickers(
    product: StoredValue<Product>,
    /// The code of the chosen variant.
    #[prop(into)]
    sku: Signal<String>,
) -> impl IntoView {
    let pickers = move || {
        product.with_value(|product| {
            let chosen = product.chosen(Some(&sku.get()));
            chosen.map(|chosen| product.pickers(chosen)).unwrap_or_default()
        })
    };
    let handle = product.with_value(|product| product.handle.clone());
    view! { {move || pickers().into_iter().map(|picker| view! { <OptionPicker picker handle=handle.clone() /> }).collect_view()} }
}

#[component]
fn OptionPicker(picker: Picker, handle: String) -> impl IntoView {
    let Picker { name, values } = picker;
    let is_colour = matches!(name.to_lowercase().as_str(), "colour" | "color");
    let current = values.iter().find(|choice| choice.chosen).map(|choice| choice.value.clone()).unwrap_or_default();
    let id = format!("option-{}", text::slug(&name));
    let labelled_by = id.clone();
    let class = if is_colour { "choices colours" } else { "choices" };
    let choices = values.into_iter().map(|choice| view! { <Value choice handle=handle.clone() is_colour /> });
    view! {
        <div class="picker" role="group" aria-labelledby=labelled_by>
            <p class="picker-name" id=id>{name} ": " <span class="picker-value">{current}</span></p>
            <ul class=class>{choices.collect_view()}</ul>
        </div>
    }
}

#[component]
fn Value(choice: Choice, handle: String, is_colour: bool) -> impl IntoView {
    let Choice { value, sku, chosen, exists, availability } = choice;
    let why_not = if !exists {
        Some(words::NOT_MADE)
    } else if !availability.can_buy() {
        Some(words::SOLD_OUT)
    } else {
        None
    };
    let label = why_not.map_or(value.clone(), |why| format!("{value}, {why}"));
    let swatch = is_colour.then(|| view! { <span class="swatch" data-colour=text::slug(&value)></span> });
    view! {
        <li>
            <a
                href=format!("/p/{handle}?sku={sku}")
                class="choice"
                class:unavailable=why_not.is_some()
                aria-label=label
                aria-current=chosen.then_some("true")
                data-noscroll="true"
            >
                {swatch}
                <span class="choice-value">{value}</span>
            </a>
        </li>
    }
}
