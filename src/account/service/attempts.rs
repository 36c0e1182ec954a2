//! Tries at passwords and codes: after some failures each further one has to wait longer, for the account and for the
//! network address alike, whether or not there is such an account.
//!
//! A try is claimed as a failure before it is looked at, by a guarded statement; a right one gives it back. So a
//! thousand tries at once are as many as one after the other.

use super::places;
use crate::{
    db::{Tx, execute, fetch},
    domain::timestamp::Timestamp,
    error::AppError,
    server::state::Shop,
};
use std::{future::Future, net::IpAddr};

/// What tries are counted for. Whoever fails often is slowed down where they are; all others of an account or an address
/// later and less, so that nobody can shut somebody else out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// An account's password, by its email address, from one network address.
    Account,
    /// An account's password, from wherever.
    AccountAnywhere,
    /// All passwords tried from a network address.
    Address,
    /// The password again, of who has signed in.
    Confirmation,
    /// An account's one-time codes.
    Code,
    /// Emails that one network address has sent to an address.
    Letter,
    /// Emails that anybody has sent to an address.
    LetterAnywhere,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::AccountAnywhere => "account anywhere",
            Self::Address => "address",
            Self::Confirmation => "confirmation",
            Self::Code => "code",
            Self::Letter => "letter",
            Self::LetterAnywhere => "letter anywhere",
        }
    }

    /// Failures that cost nothing yet.
    fn free(self) -> i64 {
        match self {
            Self::Account | Self::Confirmation | Self::Code => 5,
            Self::AccountAnywhere | Self::Address => 30,
            Self::Letter => 3,
            Self::LetterAnywhere => 10,
        }
    }

    /// The longest wait.
    fn longest(self) -> i64 {
        match self {
            Self::Address | Self::AccountAnywhere => Timestamp::MINUTE,
            Self::Account | Self::Confirmation | Self::Code | Self::Letter | Self::LetterAnywhere => {
                15 * Timestamp::MINUTE
            }
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

/// The counters of a try at somebody's password, from a network address.
#[must_use]
pub fn of_password(shop: &Shop, email_key: &str, network: IpAddr) -> [Counter; 3] {
    [
        Counter::new(shop, Kind::Account, &format!("{network} {email_key}")),
        Counter::new(shop, Kind::AccountAnywhere, email_key),
        Counter::new(shop, Kind::Address, &network.to_string()),
    ]
}

/// The counters of a try to sign in. From where somebody has signed in lately, what others have tried elsewhere is not
/// held against them: nobody can be shut out by strangers.
pub async fn of_sign_in(shop: &Shop, email_key: &str, network: IpAddr) -> Result<Vec<Counter>, AppError> {
    let known = places::is_known(shop, email_key, network).await?;
    let counters = of_password(shop, email_key, network).into_iter();
    Ok(counters.filter(|counter| !known || counter.kind != Kind::AccountAnywhere).collect())
}

/// The counters of emails that anybody can have sent to an address.
#[must_use]
pub fn of_letter(shop: &Shop, email_key: &str, network: IpAddr) -> [Counter; 2] {
    [
        Counter::new(shop, Kind::Letter, &format!("{network} {email_key}")),
        Counter::new(shop, Kind::LetterAnywhere, email_key),
    ]
}

/// Claims a try, has it looked at, and settles it: a right one leaves no failure, a wrong one stays one, and one that
/// could not be looked at is given back.
pub async fn tried(
    shop: &Shop,
    counters: &[Counter],
    look: impl Future<Output = Result<bool, AppError>>,
) -> Result<bool, AppError> {
    claim(shop, counters).await?;
    let looked = look.await;
    if !matches!(looked, Ok(false)) {
        settle(shop, counters, looked.is_ok()).await?;
    }
    looked
}

/// Takes a claim back, in a transaction of its own and in the order of the claim, so that nobody waits in a circle. What
/// was right says nothing about the others of a network address: there it alone is given back.
pub async fn settle(shop: &Shop, counters: &[Counter], right: bool) -> Result<(), AppError> {
    let mut tx = shop.db.begin().await?;
    for counter in in_order(counters) {
        if right && counter.kind != Kind::Address {
            forget(&mut tx, counter).await?;
        } else {
            give_back(&mut tx, counter, shop.clock.now().0).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// The order in which rows are touched, by everybody alike.
fn in_order(counters: &[Counter]) -> Vec<&Counter> {
    let mut counters: Vec<&Counter> = counters.iter().collect();
    counters.sort();
    counters
}

/// Claims a try on each counter, or says how long to wait.
pub async fn claim(shop: &Shop, counters: &[Counter]) -> Result<(), AppError> {
    let now = shop.clock.now().0;
    let mut tx = shop.db.begin().await?;
    for counter in in_order(counters) {
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

/// Takes one failure back.
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
