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

use super::state::Shop;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use std::sync::Arc;

pub use problem::Problem;

/// The largest body a call may have.
const MAX_BODY: usize = 256 * 1024;

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
        .fallback(|| async { Problem::from(crate::error::AppError::NotFound) })
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(shop)
}
