//! Baskets and promotions for tests, in few words.

use super::*;
use crate::domain::{
    country::Country,
    ids::{ProductId, PromotionId},
    money::{Currency, Money},
    place::{Destination, Place},
    promotion::{Benefit, Calculator, Conditions, Coupon, Facts, Off, Promotion, WhyNot},
    rate::Rate,
    shipping::{ShippingMethod, ShippingZone, Steps},
    tax::{TaxClass, TaxRule},
    timestamp::{Day, Timestamp},
};
use uuid::Uuid;

pub fn usd(amount: i64) -> Money {
    Money::new(amount, Currency::USD)
}

pub fn facts(category: &str) -> Facts {
    Facts {
        product: ProductId(Uuid::from_u128(1)),
        category: category.into(),
        brand: String::new(),
        tax_class: TaxClass::Standard,
        grams: 500,
        on_sale: false,
        gift_card: false,
    }
}

pub fn line_in(category: &str, sku: &str, quantity: i64, price: i64) -> BasketLine {
    let quantity = quantity.try_into().unwrap();
    BasketLine { sku: sku.into(), quantity, unit_price: usd(price), facts: facts(category) }
}

pub fn line(sku: &str, quantity: i64, price: i64) -> BasketLine {
    line_in("goods", sku, quantity, price)
}

pub fn now() -> Timestamp {
    Timestamp(Day::parse("2026-11-20").unwrap().since_epoch() * Timestamp::DAY)
}

pub fn basket(lines: &[BasketLine]) -> Basket {
    Basket::of(lines.to_vec(), now())
}

pub fn to(country: &str) -> Option<Destination> {
    Some(Destination::country(Country::parse(country).unwrap()))
}

pub fn method(code: &str, price: i64) -> ShippingMethod {
    ShippingMethod {
        code: code.into(),
        name: code.into(),
        price: usd(price),
        free_over: Some(usd(10_000)),
        working_days: 3,
        steps: Steps::None,
        pick_up: false,
    }
}

/// Standard for 4.95 and express for 12.95 everywhere, free over 100; no promotions, no tax.
pub fn book() -> PriceBook {
    let methods = vec![method("standard", 495), method("express", 1295)];
    let zone = ShippingZone { name: "Everywhere".into(), places: vec![Place::Everywhere], methods };
    PriceBook { zones: vec![zone], ..PriceBook::empty(Currency::USD) }
}

pub fn with(promotions: &[Promotion]) -> PriceBook {
    PriceBook { promotions: promotions.to_vec(), ..book() }
}

pub fn tax(place: &str, included: bool) -> TaxRule {
    TaxRule {
        place: Place::parse(place).unwrap(),
        included,
        on_delivery: true,
        name: "VAT".into(),
        standard: None,
        reduced: None,
    }
}

pub fn id(n: u128) -> PromotionId {
    PromotionId(Uuid::from_u128(n))
}

/// An automatic promotion in lane 0, about everything.
pub fn promotion(n: u128, calculator: Calculator, benefit: Benefit) -> Promotion {
    Promotion {
        id: id(n),
        label: format!("Promotion {n}"),
        lane: 0,
        needs_coupon: false,
        conditions: Conditions::default(),
        calculator,
        benefit,
        stops_later: false,
    }
}

pub fn percent(percent: u32) -> Calculator {
    Calculator::Percent(Rate::percent(percent))
}

pub fn amount(cents: i64) -> Calculator {
    Calculator::Amount(usd(cents))
}

pub fn off(percent: u32) -> Off {
    Off::Percent(Rate::percent(percent))
}

pub fn conditions(json: &str) -> Conditions {
    serde_json::from_str(json).unwrap()
}

pub fn coupon(opens: Result<PromotionId, WhyNot>) -> Option<Coupon> {
    Some(Coupon { code: "FRIENDS".into(), opens })
}

/// What is left of each line.
pub fn left(quote: &Quote) -> Vec<i64> {
    quote.lines.iter().map(|line| line.discounted.amount).collect()
}

/// Why a promotion did not apply.
pub fn why_not(quote: &Quote, n: u128) -> Option<WhyNot> {
    let found = quote.explanations.iter().find(|explanation| explanation.promotion == id(n))?;
    match &found.outcome {
        crate::domain::promotion::Outcome::Not(why) => Some(why.clone()),
        crate::domain::promotion::Outcome::Applied { .. } => None,
    }
}
