//! The event log for the shop's figures. What happens in a transaction is written there; views, of which there are
//! many, are gathered in memory and written once a second. Losing some in a crash is accepted. Searches have a log of
//! their own, see `search::record`.

use super::state::Shop;
use crate::{
    account::service::privacy,
    db::{Tx, insert_many},
    domain::ids::ShopperId,
};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use uuid::Uuid;

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    View,
    CartAdd,
    CartRemove,
    WishlistAdd,
    WishlistRemove,
    OrderPlaced,
    OrderPaid,
}

impl Kind {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::CartAdd => "cart_add",
            Self::CartRemove => "cart_remove",
            Self::WishlistAdd => "wishlist_add",
            Self::WishlistRemove => "wishlist_remove",
            Self::OrderPlaced => "order_placed",
            Self::OrderPaid => "order_paid",
        }
    }
}

/// One entry of the log.
#[derive(Clone, Debug)]
pub struct Event {
    pub kind: Kind,
    pub shopper: Option<ShopperId>,
    /// A handle, a SKU, an order's number.
    pub subject: String,
    /// A quantity.
    pub detail: String,
}

/// Writes events in the transaction they belong to. Whose they are is written down only where they allowed that.
pub async fn insert_events(tx: &mut Tx, shop: &Shop, events: &[Event]) -> sqlx::Result<()> {
    let now = shop.clock.now().0;
    let mut followed = Vec::new();
    for shopper in events.iter().filter_map(|event| event.shopper) {
        if !followed.contains(&shopper) && privacy::may_follow(shop, &mut tx.conn(), shopper).await? {
            followed.push(shopper);
        }
    }
    insert_many!(
        tx,
        "INSERT INTO events (id, at, kind, shopper_id, subject, detail)",
        6,
        events,
        |event| [
            shop.ids.next(),
            now,
            event.kind.name(),
            event.shopper.filter(|shopper| followed.contains(shopper)).map(|shopper| -> Uuid { shopper.0 }),
            event.subject.clone(),
            event.detail.clone(),
        ],
        ""
    )?;
    Ok(())
}

/// Gathers events that belong to no transaction.
#[derive(Clone, Default)]
pub struct Recorder {
    waiting: Arc<Mutex<Vec<Event>>>,
}

/// Beyond that many unwritten events, further ones are dropped.
const MOST_WAITING: usize = 20_000;
const LONGEST_SUBJECT: usize = 200;

impl Recorder {
    pub fn record(&self, kind: Kind, subject: &str, detail: String) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < MOST_WAITING {
            let subject = crate::domain::text::truncate(subject, LONGEST_SUBJECT).to_owned();
            waiting.push(Event { kind, shopper: None, subject, detail });
        }
    }

    /// Writes what is waiting.
    pub async fn flush(&self, shop: &Shop) -> sqlx::Result<()> {
        let events = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        if events.is_empty() {
            return Ok(());
        }
        let mut tx = shop.db.begin().await?;
        insert_events(&mut tx, shop, &events).await?;
        tx.commit().await
    }
}

/// Writes gathered events and searches once a second, until the task is stopped.
pub async fn write_events(shop: Arc<Shop>) {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if let Err(error) = shop.events.flush(&shop).await {
            tracing::warn!(%error, "events");
        }
        if let Err(error) = shop.searches.flush(&shop).await {
            tracing::warn!(%error, "searches");
        }
    }
}
