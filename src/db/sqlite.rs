//! SQLite with one writer and many readers, and commits shared by those who wait.
//!
//! SQLite has one write transaction at a time, and a durable commit costs a disk flush. So writers queue for one
//! connection; each runs in a savepoint of an open transaction, and a background task, which queues like everybody
//! else, commits what has gathered since its last turn. Alone, a writer is committed at once; in a crowd, all who
//! were waiting share one flush. Nobody is told "done" before the flush, and a writer that fails or is dropped
//! takes back its own savepoint only.

use super::migrate::{self, Engine};
use sqlx::{
    ConnectOptions, Connection, Executor, SqliteConnection, SqlitePool,
    migrate::MigrateError,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{path::Path, sync::Arc, time::Duration};
use tokio::sync::{Mutex, Notify, OwnedMutexGuard, oneshot};

/// How long to wait for another process (an import) to finish its transaction.
const BUSY: Duration = Duration::from_secs(30);
const READERS: u32 = 8;

/// Opens the file, made with its folder when missing: the writer, and connections that cannot write.
pub async fn open(path: &str) -> sqlx::Result<(GroupWriter, SqlitePool)> {
    if let Some(folder) = Path::new(path).parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .pragma("cache_size", "-32768")
        .pragma("temp_store", "memory")
        .disable_statement_logging();
    let mut writer = connect(&options).await?;
    migrate(&mut writer).await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        .test_before_acquire(false)
        .connect_with(options.pragma("query_only", "on").pragma("mmap_size", "268435456"))
        .await?;
    Ok((GroupWriter::new(writer), readers))
}

/// Connects, again while others open the same new file: SQLite does not wait when it switches to WAL.
async fn connect(options: &SqliteConnectOptions) -> sqlx::Result<SqliteConnection> {
    let mut tries = 0;
    loop {
        match options.connect().await {
            Err(sqlx::Error::Database(error)) if tries < 200 && is_busy(error.code().as_deref()) => {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
            connected => return connected,
        }
    }
}

/// SQLITE_BUSY, also with its details in the higher bits.
fn is_busy(code: Option<&str>) -> bool {
    code.and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| code & 0xff == 5)
}

/// Opens a file that is there and that nobody else uses: nothing is kept beside it, and nothing waits for the disk.
pub async fn open_own(path: &Path) -> sqlx::Result<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Memory)
        .synchronous(SqliteSynchronous::Off)
        .foreign_keys(true)
        .pragma("cache_size", "-32768")
        .disable_statement_logging();
    options.connect().await
}

/// Brings the schema up to date.
pub async fn migrate(conn: &mut SqliteConnection) -> Result<(), MigrateError> {
    // In a transaction, so that of several who open a new file at once one makes the tables and the others wait.
    let mut tx = conn.begin_with("BEGIN IMMEDIATE").await?;
    migrate::migrator(Engine::Sqlite).run_direct(None, &mut *tx, false).await?;
    Ok(tx.commit().await?)
}

/// The queue for the one connection that writes.
#[derive(Clone)]
pub struct GroupWriter {
    writer: Arc<Mutex<Writer>>,
    wake: Arc<Notify>,
}

struct Writer {
    conn: SqliteConnection,
    stage: Stage,
    /// Who waits for the commit.
    waiting: Vec<oneshot::Sender<Result<(), String>>>,
}

/// Where the connection stands. A finished turn is released by whatever comes next, in the same call: each call is a hop
/// to the connection's thread and back, which is most of what a short statement costs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// No transaction is open.
    Idle,
    /// A transaction, and no savepoint in it.
    Open,
    /// The savepoint of a turn that is to be committed.
    Finished,
    /// The savepoint of somebody who neither finished nor failed.
    Unfinished,
}

/// One writer's turn.
pub struct WriteTx {
    turn: OwnedMutexGuard<Writer>,
    wake: Arc<Notify>,
}

impl GroupWriter {
    fn new(conn: SqliteConnection) -> Self {
        let writer = Writer { conn, stage: Stage::Idle, waiting: vec![] };
        let group = Self { writer: Arc::new(Mutex::new(writer)), wake: Arc::default() };
        tokio::spawn(commit_in_turns(Arc::downgrade(&group.writer), group.wake.clone()));
        group
    }

    pub async fn begin(&self) -> sqlx::Result<WriteTx> {
        let (writer, wake) = (self.writer.clone(), self.wake.clone());
        // A task of its own: a caller that goes away must not leave a statement half told.
        finish(tokio::spawn(async move {
            let mut turn = writer.lock_owned().await;
            turn.begin().await?;
            Ok(WriteTx { turn, wake })
        }))
        .await
    }
}

/// The outcome of a task; one that panicked is a database that does not answer.
async fn finish<T>(task: tokio::task::JoinHandle<sqlx::Result<T>>) -> sqlx::Result<T> {
    task.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
}

impl Writer {
    /// Opens the savepoint of the next turn, in a transaction if none is open.
    async fn begin(&mut self) -> sqlx::Result<()> {
        self.take_back().await?;
        if self.stage == Stage::Idle {
            self.conn.execute("BEGIN IMMEDIATE").await?;
            self.stage = Stage::Open;
        }
        let next = if self.stage == Stage::Finished { "RELEASE turn; SAVEPOINT turn" } else { "SAVEPOINT turn" };
        self.conn.execute(next).await?;
        self.stage = Stage::Unfinished;
        Ok(())
    }

    /// Takes back what a dropped turn left.
    async fn take_back(&mut self) -> sqlx::Result<()> {
        if self.stage == Stage::Unfinished {
            self.conn.execute("ROLLBACK TO turn; RELEASE turn").await?;
            self.stage = Stage::Open;
        }
        Ok(())
    }

    /// Commits the transaction that is open, which releases a finished turn, and tells who waits.
    async fn commit(&mut self) {
        let result = match self.take_back().await {
            Ok(()) => self.conn.execute("COMMIT").await.map(drop),
            Err(error) => Err(error),
        };
        if result.is_err() {
            // Whatever is left of the transaction must not leak into the next one.
            let _ = self.conn.execute("ROLLBACK").await;
        }
        self.stage = Stage::Idle;
        let answer = result.map_err(|cause| cause.to_string());
        for waiting in self.waiting.drain(..) {
            let _ = waiting.send(answer.clone());
        }
    }
}

/// Commits whenever somebody has finished a turn. Ends when the database is closed.
async fn commit_in_turns(writer: std::sync::Weak<Mutex<Writer>>, wake: Arc<Notify>) {
    loop {
        wake.notified().await;
        let Some(writer) = writer.upgrade() else { return };
        let mut turn = writer.lock().await;
        if turn.stage != Stage::Idle {
            turn.commit().await;
        }
    }
}

impl WriteTx {
    pub fn conn(&mut self) -> &mut SqliteConnection {
        &mut self.turn.conn
    }

    /// Leaves the turn to the next in line and returns when a commit has covered it.
    pub async fn commit(mut self) -> sqlx::Result<()> {
        finish(tokio::spawn(async move {
            self.turn.stage = Stage::Finished;
            let (done, committed) = oneshot::channel();
            self.turn.waiting.push(done);
            drop(self);
            match committed.await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(cause)) => Err(sqlx::Error::Protocol(format!("commit: {cause}"))),
                Err(_) => Err(sqlx::Error::WorkerCrashed),
            }
        }))
        .await
    }
}

impl Drop for WriteTx {
    fn drop(&mut self) {
        self.wake.notify_one();
    }
}
