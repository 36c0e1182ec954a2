//! One pass over the table: which products match, and how many each value of each facet would leave.

use super::{
    criteria::{Criteria, Sort},
    facets::{FacetKind, Values},
    plan::{Plan, SegmentPlan},
    results::{Chip, Facet, FacetValue, Hit, PriceSpan, Results, Understood},
    segment::{NONE, SEGMENT_SIZE, Segment},
    table::Table,
};
use crate::domain::money::Money;
use std::sync::{Arc, LazyLock};

/// Fewer segments than that, some 130,000 products, are scanned sooner than a thread is started.
const WORTH_A_THREAD: usize = 32;

/// How many parts a scan is divided into at most: one in the browser.
fn processors() -> usize {
    static PROCESSORS: LazyLock<usize> = LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from));
    *PROCESSORS
}

/// How well each product matches the text, by ordinal; 0 or missing: not at all.
pub type Scores = Vec<f32>;

/// A product that matches.
#[derive(Clone, Copy)]
struct Match {
    ordinal: u32,
    /// The lowest price of its matching SKUs.
    price: i64,
}

/// What one pass gathers. All counts are of products.
struct Tally {
    matches: Vec<Match>,
    categories: Vec<u32>,
    brands: Vec<u32>,
    /// By position in `Facets::named`.
    named: Vec<Vec<u32>>,
    /// For option facets the last product counted for each value, so that two SKUs count once.
    stamps: Vec<Vec<u32>>,
    /// Products with at least 1, 2, 3, 4, 5 stars.
    ratings: [u32; 5],
    in_stock: u32,
    on_sale: u32,
    prices: Option<(i64, i64)>,
}

/// Runs a search. `scores` is given when there is a text, and says which products it finds.
#[must_use]
pub fn evaluate(table: &Table, criteria: &Criteria, scores: Option<&Scores>) -> Results {
    let plan = Plan::new(criteria, &table.facets);
    let tally = Tally::of(table, &plan, scores);
    let total = tally.matches.len() as u32;
    let page = sorted_page(table, criteria, scores, &tally.matches);
    let hits = page.iter().map(|found| hit(table, &plan, found.ordinal)).collect();
    let price = tally
        .prices
        .map(|(min, max)| PriceSpan { min: Money::new(min, table.currency), max: Money::new(max, table.currency) });
    let facets = tally.facets(table, criteria);
    let chips = chips(table, criteria);
    let mut criteria = criteria.clone();
    criteria.choices.retain(|name, _| table.facets.bears(name));
    let currency = table.currency;
    Results {
        total,
        currency,
        understood: Understood { asked: criteria.clone(), criteria, chips, ..Understood::default() },
        hits,
        close: vec![],
        facets,
        price,
    }
}

/// How many of some places match the filters.
#[must_use]
pub fn count_matching(table: &Table, criteria: &Criteria, places: &[u32]) -> usize {
    let plan = Plan::new(criteria, &table.facets);
    let known = places.iter().filter(|place| (**place as usize) < table.places());
    known
        .filter(|place| {
            let (segment, row) = table.at(**place);
            let filter = plan.on(segment);
            filter.product_failures(row) == 0 && segment.skus(row).any(|sku| filter.sku_failures(sku) == 0)
        })
        .count()
}

/// What a search finds first, and nothing else: for lists beside the point of a page, which need no counts.
#[must_use]
pub fn hits(table: &Table, criteria: &Criteria, scores: Option<&Scores>) -> Vec<Hit> {
    let plan = Plan::new(criteria, &table.facets);
    let matches: Vec<Match> = matching(table, &plan, scores).collect();
    let page = sorted_page(table, criteria, scores, &matches);
    page.iter().map(|found| hit(table, &plan, found.ordinal)).collect()
}

/// The places of the first `limit` products that match, in the table's order.
#[must_use]
pub fn places(table: &Table, criteria: &Criteria, scores: Option<&Scores>, limit: usize) -> Vec<u32> {
    let plan = Plan::new(criteria, &table.facets);
    matching(table, &plan, scores).take(limit).map(|found| found.ordinal).collect()
}

fn matching<'a>(table: &'a Table, plan: &'a Plan, scores: Option<&'a Scores>) -> impl Iterator<Item = Match> + use<'a> {
    table.segments.iter().enumerate().flat_map(move |(i, segment)| {
        let filter = plan.on(segment);
        (0..segment.len()).filter_map(move |row| {
            let ordinal = i * SEGMENT_SIZE + row;
            let in_text = scores.is_none_or(|scores| scores.get(ordinal).is_some_and(|score| *score > 0.0));
            if !in_text || filter.product_failures(row) != 0 {
                return None;
            }
            let skus = segment.skus(row).filter(|sku| filter.sku_failures(*sku) == 0);
            let price = skus.map(|sku| segment.prices[sku]).min()?;
            Some(Match { ordinal: ordinal as u32, price })
        })
    })
}

/// A product by its handle, as it is shown when nothing is searched for.
#[must_use]
pub fn find(table: &Table, handle: &str) -> Option<Hit> {
    let plan = Plan::default();
    table.segments.iter().enumerate().find_map(|(i, segment)| {
        let row = (0..segment.len()).find(|row| segment.handles.get(*row) == handle)?;
        (!segment.skus(row).is_empty()).then(|| hit(table, &plan, (i * SEGMENT_SIZE + row) as u32))
    })
}

impl Tally {
    fn new(table: &Table) -> Self {
        let facets = &table.facets;
        let options = |kind| if kind == FacetKind::Option { 1 } else { 0 };
        Self {
            matches: Vec::new(),
            categories: vec![0; facets.categories.len()],
            brands: vec![0; facets.brands.len()],
            named: facets.named.iter().map(|facet| vec![0; facet.values.len()]).collect(),
            stamps: facets.named.iter().map(|facet| vec![NONE; facet.values.len() * options(facet.kind)]).collect(),
            ratings: [0; 5],
            in_stock: 0,
            on_sale: 0,
            prices: None,
        }
    }

    /// Of the whole table; a large one is divided among the processors.
    fn of(table: &Table, plan: &Plan, scores: Option<&Scores>) -> Self {
        let part = |first: usize, segments: &[Arc<Segment>]| {
            let mut tally = Self::new(table);
            for (i, segment) in (first..).zip(segments) {
                let ordinal = i * SEGMENT_SIZE;
                let scores = scores.map(|scores| scores.get(ordinal..).unwrap_or(&[]));
                tally.scan(segment, ordinal as u32, plan, scores);
            }
            tally
        };
        let size = table.segments.len().div_ceil(processors()).max(WORTH_A_THREAD);
        let mut parts = table.segments.chunks(size).enumerate().map(|(i, segments)| (i * size, segments));
        let Some((first, segments)) = parts.next() else { return Self::new(table) };
        std::thread::scope(|threads| {
            let others: Vec<_> = parts.map(|(first, segments)| threads.spawn(move || part(first, segments))).collect();
            let own = part(first, segments);
            others.into_iter().fold(own, |mut sum, other| {
                match other.join() {
                    Ok(other) => sum.add(other),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
                sum
            })
        })
    }

    /// Adds what was gathered from later segments.
    fn add(&mut self, other: Self) {
        let add = |sums: &mut [u32], counts: &[u32]| sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        self.matches.extend(other.matches);
        add(&mut self.categories, &other.categories);
        add(&mut self.brands, &other.brands);
        self.named.iter_mut().zip(&other.named).for_each(|(sums, counts)| add(sums, counts));
        add(&mut self.ratings, &other.ratings);
        self.in_stock += other.in_stock;
        self.on_sale += other.on_sale;
        self.prices = match (self.prices, other.prices) {
            (Some(one), Some(two)) => Some((one.0.min(two.0), one.1.max(two.1))),
            (one, two) => one.or(two),
        };
    }

    fn scan(&mut self, segment: &Segment, first: u32, plan: &Plan, scores: Option<&[f32]>) {
        let filter = plan.on(segment);
        // With their bits: a facet is counted for what fails no other filter than its own.
        let options: Vec<_> =
            segment.options.iter().map(|(facet, column)| (*facet as usize, column, plan.named_bit(*facet))).collect();
        let attributes: Vec<_> = segment
            .attributes
            .iter()
            .map(|(facet, column)| (*facet as usize, column, plan.named_bit(*facet)))
            .collect();
        let mut failures = Vec::new();
        for row in 0..segment.len() {
            if scores.is_some_and(|scores| scores.get(row).is_none_or(|score| *score <= 0.0)) {
                continue;
            }
            let product = filter.product_failures(row);
            let skus = segment.skus(row);
            // What fails two filters counts for nothing.
            if skus.is_empty() || product & product.wrapping_sub(1) != 0 {
                continue;
            }
            let ordinal = first + row as u32;
            let found = if !filter.sku_filters {
                true
            } else if product != 0 {
                skus.clone().any(|sku| filter.sku_failures(sku) == 0)
            } else {
                failures.clear();
                failures.extend(skus.clone().map(|sku| filter.sku_failures(sku)));
                failures.contains(&0)
            };
            if product == 0 {
                let failures = filter.sku_filters.then_some(failures.as_slice());
                self.count_skus(segment, skus.start, skus.end, ordinal, plan, failures, &options);
            }
            if found {
                self.count_product(segment, row, product, plan);
                for (facet, column, bit) in &attributes {
                    if product & !bit == 0 {
                        column.get(row).iter().for_each(|value| self.named[*facet][*value as usize] += 1);
                    }
                }
            }
        }
    }

    /// Counts what is known of the product itself, given that one of its SKUs matches.
    fn count_product(&mut self, segment: &Segment, row: usize, failures: u64, plan: &Plan) {
        if failures & !plan.category_bit() == 0 && segment.categories[row] != NONE {
            self.categories[segment.categories[row] as usize] += 1;
        }
        if failures & !plan.brand_bit() == 0 && segment.brands[row] != NONE {
            self.brands[segment.brands[row] as usize] += 1;
        }
        if failures & !plan.rating_bit() == 0
            && let Some(tenths) = segment.ratings[row].tenths()
        {
            (0..5).filter(|i| tenths >= 10 * (*i as u32 + 1)).for_each(|i| self.ratings[i] += 1);
        }
    }

    /// Counts the SKUs of a product that itself matches. Without filters about SKUs there are no `failures`.
    #[allow(clippy::too_many_arguments)] // One call; a struct for it would only rename the arguments.
    fn count_skus(
        &mut self,
        segment: &Segment,
        start: usize,
        end: usize,
        ordinal: u32,
        plan: &Plan,
        failures: Option<&[u64]>,
        options: &[(usize, &Vec<u32>, u64)],
    ) {
        let failed = |sku: usize| failures.map_or(0, |failures| failures[sku - start]);
        let (mut lowest, mut in_stock, mut on_sale) = (None, false, false);
        for sku in start..end {
            let failed = failed(sku);
            let price = segment.prices[sku];
            if failed == 0 {
                lowest = Some(lowest.map_or(price, |low: i64| low.min(price)));
            }
            if failed & !plan.price_bit == 0 {
                let (min, max) = self.prices.unwrap_or((price, price));
                self.prices = Some((min.min(price), max.max(price)));
            }
            in_stock |= failed & !plan.in_stock_bit == 0 && segment.in_stock(sku);
            on_sale |= failed & !plan.on_sale_bit == 0 && segment.on_sale(sku);
        }
        self.in_stock += u32::from(in_stock);
        self.on_sale += u32::from(on_sale);
        self.matches.extend(lowest.map(|price| Match { ordinal, price }));
        for (facet, column, bit) in options {
            let (counts, stamps) = (&mut self.named[*facet], &mut self.stamps[*facet]);
            for sku in start..end {
                let value = column[sku] as usize;
                if failed(sku) & !bit == 0 && value < stamps.len() && stamps[value] != ordinal {
                    stamps[value] = ordinal;
                    counts[value] += 1;
                }
            }
        }
    }

    fn facets(&self, table: &Table, criteria: &Criteria) -> Vec<Facet> {
        let facets = &table.facets;
        let mut all = vec![
            category_facet(table, criteria, &self.categories),
            value_facet("brand", "Brand", FacetKind::Brand, &facets.brands, &self.brands, criteria),
        ];
        for (named, counts) in facets.named.iter().zip(&self.named) {
            all.push(value_facet(&named.name, &named.label, named.kind, &named.values, counts, criteria));
        }
        let stars = (1..=5_u8).rev().map(|stars| {
            let count = self.ratings[usize::from(stars) - 1];
            (stars.to_string(), count, criteria.rating == Some(stars))
        });
        all.push(plain_facet("rating", "Rating", FacetKind::Rating, stars.collect()));
        let flag = |count, chosen| vec![("1".to_owned(), count, chosen)];
        all.push(plain_facet("in_stock", "In stock", FacetKind::InStock, flag(self.in_stock, criteria.in_stock)));
        all.push(plain_facet("on_sale", "On sale", FacetKind::OnSale, flag(self.on_sale, criteria.on_sale)));
        all.retain(|facet| !facet.values.is_empty());
        all
    }
}

fn value_facet(
    name: &str,
    label: &str,
    kind: FacetKind,
    values: &Values,
    counts: &[u32],
    criteria: &Criteria,
) -> Facet {
    let chosen: Vec<u32> =
        criteria.choices.get(name).into_iter().flatten().filter_map(|key| values.find(key)).collect();
    let shown =
        (0..counts.len() as u32).filter(|n| counts[*n as usize] > 0 || chosen.contains(n)).map(|n| FacetValue {
            value: values.label(n).to_owned(),
            label: values.label(n).to_owned(),
            count: counts[n as usize],
            chosen: chosen.contains(&n),
        });
    most_first(name, label, kind, shown.collect())
}

/// Products counted in their own category count in every one above it.
fn category_facet(table: &Table, criteria: &Criteria, own: &[u32]) -> Facet {
    let nodes = &table.facets.categories;
    let mut counts = own.to_vec();
    // Children have larger numbers than their parents.
    for number in (0..counts.len()).rev() {
        if let Some(parent) = nodes[number].parent {
            counts[parent as usize] += counts[number];
        }
    }
    let shown = nodes.iter().zip(&counts).filter_map(|(node, count)| {
        let chosen = criteria.is_chosen("category", &node.path);
        (*count > 0 || chosen).then(|| FacetValue {
            value: node.path.clone(),
            label: node.name.clone(),
            count: *count,
            chosen,
        })
    });
    most_first("category", "Category", FacetKind::Category, shown.collect())
}

fn plain_facet(name: &str, label: &str, kind: FacetKind, values: Vec<(String, u32, bool)>) -> Facet {
    let values = values
        .into_iter()
        .filter(|(_, count, chosen)| *count > 0 || *chosen)
        .map(|(value, count, chosen)| FacetValue { label: value.clone(), value, count, chosen })
        .collect();
    Facet { name: name.to_owned(), label: label.to_owned(), kind, values, more: 0 }
}

fn most_first(name: &str, label: &str, kind: FacetKind, mut values: Vec<FacetValue>) -> Facet {
    values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    Facet { name: name.to_owned(), label: label.to_owned(), kind, values, more: 0 }
}

/// The matches of the page asked for, in order. Only as much is sorted as is shown.
fn sorted_page(table: &Table, criteria: &Criteria, scores: Option<&Scores>, matches: &[Match]) -> Vec<Match> {
    let start = ((criteria.page - 1) as usize).saturating_mul(criteria.per_page as usize);
    if start >= matches.len() {
        return Vec::new();
    }
    let end = (start + criteria.per_page as usize).min(matches.len());
    let score = |m: &Match| scores.and_then(|s| s.get(m.ordinal as usize)).copied().unwrap_or(0.0);
    let order = match criteria.sort {
        None | Some(Sort::Relevance) if scores.is_some() => Sort::Relevance,
        _ => criteria.sorted_by(),
    };
    // Smaller comes first; non-negative floats compare like their bits.
    let rank = |m: &Match| -> u64 {
        let (segment, row) = table.at(m.ordinal);
        match order {
            // Of what fits as well, what can be bought, and what others bought.
            Sort::Relevance => {
                let in_stock = u64::from(segment.skus(row).any(|sku| segment.in_stock(sku)));
                // A score that is not negative has 31 bits.
                !(u64::from(score(m).to_bits()) << 33 | in_stock << 32 | u64::from(segment.popularity[row]))
            }
            Sort::PriceAsc => m.price.max(0) as u64,
            Sort::PriceDesc => !(m.price.max(0) as u64),
            Sort::Newest => !(segment.created[row].max(0) as u64),
            Sort::Rating => !u64::from(segment.ratings[row].tenths().unwrap_or(0)),
            Sort::Popular => !u64::from(segment.popularity[row]),
        }
    };
    let id = |m: &Match| {
        let (segment, row) = table.at(m.ordinal);
        segment.ids[row]
    };
    let order = |a: &(u64, Match), b: &(u64, Match)| a.0.cmp(&b.0).then_with(|| id(&a.1).cmp(&id(&b.1)));
    // Kept are those up to the page's end, and some more between two selections; what ranks behind them all is not.
    let (room, mut worst) = (2 * end + 1_000, u64::MAX);
    let mut ranked: Vec<(u64, Match)> = Vec::with_capacity(room.min(matches.len()));
    for found in matches {
        let rank = rank(found);
        if rank > worst {
            continue;
        }
        ranked.push((rank, *found));
        if ranked.len() == room {
            let (_, last, _) = ranked.select_nth_unstable_by(end - 1, order);
            worst = last.0;
            ranked.truncate(end);
        }
    }
    ranked.sort_unstable_by(order);
    ranked.truncate(end);
    ranked[start..].iter().map(|(_, m)| *m).collect()
}

/// A product as it is shown: prices, picture and codes are those of the SKUs that match.
pub(super) fn hit(table: &Table, plan: &Plan, ordinal: u32) -> Hit {
    let (segment, row) = table.at(ordinal);
    let filter: SegmentPlan<'_> = plan.on(segment);
    let skus: Vec<usize> = segment.skus(row).filter(|sku| filter.sku_failures(*sku) == 0).collect();
    let cheapest = skus.iter().copied().min_by_key(|sku| segment.prices[*sku]);
    let money = |amount| Money::new(amount, table.currency);
    let price = cheapest.map_or(0, |sku| segment.prices[sku]);
    let was = cheapest.map_or(0, |sku| segment.was[sku]);
    let own_picture = skus.first().map_or("", |sku| segment.sku_pictures.get(*sku));
    let picture = if own_picture.is_empty() { segment.pictures.get(row) } else { own_picture };
    Hit {
        handle: segment.handles.get(row).to_owned(),
        title: segment.titles.get(row).to_owned(),
        brand: match segment.brands[row] {
            NONE => String::new(),
            number => table.facets.brands.label(number).to_owned(),
        },
        category: table.facets.categories.get(segment.categories[row] as usize).map_or("", |c| &c.path).to_owned(),
        price: money(price),
        price_to: money(skus.iter().map(|sku| segment.prices[*sku]).max().unwrap_or(price)),
        was: (was > 0).then(|| money(was)),
        in_stock: skus.iter().any(|sku| segment.in_stock(*sku)),
        image: (!picture.is_empty()).then(|| picture.to_owned()),
        rating: segment.ratings[row],
        skus: skus.iter().map(|sku| segment.sku_codes.get(*sku).to_owned()).collect(),
    }
}

/// What is in force, value by value, in words.
fn chips(table: &Table, criteria: &Criteria) -> Vec<Chip> {
    let mut chips = Vec::new();
    let mut push = |name: &str, value: &str, label: String| {
        chips.push(Chip { name: name.to_owned(), value: value.to_owned(), label });
    };
    for (name, keys) in &criteria.choices {
        for key in keys {
            let label = match name.as_str() {
                "category" => &category_label(table, key, keys),
                "brand" => label_of(&table.facets.brands, key),
                name => match table.facets.find_named(name) {
                    Some(facet) => label_of(&table.facets.named[facet as usize].values, key),
                    None => continue,
                },
            };
            push(name, key, label.to_owned());
        }
    }
    for range in &criteria.prices {
        let money = |amount: i64| Money::new(amount, table.currency).to_string();
        let label = match (range.min, range.max) {
            (Some(min), Some(max)) => format!("{} – {}", money(min), money(max)),
            (Some(min), None) => format!("≥ {}", money(min)),
            (None, Some(max)) => format!("≤ {}", money(max)),
            (None, None) => continue,
        };
        push("price", &range.name(table.currency), label);
    }
    if let Some(stars) = criteria.rating {
        push("rating", &stars.to_string(), format!("★ {stars}+"));
    }
    if criteria.in_stock {
        push("in_stock", "1", "In stock".into());
    }
    if criteria.on_sale {
        push("on_sale", "1", "On sale".into());
    }
    chips
}

/// The name of a category; among several of one name with that of the category it lies in.
fn category_label(table: &Table, key: &str, chosen: &[String]) -> String {
    let nodes = &table.facets.categories;
    let node = |path: &str| table.facets.find_category(path).and_then(|number| nodes.get(number as usize));
    let Some(own) = node(key) else { return key.to_owned() };
    let has_namesake = chosen.iter().any(|other| other != key && node(other).is_some_and(|n| n.name == own.name));
    match own.parent.and_then(|parent| nodes.get(parent as usize)) {
        Some(parent) if has_namesake => format!("{}, {}", own.name, parent.name),
        _ => own.name.clone(),
    }
}

fn label_of<'a>(values: &'a Values, key: &'a str) -> &'a str {
    values.find(key).map_or(key, |number| values.label(number))
}
