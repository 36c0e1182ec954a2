//! The names and values that products can be filtered by, each value numbered.
//!
//! Numbers are given once and never change, so that columns of numbers stay right while products come and go.

use super::criteria::RESERVED;
use crate::domain::text;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What a facet is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FacetKind {
    Category,
    Brand,
    /// An option of variants: size, colour, style.
    Option,
    /// An attribute of products, from tags like `season:Summer`.
    Attribute,
    Rating,
    InStock,
    OnSale,
}

/// A numbered list of values, found by key whatever their case.
#[derive(Clone, Debug, Default)]
pub struct Values {
    labels: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Values {
    /// The number of a value; a new one gets the next number, and keeps the spelling it came with.
    pub fn intern(&mut self, label: &str) -> u32 {
        let key = text::key(label);
        if let Some(&number) = self.numbers.get(&key) {
            return number;
        }
        let number = u32::try_from(self.labels.len()).unwrap_or(u32::MAX - 1);
        self.labels.push(label.trim().to_owned());
        self.numbers.insert(key, number);
        number
    }

    #[must_use]
    pub fn find(&self, key: &str) -> Option<u32> {
        self.numbers.get(key).copied()
    }

    #[must_use]
    pub fn label(&self, number: u32) -> &str {
        self.labels.get(number as usize).map_or("", String::as_str)
    }

    /// All values, in the order of their numbers.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.labels.iter().map(String::as_str)
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }
}

/// An option or attribute that products can be filtered by.
#[derive(Clone, Debug)]
pub struct NamedFacet {
    /// The parameter in the address.
    pub name: String,
    /// What a shopper reads.
    pub label: String,
    pub kind: FacetKind,
    pub values: Values,
}

/// A node of the category tree.
#[derive(Clone, Debug)]
pub struct CategoryNode {
    pub path: String,
    pub name: String,
    pub parent: Option<u32>,
}

/// Everything products can be filtered by. Grows only.
#[derive(Clone, Debug, Default)]
pub struct Facets {
    pub brands: Values,
    pub categories: Vec<CategoryNode>,
    category_numbers: HashMap<String, u32>,
    pub named: Vec<NamedFacet>,
    /// `(is option, key of the name)` → position in `named`.
    positions: HashMap<(bool, String), u16>,
}

impl Facets {
    /// The number of a category, given its names from the root down with their slug paths.
    pub fn intern_category(&mut self, steps: &[(String, String)]) -> Option<u32> {
        let mut parent = None;
        for (path, name) in steps {
            parent = Some(match self.category_numbers.get(path) {
                Some(&number) => number,
                None => {
                    let number = u32::try_from(self.categories.len()).unwrap_or(u32::MAX - 1);
                    self.categories.push(CategoryNode { path: path.clone(), name: name.clone(), parent });
                    self.category_numbers.insert(path.clone(), number);
                    number
                }
            });
        }
        parent
    }

    /// By number, whether a category is one of these or lies below one; those that there are not count for nothing.
    pub fn subtrees<'a>(&self, paths: impl Iterator<Item = &'a str>) -> Vec<bool> {
        let mut inside = vec![false; self.categories.len()];
        paths.filter_map(|path| self.find_category(path)).for_each(|number| inside[number as usize] = true);
        // Parents have smaller numbers than their children, so one pass reaches every depth.
        for number in 0..inside.len() {
            inside[number] |= self.categories[number].parent.is_some_and(|parent| inside[parent as usize]);
        }
        inside
    }

    /// How many values there are in all.
    #[must_use]
    pub fn count_values(&self) -> usize {
        self.brands.len() + self.categories.len() + self.named.iter().map(|facet| facet.values.len()).sum::<usize>()
    }

    #[must_use]
    pub fn find_category(&self, path: &str) -> Option<u32> {
        self.category_numbers.get(path).copied()
    }

    /// The position of an option's (or an attribute's) facet among `named`.
    pub fn intern_named(&mut self, name: &str, is_option: bool) -> u16 {
        let key = facet_key(name);
        if let Some(&position) = self.positions.get(&(is_option, key.clone())) {
            return position;
        }
        let position = u16::try_from(self.named.len()).unwrap_or(u16::MAX);
        let kind = if is_option { FacetKind::Option } else { FacetKind::Attribute };
        if is_option {
            self.rename_attribute(&key);
        }
        let facet = NamedFacet { name: self.free_name(&key), label: label_of(&key), kind, values: Values::default() };
        self.named.push(facet);
        self.positions.insert((is_option, key), position);
        position
    }

    /// A facet by the name it has in the address.
    #[must_use]
    pub fn find_named(&self, name: &str) -> Option<u16> {
        self.named.iter().position(|facet| facet.name == name).and_then(|i| u16::try_from(i).ok())
    }

    /// Whether choices can be made by that name.
    #[must_use]
    pub fn bears(&self, name: &str) -> bool {
        matches!(name, "category" | "brand") || self.find_named(name).is_some()
    }

    /// The slug paths and names of a category and of those above it, from the root down.
    #[must_use]
    pub fn category_steps(&self, number: u32) -> Vec<(String, String)> {
        let node = |number: u32| self.categories.get(number as usize);
        let mut steps: Vec<_> = std::iter::successors(node(number), |below| node(below.parent?))
            .map(|node| (node.path.clone(), node.name.clone()))
            .collect();
        steps.reverse();
        steps
    }

    /// An option's name is its own, also when an attribute of that name was there first.
    fn rename_attribute(&mut self, name: &str) {
        if let Some(at) = self.named.iter().position(|f| f.name == name && f.kind == FacetKind::Attribute) {
            let free = self.free_name(name);
            self.named[at].name = free;
        }
    }

    /// The key itself, with the prefix `attr_` where that name is taken.
    fn free_name(&self, key: &str) -> String {
        let mut name = key.to_owned();
        while RESERVED.contains(&name.as_str()) || self.named.iter().any(|facet| facet.name == name) {
            name.insert_str(0, "attr_");
        }
        name
    }
}

/// Facet names compare without case, and "Color" is "Colour".
fn facet_key(name: &str) -> String {
    let key = text::key(name);
    if key == "color" { "colour".to_owned() } else { key }
}

fn label_of(key: &str) -> String {
    let mut letters = key.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// Whether a category is another, or lies below it.
#[must_use]
pub fn is_within(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn color_and_colour_are_one_option() {
        let mut facets = Facets::default();
        let a = facets.intern_named("Color", true);
        assert_eq!(a, facets.intern_named(" COLOUR ", true));
        assert_eq!((&*facets.named[0].name, &*facets.named[0].label), ("colour", "Colour"));
    }

    #[test]
    fn a_taken_name_gets_a_prefix() {
        let mut facets = Facets::default();
        facets.intern_named("page", false);
        facets.intern_named("Size", true);
        facets.intern_named("size", false);
        let names: Vec<_> = facets.named.iter().map(|f| &*f.name).collect();
        assert_eq!(names, ["attr_page", "size", "attr_size"]);
    }

    #[test]
    fn an_option_keeps_its_name_whichever_comes_first() {
        let mut facets = Facets::default();
        facets.intern_named("colour", false);
        facets.intern_named("Colour", true);
        let names: Vec<_> = facets.named.iter().map(|f| (&*f.name, f.kind)).collect();
        assert_eq!(names, [("attr_colour", FacetKind::Attribute), ("colour", FacetKind::Option)]);
    }

    #[test]
    fn values_are_found_whatever_their_case_and_keep_their_first_spelling() {
        let mut values = Values::default();
        let blue = values.intern("Navy Blue");
        assert_eq!(values.intern("navy  blue"), blue);
        assert_eq!((values.find("navy blue"), values.label(blue)), (Some(blue), "Navy Blue"));
    }
}
