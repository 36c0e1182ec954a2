//! Searches against a counting that cannot be wrong: every product, every SKU, one criterion after the other.

use super::*;
use crate::domain::{catalog::Rating, money::Currency};
use proptest::prelude::*;
use std::collections::BTreeMap;

const BRANDS: [&str; 4] = ["Nike", "Puma", "Red Tape", ""];
const SIZES: [&str; 4] = ["S", "M", "L", "42"];
const COLOURS: [&str; 3] = ["Red", "Navy Blue", ""];
const SEASONS: [&str; 3] = ["Summer", "Winter", "Fall"];
const CATEGORIES: [&[&str]; 4] = [&["a"], &["a", "a/b"], &["a", "a/c"], &["d"]];

fn any_sku() -> impl Strategy<Value = SkuRecord> {
    (0..4_usize, 0..3_usize, 1..60_i64, any::<bool>(), 0..3_i64).prop_map(|(size, colour, price, in_stock, sale)| {
        SkuRecord {
            code: String::new(),
            options: vec![SIZES[size].into(), COLOURS[colour].into()],
            price: price * 100,
            was: (sale > 0).then_some(price * 100 + (sale - 1) * 50),
            in_stock,
            picture: String::new(),
        }
    })
}

pub(super) fn any_record() -> impl Strategy<Value = Record> {
    let seasons = prop::collection::vec(0..3_usize, 0..3);
    (0..4_usize, 0..4_usize, seasons, prop::collection::vec(any_sku(), 1..5), 0..4_u32, 0..1000_u32).prop_map(
        |(brand, category, seasons, skus, stars, popularity)| Record {
            brand: BRANDS[brand].into(),
            categories: CATEGORIES[category].iter().map(|path| ((*path).into(), path.to_uppercase())).collect(),
            attributes: seasons.into_iter().map(|s| ("season".into(), SEASONS[s].into())).collect(),
            options: vec!["Size".into(), "Colour".into()],
            created: i64::from(popularity) * 7 % 13,
            popularity,
            rating: Rating { count: stars, stars: stars * stars.min(5) },
            skus,
            ..Record::default()
        },
    )
}

pub(super) fn any_criteria() -> impl Strategy<Value = Criteria> {
    let values = |all: &'static [&'static str]| prop::sample::subsequence(all, 0..=2);
    (
        values(&["nike", "puma", "red tape", "nobody"]),
        values(&["s", "m", "l", "42"]),
        values(&["red", "navy blue"]),
        values(&["summer", "winter"]),
        values(&["a", "a/b", "d", "zz"]),
        prop::option::of((0..40_i64, 0..40_i64)),
        (prop::option::of(1..=5_u8), any::<bool>(), any::<bool>(), prop::sample::select(&Sort::ALL[..]), 1..4_u32),
    )
        .prop_map(|(brand, size, colour, season, category, price, (rating, in_stock, on_sale, sort, page))| {
            let mut criteria =
                Criteria { rating, in_stock, on_sale, sort: Some(sort), page, per_page: 5, ..Criteria::default() };
            let facets =
                [("brand", brand), ("size", size), ("colour", colour), ("season", season), ("category", category)];
            for (facet, values) in facets {
                values.iter().for_each(|value| criteria.choose(facet, value));
            }
            criteria
                .prices
                .extend(price.map(|(min, width)| PriceRange { min: Some(min * 100), max: Some((min + width) * 100) }));
            criteria
        })
}

/// The slow and obvious way.
fn matching_skus<'a>(record: &'a Record, criteria: &Criteria, left_out: &str) -> Vec<&'a SkuRecord> {
    let chosen = |facet: &str, values: Vec<String>| {
        let wanted = criteria.choices.get(facet).filter(|_| facet != left_out);
        wanted.is_none_or(|wanted| values.iter().any(|v| wanted.contains(&v.to_lowercase())))
    };
    let stars = record.rating.tenths().unwrap_or(0);
    let product_matches = chosen("brand", vec![record.brand.clone()])
        && chosen("season", record.attributes.iter().map(|(_, v)| v.clone()).collect())
        && chosen("category", record.categories.iter().map(|(path, _)| path.clone()).collect())
        && (left_out == "rating" || criteria.rating.is_none_or(|min| stars >= u32::from(min) * 10));
    let sku_matches = |sku: &&SkuRecord| {
        chosen("size", vec![sku.options[0].clone()])
            && chosen("colour", vec![sku.options[1].clone()])
            && (left_out == "price"
                || criteria.prices.is_empty()
                || criteria.prices.iter().any(|r| r.contains(sku.price)))
            && (left_out == "in_stock" || !criteria.in_stock || sku.in_stock)
            && (left_out == "on_sale" || !criteria.on_sale || is_on_sale(sku))
    };
    if product_matches { record.skus.iter().filter(sku_matches).collect() } else { vec![] }
}

fn is_on_sale(sku: &SkuRecord) -> bool {
    sku.was.is_some_and(|was| was > sku.price)
}

fn slow_counts(records: &[Record], criteria: &Criteria) -> BTreeMap<(String, String), u32> {
    let mut counts = BTreeMap::new();
    for record in records {
        let mut seen = std::collections::BTreeSet::new();
        let mut see = |facet: &str, value: &str| {
            if !value.is_empty() {
                seen.insert((facet.to_owned(), value.to_owned()));
            }
        };
        if !matching_skus(record, criteria, "brand").is_empty() {
            see("brand", &record.brand);
        }
        if !matching_skus(record, criteria, "season").is_empty() {
            record.attributes.iter().for_each(|(_, value)| see("season", value));
        }
        if !matching_skus(record, criteria, "category").is_empty() {
            record.categories.iter().for_each(|(path, _)| see("category", path));
        }
        if !matching_skus(record, criteria, "rating").is_empty() {
            let tenths = record.rating.tenths().unwrap_or(0);
            (1..=5).filter(|stars| tenths >= stars * 10).for_each(|stars| see("rating", &stars.to_string()));
        }
        matching_skus(record, criteria, "size").iter().for_each(|sku| see("size", &sku.options[0]));
        matching_skus(record, criteria, "colour").iter().for_each(|sku| see("colour", &sku.options[1]));
        if matching_skus(record, criteria, "in_stock").iter().any(|sku| sku.in_stock) {
            see("in_stock", "1");
        }
        if matching_skus(record, criteria, "on_sale").iter().any(|sku| is_on_sale(sku)) {
            see("on_sale", "1");
        }
        seen.into_iter().for_each(|key| *counts.entry(key).or_insert(0) += 1);
    }
    counts
}

fn table_of(records: &[Record]) -> Table {
    let mut writer = TableWriter::new(Currency::USD);
    writer.apply(records.iter().map(|r| Change::Put(Box::new(r.clone()))).collect());
    writer.table().clone()
}

/// A facet that no product bears is no filter; the slow way has to know that too.
fn without_unborne(mut criteria: Criteria, records: &[Record]) -> Criteria {
    if records.iter().all(|record| record.attributes.is_empty()) {
        criteria.choices.remove("season");
    }
    criteria
}

pub(super) fn numbered(mut records: Vec<Record>) -> Vec<Record> {
    for (i, record) in records.iter_mut().enumerate() {
        record.id = i as u128 + 1;
        record.handle = format!("p{i}");
        for (j, sku) in record.skus.iter_mut().enumerate() {
            sku.code = format!("p{i}-{j}");
        }
    }
    records
}

fn counts_of(results: &Results) -> BTreeMap<(String, String), u32> {
    let values = results.facets.iter().flat_map(|f| f.values.iter().map(|v| (f.name.clone(), v)));
    values.filter(|(_, v)| v.count > 0).map(|(name, v)| ((name, v.value.clone()), v.count)).collect()
}

proptest! {
    #[test]
    fn counts_totals_and_hits_are_those_of_the_slow_way(
        records in prop::collection::vec(any_record(), 0..40),
        criteria in any_criteria(),
    ) {
        let records = numbered(records);
        let results = evaluate::evaluate(&table_of(&records), &criteria, None);
        prop_assert_eq!(&evaluate::hits(&table_of(&records), &criteria, None), &results.hits);
        let criteria = without_unborne(criteria, &records);
        let found: Vec<_> = records.iter().filter(|r| !matching_skus(r, &criteria, "").is_empty()).collect();
        prop_assert_eq!(results.total as usize, found.len());
        prop_assert_eq!(counts_of(&results), slow_counts(&records, &criteria));
        let in_price: Vec<_> = records.iter().flat_map(|r| matching_skus(r, &criteria, "price")).map(|s| s.price).collect();
        prop_assert_eq!(results.price.map(|p| (p.min.amount, p.max.amount)), in_price.iter().min().copied().zip(in_price.iter().max().copied()));
        for hit in &results.hits {
            let record = records.iter().find(|r| r.handle == hit.handle).unwrap();
            let skus = matching_skus(record, &criteria, "");
            prop_assert_eq!(&hit.skus, &skus.iter().map(|s| s.code.clone()).collect::<Vec<_>>());
            prop_assert_eq!(hit.price.amount, skus.iter().map(|s| s.price).min().unwrap());
            prop_assert_eq!(hit.price_to.amount, skus.iter().map(|s| s.price).max().unwrap());
        }
    }

    #[test]
    fn pages_follow_each_other_in_the_order_asked_for(
        records in prop::collection::vec(any_record(), 0..40),
        criteria in any_criteria(),
    ) {
        let records = numbered(records);
        let table = table_of(&records);
        let all = evaluate::evaluate(&table, &Criteria { page: 1, per_page: 100, ..criteria.clone() }, None).hits;
        let mut paged = Vec::new();
        for page in 1..=10 {
            paged.extend(evaluate::evaluate(&table, &Criteria { page, per_page: 5, ..criteria.clone() }, None).hits);
        }
        prop_assert_eq!(&paged, &all);
        let record = |hit: &Hit| records.iter().find(|r| r.handle == hit.handle).unwrap();
        for pair in all.windows(2) {
            let (a, b) = (record(&pair[0]), record(&pair[1]));
            let order = match criteria.sorted_by() {
                Sort::PriceAsc => pair[0].price.amount.cmp(&pair[1].price.amount),
                Sort::PriceDesc => pair[1].price.amount.cmp(&pair[0].price.amount),
                Sort::Newest => b.created.cmp(&a.created),
                Sort::Rating => b.rating.tenths().unwrap_or(0).cmp(&a.rating.tenths().unwrap_or(0)),
                Sort::Popular | Sort::Relevance => b.popularity.cmp(&a.popularity),
            };
            prop_assert!(order.then(a.id.cmp(&b.id)).is_lt());
        }
    }

    #[test]
    fn a_table_changed_in_steps_is_the_table_made_at_once(
        before in prop::collection::vec(any_record(), 1..20),
        after in prop::collection::vec(any_record(), 1..20),
        removed in prop::collection::vec(0..20_usize, 0..4),
        criteria in any_criteria(),
    ) {
        let (before, after) = (numbered(before), numbered(after));
        let mut writer = TableWriter::new(Currency::USD);
        writer.apply(before.iter().map(|r| Change::Put(Box::new(r.clone()))).collect());
        writer.apply(after.iter().map(|r| Change::Put(Box::new(r.clone()))).collect());
        writer.apply(removed.iter().map(|i| Change::Remove(*i as u128 + 1)).collect());
        let mut expected: Vec<_> = after.iter().chain(before.iter().skip(after.len())).cloned().collect();
        expected.retain(|r| !removed.contains(&(r.id as usize - 1)));
        let criteria = without_unborne(criteria, &expected);
        let stepped = evaluate::evaluate(writer.table(), &criteria, None);
        let at_once = evaluate::evaluate(&table_of(&expected), &criteria, None);
        prop_assert_eq!(stepped.total, at_once.total);
        prop_assert_eq!(&stepped.hits, &at_once.hits);
        prop_assert_eq!(counts_of(&stepped), counts_of(&at_once));
    }
}

fn shirt() -> Record {
    let sku = |code: &str, size: &str, colour: &str, in_stock: bool| SkuRecord {
        code: code.into(),
        options: vec![size.into(), colour.into()],
        price: 1000,
        in_stock,
        ..SkuRecord::default()
    };
    Record {
        id: 1,
        handle: "shirt".into(),
        options: vec!["Size".into(), "Color".into()],
        skus: vec![sku("A", "L", "Red", true), sku("B", "M", "Blue", true), sku("C", "M", "Green", false)],
        ..Record::default()
    }
}

fn search(pairs: &[(&str, &str)]) -> Results {
    let (criteria, _) = Criteria::parse(pairs.iter().copied(), Currency::USD);
    evaluate::evaluate(&table_of(&[shirt()]), &criteria, None)
}

#[test]
fn red_m_in_stock_never_finds_a_shirt_whose_only_red_one_is_an_l() {
    assert_eq!(search(&[("colour", "red"), ("size", "m"), ("in_stock", "1")]).total, 0);
    assert_eq!(search(&[("colour", "red"), ("size", "l"), ("in_stock", "1")]).hits[0].skus, ["A"]);
    assert_eq!(search(&[("size", "m"), ("in_stock", "1")]).hits[0].skus, ["B"]);
}

#[test]
fn a_product_with_two_skus_of_a_size_counts_once() {
    let results = search(&[]);
    let sizes = results.facets.iter().find(|f| f.name == "size").unwrap();
    assert_eq!(sizes.values.iter().map(|v| (&*v.value, v.count)).collect::<Vec<_>>(), [("L", 1), ("M", 1)]);
}

#[test]
fn names_that_no_facet_bears_are_dropped_and_unknown_values_find_nothing() {
    let results = search(&[("utm_source", "mail")]);
    assert_eq!((results.total, results.understood.criteria.choices.len()), (1, 0));
    assert_eq!(search(&[("colour", "puce")]).total, 0);
}

#[test]
fn a_page_past_the_end_is_empty_and_keeps_the_total() {
    let results = search(&[("page", "1000000")]);
    assert_eq!((results.total, results.hits.len()), (1, 0));
}
