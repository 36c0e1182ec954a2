//! `/giveaways/{slug}/tickets.txt`: the list a giveaway is drawn from, for everybody who wants to draw it again.

use crate::{
    promotions::giveaways,
    server::{api::Problem, state::Shop},
};
use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// The list as a file.
pub async fn list(State(shop): State<Arc<Shop>>, Path(slug): Path<String>) -> Response {
    match giveaways::tickets(&shop, &slug).await {
        Ok(list) => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], list).into_response(),
        Err(error) => Problem::from(error).into_response(),
    }
}
