//! Limits in all and for each customer, in a crowd.

use super::{
    super::{DECLINED, GOOD},
    count,
};
use crate::{app::all_at_once, program::Place, stories};
use axum::http::StatusCode;
use ironmonger::{
    account::service::store as accounts,
    promotions::{
        coupons::NewCoupons,
        known::{Asked, facts_for},
    },
};
use serde_json::json;
use std::sync::Arc;

stories! {
    async fn a_promotion_is_used_no_more_often_than_its_total_in_a_crowd(app) {
        app.with_shirt(&[("S", "S", "78.00", 100)]).await;
        let promotion = app.promotion(json!({ "conditions": { "total_uses": 7 } })).await;
        for code in ["LEFT", "RIGHT"] {
            app.coupon(code, NewCoupons::of(promotion)).await;
        }
        let app = Arc::new(app);
        let answers = all_at_once(40, |i| {
            let app = app.clone();
            async move {
                let code = if i % 2 == 0 { "LEFT" } else { "RIGHT" };
                app.place_with(GOOD, json!({ "coupon": code, "email": format!("b{i}@example.com") })).await
            }
        }).await;
        assert_eq!((count(&answers, StatusCode::CREATED), count(&answers, StatusCode::CONFLICT)), (7, 33));
        assert_eq!((app.uses().await, app.redeemed().await), ((7, 7), 7));
        app.doctor_finds_nothing().await;
    }

    async fn a_customer_uses_a_code_no_more_often_than_they_may_however_they_write_their_address(app) {
        app.with_shirt(&[("S", "S", "78.00", 100)]).await;
        let promotion = app.promotion(json!({ "conditions": { "uses_per_customer": 1 } })).await;
        app.coupon("EACH", NewCoupons::of(promotion)).await;
        let app = Arc::new(app);
        let answers = all_at_once(12, |i| {
            let app = app.clone();
            async move {
                let email = ["ada@example.com", " ADA@example.com", "Ada@Example.COM "][i % 3];
                app.place_with(GOOD, json!({ "coupon": "EACH", "email": email })).await
            }
        }).await;
        assert_eq!((count(&answers, StatusCode::CREATED), count(&answers, StatusCode::CONFLICT)), (1, 11));
        let another = app.place_with(GOOD, json!({ "coupon": "EACH", "email": "bob@example.com" })).await;
        assert_eq!(another.status, StatusCode::CREATED, "{}", another.text);
        assert_eq!(app.uses().await, (2, 2));
        app.doctor_finds_nothing().await;
    }

    async fn a_coupon_has_its_own_limit_for_each_customer(app) {
        app.with_shirt(&[("S", "S", "78.00", 100)]).await;
        let promotion = app.promotion(json!({})).await;
        app.coupon("EACH", NewCoupons { max_uses_each: Some(2), ..NewCoupons::of(promotion) }).await;
        let app = Arc::new(app);
        let answers = all_at_once(10, |_| {
            let app = app.clone();
            async move { app.place_with(GOOD, json!({ "coupon": "EACH" })).await }
        }).await;
        assert_eq!((count(&answers, StatusCode::CREATED), count(&answers, StatusCode::CONFLICT)), (2, 8));
        app.doctor_finds_nothing().await;
    }

    async fn what_applies_by_itself_and_runs_out_in_the_crowd_is_told_as_another_price(app) {
        app.with_shirt(&[("S", "S", "78.00", 100)]).await;
        let conditions = json!({ "total_uses": 5 });
        app.promotion(json!({ "needs_coupon": false, "conditions": conditions })).await;
        let app = Arc::new(app);
        let (reduced, full) = (7800 - 780 + 500, 7800 + 500);
        let answers = all_at_once(30, |i| {
            let app = app.clone();
            async move {
                let total = json!({ "amount": reduced, "currency": "USD" });
                app.place_with(GOOD, json!({ "expected_total": total, "email": format!("b{i}@example.com") })).await
            }
        }).await;
        assert_eq!((count(&answers, StatusCode::CREATED), count(&answers, StatusCode::CONFLICT)), (5, 25));
        for refused in answers.iter().filter(|answer| answer.status == StatusCode::CONFLICT) {
            assert_eq!(refused.code(), "price_changed", "{}", refused.text);
            assert_eq!(refused.json()["quote"]["total"]["amount"], full, "it tells the price as it is now");
        }
        assert_eq!(app.redeemed().await, 5);
        app.doctor_finds_nothing().await;
    }

    async fn what_has_no_limit_is_not_counted_and_nobody_waits_for_a_counter(app) {
        app.with_shirt(&[("S", "S", "78.00", 100)]).await;
        app.promotion(json!({ "label": "Sale", "needs_coupon": false })).await;
        let counters = "SELECT COUNT(*) FROM promotion_uses";
        let of_everybody = "SELECT CAST(COALESCE(SUM(uses), 0) AS BIGINT) FROM promotion_uses WHERE customer_key = ''";
        assert_eq!(app.place_with(GOOD, json!({})).await.status, StatusCode::CREATED);
        assert_eq!((app.number(counters).await, app.redeemed().await), (0, 1));
        // With both limits everything is counted, and given back.
        let conditions = json!({ "total_uses": 9, "uses_per_customer": 9 });
        app.promotion(json!({ "label": "Rare", "needs_coupon": false, "lane": 1, "conditions": conditions })).await;
        assert_eq!(app.place_with(GOOD, json!({})).await.status, StatusCode::CREATED);
        assert_eq!((app.number(counters).await, app.number(of_everybody).await, app.redeemed().await), (2, 1, 3));
        assert_eq!(app.place_with(DECLINED, json!({})).await.status, StatusCode::PAYMENT_REQUIRED);
        assert_eq!((app.number(of_everybody).await, app.redeemed().await), (1, 3));
        let place = Place::of(&app);
        let listed = place.run(&["promotions"]).await.out;
        assert!(listed.contains("used 2  Sale") && listed.contains("used 1 of 9  Rare"), "{listed}");
        app.doctor_finds_nothing().await;
        // What an older version has counted of an unlimited one harms nobody.
        app.change("INSERT INTO promotion_uses SELECT id, '', 7 FROM promotions WHERE name = 'Sale'").await;
        app.doctor_finds_nothing().await;
        app.change("UPDATE promotion_uses SET uses = uses + 1 WHERE customer_key <> ''").await;
        let wrong = place.run(&["doctor"]).await;
        assert!(wrong.status == 1 && wrong.out.contains("WRONG uses of promotions that are limited"), "{}", wrong.out);
    }

    async fn of_several_first_orders_at_once_one_is_the_first(app) {
        app.with_shirt(&[("S", "S", "78.00", 100)]).await;
        let promotion = app.promotion(json!({ "conditions": { "first_order": true } })).await;
        app.coupon("WELCOME", NewCoupons::of(promotion)).await;
        let app = Arc::new(app);
        let answers = all_at_once(8, |_| {
            let app = app.clone();
            async move { app.place_with(GOOD, json!({ "coupon": "WELCOME" })).await }
        }).await;
        assert_eq!(count(&answers, StatusCode::CREATED), 1);
        let later = app.place_with(GOOD, json!({ "coupon": "WELCOME" })).await;
        assert_eq!((later.status, later.code()), (StatusCode::CONFLICT, "coupon_unusable".into()));
        app.doctor_finds_nothing().await;
    }

    async fn who_is_erased_leaves_no_key_and_the_books_still_agree(app) {
        app.with_shirt(&[("S", "S", "78.00", 100)]).await;
        let promotion = app.promotion(json!({ "conditions": { "uses_per_customer": 2 } })).await;
        app.coupon("EACH", NewCoupons { max_uses_each: Some(2), ..NewCoupons::of(promotion) }).await;
        let mut ada = app.customer("Ada", "ada@example.com").await;
        for email in ["ada@example.com", "bob@example.com"] {
            let placed = app.place_with(GOOD, json!({ "coupon": "EACH", "email": email })).await;
            assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.text);
        }
        let keys = "SELECT COUNT(*) FROM (SELECT customer_key FROM promotion_uses WHERE customer_key <> ''
            UNION SELECT customer_key FROM coupon_uses UNION SELECT customer_key FROM redemption_customers) AS keys";
        assert_eq!(app.number(keys).await, 3, "Ada's account, her address, and Bob's");
        let plain = "SELECT COUNT(*) FROM promotion_uses WHERE customer_key LIKE '%example%'";
        assert_eq!(app.number(plain).await, 0, "an address stands in the counters");
        ada.submit("account/erase", &[("password", crate::people::PASSWORD)]).await;
        assert_eq!((app.number("SELECT COUNT(*) FROM accounts").await, app.number(keys).await), (0, 1));
        assert_eq!((app.uses().await, app.redeemed().await), ((2, 2), 2));
        app.doctor_finds_nothing().await;
    }

    async fn signing_in_makes_nobody_another_customer(app) {
        app.with_shirt(&[("S", "S", "78.00", 100)]).await;
        let promotion = app.promotion(json!({ "conditions": { "uses_per_customer": 1, "first_order": true } })).await;
        app.coupon("EACH", NewCoupons::of(promotion)).await;
        assert_eq!(app.place_with(GOOD, json!({ "coupon": "EACH" })).await.status, StatusCode::CREATED);
        app.customer("Ada", "ada@example.com").await;
        let mut reader = app.shop.db.read().await.unwrap();
        let conn = &mut reader.conn();
        let ada = accounts::find_account_by_email(conn, "ada@example.com").await.unwrap().unwrap().id();
        let of = |account, email| Asked { account, email, coupon: Some("EACH"), ..Asked::default() };
        for (asked, uses, first) in [
            (of(Some(ada), None), 1, false),
            (of(Some(ada), Some("work@example.com")), 1, false),
            (of(None, Some("ADA@example.com")), 1, false),
            (of(None, Some("bob@example.com")), 0, true),
            (of(None, None), 0, true),
        ] {
            let known = facts_for(&app.shop, conn, asked).await.unwrap();
            let told = (known.customer.uses_of(promotion).by_customer, known.customer.first_order);
            assert_eq!(told, (uses, first), "{asked:?}");
        }
    }
}
