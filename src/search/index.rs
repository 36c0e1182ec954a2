//! The text index: finds and ranks products by words. Filtering and counting are the table's business.
//!
//! It is Tantivy, in a folder of this node. Each commit carries the position in the change log that it has taken in,
//! so that a node that was away, or was killed, goes on from there.

use super::view::TextView;
use super::{load::Document, tokens::WordTokenizer};
use crate::domain::search::reading::words;
use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};
use tantivy::{
    DocId, Index, IndexReader, IndexWriter, ReloadPolicy, Score, SegmentReader, TantivyDocument, Term,
    directory::MmapDirectory,
    index::SegmentId,
    schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{LowerCaser, RawTokenizer, TextAnalyzer},
};
use uuid::Uuid;

/// Raised when documents are made in another way, so that an older index is built anew.
const VERSION: u32 = 3;
const WRITER_MEMORY: usize = 32 << 20;
const WORDS: &str = "words";
const SPELLINGS: &str = "spellings";
const CODES: &str = "codes";

#[derive(Clone, Copy)]
pub(super) struct Fields {
    id: Field,
    id_high: Field,
    id_low: Field,
    pub(super) codes: Field,
    /// The stems of the whole title as one term.
    pub(super) whole_title: Field,
    /// Every word as it is spelled, not stemmed.
    pub(super) spellings: Field,
    pub(super) title: Field,
    brand: Field,
    categories: Field,
    words: Field,
    pub(super) description: Field,
}

impl Fields {
    fn new() -> (Schema, Self) {
        let mut schema = Schema::builder();
        let text = |tokenizer: &str, option: IndexRecordOption| {
            let indexing = TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(option);
            TextOptions::default().set_indexing_options(indexing)
        };
        let (phrases, counted, bare) =
            (IndexRecordOption::WithFreqsAndPositions, IndexRecordOption::WithFreqs, IndexRecordOption::Basic);
        let fields = Self {
            id: schema.add_bytes_field("id", INDEXED),
            id_high: schema.add_u64_field("id_high", FAST),
            id_low: schema.add_u64_field("id_low", FAST),
            codes: schema.add_text_field("codes", text(CODES, bare)),
            whole_title: schema.add_text_field("whole_title", text(CODES, bare)),
            spellings: schema.add_text_field("spellings", text(SPELLINGS, bare)),
            title: schema.add_text_field("title", text(WORDS, phrases)),
            brand: schema.add_text_field("brand", text(WORDS, phrases)),
            categories: schema.add_text_field("categories", text(WORDS, phrases)),
            words: schema.add_text_field("words", text(WORDS, phrases)),
            description: schema.add_text_field("description", text(WORDS, counted)),
        };
        (schema.build(), fields)
    }

    /// What a word weighs in each field.
    pub(super) fn weights(&self) -> [(Field, Score); 5] {
        [(self.title, 4.0), (self.brand, 3.0), (self.categories, 3.0), (self.words, 2.0), (self.description, 1.0)]
    }
}

/// A text index in a folder.
pub struct TextIndex {
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
        let codes = TextAnalyzer::builder(RawTokenizer::default()).filter(LowerCaser).build();
        index.tokenizers().register(WORDS, TextAnalyzer::from(WordTokenizer::Stems));
        index.tokenizers().register(SPELLINGS, TextAnalyzer::from(WordTokenizer::Spellings));
        index.tokenizers().register(CODES, codes);
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let writer = Mutex::new(index.writer_with_num_threads(1, WRITER_MEMORY)?);
        Ok(Self { reader, writer, fields, ordinals: Mutex::default() })
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
        doc.add_text(fields.whole_title, whole_title(&document.title));
        for text in [&document.title, &document.brand, &document.categories, &document.words, &document.description] {
            doc.add_text(fields.spellings, text);
        }
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
        Ok(TextView::new(searcher, ordinals, self.fields))
    }
}

/// The term of a title as a whole.
pub(super) fn whole_title(title: &str) -> String {
    words::words(title).iter().map(words::Word::stem).collect::<Vec<_>>().join(" ")
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
