//! The outbox: what has to be told, written with what it tells of, so that neither is without the other.
//!
//! A row waits until it is due, is leased by one worker at a time, and in the end marked as done. Who holds the lease
//! holds no transaction: it may call a slow server, and when it dies the lease runs out and another takes the row.

use crate::{
    db::{Tx, execute, fetch},
    domain::timestamp::Timestamp,
    server::state::Shop,
};
use serde_json::Value;
use uuid::Uuid;

/// What a message is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Topic {
    OrderConfirmed,
    /// The money came for an order that was confirmed when it was placed.
    OrderPaid,
    OrderExpired,
    OrderShipped,
    OrderDelivered,
    OrderCancelled,
    /// Some of it will not be sent.
    OrderReduced,
    /// Money went back to the customer.
    OrderRefunded,
    /// Money was captured for an order that could no longer take it.
    RefundDue,
    /// Somebody has to show that an address is theirs.
    VerifyEmail,
    ResetPassword,
    /// Told to the address that an account had before.
    EmailChanged,
    /// Something about an account that its owner should know of.
    SecurityNotice,
    /// A copy of somebody's data is ready.
    DataExport,
    /// A letter whose words stand in its row.
    Note,
}

/// The topics that an email is written about.
pub const LETTERS: [Topic; 14] = [
    Topic::VerifyEmail,
    Topic::ResetPassword,
    Topic::EmailChanged,
    Topic::SecurityNotice,
    Topic::DataExport,
    Topic::Note,
    Topic::OrderConfirmed,
    Topic::OrderPaid,
    Topic::OrderExpired,
    Topic::OrderShipped,
    Topic::OrderDelivered,
    Topic::OrderCancelled,
    Topic::OrderReduced,
    Topic::OrderRefunded,
];

/// Those that are not about orders.
const OTHER_LETTERS: [Topic; 6] = [
    Topic::VerifyEmail,
    Topic::ResetPassword,
    Topic::EmailChanged,
    Topic::SecurityNotice,
    Topic::DataExport,
    Topic::Note,
];

/// The most rows that a worker looks at in one round.
const ROUND: i64 = 32;
/// When a row is due that was given up: in the year 9999.
pub(super) const NEVER: Timestamp = Timestamp(253_402_300_799_000);

impl Topic {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OrderConfirmed => "order_confirmed",
            Self::OrderPaid => "order_paid",
            Self::OrderExpired => "order_expired",
            Self::OrderShipped => "order_shipped",
            Self::OrderDelivered => "order_delivered",
            Self::OrderCancelled => "order_cancelled",
            Self::OrderReduced => "order_reduced",
            Self::OrderRefunded => "order_refunded",
            Self::RefundDue => "refund_due",
            Self::VerifyEmail => "verify_email",
            Self::ResetPassword => "reset_password",
            Self::EmailChanged => "email_changed",
            Self::SecurityNotice => "security_notice",
            Self::DataExport => "data_export",
            Self::Note => "note",
        }
    }

    /// The topic of a letter, by its name.
    #[must_use]
    pub fn find_letter(name: &str) -> Option<Self> {
        LETTERS.into_iter().find(|topic| topic.name() == name)
    }
}

/// Writes a message about an order, by its number.
pub async fn enqueue(tx: &mut Tx, id: Uuid, topic: Topic, order: &str, now: i64) -> sqlx::Result<()> {
    insert_row(tx, id, topic, order, &serde_json::json!({ "order": order }), now).await
}

/// Writes a message about an order that says more than its number.
pub async fn enqueue_about(
    tx: &mut Tx,
    id: Uuid,
    topic: Topic,
    order: &str,
    payload: &Value,
    now: i64,
) -> sqlx::Result<()> {
    insert_row(tx, id, topic, order, payload, now).await
}

/// Writes an email to be sent at once; `payload` is what [`super::letters::compose`] makes it from. What it says of a
/// person is forgotten once it is delivered, so `subject` (an id) must not say more than it.
pub async fn enqueue_mail(tx: &mut Tx, shop: &Shop, topic: Topic, subject: &str, payload: &Value) -> sqlx::Result<()> {
    insert_row(tx, shop.ids.next(), topic, subject, payload, shop.clock.now().0).await
}

async fn insert_row(tx: &mut Tx, id: Uuid, topic: Topic, subject: &str, payload: &Value, now: i64) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO outbox (id, topic, subject, payload, created_at, due_at, attempts, leased_until)
        VALUES ($1, $2, $3, $4, $5, $5, 0, 0)",
        id,
        topic.name(),
        subject,
        payload.to_string(),
        now
    )?;
    Ok(())
}

/// A letter that waits to be sent.
#[derive(sqlx::FromRow)]
pub(super) struct Due {
    pub id: Uuid,
    pub topic: String,
    pub payload: String,
    /// How often it has failed.
    pub attempts: i64,
}

/// The letters that are due and that nobody holds, the longest due first.
pub(super) async fn list_due(shop: &Shop) -> sqlx::Result<Vec<Due>> {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = LETTERS.map(Topic::name);
    fetch!(
        &mut shop.db.read().await?.conn(),
        all as Due,
        "SELECT id, topic, payload, attempts FROM outbox
        WHERE done_at IS NULL AND topic IN ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            AND due_at <= $1 AND leased_until <= $1
        ORDER BY due_at, id LIMIT $2",
        shop.clock.now().0,
        ROUND,
        a,
        b,
        c,
        d,
        e,
        f,
        g,
        h,
        i,
        j,
        k,
        l,
        m,
        n
    )
}

/// The right to send a letter until that moment. No two leases of a row end at the same one.
#[derive(Clone, Copy)]
pub(super) struct Lease(i64);

/// Takes a letter for so many milliseconds. Nothing when another worker was faster.
pub(super) async fn claim(shop: &Shop, row: &Due, millis: i64) -> sqlx::Result<Option<Lease>> {
    let now = shop.clock.now();
    let until = now.plus(millis).0;
    let mut tx = shop.db.begin().await?;
    let claimed = execute!(
        tx,
        "UPDATE outbox SET leased_until = $1
        WHERE id = $2 AND attempts = $3 AND done_at IS NULL AND due_at <= $4 AND leased_until <= $4",
        until,
        row.id,
        row.attempts,
        now.0
    )?;
    tx.commit().await?;
    Ok((claimed == 1).then_some(Lease(until)))
}

/// Notes that a letter is out, also when the lease ran out meanwhile, and forgets what it said.
pub(super) async fn mark_done(shop: &Shop, id: Uuid) -> sqlx::Result<()> {
    let mut tx = shop.db.begin().await?;
    execute!(
        tx,
        "UPDATE outbox SET done_at = $1, payload = '{}' WHERE id = $2 AND done_at IS NULL",
        shop.clock.now().0,
        id
    )?;
    tx.commit().await
}

/// Notes that a letter failed and gives it back, to be due again then. A lease that ran out changes nothing.
pub(super) async fn put_off(shop: &Shop, id: Uuid, lease: Lease, due: Timestamp) -> sqlx::Result<()> {
    let mut tx = shop.db.begin().await?;
    execute!(
        tx,
        "UPDATE outbox SET attempts = attempts + 1, due_at = $1, leased_until = 0
        WHERE id = $2 AND leased_until = $3 AND done_at IS NULL",
        due.0,
        id,
        lease.0
    )?;
    tx.commit().await
}

/// Deletes letters about accounts that were written before then, whether they were sent or not. What was told of an
/// order stays with it: it says nothing of a person, and `doctor` holds it against what happened.
pub async fn delete_letters_before(tx: &mut Tx, then: Timestamp) -> sqlx::Result<u64> {
    let [a, b, c, d, e, f] = OTHER_LETTERS.map(Topic::name);
    execute!(
        tx,
        "DELETE FROM outbox WHERE topic IN ($1, $2, $3, $4, $5, $6) AND created_at < $7",
        a,
        b,
        c,
        d,
        e,
        f,
        then.0
    )
}
