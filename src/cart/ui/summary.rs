//! What a cart or an order costs, line by line.

use crate::{
    domain::{
        money::Money,
        pricing::{Discount, Quote, Reduced},
        shipping::ShippingOption,
    },
    messages::{self, cart as words, prices},
};
use leptos::prelude::*;

/// The sums of a cart or an order.
#[derive(Clone, PartialEq, Debug)]
pub struct Sums {
    pub goods: Money,
    pub discounts: Vec<Discount>,
    /// The way of delivery and what it costs; nothing where nothing is delivered.
    pub delivery: Option<Delivery>,
    /// By their names.
    pub fees: Vec<(String, Money)>,
    pub tax: Money,
    /// Tax within the prices.
    pub included_tax: Money,
    /// "VAT", or empty.
    pub tax_name: String,
    pub total: Money,
    /// What of it needs not be paid, because it is not sent.
    pub not_sent: Money,
    pub gift_card: Money,
    /// What the rest is called that a gift card leaves.
    pub due_name: &'static str,
}

/// Delivery as it is paid for.
#[derive(Clone, PartialEq, Debug)]
pub struct Delivery {
    pub name: String,
    pub price: Money,
    pub was: Option<Money>,
}

impl From<ShippingOption> for Delivery {
    fn from(option: ShippingOption) -> Self {
        Self { name: option.name, price: option.price, was: option.was }
    }
}

impl From<Quote> for Sums {
    fn from(quote: Quote) -> Self {
        Self {
            goods: quote.goods,
            discounts: quote.discounts,
            delivery: quote.shipping.map(Into::into),
            fees: quote.fee_lines.into_iter().map(|fee| (fee.name, fee.amount)).collect(),
            tax: quote.tax,
            included_tax: quote.included_tax,
            tax_name: quote.tax_name,
            total: quote.total,
            not_sent: Money::zero(quote.total.currency),
            gift_card: quote.gift_card,
            due_name: prices::DUE,
        }
    }
}

/// The sums, down to the total and what a gift card leaves of it.
#[component]
pub fn Totals(sums: Sums) -> impl IntoView {
    let Sums { goods, discounts, delivery, fees, tax, included_tax, tax_name, total, not_sent, gift_card, due_name } =
        sums;
    let tax_row =
        (tax.amount > 0).then(|| row(if tax_name.is_empty() { words::TAX.to_owned() } else { tax_name.clone() }, tax));
    let includes = (included_tax.amount > 0).then(
        || view! { <div class="included-tax"><dt>{prices::includes(&tax_name, included_tax)}</dt><dd></dd></div> },
    );
    let by_card = (gift_card.amount > 0 || not_sent.amount > 0).then(|| {
        let due = Money::new(total.amount - not_sent.amount - gift_card.amount, total.currency);
        let off = [(prices::NOT_SENT, not_sent), (prices::GIFT_CARD, gift_card)];
        let off = off.into_iter().filter(|(_, amount)| amount.amount > 0);
        let off = off.map(|(name, amount)| {
            view! {
                <div class="taken-off"><dt>{name}</dt><dd>{prices::minus(amount)}</dd></div>
            }
        });
        view! {
            {off.collect_view()}
            <div class="grand-total"><dt>{due_name}</dt><dd>{due.to_string()}</dd></div>
        }
    });
    // What comes off delivery stands at delivery, whose price is without it.
    let (off_delivery, off_goods): (Vec<_>, Vec<_>) =
        discounts.into_iter().partition(|discount| discount.from == Reduced::Delivery);
    view! {
        <dl class="totals">
            {row(words::GOODS.to_owned(), goods)}
            {off_goods.iter().map(discount).collect_view()}
            <DeliveryRow delivery off=off_delivery />
            {fees.into_iter().map(|(name, amount)| row(name, amount)).collect_view()}
            {tax_row}
            <div class="grand-total"><dt>{words::TOTAL}</dt><dd>{total.to_string()}</dd></div>
            {includes}
            {by_card}
        </dl>
    }
}

fn row(name: String, amount: Money) -> impl IntoView {
    view! { <div><dt>{name}</dt><dd>{amount.to_string()}</dd></div> }
}

fn discount(discount: &Discount) -> impl IntoView + use<> {
    view! { <div class="taken-off"><dt>{prices::discount(discount)}</dt><dd>{prices::taken_off(discount)}</dd></div> }
}

#[component]
fn DeliveryRow(delivery: Option<Delivery>, off: Vec<Discount>) -> impl IntoView {
    let Some(Delivery { name, price, was }) = delivery else {
        return view! { <div><dt>{words::SHIPPING}</dt><dd>{prices::NOT_DELIVERED}</dd></div> }.into_any();
    };
    let name = if name.is_empty() { words::SHIPPING.to_owned() } else { format!("{} ({name})", words::SHIPPING) };
    let before = was.unwrap_or(price);
    view! {
        <div><dt>{name}</dt><dd>{messages::price_or_free(before)}</dd></div>
        {off.iter().map(discount).collect_view()}
    }
    .into_any()
}

/// The sums of a quote.
#[component]
pub fn QuoteTotals(quote: Quote) -> impl IntoView {
    view! { <Totals sums=quote.into() /> }
}
