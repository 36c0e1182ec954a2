//! The JSON API, `/api/v1`. It takes no cookies: a call carries its own authority (an order's token). Errors are
//! problem details (RFC 9457); writes may carry an `Idempotency-Key`.

mod catalog;
pub mod idempotency;
mod money;
mod openapi;
mod orders;
mod problem;
mod quote;
mod read;
mod search;
mod shipments;

use super::access::Who;
use super::{
    http::bodies::{self, Patience},
    state::Shop,
};
use axum::{
    Router, middleware,
    routing::{MethodRouter, get, post},
};
use std::sync::Arc;

pub use problem::Problem;

/// The largest body a call may have.
const BODY: Patience = Patience::for_bytes(256 * 1024);

/// A route: its method, its path below `/api/v1`, who may call it, and what answers.
pub type Route = (&'static str, &'static str, Who, MethodRouter<Arc<Shop>>);

/// Every route. None of them takes a cookie.
pub fn table() -> [Route; 8] {
    [
        ("GET", "/search", Who::Everyone, get(search::search)),
        ("GET", "/suggest", Who::Everyone, get(search::suggest)),
        ("GET", "/products/{handle}", Who::Everyone, get(catalog::product)),
        ("POST", "/quote", Who::Everyone, post(quote::quote)),
        ("POST", "/orders", Who::Everyone, post(orders::place)),
        ("GET", "/orders/{number}", Who::Bearer, get(orders::show)),
        ("POST", "/orders/{number}/payments", Who::Bearer, post(orders::pay)),
        ("GET", "/openapi.json", Who::Everyone, get(openapi::document)),
    ]
}

/// The routes below `/api/v1`.
pub fn routes(shop: Arc<Shop>) -> Router {
    let routes = table().into_iter().fold(Router::new(), |router, (_, path, _, handler)| router.route(path, handler));
    routes
        .route_layer(middleware::from_fn_with_state(BODY, bodies::read))
        .fallback(|| async { Problem::from(crate::error::AppError::NotFound) })
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .with_state(shop)
}
