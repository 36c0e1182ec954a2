//! Promotions: conditions × calculator × benefit, in ordered lanes.
//!
//! Conditions say whether a promotion applies and to which lines, the calculator how much it takes off, the benefit what
//! it takes it off from. Of the promotions in one lane only the best for the customer applies; lanes apply one after the
//! other, lowest first, each to what the ones before have left. A promotion may say that no later lane applies.

use super::{
    ids::{ProductId, PromotionId},
    money::Money,
    place::Place,
    rate::Rate,
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};

mod conditions;
mod reason;

pub use conditions::{Conditions, Goods};
pub use reason::{Outcome, WhyNot};

/// The longest text that is taken for a code: 64 letters with a dash between any two, and some room.
pub const LONGEST_CODE: usize = 130;

/// A promotion.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Promotion {
    pub id: PromotionId,
    /// What the customer reads: "Ten percent off knitwear".
    pub label: String,
    /// Lower lanes come first; of one lane at most one promotion applies.
    #[serde(default)]
    pub lane: i64,
    /// Whether a coupon has to be entered for it.
    #[serde(default)]
    pub needs_coupon: bool,
    #[serde(default)]
    pub conditions: Conditions,
    pub calculator: Calculator,
    pub benefit: Benefit,
    /// Whether it keeps later lanes from applying.
    #[serde(default)]
    pub stops_later: bool,
}

impl Promotion {
    /// Whether it gives that away.
    #[must_use]
    pub fn gives(&self, sku: &str) -> bool {
        matches!(&self.benefit, Benefit::Gift { sku: given, .. } if given.eq_ignore_ascii_case(sku))
    }
}

/// An amount, or a share.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Off {
    Percent(Rate),
    Amount(Money),
}

/// How much is taken off.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Calculator {
    Percent(Rate),
    Amount(Money),
    /// More the more is spent on the goods it is about: the last step that is reached.
    BySpend(Vec<SpendStep>),
    /// More the more of them there are.
    ByUnits(Vec<UnitStep>),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpendStep {
    pub from: Money,
    pub off: Off,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitStep {
    pub from: u64,
    pub off: Off,
}

/// What it is taken off from. A field that is misspelt is refused: left out, `methods` would mean every method.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Benefit {
    /// Each line it is about, by itself: a share of it, or an amount for each unit.
    Lines,
    /// The lines it is about together, once; spread over them to the last cent.
    Order,
    /// Delivery, by some methods or (when none is named) by any. Free shipping is 100% of it.
    Shipping {
        #[serde(default)]
        methods: Vec<String>,
    },
    /// Buy X, get Y: for every `buy` units of the goods it is about, `get` units (the cheapest) are cheaper.
    Units {
        buy: u64,
        get: u64,
        /// What may be got; the same goods when it is not said.
        #[serde(default)]
        of: Option<Goods>,
        /// How often in one order; without end when it is not said.
        #[serde(default)]
        most: Option<u64>,
    },
    /// Something goes with the order for nothing, whatever the calculator says.
    Gift { sku: String, quantity: u32 },
}

/// What there is to know of a line, or of a gift, for promotions, tax and delivery.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Facts {
    pub product: ProductId,
    /// Slugs, `clothing/knitwear`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub category: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub brand: String,
    #[serde(default)]
    pub tax_class: super::tax::TaxClass,
    #[serde(default)]
    pub grams: u64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub on_sale: bool,
    /// Money in another shape: nothing is taken off it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gift_card: bool,
}

/// How often a promotion was used so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Uses {
    pub total: u64,
    pub by_customer: u64,
}

/// Who buys, as far as promotions ask.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Customer {
    /// In lower case.
    pub groups: Vec<String>,
    /// Whether this is their first order, as far as is known: nobody knows who has not said who they are.
    pub first_order: bool,
    /// What was used of the promotions that are limited; one that is missing was not used yet.
    pub uses: Vec<(PromotionId, Uses)>,
}

impl Customer {
    #[must_use]
    pub fn uses_of(&self, promotion: PromotionId) -> Uses {
        self.uses.iter().find(|(id, _)| *id == promotion).map_or(Uses::default(), |(_, uses)| *uses)
    }
}

/// A coupon that was entered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Coupon {
    /// As it was typed, trimmed.
    pub code: String,
    /// What it opens, or why it opens nothing.
    pub opens: Result<PromotionId, WhyNot>,
}
