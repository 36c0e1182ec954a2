//! Rows that only staff see.

use super::view::{DeskEntry, DeskLine, DeskPayment, DeskRefund, Stranded};
use crate::{
    db::{Conn, fetch},
    domain::{
        money::{Currency, Money},
        order::OrderStatus,
        timestamp::Timestamp,
    },
    orders::store::{OrderRow, StoredLine, line_columns},
    payments::gateway::Gateway,
};
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct DeskRow {
    id: Uuid,
    shipped: i64,
    refunded: i64,
    #[sqlx(flatten)]
    line: StoredLine,
}

/// The lines of an order, with what became of each.
pub async fn list_lines(conn: &mut Conn<'_>, order: &OrderRow) -> sqlx::Result<Vec<DeskLine>> {
    let rows = fetch!(
        conn,
        all as DeskRow,
        concat!(
            "SELECT id, shipped, refunded, ",
            line_columns!(),
            " FROM order_lines WHERE order_id = $1 ORDER BY position"
        ),
        order.id
    )?;
    let line = |row: DeskRow| DeskLine {
        id: row.id,
        line: row.line.of(order),
        shipped: u32::try_from(row.shipped).unwrap_or(0),
        refunded: u32::try_from(row.refunded).unwrap_or(0),
    };
    Ok(rows.into_iter().map(line).collect())
}

#[derive(sqlx::FromRow)]
struct StoredEntry {
    at: i64,
    event: String,
    status: String,
    actor: String,
    actor_name: String,
    why: String,
}

/// All that happened to an order, the newest first.
pub async fn list_history(conn: &mut Conn<'_>, order: &OrderRow) -> sqlx::Result<Vec<DeskEntry>> {
    let rows = fetch!(
        conn,
        all as StoredEntry,
        "SELECT at, event, status, actor, actor_name, why FROM order_history WHERE order_id = $1
        ORDER BY at DESC, id DESC",
        order.id
    )?;
    let entry = |row: StoredEntry| {
        Some(DeskEntry {
            at: Timestamp(row.at),
            event: row.event,
            status: OrderStatus::parse(&row.status)?,
            actor: row.actor,
            person: row.actor_name,
            why: row.why,
        })
    };
    Ok(rows.into_iter().filter_map(entry).collect())
}

#[derive(sqlx::FromRow)]
struct StoredPayment {
    created_at: i64,
    gateway: String,
    status: String,
    amount: i64,
    reference: String,
    reason: String,
}

/// The attempts to pay an order, the first one first.
pub async fn list_payments(conn: &mut Conn<'_>, order: &OrderRow) -> sqlx::Result<Vec<DeskPayment>> {
    let rows = fetch!(
        conn,
        all as StoredPayment,
        "SELECT created_at, gateway, status, amount, reference, reason FROM payments WHERE order_id = $1
        ORDER BY created_at, id",
        order.id
    )?;
    let payment = |row: StoredPayment| DeskPayment {
        at: Timestamp(row.created_at),
        gateway: row.gateway,
        status: row.status,
        amount: order.money(row.amount),
        reference: row.reference,
        reason: row.reason,
    };
    Ok(rows.into_iter().map(payment).collect())
}

#[derive(sqlx::FromRow)]
struct StoredRefund {
    id: Uuid,
    status: String,
    amount: i64,
    gift_amount: i64,
    why: String,
    actor_name: String,
    gateway: Option<String>,
}

/// What went back of an order, or is on its way, the first one first.
pub async fn list_refunds(conn: &mut Conn<'_>, order: &OrderRow) -> sqlx::Result<Vec<DeskRefund>> {
    let rows = fetch!(
        conn,
        all as StoredRefund,
        "SELECT r.id, r.status, r.amount, r.gift_amount, r.why, r.actor_name, p.gateway
        FROM refunds r LEFT JOIN payments p ON p.id = r.payment_id
        WHERE r.order_id = $1 ORDER BY r.created_at, r.id",
        order.id
    )?;
    let refund = |row: StoredRefund| {
        let is_by_hand = row.gateway.is_some_and(|gateway| Gateway::is_by_hand(&gateway));
        DeskRefund {
            id: row.id,
            by_hand: (is_by_hand && row.status == "claimed").then(|| order.money(row.amount - row.gift_amount)),
            status: row.status,
            amount: order.money(row.amount),
            why: row.why,
            by: row.actor_name,
        }
    };
    Ok(rows.into_iter().map(refund).collect())
}

#[derive(sqlx::FromRow)]
struct StoredStranded {
    created_at: i64,
    gateway: String,
    amount: i64,
    currency: String,
    reference: String,
    refusals: i64,
}

/// Money that has to go back and whose order is gone, so that no order shows it.
pub async fn list_stranded(conn: &mut Conn<'_>) -> sqlx::Result<Vec<Stranded>> {
    let rows = fetch!(
        conn,
        all as StoredStranded,
        "SELECT p.created_at, p.gateway, p.amount, p.currency, p.reference,
            (SELECT COUNT(*) FROM refunds r WHERE r.payment_id = p.id AND r.status = 'refused') AS refusals
        FROM payments p WHERE p.status = 'refund_due' AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = p.order_id)
        ORDER BY p.created_at, p.id LIMIT 100"
    )?;
    let stranded = |row: StoredStranded| {
        Some(Stranded {
            at: Timestamp(row.created_at),
            gateway: row.gateway,
            amount: Money::new(row.amount, Currency::parse(&row.currency)?),
            reference: row.reference,
            refusals: row.refusals,
        })
    };
    Ok(rows.into_iter().filter_map(stranded).collect())
}

/// What is written down already under the id of a form: of which order, and what happened.
pub async fn find_history(conn: &mut Conn<'_>, id: Uuid) -> sqlx::Result<Option<(Uuid, String)>> {
    fetch!(conn, optional as (Uuid, String), "SELECT order_id, event FROM order_history WHERE id = $1", id)
}
