//! When a promotion applies, and to which goods.

use super::{Customer, Facts, Place, Timestamp, Uses, WhyNot};
use crate::domain::{ids::ProductId, money::Money, place::Destination};
use serde::{Deserialize, Serialize};

/// When a promotion applies. What is not said is no condition.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conditions {
    /// From this moment on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// Before this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// Which lines it is about.
    pub goods: Goods,
    /// The least those lines cost together, before any discount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_spend: Option<Money>,
    /// The least units of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_units: Option<u64>,
    /// Customers in any of these groups, in lower case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// Orders that go to any of these places.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
    /// Somebody's first order only.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub first_order: bool,
    /// How often it can be used in all, and by one customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_uses: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uses_per_customer: Option<u64>,
}

/// Which goods. A line has to fit every list that is not empty; it fits a list that names it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Goods {
    /// Slugs; everything below a category is in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<ProductId>,
    /// Compared without case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub brands: Vec<String>,
    /// Compared without case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skus: Vec<String>,
    /// Nothing that is on sale already.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub full_price_only: bool,
}

impl Goods {
    /// Whether a SKU is among them. A gift card never is.
    #[must_use]
    pub fn hold(&self, sku: &str, facts: &Facts) -> bool {
        fits(&self.categories, |category| is_within(&facts.category, category))
            && fits(&self.products, |product| *product == facts.product)
            && fits(&self.brands, |brand| same(brand, &facts.brand))
            && fits(&self.skus, |known| same(known, sku))
            && !(self.full_price_only && facts.on_sale)
            && !facts.gift_card
    }
}

fn fits<T>(list: &[T], names: impl Fn(&T) -> bool) -> bool {
    list.is_empty() || list.iter().any(names)
}

fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other) || (!one.is_ascii() && one.to_lowercase() == other.to_lowercase())
}

fn is_within(path: &str, category: &str) -> bool {
    path.strip_prefix(category).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Conditions {
    /// Whether it can be used only so often.
    #[must_use]
    pub fn is_limited(&self) -> bool {
        self.total_uses.is_some() || self.uses_per_customer.is_some()
    }

    /// Whether it names a group.
    #[must_use]
    pub fn is_for(&self, group: &str) -> bool {
        self.groups.iter().any(|named| same(named, group))
    }

    /// Of how often it was used only what the limits ask: each is reached, or nothing is said.
    #[must_use]
    pub fn reached(&self, uses: Uses) -> Uses {
        let of = |limit: Option<u64>, used| limit.filter(|limit| used >= *limit).unwrap_or(0);
        Uses { total: of(self.total_uses, uses.total), by_customer: of(self.uses_per_customer, uses.by_customer) }
    }

    /// Whether everything but the goods is as it has to be.
    pub fn check(
        &self,
        now: Timestamp,
        destination: &Destination,
        customer: &Customer,
        uses: Uses,
    ) -> Result<(), WhyNot> {
        if let Some(from) = self.starts_at.filter(|from| now < *from) {
            return Err(WhyNot::NotYet { from });
        }
        if self.ends_at.is_some_and(|end| now >= end) {
            return Err(WhyNot::Ended);
        }
        if self.total_uses.is_some_and(|limit| uses.total >= limit) {
            return Err(WhyNot::UsedUp);
        }
        if self.uses_per_customer.is_some_and(|limit| uses.by_customer >= limit) {
            return Err(WhyNot::UsedByYou);
        }
        if !fits(&self.groups, |group| customer.groups.iter().any(|own| same(own, group))) {
            return Err(WhyNot::NotYours);
        }
        if self.first_order && !customer.first_order {
            return Err(WhyNot::NotFirstOrder);
        }
        if !fits(&self.places, |place| place.holds(destination)) {
            return Err(WhyNot::OtherPlace);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{country::Country, tax::TaxClass};

    fn facts() -> Facts {
        Facts {
            product: ProductId("00000000-0000-0000-0000-000000000001".parse().unwrap()),
            category: "clothing/knitwear".into(),
            brand: "Marrow & Tide".into(),
            tax_class: TaxClass::Standard,
            grams: 0,
            on_sale: false,
            gift_card: false,
        }
    }

    fn goods(json: &str) -> Goods {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_line_has_to_fit_every_list_and_fits_one_that_names_it() {
        for (json, expected) in [
            ("{}", true),
            (r#"{"categories": ["clothing"]}"#, true),
            (r#"{"categories": ["clothing/knitwear"]}"#, true),
            (r#"{"categories": ["clothing/knit"]}"#, false),
            (r#"{"categories": ["home", "clothing"], "brands": ["MARROW & tide"]}"#, true),
            (r#"{"categories": ["clothing"], "brands": ["Oxbow"]}"#, false),
            (r#"{"skus": ["abc-1"]}"#, true),
            (r#"{"skus": ["ABC"]}"#, false),
            (r#"{"products": ["00000000-0000-0000-0000-000000000001"]}"#, true),
        ] {
            assert_eq!(goods(json).hold("ABC-1", &facts()), expected, "{json}");
        }
    }

    #[test]
    fn what_is_on_sale_can_be_left_out_and_gift_cards_always_are() {
        let on_sale = Facts { on_sale: true, ..facts() };
        assert!(Goods::default().hold("A", &on_sale));
        assert!(!goods(r#"{"full_price_only": true}"#).hold("A", &on_sale));
        assert!(!Goods::default().hold("A", &Facts { gift_card: true, ..facts() }));
    }

    #[test]
    fn of_uses_is_told_only_which_limit_is_reached() {
        let conditions: Conditions = serde_json::from_str(r#"{"total_uses": 5, "uses_per_customer": 2}"#).unwrap();
        let reached = |total, by_customer| {
            let told = conditions.reached(Uses { total, by_customer });
            (told.total, told.by_customer)
        };
        assert_eq!([reached(4, 1), reached(5, 1), reached(4, 7), reached(90, 2)], [(0, 0), (5, 0), (0, 2), (5, 2)]);
        assert!(conditions.is_limited() && !Conditions::default().is_limited());
        assert_eq!(Conditions::default().reached(Uses { total: 9, by_customer: 9 }), Uses::default());
    }

    #[test]
    fn each_condition_says_why_it_is_not_met() {
        let there = Destination::country(Country::UNITED_STATES);
        let friend = Customer { groups: vec!["friends".into()], first_order: true, uses: vec![] };
        let check = |json: &str, customer: &Customer, uses| {
            let conditions: Conditions = serde_json::from_str(json).unwrap();
            conditions.check(Timestamp(1_000), &there, customer, uses)
        };
        let nobody = Customer::default();
        let used = Uses { total: 5, by_customer: 2 };
        for (json, expected) in [
            (r#"{"starts_at": 1001}"#, WhyNot::NotYet { from: Timestamp(1001) }),
            (r#"{"ends_at": 1000}"#, WhyNot::Ended),
            (r#"{"total_uses": 5}"#, WhyNot::UsedUp),
            (r#"{"uses_per_customer": 2}"#, WhyNot::UsedByYou),
            (r#"{"groups": ["friends"]}"#, WhyNot::NotYours),
            (r#"{"first_order": true}"#, WhyNot::NotFirstOrder),
            (r#"{"places": ["EU", "GB"]}"#, WhyNot::OtherPlace),
        ] {
            assert_eq!(check(json, &nobody, used), Err(expected), "{json}");
        }
        let all = r#"{"starts_at": 1000, "ends_at": 1001, "total_uses": 6, "uses_per_customer": 3,
            "groups": ["Friends"], "first_order": true, "places": ["US"]}"#;
        assert_eq!(check(all, &friend, used), Ok(()));
    }
}
