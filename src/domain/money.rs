//! Money: whole minor units of one currency. No floats anywhere.
//!
//! Arithmetic is checked: adding dollars to euros or running over 63 bits is an error, never a number.

use serde::{
    Deserialize, Serialize,
    de::{MapAccess, Visitor},
};
use std::fmt;

/// An ISO 4217 currency code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    pub const USD: Self = Self(*b"USD");
    pub const EUR: Self = Self(*b"EUR");
    pub const JPY: Self = Self(*b"JPY");

    /// Reads a three-letter code in any case.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let letters: [u8; 3] = code.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_alphabetic).then(|| Self(letters.map(|b| b.to_ascii_uppercase())))
    }

    #[must_use]
    pub fn code(&self) -> &str {
        // Only ASCII letters get in, so this is always text.
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// How many decimals the currency has (ISO 4217): 0 for yen, 3 for Kuwaiti dinar, 2 for most.
    #[must_use]
    pub fn decimals(&self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF" | b"UGX"
            | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }

    fn symbol(&self) -> Option<&'static str> {
        match &self.0 {
            b"USD" => Some("$"),
            b"EUR" => Some("€"),
            b"GBP" => Some("£"),
            b"JPY" => Some("¥"),
            _ => None,
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let code = String::deserialize(from)?;
        Self::parse(&code).ok_or_else(|| serde::de::Error::custom("a currency is three letters, like USD"))
    }
}

/// An amount of money, in minor units (cents for USD, whole yen for JPY).
/// Also read as people write it in a file of settings: `"4.95 USD"`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Money {
    pub amount: i64,
    pub currency: Currency,
}

/// Why two amounts could not be brought together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MoneyError {
    #[error("the amounts are in different currencies")]
    CurrencyMismatch,
    #[error("the amount is too large")]
    Overflow,
}

impl Money {
    #[must_use]
    pub const fn new(amount: i64, currency: Currency) -> Self {
        Self { amount, currency }
    }

    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// The sum of two amounts in one currency.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch);
        }
        let amount = self.amount.checked_add(other.amount).ok_or(MoneyError::Overflow)?;
        Ok(Self { amount, ..self })
    }

    /// What is left of an amount after another one; it may be less than nothing.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch);
        }
        let amount = self.amount.checked_sub(other.amount).ok_or(MoneyError::Overflow)?;
        Ok(Self { amount, ..self })
    }

    /// The amount taken `count` times.
    pub fn times(self, count: u32) -> Result<Self, MoneyError> {
        let amount = self.amount.checked_mul(count.into()).ok_or(MoneyError::Overflow)?;
        Ok(Self { amount, ..self })
    }

    /// The plain decimal number, `19.99`: for forms, addresses and CSV files.
    #[must_use]
    pub fn decimal(self) -> String {
        let decimals = self.currency.decimals();
        let unit = 10_u64.pow(decimals);
        let (whole, part) = (self.amount.unsigned_abs() / unit, self.amount.unsigned_abs() % unit);
        let sign = if self.amount < 0 { "-" } else { "" };
        match decimals {
            0 => format!("{sign}{whole}"),
            width => format!("{sign}{whole}.{part:0width$}", width = width as usize),
        }
    }

    /// Reads a plain decimal number: digits, at most one point, no more decimals than the currency has.
    #[must_use]
    pub fn parse_decimal(text: &str, currency: Currency) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let decimals = currency.decimals() as usize;
        // "5." and ".5" are numbers to a person; "" and "." are not. Trailing zeros do no harm.
        let part = if part.len() > decimals { part.trim_end_matches('0') } else { part };
        let digits_only = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if (whole.is_empty() && part.is_empty()) || part.len() > decimals || !digits_only(whole) || !digits_only(part) {
            return None;
        }
        let number = format!("{whole}{part:0<decimals$}");
        let amount: i64 = if number.is_empty() { 0 } else { number.parse().ok()? };
        Some(Self::new(if negative { -amount } else { amount }, currency))
    }
}

/// `4.95 USD`.
impl std::str::FromStr for Money {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (amount, currency) = text.trim().split_once(' ')?;
            Self::parse_decimal(amount.trim(), Currency::parse(currency.trim())?)
        };
        read().ok_or("an amount is written 4.95 USD")
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(MoneyVisitor)
    }
}

struct MoneyVisitor;

impl<'de> Visitor<'de> for MoneyVisitor {
    type Value = Money;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount: 4.95 USD, or amount (in minor units) and currency")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Money, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Money, M::Error> {
        let (mut amount, mut currency) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "amount" => amount = Some(map.next_value()?),
                "currency" => currency = Some(map.next_value()?),
                _ => drop(map.next_value::<serde::de::IgnoredAny>()?),
            }
        }
        match (amount, currency) {
            (Some(amount), Some(currency)) => Ok(Money { amount, currency }),
            (None, _) => Err(serde::de::Error::missing_field("amount")),
            (_, None) => Err(serde::de::Error::missing_field("currency")),
        }
    }
}

/// As people write it: `$1,299.00`, `¥1,300`, `SEK 129.00`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimal = Money::new(self.amount.unsigned_abs().try_into().unwrap_or(i64::MAX), self.currency).decimal();
        let (whole, part) = decimal.split_once('.').map_or((decimal.as_str(), ""), |(w, p)| (w, p));
        if self.amount < 0 {
            f.write_str("−")?;
        }
        match self.currency.symbol() {
            Some(symbol) => f.write_str(symbol)?,
            None => write!(f, "{}\u{a0}", self.currency)?,
        }
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        if part.is_empty() { Ok(()) } else { write!(f, ".{part}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(amount: i64) -> Money {
        Money::new(amount, Currency::USD)
    }

    #[test]
    fn money_is_written_as_people_write_it() {
        assert_eq!(usd(1999).to_string(), "$19.99");
        assert_eq!(usd(12_990_005).to_string(), "$129,900.05");
        assert_eq!(usd(-5).to_string(), "−$0.05");
        assert_eq!(Money::new(1300, Currency::JPY).to_string(), "¥1,300");
        assert_eq!(Money::new(1300, Currency::parse("sek").unwrap()).to_string(), "SEK\u{a0}13.00");
    }

    #[test]
    fn yen_have_no_hundredths_and_dinars_have_thousandths() {
        assert_eq!(Money::parse_decimal("1300", Currency::JPY).unwrap().amount, 1300);
        assert_eq!(Money::parse_decimal("1300.5", Currency::JPY), None);
        assert_eq!(Money::parse_decimal("1.234", Currency::parse("KWD").unwrap()).unwrap().amount, 1234);
    }

    #[test]
    fn a_decimal_is_read_back_as_it_was_written() {
        for amount in [0, 1, 99, 100, 1999, 1_000_000, -1, -12_345] {
            assert_eq!(Money::parse_decimal(&usd(amount).decimal(), Currency::USD), Some(usd(amount)));
        }
        assert_eq!(Money::parse_decimal("50", Currency::USD), Some(usd(5000)));
        assert_eq!(Money::parse_decimal("50.500", Currency::USD), Some(usd(5050)));
        assert_eq!(Money::parse_decimal(".5", Currency::USD), Some(usd(50)));
    }

    #[test]
    fn an_amount_is_read_from_minor_units_and_from_what_people_write() {
        let read = |json: &str| serde_json::from_str::<Money>(json).ok();
        assert_eq!(read(r#"{"amount": 495, "currency": "USD"}"#), Some(usd(495)));
        assert_eq!(read(r#"{"currency": "USD", "amount": 495, "more": [1]}"#), Some(usd(495)));
        assert_eq!(read(r#""4.95 USD""#), Some(usd(495)));
        assert_eq!(read(r#""1300 JPY""#), Some(Money::new(1300, Currency::JPY)));
        for json in [r#""4.95""#, r#""4.955 USD""#, "495", r#"{"amount": 4.95, "currency": "USD"}"#, r#"{"amount": 1}"#]
        {
            assert_eq!(read(json), None, "{json}");
        }
    }

    #[test]
    fn nonsense_is_not_an_amount() {
        for text in ["", ".", "-", "1e99", "NaN", "1,50", "$5", "1.001", " 5", "--5", "99999999999999999999"] {
            assert_eq!(Money::parse_decimal(text, Currency::USD), None, "{text}");
        }
    }

    #[test]
    fn currencies_never_mix_and_nothing_overflows() {
        assert_eq!(usd(1).plus(Money::new(1, Currency::EUR)), Err(MoneyError::CurrencyMismatch));
        assert_eq!(usd(i64::MAX).plus(usd(1)), Err(MoneyError::Overflow));
        assert_eq!(usd(i64::MAX / 2).times(3), Err(MoneyError::Overflow));
        assert_eq!(usd(1).minus(Money::new(1, Currency::EUR)), Err(MoneyError::CurrencyMismatch));
        assert_eq!(usd(i64::MIN).minus(usd(1)), Err(MoneyError::Overflow));
        assert_eq!(usd(3).minus(usd(5)), Ok(usd(-2)));
    }
}
