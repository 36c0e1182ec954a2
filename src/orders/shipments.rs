//! Rows of shipments: what was handed to which carrier, and when it was there.

use super::view::{Shipment, ShippedLine};
use crate::{
    db::{Conn, Tx, execute, fetch, insert_many},
    domain::{
        ids::OrderId,
        order::{Actor, Carrier, Tracking},
        timestamp::{Day, Timestamp},
    },
};
use uuid::Uuid;

/// A shipment to be stored.
#[derive(Clone, Debug)]
pub struct NewShipment<'a> {
    /// Made with the form it is sent by.
    pub id: Uuid,
    pub carrier: Carrier,
    pub tracking: &'a Tracking,
    pub units: u32,
    pub arrives: Day,
    pub at: i64,
    pub by: &'a Actor,
}

/// Inserts a shipment; false when there is one of that id.
pub async fn insert_shipment(tx: &mut Tx, order: OrderId, new: &NewShipment<'_>) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "INSERT INTO shipments (id, order_id, carrier, tracking_number, tracking_url, units, arrives, shipped_at, by_id,
            by_name)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING",
        new.id,
        order.0,
        new.carrier.code(),
        new.tracking.number.as_str(),
        new.tracking.url.as_deref().unwrap_or_default(),
        i64::from(new.units),
        new.arrives.to_string(),
        new.at,
        new.by.account().map(|account| account.0),
        new.by.person()
    )?;
    Ok(done == 1)
}

/// Which lines are in it, and how many of each.
pub async fn insert_shipment_lines(tx: &mut Tx, shipment: Uuid, lines: &[(Uuid, u32)]) -> sqlx::Result<()> {
    insert_many!(
        tx,
        "INSERT INTO shipment_lines (shipment_id, line_id, quantity)",
        3,
        lines,
        |line| [shipment, line.0, i64::from(line.1)],
        ""
    )?;
    Ok(())
}

/// Whose a shipment is.
pub async fn find_order_of(conn: &mut Conn<'_>, shipment: Uuid) -> sqlx::Result<Option<OrderId>> {
    let row = fetch!(conn, optional as (Uuid,), "SELECT order_id FROM shipments WHERE id = $1", shipment)?;
    Ok(row.map(|(order,)| OrderId(order)))
}

/// How many units a shipment of an order has, and whether they are there.
pub async fn find_units(conn: &mut Conn<'_>, order: OrderId, shipment: Uuid) -> sqlx::Result<Option<(u32, bool)>> {
    let row = fetch!(
        conn,
        optional as (i64, Option<i64>),
        "SELECT units, delivered_at FROM shipments WHERE id = $1 AND order_id = $2",
        shipment,
        order.0
    )?;
    Ok(row.map(|(units, delivered)| (u32::try_from(units).unwrap_or(0), delivered.is_some())))
}

/// Writes down that it is there; false when that was known.
pub async fn mark_delivered(tx: &mut Tx, shipment: Uuid, now: i64) -> sqlx::Result<bool> {
    let done =
        execute!(tx, "UPDATE shipments SET delivered_at = $2 WHERE id = $1 AND delivered_at IS NULL", shipment, now)?;
    Ok(done == 1)
}

/// The days on which the shipments of an order are there.
pub async fn list_arrivals(conn: &mut Conn<'_>, order: OrderId) -> sqlx::Result<Vec<Day>> {
    let rows = fetch!(conn, all as (String,), "SELECT arrives FROM shipments WHERE order_id = $1", order.0)?;
    Ok(rows.into_iter().filter_map(|(day,)| Day::parse(&day)).collect())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    carrier: String,
    tracking_number: String,
    tracking_url: String,
    arrives: String,
    shipped_at: i64,
    delivered_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    shipment_id: Uuid,
    quantity: i64,
    title: String,
    options: String,
    sku: String,
}

/// The shipments of an order, the first one first.
pub async fn list_shipments(conn: &mut Conn<'_>, order: OrderId) -> sqlx::Result<Vec<Shipment>> {
    let rows = fetch!(
        conn,
        all as Row,
        "SELECT id, carrier, tracking_number, tracking_url, arrives, shipped_at, delivered_at
        FROM shipments WHERE order_id = $1 ORDER BY shipped_at, id",
        order.0
    )?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let lines = fetch!(
        conn,
        all as LineRow,
        "SELECT s.shipment_id, s.quantity, l.title, l.options, l.sku
        FROM order_lines l JOIN shipment_lines s ON s.line_id = l.id
        WHERE l.order_id = $1 ORDER BY l.position",
        order.0
    )?;
    Ok(rows.into_iter().map(|row| shipment(row, &lines)).collect())
}

fn shipment(row: Row, lines: &[LineRow]) -> Shipment {
    let line = |line: &LineRow| ShippedLine {
        sku: line.sku.clone(),
        title: line.title.clone(),
        options: serde_json::from_str(&line.options).unwrap_or_default(),
        quantity: u32::try_from(line.quantity).unwrap_or(0),
    };
    Shipment {
        id: row.id,
        carrier: Carrier::parse(&row.carrier).unwrap_or(Carrier::Other),
        tracking: Tracking { number: row.tracking_number, url: Some(row.tracking_url).filter(|url| !url.is_empty()) },
        arrives: Day::parse(&row.arrives),
        shipped_at: Timestamp(row.shipped_at),
        delivered_at: row.delivered_at.map(Timestamp),
        lines: lines.iter().filter(|line| line.shipment_id == row.id).map(line).collect(),
    }
}
