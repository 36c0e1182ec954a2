//! What comes closest to a search that asks for more than any product has.
//!
//! Each criterion that was read from words has a price for being missed; what was chosen by hand is not given up.
//! One pass over the table finds the products that miss least.

use super::{
    criteria::Criteria,
    evaluate::{self, Scores},
    plan::Plan,
    results::Hit,
    segment::SEGMENT_SIZE,
    table::Table,
};
use std::collections::{BTreeMap, BinaryHeap};

/// The most that a product shown beside full matches may miss: some two criteria.
const CLOSE: u32 = 13;
const A_WORD: u32 = 7;
/// How many of the nearest products are looked at to choose what is left out.
const LOOKED_AT: usize = 200;

/// What one product misses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Near {
    cost: u32,
    /// Less popular comes later.
    unpopularity: u32,
    ordinal: u32,
    missed: u64,
}

/// A search whose criteria may be missed.
pub struct Wanted<'a> {
    pub table: &'a Table,
    /// As it was understood.
    pub criteria: &'a Criteria,
    /// As it was asked: what stands here is not missed.
    pub asked: &'a Criteria,
    /// For each word to be found the products that have it.
    pub words: &'a [Scores],
}

/// What to leave out so that something is found.
#[derive(Clone, PartialEq, Debug)]
pub struct LeftOut {
    /// What remains, but for the text.
    pub criteria: Criteria,
    /// The places of words in [`Wanted::words`].
    pub words: Vec<usize>,
    /// Parameters that are gone.
    pub names: Vec<String>,
}

/// The criteria of a search as bits, with their costs.
struct Costs {
    /// `(bit, cost)`
    bits: Vec<(u64, u32)>,
    named: Vec<(u64, String)>,
    fixed: u64,
    /// What was said of what is wanted: a product that misses all of it is not meant at all.
    essential: u64,
}

impl Wanted<'_> {
    /// The least that must be left out for something to be found; `None` when nothing comes close.
    #[must_use]
    pub fn leave_out(&self) -> Option<LeftOut> {
        let plan = Plan::new(self.criteria, &self.table.facets);
        let costs = self.costs(&plan);
        let nearest = self.nearest(&plan, &costs, u32::MAX, LOOKED_AT);
        let least = nearest.first()?.cost;
        let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
        for near in nearest.iter().filter(|near| near.cost == least) {
            *counts.entry(near.missed).or_default() += 1;
        }
        let missed = counts.into_iter().max_by_key(|(_, count)| *count)?.0;
        Some(self.without(&costs, missed))
    }

    /// Products that miss a little, nearest first: to show beside what matches.
    #[must_use]
    pub fn close(&self, limit: usize) -> Vec<Hit> {
        let plan = Plan::new(self.criteria, &self.table.facets);
        let costs = self.costs(&plan);
        let nearest = self.nearest(&plan, &costs, CLOSE, limit);
        let hit = |near: Near| {
            let criteria = self.without(&costs, near.missed).criteria;
            evaluate::hit(self.table, &Plan::new(&criteria, &self.table.facets), near.ordinal)
        };
        nearest.into_iter().map(hit).collect()
    }

    fn word_bit(place: usize) -> u64 {
        1 << (63 - place)
    }

    fn costs(&self, plan: &Plan) -> Costs {
        let named = plan.named_bits(self.criteria, &self.table.facets);
        let is_fixed = |name: &str| match name {
            "price" => !self.asked.prices.is_empty(),
            "rating" => self.asked.rating.is_some(),
            "in_stock" => self.asked.in_stock,
            "on_sale" => self.asked.on_sale,
            name => self.asked.choices.contains_key(name),
        };
        let fixed = named.iter().filter(|(_, name)| is_fixed(name)).fold(0, |bits, (bit, _)| bits | bit);
        let mut bits: Vec<(u64, u32)> = named.iter().map(|(bit, name)| (*bit, cost(name))).collect();
        let words = (0..self.words.len()).map(Self::word_bit);
        bits.extend(words.clone().map(|bit| (bit, A_WORD)));
        let meant = |name: &str| !matches!(name, "price" | "rating" | "in_stock" | "on_sale" | "size");
        let essential = named.iter().filter(|(_, name)| meant(name)).map(|(bit, _)| *bit).chain(words);
        Costs { bits, fixed, essential: essential.fold(0, |bits, bit| bits | bit) & !fixed, named }
    }

    /// The products that miss least, but not nothing.
    fn nearest(&self, plan: &Plan, costs: &Costs, most: u32, limit: usize) -> Vec<Near> {
        let mut best: BinaryHeap<Near> = BinaryHeap::with_capacity(limit + 1);
        // Falls to the cost of the last of the best, once there are enough.
        let mut most = most;
        for (i, segment) in self.table.segments.iter().enumerate() {
            let filter = plan.on(segment);
            for row in 0..segment.len() {
                let ordinal = i * SEGMENT_SIZE + row;
                let mut missed = filter.product_failures(row);
                for (place, scores) in self.words.iter().enumerate() {
                    if scores.get(ordinal).is_none_or(|score| *score <= 0.0) {
                        missed |= Self::word_bit(place);
                    }
                }
                if missed & costs.fixed != 0 || costs.of(missed) > most {
                    continue;
                }
                let ways = segment.skus(row).map(|sku| missed | filter.sku_failures(sku));
                let ways = ways.filter(|missed| missed & costs.fixed == 0).map(|missed| (costs.of(missed), missed));
                let Some((cost, missed)) = ways.min() else { continue };
                let means_nothing = costs.essential != 0 && missed & costs.essential == costs.essential;
                if missed == 0 || cost > most || means_nothing {
                    continue;
                }
                let unpopularity = !segment.popularity[row];
                best.push(Near { cost, unpopularity, ordinal: ordinal as u32, missed });
                if best.len() > limit {
                    best.pop();
                    most = best.peek().map_or(most, |last| last.cost);
                }
            }
        }
        best.into_sorted_vec()
    }

    fn without(&self, costs: &Costs, missed: u64) -> LeftOut {
        let mut criteria = self.criteria.clone();
        let names: Vec<String> =
            costs.named.iter().filter(|(bit, _)| missed & bit != 0).map(|(_, name)| name.clone()).collect();
        for name in &names {
            match name.as_str() {
                "price" => criteria.prices.clear(),
                "rating" => criteria.rating = None,
                "in_stock" => criteria.in_stock = false,
                "on_sale" => criteria.on_sale = false,
                name => drop(criteria.choices.remove(name)),
            }
        }
        let words = (0..self.words.len()).filter(|place| missed & Self::word_bit(*place) != 0).collect();
        LeftOut { criteria, words, names }
    }
}

impl Costs {
    fn of(&self, missed: u64) -> u32 {
        self.bits.iter().filter(|(bit, _)| missed & bit != 0).map(|(_, cost)| cost).sum()
    }
}

/// What it costs to miss a criterion: what kind of thing it is matters most, what it costs or whether it is there least.
fn cost(name: &str) -> u32 {
    match name {
        "category" => 16,
        "brand" => 8,
        "size" => 6,
        "price" | "colour" => 5,
        "rating" | "on_sale" => 2,
        "in_stock" => 1,
        _ => 4,
    }
}
