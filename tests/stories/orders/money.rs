//! Money that staff give back, and money that comes past the gateway.

use super::{ANOTHER, ATTEMPT, clerk, desk, does, events, line, refusal, told};
use crate::{
    app::{TestApp, all_at_once},
    stories,
    stories::GOOD,
};
use serde_json::json;
use std::sync::Arc;

const SHIRTS: [(&str, &str, &str, i64); 2] = [("S", "S", "78.00", 9), ("M", "M", "80.00", 9)];

async fn refunded(app: &TestApp) -> i64 {
    app.number("SELECT CAST(COALESCE(SUM(refunded), 0) AS BIGINT) FROM orders").await
}

async fn logged(app: &TestApp) -> i64 {
    app.number("SELECT COUNT(*) FROM audit_log WHERE action = 'paid money back'").await
}

stories! {
    async fn staff_pay_back_an_amount_some_lines_and_the_rest(app) {
        app.with_shirt(&SHIRTS).await;
        // Goods of 236.00, delivered free.
        let order = app.placed(&[("S", 2), ("M", 1)], GOOD).await;
        let number = order.0.as_str();
        let mut fay = clerk(&app).await;
        let (first, total) = {
            let shown = desk(&mut fay, number).await;
            (line(&shown, 0), shown["order"]["total"]["amount"].as_i64().unwrap())
        };
        let base = [("number", number), ("why", "A torn seam")];
        let amount = [("attempt", ATTEMPT), ("what", "amount"), ("amount", "12.50")];
        for _ in 0..2 {
            does(&mut fay, "desk/refund", &base.into_iter().chain(amount).collect::<Vec<_>>()).await;
        }
        assert_eq!((refunded(&app).await, logged(&app).await), (1_250, 1), "a double click pays back once");
        let lines = [("attempt", ANOTHER), ("what", "lines"), ("lines[0][line]", first.as_str()), ("lines[0][quantity]", "1")];
        does(&mut fay, "desk/refund", &base.into_iter().chain(lines).collect::<Vec<_>>()).await;
        assert_eq!(refunded(&app).await, 1_250 + 7_800);
        let rest = [("attempt", "01900000-0000-7000-8000-00000000000c"), ("what", "rest")];
        does(&mut fay, "desk/refund", &base.into_iter().chain(rest).collect::<Vec<_>>()).await;
        assert_eq!(refunded(&app).await, total);
        let shown = desk(&mut fay, number).await;
        assert_eq!(shown["order"]["payment_status"], "refunded");
        assert_eq!(shown["refunds"][0]["why"], "A torn seam");
        assert_eq!(told(&app, "order_refunded").await, 3);
        app.doctor_finds_nothing().await;
    }

    async fn no_more_goes_back_than_has_come(app) {
        app.with_shirt(&SHIRTS).await;
        let (number, _) = app.placed(&[("S", 1)], GOOD).await;
        let mut fay = clerk(&app).await;
        let id = line(&desk(&mut fay, &number).await, 0);
        for (what, amount, why, expected) in [
            ("amount", "1000.00", "Torn", "more_than_received"),
            ("amount", "0", "Torn", "invalid_fields"),
            ("amount", "-5", "Torn", "invalid_fields"),
            ("amount", "1.005", "Torn", "invalid_fields"),
            ("amount", "", "Torn", "invalid_fields"),
            ("amount", "99999999999999999999", "Torn", "invalid_fields"),
            ("amount", "5", " ", "invalid_fields"),
            ("lines", "", "Torn", "nothing_chosen"),
        ] {
            let fields = [("number", number.as_str()), ("attempt", ATTEMPT), ("what", what), ("amount", amount), ("why", why)];
            assert_eq!(refusal(&mut fay, "desk/refund", &fields).await, expected, "{what} {amount:?} {why:?}");
        }
        for quantity in ["2", "-1", "x"] {
            let fields = [
                ("number", number.as_str()), ("attempt", ATTEMPT), ("what", "lines"), ("why", "Torn"),
                ("lines[0][line]", &id), ("lines[0][quantity]", quantity),
            ];
            assert_eq!(refusal(&mut fay, "desk/refund", &fields).await, "nothing_chosen", "{quantity}");
        }
        assert_eq!((refunded(&app).await, logged(&app).await), (0, 0));
        app.doctor_finds_nothing().await;
    }

    async fn of_two_colleagues_who_pay_the_rest_back_at_once_one_does(app) {
        let app = Arc::new(app);
        app.with_shirt(&SHIRTS).await;
        let (number, _) = app.placed(&[("S", 1)], GOOD).await;
        let cookie = clerk(&app).await.cookie();
        let answers = all_at_once(4, |i| {
            let (app, cookie, number) = (app.clone(), cookie.clone(), number.clone());
            async move {
                let attempt = format!("01900000-0000-7000-8000-00000000000{i}");
                let fields = [("number", number.as_str()), ("attempt", &attempt), ("what", "rest"), ("why", "Torn")];
                refusal(&mut app.browser_with(cookie), "desk/refund", &fields).await
            }
        }).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_empty()).count(), 1, "{answers:?}");
        assert_eq!((told(&app, "order_refunded").await, logged(&app).await), (1, 1));
        app.doctor_finds_nothing().await;
    }

    async fn a_cancelled_order_pays_back_what_is_left(app) {
        app.with_shirt(&SHIRTS).await;
        let order = app.placed(&[("S", 1)], GOOD).await;
        let mut fay = clerk(&app).await;
        let fields = [("number", order.0.as_str()), ("attempt", ATTEMPT), ("what", "amount"), ("amount", "10"), ("why", "Late")];
        does(&mut fay, "desk/refund", &fields).await;
        does(&mut fay, "desk/cancel", &[("number", &order.0), ("why", "Lost")]).await;
        let shown = desk(&mut fay, &order.0).await;
        assert_eq!(refunded(&app).await, shown["order"]["total"]["amount"].as_i64().unwrap());
        assert_eq!(shown["order"]["payment_status"], "refunded");
        assert_eq!(events(&shown["history"])[..2], ["refunded", "cancelled"]);
        assert_eq!(refusal(&mut fay, "desk/refund", &[("number", &order.0), ("attempt", ANOTHER), ("what", "rest"), ("why", "x")]).await, "nothing_chosen");
        assert_eq!(shown["order"]["status"], json!("cancelled"));
        app.doctor_finds_nothing().await;
    }
}
