//! An order as its buyer sees it.

use crate::domain::{
    address::Recipient,
    money::Money,
    order::OrderStatus,
    timestamp::{Day, Timestamp},
};
use serde::{Deserialize, Serialize};

/// A line as it was bought, whatever became of the product since.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderLine {
    pub sku: String,
    pub handle: String,
    pub title: String,
    pub options: Vec<String>,
    pub picture: String,
    pub quantity: u32,
    pub unit_price: Money,
    pub total: Money,
}

/// Something that happened to an order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HistoryEntry {
    pub at: Timestamp,
    pub event: String,
    pub status: OrderStatus,
}

/// An order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Order {
    pub number: String,
    pub status: OrderStatus,
    pub payment_status: String,
    pub fulfilment_status: String,
    pub placed_at: Timestamp,
    /// Nothing after the person was erased.
    pub recipient: Option<Recipient>,
    pub lines: Vec<OrderLine>,
    pub goods: Money,
    pub shipping: Money,
    pub shipping_code: String,
    pub shipping_name: String,
    pub tax: Money,
    pub total: Money,
    pub arrives: Option<Day>,
    pub history: Vec<HistoryEntry>,
    /// Where to confirm the payment with the bank, while that is asked for.
    pub next_action: Option<String>,
    /// Whether it can be paid now.
    pub payable: bool,
}

/// What placing or paying an order came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Placed {
    pub number: String,
    pub token: String,
    pub status: OrderStatus,
    pub total: Money,
    pub next_action: Option<String>,
}

impl Placed {
    /// The address of the order's page; its signed-in owner needs no token.
    #[must_use]
    pub fn page(&self) -> String {
        match self.token.as_str() {
            "" => format!("/orders/{}", self.number),
            token => format!("/orders/{}?token={token}", self.number),
        }
    }
}
