//! How search grows with the catalogue: texts with filters read from them and all facets, by HTTP, one client and
//! sixteen; memory and the size of the index. `SCALE=1` adds a million products, which takes some ten minutes.

use crate::{
    Result,
    catalog::{self, Catalogs, Sku},
    load::{Load, get, middle_percentile},
    program::{Place, Shop},
    report::{Report, megabytes, millis},
};
use std::{
    collections::BTreeSet,
    path::Path,
    time::{Duration, Instant},
};

const MANY: usize = 1_000_000;
const STRETCHES: usize = 8;
/// More texts than the shop keeps readings of, so that most are read anew.
const TEXTS: usize = 4_000;

struct Size {
    products: usize,
    p99: [Duration; 2],
}

pub async fn measure(catalogs: &Catalogs, report: &mut Report) -> Result<()> {
    let texts = texts(&catalog::read(&catalogs.all)?);
    let mut sizes = vec![(catalog::FEW, catalogs.few.clone()), (catalog::PRODUCTS, catalogs.all.clone())];
    if std::env::var("SCALE").is_ok() {
        report.step("a catalogue of 1,000,000 products");
        sizes.push((MANY, catalogs.of(MANY)?));
    }
    let mut measured: Vec<Size> = Vec::new();
    for (products, file) in sizes {
        let p99 = one_size(products, &file, &texts, report).await?;
        if let Some(before) = measured.last() {
            let grown = products as f64 / before.products as f64;
            let slower = p99[0].as_secs_f64() / before.p99[0].as_secs_f64();
            report
                .tell("growth of p99, one client", format!("{slower:.1} ×"), format!("{grown:.0} × the products"))
                .no_aim();
        }
        measured.push(Size { products, p99 });
    }
    Ok(())
}

async fn one_size(products: usize, file: &Path, texts: &[String], report: &mut Report) -> Result<[Duration; 2]> {
    let name = crate::report::count(products as f64);
    report.step(&format!("{name} products, {} texts", texts.len()));
    let place = Place::new(None)?;
    let imported = place.import(file).await?;
    let shop = place.serve().await?;
    report
        .tell(
            &format!("import of {name} products"),
            format!("{:.1} s", imported.took.as_secs_f64()),
            format!("ready {:.1} s after the start, index built", shop.ready_after.as_secs_f64()),
        )
        .no_aim();
    let requests: Vec<Vec<u8>> =
        texts.iter().map(|text| get(&format!("/api/v1/search?q={}", text.replace(' ', "+")), "")).collect();
    let mut p99 = [Duration::ZERO; 2];
    for (i, clients) in [1, 16].into_iter().enumerate() {
        let load = Load::new(shop.addr, clients, requests.clone()).await?;
        load.run(Duration::from_secs(2)).await?;
        let outcome = load.run(Duration::from_secs(10)).await?;
        let of = |share| middle_percentile(&outcome.latencies, share, STRETCHES);
        p99[i] = of(0.99);
        let what = format!("search at {name} products, {clients} client(s), p50 / p99");
        let ours = format!("{} / {}", millis(of(0.5)), millis(p99[i]));
        let figure = report.tell(&what, ours, format!("{:.0} a second{}", outcome.rate(), outcome.failures()));
        match (products, clients) {
            (catalog::PRODUCTS, 1) => figure.aim("p99 ≤ 10 ms", p99[i] <= Duration::from_millis(10)),
            (MANY, 1) => figure.aim("p99 ≤ 60 ms", p99[i] <= Duration::from_millis(60)),
            _ => figure.no_aim(),
        }
    }
    let found = time_to_find(&place, &shop).await?;
    report
        .tell(&format!("a new product among {name} is found"), millis(found), "after the import has ended".into())
        .aim("< 1 s", found < Duration::from_secs(1));
    let index = folder_size(&place.data().join("search"))?;
    let each = |bytes: u64| format!("{} B a product", bytes / products as u64);
    report.tell(&format!("index of {name} products on disk"), megabytes(index / 1024), each(index)).no_aim();
    let memory = shop.memory();
    report.tell(&format!("memory with {name} products"), megabytes(memory), each(memory * 1024)).no_aim();
    Ok(p99)
}

/// From the end of an import until what it brought is found.
async fn time_to_find(place: &Place, shop: &Shop) -> Result<Duration> {
    let file = place.data().join("one.csv");
    std::fs::write(&file, "Handle,Title,Variant SKU,Variant Price\nzephyr,Zephyrine Kite,ZEPHYR-1,10.00\n")?;
    place.import(&file).await?;
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(30) {
        let answer: serde_json::Value = serde_json::from_slice(&shop.get("/api/v1/search?q=zephyrine").await?.body)?;
        if answer["total"] == 1 {
            return Ok(started.elapsed());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Err("a new product was not found within half a minute".into())
}

/// What shoppers might type: two or three things that a product has, in some order, now and then with a slip.
fn texts(skus: &[Sku]) -> Vec<String> {
    let mut rng = fastrand::Rng::with_seed(7);
    let mut texts = BTreeSet::new();
    while texts.len() < TEXTS {
        let Some(sku) = rng.choice(skus) else { break };
        let kind = sku.categories.last().map_or("", String::as_str);
        let name = sku.title.split(' ').nth(rng.usize(1..4)).unwrap_or("");
        let mut text = match rng.u8(0..6) {
            0 => format!("{} {kind}", sku.colour),
            1 => format!("{} {kind} {}", sku.brand, sku.gender),
            2 => format!("{} {kind} for {}", sku.colour, sku.gender),
            3 => format!("{name} {kind}"),
            4 => format!("{kind} under {} size {}", sku.cents / 100 + 10, sku.size),
            _ => format!("{} {} {kind}", sku.brand, sku.colour),
        };
        if rng.u8(0..5) == 0 {
            let at = rng.usize(1..text.len().max(2));
            let mut letters: Vec<char> = text.chars().collect();
            if at + 1 < letters.len() {
                letters.swap(at, at + 1);
            }
            text = letters.into_iter().collect();
        }
        let plain: String = text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
        texts.insert(plain.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase());
    }
    let mut texts: Vec<String> = texts.into_iter().collect();
    rng.shuffle(&mut texts);
    texts
}

fn folder_size(folder: &Path) -> Result<u64> {
    let mut size = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        size += if entry.path().is_dir() { folder_size(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(size)
}
