//! What emails about orders say.

use crate::domain::{
    money::Money,
    timestamp::{Day, Timestamp},
};

pub const TOTAL: &str = "Total";
pub const INCLUDED_TAX: &str = "Included tax";
pub const GIFT_CARD: &str = "Paid by gift card";
pub const DELIVERY_TO: &str = "Delivery to";
pub const LOOK: &str = "Look at your order";
pub const IN_THE_PARCEL: &str = "In this parcel";
pub const CONFIRMED_HEADING: &str = "Thank you for your order";
pub const PAID_HEADING: &str = "Your payment is here";
pub const EXPIRED_HEADING: &str = "Your order has expired";
pub const SHIPPED_HEADING: &str = "Your order is on its way";
pub const DELIVERED_HEADING: &str = "Your order has arrived";
pub const CANCELLED_HEADING: &str = "Your order is cancelled";
pub const REDUCED_HEADING: &str = "A part of your order will not be sent";
pub const REDUCED: &str = "We are sorry: we cannot send these items. Everything else comes as you ordered it.";
pub const REDUCED_MONEY_BACK: &str =
    "What you have paid for these items goes back the way it came. We write to you again when it is on its way.";
pub const REFUNDED_HEADING: &str = "Your money is on its way back";
pub const EXPIRED: &str = "It was not paid in time, so we have put everything back on the shelf. Nothing will be sent, and nothing is to be \
     paid. If you still want it, order it again.";
pub const CANCELLED: &str = "Nothing will be sent.";
pub const MONEY_BACK: &str =
    "What you have paid goes back the way it came. We write to you again when it is on its way.";
pub const DELIVERED: &str = "Our carrier tells us that it has been delivered. We hope you like it.";
pub const NOT_THERE: &str = "If it is not there, or something is not as it should be, answer this email.";
pub const SURPLUS: &str = "It came for an order that could not take it any more.";

/// What an email is called: what happened, and to which order.
#[must_use]
pub fn subject(heading: &str, order: &str) -> String {
    format!("{heading}: {order}")
}

#[must_use]
pub fn placed(order: &str, at: Timestamp) -> String {
    format!("Your order {order} of {}.", super::date(at))
}

#[must_use]
pub fn paid(amount: Money) -> String {
    format!("We have received your payment of {amount} and are getting everything ready.")
}

#[must_use]
pub fn paid_by_gift_card() -> String {
    "It is paid, and we are getting everything ready.".to_owned()
}

#[must_use]
pub fn arrives(day: Day) -> String {
    format!("It will be with you by {}.", super::short_day(day))
}

#[must_use]
pub fn line(quantity: u32, title: &str) -> String {
    format!("{quantity} × {title}")
}

/// Who carries it, with the number that it is found by.
#[must_use]
pub fn carried(carrier: &str, number: &str) -> String {
    if number.is_empty() {
        format!("{carrier} has it.")
    } else {
        format!("{carrier} has it. Its tracking number is {number}.")
    }
}

pub const TRACK: &str = "Track this parcel";

#[must_use]
pub fn refunded(amount: Money, gift: Money) -> String {
    if gift.amount == 0 {
        format!("We have paid back {amount}. It is on your account within a few days, depending on your bank.")
    } else if gift == amount {
        format!("We have put {gift} back on your gift card.")
    } else {
        format!(
            "We have paid back {amount}, {gift} of it onto your gift card. The rest is on your account within a few days, \
             depending on your bank."
        )
    }
}
