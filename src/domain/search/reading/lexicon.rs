//! What words mean in this shop: its own brands, categories, options and attributes, and the synonyms it keeps.

use super::{
    synonyms::Rule,
    words::{Gap, Word, words},
};
use crate::domain::search::{
    Facet, FacetValue,
    facets::{FacetKind, is_within},
};
use std::collections::{HashMap, HashSet};

/// Longer names are no phrase that somebody types.
const MAX_WORDS: usize = 7;
/// How many completions of a word that was begun are looked at.
const COMPLETIONS: usize = 6;

/// A filter that words stand for.
#[derive(Clone, PartialEq, Debug)]
pub struct Meaning {
    /// The parameter in the address, and its kind.
    pub facet: String,
    pub kind: FacetKind,
    /// The keys of the values, the closest first.
    pub values: Vec<String>,
    /// Of these (or of what lies below them) what the words fit best: shown first.
    pub preferred: Vec<String>,
    /// Products that have one of the values.
    pub count: u32,
    /// How sure it is: 0 for the shop's own name, more for a part of a name or a synonym.
    pub doubt: f32,
}

/// The words of a shop.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// By the stems of its words run together, so that `handbag` and `hand bag` are one phrase.
    phrases: HashMap<String, Vec<Meaning>>,
    /// `(stems with the last word whole, phrase, words as the shop writes them)`, sorted: for words that are only begun.
    endings: Vec<(String, String, String)>,
    /// Names of facets, by stem.
    facets: HashMap<String, String>,
    /// Synonyms of one word by one word, by stem; folded.
    similar: HashMap<String, Vec<String>>,
    /// Other ways to say a phrase, each as stems.
    otherwise: HashMap<String, Vec<Vec<String>>>,
    /// Words that the catalogue need not have, for spelling: folded, with how often they are meant.
    own_words: Vec<(String, u32)>,
    /// The words of all phrases, folded.
    words: HashSet<String>,
    longest: usize,
}

/// The key of a phrase.
pub fn joined(words: &[Word]) -> String {
    words.iter().map(Word::stem).collect()
}

impl Lexicon {
    /// From all facets with all their values, and the synonyms. `grammar` are the words that the reading knows itself.
    #[must_use]
    pub fn new(facets: &[Facet], rules: &[Rule], grammar: &[&str]) -> Self {
        let mut lexicon = Self { longest: 1, ..Self::default() };
        for facet in facets {
            lexicon.take_facet(facet);
        }
        lexicon.drop_nested();
        lexicon.take_rules(rules);
        lexicon.own_words.extend(grammar.iter().map(|word| ((*word).to_owned(), 100)));
        lexicon.own_words.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
        lexicon.own_words.dedup_by(|a, b| a.0 == b.0);
        lexicon.endings.sort_unstable();
        lexicon.endings.dedup();
        lexicon
    }

    /// What the words with these stems mean, run together.
    #[must_use]
    pub fn meanings(&self, key: &str) -> &[Meaning] {
        self.phrases.get(key).map_or(&[], Vec::as_slice)
    }

    /// The facet of that name: "size", "colour".
    #[must_use]
    pub fn facet(&self, stem: &str) -> Option<&str> {
        self.facets.get(stem).map(String::as_str)
    }

    /// Whether a word stands just so in a phrase, a rule or the grammar.
    #[must_use]
    pub fn knows(&self, folded: &str) -> bool {
        self.words.contains(folded) || self.own_words.binary_search_by(|(own, _)| own.as_str().cmp(folded)).is_ok()
    }

    /// The most words a phrase has.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// Words that mean the same as a word.
    #[must_use]
    pub fn similar(&self, stem: &str) -> &[String] {
        self.similar.get(stem).map_or(&[], Vec::as_slice)
    }

    /// Other ways to say a phrase, as stems.
    #[must_use]
    pub fn otherwise(&self, key: &str) -> &[Vec<String>] {
        self.otherwise.get(key).map_or(&[], Vec::as_slice)
    }

    /// Phrases that begin like this (the stems of all words but the last, and of that as much as was typed), those of
    /// most products first: the meanings, and how the phrase is written.
    #[must_use]
    pub fn completions(&self, typed: &str) -> Vec<(&Meaning, &str)> {
        let from = self.endings.partition_point(|(ending, ..)| ending.as_str() < typed);
        let begins = self.endings[from..].iter().take_while(|(ending, ..)| ending.starts_with(typed));
        let mut found: Vec<(&Meaning, &str)> = begins
            .filter_map(|(_, key, written)| {
                let best = self.meanings(key).iter().max_by_key(|meaning| meaning.count)?;
                Some((best, written.as_str()))
            })
            .collect();
        found.sort_by(|a, b| b.0.count.cmp(&a.0.count).then_with(|| a.1.cmp(b.1)));
        found.truncate(COMPLETIONS);
        found
    }

    /// Words of rules and of the grammar that are spelled like one, with the number of edits.
    #[must_use]
    pub fn spelled_like(&self, word: &str, edits: u8) -> Vec<(&str, u8, u32)> {
        let near = self.own_words.iter().filter_map(|(own, count)| {
            let may_be = own.len() > 3 && own.len().abs_diff(word.len()) <= 4 * usize::from(edits);
            let distance = may_be.then(|| strsim::osa_distance(own, word))?;
            (distance <= usize::from(edits)).then_some((own.as_str(), distance as u8, *count))
        });
        near.collect()
    }

    fn take_facet(&mut self, facet: &Facet) {
        if !matches!(facet.kind, FacetKind::Category | FacetKind::Brand | FacetKind::Option | FacetKind::Attribute) {
            return;
        }
        let names = words(&facet.label);
        if let [name] = names.as_slice() {
            self.facets.insert(name.stem(), facet.name.clone());
            if name.folded == "colour" {
                self.facets.insert("color".into(), facet.name.clone());
            }
            self.words.insert(name.folded.clone());
        }
        for value in &facet.values {
            let label = words(&value.label);
            // A bare number is a size before it is a year.
            let is_number = label.len() == 1 && label[0].number().is_some();
            if is_number && facet.kind == FacetKind::Attribute {
                continue;
            }
            self.put(&label, meaning(facet, value, 0.0));
            if facet.kind == FacetKind::Category {
                let parts = parts(&label);
                parts.into_iter().for_each(|part| self.put(part, meaning(facet, value, 0.4)));
            }
        }
    }

    fn put(&mut self, label: &[Word], meaning: Meaning) {
        if label.is_empty() || label.len() > MAX_WORDS {
            return;
        }
        let key = joined(label);
        self.longest = self.longest.max(label.len() + 1);
        self.words.extend(label.iter().map(|word| word.folded.clone()));
        self.put_ending(label, &key);
        let known = self.phrases.entry(key).or_default();
        match known.iter_mut().find(|known| known.facet == meaning.facet) {
            // Of one name, the whole name is meant before a part of another.
            Some(known) if known.doubt < meaning.doubt => {}
            Some(known) if known.doubt > meaning.doubt => *known = meaning,
            Some(known) => {
                known.count += meaning.count;
                known.values.extend(meaning.values);
            }
            None => known.push(meaning),
        }
    }

    /// Notes how a phrase is found while it is typed.
    fn put_ending(&mut self, label: &[Word], key: &str) {
        if let Some((last, before)) = label.split_last() {
            let written: Vec<&str> = label.iter().map(|word| word.folded.as_str()).collect();
            self.endings.push((joined(before) + &last.folded, key.to_owned(), written.join(" ")));
        }
    }

    /// Of categories of one name those that lie in another of them are what is preferred there.
    fn drop_nested(&mut self) {
        for meaning in self.phrases.values_mut().flatten().filter(|meaning| meaning.kind == FacetKind::Category) {
            let all = std::mem::take(&mut meaning.values);
            (meaning.preferred, meaning.values) = all.iter().cloned().partition(|path| lies_in(path, &all));
        }
    }

    fn take_rules(&mut self, rules: &[Rule]) {
        let mut added: Vec<(String, Meaning)> = Vec::new();
        for rule in rules {
            for (from, to) in rule.directions() {
                let from = words(from);
                let to: Vec<Vec<Word>> = to.into_iter().map(words).collect();
                if from.is_empty() || from.len() > MAX_WORDS {
                    continue;
                }
                self.own_words.extend(from.iter().map(|word| (word.folded.clone(), 50)));
                self.longest = self.longest.max(from.len() + 1);
                let key = joined(&from);
                if let [word] = from.as_slice() {
                    let ones = to.iter().filter_map(|way| <&[Word; 1]>::try_from(way.as_slice()).ok());
                    self.similar.entry(word.stem()).or_default().extend(ones.map(|[one]| one.folded.clone()));
                }
                let ways = self.otherwise.entry(key.clone()).or_default();
                ways.extend(to.iter().map(|way| way.iter().map(Word::stem).collect::<Vec<_>>()));
                if let Some(meaning) = self.meaning_of_all(&to) {
                    self.put_ending(&from, &key);
                    added.push((key, meaning));
                }
            }
        }
        // Only now: a rule speaks of what the catalogue has, not of other rules.
        for (key, meaning) in added {
            self.add_synonym(key, meaning);
        }
    }

    /// The filter that ways to say something stand for: of the first that stands for any, with all others of its facet.
    fn meaning_of_all(&self, ways: &[Vec<Word>]) -> Option<Meaning> {
        let mut found: Option<Meaning> = None;
        for way in ways {
            let best = self
                .meanings(&joined(way))
                .iter()
                .max_by(|a, b| b.doubt.total_cmp(&a.doubt).then(a.count.cmp(&b.count)));
            match (&mut found, best) {
                (None, Some(best)) => {
                    found = Some(Meaning { preferred: best.values.clone(), doubt: 0.3, ..best.clone() })
                }
                (Some(found), Some(best)) if found.facet == best.facet => extend(found, best),
                _ => {}
            }
        }
        found
    }

    fn add_synonym(&mut self, key: String, meaning: Meaning) {
        let known = self.phrases.entry(key).or_default();
        match known.iter_mut().find(|known| known.facet == meaning.facet) {
            Some(known) => {
                // What the shop says of a part of its own category is what is meant by it first.
                let parts: Vec<String> =
                    meaning.values.iter().filter(|path| lies_in(path, &known.values)).cloned().collect();
                if !parts.is_empty() {
                    known.preferred.extend(parts);
                } else if known.preferred.is_empty() {
                    known.preferred.clone_from(&known.values);
                }
                extend(known, &meaning);
            }
            None => known.push(meaning),
        }
    }
}

fn extend(meaning: &mut Meaning, other: &Meaning) {
    for value in &other.values {
        let covered = meaning.kind == FacetKind::Category && lies_in(value, &meaning.values);
        if !covered && !meaning.values.contains(value) {
            meaning.values.push(value.clone());
        }
    }
    meaning.count += other.count;
}

/// Whether a category lies below one of several.
fn lies_in(path: &str, values: &[String]) -> bool {
    values.iter().any(|above| path != above && is_within(path, above))
}

fn meaning(facet: &Facet, value: &FacetValue, doubt: f32) -> Meaning {
    Meaning {
        facet: facet.name.clone(),
        kind: facet.kind,
        values: vec![crate::domain::text::key(&value.value)],
        preferred: vec![],
        count: value.count,
        doubt,
    }
}

/// The parts of a name that names several things: "Perfume and Body Mist", "Loungewear/Nightwear".
fn parts(label: &[Word]) -> Vec<&[Word]> {
    let slashed = label.chunk_by(|_, next| next.gap != Gap::Other);
    let parts: Vec<&[Word]> =
        slashed.flat_map(|part| part.split(|word| word.folded == "and")).filter(|part| !part.is_empty()).collect();
    if parts.len() > 1 { parts } else { vec![] }
}
