//! The outbox: what has to be told, written with what it tells of, so that neither is without the other.

use crate::db::{Tx, execute};
use uuid::Uuid;

/// What a message is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Topic {
    OrderConfirmed,
    OrderExpired,
    /// Money was captured for an order that could no longer take it.
    RefundDue,
}

impl Topic {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OrderConfirmed => "order_confirmed",
            Self::OrderExpired => "order_expired",
            Self::RefundDue => "refund_due",
        }
    }
}

/// Writes a message about an order, by its number.
pub async fn enqueue(tx: &mut Tx, id: Uuid, topic: Topic, order: &str, now: i64) -> sqlx::Result<()> {
    let payload = serde_json::json!({ "order": order }).to_string();
    execute!(
        tx,
        "INSERT INTO outbox (id, topic, subject, payload, created_at, due_at, attempts, leased_until)
        VALUES ($1, $2, $3, $4, $5, $5, 0, 0)",
        id,
        topic.name(),
        order,
        payload,
        now
    )?;
    Ok(())
}
