//! Facet counts held against counts made straight from the file that was imported, row by row and without any index.

use crate::{app::TestApp, stories};
use ironmonger::domain::text;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const PRODUCTS: &str = "1200";
const COMBINATIONS: usize = 250;
/// The facets of the file, as parameters.
const NAMES: [&str; 9] = ["category", "brand", "size", "colour", "gender", "season", "usage", "year", "flags"];

/// A SKU with what its product has.
#[derive(Clone, Default)]
struct Row {
    handle: String,
    values: BTreeMap<&'static str, Vec<String>>,
    cents: i64,
    in_stock: bool,
    on_sale: bool,
}

#[derive(Default, Debug)]
struct Asked {
    chosen: BTreeMap<&'static str, Vec<String>>,
    price: Option<(i64, i64)>,
    in_stock: bool,
    on_sale: bool,
}

impl Asked {
    fn query(&self) -> String {
        let mut query = String::from("per_page=1");
        let mut push = |name: &str, value: &str| {
            let value: String = value.bytes().map(|b| format!("%{b:02X}")).collect();
            query += &format!("&{name}={value}");
        };
        self.chosen.iter().for_each(|(name, values)| values.iter().for_each(|value| push(name, value)));
        if let Some((min, max)) = self.price {
            push("price", &format!("{}.{:02}-{}.{:02}", min / 100, min % 100, max / 100, max % 100));
        }
        if self.in_stock {
            push("in_stock", "1");
        }
        if self.on_sale {
            push("on_sale", "1");
        }
        query
    }

    /// Whether a SKU has all that was asked for, but for one facet.
    fn fits(&self, row: &Row, but: &str) -> bool {
        let has = |name: &&str, wanted: &Vec<String>| row.values[*name].iter().any(|value| wanted.contains(value));
        self.chosen.iter().all(|(name, wanted)| *name == but || has(name, wanted))
            && (but == "price" || self.price.is_none_or(|(min, max)| (min..=max).contains(&row.cents)))
            && (but == "in_stock" || !self.in_stock || row.in_stock)
            && (but == "on_sale" || !self.on_sale || row.on_sale)
    }
}

/// Products by the values of a facet, counted the slow way.
fn counted(rows: &[Row], asked: &Asked, facet: &'static str) -> BTreeMap<String, usize> {
    let mut products: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for row in rows.iter().filter(|row| asked.fits(row, facet)) {
        let flag = |set: bool| if set { vec!["1".to_owned()] } else { vec![] };
        let values = match facet {
            "in_stock" => flag(row.in_stock),
            "on_sale" => flag(row.on_sale),
            facet => row.values[facet].clone(),
        };
        for value in values {
            products.entry(value).or_default().insert(&row.handle);
        }
    }
    products.into_iter().map(|(value, handles)| (value, handles.len())).collect()
}

fn read(csv: &[u8]) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(csv);
    let headings = reader.headers().unwrap().clone();
    let mut rows: Vec<Row> = Vec::new();
    for record in reader.records() {
        let record = record.unwrap();
        let cell = |name: &str| record[headings.iter().position(|heading| heading == name).unwrap()].to_owned();
        let mut row = match rows.last() {
            Some(last) if last.handle == cell("Handle") => last.clone(),
            _ => first_row(&cell),
        };
        row.values.insert("size", vec![text::key(&cell("Option1 Value"))]);
        row.values.insert("colour", vec![text::key(&cell("Option2 Value"))]);
        row.cents = cents(&cell("Variant Price"));
        row.in_stock = cell("Variant Inventory Qty") != "0";
        row.on_sale = !cell("Variant Compare At Price").is_empty();
        rows.push(row);
    }
    rows
}

/// What stands in a product's first row only.
fn first_row(cell: &dyn Fn(&str) -> String) -> Row {
    let mut row = Row { handle: cell("Handle"), ..Row::default() };
    let mut path = String::new();
    let categories = cell("Type")
        .split(" > ")
        .map(|step| {
            path = format!("{path}{}{}", if path.is_empty() { "" } else { "/" }, text::slug(step));
            path.clone()
        })
        .collect();
    row.values.insert("category", categories);
    row.values.insert("brand", vec![text::key(&cell("Vendor"))]);
    let tags = cell("Tags");
    for name in ["gender", "season", "usage", "year"] {
        let value = tags.split(", ").find_map(|tag| tag.strip_prefix(name)?.strip_prefix(':'));
        row.values.insert(name, value.map(text::key).into_iter().collect());
    }
    row
}

fn cents(price: &str) -> i64 {
    price.replace('.', "").parse().unwrap()
}

/// Some values that occur together or not, so that many answers hold something and some nothing.
fn random(rng: &mut fastrand::Rng, rows: &[Row]) -> Asked {
    let mut asked = Asked::default();
    let model = rng.choice(rows).unwrap().clone();
    for _ in 0..rng.usize(1..=4) {
        let source = if rng.u8(0..4) == 0 { rng.choice(rows).unwrap() } else { &model };
        match *rng.choice(&NAMES).unwrap() {
            "flags" if rng.bool() => asked.in_stock = true,
            "flags" if rng.bool() => asked.on_sale = true,
            "flags" => asked.price = Some((source.cents - rng.i64(0..source.cents), source.cents + rng.i64(0..4000))),
            name => {
                if let Some(value) = rng.choice(&source.values[name]) {
                    let chosen = asked.chosen.entry(name).or_default();
                    if !chosen.contains(value) {
                        chosen.push(value.clone());
                    }
                }
            }
        }
    }
    asked
}

fn hold_against(rows: &[Row], asked: &Asked, answer: &Value) {
    let products: BTreeSet<&str> = rows.iter().filter(|row| asked.fits(row, "")).map(|row| &*row.handle).collect();
    assert_eq!(answer["total"], products.len(), "{asked:?}");
    for facet in ["category", "brand", "size", "colour", "gender", "season", "usage", "year", "in_stock", "on_sale"] {
        let told: BTreeMap<String, usize> = answer["facets"][facet]
            .as_array()
            .into_iter()
            .flatten()
            .map(|value| (text::key(value["value"].as_str().unwrap()), value["count"].as_u64().unwrap() as usize))
            .collect();
        assert_eq!(told, counted(rows, asked, facet), "{facet} of {asked:?}");
    }
    let prices = rows.iter().filter(|row| asked.fits(row, "price")).map(|row| row.cents);
    let told = |end: &str| answer["facets"]["price"][end]["amount"].as_i64();
    assert_eq!((told("min"), told("max")), (prices.clone().min(), prices.max()), "{asked:?}");
}

async fn hold_all(app: TestApp, csv: Vec<u8>) {
    let rows = read(&csv);
    app.import(std::str::from_utf8(&csv).unwrap()).await;
    let products: BTreeSet<&str> = rows.iter().map(|row| &*row.handle).collect();
    // A file of this size comes in more than one transaction.
    for _ in 0..400 {
        if app.get("/api/v1/search").await.json()["total"] == products.len() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    let mut rng = fastrand::Rng::with_seed(41_001);
    let mut with_products = 0;
    for _ in 0..COMBINATIONS {
        let asked = random(&mut rng, &rows);
        let answer = app.get(&format!("/api/v1/search?{}", asked.query())).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        hold_against(&rows, &asked, &answer.json());
        with_products += usize::from(answer.json()["total"].as_u64() > Some(0));
    }
    assert!(with_products > COMBINATIONS / 2, "only {with_products} combinations found anything");
}

stories! {
    async fn counts_are_those_of_the_imported_file(app) {
        let shared = std::env::var_os("IRONMONGER_SHARED").map_or_else(|| "../shared".into(), std::path::PathBuf::from);
        if shared.is_dir() {
            let tool = shared.join("tools/make_catalog.py");
            let made = std::process::Command::new("python3").arg(tool).args(["--products", PRODUCTS]).output().unwrap();
            hold_all(app, made.stdout).await;
        } else {
            eprintln!("SKIPPED: no real catalogue to count (IRONMONGER_SHARED is not set)");
        }
    }
}
