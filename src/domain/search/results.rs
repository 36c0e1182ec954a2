//! The answer to a search, as it goes over the wire and onto the page.

use super::{
    criteria::{BadParameter, Criteria},
    facets::FacetKind,
};
use crate::domain::{
    catalog::Rating,
    money::{Currency, Money},
};
use serde::{Deserialize, Serialize};

/// A product found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Hit {
    pub handle: String,
    pub title: String,
    pub brand: String,
    /// The slug path of its category, or empty.
    pub category: String,
    /// The lowest and the highest price of the SKUs that match.
    pub price: Money,
    pub price_to: Money,
    /// What the cheapest matching SKU cost before, when it is on sale.
    pub was: Option<Money>,
    /// Whether any matching SKU can be bought.
    pub in_stock: bool,
    /// The picture of the first matching SKU, else the product's.
    pub image: Option<String>,
    pub rating: Rating,
    /// The codes of the SKUs that match.
    pub skus: Vec<String>,
}

/// One value of a facet.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FacetValue {
    /// What stands in the address.
    pub value: String,
    /// What a shopper reads.
    pub label: String,
    /// Products that have it and match everything chosen in other facets.
    pub count: u32,
    pub chosen: bool,
}

/// Something to filter by.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Facet {
    /// The parameter in the address.
    pub name: String,
    pub label: String,
    pub kind: FacetKind,
    /// Values with a count above zero or chosen, most first.
    pub values: Vec<FacetValue>,
    /// How many more there are, where the list was cut.
    pub more: u32,
}

impl Facet {
    /// Keeps the first `limit` values and those chosen.
    #[must_use]
    pub fn cut(mut self, limit: usize) -> Self {
        let before = self.values.len();
        let mut place = 0;
        self.values.retain(|value| {
            place += 1;
            place <= limit || value.chosen
        });
        self.more += (before - self.values.len()) as u32;
        self
    }
}

/// The prices of everything found, the price filter left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PriceSpan {
    pub min: Money,
    pub max: Money,
}

/// A choice in force, for the chips that take it back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Chip {
    /// The parameter and its value in the address.
    pub name: String,
    pub value: String,
    pub label: String,
}

/// The search as it was understood: parameters that no facet bears are gone.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Understood {
    /// As it stands in the address.
    pub asked: Criteria,
    /// What was looked for: as text the words that mean nothing else, and every filter, also those read from words.
    pub criteria: Criteria,
    /// The whole text as it was spelled right, where it was not.
    pub corrected: Option<String>,
    /// What was asked for and left out, because nothing has all of it.
    pub left_out: Vec<String>,
    pub chips: Vec<Chip>,
    pub ignored: Vec<BadParameter>,
    /// Name and introduction of the category, when exactly one is chosen.
    pub category: Option<(String, String)>,
}

/// The answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Results {
    /// Products that match.
    pub total: u32,
    /// The currency of all prices, also of those in addresses.
    pub currency: Currency,
    pub understood: Understood,
    pub hits: Vec<Hit>,
    /// Where few products match: those that miss a little of what was read from the words, nearest first.
    pub close: Vec<Hit>,
    pub facets: Vec<Facet>,
    pub price: Option<PriceSpan>,
}

impl Results {
    /// The number of pages, at least 1.
    #[must_use]
    pub fn pages(&self) -> u32 {
        self.total.div_ceil(self.understood.criteria.per_page).max(1)
    }
}
