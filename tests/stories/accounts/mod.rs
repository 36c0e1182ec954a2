//! Accounts and staff: who comes in and how, what belongs to whom, and what is known about whom.

mod attacks;
mod carts;
mod codes;
mod forgetting;
mod logs;
mod orders;
mod passkeys;
mod privacy;
mod registering;
mod signing_in;
mod staff;
mod waiting;

use crate::app::{Answer, Browser, TestApp};
use axum::http::StatusCode;
use serde_json::Value;

pub const ADA: &str = "ada@example.com";
pub const BOB: &str = "bob@example.com";
pub const PASSWORD: &str = "seven seals on 1 door";
pub const OTHER: &str = "another 8 signs";

/// Headers of a form that our own page sends by script: the answer is JSON and its status honest.
pub const SCRIPT: [(&str, &str); 2] = [("origin", "http://localhost"), ("accept", "application/json")];

/// Calls a server function as the browser's side of the shop does.
pub async fn call(browser: &mut Browser<'_>, function: &str, fields: &[(&str, &str)]) -> Answer {
    let token = browser.token().await;
    let fields: Vec<_> = fields.iter().copied().chain([("csrf", token.as_str())]).collect();
    browser.submit_as_is(function, &fields, &SCRIPT).await
}

/// Calls one that has to work.
pub async fn done(browser: &mut Browser<'_>, function: &str, fields: &[(&str, &str)]) -> Value {
    let answer = call(browser, function, fields).await;
    assert_eq!(answer.status, StatusCode::OK, "{function}: {}", answer.text);
    answer.json()
}

/// Status and kind of an error.
pub fn refusal(answer: &Answer) -> (u16, String) {
    let kind = match answer.json() {
        Value::String(kind) => kind,
        Value::Object(fields) => fields.keys().next().cloned().unwrap_or_default(),
        other => other.to_string(),
    };
    (answer.status.as_u16(), kind)
}

/// Looks at something of one's own.
pub async fn see(browser: &mut Browser<'_>, function: &str) -> Answer {
    browser.get(&format!("/_fn/{function}")).await
}

pub async fn is_signed_in(browser: &mut Browser<'_>) -> bool {
    see(browser, "account/show").await.status == StatusCode::OK
}

/// The token in the newest letter to an address that leads to that page.
pub async fn token_for(app: &TestApp, address: &str, page: &str) -> Option<String> {
    let mails = app.mails_to(address).await;
    let text = mails.first()?["text"].as_str()?.to_owned();
    let (_, rest) = text.split_once(&format!("/{page}?token="))?;
    rest.split_whitespace().next().map(str::to_owned)
}

/// Asks for an account.
pub async fn register(browser: &mut Browser<'_>, email: &str, password: &str) -> Answer {
    call(browser, "account/register", &[("name", "Ada Lovelace"), ("email", email), ("password", password)]).await
}

/// Has an account, and is signed in to it.
pub async fn sign_up<'a>(app: &'a TestApp, email: &str) -> Browser<'a> {
    let mut browser = app.browser();
    assert_eq!(register(&mut browser, email, PASSWORD).await.status, StatusCode::OK);
    let token = token_for(app, email, "verify").await.expect("a link");
    done(&mut browser, "account/verify", &[("token", &token)]).await;
    browser
}

pub async fn sign_in(browser: &mut Browser<'_>, email: &str, password: &str) -> Answer {
    call(browser, "account/sign_in", &[("email", email), ("password", password)]).await
}

/// Another browser that is signed in.
pub async fn signed_in<'a>(app: &'a TestApp, email: &str) -> Browser<'a> {
    let mut browser = app.browser();
    let answer = sign_in(&mut browser, email, PASSWORD).await;
    assert!(answer.status == StatusCode::OK && answer.text.contains("done"), "{}", answer.text);
    browser
}

/// What an answer tells whoever sees it: all of it but the cookie.
pub fn told(answer: &Answer) -> (StatusCode, Vec<(String, String)>, String) {
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "set-cookie")
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    (answer.status, headers, answer.text.clone())
}
