//! What the pages that pay are told.

use crate::domain::payment::PaymentMethod;
use serde::{Deserialize, Serialize};

/// The ways to pay that a shop offers.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Offer {
    pub card: Option<CardForm>,
    pub on_delivery: bool,
    pub bank_transfer: bool,
}

/// Whose form takes the card in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardForm {
    /// Ours, for test cards.
    Sandbox,
    /// Stripe's own, in the browser: no card number reaches the shop.
    Stripe(StripeForm),
}

/// What Stripe's form needs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StripeForm {
    /// Made to be public.
    pub key: String,
    /// The address of Stripe.js.
    pub script: String,
}

impl Offer {
    /// The values of the radios, in the order they are offered.
    #[must_use]
    pub fn choices(&self) -> Vec<Choice> {
        let card = self.card.as_ref().map(|card| match card {
            CardForm::Sandbox => Choice::Sandbox,
            CardForm::Stripe(_) => Choice::Stripe,
        });
        let delivery = self.on_delivery.then_some(Choice::OnDelivery);
        card.into_iter().chain(self.bank_transfer.then_some(Choice::BankTransfer)).chain(delivery).collect()
    }

    /// The way to pay that counts: the one of that name where it is offered, else the first one.
    #[must_use]
    pub fn chosen(&self, name: &str) -> Option<Choice> {
        let choices = self.choices();
        let named = choices.iter().copied().find(|choice| choice.name() == name.trim());
        named.or(choices.first().copied())
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.choices().is_empty()
    }

    #[must_use]
    pub fn stripe(&self) -> Option<&StripeForm> {
        match &self.card {
            Some(CardForm::Stripe(form)) => Some(form),
            _ => None,
        }
    }
}

/// One way to pay, as a form and the API name it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    Sandbox,
    Stripe,
    BankTransfer,
    OnDelivery,
}

impl Choice {
    pub const ALL: [Self; 4] = [Self::Sandbox, Self::Stripe, Self::BankTransfer, Self::OnDelivery];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Stripe => "stripe",
            Self::BankTransfer => "bank_transfer",
            Self::OnDelivery => "on_delivery",
        }
    }

    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.name() == name)
    }

    #[must_use]
    pub fn method(self) -> PaymentMethod {
        match self {
            Self::Sandbox | Self::Stripe => PaymentMethod::Card,
            Self::BankTransfer => PaymentMethod::BankTransfer,
            Self::OnDelivery => PaymentMethod::OnDelivery,
        }
    }
}
