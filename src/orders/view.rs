//! An order as its buyer sees it.

use crate::domain::{
    address::Recipient,
    ids::RefundId,
    money::Money,
    order::{Carrier, Fulfilment, OrderStatus, Settlement, Tracking},
    payment::{PaymentMethod, PaymentStatus},
    pricing::Discount,
    timestamp::{Day, Timestamp},
};
use crate::payments::view::StripeForm;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A line as it was bought, whatever became of the product since.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderLine {
    pub sku: String,
    pub handle: String,
    pub title: String,
    pub options: Vec<String>,
    pub picture: String,
    pub quantity: u32,
    /// How many of them will not be sent.
    pub cancelled: u32,
    /// How many of those were not paid, and need not be.
    pub reduced: u32,
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

/// A parcel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Shipment {
    pub id: Uuid,
    pub carrier: Carrier,
    pub tracking: Tracking,
    /// The day it is there at the latest.
    pub arrives: Option<Day>,
    pub shipped_at: Timestamp,
    pub delivered_at: Option<Timestamp>,
    pub lines: Vec<ShippedLine>,
}

/// The paper about money of an order that is back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreditNote {
    pub refund: RefundId,
    pub amount: Money,
}

/// What is in it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShippedLine {
    pub sku: String,
    pub title: String,
    pub options: Vec<String>,
    pub quantity: u32,
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
    /// What was taken off, each by its name.
    pub discounts: Vec<Discount>,
    pub shipping: Money,
    pub shipping_code: String,
    pub shipping_name: String,
    pub fees: Money,
    pub tax: Money,
    /// Tax within the prices.
    pub included_tax: Money,
    /// "VAT", or empty.
    pub tax_name: String,
    pub total: Money,
    /// What of it needs not be paid, because it is not sent.
    pub reduced: Money,
    /// What a gift card paid of it.
    pub gift_card: Money,
    pub money: Settlement,
    pub credit_notes: Vec<CreditNote>,
    pub arrives: Option<Day>,
    pub shipments: Vec<Shipment>,
    pub history: Vec<HistoryEntry>,
    /// Whether its buyer can cancel it now.
    pub cancellable: bool,
    /// Another one than before when anything about it has changed.
    pub version: String,
    /// Where to confirm the payment with the bank, while that is asked for.
    pub next_action: Option<String>,
    /// Whether it can be paid now.
    pub payable: bool,
    /// How it is paid: card, on_delivery, bank_transfer.
    pub payment_method: String,
    /// Until when its stock is held for its payment.
    pub hold_until: Option<Timestamp>,
    /// What the server's clock showed when it said all this.
    pub now: Timestamp,
    /// Where to transfer the money to.
    pub bank_details: Option<String>,
    /// What Stripe's form needs, where an order that waits is paid by Stripe.
    pub stripe: Option<StripeForm>,
    /// With this secret Stripe's script asks the customer to confirm the payment.
    pub confirm: Option<String>,
}

/// What the page of an order asks its buyer to do about the money.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ToPay {
    /// Where the bank asks to confirm the payment, on a page of its own.
    pub question: Option<String>,
    pub way: WayToPay,
}

/// How an order is paid. As long as that is the same, what is typed there stays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WayToPay {
    pub number: String,
    pub status: OrderStatus,
    pub payable: bool,
    pub due: Money,
    pub payment_method: String,
    pub bank_details: Option<String>,
    pub stripe: Option<StripeForm>,
    pub confirm: Option<String>,
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

impl Order {
    /// Where its goods stand.
    #[must_use]
    pub fn fulfilment(&self) -> Fulfilment {
        Fulfilment::parse(&self.fulfilment_status).unwrap_or(Fulfilment::Unfulfilled)
    }

    /// What the customer is charged, or has to bring.
    #[must_use]
    pub fn due(&self) -> Money {
        Money { amount: self.total.amount - self.reduced.amount - self.gift_card.amount, ..self.total }
    }

    /// Whether the shop has taken it on: it is paid, or it is paid later.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        match self.status {
            OrderStatus::Cancelled | OrderStatus::Expired => false,
            OrderStatus::PendingPayment => self.payment_method != PaymentMethod::Card.name(),
            _ => true,
        }
    }

    /// Whether its money is under way: the page looks again by itself.
    #[must_use]
    pub fn waits_for_gateway(&self) -> bool {
        let is_charged = self.payment_method == PaymentMethod::Card.name();
        self.status == OrderStatus::PendingPayment && is_charged && !self.payable
    }

    /// What its page asks its buyer to do about the money.
    #[must_use]
    pub fn how_to_pay(&self) -> ToPay {
        ToPay {
            // With Stripe the address is that of the page itself, signed anew each time.
            question: self.next_action.clone().filter(|_| self.confirm.is_none()),
            way: WayToPay {
                number: self.number.clone(),
                status: self.status,
                payable: self.payable,
                due: self.due(),
                payment_method: self.payment_method.clone(),
                bank_details: self.bank_details.clone(),
                stripe: self.stripe.clone(),
                confirm: self.confirm.clone(),
            },
        }
    }

    /// Whether the last attempt to pay it came to nothing, and another one is awaited.
    #[must_use]
    pub fn was_declined(&self) -> bool {
        self.status == OrderStatus::PendingPayment && self.payment_status == PaymentStatus::Declined.name()
    }

    /// The order without what is another with every look at it.
    #[must_use]
    pub fn at_rest(&self) -> Self {
        Self { now: self.placed_at, hold_until: None, next_action: None, ..self.clone() }
    }

    /// Whether there is an invoice of it.
    #[must_use]
    pub fn is_due_an_invoice(&self) -> bool {
        self.status.is_due_an_invoice(&self.payment_method, self.money.is_received)
    }

    /// Whether its money comes with the parcel.
    #[must_use]
    pub fn is_paid_at_the_door(&self) -> bool {
        self.payment_method == PaymentMethod::OnDelivery.name()
    }
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
