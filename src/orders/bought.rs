//! An order as it was bought, line by line and sum by sum: what invoices and letters say of it. Pure.
//!
//! The row of an order has its sums; which discount and which tax are in them tells the quote it was placed by. What the
//! quote does not tell, or tells otherwise than the row (it was written by an older version), is taken from the row: the
//! sums always add up to the total that was charged.

use super::{store::OrderRow, view::OrderLine};
use crate::{
    domain::{money::Money, order::share_of_units},
    messages::bought as words,
};
use serde::Deserialize;

/// What was bought.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bought {
    pub lines: Vec<BoughtLine>,
    /// Whether the lines tell their discounts: then their amounts are after them, and sum to the first of `sums`.
    pub lines_are_discounted: bool,
    /// From the goods to the total, which they add up to.
    pub sums: Vec<(String, Money)>,
    pub total: Money,
    /// What was taken off the goods, by name.
    pub discounts: Vec<(String, Money)>,
    /// The tax at each rate; sums to what is on top of the prices, or within them.
    pub taxes: Vec<Tax>,
    /// Tax within the prices.
    pub included_tax: Option<Money>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BoughtLine {
    pub line: OrderLine,
    /// What promotions took off it.
    pub discount: Money,
    /// After that.
    pub amount: Money,
    /// `20%`; nothing where no tax is known of.
    pub rate: Option<String>,
    /// What was paid for all of it, with its tax.
    paid: i64,
    /// What of that is tax, and in which row of `taxes`; nothing where no tax is known of.
    tax: Option<(String, i64)>,
}

/// What units of a line were paid with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// With its tax.
    pub gross: i64,
    pub tax: i64,
    /// The row that the tax is in.
    pub row: Option<String>,
}

impl BoughtLine {
    /// What so many units were paid with, after `before` others.
    #[must_use]
    pub fn units(&self, before: u32, count: u32) -> Part {
        let share = |whole| share_of_units(whole, before, count, self.line.quantity);
        Part {
            gross: share(self.paid),
            tax: self.tax.as_ref().map_or(0, |(_, tax)| share(*tax)),
            row: self.tax.as_ref().map(|(row, _)| row.clone()),
        }
    }
}

/// The tax of all that has one rate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tax {
    /// `VAT 20%`.
    pub name: String,
    pub net: Money,
    pub tax: Money,
}

/// What is read of a quote. Everything may be missing.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Told {
    lines: Vec<ToldLine>,
    discounts: Vec<ToldDiscount>,
    fee_lines: Vec<ToldFee>,
    tax_name: String,
    taxes: Vec<ToldTax>,
}

#[derive(Deserialize)]
struct ToldLine {
    sku: String,
    quantity: u32,
    total: Money,
    discounted: Money,
    #[serde(default)]
    tax_rate: String,
    #[serde(default)]
    tax: Option<Money>,
}

#[derive(Deserialize)]
struct ToldDiscount {
    label: String,
    amount: Money,
    from: String,
}

#[derive(Deserialize)]
struct ToldFee {
    name: String,
    amount: Money,
}

#[derive(Deserialize)]
struct ToldTax {
    rate: String,
    base: Money,
    amount: Money,
}

impl Bought {
    /// What was bought with an order. `lines` are its own.
    #[must_use]
    pub fn of(order: &OrderRow, lines: Vec<OrderLine>) -> Self {
        let told: Told = serde_json::from_str(&order.quote).unwrap_or_default();
        let mut taxes = taxes(order, &told);
        let (lines, lines_are_discounted) = lines_of(order, &told, lines, !taxes.is_empty());
        let before = sum(taxes.iter().map(|tax| tax.tax));
        let not_sent = not_sent(order, &lines, &mut taxes);
        let untaxed = if order.tax == 0 { before - sum(taxes.iter().map(|tax| tax.tax)) } else { 0 };
        let mut discounts: Vec<_> = told.discounts.iter().filter(|discount| discount.from == "goods").collect();
        if sum(discounts.iter().map(|discount| discount.amount)) != order.discount {
            discounts.clear();
        }
        Self {
            lines_are_discounted,
            sums: sums(order, &told, &taxes, lines_are_discounted, not_sent),
            total: order.money(order.total - order.reduced),
            discounts: discounts.into_iter().map(|discount| (discount.label.clone(), discount.amount)).collect(),
            included_tax: Some(order.money(order.included_tax - untaxed)).filter(|tax| tax.amount != 0),
            taxes,
            lines,
        }
    }
}

fn sum(amounts: impl Iterator<Item = Money>) -> i64 {
    amounts.fold(0, |sum: i64, money| sum.saturating_add(money.amount))
}

/// What is taken off the goods because it is not sent and was not paid; its tax is taken out of the rows.
fn not_sent(order: &OrderRow, lines: &[BoughtLine], taxes: &mut [Tax]) -> i64 {
    let parts: Vec<Part> = lines.iter().map(|bought| bought.units(0, bought.line.reduced)).collect();
    if parts.iter().map(|part| part.gross).sum::<i64>() != order.reduced {
        return order.reduced;
    }
    let mut on_top = 0;
    for part in parts {
        let Some(row) = taxes.iter_mut().find(|tax| Some(&tax.name) == part.row.as_ref()) else { continue };
        row.tax.amount -= part.tax;
        row.net.amount -= part.gross - part.tax;
        on_top += if order.tax != 0 { part.tax } else { 0 };
    }
    order.reduced - on_top
}

/// The lines with their discounts and rates, where the quote tells those of every line and they come to the order's.
fn lines_of(order: &OrderRow, told: &Told, lines: Vec<OrderLine>, taxed: bool) -> (Vec<BoughtLine>, bool) {
    let mut left: Vec<&ToldLine> = told.lines.iter().collect();
    let mut find = |line: &OrderLine| {
        let is_it =
            |told: &&ToldLine| told.sku == line.sku && told.quantity == line.quantity && told.total == line.total;
        left.iter().position(is_it).map(|at| left.remove(at))
    };
    let plain = |line: OrderLine| BoughtLine {
        discount: Money::zero(line.total.currency),
        amount: line.total,
        rate: None,
        paid: share_of_goods(order, line.total.amount),
        tax: None,
        line,
    };
    let explained = |line: OrderLine| {
        let found = find(&line);
        let amount = found.map_or(line.total, |told| told.discounted);
        let discount = Money::new(line.total.amount.saturating_sub(amount.amount), amount.currency);
        let rate = found.filter(|_| taxed).map(|told| told.tax_rate.clone()).filter(|rate| !rate.is_empty());
        let tax = found.filter(|_| taxed).and_then(|told| told.tax).map_or(0, |tax| tax.amount);
        let paid = amount.amount + if order.tax != 0 { tax } else { 0 };
        let tax = rate.as_ref().map(|rate| (words::tax(&told.tax_name, rate), tax));
        BoughtLine { discount, amount, rate, paid, tax, line }
    };
    let told: Vec<_> = lines.iter().cloned().map(explained).collect();
    if sum(told.iter().map(|line| line.discount)) == order.discount {
        (told, order.discount != 0)
    } else {
        (lines.into_iter().map(plain).collect(), false)
    }
}

/// The tax by rate; one row for all of it where the quote tells no rates, or others.
fn taxes(order: &OrderRow, told: &Told) -> Vec<Tax> {
    let all = order.tax + order.included_tax;
    let name = |rate: &str| words::tax(&told.tax_name, rate);
    if !told.taxes.is_empty() && sum(told.taxes.iter().map(|tax| tax.amount)) == all {
        let tax = |told: &ToldTax| Tax { name: name(&told.rate), net: told.base, tax: told.amount };
        return told.taxes.iter().map(tax).collect();
    }
    if all == 0 {
        return vec![];
    }
    vec![Tax { name: name(""), net: order.money(order.total - all), tax: order.money(all) }]
}

/// What a line that costs so much was paid with: its share of all goods, less discounts, with the tax on top.
fn share_of_goods(order: &OrderRow, line: i64) -> i64 {
    let paid = i128::from(order.goods) - i128::from(order.discount) + i128::from(order.tax);
    i64::try_from((i128::from(line) * paid / i128::from(order.goods.max(1))).max(0)).unwrap_or(0)
}

fn sums(order: &OrderRow, told: &Told, taxes: &[Tax], discounted: bool, not_sent: i64) -> Vec<(String, Money)> {
    let mut sums = Vec::new();
    if discounted {
        sums.push((words::GOODS_DISCOUNTED.to_owned(), order.money(order.goods - order.discount)));
    } else {
        sums.push((words::GOODS.to_owned(), order.money(order.goods)));
        if order.discount != 0 {
            sums.push((words::DISCOUNTS.to_owned(), order.money(-order.discount)));
        }
    }
    sums.push((words::delivery(&order.shipping_name), order.money(order.shipping)));
    if sum(told.fee_lines.iter().map(|fee| fee.amount)) == order.fees {
        sums.extend(told.fee_lines.iter().map(|fee| (fee.name.clone(), fee.amount)));
    } else {
        sums.push((words::FEES.to_owned(), order.money(order.fees)));
    }
    if not_sent != 0 {
        sums.push((words::NOT_SENT.to_owned(), order.money(-not_sent)));
    }
    if order.tax != 0 {
        sums.extend(taxes.iter().map(|tax| (tax.name.clone(), tax.tax)));
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;
    use serde_json::json;
    use uuid::Uuid;

    fn order(quote: &serde_json::Value) -> OrderRow {
        OrderRow {
            id: Uuid::nil(),
            number: "K7M2-9QXD".into(),
            shopper_id: None,
            account_id: None,
            status: "paid".into(),
            payment_status: "captured".into(),
            fulfilment_status: String::new(),
            currency: "EUR".into(),
            goods: 10_000,
            shipping: 500,
            tax: 0,
            total: 9_500,
            discount: 1_000,
            fees: 0,
            included_tax: 1_517,
            gift_amount: 0,
            refunded: 0,
            reduced: 0,
            quote: quote.to_string(),
            payment_method: "card".into(),
            hold_until: 0,
            shipping_code: "standard".into(),
            shipping_name: "Standard".into(),
            arrives: String::new(),
            request_key: None,
            active_payment: None,
            placed_at: 0,
        }
    }

    fn eur(amount: i64) -> Money {
        Money::new(amount, Currency::EUR)
    }

    fn line(sku: &str, quantity: u32, total: i64) -> OrderLine {
        OrderLine {
            sku: sku.into(),
            handle: String::new(),
            title: sku.into(),
            options: vec![],
            picture: String::new(),
            quantity,
            cancelled: 0,
            reduced: 0,
            unit_price: eur(total / i64::from(quantity)),
            total: eur(total),
        }
    }

    fn amount(amount: i64) -> serde_json::Value {
        json!({ "amount": amount, "currency": "EUR" })
    }

    fn told() -> serde_json::Value {
        json!({
            "lines": [
                { "sku": "B", "quantity": 1, "total": amount(4_000), "discounted": amount(4_000), "tax_rate": "7%" },
                { "sku": "A", "quantity": 2, "total": amount(6_000), "discounted": amount(5_000), "tax_rate": "20%" },
            ],
            "discounts": [{ "label": "Ten off", "amount": amount(1_000), "from": "goods" }],
            "tax_name": "VAT",
            "taxes": [
                { "rate": "20%", "base": amount(4_583), "amount": amount(917) },
                { "rate": "7%", "base": amount(3_400), "amount": amount(600) },
            ],
        })
    }

    fn bought(order: &OrderRow) -> Bought {
        let bought = Bought::of(order, vec![line("A", 2, 6_000), line("B", 1, 4_000)]);
        assert_eq!(sum(bought.sums.iter().map(|(_, money)| *money)), order.total, "{bought:?}");
        assert_eq!(sum(bought.taxes.iter().map(|tax| tax.tax)), order.tax + order.included_tax, "{bought:?}");
        let lines = sum(bought.lines.iter().map(|line| line.amount));
        assert_eq!(lines, bought.sums[0].1.amount, "{bought:?}");
        bought
    }

    #[test]
    fn discounts_and_rates_are_those_of_the_quote() {
        let bought = bought(&order(&told()));
        assert_eq!((bought.lines[0].discount, bought.lines[0].amount), (eur(1_000), eur(5_000)));
        assert_eq!(bought.lines[0].rate.as_deref(), Some("20%"));
        assert_eq!(bought.discounts, [("Ten off".to_owned(), eur(1_000))]);
        assert_eq!(bought.taxes.len(), 2);
        assert_eq!(bought.taxes[1], Tax { name: "VAT 7%".into(), net: eur(3_400), tax: eur(600) });
    }

    #[test]
    fn without_a_quote_everything_still_adds_up() {
        for quote in [json!(""), json!({}), json!({ "lines": 3 })] {
            let bought = bought(&order(&quote));
            assert_eq!(bought.sums[1], (words::DISCOUNTS.to_owned(), eur(-1_000)));
            assert_eq!((bought.taxes.len(), bought.taxes[0].net), (1, eur(9_500 - 1_517)));
            assert!(bought.lines.iter().all(|line| line.rate.is_none() && line.discount.amount == 0));
        }
    }

    #[test]
    fn a_quote_that_tells_otherwise_than_the_order_is_not_believed() {
        let mut order = order(&told());
        (order.discount, order.total, order.included_tax) = (900, 9_600, 1_600);
        let bought = bought(&order);
        assert!(!bought.lines_are_discounted && bought.discounts.is_empty() && bought.taxes.len() == 1);
    }

    #[test]
    fn tax_on_top_is_one_of_the_sums() {
        let mut order = order(&told());
        (order.tax, order.included_tax, order.total) = (1_517, 0, 9_500 + 1_517);
        let names: Vec<_> = bought(&order).sums.into_iter().map(|(name, _)| name).collect();
        assert_eq!(names[2..], ["VAT 20%", "VAT 7%"]);
    }
}
