//! Tries at passwords and codes: after some failures each further one has to wait longer, for the account and for the
//! network address alike, whether or not there is such an account.
//!
//! A try is claimed as a failure before it is looked at, by a guarded statement; a right one gives it back. So a
//! thousand tries at once are as many as one after the other.

use crate::{
    db::{Tx, execute, fetch},
    domain::timestamp::Timestamp,
    error::AppError,
    server::state::Shop,
};

/// What tries are counted for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// An account's password, by its email address.
    Account,
    /// All passwords tried from a network address.
    Address,
    /// An account's one-time codes.
    Code,
    /// Emails that anybody can have sent to an address.
    Letter,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Address => "address",
            Self::Code => "code",
            Self::Letter => "letter",
        }
    }

    /// Failures that cost nothing yet.
    fn free(self) -> i64 {
        match self {
            Self::Account | Self::Code => 5,
            Self::Address => 30,
            Self::Letter => 3,
        }
    }

    /// The longest wait. Many people may share an address, so it is not shut for long.
    fn longest(self) -> i64 {
        match self {
            Self::Address => Timestamp::MINUTE,
            Self::Account | Self::Code | Self::Letter => 15 * Timestamp::MINUTE,
        }
    }

    /// How long the next try waits after so many failures: nothing at first, then 1 s, doubling.
    fn delay(self, failures: i64) -> i64 {
        match failures - self.free() {
            ..0 => 0,
            over => (Timestamp::SECOND << over.min(20)).min(self.longest()),
        }
    }
}

/// After so long without a failure they are forgotten.
const FORGOTTEN: i64 = Timestamp::DAY;
/// How often a claim is tried again that somebody else got ahead of.
const CLAIMS: u32 = 5;

/// A counter: a keyed hash, so that the table names nobody.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Counter {
    key: Vec<u8>,
    kind: Kind,
}

impl Counter {
    #[must_use]
    pub fn new(shop: &Shop, kind: Kind, subject: &str) -> Self {
        Self { key: shop.signer.keyed_hash(kind.name(), subject.as_bytes()), kind }
    }
}

/// Claims a try on each counter, or says how long to wait.
pub async fn claim(shop: &Shop, counters: &[Counter]) -> Result<(), AppError> {
    let now = shop.clock.now().0;
    let mut counters: Vec<&Counter> = counters.iter().collect();
    counters.sort();
    let mut tx = shop.db.begin().await?;
    for counter in counters {
        claim_one(&mut tx, counter, now).await?;
    }
    Ok(tx.commit().await?)
}

async fn claim_one(tx: &mut Tx, counter: &Counter, now: i64) -> Result<(), AppError> {
    for _ in 0..CLAIMS {
        let found = fetch!(
            &mut tx.conn(),
            optional as (i64, i64),
            "SELECT failures, next_at FROM sign_in_tries WHERE key = $1",
            counter.key.as_slice()
        )?;
        let (before, next_at) = found.unwrap_or((0, 0));
        if next_at > now {
            return Err(AppError::TooManyRequests { retry_after: seconds(next_at - now) });
        }
        let failures = if next_at < now - FORGOTTEN { 1 } else { before + 1 };
        let claimed = execute!(
            tx,
            "INSERT INTO sign_in_tries (key, failures, next_at) VALUES ($1, $2, $3)
            ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, next_at = excluded.next_at
            WHERE sign_in_tries.failures = $4 AND sign_in_tries.next_at = $5",
            counter.key.as_slice(),
            failures,
            now + counter.kind.delay(failures),
            before,
            next_at
        )?;
        if claimed == 1 {
            return Ok(());
        }
    }
    Err(AppError::TooManyRequests { retry_after: 1 })
}

fn seconds(millis: i64) -> u64 {
    u64::try_from(millis).unwrap_or(0).div_ceil(1_000).max(1)
}

/// The try was right: nothing failed for this counter.
pub async fn forget(tx: &mut Tx, counter: &Counter) -> sqlx::Result<u64> {
    execute!(tx, "DELETE FROM sign_in_tries WHERE key = $1", counter.key.as_slice())
}

/// The try was right, for what was claimed on both: the first is forgotten, the other given back. In the order in which
/// they were claimed, so that nobody waits for who waits for them.
pub async fn settle(tx: &mut Tx, forgotten: &Counter, given_back: &Counter, now: i64) -> sqlx::Result<()> {
    if forgotten < given_back {
        forget(tx, forgotten).await?;
        give_back(tx, given_back, now).await?;
    } else {
        give_back(tx, given_back, now).await?;
        forget(tx, forgotten).await?;
    }
    Ok(())
}

/// The try was right, and says nothing about the others of this counter: it alone is given back.
async fn give_back(tx: &mut Tx, counter: &Counter, now: i64) -> sqlx::Result<u64> {
    execute!(
        tx,
        "UPDATE sign_in_tries SET failures = failures - 1, next_at = $2 WHERE key = $1 AND failures > 0",
        counter.key.as_slice(),
        now
    )
}

/// Forgets counters of long ago.
pub async fn delete_old(tx: &mut Tx, now: i64) -> sqlx::Result<u64> {
    execute!(tx, "DELETE FROM sign_in_tries WHERE next_at < $1", now - FORGOTTEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_from_nothing_to_a_quarter_of_an_hour() {
        let waits = |kind: Kind, failures: std::ops::RangeInclusive<i64>| -> Vec<i64> {
            failures.map(|failures| kind.delay(failures) / Timestamp::SECOND).collect()
        };
        assert_eq!(waits(Kind::Account, 1..=9), [0, 0, 0, 0, 1, 2, 4, 8, 16]);
        assert_eq!(waits(Kind::Account, 14..=17), [512, 900, 900, 900]);
        assert_eq!(waits(Kind::Address, 28..=37), [0, 0, 1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(Kind::Code.delay(i64::MAX), 15 * Timestamp::MINUTE);
        assert_eq!((seconds(1), seconds(1_000), seconds(1_001)), (1, 1, 2));
    }
}
