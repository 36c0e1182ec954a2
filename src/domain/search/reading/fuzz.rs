//! A fuzz target: whatever stands in an address is parsed, read and written back without a panic and within bounds.
//!
//! `cargo test` runs it for some seconds on random input; `cargo bolero test` guides it by coverage.

use super::{tests::Titles, *};
use bolero::TypeGenerator;
use std::time::Duration;

/// How long one run of the tests tries.
const TRIED: Duration = Duration::from_secs(8);

/// Texts made of what the grammar and the shop know come further than noise does.
#[derive(Debug, TypeGenerator)]
enum Piece {
    Known(u8),
    Number(u32),
    Price(u16, u8),
    Letters(String),
    Noise(Vec<u8>),
}

const KNOWN: [&str; 40] = [
    "under", "over", "between", "and", "to", "-", "$", "€", "size", "42", "m", "red", "navy", "blue", "tape", "nike",
    "shoes", "shose", "t-shirt", "t", "shirt", "hand", "bag", "women's", "for", "her", "on", "sale", "in", "stock",
    "4", "stars", "marlin", "sports", "sho", "gini", "jony", "u.s.", "mug-1", "'",
];

impl Piece {
    fn text(&self) -> String {
        match self {
            Self::Known(at) => KNOWN[usize::from(*at) % KNOWN.len()].to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Price(whole, cents) => format!("{whole}.{cents}"),
            Self::Letters(text) => text.clone(),
            Self::Noise(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        }
    }
}

#[test]
fn whatever_is_typed_is_read_within_bounds() {
    let (lexicon, vocabulary) = (tests::lexicon(), Titles::new());
    bolero::check!().with_type::<(Vec<(Piece, bool)>, Vec<(String, String)>)>().with_test_time(TRIED).for_each(
        |(pieces, parameters)| {
            let mut text = String::new();
            for (piece, spaced) in pieces {
                text += &piece.text();
                text += if *spaced { " " } else { "" };
            }
            let pairs = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain([("q", &*text)]);
            let (asked, _) = Criteria::parse(pairs, Currency::USD);
            assert!(asked.text.chars().count() <= crate::domain::search::criteria::MAX_TEXT);
            for reading in [
                Some(read(&asked.text, &lexicon, &vocabulary, Currency::USD)),
                read_with_doubt(&asked.text, &lexicon, &vocabulary, Currency::USD),
                Some(literal(&asked.text)),
            ] {
                let Some(reading) = reading else { continue };
                hold(&reading, &asked);
            }
        },
    );
}

fn hold(reading: &Reading, asked: &Criteria) {
    assert!(reading.sought.len() <= lattice::MAX_WORDS);
    assert!(
        reading.sought.iter().all(|sought| !sought.ways.is_empty() && sought.ways.iter().all(|way| !way.is_empty()))
    );
    let upright = |range: &PriceRange| range.min.zip(range.max).is_none_or(|(min, max)| min <= max);
    assert!(reading.prices.len() <= 1 && reading.prices.iter().all(upright), "{:?}", reading.prices);
    assert!(reading.filters.iter().all(|meaning| !meaning.values.is_empty()));
    let criteria = reading.applied_to(asked);
    // What was understood can stand in an address.
    let (again, bad) = Criteria::parse(criteria.to_pairs(Currency::USD), Currency::USD);
    assert_eq!(bad, []);
    assert_eq!(again.choices, criteria.choices);
    assert_eq!(again.prices, criteria.prices);
}
