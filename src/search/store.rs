//! The change log that every node's search index follows.

use crate::{
    db::{Conn, Tx, execute, fetch},
    domain::{search::reading::Rule, timestamp::Timestamp},
};
use uuid::Uuid;

/// The kind of entry that asks every node to build its index anew.
pub const REBUILD: &str = "rebuild";
/// The kind of entry that says that synonyms changed.
pub const SYNONYMS: &str = "synonyms";

/// An entry of the log.
#[derive(Clone, PartialEq, Eq, Debug, sqlx::FromRow)]
pub struct ChangeRow {
    pub id: Uuid,
    pub product_id: Uuid,
    pub kind: String,
}

/// The entries after an id, oldest first.
pub async fn list_changes(conn: &mut Conn<'_>, after: Uuid, limit: i64) -> sqlx::Result<Vec<ChangeRow>> {
    fetch!(
        conn,
        all as ChangeRow,
        "SELECT id, product_id, kind FROM catalog_changes WHERE id > $1 ORDER BY id LIMIT $2",
        after,
        limit
    )
}

/// How many entries there are after an id.
pub async fn count_changes(conn: &mut Conn<'_>, after: Uuid) -> sqlx::Result<i64> {
    let row = fetch!(conn, one as (i64,), "SELECT COUNT(*) FROM catalog_changes WHERE id > $1", after)?;
    Ok(row.0)
}

/// The newest entry of the log.
pub async fn last_change(conn: &mut Conn<'_>) -> sqlx::Result<Option<Uuid>> {
    let row = fetch!(conn, optional as (Uuid,), "SELECT id FROM catalog_changes ORDER BY id DESC LIMIT 1")?;
    Ok(row.map(|(id,)| id))
}

/// The oldest entry that is still kept.
pub async fn first_change(conn: &mut Conn<'_>) -> sqlx::Result<Option<Uuid>> {
    let row = fetch!(conn, optional as (Uuid,), "SELECT id FROM catalog_changes ORDER BY id LIMIT 1")?;
    Ok(row.map(|(id,)| id))
}

/// Has every node build its index anew: one that runs at once, any other when it starts.
pub async fn insert_rebuild(tx: &mut Tx, id: Uuid, at: Timestamp) -> sqlx::Result<()> {
    insert_notice(tx, REBUILD, id, at).await
}

/// An entry that is about no product.
async fn insert_notice(tx: &mut Tx, kind: &str, id: Uuid, at: Timestamp) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO catalog_changes (id, product_id, kind, at) VALUES ($1, $2, $3, $4)",
        id,
        Uuid::nil(),
        kind,
        at.0
    )?;
    Ok(())
}

/// What the shop changed of its synonyms: the rule, and whether it does without it.
pub async fn list_synonym_changes(conn: &mut Conn<'_>) -> sqlx::Result<Vec<(String, bool)>> {
    fetch!(conn, all as (String, bool), "SELECT rule, removed FROM synonyms ORDER BY rule")
}

/// Keeps a rule, or that it is not to be used, and has every node take that in.
pub async fn upsert_synonym(tx: &mut Tx, rule: &Rule, removed: bool, id: Uuid, at: Timestamp) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO synonyms (rule, removed) VALUES ($1, $2) ON CONFLICT (rule) DO UPDATE SET removed = $2",
        rule.to_string(),
        removed
    )?;
    insert_notice(tx, SYNONYMS, id, at).await
}

/// Forgets entries older than a moment, but for the newest. A node that was away for longer builds its index anew.
pub async fn delete_changes_before(tx: &mut Tx, at: i64, newest: Uuid) -> sqlx::Result<u64> {
    execute!(tx, "DELETE FROM catalog_changes WHERE at < $1 AND id <> $2", at, newest)
}

/// How many products are for sale.
pub async fn count_products(conn: &mut Conn<'_>) -> sqlx::Result<i64> {
    let row = fetch!(conn, one as (i64,), "SELECT COUNT(*) FROM products WHERE published")?;
    Ok(row.0)
}
