//! The JSON API knows no cookies: whoever is signed in is a stranger to it.

use super::cast::{self, ORDER, Things};
use crate::{
    app::{Answer, TestApp},
    people::error_of,
    stories,
};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use ironmonger::{
    domain::account::Role,
    server::{access::Who, api},
};
use serde_json::{Value, json};

/// A call of a route: its address with what is filled in, and its body.
fn filled(app: &TestApp, things: &Things, path: &str) -> (String, Value) {
    let number = things.of(ORDER);
    let mut order = app.order(&[("S", 1)], "4242424242424242");
    order["email"] = "eve@example.com".into();
    let (address, body) = match path {
        "/search" | "/suggest" => (format!("{path}?q=shirt"), Value::Null),
        "/products/{handle}" => ("/products/sea-shirt".to_owned(), Value::Null),
        "/quote" => (path.to_owned(), json!({ "lines": [{ "sku": "S", "quantity": 1 }], "country": "GB" })),
        "/orders" => (path.to_owned(), order),
        "/orders/{number}" => (format!("/orders/{number}"), Value::Null),
        "/orders/{number}/payments" => (format!("/orders/{number}/payments"), json!({ "payment": order["payment"] })),
        "/openapi.json" => (path.to_owned(), Value::Null),
        _ => panic!("there is no call of {path}"),
    };
    (format!("/api/v1{address}"), body)
}

async fn call(app: &TestApp, method: &str, (address, body): &(String, Value), cookie: Option<&str>) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(address)
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, "application/json");
    let request = cookie.into_iter().fold(request, |request, cookie| request.header(header::COOKIE, cookie));
    let answer = app.call(request.body(Body::from(body.to_string())).unwrap()).await;
    assert!(!answer.headers.contains_key(header::SET_COOKIE), "{method} {address} sets a cookie");
    answer
}

stories! {
    async fn a_cookie_is_no_authority_in_the_api(app) {
        app.with_shirt(&[("S", "S", "78.00", 500)]).await;
        let (ada, things) = cast::ada(&app).await;
        let owner = app.colleague("owner@shop.example", Role::Owner).await;
        let owned = "SELECT COUNT(*) FROM orders WHERE account_id IS NOT NULL";
        assert_eq!(app.number(owned).await, 1);
        for (method, path, who, _) in api::table() {
            let called = filled(&app, &things, path);
            for cookie in [None, Some(ada.cookie()), Some(owner.cookie())] {
                let answer = call(&app, method, &called, cookie.as_deref()).await;
                match who {
                    Who::Everyone => assert!(answer.status.is_success(), "{method} {path}: {}", answer.text),
                    Who::Bearer => {
                        let told = (answer.status, error_of(&answer));
                        assert_eq!(told, (StatusCode::NOT_FOUND, "not_found".to_owned()), "{method} {path}");
                    }
                    _ => panic!("{method} {path} is for {who}, and the API knows nobody"),
                }
            }
        }
        assert_eq!(app.number(owned).await, 1, "an order of the API belongs to whoever had a cookie");
    }

    async fn who_has_the_orders_token_gets_in_without_a_cookie(app) {
        app.with_shirt(&[("S", "S", "78.00", 500)]).await;
        let (number, token) = app.placed(&[("S", 1)], "4242424242424242").await;
        let (other, _) = app.placed(&[("S", 1)], "4242424242424242").await;
        for (number, status) in [(number, StatusCode::OK), (other, StatusCode::NOT_FOUND)] {
            let called = (format!("/api/v1/orders/{number}?token={token}"), Value::Null);
            assert_eq!(call(&app, "GET", &called, None).await.status, status);
        }
    }
}
