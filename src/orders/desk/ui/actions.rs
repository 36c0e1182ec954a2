//! What can be done on an order's page.

use crate::{
    orders::desk::api::{
        AddNote, CancelForShop, CancelUnits, DeliverParcel, PayBack, ReceiveMoney, RefundOrder, ResendConfirmation,
        ShipOrder, StartOrder,
    },
    ui::{Done, use_done},
};
use leptos::prelude::*;

/// All of it.
#[derive(Clone, Copy)]
pub struct Actions {
    pub start: ServerAction<StartOrder>,
    pub ship: ServerAction<ShipOrder>,
    pub deliver: ServerAction<DeliverParcel>,
    pub cancel: ServerAction<CancelForShop>,
    pub cancel_units: ServerAction<CancelUnits>,
    pub refund: ServerAction<RefundOrder>,
    pub receive: ServerAction<ReceiveMoney>,
    pub pay_back: ServerAction<PayBack>,
    pub note: ServerAction<AddNote>,
    pub resend: ServerAction<ResendConfirmation>,
    pub done: Done,
}

impl Actions {
    /// Made outside a `Suspend`, so that it lasts as long as the page.
    pub fn new() -> Self {
        let (start, ship, deliver) = (ServerAction::new(), ServerAction::new(), ServerAction::new());
        let (cancel, refund, receive) = (ServerAction::new(), ServerAction::new(), ServerAction::new());
        let (note, resend, pay_back) = (ServerAction::new(), ServerAction::new(), ServerAction::new());
        let cancel_units = ServerAction::new();
        let done = use_done()
            .after(start, Some("started"))
            .after(ship, Some("shipped"))
            .after(deliver, Some("delivered"))
            .after(cancel, Some("cancelled"))
            .after(cancel_units, Some("units_cancelled"))
            .after(refund, Some("refunded"))
            .after(receive, Some("received"))
            .after(pay_back, Some("paid_back"))
            .after(note, Some("noted"))
            .after(resend, Some("resent"));
        Self { start, ship, deliver, cancel, cancel_units, refund, receive, pay_back, note, resend, done }
    }
}
