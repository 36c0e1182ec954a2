//! Money that staff give back, and money that comes past the gateway.

use super::{ANOTHER, ATTEMPT, clerk, desk, does, events, line, parcel, refusal, told};
use crate::{
    app::{Browser, TestApp, all_at_once},
    people::AS_SCRIPT,
    stories,
    stories::GOOD,
};
use axum::http::StatusCode;
use ironmonger::{
    domain::{ids::PaymentId, payment::PaymentStatus},
    orders::{
        steps,
        store::{self as orders, OrderRow},
    },
    payments::{
        holds, refunds,
        store::{self as payments, PaymentRow},
    },
    shop::{info::ShopInfo, store as settings},
};
use serde_json::{Value, json};
use std::sync::Arc;

const SHIRTS: [(&str, &str, &str, i64); 2] = [("S", "S", "78.00", 9), ("M", "M", "80.00", 9)];

async fn refunded(app: &TestApp) -> i64 {
    app.number("SELECT CAST(COALESCE(SUM(refunded), 0) AS BIGINT) FROM orders").await
}

async fn logged(app: &TestApp) -> i64 {
    app.number("SELECT COUNT(*) FROM audit_log WHERE action = 'paid money back'").await
}

/// A shop that is also paid at the door and by transfer.
pub async fn with_money_past_the_gateway(app: &TestApp) {
    app.with_shirt(&SHIRTS).await;
    let info = ShopInfo { pay_on_delivery: true, bank_details: "Ely Savings, 12-34-56".into(), ..ShopInfo::default() };
    let mut tx = app.shop.db.begin().await.unwrap();
    settings::update_info(&mut tx, &info).await.unwrap();
    tx.commit().await.unwrap();
    app.shop.reload_info().await.unwrap();
}

/// An order of so many shirts that is paid that way: its number and token.
pub async fn paid_by(app: &TestApp, method: &str, count: i64) -> (String, String) {
    let mut order = app.order(&[("S", count)], "");
    order["payment"] = json!({ "method": method });
    let answer = app.post("/api/v1/orders", &order).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let field = |name: &str| answer.json()[name].as_str().unwrap().to_owned();
    (field("number"), field("token"))
}

/// The money of an order that is paid at the door.
fn at_the_door(app: &TestApp, order: &OrderRow) -> PaymentRow {
    PaymentRow {
        id: PaymentId(app.shop.ids.next()),
        order: order.id(),
        status: PaymentStatus::Captured,
        amount: order.due(),
        reference: String::new(),
        gateway: "on_delivery".into(),
        instrument: String::new(),
        refunded: 0,
    }
}

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// The pile of problems.
async fn problems(browser: &mut Browser<'_>) -> Value {
    browser.ask("desk/orders", &[("wanted[pile]", "problems")], &AS_SCRIPT).await.json()
}

/// The id of the only refund of an order.
async fn refund_in(browser: &mut Browser<'_>, number: &str) -> String {
    let shown = desk(browser, number).await;
    assert_eq!(shown["refunds"].as_array().unwrap().len(), 1, "{shown}");
    shown["refunds"][0]["id"].as_str().unwrap().to_owned()
}

stories! {
    async fn an_order_that_is_paid_at_the_door_is_processed_before_its_money_comes(app) {
        with_money_past_the_gateway(&app).await;
        let order = paid_by(&app, "on_delivery", 1).await;
        let number = order.0.as_str();
        let mut fay = clerk(&app).await;
        let list = fay.ask("desk/orders", &[("wanted[pile]", "to-process")], &crate::people::AS_SCRIPT).await.json();
        assert_eq!((&list["counts"]["to_process"], &list["rows"][0]["number"]), (&json!(1), &json!(number)));
        does(&mut fay, "desk/start", &[("number", number)]).await;
        assert_eq!(refusal(&mut fay, "desk/refund", &[("number", number), ("attempt", ATTEMPT), ("what", "amount"), ("amount", "1"), ("why", "x")]).await, "not_received");
        let lines = [(line(&desk(&mut fay, number).await, 0), "1")];
        does(&mut fay, "desk/ship", &parcel(number, ATTEMPT, &lines)).await;
        does(&mut fay, "desk/deliver", &[("number", number), ("shipment", ATTEMPT)]).await;
        let list = fay.ask("desk/orders", &[("wanted[pile]", "awaiting-money")], &crate::people::AS_SCRIPT).await.json();
        assert_eq!((&list["counts"]["awaiting_money"], &list["rows"][0]["number"]), (&json!(1), &json!(number)));
        assert!(fay.get(&format!("/admin/orders/{number}")).await.text.contains("I have received"));
        for _ in 0..2 {
            does(&mut fay, "desk/receive", &[("number", number)]).await;
        }
        let shown = desk(&mut fay, number).await;
        assert_eq!((&shown["order"]["status"], &shown["order"]["money"]["is_received"]), (&json!("delivered"), &json!(true)));
        assert_eq!(events(&shown["history"]), ["payment_captured", "delivered", "shipped", "processing_started", "placed"]);
        assert_eq!((app.number("SELECT COUNT(*) FROM payments").await, told(&app, "order_confirmed").await), (1, 1));
        app.doctor_finds_nothing().await;
        // It goes back the way it came, by hand.
        does(&mut fay, "desk/refund", &[("number", number), ("attempt", ATTEMPT), ("what", "rest"), ("why", "Torn")]).await;
        let shown = desk(&mut fay, number).await;
        assert_eq!((&shown["order"]["payment_status"], told(&app, "order_refunded").await), (&json!("captured"), 0));
        let refund = refund_in(&mut fay, number).await;
        does(&mut fay, "desk/paid_back", &[("number", number), ("refund", &refund)]).await;
        let shown = desk(&mut fay, number).await;
        assert_eq!((&shown["order"]["payment_status"], told(&app, "order_refunded").await), (&json!("refunded"), 1));
        app.doctor_finds_nothing().await;
    }

    async fn money_that_comes_while_its_order_is_cancelled_goes_back(app) {
        let app = Arc::new(app);
        with_money_past_the_gateway(&app).await;
        let (number, _) = paid_by(&app, "on_delivery", 1).await;
        let mut fay = clerk(&app).await;
        does(&mut fay, "desk/start", &[("number", &number)]).await;
        // A colleague notes that it came, and has not finished when the order is cancelled.
        let mut tx = app.shop.db.begin().await.unwrap();
        let row = orders::find_order_by_number(&mut tx.conn(), &number).await.unwrap().unwrap();
        let now = app.now().0;
        steps::receive_money(&mut tx, row.id(), now).await.unwrap().unwrap();
        payments::insert_payment(&mut tx, &at_the_door(&app, &row), now).await.unwrap();
        let cancelling = tokio::spawn({
            let (app, cookie, number) = (app.clone(), fay.cookie(), number.clone());
            async move { does(&mut app.browser_with(cookie), "desk/cancel", &[("number", &number), ("why", "Torn")]).await }
        });
        tokio::time::sleep(std::time::Duration::from_millis(700)).await;
        tx.commit().await.unwrap();
        cancelling.await.unwrap();
        let shown = desk(&mut fay, &number).await;
        assert_eq!((&shown["order"]["status"], &shown["refunds"][0]["by_hand"]), (&json!("cancelled"), &shown["order"]["total"]));
        app.doctor_finds_nothing().await;
    }

    async fn a_cancelled_transfer_is_paid_back_by_hand_and_told_of_only_then(app) {
        let app = Arc::new(app);
        with_money_past_the_gateway(&app).await;
        let (number, _) = paid_by(&app, "bank_transfer", 1).await;
        let mut fay = clerk(&app).await;
        does(&mut fay, "desk/receive", &[("number", &number)]).await;
        does(&mut fay, "desk/cancel", &[("number", &number), ("why", "Sold out")]).await;
        // No job takes it for done.
        app.pass(MINUTE);
        refunds::run_job(&app.shop).await.unwrap();
        let shown = desk(&mut fay, &number).await;
        assert_eq!((&shown["order"]["status"], &shown["order"]["payment_status"]), (&json!("cancelled"), &json!("captured")));
        assert_eq!((&shown["refunds"][0]["status"], &shown["refunds"][0]["by_hand"]), (&json!("claimed"), &shown["order"]["total"]));
        assert_eq!((refunded(&app).await, told(&app, "order_refunded").await), (0, 0));
        let pile = problems(&mut fay).await;
        assert_eq!((&pile["counts"]["problems"], &pile["rows"][0]["number"]), (&json!(1), &json!(number)));
        let page = fay.get(&format!("/admin/orders/{number}")).await.text;
        assert!(page.contains("To be paid back by hand") && page.contains("I have paid back $"), "{page}");
        app.doctor_finds_nothing().await;
        let refund = refund_in(&mut fay, &number).await;
        let other = app.placed(&[("S", 1)], GOOD).await.0;
        assert_eq!(refusal(&mut fay, "desk/paid_back", &[("number", &other), ("refund", &refund)]).await, "not_found");
        let cookie = fay.cookie();
        let answers = all_at_once(4, |_| {
            let (app, cookie, number, refund) = (app.clone(), cookie.clone(), number.clone(), refund.clone());
            async move {
                let fields = [("number", number.as_str()), ("refund", &refund)];
                refusal(&mut app.browser_with(cookie), "desk/paid_back", &fields).await
            }
        }).await;
        assert!(answers.iter().all(String::is_empty), "{answers:?}");
        let shown = desk(&mut fay, &number).await;
        assert_eq!((&shown["order"]["payment_status"], &shown["refunds"][0]["by_hand"]), (&json!("refunded"), &Value::Null));
        assert_eq!((&shown["history"][0]["event"], &shown["history"][0]["person"]), (&json!("refunded"), &json!("Colleague")));
        assert_eq!(refunded(&app).await, shown["order"]["total"]["amount"].as_i64().unwrap());
        let noted = app.number("SELECT COUNT(*) FROM audit_log WHERE action = 'paid money back by hand'").await;
        assert_eq!((told(&app, "order_refunded").await, noted), (1, 1));
        assert_eq!(problems(&mut fay).await["counts"]["problems"], 0);
        app.doctor_finds_nothing().await;
    }

    async fn a_transfer_that_comes_after_its_order_has_ended_goes_back_by_hand(app) {
        let app = Arc::new(app);
        with_money_past_the_gateway(&app).await;
        let expired = paid_by(&app, "bank_transfer", 1).await.0;
        app.pass(8 * DAY);
        holds::expire_orders(&app.shop).await.unwrap();
        let cancelled = paid_by(&app, "bank_transfer", 1).await.0;
        let mut fay = clerk(&app).await;
        does(&mut fay, "desk/cancel", &[("number", &cancelled), ("why", "No answer")]).await;
        for (number, status, count) in [(expired, "expired", 1), (cancelled, "cancelled", 2)] {
            assert!(fay.get(&format!("/admin/orders/{number}")).await.text.contains("I have received"));
            let cookie = fay.cookie();
            let answers = all_at_once(4, |_| {
                let (app, cookie, number) = (app.clone(), cookie.clone(), number.clone());
                async move { refusal(&mut app.browser_with(cookie), "desk/receive", &[("number", &number)]).await }
            }).await;
            assert!(answers.iter().all(String::is_empty), "{answers:?}");
            assert!(!fay.get(&format!("/admin/orders/{number}")).await.text.contains("I have received"));
            assert_eq!(app.number("SELECT COUNT(*) FROM payments").await, count);
            for _ in 0..2 {
                refunds::run_job(&app.shop).await.unwrap();
                app.pass(MINUTE);
            }
            let shown = desk(&mut fay, &number).await;
            assert_eq!((&shown["order"]["status"], &shown["payments"][0]["status"]), (&json!(status), &json!("refund_due")));
            assert_eq!(shown["refunds"][0]["by_hand"], shown["order"]["total"]);
            let refund = refund_in(&mut fay, &number).await;
            does(&mut fay, "desk/paid_back", &[("number", &number), ("refund", &refund)]).await;
            assert_eq!(desk(&mut fay, &number).await["payments"][0]["status"], "refunded");
            assert_eq!((told(&app, "order_refunded").await, refunded(&app).await), (count, 0), "it never was the order's");
            app.doctor_finds_nothing().await;
        }
        assert_eq!(problems(&mut fay).await["counts"]["problems"], 0);
    }

    async fn a_transfer_is_waited_for_and_recorded_once(app) {
        let app = Arc::new(app);
        with_money_past_the_gateway(&app).await;
        let order = paid_by(&app, "bank_transfer", 1).await;
        let mut fay = clerk(&app).await;
        assert_eq!(refusal(&mut fay, "desk/start", &[("number", &order.0)]).await, "status");
        let cookie = fay.cookie();
        let answers = all_at_once(4, |_| {
            let (app, cookie, number) = (app.clone(), cookie.clone(), order.0.clone());
            async move { refusal(&mut app.browser_with(cookie), "desk/receive", &[("number", &number)]).await }
        }).await;
        assert!(answers.iter().all(String::is_empty), "{answers:?}");
        let shown = desk(&mut fay, &order.0).await;
        assert_eq!((&shown["order"]["status"], &shown["payments"][0]["gateway"]), (&json!("paid"), &json!("bank_transfer")));
        assert_eq!((app.number("SELECT COUNT(*) FROM payments").await, told(&app, "order_confirmed").await), (1, 1));
        assert_eq!(told(&app, "order_paid").await, 1, "its buyer is told that it came");
        let mails = app.mails_to("ada@example.com").await;
        let mail = mails.iter().find(|mail| mail["subject"].as_str().unwrap().starts_with("Your payment is here")).unwrap();
        assert!(mail["text"].as_str().unwrap().contains("We have received your payment of $83.00"), "{mail}");
        does(&mut fay, "desk/start", &[("number", &order.0)]).await;
        app.doctor_finds_nothing().await;
        // Nothing is recorded for a card.
        let (card, _) = app.placed(&[("S", 1)], crate::stories::CHALLENGE).await;
        assert_eq!(refusal(&mut fay, "desk/receive", &[("number", &card)]).await, "paid_by_gateway");
        app.doctor_finds_nothing().await;
    }

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

    async fn the_same_units_are_paid_back_once(app) {
        app.with_shirt(&SHIRTS).await;
        let (number, _) = app.placed(&[("S", 2), ("M", 1)], GOOD).await;
        let mut fay = clerk(&app).await;
        let shown = desk(&mut fay, &number).await;
        let (first, second) = (line(&shown, 0), line(&shown, 1));
        let mut fields = vec![
            ("number", number.as_str()), ("why", "A torn seam"), ("what", "lines"), ("attempt", ATTEMPT),
            ("lines[0][line]", &first), ("lines[0][quantity]", "2"),
        ];
        for _ in 0..2 {
            does(&mut fay, "desk/refund", &fields).await;
        }
        assert_eq!(refunded(&app).await, 15_600);
        (fields[3].1, fields[5].1) = (ANOTHER, "1");
        assert_eq!(refusal(&mut fay, "desk/refund", &fields).await, "too_many_to_pay_back");
        assert_eq!(app.number("SELECT COUNT(*) FROM refunds").await, 1);
        // What the bank does not pay back can be asked for again.
        app.change("UPDATE sandbox_charges SET refunded = amount").await;
        fields[4].1 = &second;
        assert_eq!(refusal(&mut fay, "desk/refund", &fields).await, "refused_by_gateway");
        assert_eq!(app.number("SELECT CAST(SUM(refunded) AS BIGINT) FROM order_lines").await, 2);
        assert!(fay.get(&format!("/admin/orders/{number}")).await.text.contains("The bank refused the last refund"));
        app.change("UPDATE sandbox_charges SET refunded = 15600").await;
        // By the same page, which had no reason to be another.
        does(&mut fay, "desk/refund", &fields).await;
        assert_eq!(refunded(&app).await, 23_600);
        assert_eq!(app.number("SELECT CAST(SUM(refunded) AS BIGINT) FROM order_lines").await, 3);
        app.doctor_finds_nothing().await;
    }

    async fn who_fills_in_a_part_does_not_pay_back_all(app) {
        app.with_shirt(&SHIRTS).await;
        let (number, _) = app.placed(&[("S", 2)], GOOD).await;
        let mut fay = clerk(&app).await;
        let id = line(&desk(&mut fay, &number).await, 0);
        let one = [("lines[0][line]", id.as_str()), ("lines[0][quantity]", "1")];
        for (what, amount, lines) in [("rest", "12.50", None), ("rest", "", Some(one)), ("lines", "5", Some(one)), ("amount", "5", Some(one))] {
            let mut fields = vec![("number", number.as_str()), ("attempt", ATTEMPT), ("what", what), ("amount", amount), ("why", "Torn")];
            fields.extend(lines.into_iter().flatten());
            assert_eq!(refusal(&mut fay, "desk/refund", &fields).await, "ambiguous", "{what} {amount}");
        }
        assert_eq!(refunded(&app).await, 0);
        app.doctor_finds_nothing().await;
    }

    async fn what_is_set_aside_is_not_offered_again(app) {
        with_money_past_the_gateway(&app).await;
        let (number, _) = paid_by(&app, "bank_transfer", 1).await;
        let mut fay = clerk(&app).await;
        does(&mut fay, "desk/receive", &[("number", &number)]).await;
        let some = [("number", number.as_str()), ("attempt", ATTEMPT), ("what", "amount"), ("amount", "60"), ("why", "Torn")];
        does(&mut fay, "desk/refund", &some).await;
        assert_eq!(desk(&mut fay, &number).await["left"]["amount"], 2_300, "nobody has paid the $60 back yet");
        let rest = [("number", number.as_str()), ("attempt", ANOTHER), ("what", "rest"), ("why", "Torn")];
        does(&mut fay, "desk/refund", &rest).await;
        assert_eq!(app.number("SELECT CAST(SUM(amount) AS BIGINT) FROM refunds").await, 8_300);
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
            assert_eq!(refusal(&mut fay, "desk/refund", &fields).await, "too_many_to_pay_back", "{quantity}");
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
