//! The cart's rules: quantities are clamped to what can be bought, and the shopper is told what changed.

use super::{
    catalog::Availability,
    money::Money,
    pricing::{MAX_QUANTITY, Quantity},
};
use serde::{Deserialize, Serialize};

/// Something about a line the shopper should know.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum LineNotice {
    PriceWentUp { from: Money },
    PriceWentDown { from: Money },
    /// Fewer are left than the line asks for.
    OnlyLeft { left: u32 },
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

/// The quantity a line ends up with when `more` are added to the `held` ones, and whether that is fewer than asked.
///
/// `stock` is what there is, or nothing when it does not run out. A line never falls below what it held, but for
/// the cap: stock that went away is the cart page's to tell.
#[must_use]
pub fn add(held: u32, more: Quantity, stock: Option<i64>) -> (u32, bool) {
    let wanted = held.saturating_add(more.get());
    let left = stock.map_or(MAX_QUANTITY, |s| u32::try_from(s.max(0)).unwrap_or(MAX_QUANTITY));
    let allowed = wanted.min(MAX_QUANTITY).min(left.max(held));
    (allowed, allowed < wanted)
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

    fn quantity(count: i64) -> Quantity {
        count.try_into().unwrap()
    }

    #[test]
    fn adding_stops_at_the_stock_and_at_999() {
        assert_eq!(add(0, quantity(2), Some(5)), (2, false));
        assert_eq!(add(4, quantity(3), Some(5)), (5, true));
        assert_eq!(add(0, quantity(1), Some(0)), (0, true));
        assert_eq!(add(998, quantity(5), None), (999, true));
    }

    #[test]
    fn a_line_is_not_cut_behind_the_shoppers_back() {
        assert_eq!(add(4, quantity(1), Some(2)), (4, true));
    }

    #[test]
    fn a_changed_price_and_a_short_stock_are_both_told() {
        let usd = |amount| Money::new(amount, Currency::USD);
        assert_eq!(
            notices(5, usd(100), usd(120), Some(3)),
            [LineNotice::PriceWentUp { from: usd(100) }, LineNotice::OnlyLeft { left: 3 }]
        );
        assert_eq!(notices(1, usd(100), usd(90), Some(0)), [LineNotice::PriceWentDown { from: usd(100) }, LineNotice::SoldOut]);
        assert_eq!(notices(1, usd(100), usd(100), None), []);
    }
}
