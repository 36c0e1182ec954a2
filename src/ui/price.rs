//! The one way a price is shown.

use crate::{domain::money::Money, messages};
use leptos::prelude::*;

/// A price, with what it was before a sale.
#[component]
pub fn Price(
    #[prop(into)] price: Signal<Money>,
    /// The price before the sale, when it is on sale.
    #[prop(into, optional)]
    was: Signal<Option<Money>>,
    /// Other variants cost more: "from".
    #[prop(into, optional)]
    from: Signal<bool>,
) -> impl IntoView {
    let shown = move || {
        let price = price.get().to_string();
        if from.get() { messages::search::from_price(&price) } else { price }
    };
    view! {
        <span class="price" class:on-sale=move || was.get().is_some()>
            <span class="now">{shown}</span>
            {move || was.get().map(|was| view! {
                " "
                <s class="was"><span class="visually-hidden">{messages::product::was(was)}</span>
                    <span aria-hidden="true">{was.to_string()}</span></s>
            })}
        </span>
    }
}
