//! Who is signed in: a session is a row whose token a browser's cookie holds.

use super::store::AccountRow;
use crate::{
    db::{Conn, Tx, execute, fetch},
    domain::{
        ids::{AccountId, SessionId},
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
        for (hash, at) in noted {
            // Each by itself: who ends several sessions locks them in an order of their own.
            let mut tx = shop.db.begin().await?;
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
            tx.commit().await?;
        }
        Ok(())
    }
}

/// Opens a session and gives the visitor that its browser is from now on. What the browser was before ends. Nothing is
/// opened by a password, or without a code, that was changed since `account` was read.
pub async fn open(
    shop: &Shop,
    tx: &mut Tx,
    before: &Visitor,
    account: &AccountRow,
    strong: bool,
    device: &str,
) -> Result<Visitor, AppError> {
    let (visitor, now) = (Visitor::new(shop), shop.clock.now().0);
    end_of(tx, before).await?;
    let opened = execute!(
        tx,
        "INSERT INTO sessions (id, token_hash, account_id, strong, device, created_at, seen_at, expires_at)
        SELECT $1, $2, a.id, $3, $4, $5, $5, CASE
            WHEN EXISTS (SELECT 1 FROM staff WHERE staff.account_id = a.id) THEN CAST($6 AS BIGINT) ELSE $7 END
        FROM accounts a WHERE a.id = $8 AND a.password_hash = $9 AND COALESCE(a.totp_since, 0) = $10",
        shop.ids.next(),
        visitor.hash(),
        strong,
        device,
        now,
        now + STAFF_IDLE,
        now + CUSTOMER_IDLE,
        account.id,
        account.password_hash.as_str(),
        account.totp_since.unwrap_or(0)
    )?;
    if opened == 0 { Err(AppError::WrongCredentials) } else { Ok(visitor) }
}

/// Makes sure that a session is still open, until the transaction ends: whoever ends it waits.
pub async fn hold(tx: &mut Tx, customer: &Customer, now: i64) -> Result<(), AppError> {
    let held = execute!(
        tx,
        "UPDATE sessions SET seen_at = $3 WHERE id = $1 AND account_id = $2 AND expires_at > $3",
        customer.session.0,
        customer.account.0,
        now
    )?;
    if held == 0 { Err(AppError::SignInRequired) } else { Ok(()) }
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
