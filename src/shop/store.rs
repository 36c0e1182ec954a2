//! Settings and shipping methods.

use super::info::ShopInfo;
use crate::{
    db::{Conn, Tx, execute, fetch},
    domain::{
        money::{Currency, Money},
        shipping::{ShippingMethod, Steps},
    },
};

const SHOP: &str = "shop";

/// The shop's own words; defaults where nothing is set.
pub async fn find_info(conn: &mut Conn<'_>) -> sqlx::Result<ShopInfo> {
    let row = fetch!(conn, optional as (String,), "SELECT value FROM settings WHERE name = $1", SHOP)?;
    Ok(row.and_then(|(value,)| serde_json::from_str(&value).ok()).unwrap_or_default())
}

pub async fn update_info(tx: &mut Tx, info: &ShopInfo) -> sqlx::Result<()> {
    let value = serde_json::to_string(info).unwrap_or_default();
    execute!(
        tx,
        "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        SHOP,
        value
    )?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct ShippingRow {
    code: String,
    name: String,
    amount: i64,
    free_over: Option<i64>,
    working_days: i64,
}

/// The ways to have an order delivered, in the order they are offered.
pub async fn list_shipping_methods(conn: &mut Conn<'_>, currency: Currency) -> sqlx::Result<Vec<ShippingMethod>> {
    let rows = fetch!(
        conn,
        all as ShippingRow,
        "SELECT code, name, amount, free_over, working_days FROM shipping_methods WHERE currency = $1
        ORDER BY position, code",
        currency.code()
    )?;
    let method = |row: ShippingRow| ShippingMethod {
        code: row.code,
        name: row.name,
        price: Money::new(row.amount, currency),
        free_over: row.free_over.map(|amount| Money::new(amount, currency)),
        working_days: u8::try_from(row.working_days).unwrap_or(u8::MAX),
        steps: Steps::None,
        pick_up: false,
    };
    Ok(rows.into_iter().map(method).collect())
}

/// Adds a method, or sets it anew.
pub async fn upsert_shipping_method(tx: &mut Tx, method: &ShippingMethod, position: i64) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO shipping_methods (code, name, currency, amount, free_over, working_days, position)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (code) DO UPDATE SET name = excluded.name, currency = excluded.currency,
            amount = excluded.amount, free_over = excluded.free_over, working_days = excluded.working_days,
            position = excluded.position",
        method.code.as_str(),
        method.name.as_str(),
        method.price.currency.code(),
        method.price.amount,
        method.free_over.map(|money| money.amount),
        i64::from(method.working_days),
        position
    )?;
    Ok(())
}

/// A shop without methods of its own still delivers.
pub async fn ensure_shipping_method(tx: &mut Tx, currency: Currency) -> sqlx::Result<()> {
    let minor_units = 5 * 10_i64.pow(currency.decimals());
    execute!(
        tx,
        "INSERT INTO shipping_methods (code, name, currency, amount, free_over, working_days, position)
        SELECT $1, $2, $3, $4, NULL, $5, 1 WHERE NOT EXISTS (SELECT 1 FROM shipping_methods)",
        "standard",
        "Standard delivery",
        currency.code(),
        minor_units,
        4_i64
    )?;
    Ok(())
}

/// Whether nothing has ever been put into this shop.
pub async fn is_empty(conn: &mut Conn<'_>) -> sqlx::Result<bool> {
    let row = fetch!(conn, one as (bool,), "SELECT NOT EXISTS (SELECT 1 FROM products)")?;
    let settings = fetch!(conn, one as (bool,), "SELECT NOT EXISTS (SELECT 1 FROM settings)")?;
    Ok(row.0 && settings.0)
}
