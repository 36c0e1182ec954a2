//! What a price costs: `price()` for a short and a long cart with twenty promotions, beside the plain sum of the lines.

use crate::{Result, report::Report};
use ironmonger::domain::{
    ids::{ProductId, PromotionId},
    money::{Currency, Money},
    place::{Destination, Place},
    pricing::{Basket, BasketLine, PriceBook, Shown, price},
    promotion::{Benefit, Calculator, Conditions, Facts, Goods, Promotion},
    rate::Rate,
    shipping::{ShippingMethod, ShippingZone, Steps},
    tax::{TaxClass, TaxRule},
    timestamp::Timestamp,
};
use std::{
    hint::black_box,
    time::{Duration, Instant},
};
use uuid::Uuid;

const ROUNDS: u32 = 400;
const CATEGORIES: [&str; 5] = ["clothing/knitwear", "clothing/shirts", "clothing/coats", "home/kitchen", "shoes"];

pub fn measure(report: &mut Report) -> Result<()> {
    let book = book();
    for lines in [1, 300] {
        let basket = basket(lines)?;
        let quote = price(&basket, &book)?;
        if lines == 300 && quote.discounts.len() < 10 {
            return Err("the promotions that are measured do not apply".into());
        }
        let ours = middle(|| price(&basket, &book).map(drop).is_ok());
        let plain = middle(|| black_box(sum(black_box(&basket))) > 0);
        let what = format!("price() of {lines} lines, {} promotions", book.promotions.len());
        let compared = format!("{} the lines' plain sum", micros(plain));
        let ratio = ours.as_secs_f64() / plain.as_secs_f64().max(1e-9);
        let told = report.compare(&what, micros(ours), compared, ratio);
        if lines == 300 {
            told.aim("under 1 ms", ours < Duration::from_millis(1))
        } else {
            told.no_aim()
        }
        let shown = middle(|| !String::from(&Shown::of(&basket, &book, &quote)).is_empty());
        let name = format!("  what a form of {lines} lines showed, written");
        report.tell(&name, micros(shown), "prices each way of delivery".into()).no_aim();
    }
    Ok(())
}

/// The middle one of many rounds.
fn middle(round: impl Fn() -> bool) -> Duration {
    let mut took: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            assert!(black_box(round()));
            begun.elapsed()
        })
        .collect();
    took.sort();
    took[took.len() / 2]
}

fn micros(took: Duration) -> String {
    format!("{:.2} µs", took.as_secs_f64() * 1e6)
}

fn sum(basket: &Basket) -> i64 {
    basket.lines.iter().map(|line| line.unit_price.amount * i64::from(line.quantity.get())).sum()
}

fn usd(amount: i64) -> Money {
    Money::new(amount, Currency::USD)
}

fn basket(lines: usize) -> Result<Basket> {
    let line = |n: usize| -> Result<BasketLine> {
        Ok(BasketLine {
            sku: format!("SKU-{n}"),
            quantity: (n as i64 % 7 + 1).try_into()?,
            unit_price: usd(1_999 + 137 * (n as i64 % 90)),
            facts: Facts {
                product: ProductId(Uuid::from_u128(n as u128 / 3)),
                category: CATEGORIES[n % CATEGORIES.len()].into(),
                brand: format!("Brand {}", n % 12),
                tax_class: if n.is_multiple_of(4) { TaxClass::Reduced } else { TaxClass::Standard },
                grams: 400,
                on_sale: n.is_multiple_of(5),
                gift_card: false,
            },
        })
    };
    let lines = (0..lines).map(line).collect::<Result<Vec<_>>>()?;
    let destination = Destination::parse("DE", "10115");
    Ok(Basket { destination, ..Basket::of(lines, Timestamp(1_795_000_000_000)) })
}

/// Twenty promotions, each in a lane of its own: of every kind there is, about everything or about a part.
fn book() -> PriceBook {
    let promotions = (0..20).map(|n| {
        let calculator = match n % 3 {
            0 => Calculator::Percent(Rate::percent(3)),
            1 => Calculator::Amount(usd(250)),
            _ => Calculator::Percent(Rate::percent(100)),
        };
        let benefit = match (n % 3, n % 4) {
            (2, 0 | 1) => Benefit::Units { buy: 4, get: 1, of: None, most: Some(5) },
            (2, _) => Benefit::Shipping { methods: vec!["express".into()] },
            (_, 0) => Benefit::Lines,
            _ => Benefit::Order,
        };
        let category = CATEGORIES[n % CATEGORIES.len()].split('/').next().unwrap_or_default().to_owned();
        let categories = if n.is_multiple_of(2) { vec![] } else { vec![category] };
        Promotion {
            id: PromotionId(Uuid::from_u128(n as u128 + 1)),
            label: format!("Promotion {n}"),
            lane: n as i64,
            needs_coupon: false,
            conditions: Conditions { goods: Goods { categories, ..Goods::default() }, ..Conditions::default() },
            calculator,
            benefit,
            stops_later: false,
        }
    });
    let method = |code: &str, price| ShippingMethod {
        code: code.into(),
        name: code.into(),
        price: usd(price),
        free_over: None,
        working_days: 3,
        steps: Steps::None,
        pick_up: false,
    };
    let zone = ShippingZone {
        name: "Everywhere".into(),
        places: vec![Place::Everywhere],
        methods: vec![method("standard", 495), method("express", 1_495)],
    };
    let tax = TaxRule {
        place: Place::EuropeanUnion,
        included: true,
        on_delivery: true,
        name: "VAT".into(),
        standard: None,
        reduced: None,
    };
    PriceBook {
        promotions: promotions.collect(),
        zones: vec![zone],
        taxes: vec![tax],
        ..PriceBook::empty(Currency::USD)
    }
}
