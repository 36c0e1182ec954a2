//! What the buyer of an order reads about its life, and why something cannot be done with it.

use crate::{
    domain::{
        money::Money,
        order::{OrderEvent, OrderStatus, Refused, Step, StepState},
        payment::PaymentMethod,
        timestamp::Day,
    },
    orders::view::Order,
};

/// Why money went back, in the history.
pub const CANCELLED_REFUND: &str = "Order cancelled";

pub const PROGRESS: &str = "How far your order is";
pub const SHIPMENTS: &str = "Parcels";
pub const TRACK: &str = "Track this parcel";
pub const CANCEL: &str = "Cancel this order";
pub const CANCEL_TEXT: &str = "You can cancel until we begin to pack it.";
pub const CANCEL_PAID_TEXT: &str = "Your money goes back the way it came, usually within a few days.";
pub const CANCEL_SURE: &str = "Yes, cancel the order";
pub const INVOICE: &str = "Invoice (PDF)";
pub const REFUNDED: &str = "Paid back";
pub const CANCELLED_TEXT: &str = "This order is cancelled. Nothing will be sent.";
pub const DONE: &str = "done";
pub const NOW: &str = "now";
pub const AHEAD: &str = "still to come";
pub const PAY_AT_THE_DOOR: &str = "You pay when it is delivered.";

/// What the rest of an order is called that a gift card has left.
#[must_use]
pub fn rest(order: &Order) -> &'static str {
    match order.status {
        _ if order.due().amount == 0 => super::prices::DUE,
        _ if order.money.is_received && order.payment_method == PaymentMethod::Card.name() => "Paid by card",
        _ if order.money.is_received => "Paid",
        OrderStatus::Cancelled | OrderStatus::Expired => "Not paid",
        _ => super::prices::DUE,
    }
}

#[must_use]
pub fn credit_note(amount: Money) -> String {
    format!("Credit note over {amount} (PDF)")
}

/// What was done on the order's page.
#[must_use]
pub fn done(what: &str) -> Option<&'static str> {
    (what == "cancelled").then_some("Your order is cancelled.")
}

#[must_use]
pub fn step(step: Step) -> &'static str {
    match step {
        Step::Placed => "Placed",
        Step::Paid => "Paid",
        Step::Packed => "Packed",
        Step::OnItsWay => "On its way",
        Step::Delivered => "Delivered",
    }
}

#[must_use]
pub fn step_state(state: StepState) -> &'static str {
    match state {
        StepState::Done => DONE,
        StepState::Current => NOW,
        StepState::Ahead => AHEAD,
    }
}

#[must_use]
pub fn parcel(number: usize, of: usize) -> String {
    if of == 1 { "Your parcel".to_owned() } else { format!("Parcel {number} of {of}") }
}

#[must_use]
pub fn arrives(day: Day) -> String {
    format!("There by {}", super::short_day(day))
}

#[must_use]
pub fn was_delivered(day: Day) -> String {
    format!("Delivered on {}", super::short_day(day))
}

/// How many of a line will not be sent.
#[must_use]
pub fn not_sent(cancelled: u32, quantity: u32) -> String {
    if cancelled >= quantity {
        "Will not be sent".to_owned()
    } else {
        format!("{cancelled} of {quantity} will not be sent")
    }
}

#[must_use]
pub fn status_is_now(status: OrderStatus) -> String {
    format!("Your order: {}", super::order::status(status))
}

/// Why something cannot be done.
#[must_use]
pub fn refused(refused: &Refused) -> String {
    match refused {
        Refused::Status(status, event) => of_status(*status, *event).to_owned(),
        Refused::PartlyShipped => {
            "Parts of this order are on their way, so it cannot be cancelled any more.".to_owned()
        }
        Refused::NothingChosen => "Nothing was chosen. Enter how many.".to_owned(),
        Refused::TooManyUnits { left: 0 } => "All of this is shipped already.".to_owned(),
        Refused::TooManyUnits { left } => format!("Only {left} of this are left to ship."),
        Refused::WholeOrder => "Then nothing is left of this order. Cancel the order instead.".to_owned(),
        Refused::PaidBackBefore => "Some of these items were paid back before. Enter fewer.".to_owned(),
        Refused::NotOnItsWay => "This parcel is not on its way.".to_owned(),
        Refused::NotReceived => "No money has been received for this order, so none can go back.".to_owned(),
        Refused::ReceivedBefore => "The money was received before.".to_owned(),
        Refused::PaidByGateway => "This order is paid by card: the bank tells us when the money is there.".to_owned(),
        Refused::TooManyToPayBack { left: 0 } => "All of this was paid back before.".to_owned(),
        Refused::TooManyToPayBack { left } => format!("Only {left} of this can be paid back."),
        Refused::Ambiguous => {
            "You have filled in more than what you chose to pay back. Choose what goes back, and leave the rest empty."
                .to_owned()
        }
        Refused::MoreThanReceived { left } => format!("That is too much: {left} can go back."),
        Refused::RefusedByGateway => {
            "The bank did not take the refund. Try again later, or pay it back another way.".to_owned()
        }
        Refused::Changed => "Somebody else has just changed this order. Look at it again first.".to_owned(),
    }
}

fn of_status(status: OrderStatus, event: OrderEvent) -> &'static str {
    use {OrderEvent as E, OrderStatus as S};
    match (status, event) {
        (S::Cancelled, _) => "This order is cancelled.",
        (S::Expired, _) => "This order has expired: it was not paid in time.",
        (S::Processing, E::Cancel) => "We are packing this order already, so it cannot be cancelled any more.",
        (S::Shipped | S::Delivered, E::Cancel | E::CancelByShop) => {
            "This order is on its way already, so it cannot be cancelled any more."
        }
        (S::PendingPayment, E::StartProcessing | E::StartProcessingUnpaid | E::Ship) => {
            "The money for this order has not come yet."
        }
        (S::Processing | S::Shipped | S::Delivered, E::StartProcessing | E::StartProcessingUnpaid) => {
            "This order is being processed already."
        }
        (S::Paid, E::Ship) => "Start processing this order first.",
        (S::Shipped | S::Delivered, E::Ship) => "All of this order is shipped already.",
        (S::Delivered, E::Deliver) => "This order is delivered already.",
        (_, E::Deliver) => "Not all of this order is on its way yet.",
        (_, E::PaymentCaptured) => "This order is paid already.",
        _ => "This cannot be done with the order as it stands.",
    }
}
