//! The JSON API, `/api/v1`. It takes no cookies: a call carries its own authority (an order's token). Errors are
//! problem details (RFC 9457); writes may carry an `Idempotency-Key`.

mod catalog;
pub(super) mod idempotency;
mod money;
mod openapi;
mod orders;
mod problem;
mod read;
mod search;

use super::{
    http::bodies::{self, Patience},
    state::Shop,
};
use axum::{
    Router, middleware,
    routing::{get, post},
};
use std::sync::Arc;

pub use problem::Problem;

/// The largest body a call may have.
const BODY: Patience = Patience::for_bytes(256 * 1024);

/// The routes below `/api/v1`.
pub fn routes(shop: Arc<Shop>) -> Router {
    Router::new()
        .route("/search", get(search::search))
        .route("/suggest", get(search::suggest))
        .route("/products/{handle}", get(catalog::product))
        .route("/quote", post(orders::quote))
        .route("/orders", post(orders::place))
        .route("/orders/{number}", get(orders::show))
        .route("/orders/{number}/payments", post(orders::pay))
        .route("/openapi.json", get(openapi::document))
        .route_layer(middleware::from_fn_with_state(BODY, bodies::read))
        .fallback(|| async { Problem::from(crate::error::AppError::NotFound) })
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .with_state(shop)
}
