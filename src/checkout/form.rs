//! What goes over the wire between the checkout page and the server.

use crate::{
    domain::{address::FieldErrors, cart::Cart, payment::CardNumber},
    error::AppError,
};
use serde::{Deserialize, Serialize};

/// What was typed, but for the card.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckoutForm {
    pub email: String,
    pub name: String,
    pub line1: String,
    pub city: String,
    pub postcode: String,
    pub country: String,
    pub shipping_method: String,
}

/// The fields of a card.
#[derive(Clone, Debug, Default)]
pub struct CardForm {
    pub number: CardNumber,
    pub expiry: String,
    pub security_code: String,
}

/// What became of an attempt to order.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckoutOutcome {
    /// The order is at `page`; `next_action` is where to confirm the payment first.
    Placed { page: String, next_action: Option<String> },
    /// Fields that need another look.
    Invalid { fields: FieldErrors },
    /// The order could not be taken as it was.
    Refused { error: AppError },
}

impl CheckoutOutcome {
    /// Where a browser without JavaScript goes next.
    #[must_use]
    pub fn page(&self) -> String {
        match self {
            Self::Placed { next_action: Some(url), .. } => url.clone(),
            Self::Placed { page, .. } => page.clone(),
            Self::Invalid { .. } | Self::Refused { .. } => "/checkout".to_owned(),
        }
    }
}

/// The checkout page's data.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Checkout {
    pub cart: Cart,
    pub form: CheckoutForm,
    /// What became of the last attempt, when the page was loaded anew after it.
    pub outcome: Option<CheckoutOutcome>,
    /// The key under which at most one order is placed.
    pub attempt: String,
    /// Whether there is a gateway to pay through.
    pub can_pay: bool,
}
