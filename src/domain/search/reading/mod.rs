//! Reading what a shopper typed: which words are filters, which are to be found, which are misspelt.
//!
//! A text is split into [`words`]; each word gets candidates (itself, other spellings, what it may be the beginning of),
//! and of all ways to cut the text into phrases the one that says most wins ([`lattice`]). What phrases mean comes from
//! the shop's own values and synonyms ([`lexicon`]), from a little [`grammar`] of English, and, for spelling, from the
//! words of the catalogue ([`Vocabulary`]). Nothing here looks at products.

#[cfg(test)]
mod fuzz;
mod grammar;
mod lattice;
mod lexicon;
mod settle;
pub mod synonyms;
#[cfg(test)]
mod tests;
pub mod words;

pub use lattice::MAX_WORDS;
pub use lexicon::{Lexicon, Meaning};
pub use synonyms::Rule;

use super::{Criteria, PriceRange, Sort};
use crate::domain::money::Currency;
use lattice::{Lattice, Rare};
use std::collections::BTreeSet;

// In `closest` filters have the bits from below, words those from above.
const _: () = assert!(super::criteria::MAX_NAMES + 4 + MAX_WORDS <= 64);

/// The words of the catalogue, with the number of products that have them.
pub trait Vocabulary {
    /// Products with this very word, folded.
    fn count(&self, folded: &str) -> u32;
    /// Products with any form of a word.
    fn count_stem(&self, stem: &str) -> u32;
    /// Words at most so many edits away, a swap of two letters being one: the word, its distance, its count.
    fn spelled_like(&self, folded: &str, edits: u8) -> Vec<(String, u8, u32)>;
    /// The most frequent words that begin like this.
    fn beginning_with(&self, folded: &str) -> Vec<(String, u32)>;
    /// Products whose title has these stems side by side.
    fn count_in_titles(&self, stems: &[String]) -> u32;
    /// Of these, the products that have a value of a facet.
    fn count_in_titles_with(&self, stems: &[String], meaning: &Meaning) -> u32;
    /// Whether it is the code of a SKU, or a barcode.
    fn is_code(&self, text: &str) -> bool;
}

/// Something to be found in the words of a product: any of these ways, each some stems side by side.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sought {
    pub ways: Vec<Vec<String>>,
    /// As it was typed, or spelled right.
    pub shown: String,
}

/// What a text was understood as.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Reading {
    /// What is to be found as words.
    pub sought: Vec<Sought>,
    pub filters: Vec<Meaning>,
    /// The words that each filter was read from.
    said: Vec<(Meaning, Sought)>,
    pub prices: Vec<PriceRange>,
    pub rating: Option<u8>,
    pub in_stock: bool,
    pub on_sale: bool,
    pub sort: Option<Sort>,
    /// The whole text as it was spelled right, where it was not.
    pub corrected: Option<String>,
    /// Whether it was taken as it stands.
    pub literal: bool,
}

/// Reads a text, taking every word of the catalogue as meant.
#[must_use]
pub fn read(text: &str, lexicon: &Lexicon, vocabulary: &dyn Vocabulary, currency: Currency) -> Reading {
    if vocabulary.is_code(text) {
        return literal(text);
    }
    let lattice = Lattice::new(first_words(text), Rare::Meant, lexicon, vocabulary);
    settle::settle(&lattice, lattice.best(currency), vocabulary)
}

/// Reads a text, taking words that are rare for slips of much more frequent ones. `None` where that makes no difference.
#[must_use]
pub fn read_with_doubt(
    text: &str,
    lexicon: &Lexicon,
    vocabulary: &dyn Vocabulary,
    currency: Currency,
) -> Option<Reading> {
    let lattice = Lattice::new(first_words(text), Rare::Doubted, lexicon, vocabulary);
    (!vocabulary.is_code(text) && lattice.is_doubtful())
        .then(|| settle::settle(&lattice, lattice.best(currency), vocabulary))
}

fn first_words(text: &str) -> Vec<words::Word> {
    words::words(text).into_iter().take(lattice::MAX_WORDS).collect()
}

/// The reading of a text that is to be taken as it stands.
#[must_use]
pub fn literal(text: &str) -> Reading {
    let mut seen = BTreeSet::new();
    let sought = first_words(text).into_iter().filter(|word| word.folded != "$" && seen.insert(word.stem()));
    let sought = sought.map(|word| Sought { ways: vec![vec![word.stem()]], shown: word.typed.clone() });
    Reading { sought: sought.collect(), literal: true, ..Reading::default() }
}

/// The words of the grammar, for [`Lexicon::new`].
#[must_use]
pub fn grammar_words() -> Vec<&'static str> {
    grammar::spellable()
}

impl Reading {
    /// The reading beside what was chosen by hand: a facet of which something was chosen is not read from words, and
    /// words that mean something else of it are words to be found ("shirt" among dresses).
    #[must_use]
    pub fn beside(&self, asked: &Criteria) -> Self {
        let is_chosen = |meaning: &Meaning| asked.choices.contains_key(&meaning.facet);
        let says_the_same = |meaning: &Meaning| {
            asked.choices.get(&meaning.facet).is_some_and(|chosen| meaning.values.iter().all(|v| chosen.contains(v)))
        };
        let mut reading = self.clone();
        reading.filters.retain(|meaning| !is_chosen(meaning));
        let others = self.said.iter().filter(|(meaning, _)| is_chosen(meaning) && !says_the_same(meaning));
        reading.sought.extend(others.map(|(_, said)| said.clone()));
        reading.said.retain(|(meaning, _)| !is_chosen(meaning));
        reading
    }

    /// The words to be found.
    #[must_use]
    pub fn text(&self) -> String {
        self.sought.iter().map(|sought| sought.shown.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// What is searched for when this is what `asked` says.
    #[must_use]
    pub fn applied_to(&self, asked: &Criteria) -> Criteria {
        let mut criteria = asked.clone();
        criteria.text = self.text();
        for meaning in &self.filters {
            meaning.values.iter().for_each(|value| criteria.choose(&meaning.facet, value));
        }
        if asked.prices.is_empty() {
            criteria.prices.clone_from(&self.prices);
        }
        criteria.rating = asked.rating.or(self.rating);
        criteria.in_stock |= self.in_stock;
        criteria.on_sale |= self.on_sale;
        criteria.sort = asked.sort.or(self.sort);
        criteria
    }

    /// Categories whose products come first.
    #[must_use]
    pub fn preferred(&self) -> Vec<&str> {
        self.filters.iter().filter(|m| m.facet == "category").flat_map(|m| &m.preferred).map(String::as_str).collect()
    }
}
