//! Money that goes back: never more than came, never twice for one wish, and whatever is interrupted is finished.

use super::{CHALLENGE, GOOD};
use crate::{
    app::{TestApp, all_at_once},
    stories,
};
use ironmonger::{
    domain::{
        ids::RefundId,
        money::{Currency, Money},
        order::Actor,
        payment::RefundStatus,
    },
    error::AppError,
    orders::store::find_order_by_number,
    payments::{
        gateway::{Gateway, RefundRequest},
        refunds::{self, NewRefund, store},
        store as payments,
    },
};
use serde_json::json;
use std::sync::Arc;

const LATER: i64 = 60_000;

fn refund_of(cents: i64, key: &str) -> NewRefund {
    let amount = Money::new(cents, Currency::USD);
    NewRefund { amount, why: "A torn seam".into(), by: Actor::Shop, key: key.into() }
}

/// Claims a refund of an order, as whoever asks for one does.
pub async fn claim(app: &TestApp, number: &str, new: NewRefund) -> Result<RefundId, AppError> {
    let mut tx = app.shop.db.begin().await.unwrap();
    let order = find_order_by_number(&mut tx.conn(), number).await.unwrap().unwrap();
    let id = refunds::claim(&app.shop, &mut tx, &order, new).await?;
    tx.commit().await.unwrap();
    Ok(id)
}

async fn claim_and_settle(app: &TestApp, number: &str, new: NewRefund) -> Result<RefundStatus, AppError> {
    let id = claim(app, number, new).await?;
    refunds::settle(&app.shop, id).await
}

/// What went back: by the order, by the payment, and by the gateway's own books.
async fn back(app: &TestApp) -> (i64, i64, i64) {
    (
        app.number("SELECT CAST(COALESCE(SUM(refunded), 0) AS BIGINT) FROM orders").await,
        app.number("SELECT CAST(COALESCE(SUM(refunded), 0) AS BIGINT) FROM payments").await,
        app.number("SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM sandbox_refunds").await,
    )
}

async fn letters(app: &TestApp) -> i64 {
    app.number("SELECT COUNT(*) FROM outbox WHERE topic = 'order_refunded'").await
}

stories! {
    async fn of_two_refunds_of_sixty_of_a_hundred_one_fails(app) {
        app.with_shirt(&[("S", "S", "95.00", 5)]).await;
        let (number, _) = app.placed(&[("S", 1)], GOOD).await;
        let app = Arc::new(app);
        let answers = all_at_once(2, |i| {
            let (app, number) = (app.clone(), number.clone());
            async move { claim_and_settle(&app, &number, refund_of(6_000, &format!("wish {i}"))).await }
        }).await;
        let done = answers.iter().filter(|answer| **answer == Ok(RefundStatus::Done)).count();
        let refused = answers.iter().filter(|answer| **answer == Err(AppError::RefundTooLarge)).count();
        assert_eq!((done, refused), (1, 1), "{answers:?}");
        assert_eq!((back(&app).await, letters(&app).await), ((6_000, 6_000, 6_000), 1));
        assert_eq!(claim_and_settle(&app, &number, refund_of(4_000, "the rest")).await, Ok(RefundStatus::Done));
        assert_eq!(claim_and_settle(&app, &number, refund_of(1, "a cent more")).await, Err(AppError::RefundTooLarge));
        assert_eq!(back(&app).await, (10_000, 10_000, 10_000));
        app.doctor_finds_nothing().await;
    }

    async fn a_double_click_refunds_once(app) {
        app.with_shirt(&[("S", "S", "95.00", 5)]).await;
        let order = app.placed(&[("S", 1)], GOOD).await;
        let app = Arc::new(app);
        let answers = all_at_once(8, |_| {
            let (app, number) = (app.clone(), order.0.clone());
            async move {
                let id = claim(&app, &number, refund_of(3_000, "one wish")).await.unwrap();
                (id, refunds::settle(&app.shop, id).await.unwrap())
            }
        }).await;
        assert!(answers.iter().all(|answer| *answer == (answers[0].0, RefundStatus::Done)), "{answers:?}");
        assert_eq!((back(&app).await, letters(&app).await), ((3_000, 3_000, 3_000), 1));
        let seen = app.order_of(&order).await;
        let told = seen["history"].as_array().unwrap().iter().filter(|entry| entry["event"] == "refunded").count();
        assert_eq!((seen["payment_status"].clone(), told), (json!("partially_refunded"), 1));
        app.doctor_finds_nothing().await;
    }

    async fn many_small_refunds_at_once_never_pass_what_came(app) {
        app.with_shirt(&[("S", "S", "95.00", 5)]).await;
        let (number, _) = app.placed(&[("S", 1)], GOOD).await;
        let app = Arc::new(app);
        let answers = all_at_once(16, |i| {
            let (app, number) = (app.clone(), number.clone());
            async move { claim_and_settle(&app, &number, refund_of(900, &format!("wish {i}"))).await }
        }).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 11, "{answers:?}");
        assert_eq!(back(&app).await, (9_900, 9_900, 9_900));
        app.doctor_finds_nothing().await;
    }

    async fn a_refund_whose_answer_was_lost_is_found_at_the_gateway(app) {
        app.with_shirt(&[("S", "S", "95.00", 5)]).await;
        let (number, _) = app.placed(&[("S", 1)], GOOD).await;
        let id = claim(&app, &number, refund_of(2_500, "lost")).await.unwrap();
        // The gateway paid it back; we stopped before we heard of it.
        let row = store::find_refund(&mut app.shop.db.read().await.unwrap().conn(), id).await.unwrap().unwrap();
        let payment = payments::find_payment(&mut app.shop.db.read().await.unwrap().conn(), row.payment.unwrap()).await;
        let payment = payment.unwrap().unwrap();
        let request =
            RefundRequest { refund: id, payment: payment.id, reference: payment.reference, amount: row.paid_back() };
        Gateway::named(&app.shop, "sandbox").unwrap().refund(&app.shop, &request).await.unwrap();
        assert_eq!(back(&app).await, (0, 2_500, 2_500));
        refunds::run_job(&app.shop).await.unwrap();
        assert_eq!(back(&app).await, (0, 2_500, 2_500), "somebody may still be at it");
        app.pass(LATER);
        let app = Arc::new(app);
        all_at_once(4, |_| {
            let app = app.clone();
            async move { refunds::run_job(&app.shop).await.unwrap() }
        }).await;
        assert_eq!((back(&app).await, letters(&app).await), ((2_500, 2_500, 2_500), 1));
        app.doctor_finds_nothing().await;
    }

    async fn a_refund_that_a_crash_left_unasked_is_made_by_the_job(app) {
        app.with_shirt(&[("S", "S", "95.00", 5)]).await;
        let (number, _) = app.placed(&[("S", 1)], GOOD).await;
        claim(&app, &number, refund_of(2_500, "left")).await.unwrap();
        let app = app.restart().await;
        app.pass(LATER);
        refunds::run_job(&app.shop).await.unwrap();
        assert_eq!((back(&app).await, letters(&app).await), ((2_500, 2_500, 2_500), 1));
        app.doctor_finds_nothing().await;
    }

    async fn a_refused_refund_gives_its_claim_back_and_is_told(app) {
        app.with_shirt(&[("S", "S", "95.00", 5)]).await;
        let order = app.placed(&[("S", 1)], GOOD).await;
        // The gateway's books say that the money went back already, by somebody's hand.
        app.change("UPDATE sandbox_charges SET refunded = amount").await;
        assert_eq!(claim_and_settle(&app, &order.0, refund_of(2_500, "a")).await, Ok(RefundStatus::Refused));
        assert_eq!((back(&app).await, letters(&app).await), ((0, 0, 0), 0));
        let history = app.order_of(&order).await["history"].clone();
        assert_eq!(history.as_array().unwrap().last().unwrap()["event"], "refund_refused");
        app.doctor_finds_nothing().await;
        app.change("UPDATE sandbox_charges SET refunded = 0").await;
        assert_eq!(claim_and_settle(&app, &order.0, refund_of(2_500, "a")).await, Ok(RefundStatus::Done), "asked for again");
        assert_eq!(claim_and_settle(&app, &order.0, refund_of(2_500, "a")).await, Ok(RefundStatus::Done), "and once");
        assert_eq!(claim_and_settle(&app, &order.0, refund_of(7_500, "b")).await, Ok(RefundStatus::Done));
        assert_eq!(app.order_of(&order).await["payment_status"], "refunded");
        app.doctor_finds_nothing().await;
    }

    async fn what_a_gift_card_paid_goes_back_to_it_after_what_was_charged(app) {
        app.with_shirt(&[("S", "S", "95.00", 5)]).await;
        let (_, code) = app.gift_card(4_000).await;
        let mut order = app.order(&[("S", 1)], GOOD);
        order["gift_card"] = code.into();
        let placed = app.post("/api/v1/orders", &order).await;
        assert_eq!(placed.json()["status"], "paid", "{}", placed.text);
        let number = placed.json()["number"].as_str().unwrap().to_owned();
        assert_eq!(app.number("SELECT balance FROM gift_cards").await, 0);
        assert_eq!(claim_and_settle(&app, &number, refund_of(7_000, "most")).await, Ok(RefundStatus::Done));
        assert_eq!((back(&app).await, app.number("SELECT balance FROM gift_cards").await), ((7_000, 6_000, 6_000), 1_000));
        assert_eq!(claim_and_settle(&app, &number, refund_of(3_001, "too much")).await, Err(AppError::RefundTooLarge));
        let app = Arc::new(app);
        let answers = all_at_once(6, |i| {
            let (app, number) = (app.clone(), number.clone());
            async move { claim_and_settle(&app, &number, refund_of(2_000, &format!("wish {i}"))).await.is_ok() }
        }).await;
        assert_eq!(answers.iter().filter(|done| **done).count(), 1);
        assert_eq!((back(&app).await, app.number("SELECT balance FROM gift_cards").await), ((9_000, 6_000, 6_000), 3_000));
        app.doctor_finds_nothing().await;
    }

    async fn an_order_that_a_gift_card_paid_whole_asks_no_gateway(app) {
        app.with_shirt(&[("S", "S", "95.00", 5)]).await;
        let (_, code) = app.gift_card(15_000).await;
        let mut order = app.order(&[("S", 1)], GOOD);
        order["gift_card"] = code.into();
        let placed = app.post("/api/v1/orders", &order).await;
        assert_eq!(placed.json()["status"], "paid", "{}", placed.text);
        let number = placed.json()["number"].as_str().unwrap().to_owned();
        assert_eq!(app.number("SELECT COUNT(*) FROM sandbox_charges").await, 0);
        assert_eq!(claim_and_settle(&app, &number, refund_of(10_000, "all")).await, Ok(RefundStatus::Done));
        assert_eq!((back(&app).await, app.number("SELECT balance FROM gift_cards").await), ((10_000, 0, 0), 15_000));
        app.doctor_finds_nothing().await;
    }

    async fn an_order_that_was_not_paid_has_nothing_to_give_back(app) {
        app.with_shirt(&[("S", "S", "95.00", 5)]).await;
        let (number, _) = app.placed(&[("S", 1)], CHALLENGE).await;
        for cents in [1, 10_000] {
            assert_eq!(claim(&app, &number, refund_of(cents, "x")).await, Err(AppError::RefundTooLarge));
        }
        let (paid, _) = app.placed(&[("S", 1)], GOOD).await;
        for nothing in [0, -1, i64::MIN] {
            assert_eq!(claim(&app, &paid, refund_of(nothing, "x")).await, Err(AppError::RefundTooLarge));
        }
        let euros = NewRefund { amount: Money::new(100, Currency::parse("EUR").unwrap()), ..refund_of(1, "x") };
        assert_eq!(claim(&app, &paid, euros).await, Err(AppError::RefundTooLarge));
        assert_eq!(app.number("SELECT COUNT(*) FROM refunds").await, 0);
        app.doctor_finds_nothing().await;
    }
}
