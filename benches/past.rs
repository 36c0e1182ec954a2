//! A million orders of the past, put into a shop's database by SQL: how it looks after years.

use crate::{Result, bare::open_sqlite};
use sqlx::{Connection, PgConnection};

pub const MANY: i64 = 1_000_000;

/// What every row has: the columns, and their values for order number `i`. `@id` is a fresh id of the engine's.
const ORDERS: &str =
    "INSERT INTO orders (id, number, status, payment_status, fulfilment_status, currency, goods, shipping,
        tax, total, shipping_code, shipping_name, arrives, placed_at, updated_at)
    SELECT @id, 'PAST-' || i, 'delivered', 'captured', 'delivered', 'USD', 7800, 495, 0, 8295, 'standard', 'Standard',
        '2024-01-05', 1700000000000 + i * 1000, 1700000000000 + i * 1000
    FROM numbers";
const BELONGINGS: [&str; 6] = [
    "INSERT INTO order_people (order_id, email, name, line1, city, postcode, country, email_key, name_key, last_name_key)
    SELECT id, 'buyer-' || number || '@example.com', 'Ada Lovelace', '1 Quay', 'Ely', 'CB7 4AA', 'GB',
        'buyer-' || lower(number) || '@example.com', 'ada lovelace', 'lovelace'
    FROM orders WHERE status = 'delivered'",
    "INSERT INTO order_lines (id, order_id, position, variant_id, product_id, sku, handle, title, options, picture,
        quantity, unit_amount, total_amount, took_stock)
    SELECT @id, o.id, 1, v.id, v.product_id, 'PAST', 'past', 'Something of the past', '[]', '', 1, 7800, 7800, FALSE
    FROM orders o CROSS JOIN (SELECT id, product_id FROM variants ORDER BY id LIMIT 1) AS v WHERE o.status = 'delivered'",
    "INSERT INTO order_history (id, order_id, at, actor, event, status)
    SELECT @id, id, placed_at, 'gateway', 'payment_captured', 'paid' FROM orders WHERE status = 'delivered'",
    "INSERT INTO payments (id, order_id, gateway, status, amount, currency, reference, reason, created_at, updated_at)
    SELECT @id, id, 'sandbox', 'captured', total, currency, '', '', placed_at, placed_at
    FROM orders WHERE status = 'delivered'",
    "INSERT INTO outbox (id, topic, subject, payload, created_at, due_at, attempts, leased_until, done_at)
    SELECT @id, 'order_confirmed', number, '{}', placed_at, placed_at, 1, 0, placed_at
    FROM orders WHERE status = 'delivered'",
    "INSERT INTO outbox (id, topic, subject, payload, created_at, due_at, attempts, leased_until, done_at)
    SELECT @id, 'order_delivered', number, '{}', placed_at, placed_at, 1, 0, placed_at
    FROM orders WHERE status = 'delivered'",
];

/// Fills the database of a shop that does not run.
pub async fn fill(url: &str) -> Result<()> {
    if url.starts_with("sqlite:") {
        let mut conn = open_sqlite(url).await?;
        let mut tx = conn.begin().await?;
        let numbers =
            format!("WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < {MANY}) ");
        for sql in statements(&numbers, "randomblob(16)") {
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut *tx).await?;
        }
        sqlx::query("ANALYZE").execute(&mut *tx).await?;
        return Ok(tx.commit().await?);
    }
    let mut conn = PgConnection::connect(url).await?;
    let numbers = format!("WITH numbers (i) AS (SELECT generate_series(1, {MANY})) ");
    for sql in statements(&numbers, "gen_random_uuid()") {
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut conn).await?;
    }
    sqlx::query("ANALYZE").execute(&mut conn).await?;
    Ok(conn.close().await?)
}

/// The statements, with numbers to count by and ids.
fn statements(numbers: &str, id: &str) -> Vec<String> {
    let orders = format!("{numbers}{ORDERS}");
    let all = [orders].into_iter().chain(BELONGINGS.map(str::to_owned));
    all.map(|sql| sql.replace("@id", id)).collect()
}
