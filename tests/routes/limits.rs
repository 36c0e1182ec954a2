//! Whoever asks for too much at once is told to wait, in the language they asked in.

use crate::app::{Answer, Engine, TestApp};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use ironmonger::error::AppError;
use leptos::server_fn::error::FromServerFnError;

const ADA: &str = "192.0.2.1";
const BOB: &str = "192.0.2.2";

async fn shop() -> TestApp {
    let settings = [("SHOP_RATE_LIMIT", "on"), ("SHOP_PROXIES", "1")];
    TestApp::start_with(Engine::Sqlite, &settings).await.expect("SQLite is always there")
}

/// Asks as a client at that address, which our proxy tells.
async fn ask(app: &TestApp, client: &str, method: Method, path: &str, accept: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "localhost")
        .header(header::ACCEPT, accept)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("x-forwarded-for", format!("203.0.113.7, {client}"));
    app.call(request.body(Body::empty()).unwrap()).await
}

/// Asks until it is refused: how often that went well before, and the refusal.
async fn ask_until_refused(app: &TestApp, client: &str, method: Method, path: &str, accept: &str) -> (usize, Answer) {
    for count in 0..500 {
        let answer = ask(app, client, method.clone(), path, accept).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            return (count, answer);
        }
    }
    panic!("{path} is never refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_answers_with_a_problem() {
    let app = shop().await;
    let (count, refusal) = ask_until_refused(&app, ADA, Method::POST, "/api/v1/orders", "*/*").await;
    assert_eq!((count, refusal.header("retry-after")), (40, "1"));
    assert_eq!(
        (refusal.header("content-type"), refusal.code()),
        ("application/problem+json", "too_many_requests".into())
    );
    assert_eq!(refusal.json()["retry_after"], 1);
    app.pass(1000);
    assert_ne!(ask(&app, ADA, Method::POST, "/api/v1/orders", "*/*").await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_function_answers_as_the_browser_understands() {
    let app = shop().await;
    let (count, refusal) = ask_until_refused(&app, ADA, Method::POST, "/_fn/account/forgot", "application/json").await;
    assert_eq!((count, refusal.header("retry-after")), (10, "30"));
    assert_eq!(refusal.header("serverfnerror"), "/_fn/account/forgot");
    let error = AppError::de(refusal.text.clone().into());
    assert_eq!(error, AppError::TooManyRequests { retry_after: 30 });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_scripts_gets_a_page_to_read() {
    let app = shop().await;
    let accept = "text/html,application/xhtml+xml";
    let (count, refusal) = ask_until_refused(&app, ADA, Method::POST, "/_fn/account/sign_in", accept).await;
    assert_eq!((count, refusal.header("retry-after")), (30, "2"));
    is_a_page(&refusal, "Please wait 2 seconds.");
    assert!(refusal.text.contains("go back"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_says_how_long_to_wait() {
    let app = shop().await;
    let (count, refusal) = ask_until_refused(&app, ADA, Method::GET, "/search?q=%22%3E%3Cscript%3E", "text/html").await;
    assert_eq!(count, 240);
    is_a_page(&refusal, "Please wait 1 second.");
    assert!(!refusal.text.contains("script") && !refusal.text.contains("%22"));
    // However it is written, it is the same search; and what costs little is still there.
    for path in ["//search", "/%73earch", "/search/", "/c/shirts", "/api/v1/search", "/api/v1/suggest", "/_fn/search/x"]
    {
        assert_eq!(ask(&app, ADA, Method::GET, path, "*/*").await.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
    }
    for path in ["/", "/cart", "/healthz", "/robots.txt"] {
        assert_eq!(ask(&app, ADA, Method::GET, path, "*/*").await.status, StatusCode::OK, "{path}");
    }
}

fn is_a_page(refusal: &Answer, words: &str) {
    assert_eq!(refusal.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(refusal.header("cache-control"), "no-store");
    assert!(refusal.text.contains(words) && refusal.text.contains("<h1>"), "{}", refusal.text);
    let policy = refusal.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'nonce-"), "{policy}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_client_does_not_use_up_what_another_has() {
    let app = shop().await;
    let forms = "/_fn/cart/add";
    assert_eq!(ask_until_refused(&app, ADA, Method::POST, forms, "*/*").await.0, 120);
    assert_eq!(ask_until_refused(&app, BOB, Method::POST, forms, "*/*").await.0, 120);
    assert_eq!(ask_until_refused(&app, "2001:db8::1", Method::POST, forms, "*/*").await.0, 120);
    for neighbour in ["2001:db8::2", "2001:db8:0:0:ffff::1"] {
        assert_eq!(ask_until_refused(&app, neighbour, Method::POST, forms, "*/*").await.0, 0, "{neighbour}");
    }
    assert_eq!(ask_until_refused(&app, "2001:db8:0:1::1", Method::POST, forms, "*/*").await.0, 120);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_body_is_not_read() {
    let app = shop().await;
    ask_until_refused(&app, ADA, Method::POST, "/_fn/checkout/place", "*/*").await;
    let stuck = Body::from_stream(futures::stream::pending::<Result<axum::body::Bytes, std::io::Error>>());
    let request = Request::post("/_fn/checkout/place").header("x-forwarded-for", ADA);
    assert_eq!(app.call(request.body(stuck).unwrap()).await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn switched_off_nothing_is_counted() {
    let app = TestApp::start(Engine::Sqlite).await.expect("SQLite is always there");
    for _ in 0..200 {
        let answer = ask(&app, ADA, Method::POST, "/_fn/cart/add", "*/*").await;
        assert_ne!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    }
}
