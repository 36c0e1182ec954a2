//! Backups: the whole database as of one moment in one file, and back into an empty database of either engine.
//!
//! The file is itself a SQLite database with the schema of the version that made it, so a backup is also how a shop
//! moves from SQLite to PostgreSQL and back. What is not in the database is not in the file: `SHOP_SECRET`, without
//! which links to orders stop working, and uploaded originals. Search indexes are made from the database.

mod partial;
mod read;
mod write;

pub use read::Backup;
pub use write::backup;

use super::doctor;
use crate::db::{Conn, copy::CopyError};
use std::{fmt, path::PathBuf};

/// What was copied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Summary {
    pub tables: usize,
    pub rows: u64,
    /// The size of the file.
    pub bytes: u64,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} tables, {} rows, {} bytes", self.tables, self.rows, self.bytes)
    }
}

/// Why there is no backup, or nothing was restored. Either way nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{}: there is such a file already, and a backup goes into a new one", .0.display())]
    Exists(PathBuf),
    #[error("{}: it is being written by another backup or restore", .0.display())]
    UnderWay(PathBuf),
    #[error("{path}: {1}", path = .0.display())]
    File(PathBuf, #[source] std::io::Error),
    #[error("{}: this is not a backup of a shop", .0.display())]
    Foreign(PathBuf),
    #[error("{}: the backup is damaged or only a part of one", .0.display())]
    Damaged(PathBuf),
    #[error("{}: the backup is of a newer version of ironmonger, which is the one to restore it", .0.display())]
    Newer(PathBuf),
    #[error(
        "{}: this is a database in use, with changes in a file beside it; `ironmonger backup` makes a whole copy",
        .0.display()
    )]
    InUse(PathBuf),
    #[error(
        "DATABASE_URL: the database is not empty, there are {0}; name a new file or a new PostgreSQL database, and \
         restore before it is first served (that sets up the demo shop)"
    )]
    NotEmpty(String),
    #[error("{what} does not agree with itself; what must hold and does not: {finding}")]
    Disagrees { what: String, finding: &'static str },
    #[error("{0}: {1}")]
    Copy(String, #[source] CopyError),
    #[error("the database did not answer: {0}")]
    Database(#[from] sqlx::Error),
}

impl BackupError {
    /// Whether it lies in what was asked for, and is no failure on the way.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        !matches!(self, Self::Copy(..) | Self::Database(_))
    }
}

/// Fails where the doctor finds anything wrong in `what`.
async fn examine(conn: &mut Conn<'_>, what: &str) -> Result<(), BackupError> {
    let findings = doctor::examine(conn).await?;
    match findings.iter().find(|finding| finding.wrong > 0) {
        Some(found) => Err(BackupError::Disagrees { what: what.to_owned(), finding: found.what }),
        None => Ok(()),
    }
}
