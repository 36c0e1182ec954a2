//! Tax: where the shop collects it, at which rate, and whether its prices contain it.
//!
//! Rates come from [`table`] unless the shop sets its own. Every amount is rounded once, where it is shown (line,
//! delivery, fee); the sums by rate are sums of those, so the table always comes to the tax.

use super::{
    money::{Money, MoneyError},
    place::{Destination, Place},
    rate::{Rate, Rounding},
};
use serde::{Deserialize, Serialize};

mod table;

/// Whether the table has a rate for a place. A state without sales tax has none.
#[must_use]
pub fn is_known(destination: &Destination) -> bool {
    table::rates(destination).standard > Rate::ZERO
}

/// What kind of thing is taxed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxClass {
    #[default]
    Standard,
    Reduced,
    /// Nothing is due: exempt, or a gift card, which is taxed when it is spent.
    Zero,
}

/// A place where the shop collects tax.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxRule {
    pub place: Place,
    /// Whether prices contain it; else it comes on top.
    #[serde(default)]
    pub included: bool,
    /// Whether delivery and fees are taxed as well, at the standard rate.
    #[serde(default = "yes")]
    pub on_delivery: bool,
    /// What it is called: "VAT", "Sales tax".
    #[serde(default = "tax")]
    pub name: String,
    /// The shop's own rates, before those of the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard: Option<Rate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reduced: Option<Rate>,
}

fn yes() -> bool {
    true
}

fn tax() -> String {
    "Tax".to_owned()
}

/// How one destination is taxed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taxed<'a> {
    rule: Option<&'a TaxRule>,
    rates: table::Rates,
}

/// How goods that go to `destination` are taxed: by the rule that names the place most closely; of equal ones by the
/// first. Where no rule holds, no tax is collected.
#[must_use]
pub fn at<'a>(rules: &'a [TaxRule], destination: &Destination) -> Taxed<'a> {
    let holding = rules.iter().filter(|rule| rule.place.holds(destination));
    let closest = holding.rev().max_by_key(|rule| rule.place.closeness());
    Taxed { rule: closest, rates: table::rates(destination) }
}

impl Taxed<'_> {
    /// The rate for things of a class; nothing is collected where no rule holds.
    #[must_use]
    pub fn rate(&self, class: TaxClass) -> Rate {
        let Some(rule) = self.rule else { return Rate::ZERO };
        let standard = rule.standard.unwrap_or(self.rates.standard);
        match class {
            TaxClass::Standard => standard,
            // Where there is no reduced rate everything is taxed alike, also at a rate the shop set itself.
            TaxClass::Reduced => rule.reduced.or(rule.standard).unwrap_or(self.rates.reduced),
            TaxClass::Zero => Rate::ZERO,
        }
    }

    /// The rate for delivery and fees.
    #[must_use]
    pub fn delivery_rate(&self) -> Rate {
        match self.rule {
            Some(rule) if rule.on_delivery => self.rate(TaxClass::Standard),
            _ => Rate::ZERO,
        }
    }

    /// Whether prices contain the tax.
    #[must_use]
    pub fn is_included(&self) -> bool {
        self.rule.is_some_and(|rule| rule.included)
    }

    /// What it is called; empty where none is collected.
    #[must_use]
    pub fn name(&self) -> &str {
        self.rule.map_or("", |rule| &rule.name)
    }

    /// The tax on an amount, or within it.
    pub fn of(&self, amount: Money, rate: Rate) -> Result<Money, MoneyError> {
        if self.is_included() {
            amount.share_within(rate, Rounding::HalfUp)
        } else {
            amount.share(rate, Rounding::HalfUp)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{country::Country, money::Currency};

    fn rule(place: &str, included: bool) -> TaxRule {
        let text = format!(r#"{{"place": "{place}", "included": {included}, "name": "VAT"}}"#);
        serde_json::from_str(&text).unwrap()
    }

    fn to(country: &str, postcode: &str) -> Destination {
        Destination { postcode: postcode.into(), ..Destination::country(Country::parse(country).unwrap()) }
    }

    #[test]
    fn the_rule_that_names_a_place_most_closely_counts() {
        let mut own = rule("DE", false);
        own.standard = Some(Rate::percent(16));
        let mut state = rule("US-CA", false);
        state.standard = Some(Rate::percent(9));
        let rules = [rule("*", false), rule("EU", true), own, rule("DE", true), rule("US", false), state];
        assert_eq!(at(&rules, &to("US", "94110")).rate(TaxClass::Standard), Rate::percent(9));
        assert_eq!(at(&rules, &to("DE", "")).rate(TaxClass::Standard), Rate::percent(16));
        assert_eq!(at(&rules, &to("DE", "")).rate(TaxClass::Reduced), Rate::percent(16));
        assert!(at(&rules, &to("FR", "")).is_included());
        assert!(!at(&rules, &to("US", "94110")).is_included());
    }

    #[test]
    fn where_the_shop_collects_nothing_nothing_is_due() {
        let rules = [rule("EU", true)];
        let taxed = at(&rules, &to("US", "94110"));
        assert_eq!((taxed.rate(TaxClass::Standard), taxed.delivery_rate(), taxed.name()), (Rate::ZERO, Rate::ZERO, ""));
    }

    #[test]
    fn classes_have_their_own_rates_and_zero_is_zero_everywhere() {
        let rules = [rule("EU", true), rule("GB", true), rule("US", false)];
        let rates = |to: Destination| {
            let taxed = at(&rules, &to);
            [TaxClass::Standard, TaxClass::Reduced, TaxClass::Zero].map(|class| taxed.rate(class).to_string())
        };
        assert_eq!(rates(to("DE", "")), ["19%", "7%", "0%"]);
        assert_eq!(rates(to("DK", "")), ["25%", "25%", "0%"]);
        assert_eq!(rates(to("GB", "")), ["20%", "5%", "0%"]);
        assert_eq!(rates(to("US", "94110")), ["7.25%", "7.25%", "0%"]);
        assert_eq!(rates(to("US", "97201")), ["0%", "0%", "0%"]);
    }

    #[test]
    fn included_tax_is_within_and_the_other_on_top() {
        let rules = [rule("DE", true), rule("US", false)];
        let amount = Money::new(11_900, Currency::EUR);
        let tax = |to: Destination| at(&rules, &to).of(amount, Rate::percent(19)).unwrap().amount;
        assert_eq!((tax(to("DE", "")), tax(to("US", ""))), (1_900, 2_261));
    }

    #[test]
    fn a_rule_with_a_word_nobody_knows_is_refused() {
        assert!(serde_json::from_str::<TaxRule>(r#"{"place": "DE", "incuded": true}"#).is_err());
        assert!(serde_json::from_str::<TaxRule>(r#"{"place": "Mordor"}"#).is_err());
    }
}
