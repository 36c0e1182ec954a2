//! The words of the catalogue as the reading of a text asks for them.

use super::{index::whole_title, view::TextView};
use crate::domain::search::{
    Criteria, Table, evaluate,
    reading::{Meaning, Vocabulary},
};
use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use std::{collections::HashMap, sync::LazyLock};
use tantivy::{
    Term,
    query::{PhraseQuery, Query, TermQuery},
    schema::{Field, IndexRecordOption},
    termdict::TermDictionary,
};
use tantivy_fst::Automaton;

/// How many words are looked at that begin alike or are spelled alike.
const NEAREST: usize = 8;

/// The words of one moment.
pub struct Words<'a> {
    pub view: &'a TextView,
    pub table: &'a Table,
}

impl Words<'_> {
    fn frequency(&self, field: Field, term: &str) -> u32 {
        self.view.searcher.doc_freq(&Term::from_field_text(field, term)).map_or(0, saturating)
    }

    fn phrase(&self, stems: &[String]) -> Box<dyn Query> {
        let title = self.view.fields.title;
        let mut terms: Vec<Term> = stems.iter().map(|stem| Term::from_field_text(title, stem)).collect();
        match terms.len() {
            1 => Box::new(TermQuery::new(terms.remove(0), IndexRecordOption::Basic)),
            _ => Box::new(PhraseQuery::new(terms)),
        }
    }

    /// The places of the products whose whole title a text is.
    pub fn titled(&self, text: &str) -> Vec<u32> {
        let term = Term::from_field_text(self.view.fields.whole_title, &whole_title(text));
        self.view.places(&TermQuery::new(term, IndexRecordOption::Basic)).unwrap_or_default()
    }

    /// Gathers spellings from the parts of the index, as `take` streams them from each; those of most products first.
    fn spellings<F>(&self, take: F) -> Vec<(String, u32)>
    where
        F: Fn(&TermDictionary, &mut dyn FnMut(&[u8], u32)) -> std::io::Result<()>,
    {
        let mut found: HashMap<String, u32> = HashMap::new();
        for segment in self.view.searcher.segment_readers() {
            let Ok(index) = segment.inverted_index(self.view.fields.spellings) else { continue };
            let taken = take(index.terms(), &mut |word, count| {
                if let Ok(word) = std::str::from_utf8(word) {
                    *found.entry(word.to_owned()).or_default() += count;
                }
            });
            if let Err(error) = taken {
                tracing::warn!(%error, "the words of the index");
            }
        }
        let mut found: Vec<_> = found.into_iter().collect();
        found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        found
    }
}

impl Vocabulary for Words<'_> {
    fn count(&self, folded: &str) -> u32 {
        self.frequency(self.view.fields.spellings, folded)
    }

    fn count_stem(&self, stem: &str) -> u32 {
        self.view.fields.weights().iter().map(|(field, _)| self.frequency(*field, stem)).max().unwrap_or(0)
    }

    fn spelled_like(&self, folded: &str, edits: u8) -> Vec<(String, u8, u32)> {
        static BUILDERS: LazyLock<[LevenshteinAutomatonBuilder; 2]> =
            LazyLock::new(|| [1, 2].map(|edits| LevenshteinAutomatonBuilder::new(edits, true)));
        let Some(builder) = BUILDERS.get(usize::from(edits.saturating_sub(1))) else { return vec![] };
        let near = builder.build_dfa(folded);
        let distance = |word: &str| match near.eval(word) {
            Distance::Exact(distance) => Some(distance),
            Distance::AtLeast(_) => None,
        };
        let found = self.spellings(|terms, take| {
            let mut words = terms.search(Near(&near)).into_stream()?;
            while words.advance() {
                take(words.key(), words.value().doc_freq);
            }
            Ok(())
        });
        found
            .into_iter()
            .filter_map(|(word, count)| distance(&word).map(|distance| (word, distance, count)))
            .take(NEAREST)
            .collect()
    }

    fn beginning_with(&self, folded: &str) -> Vec<(String, u32)> {
        let mut found = self.spellings(|terms, take| {
            let mut words = terms.range().ge(folded).into_stream()?;
            while words.advance() && words.key().starts_with(folded.as_bytes()) {
                take(words.key(), words.value().doc_freq);
            }
            Ok(())
        });
        found.truncate(NEAREST);
        found
    }

    fn count_in_titles(&self, stems: &[String]) -> u32 {
        self.phrase(stems).count(&self.view.searcher).map_or(0, |count| saturating(count as u64))
    }

    fn count_in_titles_with(&self, stems: &[String], meaning: &Meaning) -> u32 {
        let mut criteria = Criteria::default();
        meaning.values.iter().for_each(|value| criteria.choose(&meaning.facet, value));
        let places = self.view.places(&*self.phrase(stems)).unwrap_or_default();
        saturating(evaluate::count_matching(self.table, &criteria, &places) as u64)
    }

    fn is_code(&self, text: &str) -> bool {
        self.frequency(self.view.fields.codes, &text.trim().to_lowercase()) > 0
    }
}

fn saturating(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Accepts the words that are as near as an automaton of edits was made for.
struct Near<'a>(&'a DFA);

impl Automaton for Near<'_> {
    type State = u32;

    fn start(&self) -> u32 {
        self.0.initial_state()
    }

    fn is_match(&self, state: &u32) -> bool {
        matches!(self.0.distance(*state), Distance::Exact(_))
    }

    fn can_match(&self, state: &u32) -> bool {
        *state != SINK_STATE
    }

    fn accept(&self, state: &u32, byte: u8) -> u32 {
        self.0.transition(*state, byte)
    }
}
