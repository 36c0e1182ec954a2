//! The JSON API's edges: methods, bodies, errors, its description.

use crate::{
    app::{Answer, TestApp},
    stories,
};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use serde_json::Value;

/// Every route, with its method.
const ROUTES: [(&str, &str); 7] = [
    ("get", "/api/v1/search"),
    ("get", "/api/v1/suggest"),
    ("get", "/api/v1/products/{handle}"),
    ("post", "/api/v1/quote"),
    ("post", "/api/v1/orders"),
    ("get", "/api/v1/orders/{number}"),
    ("post", "/api/v1/orders/{number}/payments"),
];

fn is_problem(answer: &Answer, status: StatusCode, code: &str) {
    assert_eq!((answer.status, answer.header("content-type")), (status, "application/problem+json"), "{}", answer.text);
    assert_eq!((answer.code().as_str(), answer.json()["status"].as_u64()), (code, Some(status.as_u16().into())));
    assert!(answer.json()["title"].as_str().is_some_and(|title| title.len() > 10), "{}", answer.text);
}

async fn send(app: &TestApp, path: &str, kind: Option<&str>, body: impl Into<Body>) -> Answer {
    let mut request = Request::post(path);
    if let Some(kind) = kind {
        request = request.header("content-type", kind);
    }
    app.call(request.body(body.into()).unwrap()).await
}

const JSON: Option<&str> = Some("application/json");

stories! {
    async fn every_route_answers_its_method_only(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        for (right, path) in ROUTES {
            let path = path.replace("{handle}", "sea-shirt").replace("{number}", "AAAA-AAAA");
            for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
                let request = Request::builder().method(method.clone()).uri(&path).body(Body::empty()).unwrap();
                let answer = app.call(request).await;
                // One address has two.
                if method.as_str().eq_ignore_ascii_case(right) {
                    assert_ne!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
                } else {
                    is_problem(&answer, StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
                }
            }
        }
        for path in ["/api/v1/nothing", "/api/v1/products/nothing", "/api/v1/products/%00", "/api/v1/products/%ff", "/api/v1/orders/%ff"] {
            is_problem(&app.get(path).await, StatusCode::NOT_FOUND, "not_found");
        }
    }

    async fn a_parameter_that_means_nothing_is_named(app) {
        for (query, name) in [
            ("price=abc", "price"), ("price=1e99-NaN", "price"), ("page=0", "page"), ("page=%00", "page"), ("per_page=101", "per_page"),
            ("sort=;drop%20table%20products", "sort"), ("rating=6", "rating"), ("in_stock=maybe", "in_stock"),
        ] {
            let answer = app.get(&format!("/api/v1/search?{query}")).await;
            is_problem(&answer, StatusCode::BAD_REQUEST, "invalid_parameter");
            assert_eq!(answer.json()["parameter"], name);
        }
    }

    async fn a_body_that_cannot_be_read_is_refused(app) {
        let deep = "[".repeat(100_000);
        for path in ["/api/v1/orders", "/api/v1/quote"] {
            for body in ["", "{", "null", "[]", "\"x\"", "{}x", "{\"lines\": 1}", "{} {}", "\u{feff}{}", deep.as_str()] {
                is_problem(&send(&app, path, JSON, body.to_owned()).await, StatusCode::BAD_REQUEST, "malformed");
            }
            is_problem(&send(&app, path, JSON, vec![b'{', 0xff, 0xfe]).await, StatusCode::BAD_REQUEST, "malformed");
            for kind in [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("nonsense")] {
                is_problem(&send(&app, path, kind, "{}").await, StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type");
            }
            let huge = format!("{{\"x\": \"{}\"}}", "x".repeat(300_000));
            is_problem(&send(&app, path, JSON, huge).await, StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large");
        }
    }

    async fn an_order_without_a_field_says_which(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        for field in ["lines", "email", "name", "address", "shipping_method", "payment"] {
            let mut order = app.order(&[("S", 1)], "4242424242424242");
            order.as_object_mut().unwrap().remove(field);
            let answer = app.post("/api/v1/orders", &order).await;
            is_problem(&answer, StatusCode::BAD_REQUEST, "malformed");
            assert!(answer.text.contains(field), "{}", answer.text);
        }
    }

    async fn other_doors_refuse_huge_and_strange_bodies_too(app) {
        let form = Some("application/x-www-form-urlencoded");
        assert_eq!(send(&app, "/_fn/cart/add", form, "x".repeat(70_000)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(send(&app, "/webhooks/sandbox", JSON, "x".repeat(3_000_000)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
        for (kind, body) in [(None, ""), (JSON, "{}"), (form, "%00=%ff&&&"), (Some("multipart/form-data"), "--x")] {
            for path in ["/_fn/cart/add", "/_fn/checkout/place", "/_fn/wishlist/share", "/_fn/orders/pay", "/_fn/nothing", "/sandbox/challenge/x"] {
                let answer = send(&app, path, kind, body).await;
                assert!(answer.status.is_client_error(), "{path} with {kind:?}: {} {}", answer.status, answer.text);
            }
        }
    }

    async fn the_description_lists_every_route(app) {
        let document = app.get("/api/v1/openapi.json").await;
        assert_eq!((document.status, document.header("content-type")), (StatusCode::OK, "application/json"));
        let document = document.json();
        assert!(document["openapi"].as_str().unwrap().starts_with("3."));
        for (method, path) in ROUTES {
            assert!(document["paths"][path][method]["responses"].is_object(), "{method} {path}");
        }
        assert_eq!(document["paths"].as_object().unwrap().len(), ROUTES.len());
        assert_eq!(unknown_references(&document, &document), Vec::<String>::new());
    }
}

/// The references of a document that lead nowhere.
fn unknown_references(document: &Value, part: &Value) -> Vec<String> {
    match part {
        Value::Array(parts) => parts.iter().flat_map(|part| unknown_references(document, part)).collect(),
        Value::Object(fields) => {
            let own = fields.get("$ref").and_then(Value::as_str).filter(|to| document.pointer(&to[1..]).is_none());
            own.map(str::to_owned)
                .into_iter()
                .chain(fields.values().flat_map(|part| unknown_references(document, part)))
                .collect()
        }
        _ => vec![],
    }
}
