//! What a page showed, and what has changed since: line by line, from the old amount to the new.
//!
//! What was shown goes with the form. It is the customer's word and decides nothing: it is held against the quote of the
//! transaction, and where the two differ nobody is charged before they have seen how.

use super::{Basket, PriceBook, Quote, price};
use crate::domain::money::{Currency, Money};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};

/// The amounts a page showed, in minor units of one currency.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Shown {
    currency: Currency,
    /// SKU, quantity, what one costs, and what the line costs after its discounts.
    lines: Vec<(String, u32, i64, i64)>,
    /// What was taken off, by name.
    discounts: Vec<(String, i64)>,
    fees: i64,
    /// Each way of delivery with everything that depends on it. Without JavaScript no total can follow the choice.
    options: Vec<ShownOption>,
}

/// A way of delivery as it was shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct ShownOption {
    code: String,
    delivery: i64,
    tax: i64,
    gift_card: i64,
    total: i64,
}

/// Something that is another amount than was shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Change {
    pub what: Changed,
    /// Nothing where it was not there.
    pub from: Option<Money>,
    /// Nothing where it is no more.
    pub to: Option<Money>,
}

/// What changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// A line, by its SKU; with the quantities where those differ.
    Line {
        sku: String,
        from: u32,
        to: u32,
    },
    /// A discount, by its name.
    Discount(String),
    Delivery,
    Fees,
    Tax,
    GiftCard,
    Total,
}

impl Shown {
    /// What a page shows of a basket.
    #[must_use]
    pub fn of(basket: &Basket, book: &PriceBook, quote: &Quote) -> Self {
        let option = |code: &str| {
            let basket = Basket { shipping_method: Some(code.to_owned()), ..basket.clone() };
            price(&basket, book).ok().map(|quote| ShownOption {
                code: code.to_owned(),
                delivery: quote.delivery().amount,
                tax: quote.tax.amount,
                gift_card: quote.gift_card.amount,
                total: quote.total.amount,
            })
        };
        Self {
            currency: book.currency,
            lines: goods(quote).zip(&quote.lines).map(|((s, q, unit), l)| (s, q, unit, l.discounted.amount)).collect(),
            discounts: quote.discounts.iter().map(|d| (d.label.clone(), d.amount.amount)).collect(),
            fees: quote.fees.amount,
            options: quote.shipping_options.iter().filter_map(|offered| option(&offered.code)).collect(),
        }
    }

    /// What a page showed that showed nothing.
    fn nothing(currency: Currency) -> Self {
        Self { currency, lines: vec![], discounts: vec![], fees: 0, options: vec![] }
    }

    fn option(&self, code: &str) -> Option<&ShownOption> {
        self.options.iter().find(|option| option.code.eq_ignore_ascii_case(code))
    }

    /// The total with a way of delivery, if that was shown.
    #[must_use]
    pub fn total_with(&self, code: &str) -> Option<Money> {
        self.option(code).map(|option| Money::new(option.total, self.currency))
    }

    /// What was to be paid with a way of delivery beside the gift card's part.
    #[must_use]
    pub fn due_with(&self, code: &str) -> Option<Money> {
        let due = |option: &ShownOption| Money::new(option.total.saturating_sub(option.gift_card), self.currency);
        self.option(code).map(due)
    }

    /// What of a quote is another amount than was shown for its way of delivery. Empty when nothing is.
    #[must_use]
    pub fn changes(&self, quote: &Quote) -> Vec<Change> {
        if self.currency != quote.total.currency {
            return Self::nothing(quote.total.currency).changes(quote);
        }
        let shipping = quote.shipping.as_ref();
        let option = shipping.and_then(|shipping| self.option(&shipping.code));
        let mut changes = self.line_changes(quote);
        changes.extend(self.discount_changes(quote));
        let was = |of: fn(&ShownOption) -> i64| option.map(of);
        let sums = [
            (Changed::Delivery, was(|option| option.delivery), shipping.map(|shipping| shipping.price.amount)),
            (Changed::Fees, Some(self.fees), Some(quote.fees.amount)),
            (Changed::Tax, was(|option| option.tax), Some(quote.tax.amount)),
            (Changed::GiftCard, was(|option| option.gift_card), Some(quote.gift_card.amount)),
            (Changed::Total, was(|option| option.total), Some(quote.total.amount)),
        ];
        for (what, from, to) in sums {
            // What is nothing and was nothing, or was not shown, is no change.
            if from != to && (from.unwrap_or(0) != 0 || to.unwrap_or(0) != 0) {
                changes.push(self.change(what, from, to));
            }
        }
        changes
    }

    /// Whether the same goods were shown: as many of each, at the same price for one. Totals may be equal where goods are
    /// not. What is taken off is not looked at: that may go by the way of delivery.
    #[must_use]
    pub fn has_the_goods_of(&self, quote: &Quote) -> bool {
        let mut before: Vec<_> =
            self.lines.iter().map(|(sku, quantity, unit, _)| (sku.clone(), *quantity, *unit)).collect();
        let mut now: Vec<_> = goods(quote).collect();
        before.sort();
        now.sort();
        self.currency == quote.total.currency && before == now
    }

    fn change(&self, what: Changed, from: Option<i64>, to: Option<i64>) -> Change {
        let money = |amount| Money::new(amount, self.currency);
        Change { what, from: from.map(money), to: to.map(money) }
    }

    fn line_changes(&self, quote: &Quote) -> Vec<Change> {
        let mut before: Vec<&(String, u32, i64, i64)> = self.lines.iter().collect();
        let mut changes = Vec::new();
        for line in &quote.lines {
            let (quantity, amount) = (line.quantity.get(), line.discounted.amount);
            let at = before.iter().position(|(sku, ..)| *sku == line.sku);
            // Each line answers to one: a SKU may be bought and come as a gift as well.
            let was = at.map(|at| before.remove(at));
            if was.is_none_or(|(_, q, _, a)| (*q, *a) != (quantity, amount)) {
                let what = Changed::Line { sku: line.sku.clone(), from: was.map_or(0, |was| was.1), to: quantity };
                changes.push(self.change(what, was.map(|was| was.3), Some(amount)));
            }
        }
        let gone = before.into_iter().map(|(sku, quantity, _, amount)| {
            self.change(Changed::Line { sku: sku.clone(), from: *quantity, to: 0 }, Some(*amount), None)
        });
        changes.extend(gone);
        changes
    }

    fn discount_changes(&self, quote: &Quote) -> Vec<Change> {
        let now = |label: &str| quote.discounts.iter().find(|d| d.label == label).map(|d| d.amount.amount);
        let was = |label: &str| self.discounts.iter().find(|(known, _)| known == label).map(|(_, amount)| *amount);
        let fresh = quote.discounts.iter().map(|discount| discount.label.as_str()).filter(|label| was(label).is_none());
        let labels = self.discounts.iter().map(|(label, _)| label.as_str()).chain(fresh);
        let changed = labels.filter(|label| was(label) != now(label));
        changed.map(|label| self.change(Changed::Discount(label.to_owned()), was(label), now(label))).collect()
    }
}

/// SKU, quantity, and what one costs, of each line.
fn goods(quote: &Quote) -> impl Iterator<Item = (String, u32, i64)> {
    quote.lines.iter().map(|line| (line.sku.clone(), line.quantity.get(), line.unit_price.amount))
}

/// What a form's field would escape anyway.
const ESCAPED: &AsciiSet = &CONTROLS.add(b'"').add(b'\'').add(b'<').add(b'>').add(b'&').add(b'%');

/// What is not readable was not shown: nothing is placed by it.
impl From<String> for Shown {
    fn from(text: String) -> Self {
        let json: Vec<u8> = percent_decode_str(&text).collect();
        serde_json::from_slice(&json).unwrap_or_else(|_| Self::nothing(Currency::USD))
    }
}

impl From<&Shown> for String {
    fn from(shown: &Shown) -> Self {
        let json = serde_json::to_string(shown).unwrap_or_default();
        utf8_percent_encode(&json, ESCAPED).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        pricing::{BasketLine, fixtures::*},
        promotion::Benefit,
    };

    fn shown(basket: &Basket, book: &PriceBook) -> Shown {
        let shown = Shown::of(basket, book, &price(basket, book).unwrap());
        // As it comes back with the form.
        Shown::from(String::from(&shown))
    }

    fn two() -> Basket {
        basket(&[line("A", 1, 2_000), line("B", 2, 500)])
    }

    #[test]
    fn what_was_shown_is_known_for_each_way_of_delivery() {
        let shown = shown(&two(), &book());
        assert_eq!(shown.total_with("standard"), Some(usd(3_495)));
        assert_eq!(shown.total_with("EXPRESS"), Some(usd(4_295)));
        assert_eq!(shown.total_with("pigeon"), None);
        let express = Basket { shipping_method: Some("express".into()), ..two() };
        assert_eq!(shown.changes(&price(&express, &book()).unwrap()), [], "another choice is no change");
    }

    #[test]
    fn a_changed_price_is_told_from_old_to_new() {
        let shown = shown(&two(), &book());
        let dearer = basket(&[line("A", 1, 2_500), line("B", 2, 500)]);
        let changes = shown.changes(&price(&dearer, &book()).unwrap());
        let change = |what, from, to| Change { what, from: Some(usd(from)), to: Some(usd(to)) };
        assert_eq!(
            changes,
            [
                change(Changed::Line { sku: "A".into(), from: 1, to: 1 }, 2_000, 2_500),
                change(Changed::Total, 3_495, 3_995),
            ]
        );
    }

    #[test]
    fn lines_and_discounts_that_come_and_go_are_told() {
        let ten = promotion(1, percent(10), Benefit::Order);
        let shown = shown(&basket(&[line("A", 1, 1_000), line("B", 1, 1_000)]), &with(&[ten]));
        let now = price(&basket(&[line("A", 2, 1_000), line("C", 1, 500)]), &book()).unwrap();
        let told: Vec<_> = shown.changes(&now).into_iter().map(|change| change.what).collect();
        let line = |sku: &str, from, to| Changed::Line { sku: sku.into(), from, to };
        assert_eq!(
            told,
            [
                line("A", 1, 2),
                line("C", 0, 1),
                line("B", 1, 0),
                Changed::Discount("Promotion 1".into()),
                Changed::Total,
            ]
        );
    }

    #[test]
    fn other_goods_at_the_same_price_are_other_goods() {
        let shown = shown(&two(), &book());
        let has = |lines: &[BasketLine]| shown.has_the_goods_of(&price(&basket(lines), &book()).unwrap());
        assert!(has(&[line("B", 2, 500), line("A", 1, 2_000)]), "in any order");
        assert!(!has(&[line("C", 1, 2_000), line("B", 2, 500)]));
        assert!(!has(&[line("A", 1, 2_000), line("B", 1, 1_000)]));
        assert!(!has(&[line("A", 1, 2_000)]) && !has(&[line("A", 1, 2_000), line("B", 2, 500), line("C", 1, 0)]));
        let off = promotion(1, percent(100), Benefit::Order);
        assert!(shown.has_the_goods_of(&price(&two(), &with(&[off])).unwrap()), "what is taken off is no goods");
    }

    #[test]
    fn tax_and_gift_cards_are_part_of_what_was_shown() {
        let carded = |balance| Basket { gift_balance: Some(usd(balance)), ..two() };
        let shown = shown(&carded(1_000), &book());
        assert_eq!((shown.due_with("standard"), shown.total_with("standard")), (Some(usd(2_495)), Some(usd(3_495))));
        let taxed = PriceBook { taxes: vec![tax("US", false)], ..book() };
        let mut there = to("US").unwrap();
        there.postcode = "94110".into();
        let now = price(&Basket { destination: Some(there), ..carded(400) }, &taxed).unwrap();
        let told: Vec<_> = shown.changes(&now).into_iter().map(|change| change.what).collect();
        assert_eq!(told, [Changed::Tax, Changed::GiftCard, Changed::Total]);
    }

    #[test]
    fn nonsense_was_never_shown() {
        for text in ["", "abc", "{}", "[1]", "15600;express=1495", r#"{"currency":"US"}"#] {
            let shown = Shown::from(text.to_owned());
            assert_eq!((shown.total_with("standard"), shown.due_with("")), (None, None), "{text}");
            let quote = price(&basket(&[line("A", 1, 100)]), &book()).unwrap();
            assert!(!shown.changes(&quote).is_empty());
        }
    }

    #[test]
    fn a_thing_that_is_bought_and_given_is_two_lines() {
        let gift = promotion(1, percent(100), Benefit::Gift { sku: "A".into(), quantity: 1 });
        let mut book = with(&[gift]);
        let given = crate::domain::pricing::Gift {
            sku: "A".into(),
            title: "A".into(),
            worth: usd(5),
            facts: facts("x"),
            left: None,
        };
        book.gifts.push(given);
        let basket = basket(&[BasketLine { ..line("A", 3, 700) }]);
        assert_eq!(shown(&basket, &book).changes(&price(&basket, &book).unwrap()), []);
    }
}
