//! Many rows in few statements, for imports.

/// The most values bound in one statement: SQLite takes 32,766, PostgreSQL 65,535.
pub(crate) const MAX_BINDS: usize = 30_000;

/// Inserts rows: `insert_many!(tx, "INSERT INTO t (a, b)", 2, rows, |row| [row.a, row.b], "ON CONFLICT …")`.
///
/// The number is that of the columns. Rows are given by reference; what is bound must be owned or `Copy`.
macro_rules! insert_many {
    ($tx:expr, $into:expr, $columns:expr, $rows:expr, |$row:ident| [$($value:expr),* $(,)?], $tail:expr) => {{
        let mut result: sqlx::Result<u64> = Ok(0);
        for chunk in $rows.chunks($crate::db::MAX_BINDS / $columns) {
            let done = match &mut $tx.conn() {
                $crate::db::Conn::Sqlite(c) => {
                    let mut query = sqlx::QueryBuilder::<sqlx::Sqlite>::new(concat!($into, " "));
                    query.push_values(chunk, |mut values, $row| { $(values.push_bind($value);)* });
                    query.push(concat!(" ", $tail)).build().execute(&mut **c).await.map(|done| done.rows_affected())
                }
                $crate::db::Conn::Postgres(c) => {
                    let mut query = sqlx::QueryBuilder::<sqlx::Postgres>::new(concat!($into, " "));
                    query.push_values(chunk, |mut values, $row| { $(values.push_bind($value);)* });
                    query.push(concat!(" ", $tail)).build().execute(&mut **c).await.map(|done| done.rows_affected())
                }
            };
            result = result.and_then(|sum| done.map(|rows| sum + rows));
            if result.is_err() {
                break;
            }
        }
        result
    }};
}

pub(crate) use insert_many;

/// Fetches by a list of keys: `fetch_in!(conn, Row, "SELECT … WHERE id IN", ids, "ORDER BY …")`.
///
/// A bind before the list splits the text: `["SELECT … currency = " => currency; " WHERE id IN"]`. Rows are ordered
/// within a chunk of keys only.
macro_rules! fetch_in {
    ($conn:expr, $row:ty, [$($text:expr => $bind:expr),* ; $select:expr], $keys:expr, $tail:expr) => {{
        let mut result: sqlx::Result<Vec<$row>> = Ok(Vec::new());
        for chunk in $keys.chunks($crate::db::MAX_BINDS) {
            let rows = match $conn {
                $crate::db::Conn::Sqlite(c) => {
                    let mut query = sqlx::QueryBuilder::<sqlx::Sqlite>::new("");
                    $(query.push($text).push_bind($bind);)*
                    let mut list = query.push(concat!($select, " (")).separated(", ");
                    chunk.iter().for_each(|key| { list.push_bind(key.clone()); });
                    query.push(concat!(") ", $tail)).build_query_as::<$row>().fetch_all(&mut **c).await
                }
                $crate::db::Conn::Postgres(c) => {
                    let mut query = sqlx::QueryBuilder::<sqlx::Postgres>::new("");
                    $(query.push($text).push_bind($bind);)*
                    let mut list = query.push(concat!($select, " (")).separated(", ");
                    chunk.iter().for_each(|key| { list.push_bind(key.clone()); });
                    query.push(concat!(") ", $tail)).build_query_as::<$row>().fetch_all(&mut **c).await
                }
            };
            result = result.and_then(|mut all| { all.extend(rows?); Ok(all) });
            if result.is_err() {
                break;
            }
        }
        result
    }};
    ($conn:expr, $row:ty, $select:expr, $keys:expr, $tail:expr) => {
        $crate::db::fetch_in!($conn, $row, [; $select], $keys, $tail)
    };
}

pub(crate) use fetch_in;
