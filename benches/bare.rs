//! The databases without a shop: what a durable write costs there, and how fast rows go in at all.

use crate::Result;
use sqlx::{
    ConnectOptions, Connection, PgConnection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

/// The SQLite file of a `sqlite:` URL, set as the shop sets it: a write-ahead log, every commit on disk.
pub async fn open_sqlite(url: &str) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(url.trim_start_matches("sqlite:"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(std::time::Duration::from_secs(30))
        .pragma("cache_size", "-32768")
        .disable_statement_logging();
    Ok(options.connect().await?)
}

/// One client that inserts one row after the other, each in a transaction of its own.
pub enum Inserter {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS bare_rows (id BIGINT PRIMARY KEY, note TEXT NOT NULL)";
const INSERT: &str = "INSERT INTO bare_rows (id, note) VALUES ($1, $2)";

impl Inserter {
    pub async fn open(url: &str) -> Result<Self> {
        if url.starts_with("sqlite:") {
            let mut conn = open_sqlite(url).await?;
            sqlx::query(TABLE).execute(&mut conn).await?;
            return Ok(Self::Sqlite(conn));
        }
        let mut conn = PgConnection::connect(url).await?;
        let settings: Vec<(String,)> =
            sqlx::query_as("SELECT setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit')")
                .fetch_all(&mut conn)
                .await?;
        if settings.iter().any(|(setting,)| setting != "on") {
            return Err("this PostgreSQL does not write durably: fsync or synchronous_commit is off".into());
        }
        sqlx::query(TABLE).execute(&mut conn).await?;
        Ok(Self::Postgres(conn))
    }

    pub async fn insert(&mut self, id: i64) -> Result<()> {
        // About as long as an order's own row.
        let note = "0123456789".repeat(20);
        match self {
            Self::Sqlite(conn) => sqlx::query(INSERT).bind(id).bind(note).execute(conn).await.map(drop)?,
            Self::Postgres(conn) => sqlx::query(INSERT).bind(id).bind(note).execute(conn).await.map(drop)?,
        }
        Ok(())
    }
}

/// Puts rows of text into one SQLite table, so many in a transaction, many in a statement. The plainest import.
pub async fn fill_table(url: &str, rows: &[Vec<String>], in_transaction: usize) -> Result<()> {
    let mut conn = open_sqlite(url).await?;
    let width = rows.first().map_or(0, Vec::len);
    let columns = (0..width).map(|i| format!("c{i} TEXT")).collect::<Vec<_>>().join(", ");
    let create = format!("CREATE TABLE bare_import ({columns})");
    sqlx::query(sqlx::AssertSqlSafe(create)).execute(&mut conn).await?;
    sqlx::query("CREATE UNIQUE INDEX bare_import_code ON bare_import (c11)").execute(&mut conn).await?;
    for batch in rows.chunks(in_transaction) {
        let mut tx = conn.begin().await?;
        for some in batch.chunks(30_000 / width) {
            let mut query = sqlx::QueryBuilder::<sqlx::Sqlite>::new("INSERT INTO bare_import ");
            query.push_values(some, |mut values, row| {
                row.iter().for_each(|field| {
                    values.push_bind(field);
                });
            });
            query.build().execute(&mut *tx).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}
