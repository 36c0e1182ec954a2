//! The sandbox gateway's own pages: where a customer confirms a payment, as a bank would ask for, and the webhook by
//! which the sandbox tells the shop. Plain HTML: it is not the shop's page.

use super::{plain, security::is_same_origin};
use crate::{
    error::AppError,
    messaging::letters::escape,
    payments::{
        sandbox::{Challenge, Sandbox},
        service,
    },
    server::{api::Problem, state::Shop},
};
use axum::{
    Form,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use std::sync::Arc;
use uuid::Uuid;

/// Asks the customer to confirm.
pub async fn show(State(shop): State<Arc<Shop>>, Path(id): Path<String>) -> Response {
    let found = match id.parse::<Uuid>() {
        Ok(id) => Sandbox.find_challenge(&shop, id).await.map_err(AppError::from),
        Err(_) => Ok(None),
    };
    match found {
        Ok(Some(Challenge { amount, is_open: true, .. })) => page(
            &shop,
            &format!(
                "<h1>Confirm your payment</h1><p>Here a bank would ask whether it is really you. No money moves.</p>\
             <p class=\"amount\">{amount}</p>\
             <form method=\"post\"><button name=\"answer\" value=\"confirm\">Confirm payment</button> \
             <button name=\"answer\" value=\"refuse\" class=\"plain\">Refuse</button></form>"
            ),
        ),
        Ok(Some(Challenge { amount, return_url, .. })) => {
            let back = back_to(&return_url);
            page(
                &shop,
                &format!("<h1>Already answered</h1><p>There is nothing left to confirm about {amount}.</p>{back}"),
            )
        }
        Ok(None) => {
            (StatusCode::NOT_FOUND, page(&shop, "<h1>Not found</h1><p>There is no such payment.</p>")).into_response()
        }
        Err(error) => Problem::from(error).into_response(),
    }
}

#[derive(Deserialize)]
pub struct Answer {
    answer: String,
}

/// Takes the answer, tells the shop, and sends the customer back to the order.
pub async fn answer(
    State(shop): State<Arc<Shop>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(form): Form<Answer>,
) -> Response {
    if !is_same_origin(&headers) {
        return Problem::from(AppError::ForeignRequest).into_response();
    }
    let Ok(id) = id.parse::<Uuid>() else { return Problem::from(AppError::NotFound).into_response() };
    match Sandbox.answer_challenge(&shop, id, form.answer == "confirm").await {
        Ok(Some(return_url)) => Redirect::to(&return_url).into_response(),
        Ok(None) => Problem::from(AppError::NotFound).into_response(),
        Err(error) => Problem::from(AppError::from(error)).into_response(),
    }
}

/// Takes in what the sandbox tells. Only what it signed, and lately, is believed.
pub async fn webhook(State(shop): State<Arc<Shop>>, headers: HeaderMap, body: Bytes) -> Response {
    let signature = headers.get("sandbox-signature").and_then(|value| value.to_str().ok()).unwrap_or("");
    let body = String::from_utf8_lossy(&body);
    match service::take_webhook(&shop, &body, signature).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => Problem::from(error).into_response(),
    }
}

/// The way back for who returns to a question that was answered.
fn back_to(page: &str) -> String {
    match page {
        "" => String::new(),
        page => format!("<p><a href=\"{}\">Back to your order</a></p>", escape(page)),
    }
}

fn page(shop: &Shop, body: &str) -> Response {
    plain::page(shop, "Sandbox Payments", &format!("<p class=\"provider\">Sandbox Payments</p>{body}"))
}
