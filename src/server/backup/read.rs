//! Restoring a backup.

use super::{BackupError, Summary, examine, partial::Partial};
use crate::{
    db::{
        Conn, Db, MIGRATIONS, Tx,
        copy::{CopyError, copy_all, count_rows},
        schema::Schema,
        sqlite,
    },
    search::store::insert_rebuild,
    server::clock::{Clock, Ids},
};
use sqlx::{AssertSqlSafe, Executor, SqliteConnection, migrate::MigrateError};
use std::{
    fs::File,
    path::{Path, PathBuf},
};

/// What every start puts into a shop that has none: one row at most.
const PUT_IN_BY_A_START: [&str; 2] = ["locations", "shipping_methods"];

/// A backup that was examined and brought up to this version's schema, in a copy of its own. The file stays as it is.
pub struct Backup {
    file: PathBuf,
    bytes: u64,
    schema: Schema,
    conn: SqliteConnection,
    _copy: Partial,
}

impl Backup {
    /// Copies the file into a folder, where there must be room for it, and refuses whatever is not a whole backup.
    pub async fn open(file: &Path, folder: &Path) -> Result<Self, BackupError> {
        refuse_in_use(file)?;
        let in_file = |cause| BackupError::File(file.to_owned(), cause);
        let contents = File::open(file).map_err(in_file)?;
        std::fs::create_dir_all(folder).map_err(|cause| BackupError::File(folder.to_owned(), cause))?;
        let mut copy = Partial::open(folder.join("restore.part"))?;
        let bytes = copy.fill(contents).map_err(in_file)?;
        let mut conn = sqlite::open_own(copy.path()).await.map_err(|cause| told_by(file, cause))?;
        refuse_foreign(&mut conn, file).await?;
        check_pages(&mut conn, file).await?;
        sqlite::migrate(&mut conn).await.map_err(|cause| not_this_schema(file, cause))?;
        let schema = Schema::current().await?;
        if Schema::of(&mut conn).await.ok().as_ref() != Some(&schema) {
            return Err(BackupError::Foreign(file.to_owned()));
        }
        examine(&mut Conn::Sqlite(&mut conn), &format!("{}: the backup", file.display())).await?;
        Ok(Self { file: file.to_owned(), bytes, schema, conn, _copy: copy })
    }

    /// Copies everything into an empty database in one transaction and has every node build its search index anew.
    /// `progress` hears the rows copied, and how many there are.
    pub async fn restore(
        mut self,
        db: &Db,
        clock: &Clock,
        ids: &Ids,
        progress: impl FnMut(u64, u64),
    ) -> Result<Summary, BackupError> {
        let mut tx = db.begin().await?;
        lock(&mut tx, &self.schema).await?;
        empty(&mut tx, &self.schema).await?;
        let copied = copy_all(&self.schema, &mut Conn::Sqlite(&mut self.conn), &mut tx.conn(), progress).await;
        let rows = copied.map_err(|cause| self.in_restore(cause))?;
        examine(&mut tx.conn(), "DATABASE_URL: what was restored").await?;
        insert_rebuild(&mut tx, ids.next(), clock.now()).await?;
        tx.commit().await?;
        Ok(Summary { tables: self.schema.tables.len(), rows, bytes: self.bytes })
    }

    fn in_restore(&self, cause: CopyError) -> BackupError {
        match cause {
            CopyError::Read(cause) => {
                tracing::debug!(%cause, "reading the backup");
                BackupError::Damaged(self.file.clone())
            }
            cause => BackupError::Copy("DATABASE_URL".to_owned(), cause),
        }
    }
}

/// A SQLite database that is being written has a part of its changes in a second file, which would be missed.
fn refuse_in_use(file: &Path) -> Result<(), BackupError> {
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    match std::fs::metadata(log) {
        Ok(log) if log.len() > 0 => Err(BackupError::InUse(file.to_owned())),
        _ => Ok(()),
    }
}

/// What has no table of migrations was not made by this program. An empty file is an empty SQLite database, too.
async fn refuse_foreign(conn: &mut SqliteConnection, file: &Path) -> Result<(), BackupError> {
    let found = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1)");
    let found = found.bind(MIGRATIONS).fetch_one(conn).await.map_err(|cause| told_by(file, cause))?;
    if found { Ok(()) } else { Err(BackupError::Foreign(file.to_owned())) }
}

/// Fails where a page of the file is broken or missing, or a row refers to one that is not there.
pub(super) async fn check_pages(conn: &mut SqliteConnection, file: &Path) -> Result<(), BackupError> {
    let check = sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(&mut *conn).await;
    let answer: String = check.map_err(|cause| told_by(file, cause))?;
    let dangling = sqlx::query("PRAGMA foreign_key_check").fetch_optional(conn).await;
    let dangling = dangling.map_err(|cause| told_by(file, cause))?;
    if answer == "ok" && dangling.is_none() {
        return Ok(());
    }
    tracing::debug!(answer, dangling = dangling.is_some(), "integrity check");
    Err(BackupError::Damaged(file.to_owned()))
}

/// What SQLite's error says about the file; the codes are those of <https://sqlite.org/rescode.html>.
fn told_by(file: &Path, cause: sqlx::Error) -> BackupError {
    /// No such table or column.
    const WRONG_SQL: u32 = 1;
    const CORRUPT: u32 = 11;
    const NOT_A_DATABASE: u32 = 26;
    let code = cause.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
    // The lowest byte is the kind, the others are details.
    match code.map(|code| code & 0xff) {
        Some(CORRUPT) => BackupError::Damaged(file.to_owned()),
        Some(WRONG_SQL | NOT_A_DATABASE) => BackupError::Foreign(file.to_owned()),
        _ => BackupError::Database(cause),
    }
}

fn not_this_schema(file: &Path, cause: MigrateError) -> BackupError {
    match cause {
        MigrateError::VersionMissing(_) => BackupError::Newer(file.to_owned()),
        MigrateError::VersionMismatch(_) | MigrateError::Dirty(_) | MigrateError::ExecuteMigration(..) => {
            BackupError::Foreign(file.to_owned())
        }
        MigrateError::Execute(cause) => told_by(file, cause),
        cause => BackupError::Database(cause.into()),
    }
}

/// Keeps other nodes from writing until the end of the transaction. SQLite has one writer anyway.
async fn lock(tx: &mut Tx, schema: &Schema) -> sqlx::Result<()> {
    let Conn::Postgres(conn) = tx.conn() else { return Ok(()) };
    let names: Vec<_> = schema.tables.iter().map(|table| format!("\"{}\"", table.name)).collect();
    let sql = format!("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", names.join(", "));
    conn.execute(AssertSqlSafe(sql)).await.map(drop)
}

/// Refuses a database that holds anything, and takes out what a start has put in.
async fn empty(tx: &mut Tx, schema: &Schema) -> Result<(), BackupError> {
    for table in &schema.tables {
        let allowed = u64::from(PUT_IN_BY_A_START.contains(&table.name.as_str()));
        if count_rows(&mut tx.conn(), table).await? > allowed {
            return Err(BackupError::NotEmpty(table.name.replace('_', " ")));
        }
    }
    for table in PUT_IN_BY_A_START {
        let sql = AssertSqlSafe(format!("DELETE FROM \"{table}\""));
        match tx.conn() {
            Conn::Sqlite(conn) => conn.execute(sql).await.map(drop)?,
            Conn::Postgres(conn) => conn.execute(sql).await.map(drop)?,
        }
    }
    Ok(())
}
