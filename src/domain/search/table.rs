//! All products of the shop, as segments of columns, with the numbers of everything they can be filtered by.
//!
//! A product keeps its place (its *ordinal*) for as long as the table lives. A change copies the one segment it
//! falls into, so that a search that is under way goes on in what it began with, and a clone costs next to nothing.

use super::{
    facets::Facets,
    segment::{SEGMENT_SIZE, Segment},
};
use crate::domain::{catalog::Rating, money::Currency};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// A product as it enters the table.
#[derive(Clone, Debug, Default)]
pub struct Record {
    pub id: u128,
    pub handle: String,
    pub title: String,
    /// The first picture's address, or empty.
    pub picture: String,
    pub brand: String,
    /// `(slug path, name)` from the root down.
    pub categories: Vec<(String, String)>,
    /// `(name, value)`; a name may come more than once.
    pub attributes: Vec<(String, String)>,
    /// The names of the options.
    pub options: Vec<String>,
    /// Milliseconds since 1970.
    pub created: i64,
    pub popularity: u32,
    pub rating: Rating,
    pub skus: Vec<SkuRecord>,
}

/// One SKU of a [`Record`].
#[derive(Clone, Debug, Default)]
pub struct SkuRecord {
    pub code: String,
    pub options: Vec<String>,
    /// Minor units.
    pub price: i64,
    pub was: Option<i64>,
    pub in_stock: bool,
    /// The address of the picture that shows it, or empty.
    pub picture: String,
}

/// What happened to a product.
#[derive(Clone, Debug)]
pub enum Change {
    /// It is new, or is now like this.
    Put(Box<Record>),
    /// It is gone, or no longer for sale.
    Remove(u128),
}

impl Change {
    fn id(&self) -> u128 {
        match self {
            Self::Put(record) => record.id,
            Self::Remove(id) => *id,
        }
    }
}

/// The table as searches see it: cheap to clone, never changed.
#[derive(Clone, Debug)]
pub struct Table {
    pub currency: Currency,
    pub facets: Arc<Facets>,
    pub segments: Vec<Arc<Segment>>,
}

/// The one who changes the table; [`TableWriter::table`] is its newest state.
#[derive(Debug)]
pub struct TableWriter {
    table: Table,
    ordinals: HashMap<u128, u32>,
}

impl Table {
    /// An empty table of prices in `currency`.
    #[must_use]
    pub fn new(currency: Currency) -> Self {
        Self { currency, facets: Arc::default(), segments: vec![] }
    }

    /// How many places there are: one more than the largest ordinal.
    #[must_use]
    pub fn places(&self) -> usize {
        self.segments.last().map_or(0, |last| (self.segments.len() - 1) * SEGMENT_SIZE + last.len())
    }

    /// The segment and row of a place.
    #[must_use]
    pub fn at(&self, ordinal: u32) -> (&Segment, usize) {
        let ordinal = ordinal as usize;
        (&self.segments[ordinal / SEGMENT_SIZE], ordinal % SEGMENT_SIZE)
    }
}

impl TableWriter {
    #[must_use]
    pub fn new(currency: Currency) -> Self {
        Self { table: Table::new(currency), ordinals: HashMap::new() }
    }

    #[must_use]
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The place of a product.
    #[must_use]
    pub fn ordinal(&self, id: u128) -> Option<u32> {
        self.ordinals.get(&id).copied()
    }

    /// Takes in changes. The last change of one product counts.
    pub fn apply(&mut self, changes: Vec<Change>) {
        let last: BTreeMap<u128, Change> = changes.into_iter().map(|change| (change.id(), change)).collect();
        let mut edits: BTreeMap<usize, HashMap<usize, Change>> = BTreeMap::new();
        let mut added = Vec::new();
        for (id, change) in last {
            match (self.ordinal(id), change) {
                (Some(at), change) => {
                    let at = at as usize;
                    edits.entry(at / SEGMENT_SIZE).or_default().insert(at % SEGMENT_SIZE, change);
                }
                (None, Change::Put(record)) => added.push(record),
                (None, Change::Remove(_)) => {}
            }
        }
        for (segment, rows) in edits {
            self.rewrite(segment, &rows);
        }
        for record in added {
            self.append(&record);
        }
    }

    fn rewrite(&mut self, segment: usize, changes: &HashMap<usize, Change>) {
        let facets = Arc::make_mut(&mut self.table.facets);
        let old = &self.table.segments[segment];
        let mut new = Segment::default();
        for row in 0..old.len() {
            match changes.get(&row) {
                Some(Change::Put(record)) => new.push(record, facets, true),
                Some(Change::Remove(id)) => new.push(&Record { id: *id, ..Record::default() }, facets, false),
                None => new.copy_row(old, row),
            }
        }
        self.table.segments[segment] = Arc::new(new);
    }

    fn append(&mut self, record: &Record) {
        let ordinal = u32::try_from(self.table.places()).unwrap_or(u32::MAX);
        if self.table.segments.last().is_none_or(|last| last.len() == SEGMENT_SIZE) {
            self.table.segments.push(Arc::default());
        }
        if let Some(last) = self.table.segments.last_mut() {
            Arc::make_mut(last).push(record, Arc::make_mut(&mut self.table.facets), true);
            self.ordinals.insert(record.id, ordinal);
        }
    }
}
