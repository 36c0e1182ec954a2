//! Rows of refunds.

use crate::{
    db::{Conn, Tx, execute, fetch},
    domain::{
        ids::{AccountId, OrderId, PaymentId, RefundId},
        money::{Currency, Money},
        order::Actor,
        payment::RefundStatus,
    },
};
use uuid::Uuid;

/// A row of `refunds`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefundRow {
    pub id: RefundId,
    pub order: OrderId,
    /// The payment it comes out of; none when all of it goes back to a gift card.
    pub payment: Option<PaymentId>,
    /// The same key twice is one refund.
    pub request_key: String,
    pub status: RefundStatus,
    /// All of it.
    pub amount: Money,
    /// What of it goes back to a gift card.
    pub gift_amount: i64,
    /// Money that came for an order that could no longer take it: no refund of the order.
    pub surplus: bool,
    pub by: Actor,
    pub why: String,
    /// What the gateway calls it, or empty.
    pub reference: String,
}

impl RefundRow {
    /// A refund that is done has a credit note. Money that came for nothing was never on an invoice.
    #[must_use]
    pub fn has_credit_note(&self) -> bool {
        self.status == RefundStatus::Done && !self.surplus
    }

    /// What goes back the way it was paid.
    #[must_use]
    pub fn paid_back(&self) -> Money {
        Money::new(self.amount.amount - self.gift_amount, self.amount.currency)
    }
}

#[derive(sqlx::FromRow)]
struct Stored {
    id: Uuid,
    order_id: Uuid,
    payment_id: Option<Uuid>,
    request_key: String,
    status: String,
    amount: i64,
    gift_amount: i64,
    currency: String,
    surplus: bool,
    actor: String,
    actor_id: Option<Uuid>,
    actor_name: String,
    why: String,
    reference: String,
}

impl Stored {
    fn row(self) -> Option<RefundRow> {
        let by = match (self.actor.as_str(), self.actor_id) {
            ("customer", _) => Actor::Customer,
            ("gateway", _) => Actor::Gateway,
            ("staff", Some(account)) => Actor::Staff { account: AccountId(account), name: self.actor_name },
            _ => Actor::Shop,
        };
        Some(RefundRow {
            id: RefundId(self.id),
            order: OrderId(self.order_id),
            payment: self.payment_id.map(PaymentId),
            request_key: self.request_key,
            status: RefundStatus::parse(&self.status)?,
            amount: Money::new(self.amount, Currency::parse(&self.currency)?),
            gift_amount: self.gift_amount,
            surplus: self.surplus,
            by,
            why: self.why,
            reference: self.reference,
        })
    }
}

macro_rules! refund_columns {
    () => {
        "SELECT id, order_id, payment_id, request_key, status, amount, gift_amount, currency, surplus, actor, actor_id,
            actor_name, why, reference FROM refunds "
    };
}

/// Inserts a refund; false when its key is taken.
pub async fn insert_refund(tx: &mut Tx, row: &RefundRow, now: i64) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "INSERT INTO refunds (id, order_id, payment_id, request_key, status, amount, gift_amount, currency, surplus,
            actor, actor_id, actor_name, why, reference, reason, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '', $15, $15)
        ON CONFLICT (request_key) DO NOTHING",
        row.id.0,
        row.order.0,
        row.payment.map(|payment| payment.0),
        row.request_key.as_str(),
        row.status.name(),
        row.amount.amount,
        row.gift_amount,
        row.amount.currency.code(),
        row.surplus,
        row.by.name(),
        row.by.account().map(|account| account.0),
        row.by.person(),
        row.why.as_str(),
        row.reference.as_str(),
        now
    )?;
    Ok(done == 1)
}

pub async fn find_refund(conn: &mut Conn<'_>, id: RefundId) -> sqlx::Result<Option<RefundRow>> {
    let row = fetch!(conn, optional as Stored, concat!(refund_columns!(), "WHERE id = $1"), id.0)?;
    Ok(row.and_then(Stored::row))
}

pub async fn find_refund_by_key(conn: &mut Conn<'_>, key: &str) -> sqlx::Result<Option<RefundRow>> {
    let row = fetch!(conn, optional as Stored, concat!(refund_columns!(), "WHERE request_key = $1"), key)?;
    Ok(row.and_then(Stored::row))
}

/// The refunds of an order, oldest first.
pub async fn list_refunds_of(conn: &mut Conn<'_>, order: OrderId) -> sqlx::Result<Vec<RefundRow>> {
    let rows = fetch!(
        conn,
        all as Stored,
        concat!(refund_columns!(), "WHERE order_id = $1 ORDER BY created_at, id"),
        order.0
    )?;
    Ok(rows.into_iter().filter_map(Stored::row).collect())
}

/// Refunds that the gateway has not answered and that nothing has happened to since `before`. Those that staff pay back
/// with their own hands wait for them.
pub async fn list_open(conn: &mut Conn<'_>, before: i64, limit: i64) -> sqlx::Result<Vec<RefundId>> {
    let rows = fetch!(
        conn,
        all as (Uuid,),
        "SELECT r.id FROM refunds r LEFT JOIN payments p ON p.id = r.payment_id
        WHERE r.status = 'claimed' AND r.updated_at < $1
            AND COALESCE(p.gateway, '') NOT IN ('bank_transfer', 'on_delivery')
        ORDER BY r.updated_at, r.id LIMIT $2",
        before,
        limit
    )?;
    Ok(rows.into_iter().map(|(id,)| RefundId(id)).collect())
}

/// Payments whose money has to go back and that no refund is made for. After the nth refusal it is tried again n² times
/// ten minutes later.
pub async fn list_due(conn: &mut Conn<'_>, now: i64, limit: i64) -> sqlx::Result<Vec<PaymentId>> {
    let rows = fetch!(
        conn,
        all as (Uuid,),
        "SELECT p.id FROM payments p WHERE p.status = 'refund_due'
            AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.payment_id = p.id AND r.surplus AND r.status <> 'refused')
            AND COALESCE((SELECT MAX(f.updated_at) + COUNT(*) * COUNT(*) * 600000 FROM refunds f
                WHERE f.payment_id = p.id AND f.surplus), 0) <= $1
        ORDER BY p.updated_at, p.id LIMIT $2",
        now,
        limit
    )?;
    Ok(rows.into_iter().map(|(id,)| PaymentId(id)).collect())
}

/// How often the gateway would not pay back what came for an order that could no longer take it.
pub async fn count_refusals(conn: &mut Conn<'_>, payment: PaymentId) -> sqlx::Result<i64> {
    let row = fetch!(
        conn,
        one as (i64,),
        "SELECT COUNT(*) FROM refunds WHERE payment_id = $1 AND surplus AND status = 'refused'",
        payment.0
    )?;
    Ok(row.0)
}

/// Ends a refund that is still open; false when it has ended before.
pub async fn end_refund(
    tx: &mut Tx,
    id: RefundId,
    to: RefundStatus,
    reference: &str,
    reason: &str,
    now: i64,
) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "UPDATE refunds SET status = $2, reference = $3, reason = $4, updated_at = $5
        WHERE id = $1 AND status = 'claimed'",
        id.0,
        to.name(),
        reference,
        reason,
        now
    )?;
    Ok(done == 1)
}

/// Notes why the money of a refund that was done has come to us again; false when that is noted.
pub async fn note_return(tx: &mut Tx, id: RefundId, reason: &str, now: i64) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "UPDATE refunds SET reason = $2, updated_at = $3 WHERE id = $1 AND status = 'done' AND reason = ''",
        id.0,
        reason,
        now
    )?;
    Ok(done == 1)
}

/// Notes that the gateway was asked and does not know yet.
pub async fn update_asked(tx: &mut Tx, id: RefundId, reference: &str, now: i64) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE refunds SET reference = $2, updated_at = $3 WHERE id = $1 AND status = 'claimed'",
        id.0,
        reference,
        now
    )?;
    Ok(())
}

/// Takes the order's row first, as whoever cancels an order has it already: nobody waits in a circle.
pub async fn take_order(tx: &mut Tx, order: OrderId, now: i64) -> sqlx::Result<bool> {
    Ok(execute!(tx, "UPDATE orders SET updated_at = $2 WHERE id = $1", order.0, now)? == 1)
}

/// Sets aside what goes back of the part that a gift card paid; false when less is left of it.
pub async fn claim_gift(tx: &mut Tx, order: OrderId, amount: i64) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "UPDATE orders SET gift_refunded = gift_refunded + $2
        WHERE id = $1 AND gift_refunded + $2 <= gift_amount",
        order.0,
        amount
    )?;
    Ok(done == 1)
}

/// What is left of it.
pub async fn find_gift_left(conn: &mut Conn<'_>, order: OrderId) -> sqlx::Result<i64> {
    let row =
        fetch!(conn, optional as (i64,), "SELECT gift_amount - gift_refunded FROM orders WHERE id = $1", order.0)?;
    Ok(row.map_or(0, |(left,)| left))
}

/// What was set aside of that part is there again.
pub async fn release_gift(tx: &mut Tx, order: OrderId, amount: i64) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE orders SET gift_refunded = gift_refunded - $2 WHERE id = $1 AND gift_refunded >= $2",
        order.0,
        amount
    )?;
    Ok(())
}

/// Counts units of a line as paid back by a refund; false when there are not so many that were not.
pub async fn claim_units(tx: &mut Tx, refund: RefundId, order: OrderId, line: Uuid, units: i64) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "UPDATE order_lines SET refunded = refunded + $3
        WHERE id = $1 AND order_id = $2 AND refunded + reduced + $3 <= quantity",
        line,
        order.0,
        units
    )?;
    if done == 0 {
        return Ok(false);
    }
    execute!(tx, "INSERT INTO refund_lines (refund_id, line_id, quantity) VALUES ($1, $2, $3)", refund.0, line, units)?;
    Ok(true)
}

/// The units of a refund that came to nothing can be paid back again.
pub async fn release_units(tx: &mut Tx, refund: RefundId) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE order_lines SET refunded = refunded -
            (SELECT u.quantity FROM refund_lines u WHERE u.refund_id = $1 AND u.line_id = order_lines.id)
        WHERE id IN (SELECT c.line_id FROM refund_lines c WHERE c.refund_id = $1)",
        refund.0
    )?;
    Ok(())
}

/// Adds to what went back of an order.
pub async fn add_refunded(tx: &mut Tx, order: OrderId, amount: i64, now: i64) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE orders SET refunded = refunded + $2, updated_at = $3,
            payment_status = CASE WHEN refunded + $2 >= total - reduced THEN 'refunded' ELSE 'partially_refunded' END
        WHERE id = $1",
        order.0,
        amount,
        now
    )?;
    Ok(())
}
