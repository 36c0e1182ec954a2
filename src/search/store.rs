//! The change log that every node's search index follows, and what was searched for.

use super::record::{Click, Search};
use crate::{
    db::{Conn, Tx, execute, fetch, fetch_in, insert_many},
    domain::{search::reading::Rule, timestamp::Timestamp},
    server::clock::Ids,
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

/// A text that was searched for, in one of its spellings.
#[derive(Clone, PartialEq, Eq, Debug, sqlx::FromRow)]
pub struct SearchedRow {
    pub folded: String,
    pub text: String,
    pub searches: i64,
    /// The sum over all searches.
    pub results: i64,
}

/// What was opened from a text.
#[derive(Clone, PartialEq, Eq, Debug, sqlx::FromRow)]
pub struct ClickedRow {
    pub folded: String,
    pub clicks: i64,
    /// The clicks whose position is known, and the sum of these positions.
    pub placed: i64,
    pub positions: i64,
}

/// Searches in sum.
#[derive(Clone, Copy, PartialEq, Eq, Debug, sqlx::FromRow)]
pub struct SearchTotalsRow {
    pub searches: i64,
    pub without_result: i64,
    pub corrected: i64,
    /// Searches whose text was not kept.
    pub unkept: i64,
}

pub async fn insert_searches(tx: &mut Tx, ids: &Ids, at: Timestamp, searches: &[Search]) -> sqlx::Result<()> {
    insert_many!(
        tx,
        "INSERT INTO searches (id, at, text, folded, results, corrected, refined)",
        7,
        searches,
        |search| [
            ids.next(),
            at.0,
            search.text.clone(),
            search.folded.clone(),
            i64::from(search.results),
            search.corrected.clone(),
            search.refined,
        ],
        ""
    )?;
    Ok(())
}

pub async fn insert_clicks(tx: &mut Tx, ids: &Ids, at: Timestamp, clicks: &[Click]) -> sqlx::Result<()> {
    insert_many!(
        tx,
        "INSERT INTO search_clicks (id, at, folded, handle, position)",
        5,
        clicks,
        |click| [ids.next(), at.0, click.folded.clone(), click.handle.clone(), i64::from(click.position)],
        ""
    )?;
    Ok(())
}

/// Those of some texts that somebody searched for since a moment.
pub async fn list_searched_texts(
    conn: &mut Conn<'_>,
    since: Timestamp,
    folded: &[String],
) -> sqlx::Result<Vec<(String,)>> {
    fetch_in!(
        conn,
        (String,),
        ["SELECT DISTINCT folded FROM searches WHERE at >= " => since.0; " AND folded IN"],
        folded,
        ""
    )
}

/// Those of some handles whose products are for sale.
pub async fn list_known_handles(conn: &mut Conn<'_>, handles: &[String]) -> sqlx::Result<Vec<(String,)>> {
    fetch_in!(conn, (String,), [; "SELECT handle FROM products WHERE published AND handle IN"], handles, "")
}

/// Texts that found something as they were typed, most frequent first.
pub async fn list_popular_searches(
    conn: &mut Conn<'_>,
    since: Timestamp,
    least: i64,
    limit: i64,
) -> sqlx::Result<Vec<(String,)>> {
    fetch!(
        conn,
        all as (String,),
        "SELECT MIN(text) FROM searches
        WHERE at >= $1 AND results > 0 AND corrected = '' AND NOT refined AND folded <> ''
        GROUP BY folded HAVING COUNT(*) >= $2 ORDER BY COUNT(*) DESC, MIN(at) LIMIT $3",
        since.0,
        least,
        limit
    )
}

/// What was searched for from one moment up to another, most frequent first.
pub async fn list_searches(
    conn: &mut Conn<'_>,
    from: Timestamp,
    to: Timestamp,
    limit: i64,
) -> sqlx::Result<Vec<SearchedRow>> {
    fetch!(
        conn,
        all as SearchedRow,
        "SELECT folded, MIN(text) AS text, COUNT(*) AS searches, CAST(SUM(results) AS BIGINT) AS results FROM searches
        WHERE at >= $1 AND at < $2 AND NOT refined AND folded <> ''
        GROUP BY folded ORDER BY COUNT(*) DESC, MIN(at) LIMIT $3",
        from.0,
        to.0,
        limit
    )
}

/// What was searched for in vain from one moment up to another, most frequent first.
pub async fn list_searches_in_vain(
    conn: &mut Conn<'_>,
    from: Timestamp,
    to: Timestamp,
    limit: i64,
) -> sqlx::Result<Vec<SearchedRow>> {
    fetch!(
        conn,
        all as SearchedRow,
        "SELECT folded, MIN(text) AS text, COUNT(*) AS searches, CAST(SUM(results) AS BIGINT) AS results FROM searches
        WHERE at >= $1 AND at < $2 AND NOT refined AND folded <> '' AND results = 0
        GROUP BY folded ORDER BY COUNT(*) DESC, MIN(at) LIMIT $3",
        from.0,
        to.0,
        limit
    )
}

pub async fn sum_searches(conn: &mut Conn<'_>, from: Timestamp, to: Timestamp) -> sqlx::Result<SearchTotalsRow> {
    fetch!(
        conn,
        one as SearchTotalsRow,
        "SELECT COUNT(*) AS searches,
            CAST(COALESCE(SUM(CASE WHEN results = 0 THEN 1 ELSE 0 END), 0) AS BIGINT) AS without_result,
            CAST(COALESCE(SUM(CASE WHEN corrected <> '' THEN 1 ELSE 0 END), 0) AS BIGINT) AS corrected,
            CAST(COALESCE(SUM(CASE WHEN folded = '' THEN 1 ELSE 0 END), 0) AS BIGINT) AS unkept
        FROM searches WHERE at >= $1 AND at < $2 AND NOT refined",
        from.0,
        to.0
    )
}

/// What was opened from one moment up to another, by the text it was found with.
pub async fn list_clicks(conn: &mut Conn<'_>, from: Timestamp, to: Timestamp) -> sqlx::Result<Vec<ClickedRow>> {
    fetch!(
        conn,
        all as ClickedRow,
        "SELECT folded, COUNT(*) AS clicks,
            CAST(SUM(CASE WHEN position > 0 THEN 1 ELSE 0 END) AS BIGINT) AS placed,
            CAST(SUM(position) AS BIGINT) AS positions
        FROM search_clicks WHERE at >= $1 AND at < $2 GROUP BY folded",
        from.0,
        to.0
    )
}

/// Forgets searches and clicks older than a moment.
pub async fn delete_searches_before(tx: &mut Tx, at: Timestamp) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM searches WHERE at < $1", at.0)?;
    execute!(tx, "DELETE FROM search_clicks WHERE at < $1", at.0)?;
    Ok(())
}
