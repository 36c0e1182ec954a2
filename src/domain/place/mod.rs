//! Places as the shop's rules name them: a country, a region of one, the European Union, everywhere.

use super::country::Country;
use serde::{Deserialize, Serialize};
use std::fmt;

mod spain;
mod zip;

/// Where an order goes, as far as prices ask.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Destination {
    pub country: Country,
    /// The second half of an ISO 3166-2 code: `CA` for California. Where it is not given, an American one is told by
    /// the postcode, and so are Spain's parts outside the Union's VAT area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub postcode: String,
}

impl Destination {
    #[must_use]
    pub fn country(country: Country) -> Self {
        Self { country, region: None, postcode: String::new() }
    }

    /// The place of an address as it is typed; nothing until its country is known.
    #[must_use]
    pub fn parse(country: &str, postcode: &str) -> Option<Self> {
        let country = Country::parse(country.trim())?;
        Some(Self { postcode: postcode.trim().to_owned(), ..Self::country(country) })
    }

    /// The region in capitals, as given or as the postcode tells it.
    #[must_use]
    pub fn region(&self) -> Option<String> {
        match self.region.as_deref().map(str::trim) {
            Some(region) if !region.is_empty() => Some(region.to_ascii_uppercase()),
            _ => match self.country.code() {
                "US" => zip::state(&self.postcode).map(str::to_owned),
                "ES" => spain::region(&self.postcode).map(str::to_owned),
                _ => None,
            },
        }
    }
}

/// A place in a rule. Written `*`, `EU`, `US` or `US-CA`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Place {
    Everywhere,
    EuropeanUnion,
    Country(Country),
    Region(Country, String),
}

impl Place {
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "*" => return Some(Self::Everywhere),
            code if code.eq_ignore_ascii_case("EU") => return Some(Self::EuropeanUnion),
            code if !code.contains('-') => return Country::parse(code).map(Self::Country),
            _ => {}
        }
        let (country, region) = text.trim().split_once('-')?;
        let fits = (1..=3).contains(&region.len()) && region.bytes().all(|b| b.is_ascii_alphanumeric());
        fits.then_some(Self::Region(Country::parse(country)?, region.to_ascii_uppercase()))
    }

    /// Whether something that goes to `destination` goes there.
    #[must_use]
    pub fn holds(&self, destination: &Destination) -> bool {
        match self {
            Self::Everywhere => true,
            Self::EuropeanUnion => is_in_european_union(destination.country),
            Self::Country(country) => *country == destination.country,
            Self::Region(country, region) => {
                *country == destination.country && destination.region().as_deref() == Some(region)
            }
        }
    }

    /// What is wrong with a place that nothing ever goes to: of regions only those are known that a postcode tells.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        let Self::Region(country, region) = self else { return None };
        match country.code() {
            "US" => (!zip::is_state(region)).then(|| format!("{self} is no state of the United States")),
            "ES" if spain::REGIONS.contains(&region.as_str()) => None,
            code => Some(format!(
                "{self} would never hold: of regions only the American states and ES-CN, ES-CE and ES-ML are known; \
                 {code} is the whole country"
            )),
        }
    }

    /// How closely it names a place: what is named more closely goes first.
    #[must_use]
    pub fn closeness(&self) -> u8 {
        match self {
            Self::Everywhere => 0,
            Self::EuropeanUnion => 1,
            Self::Country(_) => 2,
            Self::Region(..) => 3,
        }
    }
}

/// Whether the country is a member state of the European Union (27 since 1 February 2020).
#[must_use]
pub fn is_in_european_union(country: Country) -> bool {
    MEMBERS.contains(&country.code())
}

const MEMBERS: [&str; 27] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everywhere => f.write_str("*"),
            Self::EuropeanUnion => f.write_str("EU"),
            Self::Country(country) => f.write_str(country.code()),
            Self::Region(country, region) => write!(f, "{}-{region}", country.code()),
        }
    }
}

impl TryFrom<String> for Place {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("“{text}” is no place: write *, EU, US or US-CA"))
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(country: &str, postcode: &str) -> Destination {
        Destination { postcode: postcode.into(), ..Destination::country(Country::parse(country).unwrap()) }
    }

    #[test]
    fn places_are_read_as_they_are_written_and_hold_what_is_in_them() {
        for (text, inside, outside) in [
            ("EU", to("FR", ""), to("GB", "")),
            ("US", to("US", ""), to("CA", "")),
            ("US-CA", to("US", "94110"), to("US", "10001")),
        ] {
            let place = Place::parse(text).unwrap();
            assert_eq!(place.to_string(), text);
            assert!(place.holds(&inside) && !place.holds(&outside) && Place::Everywhere.holds(&outside), "{text}");
        }
        for text in ["", "XX", "US-", "US-CALIFORNIA", "-", "us-é"] {
            assert_eq!(Place::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_region_that_is_given_counts_before_the_postcode() {
        let there = Destination { region: Some("or".into()), ..to("US", "94110") };
        assert_eq!(there.region().as_deref(), Some("OR"));
        assert_eq!(to("DE", "94110").region(), None);
        assert_eq!(to("ES", "35001").region().as_deref(), Some("CN"));
        assert!(Place::parse("ES-CN").unwrap().holds(&to("ES", "38670")));
    }

    #[test]
    fn an_address_that_is_half_typed_is_somewhere_once_its_country_is_known() {
        assert_eq!(Destination::parse(" us ", " 94110 ").and_then(|there| there.region()).as_deref(), Some("CA"));
        assert_eq!(Destination::parse("", "94110"), None);
        assert_eq!(Destination::parse("XX", ""), None);
    }

    #[test]
    fn a_region_that_no_postcode_tells_is_a_problem() {
        let problem = |text: &str| Place::parse(text).unwrap().problem();
        for text in ["*", "EU", "DE", "US-CA", "US-AS", "ES-CN", "ES-CE", "ES-ML"] {
            assert_eq!(problem(text), None, "{text}");
        }
        for (text, expected) in [("US-ZZ", "no state"), ("ES-MD", "never hold"), ("DE-BY", "DE is the whole country")] {
            assert!(problem(text).is_some_and(|told| told.contains(expected)), "{text}: {:?}", problem(text));
        }
    }

    #[test]
    fn every_member_state_is_a_country() {
        assert!(MEMBERS.iter().all(|code| Country::parse(code).is_some()));
    }
}
