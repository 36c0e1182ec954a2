//! Import: rows a second and memory, beside the same rows put into one bare table.

use crate::{
    Result, bare,
    catalog::{Catalogs, PRODUCTS},
    program::{Place, Shop},
    report::{Report, count, megabytes},
};
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// How many rows of the catalogue one of the import's transactions takes, about: 200 products.
const BATCH: usize = 670;

pub async fn measure(catalogs: &Catalogs, report: &mut Report) -> Result<()> {
    let rows = read_rows(&catalogs.all)?;
    let number = rows.len() as f64;
    report.step(&format!("importing {} rows ({}) into an empty shop", count(number), catalogs.made_of));
    let place = Place::new(None)?;
    let first = place.import(&catalogs.all).await?;
    let url = format!("sqlite:{}", place.data().join("bare.db").display());
    let started = Instant::now();
    bare::fill_table(&url, &rows, BATCH).await?;
    let bare = started.elapsed();
    let rate = |took: Duration| format!("{} rows/s", count(number / took.as_secs_f64()));
    let ratio = bare.as_secs_f64() / first.took.as_secs_f64();
    let seconds = first.took.as_secs_f64();
    report
        .compare(
            "import of 137,360 SKUs, SQLite",
            format!("{seconds:.1} s, {}", rate(first.took)),
            format!("{} into one bare table, same batches", rate(bare)),
            ratio,
        )
        .aim("under 60 s", seconds < 60.0);
    report
        .tell("  peak memory", megabytes(first.peak), "resident, pages of the database file among it".into())
        .aim("under 300 MB", first.peak < 300 * 1024);

    let again = place.import(&catalogs.all).await?;
    let nothing_changed = again.summary.contains("0 new, 0 changed");
    report
        .compare(
            "  the same file again: nothing to do",
            format!("{:.1} s, {}", again.took.as_secs_f64(), rate(again.took)),
            "the first time".into(),
            first.took.as_secs_f64() / again.took.as_secs_f64(),
        )
        .aim("changes nothing", nothing_changed);

    report.step("starting with all products, and importing while a shop serves");
    let shop = place.serve().await?;
    report
        .tell(
            "  start with 41,001 products, index to be built",
            format!("{:.1} s", shop.ready_after.as_secs_f64()),
            format!("{} allocated, {} resident at most", megabytes(shop.memory()), megabytes(shop.peak_memory())),
        )
        .no_aim();
    // As long as entries of the change log may still come late.
    tokio::time::sleep(Duration::from_secs(12)).await;
    drop(shop);
    let shop = place.serve().await?;
    let ready = format!("{:.1} s", shop.ready_after.as_secs_f64());
    let memory = format!("{} allocated, {} resident at most", megabytes(shop.memory()), megabytes(shop.peak_memory()));
    report.tell("  start with 41,001 products, index at hand", ready, memory).no_aim();
    drop(shop);

    let place = Place::new(None)?;
    let shop = place.serve().await?;
    let started = Instant::now();
    let beside = place.import(&catalogs.all).await?;
    wait_until_found(&shop, PRODUCTS).await?;
    let found = started.elapsed();
    report
        .compare(
            "  while a shop serves: until it finds all 41,001",
            format!("{:.1} s", found.as_secs_f64()),
            format!("{:.1} s for the import alone", beside.took.as_secs_f64()),
            found.as_secs_f64() / beside.took.as_secs_f64(),
        )
        .no_aim();
    Ok(())
}

fn read_rows(file: &Path) -> Result<Vec<Vec<String>>> {
    let mut reader = csv::Reader::from_path(file)?;
    let row = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
    Ok(reader.records().map(|record| record.map(row)).collect::<std::result::Result<_, _>>()?)
}

async fn wait_until_found(shop: &Shop, products: usize) -> Result<()> {
    for _ in 0..1200 {
        let answer = shop.get("/api/v1/search?per_page=1").await?;
        let body: serde_json::Value = serde_json::from_slice(&answer.body)?;
        if body["total"] == products {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err("the shop did not find all products within a minute".into())
}
