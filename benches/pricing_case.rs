//! The cart and the promotions that pricing is measured with, natively and in the browser.

use ironmonger::domain::{
    ids::{ProductId, PromotionId},
    money::{Currency, Money},
    place::{Destination, Place},
    pricing::{Basket, BasketLine, PriceBook, Quantity},
    promotion::{Benefit, Calculator, Conditions, Facts, Goods, Promotion},
    rate::Rate,
    shipping::{ShippingMethod, ShippingZone, Steps},
    tax::{TaxClass, TaxRule},
    timestamp::Timestamp,
};
use uuid::Uuid;

const CATEGORIES: [&str; 5] = ["clothing/knitwear", "clothing/shirts", "clothing/coats", "home/kitchen", "shoes"];

fn usd(amount: i64) -> Money {
    Money::new(amount, Currency::USD)
}

pub fn basket(lines: usize) -> Basket {
    let line = |n: usize| BasketLine {
        sku: format!("SKU-{n}"),
        quantity: (n as i64 % 7 + 1).try_into().unwrap_or(Quantity::ONE),
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
    };
    let destination = Destination::parse("DE", "10115");
    // What a promotion of delivery is about.
    let shipping_method = Some("express".into());
    Basket { destination, shipping_method, ..Basket::of((0..lines).map(line).collect(), Timestamp(1_795_000_000_000)) }
}

/// Twenty promotions, each in a lane of its own: a share, an amount, units and delivery, about everything or about a part.
pub fn book() -> PriceBook {
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
