//! `/_fn/…`: the server functions, with the shop and the visitor at hand, and with honest status codes.

use super::{bodies::Patience, denial, drafts, security::is_same_origin};
use crate::{
    error::AppError,
    server::{access, api::Problem, authority::customer_of, state::Shop, visitor::Visitor},
};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use leptos::{
    prelude::provide_context,
    server_fn::error::{FromServerFnError, SERVER_FN_ERROR_HEADER},
};
use std::sync::Arc;

/// The largest form.
pub(super) const FORM: Patience = Patience::for_bytes(64 * 1024);

/// Calls a server function.
pub async fn call(State(shop): State<Arc<Shop>>, request: Request) -> Response {
    if leptos::server_fn::axum::get_server_fn_service(request.uri().path(), request.method().clone()).is_none() {
        return Problem::from(AppError::NotFound).into_response();
    }
    if request.method() != Method::GET && !is_same_origin(request.headers()) {
        return Problem::from(AppError::ForeignRequest).into_response();
    }
    let visitor = Visitor::of(request.headers(), &shop);
    let path = request.uri().path().to_owned();
    if let Err(error) = admit(&shop, &visitor, &path).await {
        return denial::deny(&shop, &request, error);
    }
    let request = if request.method().is_safe() { without_page(request) } else { request };
    let (request, typed) = match FORM.read(request).await {
        Ok(request) => drafts::with_typed(request).await,
        Err(problem) => return problem.into_response(),
    };
    let context = {
        let (shop, visitor) = (shop.clone(), visitor.clone());
        move || {
            provide_context(shop.clone());
            provide_context(visitor.clone());
        }
    };
    let response = leptos_axum::handle_server_fns_with_context(context, request).await.into_response();
    let mut response = with_status(response).await;
    if drafts::is_sent_back(&response) {
        typed.keep(&shop, &visitor, &path).await;
    }
    visitor.greet(response.headers_mut(), &shop.config);
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(header::HeaderValue::from_static("no-store"));
    response
}

/// What only reads is answered, never led back to the page it was asked from, as forms are: that page may be another
/// site's, which would learn from where it is sent what its visitor may see.
fn without_page(mut request: Request) -> Request {
    request.headers_mut().remove(header::REFERER);
    request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    request
}

/// Whether the visitor may call a function at all, by the list of who may.
async fn admit(shop: &Shop, visitor: &Visitor, path: &str) -> Result<(), AppError> {
    let who = access::of_function(path).ok_or(AppError::NotFound)?;
    if !who.needs_session() {
        return Ok(());
    }
    let customer = customer_of(&mut shop.db.read().await?.conn(), visitor).await?;
    who.admits(customer.as_ref())
}

/// Leptos answers every error with 500; ours know better.
async fn with_status(response: Response) -> Response {
    if !is_failed_call(response.status(), response.headers()) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let error = AppError::de(bytes.clone());
    parts.status = StatusCode::from_u16(error.status()).unwrap_or(parts.status);
    if let AppError::TooManyRequests { retry_after } = error {
        parts.headers.insert(header::RETRY_AFTER, retry_after.into());
    }
    Response::from_parts(parts, Body::from(bytes))
}

fn is_failed_call(status: StatusCode, headers: &HeaderMap) -> bool {
    status == StatusCode::INTERNAL_SERVER_ERROR && headers.contains_key(SERVER_FN_ERROR_HEADER)
}
