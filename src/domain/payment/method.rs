//! The ways to pay.

use serde::{Deserialize, Serialize};

/// How an order is paid.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentMethod {
    #[default]
    Card,
    /// To whoever brings it.
    OnDelivery,
    BankTransfer,
}

impl PaymentMethod {
    pub const ALL: [Self; 3] = [Self::Card, Self::OnDelivery, Self::BankTransfer];

    /// The name in the database, in forms and in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::OnDelivery => "on_delivery",
            Self::BankTransfer => "bank_transfer",
        }
    }

    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }

    /// Whether the money comes by itself, through a gateway; else staff say that it came.
    #[must_use]
    pub fn is_charged(self) -> bool {
        self == Self::Card
    }
}

/// What Stripe calls a card that its own form took in: `pm_…`. It says nothing of the card.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StripeCard(String);

/// It is no such name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("what Stripe calls a card begins with pm_")]
pub struct NotAStripeCard;

impl StripeCard {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for StripeCard {
    type Error = NotAStripeCard;

    fn try_from(text: String) -> Result<Self, NotAStripeCard> {
        let rest = text.strip_prefix("pm_").ok_or(NotAStripeCard)?;
        let known = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        if (1..=100).contains(&rest.len()) && rest.bytes().all(known) { Ok(Self(text)) } else { Err(NotAStripeCard) }
    }
}

impl From<StripeCard> for String {
    fn from(card: StripeCard) -> Self {
        card.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_number_is_no_name_of_a_card() {
        for text in ["", "pm_", "4242424242424242", "tok_visa", "pm_a/../b", "pm_ä", "pm_a b", "pm_a\n"] {
            assert_eq!(StripeCard::try_from(text.to_owned()), Err(NotAStripeCard), "{text}");
        }
        assert_eq!(StripeCard::try_from("pm_card_visa".to_owned()).unwrap().as_str(), "pm_card_visa");
    }

    #[test]
    fn names_are_read_back() {
        for method in PaymentMethod::ALL {
            assert_eq!(PaymentMethod::parse(method.name()), Some(method));
        }
    }
}
