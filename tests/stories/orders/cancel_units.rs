//! Units that will not be sent: the order goes on without them, they are paid back once, and nothing is lost of them.

use super::{
    ANOTHER, ATTEMPT, clerk, desk, does, events, line,
    money::{paid_by, with_money_past_the_gateway},
    parcel, refusal, send, told,
};
use crate::{
    app::{TestApp, all_at_once},
    stories,
    stories::GOOD,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// A started order of three shirts for $78 and two for $80: its number and token, and the cookie of who started it.
async fn started(app: &TestApp) -> ((String, String), String) {
    app.with_shirt(&[("S", "S", "78.00", 9), ("M", "M", "80.00", 9)]).await;
    let order = app.placed(&[("S", 3), ("M", 2)], GOOD).await;
    let mut fay = clerk(app).await;
    does(&mut fay, "desk/start", &[("number", &order.0)]).await;
    (order, fay.cookie())
}

/// Takes so many of each line out, with what else is chosen.
fn without<'a>(
    number: &'a str,
    attempt: &'a str,
    lines: &'a [(String, &'a str)],
    chosen: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let fields = parcel(number, attempt, lines).into_iter().filter(|(name, _)| !["carrier", "tracking"].contains(name));
    fields.chain([("why", "Torn in the stockroom")]).chain(chosen.iter().copied()).collect()
}

const PAY_BACK: (&str, &str) = ("pay_back", "true");
const RESTOCK: (&str, &str) = ("restock", "true");

async fn written_off(app: &TestApp) -> i64 {
    app.number("SELECT CAST(COALESCE(-SUM(delta), 0) AS BIGINT) FROM stock_movements WHERE reason = 'written_off'")
        .await
}

fn stands(shown: &Value) -> (&str, &str, &Value) {
    let text = |name: &str| shown["order"][name].as_str().unwrap();
    (text("status"), text("fulfilment_status"), &shown["order"]["money"]["refunded"]["amount"])
}

stories! {
    async fn an_order_whose_rest_is_not_sent_is_shipped_and_delivered_without_it(app) {
        let ((number, token), cookie) = started(&app).await;
        let mut fay = app.browser_with(cookie);
        let shown = desk(&mut fay, &number).await;
        let (first, second) = (line(&shown, 0), line(&shown, 1));
        does(&mut fay, "desk/ship", &parcel(&number, ATTEMPT, &[(first.clone(), "2"), (second, "2")])).await;
        let lines = [(first, "1")];
        app.pass(60_000);
        does(&mut fay, "desk/cancel_units", &without(&number, ANOTHER, &lines, &[PAY_BACK])).await;
        app.pass(60_000);
        let shown = desk(&mut fay, &number).await;
        assert_eq!(stands(&shown), ("shipped", "shipped", &json!(7_800)), "all that will be sent is on its way");
        assert_eq!(shown["units"], json!({ "ordered": 5, "cancelled": 1, "shipped": 4, "delivered": 0 }));
        does(&mut fay, "desk/deliver", &[("number", &number), ("shipment", ATTEMPT)]).await;
        let shown = desk(&mut fay, &number).await;
        assert_eq!(stands(&shown).0, "delivered");
        assert_eq!(events(&shown["history"])[..4], ["delivered", "refunded", "partly_cancelled", "partly_shipped"]);
        assert_eq!(shown["history"][2]["why"], "Torn in the stockroom");
        assert_eq!((app.stock("S").await, written_off(&app).await), (6, 1), "it cannot be sold");
        let page = app.get(&format!("/orders/{number}?token={token}")).await.text;
        assert!(page.contains("1 of 3 will not be sent"), "the customer sees which");
        let answer = app.order_of(&(number, token)).await;
        assert_eq!((&answer["lines"][0]["cancelled"], &answer["lines"][1]["cancelled"]), (&json!(1), &json!(0)));
        app.doctor_finds_nothing().await;
    }

    async fn what_is_not_sent_of_an_order_that_is_there_ends_it(app) {
        let ((number, _), cookie) = started(&app).await;
        let mut fay = app.browser_with(cookie);
        let shown = desk(&mut fay, &number).await;
        let (first, second) = (line(&shown, 0), line(&shown, 1));
        does(&mut fay, "desk/ship", &parcel(&number, ATTEMPT, &[(first, "3")])).await;
        does(&mut fay, "desk/deliver", &[("number", &number), ("shipment", ATTEMPT)]).await;
        assert_eq!(stands(&desk(&mut fay, &number).await).0, "processing");
        let lines = [(second, "2")];
        does(&mut fay, "desk/cancel_units", &without(&number, ANOTHER, &lines, &[RESTOCK])).await;
        let shown = desk(&mut fay, &number).await;
        assert_eq!(stands(&shown), ("delivered", "delivered", &json!(0)), "nothing goes back unless that is wanted");
        assert_eq!((app.stock("M").await, written_off(&app).await), (9, 0), "they can be sold");
        assert_eq!((told(&app, "order_reduced").await, told(&app, "order_delivered").await), (1, 1));
        app.doctor_finds_nothing().await;
    }

    async fn units_that_are_not_sent_can_neither_be_shipped_nor_put_back_again(app) {
        let ((number, _), cookie) = started(&app).await;
        let mut fay = app.browser_with(cookie);
        let shown = desk(&mut fay, &number).await;
        let (first, second) = (line(&shown, 0), line(&shown, 1));
        let lines = [(first.clone(), "2")];
        for _ in 0..3 {
            does(&mut fay, "desk/cancel_units", &without(&number, ATTEMPT, &lines, &[PAY_BACK])).await;
        }
        assert_eq!((app.stock("S").await, written_off(&app).await, told(&app, "order_reduced").await), (6, 2, 1));
        assert_eq!(refusal(&mut fay, "desk/ship", &parcel(&number, ATTEMPT, &[(first.clone(), "2")])).await, "too_many_units");
        let slip = crate::stories::papers::text_of(&fay.get(&format!("/admin/orders/{number}/packing-slip.pdf")).await);
        assert!(slip.contains("3 items in 2 lines"), "one and two: {slip}");
        // Nothing was sent yet, so the whole order can still be cancelled: what was written off stays so.
        does(&mut fay, "desk/cancel", &[("number", &number), ("why", "The rest is gone too")]).await;
        assert_eq!((app.stock("S").await, app.stock("M").await), (7, 9));
        let shown = desk(&mut fay, &number).await;
        assert_eq!((stands(&shown).0, stands(&shown).2), ("cancelled", &shown["order"]["total"]["amount"]));
        let lines = [(second, "1")];
        assert_eq!(refusal(&mut fay, "desk/cancel_units", &without(&number, ANOTHER, &lines, &[])).await, "status");
        app.doctor_finds_nothing().await;
    }

    async fn what_cannot_be_taken_out_says_why(app) {
        app.with_shirt(&[("S", "S", "78.00", 9), ("M", "M", "80.00", 9)]).await;
        let (number, _) = app.placed(&[("S", 3), ("M", 2)], GOOD).await;
        let mut fay = clerk(&app).await;
        let shown = desk(&mut fay, &number).await;
        let (first, second) = (line(&shown, 0), line(&shown, 1));
        let (one, all) = ([(first.clone(), "1")], [(first.clone(), "3"), (second.clone(), "2")]);
        assert_eq!(refusal(&mut fay, "desk/cancel_units", &without(&number, ATTEMPT, &one, &[])).await, "status");
        does(&mut fay, "desk/start", &[("number", &number)]).await;
        assert_eq!(refusal(&mut fay, "desk/cancel_units", &without(&number, ATTEMPT, &all, &[])).await, "whole_order");
        for (lines, why) in [
            (vec![(first.clone(), "4")], "too_many_units"),
            (vec![(first.clone(), "-1")], "too_many_units"),
            (vec![], "nothing_chosen"),
            (vec![("01900000-0000-7000-8000-0000000000ff".to_owned(), "1")], "not_found"),
        ] {
            assert_eq!(refusal(&mut fay, "desk/cancel_units", &without(&number, ATTEMPT, &lines, &[])).await, why);
        }
        let unsaid: Vec<_> = without(&number, ATTEMPT, &one, &[]).into_iter().filter(|(name, _)| *name != "why").collect();
        assert_eq!(send(&mut fay, "desk/cancel_units", &unsaid).await.status.as_u16(), 422, "a reason has to be given");
        // A form's id does one thing.
        let note = [("number", number.as_str()), ("attempt", ATTEMPT), ("note", "Missing on the shelf")];
        does(&mut fay, "desk/note", &note).await;
        assert_eq!(refusal(&mut fay, "desk/cancel_units", &without(&number, ATTEMPT, &one, &[])).await, "changed");
        assert_eq!((told(&app, "order_reduced").await, written_off(&app).await), (0, 0));
        app.doctor_finds_nothing().await;
    }

    async fn units_that_were_paid_back_before_do_not_go_back_again(app) {
        let ((number, _), cookie) = started(&app).await;
        let mut fay = app.browser_with(cookie);
        let shown = desk(&mut fay, &number).await;
        let first = line(&shown, 0);
        let back = [("number", number.as_str()), ("attempt", ATTEMPT), ("what", "lines"), ("why", "Torn"),
            ("lines[0][line]", first.as_str()), ("lines[0][quantity]", "1")];
        does(&mut fay, "desk/refund", &back).await;
        let lines = [(first, "2")];
        // The same page's forms have one id between them.
        does(&mut fay, "desk/cancel_units", &without(&number, ATTEMPT, &lines, &[PAY_BACK])).await;
        let shown = desk(&mut fay, &number).await;
        assert_eq!((stands(&shown).2, &shown["lines"][0]["refunded"]), (&json!(15_600), &json!(2)), "one before, and one now");
        assert_eq!(told(&app, "order_refunded").await, 2);
        app.doctor_finds_nothing().await;
    }

    async fn what_is_not_sent_need_not_be_paid_at_the_door(app) {
        with_money_past_the_gateway(&app).await;
        let (_, card) = app.gift_card(20_000).await;
        let mut order = app.order(&[("S", 3)], "");
        order["payment"] = json!({ "method": "on_delivery" });
        order["gift_card"] = json!(card);
        let placed = app.post("/api/v1/orders", &order).await.json();
        let text = |name: &str| placed[name].as_str().unwrap().to_owned();
        let (number, token) = (text("number"), text("token"));
        let mut fay = clerk(&app).await;
        does(&mut fay, "desk/start", &[("number", &number)]).await;
        let shown = desk(&mut fay, &number).await;
        assert_eq!(shown["order"]["total"]["amount"], 23_900);
        // $39.00 are to be paid at the door: less than a shirt costs, and the card gets the rest.
        let lines = [(line(&shown, 0), "1")];
        for _ in 0..2 {
            does(&mut fay, "desk/cancel_units", &without(&number, ATTEMPT, &lines, &[])).await;
        }
        let shown = desk(&mut fay, &number).await;
        assert_eq!((&shown["order"]["reduced"]["amount"], &shown["order"]["money"]["total"]["amount"]), (&json!(3_900), &json!(20_000)));
        assert_eq!(app.number("SELECT balance FROM gift_cards").await, 3_900);
        let invoice = app.get(&format!("/orders/{number}/invoice.pdf?token={token}")).await;
        let invoice = crate::stories::papers::text_of(&invoice);
        for word in ["Items not sent", "−$39.00", "$200.00"] {
            assert!(invoice.contains(word), "no {word} in {invoice}");
        }
        app.doctor_finds_nothing().await;
    }

    async fn the_sum_at_the_door_is_that_of_what_is_sent(app) {
        with_money_past_the_gateway(&app).await;
        let (number, token) = paid_by(&app, "on_delivery", 3).await;
        let mut fay = clerk(&app).await;
        does(&mut fay, "desk/start", &[("number", &number)]).await;
        let id = line(&desk(&mut fay, &number).await, 0);
        let lines = [(id.clone(), "1")];
        does(&mut fay, "desk/cancel_units", &without(&number, ATTEMPT, &lines, &[PAY_BACK])).await;
        let page = app.get(&format!("/orders/{number}?token={token}")).await.text;
        assert!(page.contains("$161.00"), "two shirts and their delivery");
        let letters = app.mails_to("ada@example.com").await;
        let letter = letters.iter().find(|mail| mail["subject"].as_str().unwrap().starts_with("A part of your order"));
        assert!(letter.unwrap()["text"].as_str().unwrap().contains("$161.00 is to be paid to the carrier"), "{letters:?}");
        does(&mut fay, "desk/ship", &parcel(&number, ATTEMPT, &[(id.clone(), "2")])).await;
        does(&mut fay, "desk/receive", &[("number", &number)]).await;
        assert_eq!(app.number("SELECT amount FROM payments").await, 16_100);
        app.doctor_finds_nothing().await;
        // Only what was paid can go back.
        let back = [("number", number.as_str()), ("attempt", ANOTHER), ("what", "lines"), ("why", "Torn"),
            ("lines[0][line]", id.as_str()), ("lines[0][quantity]", "3")];
        assert_eq!(refusal(&mut fay, "desk/refund", &back).await, "too_many_to_pay_back");
        let rest = [("number", number.as_str()), ("attempt", ANOTHER), ("what", "rest"), ("why", "Torn")];
        does(&mut fay, "desk/refund", &rest).await;
        let shown = desk(&mut fay, &number).await;
        let refund = shown["refunds"][0]["id"].as_str().unwrap();
        does(&mut fay, "desk/paid_back", &[("number", &number), ("refund", refund)]).await;
        assert_eq!(desk(&mut fay, &number).await["order"]["payment_status"], "refunded");
        app.doctor_finds_nothing().await;
    }

    async fn of_many_who_send_or_cancel_the_same_at_once_one_does(app) {
        let app = Arc::new(app);
        let ((number, _), cookie) = started(&app).await;
        let shown = desk(&mut app.browser_with(cookie.clone()), &number).await;
        let lines = [(line(&shown, 0), "2"), (line(&shown, 1), "2")];
        let answers = all_at_once(6, |i| {
            let (app, cookie, number, lines) = (app.clone(), cookie.clone(), number.clone(), lines.clone());
            async move {
                let attempt = format!("01900000-0000-7000-8000-0000000000{i:02}");
                let mut fay = app.browser_with(cookie);
                let answer = match i % 2 {
                    0 => send(&mut fay, "desk/ship", &parcel(&number, &attempt, &lines)).await,
                    _ => send(&mut fay, "desk/cancel_units", &without(&number, &attempt, &lines, &[PAY_BACK])).await,
                };
                answer.status.as_u16()
            }
        }).await;
        assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|status| [200, 409].contains(status)), "{answers:?}");
        let shown = desk(&mut app.browser_with(cookie), &number).await;
        let units = &shown["units"];
        assert_eq!(units["shipped"].as_u64().unwrap() + units["cancelled"].as_u64().unwrap(), 4);
        app.doctor_finds_nothing().await;
    }

    async fn the_customer_is_told_what_is_not_sent_and_that_its_money_goes_back(app) {
        let ((number, _), cookie) = started(&app).await;
        let mut fay = app.browser_with(cookie);
        let lines = [(line(&desk(&mut fay, &number).await, 0), "2")];
        does(&mut fay, "desk/cancel_units", &without(&number, ATTEMPT, &lines, &[PAY_BACK])).await;
        let mails = app.mails_to("ada@example.com").await;
        let letter = mails.iter().find(|mail| mail["subject"].as_str().unwrap().starts_with("A part of your order"));
        let text = letter.unwrap_or_else(|| panic!("{mails:?}"))["text"].as_str().unwrap();
        for word in ["2 × Sea Shirt", "we cannot send these items", "paid for these items goes back", &number] {
            assert!(text.contains(word), "no {word} in {text}");
        }
        let refunds = mails.iter().filter(|mail| mail["text"].as_str().unwrap().contains("paid back $156.00"));
        assert_eq!(refunds.count(), 1, "{mails:?}");
        app.doctor_finds_nothing().await;
    }
}
