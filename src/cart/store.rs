//! Rows of carts.

use crate::{
    db::{Conn, Tx, execute, fetch},
    domain::ids::{ShopperId, VariantId},
};
use uuid::Uuid;

/// A row of `cart_lines`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LineRow {
    pub variant: VariantId,
    pub quantity: u32,
    /// The price the shopper last saw, in minor units of the shop's currency.
    pub seen: i64,
}

/// The lines of a cart in the order they were put in. `currency` is that of the prices seen.
pub async fn list_lines(conn: &mut Conn<'_>, shopper: ShopperId, currency: &str) -> sqlx::Result<Vec<LineRow>> {
    let rows = fetch!(
        conn,
        all as (Uuid, i64, i64),
        "SELECT variant_id, quantity, seen_amount FROM cart_lines
        WHERE shopper_id = $1 AND seen_currency = $2 ORDER BY added_at, variant_id",
        shopper.0,
        currency
    )?;
    let line = |(variant, quantity, seen): (Uuid, i64, i64)| LineRow {
        variant: VariantId(variant),
        quantity: u32::try_from(quantity).unwrap_or(0),
        seen,
    };
    Ok(rows.into_iter().map(line).collect())
}

/// The codes in a cart with their quantities.
pub async fn list_skus(conn: &mut Conn<'_>, shopper: ShopperId) -> sqlx::Result<Vec<(String, u32)>> {
    let rows = fetch!(
        conn,
        all as (String, i64),
        "SELECT v.sku, l.quantity FROM cart_lines l JOIN variants v ON v.id = l.variant_id
        WHERE l.shopper_id = $1 ORDER BY l.added_at, v.sku",
        shopper.0
    )?;
    Ok(rows.into_iter().map(|(sku, quantity)| (sku, u32::try_from(quantity).unwrap_or(0))).collect())
}

/// How many lines a cart has.
pub async fn count_lines(conn: &mut Conn<'_>, shopper: ShopperId) -> sqlx::Result<i64> {
    let row = fetch!(conn, one as (i64,), "SELECT COUNT(*) FROM cart_lines WHERE shopper_id = $1", shopper.0)?;
    Ok(row.0)
}

/// The quantity of a line, 0 without one.
pub async fn find_quantity(conn: &mut Conn<'_>, shopper: ShopperId, variant: VariantId) -> sqlx::Result<u32> {
    let row = fetch!(
        conn,
        optional as (i64,),
        "SELECT quantity FROM cart_lines WHERE shopper_id = $1 AND variant_id = $2",
        shopper.0,
        variant.0
    )?;
    Ok(row.map_or(0, |(quantity,)| u32::try_from(quantity).unwrap_or(0)))
}

/// Adds to a line up to `limit` (a line that holds more already stays) and gives what it holds then.
pub async fn add_to_line(
    tx: &mut Tx,
    shopper: ShopperId,
    line: LineRow,
    limit: u32,
    currency: &str,
    now: i64,
) -> sqlx::Result<u32> {
    let row = fetch!(
        &mut tx.conn(),
        one as (i64,),
        "INSERT INTO cart_lines (shopper_id, variant_id, quantity, seen_amount, seen_currency, added_at)
        VALUES ($1, $2, CASE WHEN CAST($3 AS BIGINT) > $7 THEN CAST($7 AS BIGINT) ELSE $3 END, $4, $5, $6)
        ON CONFLICT (shopper_id, variant_id) DO UPDATE SET
            quantity = CASE
                WHEN cart_lines.quantity >= $7 THEN cart_lines.quantity
                WHEN cart_lines.quantity + $3 > $7 THEN $7
                ELSE cart_lines.quantity + $3
            END,
            seen_amount = excluded.seen_amount, seen_currency = excluded.seen_currency
        RETURNING quantity",
        shopper.0,
        line.variant.0,
        i64::from(line.quantity),
        line.seen,
        currency,
        now,
        i64::from(limit)
    )?;
    Ok(u32::try_from(row.0).unwrap_or(0))
}

/// Sets a line's quantity and the price it is seen at; makes the line where there is none.
pub async fn upsert_line(tx: &mut Tx, shopper: ShopperId, line: LineRow, currency: &str, now: i64) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO cart_lines (shopper_id, variant_id, quantity, seen_amount, seen_currency, added_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (shopper_id, variant_id) DO UPDATE SET quantity = excluded.quantity,
            seen_amount = excluded.seen_amount, seen_currency = excluded.seen_currency",
        shopper.0,
        line.variant.0,
        i64::from(line.quantity),
        line.seen,
        currency,
        now
    )?;
    Ok(())
}

/// Takes a SKU out of a cart, also one that is no longer for sale.
pub async fn delete_line(tx: &mut Tx, shopper: ShopperId, sku_key: &str) -> sqlx::Result<u64> {
    execute!(
        tx,
        "DELETE FROM cart_lines WHERE shopper_id = $1
        AND variant_id IN (SELECT id FROM variants WHERE sku_key = $2)",
        shopper.0,
        sku_key
    )
}

/// Takes units that were ordered out of a line.
pub async fn take_from_line(tx: &mut Tx, shopper: ShopperId, sku_key: &str, ordered: u32) -> sqlx::Result<()> {
    let ordered = i64::from(ordered);
    execute!(
        tx,
        "DELETE FROM cart_lines WHERE shopper_id = $1 AND quantity <= $3
        AND variant_id IN (SELECT id FROM variants WHERE sku_key = $2)",
        shopper.0,
        sku_key,
        ordered
    )?;
    execute!(
        tx,
        "UPDATE cart_lines SET quantity = quantity - $3 WHERE shopper_id = $1 AND quantity > $3
        AND variant_id IN (SELECT id FROM variants WHERE sku_key = $2)",
        shopper.0,
        sku_key,
        ordered
    )?;
    Ok(())
}
