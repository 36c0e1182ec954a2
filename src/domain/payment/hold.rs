//! How long an order's stock is held for its payment.

use crate::domain::{payment::PaymentMethod, timestamp::Timestamp};

/// How long an order waits for a card.
pub const PAYMENT_TIME: i64 = 30 * Timestamp::MINUTE;
/// How long it waits for a bank transfer.
pub const TRANSFER_TIME: i64 = 7 * Timestamp::DAY;
/// What is left at least to whoever is at it.
pub const EXTENSION: i64 = 15 * Timestamp::MINUTE;
/// No card order is held for longer, whatever its buyer does.
pub const LONGEST: i64 = 2 * Timestamp::HOUR;

/// Until when a new order's stock is held; 0: it waits for nothing, as it is paid when it is delivered.
#[must_use]
pub fn hold_until(method: PaymentMethod, placed: Timestamp) -> i64 {
    match method {
        PaymentMethod::Card => placed.plus(PAYMENT_TIME).0,
        PaymentMethod::BankTransfer => placed.plus(TRANSFER_TIME).0,
        PaymentMethod::OnDelivery => 0,
    }
}

/// Until when an order is held whose buyer is at it now. An earlier time than before changes nothing.
#[must_use]
pub fn extended(placed: Timestamp, now: Timestamp) -> i64 {
    now.plus(EXTENSION).0.min(placed.plus(LONGEST).0)
}

/// What is left of a hold as a clock shows it: `29:05`, or `6 days` where that is more to the point.
#[must_use]
pub fn left(until: Timestamp, now: Timestamp) -> String {
    let seconds = (until.0 - now.0).max(0) / Timestamp::SECOND;
    let hours = seconds / 3_600;
    // The nearest whole day: a week that has just begun is seven.
    let days = (hours + 12) / 24;
    match (days, hours) {
        (2.., 36..) => format!("{days} days"),
        (_, 2..) => format!("{hours} hours"),
        _ => format!("{}:{:02}", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACED: Timestamp = Timestamp(1_795_000_000_000);

    #[test]
    fn whoever_is_at_it_has_a_quarter_of_an_hour_but_no_more_than_two_hours_in_all() {
        let after = |minutes: i64| PLACED.plus(minutes * Timestamp::MINUTE);
        assert_eq!(extended(PLACED, after(29)), after(44).0);
        assert_eq!(extended(PLACED, after(110)), after(120).0);
        assert_eq!(extended(PLACED, after(500)), after(120).0);
    }

    #[test]
    fn what_is_left_is_shown_as_a_clock_shows_it() {
        let shown = |millis: i64| left(PLACED.plus(millis), PLACED);
        assert_eq!(shown(PAYMENT_TIME), "30:00");
        assert_eq!(shown(65_999), "1:05");
        assert_eq!(shown(90 * Timestamp::MINUTE), "90:00");
        assert_eq!(shown(3 * Timestamp::HOUR), "3 hours");
        assert_eq!((shown(TRANSFER_TIME), shown(TRANSFER_TIME - 5_000)), ("7 days".to_owned(), "7 days".to_owned()));
        assert_eq!(shown(35 * Timestamp::HOUR), "35 hours");
        assert_eq!((shown(0), shown(-1)), ("0:00".to_owned(), "0:00".to_owned()));
    }
}
