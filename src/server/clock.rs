//! Time, randomness and ids, passed in so that a test can hold them still. Nothing else in the server may ask the
//! system for them (see `clippy.toml`).

use crate::domain::timestamp::Timestamp;
use rand::{RngCore, SeedableRng, rngs::StdRng};
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};
use uuid::Uuid;

/// Where "now" comes from.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    #[default]
    System,
    /// Stands still until it is set: milliseconds since 1970.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    #[must_use]
    #[allow(clippy::disallowed_methods)] // The one place.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
            Self::Manual(now) => Timestamp(now.load(Ordering::SeqCst)),
        }
    }
}

/// Where unguessable bytes come from.
#[derive(Clone, Debug, Default)]
pub enum Random {
    #[default]
    System,
    /// The same bytes for the same seed.
    Seeded(Arc<Mutex<StdRng>>),
}

impl Random {
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    #[must_use]
    #[allow(clippy::disallowed_methods)] // The one place.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match self {
            Self::System => rand::rng().fill_bytes(&mut bytes),
            Self::Seeded(rng) => rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes),
        }
        bytes
    }

    #[must_use]
    pub fn number(&self) -> u64 {
        u64::from_le_bytes(self.bytes())
    }

    /// 32 random bytes in hexadecimal: an unguessable token.
    #[must_use]
    pub fn token(&self) -> String {
        self.bytes::<32>().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Makes ids: UUIDs of version 7 that rise strictly within one process.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    clock: Clock,
    random: Random,
    /// The last `milliseconds << 12 | counter` given out.
    last: Arc<AtomicU64>,
}

impl Ids {
    #[must_use]
    pub fn new(clock: Clock, random: Random) -> Self {
        Self { clock, random, last: Arc::default() }
    }

    #[must_use]
    pub fn next(&self) -> Uuid {
        let now = u64::try_from(self.clock.now().0).unwrap_or(0) << 12;
        let next = |last: u64| Some((last + 1).max(now));
        let step = match self.last.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next) {
            Ok(last) | Err(last) => (last + 1).max(now),
        };
        let mut rest: [u8; 10] = self.random.bytes();
        rest[..2].copy_from_slice(&((step & 0xfff) as u16).to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(step >> 12, &rest).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_also_while_the_clock_stands_still_or_goes_back() {
        let now = Arc::new(AtomicI64::new(1_795_000_000_000));
        let ids = Ids::new(Clock::Manual(now.clone()), Random::seeded(1));
        let mut made: Vec<_> = (0..10_000).map(|_| ids.next()).collect();
        now.store(1_794_000_000_000, Ordering::SeqCst);
        made.push(ids.next());
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(made[0].get_version_num(), 7);
    }
}
