//! `/art/{drawing}/{colour}.svg`: the shop's own artwork, tinted.

use crate::{catalog::artwork, error::AppError, server::api::Problem};
use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};

/// A drawing in a colour.
pub async fn drawing(Path((drawing, file)): Path<(String, String)>) -> Response {
    match file.strip_suffix(".svg") {
        Some(colour) => svg(artwork::draw(&drawing, colour, false)),
        None => svg(None),
    }
}

/// Its nicest spot.
pub async fn close_up(Path((drawing, colour)): Path<(String, String)>) -> Response {
    svg(artwork::draw(&drawing, &colour, true))
}

fn svg(drawn: Option<String>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "public, max-age=604800, stale-while-revalidate=2592000"),
        // Drawings carry their colours in a style of their own, and nothing else that acts.
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'"),
    ];
    match drawn {
        Some(svg) => (headers, svg).into_response(),
        None => Problem::from(AppError::NotFound).into_response(),
    }
}
