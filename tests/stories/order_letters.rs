//! Letters about orders: one for each thing that happens, and what they say.

use super::{CHALLENGE, GOOD, LATE};
use crate::{
    app::{Browser, TestApp, all_at_once},
    people::{AS_SCRIPT, link_in},
    smtp::PostOffice,
    stories,
};
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use ironmonger::{domain::account::Role, messaging::worker, payments::sandbox::Sandbox};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

const ADA: &str = "ada@example.com";
const DAY: i64 = 86_400_000;

fn text<'a>(mail: &'a Value, part: &str) -> &'a str {
    mail[part].as_str().unwrap()
}

fn subjects(mails: &[Value]) -> Vec<&str> {
    mails.iter().map(|mail| text(mail, "subject").rsplit_once(": ").unwrap().0).collect()
}

async fn with_shirts(app: &TestApp) {
    app.with_shirt(&[("S", "S", "78.00", 5), ("M", "M", "20.25", 5)]).await;
}

/// Sends a form of the desk, which has to work.
async fn does(browser: &mut Browser<'_>, function: &str, fields: &[(&str, &str)]) {
    let token = browser.token().await;
    let fields: Vec<_> = fields.iter().copied().chain([("csrf", token.as_str())]).collect();
    let answer = browser.submit_as_is(function, &fields, &AS_SCRIPT).await;
    assert_eq!(answer.status, StatusCode::OK, "{function}: {}", answer.text);
}

/// Hands one unit of the first line to a carrier.
async fn ship(clerk: &mut Browser<'_>, number: &str, attempt: &str) {
    let order = clerk.ask("desk/order", &[("number", number)], &AS_SCRIPT).await.json();
    let line = order["lines"][0]["id"].as_str().unwrap().to_owned();
    let fields = [
        ("number", number),
        ("attempt", attempt),
        ("carrier", "ups"),
        ("tracking", "1Z 999 AA1"),
        ("lines[0][line]", &line),
        ("lines[0][quantity]", "1"),
    ];
    does(clerk, "desk/ship", &fields).await;
}

stories! {
    async fn a_confirmation_says_what_was_bought_what_it_costs_and_where_it_goes(app) {
        with_shirts(&app).await;
        let order = app.placed(&[("S", 1), ("M", 2)], GOOD).await;
        let mails = app.mails_to(ADA).await;
        assert_eq!(text(&mails[0], "subject"), format!("Thank you for your order: {}", order.0));
        for part in ["text", "html"] {
            for word in [
                order.0.as_str(), "1 × Sea Shirt", "2 × Sea Shirt", "$78.00", "$40.50", "$118.50", "$5.00", "$123.50",
                "1 Quay", "CB7 4AA Ely", "United Kingdom", "payment of $123.50", "with you by",
            ] {
                assert!(text(&mails[0], part).contains(word), "no {word} in {part}: {}", mails[0][part]);
            }
        }
        let token = link_in(&mails[0], &format!("http://localhost:3000/orders/{}?token=", order.0));
        assert_eq!(app.get(&format!("/orders/{}?token={token}", order.0)).await.status, StatusCode::OK);
        assert!(text(&mails[0], "html").contains(&format!("/orders/{}?token={token}\"", order.0)));
        app.doctor_finds_nothing().await;
    }

    async fn one_order_is_one_letter_however_often_the_webhook_comes(app) {
        with_shirts(&app).await;
        let office = PostOffice::open(Duration::from_millis(20)).await;
        let app = app.restart_with(&[("SMTP_URL", &office.url)]).await;
        app.placed(&[("S", 1)], LATE).await;
        app.pass(5_000);
        let (_, webhook) = Sandbox.due_webhooks(&app.shop).await.unwrap().remove(0);
        let app = Arc::new(app);
        all_at_once(3, |_| {
            let (app, webhook) = (app.clone(), webhook.clone());
            async move {
                let request = Request::post("/webhooks/sandbox").header("sandbox-signature", &webhook.signature);
                assert_eq!(app.call(request.body(Body::from(webhook.body)).unwrap()).await.status, StatusCode::NO_CONTENT);
            }
        })
        .await;
        all_at_once(3, |_| { let app = app.clone(); async move { worker::run(&app.shop).await.unwrap() } }).await;
        worker::run(&app.shop).await.unwrap();
        assert_eq!(office.received().len(), 1);
        app.doctor_finds_nothing().await;
    }

    async fn nothing_that_a_customer_typed_is_html(app) {
        with_shirts(&app).await;
        let mut order = app.order(&[("S", 1)], GOOD);
        order["name"] = "<script>alert(1)</script> O'Neil".into();
        order["address"]["line1"] = "<img src=x onerror=alert(1)> & Sons".into();
        order["address"]["city"] = "\"><a href=//evil.example>Ely".into();
        assert_eq!(app.post("/api/v1/orders", &order).await.status, StatusCode::CREATED);
        let mails = app.mails_to(ADA).await;
        let html = text(&mails[0], "html");
        for tag in ["<script", "<img", "<a href=//"] {
            assert!(!html.contains(tag), "{tag} in {html}");
        }
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt; O&#39;Neil"), "{html}");
        assert!(html.contains("&lt;img src=x onerror=alert(1)&gt; &amp; Sons"), "{html}");
    }

    async fn nobody_writes_to_somebody_who_was_erased(app) {
        with_shirts(&app).await;
        app.placed(&[("S", 1)], GOOD).await;
        app.change("DELETE FROM order_people").await;
        assert_eq!(app.mails_to("").await.len(), 0);
        assert_eq!(app.number("SELECT COUNT(*) FROM outbox WHERE done_at IS NULL").await, 0, "and nothing waits for them");
        app.doctor_finds_nothing().await;
    }

    async fn every_step_of_an_order_is_told(app) {
        with_shirts(&app).await;
        let (number, _) = app.placed(&[("S", 2)], GOOD).await;
        let mut clerk = app.colleague("fay@shop.example", Role::Fulfilment).await;
        does(&mut clerk, "desk/start", &[("number", &number)]).await;
        for attempt in ["01900000-0000-7000-8000-00000000000a", "01900000-0000-7000-8000-00000000000b"] {
            ship(&mut clerk, &number, attempt).await;
            app.pass(1_000);
        }
        for shipment in ["01900000-0000-7000-8000-00000000000a", "01900000-0000-7000-8000-00000000000b"] {
            does(&mut clerk, "desk/deliver", &[("number", &number), ("shipment", shipment)]).await;
        }
        let mails = app.mails_to(ADA).await;
        let (there, way) = ("Your order has arrived", "Your order is on its way");
        assert_eq!(subjects(&mails), [there, way, way, "Thank you for your order"]);
        for word in ["UPS", "1Z999AA1", "1 × Sea Shirt", "1 Quay"] {
            assert!(text(&mails[1], "text").contains(word) && text(&mails[1], "html").contains(word), "{word}: {}", mails[1]);
        }
        assert!(text(&mails[1], "html").contains("<a href=\"https://www.ups.com/"), "{}", mails[1]["html"]);
        app.doctor_finds_nothing().await;
    }

    async fn who_cancels_is_told_so_and_that_the_money_is_on_its_way(app) {
        with_shirts(&app).await;
        let (number, token) = app.placed(&[("S", 1)], GOOD).await;
        app.browser().submit("orders/cancel", &[("number", &number), ("token", &token)]).await;
        let mails = app.mails_to(ADA).await;
        let mut told = subjects(&mails);
        told.sort_unstable();
        assert_eq!(told, ["Thank you for your order", "Your money is on its way back", "Your order is cancelled"]);
        let of = |heading: &str| mails.iter().find(|mail| text(mail, "subject").starts_with(heading)).unwrap();
        assert!(text(of("Your money"), "text").contains("paid back $83.00"), "{}", of("Your money")["text"]);
        assert!(text(of("Your order is cancelled"), "text").contains("goes back the way it came"));
        assert!(!text(of("Thank you"), "text").contains("cancelled"));
        app.doctor_finds_nothing().await;
    }

    async fn an_order_that_was_not_paid_in_time_is_told_of(app) {
        with_shirts(&app).await;
        app.placed(&[("S", 1)], CHALLENGE).await;
        app.pass(40 * 60_000);
        app.run_payment_jobs().await;
        let mails = app.mails_to(ADA).await;
        assert_eq!(subjects(&mails), ["Your order has expired"]);
        assert!(text(&mails[0], "text").contains("nothing is to be paid"), "{}", mails[0]["text"]);
        app.doctor_finds_nothing().await;
    }

    async fn what_could_not_be_told_for_days_is_told_to_nobody(app) {
        with_shirts(&app).await;
        app.placed(&[("S", 1)], GOOD).await;
        app.pass(4 * DAY);
        app.placed(&[("M", 1)], GOOD).await;
        let mails = app.mails_to(ADA).await;
        assert_eq!(mails.len(), 1);
        assert!(text(&mails[0], "text").contains("$20.25"), "{}", mails[0]["text"]);
        app.doctor_finds_nothing().await;
    }
}
