//! What the shop does with promotions: adds them, after a look at whether they make sense, and takes them back.

use super::store::{self, Stored};
use crate::{
    domain::{
        ids::PromotionId,
        money::{Currency, Money},
        place::Place,
        promotion::{Benefit, Calculator, Off, Promotion},
        rate::Rate,
    },
    error::AppError,
    server::state::Shop,
};
use serde_json::Value;
use std::ops::RangeInclusive;

/// Why a promotion was not taken, for who wrote it.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    #[error("it cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    #[error("{0}")]
    Senseless(String),
    #[error("there is such a promotion already")]
    Taken,
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<sqlx::Error> for Unfit {
    fn from(error: sqlx::Error) -> Self {
        Self::App(error.into())
    }
}

/// The most characters of what a customer reads.
const MAX_LABEL: usize = 120;

/// How many units are bought, are got, and how often.
const UNITS: RangeInclusive<u64> = 1..=1_000;

/// Reads a promotion as people write it: without an `id` it gets one.
pub fn read(shop: &Shop, text: &str) -> Result<Promotion, Unfit> {
    let mut value: Value = serde_json::from_str(text)?;
    if let Some(fields) = value.as_object_mut() {
        fields.entry("id").or_insert_with(|| shop.ids.next().to_string().into());
    }
    let mut promotion: Promotion = serde_json::from_value(value.clone())?;
    // What is misspelt would be left out in silence, and the promotion be another one than was meant.
    let known = serde_json::to_value(&promotion)?;
    if let Some(field) = value.as_object().and_then(|fields| fields.keys().find(|field| known.get(field).is_none())) {
        return Err(Unfit::Senseless(format!("a promotion has no field '{field}'")));
    }
    // Of several first orders at once, only a counter tells which one is the first.
    if promotion.conditions.first_order && promotion.conditions.uses_per_customer.is_none() {
        promotion.conditions.uses_per_customer = Some(1);
    }
    match problem(&promotion, shop.currency) {
        Some(problem) => Err(Unfit::Senseless(problem)),
        None => Ok(promotion),
    }
}

/// What makes no sense about a promotion, if anything does not.
#[must_use]
pub fn problem(promotion: &Promotion, currency: Currency) -> Option<String> {
    let conditions = &promotion.conditions;
    let label = promotion.label.trim();
    if label.is_empty() || label.chars().count() > MAX_LABEL {
        return Some(format!("the label has 1 to {MAX_LABEL} characters"));
    }
    if conditions.starts_at.zip(conditions.ends_at).is_some_and(|(start, end)| end <= start) {
        return Some("it ends before it starts".to_owned());
    }
    if conditions.total_uses == Some(0) || conditions.uses_per_customer == Some(0) {
        return Some("a limit of no uses is none at all".to_owned());
    }
    if let Some(least) = conditions.minimum_spend.filter(|least| least.amount < 0 || least.currency != currency) {
        return Some(format!(
            "the minimum spend is an amount of {currency}, not {} {}",
            least.decimal(),
            least.currency
        ));
    }
    if let Some(problem) = conditions.places.iter().find_map(Place::problem) {
        return Some(problem);
    }
    let percent_needed = matches!(promotion.benefit, Benefit::Gift { .. });
    problem_of_benefit(&promotion.benefit)
        .or_else(|| if percent_needed { None } else { problem_of_calculator(&promotion.calculator, currency) })
}

fn problem_of_benefit(benefit: &Benefit) -> Option<String> {
    match benefit {
        Benefit::Units { buy, get, most, .. } if ![*buy, *get, most.unwrap_or(1)].iter().all(|n| UNITS.contains(n)) => {
            Some("buy, get and most are 1 to 1000".to_owned())
        }
        Benefit::Gift { sku, quantity } if sku.trim().is_empty() || !(1..=999).contains(quantity) => {
            Some("a gift is 1 to 999 of a SKU".to_owned())
        }
        _ => None,
    }
}

fn problem_of_calculator(calculator: &Calculator, currency: Currency) -> Option<String> {
    match calculator {
        Calculator::Percent(rate) => problem_of_off(Off::Percent(*rate), currency),
        Calculator::Amount(amount) => problem_of_off(Off::Amount(*amount), currency),
        Calculator::BySpend(steps) if steps.is_empty() => Some("there are no steps".to_owned()),
        Calculator::BySpend(steps) => steps
            .iter()
            .find_map(|step| problem_of_amount(step.from, currency).or_else(|| problem_of_off(step.off, currency))),
        Calculator::ByUnits(steps) if steps.is_empty() => Some("there are no steps".to_owned()),
        Calculator::ByUnits(steps) => steps.iter().find_map(|step| problem_of_off(step.off, currency)),
    }
}

fn problem_of_off(off: Off, currency: Currency) -> Option<String> {
    match off {
        Off::Percent(rate) if rate == Rate::ZERO || rate > Rate::WHOLE => {
            Some("a percentage is more than nothing and at most 100%".to_owned())
        }
        Off::Percent(_) => None,
        Off::Amount(amount) => problem_of_amount(amount, currency),
    }
}

fn problem_of_amount(amount: Money, currency: Currency) -> Option<String> {
    let fits = amount.amount > 0 && amount.currency == currency;
    (!fits).then(|| format!("an amount is more than nothing, in {currency}"))
}

/// Adds a promotion, from now on.
pub async fn add(shop: &Shop, promotion: Promotion) -> Result<PromotionId, Unfit> {
    let id = promotion.id;
    let mut tx = shop.db.begin().await?;
    if store::find_promotion(&mut tx.conn(), id).await?.is_some() {
        return Err(Unfit::Taken);
    }
    let position = store::next_position(&mut tx.conn(), promotion.lane).await?;
    let stored = Stored { promotion, position, enabled: true };
    store::insert_promotion(&mut tx, &stored, shop.clock.now().0).await?;
    tx.commit().await?;
    shop.reload_promotions().await?;
    Ok(id)
}

/// Has a promotion apply no more, or again; false when there is none. Orders that have it keep it.
pub async fn set_enabled(shop: &Shop, promotion: PromotionId, enabled: bool) -> Result<bool, AppError> {
    let mut tx = shop.db.begin().await?;
    let found = store::set_enabled(&mut tx, promotion, enabled).await?;
    tx.commit().await?;
    shop.reload_promotions().await?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn problem_of(change: Value) -> Option<String> {
        let mut value = json!({
            "id": "01900000-0000-7000-8000-000000000000", "label": "Ten off",
            "calculator": { "percent": "10%" }, "benefit": "order",
        });
        for (name, field) in change.as_object().unwrap() {
            value[name] = field.clone();
        }
        problem(&serde_json::from_value(value).unwrap(), Currency::USD)
    }

    #[test]
    fn a_promotion_that_makes_sense_has_no_problem() {
        for change in [
            json!({}),
            json!({ "calculator": { "amount": { "amount": 500, "currency": "USD" } } }),
            json!({ "benefit": { "gift": { "sku": "A", "quantity": 1 } }, "calculator": { "percent": "0%" } }),
            json!({ "benefit": { "units": { "buy": 2, "get": 1 } }, "calculator": { "percent": "100%" } }),
            json!({ "benefit": { "units": { "buy": 1000, "get": 1000, "most": 1000 } } }),
        ] {
            assert_eq!(problem_of(change.clone()), None, "{change}");
        }
    }

    #[test]
    fn a_benefit_with_a_misspelt_field_cannot_be_read() {
        for text in [
            r#"{"shipping": {"method": ["express"]}}"#,
            r#"{"units": {"buy": 2, "get": 1, "at_most": 1}}"#,
            r#"{"gift": {"sku": "A", "quantity": 1, "count": 1}}"#,
        ] {
            let read = serde_json::from_str::<Benefit>(text);
            assert!(read.as_ref().is_err_and(|error| error.to_string().contains("unknown field")), "{text}: {read:?}");
        }
    }

    #[test]
    fn what_makes_none_is_told() {
        for change in [
            json!({ "label": " " }),
            json!({ "label": "x".repeat(121) }),
            json!({ "calculator": { "percent": "0%" } }),
            json!({ "calculator": { "percent": "101%" } }),
            json!({ "calculator": { "amount": { "amount": 500, "currency": "EUR" } } }),
            json!({ "calculator": { "amount": { "amount": 0, "currency": "USD" } } }),
            json!({ "calculator": { "by_spend": [] } }),
            json!({ "conditions": { "starts_at": 2, "ends_at": 2 } }),
            json!({ "conditions": { "total_uses": 0 } }),
            json!({ "conditions": { "places": ["EU", "DE-BY"] } }),
            json!({ "conditions": { "minimum_spend": { "amount": 1, "currency": "JPY" } } }),
            json!({ "benefit": { "units": { "buy": 0, "get": 1 } } }),
            json!({ "benefit": { "units": { "buy": 1, "get": 1, "most": 0 } } }),
            json!({ "benefit": { "units": { "buy": 1001, "get": 1 } } }),
            json!({ "benefit": { "units": { "buy": u64::MAX, "get": u64::MAX } } }),
            json!({ "benefit": { "units": { "buy": 1, "get": 1, "most": 1001 } } }),
            json!({ "benefit": { "gift": { "sku": "", "quantity": 1 } } }),
        ] {
            assert!(problem_of(change.clone()).is_some(), "{change}");
        }
    }
}
