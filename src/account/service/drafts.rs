//! What was typed into a form that came back with an error, for browsers without JavaScript. Never a secret.

use crate::{
    db::{Conn, Tx, execute, fetch},
    domain::timestamp::Timestamp,
    server::state::Shop,
};
use std::collections::HashMap;

/// Fields that are kept by no means.
const SECRET: [&str; 9] =
    ["csrf", "password", "new_password", "code", "ticket", "token", "card", "expiry", "security_code"];
/// The most of one field, and of all together, that is kept, in bytes: an order of many lines has many fields.
const LONGEST: usize = 300;
const MOST: usize = 32 << 10;
/// How long somebody may think about an error.
const KEPT: i64 = Timestamp::HOUR;

/// Keeps what was typed into a form, but for secrets.
pub async fn keep(shop: &Shop, visitor: &[u8], form: &str, fields: &[(String, String)]) -> sqlx::Result<()> {
    let fits = |(name, value): &&(String, String)| {
        !SECRET.contains(&name.as_str()) && name.len() <= LONGEST && value.len() <= LONGEST
    };
    let mut room = MOST;
    let takes_room = |(name, value): &&(String, String)| match room.checked_sub(name.len() + value.len()) {
        Some(left) => {
            room = left;
            true
        }
        None => false,
    };
    let kept = fields.iter().filter(fits).filter(takes_room);
    let typed: HashMap<&str, &str> = kept.map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut tx = shop.db.begin().await?;
    execute!(
        tx,
        "INSERT INTO form_drafts (visitor_hash, form, typed, updated_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (visitor_hash, form) DO UPDATE SET typed = excluded.typed, updated_at = excluded.updated_at",
        visitor,
        form,
        serde_json::to_string(&typed).unwrap_or_default(),
        shop.clock.now().0
    )?;
    tx.commit().await
}

/// What was typed into a form a moment ago.
pub async fn find(
    conn: &mut Conn<'_>,
    visitor: &[u8],
    form: &str,
    now: Timestamp,
) -> sqlx::Result<HashMap<String, String>> {
    let row = fetch!(
        conn,
        optional as (String,),
        "SELECT typed FROM form_drafts WHERE visitor_hash = $1 AND form = $2 AND updated_at > $3",
        visitor,
        form,
        now.0 - KEPT
    )?;
    Ok(row.and_then(|(typed,)| serde_json::from_str(&typed).ok()).unwrap_or_default())
}

/// Forgets what a browser typed that is somebody else from now on.
pub async fn delete_of(tx: &mut Tx, visitor: &[u8]) -> sqlx::Result<u64> {
    execute!(tx, "DELETE FROM form_drafts WHERE visitor_hash = $1", visitor)
}

/// Forgets what nobody came back to.
pub async fn delete_old(tx: &mut Tx, now: Timestamp) -> sqlx::Result<u64> {
    execute!(tx, "DELETE FROM form_drafts WHERE updated_at < $1", now.0 - KEPT)
}
