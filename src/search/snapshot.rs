//! The products, words and synonyms of one moment, and how a search is answered from them.

use super::{
    view::{TextView, Typing},
    vocabulary::Words,
};
use crate::domain::search::{
    Criteria, Hit, Results, Slice, Table,
    closest::{LeftOut, Wanted},
    evaluate::{self, Scores},
    reading::{self, Lexicon, Reading},
};
use moka::sync::Cache;
use std::sync::Arc;

/// How many answers to searches without a text are kept, some 50 kB each.
const BROWSED: u64 = 200;
/// How many texts that were read are kept.
const READ: u64 = 2_000;
/// Fewer matches than that are a short list, to which close ones are added.
const FEW: u32 = 12;
/// Another reading is preferred to the one with the words as they stand when it finds so many times as much.
const SO_MUCH_MORE: usize = 10;
/// Close matches shown.
const CLOSE: usize = 12;

/// Table and text index of one moment.
pub struct Snapshot {
    pub table: Table,
    text: TextView,
    lexicon: Arc<Lexicon>,
    /// Rises with every change; what is made from this snapshot is good as long as it stays.
    pub version: u64,
    /// What was found without a text, by the address: of such searches there are few, and they look at every product.
    browsed: Cache<Vec<(String, String)>, Arc<Results>>,
    read: Cache<String, Arc<Reading>>,
}

impl Snapshot {
    pub(super) fn new(table: Table, text: TextView, lexicon: Arc<Lexicon>, version: u64) -> Self {
        Self { table, text, lexicon, version, browsed: Cache::new(BROWSED), read: Cache::new(READ) }
    }

    /// Runs a search. Takes milliseconds of computing: not for the threads that serve connections.
    pub fn search(&self, asked: &Criteria) -> tantivy::Result<Results> {
        let asked = &self.borne(asked);
        if asked.text.is_empty() {
            let key = asked.to_pairs(self.table.currency);
            let found = self.browsed.get_with(key, || Arc::new(evaluate::evaluate(&self.table, asked, None)));
            return Ok(Results::clone(&found));
        }
        let reading = self.reading(asked)?;
        let criteria = reading.applied_to(asked);
        let scores = self.scores(&reading, asked)?;
        let mut results = evaluate::evaluate(&self.table, &criteria, scores.as_ref());
        if !reading.literal && results.total < FEW {
            self.help_out(&mut results, &reading, asked)?;
        }
        results.understood.asked = asked.clone();
        results.understood.corrected.clone_from(&reading.corrected);
        Ok(results)
    }

    /// What a search finds first, without counting anything.
    pub fn hits(&self, asked: &Criteria, typing: Typing) -> tantivy::Result<Vec<Hit>> {
        let asked = &self.borne(asked);
        if asked.text.is_empty() {
            return Ok(evaluate::hits(&self.table, asked, None));
        }
        if typing == Typing::GoesOn {
            let scores = self.text.scores_of_begun(&asked.text, self.table.places())?;
            let found = evaluate::hits(&self.table, asked, Some(&scores));
            if !found.is_empty() {
                return Ok(found);
            }
        }
        let reading = self.reading(asked)?;
        let scores = self.scores(&reading, asked)?;
        Ok(evaluate::hits(&self.table, &reading.applied_to(asked), scores.as_ref()))
    }

    /// Without parameters that no facet bears, such as those of an advertisement.
    fn borne(&self, asked: &Criteria) -> Criteria {
        let mut asked = asked.clone();
        asked.choices.retain(|name, _| self.table.facets.bears(name));
        asked
    }

    /// What the text was understood as, beside what was chosen by hand.
    fn reading(&self, asked: &Criteria) -> tantivy::Result<Reading> {
        Ok(self.reading_of_text(asked)?.beside(asked))
    }

    /// What the text by itself was understood as; the same text is read once.
    fn reading_of_text(&self, asked: &Criteria) -> tantivy::Result<Arc<Reading>> {
        if asked.exact || asked.text.is_empty() {
            return Ok(Arc::new(reading::literal(&asked.text)));
        }
        if let Some(reading) = self.read.get(&asked.text) {
            return Ok(reading);
        }
        let words = Words { view: &self.text, table: &self.table };
        let currency = self.table.currency;
        let mut reading = reading::read(&asked.text, &self.lexicon, &words, currency);
        // A product that is called exactly this is found, whatever the words may mean besides.
        let titled = words.titled(&asked.text);
        if !titled.is_empty() && !reading.literal && asked.text.contains(' ') {
            let literal = reading::literal(&asked.text);
            // But one odd name does not undo what the words mean for the rest of a large shop.
            let are_many = self.count_up_to(2 * titled.len() + 1, &literal)? <= 2 * titled.len();
            let is_short = self.count_up_to(FEW as usize, &reading)? < FEW as usize;
            if (are_many || is_short) && !self.finds_all(&reading, &titled)? {
                reading = literal;
            }
        } else {
            let found = self.count_up_to(FEW as usize, &reading)?;
            if found < FEW as usize
                && let Some(other) = reading::read_with_doubt(&asked.text, &self.lexicon, &words, currency)
                && self.count_up_to(SO_MUCH_MORE * found + 1, &other)? > SO_MUCH_MORE * found
            {
                reading = other;
            }
        }
        let reading = Arc::new(reading);
        self.read.insert(asked.text.clone(), reading.clone());
        Ok(reading)
    }

    /// How many products a reading finds, as far as that matters.
    fn count_up_to(&self, limit: usize, reading: &Reading) -> tantivy::Result<usize> {
        let asked = Criteria::default();
        let scores = self.scores(reading, &asked)?;
        Ok(evaluate::places(&self.table, &reading.applied_to(&asked), scores.as_ref(), limit).len())
    }

    /// Whether a reading finds the products at all of these places.
    fn finds_all(&self, reading: &Reading, places: &[u32]) -> tantivy::Result<bool> {
        let asked = Criteria::default();
        let scores = self.scores(reading, &asked)?;
        let has_words =
            |place: &&u32| scores.as_ref().is_none_or(|s| s.get(**place as usize).is_some_and(|s| *s > 0.0));
        let with_words: Vec<u32> = places.iter().filter(has_words).copied().collect();
        Ok(evaluate::count_matching(&self.table, &reading.applied_to(&asked), &with_words) == places.len())
    }

    /// The part of the table that answers a search and whatever narrows it, where that is small enough to be sent. It
    /// is asked by what was understood: where that, asked again, would mean something else, there is none.
    pub fn slice(&self, asked: &Criteria) -> tantivy::Result<Option<Slice>> {
        let criteria = self.search(asked)?.understood.criteria;
        let again = self.reading(&criteria)?;
        if again.applied_to(&criteria) != criteria {
            return Ok(None);
        }
        let scores = if criteria.text.is_empty() { None } else { self.scores(&again, &criteria)? };
        Ok(Slice::cut(&self.table, &criteria, scores.as_ref()))
    }

    /// How well products fit the words that are to be found; without any, only what is preferred counts.
    fn scores(&self, reading: &Reading, asked: &Criteria) -> tantivy::Result<Option<Scores>> {
        let places = self.table.places();
        let mut scores = match reading.sought.is_empty() {
            true if reading.literal => return Ok(Some(self.text.scores(&[], &asked.text, places)?)),
            true => None,
            false => Some(self.text.scores(&reading.sought, &asked.text, places)?),
        };
        let preferred = self.preferred(reading);
        if !preferred.is_empty() {
            let scores = scores.get_or_insert_with(|| vec![1.0; places]);
            for (i, segment) in self.table.segments.iter().enumerate() {
                let first = i * crate::domain::search::segment::SEGMENT_SIZE;
                for (score, category) in scores[first..].iter_mut().zip(&segment.categories) {
                    if preferred.get(*category as usize).is_some_and(|preferred| *preferred) {
                        *score *= 2.0;
                    }
                }
            }
        }
        Ok(scores)
    }

    /// The preferred categories, by number; empty when there is none.
    fn preferred(&self, reading: &Reading) -> Vec<bool> {
        let facets = &self.table.facets;
        let numbers: Vec<u32> = reading.preferred().iter().filter_map(|path| facets.find_category(path)).collect();
        if numbers.is_empty() {
            return vec![];
        }
        let mut preferred = vec![false; facets.categories.len()];
        numbers.into_iter().for_each(|number| preferred[number as usize] = true);
        // Parents come before their children.
        for number in 0..preferred.len() {
            preferred[number] |= facets.categories[number].parent.is_some_and(|parent| preferred[parent as usize]);
        }
        preferred
    }

    /// Where little matches: adds what comes close, and where nothing does leaves out what stands in the way.
    fn help_out(&self, results: &mut Results, reading: &Reading, asked: &Criteria) -> tantivy::Result<()> {
        let criteria = reading.applied_to(asked);
        let places = self.table.places();
        let words: Vec<Scores> = reading
            .sought
            .iter()
            .map(|sought| self.text.scores(std::slice::from_ref(sought), "", places))
            .collect::<tantivy::Result<_>>()?;
        let wanted = Wanted { table: &self.table, criteria: &criteria, asked, words: &words };
        if results.total > 0 {
            if asked.page == 1 && !reading.filters.is_empty() {
                results.close = wanted.close(CLOSE);
            }
            return Ok(());
        }
        let Some(LeftOut { mut criteria, words, names }) = wanted.leave_out() else { return Ok(()) };
        let mut left = reading.clone();
        left.sought.clear();
        let mut left_out: Vec<String> = results
            .understood
            .chips
            .iter()
            .filter(|chip| names.contains(&chip.name))
            .map(|c| c.label.clone())
            .collect();
        for (place, sought) in reading.sought.iter().enumerate() {
            if words.contains(&place) { left_out.push(sought.shown.clone()) } else { left.sought.push(sought.clone()) }
        }
        criteria.text = left.applied_to(asked).text;
        let scores = self.scores(&left, asked)?;
        *results = evaluate::evaluate(&self.table, &criteria, scores.as_ref());
        results.understood.left_out = left_out;
        Ok(())
    }
}
