//! The status of an order: what customers and staff see first.

use super::Refused;
use crate::domain::payment::PaymentMethod;
use serde::{Deserialize, Serialize};

/// Where an order stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Its stock is taken, its money has not come yet.
    PendingPayment,
    Paid,
    Processing,
    /// All of it is on its way.
    Shipped,
    /// All of it is there.
    Delivered,
    Cancelled,
    /// It was not paid in time; its stock went back.
    Expired,
}

/// What happens to an order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderEvent {
    PaymentCaptured,
    PaymentTimeElapsed,
    /// By its buyer: possible until somebody packs it.
    Cancel,
    /// By the shop: possible until it is on its way.
    CancelByShop,
    StartProcessing,
    /// The money comes at the door, so nobody waits for it.
    StartProcessingUnpaid,
    /// The last unit is on its way.
    Ship,
    /// The last unit is there.
    Deliver,
}

/// What has to be done with the stock when a status changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StockEffect {
    None,
    /// The units of all lines go back on the shelf.
    Return,
}

impl OrderStatus {
    pub const ALL: [Self; 7] = [
        Self::PendingPayment,
        Self::Paid,
        Self::Processing,
        Self::Shipped,
        Self::Delivered,
        Self::Cancelled,
        Self::Expired,
    ];

    /// The name in the database, in the API and in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PendingPayment => "pending_payment",
            Self::Paid => "paid",
            Self::Processing => "processing",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether an order is due an invoice: it is paid, or it will be otherwise than by card, which would be at once. One
    /// that ended before its money came needs none any more.
    #[must_use]
    pub fn is_due_an_invoice(self, method: &str, is_received: bool) -> bool {
        match self {
            Self::PendingPayment => method != PaymentMethod::Card.name(),
            Self::Cancelled | Self::Expired => is_received,
            Self::Paid | Self::Processing | Self::Shipped | Self::Delivered => true,
        }
    }

    /// The status after `event`, and what it does to the stock.
    pub fn apply(self, event: OrderEvent) -> Result<(Self, StockEffect), Refused> {
        use OrderEvent as E;
        match (self, event) {
            (Self::PendingPayment, E::PaymentCaptured) => Ok((Self::Paid, StockEffect::None)),
            (Self::PendingPayment, E::PaymentTimeElapsed) => Ok((Self::Expired, StockEffect::Return)),
            (Self::PendingPayment | Self::Paid, E::Cancel)
            | (Self::PendingPayment | Self::Paid | Self::Processing, E::CancelByShop) => {
                Ok((Self::Cancelled, StockEffect::Return))
            }
            (Self::Paid, E::StartProcessing) | (Self::PendingPayment, E::StartProcessingUnpaid) => {
                Ok((Self::Processing, StockEffect::None))
            }
            (Self::Processing, E::Ship) => Ok((Self::Shipped, StockEffect::None)),
            (Self::Shipped, E::Deliver) => Ok((Self::Delivered, StockEffect::None)),
            (status, event) => Err(Refused::Status(status, event)),
        }
    }

    /// Whether its money has come, or comes at the door and is not waited for.
    #[must_use]
    pub fn is_paid(self) -> bool {
        matches!(self, Self::Paid | Self::Processing | Self::Shipped | Self::Delivered)
    }

    /// Whether its units are gone from the shelf.
    #[must_use]
    pub fn holds_stock(self) -> bool {
        !matches!(self, Self::Cancelled | Self::Expired)
    }

    /// Whether nothing more happens to it.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Delivered | Self::Cancelled | Self::Expired)
    }
}

impl OrderEvent {
    pub const ALL: [Self; 8] = [
        Self::PaymentCaptured,
        Self::PaymentTimeElapsed,
        Self::Cancel,
        Self::CancelByShop,
        Self::StartProcessing,
        Self::StartProcessingUnpaid,
        Self::Ship,
        Self::Deliver,
    ];

    /// The name in the order's history.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PaymentCaptured => "payment_captured",
            Self::PaymentTimeElapsed => "payment_time_elapsed",
            Self::Cancel | Self::CancelByShop => "cancelled",
            Self::StartProcessing | Self::StartProcessingUnpaid => "processing_started",
            Self::Ship => "shipped",
            Self::Deliver => "delivered",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invoice_is_for_what_is_paid_or_will_be() {
        use OrderStatus as S;
        for status in [S::Paid, S::Processing, S::Shipped, S::Delivered] {
            assert!(status.is_due_an_invoice("on_delivery", false));
        }
        assert!(S::PendingPayment.is_due_an_invoice("bank_transfer", false));
        assert!(!S::PendingPayment.is_due_an_invoice("card", false));
        for status in [S::Cancelled, S::Expired] {
            assert!(status.is_due_an_invoice("card", true) && !status.is_due_an_invoice("bank_transfer", false));
        }
    }
    use proptest::prelude::*;

    #[test]
    fn an_order_that_is_over_takes_no_event() {
        for status in OrderStatus::ALL.into_iter().filter(|status| status.is_over()) {
            for event in OrderEvent::ALL {
                assert_eq!(status.apply(event), Err(Refused::Status(status, event)));
            }
        }
    }

    #[test]
    fn an_order_that_is_not_over_can_go_on() {
        for status in OrderStatus::ALL.into_iter().filter(|status| !status.is_over()) {
            assert!(OrderEvent::ALL.into_iter().any(|event| status.apply(event).is_ok()), "{status:?} is a dead end");
        }
    }

    #[test]
    fn a_payment_that_comes_late_does_not_wake_an_expired_order() {
        assert!(OrderStatus::Expired.apply(OrderEvent::PaymentCaptured).is_err());
    }

    #[test]
    fn a_customer_cancels_until_somebody_packs_and_the_shop_until_it_is_on_its_way() {
        let takes = |event: OrderEvent| OrderStatus::ALL.map(|status| status.apply(event).is_ok());
        assert_eq!(takes(OrderEvent::Cancel), [true, true, false, false, false, false, false]);
        assert_eq!(takes(OrderEvent::CancelByShop), [true, true, true, false, false, false, false]);
    }

    #[test]
    fn stock_goes_back_exactly_when_an_order_stops_holding_it() {
        for status in OrderStatus::ALL {
            for (next, effect) in OrderEvent::ALL.into_iter().filter_map(|event| status.apply(event).ok()) {
                let stops = status.holds_stock() && !next.holds_stock();
                assert_eq!(effect == StockEffect::Return, stops, "{status:?} → {next:?}");
            }
        }
    }

    #[test]
    fn names_are_read_back() {
        for status in OrderStatus::ALL {
            assert_eq!(OrderStatus::parse(status.name()), Some(status));
        }
    }

    proptest! {
        #[test]
        fn whatever_happens_stock_goes_back_once_at_the_most_and_never_after_shipping(
            events in proptest::collection::vec(proptest::sample::select(OrderEvent::ALL.to_vec()), 0..40)
        ) {
            let (mut status, mut returned, mut shipped) = (OrderStatus::PendingPayment, 0, false);
            for event in events {
                let Ok((next, effect)) = status.apply(event) else { continue };
                prop_assert!(next != status, "an event that changes nothing is refused");
                returned += u32::from(effect == StockEffect::Return);
                shipped |= next == OrderStatus::Shipped;
                status = next;
            }
            prop_assert!(returned <= 1);
            prop_assert_eq!(returned == 1, !status.holds_stock());
            prop_assert!(!(shipped && returned == 1));
        }
    }
}
