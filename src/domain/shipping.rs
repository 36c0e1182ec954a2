//! How an order travels, what that costs and when it arrives.

use super::{money::Money, timestamp::Day};
use serde::{Deserialize, Serialize};

/// A way to have an order delivered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShippingMethod {
    /// What a call to the API names it by.
    pub code: String,
    pub name: String,
    pub price: Money,
    /// From this sum of goods on it costs nothing.
    pub free_over: Option<Money>,
    /// Working days from the order to the door, at the latest.
    pub working_days: u8,
}

/// A method as it is offered for one cart.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShippingOption {
    pub code: String,
    pub name: String,
    pub price: Money,
    /// The day it is there at the latest, when ordered today.
    pub arrives: Day,
}

impl ShippingMethod {
    /// The offer for goods worth `goods`, ordered `today`.
    #[must_use]
    pub fn offer(&self, goods: Money, today: Day) -> ShippingOption {
        let free = self.free_over.is_some_and(|over| over.currency == goods.currency && goods.amount >= over.amount);
        let price = if free { Money::zero(self.price.currency) } else { self.price };
        ShippingOption {
            code: self.code.clone(),
            name: self.name.clone(),
            price,
            arrives: today.plus_working_days(self.working_days),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;

    #[test]
    fn delivery_is_free_from_the_limit_on_and_not_a_cent_before() {
        let usd = |amount| Money::new(amount, Currency::USD);
        let method = ShippingMethod {
            code: "standard".into(),
            name: "Standard".into(),
            price: usd(495),
            free_over: Some(usd(9000)),
            working_days: 3,
        };
        let today = Day::parse("2026-11-20").unwrap();
        assert_eq!(method.offer(usd(8999), today).price, usd(495));
        assert_eq!(method.offer(usd(9000), today).price, usd(0));
        assert_eq!(method.offer(usd(1), today).arrives.to_string(), "2026-11-25");
    }
}
