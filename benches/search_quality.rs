//! How good what is found is: NDCG@10 over queries whose ground truth is known, by kind of query.
//!
//! A product is graded 2 when it has everything that the query names, 1 when it is at least the right type of article;
//! the gain of a grade g is 2^g − 1, and the ideal list is made of all products of the catalogue (Järvelin & Kekäläinen
//! 2002). The list is what a shopper sees in its order: what matches, then what is shown as close. What matches alone
//! is told beside it.

use crate::{
    Result,
    catalog::{self, Catalogs, Sku},
    load::{Client, get},
    program::Place,
    report::Report,
};
use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

const LENGTH: usize = 10;

#[derive(serde::Deserialize)]
struct Query {
    kind: String,
    query: String,
    article_type: String,
    colour: String,
    gender: String,
    brand: String,
}

#[derive(Default)]
struct Sum {
    queries: usize,
    shown: f64,
    matching: f64,
    empty: usize,
}

pub async fn measure(catalogs: &Catalogs, report: &mut Report) -> Result<()> {
    let shared = std::env::var("IRONMONGER_SHARED").unwrap_or_else(|_| "../shared".into());
    let file = Path::new(&shared).join("data/search-queries.csv");
    if !file.exists() {
        println!("  SKIPPED: no queries with a ground truth, {} is not there", file.display());
        return Ok(());
    }
    let queries: Vec<Query> = csv::Reader::from_path(file)?.deserialize().collect::<std::result::Result<_, _>>()?;
    let skus = catalog::read(&catalogs.all)?;
    let products: HashMap<&str, &Sku> = skus.iter().map(|sku| (sku.handle.as_str(), sku)).collect();
    report.step(&format!("{} queries on {} products", queries.len(), products.len()));
    let place = Place::new(None)?;
    place.import(&catalogs.all).await?;
    let shop = place.serve().await?;
    let mut client = Client::connect(shop.addr).await?;
    let mut kinds: BTreeMap<&str, Sum> = BTreeMap::new();
    for query in &queries {
        let address = format!("/api/v1/search?per_page={LENGTH}&q={}", encode(&query.query));
        let answer: serde_json::Value = serde_json::from_slice(&client.fetch(&get(&address, "")).await?.body)?;
        let grades = |list: &str| -> Vec<u32> {
            let hits = answer[list].as_array().into_iter().flatten();
            hits.map(|hit| products.get(hit["handle"].as_str().unwrap_or("")).map_or(0, |sku| query.grade(sku)))
                .collect()
        };
        let mut all: Vec<u32> = products.values().map(|sku| query.grade(sku)).collect();
        all.sort_unstable_by(|a, b| b.cmp(a));
        let (matching, ideal) = (grades("hits"), gain(&all));
        let shown: Vec<u32> = matching.iter().copied().chain(grades("close")).collect();
        let sum = kinds.entry(&query.kind).or_default();
        sum.queries += 1;
        sum.shown += gain(&shown) / ideal;
        sum.matching += gain(&matching) / ideal;
        sum.empty += usize::from(matching.is_empty());
    }
    for (kind, sum) in &kinds {
        tell(report, &format!("NDCG@10, {kind}, {} queries", sum.queries), sum, 0.93);
    }
    let all = kinds.values().fold(Sum::default(), |all, sum| Sum {
        queries: all.queries + sum.queries,
        shown: all.shown + sum.shown,
        matching: all.matching + sum.matching,
        empty: all.empty + sum.empty,
    });
    tell(report, "NDCG@10, all queries", &all, 0.97);
    report
        .tell("queries with no product found", all.empty.to_string(), format!("of {}", all.queries))
        .aim("none", all.empty == 0);
    Ok(())
}

fn tell(report: &mut Report, what: &str, sum: &Sum, aim: f64) {
    let mean = |total: f64| total / sum.queries as f64;
    let alone = format!("{:.3} without close matches", mean(sum.matching));
    let shown = mean(sum.shown);
    report.tell(what, format!("{shown:.3}"), alone).aim(&format!("≥ {aim}"), shown >= aim);
}

impl Query {
    fn grade(&self, sku: &Sku) -> u32 {
        if sku.categories.last() != Some(&self.article_type) {
            return 0;
        }
        let named = [(&self.colour, &sku.colour), (&self.gender, &sku.gender), (&self.brand, &sku.brand)];
        if named.iter().all(|(wanted, has)| wanted.is_empty() || wanted == has) { 2 } else { 1 }
    }
}

/// The discounted cumulative gain of the first grades.
fn gain(grades: &[u32]) -> f64 {
    let discounted = |(i, grade): (usize, &u32)| (2_f64.powi(*grade as i32) - 1.0) / (i as f64 + 2.0).log2();
    grades.iter().take(LENGTH).enumerate().map(discounted).sum()
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}
