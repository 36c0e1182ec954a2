//! The text index: finds and ranks products by words. Filtering and counting are the table's business.
//!
//! It is Tantivy, in a folder of this node. Each commit carries the position in the change log that it has taken in,
//! so that a node that was away, or was killed, goes on from there.

use super::load::Document;
use crate::domain::text;
use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};
use tantivy::{
    DocId, Index, IndexReader, IndexWriter, ReloadPolicy, Score, Searcher, SegmentOrdinal, SegmentReader,
    TantivyDocument, Term,
    collector::{Collector, SegmentCollector},
    directory::MmapDirectory,
    index::SegmentId,
    query::{BooleanQuery, BoostQuery, DisjunctionMaxQuery, FuzzyTermQuery, Occur, Query, TermQuery},
    schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer, TextAnalyzer},
};
use uuid::Uuid;

/// Raised when documents are made in another way, so that an older index is built anew.
const VERSION: u32 = 2;
const WRITER_MEMORY: usize = 32 << 20;
const WORDS: &str = "words";
const CODES: &str = "codes";
/// More words than that find nothing more.
const MAX_WORDS: usize = 16;

struct Fields {
    id: Field,
    id_high: Field,
    id_low: Field,
    codes: Field,
    title: Field,
    brand: Field,
    categories: Field,
    words: Field,
    description: Field,
}

impl Fields {
    fn new() -> (Schema, Self) {
        let mut schema = Schema::builder();
        let text = |tokenizer: &str| {
            let indexing =
                TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(IndexRecordOption::WithFreqs);
            TextOptions::default().set_indexing_options(indexing)
        };
        let fields = Self {
            id: schema.add_bytes_field("id", INDEXED),
            id_high: schema.add_u64_field("id_high", FAST),
            id_low: schema.add_u64_field("id_low", FAST),
            codes: schema.add_text_field("codes", text(CODES)),
            title: schema.add_text_field("title", text(WORDS)),
            brand: schema.add_text_field("brand", text(WORDS)),
            categories: schema.add_text_field("categories", text(WORDS)),
            words: schema.add_text_field("words", text(WORDS)),
            description: schema.add_text_field("description", text(WORDS)),
        };
        (schema.build(), fields)
    }

    /// What a word weighs in each field.
    fn weights(&self) -> [(Field, Score); 5] {
        [(self.title, 4.0), (self.brand, 3.0), (self.categories, 3.0), (self.words, 2.0), (self.description, 1.0)]
    }
}

/// A text index in a folder.
pub struct TextIndex {
    index: Index,
    reader: IndexReader,
    writer: Mutex<IndexWriter>,
    fields: Fields,
    /// For each of Tantivy's segments the table's ordinals of its documents.
    ordinals: Mutex<HashMap<SegmentId, Arc<Vec<u32>>>>,
}

/// Where a commit stands in the change log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mark {
    /// The newest entry that was applied.
    pub last: Uuid,
    /// No entry up to this one is still to come.
    pub settled: Uuid,
}

impl TextIndex {
    /// Makes an empty index in a folder that does not exist.
    pub fn create(folder: &Path) -> tantivy::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let (schema, fields) = Fields::new();
        let settings = tantivy::IndexSettings::default();
        let index = Index::create(MmapDirectory::open(folder)?, schema, settings)?;
        Self::with(index, fields)
    }

    /// Opens an index that was committed by this version of the program and is whole; gives its mark.
    pub fn open(folder: &Path) -> tantivy::Result<Option<(Self, Mark)>> {
        let (schema, fields) = Fields::new();
        let index = Index::open_in_dir(folder)?;
        if index.schema() != schema || !index.validate_checksum()?.is_empty() {
            return Ok(None);
        }
        let Some(mark) = index.load_metas()?.payload.as_deref().and_then(read_payload) else { return Ok(None) };
        Ok(Some((Self::with(index, fields)?, mark)))
    }

    fn with(index: Index, fields: Fields) -> tantivy::Result<Self> {
        let words = TextAnalyzer::builder(SimpleTokenizer::default())
            .filter(RemoveLongFilter::limit(60))
            .filter(LowerCaser)
            .filter(AsciiFoldingFilter)
            .filter(Stemmer::new(Language::English))
            .build();
        let codes = TextAnalyzer::builder(tantivy::tokenizer::RawTokenizer::default()).filter(LowerCaser).build();
        index.tokenizers().register(WORDS, words);
        index.tokenizers().register(CODES, codes);
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let writer = Mutex::new(index.writer_with_num_threads(1, WRITER_MEMORY)?);
        Ok(Self { index, reader, writer, fields, ordinals: Mutex::default() })
    }

    /// Takes in documents, replacing those of the same products, and takes out others. Seen after [`Self::commit`].
    pub fn write(&self, put: &[Document], removed: &[u128]) -> tantivy::Result<()> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        for id in put.iter().map(|document| document.id).chain(removed.iter().copied()) {
            writer.delete_term(Term::from_field_bytes(self.fields.id, &id.to_be_bytes()));
        }
        for document in put {
            writer.add_document(self.document(document))?;
        }
        Ok(())
    }

    fn document(&self, document: &Document) -> TantivyDocument {
        let fields = &self.fields;
        let mut doc = TantivyDocument::default();
        doc.add_bytes(fields.id, &document.id.to_be_bytes());
        doc.add_u64(fields.id_high, (document.id >> 64) as u64);
        doc.add_u64(fields.id_low, document.id as u64);
        document.codes.iter().for_each(|code| doc.add_text(fields.codes, code));
        doc.add_text(fields.title, &document.title);
        doc.add_text(fields.brand, &document.brand);
        doc.add_text(fields.categories, &document.categories);
        doc.add_text(fields.words, &document.words);
        doc.add_text(fields.description, &document.description);
        doc
    }

    /// Makes what was written durable and visible, as of a mark in the change log.
    pub fn commit(&self, mark: Mark) -> tantivy::Result<()> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(&format!("{VERSION} {} {}", mark.last, mark.settled));
        commit.commit()?;
        drop(writer);
        self.reader.reload()
    }

    /// The index as it is now. `ordinal` gives the place of a product in the table.
    pub fn view(&self, ordinal: impl Fn(u128) -> Option<u32>) -> tantivy::Result<TextView> {
        let searcher = self.reader.searcher();
        let mut known = self.ordinals.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kept = HashMap::new();
        let mut ordinals = Vec::new();
        for segment in searcher.segment_readers() {
            let id = segment.segment_id();
            let places = match known.remove(&id) {
                Some(places) => places,
                None => Arc::new(places_of(segment, &ordinal)?),
            };
            kept.insert(id, places.clone());
            ordinals.push(places);
        }
        *known = kept;
        Ok(TextView {
            searcher,
            ordinals,
            weights: self.fields.weights(),
            codes: self.fields.codes,
            index: self.index.clone(),
        })
    }
}

fn read_payload(payload: &str) -> Option<Mark> {
    let mut words = payload.split(' ');
    (words.next()?.parse() == Ok(VERSION)).then_some(())?;
    Some(Mark { last: words.next()?.parse().ok()?, settled: words.next()?.parse().ok()? })
}

/// The table's ordinal of each document of a segment; `u32::MAX` for one the table does not know.
fn places_of(segment: &SegmentReader, ordinal: &impl Fn(u128) -> Option<u32>) -> tantivy::Result<Vec<u32>> {
    let (high, low) = (segment.fast_fields().u64("id_high")?, segment.fast_fields().u64("id_low")?);
    let place = |doc: DocId| {
        let id = u128::from(high.first(doc)?) << 64 | u128::from(low.first(doc)?);
        ordinal(id)
    };
    Ok((0..segment.max_doc()).map(|doc| place(doc).unwrap_or(u32::MAX)).collect())
}

/// Whether a text's last word may be only begun.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Typing {
    Done,
    GoesOn,
}

/// The index at one moment, with the places of its documents in the table of the same moment.
pub struct TextView {
    searcher: Searcher,
    ordinals: Vec<Arc<Vec<u32>>>,
    weights: [(Field, Score); 5],
    codes: Field,
    index: Index,
}

impl TextView {
    /// How well each of the table's places matches a text; 0 where not at all.
    pub fn scores(&self, text: &str, typing: Typing, places: usize) -> tantivy::Result<Vec<f32>> {
        let query = self.query(text, typing)?;
        self.searcher.search(&query, &Scores { ordinals: &self.ordinals, places })
    }

    /// Every word must be found in some field, the best of which counts; a code counts above all.
    fn query(&self, text: &str, typing: Typing) -> tantivy::Result<BooleanQuery> {
        let mut analyzer = self
            .index
            .tokenizers()
            .get(WORDS)
            .ok_or_else(|| tantivy::TantivyError::InternalError("no analyzer of words".into()))?;
        let mut words: Vec<String> = Vec::new();
        analyzer.token_stream(text).process(&mut |token| {
            if words.len() < MAX_WORDS && !words.contains(&token.text) {
                words.push(token.text.clone());
            }
        });
        let mut ways: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let unfinished = match typing {
            Typing::GoesOn => words.pop(),
            Typing::Done => None,
        };
        let mut every: Vec<_> = words.iter().map(|word| (Occur::Must, self.word(word))).collect();
        if let (Some(word), Some(typed)) = (unfinished, text::key(text).split(' ').next_back()) {
            every.push((Occur::Must, self.beginning(&word, typed)));
        }
        if !every.is_empty() {
            ways.push((Occur::Should, Box::new(BooleanQuery::new(every))));
        }
        let code = Term::from_field_text(self.codes, &text.trim().to_lowercase());
        let code = TermQuery::new(code, IndexRecordOption::Basic);
        ways.push((Occur::Should, Box::new(BoostQuery::new(Box::new(code), 1_000.0))));
        Ok(BooleanQuery::new(ways))
    }

    /// The word as it stands, else any that begins with what was typed of it.
    fn beginning(&self, word: &str, typed: &str) -> Box<dyn Query> {
        let begins = |(field, weight): (Field, Score)| -> Box<dyn Query> {
            let prefix = FuzzyTermQuery::new_prefix(Term::from_field_text(field, typed), 0, false);
            Box::new(BoostQuery::new(Box::new(prefix), weight))
        };
        let ways = std::iter::once(self.word(word)).chain(self.weights.map(begins));
        Box::new(DisjunctionMaxQuery::new(ways.collect()))
    }

    fn word(&self, word: &str) -> Box<dyn Query> {
        let in_field = |(field, weight): (Field, Score)| -> Box<dyn Query> {
            let term = TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs);
            Box::new(BoostQuery::new(Box::new(term), weight))
        };
        Box::new(DisjunctionMaxQuery::with_tie_breaker(self.weights.map(in_field).into(), 0.2))
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
