//! The one way a price is shown.

use crate::{domain::money::Money, messages};
use leptos::prelude::*;

/// A price, with what it was before a sale.
#[component]
pub fn Price(
    price: Money,
    /// The price before the sale, when it is on sale.
    #[prop(optional_no_strip)]
    was: Option<Money>,
    /// Other variants cost more: "from".
    #[prop(optional)]
    from: bool,
) -> impl IntoView {
    let shown = if from { messages::search::from_price(&price.to_string()) } else { price.to_string() };
    let before = was.map(|was| {
        view! {
            " "
            <s class="was">
                <span class="visually-hidden">{messages::product::was(was)}</span>
                <span aria-hidden="true">{was.to_string()}</span>
            </s>
        }
    });
    view! {
        <span class=if was.is_some() { "price on-sale" } else { "price" }><span class="now">{shown}</span>{before}</span>
    }
}
