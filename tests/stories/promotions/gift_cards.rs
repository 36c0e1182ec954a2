//! Gift cards: never below zero, given back once, and a ledger that always sums to the balance.

use super::{
    super::{CHALLENGE, DECLINED, GOOD},
    count, usd,
};
use crate::{
    app::{TestApp, all_at_once},
    stories,
};
use axum::http::StatusCode;
use ironmonger::{
    domain::ids::{GiftCardId, OrderId},
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
