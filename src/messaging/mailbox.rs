//! The development mailbox: email that would have left, kept as files so that a developer or a test can read it.
//!
//! One file a message, named by the row of the outbox it was made from: sent again, it replaces itself. Such ids rise
//! with time, so the names sorted are the messages in the order they were written.

use crate::domain::{text, timestamp::Timestamp};
use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};
use uuid::Uuid;

/// How many messages are kept.
const KEPT: usize = 500;

/// A folder of messages.
#[derive(Clone, Debug)]
pub struct Mailbox {
    folder: PathBuf,
}

/// A message that was kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Kept {
    pub id: Uuid,
    pub at: Timestamp,
    pub from: String,
    pub to: String,
    pub subject: String,
    pub message_id: String,
    pub text: String,
    pub html: String,
}

impl Mailbox {
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Keeps a message, and forgets the oldest when there are too many.
    pub async fn keep(&self, message: Kept) -> io::Result<()> {
        self.on_disk(move |folder| {
            // Links by which a password is reset are nobody else's business.
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            let unfinished = folder.join(format!("{}.new", message.id));
            fs::write(&unfinished, serde_json::to_vec(&message)?)?;
            fs::rename(unfinished, file(folder, message.id))?;
            let ids = list_ids(folder)?;
            ids.iter().skip(KEPT).try_for_each(|id| or_gone(fs::remove_file(file(folder, *id))).map(drop))
        })
        .await
    }

    /// The messages, newest first; of one recipient, or all.
    pub async fn list(&self, to: Option<String>) -> io::Result<Vec<Kept>> {
        let to = to.map(|to| text::key(&to)).filter(|to| !to.is_empty());
        self.on_disk(move |folder| {
            let mut found = Vec::new();
            for id in list_ids(folder)? {
                found.extend(read(folder, id)?.filter(|kept| to.as_ref().is_none_or(|to| text::key(&kept.to) == *to)));
            }
            Ok(found)
        })
        .await
    }

    pub async fn find(&self, id: Uuid) -> io::Result<Option<Kept>> {
        self.on_disk(move |folder| read(folder, id)).await
    }

    async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let folder = self.folder.clone();
        tokio::task::spawn_blocking(move || work(&folder)).await.map_err(io::Error::other)?
    }
}

fn file(folder: &Path, id: Uuid) -> PathBuf {
    folder.join(format!("{id}.json"))
}

/// The ids of all messages, newest first.
fn list_ids(folder: &Path) -> io::Result<Vec<Uuid>> {
    let mut ids = Vec::new();
    for entry in or_gone(fs::read_dir(folder))?.into_iter().flatten() {
        let name = entry?.file_name();
        ids.extend(name.to_str().and_then(|name| name.strip_suffix(".json")?.parse::<Uuid>().ok()));
    }
    ids.sort_unstable_by(|a, b| b.cmp(a));
    Ok(ids)
}

/// A message; nothing when it is not there, or no longer.
fn read(folder: &Path, id: Uuid) -> io::Result<Option<Kept>> {
    Ok(match or_gone(fs::read(file(folder, id)))? {
        Some(json) => Some(serde_json::from_slice(&json)?),
        None => None,
    })
}

/// Nothing where a file is gone: another may have forgotten it meanwhile.
fn or_gone<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(number: u128) -> Kept {
        Kept {
            id: Uuid::from_u128(number),
            at: Timestamp(0),
            from: "shop@example.com".into(),
            to: if number.is_multiple_of(2) { "even@example.com" } else { "Odd@example.com" }.into(),
            subject: format!("Number {number}"),
            message_id: String::new(),
            text: String::new(),
            html: String::new(),
        }
    }

    #[tokio::test]
    async fn the_newest_messages_are_kept_and_one_sent_again_replaces_itself() {
        let folder = tempfile::tempdir().unwrap();
        let mailbox = Mailbox::new(folder.path().join("mailbox"));
        assert!(mailbox.list(None).await.unwrap().is_empty());
        for number in 1..=KEPT as u128 + 3 {
            mailbox.keep(message(number)).await.unwrap();
        }
        mailbox.keep(message(KEPT as u128)).await.unwrap();
        let all = mailbox.list(None).await.unwrap();
        assert_eq!((all.len(), all[0].id, all[KEPT - 1].id), (KEPT, message(503).id, message(4).id));
        assert!(mailbox.find(message(3).id).await.unwrap().is_none());
        assert_eq!(mailbox.find(message(4).id).await.unwrap(), Some(message(4)));
        assert_eq!(mailbox.list(Some(" odd@EXAMPLE.com".into())).await.unwrap().len(), KEPT / 2);
    }
}
