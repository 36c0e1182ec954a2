//! The life of an order: one total function from a state and an event to the next state.

mod actor;

pub use actor::Actor;

use serde::{Deserialize, Serialize};

/// Where an order stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Its stock is taken, its money has not come yet.
    PendingPayment,
    Paid,
    Processing,
    Shipped,
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
    Cancel,
    StartProcessing,
    Ship,
    Deliver,
}

/// What has to be done with the stock when a status changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StockEffect {
    None,
    /// The units of all lines go back on the shelf.
    Return,
}

/// The event does not apply to an order in that status.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("an order that is {0:?} does not take {1:?}")]
pub struct Refused(pub OrderStatus, pub OrderEvent);

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

    /// The status after `event`, and what it does to the stock.
    pub fn apply(self, event: OrderEvent) -> Result<(Self, StockEffect), Refused> {
        use OrderEvent as E;
        match (self, event) {
            (Self::PendingPayment, E::PaymentCaptured) => Ok((Self::Paid, StockEffect::None)),
            (Self::PendingPayment, E::PaymentTimeElapsed) => Ok((Self::Expired, StockEffect::Return)),
            (Self::PendingPayment | Self::Paid, E::Cancel) => Ok((Self::Cancelled, StockEffect::Return)),
            (Self::Paid, E::StartProcessing) => Ok((Self::Processing, StockEffect::None)),
            (Self::Processing, E::Ship) => Ok((Self::Shipped, StockEffect::None)),
            (Self::Shipped, E::Deliver) => Ok((Self::Delivered, StockEffect::None)),
            (status, event) => Err(Refused(status, event)),
        }
    }

    /// Whether its money has come.
    #[must_use]
    pub fn is_paid(self) -> bool {
        matches!(self, Self::Paid | Self::Processing | Self::Shipped | Self::Delivered)
    }

    /// Whether its units are gone from the shelf.
    #[must_use]
    pub fn holds_stock(self) -> bool {
        !matches!(self, Self::Cancelled | Self::Expired)
    }
}

impl OrderEvent {
    /// The name in the order's history.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PaymentCaptured => "payment_captured",
            Self::PaymentTimeElapsed => "payment_time_elapsed",
            Self::Cancel => "cancelled",
            Self::StartProcessing => "processing_started",
            Self::Ship => "shipped",
            Self::Deliver => "delivered",
        }
    }
}

/// The letters of an order number: no I, L, O or U, so it can be read out over a telephone (Crockford's base 32).
const NUMBER_LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// An order number people can read, `K7M2-9QXD`, from 40 random bits. Unique by the database's constraint.
#[must_use]
pub fn order_number(random: u64) -> String {
    let letter = |i: u32| char::from(NUMBER_LETTERS[(random >> (5 * i) & 31) as usize]);
    let half = |from: u32| (from..from + 4).map(letter).collect::<String>();
    format!("{}-{}", half(0), half(4))
}

/// The number as it is stored, from what a person typed: case, spaces and look-alike letters do not matter.
#[must_use]
pub fn normalise_number(typed: &str) -> Option<String> {
    let mut letters = String::with_capacity(9);
    for c in typed.chars().filter(|c| !c.is_whitespace() && *c != '-') {
        let c = match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        };
        let known = u8::try_from(c).is_ok_and(|b| NUMBER_LETTERS.contains(&b));
        if !known || letters.len() == 9 {
            return None;
        }
        if letters.len() == 4 {
            letters.push('-');
        }
        letters.push(c);
    }
    (letters.len() == 9).then_some(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENTS: [OrderEvent; 6] = [
        OrderEvent::PaymentCaptured,
        OrderEvent::PaymentTimeElapsed,
        OrderEvent::Cancel,
        OrderEvent::StartProcessing,
        OrderEvent::Ship,
        OrderEvent::Deliver,
    ];

    #[test]
    fn an_order_that_is_over_takes_no_event() {
        for status in [OrderStatus::Delivered, OrderStatus::Cancelled, OrderStatus::Expired] {
            for event in EVENTS {
                assert_eq!(status.apply(event), Err(Refused(status, event)));
            }
        }
    }

    #[test]
    fn a_payment_that_comes_late_does_not_wake_an_expired_order() {
        assert!(OrderStatus::Expired.apply(OrderEvent::PaymentCaptured).is_err());
    }

    #[test]
    fn stock_goes_back_exactly_when_an_order_stops_holding_it() {
        for status in OrderStatus::ALL {
            for (next, effect) in EVENTS.into_iter().filter_map(|event| status.apply(event).ok()) {
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

    #[test]
    fn a_number_survives_the_telephone() {
        let number = order_number(0x12_3456_789A);
        assert_eq!(number.len(), 9);
        assert_eq!(normalise_number(&format!(" {} ", number.to_lowercase().replace('-', " "))), Some(number));
        assert_eq!(normalise_number("o1l0-0000"), Some("0110-0000".into()));
        for nonsense in ["", "123", "1234-56789", "ÄÄÄÄ-ÄÄÄÄ", "UUUU-UUUU"] {
            assert_eq!(normalise_number(nonsense), None, "{nonsense}");
        }
    }
}
