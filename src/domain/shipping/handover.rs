//! When a parcel leaves the shop: cut-off time, handling days, weekends and the home country's holidays.

use crate::domain::timestamp::{Day, Timestamp};
use serde::{Deserialize, Serialize};

/// How the shop hands parcels over. Without a cut-off, what is ordered today is worked on today, whatever day it is.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HandOver {
    /// Minutes after midnight at the shop until when an order is worked on the same day, if that is a working day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut_off_minutes: Option<u16>,
    /// How far the shop's clock is ahead of UTC.
    pub utc_offset_minutes: i16,
    /// Working days until a parcel is packed.
    pub handling_days: u8,
    /// Days on which nobody works and nothing is carried.
    pub holidays: Vec<Day>,
}

impl HandOver {
    /// The day on which what is ordered now is handed over.
    #[must_use]
    pub fn day(&self, now: Timestamp) -> Day {
        let here = now.plus(i64::from(self.utc_offset_minutes) * Timestamp::MINUTE);
        let today = here.day();
        let minutes = here.0.rem_euclid(Timestamp::DAY) / Timestamp::MINUTE;
        let waits =
            self.cut_off_minutes.is_some_and(|cut_off| minutes >= i64::from(cut_off) || !self.is_working_day(today));
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
            cut_off_minutes: Some(14 * 60),
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
    fn the_clock_is_the_shops() {
        let tokyo = HandOver { utc_offset_minutes: 9 * 60, ..handover() };
        assert_eq!(tokyo.day(at("2026-11-24", 4)).to_string(), "2026-11-24");
        assert_eq!(tokyo.day(at("2026-11-24", 5)).to_string(), "2026-11-25");
        let hawaii = HandOver { utc_offset_minutes: -10 * 60, ..handover() };
        assert_eq!(hawaii.day(at("2026-11-24", 5)).to_string(), "2026-11-23");
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
