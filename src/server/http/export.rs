//! `/account/export/{id}?token=…`: a copy of somebody's data, for whoever has its signed link.

use crate::{
    account::service::privacy,
    error::AppError,
    server::{api::Problem, query_pairs, state::Shop},
};
use axum::{
    extract::{Path, RawQuery, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use std::sync::Arc;

/// The copy as a file.
pub async fn download(State(shop): State<Arc<Shop>>, Path(id): Path<String>, RawQuery(query): RawQuery) -> Response {
    let pairs = query_pairs(query.as_deref());
    let token = pairs.iter().find(|(name, _)| name == "token").map_or("", |(_, value)| value.as_str());
    match privacy::fetch_export(&shop, &id, token).await {
        Ok(copy) => {
            let headers = [
                (header::CONTENT_TYPE, "application/json"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"my-data.json\""),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (headers, copy).into_response()
        }
        // Its page says what there is.
        Err(AppError::NotFound) => Redirect::to("/account/privacy").into_response(),
        Err(error) => Problem::from(error).into_response(),
    }
}
