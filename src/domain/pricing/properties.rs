//! What holds of every quote, whatever is in the basket and whatever the shop promises.

use super::{fixtures::*, *};
use crate::domain::{
    money::{Currency, Money},
    promotion::{Benefit, Calculator, Goods, Off, Promotion, SpendStep, UnitStep},
    rate::Rate,
    shipping::ShippingMethod,
    tax::TaxClass,
};
use proptest::prelude::*;

const CATEGORIES: [&str; 3] = ["coats", "coats/rain", "hats"];

fn currencies() -> impl Strategy<Value = Currency> {
    prop::sample::select(vec!["JPY", "USD", "KWD"]).prop_map(|code| Currency::parse(code).unwrap())
}

fn lines() -> impl Strategy<Value = Vec<BasketLine>> {
    let class = prop::sample::select(vec![TaxClass::Standard, TaxClass::Reduced, TaxClass::Zero]);
    let category = prop::sample::select(CATEGORIES.to_vec());
    let line = (1_i64..=40, 0_i64..=200_000, class, category).prop_map(|(quantity, price, class, category)| {
        let mut line = line_in(category, "", quantity, price);
        line.facts.tax_class = class;
        line
    });
    prop::collection::vec(line, 0..25).prop_map(|mut lines| {
        lines.iter_mut().enumerate().for_each(|(at, line)| line.sku = format!("SKU-{at}"));
        lines
    })
}

fn goods() -> impl Strategy<Value = Goods> {
    let lists = prop::sample::subsequence(CATEGORIES.to_vec(), 0..=2);
    lists.prop_map(|list| Goods { categories: list.into_iter().map(Into::into).collect(), ..Goods::default() })
}

fn offs() -> impl Strategy<Value = Off> {
    prop_oneof![
        (0_u32..=1_200_000).prop_map(|millionths| Off::Percent(Rate::millionths(millionths))),
        (0_i64..=300_000).prop_map(|amount| Off::Amount(usd(amount))),
    ]
}

fn calculators() -> impl Strategy<Value = Calculator> {
    let steps = || prop::collection::vec((0_i64..=100_000, offs()), 0..4);
    prop_oneof![
        offs().prop_map(|off| match off {
            Off::Percent(rate) => Calculator::Percent(rate),
            Off::Amount(amount) => Calculator::Amount(amount),
        }),
        steps().prop_map(|steps| {
            Calculator::BySpend(steps.into_iter().map(|(from, off)| SpendStep { from: usd(from), off }).collect())
        }),
        steps().prop_map(|steps| {
            let step = |(from, off): (i64, Off)| UnitStep { from: from as u64 / 1_000, off };
            Calculator::ByUnits(steps.into_iter().map(step).collect())
        }),
    ]
}

fn benefits() -> impl Strategy<Value = Benefit> {
    let units = (0_u64..4, 0_u64..3, prop::option::of(goods()), prop::option::of(0_u64..4));
    prop_oneof![
        Just(Benefit::Lines),
        Just(Benefit::Order),
        Just(Benefit::Shipping { methods: vec![] }),
        Just(Benefit::Shipping { methods: vec!["express".into()] }),
        units.prop_map(|(buy, get, of, most)| Benefit::Units { buy, get, of, most }),
        (1_u32..3).prop_map(|quantity| Benefit::Gift { sku: "SOAP".into(), quantity }),
    ]
}

fn promotions() -> impl Strategy<Value = Vec<Promotion>> {
    let promotion = (0_i64..4, goods(), calculators(), benefits(), prop::bool::weighted(0.1), 0_i64..50_000);
    prop::collection::vec(promotion, 0..8).prop_map(|promotions| {
        let made = promotions.into_iter().enumerate().map(|(at, (lane, goods, calculator, benefit, stops, least))| {
            let mut made = super::fixtures::promotion(at as u128 + 1, calculator, benefit);
            (made.lane, made.stops_later, made.conditions.goods) = (lane, stops, goods);
            made.conditions.minimum_spend = (least > 25_000).then(|| usd(least - 25_000));
            made
        });
        made.collect()
    })
}

/// A basket and a book, both in one currency of 0, 2 or 3 decimals.
fn cases() -> impl Strategy<Value = (Basket, PriceBook)> {
    let place = prop::sample::select(vec!["DE", "DK", "US", "JP"]);
    let delivery = prop::sample::select(vec![None, Some("standard"), Some("express"), Some("collect")]);
    let rest = (place, any::<bool>(), delivery, 0_i64..400_000);
    (currencies(), lines(), promotions(), rest).prop_map(|(currency, lines, promotions, rest)| {
        let (place, included, delivery, balance) = rest;
        let mut book = with(&promotions);
        book.taxes = vec![tax("EU", included), tax("US", false)];
        book.zones[0].methods.push(ShippingMethod { pick_up: true, ..method("collect", 100) });
        book.gifts = vec![Gift {
            sku: "SOAP".into(),
            title: "Soap".into(),
            worth: usd(700),
            facts: facts("home"),
            left: Some(2),
        }];
        book.fees = vec![Fee {
            code: "small".into(),
            name: "Small order".into(),
            amount: usd(99),
            paid_by: None,
            below: Some(usd(2_000)),
        }];
        let mut destination = to(place).unwrap();
        destination.postcode = "94110".into();
        let basket = Basket {
            destination: Some(destination),
            shipping_method: delivery.map(Into::into),
            gift_balance: Some(usd(balance)),
            ..basket(&lines)
        };
        in_currency(currency, basket, book)
    })
}

/// The same numbers as minor units of another currency.
fn in_currency(currency: Currency, basket: Basket, book: PriceBook) -> (Basket, PriceBook) {
    let text = serde_json::to_string(&(basket, book)).unwrap();
    serde_json::from_str(&text.replace("\"USD\"", &format!("\"{currency}\""))).unwrap()
}

fn amounts(quote: &Quote) -> Vec<Money> {
    let lines = quote.lines.iter().flat_map(|line| {
        [line.unit_price, line.total, line.discounted, line.tax]
            .into_iter()
            .chain(line.discounts.iter().map(|d| d.amount))
    });
    let options = quote.shipping_options.iter().map(|option| option.price);
    let sums = [quote.goods, quote.discount, quote.fees, quote.tax, quote.included_tax, quote.total, quote.due];
    lines.chain(options).chain(sums).chain([quote.gift_card]).chain(quote.discounts.iter().map(|d| d.amount)).collect()
}

proptest! {
    #[test]
    fn what_is_shown_adds_up_to_the_cent((basket, book) in cases()) {
        let quote = price(&basket, &book).unwrap();
        for line in &quote.lines {
            let off: i64 = line.discounts.iter().map(|discount| discount.amount.amount).sum();
            prop_assert_eq!(line.total, line.unit_price.times(line.quantity.get()).unwrap());
            prop_assert_eq!(line.total.amount - off, line.discounted.amount);
        }
        let sum = |of: fn(&QuoteLine) -> Money| quote.lines.iter().map(|line| of(line).amount).sum::<i64>();
        prop_assert_eq!(sum(|line| line.total), quote.goods.amount);
        prop_assert_eq!(sum(|line| line.discounted), quote.goods.amount - quote.discount.amount);
        let off_goods = quote.discounts.iter().filter(|discount| discount.from == Reduced::Goods);
        prop_assert_eq!(off_goods.map(|discount| discount.amount.amount).sum::<i64>(), quote.discount.amount);
        let parts = quote.goods.amount - quote.discount.amount + quote.delivery().amount + quote.fees.amount;
        prop_assert_eq!(parts + quote.tax.amount, quote.total.amount);
        prop_assert_eq!(quote.gift_card.amount + quote.due.amount, quote.total.amount);
    }

    #[test]
    fn nothing_is_below_zero_and_no_discount_is_more_than_what_it_is_taken_off((basket, book) in cases()) {
        let quote = price(&basket, &book).unwrap();
        prop_assert!(amounts(&quote).iter().all(|amount| amount.amount >= 0), "{quote:?}");
        prop_assert!(quote.discount.amount <= quote.goods.amount);
        prop_assert!(quote.gift_card.amount <= quote.total.amount);
        prop_assert!(quote.lines.iter().all(|line| line.discounted.amount <= line.total.amount));
        if let Some(ShippingOptionPrices { price, was: Some(was) }) = quote.shipping.as_ref().map(prices) {
            prop_assert!(price < was);
        }
    }

    #[test]
    fn a_way_of_delivery_costs_what_was_shown_when_it_is_chosen((mut basket, book) in cases()) {
        for shown in price(&basket, &book).unwrap().shipping_options {
            basket.shipping_method = Some(shown.code.clone());
            prop_assert_eq!(price(&basket, &book).unwrap().shipping, Some(shown));
        }
    }

    #[test]
    fn no_more_is_given_away_than_there_is((basket, mut book) in cases(), left in 0_u32..4) {
        // Whatever else is in the book, two give, each in a lane of its own.
        for lane in [-2_i64, -1] {
            let gift = Benefit::Gift { sku: "soap".into(), quantity: 1 };
            let percent = Calculator::Percent(Rate::percent(100));
            let giving = super::fixtures::promotion(u128::from(900 + lane.unsigned_abs()), percent, gift);
            book.promotions.push(Promotion { lane, ..giving });
        }
        book.gifts[0].left = Some(left);
        let quote = price(&basket, &book).unwrap();
        let given: u32 = quote.lines.iter().filter(|line| line.gift_of.is_some()).map(|line| line.quantity.get()).sum();
        prop_assert!(given <= left, "{given} of {left}");
        prop_assert!(basket.lines.is_empty() || given >= left.min(2));
    }

    #[test]
    fn every_amount_is_in_the_currency_of_the_book((basket, book) in cases()) {
        let quote = price(&basket, &book).unwrap();
        prop_assert!(amounts(&quote).iter().all(|amount| amount.currency == book.currency));
    }

    #[test]
    fn the_same_comes_to_the_same((basket, book) in cases()) {
        prop_assert_eq!(price(&basket, &book), price(&basket.clone(), &book.clone()));
    }

    #[test]
    fn the_tax_table_sums_to_the_tax_for_every_basket((basket, book) in cases()) {
        let quote = price(&basket, &book).unwrap();
        let table: i64 = quote.taxes.iter().map(|line| line.amount.amount).sum();
        prop_assert_eq!(table, quote.tax.amount + quote.included_tax.amount);
        prop_assert!(quote.tax.amount == 0 || quote.included_tax.amount == 0);
        let bases: i64 = quote.taxes.iter().map(|line| line.base.amount).sum();
        if !quote.taxes.is_empty() {
            prop_assert_eq!(bases + table, quote.total.amount);
        }
    }

    /// A promotion about the lines by themselves, without a least amount, says nothing about other lines.
    #[test]
    fn a_line_more_lowers_no_other_price((mut basket, mut book) in cases(), more in lines()) {
        book.promotions.retain(|promotion| promotion.benefit == Benefit::Lines);
        for (at, promotion) in book.promotions.iter_mut().enumerate() {
            promotion.lane = at as i64;
            promotion.conditions.minimum_spend = None;
            if matches!(promotion.calculator, Calculator::BySpend(_) | Calculator::ByUnits(_)) {
                promotion.calculator = Calculator::Percent(Rate::percent(7));
            }
        }
        let before = price(&basket, &book).unwrap();
        let more = more.into_iter().map(|line| BasketLine { unit_price: Money::new(5, book.currency), ..line });
        basket.lines.extend(more);
        let after = price(&basket, &book).unwrap();
        for (before, after) in before.lines.iter().zip(&after.lines) {
            prop_assert_eq!((before.discounted, before.tax), (after.discounted, after.tax));
        }
    }

    #[test]
    fn every_promotion_is_explained_and_those_that_applied_are_named((basket, book) in cases()) {
        let quote = price(&basket, &book).unwrap();
        let explained: Vec<_> = quote.explanations.iter().map(|explanation| explanation.promotion).collect();
        prop_assert_eq!(explained, book.promotions.iter().map(|promotion| promotion.id).collect::<Vec<_>>());
        let mut lanes: Vec<_> = quote.applied().map(|id| {
            book.promotions.iter().find(|promotion| promotion.id == id).unwrap().lane
        }).collect();
        let applied = lanes.len();
        lanes.dedup();
        prop_assert_eq!(lanes.len(), applied, "of one lane only one");
    }
}

struct ShippingOptionPrices {
    price: i64,
    was: Option<i64>,
}

fn prices(option: &crate::domain::shipping::ShippingOption) -> ShippingOptionPrices {
    ShippingOptionPrices { price: option.price.amount, was: option.was.map(|was| was.amount) }
}
