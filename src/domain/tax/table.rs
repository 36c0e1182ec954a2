//! The rates that are law.
//!
//! Members of the European Union: European Commission, "VAT rates applied in the Member States of the European Union"
//! (Taxes in Europe Database), as in force on 1 September 2025: the standard rate, and of the reduced rates the one that
//! most goods at a reduced rate have. For France that is the mainland, for Portugal likewise. The Canary Islands, Ceuta
//! and Melilla are outside the Union's VAT area (Directive 2006/112/EC, article 6): there is no VAT there, and what they
//! collect themselves a shop says with a rule of its own. United Kingdom: HM Revenue & Customs, "VAT rates", the same day.
//!
//! United States: Tax Foundation, "State and Local Sales Tax Rates, 2025" (1 January 2025): what a state collects, with
//! the parts that are the same all over it (California, Utah and Virginia). What counties and cities add is not here; a
//! shop that has to collect it says so with rates of its own.

use crate::domain::{place::Destination, rate::Rate};

/// What is due at a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rates {
    pub standard: Rate,
    pub reduced: Rate,
}

/// A rate in the unit of the tables: thousandths of a percent.
fn rate(thousandths: u16) -> Rate {
    Rate::millionths(u32::from(thousandths) * 10)
}

/// The rates at a destination; none where the tables say nothing.
pub fn rates(destination: &Destination) -> Rates {
    let (standard, reduced) = match destination.country.code() {
        "US" => of_state(destination.region().as_deref()),
        "ES" if destination.region().is_some_and(|region| OUTSIDE_VAT.contains(&region.as_str())) => (0, 0),
        code => VAT.iter().find(|(country, ..)| *country == code).map_or((0, 0), |(_, s, r)| (*s, *r)),
    };
    Rates { standard: rate(standard), reduced: rate(reduced) }
}

fn of_state(state: Option<&str>) -> (u16, u16) {
    let row = STATES.iter().find(|(known, _)| Some(*known) == state);
    row.map_or((0, 0), |(_, rate)| (*rate, *rate))
}

/// `(country, standard, reduced)` in thousandths of a percent. Denmark has no reduced rate.
#[rustfmt::skip]
const VAT: &[(&str, u16, u16)] = &[
    ("AT", 20_000, 10_000), ("BE", 21_000, 6_000), ("BG", 20_000, 9_000), ("CY", 19_000, 5_000),
    ("CZ", 21_000, 12_000), ("DE", 19_000, 7_000), ("DK", 25_000, 25_000), ("EE", 24_000, 9_000),
    ("ES", 21_000, 10_000), ("FI", 25_500, 14_000), ("FR", 20_000, 5_500), ("GR", 24_000, 13_000),
    ("HR", 25_000, 13_000), ("HU", 27_000, 5_000), ("IE", 23_000, 13_500), ("IT", 22_000, 10_000),
    ("LT", 21_000, 9_000), ("LU", 17_000, 8_000), ("LV", 21_000, 12_000), ("MT", 18_000, 5_000),
    ("NL", 21_000, 9_000), ("PL", 23_000, 8_000), ("PT", 23_000, 6_000), ("RO", 21_000, 11_000),
    ("SE", 25_000, 12_000), ("SI", 22_000, 9_500), ("SK", 23_000, 19_000), ("GB", 20_000, 5_000),
];

/// Parts of Spain where its VAT is not due.
const OUTSIDE_VAT: [&str; 3] = ["CN", "CE", "ML"];

/// `(state, rate)` in thousandths of a percent. A state that is not here collects no sales tax of its own.
#[rustfmt::skip]
const STATES: &[(&str, u16)] = &[
    ("AL", 4_000), ("AR", 6_500), ("AZ", 5_600), ("CA", 7_250), ("CO", 2_900), ("CT", 6_350), ("DC", 6_000),
    ("FL", 6_000), ("GA", 4_000), ("HI", 4_000), ("IA", 6_000), ("ID", 6_000), ("IL", 6_250), ("IN", 7_000),
    ("KS", 6_500), ("KY", 6_000), ("LA", 5_000), ("MA", 6_250), ("MD", 6_000), ("ME", 5_500), ("MI", 6_000),
    ("MN", 6_875), ("MO", 4_225), ("MS", 7_000), ("NC", 4_750), ("ND", 5_000), ("NE", 5_500), ("NJ", 6_625),
    ("NM", 4_875), ("NV", 6_850), ("NY", 4_000), ("OH", 5_750), ("OK", 4_500), ("PA", 6_000), ("RI", 7_000),
    ("SC", 6_000), ("SD", 4_200), ("TN", 7_000), ("TX", 6_250), ("UT", 6_100), ("VA", 5_300), ("VT", 6_000),
    ("WA", 6_500), ("WI", 5_000), ("WV", 6_000), ("WY", 4_000),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        country::{COUNTRIES, Country},
        place::is_in_european_union,
    };

    #[test]
    fn every_member_state_and_the_united_kingdom_have_rates_and_nobody_else() {
        for (code, _) in COUNTRIES {
            let country = Country::parse(code).unwrap();
            let expected = is_in_european_union(country) || *code == "GB";
            assert_eq!(rates(&Destination::country(country)).standard > Rate::ZERO, expected, "{code}");
        }
    }

    #[test]
    fn the_spanish_parts_outside_the_vat_area_have_none() {
        let spain = Destination::country(Country::parse("ES").unwrap());
        let at =
            |postcode: &str| rates(&Destination { postcode: postcode.into(), ..spain.clone() }).standard.to_string();
        assert_eq!(["28013", "35001", "38670", "51001", "52001"].map(at), ["21%", "0%", "0%", "0%", "0%"]);
        assert_eq!(rates(&Destination { region: Some("cn".into()), ..spain }).reduced, Rate::ZERO);
    }

    #[test]
    fn no_reduced_rate_is_above_the_standard_one_and_none_is_below_the_least_the_union_allows() {
        for (code, standard, reduced) in VAT {
            assert!(reduced <= standard && *standard >= 15_000 && *reduced >= 5_000, "{code}");
        }
    }

    #[test]
    fn forty_five_states_and_the_capital_collect_and_five_do_not() {
        assert_eq!(STATES.len(), 46);
        assert!(["AK", "DE", "MT", "NH", "OR"].iter().all(|state| of_state(Some(state)) == (0, 0)));
        let mut sorted = STATES.to_vec();
        sorted.sort_unstable();
        sorted.dedup_by_key(|(state, _)| *state);
        assert_eq!(sorted, STATES);
    }

    #[test]
    fn a_rate_with_three_decimals_is_kept_whole() {
        assert_eq!(rate(of_state(Some("MO")).0).to_string(), "4.225%");
        assert_eq!(rate(of_state(Some("MN")).0).to_string(), "6.875%");
    }
}
