//! Shares of amounts: a rate in millionths, how it is rounded, and how an amount is spread without a lost cent.
//!
//! Everything is integers; what is multiplied is widened to 128 bits first, so nothing runs over on the way.

use super::money::{Money, MoneyError};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A share in millionths, from nothing to a hundred times the whole: 20% is 200,000. Written `20%`, `8.875%`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rate(u32);

/// How what is not a whole minor unit becomes one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rounding {
    /// To the nearest; a half away from zero. Taxes and discounts.
    HalfUp,
    /// To the nearest; a half to the even neighbour.
    HalfEven,
    /// Towards zero.
    Down,
}

impl Rate {
    pub const ZERO: Self = Self(0);
    pub const WHOLE: Self = Self(MILLION);

    /// A rate of so many millionths. A constant too large is clamped to a hundred times the whole.
    #[must_use]
    pub const fn millionths(millionths: u32) -> Self {
        if millionths > 100 * MILLION { Self(100 * MILLION) } else { Self(millionths) }
    }

    /// A whole number of hundredths.
    #[must_use]
    pub const fn percent(percent: u32) -> Self {
        Self::millionths(percent.saturating_mul(MILLION / 100))
    }

    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The smaller of two rates, at most the whole.
    #[must_use]
    pub fn at_most_whole(self) -> Self {
        self.min(Self::WHOLE)
    }

    /// Reads `20%`, `8.875 %` or `20`: hundredths, with at most four decimals.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let number = text.trim().trim_end_matches('%').trim_end();
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || whole.len() > 5 || part.len() > 4 || !digits(whole) || !digits(part) {
            return None;
        }
        let millionths: u32 = format!("{whole}{part:0<4}").parse().ok()?;
        (millionths <= 100 * MILLION).then_some(Self(millionths))
    }
}

const MILLION: u32 = 1_000_000;

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / 10_000, self.0 % 10_000);
        let decimals = format!("{part:04}");
        match decimals.trim_end_matches('0') {
            "" => write!(f, "{whole}%"),
            decimals => write!(f, "{whole}.{decimals}%"),
        }
    }
}

impl TryFrom<String> for Rate {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a rate is written 20% or 8.875%")
    }
}

impl From<Rate> for String {
    fn from(rate: Rate) -> Self {
        rate.to_string()
    }
}

/// `numerator / denominator`, rounded. Nothing is divided by zero: that is nothing.
#[must_use]
pub fn divide(numerator: i128, denominator: i128, rounding: Rounding) -> i128 {
    if denominator <= 0 {
        return 0;
    }
    let (size, sign) = (numerator.abs(), numerator.signum());
    let (whole, rest) = (size / denominator, size % denominator);
    let up = match rounding {
        Rounding::Down => false,
        Rounding::HalfUp => rest * 2 >= denominator,
        Rounding::HalfEven => rest * 2 > denominator || (rest * 2 == denominator && whole % 2 == 1),
    };
    sign * (whole + i128::from(up))
}

fn narrowed(amount: i128) -> Result<i64, MoneyError> {
    i64::try_from(amount).map_err(|_| MoneyError::Overflow)
}

impl Money {
    /// The share of an amount.
    pub fn share(self, rate: Rate, rounding: Rounding) -> Result<Self, MoneyError> {
        let amount = divide(i128::from(self.amount) * i128::from(rate.0), MILLION.into(), rounding);
        Ok(Self { amount: narrowed(amount)?, ..self })
    }

    /// The part of an amount that is a tax of `rate` already within it.
    pub fn share_within(self, rate: Rate, rounding: Rounding) -> Result<Self, MoneyError> {
        let whole = i128::from(MILLION) + i128::from(rate.0);
        let amount = divide(i128::from(self.amount) * i128::from(rate.0), whole, rounding);
        Ok(Self { amount: narrowed(amount)?, ..self })
    }
}

/// Spreads `amount` over parts as heavy as `weights`, to the last unit: each gets its share rounded down, and what is
/// left goes, a unit each, to the largest remainders; of equal ones to the first.
///
/// With no weight at all, nobody gets anything. Neither amount nor weights may be negative.
#[must_use]
pub fn spread(amount: i64, weights: &[i64]) -> Vec<i64> {
    let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if sum <= 0 || amount <= 0 {
        return vec![0; weights.len()];
    }
    let product = |weight: i64| i128::from(amount) * i128::from(weight);
    // A share is at most the amount, so it fits.
    let mut shares: Vec<i64> = weights.iter().map(|w| i64::try_from(product(*w) / sum).unwrap_or(0)).collect();
    let mut left = amount - shares.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..weights.len()).filter(|at| product(weights[*at]) % sum > 0).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(product(weights[*at]) % sum), *at));
    for at in order {
        if left == 0 {
            break;
        }
        shares[at] += 1;
        left -= 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;
    use proptest::prelude::*;

    #[test]
    fn rates_are_read_and_written_as_people_write_them() {
        for (text, millionths) in [("20%", 200_000), ("8.875%", 88_750), ("0%", 0), ("5.5", 55_000), ("7.0 %", 70_000)]
        {
            assert_eq!(Rate::parse(text), Some(Rate::millionths(millionths)), "{text}");
        }
        assert_eq!([Rate::percent(20), Rate::millionths(88_750)].map(|rate| rate.to_string()), ["20%", "8.875%"]);
        for text in ["", "%", "-1%", "1e2%", "8.87501%", ".5%", "999999%", "٣%", "99999%"] {
            assert_eq!(Rate::parse(text), None, "{text}");
        }
    }

    #[test]
    fn each_rounding_does_what_its_name_says() {
        let halves = |rounding| [1, 3, -1, -3].map(|n| divide(n, 2, rounding));
        assert_eq!(halves(Rounding::HalfUp), [1, 2, -1, -2]);
        assert_eq!(halves(Rounding::HalfEven), [0, 2, 0, -2]);
        assert_eq!(halves(Rounding::Down), [0, 1, 0, -1]);
        assert_eq!([7, 8].map(|n| divide(n, 5, Rounding::HalfEven)), [1, 2]);
    }

    #[test]
    fn a_tax_within_a_price_and_the_rest_are_the_price() {
        let price = Money::new(12_000, Currency::EUR);
        assert_eq!(price.share_within(Rate::percent(20), Rounding::HalfUp).unwrap().amount, 2_000);
        assert_eq!(
            Money::new(100, Currency::EUR).share_within(Rate::percent(19), Rounding::HalfUp).unwrap().amount,
            16
        );
    }

    #[test]
    fn a_share_too_large_for_the_books_is_an_error() {
        let most = Money::new(i64::MAX, Currency::USD);
        assert_eq!(most.share(Rate::percent(101), Rounding::HalfUp), Err(MoneyError::Overflow));
        assert_eq!(most.share(Rate::WHOLE, Rounding::HalfUp), Ok(most));
    }

    #[test]
    fn a_cent_that_does_not_divide_goes_to_the_largest_remainder_and_of_equals_to_the_first() {
        assert_eq!(spread(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(spread(100, &[200, 100, 300]), [33, 17, 50]);
        assert_eq!(spread(2, &[1, 1, 1]), [1, 1, 0]);
        assert_eq!(spread(5, &[0, 0]), [0, 0]);
        assert_eq!(spread(5, &[0, 7, 0]), [0, 5, 0]);
    }

    proptest! {
        #[test]
        fn what_is_spread_is_neither_lost_nor_made_and_nobody_gets_more_than_a_unit_too_many(
            amount in 0_i64..=i64::MAX / 2,
            weights in prop::collection::vec(0_i64..=1_000_000_000_000, 1..60),
        ) {
            let shares = spread(amount, &weights);
            let sum: i128 = weights.iter().map(|w| i128::from(*w)).sum();
            prop_assert_eq!(shares.iter().sum::<i64>(), if sum == 0 { 0 } else { amount });
            for (share, weight) in shares.iter().zip(&weights) {
                let exact = if sum == 0 { 0 } else { i128::from(amount) * i128::from(*weight) / sum };
                prop_assert!((exact..=exact + 1).contains(&i128::from(*share)));
            }
        }
    }
}
