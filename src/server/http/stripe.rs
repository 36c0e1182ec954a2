//! Where Stripe tells what has happened.

use super::bodies;
use crate::{
    payments::stripe::webhook,
    server::{api::Problem, state::Shop},
};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    middleware,
    response::{IntoResponse, Response},
    routing::post,
};
use std::sync::Arc;

pub fn routes() -> Router<Arc<Shop>> {
    Router::new()
        .route("/webhooks/stripe", post(take))
        .route_layer(middleware::from_fn_with_state(bodies::Patience::for_bytes(LONGEST), bodies::read))
}

/// Stripe's events are a few kilobytes.
const LONGEST: usize = 256 * 1024;

/// The body as it came: it is what was signed.
async fn take(State(shop): State<Arc<Shop>>, headers: HeaderMap, body: Bytes) -> Response {
    let signature = headers.get("stripe-signature").and_then(|value| value.to_str().ok()).unwrap_or("");
    match webhook::take(&shop, &body, signature).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => Problem::from(error).into_response(),
    }
}
