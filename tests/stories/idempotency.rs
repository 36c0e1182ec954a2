//! `Idempotency-Key`: a call is carried out once.

use super::{CHALLENGE, DECLINED, GOOD};
use crate::{
    app::{Answer, TestApp, all_at_once},
    stories,
};
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt;
use ironmonger::{
    error::AppError,
    server::api::{Problem, idempotency::once},
};
use std::sync::Arc;
use tokio::sync::oneshot;

async fn place(app: &TestApp, key: &str, lines: &[(&str, i64)], card: &str) -> Answer {
    app.post_with("/api/v1/orders", &app.order(lines, card), &[("idempotency-key", key)]).await
}

fn is_replay(answer: &Answer) -> bool {
    answer.header("idempotent-replayed") == "true"
}

/// Makes a call under a key, and gives the words of its answer.
async fn call(app: &TestApp, key: &'static str, carry_out: impl Future<Output = Result<Response, Problem>>) -> String {
    let headers = HeaderMap::from_iter([("idempotency-key".parse().unwrap(), HeaderValue::from_static(key))]);
    let answer = once(&app.shop, "a call", &headers, b"body", |_| carry_out).await;
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

type SlowAnswer = fn() -> Result<Response, Problem>;

stories! {
    async fn a_slow_call_leaves_its_successor_alone(app) {
        let app = Arc::new(app);
        let slow_answers: [(&str, SlowAnswer); 2] = [
            ("kept", || Ok("slow".into_response())),
            ("not kept", || Err(AppError::PaymentInProgress.into())),
        ];
        for (key, slow_answer) in slow_answers {
            let (begun, has_begun) = oneshot::channel();
            let (go_on, may_go_on) = oneshot::channel();
            let slow = tokio::spawn({
                let app = app.clone();
                async move {
                    let carry_out = async move {
                        begun.send(()).unwrap();
                        may_go_on.await.unwrap();
                        slow_answer()
                    };
                    call(&app, key, carry_out).await
                }
            });
            has_begun.await.unwrap();
            // It is taken for dead.
            app.pass(31_000);
            assert_eq!(call(&app, key, async { Ok("quick".into_response()) }).await, "quick");
            go_on.send(()).unwrap();
            assert_ne!(slow.await.unwrap(), "quick", "{key}");
            assert_eq!(call(&app, key, async { Ok("carried out again".into_response()) }).await, "quick", "{key}");
        }
    }

    async fn the_same_call_again_gets_the_same_answer_and_does_nothing(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let first = place(&app, "k", &[("S", 1)], GOOD).await;
        let again = place(&app, "k", &[("S", 1)], GOOD).await;
        assert_eq!((first.status, is_replay(&first)), (StatusCode::CREATED, false));
        assert_eq!((again.status, is_replay(&again)), (StatusCode::CREATED, true));
        assert_eq!(again.header("content-type"), "application/json");
        assert_eq!((again.text, app.stock("S").await), (first.text, 4));
    }

    async fn another_body_under_a_used_key_is_refused(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        place(&app, "k", &[("S", 1)], GOOD).await;
        let refused = place(&app, "k", &[("S", 2)], GOOD).await;
        let expected = (StatusCode::UNPROCESSABLE_ENTITY, "idempotency_mismatch".into());
        assert_eq!((refused.status, refused.code()), expected);
        assert_eq!(app.stock("S").await, 4);
    }

    async fn a_refusal_is_replayed_too(app) {
        app.with_shirt(&[("S", "S", "78.00", 1)]).await;
        let refused = place(&app, "many", &[("S", 2)], GOOD).await;
        let declined = place(&app, "bad card", &[("S", 1)], DECLINED).await;
        app.with_more_shirts("S", 9).await;
        for (key, lines, card, first) in [("many", [("S", 2)], GOOD, refused), ("bad card", [("S", 1)], DECLINED, declined)] {
            let again = place(&app, key, &lines, card).await;
            assert!(is_replay(&again) && again.header("content-type") == "application/problem+json");
            assert_eq!((again.status, again.text), (first.status, first.text));
        }
        assert_eq!(place(&app, "another", &[("S", 2)], GOOD).await.status, StatusCode::CREATED);
    }

    async fn a_key_has_1_to_255_characters(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        for key in ["", "   ", &"k".repeat(256)] {
            let refused = place(&app, key, &[("S", 1)], GOOD).await;
            assert_eq!((refused.status, refused.code()), (StatusCode::BAD_REQUEST, "invalid_parameter".into()));
        }
        assert_eq!(place(&app, &"k".repeat(255), &[("S", 1)], GOOD).await.status, StatusCode::CREATED);
        assert_eq!(app.stock("S").await, 4);
    }

    async fn the_same_call_many_times_at_once_makes_one_order(app) {
        app.with_shirt(&[("S", "S", "78.00", 50)]).await;
        let app = Arc::new(app);
        let answers = all_at_once(40, |_| {
            let app = app.clone();
            async move { place(&app, "k", &[("S", 1)], GOOD).await }
        }).await;
        assert!(answers.iter().all(|answer| answer.status == StatusCode::CREATED && answer.text == answers[0].text));
        assert_eq!(answers.iter().filter(|answer| !is_replay(answer)).count(), 1);
        assert_eq!((app.number("SELECT COUNT(*) FROM orders").await, app.stock("S").await), (1, 49));
        assert_eq!(app.number("SELECT COUNT(*) FROM payments").await, 1);
        app.doctor_finds_nothing().await;
    }

    async fn a_card_number_is_neither_repeated_nor_kept(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let mut order = app.order(&[("S", 1)], GOOD);
        order["payment"]["card"] = serde_json::json!(5_500_005_555_555_559_i64);
        for _ in 0..2 {
            let answer = app.post_with("/api/v1/orders", &order, &[("idempotency-key", "k")]).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST);
            assert!(!answer.text.contains("5500005555"), "{}", answer.text);
        }
    }

    async fn after_a_day_a_key_is_free_for_another_call(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let first = place(&app, "k", &[("S", 1)], GOOD).await.json();
        app.pass(24 * 60 * 60 * 1000 + 1);
        let later = place(&app, "k", &[("S", 2)], GOOD).await;
        assert!(!is_replay(&later));
        assert_ne!(later.json()["number"], first["number"]);
        assert_eq!(app.stock("S").await, 2);
    }

    async fn a_payment_is_made_once_under_its_key(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let order = app.placed(&[("S", 1)], CHALLENGE).await;
        let app = Arc::new(app);
        let answers = all_at_once(10, |_| {
            let (app, (number, token)) = (app.clone(), order.clone());
            async move {
                let payment = serde_json::json!({ "payment": { "method": "sandbox", "card": GOOD } });
                let path = format!("/api/v1/orders/{number}/payments?token={token}");
                app.post_with(&path, &payment, &[("idempotency-key", "k")]).await
            }
        }).await;
        assert!(answers.iter().all(|answer| answer.status == StatusCode::OK && answer.text == answers[0].text));
        assert_eq!(app.number("SELECT COUNT(*) FROM payments WHERE status = 'captured'").await, 1);
        app.doctor_finds_nothing().await;
    }
}
