//! What a cart or an order costs, line by line.

use crate::{
    domain::{money::Money, pricing::Quote},
    messages::{self, cart as words},
};
use leptos::prelude::*;

/// The sums, down to the total.
#[component]
pub fn Totals(
    goods: Money,
    /// What delivery costs, with the name of the way.
    shipping: (String, Money),
    tax: Money,
    total: Money,
) -> impl IntoView {
    let (name, price) = shipping;
    let price = messages::price_or_free(price);
    let delivery = if name.is_empty() { words::SHIPPING.to_owned() } else { format!("{} ({name})", words::SHIPPING) };
    view! {
        <dl class="totals">
            <div><dt>{words::GOODS}</dt><dd>{goods.to_string()}</dd></div>
            <div><dt>{delivery}</dt><dd>{price}</dd></div>
            {(tax.amount > 0).then(|| view! { <div><dt>{words::TAX}</dt><dd>{tax.to_string()}</dd></div> })}
            <div class="grand-total"><dt>{words::TOTAL}</dt><dd>{total.to_string()}</dd></div>
        </dl>
    }
}

/// The sums of a quote.
#[component]
pub fn QuoteTotals(quote: Quote) -> impl IntoView {
    let none = (String::new(), Money::zero(quote.total.currency));
    let shipping = quote.shipping.map_or(none, |option| (option.name, option.price));
    view! { <Totals goods=quote.goods shipping tax=quote.tax total=quote.total /> }
}
