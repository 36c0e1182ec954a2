//! `/healthz`: the process answers. `/readyz`: it can serve, so the database answers and the search index is there.

use crate::{db::fetch, server::state::Shop};
use axum::{extract::State, http::StatusCode};
use std::sync::Arc;

pub async fn alive() -> &'static str {
    "ok"
}

pub async fn ready(State(shop): State<Arc<Shop>>) -> (StatusCode, &'static str) {
    if !shop.search.is_ready() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the search index is being loaded");
    }
    match database_answers(&shop).await {
        Ok(()) => (StatusCode::OK, "ok"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
    }
}

async fn database_answers(shop: &Shop) -> sqlx::Result<()> {
    fetch!(&mut shop.db.read().await?.conn(), one as (i64,), "SELECT CAST(1 AS BIGINT)").map(drop)
}
