//! Up to [`SEGMENT_SIZE`] products as columns: one small array for each thing that can be filtered or sorted by.
//!
//! Rows are products; the SKUs of one product lie side by side in columns of their own, from `sku_starts[row]` to
//! `sku_starts[row + 1]`. A segment is never changed: a change makes a new one, while readers keep the old.

use super::{facets::Facets, table::Record};
use crate::domain::catalog::Rating;

/// The most products in one segment.
pub const SEGMENT_SIZE: usize = 4096;
/// The number in a column where there is no value.
pub const NONE: u32 = u32::MAX;

const IN_STOCK: u8 = 1;
const ON_SALE: u8 = 2;

/// Strings one after the other in one allocation.
#[derive(Clone, Debug, Default)]
pub struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    pub fn push(&mut self, string: &str) {
        self.text.push_str(string);
        self.ends.push(self.text.len() as u32);
    }

    #[must_use]
    pub fn get(&self, i: usize) -> &str {
        let start = if i == 0 { 0 } else { self.ends[i - 1] as usize };
        &self.text[start..self.ends[i] as usize]
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

/// A column with any number of values a row.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    pub(super) ends: Vec<u32>,
    pub(super) values: Vec<u32>,
}

impl Lists {
    pub(super) fn push(&mut self, values: &[u32]) {
        self.values.extend_from_slice(values);
        self.ends.push(self.values.len() as u32);
    }

    #[inline]
    #[must_use]
    pub fn get(&self, row: usize) -> &[u32] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] as usize };
        &self.values[start..self.ends[row] as usize]
    }
}

/// The columns.
#[derive(Clone, Debug)]
pub struct Segment {
    pub ids: Vec<u128>,
    pub handles: Strings,
    pub titles: Strings,
    /// The product's first picture; empty without one.
    pub pictures: Strings,
    /// Numbers in [`Facets::brands`].
    pub brands: Vec<u32>,
    /// Numbers in [`Facets::categories`]: the product's own category, not its ancestors.
    pub categories: Vec<u32>,
    pub created: Vec<i64>,
    pub popularity: Vec<u32>,
    pub ratings: Vec<Rating>,
    /// For each attribute facet that occurs here its position in [`Facets::named`] and its column.
    pub attributes: Vec<(u16, Lists)>,
    pub sku_starts: Vec<u32>,
    pub sku_codes: Strings,
    /// The picture of the SKU's own look; empty where it is the product's first.
    pub sku_pictures: Strings,
    /// Minor units.
    pub prices: Vec<i64>,
    /// The price before the sale, 0 when there is none.
    pub was: Vec<i64>,
    pub(super) flags: Vec<u8>,
    /// For each option facet that occurs here its position in [`Facets::named`] and its column of SKUs.
    pub options: Vec<(u16, Vec<u32>)>,
}

impl Default for Segment {
    fn default() -> Self {
        Self {
            ids: vec![],
            handles: Strings::default(),
            titles: Strings::default(),
            pictures: Strings::default(),
            brands: vec![],
            categories: vec![],
            created: vec![],
            popularity: vec![],
            ratings: vec![],
            attributes: vec![],
            sku_starts: vec![0],
            sku_codes: Strings::default(),
            sku_pictures: Strings::default(),
            prices: vec![],
            was: vec![],
            flags: vec![],
            options: vec![],
        }
    }
}

impl Segment {
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The positions of a product's SKUs in the SKU columns. Empty for a product that was taken out.
    #[inline]
    #[must_use]
    pub fn skus(&self, row: usize) -> std::ops::Range<usize> {
        self.sku_starts[row] as usize..self.sku_starts[row + 1] as usize
    }

    #[inline]
    #[must_use]
    pub fn in_stock(&self, sku: usize) -> bool {
        self.flags[sku] & IN_STOCK != 0
    }

    #[inline]
    #[must_use]
    pub fn on_sale(&self, sku: usize) -> bool {
        self.flags[sku] & ON_SALE != 0
    }

    /// Appends a product. `live` is false for one that is only to keep its place: it has no SKUs and is never found.
    pub fn push(&mut self, record: &Record, facets: &mut Facets, live: bool) {
        let row = self.len();
        self.ids.push(record.id);
        self.handles.push(&record.handle);
        self.titles.push(&record.title);
        self.pictures.push(&record.picture);
        self.brands.push(if record.brand.is_empty() { NONE } else { facets.brands.intern(&record.brand) });
        self.categories.push(facets.intern_category(&record.categories).unwrap_or(NONE));
        self.created.push(record.created);
        self.popularity.push(record.popularity);
        self.ratings.push(record.rating);
        self.push_attributes(row, record, facets);
        if live {
            self.push_skus(record, facets);
        }
        self.sku_starts.push(self.prices.len() as u32);
    }

    fn push_attributes(&mut self, row: usize, record: &Record, facets: &mut Facets) {
        let mut values: Vec<(u16, Vec<u32>)> = Vec::new();
        for (name, value) in &record.attributes {
            let facet = facets.intern_named(name, false);
            let number = facets.named[facet as usize].values.intern(value);
            match values.iter_mut().find(|(f, _)| *f == facet) {
                Some((_, numbers)) if !numbers.contains(&number) => numbers.push(number),
                Some(_) => {}
                None => values.push((facet, vec![number])),
            }
        }
        values.iter().for_each(|(facet, _)| self.ensure_attribute(*facet, row));
        for (facet, column) in &mut self.attributes {
            let numbers = values.iter().find(|(f, _)| f == facet);
            column.push(numbers.map_or(&[], |(_, numbers)| numbers));
        }
    }

    fn push_skus(&mut self, record: &Record, facets: &mut Facets) {
        let options: Vec<u16> = record.options.iter().map(|name| facets.intern_named(name, true)).collect();
        options.iter().for_each(|facet| self.ensure_option(*facet));
        for sku in &record.skus {
            self.sku_codes.push(&sku.code);
            self.sku_pictures.push(if sku.picture == record.picture { "" } else { &sku.picture });
            self.prices.push(sku.price);
            let was = sku.was.filter(|was| *was > sku.price).unwrap_or(0);
            self.was.push(was);
            self.flags.push(if sku.in_stock { IN_STOCK } else { 0 } | if was > 0 { ON_SALE } else { 0 });
            for (facet, column) in &mut self.options {
                let value = options.iter().position(|f| f == facet).and_then(|i| sku.options.get(i));
                let value = value.filter(|v| !v.trim().is_empty());
                column.push(value.map_or(NONE, |v| facets.named[*facet as usize].values.intern(v)));
            }
        }
    }

    /// Appends a row of another segment as it is.
    pub fn copy_row(&mut self, from: &Self, row: usize) {
        let at = self.len();
        self.ids.push(from.ids[row]);
        self.handles.push(from.handles.get(row));
        self.titles.push(from.titles.get(row));
        self.pictures.push(from.pictures.get(row));
        self.brands.push(from.brands[row]);
        self.categories.push(from.categories[row]);
        self.created.push(from.created[row]);
        self.popularity.push(from.popularity[row]);
        self.ratings.push(from.ratings[row]);
        for (facet, column) in &from.attributes {
            if !column.get(row).is_empty() {
                self.ensure_attribute(*facet, at);
            }
        }
        for (facet, column) in &mut self.attributes {
            let theirs = from.attributes.iter().find(|(f, _)| f == facet);
            column.push(theirs.map_or(&[], |(_, theirs)| theirs.get(row)));
        }
        self.copy_skus(from, from.skus(row));
        self.sku_starts.push(self.prices.len() as u32);
    }

    fn copy_skus(&mut self, from: &Self, skus: std::ops::Range<usize>) {
        for (facet, column) in &from.options {
            if column[skus.clone()].iter().any(|value| *value != NONE) {
                self.ensure_option(*facet);
            }
        }
        for (facet, column) in &mut self.options {
            match from.options.iter().find(|(f, _)| f == facet) {
                Some((_, theirs)) => column.extend_from_slice(&theirs[skus.clone()]),
                None => column.resize(column.len() + skus.len(), NONE),
            }
        }
        for sku in skus.clone() {
            self.sku_codes.push(from.sku_codes.get(sku));
            self.sku_pictures.push(from.sku_pictures.get(sku));
        }
        self.prices.extend_from_slice(&from.prices[skus.clone()]);
        self.was.extend_from_slice(&from.was[skus.clone()]);
        self.flags.extend_from_slice(&from.flags[skus]);
    }

    fn ensure_attribute(&mut self, facet: u16, rows: usize) {
        if !self.attributes.iter().any(|(f, _)| *f == facet) {
            self.attributes.push((facet, Lists { ends: vec![0; rows], values: vec![] }));
        }
    }

    fn ensure_option(&mut self, facet: u16) {
        if !self.options.iter().any(|(f, _)| *f == facet) {
            self.options.push((facet, vec![NONE; self.prices.len()]));
        }
    }
}
