//! The description of the API, made from the code.

use super::{catalog, orders, problem, quote, search};
use axum::Json;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Ironmonger",
        version = "1",
        description = "Search, quote and order. No cookies: a call carries its own \
        authority. Amounts are in minor units. Errors are problem details (RFC 9457) with a `code`."
    ),
    paths(search::search, search::suggest, catalog::product, quote::quote, orders::place, orders::show, orders::pay),
    components(schemas(problem::Problem, problem::FieldError))
)]
struct Api;

/// `GET /api/v1/openapi.json`.
pub async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(Api::openapi())
}
