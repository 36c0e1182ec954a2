//! What of an order is on its way and what is there, in units.

use super::{OrderEvent, Refused};
use crate::domain::timestamp::Day;
use serde::{Deserialize, Serialize};

/// Where the goods of an order stand.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fulfilment {
    Unfulfilled,
    PartiallyShipped,
    Shipped,
    /// All of it is on its way, and some of it there.
    PartiallyDelivered,
    Delivered,
}

/// How many units an order has, how many of them were shipped and how many of those are there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Units {
    pub ordered: u32,
    /// Of those ordered, how many will not be sent.
    pub cancelled: u32,
    pub shipped: u32,
    pub delivered: u32,
}

/// What happens to units.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FulfilmentEvent {
    /// So many are handed to a carrier.
    Ship(u32),
    /// So many that were on their way are there.
    Deliver(u32),
    /// So many that are still on the shelf will not be sent.
    Cancel(u32),
    /// The order ends without any of them.
    Abandon,
}

impl Fulfilment {
    pub const ALL: [Self; 5] =
        [Self::Unfulfilled, Self::PartiallyShipped, Self::Shipped, Self::PartiallyDelivered, Self::Delivered];

    /// The name in the database and in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unfulfilled => "unfulfilled",
            Self::PartiallyShipped => "partially_shipped",
            Self::Shipped => "shipped",
            Self::PartiallyDelivered => "partially_delivered",
            Self::Delivered => "delivered",
        }
    }

    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

impl Units {
    /// Nothing of it is on its way yet.
    #[must_use]
    pub fn new(ordered: u32) -> Self {
        Self { ordered, cancelled: 0, shipped: 0, delivered: 0 }
    }

    /// How many are still to be shipped.
    #[must_use]
    pub fn to_ship(self) -> u32 {
        self.ordered.saturating_sub(self.cancelled).saturating_sub(self.shipped)
    }

    /// How many are between the shop and the door.
    #[must_use]
    pub fn on_their_way(self) -> u32 {
        self.shipped.saturating_sub(self.delivered)
    }

    /// Where that leaves the goods.
    #[must_use]
    pub fn status(self) -> Fulfilment {
        match (self.to_ship(), self.on_their_way()) {
            _ if self.shipped == 0 => Fulfilment::Unfulfilled,
            (0, 0) => Fulfilment::Delivered,
            (0, _) if self.delivered > 0 => Fulfilment::PartiallyDelivered,
            (0, _) => Fulfilment::Shipped,
            _ => Fulfilment::PartiallyShipped,
        }
    }

    /// The units after `event`, and what happens to the order with it, one after the other.
    pub fn apply(self, event: FulfilmentEvent) -> Result<(Self, &'static [OrderEvent]), Refused> {
        let next = match event {
            FulfilmentEvent::Ship(0) | FulfilmentEvent::Deliver(0) | FulfilmentEvent::Cancel(0) => {
                return Err(Refused::NothingChosen);
            }
            FulfilmentEvent::Ship(count) | FulfilmentEvent::Cancel(count) if count > self.to_ship() => {
                return Err(Refused::TooManyUnits { left: self.to_ship() });
            }
            FulfilmentEvent::Cancel(count) if self.cancelled + count == self.ordered => {
                return Err(Refused::WholeOrder);
            }
            FulfilmentEvent::Deliver(count) if count > self.on_their_way() => return Err(Refused::NotOnItsWay),
            FulfilmentEvent::Abandon if self.shipped > 0 => return Err(Refused::PartlyShipped),
            FulfilmentEvent::Ship(count) => Self { shipped: self.shipped + count, ..self },
            FulfilmentEvent::Deliver(count) => Self { delivered: self.delivered + count, ..self },
            FulfilmentEvent::Cancel(count) => Self { cancelled: self.cancelled + count, ..self },
            FulfilmentEvent::Abandon => self,
        };
        Ok((next, between(self.status(), next.status())))
    }
}

/// What happens to an order whose goods get from one status to another.
fn between(from: Fulfilment, to: Fulfilment) -> &'static [OrderEvent] {
    use Fulfilment as F;
    let is_sent = |status| matches!(status, F::Shipped | F::PartiallyDelivered);
    match (from, to) {
        (F::Delivered, _) => &[],
        (from, F::Delivered) if is_sent(from) => &[OrderEvent::Deliver],
        (_, F::Delivered) => &[OrderEvent::Ship, OrderEvent::Deliver],
        (from, to) if is_sent(to) && !is_sent(from) => &[OrderEvent::Ship],
        _ => &[],
    }
}

/// When an order is there, now that a part of it is to be there by `part`: what is still on the shelf is not there
/// before the day that was promised; once nothing is, the last part decides.
#[must_use]
pub fn arrives(promised: Option<Day>, parts: &[Day], is_complete: bool) -> Option<Day> {
    let last = parts.iter().copied().max();
    if is_complete { last.or(promised) } else { promised.max(last) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::order::OrderStatus;
    use proptest::prelude::*;

    fn any_event() -> impl Strategy<Value = FulfilmentEvent> {
        prop_oneof![
            (0..6u32).prop_map(FulfilmentEvent::Ship),
            (0..6u32).prop_map(FulfilmentEvent::Deliver),
            (0..3u32).prop_map(FulfilmentEvent::Cancel),
            Just(FulfilmentEvent::Abandon),
        ]
    }

    #[test]
    fn names_are_read_back() {
        for status in Fulfilment::ALL {
            assert_eq!(Fulfilment::parse(status.name()), Some(status));
        }
    }

    #[test]
    fn the_status_tells_of_parts() {
        let status = |ordered, shipped, delivered| Units { ordered, cancelled: 0, shipped, delivered }.status();
        assert_eq!(status(3, 0, 0), Fulfilment::Unfulfilled);
        assert_eq!(status(3, 1, 0), Fulfilment::PartiallyShipped);
        assert_eq!(status(3, 1, 1), Fulfilment::PartiallyShipped, "what is there does not hide what is missing");
        assert_eq!(status(3, 3, 0), Fulfilment::Shipped);
        assert_eq!(status(3, 3, 2), Fulfilment::PartiallyDelivered);
        assert_eq!(status(3, 3, 3), Fulfilment::Delivered);
    }

    #[test]
    fn what_is_refused_says_why() {
        let units = Units { ordered: 3, cancelled: 0, shipped: 2, delivered: 1 };
        assert_eq!(units.apply(FulfilmentEvent::Ship(2)), Err(Refused::TooManyUnits { left: 1 }));
        assert_eq!(units.apply(FulfilmentEvent::Ship(0)), Err(Refused::NothingChosen));
        assert_eq!(units.apply(FulfilmentEvent::Deliver(2)), Err(Refused::NotOnItsWay));
        assert_eq!(units.apply(FulfilmentEvent::Abandon), Err(Refused::PartlyShipped));
        assert_eq!(units.apply(FulfilmentEvent::Cancel(2)), Err(Refused::TooManyUnits { left: 1 }));
        assert_eq!(Units::new(2).apply(FulfilmentEvent::Cancel(2)), Err(Refused::WholeOrder));
    }

    #[test]
    fn an_order_goes_on_without_the_units_that_are_not_sent() {
        let units = |shipped, delivered| Units { ordered: 3, cancelled: 0, shipped, delivered };
        let events = |units: Units, count| units.apply(FulfilmentEvent::Cancel(count)).unwrap().1;
        assert_eq!(events(units(0, 0), 2), [], "one is still to be shipped");
        assert_eq!(events(units(2, 0), 1), [OrderEvent::Ship], "all that will ever be sent is on its way");
        assert_eq!(events(units(2, 1), 1), [OrderEvent::Ship]);
        assert_eq!(events(units(2, 2), 1), [OrderEvent::Ship, OrderEvent::Deliver], "and all of that is there");
        let (rest, _) = units(0, 0).apply(FulfilmentEvent::Cancel(2)).unwrap();
        assert_eq!(rest.apply(FulfilmentEvent::Ship(2)), Err(Refused::TooManyUnits { left: 1 }));
        assert_eq!(rest.apply(FulfilmentEvent::Ship(1)).unwrap().1, [OrderEvent::Ship]);
    }

    #[test]
    fn the_day_of_arrival_is_that_of_the_last_part() {
        let day = |text: &str| Day::parse(text).unwrap();
        let (monday, friday) = (day("2026-11-23"), day("2026-11-27"));
        assert_eq!(arrives(Some(friday), &[monday], false), Some(friday), "the rest is still on the shelf");
        assert_eq!(arrives(Some(monday), &[friday], false), Some(friday), "a part is late");
        assert_eq!(arrives(Some(friday), &[monday], true), Some(monday), "earlier than promised");
        assert_eq!(arrives(None, &[monday, friday], true), Some(friday));
        assert_eq!(arrives(None, &[], false), None);
    }

    proptest! {
        #[test]
        fn whatever_happens_no_more_arrives_than_was_shipped_and_no_more_is_shipped_than_was_ordered(
            ordered in 1..12u32,
            events in proptest::collection::vec(any_event(), 0..40),
        ) {
            let (mut units, mut status) = (Units::new(ordered), OrderStatus::Processing);
            for event in events {
                let Ok((next, effect)) = units.apply(event) else { continue };
                prop_assert!(next.delivered <= next.shipped && next.shipped + next.cancelled <= next.ordered);
                prop_assert!(next.cancelled >= units.cancelled && next.cancelled < next.ordered);
                prop_assert!(next.shipped >= units.shipped && next.delivered >= units.delivered);
                for event in effect {
                    status = status.apply(*event).expect("the order follows its goods").0;
                }
                units = next;
            }
            let expected = match units.status() {
                Fulfilment::Unfulfilled | Fulfilment::PartiallyShipped => OrderStatus::Processing,
                Fulfilment::Shipped | Fulfilment::PartiallyDelivered => OrderStatus::Shipped,
                Fulfilment::Delivered => OrderStatus::Delivered,
            };
            prop_assert_eq!(status, expected);
        }
    }
}
