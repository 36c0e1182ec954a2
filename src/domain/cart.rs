//! The cart's rules: quantities are clamped to what can be bought, and the shopper is told what changed.

use super::{
    catalog::Availability,
    money::Money,
    pricing::{MAX_QUANTITY, Quote},
};
use serde::{Deserialize, Serialize};

/// Something about a line the shopper should know.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineNotice {
    PriceWentUp {
        from: Money,
    },
    PriceWentDown {
        from: Money,
    },
    /// Fewer are left than the line asks for.
    OnlyLeft {
        left: u32,
    },
    SoldOut,
    /// The shop no longer sells it.
    Gone,
}

/// A line of a cart, as it stands now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CartLine {
    pub sku: String,
    pub handle: String,
    pub title: String,
    /// The option values, "M", "Blue".
    pub options: Vec<String>,
    pub picture: Option<String>,
    pub quantity: u32,
    pub unit_price: Money,
    pub was: Option<Money>,
    pub total: Money,
    pub availability: Availability,
    pub notices: Vec<LineNotice>,
}

impl CartLine {
    /// What the line is called: product and options, "Sea Shirt, M, Blue".
    #[must_use]
    pub fn name(&self) -> String {
        std::iter::once(&self.title).chain(&self.options).map(String::as_str).collect::<Vec<_>>().join(", ")
    }

    /// Whether the line can be ordered as it is.
    #[must_use]
    pub fn can_order(&self) -> bool {
        !self.notices.iter().any(|n| matches!(n, LineNotice::OnlyLeft { .. } | LineNotice::SoldOut | LineNotice::Gone))
    }
}

/// Something that comes with a cart for nothing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CartGift {
    pub sku: String,
    pub title: String,
    pub picture: Option<String>,
    pub quantity: u32,
    /// The promotion it comes from, by its name.
    pub from: String,
}

/// A cart as it stands now, priced.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Cart {
    pub lines: Vec<CartLine>,
    /// Nothing for an empty cart.
    pub quote: Option<Quote>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gifts: Vec<CartGift>,
    /// The end of the code of the gift card that was entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gift_card: Option<String>,
}

impl Cart {
    /// How many things are in it.
    #[must_use]
    pub fn items(&self) -> u32 {
        self.lines.iter().map(|line| line.quantity).sum()
    }

    /// Whether it can be ordered as it is.
    #[must_use]
    pub fn can_order(&self) -> bool {
        !self.lines.is_empty() && self.lines.iter().all(CartLine::can_order)
    }
}

/// The most a line may hold: what is left, and never more than [`MAX_QUANTITY`].
///
/// `stock` is what there is, or nothing when it does not run out.
#[must_use]
pub fn limit(stock: Option<i64>) -> u32 {
    stock.map_or(MAX_QUANTITY, |left| u32::try_from(left.max(0)).unwrap_or(MAX_QUANTITY).min(MAX_QUANTITY))
}

/// What to tell about a line that asks for `quantity`, was last shown at `seen`, and costs `price` now.
#[must_use]
pub fn notices(quantity: u32, seen: Money, price: Money, stock: Option<i64>) -> Vec<LineNotice> {
    let mut notices = Vec::new();
    if seen.currency == price.currency && price.amount > seen.amount {
        notices.push(LineNotice::PriceWentUp { from: seen });
    } else if seen.currency == price.currency && price.amount < seen.amount {
        notices.push(LineNotice::PriceWentDown { from: seen });
    }
    match stock {
        Some(..=0) => notices.push(LineNotice::SoldOut),
        Some(left) if left < i64::from(quantity) => {
            notices.push(LineNotice::OnlyLeft { left: u32::try_from(left).unwrap_or(MAX_QUANTITY) });
        }
        _ => {}
    }
    notices
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;

    #[test]
    fn a_line_holds_at_most_what_is_left_and_at_most_999() {
        assert_eq!([Some(5), Some(0), Some(-3), Some(5_000), None].map(limit), [5, 0, 0, 999, 999]);
    }

    #[test]
    fn a_changed_price_and_a_short_stock_are_both_told() {
        let usd = |amount| Money::new(amount, Currency::USD);
        assert_eq!(
            notices(5, usd(100), usd(120), Some(3)),
            [LineNotice::PriceWentUp { from: usd(100) }, LineNotice::OnlyLeft { left: 3 }]
        );
        assert_eq!(
            notices(1, usd(100), usd(90), Some(0)),
            [LineNotice::PriceWentDown { from: usd(100) }, LineNotice::SoldOut]
        );
        assert_eq!(notices(1, usd(100), usd(100), None), []);
    }
}
