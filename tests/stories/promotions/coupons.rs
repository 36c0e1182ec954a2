//! Coupons: who may use which, when, and what comes of nonsense.

use super::{
    super::{CHALLENGE, DECLINED, GOOD},
    count,
};
use crate::{
    app::{TestApp, all_at_once},
    stories,
};
use axum::http::StatusCode;
use ironmonger::{
    account::service::store as accounts,
    domain::{ids::AccountId, promotion::WhyNot},
    payments::service::recover,
    promotions::{
        claims,
        coupons::{NewCoupons, insert_batch},
        known::{Asked, facts_for},
        service,
    },
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc};

const MINUTE: i64 = 60_000;
/// A shirt, and its delivery in a shop without settings.
const SHIRT: i64 = 7800;
const DELIVERY: i64 = 500;

async fn account_of(app: &TestApp, email: &str) -> AccountId {
    let mut reader = app.shop.db.read().await.unwrap();
    accounts::find_account_by_email(&mut reader.conn(), email).await.unwrap().unwrap().id()
}

/// Why a coupon is refused at the till.
async fn refusal(app: &TestApp, code: &str) -> Value {
    let refused = app.place_with(GOOD, json!({ "coupon": code })).await;
    assert_eq!((refused.status, refused.code()), (StatusCode::CONFLICT, "coupon_unusable".into()), "{}", refused.text);
    assert_eq!(refused.pointer(), "/coupon");
    refused.json()
}

async fn why(app: &TestApp, code: &str) -> Option<WhyNot> {
    let mut reader = app.shop.db.read().await.unwrap();
    let asked = Asked { coupon: Some(code), email: Some("ada@example.com"), ..Asked::default() };
    let known = facts_for(&app.shop, &mut reader.conn(), asked).await.unwrap();
    known.coupon().unwrap().opens.err()
}

stories! {
    async fn a_single_use_code_in_fifty_orders_at_once_is_redeemed_once(app) {
        app.with_shirt(&[("S", "S", "78.00", 100)]).await;
        let promotion = app.promotion(json!({})).await;
        app.single_use("ONCE-ONLY", promotion).await;
        let app = Arc::new(app);
        let answers = all_at_once(50, |i| {
            let app = app.clone();
            async move {
                let email = format!("buyer{i}@example.com");
                app.place_with(GOOD, json!({ "coupon": "once only", "email": email })).await
            }
        }).await;
        assert_eq!(
            (count(&answers, StatusCode::CREATED), count(&answers, StatusCode::CONFLICT)), (1, 49),
            "{}", answers.iter().map(|answer| answer.text.clone()).collect::<Vec<_>>().join("\n")
        );
        assert!(answers.iter().filter(|a| a.status == StatusCode::CONFLICT).all(|a| a.code() == "coupon_unusable"));
        assert_eq!((app.uses().await, app.redeemed().await), ((1, 1), 1));
        assert_eq!((app.number("SELECT COUNT(*) FROM orders").await, app.stock("S").await), (1, 99));
        let money = "SELECT CAST(SUM(amount) AS BIGINT) FROM payments WHERE status = 'captured'";
        assert_eq!(app.number(money).await, SHIRT - 780 + DELIVERY);
        app.doctor_finds_nothing().await;
    }

    async fn the_use_is_claimed_before_the_charge_and_a_declined_charge_gives_it_back(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let promotion = app.promotion(json!({})).await;
        app.single_use("ONCE", promotion).await;
        for _ in 0..2 {
            assert_eq!(app.place_with(DECLINED, json!({ "coupon": "ONCE" })).await.code(), "payment_declined");
            assert_eq!((app.uses().await, app.redeemed().await), ((0, 0), 0));
        }
        // It is held while a payment is under way.
        assert_eq!(app.place_with(CHALLENGE, json!({ "coupon": "ONCE" })).await.status, StatusCode::CREATED);
        assert_eq!((app.uses().await, app.redeemed().await), ((1, 1), 1));
        refusal(&app, "ONCE").await;
        assert_eq!(app.number("SELECT COUNT(*) FROM redemptions WHERE released_at IS NOT NULL").await, 2);
        app.doctor_finds_nothing().await;
    }

    async fn a_crash_between_claim_and_charge_gives_the_use_back(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let promotion = app.promotion(json!({})).await;
        app.single_use("ONCE", promotion).await;
        app.place_with(CHALLENGE, json!({ "coupon": "ONCE" })).await;
        // As if the program had ended between the claim and the call.
        app.change("DELETE FROM sandbox_charges").await;
        app.change("UPDATE payments SET status = 'claimed'").await;
        let app = app.restart().await;
        recover(&app.shop, app.now().plus(1)).await.unwrap();
        assert_eq!((app.uses().await, app.redeemed().await), ((0, 0), 0));
        assert_eq!(app.number("SELECT COUNT(*) FROM orders").await, 0);
        assert_eq!(app.place_with(GOOD, json!({ "coupon": "ONCE" })).await.status, StatusCode::CREATED);
        app.doctor_finds_nothing().await;
    }

    async fn an_order_that_expires_gives_its_coupon_back_once(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let promotion = app.promotion(json!({ "conditions": { "total_uses": 2, "uses_per_customer": 2 } })).await;
        app.coupon("TWICE", NewCoupons { max_uses: Some(2), ..NewCoupons::of(promotion) }).await;
        assert_eq!(app.place_with(GOOD, json!({ "coupon": "TWICE" })).await.status, StatusCode::CREATED);
        assert_eq!(app.place_with(CHALLENGE, json!({ "coupon": "TWICE" })).await.status, StatusCode::CREATED);
        assert_eq!((app.uses().await, app.redeemed().await), ((2, 2), 2));
        app.pass(31 * MINUTE);
        let app = Arc::new(app);
        all_at_once(8, |_| {
            let app = app.clone();
            async move { app.run_payment_jobs().await }
        }).await;
        assert_eq!((app.uses().await, app.redeemed().await), ((1, 1), 1));
        app.doctor_finds_nothing().await;
    }

    async fn what_is_given_back_twice_is_given_back_once(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let promotion = app.promotion(json!({})).await;
        app.coupon("MANY", NewCoupons::of(promotion)).await;
        let (_, gift) = app.gift_card(1000).await;
        for _ in 0..3 {
            app.place_with(GOOD, json!({ "coupon": "MANY", "email": "bob@example.com" })).await;
        }
        assert_eq!(app.place_with(CHALLENGE, json!({ "coupon": "MANY", "gift_card": gift })).await.status, StatusCode::CREATED);
        assert_eq!((app.uses().await, app.balance().await), ((4, 4), 0));
        let order = Arc::new(app.only_order("pending_payment").await);
        let app = Arc::new(app);
        all_at_once(6, |_| {
            let (app, order) = (app.clone(), order.clone());
            async move {
                let mut tx = app.shop.db.begin().await.unwrap();
                claims::release(&app.shop, &mut tx, &order).await.unwrap();
                tx.commit().await.unwrap();
            }
        }).await;
        assert_eq!((app.uses().await, app.balance().await), ((3, 3), 1000));
    }

    async fn a_coupon_of_another_customer_is_as_unknown_as_one_that_never_was(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        app.customer("Bob", "bob@example.com").await;
        let promotion = app.promotion(json!({})).await;
        let bob = account_of(&app, "bob@example.com").await;
        app.coupon("FORBOB", NewCoupons { owner: Some(bob), ..NewCoupons::of(promotion) }).await;
        let told = |code: &'static str| {
            let app = &app;
            async move { refusal(app, code).await.to_string().replace(code, "…") }
        };
        assert_eq!(told("FORBOB").await, told("NOBODYS").await);
        assert_eq!(app.uses().await, (0, 0));
        // A guest who types his address is not him: anybody can.
        let guest = app.place_with(GOOD, json!({ "coupon": "FORBOB", "email": "Bob@example.com" })).await;
        assert_eq!((guest.status, guest.code()), (StatusCode::CONFLICT, "coupon_unusable".into()), "{}", guest.text);
        assert_eq!(app.uses().await, (0, 0));
        let mut reader = app.shop.db.read().await.unwrap();
        let his = Asked { account: Some(bob), coupon: Some("FORBOB"), ..Asked::default() };
        let known = facts_for(&app.shop, &mut reader.conn(), his).await.unwrap();
        assert_eq!(known.coupon().unwrap().opens, Ok(promotion), "it is his once he has signed in");
        drop(reader);
        app.doctor_finds_nothing().await;
    }

    async fn a_coupon_works_from_its_first_moment_to_its_last(app) {
        app.with_shirt(&[("S", "S", "78.00", 9)]).await;
        let promotion = app.promotion(json!({})).await;
        let (from, to) = (app.now().plus(MINUTE), app.now().plus(2 * MINUTE));
        let new = NewCoupons { starts_at: Some(from), ends_at: Some(to), ..NewCoupons::of(promotion) };
        app.coupon("SOON", new).await;
        assert_eq!(why(&app, "SOON").await, Some(WhyNot::NotYet { from }));
        refusal(&app, "SOON").await;
        app.pass(MINUTE);
        assert_eq!(app.place_with(GOOD, json!({ "coupon": "soon" })).await.status, StatusCode::CREATED);
        app.pass(MINUTE);
        assert_eq!(why(&app, "SOON").await, Some(WhyNot::Ended));
        refusal(&app, "SOON").await;
        app.doctor_finds_nothing().await;
    }

    async fn a_promotion_that_is_over_or_switched_off_opens_for_no_code(app) {
        app.with_shirt(&[("S", "S", "78.00", 9)]).await;
        let now = app.now().0;
        let over = app.promotion(json!({ "conditions": { "ends_at": now + MINUTE } })).await;
        let off = app.promotion(json!({})).await;
        app.coupon("OVER", NewCoupons::of(over)).await;
        app.coupon("OFF", NewCoupons::of(off)).await;
        app.pass(MINUTE);
        assert!(service::set_enabled(&app.shop, off, false).await.unwrap());
        for code in ["OVER", "OFF"] {
            refusal(&app, code).await;
        }
        assert!(service::set_enabled(&app.shop, off, true).await.unwrap());
        assert_eq!(app.place_with(GOOD, json!({ "coupon": "OFF" })).await.status, StatusCode::CREATED);
        assert_eq!(app.uses().await, (1, 1));
    }

    async fn nonsense_for_a_code_is_refused_and_breaks_nothing(app) {
        app.with_shirt(&[("S", "S", "78.00", 9)]).await;
        let promotion = app.promotion(json!({})).await;
        app.coupon("SAVE", NewCoupons::of(promotion)).await;
        let (long, longest) = ("S".repeat(401), "S".repeat(60_000));
        for code in [
            "'; DROP TABLE coupons; --", "%", "_____", "SAVE\u{202e}X", "\u{0}", "🎉🎉", "SΑVE", "null", "-",
            long.as_str(), longest.as_str(),
        ] {
            let told = refusal(&app, code).await.to_string();
            assert!(told.len() < 1_500, "it repeats what was typed: {told:.200}");
        }
        let huge = app.place_with(GOOD, json!({ "coupon": "S".repeat(1 << 20) })).await;
        assert!(huge.status.is_client_error(), "{}", huge.status);
        assert_eq!(app.uses().await, (0, 0));
        // White space is no code, and signs between the letters mean nothing.
        for (code, uses) in [("", 0), ("  ", 0), ("sa-ve", 1), ("Ｓ Ａ\u{200b}Ｖ Ｅ", 2)] {
            let placed = app.place_with(GOOD, json!({ "coupon": code })).await;
            assert_eq!((placed.status, app.uses().await.0), (StatusCode::CREATED, uses), "{code}: {}", placed.text);
        }
        app.doctor_finds_nothing().await;
    }

    async fn ten_thousand_codes_are_made_in_seconds_and_all_differ(app) {
        let promotion = app.promotion(json!({})).await;
        let begun = std::time::Instant::now();
        let mut tx = app.shop.db.begin().await.unwrap();
        let new = NewCoupons { max_uses: Some(1), ..NewCoupons::of(promotion) };
        let codes = insert_batch(&app.shop, &mut tx, "SPRING", 10_000, &new).await.unwrap();
        tx.commit().await.unwrap();
        assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), 10_000);
        assert_eq!(app.number("SELECT COUNT(DISTINCT code_key) FROM coupons WHERE max_uses = 1").await, 10_000);
        assert_eq!(why(&app, &codes[9_999].to_lowercase()).await, None);
    }
}
