//! Prices and their history.

use crate::db::{Conn, Tx, execute, fetch};
use uuid::Uuid;

/// A price a variant has, or had from a moment on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, sqlx::FromRow)]
pub struct PriceRow {
    pub variant_id: Uuid,
    /// Minor units.
    pub amount: i64,
    pub compare_at: Option<i64>,
    pub since: i64,
}

/// All prices the variants of a product ever had, oldest first.
pub async fn list_price_history(conn: &mut Conn<'_>, currency: &str, product: Uuid) -> sqlx::Result<Vec<PriceRow>> {
    fetch!(
        conn,
        all as PriceRow,
        "SELECT h.variant_id, h.amount, h.compare_at, h.since FROM price_history h
        JOIN variants v ON v.id = h.variant_id
        WHERE v.product_id = $1 AND h.currency = $2 ORDER BY h.since, h.id",
        product,
        currency
    )
}

/// Sets a variant's price and remembers it in the history under `id`.
pub async fn update_price(tx: &mut Tx, id: Uuid, currency: &str, price: PriceRow) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO prices (variant_id, currency, amount, compare_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (variant_id, currency) DO UPDATE SET amount = excluded.amount, compare_at = excluded.compare_at",
        price.variant_id,
        currency,
        price.amount,
        price.compare_at
    )?;
    insert_price_history(tx, id, currency, price).await
}

/// Adds to the history alone: for a price of the past.
pub async fn insert_price_history(tx: &mut Tx, id: Uuid, currency: &str, price: PriceRow) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO price_history (id, variant_id, currency, amount, compare_at, since)
        VALUES ($1, $2, $3, $4, $5, $6)",
        id,
        price.variant_id,
        currency,
        price.amount,
        price.compare_at,
        price.since
    )?;
    Ok(())
}
