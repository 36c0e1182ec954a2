//! The catalogue's own words: the names of categories and brands, option values such as colours, attribute values.
//!
//! How many products have each, among those that some words find, is what a search for these words counts anyway. So
//! a completed text always finds something, and what most products have comes first.

use super::{Category, popular::has_words};
use crate::{
    domain::{
        search::{Criteria, Facet, FacetValue, facets::FacetKind},
        text,
    },
    search::snapshot::Snapshot,
};
use moka::sync::Cache;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Instant,
};
use tantivy::TantivyError;

/// How many words are kept in all, some 150 bytes each.
const KEPT_WORDS: u64 = 150_000;
/// Up to so many products the words are counted anew whenever one has changed, beyond that every so many seconds.
const QUICKLY_COUNTED: usize = 100_000;
const COUNTED_EVERY: u64 = 30;
/// Longer values are not what somebody searches for.
const LONGEST: usize = 40;
/// Fewer letters may be a size, or a word begun.
const SHORTEST_WHOLE: usize = 3;

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Category {
        path: String,
        within: String,
        /// Whether nothing found lies further down.
        is_last: bool,
    },
    Brand,
    /// A value of an option or attribute.
    Value,
}

/// A name or value that some of the products have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Word {
    pub kind: Kind,
    pub label: String,
    folded: String,
    products: u32,
}

impl Word {
    /// Nothing for a value that nobody types: numbers, single letters, whole sentences; and for one that nothing has.
    fn new(kind: Kind, value: &FacetValue) -> Option<Self> {
        let folded = text::fold(&value.label);
        let is_typed = folded.chars().any(char::is_alphabetic) && (2..=LONGEST).contains(&folded.chars().count());
        let word = Self { kind, label: value.label.clone(), folded, products: value.count };
        (is_typed && word.products > 0).then_some(word)
    }

    fn is_kind_of_product(&self) -> bool {
        matches!(self.kind, Kind::Category { is_last: true, .. })
    }

    /// Whether it has a word, or words in a row, that begin so; or begins so when all are written together.
    fn begins(&self, typed: &str) -> bool {
        let at_a_word = self.folded.match_indices(typed).any(|(at, _)| at == 0 || self.folded[..at].ends_with(' '));
        at_a_word || begins_together(&self.folded, typed)
    }

    /// Whether all of some words are among its own.
    fn has(&self, words: &str) -> bool {
        words.split(' ').all(|word| self.folded.split(' ').any(|own| own == word))
    }

    /// Behind the words typed before it, those left out that it brings itself.
    fn behind(&self, before: &str) -> String {
        let is_new = |word: &&str| !self.has(&text::fold(word));
        let label = text::key(&self.label);
        before.split(' ').filter(|word| !word.is_empty()).filter(is_new).chain([&*label]).collect::<Vec<_>>().join(" ")
    }
}

/// "tshi" begins "t shirts".
fn begins_together(folded: &str, typed: &str) -> bool {
    let mut letters = folded.chars().filter(|c| *c != ' ');
    typed.chars().filter(|c| *c != ' ').all(|c| letters.next() == Some(c))
}

/// The words of what some texts find, as long as they are right.
pub(super) struct Vocabulary {
    kept: Cache<(String, u64), Arc<Vec<Word>>>,
    since: Instant,
}

impl Default for Vocabulary {
    fn default() -> Self {
        let weigh = |_: &(String, u64), words: &Arc<Vec<Word>>| u32::try_from(words.len() + 1).unwrap_or(u32::MAX);
        Self { kept: Cache::builder().max_capacity(KEPT_WORDS).weigher(weigh).build(), since: Instant::now() }
    }
}

impl Vocabulary {
    /// Counts the words of all products, unless that is done.
    pub(super) fn prepare(&self, snapshot: &Snapshot) -> tantivy::Result<()> {
        self.among(snapshot, "").map(drop)
    }

    /// The words of the products that a text finds, of all for an empty text; most products first.
    fn among(&self, snapshot: &Snapshot, found: &str) -> tantivy::Result<Arc<Vec<Word>>> {
        let stamp = match snapshot.table.places() {
            few if few <= QUICKLY_COUNTED => snapshot.version,
            _ => self.since.elapsed().as_secs() / COUNTED_EVERY,
        };
        let count = || {
            let criteria = Criteria { text: found.to_owned(), exact: !found.is_empty(), ..Criteria::default() };
            Ok(Arc::new(words(&snapshot.search(&criteria)?.facets)))
        };
        let counted = self.kept.try_get_with((found.to_owned(), stamp), count);
        counted.map_err(|error: Arc<TantivyError>| TantivyError::clone(&error))
    }

    /// Categories and brands that have all of the words, whatever their order.
    pub(super) fn places(&self, snapshot: &Snapshot, typed: &str) -> tantivy::Result<(Vec<Category>, Vec<String>)> {
        let (mut categories, mut brands) = (Vec::new(), Vec::new());
        let all = self.among(snapshot, "")?;
        for word in all.iter().filter(|word| has_words(&word.folded, typed) || begins_together(&word.folded, typed)) {
            match &word.kind {
                Kind::Category { path, within, .. } if categories.len() < super::PLACES => {
                    categories.push(Category { path: path.clone(), name: word.label.clone(), within: within.clone() })
                }
                Kind::Brand if brands.len() < super::PLACES => brands.push(word.label.clone()),
                _ => {}
            }
        }
        Ok((categories, brands))
    }

    /// Texts made of the words before, and a word that goes on from what was typed last: first those that begin so, then
    /// those that only have a word that does. After a space it is a kind of product.
    pub(super) fn completions(
        &self,
        snapshot: &Snapshot,
        (before, last): (&str, &str),
    ) -> tantivy::Result<(Vec<String>, Vec<String>)> {
        let (typed, known) = (text::fold(last), text::fold(before.rsplit(' ').next().unwrap_or("")));
        if last.is_empty() {
            return Ok((self.behind(snapshot, before, Word::is_kind_of_product)?, vec![]));
        }
        if typed.is_empty() {
            return Ok((vec![], vec![]));
        }
        // "navy bl" is meant to be "navy blue" before anything else.
        let goes_on = |word: &Word| !known.is_empty() && word.has(&known);
        let at_once = |word: &Word| word.folded.starts_with(&typed) || begins_together(&word.folded, &typed);
        let mut first = self.behind(snapshot, before, |word| goes_on(word) && word.begins(&typed))?;
        first.extend(self.behind(snapshot, before, |word| !goes_on(word) && at_once(word))?);
        let later = |word: &Word| !goes_on(word) && !at_once(word) && word.begins(&typed);
        Ok((first, self.behind(snapshot, before, later)?))
    }

    /// Kinds of product behind a text that ends in a colour, a brand or the like: "blue" goes on as "blue shirts".
    pub(super) fn continuations(&self, snapshot: &Snapshot, typed: &str) -> tantivy::Result<Vec<String>> {
        let last = text::fold(typed.rsplit(' ').next().unwrap_or(""));
        let is_whole = |word: &Word| !matches!(word.kind, Kind::Category { .. }) && word.folded == last;
        if last.chars().count() < SHORTEST_WHOLE || !self.among(snapshot, "")?.iter().any(is_whole) {
            return Ok(vec![]);
        }
        self.behind(snapshot, typed, Word::is_kind_of_product)
    }

    fn behind(&self, snapshot: &Snapshot, before: &str, fits: impl Fn(&Word) -> bool) -> tantivy::Result<Vec<String>> {
        let found = self.among(snapshot, before)?;
        // Some will be known already.
        // A word that was typed already adds nothing; of the others, too, some may be known.
        let known = text::fold(before);
        let is_new = |word: &&Word| !word.folded.split(' ').all(|own| known.split(' ').any(|known| known == own));
        let fitting = found.iter().filter(|word| fits(word)).filter(is_new).take(3 * super::QUERIES);
        Ok(fitting.map(|word| word.behind(before)).collect())
    }
}

/// All words of some facets, most products first.
fn words(facets: &[Facet]) -> Vec<Word> {
    let mut words = Vec::new();
    for facet in facets {
        match facet.kind {
            FacetKind::Category => push_categories(&mut words, facet),
            FacetKind::Brand => push_values(&mut words, facet, &Kind::Brand),
            // Sizes are chosen, not searched for.
            FacetKind::Option if facet.name == "size" => {}
            FacetKind::Option | FacetKind::Attribute => push_values(&mut words, facet, &Kind::Value),
            FacetKind::Rating | FacetKind::InStock | FacetKind::OnSale => {}
        }
    }
    words.sort_by(|a: &Word, b| b.products.cmp(&a.products).then_with(|| a.folded.cmp(&b.folded)));
    words
}

fn push_categories(words: &mut Vec<Word>, facet: &Facet) {
    let names: HashMap<&str, &str> = facet.values.iter().map(|value| (&*value.value, &*value.label)).collect();
    let above = |path: &'_ str| path.rsplit_once('/').map(|(above, _)| above.to_owned());
    let parents: HashSet<String> = facet.values.iter().filter_map(|value| above(&value.value)).collect();
    for value in &facet.values {
        let within = above(&value.value).and_then(|path| names.get(&*path).copied()).unwrap_or("").to_owned();
        let kind = Kind::Category { is_last: !parents.contains(&value.value), path: value.value.clone(), within };
        words.extend(Word::new(kind, value));
    }
}

fn push_values(words: &mut Vec<Word>, facet: &Facet, kind: &Kind) {
    words.extend(facet.values.iter().filter_map(|value| Word::new(kind.clone(), value)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(label: &str) -> Word {
        let value = FacetValue { value: label.into(), label: label.into(), count: 1, chosen: false };
        Word::new(Kind::Value, &value).unwrap()
    }

    #[test]
    fn a_word_is_found_by_its_beginnings() {
        for (label, typed) in
            [("Navy Blue", "bl"), ("Navy Blue", "navy b"), ("T-Shirts & Tops", "tshi"), ("Levi's", "levis")]
        {
            assert!(word(label).begins(typed), "{label} {typed}");
        }
        for (label, typed) in [("Navy Blue", "lue"), ("Navy Blue", "blue n"), ("Shirts", "shirtss")] {
            assert!(!word(label).begins(typed), "{label} {typed}");
        }
    }

    #[test]
    fn a_completed_text_says_nothing_twice() {
        assert_eq!(word("Shirts").behind("blue"), "blue shirts");
        assert_eq!(word("Navy Blue").behind("navy"), "navy blue");
        assert_eq!(word("Navy Blue").behind("shirt blue"), "shirt navy blue");
        assert_eq!(word("Été").behind(""), "été");
    }

    #[test]
    fn what_nobody_would_type_is_no_word() {
        let is_word = |label: &str| {
            let value = FacetValue { value: label.into(), label: label.into(), count: 1, chosen: false };
            Word::new(Kind::Value, &value).is_some()
        };
        assert_eq!([is_word("2012"), is_word("M"), is_word("👟"), is_word(&"long ".repeat(20))], [false; 4]);
        assert!(is_word("Summer") && is_word("90s"));
    }
}
