//! The money of an order as a whole: whether it has come, and how much of it went back.

use super::Refused;
use crate::domain::money::Money;
use serde::{Deserialize, Serialize};

/// Where the money of an order stands, in a word.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoneyState {
    /// It has not come.
    Awaited,
    Received,
    PartlyRefunded,
    Refunded,
}

/// The money of an order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Settlement {
    /// All that is to be paid, by whatever means.
    pub total: Money,
    pub is_received: bool,
    /// What went back, or is on its way back.
    pub refunded: Money,
}

/// What happens to money.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SettlementEvent {
    Receive,
    Refund(Money),
}

impl MoneyState {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Awaited => "awaited",
            Self::Received => "received",
            Self::PartlyRefunded => "partly_refunded",
            Self::Refunded => "refunded",
        }
    }
}

impl Settlement {
    /// What can still go back.
    #[must_use]
    pub fn refundable(self) -> Money {
        let left = if self.is_received { self.total.amount.saturating_sub(self.refunded.amount) } else { 0 };
        Money::new(left.max(0), self.total.currency)
    }

    #[must_use]
    pub fn state(self) -> MoneyState {
        match (self.is_received, self.refunded.amount) {
            (false, _) => MoneyState::Awaited,
            (true, 0) => MoneyState::Received,
            (true, refunded) if refunded < self.total.amount => MoneyState::PartlyRefunded,
            (true, _) => MoneyState::Refunded,
        }
    }

    /// The money after `event`.
    pub fn apply(self, event: SettlementEvent) -> Result<Self, Refused> {
        match event {
            SettlementEvent::Receive if self.is_received => Err(Refused::ReceivedBefore),
            SettlementEvent::Receive => Ok(Self { is_received: true, ..self }),
            SettlementEvent::Refund(_) if !self.is_received => Err(Refused::NotReceived),
            SettlementEvent::Refund(amount) if amount.amount <= 0 => Err(Refused::NothingChosen),
            SettlementEvent::Refund(amount) => {
                let left = self.refundable();
                let refunded = self.refunded.plus(amount).map_err(|_| Refused::MoreThanReceived { left })?;
                if amount.amount > left.amount {
                    return Err(Refused::MoreThanReceived { left });
                }
                Ok(Self { refunded, ..self })
            }
        }
    }
}

/// What `count` of the `quantity` units of a line were paid with, of `paid` for the whole line, when `before` others had
/// their share. Rounded so that all shares come to what was paid.
#[must_use]
pub fn share_of_units(paid: i64, before: u32, count: u32, quantity: u32) -> i64 {
    let end = before.saturating_add(count).min(quantity);
    let up_to = |units: u32| i128::from(paid) * i128::from(units) / i128::from(quantity.max(1));
    i64::try_from((up_to(end) - up_to(before.min(end))).max(0)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;
    use proptest::prelude::*;

    fn usd(amount: i64) -> Money {
        Money::new(amount, Currency::USD)
    }

    fn settlement(total: i64) -> Settlement {
        Settlement { total: usd(total), is_received: false, refunded: usd(0) }
    }

    #[test]
    fn two_refunds_never_exceed_what_was_received() {
        let paid = settlement(10_000).apply(SettlementEvent::Receive).unwrap();
        let once = paid.apply(SettlementEvent::Refund(usd(6_000))).unwrap();
        assert_eq!(once.state(), MoneyState::PartlyRefunded);
        let refused = once.apply(SettlementEvent::Refund(usd(6_000)));
        assert_eq!(refused, Err(Refused::MoreThanReceived { left: usd(4_000) }));
        let euros = Money::new(1, Currency::EUR);
        assert!(once.apply(SettlementEvent::Refund(euros)).is_err());
        assert_eq!(once.apply(SettlementEvent::Refund(usd(4_000))).unwrap().state(), MoneyState::Refunded);
    }

    #[test]
    fn nothing_goes_back_that_has_not_come() {
        assert_eq!(settlement(1).apply(SettlementEvent::Refund(usd(1))), Err(Refused::NotReceived));
        assert_eq!(settlement(1).refundable(), usd(0));
    }

    #[test]
    fn a_share_is_what_was_paid_for_it() {
        assert_eq!(share_of_units(6_000, 0, 1, 3), 2_000);
        assert_eq!(share_of_units(5_400, 0, 3, 3), 5_400);
        let one_by_one: Vec<_> = (0..3).map(|before| share_of_units(1_000, before, 1, 3)).collect();
        assert_eq!(one_by_one, [333, 333, 334], "the last one takes what rounding left");
        assert_eq!(share_of_units(6_000, 2, 4, 3), 2_000, "there are only three");
        assert_eq!(share_of_units(0, 0, 1, 1), 0);
    }

    proptest! {
        #[test]
        fn whatever_happens_no_more_goes_back_than_has_come(
            total in 0..100_000i64,
            events in proptest::collection::vec(
                prop_oneof![
                    Just(SettlementEvent::Receive),
                    (-5..50_000i64).prop_map(|amount| SettlementEvent::Refund(usd(amount))),
                ],
                0..30,
            ),
        ) {
            let mut money = settlement(total);
            let mut received = 0;
            for event in events {
                if let Ok(next) = money.apply(event) {
                    received += i64::from(event == SettlementEvent::Receive);
                    money = next;
                }
            }
            prop_assert!(received <= 1);
            prop_assert!(money.refunded.amount <= received * total);
            prop_assert_eq!(money.refunded.amount + money.refundable().amount, received * total);
        }

        #[test]
        fn the_shares_of_all_units_come_to_what_was_paid(
            paid in 0..20_000i64,
            parts in proptest::collection::vec(1..9u32, 1..12),
        ) {
            let quantity: u32 = parts.iter().sum();
            let mut before = 0;
            let mut sum = 0;
            for count in parts {
                sum += share_of_units(paid, before, count, quantity);
                before += count;
            }
            prop_assert_eq!(sum, paid);
        }
    }
}
