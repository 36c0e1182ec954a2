//! Copying all rows from one database to another, of whichever engine.
//!
//! Rows stream in batches, so memory does not grow with the shop. Who calls sees to the transactions: the source
//! should be a [`Snapshot`](super::Snapshot), and the target one transaction or a file that is thrown away on error.

use super::{
    Conn, MAX_BINDS,
    schema::{Column, Kind, Schema, Table},
};
use futures::TryStreamExt;
use sqlx::{AssertSqlSafe, Postgres, QueryBuilder, Row, Sqlite};
use uuid::Uuid;

/// Rows in one statement.
const BATCH: usize = 500;

/// Why a copy is not whole.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error("could not be read: {0}")]
    Read(#[source] sqlx::Error),
    #[error("could not be written: {0}")]
    Write(#[source] sqlx::Error),
    #[error("{table} has {from} rows, its copy {to}")]
    Unequal { table: String, from: u64, to: u64 },
}

/// A value, typed also where it is null, as PostgreSQL wants it.
enum Value {
    Text(Option<String>),
    Integer(Option<i64>),
    Boolean(Option<bool>),
    Uuid(Option<Uuid>),
    Bytes(Option<Vec<u8>>),
}

/// Copies every table into one without rows, and counts what came; gives the number of rows. `progress` hears how
/// many rows have been copied, and how many there are.
pub async fn copy_all(
    schema: &Schema,
    from: &mut Conn<'_>,
    to: &mut Conn<'_>,
    mut progress: impl FnMut(u64, u64),
) -> Result<u64, CopyError> {
    let mut counts = Vec::with_capacity(schema.tables.len());
    for table in &schema.tables {
        counts.push(count_rows(from, table).await.map_err(CopyError::Read)?);
    }
    let (total, mut done) = (counts.iter().sum(), 0);
    progress(done, total);
    for (table, rows) in schema.tables.iter().zip(counts) {
        copy_table(table, from, to, |rows| {
            done += rows;
            progress(done, total);
        })
        .await?;
        let copied = count_rows(to, table).await.map_err(CopyError::Write)?;
        if copied != rows {
            return Err(CopyError::Unequal { table: table.name.clone(), from: rows, to: copied });
        }
    }
    Ok(total)
}

/// The number of rows in a table.
pub async fn count_rows(conn: &mut Conn<'_>, table: &Table) -> sqlx::Result<u64> {
    let sql = AssertSqlSafe(format!("SELECT COUNT(*) FROM \"{}\"", table.name));
    let rows: i64 = match conn {
        Conn::Sqlite(c) => sqlx::query_scalar(sql).fetch_one(&mut **c).await?,
        Conn::Postgres(c) => sqlx::query_scalar(sql).fetch_one(&mut **c).await?,
    };
    Ok(rows.unsigned_abs())
}

/// Runs `$body` for every batch of a table's rows.
macro_rules! for_each_batch {
    ($conn:expr, $table:expr, |$batch:ident| $body:expr) => {{
        let mut rows = sqlx::query(AssertSqlSafe($table.select())).fetch(&mut **$conn);
        loop {
            let mut $batch = Vec::with_capacity(BATCH);
            while $batch.len() < BATCH
                && let Some(row) = rows.try_next().await.map_err(CopyError::Read)?
            {
                $batch.push(values!(row, $table.columns).map_err(CopyError::Read)?);
            }
            if $batch.is_empty() {
                break;
            }
            $body
        }
    }};
}

/// The values of a row of either engine.
macro_rules! values {
    ($row:expr, $columns:expr) => {{
        let value = |(i, column): (usize, &Column)| {
            Ok(match column.kind {
                Kind::Text => Value::Text($row.try_get(i)?),
                Kind::Integer => Value::Integer($row.try_get(i)?),
                Kind::Boolean => Value::Boolean($row.try_get(i)?),
                Kind::Uuid => Value::Uuid($row.try_get(i)?),
                Kind::Bytes => Value::Bytes($row.try_get(i)?),
            })
        };
        $columns.iter().enumerate().map(value).collect::<sqlx::Result<Vec<Value>>>()
    }};
}

async fn copy_table(
    table: &Table,
    from: &mut Conn<'_>,
    to: &mut Conn<'_>,
    mut copied: impl FnMut(u64),
) -> Result<(), CopyError> {
    match from {
        Conn::Sqlite(c) => for_each_batch!(c, table, |batch| {
            copied(insert(table, to, batch).await.map_err(CopyError::Write)?);
        }),
        Conn::Postgres(c) => for_each_batch!(c, table, |batch| {
            copied(insert(table, to, batch).await.map_err(CopyError::Write)?);
        }),
    }
    Ok(())
}

/// Executes an insert of rows on one engine.
macro_rules! insert_values {
    ($conn:expr, $engine:ty, $table:expr, $rows:expr) => {{
        let mut query = QueryBuilder::<$engine>::new($table.insert());
        query.push_values($rows, |mut list, row| {
            for value in row {
                match value {
                    Value::Text(value) => list.push_bind(value),
                    Value::Integer(value) => list.push_bind(value),
                    Value::Boolean(value) => list.push_bind(value),
                    Value::Uuid(value) => list.push_bind(value),
                    Value::Bytes(value) => list.push_bind(value),
                };
            }
        });
        query.build().execute(&mut **$conn).await?.rows_affected()
    }};
}

async fn insert(table: &Table, to: &mut Conn<'_>, mut batch: Vec<Vec<Value>>) -> sqlx::Result<u64> {
    let (mut rows, at_once) = (0, MAX_BINDS / table.columns.len());
    while !batch.is_empty() {
        let part = batch.drain(..at_once.min(batch.len()));
        rows += match to {
            Conn::Sqlite(c) => insert_values!(c, Sqlite, table, part),
            Conn::Postgres(c) => {
                insert_values!(c, Postgres, table, part.map(|row| without_nul(table, row)))
            }
        };
    }
    Ok(rows)
}

/// PostgreSQL's texts cannot hold the character NUL. It means nothing in any of ours, so it is left out, and told.
fn without_nul(table: &Table, mut row: Vec<Value>) -> Vec<Value> {
    for (value, column) in row.iter_mut().zip(&table.columns) {
        if let Value::Text(Some(text)) = value
            && text.contains('\0')
        {
            tracing::warn!("a NUL character in {}.{} was left out: PostgreSQL cannot hold it", table.name, column.name);
            text.retain(|c| c != '\0');
        }
    }
    row
}
