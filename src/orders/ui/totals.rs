//! What an order came to, line by line.

use crate::{
    domain::money::Money,
    messages::{self, cart, orders as words},
    orders::view::Order,
};
use leptos::prelude::*;

/// The sums of an order, down to the total and what became of it.
#[component]
pub fn OrderTotals(order: Order) -> impl IntoView {
    let zero = Money::zero(order.total.currency);
    let minus = |amount: Money| Money { amount: -amount.amount, ..amount };
    let shown = |label: &'static str, amount: Money| {
        (amount != zero).then(|| view! { <div><dt>{label}</dt><dd>{amount.to_string()}</dd></div> })
    };
    let delivery = if order.shipping_name.is_empty() {
        cart::SHIPPING.to_owned()
    } else {
        format!("{} ({})", cart::SHIPPING, order.shipping_name)
    };
    let included = (order.included_tax != zero).then(
        || view! { <p class="quiet small included-tax">{words::includes_tax(&order.included_tax.to_string())}</p> },
    );
    let charged = order.due();
    view! {
        <dl class="totals">
            <div><dt>{cart::GOODS}</dt><dd>{order.goods.to_string()}</dd></div>
            {shown(words::DISCOUNT, minus(order.discount))}
            <div><dt>{delivery}</dt><dd>{messages::price_or_free(order.shipping)}</dd></div>
            {shown(words::FEES, order.fees)}
            {shown(cart::TAX, order.tax)}
            <div class="grand-total"><dt>{cart::TOTAL}</dt><dd>{order.total.to_string()}</dd></div>
            {shown(words::GIFT_CARD, minus(order.gift_amount))}
            {(order.gift_amount != zero).then(|| shown(words::TO_PAY, charged))}
            {shown(words::REFUNDED, order.money.refunded)}
        </dl>
        {included}
    }
}
