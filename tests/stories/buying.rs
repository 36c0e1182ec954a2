//! Buying through the JSON API.

use crate::stories;
use axum::http::StatusCode;
use serde_json::json;

const GOOD: &str = "4242424242424242";
const DECLINED: &str = "4000000000000002";

stories! {
    async fn an_order_is_paid_and_its_page_shows_what_was_bought(app) {
        app.with_shirt(&[("S", "S", "78.00", 5), ("M", "M", "80.00", 5)]).await;
        let placed = app.place(&[("S", 1), ("m", 2)], GOOD).await;
        assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.text);
        let placed = placed.json();
        assert_eq!(placed["status"], "paid");
        assert_eq!(placed["total"], json!({ "amount": 7800 + 16000 + 500, "currency": "USD" }));
        let (number, token) = (placed["number"].as_str().unwrap(), placed["token"].as_str().unwrap());
        let order = app.get(&format!("/api/v1/orders/{number}?token={token}")).await.json();
        assert_eq!(order["status"], "paid");
        assert_eq!(order["lines"][1]["title"], "Sea Shirt");
        assert_eq!(order["lines"][1]["options"], json!(["M", "Blue"]));
        assert_eq!((app.stock("S").await, app.stock("M").await), (4, 3));
        app.doctor_finds_nothing().await;
    }

    async fn a_declined_first_payment_leaves_no_order_and_takes_no_stock(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let refused = app.place(&[("S", 2)], DECLINED).await;
        assert_eq!((refused.status, refused.code()), (StatusCode::PAYMENT_REQUIRED, "payment_declined".into()));
        assert_eq!(app.stock("S").await, 5);
        app.doctor_finds_nothing().await;
    }
}
