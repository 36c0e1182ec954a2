//! Search: text, two filters and all facets by HTTP, beside SQLite's FTS5 asked for the same products in this very
//! process: no HTTP, no facets, no total, a prepared statement on a connection opened before.

use crate::{
    Result, bare,
    catalog::{self, Catalogs, Sku},
    load::{Client, get, middle_percentile},
    program::Place,
    report::{Report, millis},
};
use sqlx::{Connection, SqliteConnection};
use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

/// Each is asked in turns with the other.
const ROUNDS: usize = 64;
/// Percentiles are the middle one of so many stretches of the run: a busy moment of the machine spoils one of them.
const STRETCHES: usize = 8;
const QUERIES: usize = 250;
const IN_A_ROUND: usize = 50;

/// A text and two filters.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Query {
    text: String,
    gender: String,
    colour: String,
}

pub async fn measure(catalogs: &Catalogs, report: &mut Report) -> Result<()> {
    let skus = catalog::read(&catalogs.all)?;
    let queries = queries(&skus);
    report.step(&format!("a shop and an FTS5 table with the same catalogue, {} different queries", queries.len()));
    let place = Place::new(None)?;
    place.import(&catalogs.all).await?;
    let shop = place.serve().await?;
    let mut fts = open_fts(&format!("sqlite:{}", place.data().join("fts.db").display()), &skus).await?;
    let mut client = Client::connect(shop.addr).await?;
    let requests: Vec<Vec<u8>> = queries.iter().map(|query| get(&query.address(), "")).collect();

    let (mut ours, mut theirs, mut inside) = (Vec::new(), Vec::new(), Vec::new());
    let (mut found, mut found_by_fts) = (0, 0);
    for round in 0..=ROUNDS {
        let chosen = |i: usize| (round * IN_A_ROUND + i) % queries.len();
        for i in 0..IN_A_ROUND {
            let started = Instant::now();
            let answer = client.fetch(&requests[chosen(i)]).await?;
            let took = started.elapsed();
            let body: serde_json::Value = serde_json::from_slice(&answer.body)?;
            found += usize::from(body["hits"].as_array().is_some_and(|hits| !hits.is_empty()));
            // The first round warms both up.
            if round > 0 {
                ours.push(took);
                inside.push(Duration::from_micros(body["took_us"].as_u64().unwrap_or(0)));
            }
        }
        for i in 0..IN_A_ROUND {
            let started = Instant::now();
            let hits = ask_fts(&mut fts, &queries[chosen(i)]).await?;
            let took = started.elapsed();
            found_by_fts += usize::from(hits > 0);
            if round > 0 {
                theirs.push(took);
            }
        }
    }
    report.step(&format!("{found} of {} searches found something, {found_by_fts} by FTS5", (ROUNDS + 1) * IN_A_ROUND));
    for (name, share, limit) in [("p50", 0.5, None), ("p99", 0.99, Some(Duration::from_millis(15)))] {
        let (mine, others) = (middle_percentile(&ours, share, STRETCHES), middle_percentile(&theirs, share, STRETCHES));
        let what = format!("search at 41,001 products, one client, {name}");
        let ratio = mine.as_secs_f64() / others.as_secs_f64();
        let within = millis(middle_percentile(&inside, share, STRETCHES));
        let figure = report.compare(
            &what,
            format!("{} ({within} inside)", millis(mine)),
            format!("{} FTS5 in process, without facets", millis(others)),
            ratio,
        );
        match limit {
            Some(limit) => figure.aim("< 15 ms and < FTS5", mine < limit && mine < others),
            None => figure.aim("< FTS5", mine < others),
        }
    }
    Ok(())
}

impl Query {
    fn address(&self) -> String {
        let encode = |text: &str| text.replace(' ', "+").replace('&', "%26").replace('\'', "%27");
        let [text, gender, colour] = [&self.text, &self.gender, &self.colour].map(|part| encode(part));
        format!("/api/v1/search?q={text}&gender={gender}&colour={colour}")
    }
}

/// What somebody would type to find one product in some hundred, so that each query finds something.
fn queries(skus: &[Sku]) -> Vec<Query> {
    let mut seen = HashSet::new();
    let spread = skus.iter().step_by(101).filter_map(|sku| {
        let text = sku.categories.last()?.to_lowercase();
        let query = Query { text, gender: sku.gender.clone(), colour: sku.colour.clone() };
        let complete = !query.gender.is_empty() && !query.colour.is_empty();
        (complete && seen.insert(query.clone())).then_some(query)
    });
    spread.take(QUERIES).collect()
}

/// One table of words by field, as the shop's own index has them, and one of products with the filters' columns.
async fn open_fts(url: &str, skus: &[Sku]) -> Result<SqliteConnection> {
    let mut conn = bare::open_sqlite(url).await?;
    for statement in [
        "CREATE VIRTUAL TABLE texts USING fts5
            (title, brand, categories, words, description, tokenize = 'porter unicode61')",
        "CREATE TABLE products (id INTEGER PRIMARY KEY, handle TEXT, title TEXT, brand TEXT, price INTEGER, gender TEXT,
            colour TEXT)",
    ] {
        sqlx::query(statement).execute(&mut conn).await?;
    }
    let mut tx = conn.begin().await?;
    for (id, rows) in (1_i64..).zip(skus.chunk_by(|one, next| one.handle == next.handle)) {
        let first = &rows[0];
        let sizes: Vec<&str> = rows.iter().map(|row| row.size.as_str()).collect();
        let words = format!("{} {} {}", sizes.join(" "), first.colour, first.tags);
        sqlx::query(
            "INSERT INTO texts (rowid, title, brand, categories, words, description) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(id)
        .bind(&first.title)
        .bind(&first.brand)
        .bind(first.categories.join(" "))
        .bind(words)
        .bind(&first.body)
        .execute(&mut *tx)
        .await?;
        sqlx::query("INSERT INTO products VALUES ($1, $2, $3, $4, $5, $6, $7)")
            .bind(id)
            .bind(&first.handle)
            .bind(&first.title)
            .bind(&first.brand)
            .bind(rows.iter().map(|row| row.cents).min())
            .bind(&first.gender)
            .bind(&first.colour)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    for statement in ["INSERT INTO texts (texts) VALUES ('optimize')", "ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"] {
        sqlx::query(statement).execute(&mut conn).await?;
    }
    Ok(conn)
}

/// The same first 24, by FTS5's own ranking with the weights of the shop. How many it found.
async fn ask_fts(conn: &mut SqliteConnection, query: &Query) -> Result<usize> {
    let words: Vec<String> =
        query.text.split_whitespace().map(|word| format!("\"{}\"", word.replace('"', ""))).collect();
    let hits: Vec<(String, String, String, i64)> = sqlx::query_as(
        "SELECT p.handle, p.title, p.brand, p.price FROM texts JOIN products p ON p.id = texts.rowid
        WHERE texts MATCH $1 AND p.gender = $2 AND p.colour = $3
        ORDER BY bm25(texts, 4.0, 3.0, 3.0, 2.0, 1.0), p.id LIMIT 24",
    )
    .bind(words.join(" "))
    .bind(&query.gender)
    .bind(&query.colour)
    .fetch_all(conn)
    .await?;
    Ok(hits.len())
}
