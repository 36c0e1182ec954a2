//! Criteria made ready for scanning: names and values turned into numbers, every filter given a bit.
//!
//! A row's failures are collected as bits. No bit set: it matches. Exactly the bit of one filter: it would match
//! but for that filter, and so counts for that filter's facet alone.

use super::{
    criteria::{Criteria, PriceRange},
    facets::{FacetKind, Facets},
    segment::Segment,
};

/// A set of value numbers; numbers beyond its end are not in it.
struct Chosen {
    bit: u64,
    facet: u16,
    values: Vec<bool>,
}

impl Chosen {
    #[inline]
    fn has(&self, value: u32) -> bool {
        self.values.get(value as usize).is_some_and(|chosen| *chosen)
    }
}

/// The filters of a search.
#[derive(Default)]
pub(super) struct Plan {
    category: Option<Chosen>,
    brand: Option<Chosen>,
    attributes: Vec<Chosen>,
    options: Vec<Chosen>,
    rating: Option<(u64, u32)>,
    prices: Vec<PriceRange>,
    pub(super) price_bit: u64,
    pub(super) in_stock_bit: u64,
    pub(super) on_sale_bit: u64,
}

impl Plan {
    pub(super) fn new(criteria: &Criteria, facets: &Facets) -> Self {
        let mut plan = Self::default();
        let mut bits = (0..64).map(|i| 1_u64 << i);
        let mut bit = || bits.next().unwrap_or(0);
        for (name, keys) in &criteria.choices {
            match name.as_str() {
                "category" => {
                    let values = facets.subtrees(keys.iter().map(String::as_str));
                    plan.category = Some(Chosen { bit: bit(), facet: 0, values });
                }
                "brand" => {
                    let numbers = keys.iter().filter_map(|key| facets.brands.find(key));
                    plan.brand = Some(Chosen { bit: bit(), facet: 0, values: bitmap(numbers, facets.brands.len()) });
                }
                name => {
                    if let Some(facet) = facets.find_named(name) {
                        let named = &facets.named[facet as usize];
                        let numbers = keys.iter().filter_map(|key| named.values.find(key));
                        let chosen = Chosen { bit: bit(), facet, values: bitmap(numbers, named.values.len()) };
                        if named.kind == FacetKind::Option { &mut plan.options } else { &mut plan.attributes }
                            .push(chosen);
                    }
                }
            }
        }
        if !criteria.prices.is_empty() {
            (plan.price_bit, plan.prices) = (bit(), criteria.prices.clone());
        }
        plan.rating = criteria.rating.map(|stars| (bit(), u32::from(stars)));
        plan.in_stock_bit = if criteria.in_stock { bit() } else { 0 };
        plan.on_sale_bit = if criteria.on_sale { bit() } else { 0 };
        plan
    }

    pub(super) fn category_bit(&self) -> u64 {
        self.category.as_ref().map_or(0, |chosen| chosen.bit)
    }

    pub(super) fn brand_bit(&self) -> u64 {
        self.brand.as_ref().map_or(0, |chosen| chosen.bit)
    }

    pub(super) fn rating_bit(&self) -> u64 {
        self.rating.map_or(0, |(bit, _)| bit)
    }

    /// The bit of the filter on a named facet, 0 without one.
    pub(super) fn named_bit(&self, facet: u16) -> u64 {
        self.options.iter().chain(&self.attributes).find(|chosen| chosen.facet == facet).map_or(0, |chosen| chosen.bit)
    }

    /// Every filter's bit with the name of its parameter.
    pub(super) fn named_bits(&self, criteria: &Criteria, facets: &Facets) -> Vec<(u64, String)> {
        let bit = |name: &str| match name {
            "category" => self.category_bit(),
            "brand" => self.brand_bit(),
            name => facets.find_named(name).map_or(0, |facet| self.named_bit(facet)),
        };
        let chosen = criteria.choices.keys().map(|name| (bit(name), name.as_str()));
        let others = [
            (self.price_bit, "price"),
            (self.rating_bit(), "rating"),
            (self.in_stock_bit, "in_stock"),
            (self.on_sale_bit, "on_sale"),
        ];
        chosen.chain(others).filter(|(bit, _)| *bit != 0).map(|(bit, name)| (bit, name.to_owned())).collect()
    }

    /// The plan with the columns of one segment at hand.
    pub(super) fn on<'a>(&'a self, segment: &'a Segment) -> SegmentPlan<'a> {
        let column = |facet: u16| segment.options.iter().find(|(f, _)| *f == facet).map(|(_, c)| c.as_slice());
        let list = |facet: u16| segment.attributes.iter().find(|(f, _)| *f == facet).map(|(_, c)| c);
        SegmentPlan {
            plan: self,
            segment,
            attributes: self.attributes.iter().map(|chosen| (chosen, list(chosen.facet))).collect(),
            options: self.options.iter().map(|chosen| (chosen, column(chosen.facet))).collect(),
            sku_filters: !self.options.is_empty() || self.price_bit | self.in_stock_bit | self.on_sale_bit != 0,
        }
    }
}

fn bitmap(numbers: impl Iterator<Item = u32>, len: usize) -> Vec<bool> {
    let mut bitmap = vec![false; len];
    numbers.for_each(|number| bitmap[number as usize] = true);
    bitmap
}

pub(super) struct SegmentPlan<'a> {
    plan: &'a Plan,
    segment: &'a Segment,
    attributes: Vec<(&'a Chosen, Option<&'a super::segment::Lists>)>,
    options: Vec<(&'a Chosen, Option<&'a [u32]>)>,
    /// Whether any filter is about SKUs.
    pub(super) sku_filters: bool,
}

impl SegmentPlan<'_> {
    /// The bits of the filters about products that a row fails.
    #[inline]
    pub(super) fn product_failures(&self, row: usize) -> u64 {
        let mut failures = 0;
        if let Some(chosen) = &self.plan.category
            && !chosen.has(self.segment.categories[row])
        {
            failures |= chosen.bit;
        }
        if let Some(chosen) = &self.plan.brand
            && !chosen.has(self.segment.brands[row])
        {
            failures |= chosen.bit;
        }
        for (chosen, column) in &self.attributes {
            if !column.is_some_and(|column| column.get(row).iter().any(|value| chosen.has(*value))) {
                failures |= chosen.bit;
            }
        }
        if let Some((bit, stars)) = self.plan.rating
            && self.segment.ratings[row].tenths().is_none_or(|tenths| tenths < stars * 10)
        {
            failures |= bit;
        }
        failures
    }

    /// The bits of the filters about SKUs that a SKU fails.
    #[inline]
    pub(super) fn sku_failures(&self, sku: usize) -> u64 {
        let mut failures = 0;
        for (chosen, column) in &self.options {
            if !column.is_some_and(|column| chosen.has(column[sku])) {
                failures |= chosen.bit;
            }
        }
        if self.plan.price_bit != 0 {
            let price = self.segment.prices[sku];
            if !self.plan.prices.iter().any(|range| range.contains(price)) {
                failures |= self.plan.price_bit;
            }
        }
        if !self.segment.in_stock(sku) {
            failures |= self.plan.in_stock_bit;
        }
        if !self.segment.on_sale(sku) {
            failures |= self.plan.on_sale_bit;
        }
        failures
    }
}
