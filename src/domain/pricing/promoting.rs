//! Promotions by example: each calculator, each benefit, lanes, coupons, and why something did not apply.

use super::{fixtures::*, *};
use crate::domain::promotion::{Benefit, Calculator, Customer, Goods, Promotion, SpendStep, UnitStep, Uses, WhyNot};
use crate::domain::timestamp::Timestamp;

fn quote(lines: &[BasketLine], promotions: &[Promotion]) -> Quote {
    price(&basket(lines), &with(promotions)).unwrap()
}

fn in_lane(lane: i64, promotion: Promotion) -> Promotion {
    Promotion { lane, ..promotion }
}

fn about(json: &str, promotion: Promotion) -> Promotion {
    Promotion { conditions: conditions(json), ..promotion }
}

#[test]
fn a_percentage_is_taken_off_the_lines_it_is_about() {
    let knitwear = about(r#"{"goods": {"categories": ["knitwear"]}}"#, promotion(1, percent(15), Benefit::Lines));
    let quote = quote(&[line_in("knitwear/hats", "A", 2, 1_999), line("B", 1, 500)], &[knitwear]);
    assert_eq!(left(&quote), [3_998 - 600, 500]);
    assert_eq!((quote.discounts.len(), quote.label(id(1))), (1, "Promotion 1"));
    assert_eq!(quote.lines[0].discounts, [LineDiscount { promotion: id(1), amount: usd(600) }]);
}

#[test]
fn a_fixed_amount_goes_off_each_unit_or_once_off_the_order() {
    let lines = [line("A", 3, 1_000), line("B", 1, 300)];
    assert_eq!(left(&quote(&lines, &[promotion(1, amount(400), Benefit::Lines)])), [1_800, 0]);
    assert_eq!(left(&quote(&lines, &[promotion(1, amount(400), Benefit::Order)])), [2_636, 264]);
}

#[test]
fn free_shipping_is_a_hundred_percent_off_delivery() {
    let free = promotion(1, percent(100), Benefit::Shipping { methods: vec!["Standard".into()] });
    let lines = [line("A", 1, 1_000)];
    let standard = quote(&lines, std::slice::from_ref(&free));
    assert_eq!((standard.total, standard.discounts[0].from), (usd(1_000), Reduced::Delivery));
    assert_eq!((standard.discount, standard.discounts[0].amount), (usd(0), usd(495)));
    let express = Basket { shipping_method: Some("express".into()), ..basket(&lines) };
    let express = price(&express, &with(&[free])).unwrap();
    assert_eq!((express.total, why_not(&express, 1)), (usd(2_295), Some(WhyNot::OtherDelivery)));
}

#[test]
fn delivery_that_is_free_already_cannot_be_made_cheaper() {
    let free = promotion(1, percent(100), Benefit::Shipping { methods: vec![] });
    let quote = quote(&[line("A", 1, 10_000)], &[free]);
    assert_eq!((quote.total, why_not(&quote, 1)), (usd(10_000), Some(WhyNot::NothingLeft)));
}

#[test]
fn free_delivery_is_reckoned_by_what_the_goods_cost_after_their_discounts() {
    let ten = promotion(1, percent(10), Benefit::Order);
    assert_eq!(quote(&[line("A", 1, 10_000)], &[ten]).total, usd(9_000 + 495));
}

#[test]
fn of_three_the_cheapest_is_free() {
    let three_for_two = promotion(1, percent(100), Benefit::Units { buy: 2, get: 1, of: None, most: None });
    let lines = [line("A", 1, 3_000), line("B", 1, 1_000), line("C", 1, 2_000)];
    assert_eq!(left(&quote(&lines, std::slice::from_ref(&three_for_two))), [3_000, 0, 2_000]);
    let two = quote(&lines[..2], std::slice::from_ref(&three_for_two));
    assert_eq!((two.discount, why_not(&two, 1)), (usd(0), Some(WhyNot::AddMore { missing: 1 })));
    let seven = quote(&[line("A", 7, 1_000)], &[three_for_two]);
    assert_eq!(seven.discount, usd(2_000));
}

#[test]
fn what_is_got_may_be_other_goods_and_a_unit_never_counts_twice() {
    let hats = Goods { categories: vec!["hats".into()], ..Goods::default() };
    let benefit = |most| Benefit::Units { buy: 1, get: 1, of: Some(hats.clone()), most };
    let coat_and_hat =
        |most| about(r#"{"goods": {"categories": ["coats", "hats"]}}"#, promotion(1, percent(50), benefit(most)));
    let (coat, hat) = (line_in("coats", "C", 1, 9_000), |quantity| line_in("hats", "H", quantity, 1_000));
    assert_eq!(left(&quote(&[coat.clone(), hat(1)], &[coat_and_hat(None)])), [9_000, 500]);
    // One hat alone is bought or got, not both.
    assert_eq!(why_not(&quote(&[hat(1)], &[coat_and_hat(None)]), 1), Some(WhyNot::AddMore { missing: 1 }));
    // A coat and three hats: two pairs, so two hats are got.
    assert_eq!(left(&quote(&[coat.clone(), hat(3)], &[coat_and_hat(None)])), [9_000, 2_000]);
    assert_eq!(left(&quote(&[coat, hat(3)], &[coat_and_hat(Some(1))])), [9_000, 2_500]);
}

#[test]
fn a_gift_comes_as_a_line_that_costs_nothing() {
    let gift = about(r#"{"minimum_spend": {"amount": 5000, "currency": "USD"}}"#, {
        promotion(1, percent(100), Benefit::Gift { sku: "SOAP".into(), quantity: 1 })
    });
    let soap = |left| Gift { sku: "SOAP".into(), title: "Soap".into(), worth: usd(900), facts: facts("home"), left };
    let quote = |spent, left| {
        let book = PriceBook { gifts: vec![soap(left)], ..with(std::slice::from_ref(&gift)) };
        price(&basket(&[line("A", 1, spent)]), &book).unwrap()
    };
    let given = quote(5_000, Some(3));
    assert_eq!((given.lines.len(), given.lines[1].sku.as_str(), given.lines[1].total), (2, "SOAP", usd(0)));
    assert_eq!((given.lines[1].gift_of, given.total), (Some(id(1)), usd(5_495)));
    assert_eq!((given.discounts[0].from, given.discounts[0].amount), (Reduced::Gift, usd(0)));
    assert_eq!(why_not(&quote(4_999, Some(3)), 1), Some(WhyNot::SpendMore { missing: usd(1) }));
    assert_eq!(why_not(&quote(5_000, Some(0)), 1), Some(WhyNot::GiftGone));
    assert_eq!(quote(5_000, None).lines.len(), 2);
}

#[test]
fn two_promotions_give_no_more_of_a_gift_than_there_is() {
    let giving = |n| in_lane(n, promotion(n as u128, percent(100), Benefit::Gift { sku: "SOAP".into(), quantity: 1 }));
    let soap = |left| Gift { sku: "SOAP".into(), title: "Soap".into(), worth: usd(900), facts: facts("home"), left };
    let quote = |left| {
        let book = PriceBook { gifts: vec![soap(left)], ..with(&[giving(1), giving(2)]) };
        price(&basket(&[line("A", 1, 5_000)]), &book).unwrap()
    };
    let last = quote(Some(1));
    assert_eq!((last.lines.len(), why_not(&last, 2)), (2, Some(WhyNot::GiftGone)));
    assert_eq!((quote(Some(2)).lines.len(), quote(None).lines.len()), (3, 3));
}

#[test]
fn delivery_that_an_earlier_lane_made_free_wins_no_later_lane() {
    let free = |n| promotion(n, percent(100), Benefit::Shipping { methods: vec![] });
    let five = in_lane(1, promotion(3, percent(5), Benefit::Order));
    let quote = quote(&[line("A", 1, 1_000)], &[free(1), in_lane(1, free(2)), five]);
    assert_eq!((quote.total, quote.applied().collect::<Vec<_>>()), (usd(950), vec![id(1), id(3)]));
    assert_eq!(why_not(&quote, 2), Some(WhyNot::NothingLeft));
}

#[test]
fn delivery_made_free_stays_free_when_a_later_lane_takes_the_goods_below_its_limit() {
    let free = promotion(2, percent(100), Benefit::Shipping { methods: vec!["standard".into()] });
    let order = |n: u8, off| in_lane(n.into(), promotion(n.into(), percent(off), Benefit::Order));
    let lanes = |goods: i64, stops_later| {
        let free = Promotion { stops_later, ..in_lane(2, free.clone()) };
        let mut book = with(&[order(1, 5), free, order(3, 1)]);
        book.zones[0].methods[0].free_over = Some(usd(9_000));
        price(&basket(&[line("A", 1, goods)]), &book).unwrap()
    };
    // 95.00 less 5% is 90.25: free by the limit. Less 1% it is 89.35, and delivery would be 4.95 again.
    let quote = lanes(9_500, false);
    assert_eq!((quote.total, quote.delivery(), why_not(&quote, 2)), (usd(8_935), usd(0), None));
    assert_eq!(quote.discounts[1].amount, usd(495));
    let dearer = lanes(20_000, false);
    assert_eq!((dearer.delivery(), why_not(&dearer, 2)), (usd(0), Some(WhyNot::NothingLeft)));
    let stopping = lanes(20_000, true);
    assert_eq!(stopping.applied().collect::<Vec<_>>(), [id(1), id(3)], "what saves nothing stops nobody");
}

#[test]
fn a_way_of_delivery_is_shown_at_what_it_costs_once_it_is_chosen() {
    let free_standard = promotion(1, percent(100), Benefit::Shipping { methods: vec!["standard".into()] });
    let any_way = promotion(1, percent(100), Benefit::Shipping { methods: vec![] });
    let six_off = promotion(2, amount(600), Benefit::Order);
    for promotions in [vec![free_standard.clone()], vec![free_standard, six_off.clone()], vec![any_way, six_off]] {
        let choosing = |code: &str| {
            let basket = Basket { shipping_method: Some(code.into()), ..basket(&[line("A", 1, 4_500)]) };
            price(&basket, &with(&promotions)).unwrap()
        };
        let (standard, express) = (choosing("standard"), choosing("express"));
        assert_eq!(standard.shipping_options, express.shipping_options);
        assert_eq!(express.shipping_options[0], standard.shipping.unwrap());
        assert_eq!(express.shipping_options[1], express.shipping.unwrap());
    }
}

#[test]
fn numbers_of_units_without_end_are_reckoned_with() {
    let endless = Benefit::Units { buy: u64::MAX, get: u64::MAX, of: None, most: None };
    let quote = quote(&[line("A", 3, 1_000)], &[promotion(1, percent(100), endless)]);
    assert_eq!((quote.discount, why_not(&quote, 1).is_some()), (usd(0), true));
}

#[test]
fn the_more_is_spent_the_more_is_taken_off() {
    let step = |from, percent| SpendStep { from: usd(from), off: off(percent) };
    let steps = Calculator::BySpend(vec![step(5_000, 5), step(10_000, 10)]);
    let tiered = promotion(1, steps, Benefit::Order);
    let discount = |spent| quote(&[line("A", 1, spent)], std::slice::from_ref(&tiered)).discount.amount;
    assert_eq!([4_999, 5_000, 9_999, 10_000].map(discount), [0, 250, 500, 1_000]);
    let little = quote(&[line("A", 1, 4_000)], std::slice::from_ref(&tiered));
    assert_eq!(why_not(&little, 1), Some(WhyNot::SpendMore { missing: usd(1_000) }));
    let by_units = Calculator::ByUnits(vec![UnitStep { from: 3, off: off(20) }]);
    let by_units = promotion(1, by_units, Benefit::Lines);
    let of = |count| quote(&[line("A", count, 1_000)], std::slice::from_ref(&by_units));
    assert_eq!((of(3).discount, why_not(&of(2), 1)), (usd(600), Some(WhyNot::AddMore { missing: 1 })));
}

#[test]
fn a_first_order_is_somebodys_first() {
    let first = about(r#"{"first_order": true}"#, promotion(1, percent(10), Benefit::Order));
    let of = |first_order| {
        let customer = Customer { first_order, ..Customer::default() };
        price(&Basket { customer, ..basket(&[line("A", 1, 1_000)]) }, &with(std::slice::from_ref(&first))).unwrap()
    };
    assert_eq!((of(true).discount, why_not(&of(false), 1)), (usd(100), Some(WhyNot::NotFirstOrder)));
}

#[test]
fn of_one_lane_only_the_best_applies_and_of_equal_ones_the_first() {
    let lines = [line("A", 1, 1_000)];
    let (five, ten) = (promotion(1, percent(5), Benefit::Order), promotion(2, percent(10), Benefit::Order));
    let best = quote(&lines, &[five.clone(), ten.clone(), promotion(3, amount(100), Benefit::Order)]);
    assert_eq!(best.applied().collect::<Vec<_>>(), [id(2)]);
    assert_eq!([1, 3].map(|n| why_not(&best, n)), [const { Some(WhyNot::BetterOffer { by: TEN }) }; 2]);
}

const TEN: crate::domain::ids::PromotionId = crate::domain::ids::PromotionId(uuid::Uuid::from_u128(2));

#[test]
fn lanes_apply_one_after_the_other_to_what_is_left() {
    let lines = [line("A", 1, 1_000)];
    let (half, hundred) = (promotion(1, percent(50), Benefit::Lines), promotion(2, amount(100), Benefit::Order));
    let first_half = quote(&lines, &[in_lane(1, hundred.clone()), in_lane(0, half.clone())]);
    assert_eq!((first_half.discount, first_half.applied().collect::<Vec<_>>()), (usd(600), vec![id(1), id(2)]));
    let last_half = quote(&lines, &[in_lane(0, hundred), in_lane(1, half)]);
    assert_eq!(last_half.discount, usd(100 + 450));
}

#[test]
fn a_promotion_may_say_that_none_comes_after_it() {
    let lines = [line("A", 1, 1_000)];
    let last = Promotion { stops_later: true, ..promotion(1, percent(5), Benefit::Order) };
    let later = in_lane(1, promotion(2, percent(50), Benefit::Order));
    let stopped = quote(&lines, &[last.clone(), later.clone()]);
    assert_eq!((stopped.discount, why_not(&stopped, 2)), (usd(50), Some(WhyNot::Stopped { by: id(1) })));
    let does_not_apply = Promotion { needs_coupon: true, ..last };
    assert_eq!(quote(&lines, &[does_not_apply, later]).discount, usd(500));
}

#[test]
fn a_coupon_opens_its_promotion_and_no_other() {
    let closed = |n| Promotion { needs_coupon: true, ..promotion(n, percent(10), Benefit::Order) };
    let book = with(&[closed(1), in_lane(1, closed(2))]);
    let entering = |coupon| price(&Basket { coupon, ..basket(&[line("A", 1, 1_000)]) }, &book).unwrap();
    let opened = entering(coupon(Ok(id(2))));
    assert_eq!((opened.discount, why_not(&opened, 1)), (usd(100), Some(WhyNot::NeedsCoupon)));
    assert_eq!(opened.discounts[0].code.as_deref(), Some("FRIENDS"));
    assert_eq!(opened.coupon, Some(EnteredCoupon { code: "FRIENDS".into(), problem: None }));
    assert_eq!(entering(None).discount, usd(0));
}

#[test]
fn a_coupon_that_takes_nothing_off_says_why() {
    let closed = Promotion { needs_coupon: true, ..promotion(1, percent(10), Benefit::Order) };
    let book = with(&[about(r#"{"minimum_units": 3}"#, closed)]);
    let problem = |opens| {
        let basket = Basket { coupon: coupon(opens), ..basket(&[line("A", 1, 1_000)]) };
        price(&basket, &book).unwrap().coupon.unwrap().problem
    };
    assert_eq!(problem(Err(WhyNot::UsedUp)), Some(WhyNot::UsedUp));
    assert_eq!(problem(Ok(id(1))), Some(WhyNot::AddMore { missing: 2 }));
    assert_eq!(problem(Ok(id(9))), Some(WhyNot::UnknownCode), "its promotion is not in the book");
}

#[test]
fn limits_of_use_count_what_was_used_before() {
    let limited = about(r#"{"total_uses": 100, "uses_per_customer": 1}"#, promotion(1, percent(10), Benefit::Order));
    let of = |total, by_customer| {
        let customer = Customer { uses: vec![(id(1), Uses { total, by_customer })], ..Customer::default() };
        let basket = Basket { customer, ..basket(&[line("A", 1, 1_000)]) };
        why_not(&price(&basket, &with(std::slice::from_ref(&limited))).unwrap(), 1)
    };
    assert_eq!([of(99, 0), of(100, 0), of(50, 1)], [None, Some(WhyNot::UsedUp), Some(WhyNot::UsedByYou)]);
}

#[test]
fn a_promotion_has_its_time() {
    let dated = about(&format!(r#"{{"starts_at": {0}, "ends_at": {1}}}"#, now().0, now().0 + 1), {
        promotion(1, percent(10), Benefit::Order)
    });
    let at = |millis| {
        let basket = Basket { now: Timestamp(now().0 + millis), ..basket(&[line("A", 1, 1_000)]) };
        why_not(&price(&basket, &with(std::slice::from_ref(&dated))).unwrap(), 1)
    };
    assert_eq!([at(-1), at(0), at(1)], [Some(WhyNot::NotYet { from: now() }), None, Some(WhyNot::Ended)]);
}

#[test]
fn a_promotion_in_another_currency_does_not_apply() {
    let euros = crate::domain::money::Money::new(100, crate::domain::money::Currency::EUR);
    let quote = quote(&[line("A", 1, 1_000)], &[promotion(1, Calculator::Amount(euros), Benefit::Order)]);
    assert_eq!((quote.discount, why_not(&quote, 1)), (usd(0), Some(WhyNot::OtherCurrency)));
}
