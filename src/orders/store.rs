//! Rows of orders.

use super::view::{HistoryEntry, OrderLine};
use crate::{
    db::{Conn, Tx, execute, fetch, insert_many},
    domain::{
        address::{Email, Recipient},
        country::Country,
        ids::{AccountId, OrderId, PaymentId},
        money::{Currency, Money},
        order::{Actor, OrderStatus, Settlement},
        text,
        timestamp::Timestamp,
    },
};
use uuid::Uuid;

/// A row of `orders`.
#[derive(Clone, PartialEq, Eq, Debug, sqlx::FromRow)]
pub struct OrderRow {
    pub id: Uuid,
    pub number: String,
    pub shopper_id: Option<Uuid>,
    /// Whose it is, if they have signed in or verified the address it was placed with.
    pub account_id: Option<Uuid>,
    pub status: String,
    pub payment_status: String,
    pub fulfilment_status: String,
    pub currency: String,
    pub goods: i64,
    pub shipping: i64,
    pub tax: i64,
    pub total: i64,
    /// What promotions took off the goods: total = goods − discount + shipping + fees + tax.
    pub discount: i64,
    pub fees: i64,
    /// Tax within the prices; `tax` is what comes on top.
    pub included_tax: i64,
    /// Paid by gift card.
    pub gift_amount: i64,
    /// What went back to the customer so far.
    pub refunded: i64,
    /// What needs not be paid of the total, because it is not sent.
    pub reduced: i64,
    /// The quote it was placed by, as JSON.
    pub quote: String,
    /// How it is paid: card, on_delivery, bank_transfer.
    pub payment_method: String,
    /// Until when its stock is held for a payment that has not come; 0 when it waits for none.
    pub hold_until: i64,
    pub shipping_code: String,
    pub shipping_name: String,
    pub arrives: String,
    pub request_key: Option<String>,
    pub active_payment: Option<Uuid>,
    pub placed_at: i64,
}

impl OrderRow {
    #[must_use]
    pub fn id(&self) -> OrderId {
        OrderId(self.id)
    }

    #[must_use]
    pub fn status(&self) -> OrderStatus {
        // Statuses are written by this program only; one it does not know must not look payable.
        OrderStatus::parse(&self.status).unwrap_or(OrderStatus::Cancelled)
    }

    /// What the customer is charged: the total less what needs not be paid and what a gift card paid.
    #[must_use]
    pub fn due(&self) -> Money {
        self.money(self.total - self.reduced - self.gift_amount)
    }

    /// Where its money stands.
    #[must_use]
    pub fn settlement(&self) -> Settlement {
        settlement(&self.payment_status, self.due().currency, self.total - self.reduced, self.refunded)
    }

    #[must_use]
    pub fn money(&self, amount: i64) -> Money {
        Money::new(amount, Currency::parse(&self.currency).unwrap_or(Currency::USD))
    }
}

/// Where the money of an order stands, by its columns; `total` is what there is to be paid.
#[must_use]
pub fn settlement(payment_status: &str, currency: Currency, total: i64, refunded: i64) -> Settlement {
    let is_received = ["captured", "partially_refunded", "refunded"].contains(&payment_status);
    Settlement { total: Money::new(total, currency), is_received, refunded: Money::new(refunded, currency) }
}

macro_rules! order_columns {
    () => {
        "SELECT id, number, shopper_id, account_id, status, payment_status, fulfilment_status, currency, goods, shipping, tax, total,
            discount, fees, included_tax, gift_amount, refunded, reduced, quote, payment_method, hold_until,
            shipping_code, shipping_name, arrives, request_key, active_payment, placed_at FROM orders "
    };
}

pub async fn find_order(conn: &mut Conn<'_>, id: OrderId) -> sqlx::Result<Option<OrderRow>> {
    fetch!(conn, optional as OrderRow, concat!(order_columns!(), "WHERE id = $1"), id.0)
}

pub async fn find_order_by_number(conn: &mut Conn<'_>, number: &str) -> sqlx::Result<Option<OrderRow>> {
    fetch!(conn, optional as OrderRow, concat!(order_columns!(), "WHERE number = $1"), number)
}

pub async fn find_order_by_request(conn: &mut Conn<'_>, key: &str) -> sqlx::Result<Option<OrderRow>> {
    fetch!(conn, optional as OrderRow, concat!(order_columns!(), "WHERE request_key = $1"), key)
}

/// The orders of an account, newest first.
pub async fn list_orders_of(
    conn: &mut Conn<'_>,
    account: AccountId,
    limit: i64,
    offset: i64,
) -> sqlx::Result<Vec<OrderRow>> {
    fetch!(
        conn,
        all as OrderRow,
        concat!(order_columns!(), "WHERE account_id = $1 ORDER BY placed_at DESC, id DESC LIMIT $2 OFFSET $3"),
        account.0,
        limit,
        offset
    )
}

pub async fn count_orders_of(conn: &mut Conn<'_>, account: AccountId) -> sqlx::Result<i64> {
    let row = fetch!(conn, one as (i64,), "SELECT COUNT(*) FROM orders WHERE account_id = $1", account.0)?;
    Ok(row.0)
}

/// Inserts an order unless its number or its request key is taken: 0 then. One of an account that was erased meanwhile
/// is a guest's.
pub async fn insert_order(tx: &mut Tx, row: &OrderRow) -> sqlx::Result<u64> {
    execute!(
        tx,
        "INSERT INTO orders (id, number, shopper_id, status, payment_status, fulfilment_status, currency, goods,
            shipping, tax, total, shipping_code, shipping_name, arrives, request_key, active_payment, placed_at,
            updated_at, account_id, discount, fees, included_tax, gift_amount, refunded, quote, payment_method,
            hold_until)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17,
            (SELECT a.id FROM accounts a WHERE a.id = $18), $19, $20, $21, $22, $23, $24, $25, $26)
        ON CONFLICT DO NOTHING",
        row.id,
        row.number.as_str(),
        row.shopper_id,
        row.status.as_str(),
        row.payment_status.as_str(),
        row.fulfilment_status.as_str(),
        row.currency.as_str(),
        row.goods,
        row.shipping,
        row.tax,
        row.total,
        row.shipping_code.as_str(),
        row.shipping_name.as_str(),
        row.arrives.as_str(),
        row.request_key.as_deref(),
        row.active_payment,
        row.placed_at,
        row.account_id,
        row.discount,
        row.fees,
        row.included_tax,
        row.gift_amount,
        row.refunded,
        row.quote.as_str(),
        row.payment_method.as_str(),
        row.hold_until
    )
}

pub async fn insert_recipient(tx: &mut Tx, order: OrderId, recipient: &Recipient) -> sqlx::Result<()> {
    let name_key = text::key(&recipient.name);
    execute!(
        tx,
        "INSERT INTO order_people (order_id, email, name, line1, city, postcode, country, email_key, name_key,
            last_name_key)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        order.0,
        recipient.email.as_str(),
        recipient.name.as_str(),
        recipient.line1.as_str(),
        recipient.city.as_str(),
        recipient.postcode.as_str(),
        recipient.country.code(),
        crate::account::service::email::key(recipient.email.as_str()),
        name_key.as_str(),
        name_key.rsplit(' ').next().unwrap_or_default()
    )?;
    Ok(())
}

/// The person an order goes to.
pub async fn find_recipient(conn: &mut Conn<'_>, order: OrderId) -> sqlx::Result<Option<Recipient>> {
    let row = fetch!(
        conn,
        optional as (String, String, String, String, String, String),
        "SELECT email, name, line1, city, postcode, country FROM order_people WHERE order_id = $1",
        order.0
    )?;
    Ok(row.and_then(|(email, name, line1, city, postcode, country)| {
        let (email, country) = (Email::try_from(email).ok()?, Country::parse(&country)?);
        Some(Recipient { email, name, line1, city, postcode, country })
    }))
}

/// A line to be stored.
#[derive(Clone, Debug)]
pub struct LineRow {
    pub id: Uuid,
    pub variant_id: Uuid,
    pub product_id: Uuid,
    pub line: OrderLine,
    /// Units were taken from the shelf, and so go back to it.
    pub took_stock: bool,
}

pub async fn insert_lines(tx: &mut Tx, order: OrderId, rows: &[LineRow]) -> sqlx::Result<()> {
    let numbered: Vec<(i64, &LineRow)> = (1..).zip(rows).collect();
    insert_many!(
        tx,
        "INSERT INTO order_lines (id, order_id, position, variant_id, product_id, sku, handle, title, options, picture,
            quantity, unit_amount, total_amount, took_stock)",
        14,
        numbered,
        |row| [
            row.1.id,
            order.0,
            row.0,
            row.1.variant_id,
            row.1.product_id,
            row.1.line.sku.clone(),
            row.1.line.handle.clone(),
            row.1.line.title.clone(),
            serde_json::to_string(&row.1.line.options).unwrap_or_default(),
            row.1.line.picture.clone(),
            i64::from(row.1.line.quantity),
            row.1.line.unit_price.amount,
            row.1.line.total.amount,
            row.1.took_stock,
        ],
        ""
    )?;
    Ok(())
}

/// A line as it is stored: of [`line_columns`].
#[derive(sqlx::FromRow)]
pub(super) struct StoredLine {
    sku: String,
    handle: String,
    title: String,
    options: String,
    picture: String,
    quantity: i64,
    cancelled: i64,
    reduced: i64,
    unit_amount: i64,
    total_amount: i64,
}

macro_rules! line_columns {
    () => {
        "sku, handle, title, options, picture, quantity, cancelled, reduced, unit_amount, total_amount"
    };
}

pub(super) use line_columns;

impl StoredLine {
    pub(super) fn of(self, order: &OrderRow) -> OrderLine {
        let count = |units: i64| u32::try_from(units).unwrap_or(0);
        OrderLine {
            sku: self.sku,
            handle: self.handle,
            title: self.title,
            options: serde_json::from_str(&self.options).unwrap_or_default(),
            picture: self.picture,
            quantity: count(self.quantity),
            cancelled: count(self.cancelled),
            reduced: count(self.reduced),
            unit_price: order.money(self.unit_amount),
            total: order.money(self.total_amount),
        }
    }
}

/// The lines of an order as they were bought.
pub async fn list_lines(conn: &mut Conn<'_>, order: &OrderRow) -> sqlx::Result<Vec<OrderLine>> {
    let rows = fetch!(
        conn,
        all as StoredLine,
        concat!("SELECT ", line_columns!(), " FROM order_lines WHERE order_id = $1 ORDER BY position"),
        order.id
    )?;
    Ok(rows.into_iter().map(|row| row.of(order)).collect())
}

/// `(variant, product, units)` of what an order has from the shelf, in order of variant.
pub async fn list_taken_stock(conn: &mut Conn<'_>, order: OrderId) -> sqlx::Result<Vec<(Uuid, Uuid, i64)>> {
    fetch!(
        conn,
        all as (Uuid, Uuid, i64),
        "SELECT variant_id, product_id, quantity - cancelled FROM order_lines
        WHERE order_id = $1 AND took_stock AND quantity > cancelled ORDER BY variant_id",
        order.0
    )
}

/// A row of an order's history: who did what, why, and the status it led to.
#[derive(Clone, Debug)]
pub struct Happened<'a> {
    pub actor: &'a Actor,
    pub event: &'a str,
    /// In the words of who did it, where they gave any.
    pub why: &'a str,
    pub status: OrderStatus,
    pub at: i64,
}

/// Adds to the history of an order.
pub async fn insert_history(tx: &mut Tx, id: Uuid, order: OrderId, row: &Happened<'_>) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO order_history (id, order_id, at, actor, actor_id, actor_name, event, why, status)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id,
        order.0,
        row.at,
        row.actor.name(),
        row.actor.account().map(|account| account.0),
        row.actor.person(),
        row.event,
        row.why,
        row.status.name()
    )?;
    Ok(())
}

/// What happened to an order, oldest first, as far as it is its buyer's business.
pub async fn list_history(conn: &mut Conn<'_>, order: OrderId) -> sqlx::Result<Vec<HistoryEntry>> {
    let rows = fetch!(
        conn,
        all as (i64, String, String),
        "SELECT at, event, status FROM order_history
        WHERE order_id = $1 AND event NOT IN ('note', 'confirmation_resent') ORDER BY at, id",
        order.0
    )?;
    let entry = |(at, event, status): (i64, String, String)| {
        Some(HistoryEntry { at: Timestamp(at), event, status: OrderStatus::parse(&status)? })
    };
    Ok(rows.into_iter().filter_map(entry).collect())
}

/// Moves an order from one status to another and gives its number and the name of its way to pay; nothing when it is no
/// longer in the first.
pub async fn update_status(
    tx: &mut Tx,
    order: OrderId,
    from: OrderStatus,
    to: OrderStatus,
    payment_status: &str,
    now: i64,
) -> sqlx::Result<Option<(String, String)>> {
    fetch!(
        &mut tx.conn(),
        optional as (String, String),
        "UPDATE orders SET status = $3, payment_status = $4, active_payment = NULL, updated_at = $5
        WHERE id = $1 AND status = $2 RETURNING number, payment_method",
        order.0,
        from.name(),
        to.name(),
        payment_status,
        now
    )
}

/// Makes an attempt to pay the one that may succeed; false when the order is not waiting for one.
pub async fn claim_payment(tx: &mut Tx, order: OrderId, payment: PaymentId, now: i64) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "UPDATE orders SET active_payment = $2, payment_status = 'claimed', updated_at = $3
        WHERE id = $1 AND status = 'pending_payment' AND active_payment IS NULL",
        order.0,
        payment.0,
        now
    )?;
    Ok(done == 1)
}

/// Ends an attempt; false when it was not the active one.
pub async fn release_payment(
    tx: &mut Tx,
    order: OrderId,
    payment: PaymentId,
    payment_status: &str,
    now: i64,
) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "UPDATE orders SET active_payment = NULL, payment_status = $3, updated_at = $4
        WHERE id = $1 AND status = 'pending_payment' AND active_payment = $2",
        order.0,
        payment.0,
        payment_status,
        now
    )?;
    Ok(done == 1)
}

/// Ends an order that waits and that no attempt but this one was made to pay; false when it is not such a one.
pub async fn end_unpaid(tx: &mut Tx, order: OrderId, payment: PaymentId, now: i64) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "UPDATE orders SET status = 'expired', updated_at = $3
        WHERE id = $1 AND status = 'pending_payment' AND active_payment IS NULL
            AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.order_id = $1 AND p.id <> $2)",
        order.0,
        payment.0,
        now
    )?;
    Ok(done == 1)
}

/// Shows how the active attempt stands.
pub async fn update_payment_status(
    tx: &mut Tx,
    order: OrderId,
    payment: PaymentId,
    payment_status: &str,
) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE orders SET payment_status = $3 WHERE id = $1 AND active_payment = $2",
        order.0,
        payment.0,
        payment_status
    )?;
    Ok(())
}

/// Removes an order that never came to be: its first payment was declined.
pub async fn delete_order(tx: &mut Tx, order: OrderId) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM order_lines WHERE order_id = $1", order.0)?;
    execute!(tx, "DELETE FROM order_people WHERE order_id = $1", order.0)?;
    execute!(tx, "DELETE FROM order_history WHERE order_id = $1", order.0)?;
    execute!(tx, "DELETE FROM orders WHERE id = $1", order.0)?;
    Ok(())
}
