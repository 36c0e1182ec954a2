//! The gate before everything: who asks for too much at once is told to wait, each in the language they asked in.

use super::{address, client::ClientAddress, plain};
use crate::{
    error::AppError,
    messages::patience,
    server::{
        api::Problem,
        limits::{Kind, Limits},
        state::Shop,
    },
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use leptos::server_fn::{
    ContentType,
    codec::JsonEncoding,
    error::{FromServerFnError, SERVER_FN_ERROR_HEADER},
};
use std::sync::Arc;

/// What the gate goes by.
#[derive(Clone)]
pub struct Gate {
    pub shop: Arc<Shop>,
    pub limits: Arc<Limits>,
}

/// Lets a request in, or tells how long to wait. Its body is not looked at.
pub async fn gate(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let path = address::path(request.uri());
    let client = ClientAddress::of(request.extensions()).network();
    let counted = Kind::of(request.method(), &path).map_or(Ok(()), |kind| gate.limits.count(kind, client));
    match counted {
        Ok(()) => next.run(request).await,
        Err(seconds) => refuse(&gate.shop, &request, &path, seconds),
    }
}

fn refuse(shop: &Shop, request: &Request, path: &str, seconds: u64) -> Response {
    let error = AppError::TooManyRequests { retry_after: seconds };
    let mut response = if address::is_below(path, "/api") {
        Problem::from(error).into_response()
    } else if address::is_below(path, "/_fn") && !wants_page(request.headers()) {
        function_error(path, &error)
    } else {
        page(shop, request, seconds)
    };
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A form that a browser sends itself, without our scripts.
pub(super) fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|kinds| kinds.contains("text/html"))
}

/// As Leptos answers: the browser's side makes an [`AppError`] of it again.
pub(super) fn function_error(path: &str, error: &AppError) -> Response {
    let mut response = ([(header::CONTENT_TYPE, JsonEncoding::CONTENT_TYPE)], error.ser()).into_response();
    if let Ok(path) = HeaderValue::from_str(path) {
        response.headers_mut().insert(SERVER_FN_ERROR_HEADER, path);
    }
    response
}

/// A few words. They cost next to nothing, unlike a page of the shop.
fn page(shop: &Shop, request: &Request, seconds: u64) -> Response {
    // An empty address is that of the page itself.
    let again = format!("<a href=\"\">{}</a>", patience::TRY_AGAIN);
    let then = if request.method() == Method::POST { patience::GO_BACK } else { again.as_str() };
    let (title, wait) = (patience::TITLE, patience::wait(seconds));
    plain::page(shop, title, &format!("<h1>{title}</h1><p role=\"alert\">{wait}</p><p>{then}</p>"))
}
