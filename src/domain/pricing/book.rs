//! The shop's side of a price: what applies to everybody's basket. The browser gets it with the page.

use crate::domain::{
    country::Country,
    money::{Currency, Money},
    place::{Destination, Place},
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

impl PriceBook {
    /// Whether it depends on the American state how something is taxed or whether it goes there.
    #[must_use]
    pub fn goes_by_state(&self) -> bool {
        let is_state = |place: &Place| matches!(place, Place::Region(Country::UNITED_STATES, _));
        // The table has a rate for each state; one that the shop set itself is the same in all of them.
        let by_table = |rule: &TaxRule| {
            rule.standard.is_none() && matches!(rule.place, Place::Everywhere | Place::Country(Country::UNITED_STATES))
        };
        self.taxes.iter().any(|rule| is_state(&rule.place) || by_table(rule))
            || self.zones.iter().flat_map(|zone| &zone.places).any(is_state)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        pricing::fixtures::{book, tax},
        rate::Rate,
        shipping::ShippingZone,
    };

    #[test]
    fn a_shop_goes_by_state_where_it_taxes_or_delivers_by_one() {
        let taxing = |rule| PriceBook { taxes: vec![rule], ..book() }.goes_by_state();
        assert!(!book().goes_by_state());
        assert_eq!(["US", "US-ME", "EU", "GB"].map(|place| taxing(tax(place, false))), [true, true, false, false]);
        assert!(!taxing(TaxRule { standard: Some(Rate::percent(5)), ..tax("US", false) }));
        let places = vec![Place::parse("US-AK").unwrap()];
        let zones = vec![ShippingZone { name: "Alaska".into(), places, methods: vec![] }];
        assert!(PriceBook { zones, ..book() }.goes_by_state());
    }
}
