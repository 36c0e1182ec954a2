//! The log of what staff did, written in the transaction of what it tells of.

use crate::{
    account::view::AuditEntry,
    db::{Conn, Tx, execute, fetch},
    domain::{ids::AccountId, timestamp::Timestamp},
    server::{authority::Customer, state::Shop},
};

/// What the log calls who used the command line.
const COMMAND_LINE: &str = "command line";
/// And somebody whose account is no longer there.
const ERASED: &str = "erased";

/// Writes down that a member of staff did something; nobody named: the command line.
pub async fn log(
    shop: &Shop,
    tx: &mut Tx,
    who: Option<&Customer>,
    action: &str,
    subject: &str,
    detail: &str,
) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO audit_log (id, at, account_id, actor, action, subject, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7)",
        shop.ids.next(),
        shop.clock.now().0,
        who.map(|who| who.account.0),
        who.map_or(COMMAND_LINE, |who| who.email.as_str()),
        action,
        subject,
        detail
    )?;
    Ok(())
}

/// Keeps what somebody who worked here did and had done to them, and forgets who they were.
pub async fn forget(tx: &mut Tx, account: AccountId, addresses: [&str; 2]) -> sqlx::Result<()> {
    execute!(tx, "UPDATE audit_log SET actor = $2, account_id = NULL WHERE account_id = $1", account.0, ERASED)?;
    let [typed, key] = addresses;
    execute!(tx, "UPDATE audit_log SET subject = $3 WHERE subject = $1 OR subject = $2", typed, key, ERASED)?;
    Ok(())
}

pub async fn count(conn: &mut Conn<'_>) -> sqlx::Result<i64> {
    Ok(fetch!(conn, one as (i64,), "SELECT COUNT(*) FROM audit_log")?.0)
}

/// Entries, newest first.
pub async fn list(conn: &mut Conn<'_>, limit: i64, offset: i64) -> sqlx::Result<Vec<AuditEntry>> {
    let rows = fetch!(
        conn,
        all as (i64, String, String, String, String),
        "SELECT at, actor, action, subject, detail FROM audit_log ORDER BY at DESC, id DESC LIMIT $1 OFFSET $2",
        limit,
        offset
    )?;
    let entry = |(at, actor, action, subject, detail)| AuditEntry { at: Timestamp(at), actor, action, subject, detail };
    Ok(rows.into_iter().map(|row: (i64, String, String, String, String)| entry(row)).collect())
}
