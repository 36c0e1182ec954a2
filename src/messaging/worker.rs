//! Sends the letters of the outbox. Any number of nodes may do so at once.
//!
//! claim → compose → send → mark: no transaction is open while a letter is composed and sent. A crash in between has
//! the letter sent once more when its lease runs out, under the same `Message-ID`. What goes wrong is logged
//! without saying whom a letter is to or what it says.

use super::{
    letters::compose,
    mail::{Postman, SendError},
    outbox::{self, Due, Lease, NEVER, Topic},
};
use crate::{domain::timestamp::Timestamp, error::AppError, server::state::Shop};
use futures::{StreamExt, stream};
use std::time::Duration;

const LEASE: i64 = Timestamp::MINUTE;
/// How long composing and sending may take, which is less than the lease.
const PATIENCE: Duration = Duration::from_secs(45);
/// How many letters are on their way at once.
const AT_ONCE: usize = 4;
/// A letter that failed so often is given up.
const ATTEMPTS: i64 = 12;
const FIRST_WAIT: i64 = 30 * Timestamp::SECOND;
const LONGEST_WAIT: i64 = 6 * Timestamp::HOUR;

/// Sends what is due. While there is no way to send email, everything waits.
pub async fn run(shop: &Shop) -> Result<(), AppError> {
    if matches!(shop.postman, Postman::Absent) {
        return Ok(());
    }
    let due = outbox::list_due(shop).await?;
    // All are seen to their end, whatever becomes of one.
    let done: Vec<_> = stream::iter(due).map(|row| work_off(shop, row)).buffer_unordered(AT_ONCE).collect().await;
    done.into_iter().collect()
}

async fn work_off(shop: &Shop, row: Due) -> Result<(), AppError> {
    let Some(lease) = outbox::claim(shop, &row, LEASE).await? else { return Ok(()) };
    match tokio::time::timeout(PATIENCE, send(shop, &row)).await.unwrap_or(Err(SendError::Slow)) {
        Ok(()) => Ok(outbox::mark_done(shop, row.id).await?),
        Err(reason) => put_off(shop, &row, lease, &reason).await,
    }
}

async fn send(shop: &Shop, row: &Due) -> Result<(), SendError> {
    let topic = Topic::find_letter(&row.topic).ok_or(SendError::Uncomposed)?;
    let payload = serde_json::from_str(&row.payload).map_err(|_| SendError::Uncomposed)?;
    match compose(shop, row.id, topic, &payload).await.map_err(|_| SendError::Uncomposed)? {
        Some(mail) => shop.postman.send(shop, row.id, &mail).await,
        None => Ok(()),
    }
}

async fn put_off(shop: &Shop, row: &Due, lease: Lease, reason: &SendError) -> Result<(), AppError> {
    let (id, topic, attempts) = (row.id, &row.topic, row.attempts + 1);
    let due = match wait(attempts) {
        Some(millis) => {
            tracing::warn!(%id, topic, attempts, %reason, "an email could not be sent and will be tried again");
            shop.clock.now().plus(millis)
        }
        None => {
            tracing::error!(%id, topic, "an email is given up");
            NEVER
        }
    };
    Ok(outbox::put_off(shop, id, lease, due).await?)
}

/// How many milliseconds to wait after so many failures; nothing when there were too many.
fn wait(attempts: i64) -> Option<i64> {
    let doubled = (1..attempts).try_fold(FIRST_WAIT, |wait, _| (wait < LONGEST_WAIT).then_some(wait * 2));
    (attempts < ATTEMPTS).then(|| doubled.unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_waits_twice_as_long_after_each_failure_up_to_six_hours_and_is_then_given_up() {
        let waits: Vec<_> = (1..=13).map(|attempts| wait(attempts).map(|millis| millis / Timestamp::SECOND)).collect();
        let expected = [30, 60, 120, 240, 480, 960, 1_920, 3_840, 7_680, 15_360, 21_600].map(Some);
        assert_eq!(waits[..11], expected);
        assert_eq!(waits[11..], [None, None]);
    }

    #[test]
    fn a_lease_outlasts_what_it_is_for() {
        assert!(LEASE > PATIENCE.as_millis() as i64);
    }
}
