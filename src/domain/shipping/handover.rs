//! When a parcel leaves the shop: cut-off time, handling days, weekends and the home country's holidays.

use crate::domain::timestamp::{Day, Timestamp};
use serde::{Deserialize, Serialize};

/// How the shop hands parcels over. Without a cut-off, what is ordered today is worked on today, whatever day it is.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HandOver {
    /// Until this time at the shop an order is worked on the same day, if that is a working day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut_off: Option<Clock>,
    /// How far the shop's clock is ahead of UTC.
    pub utc_offset: Clock,
    /// Working days until a parcel is packed.
    pub handling_days: u8,
    /// Days on which nobody works and nothing is carried.
    pub holidays: Vec<Day>,
}

/// A time of day, or a difference between two clocks. Written `14:00`, `-05:30`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Clock(i16);

impl Clock {
    #[must_use]
    pub fn minutes(self) -> i64 {
        self.0.into()
    }

    /// Reads hours and minutes, less than a day of them.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (sign, digits) = match text.trim().strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, text.trim().trim_start_matches('+')),
        };
        let (hours, minutes) = digits.split_once(':')?;
        let number = |s: &str| s.bytes().all(|b| b.is_ascii_digit()).then(|| s.parse::<i16>().ok()).flatten();
        let (hours, minutes) = (number(hours)?, number(minutes)?);
        (hours < 24 && minutes < 60).then_some(Self(sign * (hours * 60 + minutes)))
    }
}

impl TryFrom<String> for Clock {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a time is written 14:00, a difference -05:00")
    }
}

impl From<Clock> for String {
    fn from(Clock(minutes): Clock) -> Self {
        let sign = if minutes < 0 { "-" } else { "" };
        format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
    }
}

impl HandOver {
    /// The day on which what is ordered now is handed over.
    #[must_use]
    pub fn day(&self, now: Timestamp) -> Day {
        let here = now.plus(self.utc_offset.minutes() * Timestamp::MINUTE);
        let today = here.day();
        let minutes = here.0.rem_euclid(Timestamp::DAY) / Timestamp::MINUTE;
        let waits = self.cut_off.is_some_and(|cut_off| minutes >= cut_off.minutes() || !self.is_working_day(today));
        let begun = if waits { self.plus_working_days(today, 1) } else { today };
        self.plus_working_days(begun, self.handling_days)
    }

    fn is_working_day(&self, day: Day) -> bool {
        !day.is_weekend() && !self.holidays.contains(&day)
    }

    /// The working day `count` working days after a day; the day itself for none, working day or not.
    #[must_use]
    pub fn plus_working_days(&self, day: Day, count: u8) -> Day {
        let (mut day, mut left) = (day, count);
        // A year of holidays would else never end.
        let mut looks = 0_u16;
        while left > 0 && looks < 2_000 {
            day = day.next();
            looks += 1;
            left -= u8::from(self.is_working_day(day));
        }
        day
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, hour: i64) -> Timestamp {
        let days = Day::parse(text).unwrap().since_epoch();
        Timestamp(days * Timestamp::DAY + hour * Timestamp::HOUR)
    }

    fn handover() -> HandOver {
        HandOver {
            cut_off: Clock::parse("14:00"),
            holidays: vec![Day::parse("2026-11-26").unwrap()],
            ..HandOver::default()
        }
    }

    #[test]
    fn what_is_ordered_after_the_cut_off_leaves_on_the_next_working_day() {
        let leaves = |now| handover().day(now).to_string();
        assert_eq!(leaves(at("2026-11-24", 13)), "2026-11-24");
        assert_eq!(leaves(at("2026-11-24", 14)), "2026-11-25");
        assert_eq!(leaves(at("2026-11-20", 15)), "2026-11-23", "Friday afternoon");
        assert_eq!(leaves(at("2026-11-25", 15)), "2026-11-27", "the day before a holiday");
    }

    #[test]
    fn times_are_read_as_they_are_written() {
        for text in ["14:00", "00:30", "-05:30", "23:59"] {
            assert_eq!(String::from(Clock::parse(text).unwrap()), text);
        }
        assert_eq!(Clock::parse("+09:00"), Clock::parse("9:00"));
        for text in ["", "24:00", "12:60", "12", "a:b", "--1:00", "-:", "1:-5"] {
            assert_eq!(Clock::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_clock_is_the_shops() {
        let tokyo = HandOver { utc_offset: Clock::parse("09:00").unwrap(), ..handover() };
        assert_eq!(tokyo.day(at("2026-11-24", 4)).to_string(), "2026-11-24");
        assert_eq!(tokyo.day(at("2026-11-24", 5)).to_string(), "2026-11-25");
        let hawaii = HandOver { utc_offset: Clock::parse("-10:00").unwrap(), ..handover() };
        assert_eq!(hawaii.day(at("2026-11-24", 23)).to_string(), "2026-11-24");
    }

    #[test]
    fn handling_days_are_working_days() {
        let slow = HandOver { handling_days: 2, ..handover() };
        assert_eq!(slow.day(at("2026-11-25", 9)).to_string(), "2026-11-30", "a holiday and a weekend in between");
    }

    #[test]
    fn a_weekend_order_waits_for_monday_at_any_hour() {
        let leaves = |now| handover().day(now).to_string();
        assert_eq!(
            (leaves(at("2026-11-21", 9)), leaves(at("2026-11-22", 20))),
            ("2026-11-23".into(), "2026-11-23".into())
        );
    }

    #[test]
    fn a_shop_that_never_works_still_answers() {
        let days = (0..3_000).map(|n| at("2026-11-20", 24 * n).day()).collect();
        let closed = HandOver { holidays: days, handling_days: 200, ..HandOver::default() };
        assert!(closed.day(at("2026-11-20", 9)) > Day::parse("2030-01-01").unwrap());
    }
}
