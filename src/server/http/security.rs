//! Headers that every answer carries, and the check that a form came from one of our own pages.

use crate::server::state::Shop;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use std::sync::Arc;

/// Adds the headers that do not depend on the page. A page's own content policy comes from [`content_policy`].
pub async fn headers(State(shop): State<Arc<Shop>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: header::HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "strict-origin-when-cross-origin");
    set(header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(
        header::HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    );
    set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
    if shop.config.is_https() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    response
}

/// The content policy of a page: scripts of ours or with the page's nonce, no inline style.
#[must_use]
pub fn content_policy(nonce: &str) -> String {
    // cargo-leptos' live reload listens on a port of its own.
    let reload = if std::env::var_os("LEPTOS_WATCH").is_some() { " ws:" } else { "" };
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'{reload}; object-src 'none'; base-uri 'self'; \
         form-action 'self'; frame-ancestors 'none'"
    )
}

/// Whether a request that changes something comes from a page of this very host, as far as the browser tells.
///
/// Browsers of today always tell; what tells nothing has no cookies that somebody else could make use of, and still
/// needs the form's token.
#[must_use]
pub fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site")
        && site != "same-origin"
    {
        return false;
    }
    match text("origin") {
        None => true,
        Some(origin) => {
            let host = origin.split_once("://").map_or("", |(_, host)| host);
            !host.is_empty() && text("host").is_some_and(|own| own.eq_ignore_ascii_case(host))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(n, v)| (header::HeaderName::from_static(n), HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn a_form_on_another_site_is_refused() {
        let host = ("host", "shop.example");
        assert!(is_same_origin(&request(&[host, ("origin", "https://shop.example")])));
        assert!(is_same_origin(&request(&[host, ("sec-fetch-site", "same-origin")])));
        assert!(is_same_origin(&request(&[host])));
        for foreign in ["https://evil.example", "null", "https://shop.example.evil.example", ""] {
            assert!(!is_same_origin(&request(&[host, ("origin", foreign)])), "{foreign}");
        }
        for site in ["cross-site", "same-site", "none"] {
            assert!(!is_same_origin(&request(&[host, ("sec-fetch-site", site)])), "{site}");
        }
    }
}
