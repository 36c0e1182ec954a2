//! What a shopper asks for, as it stands in the address.

use crate::domain::{
    money::{Currency, Money},
    text,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Products on a page, unless a call to the API asks for another number.
pub const PER_PAGE: u32 = 24;
/// The most products a call to the API may ask for at once.
pub const MAX_PER_PAGE: u32 = 100;
/// Longer texts are cut: nobody types them, and words beyond these find nothing more.
pub const MAX_TEXT: usize = 200;
pub(super) const MAX_NAMES: usize = 40;
const MAX_VALUES: usize = 100;
const MAX_PAGE: u32 = 1_000_000;

/// Parameters that mean something of their own: a facet of that name needs a prefix.
pub const RESERVED: [&str; 15] = [
    "q",
    "exact",
    "category",
    "brand",
    "price",
    "price_min",
    "price_max",
    "rating",
    "in_stock",
    "on_sale",
    "sort",
    "page",
    "per_page",
    "sku",
    "all",
];

/// The order of the products found.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    Relevance,
    PriceAsc,
    PriceDesc,
    Newest,
    Rating,
    Popular,
}

impl Sort {
    pub const ALL: [Self; 6] =
        [Self::Relevance, Self::Popular, Self::Newest, Self::PriceAsc, Self::PriceDesc, Self::Rating];

    /// The value in the address.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::PriceAsc => "price-asc",
            Self::PriceDesc => "price-desc",
            Self::Newest => "newest",
            Self::Rating => "rating",
            Self::Popular => "popular",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.name() == name)
    }
}

/// A range of prices in minor units, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct PriceRange {
    pub min: Option<i64>,
    pub max: Option<i64>,
}

impl PriceRange {
    #[must_use]
    pub fn contains(self, amount: i64) -> bool {
        self.min.is_none_or(|min| amount >= min) && self.max.is_none_or(|max| amount <= max)
    }

    /// Reads `10.00-40.00`; either side may be left out, not both.
    fn parse(value: &str, currency: Currency) -> Option<Self> {
        let (min, max) = value.trim().split_once('-')?;
        let side = |text: &str| match text.trim() {
            "" => Some(None),
            text => Money::parse_decimal(text, currency).filter(|m| m.amount >= 0).map(|m| Some(m.amount)),
        };
        let range = Self { min: side(min)?, max: side(max)? };
        range.is_usable().then_some(range)
    }

    /// Whether it has an end, and its ends are not the wrong way round.
    fn is_usable(self) -> bool {
        match (self.min, self.max) {
            (None, None) => false,
            (Some(min), Some(max)) => min <= max,
            _ => true,
        }
    }

    /// The value in the address.
    #[must_use]
    pub fn name(self, currency: Currency) -> String {
        let side = |amount: Option<i64>| amount.map_or(String::new(), |a| Money::new(a, currency).decimal());
        format!("{}-{}", side(self.min), side(self.max))
    }
}

/// A parameter whose value means nothing: ignored with a notice on a page, refused by the API.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BadParameter {
    pub name: String,
    pub value: String,
}

/// A search: text, filters, order and page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Criteria {
    pub text: String,
    /// Whether the text is to be taken as it stands: no spelling, no filters read from it.
    pub exact: bool,
    /// For each facet (category, brand, options and attributes by name) the keys of the values chosen.
    pub choices: BTreeMap<String, Vec<String>>,
    pub prices: Vec<PriceRange>,
    /// At least that many stars.
    pub rating: Option<u8>,
    pub in_stock: bool,
    pub on_sale: bool,
    /// The order asked for; see [`Criteria::sorted_by`].
    pub sort: Option<Sort>,
    /// From 1.
    pub page: u32,
    pub per_page: u32,
}

impl Default for Criteria {
    fn default() -> Self {
        Self {
            text: String::new(),
            exact: false,
            choices: BTreeMap::new(),
            prices: Vec::new(),
            rating: None,
            in_stock: false,
            on_sale: false,
            sort: None,
            page: 1,
            per_page: PER_PAGE,
        }
    }
}

impl Criteria {
    /// Reads the parameters of an address, already percent-decoded, and says which of them it could not use.
    ///
    /// Prices are in the major units of `currency`. Names that no facet bears stay in `choices`, where they
    /// match nothing and are dropped when the search is evaluated.
    pub fn parse<N: AsRef<str>, V: AsRef<str>>(
        pairs: impl IntoIterator<Item = (N, V)>,
        currency: Currency,
    ) -> (Self, Vec<BadParameter>) {
        let mut criteria = Self::default();
        let mut bad = Vec::new();
        for (name, value) in pairs {
            let (name, value) = (name.as_ref(), value.as_ref());
            if !criteria.take(name, value, currency) && bad.len() < MAX_NAMES {
                let shown = text::truncate(value, 40).to_owned();
                bad.push(BadParameter { name: text::truncate(name, 40).to_owned(), value: shown });
            }
        }
        if let Some(range) = criteria.prices.iter().find(|range| !range.is_usable()) {
            bad.push(BadParameter { name: "price".into(), value: range.name(currency) });
        }
        criteria.prices.retain(|range| range.is_usable());
        (criteria, bad)
    }

    /// Takes one parameter; false when its value means nothing.
    fn take(&mut self, name: &str, value: &str, currency: Currency) -> bool {
        let value = value.trim();
        if value.is_empty() {
            return true;
        }
        match name {
            "q" => self.text = clean_text(value),
            "price" => match PriceRange::parse(value, currency) {
                Some(range) if self.prices.len() < MAX_VALUES && !self.prices.contains(&range) => {
                    self.prices.push(range)
                }
                Some(_) => {}
                None => return false,
            },
            "price_min" | "price_max" => return self.take_price_field(name, value, currency),
            "rating" => return set(&mut self.rating, value.parse().ok().filter(|stars| (1..=5).contains(stars))),
            "exact" => return set_flag(&mut self.exact, value),
            "in_stock" => return set_flag(&mut self.in_stock, value),
            "on_sale" => return set_flag(&mut self.on_sale, value),
            "sort" => return set(&mut self.sort, Sort::parse(&value.to_lowercase())),
            "page" => return set_number(&mut self.page, value, MAX_PAGE),
            "per_page" => return set_number(&mut self.per_page, value, MAX_PER_PAGE),
            "sku" | "all" => {}
            name => self.choose(&text::key(text::truncate(name, 80)), value),
        }
        true
    }

    /// One end of a range, as a form without JavaScript sends it.
    fn take_price_field(&mut self, name: &str, value: &str, currency: Currency) -> bool {
        let Some(amount) = Money::parse_decimal(value, currency).map(|m| m.amount).filter(|a| *a >= 0) else {
            return false;
        };
        if self.prices.is_empty() {
            self.prices.push(PriceRange { min: None, max: None });
        }
        if let Some(range) = self.prices.last_mut() {
            let end = if name == "price_min" { &mut range.min } else { &mut range.max };
            *end = Some(amount);
        }
        true
    }

    /// Adds a value to a facet's choice.
    pub fn choose(&mut self, facet: &str, value: &str) {
        let key = text::key(text::truncate(value, 200));
        let key = if facet == "category" { key.trim_matches('/').to_owned() } else { key };
        if facet.is_empty() || key.is_empty() || (self.choices.len() >= MAX_NAMES && !self.choices.contains_key(facet))
        {
            return;
        }
        let values = self.choices.entry(facet.to_owned()).or_default();
        if values.len() < MAX_VALUES && !values.contains(&key) {
            values.push(key);
        }
    }

    /// Whether the value is among a facet's choice.
    #[must_use]
    pub fn is_chosen(&self, facet: &str, key: &str) -> bool {
        self.choices.get(facet).is_some_and(|values| values.iter().any(|v| v == key))
    }

    /// The order in effect: what was asked for, else by relevance with a text and by popularity without.
    #[must_use]
    pub fn sorted_by(&self) -> Sort {
        let fallback = if self.text.is_empty() { Sort::Popular } else { Sort::Relevance };
        match self.sort {
            Some(Sort::Relevance) | None => fallback,
            Some(sort) => sort,
        }
    }

    /// Whether anything narrows the products but the text.
    #[must_use]
    pub fn has_filters(&self) -> bool {
        !self.choices.is_empty() || !self.prices.is_empty() || self.rating.is_some() || self.in_stock || self.on_sale
    }

    /// The parameters of the address that mean this search, in a fixed order; what is at its default is left out.
    #[must_use]
    pub fn to_pairs(&self, currency: Currency) -> Vec<(String, String)> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut push = |name: &str, value: String| pairs.push((name.to_owned(), value));
        if !self.text.is_empty() {
            push("q", self.text.clone());
        }
        if self.exact {
            push("exact", "1".into());
        }
        for (facet, values) in &self.choices {
            values.iter().for_each(|value| push(facet, value.clone()));
        }
        self.prices.iter().for_each(|range| push("price", range.name(currency)));
        if let Some(stars) = self.rating {
            push("rating", stars.to_string());
        }
        if self.in_stock {
            push("in_stock", "1".into());
        }
        if self.on_sale {
            push("on_sale", "1".into());
        }
        if let Some(sort) = self.sort {
            push("sort", sort.name().into());
        }
        if self.page > 1 {
            push("page", self.page.to_string());
        }
        if self.per_page != PER_PAGE {
            push("per_page", self.per_page.to_string());
        }
        pairs
    }
}

/// One line of printable characters, at most [`MAX_TEXT`] of them.
fn clean_text(value: &str) -> String {
    // Nor what turns the rest of a sentence round, or cannot be seen.
    let hidden = |c: char| matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let printable: String =
        value.chars().map(|c| if c.is_control() || hidden(c) { ' ' } else { c }).take(MAX_TEXT).collect();
    printable.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn set<T>(slot: &mut Option<T>, value: Option<T>) -> bool {
    let good = value.is_some();
    if good {
        *slot = value;
    }
    good
}

fn set_flag(slot: &mut bool, value: &str) -> bool {
    match value.to_ascii_lowercase().as_str() {
        "1" | "true" => *slot = true,
        "0" | "false" => *slot = false,
        _ => return false,
    }
    true
}

fn set_number(slot: &mut u32, value: &str, limit: u32) -> bool {
    let number = value.parse().ok().filter(|n| (1..=limit).contains(n));
    number.is_some_and(|n| {
        *slot = n;
        true
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(query: &[(&str, &str)]) -> (Criteria, Vec<BadParameter>) {
        Criteria::parse(query.iter().copied(), Currency::USD)
    }

    #[test]
    fn a_whole_address_is_read() {
        let (criteria, bad) = parse(&[
            ("q", "  blue \u{0}  shirt "),
            ("brand", "Nike"),
            ("brand", "NIKE"),
            ("brand", "Puma"),
            ("category", "/Apparel/Topwear/"),
            ("price", "10.00-40.00"),
            ("price", "-5"),
            ("rating", "4"),
            ("in_stock", "1"),
            ("sort", "price-asc"),
            ("page", "2"),
        ]);
        assert_eq!(bad, []);
        assert_eq!(criteria.text, "blue shirt");
        assert_eq!(criteria.choices["brand"], ["nike", "puma"]);
        assert_eq!(criteria.choices["category"], ["apparel/topwear"]);
        assert_eq!(criteria.prices[0], PriceRange { min: Some(1000), max: Some(4000) });
        assert_eq!(criteria.prices[1], PriceRange { min: None, max: Some(500) });
        assert_eq!((criteria.rating, criteria.in_stock, criteria.page), (Some(4), true, 2));
    }

    #[test]
    fn bad_values_are_named_and_ignored() {
        let bad_pairs = [
            ("price", "abc"),
            ("price", "-"),
            ("price", "40-10"),
            ("price", "1e99-NaN"),
            ("price", "10"),
            ("page", "0"),
            ("page", "-1"),
            ("page", "99999999999"),
            ("per_page", "101"),
            ("rating", "6"),
            ("rating", "4.5"),
            ("sort", "sideways"),
            ("in_stock", "maybe"),
        ];
        for (name, value) in bad_pairs {
            let (criteria, bad) = parse(&[(name, value)]);
            assert_eq!(bad, [BadParameter { name: name.into(), value: value.into() }]);
            assert_eq!(criteria, Criteria::default(), "{name}={value}");
        }
    }

    #[test]
    fn the_two_fields_of_a_plain_form_make_one_range() {
        let range = |min, max| vec![PriceRange { min, max }];
        assert_eq!(parse(&[("price_min", "10"), ("price_max", "")]).0.prices, range(Some(1000), None));
        assert_eq!(parse(&[("price_min", "10"), ("price_max", "20")]).0.prices, range(Some(1000), Some(2000)));
        let (criteria, bad) = parse(&[("price_min", "30"), ("price_max", "20")]);
        assert_eq!((criteria.prices.len(), bad.len()), (0, 1));
    }

    #[test]
    fn a_flood_of_parameters_is_bounded() {
        let values: Vec<_> = (0..10_000).map(|i| (format!("n{}", i % 500), format!("v{i}"))).collect();
        let (criteria, _) = Criteria::parse(values.iter().map(|(n, v)| (n, v)), Currency::USD);
        assert!(criteria.choices.len() <= MAX_NAMES && criteria.choices.values().all(|v| v.len() <= MAX_VALUES));
    }

    #[test]
    fn without_a_text_relevance_means_popularity() {
        assert_eq!(parse(&[("sort", "relevance")]).0.sorted_by(), Sort::Popular);
        assert_eq!(parse(&[("q", "x")]).0.sorted_by(), Sort::Relevance);
        assert_eq!(parse(&[("q", "x"), ("sort", "newest")]).0.sorted_by(), Sort::Newest);
    }

    proptest! {
        #[test]
        fn an_address_means_the_same_after_a_round_trip(
            pairs in prop::collection::vec(("[a-z_]{1,8}|q|price|rating|page|sort|brand", "\\PC{0,12}|[0-9]{1,3}-[0-9]{1,3}|4|newest"), 0..20),
        ) {
            let (criteria, _) = Criteria::parse(pairs, Currency::USD);
            let (again, bad) = Criteria::parse(criteria.to_pairs(Currency::USD), Currency::USD);
            prop_assert_eq!(bad, vec![]);
            prop_assert_eq!(again, criteria);
        }
    }
}
