//! Amounts on the wire: `{"amount": 1999, "currency": "USD"}`, in minor units.

use crate::domain::money::{Currency, Money};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An amount of money.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Amount {
    /// In minor units: cents for USD, whole yen for JPY.
    #[schema(example = 1999)]
    pub amount: i64,
    /// An ISO 4217 code.
    #[schema(example = "USD")]
    pub currency: String,
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self { amount: money.amount, currency: money.currency.to_string() }
    }
}

impl Amount {
    /// The amount, if its currency is one.
    #[must_use]
    pub fn money(&self) -> Option<Money> {
        Currency::parse(&self.currency).map(|currency| Money::new(self.amount, currency))
    }
}
