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

/// What `count` of the `quantity` units of a line that cost `line` were paid with: their share of the line, less their
/// share of what was taken off all goods (`discount` of `goods`), plus their share of the tax on top. Rounded down, so
/// that the shares of all lines never come to more than was paid.
#[must_use]
pub fn share_of_line(line: i64, count: u32, quantity: u32, goods: i64, discount: i64, tax: i64) -> i64 {
    if quantity == 0 || goods <= 0 || count > quantity {
        return 0;
    }
    let paid = i128::from(goods) - i128::from(discount) + i128::from(tax);
    let share = i128::from(line) * i128::from(count) * paid / (i128::from(quantity) * i128::from(goods));
    i64::try_from(share.max(0)).unwrap_or(0)
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
        assert_eq!(share_of_line(6_000, 1, 3, 10_000, 0, 0), 2_000);
        assert_eq!(share_of_line(6_000, 3, 3, 10_000, 1_000, 0), 5_400);
        assert_eq!(share_of_line(6_000, 3, 3, 10_000, 0, 500), 6_300);
        assert_eq!(share_of_line(6_000, 4, 3, 10_000, 0, 0), 0, "there are only three");
        assert_eq!(share_of_line(0, 1, 1, 0, 0, 0), 0);
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
        fn the_shares_of_all_units_never_come_to_more_than_was_paid(
            lines in proptest::collection::vec((1..20_000i64, 1..9u32), 1..12),
            off in 0..=100i64,
            tax in 0..5_000i64,
        ) {
            let goods: i64 = lines.iter().map(|(price, _)| price).sum();
            let discount = goods * off / 100;
            let shares: i64 = lines.iter()
                .flat_map(|(price, quantity)| (0..*quantity).map(|_| share_of_line(*price, 1, *quantity, goods, discount, tax)))
                .sum();
            prop_assert!(shares <= goods - discount + tax);
        }
    }
}
