//! This node's search: the table and the text index at one moment, and the task that keeps them up with the shop.
//!
//! The task follows the change log of the database. It reads it with an overlap, because the order of ids is not the
//! order of commits, and applies every entry once; when the log has been quiet for as long as the overlap, everything
//! in it is settled and not read again. A published [`Snapshot`] is never changed, so a search sees one
//! moment from beginning to end, and a rebuild happens beside it.

use super::{
    index::{Mark, TextIndex},
    load::{self, CategorySteps, Document},
    snapshot::Snapshot,
    store::{self, ChangeRow, REBUILD, SYNONYMS},
    synonyms,
};
use crate::{
    catalog::store as catalog,
    db::Db,
    domain::{
        money::Currency,
        search::{
            Change, Criteria, TableWriter, evaluate,
            reading::{Lexicon, Rule, grammar_words},
        },
    },
};
use arc_swap::ArcSwapOption;
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::watch;
use uuid::Uuid;

/// How often the change log is looked at.
const POLL: Duration = Duration::from_millis(200);
/// How far back the log is read again, in milliseconds: longer than any transaction that writes to it.
const OVERLAP: u64 = 10_000;
const CHANGES_AT_ONCE: i64 = 2_000;
const PRODUCTS_AT_ONCE: i64 = 1_000;
/// How often the words of the shop are gathered anew while products change.
const WORDS_KEPT: Duration = Duration::from_secs(30);

/// Why the index does not work.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("index: {0}")]
    Index(#[from] tantivy::TantivyError),
    #[error("index folder: {0}")]
    Io(#[from] std::io::Error),
    #[error("the indexing task was stopped")]
    Stopped(#[from] tokio::task::JoinError),
}

/// Where searches are run.
pub struct SearchEngine {
    current: ArcSwapOption<Snapshot>,
    ready: watch::Sender<bool>,
}

impl Default for SearchEngine {
    fn default() -> Self {
        Self { current: ArcSwapOption::empty(), ready: watch::Sender::new(false) }
    }
}

impl SearchEngine {
    #[must_use]
    pub fn is_ready(&self) -> bool {
        *self.ready.borrow()
    }

    /// The newest snapshot; waits for the first one after a start.
    pub async fn snapshot(&self) -> Arc<Snapshot> {
        loop {
            if let Some(snapshot) = self.current.load_full() {
                return snapshot;
            }
            // The sender lives as long as self, so this cannot fail.
            let _ = self.ready.subscribe().wait_for(|ready| *ready).await;
        }
    }

    /// The newest snapshot's version; 0 before there is one.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.current.load().as_ref().map_or(0, |snapshot| snapshot.version)
    }

    fn publish(&self, snapshot: Snapshot) {
        self.current.store(Some(Arc::new(snapshot)));
        self.ready.send_replace(true);
    }
}

/// Keeps an engine up with the database.
pub struct Follower {
    engine: Arc<SearchEngine>,
    db: Db,
    currency: Currency,
    folder: PathBuf,
    table: TableWriter,
    index: Arc<TextIndex>,
    /// How far the log was applied.
    mark: Mark,
    /// Entries applied that a next reading will meet again.
    applied: BTreeSet<Uuid>,
    /// When the log last had something new.
    news: Instant,
    version: u64,
    /// Whether something was applied that is not published yet.
    unpublished: bool,
    rules: Vec<Rule>,
    lexicon: Arc<Lexicon>,
    /// When the lexicon was made, and of how many values.
    lexicon_of: Option<(Instant, usize)>,
}

/// The log as it was before something was loaded, which therefore holds all of it.
struct Covered {
    last: Uuid,
    /// The entries of the overlap.
    entries: BTreeSet<Uuid>,
}

impl Follower {
    /// Loads the table, opens the index or builds it where it is missing, broken or left behind, and publishes both.
    pub async fn start(
        engine: Arc<SearchEngine>,
        db: Db,
        currency: Currency,
        data_dir: &Path,
    ) -> Result<Self, SearchError> {
        let folder = data_dir.join("search");
        let covered = Covered::read(&db).await?;
        let kept = open_current(&folder).await;
        let behind = match &kept {
            Some((_, mark)) => is_trimmed_past(&db, mark.last).await?,
            None => true,
        };
        let mut table = TableWriter::new(currency);
        let (index, mark, applied) = match kept {
            Some((index, mark)) if !behind => {
                load_all(&db, currency, &mut table, None).await?;
                (index, mark, BTreeSet::new())
            }
            _ => {
                let mark = covered.mark();
                (build(&db, currency, &mut table, &folder, mark).await?, mark, covered.entries)
            }
        };
        let news = Instant::now();
        let rules = synonyms::list(&mut db.read().await?.conn()).await?;
        let mut follower = Self {
            engine,
            db,
            currency,
            folder,
            table,
            index,
            mark,
            applied,
            news,
            version: 0,
            unpublished: true,
            rules,
            lexicon: Arc::default(),
            lexicon_of: None,
        };
        follower.catch_up().await?;
        follower.publish().await?;
        Ok(follower)
    }

    /// Follows the log until the task is stopped. What fails is told and tried again.
    pub async fn run(mut self) {
        loop {
            tokio::time::sleep(POLL).await;
            let followed = match self.catch_up().await {
                Ok(_) if self.unpublished => self.publish().await,
                done => done.map(drop),
            };
            if let Err(error) = followed {
                tracing::error!(%error, "following the change log");
                tokio::time::sleep(POLL * 10).await;
            }
        }
    }

    /// Applies what is new in the log; false when nothing is.
    async fn catch_up(&mut self) -> Result<bool, SearchError> {
        let after = self.mark.settled.max(before(self.mark.last, OVERLAP));
        self.applied.retain(|id| *id > after);
        // After an import the overlap is long, and counting it is much less than reading it.
        let known = i64::try_from(self.applied.len()).unwrap_or(i64::MAX);
        let changed = store::count_changes(&mut self.db.read().await?.conn(), after).await? != known
            && self.take_in(after).await?;
        if self.mark.settled != self.mark.last && self.news.elapsed() >= Duration::from_millis(OVERLAP) {
            self.settle().await?;
        }
        Ok(changed)
    }

    /// Applies what is new in the log after an entry; false when nothing is.
    async fn take_in(&mut self, mut after: Uuid) -> Result<bool, SearchError> {
        let mut changed = false;
        loop {
            let page = store::list_changes(&mut self.db.read().await?.conn(), after, CHANGES_AT_ONCE).await?;
            let Some(last) = page.last() else { return Ok(changed) };
            after = last.id;
            let full = page.len() as i64 == CHANGES_AT_ONCE;
            let new: Vec<_> = page.into_iter().filter(|change| !self.applied.contains(&change.id)).collect();
            if !new.is_empty() {
                self.apply(&new).await?;
                self.mark.last = self.mark.last.max(after);
                self.applied.extend(new.iter().map(|change| change.id));
                (changed, self.news) = (true, Instant::now());
            }
            if !full {
                return Ok(changed);
            }
        }
    }

    /// What was applied so far is all there is up to the newest of it: it need not be read again, also not after a
    /// restart.
    async fn settle(&mut self) -> Result<(), SearchError> {
        self.mark.settled = self.mark.last;
        self.applied.clear();
        self.commit(self.mark).await
    }

    async fn commit(&self, mark: Mark) -> Result<(), SearchError> {
        let index = self.index.clone();
        Ok(tokio::task::spawn_blocking(move || index.commit(mark)).await??)
    }

    async fn apply(&mut self, changes: &[ChangeRow]) -> Result<(), SearchError> {
        self.unpublished = true;
        if changes.iter().any(|change| change.kind == REBUILD) {
            return self.rebuild().await;
        }
        if changes.iter().any(|change| change.kind == SYNONYMS) {
            self.rules = synonyms::list(&mut self.db.read().await?.conn()).await?;
            self.lexicon_of = None;
        }
        let products = changes.iter().filter(|change| change.kind != SYNONYMS);
        let ids: BTreeSet<Uuid> = products.map(|change| change.product_id).collect();
        let words: BTreeSet<u128> =
            changes.iter().filter(|change| change.kind == "product").map(|c| c.product_id.as_u128()).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        for ids in ids.chunks(PRODUCTS_AT_ONCE as usize) {
            let (records, mut documents) = load_some(&self.db, self.currency, ids).await?;
            documents.retain(|document| words.contains(&document.id));
            let removed: Vec<u128> = records
                .iter()
                .filter_map(|change| match change {
                    Change::Remove(id) => Some(*id),
                    Change::Put(_) => None,
                })
                .collect();
            self.table.apply(records);
            if !documents.is_empty() || !removed.is_empty() {
                let index = self.index.clone();
                tokio::task::spawn_blocking(move || index.write(&documents, &removed)).await??;
            }
        }
        if !words.is_empty() {
            let last = self.mark.last.max(changes.last().map_or(Uuid::nil(), |change| change.id));
            self.commit(Mark { last, ..self.mark }).await?;
        }
        Ok(())
    }

    /// Builds table and index anew while the old ones go on serving.
    async fn rebuild(&mut self) -> Result<(), SearchError> {
        let covered = Covered::read(&self.db).await?;
        let mut table = TableWriter::new(self.currency);
        self.index = build(&self.db, self.currency, &mut table, &self.folder, covered.mark()).await?;
        self.table = table;
        // Entries that this covers may have told of new synonyms.
        self.rules = synonyms::list(&mut self.db.read().await?.conn()).await?;
        self.lexicon_of = None;
        self.mark.last = self.mark.last.max(covered.last);
        self.applied.extend(covered.entries);
        Ok(())
    }

    async fn publish(&mut self) -> Result<(), SearchError> {
        self.version += 1;
        let text = self.index.view(|id| self.table.ordinal(id))?;
        let table = self.table.table().clone();
        self.gather_words().await?;
        self.engine.publish(Snapshot::new(table, text, self.lexicon.clone(), self.version));
        self.unpublished = false;
        Ok(())
    }

    /// Makes the lexicon anew when there are new values or synonyms, else now and then, for its counts.
    async fn gather_words(&mut self) -> Result<(), SearchError> {
        let table = self.table.table().clone();
        let values = table.facets.count_values();
        if self.lexicon_of.is_some_and(|(made, of)| of == values && made.elapsed() < WORDS_KEPT) {
            return Ok(());
        }
        let rules = self.rules.clone();
        let made = tokio::task::spawn_blocking(move || {
            let everything = evaluate::evaluate(&table, &Criteria { per_page: 1, ..Criteria::default() }, None);
            Lexicon::new(&everything.facets, &rules, &grammar_words())
        });
        self.lexicon = Arc::new(made.await?);
        self.lexicon_of = Some((Instant::now(), values));
        Ok(())
    }
}

impl Covered {
    async fn read(db: &Db) -> Result<Self, SearchError> {
        let mut reader = db.read().await?;
        let conn = &mut reader.conn();
        let last = store::last_change(conn).await?.unwrap_or(Uuid::nil());
        let (mut entries, mut after) = (BTreeSet::new(), before(last, OVERLAP));
        loop {
            let page = store::list_changes(conn, after, CHANGES_AT_ONCE).await?;
            entries.extend(page.iter().map(|change| change.id));
            match page.last() {
                Some(last) if page.len() as i64 == CHANGES_AT_ONCE => after = last.id,
                _ => return Ok(Self { last, entries }),
            }
        }
    }

    fn mark(&self) -> Mark {
        Mark { last: self.last, settled: Uuid::nil() }
    }
}

/// Opens the index that the file `current` names; nothing when that does not work out, whatever the reason.
async fn open_current(folder: &Path) -> Option<(Arc<TextIndex>, Mark)> {
    let name = std::fs::read_to_string(folder.join("current")).ok()?;
    let path = folder.join(name.trim());
    let opened = tokio::task::spawn_blocking(move || TextIndex::open(&path)).await.ok()?;
    match opened {
        Ok(found) => found.map(|(index, mark)| (Arc::new(index), mark)),
        Err(error) => {
            tracing::warn!(%error, "the search index cannot be opened and is built anew");
            None
        }
    }
}

/// Whether entries after `position` are no longer in the log.
async fn is_trimmed_past(db: &Db, position: Uuid) -> Result<bool, SearchError> {
    let first = store::first_change(&mut db.read().await?.conn()).await?;
    Ok(position != Uuid::nil() && first.is_none_or(|first| first > position))
}

/// Builds an index of everything in a folder of its own, and makes it the current one when it is done.
async fn build(
    db: &Db,
    currency: Currency,
    table: &mut TableWriter,
    folder: &Path,
    mark: Mark,
) -> Result<Arc<TextIndex>, SearchError> {
    std::fs::create_dir_all(folder)?;
    let name = free_name(folder);
    let index = Arc::new(TextIndex::create(&folder.join(&name))?);
    load_all(db, currency, table, Some(&index)).await?;
    let committed = index.clone();
    tokio::task::spawn_blocking(move || committed.commit(mark)).await??;
    // A rename is all or nothing: after a crash the old index is current, or the new one.
    std::fs::write(folder.join("current.new"), &name)?;
    std::fs::rename(folder.join("current.new"), folder.join("current"))?;
    for entry in std::fs::read_dir(folder)?.flatten() {
        if entry.path().is_dir() && entry.file_name() != name.as_str() {
            // On failure it only takes up space until the next time.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
    Ok(index)
}

fn free_name(folder: &Path) -> String {
    (1_u32..).map(|n| format!("index-{n}")).find(|name| !folder.join(name).exists()).unwrap_or_default()
}

/// Puts every product for sale into the table, and into an index where one is to be built.
async fn load_all(
    db: &Db,
    currency: Currency,
    table: &mut TableWriter,
    index: Option<&Arc<TextIndex>>,
) -> Result<(), SearchError> {
    let mut reader = db.read().await?;
    let conn = &mut reader.conn();
    let steps = CategorySteps::load(conn).await?;
    let mut last = Uuid::nil();
    loop {
        let mut products = catalog::list_products_after(conn, last, PRODUCTS_AT_ONCE).await?;
        let Some(row) = products.last() else { return Ok(()) };
        last = row.id;
        products.retain(|product| product.published);
        let bundles = catalog::bundle(conn, currency.code(), products).await?;
        let (records, documents): (Vec<_>, Vec<_>) = bundles.iter().map(|b| load::record(b, &steps)).unzip();
        table.apply(records.into_iter().map(|record| Change::Put(Box::new(record))).collect());
        if let Some(index) = index {
            let index = index.clone();
            tokio::task::spawn_blocking(move || index.write(&documents, &[])).await??;
        }
    }
}

/// What became of some products.
async fn load_some(db: &Db, currency: Currency, ids: &[Uuid]) -> Result<(Vec<Change>, Vec<Document>), SearchError> {
    let mut reader = db.read().await?;
    let conn = &mut reader.conn();
    let steps = CategorySteps::load(conn).await?;
    let mut products = catalog::list_products_by_id(conn, ids).await?;
    products.retain(|product| product.published);
    let gone = ids.iter().filter(|id| !products.iter().any(|product| product.id == **id));
    let mut changes: Vec<Change> = gone.map(|id| Change::Remove(id.as_u128())).collect();
    let mut documents = Vec::new();
    for bundle in catalog::bundle(conn, currency.code(), products).await? {
        let (record, document) = load::record(&bundle, &steps);
        changes.push(Change::Put(Box::new(record)));
        documents.push(document);
    }
    Ok((changes, documents))
}

/// The smallest id of a moment `millis` before that of `id`.
fn before(id: Uuid, millis: u64) -> Uuid {
    let at = (id.as_u128() >> 80) as u64;
    Uuid::from_u128(u128::from(at.saturating_sub(millis)) << 80)
}
