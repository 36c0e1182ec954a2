//! The life of an order: one file for each state machine, each one total function from a state and an event to the
//! next state and what has to be done.
//!
//! [`OrderStatus`] is what everybody sees. It follows from the other two: [`Units`] (what is on its way and what is
//! there) and [`Settlement`] (the money). The services persist what the machines say by guarded statements.

mod actor;
mod carrier;
mod fulfilment;
mod number;
mod progress;
mod settlement;
mod status;

pub use actor::Actor;
pub use carrier::{Carrier, Tracking, TrackingError};
pub use fulfilment::{Fulfilment, FulfilmentEvent, Units, arrives};
pub use number::{normalise_number, order_number};
pub use progress::{Step, StepState, steps};
pub use settlement::{MoneyState, Settlement, SettlementEvent, share_of_units};
pub use status::{OrderEvent, OrderStatus, StockEffect};

use super::money::Money;
use serde::{Deserialize, Serialize};

/// Why something cannot be done with an order as it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    #[error("an order that is {0:?} does not take {1:?}")]
    Status(OrderStatus, OrderEvent),
    /// Some of it is on its way already.
    #[error("parts of the order have been shipped")]
    PartlyShipped,
    #[error("nothing was chosen")]
    NothingChosen,
    /// More units than are left to ship.
    #[error("only {left} units are left to ship")]
    TooManyUnits { left: u32 },
    /// It ends as a whole, or something of it is sent.
    #[error("that is all of the order")]
    WholeOrder,
    /// More units than were not paid back yet.
    #[error("so many units were not left to pay back")]
    PaidBackBefore,
    #[error("this shipment is not on its way")]
    NotOnItsWay,
    #[error("the money has not been received")]
    NotReceived,
    #[error("the money was received before")]
    ReceivedBefore,
    /// The card is charged by the gateway, not by staff.
    #[error("this order is paid through the gateway")]
    PaidByGateway,
    /// More units than were not paid back yet, of one line.
    #[error("only {left} units can be paid back")]
    TooManyToPayBack { left: u32 },
    /// All of it is chosen, and a part of it filled in.
    #[error("more than one amount was chosen")]
    Ambiguous,
    #[error("only {left} can go back")]
    MoreThanReceived { left: Money },
    #[error("the gateway did not pay it back")]
    RefusedByGateway,
    /// Somebody else was faster.
    #[error("the order has changed meanwhile")]
    Changed,
}
