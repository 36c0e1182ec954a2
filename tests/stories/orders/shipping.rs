//! Parcels: in parts, never more than was ordered, and one for each form however often it is sent.

use super::{ANOTHER, ATTEMPT, clerk, desk, does, events, line, parcel, refusal, send, told};
use crate::{
    app::{TestApp, all_at_once},
    stories,
    stories::GOOD,
};
use serde_json::json;
use std::sync::Arc;

/// A started order of three and two shirts: its number, and the cookie of who started it.
async fn started(app: &TestApp) -> (String, String) {
    app.with_shirt(&[("S", "S", "78.00", 9), ("M", "M", "80.00", 9)]).await;
    let (number, _) = app.placed(&[("S", 3), ("M", 2)], GOOD).await;
    let mut fay = clerk(app).await;
    does(&mut fay, "desk/start", &[("number", &number)]).await;
    (number, fay.cookie())
}

async fn parcels(app: &TestApp) -> i64 {
    app.number("SELECT COUNT(*) FROM shipments").await
}

stories! {
    async fn an_order_is_shipped_in_parts_and_is_delivered_when_all_of_it_is(app) {
        let (number, cookie) = started(&app).await;
        let mut fay = app.browser_with(cookie);
        let shown = desk(&mut fay, &number).await;
        let (first, second) = (line(&shown, 0), line(&shown, 1));
        does(&mut fay, "desk/ship", &parcel(&number, ATTEMPT, &[(first.clone(), "2"), (second.clone(), "")])).await;
        let shown = desk(&mut fay, &number).await;
        assert_eq!((&shown["order"]["status"], &shown["order"]["fulfilment_status"]), (&json!("processing"), &json!("partially_shipped")));
        assert_eq!(shown["units"], json!({ "ordered": 5, "cancelled": 0, "shipped": 2, "delivered": 0 }));
        assert_eq!(refusal(&mut fay, "desk/cancel", &[("number", &number), ("why", "Lost")]).await, "partly_shipped");
        does(&mut fay, "desk/deliver", &[("number", &number), ("shipment", ATTEMPT)]).await;
        assert_eq!(desk(&mut fay, &number).await["order"]["status"], "processing");
        app.pass(60 * 60 * 1_000);
        does(&mut fay, "desk/ship", &parcel(&number, ANOTHER, &[(first, "1"), (second, "2")])).await;
        let shown = desk(&mut fay, &number).await;
        assert_eq!((&shown["order"]["status"], &shown["order"]["fulfilment_status"]), (&json!("shipped"), &json!("partially_delivered")));
        does(&mut fay, "desk/deliver", &[("number", &number), ("shipment", ANOTHER)]).await;
        let shown = desk(&mut fay, &number).await;
        assert_eq!(shown["order"]["status"], "delivered");
        assert_eq!(events(&shown["history"]), [
            "delivered", "shipped", "partly_delivered", "partly_shipped", "processing_started", "payment_captured", "placed",
        ]);
        assert_eq!((told(&app, "order_shipped").await, told(&app, "order_delivered").await), (2, 1));
        app.doctor_finds_nothing().await;
    }

    async fn no_more_is_shipped_than_was_ordered(app) {
        let (number, cookie) = started(&app).await;
        let mut fay = app.browser_with(cookie);
        let shown = desk(&mut fay, &number).await;
        let (first, second) = (line(&shown, 0), line(&shown, 1));
        for (lines, why) in [
            (vec![(first.clone(), "4")], "too_many_units"),
            (vec![(first.clone(), "2"), (first.clone(), "1")], "too_many_units"),
            (vec![(first.clone(), "-1")], "too_many_units"),
            (vec![(first.clone(), "4294967297")], "too_many_units"),
            (vec![(first.clone(), "one")], "too_many_units"),
            (vec![(first.clone(), "0"), (second.clone(), "")], "nothing_chosen"),
            (vec![], "nothing_chosen"),
            (vec![("01900000-0000-7000-8000-0000000000ff".to_owned(), "1")], "not_found"),
        ] {
            assert_eq!(refusal(&mut fay, "desk/ship", &parcel(&number, ATTEMPT, &lines)).await, why, "{lines:?}");
        }
        // A line of another order is none of this one.
        let (other, _) = app.placed(&[("S", 1)], GOOD).await;
        let foreign = line(&desk(&mut fay, &other).await, 0);
        assert_eq!(refusal(&mut fay, "desk/ship", &parcel(&number, ATTEMPT, &[(foreign, "1")])).await, "not_found");
        for (field, value) in [("tracking", "<b>"), ("tracking_url", "javascript:alert(1)"), ("carrier", "pigeon")] {
            let lines = [(first.clone(), "1")];
            let mut fields = parcel(&number, ATTEMPT, &lines);
            fields.retain(|(name, _)| *name != field);
            fields.push((field, value));
            let status = send(&mut fay, "desk/ship", &fields).await.status.as_u16();
            assert_eq!(status, if field == "carrier" { 400 } else { 422 }, "{field}");
        }
        assert_eq!((parcels(&app).await, told(&app, "order_shipped").await), (0, 0));
        app.doctor_finds_nothing().await;
    }

    async fn a_form_that_is_sent_twice_ships_once(app) {
        let (number, cookie) = started(&app).await;
        let mut fay = app.browser_with(cookie);
        let shown = desk(&mut fay, &number).await;
        let lines = [(line(&shown, 0), "1")];
        for _ in 0..3 {
            does(&mut fay, "desk/ship", &parcel(&number, ATTEMPT, &lines)).await;
        }
        assert_eq!(desk(&mut fay, &number).await["units"]["shipped"], 1);
        // Also when nothing is left to ship by then.
        let lines = [(line(&shown, 0), "2"), (line(&shown, 1), "2")];
        for _ in 0..2 {
            does(&mut fay, "desk/ship", &parcel(&number, ANOTHER, &lines)).await;
        }
        assert_eq!((parcels(&app).await, told(&app, "order_shipped").await), (2, 2));
        // Nor does a form of one order do anything to another.
        let (other, _) = app.placed(&[("S", 1)], GOOD).await;
        does(&mut fay, "desk/start", &[("number", &other)]).await;
        let lines = [(line(&desk(&mut fay, &other).await, 0), "1")];
        assert_eq!(refusal(&mut fay, "desk/ship", &parcel(&other, ATTEMPT, &lines)).await, "changed");
        app.doctor_finds_nothing().await;
    }

    async fn of_many_who_ship_the_same_at_once_one_does(app) {
        let app = Arc::new(app);
        let (number, cookie) = started(&app).await;
        let shown = desk(&mut app.browser_with(cookie.clone()), &number).await;
        let lines = [(line(&shown, 0), "3"), (line(&shown, 1), "2")];
        // Three clicks on one page, and three colleagues with a page of their own.
        let answers = all_at_once(6, |i| {
            let (app, cookie, number, lines) = (app.clone(), cookie.clone(), number.clone(), lines.clone());
            async move {
                let attempt = format!("01900000-0000-7000-8000-0000000000{:02}", if i < 3 { 0 } else { i });
                let mut fay = app.browser_with(cookie);
                send(&mut fay, "desk/ship", &parcel(&number, &attempt, &lines)).await.status.as_u16()
            }
        }).await;
        assert!(answers.iter().all(|status| [200, 409].contains(status)), "{answers:?}");
        assert_eq!((parcels(&app).await, told(&app, "order_shipped").await), (1, 1), "{answers:?}");
        let answers = all_at_once(4, |_| {
            let (app, cookie, number) = (app.clone(), cookie.clone(), number.clone());
            async move {
                let mut fay = app.browser_with(cookie);
                let shipment = desk(&mut fay, &number).await["order"]["shipments"][0]["id"].as_str().unwrap().to_owned();
                send(&mut fay, "desk/deliver", &[("number", &number), ("shipment", &shipment)]).await.status.as_u16()
            }
        }).await;
        assert_eq!(answers, [200; 4]);
        assert_eq!(told(&app, "order_delivered").await, 1);
        app.doctor_finds_nothing().await;
    }

    async fn two_who_ship_different_parts_at_once_ship_all(app) {
        let app = Arc::new(app);
        let (number, cookie) = started(&app).await;
        let shown = desk(&mut app.browser_with(cookie.clone()), &number).await;
        let parts = [(line(&shown, 0), "3"), (line(&shown, 1), "2")];
        let answers = all_at_once(2, |i| {
            let (app, cookie, number, part) = (app.clone(), cookie.clone(), number.clone(), [parts[i].clone()]);
            async move {
                let attempt = format!("01900000-0000-7000-8000-00000000000{i}");
                send(&mut app.browser_with(cookie), "desk/ship", &parcel(&number, &attempt, &part)).await.status.as_u16()
            }
        }).await;
        assert_eq!(answers, [200; 2]);
        let shown = desk(&mut app.browser_with(cookie), &number).await;
        assert_eq!(shown["order"]["status"], "shipped", "whoever came second saw what the first had done");
        app.doctor_finds_nothing().await;
    }
}
