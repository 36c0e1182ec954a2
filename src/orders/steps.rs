//! The guarded statements by which an order goes from step to step after it was placed. The affected rows decide: of
//! two who do the same at once, one does it.

use crate::{
    db::{Conn, Tx, execute, fetch},
    domain::{
        ids::OrderId,
        order::{Fulfilment, OrderStatus, Units},
    },
};
use uuid::Uuid;

/// Where the units of a line came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shelf {
    pub variant: Uuid,
    pub product: Uuid,
    /// False where its stock is not counted.
    pub took_stock: bool,
}

/// Moves an order from one status to another; false when it is no longer in the first.
pub async fn advance(tx: &mut Tx, order: OrderId, from: OrderStatus, to: OrderStatus, now: i64) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "UPDATE orders SET status = $3, hold_until = 0, updated_at = $4 WHERE id = $1 AND status = $2",
        order.0,
        from.name(),
        to.name(),
        now
    )?;
    Ok(done == 1)
}

/// Ends an order of which nothing was shipped and for which no payment is under way; false when it is not such a one.
pub async fn cancel(tx: &mut Tx, order: OrderId, from: OrderStatus, now: i64) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "UPDATE orders SET status = 'cancelled', hold_until = 0, updated_at = $3
        WHERE id = $1 AND status = $2 AND active_payment IS NULL AND shipped_units = 0",
        order.0,
        from.name(),
        now
    )?;
    Ok(done == 1)
}

/// How many units an order has, and how far they are. Within a transaction that has changed the order's row, nobody
/// else changes them until it ends.
pub async fn find_units(conn: &mut Conn<'_>, order: OrderId) -> sqlx::Result<Units> {
    let (ordered, cancelled, shipped, delivered) = fetch!(
        conn,
        one as (i64, i64, i64, i64),
        "SELECT (SELECT CAST(COALESCE(SUM(l.quantity), 0) AS BIGINT) FROM order_lines l WHERE l.order_id = o.id),
            o.cancelled_units, o.shipped_units, o.delivered_units
        FROM orders o WHERE o.id = $1",
        order.0
    )?;
    let count = |units: i64| u32::try_from(units).unwrap_or(0);
    Ok(Units {
        ordered: count(ordered),
        cancelled: count(cancelled),
        shipped: count(shipped),
        delivered: count(delivered),
    })
}

/// Counts units of an order that is being processed as shipped; false when it is not, or has not so many left.
pub async fn ship_units(tx: &mut Tx, order: OrderId, units: u32, now: i64) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "UPDATE orders SET shipped_units = shipped_units + $2, updated_at = $3
        WHERE id = $1 AND status = 'processing' AND shipped_units + cancelled_units + $2 <=
            (SELECT CAST(SUM(l.quantity) AS BIGINT) FROM order_lines l WHERE l.order_id = orders.id)",
        order.0,
        i64::from(units),
        now
    )?;
    Ok(done == 1)
}

/// The same of one line of it.
pub async fn ship_line(tx: &mut Tx, order: OrderId, line: Uuid, units: u32) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "UPDATE order_lines SET shipped = shipped + $3
        WHERE id = $1 AND order_id = $2 AND shipped + cancelled + $3 <= quantity",
        line,
        order.0,
        i64::from(units)
    )?;
    Ok(done == 1)
}

/// Counts units of an order that is being processed as not to be sent; false when it is not, has not so many left, or
/// nothing would be left of it.
pub async fn cancel_units(tx: &mut Tx, order: OrderId, units: u32, now: i64) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "UPDATE orders SET cancelled_units = cancelled_units + $2, updated_at = $3
        WHERE id = $1 AND status = 'processing' AND cancelled_units + $2 <
            (SELECT CAST(SUM(l.quantity) AS BIGINT) FROM order_lines l WHERE l.order_id = orders.id)
            AND shipped_units + cancelled_units + $2 <=
            (SELECT CAST(SUM(l.quantity) AS BIGINT) FROM order_lines l WHERE l.order_id = orders.id)",
        order.0,
        i64::from(units),
        now
    )?;
    Ok(done == 1)
}

/// The same of one line of it; where its units came from.
pub async fn cancel_line(tx: &mut Tx, order: OrderId, line: Uuid, units: u32) -> sqlx::Result<Option<Shelf>> {
    let row = fetch!(
        &mut tx.conn(),
        optional as (Uuid, Uuid, bool),
        "UPDATE order_lines SET cancelled = cancelled + $3
        WHERE id = $1 AND order_id = $2 AND shipped + cancelled + $3 <= quantity
        RETURNING variant_id, product_id, took_stock",
        line,
        order.0,
        i64::from(units)
    )?;
    Ok(row.map(|(variant, product, took_stock)| Shelf { variant, product, took_stock }))
}

/// Takes what needs not be paid off an order whose money has not come.
pub async fn reduce(tx: &mut Tx, order: OrderId, amount: i64) -> sqlx::Result<()> {
    execute!(tx, "UPDATE orders SET reduced = reduced + $2 WHERE id = $1", order.0, amount)?;
    Ok(())
}

/// The same in units of a line.
pub async fn reduce_line(tx: &mut Tx, line: Uuid, units: u32) -> sqlx::Result<()> {
    execute!(tx, "UPDATE order_lines SET reduced = reduced + $2 WHERE id = $1", line, i64::from(units))?;
    Ok(())
}

/// Counts units that were on their way as delivered; false when there are not so many.
pub async fn deliver_units(tx: &mut Tx, order: OrderId, units: u32, now: i64) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "UPDATE orders SET delivered_units = delivered_units + $2, updated_at = $3
        WHERE id = $1 AND delivered_units + $2 <= shipped_units",
        order.0,
        i64::from(units),
        now
    )?;
    Ok(done == 1)
}

/// Writes down where the goods stand and when they are there.
pub async fn update_fulfilment(tx: &mut Tx, order: OrderId, fulfilment: Fulfilment, arrives: &str) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE orders SET fulfilment_status = $2, arrives = $3 WHERE id = $1",
        order.0,
        fulfilment.name(),
        arrives
    )?;
    Ok(())
}

/// Writes down that the money of an order came past the gateway: an order that waited for it is paid. Nothing when it
/// has come before, or the order takes none; else its status now.
pub async fn receive_money(tx: &mut Tx, order: OrderId, now: i64) -> sqlx::Result<Option<String>> {
    let row = fetch!(
        &mut tx.conn(),
        optional as (String,),
        "UPDATE orders SET payment_status = 'captured', hold_until = 0, active_payment = NULL, updated_at = $2,
            status = CASE WHEN status = 'pending_payment' THEN 'paid' ELSE status END
        WHERE id = $1 AND payment_status NOT IN ('captured', 'partially_refunded', 'refunded') AND payment_method IN ('on_delivery', 'bank_transfer')
            AND (status = 'pending_payment'
                OR (payment_method = 'on_delivery' AND status IN ('processing', 'shipped', 'delivered')))
        RETURNING status",
        order.0,
        now
    )?;
    Ok(row.map(|(status,)| status))
}

/// Keeps others from an order until the transaction ends, and changes nothing about it.
pub async fn hold(tx: &mut Tx, order: OrderId) -> sqlx::Result<()> {
    execute!(tx, "UPDATE orders SET updated_at = updated_at WHERE id = $1", order.0)?;
    Ok(())
}

/// Notes that something about an order has changed that its own row does not tell.
pub async fn touch(tx: &mut Tx, order: OrderId, now: i64) -> sqlx::Result<()> {
    execute!(tx, "UPDATE orders SET updated_at = $2 WHERE id = $1", order.0, now)?;
    Ok(())
}
