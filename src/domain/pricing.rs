//! What an order costs: one pure function from lines and delivery to a quote, used by the cart in the browser and
//! by the transaction that places the order.
//!
//! Every sum is checked. Lines are exact (unit price × quantity), so the total is the sum of what is shown.

use super::{
    money::{Currency, Money, MoneyError},
    shipping::{ShippingMethod, ShippingOption},
    timestamp::Day,
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

/// One line to be priced.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PricedLine {
    pub sku: String,
    pub quantity: Quantity,
    pub unit_price: Money,
}

/// One line of a quote.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct QuoteLine {
    pub sku: String,
    pub quantity: Quantity,
    pub unit_price: Money,
    pub total: Money,
}

/// What an order would cost, explained line by line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Quote {
    pub lines: Vec<QuoteLine>,
    /// The sum of the lines.
    pub goods: Money,
    pub shipping_options: Vec<ShippingOption>,
    /// The chosen one of the options.
    pub shipping: Option<ShippingOption>,
    pub tax: Money,
    pub total: Money,
}

/// Why there is no quote.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PricingError {
    #[error(transparent)]
    Money(#[from] MoneyError),
    #[error("there is no such shipping method")]
    UnknownShippingMethod,
}

/// Prices `lines`, delivered by the method called `chosen` (the first method when nothing is chosen).
///
/// `today` is the day the delivery days are counted from.
pub fn quote(
    lines: &[PricedLine],
    methods: &[ShippingMethod],
    chosen: Option<&str>,
    currency: Currency,
    today: Day,
) -> Result<Quote, PricingError> {
    let lines = lines.iter().map(price_line).collect::<Result<Vec<_>, _>>()?;
    let goods = lines.iter().try_fold(Money::zero(currency), |sum, line| sum.plus(line.total))?;
    let shipping_options: Vec<_> = methods.iter().map(|method| method.offer(goods, today)).collect();
    let shipping = match chosen {
        Some(code) => {
            let option = shipping_options.iter().find(|option| option.code == code);
            Some(option.ok_or(PricingError::UnknownShippingMethod)?.clone())
        }
        None => shipping_options.first().cloned(),
    };
    let delivery = shipping.as_ref().map_or(Money::zero(currency), |option| option.price);
    let tax = Money::zero(currency);
    let total = goods.plus(delivery)?.plus(tax)?;
    Ok(Quote { lines, goods, shipping_options, shipping, tax, total })
}

fn price_line(line: &PricedLine) -> Result<QuoteLine, MoneyError> {
    let total = line.unit_price.times(line.quantity.get())?;
    Ok(QuoteLine { sku: line.sku.clone(), quantity: line.quantity, unit_price: line.unit_price, total })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TODAY: &str = "2026-11-20";

    fn usd(amount: i64) -> Money {
        Money::new(amount, Currency::USD)
    }

    fn method(code: &str, price: i64) -> ShippingMethod {
        ShippingMethod {
            code: code.into(),
            name: code.into(),
            price: usd(price),
            free_over: Some(usd(10_000)),
            working_days: 3,
        }
    }

    fn line(sku: &str, quantity: i64, price: i64) -> PricedLine {
        PricedLine { sku: sku.into(), quantity: quantity.try_into().unwrap(), unit_price: usd(price) }
    }

    fn price(lines: &[PricedLine], chosen: Option<&str>) -> Result<Quote, PricingError> {
        let methods = [method("standard", 495), method("express", 1295)];
        quote(lines, &methods, chosen, Currency::USD, Day::parse(TODAY).unwrap())
    }

    #[test]
    fn the_total_is_the_lines_and_the_delivery() {
        let quote = price(&[line("A", 2, 1999), line("B", 1, 500)], Some("express")).unwrap();
        assert_eq!((quote.goods, quote.total), (usd(4498), usd(5793)));
    }

    #[test]
    fn without_a_choice_the_first_method_counts() {
        assert_eq!(price(&[line("A", 1, 100)], None).unwrap().total, usd(595));
    }

    #[test]
    fn an_unknown_method_is_an_error_and_so_is_a_sum_too_large() {
        assert_eq!(price(&[], Some("teleport")), Err(PricingError::UnknownShippingMethod));
        let overflow = price(&[line("A", 999, i64::MAX / 2)], None);
        assert_eq!(overflow, Err(PricingError::Money(MoneyError::Overflow)));
    }

    #[test]
    fn quantities_outside_1_to_999_do_not_exist() {
        for count in [0, -1, 1000, 1_000_000_000, i64::MIN, i64::MAX] {
            assert!(Quantity::try_from(count).is_err(), "{count}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_adds_up_to_the_cent(
            lines in prop::collection::vec((1_i64..=999, 0_i64..=10_000_000), 0..40),
        ) {
            let lines: Vec<_> = lines.iter().enumerate().map(|(i, (q, p))| line(&i.to_string(), *q, *p)).collect();
            let quote = price(&lines, None).unwrap();
            let shown: i64 = quote.lines.iter().map(|l| l.total.amount).sum();
            prop_assert_eq!(shown, quote.goods.amount);
            prop_assert_eq!(shown + quote.shipping.unwrap().price.amount + quote.tax.amount, quote.total.amount);
        }
    }
}
