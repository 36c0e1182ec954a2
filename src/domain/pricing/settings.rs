//! What the shop's owner sets about prices: where tax is collected, where parcels go, what is paid beside.
//!
//! Kept as JSON that people can read and write. Whatever cannot be meant is refused with a sentence that says where.

use super::Fee;
use crate::domain::{
    country::Country,
    money::{Currency, Money},
    payment::PaymentMethod,
    place::{Destination, Place},
    promotion::{Facts, Goods},
    shipping::{HandOver, ShippingMethod, ShippingZone, Steps},
    tax::{self, TaxClass, TaxRule},
};
use serde::{Deserialize, Serialize};

/// The settings. Without any a shop sells everywhere by the methods of its table, and collects no tax.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PriceSettings {
    /// Where the shop is.
    pub home: Destination,
    pub taxes: Vec<TaxRule>,
    /// Goods that are not of the standard class; the first that holds counts.
    pub tax_classes: Vec<ClassRule>,
    /// Where parcels go; empty: everywhere, by the methods of the table.
    pub zones: Vec<ShippingZone>,
    pub fees: Vec<Fee>,
    pub handover: HandOver,
}

/// Goods of a tax class.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassRule {
    pub class: TaxClass,
    pub goods: Goods,
}

impl Default for PriceSettings {
    fn default() -> Self {
        Self {
            home: Destination::country(Country::UNITED_STATES),
            taxes: vec![],
            tax_classes: vec![],
            zones: vec![],
            fees: vec![],
            handover: HandOver::default(),
        }
    }
}

impl PriceSettings {
    /// The tax class of a SKU: its own where it is exempt, else that of the first rule that holds it.
    #[must_use]
    pub fn tax_class(&self, sku: &str, facts: &Facts) -> TaxClass {
        if facts.gift_card || facts.tax_class == TaxClass::Zero {
            return TaxClass::Zero;
        }
        let rule = self.tax_classes.iter().find(|rule| rule.goods.hold(sku, facts));
        rule.map_or(facts.tax_class, |rule| rule.class)
    }

    /// What is wrong with the settings of a shop that reckons in a currency, a sentence each; empty when nothing is.
    #[must_use]
    pub fn problems(&self, currency: Currency) -> Vec<String> {
        let mut found = Problems { currency, all: vec![] };
        self.taxes.iter().for_each(|rule| found.tax(rule));
        for zone in &self.zones {
            found.zone(zone);
        }
        for fee in &self.fees {
            let of = format!("the fee “{}”", fee.code);
            found.say(fee.code.trim().is_empty() || fee.name.trim().is_empty(), "a fee has no code or no name");
            found.money(&of, fee.amount);
            fee.below.iter().for_each(|limit| found.money(&of, *limit));
            if let Some(method) = fee.paid_by.as_ref().filter(|method| PaymentMethod::parse(method).is_none()) {
                let ways = PaymentMethod::ALL.map(PaymentMethod::name).join(", ");
                found.all.push(format!("{of} is for no way to pay: “{method}” is none of {ways}"));
            }
        }
        if self.handover.cut_off.is_some_and(|cut_off| cut_off.minutes() < 0) {
            found.all.push("handover: the cut-off is a time of day, like 14:00".to_owned());
        }
        found.all
    }
}

struct Problems {
    currency: Currency,
    all: Vec<String>,
}

impl Problems {
    fn say(&mut self, is_wrong: bool, what: impl Into<String>) {
        if is_wrong {
            self.all.push(what.into());
        }
    }

    fn money(&mut self, of: &str, amount: Money) {
        let currency = self.currency;
        self.say(
            amount.currency != currency,
            format!("{of} is in {}; the shop reckons in {currency}", amount.currency),
        );
        self.say(amount.amount < 0, format!("{of} is below nothing"));
    }

    fn place(&mut self, of: &str, place: &Place) {
        self.all.extend(place.problem().map(|problem| format!("{of}: {problem}")));
    }

    /// A rule has to know its rate: its own, or one of the table.
    fn tax(&mut self, rule: &TaxRule) {
        let known = match &rule.place {
            Place::EuropeanUnion => true,
            Place::Country(country) if *country == Country::UNITED_STATES => true,
            Place::Country(country) => tax::is_known(&Destination::country(*country)),
            Place::Region(country, region) => {
                let there = Destination { region: Some(region.clone()), ..Destination::country(*country) };
                *country == Country::UNITED_STATES || tax::is_known(&there)
            }
            Place::Everywhere => false,
        };
        let place = &rule.place;
        self.place("taxes", place);
        self.say(
            !known && place.problem().is_none() && rule.standard.is_none(),
            format!("taxes: no rate is known for {place}; say it: \"standard\": \"10%\""),
        );
        self.say(rule.name.trim().is_empty(), format!("taxes: the tax of {place} has no name"));
    }

    fn zone(&mut self, zone: &ShippingZone) {
        let name = &zone.name;
        self.say(zone.places.is_empty(), format!("zones: “{name}” has no places; \"*\" is everywhere"));
        zone.places.iter().for_each(|place| self.place(&format!("zones: “{name}”"), place));
        for (at, method) in zone.methods.iter().enumerate() {
            let twice = zone.methods[..at].iter().any(|other| other.code.eq_ignore_ascii_case(&method.code));
            self.say(twice, format!("zones: “{name}” has two methods “{}”", method.code));
            self.method(name, method);
        }
    }

    fn method(&mut self, zone: &str, method: &ShippingMethod) {
        let of = format!("zones: “{}” of “{zone}”", method.code);
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let is_code = (1..=40).contains(&method.code.len()) && method.code.chars().all(plain);
        self.say(!is_code, format!("{of}: a code is of letters, digits, - and _"));
        self.say(method.name.trim().is_empty(), format!("{of} has no name"));
        self.money(&of, method.price);
        method.free_over.iter().for_each(|limit| self.money(&of, *limit));
        let (rising, prices) = match &method.steps {
            Steps::None => (true, vec![]),
            Steps::ByWeight(steps) => (
                steps.is_sorted_by(|a, b| a.up_to_grams < b.up_to_grams) && !steps.is_empty(),
                steps.iter().map(|step| step.price).collect(),
            ),
            Steps::ByPrice(steps) => (
                steps.is_sorted_by(|a, b| a.from.amount < b.from.amount) && !steps.is_empty(),
                steps.iter().flat_map(|step| [step.price, step.from]).collect(),
            ),
        };
        self.say(!rising, format!("{of}: its steps do not rise"));
        prices.into_iter().for_each(|price| self.money(&of, price));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::pricing::fixtures::facts;

    fn read(json: &str) -> Result<PriceSettings, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    fn problems(json: &str) -> Vec<String> {
        read(json).unwrap().problems(Currency::USD)
    }

    #[test]
    fn what_an_owner_writes_is_understood() {
        let settings = r#"{
            "home": {"country": "US", "region": "ME", "postcode": "04101"},
            "taxes": [
                {"place": "EU", "included": true, "name": "VAT"},
                {"place": "US-ME", "name": "Sales tax", "on_delivery": false},
                {"place": "JP", "standard": "10%", "included": true}
            ],
            "tax_classes": [{"class": "reduced", "goods": {"categories": ["food"]}}],
            "zones": [{"name": "Home", "places": ["US"], "methods": [
                {"code": "standard", "name": "Standard", "price": "4.95 USD", "free_over": "90 USD", "working_days": 4},
                {"code": "heavy", "name": "Freight", "price": "0 USD", "working_days": 8,
                    "steps": {"by_weight": [{"up_to_grams": 10000, "price": "19 USD"}, {"up_to_grams": 30000, "price": "39 USD"}]}},
                {"code": "collect", "name": "Collect", "price": "0 USD", "working_days": 0, "pick_up": true}
            ]}],
            "fees": [{"code": "on-delivery", "name": "Courier's fee", "amount": "2 USD", "paid_by": "on_delivery"}],
            "handover": {"cut_off": "14:00", "utc_offset": "-05:00", "handling_days": 1, "holidays": ["2026-12-25"]}
        }"#;
        assert_eq!(problems(settings), Vec::<String>::new());
        let settings = read(settings).unwrap();
        let text = serde_json::to_string(&settings).unwrap();
        assert_eq!(read(&text), Ok(settings));
    }

    #[test]
    fn a_word_nobody_knows_is_refused_with_its_line() {
        let error = read("{\n \"zonse\": []\n}").unwrap_err();
        assert!(error.contains("zonse") && error.contains("line 2"), "{error}");
        let error = read(r#"{"taxes": [{"place": "Narnia"}]}"#).unwrap_err();
        assert!(error.contains("Narnia"), "{error}");
    }

    #[test]
    fn what_cannot_be_meant_is_told() {
        for (json, expected) in [
            (r#"{"taxes": [{"place": "JP"}]}"#, "no rate is known for JP"),
            (r#"{"taxes": [{"place": "*"}]}"#, "no rate is known for *"),
            (r#"{"taxes": [{"place": "EU", "name": " "}]}"#, "has no name"),
            (r#"{"zones": [{"name": "Home", "places": [], "methods": []}]}"#, "has no places"),
            (r#"{"fees": [{"code": "x", "name": "X", "amount": "1 EUR"}]}"#, "the shop reckons in USD"),
            (r#"{"fees": [{"code": "x", "name": "X", "amount": "-1 USD"}]}"#, "below nothing"),
            (r#"{"fees": [{"code": "x", "name": "X", "amount": "1 USD", "paid_by": "cod"}]}"#, "“cod” is none of card"),
            (r#"{"taxes": [{"place": "US-ZZ"}]}"#, "taxes: US-ZZ is no state"),
            (
                r#"{"zones": [{"name": "Home", "places": ["US-ME", "US-ZZ"], "methods": []}]}"#,
                "“Home”: US-ZZ is no state",
            ),
            (r#"{"taxes": [{"place": "DE-BY", "standard": "19%"}]}"#, "taxes: DE-BY would never hold"),
            (r#"{"taxes": [{"place": "CA-ON"}]}"#, "taxes: CA-ON would never hold"),
            (r#"{"taxes": [{"place": "ES-CN"}]}"#, "no rate is known for ES-CN"),
            (
                r#"{"zones": [{"name": "Islands", "places": ["ES-CN", "PT-20"], "methods": []}]}"#,
                "“Islands”: PT-20 would never hold",
            ),
            (r#"{"handover": {"cut_off": "-01:00"}}"#, "time of day"),
        ] {
            let found = problems(json);
            assert!(found.len() == 1 && found[0].contains(expected), "{json}: {found:?}");
        }
        let method = |rest: &str| {
            problems(&format!(
                r#"{{"zones": [{{"name": "Home", "places": ["*"], "methods": [
                    {{"code": "a", "name": "A", "price": "1 USD", "working_days": 1}}, {{"working_days": 1, {rest}}}]}}]}}"#
            ))
        };
        for (rest, expected) in [
            (r#""code": "A", "name": "Again", "price": "1 USD""#, "two methods"),
            (r#""code": "b;c=1", "name": "B", "price": "1 USD""#, "a code is of letters"),
            (r#""code": "b", "name": "", "price": "1 USD""#, "has no name"),
            (r#""code": "b", "name": "B", "price": "1 USD", "steps": {"by_weight": []}"#, "do not rise"),
            (
                r#""code": "b", "name": "B", "price": "1 USD", "steps": {"by_price": [
                    {"from": "9 USD", "price": "1 USD"}, {"from": "9 USD", "price": "2 USD"}]}"#,
                "do not rise",
            ),
        ] {
            let found = method(rest);
            assert!(found.len() == 1 && found[0].contains(expected), "{rest}: {found:?}");
        }
    }

    #[test]
    fn goods_have_the_class_of_the_first_rule_that_holds_them_and_exempt_ones_their_own() {
        let settings = read(
            r#"{"tax_classes": [
                {"class": "zero", "goods": {"skus": ["BOOK-1"]}},
                {"class": "reduced", "goods": {"categories": ["books"]}}
            ]}"#,
        )
        .unwrap();
        let exempt = Facts { tax_class: TaxClass::Zero, ..facts("books") };
        assert_eq!(settings.tax_class("BOOK-1", &facts("books")), TaxClass::Zero);
        assert_eq!(settings.tax_class("BOOK-2", &facts("books")), TaxClass::Reduced);
        assert_eq!(settings.tax_class("CAP", &facts("hats")), TaxClass::Standard);
        assert_eq!(settings.tax_class("BOOK-2", &exempt), TaxClass::Zero);
    }
}
