//! What a cart or an order costs, line by line.

use crate::{
    domain::money::Money,
    messages::cart as words,
};
use leptos::prelude::*;

/// The sums, down to the total.
#[component]
pub fn Totals(
    #[prop(into)] goods: Signal<Money>,
    /// What delivery costs, with the name of the way.
    #[prop(into)]
    shipping: Signal<(String, Money)>,
    #[prop(into)] tax: Signal<Money>,
    #[prop(into)] total: Signal<Money>,
) -> impl IntoView {
    let money = |money: Money| if money.amount == 0 { words::FREE.to_owned() } else { money.to_string() };
    let delivery = move || {
        let (name, _) = shipping.get();
        if name.is_empty() { words::SHIPPING.to_owned() } else { format!("{} ({name})", words::SHIPPING) }
    };
    let taxed = move || tax.get().amount > 0;
    view! {
        <dl class="totals">
            <div><dt>{words::GOODS}</dt><dd>{move || goods.get().to_string()}</dd></div>
            <div><dt>{delivery}</dt><dd>{move || money(shipping.get().1)}</dd></div>
            <div hidden=move || !taxed()><dt>{words::TAX}</dt><dd>{move || tax.get().to_string()}</dd></div>
            <div class="grand-total"><dt>{words::TOTAL}</dt><dd>{move || total.get().to_string()}</dd></div>
        </dl>
    }
}
