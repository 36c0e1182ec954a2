//! A file in the making.

use super::BackupError;
use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// A file under a passing name, readable by its owner only and locked against others who want the same name. It goes
/// away unless it is kept. What a crash leaves is taken over the next time.
pub struct Partial {
    path: PathBuf,
    file: File,
}

impl Partial {
    /// Locks the file, made when missing. Its contents stay until [`Partial::fill`] or whoever else writes it.
    pub fn open(path: PathBuf) -> Result<Self, BackupError> {
        let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).clone();
        let file = options.open(&path).map_err(|cause| BackupError::File(path.clone(), cause))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { path, file }),
            Err(TryLockError::WouldBlock) => Err(BackupError::UnderWay(path)),
            Err(TryLockError::Error(cause)) => Err(BackupError::File(path, cause)),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Replaces the contents; gives their length.
    pub fn fill(&mut self, mut contents: impl io::Read) -> io::Result<u64> {
        self.file.set_len(0)?;
        io::copy(&mut contents, &mut self.file)
    }

    /// Gives the file its name when it is on disk; gives its length.
    pub fn keep_as(self, name: &Path) -> io::Result<u64> {
        self.file.sync_all()?;
        if name.try_exists()? {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        std::fs::rename(&self.path, name)?;
        let folder = name.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(self.file.metadata()?.len())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Once kept, there is none by this name. On failure it only takes up space until the next time.
        let _ = std::fs::remove_file(&self.path);
    }
}
