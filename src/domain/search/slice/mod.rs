//! A slice of the table, small enough for the browser to hold: it filters, counts, sorts and pages there with the very
//! code of the server, and no network in between.
//!
//! A slice is cut for a search, its *base*, and holds all that the base finds. Where the text alone finds few enough,
//! the base has no filters and the slice answers every search for that text. Else it answers those that narrow the
//! base further, all but one thing: what a facet that the base restricts would find *beyond* its present choice. Such
//! a facet is *pinned*; it keeps the counts of the server's last answer.
//!
//! How often a product was sold, when it came and how well it fits the text is told by place only: the order is all
//! the browser needs to know.

mod narrower;
mod packed;

use super::{
    criteria::Criteria,
    evaluate::{self, Scores},
    facets::{Facets, NamedFacet, Values},
    results::Results,
    segment::{NONE, Segment},
    table::Table,
};
use crate::domain::money::Currency;
use std::sync::Arc;

/// The most products in a slice.
pub const MOST: usize = 1_000;
/// The most SKUs those may have together.
const MOST_SKUS: usize = 20_000;

/// The products of a search, in the order of their ids.
#[derive(Clone, Debug)]
pub struct Slice {
    base: Criteria,
    table: Table,
    /// Given when the base has a text.
    scores: Option<Scores>,
}

impl Slice {
    /// What is to be sent for a search; nothing when that would be too much, or when the search names values that no
    /// product bears.
    #[must_use]
    pub fn cut(table: &Table, criteria: &Criteria, scores: Option<&Scores>) -> Option<Self> {
        Self::cut_to(MOST, table, criteria, scores)
    }

    fn cut_to(most: usize, table: &Table, criteria: &Criteria, scores: Option<&Scores>) -> Option<Self> {
        let text = Criteria { text: criteria.text.clone(), exact: criteria.exact, ..Criteria::default() };
        let filters = Criteria { sort: None, page: 1, per_page: text.per_page, ..criteria.clone() };
        [text, filters].into_iter().find_map(|mut base| {
            base.choices.retain(|name, _| table.facets.bears(name));
            let places = evaluate::places(table, &base, scores, most + 1);
            let skus: usize = places.iter().map(|place| table.at(*place)).map(|(s, row)| s.skus(row).len()).sum();
            let slice =
                (places.len() <= most && skus <= MOST_SKUS).then(|| Self::of(table, base, criteria, scores, places))?;
            slice.answers(criteria).then_some(slice)
        })
    }

    fn of(table: &Table, base: Criteria, criteria: &Criteria, scores: Option<&Scores>, mut places: Vec<u32>) -> Self {
        let id = |place: &u32| {
            let (segment, row) = table.at(*place);
            segment.ids[row]
        };
        places.sort_unstable_by_key(id);
        let mut segment = Segment::default();
        for place in &places {
            let (from, row) = table.at(*place);
            segment.copy_row(from, row);
        }
        // Equals are ordered by id, which these stand in for.
        segment.ids = (0..places.len() as u128).collect();
        segment.created = ranks(&segment.created, |created| (*created).max(0)).map(i64::from).collect();
        segment.popularity = ranks(&segment.popularity, |sold| *sold).collect();
        let scores = scores.map(|scores| {
            let of_slice: Vec<f32> = places.iter().map(|place| scores[*place as usize]).collect();
            // 0 would mean that the text does not find it.
            ranks(&of_slice, |score| score.to_bits()).map(|rank| (rank + 1) as f32).collect()
        });
        let facets = renumber(&mut segment, &table.facets, criteria);
        let table = Table { currency: table.currency, facets: Arc::new(facets), segments: vec![Arc::new(segment)] };
        Self { base, table, scores }
    }

    /// The number of products.
    #[must_use]
    pub fn len(&self) -> usize {
        self.table.places()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The currency of its prices, also of those in addresses.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.table.currency
    }

    /// Whether it holds all that a search can find, and knows all that the search names.
    #[must_use]
    pub fn answers(&self, criteria: &Criteria) -> bool {
        narrower::is_known(criteria, &self.table.facets) && narrower::is_narrower(criteria, &self.base)
    }

    /// Runs a search that it [answers](Self::answers). Pinned facets, which it cannot count, are those of `last`.
    #[must_use]
    pub fn run(&self, criteria: &Criteria, last: &Results) -> Results {
        let mut results = evaluate::evaluate(&self.table, criteria, self.scores.as_ref());
        for facet in results.facets.iter_mut().filter(|facet| self.is_pinned(&facet.name)) {
            let chosen: Vec<String> = facet.values.iter().filter(|v| v.chosen).map(|v| v.value.clone()).collect();
            if let Some(known) = last.facets.iter().find(|known| known.name == facet.name) {
                facet.clone_from(known);
                facet.values.iter_mut().for_each(|value| value.chosen = chosen.contains(&value.value));
            }
        }
        if !self.base.prices.is_empty() {
            results.price = last.price;
        }
        results
    }

    /// Whether the base restricts a facet.
    #[must_use]
    pub fn is_pinned(&self, facet: &str) -> bool {
        match facet {
            "rating" => self.base.rating.is_some(),
            "in_stock" => self.base.in_stock,
            "on_sale" => self.base.on_sale,
            facet => self.base.choices.contains_key(facet),
        }
    }

    /// Whether the pinned facets of the `last` answer are right for a search: there are none, or what is searched for
    /// is the same and only its order or page is another.
    #[must_use]
    pub fn is_settled(&self, criteria: &Criteria, last: &Criteria) -> bool {
        let same = Criteria { sort: last.sort, page: last.page, per_page: last.per_page, ..criteria.clone() };
        !self.base.has_filters() || same == *last
    }
}

/// The place of each among all, from 0 for the smallest; equals share one.
fn ranks<T, K: Ord + Copy>(column: &[T], key: impl Fn(&T) -> K) -> impl Iterator<Item = u32> {
    let keys: Vec<K> = column.iter().map(key).collect();
    let mut sorted = keys.clone();
    sorted.sort_unstable();
    sorted.dedup();
    keys.into_iter().map(move |key| sorted.binary_search(&key).unwrap_or(0) as u32)
}

/// Gives the values that occur in a segment, or are chosen, numbers of their own. Named facets stay, all and in order:
/// which names mean something is the same everywhere.
fn renumber(segment: &mut Segment, old: &Facets, criteria: &Criteria) -> Facets {
    let named = old.named.iter().map(|facet| NamedFacet { values: Values::default(), ..facet.clone() });
    let mut new = Facets::default();
    new.named.extend(named);
    let chosen = |name: &str| criteria.choices.get(name).into_iter().flatten();
    for number in segment.brands.iter_mut().filter(|number| **number != NONE) {
        *number = new.brands.intern(old.brands.label(*number));
    }
    for number in chosen("brand").filter_map(|key| old.brands.find(key)) {
        new.brands.intern(old.brands.label(number));
    }
    for number in segment.categories.iter_mut().filter(|number| **number != NONE) {
        *number = new.intern_category(&old.category_steps(*number)).unwrap_or(NONE);
    }
    for number in chosen("category").filter_map(|path| old.find_category(path)) {
        new.intern_category(&old.category_steps(number));
    }
    let attributes = segment.attributes.iter_mut().map(|(facet, column)| (*facet, &mut column.values));
    let options = segment.options.iter_mut().map(|(facet, column)| (*facet, column));
    for (facet, column) in attributes.chain(options) {
        let (old, new) = (&old.named[facet as usize].values, &mut new.named[facet as usize].values);
        for number in column.iter_mut().filter(|number| **number != NONE) {
            *number = new.intern(old.label(*number));
        }
    }
    for (old, new) in old.named.iter().zip(&mut new.named) {
        for number in chosen(&old.name).filter_map(|key| old.values.find(key)) {
            new.values.intern(old.values.label(number));
        }
    }
    new
}

#[cfg(test)]
mod tests;
