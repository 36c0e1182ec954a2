//! The shop's side of a price: what applies to everybody's basket. The browser gets it with the page.

use crate::domain::{
    country::Country,
    money::{Currency, Money},
    place::Destination,
    promotion::{Facts, Promotion},
    shipping::{HandOver, ShippingZone},
    tax::TaxRule,
};
use serde::{Deserialize, Serialize};

/// Everything the shop says about prices.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PriceBook {
    pub currency: Currency,
    /// Where the shop is: assumed as destination until one is known, and where things are picked up.
    pub home: Destination,
    /// The automatic promotions, and the one of the coupon that was entered.
    pub promotions: Vec<Promotion>,
    /// What those promotions may give away.
    pub gifts: Vec<Gift>,
    /// The first zone that holds a destination counts.
    pub zones: Vec<ShippingZone>,
    /// Where tax is collected.
    pub taxes: Vec<TaxRule>,
    pub fees: Vec<Fee>,
    pub handover: HandOver,
}

impl PriceBook {
    /// A shop that says nothing: no promotions, no delivery, no tax.
    #[must_use]
    pub fn empty(currency: Currency) -> Self {
        Self {
            currency,
            home: Destination::country(Country::UNITED_STATES),
            promotions: vec![],
            gifts: vec![],
            zones: vec![],
            taxes: vec![],
            fees: vec![],
            handover: HandOver::default(),
        }
    }
}

/// Something a promotion may give away.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Gift {
    pub sku: String,
    pub title: String,
    /// What it costs who buys it.
    pub worth: Money,
    pub facts: Facts,
    /// How many can be given; nothing when it does not run out.
    pub left: Option<u32>,
}

/// Something that is paid beside goods and delivery.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    pub code: String,
    pub name: String,
    pub amount: Money,
    /// Only for this way of paying.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_by: Option<String>,
    /// Only while the goods, less their discounts, cost less than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<Money>,
}
