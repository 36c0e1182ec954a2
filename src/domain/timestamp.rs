//! Moments and days. A moment is milliseconds since 1970 in UTC, in the database and on the wire.

use serde::{Deserialize, Serialize};
use time::{Date, Duration, OffsetDateTime, Weekday};

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    pub const SECOND: i64 = 1_000;
    pub const MINUTE: i64 = 60 * Self::SECOND;
    pub const HOUR: i64 = 60 * Self::MINUTE;
    pub const DAY: i64 = 24 * Self::HOUR;

    /// The moment `millis` milliseconds later (earlier when negative).
    #[must_use]
    pub fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// The day in UTC. A moment outside the calendar's years counts as 1970-01-01.
    #[must_use]
    pub fn day(self) -> Day {
        let date = OffsetDateTime::from_unix_timestamp(self.0.div_euclid(1_000)).map_or(UNIX_DAY, OffsetDateTime::date);
        Day(date)
    }
}

const UNIX_DAY: Date = OffsetDateTime::UNIX_EPOCH.date();

/// A calendar day, written `2026-11-26`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Day(Date);

impl Day {
    /// `(year, month 1–12, day of the month, day of the week with Monday as 0)`.
    #[must_use]
    pub fn parts(self) -> (i32, u8, u8, u8) {
        (self.0.year(), self.0.month() as u8, self.0.day(), self.0.weekday().number_days_from_monday())
    }

    /// The day after.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(Duration::DAY))
    }

    /// Saturday or Sunday.
    #[must_use]
    pub fn is_weekend(self) -> bool {
        matches!(self.0.weekday(), Weekday::Saturday | Weekday::Sunday)
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub fn since_epoch(self) -> i64 {
        i64::from(self.0.to_julian_day()) - i64::from(UNIX_DAY.to_julian_day())
    }

    /// Its first moment, in UTC.
    #[must_use]
    pub fn start(self) -> Timestamp {
        Timestamp(self.0.midnight().assume_utc().unix_timestamp() * Timestamp::SECOND)
    }

    /// Reads `2026-11-26`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-');
        let mut number = || parts.next()?.parse::<u16>().ok();
        let (year, month, day) = (number()?, u8::try_from(number()?).ok()?, u8::try_from(number()?).ok()?);
        Date::from_calendar_date(year.into(), month.try_into().ok()?, day).ok().map(Self)
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day, _) = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("a day is written 2026-11-26"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_after_a_friday_is_a_weekend_and_days_are_counted_from_1970() {
        let friday = Day::parse("2026-11-20").unwrap();
        assert!(!friday.is_weekend() && friday.next().is_weekend());
        assert_eq!(Timestamp(friday.since_epoch() * Timestamp::DAY).day(), friday);
    }

    #[test]
    fn a_moment_falls_on_its_utc_day_also_before_1970() {
        assert_eq!(Timestamp(0).day().to_string(), "1970-01-01");
        assert_eq!(Timestamp(-1).day().to_string(), "1969-12-31");
        assert_eq!(Timestamp(i64::MAX).day().to_string(), "1970-01-01");
        assert_eq!(Timestamp(-1).day().start(), Timestamp(-Timestamp::DAY));
    }

    #[test]
    fn nonsense_is_not_a_day() {
        for text in ["", "2026", "2026-13-01", "2026-02-30", "2026-1-1-1", "a-b-c", "2026-300-1"] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }
}
