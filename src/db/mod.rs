//! The database: SQLite inside the program, or PostgreSQL beside it, behind one SQL text.
//!
//! Reading takes a [`Reader`], writing a [`Tx`]; a function that changes rows takes `&mut Tx`, so that it cannot be
//! called outside a transaction, and whoever began the transaction commits it. Statements are written once, with
//! `$1` and portable types, and the macros [`fetch!`] and [`execute!`] expand each for both engines.
//! `tests/db` prepares every statement of the source on both.

mod bulk;
pub mod copy;
mod migrate;
pub mod schema;
pub(crate) mod sqlite;

use crate::error::AppError;
use sqlx::{
    ConnectOptions, Connection, Executor, PgConnection, PgPool, Postgres, SqliteConnection, SqlitePool,
    pool::PoolConnection, postgres::PgPoolOptions,
};
use std::time::Duration;

pub(crate) use bulk::{MAX_BINDS, fetch_in, insert_many};
pub use migrate::Engine;
pub(crate) use migrate::TABLE as MIGRATIONS;
pub use sqlite::GroupWriter;

/// A handle to the shop's database. Cheap to clone.
#[derive(Clone)]
pub enum Db {
    Sqlite { writer: GroupWriter, readers: SqlitePool },
    Postgres(PgPool),
}

/// A connection in use, of either engine.
pub enum Conn<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// A connection to read with.
pub enum Reader {
    Sqlite(PoolConnection<sqlx::Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// A connection that sees the database as of one moment, whatever is written meanwhile.
pub enum Snapshot {
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    Postgres(PgConnection),
}

/// A write transaction. Dropped without [`Tx::commit`], it changes nothing.
pub enum Tx {
    Sqlite(sqlite::WriteTx),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Reader {
    pub fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(conn) => Conn::Sqlite(conn),
            Self::Postgres(conn) => Conn::Postgres(conn),
        }
    }
}

impl Snapshot {
    pub fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(tx) => Conn::Sqlite(tx),
            Self::Postgres(tx) => Conn::Postgres(tx),
        }
    }
}

impl Tx {
    pub fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(tx) => Conn::Sqlite(tx.conn()),
            Self::Postgres(tx) => Conn::Postgres(tx),
        }
    }

    /// Returns when the changes are on disk.
    pub async fn commit(self) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
    }
}

impl Db {
    /// Opens `sqlite:PATH` (made when missing) or `postgres://…` and brings its schema up to date.
    pub async fn open(url: &str) -> sqlx::Result<Self> {
        Ok(match url.strip_prefix("sqlite:") {
            Some(path) => {
                let (writer, readers) = sqlite::open(path).await?;
                Self::Sqlite { writer, readers }
            }
            None => {
                // Alone first: a pool would try for half a minute and then say only that it had no time left.
                let first = tokio::time::timeout(POSTGRES_PATIENCE, PgConnection::connect(url));
                first.await.map_err(std::io::Error::from)??.close().await?;
                let pool = postgres_pool().connect(url).await?;
                migrate::migrator(Engine::Postgres).run(&pool).await?;
                Self::Postgres(pool)
            }
        })
    }

    pub async fn read(&self) -> sqlx::Result<Reader> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Reader::Sqlite(readers.acquire().await?),
            Self::Postgres(pool) => Reader::Postgres(pool.acquire().await?),
        })
    }

    /// The moment is that of the first statement.
    pub async fn snapshot(&self) -> sqlx::Result<Snapshot> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Snapshot::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => {
                // A connection of its own, ended with the snapshot. It does not tell of slow statements: those that read
                // a whole table while somebody else writes it down are.
                let options = pool.connect_options().as_ref().clone().disable_statement_logging();
                let mut conn = options.connect().await?;
                conn.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
                Snapshot::Postgres(conn)
            }
        })
    }

    pub async fn begin(&self) -> sqlx::Result<Tx> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin().await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }
}

/// A statement of the program, as every use of [`fetch!`] and [`execute!`] registers it for the test that prepares
/// them all.
pub struct Statement(pub &'static str);

inventory::collect!(Statement);

/// All of them, each once.
#[must_use]
pub fn statements() -> Vec<&'static Statement> {
    let mut all: Vec<_> = inventory::iter::<Statement>.into_iter().collect();
    all.sort_by_key(|statement| statement.0);
    all.dedup_by_key(|statement| statement.0);
    all
}

const POSTGRES_CONNECTIONS: u32 = 24;
const POSTGRES_PATIENCE: Duration = Duration::from_secs(8);
/// A connection used so lately is taken to be alive.
const FRESH: Duration = Duration::from_secs(2);

/// Asks a connection whether it is alive only when it was idle for a while: the question costs a round trip.
fn postgres_pool() -> PgPoolOptions {
    let options = PgPoolOptions::new().max_connections(POSTGRES_CONNECTIONS).test_before_acquire(false);
    options
        .before_acquire(|conn, found| Box::pin(async move { Ok(found.idle_for < FRESH || conn.ping().await.is_ok()) }))
}

impl From<sqlx::Error> for AppError {
    fn from(cause: sqlx::Error) -> Self {
        tracing::error!(%cause, "database");
        Self::Internal
    }
}

/// Runs a query: `fetch!(conn, one|optional|all as Row, "SELECT …", bind, …)`.
///
/// `conn` is a `&mut Conn`; the row type implements `sqlx::FromRow` for both engines (a tuple, or derived).
macro_rules! fetch {
    (@register $sql:expr) => { inventory::submit! { $crate::db::Statement($sql) } };
    (@method one, $query:expr, $on:expr) => { $query.fetch_one($on).await };
    (@method optional, $query:expr, $on:expr) => { $query.fetch_optional($on).await };
    (@method all, $query:expr, $on:expr) => { $query.fetch_all($on).await };
    ($conn:expr, $method:ident as $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {{
        $crate::db::fetch!(@register $sql);
        match $conn {
            $crate::db::Conn::Sqlite(c) => $crate::db::fetch!(
                @method $method, sqlx::query_as::<sqlx::Sqlite, $row>($sql)$(.bind($bind))*, &mut **c
            ),
            $crate::db::Conn::Postgres(c) => $crate::db::fetch!(
                @method $method, sqlx::query_as::<sqlx::Postgres, $row>($sql)$(.bind($bind))*, &mut **c
            ),
        }
    }};
}

/// Runs a statement and gives the number of rows it affected: `execute!(tx, "UPDATE …", bind, …)`.
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {{
        $crate::db::fetch!(@register $sql);
        match &mut $tx.conn() {
            $crate::db::Conn::Sqlite(c) => {
                sqlx::query::<sqlx::Sqlite>($sql)$(.bind($bind))*.execute(&mut **c).await.map(|done| done.rows_affected())
            }
            $crate::db::Conn::Postgres(c) => {
                sqlx::query::<sqlx::Postgres>($sql)$(.bind($bind))*.execute(&mut **c).await.map(|done| done.rows_affected())
            }
        }
    }};
}

pub(crate) use {execute, fetch};
