//! Gift cards: never below zero, given back once, and a ledger that always sums to the balance.

use super::{
    super::{CHALLENGE, DECLINED, GOOD},
    count, usd,
};
use crate::{
    app::{TestApp, all_at_once, text_of},
    stories,
};
use axum::http::StatusCode;
use ironmonger::{
    domain::{
        ids::{GiftCardId, OrderId},
        timestamp::Timestamp,
    },
    promotions::gift_cards::{self, Reason, credit, refund},
};
use serde_json::json;
use std::sync::Arc;

const MINUTE: i64 = 60_000;
/// A shirt with its delivery.
const TOTAL: i64 = 7800 + 500;

const CAPTURED: &str = "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM payments WHERE status = 'captured'";
const PAID_BY_CARD: &str = "SELECT CAST(COALESCE(SUM(gift_amount), 0) AS BIGINT) FROM orders";

/// Refunds a part of an order to its card.
async fn give(app: &TestApp, order: OrderId, amount: i64, name: &str) -> bool {
    let mut tx = app.shop.db.begin().await.unwrap();
    let done = refund(&app.shop, &mut tx, order, usd(amount), name).await.unwrap();
    tx.commit().await.unwrap();
    done
}

/// The ledger of every card sums to its balance, and none is below zero.
async fn books_agree(app: &TestApp) {
    let wrong = "SELECT COUNT(*) FROM gift_cards c WHERE c.balance < 0 OR c.balance <>
        (SELECT CAST(COALESCE(SUM(l.delta), 0) AS BIGINT) FROM gift_card_ledger l WHERE l.card_id = c.id)";
    assert_eq!(app.number(wrong).await, 0);
}

stories! {
    async fn a_card_pays_what_it_holds_and_a_bank_card_the_rest(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let (_, code) = app.gift_card(10_000).await;
        // Typed as people type it.
        let typed = code.to_lowercase().replace('-', " ");
        for (left, charged) in [(10_000 - TOTAL, 0), (0, 2 * TOTAL - 10_000)] {
            let placed = app.place_with(GOOD, json!({ "gift_card": typed })).await;
            assert_eq!((placed.status, placed.json()["status"].clone()), (StatusCode::CREATED, json!("paid")), "{}", placed.text);
            assert_eq!((app.balance().await, app.number(CAPTURED).await), (left, charged));
        }
        let empty = app.place_with(GOOD, json!({ "gift_card": typed })).await;
        assert_eq!((empty.status, empty.pointer()), (StatusCode::UNPROCESSABLE_ENTITY, "/gift_card".into()), "{}", empty.text);
        assert_eq!(app.number("SELECT COUNT(*) FROM outbox WHERE topic = 'order_confirmed'").await, 2);
        app.doctor_finds_nothing().await;
    }

    async fn a_card_that_was_partly_spent_meanwhile_pays_no_less_than_was_agreed_to(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let (_, code) = app.gift_card(5_000).await;
        let amount = |amount: i64, currency: &str| json!({ "amount": amount, "currency": currency });
        let agreed = |due| json!({ "gift_card": code, "expected_total": amount(TOTAL, "USD"), "expected_due": due });
        let due = |due| amount(due, "USD");
        assert_eq!(app.place_with(GOOD, agreed(due(TOTAL - 5_000))).await.status, StatusCode::CREATED);
        let (_, code) = app.gift_card(TOTAL + 2_000).await;
        let agreed = |due| json!({ "gift_card": code, "expected_total": amount(TOTAL, "USD"), "expected_due": due });
        assert_eq!(app.place_with(GOOD, agreed(due(0))).await.status, StatusCode::CREATED);
        // The total is as before; of the card 20.00 is left.
        let refused = app.place_with(GOOD, agreed(due(0))).await;
        assert_eq!((refused.status, refused.code()), (StatusCode::CONFLICT, "price_changed".into()), "{}", refused.text);
        let quote = &refused.json()["quote"];
        assert_eq!([&quote["gift_card"], &quote["due"]].map(|part| part["amount"].as_i64()), [Some(2_000), Some(TOTAL - 2_000)]);
        assert_eq!((app.balance().await, app.stock("S").await), (2_000, 3));
        let unreadable = app.place_with(GOOD, agreed(amount(0, "dollars"))).await;
        let told = (unreadable.status, unreadable.code(), unreadable.pointer());
        assert_eq!(told, (StatusCode::UNPROCESSABLE_ENTITY, "invalid_amount".into(), "/expected_due/currency".into()));
    }

    async fn money_that_goes_back_onto_a_card_that_has_expired_can_be_spent_again(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let day = Timestamp::DAY;
        let (_, short) = app.gift_card_until(1_000, Some(app.now().plus(MINUTE))).await;
        let (_, long) = app.gift_card_until(1_000, Some(app.now().plus(400 * day))).await;
        let (_, endless) = app.gift_card(1_000).await;
        for code in [&short, &long, &endless] {
            let placed = app.place_with(CHALLENGE, json!({ "gift_card": code })).await;
            assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.text);
        }
        app.pass(31 * MINUTE);
        app.run_payment_jobs().await;
        assert_eq!(app.balance().await, 3_000);
        let usable = async |code: &str| {
            let mut reader = app.shop.db.read().await.unwrap();
            let card = gift_cards::find_card(&mut reader.conn(), code).await.unwrap().unwrap();
            [89, 91, 401].map(|days| card.usable(app.now().plus(days * day)).amount)
        };
        assert_eq!(usable(&short).await, [1_000, 0, 0], "for 90 days more");
        assert_eq!((usable(&long).await, usable(&endless).await), ([1_000, 1_000, 0], [1_000; 3]), "these stay as they were");
        let placed = app.place_with(GOOD, json!({ "gift_card": short })).await;
        assert_eq!((placed.status, app.balance().await), (StatusCode::CREATED, 2_000), "{}", placed.text);
        // A refund does the same.
        app.pass(91 * day);
        let order = app.only_order("paid").await.id();
        assert!(give(&app, order, 400, "part").await);
        assert_eq!(usable(&short).await, [400, 0, 0]);
        books_agree(&app).await;
    }

    async fn a_card_in_a_crowd_of_orders_never_goes_below_zero(app) {
        app.with_shirt(&[("S", "S", "78.00", 100)]).await;
        let held = 5 * TOTAL / 2;
        let (_, code) = app.gift_card(held).await;
        let app = Arc::new(app);
        let answers = all_at_once(16, |_| {
            let (app, code) = (app.clone(), code.clone());
            async move { app.place_with(GOOD, json!({ "gift_card": code })).await }
        }).await;
        let told = (count(&answers, StatusCode::CREATED), count(&answers, StatusCode::UNPROCESSABLE_ENTITY));
        assert_eq!(told, (3, 13), "{:?}", answers.iter().map(|a| &a.text).collect::<Vec<_>>());
        assert_eq!((app.balance().await, app.number(PAID_BY_CARD).await), (0, held));
        assert_eq!(app.number(CAPTURED).await, 3 * TOTAL - held);
        books_agree(&app).await;
        app.doctor_finds_nothing().await;
    }

    async fn two_cards_and_a_coupon_in_a_crowd_do_not_block_each_other(app) {
        app.with_shirt(&[("S", "S", "78.00", 100)]).await;
        let promotion = app.promotion(json!({})).await;
        app.coupon("TEN", ironmonger::promotions::coupons::NewCoupons::of(promotion)).await;
        app.promotion(json!({ "needs_coupon": false, "lane": 1, "calculator": { "percent": "1%" } })).await;
        let (_, one) = app.gift_card(3 * TOTAL).await;
        let (_, two) = app.gift_card(2 * TOTAL).await;
        let app = Arc::new(app);
        let answers = all_at_once(24, |i| {
            let (app, code) = (app.clone(), if i % 2 == 0 { one.clone() } else { two.clone() });
            async move {
                let card = if i % 5 == 0 { DECLINED } else { GOOD };
                app.place_with(card, json!({ "gift_card": code, "coupon": "TEN", "email": format!("b{i}@example.com") })).await
            }
        }).await;
        let created = count(&answers, StatusCode::CREATED);
        let refused = count(&answers, StatusCode::PAYMENT_REQUIRED) + count(&answers, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(created + refused, 24, "{:?}", answers.iter().map(|a| &a.text).collect::<Vec<_>>());
        assert!(created >= 6, "{created}");
        assert_eq!(app.balance().await + app.number(PAID_BY_CARD).await, 5 * TOTAL);
        assert_eq!(app.uses().await.0, created as i64);
        books_agree(&app).await;
        app.doctor_finds_nothing().await;
    }

    async fn a_declined_or_expired_order_gives_its_money_back_once(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let (_, code) = app.gift_card(1_000).await;
        let declined = app.place_with(DECLINED, json!({ "gift_card": code })).await;
        assert_eq!((declined.code(), app.balance().await), ("payment_declined".into(), 1_000));
        assert_eq!(app.place_with(CHALLENGE, json!({ "gift_card": code })).await.status, StatusCode::CREATED);
        assert_eq!(app.balance().await, 0);
        app.pass(31 * MINUTE);
        let app = Arc::new(app);
        all_at_once(8, |_| {
            let app = app.clone();
            async move { app.run_payment_jobs().await }
        }).await;
        assert_eq!(app.balance().await, 1_000);
        books_agree(&app).await;
        app.doctor_finds_nothing().await;
    }

    async fn a_card_that_is_unknown_or_has_expired_pays_nothing(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let (_, code) = app.gift_card_until(10_000, Some(app.now().plus(MINUTE))).await;
        app.pass(MINUTE);
        for code in [code.as_str(), "AAAA-BBBB-CCCC-DDDD", "'; DROP TABLE gift_cards; --"] {
            let answer = app.place_with(GOOD, json!({ "gift_card": code })).await;
            let expected = (StatusCode::UNPROCESSABLE_ENTITY, "/gift_card".to_owned());
            assert_eq!((answer.status, answer.pointer()), expected, "{code}: {}", answer.text);
        }
        assert_eq!((app.balance().await, app.number(CAPTURED).await), (10_000, 0));
        assert_eq!(app.number("SELECT COUNT(*) FROM orders").await, 0);
    }

    async fn refunds_to_a_card_are_no_more_than_it_paid_and_one_cause_is_one(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let (_, code) = app.gift_card(5_000).await;
        assert_eq!(app.place_with(GOOD, json!({ "gift_card": code })).await.status, StatusCode::CREATED);
        let order = app.only_order("paid").await.id();
        let app = Arc::new(app);
        // Two of 3,000 at once, each told three times: one goes through, once.
        let done = all_at_once(6, |i| {
            let app = app.clone();
            async move { (i % 2, give(&app, order, 3_000, if i % 2 == 0 { "first" } else { "second" }).await) }
        }).await;
        let winner = done.iter().find(|(_, done)| *done).unwrap().0;
        assert!(done.iter().all(|(name, done)| *done == (*name == winner)), "{done:?}");
        assert_eq!(app.balance().await, 3_000);
        assert!(!give(&app, order, 2_001, "too much").await);
        assert!(give(&app, order, 2_000, "rest").await);
        let mut tx = app.shop.db.begin().await.unwrap();
        let row = ironmonger::orders::store::find_order(&mut tx.conn(), order).await.unwrap().unwrap();
        ironmonger::promotions::claims::release(&app.shop, &mut tx, &row).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(app.balance().await, 5_000, "what was refunded is not returned as well");
        books_agree(&app).await;
    }

    async fn a_product_that_is_a_gift_card_cannot_be_ordered(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        app.import("Handle,Title,Variant SKU,Variant Price,Gift Card\nvoucher,Voucher,CARD,50.00,TRUE\n").await;
        for path in ["/api/v1/orders", "/api/v1/quote"] {
            let mut order = app.order(&[("S", 1), ("card", 1)], GOOD);
            order["country"] = json!("GB");
            let refused = app.post(path, &order).await;
            let expected = (StatusCode::UNPROCESSABLE_ENTITY, "gift_card_not_sold".into(), "/lines/1/sku".into());
            assert_eq!((refused.status, refused.code(), refused.pointer()), expected, "{path}: {}", refused.text);
        }
        let mut browser = app.browser();
        browser.submit("cart/add", &[("sku", "S"), ("quantity", "1")]).await;
        for (from, function) in [("/p/voucher", "cart/add"), ("/cart", "cart/set")] {
            browser.get(from).await;
            let words = text_of(&browser.submit_and_follow(function, &[("sku", "CARD"), ("quantity", "1")]).await.text);
            assert!(words.contains("Gift cards cannot be ordered here"), "{function}: {words}");
        }
        assert_eq!(app.number("SELECT COUNT(*) FROM cart_lines").await, 1);
        // Neither is one given away.
        app.promotion(json!({ "needs_coupon": false, "benefit": { "gift": { "sku": "CARD", "quantity": 1 } } })).await;
        let placed = app.place_with(GOOD, json!({})).await;
        assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.text);
        assert_eq!(app.number("SELECT COUNT(*) FROM order_lines").await, 1);
    }

    async fn the_ledger_sums_to_the_balance_whatever_happens(app) {
        app.with_shirt(&[("S", "S", "78.00", 1_000)]).await;
        let mut cards: Vec<(GiftCardId, String)> = vec![];
        for amount in [TOTAL / 2, 9 * TOTAL, 20 * TOTAL + 7] {
            cards.push(app.gift_card(amount).await);
        }
        let app = Arc::new(app);
        let mut rng = fastrand::Rng::with_seed(20_261_130);
        for round in 0..12 {
            let cards = cards.clone();
            let seed = rng.u64(..);
            all_at_once(6, |i| {
                let (app, (id, code)) = (app.clone(), cards[(round + i) % 3].clone());
                let mut rng = fastrand::Rng::with_seed(seed + i as u64);
                async move { something(&app, &mut rng, id, &code, &format!("{round} {}", i / 2)).await }
            }).await;
            if round % 4 == 3 {
                app.pass(31 * MINUTE);
                app.run_payment_jobs().await;
            }
            books_agree(&app).await;
            app.doctor_finds_nothing().await;
        }
        assert!(app.number("SELECT COUNT(*) FROM gift_card_ledger").await > 40);
    }
}

/// One of the things that can happen to a card.
async fn something(app: &TestApp, rng: &mut fastrand::Rng, id: GiftCardId, code: &str, cause: &str) {
    match rng.u8(0..8) {
        0 => {
            let mut tx = app.shop.db.begin().await.unwrap();
            let amount = usd(rng.i64(1..5_000));
            let _ = credit(&app.shop, &mut tx, id, amount, Reason::Adjusted, cause).await.unwrap();
            tx.commit().await.unwrap();
        }
        1 => {
            let mut reader = app.shop.db.read().await.unwrap();
            let conn = &mut reader.conn();
            let found = gift_cards::find_card(conn, code).await.unwrap();
            assert!(found.is_some_and(|card| card.balance.amount >= 0));
        }
        2 => drop(app.place_with(DECLINED, json!({ "gift_card": code })).await),
        3 | 4 => drop(app.place_with(CHALLENGE, json!({ "gift_card": code })).await),
        _ => drop(app.place_with(GOOD, json!({ "gift_card": code })).await),
    }
}
