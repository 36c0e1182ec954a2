//! Paying: what a customer gives us to pay with, and where an attempt to pay stands.

pub mod hold;
mod method;

pub use method::{PaymentMethod, StripeCard};

use super::{
    address::{Field, FieldErrors, Problem},
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where one attempt to pay stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// Recorded here; the gateway has not answered yet.
    Claimed,
    /// The gateway has it and will tell later.
    Pending,
    /// The customer has to confirm it with the bank first.
    ActionRequired,
    Captured,
    Declined,
    /// Given up here before anything was captured.
    Abandoned,
    /// Captured for an order that could no longer take it: the money has to go back.
    RefundDue,
    /// It went back, all of it.
    Refunded,
}

impl PaymentStatus {
    pub const ALL: [Self; 8] = [
        Self::Claimed,
        Self::Pending,
        Self::ActionRequired,
        Self::Captured,
        Self::Declined,
        Self::Abandoned,
        Self::RefundDue,
        Self::Refunded,
    ];

    /// The name in the database and in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Pending => "pending",
            Self::ActionRequired => "action_required",
            Self::Captured => "captured",
            Self::Declined => "declined",
            Self::Abandoned => "abandoned",
            Self::RefundDue => "refund_due",
            Self::Refunded => "refunded",
        }
    }

    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// Where money that goes back stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    /// Set aside here; the gateway is asked, or has not answered yet.
    Claimed,
    Done,
    /// The gateway would not; what was set aside is there again.
    Refused,
}

impl RefundStatus {
    pub const ALL: [Self; 3] = [Self::Claimed, Self::Done, Self::Refused];

    /// The name in the database and in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }

    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// Why a card was declined, as far as a customer may know.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeclineReason {
    Declined,
    InsufficientFunds,
    ChallengeFailed,
    /// No card is charged so little.
    TooSmall,
}

impl DeclineReason {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Declined => "declined",
            Self::InsufficientFunds => "insufficient_funds",
            Self::ChallengeFailed => "challenge_failed",
            Self::TooSmall => "too_small",
        }
    }

    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let all = [Self::Declined, Self::InsufficientFunds, Self::ChallengeFailed, Self::TooSmall];
        all.into_iter().find(|reason| reason.name() == name)
    }
}

/// One of the sandbox's test cards. The number itself is gone once it is parsed: nothing keeps or logs it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SandboxCard {
    Succeeds,
    Declined,
    InsufficientFunds,
    Challenge,
    /// Does not answer now; settles later by webhook.
    TimesOut,
}

impl SandboxCard {
    /// Reads a card number; spaces do not matter. The sandbox takes its test cards only.
    #[must_use]
    pub fn parse(number: &CardNumber) -> Option<Self> {
        match number.0.chars().filter(|c| !c.is_whitespace()).collect::<String>().as_str() {
            "4242424242424242" => Some(Self::Succeeds),
            "4000000000000002" => Some(Self::Declined),
            "4000000000009995" => Some(Self::InsufficientFunds),
            "4000002500003155" => Some(Self::Challenge),
            "4000000000000341" => Some(Self::TimesOut),
            _ => None,
        }
    }
}

/// A card number on its way from the form to the parser. It cannot be printed or logged by accident.
#[derive(Clone, Default, Serialize)]
#[serde(transparent)]
pub struct CardNumber(String);

impl<'de> Deserialize<'de> for CardNumber {
    /// What is no text is refused without being repeated: errors are logged and kept.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = String::deserialize(deserializer);
        number.map(Self).map_err(|_| serde::de::Error::custom("a card number is a string of digits"))
    }
}

impl CardNumber {
    #[must_use]
    pub fn new(number: String) -> Self {
        Self(number)
    }

    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl fmt::Debug for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardNumber(…)")
    }
}

/// Parses the three fields of a card form; the sandbox needs only the number, people expect all three.
pub fn parse_card_form(
    number: &CardNumber,
    expiry: &str,
    code: &str,
    now: Timestamp,
) -> Result<SandboxCard, FieldErrors> {
    let mut errors = Vec::new();
    let card = SandboxCard::parse(number);
    if card.is_none() {
        errors.push((Field::Card, if number.is_blank() { Problem::Missing } else { Problem::Unknown }));
    }
    errors.extend(expiry_problem(expiry, now).map(|problem| (Field::Expiry, problem)));
    errors.extend(code_problem(code).map(|problem| (Field::SecurityCode, problem)));
    match card {
        Some(card) if errors.is_empty() => Ok(card),
        _ => Err(errors),
    }
}

/// `MM/YY` or `MM/YYYY`; good to the end of its month.
fn expiry_problem(expiry: &str, now: Timestamp) -> Option<Problem> {
    let expiry: String = expiry.chars().filter(|c| !c.is_whitespace()).collect();
    if expiry.is_empty() {
        return Some(Problem::Missing);
    }
    let parsed = expiry.split_once('/').and_then(|(month, year)| {
        let month: u8 = month.parse().ok().filter(|m| (1..=12).contains(m))?;
        let year: i32 = year.parse().ok().filter(|_| year.len() == 2 || year.len() == 4)?;
        Some((if year < 100 { 2000 + year } else { year }, month))
    });
    let (this_year, this_month, ..) = now.day().parts();
    match parsed {
        None => Some(Problem::Malformed),
        Some(last) if last < (this_year, this_month) => Some(Problem::Past),
        Some(_) => None,
    }
}

fn code_problem(code: &str) -> Option<Problem> {
    let code = code.trim();
    match code.len() {
        0 => Some(Problem::Missing),
        3 | 4 if code.bytes().all(|b| b.is_ascii_digit()) => None,
        _ => Some(Problem::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_000_000_000); // 2026-11-18

    fn parse(number: &str, expiry: &str, code: &str) -> Result<SandboxCard, FieldErrors> {
        parse_card_form(&CardNumber::new(number.into()), expiry, code, NOW)
    }

    #[test]
    fn a_card_is_good_to_the_end_of_its_month() {
        assert_eq!(parse("4242 4242 4242 4242", "11/26", "123"), Ok(SandboxCard::Succeeds));
        assert_eq!(parse("4242424242424242", "10 / 2026", "1234"), Err(vec![(Field::Expiry, Problem::Past)]));
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let expected = vec![
            (Field::Card, Problem::Unknown),
            (Field::Expiry, Problem::Malformed),
            (Field::SecurityCode, Problem::Malformed),
        ];
        assert_eq!(parse("4111111111111111", "13/30", "12a"), Err(expected));
        let missing = [Field::Card, Field::Expiry, Field::SecurityCode].map(|f| (f, Problem::Missing)).to_vec();
        assert_eq!(parse("", " ", ""), Err(missing));
    }

    #[test]
    fn a_card_number_cannot_be_printed() {
        assert_eq!(format!("{:?}", CardNumber::new("4242424242424242".into())), "CardNumber(…)");
    }
}
