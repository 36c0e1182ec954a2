//! Making a backup.

use super::{BackupError, Summary, examine, partial::Partial, read::check_pages};
use crate::db::{
    Conn, Db,
    copy::{CopyError, copy_all},
    schema::Schema,
    sqlite,
};
use sqlx::Connection;
use std::{io, path::Path};

/// Copies the database as of one moment into a new file, while others go on writing to the database.
///
/// The file is made as `FILE.part` and gets its name when it has been proved whole: as many rows in every table, no
/// broken page or reference, nothing for the doctor. `progress` hears the rows copied, and how many there are.
pub async fn backup(db: &Db, file: &Path, progress: impl FnMut(u64, u64)) -> Result<Summary, BackupError> {
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    refuse_existing(file)?;
    let mut partial = Partial::open(name.into())?;
    // Again: another backup may have ended between the two.
    refuse_existing(file)?;
    let in_file = |cause| BackupError::File(file.to_owned(), cause);
    partial.fill(io::empty()).map_err(in_file)?;
    let (tables, rows) = write(db, partial.path(), progress).await?;
    let bytes = partial.keep_as(file).map_err(in_file)?;
    Ok(Summary { tables, rows, bytes })
}

fn refuse_existing(file: &Path) -> Result<(), BackupError> {
    match file.try_exists() {
        Ok(false) => Ok(()),
        Ok(true) => Err(BackupError::Exists(file.to_owned())),
        Err(cause) => Err(BackupError::File(file.to_owned(), cause)),
    }
}

/// Fills an empty file; gives the numbers of tables and rows.
async fn write(db: &Db, path: &Path, progress: impl FnMut(u64, u64)) -> Result<(usize, u64), BackupError> {
    let mut conn = sqlite::open_own(path).await?;
    sqlite::migrate(&mut conn).await.map_err(sqlx::Error::from)?;
    let schema = Schema::of(&mut conn).await?;
    let mut target = conn.begin().await?;
    let mut source = db.snapshot().await?;
    let copied = copy_all(&schema, &mut source.conn(), &mut Conn::Sqlite(&mut target), progress).await;
    let rows = copied.map_err(|cause| in_backup(path, cause))?;
    target.commit().await?;
    drop(source);
    check_pages(&mut conn, path).await?;
    examine(&mut Conn::Sqlite(&mut conn), "DATABASE_URL: the shop").await?;
    conn.close().await?;
    Ok((schema.tables.len(), rows))
}

fn in_backup(path: &Path, cause: CopyError) -> BackupError {
    let what = match cause {
        CopyError::Read(_) => "DATABASE_URL".to_owned(),
        CopyError::Write(_) | CopyError::Unequal { .. } => path.display().to_string(),
    };
    BackupError::Copy(what, cause)
}
