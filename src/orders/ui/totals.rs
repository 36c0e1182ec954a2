//! What an order came to, line by line, and what of it went back.

use crate::{
    cart::ui::{Delivery, Sums, Totals},
    domain::{money::Money, pricing::Reduced},
    messages::{self, orders as words},
    orders::view::Order,
};
use leptos::prelude::*;

/// The sums of an order, down to the total and what became of it.
#[component]
pub fn OrderTotals(order: Order) -> impl IntoView {
    let refunded = (order.money.refunded.amount > 0).then(|| {
        view! {
            <dl class="totals"><div><dt>{words::REFUNDED}</dt><dd>{order.money.refunded.to_string()}</dd></div></dl>
        }
    });
    view! {
        <div>
            <Totals sums=sums(&order) />
            {refunded}
        </div>
    }
}

fn sums(order: &Order) -> Sums {
    let off = order.discounts.iter().filter(|discount| discount.from == Reduced::Delivery);
    let before = off.fold(order.shipping.amount, |sum, discount| sum + discount.amount.amount);
    Sums {
        goods: order.goods,
        discounts: order.discounts.clone(),
        delivery: Some(Delivery {
            name: order.shipping_name.clone(),
            price: order.shipping,
            was: Some(Money::new(before, order.total.currency)),
        }),
        fees: if order.fees.amount > 0 { vec![(messages::prices::FEES.to_owned(), order.fees)] } else { vec![] },
        tax: order.tax,
        included_tax: order.included_tax,
        tax_name: order.tax_name.clone(),
        total: order.total,
        not_sent: order.reduced,
        gift_card: order.gift_card,
        due_name: words::rest(order),
    }
}
