//! Cancelling: by the buyer until somebody packs, by the shop until it is on its way; everything goes back, once.

use super::{ATTEMPT, clerk, desk, does, events, line, parcel, refusal, send, told};
use crate::{
    app::{TestApp, all_at_once},
    people::error_of,
    stories,
    stories::{CHALLENGE, GOOD, LATE, refunding::claim},
};
use ironmonger::{
    domain::{
        money::{Currency, Money},
        order::Actor,
    },
    payments::refunds::{self, NewRefund},
};
use serde_json::json;
use std::sync::Arc;

const SHIRTS: [(&str, &str, &str, i64); 1] = [("S", "S", "78.00", 9)];

/// What went back by the gateway's own books.
async fn paid_back(app: &TestApp) -> i64 {
    app.number("SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM sandbox_refunds").await
}

/// Cancels as the holder of a token.
async fn cancel(app: &TestApp, number: &str, token: &str) -> String {
    let mut browser = app.browser();
    refusal(&mut browser, "orders/cancel", &[("number", number), ("token", token)]).await
}

stories! {
    async fn a_customer_cancels_before_processing_and_all_goes_back(app) {
        app.with_shirt(&SHIRTS).await;
        let order = app.placed(&[("S", 2)], GOOD).await;
        let total = app.order_of(&order).await["total"]["amount"].as_i64().unwrap();
        let page = app.browser().get(&format!("/orders/{}?token={}", order.0, order.1)).await.text;
        assert!(page.contains("Yes, cancel the order"), "{page}");
        assert_eq!(cancel(&app, &order.0, &order.1).await, "");
        let seen = app.order_of(&order).await;
        assert_eq!(seen["status"], "cancelled");
        assert_eq!(events(&seen["history"]), ["placed", "payment_captured", "cancelled", "refunded"]);
        assert_eq!((app.stock("S").await, paid_back(&app).await), (9, total));
        assert_eq!((told(&app, "order_cancelled").await, told(&app, "order_refunded").await), (1, 1));
        // A second click finds it done.
        assert_eq!(cancel(&app, &order.0, &order.1).await, "");
        assert_eq!((app.stock("S").await, paid_back(&app).await, told(&app, "order_cancelled").await), (9, total, 1));
        let page = app.browser().get(&format!("/orders/{}?token={}", order.0, order.1)).await.text;
        assert!(page.contains("This order is cancelled") && !page.contains("Yes, cancel the order"), "{page}");
        app.doctor_finds_nothing().await;
    }

    async fn without_a_script_cancelling_leads_back_to_the_order(app) {
        app.with_shirt(&SHIRTS).await;
        let (number, token) = app.placed(&[("S", 1)], GOOD).await;
        let mut ada = app.browser();
        ada.get(&format!("/orders/{number}?token={token}")).await;
        let page = ada.submit_and_follow("orders/cancel", &[("number", &number), ("token", &token)]).await;
        assert!(page.text.contains("Your order is cancelled."), "{}", page.text);
    }

    async fn a_customer_does_not_cancel_what_is_being_packed(app) {
        app.with_shirt(&SHIRTS).await;
        let order = app.placed(&[("S", 1)], GOOD).await;
        let mut fay = clerk(&app).await;
        does(&mut fay, "desk/start", &[("number", &order.0)]).await;
        assert_eq!(cancel(&app, &order.0, &order.1).await, "status");
        let page = app.browser().get(&format!("/orders/{}?token={}", order.0, order.1)).await.text;
        assert!(!page.contains("Yes, cancel the order"), "{page}");
        assert_eq!((app.stock("S").await, paid_back(&app).await), (8, 0));
        // The shop still does.
        does(&mut fay, "desk/cancel", &[("number", &order.0), ("why", "The last one is torn")]).await;
        let shown = desk(&mut fay, &order.0).await;
        let entry = shown["history"].as_array().unwrap().iter().find(|entry| entry["event"] == "cancelled").unwrap();
        assert_eq!((&entry["person"], &entry["why"]), (&json!("Colleague"), &json!("The last one is torn")));
        assert_eq!(app.stock("S").await, 9);
        assert_eq!(shown["refunds"][0]["status"], "done");
        assert_eq!(refusal(&mut fay, "desk/start", &[("number", &order.0)]).await, "status");
        app.doctor_finds_nothing().await;
    }

    async fn nobody_cancels_an_order_that_is_not_theirs(app) {
        app.with_shirt(&SHIRTS).await;
        let (number, token) = app.placed(&[("S", 1)], GOOD).await;
        let (other, others) = app.placed(&[("S", 1)], GOOD).await;
        for (number, token) in [
            (number.as_str(), others.as_str()), (&other, &token), (&number, ""), (&number, "0.0"), (&number, &token[1..]),
            ("AAAA-AAAA", &token), ("", ""),
        ] {
            assert_eq!(cancel(&app, number, token).await, "not_found", "{number} {token}");
        }
        // Nor does somebody without an account own an order without an owner.
        assert_eq!(app.number("SELECT COUNT(*) FROM orders WHERE account_id IS NULL").await, 2);
        let mut bob = app.customer("Bob", "bob@example.com").await;
        assert_eq!(refusal(&mut bob, "orders/cancel", &[("number", &number), ("token", "")]).await, "not_found");
        // A form from elsewhere does nothing, even with the token of the order.
        let mut ada = app.browser();
        ada.get("/cart").await;
        let forged = [("number", number.as_str()), ("token", token.as_str()), ("csrf", "0")];
        let answer = ada.submit_as_is("orders/cancel", &forged, &crate::people::AS_SCRIPT).await;
        assert_eq!(error_of(&answer), "foreign_request");
        assert_eq!(app.number("SELECT COUNT(*) FROM orders WHERE status = 'paid'").await, 2);
    }

    async fn an_order_whose_payment_is_open_is_cancelled_and_nothing_is_charged_later(app) {
        app.with_shirt(&SHIRTS).await;
        let challenged = app.placed(&[("S", 1)], CHALLENGE).await;
        assert_eq!(cancel(&app, &challenged.0, &challenged.1).await, "");
        assert_eq!((app.stock("S").await, app.order_of(&challenged).await["status"].clone()), (9, json!("cancelled")));
        // While the bank has not said anything, it could still be paid: so it is not cancelled.
        let late = app.placed(&[("S", 1)], LATE).await;
        assert_eq!(cancel(&app, &late.0, &late.1).await, "payment_in_progress");
        assert_eq!((app.stock("S").await, app.order_of(&late).await["status"].clone()), (8, json!("pending_payment")));
        app.doctor_finds_nothing().await;
    }

    async fn of_a_customer_who_cancels_and_staff_who_start_at_once_one_has_it(app) {
        let app = Arc::new(app);
        app.with_shirt(&SHIRTS).await;
        let cookie = clerk(&app).await.cookie();
        for _ in 0..4 {
            let (number, token) = app.placed(&[("S", 1)], GOOD).await;
            let answers = all_at_once(6, |i| {
                let (app, cookie, number, token) = (app.clone(), cookie.clone(), number.clone(), token.clone());
                async move {
                    if i % 2 == 0 {
                        cancel(&app, &number, &token).await
                    } else {
                        refusal(&mut app.browser_with(cookie), "desk/start", &[("number", &number)]).await
                    }
                }
            }).await;
            let status = desk(&mut app.browser_with(cookie.clone()), &number).await["order"]["status"].clone();
            let won = |who: usize| answers.iter().skip(who).step_by(2).any(|answer| answer.is_empty());
            assert_eq!((won(0), won(1)), (status == "cancelled", status == "processing"), "{status} {answers:?}");
        }
        app.doctor_finds_nothing().await;
    }

    async fn an_order_that_is_cancelled_by_many_at_once_gives_back_once(app) {
        let app = Arc::new(app);
        app.with_shirt(&SHIRTS).await;
        let cookie = clerk(&app).await.cookie();
        let (number, token) = app.placed(&[("S", 3)], GOOD).await;
        all_at_once(6, |i| {
            let (app, cookie, number, token) = (app.clone(), cookie.clone(), number.clone(), token.clone());
            async move {
                if i % 2 == 0 {
                    cancel(&app, &number, &token).await
                } else {
                    let fields = [("number", number.as_str()), ("why", "Torn")];
                    refusal(&mut app.browser_with(cookie), "desk/cancel", &fields).await
                }
            }
        }).await;
        let back = app.number("SELECT COUNT(*) FROM stock_movements WHERE reason = 'cancelled'").await;
        assert_eq!((back, app.stock("S").await), (1, 9));
        assert_eq!((told(&app, "order_cancelled").await, told(&app, "order_refunded").await), (1, 1));
        app.doctor_finds_nothing().await;
    }

    async fn what_a_gift_card_paid_of_a_cancelled_order_is_refunded_with_the_rest(app) {
        app.with_shirt(&SHIRTS).await;
        // A part of it, and then all of it.
        for (gift, charged) in [(4_000, 4_300), (8_300, 0)] {
            let before = paid_back(&app).await;
            let (_, code) = app.gift_card(gift).await;
            let placed = app.place_with(GOOD, json!({ "gift_card": code })).await.json();
            let order = (placed["number"].as_str().unwrap().to_owned(), placed["token"].as_str().unwrap().to_owned());
            assert_eq!(cancel(&app, &order.0, &order.1).await, "");
            let seen = app.order_of(&order).await;
            assert_eq!((&seen["status"], &seen["payment_status"]), (&json!("cancelled"), &json!("refunded")));
            assert_eq!(paid_back(&app).await - before, charged);
            app.doctor_finds_nothing().await;
        }
        assert_eq!(app.number("SELECT CAST(SUM(balance) AS BIGINT) FROM gift_cards").await, 12_300);
        assert_eq!(app.number("SELECT CAST(SUM(refunded) AS BIGINT) FROM orders").await, 2 * 8_300);
        let returned = app.number("SELECT COUNT(*) FROM gift_card_ledger WHERE reason = 'returned'").await;
        assert_eq!((returned, told(&app, "order_refunded").await), (0, 2));
        assert_eq!(app.stock("S").await, 9);
    }

    async fn an_order_is_cancelled_while_a_part_of_its_money_is_on_its_way_back(app) {
        app.with_shirt(&SHIRTS).await;
        let order = app.placed(&[("S", 1)], GOOD).await;
        let amount = Money::new(1_000, Currency::USD);
        let part = NewRefund { amount, why: "Late".into(), by: Actor::Shop, key: "part".into() };
        claim(&app, &order.0, part).await.unwrap();
        assert_eq!(cancel(&app, &order.0, &order.1).await, "");
        assert_eq!((app.order_of(&order).await["status"].clone(), paid_back(&app).await), (json!("cancelled"), 7_300));
        app.doctor_finds_nothing().await;
        app.pass(60_000);
        refunds::run_job(&app.shop).await.unwrap();
        assert_eq!((app.order_of(&order).await["payment_status"].clone(), paid_back(&app).await), (json!("refunded"), 8_300));
        app.doctor_finds_nothing().await;
    }

    async fn what_is_on_its_way_is_not_cancelled(app) {
        app.with_shirt(&SHIRTS).await;
        let order = app.placed(&[("S", 1)], GOOD).await;
        let mut fay = clerk(&app).await;
        does(&mut fay, "desk/start", &[("number", &order.0)]).await;
        let lines = [(line(&desk(&mut fay, &order.0).await, 0), "1")];
        does(&mut fay, "desk/ship", &parcel(&order.0, ATTEMPT, &lines)).await;
        assert_eq!(cancel(&app, &order.0, &order.1).await, "status");
        let answer = send(&mut fay, "desk/cancel", &[("number", &order.0), ("why", "Lost")]).await;
        assert_eq!(answer.status.as_u16(), 409);
        assert_eq!((app.stock("S").await, paid_back(&app).await), (8, 0));
    }
}
