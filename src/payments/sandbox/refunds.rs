//! What the sandbox pays back, in books of its own: never more than it captured, once per idempotency key.

use super::{Sandbox, find_row};
use crate::{
    db::{Conn, execute, fetch},
    domain::ids::RefundId,
    payments::gateway::{GatewayError, RefundOutcome, RefundRequest},
    server::state::Shop,
};
use uuid::Uuid;

impl Sandbox {
    /// Pays back, or tells of what was paid back under the same key.
    pub async fn refund(&self, shop: &Shop, request: &RefundRequest) -> Result<RefundOutcome, GatewayError> {
        let mut tx = shop.db.begin().await?;
        let Some(charge) = find_row(&mut tx.conn(), request.payment).await? else {
            return Ok(RefundOutcome::Refused("no such charge".into()));
        };
        let id = shop.ids.next();
        let fresh = execute!(
            tx,
            "INSERT INTO sandbox_refunds (id, idempotency_key, charge_id, amount, created_at)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (idempotency_key) DO NOTHING",
            id,
            request.refund.to_string(),
            charge.id,
            request.amount.amount,
            shop.clock.now().0
        )?;
        if fresh == 0 {
            // By the transaction: with SQLite the other's commit may still be gathering company.
            let known = find(&mut tx.conn(), request.refund).await?;
            tx.commit().await?;
            return Ok(known.unwrap_or_else(|| RefundOutcome::Pending(String::new())));
        }
        let taken = execute!(
            tx,
            "UPDATE sandbox_charges SET refunded = refunded + $2
            WHERE id = $1 AND status = 'succeeded' AND currency = $3 AND refunded + $2 <= amount",
            charge.id,
            request.amount.amount,
            request.amount.currency.code()
        )?;
        if taken == 0 {
            return Ok(RefundOutcome::Refused("more than was captured".into()));
        }
        tx.commit().await?;
        Ok(RefundOutcome::Done(id.to_string()))
    }

    /// What became of a refund; nothing when the sandbox never heard of it.
    pub async fn find_refund(&self, shop: &Shop, refund: RefundId) -> Result<Option<RefundOutcome>, GatewayError> {
        Ok(find(&mut shop.db.read().await?.conn(), refund).await?)
    }
}

async fn find(conn: &mut Conn<'_>, refund: RefundId) -> sqlx::Result<Option<RefundOutcome>> {
    let key = refund.to_string();
    let row = fetch!(conn, optional as (Uuid,), "SELECT id FROM sandbox_refunds WHERE idempotency_key = $1", key)?;
    Ok(row.map(|(id,)| RefundOutcome::Done(id.to_string())))
}
