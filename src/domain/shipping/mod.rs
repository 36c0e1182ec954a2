//! How an order travels, what that costs and when it arrives.
//!
//! Zones say which methods go where: the first zone that holds the destination counts. A method costs the same always,
//! or by steps of weight or of what the goods cost; a parcel heavier than the last step cannot go by it.

use super::{
    money::Money,
    place::{Destination, Place},
    timestamp::Day,
};
use serde::{Deserialize, Serialize};

mod handover;
pub use handover::{Clock, HandOver};

/// A way to have an order delivered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShippingMethod {
    /// What a call to the API names it by.
    pub code: String,
    pub name: String,
    /// What it costs, where no step says otherwise.
    pub price: Money,
    /// From this sum of goods, less their discounts, it costs nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_over: Option<Money>,
    /// Working days from the hand-over to the door, at the latest.
    pub working_days: u8,
    #[serde(default, skip_serializing_if = "Steps::is_none")]
    pub steps: Steps,
    /// The customer comes for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pick_up: bool,
}

/// Prices by steps.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Steps {
    #[default]
    None,
    /// By the weight of the goods, lightest step first; heavier than the last cannot go.
    ByWeight(Vec<WeightStep>),
    /// By what the goods cost, less their discounts; below the first step the method's own price counts.
    ByPrice(Vec<PriceStep>),
}

impl Steps {
    #[must_use]
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
}

/// A parcel of at most so much.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeightStep {
    pub up_to_grams: u64,
    pub price: Money,
}

/// Goods of at least so much.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceStep {
    pub from: Money,
    pub price: Money,
}

/// The methods that go to some places.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShippingZone {
    pub name: String,
    pub places: Vec<Place>,
    pub methods: Vec<ShippingMethod>,
}

/// A method as it is offered for one cart.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShippingOption {
    pub code: String,
    pub name: String,
    pub price: Money,
    /// What it would cost without the promotions that make it cheaper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<Money>,
    /// The day it is there at the latest, when ordered now.
    pub arrives: Day,
    /// The customer comes for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pick_up: bool,
}

/// What delivery is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Parcel {
    /// What the goods cost, less their discounts.
    pub goods: Money,
    pub grams: u64,
}

/// The methods that go to a destination.
#[must_use]
pub fn methods<'a>(zones: &'a [ShippingZone], destination: &Destination) -> &'a [ShippingMethod] {
    let zone = zones.iter().find(|zone| zone.places.iter().any(|place| place.holds(destination)));
    zone.map_or(&[], |zone| &zone.methods)
}

impl ShippingMethod {
    /// The offer for a parcel that is handed over on a day; nothing when it cannot go by this method.
    #[must_use]
    pub fn offer(&self, parcel: Parcel, handed_over: Day, handover: &HandOver) -> Option<ShippingOption> {
        let price = self.price_of(parcel)?;
        let days = if self.pick_up { 0 } else { self.working_days };
        Some(ShippingOption {
            code: self.code.clone(),
            name: self.name.clone(),
            price,
            was: None,
            arrives: handover.plus_working_days(handed_over, days),
            pick_up: self.pick_up,
        })
    }

    fn price_of(&self, parcel: Parcel) -> Option<Money> {
        let reaches = |limit: &Money| limit.currency == parcel.goods.currency && parcel.goods.amount >= limit.amount;
        let price = match &self.steps {
            Steps::None => self.price,
            Steps::ByWeight(steps) => steps.iter().find(|step| parcel.grams <= step.up_to_grams)?.price,
            Steps::ByPrice(steps) => {
                steps.iter().rev().find(|step| reaches(&step.from)).map_or(self.price, |step| step.price)
            }
        };
        Some(if self.free_over.as_ref().is_some_and(reaches) { Money::zero(price.currency) } else { price })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{country::Country, money::Currency};

    fn usd(amount: i64) -> Money {
        Money::new(amount, Currency::USD)
    }

    fn method(steps: Steps) -> ShippingMethod {
        ShippingMethod {
            code: "standard".into(),
            name: "Standard".into(),
            price: usd(495),
            free_over: Some(usd(9000)),
            working_days: 3,
            steps,
            pick_up: false,
        }
    }

    fn offer(method: &ShippingMethod, goods: i64, grams: u64) -> Option<ShippingOption> {
        let friday = Day::parse("2026-11-20").unwrap();
        method.offer(Parcel { goods: usd(goods), grams }, friday, &HandOver::default())
    }

    #[test]
    fn delivery_is_free_from_the_limit_on_and_not_a_cent_before() {
        let method = method(Steps::None);
        let price = |goods| offer(&method, goods, 0).unwrap().price;
        assert_eq!((price(8999), price(9000)), (usd(495), usd(0)));
        assert_eq!(offer(&method, 1, 0).unwrap().arrives.to_string(), "2026-11-25");
    }

    #[test]
    fn a_heavier_parcel_costs_its_step_and_one_too_heavy_cannot_go() {
        let step = |up_to_grams, price| WeightStep { up_to_grams, price: usd(price) };
        let method = method(Steps::ByWeight(vec![step(1_000, 500), step(5_000, 900)]));
        let price = |grams| offer(&method, 1, grams).map(|option| option.price.amount);
        assert_eq!([0, 1_000, 1_001, 5_000, 5_001].map(price), [Some(500), Some(500), Some(900), Some(900), None]);
        assert_eq!(offer(&method, 9_000, 4_000).unwrap().price, usd(0));
    }

    #[test]
    fn dearer_goods_have_the_last_step_they_reach() {
        let step = |from, price| PriceStep { from: usd(from), price: usd(price) };
        let method =
            ShippingMethod { free_over: None, ..method(Steps::ByPrice(vec![step(2_000, 300), step(6_000, 100)])) };
        let price = |goods| offer(&method, goods, 0).unwrap().price.amount;
        assert_eq!([0, 1_999, 2_000, 5_999, 6_000, 99_999].map(price), [495, 495, 300, 300, 100, 100]);
    }

    #[test]
    fn what_is_picked_up_is_there_when_it_is_packed() {
        let method = ShippingMethod { pick_up: true, ..method(Steps::None) };
        assert_eq!(offer(&method, 1, 0).unwrap().arrives.to_string(), "2026-11-20");
    }

    #[test]
    fn the_first_zone_that_holds_the_place_counts() {
        let zone = |name: &str, places: &[&str]| ShippingZone {
            name: name.into(),
            places: places.iter().map(|place| Place::parse(place).unwrap()).collect(),
            methods: vec![ShippingMethod { code: name.into(), ..method(Steps::None) }],
        };
        let zones = [zone("islands", &["US-HI", "US-AK"]), zone("home", &["US"]), zone("union", &["EU"])];
        let code = |country: &str, postcode: &str| {
            let country = Country::parse(country).unwrap();
            let to = Destination { postcode: postcode.into(), ..Destination::country(country) };
            methods(&zones, &to).first().map(|method| method.code.clone())
        };
        assert_eq!(code("US", "96813").as_deref(), Some("islands"));
        assert_eq!(code("US", "94110").as_deref(), Some("home"));
        assert_eq!(code("IT", "").as_deref(), Some("union"));
        assert_eq!(code("JP", ""), None);
    }
}
