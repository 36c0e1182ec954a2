//! Who is signed in: a session is a row whose token a browser's cookie holds.

use crate::{
    db::{Conn, Tx, execute, fetch},
    domain::{
        account::Role,
        ids::{AccountId, SessionId, ShopperId},
        timestamp::Timestamp,
    },
    error::AppError,
    server::{authority::Customer, state::Shop, visitor::Visitor},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use uuid::Uuid;

/// How long a session lasts without being seen.
const CUSTOMER_IDLE: i64 = 30 * Timestamp::DAY;
const STAFF_IDLE: i64 = 12 * Timestamp::HOUR;
/// How stale "last seen" may be.
const SEEN_EVERY: i64 = 10 * Timestamp::MINUTE;

/// Sessions that were seen and are to be written down: reading a page writes nothing.
#[derive(Clone, Default)]
pub struct Seen(Arc<Mutex<HashMap<Vec<u8>, i64>>>);

impl Seen {
    /// Notes a session whose "last seen" has become stale.
    pub fn note(&self, hash: Vec<u8>, seen_at: i64, now: Timestamp) {
        if seen_at < now.0 - SEEN_EVERY {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(hash, now.0);
        }
    }

    /// Writes down what was noted.
    pub async fn flush(&self, shop: &Shop) -> sqlx::Result<()> {
        let noted = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if noted.is_empty() {
            return Ok(());
        }
        let mut noted: Vec<_> = noted.into_iter().collect();
        noted.sort();
        let mut tx = shop.db.begin().await?;
        for (hash, at) in noted {
            execute!(
                tx,
                "UPDATE sessions SET seen_at = $2, expires_at = CASE
                    WHEN EXISTS (SELECT 1 FROM staff WHERE staff.account_id = sessions.account_id)
                        THEN CAST($3 AS BIGINT) ELSE CAST($4 AS BIGINT)
                END WHERE token_hash = $1 AND expires_at > $2",
                hash,
                at,
                at + STAFF_IDLE,
                at + CUSTOMER_IDLE
            )?;
        }
        tx.commit().await
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    account_id: Uuid,
    shopper_id: Uuid,
    email: String,
    email_key: String,
    name: String,
    strong: bool,
    totp_since: Option<i64>,
    role: Option<String>,
}

/// Who has signed in with this browser.
pub async fn find_customer(conn: &mut Conn<'_>, visitor: &Visitor) -> sqlx::Result<Option<Customer>> {
    if visitor.is_new {
        return Ok(None);
    }
    let row = fetch!(
        conn,
        optional as Row,
        "SELECT s.id, s.account_id, a.shopper_id, a.email, a.email_key, a.name, s.strong, a.totp_since, w.role
        FROM sessions s JOIN accounts a ON a.id = s.account_id LEFT JOIN staff w ON w.account_id = a.id
        WHERE s.token_hash = $1 AND s.expires_at > $2",
        visitor.hash(),
        visitor.now().0
    )?;
    Ok(row.map(|row| Customer {
        account: AccountId(row.account_id),
        session: SessionId(row.id),
        shopper: ShopperId(row.shopper_id),
        email: row.email,
        email_key: row.email_key,
        name: row.name,
        strong: row.strong,
        has_codes: row.totp_since.is_some(),
        role: row.role.as_deref().and_then(Role::parse),
    }))
}

/// Opens a session and gives the visitor that its browser is from now on. What the browser was before ends.
pub async fn open(
    shop: &Shop,
    tx: &mut Tx,
    before: &Visitor,
    account: AccountId,
    strong: bool,
    device: &str,
) -> Result<Visitor, AppError> {
    let (visitor, now) = (Visitor::new(shop), shop.clock.now().0);
    end_of(tx, before).await?;
    let staff =
        fetch!(&mut tx.conn(), one as (bool,), "SELECT EXISTS (SELECT 1 FROM staff WHERE account_id = $1)", account.0)?;
    execute!(
        tx,
        "INSERT INTO sessions (id, token_hash, account_id, strong, device, created_at, seen_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $6, $7)",
        shop.ids.next(),
        visitor.hash(),
        account.0,
        strong,
        device,
        now,
        now + if staff.0 { STAFF_IDLE } else { CUSTOMER_IDLE }
    )?;
    Ok(visitor)
}

/// Ends the session of a browser, if it has one, and forgets what it typed.
pub async fn end_of(tx: &mut Tx, visitor: &Visitor) -> sqlx::Result<u64> {
    super::drafts::delete_of(tx, &visitor.hash()).await?;
    execute!(tx, "DELETE FROM sessions WHERE token_hash = $1", visitor.hash())
}

/// Ends one session of an account.
pub async fn end(tx: &mut Tx, account: AccountId, session: SessionId) -> sqlx::Result<u64> {
    execute!(tx, "DELETE FROM sessions WHERE id = $1 AND account_id = $2", session.0, account.0)
}

/// Ends all sessions of an account, but for one where one is named.
pub async fn end_all(tx: &mut Tx, account: AccountId, but: Option<SessionId>) -> sqlx::Result<u64> {
    // No session has the nil id.
    let but = but.map_or(Uuid::nil(), |session| session.0);
    execute!(tx, "DELETE FROM sessions WHERE account_id = $1 AND id <> $2", account.0, but)
}

/// The sessions of an account, the one seen last first: id, device, begun, seen.
pub async fn list(conn: &mut Conn<'_>, account: AccountId, now: i64) -> sqlx::Result<Vec<(Uuid, String, i64, i64)>> {
    fetch!(
        conn,
        all as (Uuid, String, i64, i64),
        "SELECT id, device, created_at, seen_at FROM sessions WHERE account_id = $1 AND expires_at > $2
        ORDER BY seen_at DESC, id",
        account.0,
        now
    )
}

/// Forgets sessions that have ended.
pub async fn delete_ended(tx: &mut Tx, now: i64) -> sqlx::Result<u64> {
    execute!(tx, "DELETE FROM sessions WHERE expires_at <= $1", now)
}

/// What a browser calls itself, in few words.
#[must_use]
pub fn device(user_agent: &str) -> String {
    let find = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    let browser = find(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "Unknown browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn a_browser_is_called_by_name_and_system() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
        let safari =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1";
        assert_eq!(device(chrome), "Chrome on Linux");
        assert_eq!(device(safari), "Safari on iPhone");
        assert_eq!(device("<script>"), "Unknown browser");
    }
}
