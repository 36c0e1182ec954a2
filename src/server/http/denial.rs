//! The answer to who may not: in Leptos' own terms to the browser's side of the shop, as a page to a plain form.

use super::{plain, refusal};
use crate::{error::AppError, messages, server::state::Shop};
use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};

/// Says no.
pub fn deny(shop: &Shop, request: &Request, error: AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::FORBIDDEN);
    let mut response = if !refusal::wants_page(request.headers()) {
        refusal::function_error(request.uri().path(), &error)
    } else if error == AppError::SignInRequired {
        return Redirect::to(&sign_in_page(request)).into_response();
    } else {
        let (title, text) = (messages::SOMETHING_WENT_WRONG, messages::error(&error));
        plain::page(
            shop,
            title,
            &format!(
                "<h1>{title}</h1><p role=\"alert\">{text}</p><p><a href=\"/account\">{}</a></p>",
                messages::YOUR_ACCOUNT
            ),
        )
    };
    *response.status_mut() = status;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Where to sign in, and to come back from to the page that the form was on.
fn sign_in_page(request: &Request) -> String {
    let from = request.headers().get(header::REFERER).and_then(|value| value.to_str().ok()?.parse::<Uri>().ok());
    let page = from.as_ref().map_or("", Uri::path);
    format!("/login?next={}", percent_encoding::utf8_percent_encode(page, percent_encoding::NON_ALPHANUMERIC))
}
