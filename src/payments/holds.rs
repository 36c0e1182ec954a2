//! The end of holds: an order that was not paid in time gives its stock back, but never while it can still be paid.

use super::service::give_up;
use crate::{
    catalog::store::Reason,
    db::{Conn, Tx, execute, fetch},
    domain::{
        ids::{OrderId, PaymentId},
        order::{Actor, OrderEvent, OrderStatus},
        payment::hold,
        timestamp::Timestamp,
    },
    error::AppError,
    messaging::outbox::{self, Topic},
    orders::{
        release::release,
        store::{self as orders, Happened, OrderRow},
    },
    server::state::Shop,
};
use uuid::Uuid;

const ROUND: i64 = 200;

/// Expires orders that were not paid in time, unless their payment may still succeed: an open attempt is given up at the
/// gateway first, and one that cannot be given up keeps its order. One that fails holds up no other.
pub async fn expire_orders(shop: &Shop) -> Result<(), AppError> {
    let now = shop.clock.now().0;
    let mut after = (0, Uuid::nil());
    // A page after the other: those that cannot be given up keep no others from their end.
    loop {
        let ended = list_ended(&mut shop.db.read().await?.conn(), now, after).await?;
        let Some(last) = ended.last() else { return Ok(()) };
        after = (last.hold_until, last.id);
        for waiting in ended {
            if let Err(error) = end_hold(shop, &waiting).await {
                tracing::warn!(order = %waiting.id, %error, "an order that was not paid in time is not ended yet");
            }
        }
    }
}

async fn end_hold(shop: &Shop, waiting: &Waiting) -> Result<(), AppError> {
    if let Some(active) = waiting.active_payment.map(PaymentId) {
        // Its buyer may have come back while we were at others.
        let row = orders::find_order(&mut shop.db.read().await?.conn(), OrderId(waiting.id)).await?;
        if row.is_none_or(|row| row.hold_until > waiting.hold_until) || give_up(shop, active).await.is_err() {
            return Ok(());
        }
    }
    expire(shop, OrderId(waiting.id)).await
}

/// An order whose hold has ended, with the attempt to pay that is open.
#[derive(sqlx::FromRow)]
struct Waiting {
    id: Uuid,
    hold_until: i64,
    active_payment: Option<Uuid>,
}

/// The next of them, the longest ended first.
async fn list_ended(conn: &mut Conn<'_>, now: i64, after: (i64, Uuid)) -> sqlx::Result<Vec<Waiting>> {
    fetch!(
        conn,
        all as Waiting,
        "SELECT id, hold_until, active_payment FROM orders
        WHERE status = 'pending_payment' AND hold_until > 0 AND hold_until <= $1
            AND (hold_until > $2 OR (hold_until = $2 AND id > $3))
        ORDER BY hold_until, id LIMIT $4",
        now,
        after.0,
        after.1,
        ROUND
    )
}

async fn expire(shop: &Shop, order: OrderId) -> Result<(), AppError> {
    let mut tx = shop.db.begin().await?;
    let now = shop.clock.now().0;
    let Some(row) = orders::find_order(&mut tx.conn(), order).await? else { return Ok(()) };
    let status = OrderStatus::Expired;
    if end_wait(&mut tx, order, now).await? {
        release(shop, &mut tx, &row, Reason::Expired).await?;
        let event = OrderEvent::PaymentTimeElapsed.name();
        let happened = Happened { actor: &Actor::Shop, event, why: "", status, at: now };
        orders::insert_history(&mut tx, shop.ids.next(), order, &happened).await?;
        outbox::enqueue(&mut tx, shop.ids.next(), Topic::OrderExpired, &row.number, now).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Ends the wait of an order that no payment is under way for; false when one is, its buyer came back to it, or it waits
/// no longer.
async fn end_wait(tx: &mut Tx, order: OrderId, now: i64) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "UPDATE orders SET status = $2, updated_at = $3
        WHERE id = $1 AND status = 'pending_payment' AND active_payment IS NULL AND hold_until > 0
            AND hold_until <= $3",
        order.0,
        OrderStatus::Expired.name(),
        now
    )?;
    Ok(done == 1)
}

/// The buyer is at it: what is left is a quarter of an hour at least, within two hours of placing. Gives until when.
pub async fn extend(shop: &Shop, order: &OrderRow) -> Result<Timestamp, AppError> {
    let until = hold::extended(Timestamp(order.placed_at), shop.clock.now()).max(order.hold_until);
    if order.status() != OrderStatus::PendingPayment || order.hold_until == 0 || until == order.hold_until {
        return Ok(Timestamp(order.hold_until));
    }
    let mut tx = shop.db.begin().await?;
    prolong(&mut tx, order.id(), until).await?;
    tx.commit().await?;
    Ok(Timestamp(until))
}

/// The same within a transaction that claims an attempt.
pub(super) async fn extend_in(shop: &Shop, tx: &mut Tx, order: &OrderRow) -> sqlx::Result<()> {
    prolong(tx, order.id(), hold::extended(Timestamp(order.placed_at), shop.clock.now())).await
}

async fn prolong(tx: &mut Tx, order: OrderId, until: i64) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE orders SET hold_until = $2
        WHERE id = $1 AND status = 'pending_payment' AND hold_until > 0 AND hold_until < $2",
        order.0,
        until
    )?;
    Ok(())
}
