//! A whole life, from placed to delivered, as staff, the buyer and the books see it.

use super::{ANOTHER, ATTEMPT, clerk, desk, does, events, line, parcel, refusal, send, told};
use crate::{
    app::TestApp,
    people::{AS_SCRIPT, error_of},
    stories,
    stories::{CHALLENGE, GOOD},
};
use axum::http::StatusCode;
use ironmonger::domain::account::{Area, Role, Verb};
use serde_json::{Value, json};

const SHIRTS: [(&str, &str, &str, i64); 2] = [("S", "S", "78.00", 9), ("M", "M", "80.00", 9)];

/// An order's page as its buyer's browser shows it.
async fn page(app: &TestApp, (number, token): &(String, String)) -> String {
    app.browser().get(&format!("/orders/{number}?token={token}")).await.text
}

stories! {
    async fn a_whole_life_from_placed_to_delivered(app) {
        app.with_shirt(&SHIRTS).await;
        let order = app.placed(&[("S", 2), ("M", 1)], GOOD).await;
        let number = order.0.as_str();
        let mut fay = clerk(&app).await;
        does(&mut fay, "desk/start", &[("number", number)]).await;
        assert_eq!(app.order_of(&order).await["status"], "processing");
        let shown = desk(&mut fay, number).await;
        let lines = [(line(&shown, 0), "2"), (line(&shown, 1), "1")];
        does(&mut fay, "desk/ship", &parcel(number, ATTEMPT, &lines)).await;
        let shown = desk(&mut fay, number).await;
        assert_eq!((&shown["order"]["status"], &shown["order"]["fulfilment_status"]), (&json!("shipped"), &json!("shipped")));
        let shipment = &shown["order"]["shipments"][0];
        assert_eq!(shipment["tracking"]["url"], "https://www.ups.com/track?tracknum=1Z999AA1");
        // Three working days from Friday the 20th, by the ordinary service of the carrier.
        assert_eq!((&shipment["arrives"], &shown["order"]["arrives"]), (&json!("2026-11-25"), &json!("2026-11-25")));
        let told_by_api = app.order_of(&order).await["shipments"][0].clone();
        assert_eq!((&told_by_api["carrier"], &told_by_api["lines"][0]), (&json!("ups"), &json!({ "sku": "S", "quantity": 2 })));
        let seen = page(&app, &order).await;
        assert!(seen.contains("https://www.ups.com/track?tracknum=1Z999AA1") && seen.contains("On its way"), "{seen}");
        let id = shipment["id"].as_str().unwrap().to_owned();
        does(&mut fay, "desk/deliver", &[("number", number), ("shipment", &id)]).await;
        let shown = desk(&mut fay, number).await;
        assert_eq!((&shown["order"]["status"], &shown["order"]["fulfilment_status"]), (&json!("delivered"), &json!("delivered")));
        for topic in ["order_confirmed", "order_shipped", "order_delivered"] {
            assert_eq!(told(&app, topic).await, 1, "{topic}");
        }
        assert_eq!((app.stock("S").await, app.stock("M").await), (7, 8), "what was sold is gone, once");
        app.doctor_finds_nothing().await;
    }

    async fn the_history_says_who_when_and_why_and_the_log_says_what_staff_did(app) {
        app.with_shirt(&SHIRTS).await;
        let order = app.placed(&[("S", 1)], GOOD).await;
        let number = order.0.as_str();
        let mut fay = clerk(&app).await;
        does(&mut fay, "desk/start", &[("number", number)]).await;
        app.pass(1_000);
        does(&mut fay, "desk/note", &[("number", number), ("attempt", ANOTHER), ("note", "Leave it with Grace")]).await;
        app.pass(1_000);
        let shown = desk(&mut fay, number).await;
        does(&mut fay, "desk/ship", &parcel(number, ATTEMPT, &[(line(&shown, 0), "1")])).await;
        does(&mut fay, "desk/deliver", &[("number", number), ("shipment", ATTEMPT)]).await;
        let shown = desk(&mut fay, number).await;
        let entries: Vec<[&str; 4]> = shown["history"].as_array().unwrap().iter().rev()
            .map(|entry| ["event", "actor", "person", "why"].map(|name| entry[name].as_str().unwrap())).collect();
        assert_eq!(entries, [
            ["placed", "customer", "", ""],
            ["payment_captured", "gateway", "", ""],
            ["processing_started", "staff", "Colleague", ""],
            ["note", "staff", "Colleague", "Leave it with Grace"],
            ["shipped", "staff", "Colleague", "1 × UPS 1Z 999 AA1"],
            ["delivered", "staff", "Colleague", ""],
        ]);
        let logged = "SELECT COUNT(*) FROM audit_log WHERE actor = 'fay@shop.example' AND subject = (SELECT number FROM orders)";
        assert_eq!(app.number(logged).await, 4);
        // The buyer reads what is theirs to know.
        let seen = app.order_of(&order).await;
        assert_eq!(events(&seen["history"]), ["placed", "payment_captured", "processing_started", "shipped", "delivered"]);
        let seen = page(&app, &order).await;
        assert!(!seen.contains("Leave it with Grace") && !seen.contains("Colleague"), "{seen}");
    }

    async fn what_an_order_is_not_ready_for_is_refused_and_says_why(app) {
        app.with_shirt(&SHIRTS).await;
        let (number, _) = app.placed(&[("S", 1)], GOOD).await;
        let number = number.as_str();
        let mut fay = clerk(&app).await;
        let lines = [(line(&desk(&mut fay, number).await, 0), "1")];
        let ship = parcel(number, ATTEMPT, &lines);
        assert_eq!(refusal(&mut fay, "desk/ship", &ship).await, "status", "nobody has started");
        let answer = send(&mut fay, "desk/ship", &ship).await;
        assert_eq!(answer.json(), json!({ "order_refused": { "refused": { "status": ["paid", "ship"] } } }));
        assert_eq!(refusal(&mut fay, "desk/receive", &[("number", number)]).await, "", "it is received already, and stays so");
        does(&mut fay, "desk/start", &[("number", number)]).await;
        does(&mut fay, "desk/ship", &ship).await;
        assert_eq!(refusal(&mut fay, "desk/start", &[("number", number)]).await, "status");
        assert_eq!(refusal(&mut fay, "desk/cancel", &[("number", number), ("why", "Lost")]).await, "status");
        let nobody = "01900000-0000-7000-8000-0000000000ff";
        assert_eq!(refusal(&mut fay, "desk/deliver", &[("number", number), ("shipment", nobody)]).await, "not_found");
        for wrong in ["AAAA-AAAA", "", "'; DROP TABLE orders", "\0"] {
            assert_eq!(refusal(&mut fay, "desk/start", &[("number", wrong)]).await, "not_found", "{wrong}");
        }
        assert_eq!(told(&app, "order_shipped").await, 1);
        app.doctor_finds_nothing().await;
    }

    async fn without_a_script_a_form_leads_back_to_its_order_and_says_what_is_done_or_why_not(app) {
        app.with_shirt(&SHIRTS).await;
        let (number, _) = app.placed(&[("S", 1)], GOOD).await;
        let mut fay = clerk(&app).await;
        let home = format!("/admin/orders/{number}");
        assert!(fay.get(&home).await.text.contains("Start processing"));
        let started = fay.submit_and_follow("desk/start", &[("number", &number)]).await;
        assert!(started.text.contains("Processing has started."), "{}", started.text);
        fay.get(&home).await;
        let refused = fay.submit_and_follow("desk/ship", &[
            ("number", &number), ("attempt", ATTEMPT), ("carrier", "other"), ("tracking", "77<"),
        ]).await;
        assert!(refused.text.contains("Letters, digits and dashes only"), "{}", refused.text);
        fay.get(&home).await;
        let cancelled = fay.submit_and_follow("desk/cancel", &[("number", &number), ("why", "")]).await;
        assert!(cancelled.text.contains("Say why."), "{}", cancelled.text);
        assert_eq!(desk(&mut fay, &number).await["order"]["status"], "processing");
    }

    async fn who_may_only_look_sees_no_forms_and_changes_nothing(app) {
        app.with_shirt(&SHIRTS).await;
        let (number, _) = app.placed(&[("S", 1)], GOOD).await;
        for role in Role::ALL {
            let mut colleague = app.colleague(&format!("{}@shop.example", role.name()), role).await;
            let may = role.may(Area::Orders, Verb::Change);
            let page = colleague.get(&format!("/admin/orders/{number}")).await;
            assert_eq!(page.status, StatusCode::OK, "{role:?}");
            assert_eq!(page.text.contains("Start processing"), may, "{role:?}");
            assert!(colleague.get("/admin/orders").await.text.contains(&number), "{role:?}");
            if !may {
                for function in ["desk/start", "desk/cancel", "desk/receive"] {
                    let answer = send(&mut colleague, function, &[("number", &number), ("why", "x")]).await;
                    assert_eq!((answer.status, error_of(&answer).as_str()), (StatusCode::FORBIDDEN, "forbidden"), "{role:?}");
                }
            }
        }
        assert_eq!(app.number("SELECT COUNT(*) FROM orders WHERE status = 'paid'").await, 1);
        // What the bank asks is for the buyer to answer, and so is the order's link.
        let waiting = app.place(&[("S", 1)], CHALLENGE).await.json();
        let mut colleague = app.colleague("ann@shop.example", Role::Viewer).await;
        let answer = colleague.ask("desk/order", &[("number", waiting["number"].as_str().unwrap())], &AS_SCRIPT).await;
        assert_eq!((answer.status, &answer.json()["order"]["status"]), (StatusCode::OK, &json!("pending_payment")));
        for secret in ["next_action", "confirm", "stripe"] {
            assert_eq!(answer.json()["order"][secret], Value::Null, "{secret}");
        }
        assert!(!answer.text.contains("token=") && !answer.text.contains("/sandbox/challenge/"), "{}", answer.text);
    }

    async fn a_confirmation_is_sent_again_once_for_each_form(app) {
        app.with_shirt(&SHIRTS).await;
        let (number, _) = app.placed(&[("S", 1)], GOOD).await;
        let mut fay = clerk(&app).await;
        for attempt in [ATTEMPT, ATTEMPT, ANOTHER] {
            does(&mut fay, "desk/resend", &[("number", &number), ("attempt", attempt)]).await;
        }
        assert_eq!(told(&app, "order_confirmed").await, 3);
        let history = desk(&mut fay, &number).await["history"].clone();
        assert_eq!(events(&history), ["confirmation_resent", "confirmation_resent", "payment_captured", "placed"]);
        app.doctor_finds_nothing().await;
        let long = "x".repeat(2_001);
        for note in ["", "  ", "\0", long.as_str()] {
            let refused = refusal(&mut fay, "desk/note", &[("number", &number), ("attempt", ATTEMPT), ("note", note)]).await;
            assert_eq!(refused, "invalid_fields");
        }
    }

    async fn an_order_keeps_its_progress_when_its_buyer_is_erased(app) {
        app.with_shirt(&SHIRTS).await;
        let (number, _) = app.placed(&[("S", 1)], GOOD).await;
        let mut fay = clerk(&app).await;
        app.change("DELETE FROM order_people").await;
        let shown = desk(&mut fay, &number).await;
        assert_eq!(shown["order"]["recipient"], Value::Null);
        let page = fay.get(&format!("/admin/orders/{number}")).await.text;
        assert!(page.contains("Erased customer"), "{page}");
        assert!(fay.get("/admin/orders").await.text.contains("Erased customer"));
    }
}
