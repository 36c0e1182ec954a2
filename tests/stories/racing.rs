//! Two at the same thing: whoever is faster, there is one order, one charge, and as much stock as there should be.

use super::{CHALLENGE, GOOD, LATE};
use crate::{
    app::{TestApp, all_at_once, value_of},
    stories,
};
use axum::http::StatusCode;
use ironmonger::{
    domain::{ids::PaymentId, payment::SandboxCard},
    payments::{gateway::Instrument, holds, service, store as payments},
};
use std::sync::Arc;

async fn confirmations(app: &TestApp) -> i64 {
    app.number("SELECT COUNT(*) FROM outbox WHERE topic = 'order_confirmed'").await
}

stories! {
    async fn many_carts_race_for_the_last_unit_and_one_order_is_made(app) {
        app.with_shirt(&[("S", "S", "78.00", 1)]).await;
        let app = Arc::new(app);
        let answers = all_at_once(12, |_| {
            let app = app.clone();
            async move {
                let mut browser = app.browser();
                browser.submit_and_follow("cart/add", &[("sku", "S"), ("quantity", "1")]).await;
                let checkout = browser.get("/checkout").await.text;
                let (attempt, shown) = (value_of(&checkout, "attempt"), value_of(&checkout, "shown"));
                let fields = [
                    ("attempt", attempt.as_str()), ("shown", &shown), ("email", "ada@example.com"), ("name", "Ada"),
                    ("line1", "1 Quay"), ("city", "Ely"), ("postcode", "CB7 4AA"), ("country", "GB"),
                    ("shipping_method", "standard"), ("payment_method", "sandbox"), ("card", GOOD), ("expiry", "12/30"),
                    ("security_code", "123"),
                ];
                let told = browser.submit_and_follow("checkout/place", &fields).await.text;
                (told.contains("Thank you"), told.contains("has just sold out"))
            }
        }).await;
        let count = |one: (bool, bool)| answers.iter().filter(|answer| **answer == one).count();
        assert_eq!((count((true, false)), count((false, true))), (1, 11), "{answers:?}");
        // Nothing of the others is left: no line, no address, no payment, no charge.
        for (sql, expected) in [
            ("SELECT COUNT(*) FROM orders", 1),
            ("SELECT COUNT(*) FROM order_lines", 1),
            ("SELECT COUNT(*) FROM order_people", 1),
            ("SELECT COUNT(*) FROM payments", 1),
            ("SELECT CAST(SUM(amount) AS BIGINT) FROM sandbox_charges", 8_300),
        ] {
            assert_eq!(app.number(sql).await, expected, "{sql}");
        }
        assert_eq!((app.stock("S").await, confirmations(&app).await), (0, 1));
        app.doctor_finds_nothing().await;
    }

    async fn orders_that_still_wait_for_their_money_never_share_a_unit(app) {
        app.with_shirt(&[("S", "S", "78.00", 2)]).await;
        let app = Arc::new(app);
        let answers = all_at_once(12, |_| {
            let app = app.clone();
            async move { app.place(&[("S", 1)], CHALLENGE).await }
        }).await;
        let placed: Vec<_> = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).collect();
        assert_eq!((placed.len(), app.stock("S").await), (2, 0));
        for answer in placed {
            let order = (answer.json()["number"].as_str().unwrap().to_owned(), answer.json()["token"].as_str().unwrap().to_owned());
            assert_eq!(app.pay(&order, GOOD).await.json()["status"], "paid");
        }
        assert_eq!(app.number("SELECT CAST(SUM(amount) AS BIGINT) FROM payments WHERE status = 'captured'").await, 2 * 8_300);
        app.doctor_finds_nothing().await;
    }

    async fn a_hold_that_ends_while_its_order_is_paid_sells_nothing_twice(app) {
        app.with_shirt(&[("S", "S", "78.00", 6)]).await;
        let mut orders = Vec::new();
        for _ in 0..6 {
            orders.push(app.placed(&[("S", 1)], CHALLENGE).await);
        }
        app.pass(31 * 60_000);
        let app = Arc::new(app);
        let expiring = tokio::spawn({
            let app = app.clone();
            async move {
                for _ in 0..4 {
                    holds::expire_orders(&app.shop).await.unwrap();
                }
            }
        });
        let paying = all_at_once(6, |i| {
            let (app, order) = (app.clone(), orders[i].clone());
            async move { app.pay(&order, GOOD).await.status == StatusCode::OK }
        }).await;
        expiring.await.unwrap();
        holds::expire_orders(&app.shop).await.unwrap();
        let paid = paying.iter().filter(|paid| **paid).count() as i64;
        assert_eq!(app.number("SELECT COUNT(*) FROM orders WHERE status = 'paid'").await, paid);
        assert_eq!(app.number("SELECT COUNT(*) FROM orders WHERE status = 'pending_payment' AND hold_until < 1").await, 0);
        let held = app.number("SELECT COUNT(*) FROM orders WHERE status IN ('paid', 'pending_payment')").await;
        assert_eq!(app.stock("S").await, 6 - held);
        assert_eq!(app.number("SELECT COUNT(*) FROM sandbox_charges WHERE status = 'succeeded'").await, paid);
        app.doctor_finds_nothing().await;
    }

    async fn many_orders_that_cannot_be_given_up_keep_no_other_from_its_end(app) {
        app.with_shirt(&[("S", "S", "78.00", 300)]).await;
        let app = Arc::new(app);
        for _ in 0..10 {
            all_at_once(20, |_| {
                let app = app.clone();
                async move { app.placed(&[("S", 1)], LATE).await }
            }).await;
        }
        app.pass(1_000);
        let last = app.placed(&[("S", 1)], CHALLENGE).await;
        app.pass(31 * 60_000);
        holds::expire_orders(&app.shop).await.unwrap();
        assert_eq!(app.order_of(&last).await["status"], "expired");
        assert_eq!(app.number("SELECT COUNT(*) FROM orders WHERE status = 'pending_payment'").await, 200);
        assert_eq!(app.stock("S").await, 100);
        app.doctor_finds_nothing().await;
    }

    async fn both_ways_to_a_charge_share_one_key(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let order = app.placed(&[("S", 1)], CHALLENGE).await;
        // The attempt as it was between claim and call, when two think that it is theirs to make.
        app.change("DELETE FROM sandbox_charges").await;
        app.change("UPDATE payments SET status = 'claimed', reference = ''").await;
        let id: uuid::Uuid = ironmonger::orders::store::find_order_by_number(&mut app.shop.db.read().await.unwrap().conn(), &order.0)
            .await.unwrap().unwrap().active_payment.unwrap();
        let payment = payments::find_payment(&mut app.shop.db.read().await.unwrap().conn(), PaymentId(id)).await.unwrap().unwrap();
        let app = Arc::new(app);
        all_at_once(8, |_| {
            let (app, payment) = (app.clone(), payment.clone());
            async move {
                let card = Instrument::Sandbox(SandboxCard::Succeeds);
                service::charge(&app.shop, &payment, card, String::new(), false).await.unwrap()
            }
        }).await;
        assert_eq!(app.number("SELECT COUNT(*) FROM sandbox_charges").await, 1);
        assert_eq!((app.order_of(&order).await["status"].as_str(), confirmations(&app).await), (Some("paid"), 1));
        app.doctor_finds_nothing().await;
    }

    async fn whether_an_order_is_paid_is_known_here_and_not_asked_of_the_gateway(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let order = app.placed(&[("S", 1)], GOOD).await;
        app.change("DELETE FROM sandbox_charges").await;
        let again = app.pay(&order, GOOD).await;
        assert_eq!((again.status, again.json()["status"].as_str()), (StatusCode::OK, Some("paid")));
        assert_eq!(app.number("SELECT COUNT(*) FROM sandbox_charges").await, 0);
        assert_eq!(app.number("SELECT COUNT(*) FROM payments").await, 1);
    }

    async fn a_gateway_that_tells_of_another_amount_pays_nothing(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        for change in ["UPDATE sandbox_charges SET amount = 1", "UPDATE sandbox_charges SET amount = 8300, currency = 'EUR'"] {
            let order = app.placed(&[("S", 1)], CHALLENGE).await;
            let challenge = app.order_of(&order).await["next_action"]["url"].as_str().unwrap().replace("http://localhost:3000", "");
            app.change(change).await;
            app.post_form(&challenge, "answer=confirm").await;
            app.run_payment_jobs().await;
            assert_eq!(app.order_of(&order).await["status"], "pending_payment", "{change}");
        }
        assert_eq!((confirmations(&app).await, app.number("SELECT COUNT(*) FROM payments WHERE status = 'captured'").await), (0, 0));
    }

    async fn no_card_number_is_kept_anywhere(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let headers = [("idempotency-key", "once")];
        app.post_with("/api/v1/orders", &app.order(&[("S", 1)], GOOD), &headers).await;
        let order = app.placed(&[("S", 1)], CHALLENGE).await;
        app.pay(&order, "4000 0000 0000 0002").await;
        for sql in [
            "SELECT COUNT(*) FROM idempotency_keys WHERE body LIKE '%4242%4242%'",
            "SELECT COUNT(*) FROM payments WHERE reference LIKE '%4242%4242%' OR instrument <> ''",
            "SELECT COUNT(*) FROM outbox WHERE payload LIKE '%4242%4242%'",
            "SELECT COUNT(*) FROM events WHERE detail LIKE '%4242%4242%'",
        ] {
            assert_eq!(app.number(sql).await, 0, "{sql}");
        }
        // With SQLite every byte is there to be looked at.
        for entry in std::fs::read_dir(app.folder()).unwrap().filter_map(Result::ok).filter(|entry| entry.path().is_file()) {
            let bytes = std::fs::read(entry.path()).unwrap();
            for card in [GOOD, CHALLENGE, "4000000000000002", "4000 0000 0000 0002"] {
                assert!(!bytes.windows(card.len()).any(|part| part == card.as_bytes()), "{card} in {:?}", entry.path());
            }
        }
    }
}
