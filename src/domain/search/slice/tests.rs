//! Slices against the table they were cut from.

use super::*;
use crate::domain::{
    money::Currency,
    search::{
        PriceRange, Record,
        page::Asked,
        table::{Change, TableWriter},
        tests::{any_criteria, any_record, numbered},
    },
};
use proptest::prelude::*;

/// A table whose order is not that of the ids.
fn table_of(records: &[Record]) -> Table {
    let mut writer = TableWriter::new(Currency::USD);
    for part in records.chunks(7).rev() {
        writer.apply(part.iter().map(|record| Change::Put(Box::new(record.clone()))).collect());
    }
    writer.apply(vec![Change::Remove(3)]);
    writer.table().clone()
}

fn dressed(records: Vec<Record>) -> Vec<Record> {
    let mut records = numbered(records);
    for (i, record) in records.iter_mut().enumerate() {
        record.title = ["P", "P ", "+p", ""][i % 4].to_owned() + &i.to_string();
        record.picture = ["", "/a.svg", "/b.svg"][i % 3].into();
        record.skus.iter_mut().enumerate().for_each(|(j, sku)| sku.picture = format!("/{}.svg", j % 2));
    }
    records
}

fn sent(slice: &Slice) -> Slice {
    serde_json::from_str(&serde_json::to_string(slice).unwrap()).unwrap()
}

/// The same search with fewer filters, so that it finds something.
fn loosened(mut criteria: Criteria, picks: u64) -> Criteria {
    let mut is_kept = (0..).map(|i| picks >> i & 3 == 0);
    let mut keep = || is_kept.next().unwrap_or(false);
    criteria.choices.retain(|_, values| {
        values.retain(|value| value != "nobody" && value != "zz");
        keep() && !values.is_empty()
    });
    criteria.prices.retain(|_| keep());
    criteria.rating = criteria.rating.filter(|_| keep());
    criteria.in_stock &= keep();
    criteria.on_sale &= keep();
    criteria
}

/// A search within a search: of each facet some of the values, and whatever `other` adds. Sometimes one filter is
/// forgotten, and the slice has to notice.
fn within(base: &Criteria, other: &Criteria, picks: u64) -> Criteria {
    let mut criteria = other.clone();
    criteria.text.clone_from(&base.text);
    criteria.exact = base.exact;
    for (i, (facet, values)) in base.choices.iter().enumerate() {
        let first = picks as usize >> i & 1;
        let mut kept: Vec<String> = values.iter().skip(first).cloned().collect();
        if kept.is_empty() {
            kept.clone_from(values);
        }
        if facet == "category" && picks & 256 != 0 {
            kept.iter_mut().filter(|path| *path == "a").for_each(|path| *path = "a/b".into());
        }
        criteria.choices.insert(facet.clone(), kept);
    }
    if let Some(range) = base.prices.first() {
        let by = (picks % 5) as i64 * 100;
        criteria.prices = vec![PriceRange { min: range.min.map(|min| min + by), max: range.max }];
    }
    let keeps = |i: u64| picks >> 12 & 15 != i;
    criteria.prices.retain(|_| keeps(0));
    criteria.rating = criteria.rating.max(base.rating).filter(|_| keeps(1));
    criteria.in_stock |= base.in_stock && keeps(2);
    criteria.on_sale |= base.on_sale && keeps(3);
    criteria
}

fn any_scores() -> impl Strategy<Value = Option<Scores>> {
    prop::option::of(prop::collection::vec(prop::sample::select(vec![0.0, 0.5, 0.25, 7.125, 1e-9]), 60))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_slice_answers_like_the_table_it_was_cut_from(
        records in prop::collection::vec(any_record(), 0..40),
        (base, other, picks, is_within) in (any_criteria(), any_criteria(), any::<u64>(), prop::bool::weighted(0.8)),
        scores in any_scores(),
        most in 0..30_usize,
    ) {
        let table = table_of(&dressed(records));
        let text = scores.as_ref().map_or(String::new(), |_| "words".to_owned());
        let (base, other) = (loosened(base, picks >> 8), loosened(other, picks >> 24));
        let (base, other) = (Criteria { text: text.clone(), ..base }, Criteria { text, ..other });
        let last = evaluate::evaluate(&table, &base, scores.as_ref());
        let Some(slice) = Slice::cut_to(most, &table, &base, scores.as_ref()) else { return Ok(()) };
        let slice = sent(&slice);
        prop_assert!(slice.len() <= most && slice.answers(&base));

        // As it was, and in another order: nothing is left to ask.
        for again in [base.clone(), Criteria { sort: other.sort, page: 1, ..base.clone() }] {
            prop_assert!(slice.is_settled(&again, &base));
            prop_assert_eq!(slice.run(&again, &last), evaluate::evaluate(&table, &again, scores.as_ref()));
        }

        let criteria = if is_within { within(&base, &other, picks) } else { other };
        if !slice.answers(&criteria) {
            return Ok(());
        }
        let (mut here, mut there) = (slice.run(&criteria, &last), evaluate::evaluate(&table, &criteria, scores.as_ref()));
        let names = |results: &Results| results.facets.iter().map(|facet| facet.name.clone()).collect::<Vec<_>>();
        prop_assert_eq!(names(&here), names(&there));
        if !slice.is_settled(&criteria, &base) {
            for results in [&mut here, &mut there] {
                results.facets.retain(|facet| !slice.is_pinned(&facet.name));
                results.price = results.price.filter(|_| slice.base.prices.is_empty());
            }
        }
        prop_assert_eq!(here, there);
    }
}

fn shop() -> Table {
    let mut writer = TableWriter::new(Currency::USD);
    let record = |id: u128, brand: &str, path: &[&str], price: i64| Record {
        id,
        handle: format!("p{id}"),
        brand: brand.into(),
        categories: path.iter().map(|path| ((*path).to_owned(), path.to_uppercase())).collect(),
        attributes: vec![("season".into(), if id.is_multiple_of(2) { "Summer" } else { "Winter" }.into())],
        skus: vec![crate::domain::search::SkuRecord { price, in_stock: true, ..Default::default() }],
        ..Record::default()
    };
    let records = [
        record(1, "Nike", &["a", "a/b"], 1000),
        record(2, "Nike", &["a", "a/c"], 2000),
        record(3, "Puma", &["a", "a/b"], 3000),
        record(4, "Puma", &["d"], 4000),
    ];
    writer.apply(records.into_iter().map(|record| Change::Put(Box::new(record))).collect());
    writer.table().clone()
}

fn asked(query: &str) -> Criteria {
    Asked::read("", query, Currency::USD).criteria
}

/// A slice of at most `most` of the four products.
fn cut(most: usize, query: &str) -> Option<Slice> {
    Slice::cut_to(most, &shop(), &asked(query), None)
}

#[test]
fn few_products_are_sent_whole_and_answer_every_filter() {
    let slice = cut(4, "brand=nike&price=5-15").unwrap();
    assert_eq!(slice.len(), 4);
    for query in ["", "brand=puma", "category=a&in_stock=1&sort=newest&page=3", "season=winter&season=summer"] {
        assert!(slice.answers(&asked(query)), "{query}");
    }
    assert!(!slice.is_pinned("brand") && slice.is_settled(&asked("brand=puma"), &asked("")));
}

#[test]
fn of_many_products_those_found_are_sent_and_answer_what_narrows_further() {
    let slice = cut(3, "category=a&price=5-25").unwrap();
    assert_eq!(slice.len(), 2);
    for query in ["category=a&price=5-25&brand=nike", "category=a/b&price=10-20", "category=a&price=6-7&price=8-9"] {
        assert!(slice.answers(&asked(query)), "{query}");
    }
    for query in ["", "category=a", "category=d&price=5-25", "category=a&price=5-30", "category=a&price=-25"] {
        assert!(!slice.answers(&asked(query)), "{query}");
    }
    assert!(slice.is_pinned("category") && !slice.is_pinned("season"));
    assert!(cut(1, "category=a&price=5-25").is_none());
}

#[test]
fn another_text_and_values_never_heard_of_are_for_the_server() {
    let slice = cut(4, "").unwrap();
    for query in ["q=shirt", "exact=1", "brand=nobody", "category=a/z", "season=fall"] {
        assert!(!slice.answers(&asked(query)), "{query}");
    }
    assert!(slice.answers(&asked("utm_source=mail")));
    assert!(cut(4, "brand=nobody").is_none());
}

#[test]
fn a_pinned_facet_keeps_the_counts_of_the_last_answer_and_shows_what_is_chosen_now() {
    let slice = cut(3, "brand=nike&brand=puma&category=a").unwrap();
    let last = evaluate::evaluate(&shop(), &asked("brand=nike&brand=puma&category=a"), None);
    let results = slice.run(&asked("brand=nike&category=a&season=summer"), &last);
    let brands = results.facets.iter().find(|facet| facet.name == "brand").unwrap();
    let shown: Vec<_> = brands.values.iter().map(|v| (v.label.as_str(), v.count, v.chosen)).collect();
    assert_eq!((results.total, shown), (1, vec![("Nike", 2, true), ("Puma", 1, false)]));
}

#[test]
fn what_was_sold_and_when_it_came_is_told_by_place_only() {
    let mut writer = TableWriter::new(Currency::USD);
    let record = |id, popularity, created| Record {
        id,
        popularity,
        created,
        skus: vec![crate::domain::search::SkuRecord { price: 1, ..Default::default() }],
        ..Record::default()
    };
    let records = [record(1, 900, 17_000_000), record(2, 5, 18_000_000), record(3, 900, 16_000_000)];
    writer.apply(records.into_iter().map(|record| Change::Put(Box::new(record))).collect());
    let slice = Slice::cut(writer.table(), &Criteria::default(), None).unwrap();
    let segment = &slice.table.segments[0];
    assert_eq!((&*segment.popularity, &*segment.created), (&[1, 0, 1][..], &[1, 2, 0][..]));
}

#[test]
fn a_slice_that_does_not_fit_together_is_refused() {
    let good = serde_json::to_value(cut(4, "").unwrap()).unwrap();
    assert!(serde_json::from_value::<Slice>(good.clone()).is_ok());
    for (column, broken) in [("price", "[]"), ("brand", "[9,0,0,0]"), ("picture", "[7,0,0,0]"), ("skus", "[1,1,1,2]")] {
        let mut bad = good.clone();
        bad[column] = serde_json::from_str(broken).unwrap();
        assert!(serde_json::from_value::<Slice>(bad).is_err(), "{column}");
    }
}
