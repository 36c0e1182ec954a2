//! What the desk for orders says to staff.

use crate::{
    domain::{
        order::{Fulfilment, MoneyState, Units},
        timestamp::Day,
    },
    orders::desk::view::{Pile, Sort},
};

pub const TITLE: &str = "Orders";
pub const PILES: &str = "Piles of work";
pub const FILTERS: &str = "Filter orders";
pub const MORE_FILTERS: &str = "More filters";
pub const TEXT: &str = "Number, name or email";
pub const STATUS: &str = "Status";
pub const PAYMENT: &str = "Payment";
pub const COUNTRY: &str = "Country";
pub const FROM: &str = "Placed from";
pub const UNTIL: &str = "Placed until";
pub const SORT: &str = "Sorted by";
pub const ANY: &str = "Any";
pub const APPLY: &str = "Show";
pub const CLEAR: &str = "Clear the filters";
pub const ORDER: &str = "Order";
pub const CUSTOMER: &str = "Customer";
pub const ITEMS: &str = "Items";
pub const TOTAL: &str = "Total";
pub const NONE_AT_ALL: &str = "No orders yet";
pub const NONE_AT_ALL_TEXT: &str = "They appear here as soon as somebody buys something.";
pub const NONE_FOUND: &str = "No orders are like this";
pub const NONE_FOUND_TEXT: &str = "Look with fewer filters, or for another name or number.";
pub const ALL_DONE: &str = "Nothing to do here";
pub const ALL_DONE_TEXT: &str = "This pile is empty.";
pub const NEXT_PAGE: &str = "Next page";
pub const FIRST_PAGE: &str = "Back to the first page";
pub const ERASED: &str = "Erased customer";

pub const NEXT_STEP: &str = "Next step";
pub const START: &str = "Start processing";
pub const START_TEXT: &str = "Once processing has started, the customer can no longer cancel.";
pub const AT_THE_DOOR: &str = "To be paid at the door.";
pub const WAITS_FOR_BANK: &str = "Waiting for a bank transfer.";
pub const WAITS_FOR_CARD: &str = "Waiting for the customer's payment. Nothing has to be done.";
pub const RECEIVE: &str = "Record money received";
pub const SHIP_TEXT: &str = "Everything that is left is filled in. Lower a number to send a part.";
pub const SHIP: &str = "Mark as shipped";
pub const CARRIER: &str = "Carrier";
pub const TRACKING: &str = "Tracking number";
pub const TRACKING_URL: &str = "Tracking page";
pub const TRACKING_URL_HINT: &str = "Only where the carrier's own page is not known.";
pub const IN_THIS_PARCEL: &str = "In this parcel";
pub const ON_ITS_WAY: &str = "All of it is on its way. Mark each parcel as delivered when it is there.";
pub const FINISHED: &str = "This order is delivered. Nothing has to be done.";
pub const ENDED: &str = "This order has ended. Nothing has to be done.";

pub const LINES: &str = "Items";
pub const PARCELS: &str = "Parcels";
pub const TRACK: &str = "Track";
pub const DELIVERED: &str = "Mark as delivered";
pub const MONEY: &str = "Money";
pub const PAYMENTS: &str = "Payments";
pub const REFUNDS: &str = "Refunds";
pub const TO_PAY_BACK: &str = "To be paid back by hand";
pub const STRANDED_MONEY: &str = "Money of no order";
pub const STRANDED: &str = "This money came for orders that are gone. It is paid back by itself; where the bank refuses \
    that again and again, pay it back in the payment provider's own pages.";
pub const REFERENCE: &str = "Reference";
pub const REFUSALS: &str = "Refused";
pub const NO_PAYMENTS: &str = "No payment yet.";
pub const DELIVER_TO: &str = "Deliver to";
pub const GUEST: &str = "Bought as a guest";
pub const TIMELINE: &str = "Timeline";
pub const NOTE: &str = "Note for colleagues";
pub const NOTE_TEXT: &str = "Customers never see it.";
pub const ADD_NOTE: &str = "Add note";
pub const MORE: &str = "More";
pub const CANCEL: &str = "Cancel the order";
pub const CANCEL_TEXT: &str = "The items go back on the shelf, and the customer's money goes back.";
pub const CANCEL_UNITS: &str = "Cancel items";
pub const CANCEL_UNITS_TEXT: &str =
    "For items that are missing or broken. The customer is told, and the rest of the order goes on without them.";
pub const NOT_SENT: &str = "Not sent";
pub const RESTOCK: &str = "They can be sold: put them back in stock";
pub const PAY_BACK_UNITS: &str = "Pay back what they were paid with, as far as it was not paid back before";
pub const NOT_PAID_YET: &str = "What they cost comes off the sum that is to be paid at the door.";
pub const WHY: &str = "Reason";
pub const REFUND: &str = "Refund";
pub const WHAT: &str = "What goes back";
pub const SOME_LINES: &str = "What these items were paid with";
pub const AN_AMOUNT: &str = "An amount";
pub const AMOUNT: &str = "Amount";
pub const REFUND_REFUSED: &str =
    "The bank refused the last refund. Try again under Refund, or pay it back another way.";
pub const RESEND: &str = "Send the confirmation again";
pub const INVOICE: &str = "Invoice";
pub const CREDIT_NOTE: &str = "Credit note (PDF)";
pub const PACKING_SLIP: &str = "Packing slip";
pub const BACK: &str = "All orders";
pub const ONLY_LOOKING: &str = "Your role may look at orders, and not change them.";

#[must_use]
pub fn pile(pile: Pile) -> &'static str {
    match pile {
        Pile::All => "All",
        Pile::ToProcess => "To process",
        Pile::ToShip => "To ship",
        Pile::AwaitingMoney => "Awaiting money",
        Pile::Problems => "Problems",
        Pile::Status(status) => super::order::status(status),
    }
}

#[must_use]
pub fn sort(sort: Sort) -> &'static str {
    match sort {
        Sort::Newest => "Newest first",
        Sort::Oldest => "Oldest first",
        Sort::Total => "Highest total first",
    }
}

/// Ways to pay, and where the money stands, as a list can be narrowed by.
pub const PAYMENTS_TO_CHOOSE: [(&str, &str); 5] = [
    ("card", "Card"),
    ("bank_transfer", "Bank transfer"),
    ("on_delivery", "On delivery"),
    ("unpaid", "Not paid yet"),
    ("refunded", "Refunded"),
];

#[must_use]
pub fn method(method: &str) -> &'static str {
    let found = PAYMENTS_TO_CHOOSE.into_iter().find(|(name, _)| *name == method);
    found.map_or("Card", |(_, shown)| shown)
}

#[must_use]
pub fn money(state: MoneyState) -> &'static str {
    match state {
        MoneyState::Awaited => "Not paid",
        MoneyState::Received => "Paid",
        MoneyState::PartlyRefunded => "Partly refunded",
        MoneyState::Refunded => "Refunded",
    }
}

#[must_use]
pub fn fulfilment(fulfilment: Fulfilment) -> &'static str {
    match fulfilment {
        Fulfilment::Unfulfilled => "Not shipped",
        Fulfilment::PartiallyShipped => "Partly shipped",
        Fulfilment::Shipped => "Shipped",
        Fulfilment::PartiallyDelivered => "Partly delivered",
        Fulfilment::Delivered => "Delivered",
    }
}

/// How many items, and how many of them are on their way.
#[must_use]
pub fn items(units: Units) -> String {
    let items = super::account::orders::items(units.ordered);
    match units.status() {
        Fulfilment::PartiallyShipped => format!("{items}, {} shipped", units.shipped),
        _ => items,
    }
}

/// What became of a line.
#[must_use]
pub fn shipped_of(shipped: u32, cancelled: u32, quantity: u32) -> String {
    let sent = quantity.saturating_sub(cancelled);
    let shipping = match shipped {
        _ if sent == 0 => return "Cancelled".to_owned(),
        0 => "Not shipped".to_owned(),
        all if all >= quantity => "Shipped".to_owned(),
        some => format!("{some} of {quantity} shipped"),
    };
    if cancelled == 0 { shipping } else { format!("{shipping}, {cancelled} cancelled") }
}

#[must_use]
pub fn waits_for(amount: &str) -> String {
    format!("{amount} has not come yet.")
}

#[must_use]
pub fn received(amount: &str) -> String {
    format!("I have received {amount}")
}

#[must_use]
pub fn paid_back(amount: &str) -> String {
    format!("I have paid back {amount}")
}

#[must_use]
pub fn all_that_is_left(amount: &str) -> String {
    format!("All that is left: {amount}")
}

#[must_use]
pub fn quantity_of(title: &str) -> String {
    format!("Quantity of {title}")
}

#[must_use]
pub fn left(count: u32) -> String {
    format!("of {count}")
}

#[must_use]
pub fn parcel(carrier: &str, number: &str) -> String {
    format!("{carrier} {number}").trim_end().to_owned()
}

#[must_use]
pub fn expected(day: Day) -> String {
    format!("expected by {}", super::short_day(day))
}

#[must_use]
pub fn orders_of_customer(count: u32) -> String {
    if count == 1 { "Their first order here".to_owned() } else { format!("{} orders in all", super::number(count)) }
}

/// Who did something, in a timeline.
#[must_use]
pub fn actor(kind: &str, person: &str) -> String {
    match kind {
        "staff" if !person.is_empty() => person.to_owned(),
        "staff" => "Staff".to_owned(),
        "customer" => "Customer".to_owned(),
        "gateway" => "Payment provider".to_owned(),
        _ => "The shop".to_owned(),
    }
}

#[must_use]
pub fn event(event: &str) -> &'static str {
    match event {
        "note" => "Note",
        "confirmation_resent" => "Confirmation sent again",
        "processing_started" => "Processing started",
        "shipped" => "Shipped",
        "partly_shipped" => "Partly shipped",
        "partly_cancelled" => "Items cancelled",
        event => super::order::event(event),
    }
}

/// A payment or a refund.
#[must_use]
pub fn attempt(status: &str) -> &'static str {
    match status {
        "claimed" | "pending" => "Under way",
        "action_required" => "Waits for the customer's bank",
        "captured" => "Received",
        "declined" => "Declined",
        "abandoned" => "Given up",
        "refund_due" => "Has to go back",
        "done" => "Paid back",
        "refused" => "Refused by the bank",
        "refunded" => "Paid back",
        _ => "Unknown",
    }
}

#[must_use]
pub fn gateway(name: &str) -> &'static str {
    match name {
        "sandbox" => "Card (sandbox)",
        "stripe" => "Card (Stripe)",
        "on_delivery" => "Cash on delivery",
        "bank_transfer" => "Bank transfer",
        "gift_card" => "Gift card",
        _ => "Payment",
    }
}

#[must_use]
pub fn done(what: &str) -> Option<&'static str> {
    Some(match what {
        "started" => "Processing has started.",
        "shipped" => "The parcel is on its way, and the customer is told.",
        "delivered" => "The parcel is marked as delivered.",
        "cancelled" => "The order is cancelled, and the customer is told.",
        "units_cancelled" => "These items will not be sent, and the customer is told.",
        "refunded" => "The refund is made. What came by hand, pay back by hand, and say so under Money.",
        "paid_back" => "It is noted that the money is back, and the customer is told.",
        "received" => "The money is recorded.",
        "noted" => "The note is added.",
        "resent" => "The confirmation is sent again.",
        _ => return None,
    })
}
