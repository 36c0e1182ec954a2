//! How long stock is held for money that has not come, and the ways to pay later.

use super::{CHALLENGE, DECLINED, GOOD};
use crate::{
    app::{Answer, TestApp, value_of},
    stories,
};
use axum::http::StatusCode;
use ironmonger::{
    domain::payment::hold::{EXTENSION, LONGEST, PAYMENT_TIME, TRANSFER_TIME},
    payments::holds,
    shop::{info::ShopInfo, store},
};
use serde_json::{Value, json};

const MINUTE: i64 = 60_000;
const BANK: &str = "Fairlead Trading Ltd, IBAN XX00 0000";

/// A shop with all ways to pay, and five shirts.
async fn open(app: &TestApp) {
    app.with_shirt(&[("S", "S", "78.00", 5)]).await;
    let info = ShopInfo { pay_on_delivery: true, bank_details: BANK.into(), ..ShopInfo::default() };
    let mut tx = app.shop.db.begin().await.unwrap();
    store::update_info(&mut tx, &info).await.unwrap();
    tx.commit().await.unwrap();
    app.shop.reload_info().await.unwrap();
}

async fn place_by(app: &TestApp, method: &str) -> Answer {
    let mut order = app.order(&[("S", 2)], "");
    order["payment"] = json!({ "method": method });
    app.post("/api/v1/orders", &order).await
}

fn key_of(answer: &Answer) -> (String, String) {
    let field = |name: &str| answer.json()[name].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned();
    (field("number"), field("token"))
}

fn held_until(order: &Value) -> i64 {
    order["hold_until"].as_i64().unwrap_or_else(|| panic!("no hold: {order}"))
}

async fn page(app: &TestApp, (number, token): &(String, String)) -> String {
    app.get(&format!("/orders/{number}?token={token}")).await.text
}

async fn confirmations(app: &TestApp) -> i64 {
    app.number("SELECT COUNT(*) FROM outbox WHERE topic = 'order_confirmed'").await
}

stories! {
    async fn an_order_says_until_when_its_stock_is_held(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let order = app.placed(&[("S", 2)], CHALLENGE).await;
        let placed_at = app.now().0;
        assert_eq!(held_until(&app.order_of(&order).await), placed_at + PAYMENT_TIME);
        app.pass(5 * MINUTE + 1_000);
        let text = page(&app, &order).await;
        assert!(text.contains("Your items are held for you for another") && text.contains("24:59"), "{text}");
        assert!(text.contains("role=\"timer\"") && text.contains("aria-live=\"polite\""));
        assert_eq!(app.pay(&order, GOOD).await.status, StatusCode::OK);
        assert!(app.order_of(&order).await.get("hold_until").is_none());
        assert!(!page(&app, &order).await.contains("held for you"));
        app.doctor_finds_nothing().await;
    }

    async fn who_opens_the_page_has_a_quarter_of_an_hour_but_no_more_than_two_hours_in_all(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let order = app.placed(&[("S", 2)], CHALLENGE).await;
        let placed_at = app.now().0;
        let mut until = placed_at + PAYMENT_TIME;
        while app.now().0 < placed_at + LONGEST {
            app.pass(10 * MINUTE);
            assert_eq!(held_until(&app.order_of(&order).await), until, "asking by the API is not being at it");
            if app.now().0 >= placed_at + LONGEST {
                break;
            }
            page(&app, &order).await;
            app.run_payment_jobs().await;
            until = until.max((app.now().0 + EXTENSION).min(placed_at + LONGEST));
            let seen = app.order_of(&order).await;
            assert_eq!((seen["status"].as_str(), held_until(&seen)), (Some("pending_payment"), until));
        }
        app.run_payment_jobs().await;
        assert_eq!((app.order_of(&order).await["status"].as_str(), app.stock("S").await), (Some("expired"), 5));
        app.doctor_finds_nothing().await;
    }

    async fn a_declined_payment_keeps_the_hold_while_the_buyer_retries(app) {
        app.with_shirt(&[("S", "S", "78.00", 2)]).await;
        let order = app.placed(&[("S", 2)], CHALLENGE).await;
        app.pass(29 * MINUTE);
        assert_eq!(app.pay(&order, DECLINED).await.code(), "payment_declined");
        // Past the first half hour: the last try was one minute before it.
        app.pass(10 * MINUTE);
        app.run_payment_jobs().await;
        assert_eq!((app.order_of(&order).await["status"].as_str(), app.stock("S").await), (Some("pending_payment"), 0));
        let other = app.place(&[("S", 1)], GOOD).await;
        assert_eq!((other.status, other.code()), (StatusCode::CONFLICT, "out_of_stock".into()));
        assert_eq!(app.pay(&order, GOOD).await.json()["status"], "paid");
        assert_eq!((app.stock("S").await, confirmations(&app).await), (0, 1));
        app.doctor_finds_nothing().await;
    }

    async fn a_bank_transfer_is_told_how_and_held_for_a_week(app) {
        open(&app).await;
        let placed = place_by(&app, "bank_transfer").await;
        assert_eq!((placed.status, placed.json()["status"].clone()), (StatusCode::CREATED, json!("pending_payment")));
        let order = key_of(&placed);
        let seen = app.order_of(&order).await;
        assert_eq!((seen["payment_method"].as_str(), seen["bank_details"].as_str()), (Some("bank_transfer"), Some(BANK)));
        assert_eq!(held_until(&seen), app.now().0 + TRANSFER_TIME);
        let text = page(&app, &order).await;
        assert!(text.contains(BANK) && text.contains("7 days") && text.contains(&order.0) && text.contains("$161.00"));
        assert!(!text.contains("name=\"card\"") && !text.contains("waiting for the bank"));
        assert_eq!((confirmations(&app).await, app.number("SELECT COUNT(*) FROM payments").await), (1, 0));
        let by_card = app.pay(&order, GOOD).await;
        assert_eq!((by_card.status, by_card.code()), (StatusCode::CONFLICT, "order_not_payable".into()));
        app.doctor_finds_nothing().await;
        app.pass(TRANSFER_TIME - MINUTE);
        app.run_payment_jobs().await;
        assert_eq!(app.stock("S").await, 3);
        app.pass(MINUTE);
        app.run_payment_jobs().await;
        assert_eq!((app.order_of(&order).await["status"].as_str(), app.stock("S").await), (Some("expired"), 5));
        assert!(app.order_of(&order).await.get("bank_details").is_none());
        app.doctor_finds_nothing().await;
    }

    async fn what_is_paid_at_the_door_waits_for_no_money(app) {
        open(&app).await;
        let order = key_of(&place_by(&app, "on_delivery").await);
        app.pass(20 * TRANSFER_TIME);
        app.run_payment_jobs().await;
        let seen = app.order_of(&order).await;
        assert_eq!((seen["status"].as_str(), seen.get("hold_until")), (Some("pending_payment"), None));
        assert!(page(&app, &order).await.contains("Please have $161.00 ready when your order comes."));
        assert_eq!((app.stock("S").await, confirmations(&app).await), (3, 1));
        app.doctor_finds_nothing().await;
    }

    async fn ways_to_pay_that_the_shop_does_not_offer_are_refused(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        for method in ["bank_transfer", "on_delivery", "stripe", "card", "cheque", "SANDBOX"] {
            let refused = place_by(&app, method).await;
            assert_eq!((refused.status, refused.pointer()), (StatusCode::UNPROCESSABLE_ENTITY, "/payment/method".into()), "{method}");
        }
        let mut browser = app.browser();
        browser.submit_and_follow("cart/add", &[("sku", "S"), ("quantity", "1")]).await;
        let checkout = browser.get("/checkout").await.text;
        assert!(checkout.contains("value=\"sandbox\"") && !checkout.contains("value=\"on_delivery\""));
        assert_eq!((app.number("SELECT COUNT(*) FROM orders").await, app.stock("S").await), (0, 5));
    }

    async fn without_javascript_the_card_fields_of_another_way_to_pay_are_ignored(app) {
        open(&app).await;
        for (method, card) in [("bank_transfer", ""), ("on_delivery", "4000000000000002")] {
            let mut browser = app.browser();
            browser.submit_and_follow("cart/add", &[("sku", "S"), ("quantity", "1")]).await;
            let checkout = browser.get("/checkout").await.text;
            let (attempt, shown) = (value_of(&checkout, "attempt"), value_of(&checkout, "shown"));
            let fields = [
                ("attempt", attempt.as_str()), ("shown", &shown), ("email", "ada@example.com"), ("name", "Ada Lovelace"),
                ("line1", "1 Quay"), ("city", "Ely"), ("postcode", "CB7 4AA"), ("country", "GB"),
                ("shipping_method", "standard"), ("payment_method", method), ("card", card), ("expiry", ""), ("security_code", ""),
            ];
            let placed = browser.submit_and_follow("checkout/place", &fields).await;
            assert_eq!(placed.status, StatusCode::OK);
            assert!(placed.text.contains(if method == "on_delivery" { "ready when your order comes" } else { BANK }), "{method}");
            assert!(placed.text.contains("Thank you"), "{method}");
            assert!(browser.get("/cart").await.text.contains("Your cart is empty"));
        }
        assert_eq!((confirmations(&app).await, app.stock("S").await), (2, 3));
        app.doctor_finds_nothing().await;
    }

    async fn a_hold_that_has_ended_is_over_at_its_very_end(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let order = app.placed(&[("S", 1)], CHALLENGE).await;
        app.pass(PAYMENT_TIME - 1);
        holds::expire_orders(&app.shop).await.unwrap();
        assert_eq!(app.order_of(&order).await["status"], "pending_payment");
        app.pass(1);
        holds::expire_orders(&app.shop).await.unwrap();
        assert_eq!(app.order_of(&order).await["status"], "expired");
    }
}
