//! What is to be priced.

use crate::domain::{
    money::Money,
    place::Destination,
    promotion::{Coupon, Customer, Facts},
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};

/// The most of one SKU a line may hold.
pub const MAX_QUANTITY: u32 = 999;
/// The most lines a cart or an order may have.
pub const MAX_LINES: usize = 500;

/// A quantity a line may have: 1 to [`MAX_QUANTITY`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Quantity(u32);

impl Quantity {
    pub const ONE: Self = Self(1);
    pub const MAX: Self = Self(MAX_QUANTITY);

    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<i64> for Quantity {
    type Error = &'static str;

    fn try_from(count: i64) -> Result<Self, Self::Error> {
        match u32::try_from(count) {
            Ok(count @ 1..=MAX_QUANTITY) => Ok(Self(count)),
            _ => Err("a quantity is a whole number from 1 to 999"),
        }
    }
}

impl From<Quantity> for i64 {
    fn from(quantity: Quantity) -> Self {
        quantity.0.into()
    }
}

/// One line to be priced. Its unit price is the shop's, never the browser's.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BasketLine {
    pub sku: String,
    pub quantity: Quantity,
    pub unit_price: Money,
    pub facts: Facts,
}

/// Everything a price depends on beside the shop's price book.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Basket {
    pub lines: Vec<BasketLine>,
    /// Where it goes; the shop's home is assumed until it is known.
    pub destination: Option<Destination>,
    /// The code of the chosen way of delivery, in any case; the first one when nothing is chosen.
    pub shipping_method: Option<String>,
    /// How it is to be paid, where that is chosen: some ways cost a fee.
    #[serde(default)]
    pub payment_method: Option<String>,
    pub coupon: Option<Coupon>,
    /// What the gift card that was entered still holds.
    pub gift_balance: Option<Money>,
    pub customer: Customer,
    pub now: Timestamp,
}

impl Basket {
    /// A basket of somebody of whom nothing is known yet.
    #[must_use]
    pub fn of(lines: Vec<BasketLine>, now: Timestamp) -> Self {
        Self {
            lines,
            destination: None,
            shipping_method: None,
            payment_method: None,
            coupon: None,
            gift_balance: None,
            customer: Customer::default(),
            now,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Quantity;

    #[test]
    fn quantities_outside_1_to_999_do_not_exist() {
        for count in [0, -1, 1000, 1_000_000_000, i64::MIN, i64::MAX] {
            assert!(Quantity::try_from(count).is_err(), "{count}");
        }
    }
}
