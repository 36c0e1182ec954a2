//! Prices by example: totals, delivery, tax, gift cards. Promotions have examples of their own.

use super::{fixtures::*, *};
use crate::domain::{
    money::{Currency, Money, MoneyError},
    promotion::{Benefit, WhyNot},
    rate::Rate,
    shipping::ShippingMethod,
    tax::TaxClass,
};

#[test]
fn the_total_is_the_lines_and_the_delivery() {
    let chosen =
        |code: &str| Basket { shipping_method: Some(code.into()), ..basket(&[line("A", 2, 1999), line("B", 1, 500)]) };
    let quote = price(&chosen("express"), &book()).unwrap();
    assert_eq!((quote.goods, quote.total, quote.due), (usd(4498), usd(5793), usd(5793)));
    assert_eq!(price(&chosen("EXPRESS"), &book()).unwrap(), quote, "a code is known in any case");
}

#[test]
fn without_a_choice_the_first_method_counts() {
    assert_eq!(price(&basket(&[line("A", 1, 100)]), &book()).unwrap().total, usd(595));
}

#[test]
fn an_unknown_method_is_an_error_and_so_is_a_sum_too_large() {
    let teleport = Basket { shipping_method: Some("teleport".into()), ..basket(&[]) };
    assert_eq!(price(&teleport, &book()), Err(PricingError::UnknownShippingMethod));
    let overflow = price(&basket(&[line("A", 999, i64::MAX / 2)]), &book());
    assert_eq!(overflow, Err(PricingError::Money(MoneyError::Overflow)));
    let sum = price(&basket(&[line("A", 1, i64::MAX), line("B", 1, 1)]), &book());
    assert_eq!(sum, Err(PricingError::Money(MoneyError::Overflow)));
}

#[test]
fn a_price_below_nothing_or_in_another_currency_is_no_price() {
    assert_eq!(price(&basket(&[line("A", 1, -1)]), &book()), Err(PricingError::NegativePrice));
    let euros = BasketLine { unit_price: Money::new(100, Currency::EUR), ..line("A", 1, 0) };
    assert_eq!(price(&basket(&[euros]), &book()), Err(PricingError::Money(MoneyError::CurrencyMismatch)));
}

#[test]
fn home_is_assumed_until_the_destination_is_known_and_the_quote_says_so() {
    let quote = price(&basket(&[line("A", 1, 100)]), &book()).unwrap();
    assert!(quote.destination_assumed);
    let known = Basket { destination: to("FR"), ..basket(&[line("A", 1, 100)]) };
    let quote = price(&known, &book()).unwrap();
    assert_eq!((quote.destination_assumed, quote.destination.country.code()), (false, "FR"));
}

#[test]
fn where_nothing_is_delivered_there_is_nothing_to_choose() {
    let nowhere = PriceBook { zones: vec![], ..book() };
    let quote = price(&basket(&[line("A", 1, 100)]), &nowhere).unwrap();
    assert_eq!((quote.shipping, quote.shipping_options.len(), quote.total), (None, 0, usd(100)));
}

#[test]
fn tax_within_prices_changes_no_total() {
    let taxed = PriceBook { taxes: vec![tax("EU", true), tax("GB", true)], ..book() };
    let to = |country| price(&Basket { destination: to(country), ..basket(&[line("A", 1, 11_900)]) }, &taxed).unwrap();
    let german = to("DE");
    assert_eq!((german.total, german.tax, german.included_tax), (usd(11_900), usd(0), usd(1_900)));
    assert_eq!((german.taxes.len(), german.taxes[0].base, german.tax_name.as_str()), (1, usd(10_000), "VAT"));
    assert_eq!((to("GB").included_tax, to("US").included_tax), (usd(1_983), usd(0)));
}

#[test]
fn tax_on_top_is_added_to_goods_and_to_delivery_where_that_is_taxed() {
    let mut rule = tax("US", false);
    let quote = |rule: &crate::domain::tax::TaxRule| {
        let book = PriceBook { taxes: vec![rule.clone()], ..book() };
        let mut there = to("US").unwrap();
        there.postcode = "94110".into();
        price(&Basket { destination: Some(there), ..basket(&[line("A", 3, 333)]) }, &book).unwrap()
    };
    // 7.25% of 9.99 is 0.724275, of 4.95 is 0.358875.
    assert_eq!((quote(&rule).tax, quote(&rule).total), (usd(72 + 36), usd(999 + 495 + 108)));
    rule.on_delivery = false;
    assert_eq!((quote(&rule).tax, quote(&rule).total), (usd(72), usd(999 + 495 + 72)));
}

#[test]
fn a_picked_up_order_is_taxed_where_the_shop_is() {
    let mut book = PriceBook { taxes: vec![tax("EU", true), tax("GB", true)], home: to("GB").unwrap(), ..book() };
    book.zones[0].methods.push(ShippingMethod { pick_up: true, ..method("collect", 0) });
    let german = Basket { destination: to("DE"), ..basket(&[line("A", 1, 11_900)]) };
    let picked_up = Basket { shipping_method: Some("collect".into()), ..german.clone() };
    assert_eq!(price(&german, &book).unwrap().included_tax, usd(1_900));
    assert_eq!(price(&picked_up, &book).unwrap().included_tax, usd(1_983));
}

#[test]
fn lines_are_rounded_to_minor_units_and_the_total_equals_what_is_shown() {
    // medusa#14818: three lines of 33.3 cents' tax each are 99 cents, not 100.
    let book = PriceBook { taxes: vec![tax("US", false)], zones: vec![], ..book() };
    let mut there = to("US").unwrap();
    there.region = Some("NJ".into());
    let lines: Vec<_> = ["A", "B", "C"].iter().map(|sku| line(sku, 1, 503)).collect();
    let quote = price(&Basket { destination: Some(there), ..basket(&lines) }, &book).unwrap();
    // 6.625% of 5.03 is 0.3332375.
    assert_eq!(quote.lines.iter().map(|line| line.tax.amount).collect::<Vec<_>>(), [33, 33, 33]);
    assert_eq!((quote.tax, quote.total), (usd(99), usd(1_608)));
}

#[test]
fn an_order_discount_is_spread_without_a_lost_cent() {
    // solidus PR#4296.
    let ten = promotion(1, amount(1_000), Benefit::Order);
    let lines: Vec<_> = ["A", "B", "C"].iter().map(|sku| line(sku, 1, 3_333)).collect();
    let quote = price(&basket(&lines), &with(&[ten])).unwrap();
    let parts: Vec<_> = quote.lines.iter().map(|line| line.discounts[0].amount.amount).collect();
    assert_eq!((parts, quote.discount), (vec![334, 333, 333], usd(1_000)));
    assert_eq!(left(&quote).iter().sum::<i64>(), 8_999);
}

#[test]
fn an_order_discount_is_spread_across_tax_rates_as_well() {
    // vendure#653: half of the goods at 19%, half at 7%.
    let mut book = with(&[promotion(1, amount(1_001), Benefit::Order)]);
    book.taxes = vec![tax("DE", true)];
    let mut reduced = line("B", 1, 5_000);
    reduced.facts.tax_class = TaxClass::Reduced;
    let german = Basket { destination: to("DE"), ..basket(&[line("A", 1, 5_000), reduced]) };
    let quote = price(&german, &book).unwrap();
    assert_eq!(left(&quote), [4_499, 4_500]);
    assert_eq!(quote.lines.iter().map(|line| line.tax.amount).collect::<Vec<_>>(), [718, 294]);
    // Delivery is taxed at the standard rate.
    assert_eq!(
        quote.taxes.iter().map(|line| (line.rate, line.amount.amount)).collect::<Vec<_>>(),
        [(Rate::percent(19), 718 + 79), (Rate::percent(7), 294)]
    );
    assert_eq!(quote.included_tax, usd(718 + 79 + 294));
}

#[test]
fn a_total_is_never_below_zero() {
    // vendure#1823: more off than there is.
    let hundred = promotion(1, amount(10_000), Benefit::Order);
    let free = promotion(2, percent(100), Benefit::Shipping { methods: vec![] });
    let free = crate::domain::promotion::Promotion { lane: 1, ..free };
    let quote = price(&basket(&[line("A", 1, 1_999), line("B", 1, 0)]), &with(&[hundred, free])).unwrap();
    assert_eq!((quote.discount, quote.total, quote.due), (usd(1_999), usd(0), usd(0)));
    assert_eq!(quote.shipping.unwrap().was, Some(usd(495)));
}

#[test]
fn yen_are_whole_and_dinars_have_thousandths() {
    // Paymenter#1258: 15% of ¥333 is ¥50, not ¥49.95.
    for (code, unit, expected) in [("JPY", 333, 50), ("USD", 333, 50), ("KWD", 333, 50), ("KWD", 1_234, 185)] {
        let currency = Currency::parse(code).unwrap();
        let book =
            PriceBook { promotions: vec![promotion(1, percent(15), Benefit::Lines)], ..PriceBook::empty(currency) };
        let line = BasketLine { unit_price: Money::new(unit, currency), ..line("A", 1, 0) };
        let quote = price(&basket(&[line]), &book).unwrap();
        assert_eq!(quote.discount, Money::new(expected, currency), "{code}");
        assert_eq!(quote.total, Money::new(unit - expected, currency), "{code}");
    }
}

#[test]
fn the_tax_table_sums_to_the_tax() {
    // PrestaShop PR#42541.
    let mut book = with(&[promotion(1, percent(13), Benefit::Order)]);
    book.taxes = vec![tax("*", false)];
    let reduced = |sku| {
        let mut line = line(sku, 3, 777);
        line.facts.tax_class = TaxClass::Reduced;
        line
    };
    let there = Basket { destination: to("FR"), ..basket(&[line("A", 1, 1_234), reduced("B"), line("C", 7, 11)]) };
    let quote = price(&there, &book).unwrap();
    assert_eq!(quote.taxes.iter().map(|line| line.amount.amount).sum::<i64>(), quote.tax.amount);
    let bases: i64 = quote.taxes.iter().map(|line| line.base.amount).sum();
    assert_eq!(bases + quote.tax.amount, quote.total.amount);
}

#[test]
fn a_gift_card_pays_at_most_the_total() {
    let paying = |balance| {
        let basket = Basket { gift_balance: Some(balance), ..basket(&[line("A", 1, 1_000)]) };
        let quote = price(&basket, &book()).unwrap();
        (quote.gift_card.amount, quote.due.amount)
    };
    assert_eq!(paying(usd(500)), (500, 995));
    assert_eq!(paying(usd(99_999)), (1_495, 0));
    assert_eq!(paying(usd(-5)), (0, 1_495));
    assert_eq!(paying(Money::new(500, Currency::EUR)), (0, 1_495));
}

#[test]
fn a_gift_card_that_is_bought_is_neither_discounted_nor_taxed() {
    let mut card = line("CARD", 1, 5_000);
    card.facts.gift_card = true;
    let book = PriceBook {
        promotions: vec![promotion(1, percent(50), Benefit::Lines)],
        taxes: vec![tax("US", false)],
        zones: vec![],
        ..book()
    };
    let mut there = to("US").unwrap();
    there.postcode = "94110".into();
    let quote = price(&Basket { destination: Some(there), ..basket(&[card]) }, &book).unwrap();
    assert_eq!((quote.total, why_not(&quote, 1)), (usd(5_000), Some(WhyNot::NothingFits)));
}

#[test]
fn fees_come_with_a_way_of_paying_or_with_a_small_order() {
    let fee = |code: &str, paid_by: Option<&str>, below| Fee {
        code: code.into(),
        name: code.into(),
        amount: usd(250),
        paid_by: paid_by.map(Into::into),
        below,
    };
    let book = PriceBook {
        fees: vec![fee("courier", Some("on_delivery"), None), fee("small", None, Some(usd(1_000)))],
        ..book()
    };
    let fees = |price_of, payment: Option<&str>| {
        let basket = Basket { payment_method: payment.map(Into::into), ..basket(&[line("A", 1, price_of)]) };
        let quote = price(&basket, &book).unwrap();
        assert_eq!(quote.total.amount, price_of + 495 + quote.fees.amount);
        quote.fee_lines.into_iter().map(|fee| fee.code).collect::<Vec<_>>()
    };
    assert_eq!(fees(2_000, None), Vec::<String>::new());
    assert_eq!(fees(2_000, Some("on_delivery")), ["courier"]);
    assert_eq!(fees(999, Some("card")), ["small"]);
}

#[test]
fn the_fee_of_a_way_to_pay_is_not_asked_for_where_nothing_is_paid_that_way() {
    let fee = |paid_by: Option<&str>| Fee {
        code: "fee".into(),
        name: "Fee".into(),
        amount: usd(200),
        paid_by: paid_by.map(Into::into),
        below: None,
    };
    let due = |balance: i64, paid_by| {
        let book = PriceBook { fees: vec![fee(paid_by)], ..book() };
        let payment_method = Some("on_delivery".into());
        let gift_balance = Some(usd(balance));
        let quote = price(&Basket { gift_balance, payment_method, ..basket(&[line("A", 1, 1_000)]) }, &book).unwrap();
        (quote.fees.amount, quote.gift_card.amount, quote.due.amount)
    };
    assert_eq!(due(1_495, Some("on_delivery")), (0, 1_495, 0));
    assert_eq!(due(9_999, Some("on_delivery")), (0, 1_495, 0));
    assert_eq!(due(1_494, Some("on_delivery")), (200, 1_494, 201));
    assert_eq!(due(9_999, None), (200, 1_695, 0), "a fee for everybody stays");
}

#[test]
fn a_quote_is_read_back_as_it_was_written() {
    let mut book = with(&[promotion(1, percent(10), Benefit::Order), promotion(2, amount(5), Benefit::Lines)]);
    book.taxes = vec![tax("EU", true)];
    let there = Basket {
        destination: to("DE"),
        coupon: coupon(Err(WhyNot::Ended)),
        ..basket(&[line("A", 2, 1_999), line("B", 1, 500)])
    };
    let quote = price(&there, &book).unwrap();
    let text = serde_json::to_string(&quote).unwrap();
    assert_eq!(serde_json::from_str::<Quote>(&text).unwrap(), quote);
    let text = serde_json::to_string(&(&there, &book)).unwrap();
    assert_eq!(serde_json::from_str::<(Basket, PriceBook)>(&text).unwrap(), (there, book));
}
