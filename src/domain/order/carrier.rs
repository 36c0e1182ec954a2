//! Who carries parcels, how long that takes, and where one sees how far they are.

use crate::domain::timestamp::Day;
use serde::{Deserialize, Serialize};

/// A carrier. The addresses of their tracking pages are those they published in 2026.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    #[default]
    Ups,
    FedEx,
    Usps,
    Dhl,
    RoyalMail,
    Dpd,
    Gls,
    /// Anybody else: a tracking page has to be given.
    Other,
}

/// The longest number of a parcel, and the longest address of a page that tells of it.
const MAX_NUMBER: usize = 64;
const MAX_URL: usize = 500;

/// How a parcel is followed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Tracking {
    /// Empty for a parcel without one.
    pub number: String,
    /// The page that tells how far it is.
    pub url: Option<String>,
}

/// What is wrong with what was typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TrackingError {
    Number,
    Url,
}

impl Carrier {
    pub const ALL: [Self; 8] =
        [Self::Ups, Self::FedEx, Self::Usps, Self::Dhl, Self::RoyalMail, Self::Dpd, Self::Gls, Self::Other];

    /// The name in the database and in forms.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Ups => "ups",
            Self::FedEx => "fed_ex",
            Self::Usps => "usps",
            Self::Dhl => "dhl",
            Self::RoyalMail => "royal_mail",
            Self::Dpd => "dpd",
            Self::Gls => "gls",
            Self::Other => "other",
        }
    }

    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|carrier| carrier.code() == code)
    }

    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ups => "UPS",
            Self::FedEx => "FedEx",
            Self::Usps => "USPS",
            Self::Dhl => "DHL",
            Self::RoyalMail => "Royal Mail",
            Self::Dpd => "DPD",
            Self::Gls => "GLS",
            Self::Other => "Another carrier",
        }
    }

    /// Working days from the shop to the door, at the latest, by its ordinary service.
    #[must_use]
    pub fn working_days(self) -> u8 {
        match self {
            Self::RoyalMail | Self::Dpd => 2,
            Self::Ups | Self::FedEx | Self::Dhl | Self::Gls => 3,
            Self::Usps => 4,
            Self::Other => 5,
        }
    }

    /// The day it is there at the latest, handed over `today`.
    #[must_use]
    pub fn arrives(self, today: Day) -> Day {
        let days = std::iter::successors(Some(today.next()), |day| Some(day.next()));
        days.filter(|day| !day.is_weekend()).take(self.working_days().into()).last().unwrap_or(today)
    }

    /// What the address of its tracking page begins with; the number follows.
    fn page(self) -> Option<&'static str> {
        Some(match self {
            Self::Ups => "https://www.ups.com/track?tracknum=",
            Self::FedEx => "https://www.fedex.com/fedextrack/?trknbr=",
            Self::Usps => "https://tools.usps.com/go/TrackConfirmAction?tLabels=",
            Self::Dhl => "https://www.dhl.com/global-en/home/tracking.html?tracking-id=",
            Self::RoyalMail => "https://www.royalmail.com/track-your-item#/tracking-results/",
            Self::Dpd => "https://tracking.dpd.de/status/en_US/parcel/",
            Self::Gls => "https://gls-group.com/EU/en/parcel-tracking?match=",
            Self::Other => return None,
        })
    }
}

impl Tracking {
    /// Reads a parcel's number and, if somebody gives one, the address of a page that tells of it. Such a page has to
    /// be a web page: the customer gets a link to it.
    pub fn parse(carrier: Carrier, number: &str, url: &str) -> Result<Self, TrackingError> {
        let number = number.trim();
        let is_plain = number.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'-'));
        if !is_plain || number.len() > MAX_NUMBER {
            return Err(TrackingError::Number);
        }
        let given = parse_url(url.trim())?;
        let compact: String = number.chars().filter(|c| !c.is_whitespace()).collect();
        let own = carrier.page().filter(|_| !compact.is_empty()).map(|page| format!("{page}{compact}"));
        Ok(Self { number: number.to_owned(), url: given.or(own) })
    }
}

fn parse_url(url: &str) -> Result<Option<String>, TrackingError> {
    if url.is_empty() {
        return Ok(None);
    }
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let has_host = host.is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        host.contains('.') && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':'))
    });
    let is_plain = url.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'<' | b'>' | b'\\'));
    if has_host && is_plain && url.len() <= MAX_URL { Ok(Some(url.to_owned())) } else { Err(TrackingError::Url) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_back_and_are_those_on_the_wire() {
        for carrier in Carrier::ALL {
            assert_eq!(Carrier::parse(carrier.code()), Some(carrier));
            assert_eq!(serde_json::to_string(&carrier).unwrap(), format!("\"{}\"", carrier.code()));
        }
    }

    #[test]
    fn a_number_leads_to_the_carriers_page() {
        let of = |carrier, number| Tracking::parse(carrier, number, "").unwrap();
        let ups = of(Carrier::Ups, " 1Z 999 AA1 ");
        assert_eq!(
            (ups.number.as_str(), ups.url.as_deref()),
            ("1Z 999 AA1", Some("https://www.ups.com/track?tracknum=1Z999AA1"))
        );
        assert_eq!(of(Carrier::Other, "77").url, None);
        assert_eq!(of(Carrier::Ups, "").url, None, "a letter has no number");
        let own = Tracking::parse(Carrier::Other, "77", "https://parcels.example/77?x=1#top").unwrap();
        assert_eq!(own.url.as_deref(), Some("https://parcels.example/77?x=1#top"));
    }

    #[test]
    fn what_is_no_number_and_no_web_page_is_refused() {
        for number in ["<b>", "1&2", "a/../b", "Ä", &"1".repeat(65)] {
            assert_eq!(Tracking::parse(Carrier::Ups, number, ""), Err(TrackingError::Number), "{number}");
        }
        for url in [
            "javascript:alert(1)",
            "https://",
            "https://nowhere",
            "//x.example",
            "https://a b.example",
            "data:text/html,x",
            "https://x.example/\"",
            "https://user@x.example/",
            &format!("https://x.example/{}", "a".repeat(500)),
        ] {
            assert_eq!(Tracking::parse(Carrier::Other, "", url), Err(TrackingError::Url), "{url}");
        }
    }
}
