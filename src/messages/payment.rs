//! Words about paying, holds and money that goes back.

use crate::{domain::money::Money, payments::view::Choice};

/// Why money went back that came for an order that could no longer take it.
pub const SURPLUS: &str = "It came for an order that could not take it any more";
pub const CARD_DETAILS: &str = "Card details";
pub const NEEDS_SCRIPT: &str = "Paying by card needs JavaScript here: the card goes straight to Stripe, who takes the \
    money for us, and never to this shop. Without JavaScript, choose another way to pay.";
pub const STRIPE_HINT: &str = "Your card goes straight to Stripe, who takes the money for us. We never see its number.";
pub const NO_SCRIPT: &str = "The card form could not be loaded. Check your connection, or choose another way to pay.";
pub const NO_ANSWER: &str = "Your card could not be checked just now. Nothing was charged; please try again.";
/// Of an attempt to pay that ended while its customer was at the bank's.
pub const IN_VAIN: &str =
    "The payment was not confirmed, or was declined. Nothing was charged. Try again, or with another card.";
pub const CHECKING: &str = "Checking your card…";
pub const CONFIRMING: &str = "Your bank is asking you to confirm…";
pub const HELD: &str = "Your items are held for you for another";
pub const HELD_OVER: &str = "The time to pay is over. We are looking whether your order can still be paid.";
pub const TRANSFER: &str = "Bank transfer";
pub const TRANSFER_INTRO: &str = "Transfer the amount to this account. We send your order when the money is there.";
pub const TRANSFER_AMOUNT: &str = "Amount";
pub const TRANSFER_REFERENCE: &str = "Reference";
pub const TRANSFER_ACCOUNT: &str = "Account";
pub const TRANSFER_REFERENCE_HINT: &str = "Without it we cannot tell whose money it is.";
pub const AT_THE_DOOR: &str = "Pay on delivery";

#[must_use]
pub fn choice(choice: Choice) -> &'static str {
    match choice {
        Choice::Sandbox | Choice::Stripe => super::checkout::CARD,
        Choice::BankTransfer => TRANSFER,
        Choice::OnDelivery => AT_THE_DOOR,
    }
}

/// What to know about a way to pay before it is chosen.
#[must_use]
pub fn about(choice: Choice) -> Option<&'static str> {
    match choice {
        Choice::Sandbox | Choice::Stripe => None,
        Choice::BankTransfer => Some("You get our account next. Your items are held for 7 days."),
        Choice::OnDelivery => Some("Pay whoever brings the parcel, in cash or by card."),
    }
}

/// What an order says that is paid when it comes.
#[must_use]
pub fn at_the_door(amount: Money) -> String {
    format!("Please have {amount} ready when your order comes.")
}

/// What is read out of a hold, and not every second.
#[must_use]
pub fn minutes_left(minutes: i64) -> String {
    let unit = if minutes == 1 { "minute" } else { "minutes" };
    format!("{minutes} {unit} left to pay")
}
