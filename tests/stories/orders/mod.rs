//! The life of orders: what staff do with them, what their buyers see of it, and who may do what.

mod cancel_units;
mod cancelling;
mod lists;
mod live;
mod money;
mod shipping;
mod whole;

use crate::{
    app::{Answer, Browser, TestApp},
    people::{AS_SCRIPT, error_of},
};
use axum::http::StatusCode;
use ironmonger::domain::account::Role;
use serde_json::Value;

/// What a page of an order names its forms by.
pub const ATTEMPT: &str = "01900000-0000-7000-8000-00000000000a";
pub const ANOTHER: &str = "01900000-0000-7000-8000-00000000000b";

/// Somebody who packs orders.
pub async fn clerk(app: &TestApp) -> Browser<'_> {
    app.colleague("fay@shop.example", Role::Fulfilment).await
}

/// Sends a form as the shop's script does.
pub async fn send(browser: &mut Browser<'_>, function: &str, fields: &[(&str, &str)]) -> Answer {
    let token = browser.token().await;
    let fields: Vec<_> = fields.iter().copied().chain([("csrf", token.as_str())]).collect();
    browser.submit_as_is(function, &fields, &AS_SCRIPT).await
}

/// Does what has to work.
pub async fn does(browser: &mut Browser<'_>, function: &str, fields: &[(&str, &str)]) {
    let answer = send(browser, function, fields).await;
    assert_eq!(answer.status, StatusCode::OK, "{function}: {}", answer.text);
}

/// Why something is refused: its kind, and for an order what it is refused for.
pub async fn refusal(browser: &mut Browser<'_>, function: &str, fields: &[(&str, &str)]) -> String {
    let answer = send(browser, function, fields).await;
    let kind = error_of(&answer);
    if kind != "order_refused" {
        return kind;
    }
    assert_eq!(answer.status, StatusCode::CONFLICT);
    let refused = answer.json()["order_refused"]["refused"].clone();
    match refused {
        Value::String(reason) => reason,
        other => other.as_object().and_then(|fields| fields.keys().next().cloned()).unwrap_or_default(),
    }
}

/// An order as the desk shows it.
pub async fn desk(browser: &mut Browser<'_>, number: &str) -> Value {
    let answer = browser.ask("desk/order", &[("number", number)], &AS_SCRIPT).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()
}

/// The id of a line, from the first one on.
pub fn line(order: &Value, i: usize) -> String {
    order["lines"][i]["id"].as_str().unwrap().to_owned()
}

/// Ships so many of each line, by UPS.
pub fn parcel<'a>(number: &'a str, attempt: &'a str, lines: &'a [(String, &'a str)]) -> Vec<(&'a str, &'a str)> {
    const NAMES: [[&str; 2]; 3] = [
        ["lines[0][line]", "lines[0][quantity]"],
        ["lines[1][line]", "lines[1][quantity]"],
        ["lines[2][line]", "lines[2][quantity]"],
    ];
    let mut fields = vec![("number", number), ("attempt", attempt), ("carrier", "ups"), ("tracking", "1Z 999 AA1")];
    for ([id, quantity], (line, count)) in NAMES.into_iter().zip(lines) {
        fields.extend([(id, line.as_str()), (quantity, *count)]);
    }
    fields
}

/// The events of a history, in the order in which it lists them.
pub fn events(history: &Value) -> Vec<&str> {
    history.as_array().unwrap().iter().map(|entry| entry["event"].as_str().unwrap()).collect()
}

/// How often the outbox tells of something.
pub async fn told(app: &TestApp, topic: &str) -> i64 {
    match topic {
        "order_shipped" => app.number("SELECT COUNT(*) FROM outbox WHERE topic = 'order_shipped'").await,
        "order_delivered" => app.number("SELECT COUNT(*) FROM outbox WHERE topic = 'order_delivered'").await,
        "order_cancelled" => app.number("SELECT COUNT(*) FROM outbox WHERE topic = 'order_cancelled'").await,
        "order_reduced" => app.number("SELECT COUNT(*) FROM outbox WHERE topic = 'order_reduced'").await,
        "order_refunded" => app.number("SELECT COUNT(*) FROM outbox WHERE topic = 'order_refunded'").await,
        "order_paid" => app.number("SELECT COUNT(*) FROM outbox WHERE topic = 'order_paid'").await,
        "order_confirmed" => app.number("SELECT COUNT(*) FROM outbox WHERE topic = 'order_confirmed'").await,
        _ => panic!("{topic}"),
    }
}
