//! Payments that do not go straight through: challenges, late answers, webhooks, retries, expiry.

use super::{CHALLENGE, DECLINED, GOOD, LATE};
use crate::{
    app::{Answer, TestApp, all_at_once},
    stories,
};
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use ironmonger::{
    db::Conn,
    domain::{order::OrderStatus, payment::SandboxCard},
    orders::service as orders,
    payments::{
        gateway::Instrument,
        holds, refunds,
        sandbox::{Sandbox, Webhook},
        service,
    },
};
use serde_json::{Value, json};
use std::sync::Arc;

const MINUTE: i64 = 60_000;

/// The path of the bank's question.
async fn challenge_of(app: &TestApp, order: &(String, String)) -> String {
    let order = app.order_of(order).await;
    let url = order["next_action"]["url"].as_str().unwrap_or_else(|| panic!("no challenge: {order}"));
    url.strip_prefix("http://localhost:3000").unwrap().to_owned()
}

/// What the sandbox has to tell, without telling it.
async fn due(app: &TestApp) -> Vec<Webhook> {
    Sandbox.due_webhooks(&app.shop).await.unwrap().into_iter().map(|(_, webhook)| webhook).collect()
}

async fn send(app: &TestApp, body: &str, signature: &str) -> Answer {
    let request = Request::post("/webhooks/sandbox").header("sandbox-signature", signature);
    app.call(request.body(Body::from(body.to_owned())).unwrap()).await
}

fn signed(app: &TestApp, body: &str) -> String {
    let time = app.now().0;
    format!("t={time},v1={}", app.shop.signer.signature("sandbox webhook", format!("{time}.{body}").as_bytes()))
}

async fn confirmations(app: &TestApp) -> i64 {
    app.number("SELECT COUNT(*) FROM outbox WHERE topic = 'order_confirmed'").await
}

stories! {
    async fn a_confirmed_challenge_pays_the_order_once_whoever_tells_first(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let placed = app.place(&[("S", 2)], CHALLENGE).await;
        assert_eq!((placed.status, placed.json()["status"].clone()), (StatusCode::CREATED, json!("pending_payment")));
        let order = (placed.json()["number"].as_str().unwrap().to_owned(), placed.json()["token"].as_str().unwrap().to_owned());
        assert_eq!(app.stock("S").await, 3);
        let challenge = challenge_of(&app, &order).await;
        assert!(app.get(&challenge).await.text.contains("$161.00"));
        let back = app.post_form(&challenge, "answer=confirm").await;
        assert_eq!(back.status, StatusCode::SEE_OTHER);
        assert!(app.get(back.header("location")).await.text.contains("Thank you"));
        assert_eq!(app.order_of(&order).await["status"], "paid");
        app.run_payment_jobs().await;
        assert_eq!(confirmations(&app).await, 1);
        assert!(app.get(&challenge).await.text.contains("Already answered"));
        app.doctor_finds_nothing().await;
    }

    async fn a_refused_challenge_keeps_the_order_for_another_card(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let order = app.placed(&[("S", 2)], CHALLENGE).await;
        let challenge = challenge_of(&app, &order).await;
        app.post_form(&challenge, "answer=refuse").await;
        app.run_payment_jobs().await;
        let seen = app.order_of(&order).await;
        assert_eq!((seen["status"].as_str(), seen["payment_status"].as_str()), (Some("pending_payment"), Some("declined")));
        assert_eq!(app.stock("S").await, 3, "the units stay reserved");
        let declined = app.pay(&order, DECLINED).await;
        assert_eq!((declined.status, declined.code()), (StatusCode::PAYMENT_REQUIRED, "payment_declined".into()));
        let paid = app.pay(&order, GOOD).await;
        assert_eq!((paid.status, paid.json()["status"].clone()), (StatusCode::OK, json!("paid")));
        assert_eq!((app.stock("S").await, confirmations(&app).await), (3, 1));
        app.doctor_finds_nothing().await;
    }

    async fn a_challenge_left_open_is_given_up_for_another_card(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let order = app.placed(&[("S", 1)], CHALLENGE).await;
        let challenge = challenge_of(&app, &order).await;
        assert_eq!(app.pay(&order, GOOD).await.status, StatusCode::OK);
        app.post_form(&challenge, "answer=confirm").await;
        app.run_payment_jobs().await;
        assert_eq!(app.number("SELECT COUNT(*) FROM payments WHERE status = 'captured'").await, 1);
        assert_eq!(app.number("SELECT COUNT(*) FROM sandbox_charges WHERE status = 'succeeded'").await, 1);
        app.doctor_finds_nothing().await;
    }

    async fn a_late_card_settles_by_webhook(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let placed = app.place(&[("S", 1)], LATE).await.json();
        assert_eq!((placed["status"].as_str(), placed.get("next_action")), (Some("pending_payment"), None));
        let order = (placed["number"].as_str().unwrap().to_owned(), placed["token"].as_str().unwrap().to_owned());
        app.run_payment_jobs().await;
        assert_eq!(app.order_of(&order).await["status"], "pending_payment");
        let meanwhile = app.pay(&order, GOOD).await;
        assert_eq!((meanwhile.status, meanwhile.code()), (StatusCode::CONFLICT, "payment_in_progress".into()));
        app.pass(5_000);
        app.run_payment_jobs().await;
        assert_eq!(app.order_of(&order).await["status"], "paid");
        app.doctor_finds_nothing().await;
    }

    async fn one_webhook_many_times_at_once_settles_once(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let order = app.placed(&[("S", 1)], LATE).await;
        app.pass(5_000);
        let webhook = due(&app).await.remove(0);
        let app = Arc::new(app);
        for times in [1, 12, 1] {
            let answers = all_at_once(times, |_| {
                let (app, webhook) = (app.clone(), webhook.clone());
                async move { send(&app, &webhook.body, &webhook.signature).await.status }
            }).await;
            assert!(answers.iter().all(|status| *status == StatusCode::NO_CONTENT));
        }
        let history = app.order_of(&order).await["history"].as_array().unwrap().len();
        assert_eq!((history, confirmations(&app).await), (2, 1));
        assert_eq!(app.number("SELECT COUNT(*) FROM events WHERE kind = 'order_paid'").await, 1);
        app.doctor_finds_nothing().await;
    }

    async fn webhook_and_browser_return_at_once_settle_once(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let order = app.placed(&[("S", 1)], CHALLENGE).await;
        let challenge = challenge_of(&app, &order).await;
        app.post_form(&challenge, "answer=confirm").await;
        let webhook = due(&app).await.remove(0);
        let app = Arc::new(app);
        all_at_once(16, |i| {
            let (app, webhook, order) = (app.clone(), webhook.clone(), order.clone());
            async move {
                match i % 2 {
                    0 => assert_eq!(send(&app, &webhook.body, &webhook.signature).await.status, StatusCode::NO_CONTENT),
                    _ => assert_eq!(app.order_of(&order).await["status"], "paid"),
                }
            }
        }).await;
        assert_eq!(confirmations(&app).await, 1);
        app.doctor_finds_nothing().await;
    }

    async fn a_forged_garbled_or_old_webhook_is_believed_by_nobody(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let order = app.placed(&[("S", 1)], CHALLENGE).await;
        let challenge = challenge_of(&app, &order).await;
        app.post_form(&challenge, "answer=refuse").await;
        let refusal = due(&app).await.remove(0);
        let forged = refusal.body.replace("declined", "succeeded");
        let (time, signature) = refusal.signature.split_once(",v1=").unwrap();
        let later = format!("t={},v1={signature}", app.now().0 + 1);
        let cut = &refusal.signature[..refusal.signature.len() - 1];
        for (body, signature) in [
            (forged.as_str(), refusal.signature.as_str()),
            (&refusal.body, ""),
            (&refusal.body, "t=,v1="),
            (&refusal.body, time),
            (&refusal.body, &later),
            (&refusal.body, cut),
            (&refusal.body, "t=99999999999999999999,v1=00"),
            ("", &signed(&app, "")),
            ("{}", &signed(&app, "{}")),
            ("not json \u{0}", &signed(&app, "not json \u{0}")),
        ] {
            assert_eq!(send(&app, body, signature).await.status, StatusCode::NOT_FOUND, "{signature}");
        }
        app.pass(6 * MINUTE);
        assert_eq!(send(&app, &refusal.body, &refusal.signature).await.status, StatusCode::NOT_FOUND);
        assert_eq!(app.number("SELECT COUNT(*) FROM payments WHERE status = 'action_required'").await, 1);
    }

    async fn an_order_that_is_paid_is_not_paid_again(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let order = app.placed(&[("S", 1)], GOOD).await;
        let again = app.pay(&order, GOOD).await;
        assert_eq!((again.status, again.json()["status"].clone()), (StatusCode::OK, json!("paid")));
        assert_eq!(app.number("SELECT COUNT(*) FROM sandbox_charges").await, 1);
    }

    async fn many_cards_at_once_pay_an_order_once(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let order = app.placed(&[("S", 1)], CHALLENGE).await;
        let app = Arc::new(app);
        let answers = all_at_once(12, |_| {
            let (app, order) = (app.clone(), order.clone());
            async move { app.pay(&order, GOOD).await }
        }).await;
        for answer in &answers {
            // Who was slower is told so only while the faster one's card is at the bank.
            let is_paid = answer.status == StatusCode::OK && answer.json()["status"] == "paid";
            assert!(is_paid || answer.code() == "payment_in_progress", "{}", answer.text);
        }
        assert_eq!(app.pay(&order, GOOD).await.json()["status"], "paid");
        assert_eq!(app.number("SELECT COUNT(*) FROM sandbox_charges WHERE status = 'succeeded'").await, 1);
        assert_eq!((app.order_of(&order).await["status"].as_str(), confirmations(&app).await), (Some("paid"), 1));
        app.doctor_finds_nothing().await;
    }

    async fn an_order_that_is_not_paid_in_time_gives_its_units_back_once(app) {
        app.with_shirt(&[("S", "S", "78.00", 5), ("M", "M", "78.00", 5)]).await;
        let order = app.placed(&[("S", 2), ("M", 1)], CHALLENGE).await;
        let challenge = challenge_of(&app, &order).await;
        app.pass(29 * MINUTE);
        app.run_payment_jobs().await;
        assert_eq!((app.order_of(&order).await["status"].as_str(), app.stock("S").await), (Some("pending_payment"), 3));
        app.pass(2 * MINUTE);
        let app = Arc::new(app);
        all_at_once(8, |_| {
            let app = app.clone();
            async move { app.run_payment_jobs().await }
        }).await;
        assert_eq!(app.order_of(&order).await["status"], "expired");
        assert_eq!((app.stock("S").await, app.stock("M").await), (5, 5));
        let refused = app.pay(&order, GOOD).await;
        assert_eq!((refused.status, refused.code()), (StatusCode::CONFLICT, "order_not_payable".into()));
        // The bank's page is still open in a tab.
        app.post_form(&challenge, "answer=confirm").await;
        app.run_payment_jobs().await;
        assert_eq!(app.number("SELECT COUNT(*) FROM sandbox_charges WHERE status = 'succeeded'").await, 0);
        assert_eq!((app.order_of(&order).await["status"].as_str(), app.stock("S").await), (Some("expired"), 5));
        app.doctor_finds_nothing().await;
    }

    async fn money_that_comes_for_an_expired_order_goes_back(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let order = app.placed(&[("S", 2)], CHALLENGE).await;
        let challenge = challenge_of(&app, &order).await;
        app.post_form(&challenge, "answer=refuse").await;
        let mut told: Value = serde_json::from_str(&due(&app).await.remove(0).body).unwrap();
        app.run_payment_jobs().await;
        let second = app.pay(&order, CHALLENGE).await;
        assert_eq!(second.status, StatusCode::OK, "{}", second.text);
        app.pass(31 * MINUTE);
        app.run_payment_jobs().await;
        assert_eq!(app.order_of(&order).await["status"], "expired");
        // The bank captured what we had given up.
        told["idempotency_key"] = json!(payment_in(&app, "abandoned").await);
        told["status"] = json!("succeeded");
        let body = told.to_string();
        for _ in 0..3 {
            assert_eq!(send(&app, &body, &signed(&app, &body)).await.status, StatusCode::NO_CONTENT);
        }
        assert_eq!((app.order_of(&order).await["status"].as_str(), app.stock("S").await), (Some("expired"), 5));
        assert_eq!(app.number("SELECT COUNT(*) FROM payments WHERE status = 'refund_due'").await, 1);
        assert_eq!(app.number("SELECT COUNT(*) FROM outbox WHERE topic = 'refund_due'").await, 1);
        app.doctor_finds_nothing().await;
    }

    async fn money_that_comes_after_the_order_was_taken_back_goes_back(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        // The gateway has not heard of the charge yet when another node takes the attempt for dead.
        app.placed(&[("S", 2)], CHALLENGE).await;
        let payment = payment_in(&app, "action_required").await;
        app.change("DELETE FROM sandbox_charges").await;
        app.change("UPDATE payments SET status = 'claimed'").await;
        service::recover(&app.shop, app.now().plus(1)).await.unwrap();
        assert_eq!((app.number("SELECT COUNT(*) FROM orders").await, app.stock("S").await), (0, 5));
        let told = json!({
            "charge": payment, "idempotency_key": payment, "status": "succeeded", "reason": "", "amount": 16100, "currency": "USD",
        });
        let body = told.to_string();
        for _ in 0..2 {
            assert_eq!(send(&app, &body, &signed(&app, &body)).await.status, StatusCode::NO_CONTENT);
        }
        assert_eq!(app.number("SELECT COUNT(*) FROM payments WHERE status = 'refund_due'").await, 1);
        assert_eq!(app.number("SELECT COUNT(*) FROM outbox WHERE topic = 'refund_due'").await, 1);
        app.doctor_finds_nothing().await;
    }

    async fn money_that_has_to_go_back_and_is_refused_is_tried_again_and_shown_to_staff(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let order = app.placed(&[("S", 2)], CHALLENGE).await;
        let challenge = challenge_of(&app, &order).await;
        app.change("UPDATE payments SET status = 'abandoned'").await;
        app.change("UPDATE orders SET active_payment = NULL, hold_until = 1").await;
        app.run_payment_jobs().await;
        app.post_form(&challenge, "answer=confirm").await;
        // The bank captures what we had given up, and would not pay it back.
        app.change("UPDATE sandbox_charges SET refunded = amount").await;
        app.run_payment_jobs().await;
        assert_eq!(app.number("SELECT COUNT(*) FROM payments WHERE status = 'refund_due'").await, 1);
        for (minutes, refused) in [(0, 1), (0, 1), (9, 1), (1, 2), (39, 2), (1, 3)] {
            app.pass(minutes * MINUTE);
            refunds::run_job(&app.shop).await.unwrap();
            assert_eq!(app.number("SELECT COUNT(*) FROM refunds WHERE status = 'refused'").await, refused, "{minutes}");
        }
        let mut fay = crate::stories::orders::clerk(&app).await;
        let problems = [("wanted[pile]", "problems")];
        let pile = fay.ask("desk/orders", &problems, &crate::people::AS_SCRIPT).await.json();
        assert_eq!((&pile["rows"][0]["number"], pile["stranded"].as_array().unwrap().len()), (&json!(order.0), 0));
        app.doctor_finds_nothing().await;
        app.change("UPDATE sandbox_charges SET refunded = 0").await;
        app.pass(90 * MINUTE);
        refunds::run_job(&app.shop).await.unwrap();
        assert_eq!(app.number("SELECT CAST(SUM(amount) AS BIGINT) FROM sandbox_refunds").await, 16_100);
        assert_eq!(app.number("SELECT COUNT(*) FROM payments WHERE status = 'refunded'").await, 1);
        app.doctor_finds_nothing().await;
    }

    async fn money_of_an_order_that_is_gone_is_among_the_problems_of_staff(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        app.placed(&[("S", 1)], CHALLENGE).await;
        let payment = payment_in(&app, "action_required").await;
        app.change("DELETE FROM sandbox_charges").await;
        app.change("UPDATE payments SET status = 'claimed'").await;
        service::recover(&app.shop, app.now().plus(1)).await.unwrap();
        let told = json!({
            "charge": payment, "idempotency_key": payment, "status": "succeeded", "reason": "", "amount": 8300, "currency": "USD",
        });
        let body = told.to_string();
        send(&app, &body, &signed(&app, &body)).await;
        // The gateway knows of no such charge.
        refunds::run_job(&app.shop).await.unwrap();
        let mut fay = crate::stories::orders::clerk(&app).await;
        let pile = fay.ask("desk/orders", &[("wanted[pile]", "problems")], &crate::people::AS_SCRIPT).await.json();
        let money = &pile["stranded"][0];
        assert_eq!((&pile["counts"]["problems"], &pile["rows"], &money["refusals"]), (&json!(1), &json!([]), &json!(1)), "{pile}");
        assert_eq!((&money["amount"]["amount"], &money["reference"]), (&json!(8_300), &json!(payment)));
        let page = fay.get("/admin/orders?pile=problems").await.text;
        assert!(page.contains("came for orders that are gone") && !page.contains("Nothing to do here"), "{page}");
        app.doctor_finds_nothing().await;
    }

    async fn who_finds_the_order_paid_meanwhile_is_shown_it_as_paid(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let order = app.placed(&[("S", 1)], CHALLENGE).await;
        app.pay(&order, DECLINED).await;
        // As it was when it still waited.
        let seen = orders::open(&app.shop, &order.0, &order.1).await.unwrap();
        assert_eq!(app.pay(&order, GOOD).await.json()["status"], "paid");
        let card = Instrument::Sandbox(SandboxCard::Succeeds);
        let placed = orders::pay(&app.shop, seen, &order.1, card).await.unwrap();
        assert_eq!((placed.number, placed.status), (order.0.clone(), OrderStatus::Paid));
        assert_eq!(app.number("SELECT COUNT(*) FROM sandbox_charges WHERE status = 'succeeded'").await, 1);
        app.doctor_finds_nothing().await;
    }

    async fn an_order_whose_payment_may_still_succeed_does_not_expire(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let order = app.placed(&[("S", 1)], LATE).await;
        app.pass(31 * MINUTE);
        holds::expire_orders(&app.shop).await.unwrap();
        assert_eq!(app.order_of(&order).await["status"], "pending_payment");
        app.run_payment_jobs().await;
        assert_eq!((app.order_of(&order).await["status"].as_str(), app.stock("S").await), (Some("paid"), 4));
        app.doctor_finds_nothing().await;
    }

    async fn nonsense_at_the_banks_page_is_refused(app) {
        for path in ["/sandbox/challenge/x", "/sandbox/challenge/%00", "/sandbox/challenge/018f0000-0000-7000-8000-000000000000"] {
            assert_eq!(app.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(app.post_form(path, "answer=confirm").await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert!(app.post_form("/sandbox/challenge/x", "nonsense").await.status.is_client_error());
    }
}

/// The id of the one payment in a status.
async fn payment_in(app: &TestApp, status: &str) -> String {
    let sql = "SELECT id FROM payments WHERE status = $1";
    let id: uuid::Uuid = match &mut app.shop.db.read().await.unwrap().conn() {
        Conn::Sqlite(c) => sqlx::query_scalar(sql).bind(status).fetch_one(&mut **c).await.unwrap(),
        Conn::Postgres(c) => sqlx::query_scalar(sql).bind(status).fetch_one(&mut **c).await.unwrap(),
    };
    id.to_string()
}
