//! Rows of attempts to pay.

use crate::{
    db::{Conn, Tx, execute, fetch},
    domain::{
        ids::{OrderId, PaymentId},
        money::{Currency, Money},
        payment::PaymentStatus,
    },
};
use uuid::Uuid;

/// A row of `payments`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PaymentRow {
    pub id: PaymentId,
    pub order: OrderId,
    pub status: PaymentStatus,
    pub amount: Money,
    /// What the gateway calls it, or empty.
    pub reference: String,
    /// Whose money it is: the gateway's name.
    pub gateway: String,
    /// What Stripe calls the customer's card, or empty.
    pub instrument: String,
    /// What of it was claimed for refunds.
    pub refunded: i64,
}

#[derive(sqlx::FromRow)]
struct Stored {
    id: Uuid,
    order_id: Uuid,
    status: String,
    amount: i64,
    currency: String,
    reference: String,
    gateway: String,
    instrument: String,
    refunded: i64,
}

macro_rules! payment_columns {
    () => {
        "SELECT id, order_id, status, amount, currency, reference, gateway, instrument, refunded FROM payments "
    };
}

impl Stored {
    fn row(self) -> Option<PaymentRow> {
        Some(PaymentRow {
            id: PaymentId(self.id),
            order: OrderId(self.order_id),
            status: PaymentStatus::parse(&self.status)?,
            amount: Money::new(self.amount, Currency::parse(&self.currency)?),
            reference: self.reference,
            gateway: self.gateway,
            instrument: self.instrument,
            refunded: self.refunded,
        })
    }
}

pub async fn insert_payment(tx: &mut Tx, row: &PaymentRow, now: i64) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO payments (id, order_id, gateway, status, amount, currency, reference, reason, created_at, updated_at,
            instrument)
        VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8, $8, $9)",
        row.id.0,
        row.order.0,
        row.gateway.as_str(),
        row.status.name(),
        row.amount.amount,
        row.amount.currency.code(),
        row.reference.as_str(),
        now,
        row.instrument.as_str()
    )?;
    Ok(())
}

pub async fn find_payment(conn: &mut Conn<'_>, id: PaymentId) -> sqlx::Result<Option<PaymentRow>> {
    let row = fetch!(conn, optional as Stored, concat!(payment_columns!(), "WHERE id = $1"), id.0)?;
    Ok(row.and_then(Stored::row))
}

/// Attempts in a status that nothing has happened to since `before`.
pub async fn list_stale(
    conn: &mut Conn<'_>,
    status: PaymentStatus,
    before: i64,
    limit: i64,
) -> sqlx::Result<Vec<PaymentRow>> {
    let rows = fetch!(
        conn,
        all as Stored,
        concat!(payment_columns!(), "WHERE status = $1 AND updated_at < $2 ORDER BY updated_at LIMIT $3"),
        status.name(),
        before,
        limit
    )?;
    Ok(rows.into_iter().filter_map(Stored::row).collect())
}

/// Takes an attempt that is still open to another status; false when it is not open any more. What the gateway calls it
/// stays known where nothing was heard from there.
pub async fn update_open_payment(
    tx: &mut Tx,
    id: PaymentId,
    to: PaymentStatus,
    reference: &str,
    reason: &str,
    now: i64,
) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "UPDATE payments SET status = $2, reference = CASE WHEN $3 = '' THEN reference ELSE $3 END, reason = $4,
            updated_at = $5
        WHERE id = $1 AND status IN ('claimed', 'pending', 'action_required')",
        id.0,
        to.name(),
        reference,
        reason,
        now
    )?;
    Ok(done == 1)
}

/// Notes what the gateway calls an attempt that is about to be confirmed there; false when it was given up meanwhile.
pub async fn update_reference(tx: &mut Tx, id: PaymentId, reference: &str, now: i64) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "UPDATE payments SET reference = $2, updated_at = $3 WHERE id = $1 AND status = 'claimed'",
        id.0,
        reference,
        now
    )?;
    Ok(done == 1)
}

/// Takes an attempt from one status to another.
pub async fn update_payment(
    tx: &mut Tx,
    id: PaymentId,
    from: PaymentStatus,
    to: PaymentStatus,
    now: i64,
) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "UPDATE payments SET status = $3, updated_at = $4 WHERE id = $1 AND status = $2",
        id.0,
        from.name(),
        to.name(),
        now
    )?;
    Ok(done == 1)
}

/// Takes an attempt that had ended to another status after all, with what the gateway calls it.
pub async fn revive_payment(
    tx: &mut Tx,
    id: PaymentId,
    from: PaymentStatus,
    to: PaymentStatus,
    reference: &str,
    now: i64,
) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "UPDATE payments SET status = $3, reference = $4, updated_at = $5 WHERE id = $1 AND status = $2",
        id.0,
        from.name(),
        to.name(),
        reference,
        now
    )?;
    Ok(done == 1)
}

/// Whether any payment of an order was made through a gateway.
pub async fn has_payment_by(conn: &mut Conn<'_>, order: OrderId, gateway: &str) -> sqlx::Result<bool> {
    let row = fetch!(
        conn,
        one as (i64,),
        "SELECT COUNT(*) FROM payments WHERE order_id = $1 AND gateway = $2",
        order.0,
        gateway
    )?;
    Ok(row.0 > 0)
}

/// How many attempts an order has had.
pub async fn count_payments(conn: &mut Conn<'_>, order: OrderId) -> sqlx::Result<i64> {
    let row = fetch!(conn, one as (i64,), "SELECT COUNT(*) FROM payments WHERE order_id = $1", order.0)?;
    Ok(row.0)
}

/// The payment that paid an order.
pub async fn find_captured(conn: &mut Conn<'_>, order: OrderId) -> sqlx::Result<Option<PaymentRow>> {
    let row = fetch!(
        conn,
        optional as Stored,
        concat!(payment_columns!(), "WHERE order_id = $1 AND status = 'captured'"),
        order.0
    )?;
    Ok(row.and_then(Stored::row))
}

/// Sets aside what goes back of a payment in a status, if as much is left of it as was seen.
pub async fn claim_refund(
    tx: &mut Tx,
    id: PaymentId,
    status: PaymentStatus,
    seen: i64,
    amount: i64,
) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "UPDATE payments SET refunded = refunded + $4
        WHERE id = $1 AND status = $2 AND refunded = $3 AND refunded + $4 <= amount",
        id.0,
        status.name(),
        seen,
        amount
    )?;
    Ok(done == 1)
}

/// What was set aside of a payment is there again.
pub async fn release_refund(tx: &mut Tx, id: PaymentId, amount: i64) -> sqlx::Result<()> {
    execute!(tx, "UPDATE payments SET refunded = refunded - $2 WHERE id = $1 AND refunded >= $2", id.0, amount)?;
    Ok(())
}
