//! The text index at one moment: which products have words, and how well they fit.

use super::index::Fields;
use crate::domain::search::reading::{Reading, Sought, words};
use std::sync::Arc;
use tantivy::{
    DocId, Score, Searcher, SegmentOrdinal, SegmentReader, Term,
    collector::{Collector, SegmentCollector},
    query::{BooleanQuery, BoostQuery, DisjunctionMaxQuery, FuzzyTermQuery, Occur, PhraseQuery, Query, TermQuery},
    schema::{Field, IndexRecordOption},
};

/// Whether a text's last word may be only begun.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Typing {
    Done,
    GoesOn,
}

/// The index at one moment, with the places of its documents in the table of the same moment.
pub struct TextView {
    pub(super) searcher: Searcher,
    ordinals: Vec<Arc<Vec<u32>>>,
    pub(super) fields: Fields,
}

impl TextView {
    pub(super) fn new(searcher: Searcher, ordinals: Vec<Arc<Vec<u32>>>, fields: Fields) -> Self {
        Self { searcher, ordinals, fields }
    }

    /// How well each of the table's places has all that is sought; 0 where not. A `code` counts above all.
    pub fn scores(&self, sought: &[Sought], code: &str, places: usize) -> tantivy::Result<Vec<f32>> {
        let all: Vec<_> = sought.iter().map(|sought| (Occur::Must, self.any_way(sought))).collect();
        let mut ways: Vec<(Occur, Box<dyn Query>)> = vec![(Occur::Should, self.code(code))];
        if !all.is_empty() {
            ways.push((Occur::Should, Box::new(BooleanQuery::new(all))));
        }
        self.collect(&BooleanQuery::new(ways), places)
    }

    /// The same for a text whose last word may go on.
    pub fn scores_of_begun(&self, text: &str, places: usize) -> tantivy::Result<Vec<f32>> {
        let mut reading: Reading = crate::domain::search::reading::literal(text);
        let typed = words::words(text).pop().map(|word| word.folded).unwrap_or_default();
        let last = reading.sought.pop();
        let mut all: Vec<_> = reading.sought.iter().map(|sought| (Occur::Must, self.any_way(sought))).collect();
        all.extend(last.map(|last| (Occur::Must, self.beginning(&last, &typed))));
        let ways: Vec<(Occur, Box<dyn Query>)> =
            vec![(Occur::Should, self.code(text)), (Occur::Should, Box::new(BooleanQuery::new(all)))];
        self.collect(&BooleanQuery::new(ways), places)
    }

    /// The places of the documents that a query finds.
    pub(super) fn places(&self, query: &dyn Query) -> tantivy::Result<Vec<u32>> {
        let found = self.searcher.search(query, &tantivy::collector::DocSetCollector)?;
        let place = |address: tantivy::DocAddress| {
            let places = self.ordinals.get(address.segment_ord as usize)?;
            places.get(address.doc_id as usize).copied().filter(|place| *place != u32::MAX)
        };
        Ok(found.into_iter().filter_map(place).collect())
    }

    fn collect(&self, query: &dyn Query, places: usize) -> tantivy::Result<Vec<f32>> {
        self.searcher.search(query, &Scores { ordinals: &self.ordinals, places })
    }

    fn code(&self, code: &str) -> Box<dyn Query> {
        let code = Term::from_field_text(self.fields.codes, &code.trim().to_lowercase());
        Box::new(BoostQuery::new(Box::new(TermQuery::new(code, IndexRecordOption::Basic)), 1_000.0))
    }

    fn any_way(&self, sought: &Sought) -> Box<dyn Query> {
        let mut ways: Vec<_> = sought.ways.iter().filter_map(|way| self.way(way)).collect();
        match ways.len() {
            1 => ways.remove(0),
            _ => Box::new(DisjunctionMaxQuery::new(ways)),
        }
    }

    fn way(&self, stems: &[String]) -> Option<Box<dyn Query>> {
        match stems {
            [] => None,
            [word] => Some(self.word(word)),
            words => Some(self.phrase(words)),
        }
    }

    /// A word in the field where it counts most.
    fn word(&self, stem: &str) -> Box<dyn Query> {
        let in_field = |(field, weight): (Field, Score)| -> Box<dyn Query> {
            let term = TermQuery::new(Term::from_field_text(field, stem), IndexRecordOption::WithFreqs);
            Box::new(BoostQuery::new(Box::new(term), weight))
        };
        Box::new(DisjunctionMaxQuery::with_tie_breaker(self.fields.weights().map(in_field).into(), 0.2))
    }

    /// Words side by side; in a description, which keeps no positions, all of them.
    fn phrase(&self, stems: &[String]) -> Box<dyn Query> {
        let in_field = |(field, weight): (Field, Score)| -> Box<dyn Query> {
            let terms = stems.iter().map(|stem| Term::from_field_text(field, stem));
            let query: Box<dyn Query> = if field == self.fields.description {
                let all = terms.map(|term| -> (Occur, Box<dyn Query>) {
                    (Occur::Must, Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)))
                });
                Box::new(BooleanQuery::new(all.collect()))
            } else {
                Box::new(PhraseQuery::new(terms.collect()))
            };
            Box::new(BoostQuery::new(query, weight))
        };
        Box::new(DisjunctionMaxQuery::with_tie_breaker(self.fields.weights().map(in_field).into(), 0.2))
    }

    /// The word as it stands, else any that begins with what was typed of it.
    fn beginning(&self, sought: &Sought, typed: &str) -> Box<dyn Query> {
        let begins = |(field, weight): (Field, Score)| -> Box<dyn Query> {
            let prefix = FuzzyTermQuery::new_prefix(Term::from_field_text(field, typed), 0, false);
            Box::new(BoostQuery::new(Box::new(prefix), weight))
        };
        let ways = std::iter::once(self.any_way(sought)).chain(self.fields.weights().map(begins));
        Box::new(DisjunctionMaxQuery::new(ways.collect()))
    }
}

/// Collects scores by place.
struct Scores<'a> {
    ordinals: &'a [Arc<Vec<u32>>],
    places: usize,
}

struct SegmentScores {
    ordinals: Arc<Vec<u32>>,
    found: Vec<(u32, Score)>,
}

impl Collector for Scores<'_> {
    type Fruit = Vec<f32>;
    type Child = SegmentScores;

    fn for_segment(&self, segment: SegmentOrdinal, _: &SegmentReader) -> tantivy::Result<SegmentScores> {
        let ordinals = self.ordinals.get(segment as usize).cloned().unwrap_or_default();
        Ok(SegmentScores { ordinals, found: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, segments: Vec<Vec<(u32, Score)>>) -> tantivy::Result<Vec<f32>> {
        let mut scores = vec![0.0; self.places];
        for (place, score) in segments.into_iter().flatten() {
            if let Some(slot) = scores.get_mut(place as usize) {
                // Whatever is found has a score, however small.
                *slot = score.max(f32::MIN_POSITIVE);
            }
        }
        Ok(scores)
    }
}

impl SegmentCollector for SegmentScores {
    type Fruit = Vec<(u32, Score)>;

    fn collect(&mut self, doc: DocId, score: Score) {
        if let Some(place) = self.ordinals.get(doc as usize) {
            self.found.push((*place, score));
        }
    }

    fn harvest(self) -> Self::Fruit {
        self.found
    }
}
