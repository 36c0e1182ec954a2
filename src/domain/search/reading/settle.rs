//! From the best cut of a text to its reading: what becomes of several categories, and of words that are a name.

use super::{
    Reading, Sought, Vocabulary,
    grammar::{self, Wish},
    lattice::{Lattice, Part, Phrase},
    lexicon::Meaning,
    words::Gap,
};
use crate::domain::search::{
    PriceRange,
    facets::{FacetKind, is_within},
};
use std::collections::BTreeMap;

pub fn settle(lattice: &Lattice, mut cut: Vec<Phrase>, vocabulary: &dyn Vocabulary) -> Reading {
    keep_names(lattice, &mut cut, vocabulary);
    keep_heads(lattice, &mut cut);
    let mut reading = Reading { corrected: corrected(lattice, &cut), ..Reading::default() };
    for phrase in cut {
        match phrase.part.clone() {
            Part::Filler => {}
            Part::Wish(wish) => take_wish(&mut reading, wish),
            Part::Value(meaning) => {
                let said = Sought { ways: vec![stems(lattice, &phrase)], shown: shown(lattice, &phrase) };
                take_value(&mut reading, meaning, said);
            }
            Part::Sought(ways) => {
                let sought = Sought { ways, shown: shown(lattice, &phrase) };
                if !reading.sought.iter().any(|known| known.ways == sought.ways) {
                    reading.sought.push(sought);
                }
            }
        }
    }
    // "the", or the name of a facet: better than to find everything.
    if reading == Reading::default() {
        let text: Vec<_> = (0..lattice.len()).map(|at| lattice.word(at).typed.clone()).collect();
        return super::literal(&text.join(" "));
    }
    reading
}

/// A word that is a filter by itself stays a word where it is part of a name: "Blue Marlin" is no colour, as the products
/// that have these words side by side in their titles are mostly not blue.
fn keep_names(lattice: &Lattice, cut: &mut [Phrase], vocabulary: &dyn Vocabulary) {
    keep_named_numbers(lattice, cut, vocabulary);
    for at in 0..cut.len() {
        let Part::Value(meaning) = &cut[at].part else { continue };
        if cut[at].end - cut[at].start > 1 || meaning.kind == FacetKind::Category {
            continue;
        }
        let own = stems(lattice, &cut[at]);
        let word =
            |phrase: Option<&Phrase>| phrase.filter(|p| matches!(p.part, Part::Sought(_))).map(|p| stems(lattice, p));
        let before = at.checked_sub(1).and_then(|before| word(cut.get(before)));
        let after = word(cut.get(at + 1));
        let names =
            [before.map(|before| [before, own.clone()].concat()), after.map(|after| [own.clone(), after].concat())];
        let is_name = names.into_iter().flatten().any(|name| {
            let all = vocabulary.count_in_titles(&name);
            all > 0 && 2 * vocabulary.count_in_titles_with(&name, meaning) < all
        });
        if is_name {
            cut[at].part = Part::Sought(vec![own]);
        }
    }
}

/// "Air Max 90" is no price, nor is "Garage Sale Tee" on sale: what titles have just so, or beside the word before it, is
/// a name, unless a currency is named.
fn keep_named_numbers(lattice: &Lattice, cut: &mut [Phrase], vocabulary: &dyn Vocabulary) {
    for at in 0..cut.len() {
        let places = cut[at].start..cut[at].end;
        if !matches!(cut[at].part, Part::Wish(_)) || places.clone().any(|at| lattice.word(at).folded == "$") {
            continue;
        }
        let own = stems(lattice, &cut[at]);
        let before =
            at.checked_sub(1).map(|before| &cut[before]).filter(|phrase| matches!(phrase.part, Part::Sought(_)));
        let joined = before.and_then(|before| Some([stems(lattice, before).pop()?, own.first()?.clone()]));
        let is_whole = own.len() > 1 && vocabulary.count_in_titles(&own) > 0;
        if is_whole || joined.is_some_and(|pair| vocabulary.count_in_titles(&pair) > 0) {
            cut[at].part = Part::Sought(vec![own]);
        }
    }
}

/// Of several categories side by side the last is what is wanted ("shirt dress"), unless they are said to be
/// alternatives ("shirts and tops"). One that contains another says less than that.
fn keep_heads(lattice: &Lattice, cut: &mut [Phrase]) {
    let category = |phrase: &Phrase| match &phrase.part {
        Part::Value(meaning) if meaning.kind == FacetKind::Category => Some(meaning.clone()),
        _ => None,
    };
    let places: Vec<usize> = (0..cut.len()).filter(|at| category(&cut[*at]).is_some()).collect();
    for pair in places.windows(2) {
        let &[one, other] = pair else { continue };
        let (Some(first), Some(second)) = (category(&cut[one]), category(&cut[other])) else { continue };
        let mut between = cut[one].end..cut[other].start;
        let are_alternatives = lattice.word(cut[other].start).gap == Gap::Other
            || between.any(|at| grammar::is_junction(&lattice.word(at).folded));
        let covers = |wide: &Meaning, narrow: &Meaning| {
            narrow.values.iter().all(|path| wide.values.iter().any(|above| is_within(path, above)))
        };
        if covers(&first, &second) {
            cut[one].part = Part::Filler;
        } else if covers(&second, &first) {
            // "sandals footwear": keep the narrower one, as the last.
            cut[other].part = cut[one].part.clone();
            cut[one].part = Part::Filler;
        } else if !are_alternatives {
            let words = stems(lattice, &cut[one]);
            cut[one].part = Part::Sought(vec![words]);
        }
    }
}

/// The stems of the words as they are taken.
fn stems(lattice: &Lattice, phrase: &Phrase) -> Vec<String> {
    let text = shown(lattice, phrase);
    super::words::words(&text).iter().map(super::words::Word::stem).collect()
}

/// The words as they are taken, for people.
fn shown(lattice: &Lattice, phrase: &Phrase) -> String {
    let spelled: BTreeMap<usize, &String> = phrase.spelled.iter().map(|(at, word)| (*at, word)).collect();
    let words =
        (phrase.start..phrase.end).map(|at| spelled.get(&at).map_or(lattice.word(at).typed.as_str(), |word| word));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The whole text with the words that were spelled otherwise.
fn corrected(lattice: &Lattice, cut: &[Phrase]) -> Option<String> {
    let changes = cut.iter().any(|phrase| !phrase.spelled.is_empty());
    changes.then(|| cut.iter().map(|phrase| shown(lattice, phrase)).collect::<Vec<_>>().join(" "))
}

fn take_wish(reading: &mut Reading, wish: Wish) {
    match wish {
        Wish::Price(range) => match reading.prices.first_mut() {
            Some(known) => *known = both(*known, range),
            None => reading.prices.push(range),
        },
        Wish::Rating(stars) => reading.rating = Some(stars),
        Wish::InStock => reading.in_stock = true,
        Wish::OnSale => reading.on_sale = true,
        Wish::Sort(sort) => reading.sort = Some(sort),
    }
}

/// "over 20 under 50": a price in both ranges, or in the later one where there is none.
fn both(one: PriceRange, other: PriceRange) -> PriceRange {
    let max = match (one.max, other.max) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    let both = PriceRange { min: one.min.max(other.min), max };
    if both.min.zip(both.max).is_some_and(|(min, max)| min > max) { other } else { both }
}

fn take_value(reading: &mut Reading, meaning: Meaning, said: Sought) {
    reading.said.push((meaning.clone(), said));
    match reading.filters.iter_mut().find(|known| known.facet == meaning.facet) {
        Some(known) => {
            let new: Vec<_> = meaning.values.into_iter().filter(|value| !known.values.contains(value)).collect();
            known.values.extend(new);
            known.preferred.extend(meaning.preferred);
        }
        None => reading.filters.push(meaning),
    }
}
