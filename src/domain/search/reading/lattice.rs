//! All ways to cut a text into phrases, and the best of them.
//!
//! A cut is worth the sum of its phrases. A phrase that is a filter is worth more than the same words merely found, a
//! long phrase more than its parts ("Red Tape" is a brand, not a colour and a tape), a spelling that had to be changed
//! less than one that stands. The numbers are relative to a word that is found, which is worth 1.5.

use super::{
    Vocabulary,
    grammar::{self, Wish},
    lexicon::{Lexicon, Meaning},
    words::{Gap, Word, stem},
};
use crate::domain::{money::Currency, search::facets::FacetKind};

/// More words than that find nothing more.
pub const MAX_WORDS: usize = 20;
/// The most ways of spelling that are tried for one phrase.
const MAX_SPELLINGS: usize = 64;
const CANDIDATES: usize = 6;

const A_VALUE: f32 = 3.0;
const A_LONGER_PHRASE: f32 = 1.0;
const A_WISH: f32 = 4.0;
const FOUND: f32 = 1.5;
const A_FILLER: f32 = 0.8;
const UNKNOWN: f32 = 0.2;
const COST_OF_AN_EDIT: f32 = 0.6;
const COST_OF_COMPLETING: f32 = 0.4;
const COST_OF_A_SYNONYM: f32 = 0.3;
/// A word is doubtful when one that is spelled like it, or that it begins, is so many times as frequent.
const DOUBTFUL: u32 = 3;

/// One way to take a word.
#[derive(Clone, Debug)]
struct Candidate {
    folded: String,
    stem: String,
    cost: f32,
    /// Whether the shopper would be told: another spelling, not a synonym.
    told: bool,
}

#[derive(Debug)]
struct Token {
    word: Word,
    /// The word itself first.
    candidates: Vec<Candidate>,
    /// Words that mean the same, for use within longer phrases.
    synonyms: Vec<Candidate>,
    is_known: bool,
    /// Whether more letters may follow.
    is_begun: bool,
}

/// What a phrase is taken for.
#[derive(Clone, PartialEq, Debug)]
pub enum Part {
    Value(Meaning),
    Wish(Wish),
    Filler,
    /// To be found, in any of these ways.
    Sought(Vec<Vec<String>>),
}

/// A phrase of the best cut.
#[derive(Clone, PartialEq, Debug)]
pub struct Phrase {
    pub start: usize,
    pub end: usize,
    pub part: Part,
    /// Places and what stands there instead of what was typed.
    pub spelled: Vec<(usize, String)>,
    score: f32,
}

/// What to make of a word that is in the catalogue, but so seldom that it may be a slip.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rare {
    Meant,
    Doubted,
}

/// A way to spell some words: the key of the phrase, its cost, and what stands where instead of what was typed.
type Spelled = (String, f32, Vec<(usize, String)>);

pub struct Lattice<'a> {
    tokens: Vec<Token>,
    rare: Rare,
    lexicon: &'a Lexicon,
    vocabulary: &'a dyn Vocabulary,
}

impl<'a> Lattice<'a> {
    pub fn new(words: Vec<Word>, rare: Rare, lexicon: &'a Lexicon, vocabulary: &'a dyn Vocabulary) -> Self {
        let mut lattice = Self { tokens: Vec::with_capacity(words.len()), rare, lexicon, vocabulary };
        let last = words.len().saturating_sub(1);
        for (at, word) in words.into_iter().enumerate() {
            let token = lattice.token(word, at == last);
            lattice.tokens.push(token);
        }
        lattice
    }

    pub fn word(&self, at: usize) -> &Word {
        &self.tokens[at].word
    }

    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether any word would be taken otherwise if rare words were doubted.
    pub fn is_doubtful(&self) -> bool {
        self.tokens.iter().any(|token| token.is_known && token.candidates.iter().any(|candidate| candidate.told))
    }

    /// The cut that is worth most.
    pub fn best(&self, currency: Currency) -> Vec<Phrase> {
        let n = self.tokens.len();
        // From the end: the worth of the best cut of the rest, and its first phrase.
        let mut worth = vec![0.0_f32; n + 1];
        let mut first: Vec<Option<Phrase>> = vec![None; n];
        for start in (0..n).rev() {
            for phrase in self.phrases(start, currency) {
                let total = phrase.score + worth[phrase.end];
                if first[start].is_none() || total > worth[start] {
                    worth[start] = total;
                    first[start] = Some(phrase);
                }
            }
        }
        let mut cut = Vec::new();
        let mut at = 0;
        while let Some(phrase) = first.get(at).cloned().flatten() {
            at = phrase.end;
            cut.push(phrase);
        }
        cut
    }

    fn token(&self, word: Word, is_last: bool) -> Token {
        let own = stem(&word.folded);
        let count = self.vocabulary.count(&word.folded);
        let means = word.number().is_some()
            || word.folded == "$"
            || self.lexicon.knows(&word.folded)
            || !self.lexicon.meanings(&own).is_empty();
        let is_known = means || count > 0 || self.vocabulary.count_stem(&own) > 0;
        let mut candidates = vec![Candidate { folded: word.folded.clone(), stem: own, cost: 0.0, told: false }];
        let mut is_begun = false;
        if !is_known || (self.rare == Rare::Doubted && !means) {
            let frequent = |other: u32| !is_known || other / DOUBTFUL > count;
            if is_last {
                let begun = self.vocabulary.beginning_with(&word.folded).into_iter();
                let begun = begun.filter(|(folded, count)| *folded != word.folded && frequent(*count));
                candidates
                    .extend(begun.take(CANDIDATES).map(|(folded, count)| changed(folded, COST_OF_COMPLETING, count)));
            }
            candidates.extend(self.spellings(&word.folded, frequent));
            is_begun = is_last && (!is_known || candidates.len() > 1);
        }
        let similar = self.lexicon.similar(&candidates[0].stem).iter();
        let synonyms = similar.map(|folded| Candidate {
            stem: stem(folded),
            folded: folded.clone(),
            cost: COST_OF_A_SYNONYM,
            told: false,
        });
        Token { synonyms: synonyms.collect(), word, candidates, is_known, is_begun }
    }

    /// Words that are spelled like an unknown one: one edit from four letters, two from eight, the fewest edits there are.
    fn spellings(&self, folded: &str, frequent: impl Fn(u32) -> bool) -> Vec<Candidate> {
        let letters = folded.chars().count();
        let most = match letters {
            0..=3 => return vec![],
            4..=7 => 1,
            _ => 2,
        };
        for edits in 1..=most {
            let mut found = self.vocabulary.spelled_like(folded, edits);
            let own = self.lexicon.spelled_like(folded, edits);
            found.extend(own.into_iter().map(|(word, distance, count)| (word.to_owned(), distance, count)));
            found.retain(|(word, distance, count)| word != folded && *distance > 0 && frequent(*count));
            // A first letter is seldom wrong.
            let likelihood = |(word, _, count): &(String, u8, u32)| {
                let starts_alike = word.chars().next() == folded.chars().next();
                u64::from(*count) * if starts_alike { 4 } else { 1 }
            };
            found.sort_by(|a, b| likelihood(b).cmp(&likelihood(a)).then_with(|| a.0.cmp(&b.0)));
            found.dedup_by(|a, b| a.0 == b.0);
            if !found.is_empty() {
                let nearest = found.into_iter().take(CANDIDATES);
                let cost = |distance: u8| COST_OF_AN_EDIT * f32::from(distance);
                return nearest.map(|(word, distance, count)| changed(word, cost(distance), count)).collect();
            }
        }
        vec![]
    }

    /// Every phrase that may begin at a place.
    fn phrases(&self, start: usize, currency: Currency) -> Vec<Phrase> {
        let mut found = self.single(start);
        if let Some((wish, len)) = grammar::wish(self, start, currency) {
            let spelled = self.respelled_wish(start, start + len);
            let score = A_WISH * len as f32 - COST_OF_AN_EDIT * spelled.len() as f32;
            // Beside a number a slip is plain enough; by itself "sage" is not "sale".
            if spelled.is_empty() || matches!(wish, Wish::Price(_) | Wish::Rating(_)) {
                found.push(Phrase { start, end: start + len, part: Part::Wish(wish), spelled, score });
            }
        }
        let longest = (start + self.lexicon.longest()).min(self.tokens.len());
        for end in start + 1..=longest {
            found.extend(self.values(start, end));
            if end - start > 1 {
                found.extend(self.said_otherwise(start, end));
            }
        }
        found.extend(self.named_values(start, longest));
        found.extend(self.compound(start));
        found
    }

    /// A word by itself.
    fn single(&self, at: usize) -> Vec<Phrase> {
        let token = &self.tokens[at];
        let phrase = |part, spelled, score| Phrase { start: at, end: at + 1, part, spelled, score };
        if token.word.folded == "$" || grammar::is_filler(&token.word.folded) {
            return vec![phrase(Part::Filler, vec![], A_FILLER)];
        }
        let sought = token.candidates.iter().map(|candidate| {
            let worth = if token.is_known || candidate.told { FOUND } else { UNKNOWN };
            let spelled = if candidate.told { vec![(at, candidate.folded.clone())] } else { vec![] };
            phrase(Part::Sought(self.ways(candidate)), spelled, worth - candidate.cost)
        });
        sought.collect()
    }

    /// The ways in which a word may stand in a text: itself, its synonyms, in two where titles have it so.
    fn ways(&self, candidate: &Candidate) -> Vec<Vec<String>> {
        let mut ways = vec![vec![candidate.stem.clone()]];
        ways.extend(self.lexicon.otherwise(&candidate.stem).iter().cloned());
        let letters: Vec<char> = candidate.folded.chars().collect();
        for split in 1..letters.len().saturating_sub(2) {
            let (one, other): (String, String) = (letters[..split].iter().collect(), letters[split..].iter().collect());
            if self.vocabulary.count(&one) > 0 && self.vocabulary.count(&other) > 0 {
                let halves = vec![stem(&one), stem(&other)];
                if self.vocabulary.count_in_titles(&halves) > 0 {
                    ways.push(halves);
                }
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        ways.retain(|way| seen.insert(way.clone()));
        ways
    }

    /// Two words that the catalogue writes as one: "hand bag".
    fn compound(&self, start: usize) -> Option<Phrase> {
        let (one, other) = (self.tokens.get(start)?, self.tokens.get(start + 1)?);
        let whole = format!("{}{}", one.word.folded, other.word.folded);
        let is_filler = grammar::is_filler(&one.word.folded) || grammar::is_filler(&other.word.folded);
        if whole.len() < 5 || is_filler || one.word.number().is_some() || self.vocabulary.count(&whole) == 0 {
            return None;
        }
        let ways = vec![vec![stem(&whole)], vec![one.candidates[0].stem.clone(), other.candidates[0].stem.clone()]];
        Some(Phrase { start, end: start + 2, part: Part::Sought(ways), spelled: vec![], score: 2.0 * FOUND + 0.1 })
    }

    /// Words that are said otherwise in the catalogue, and are no filter.
    fn said_otherwise(&self, start: usize, end: usize) -> Option<Phrase> {
        let stems: Vec<String> = self.tokens[start..end].iter().map(|token| token.candidates[0].stem.clone()).collect();
        let others = self.lexicon.otherwise(&stems.concat());
        (!others.is_empty()).then(|| {
            let score = (FOUND + 0.1) * stems.len() as f32;
            let ways = std::iter::once(stems).chain(others.iter().cloned()).collect();
            Phrase { start, end, part: Part::Sought(ways), spelled: vec![], score }
        })
    }

    /// The filters that the words from a place to another stand for.
    fn values(&self, start: usize, end: usize) -> Vec<Phrase> {
        // "and" is a brand to some, but hardly in the middle of a text.
        if start > 0 && end - start == 1 && grammar::is_filler(&self.tokens[start].word.folded) {
            return vec![];
        }
        let mut found = Vec::new();
        let mut spellings: Vec<Spelled> = vec![(String::new(), 0.0, Vec::new())];
        for (at, token) in self.tokens.iter().enumerate().take(end).skip(start) {
            if at + 1 == end && token.is_begun {
                found.extend(self.completed(start, end, &spellings));
            }
            let synonyms = token.synonyms.iter().filter(|_| end - start > 1);
            let candidates: Vec<&Candidate> = token.candidates.iter().chain(synonyms).collect();
            spellings = spellings
                .iter()
                .flat_map(|(key, cost, spelled)| {
                    candidates.iter().map(move |candidate| {
                        let mut spelled = spelled.clone();
                        if candidate.told {
                            spelled.push((at, candidate.folded.clone()));
                        }
                        (format!("{key}{}", candidate.stem), cost + candidate.cost, spelled)
                    })
                })
                .take(MAX_SPELLINGS)
                .collect();
        }
        for (key, cost, spelled) in spellings {
            for meaning in self.lexicon.meanings(&key) {
                let score = worth(meaning, end - start) - cost;
                found.push(Phrase { start, end, part: Part::Value(meaning.clone()), spelled: spelled.clone(), score });
            }
        }
        found
    }

    /// Values whose last word was only begun.
    fn completed(&self, start: usize, end: usize, before: &[Spelled]) -> Vec<Phrase> {
        let typed = &self.tokens[end - 1].word.folded;
        let mut found = Vec::new();
        if typed.chars().count() < 2 {
            return found;
        }
        for (key, cost, _) in before {
            for (meaning, written) in self.lexicon.completions(&format!("{key}{typed}")) {
                let score = worth(meaning, end - start) - cost - COST_OF_COMPLETING;
                // The whole phrase is written anew at its last place.
                let gone = (start..end - 1).map(|at| (at, String::new()));
                let spelled = gone.chain([(end - 1, written.to_owned())]).collect();
                found.push(Phrase { start, end, part: Part::Value(meaning.clone()), spelled, score });
            }
        }
        found
    }

    /// "size 42", "red colour": the name of a facet beside one of its values.
    fn named_values(&self, start: usize, longest: usize) -> Vec<Phrase> {
        let facet_at = |at: usize| self.tokens.get(at).and_then(|token| self.lexicon.facet(&token.candidates[0].stem));
        let named = |phrase: Phrase, facet: &str, start: usize, end: usize| {
            let fits = matches!(&phrase.part, Part::Value(meaning) if meaning.facet == facet);
            fits.then_some(Phrase { start, end, score: phrase.score + A_VALUE + FOUND, ..phrase })
        };
        let mut found = Vec::new();
        if let Some(facet) = facet_at(start) {
            for end in start + 2..=(longest + 1).min(self.tokens.len()) {
                found.extend(self.values(start + 1, end).into_iter().filter_map(|p| named(p, facet, start, end)));
            }
        }
        for end in start + 1..longest {
            if let Some(facet) = facet_at(end) {
                found.extend(self.values(start, end).into_iter().filter_map(|p| named(p, facet, start, end + 1)));
            }
        }
        found
    }

    fn respelled_wish(&self, start: usize, end: usize) -> Vec<(usize, String)> {
        let grammar = grammar::spellable();
        let places = (start..end).filter(|at| !self.tokens[*at].is_known);
        let fixed = places.filter_map(|at| {
            let meant = self.tokens[at].candidates.iter().find(|c| c.told && grammar.contains(&c.folded.as_str()))?;
            Some((at, meant.folded.clone()))
        });
        fixed.collect()
    }
}

/// What a filter of so many words is worth.
fn worth(meaning: &Meaning, words: usize) -> f32 {
    let kind = match meaning.kind {
        FacetKind::Option => 0.2,
        FacetKind::Category => 0.15,
        FacetKind::Attribute => 0.1,
        _ => 0.0,
    };
    let common = (1.0 + meaning.count as f32).ln() / 30.0;
    // A long name that hardly any product has is rather two names side by side.
    let borne = 0.5 + 0.5 * ((1.0 + meaning.count as f32).ln() / 4.0).min(1.0);
    A_VALUE * words as f32 + A_LONGER_PHRASE * borne * (words - 1) as f32 + kind + common - meaning.doubt
}

/// Another spelling; the more common, the cheaper.
fn changed(folded: String, cost: f32, count: u32) -> Candidate {
    let common = (1.0 + count as f32).ln() / 40.0;
    Candidate { stem: stem(&folded), folded, cost: (cost - common).max(0.05), told: true }
}

impl grammar::Words for Lattice<'_> {
    fn is(&self, at: usize, word: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token.candidates.iter().any(|candidate| candidate.folded == word))
    }

    fn number(&self, at: usize) -> Option<String> {
        self.tokens.get(at).and_then(|token| token.word.number())
    }

    fn gap(&self, at: usize) -> Gap {
        self.tokens.get(at).map_or(Gap::Start, |token| token.word.gap)
    }
}
