//! What was typed into a form that is refused, kept for the page that shows it again. With JavaScript the page is still
//! there, and nothing is kept.

use super::refusal;
use crate::{
    account::service::drafts,
    domain::text::query_pairs,
    server::{state::Shop, visitor::Visitor},
};
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{Method, header},
    response::Response,
};

/// The fields of a form, where a browser without JavaScript sent it.
pub struct Typed(Vec<(String, String)>);

/// The request as it was, and the fields of its form.
pub async fn with_typed(request: Request) -> (Request, Typed) {
    if request.method() != Method::POST || !refusal::wants_page(request.headers()) {
        return (request, Typed(vec![]));
    }
    let (parts, body) = request.into_parts();
    // It is in memory already, and no larger than a form may be.
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let typed = std::str::from_utf8(&bytes).map_or(vec![], query_pairs);
    (Request::from_parts(parts, Body::from(bytes)), Typed(typed))
}

impl Typed {
    /// Keeps the fields of a form that was sent back with an error, if it was one of our own.
    pub async fn keep(&self, shop: &Shop, visitor: &Visitor, form: &str) {
        let token = self.0.iter().find(|(name, _)| name == "csrf").map_or("", |(_, value)| value.as_str());
        if visitor.clone().verify(token, shop).is_err() {
            return;
        }
        if let Err(error) = drafts::keep(shop, &visitor.hash(), form, &self.0).await {
            tracing::warn!(%error, "what was typed into a form is lost");
        }
    }
}

/// Whether a form is sent back to its page with an error.
pub fn is_sent_back(response: &Response) -> bool {
    let to = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or("");
    response.status().is_redirection() && to.contains("__err=")
}
