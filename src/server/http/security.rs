//! Headers that every answer carries, and the check that a form came from one of our own pages.

use super::address;
use crate::{
    payments::stripe::settings::Sources,
    server::{query_pairs, state::Shop},
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Uri, header},
    middleware::Next,
    response::Response,
};
use std::sync::Arc;

/// Adds the headers that do not depend on the page. A page's own content policy comes from [`content_policy`].
pub async fn headers(State(shop): State<Arc<Shop>>, request: Request, next: Next) -> Response {
    let privacy = Privacy::of(request.uri());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    if privacy.is_personal {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static(privacy.referrer_policy()));
    if shop.config.is_https() {
        let hsts = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, hsts);
        upgrade(headers);
    }
    response
}

/// What every answer carries unless its handler says otherwise.
const ALWAYS: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), publickey-credentials-create=(self), \
         publickey-credentials-get=(self), usb=()",
    ),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"),
];

/// Where everything is somebody's own.
const PERSONAL: [&str; 12] = [
    "/account",
    "/admin",
    "/orders",
    "/login",
    "/register",
    "/forgot",
    "/reset",
    "/verify",
    "/confirm-email",
    "/checkout",
    "/_fn",
    "/api/v1/orders",
];

/// Whether the page at an address pays: only there is a script of somebody else let in.
#[must_use]
pub fn is_paying(uri: &Uri) -> bool {
    let path = address::path(uri);
    ["/checkout", "/orders"].iter().any(|folder| address::is_below(&path, folder))
}

/// How much an address and its answer are nobody else's business.
struct Privacy {
    /// The answer must not be kept.
    is_personal: bool,
    /// The address itself opens something.
    has_secret: bool,
}

impl Privacy {
    fn of(uri: &Uri) -> Self {
        let path = address::path(uri);
        let has_token = query_pairs(uri.query()).iter().any(|(name, _)| name == "token");
        let is_personal = has_token || PERSONAL.iter().any(|folder| address::is_below(&path, folder));
        Self { is_personal, has_secret: is_personal || address::is_below(&path, "/wishlist/shared") }
    }

    /// Not `no-referrer`: a form without JavaScript is sent back to the page it came from.
    fn referrer_policy(&self) -> &'static str {
        if self.has_secret { "same-origin" } else { "strict-origin-when-cross-origin" }
    }
}

/// Has a page ask for everything by TLS.
fn upgrade(headers: &mut HeaderMap) {
    let is_page = |kind: &HeaderValue| kind.as_bytes().starts_with(b"text/html");
    if let Some(policy) = headers.get(header::CONTENT_SECURITY_POLICY).and_then(|policy| policy.to_str().ok())
        && headers.get(header::CONTENT_TYPE).is_some_and(is_page)
        && let Ok(policy) = format!("{policy}; upgrade-insecure-requests").parse()
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// The content policy of a page: scripts of ours or with the page's nonce, no inline style; where cards are paid, those of
/// whoever takes them.
#[must_use]
pub fn content_policy(nonce: &str, card: Option<&Sources>) -> String {
    let Sources { script, frame, connect } = card.cloned().unwrap_or_default();
    let more = |sources: String| if sources.is_empty() { sources } else { format!(" {sources}") };
    let frames = if frame.is_empty() { String::new() } else { format!(" frame-src {frame};") };
    let (scripts, connects) = (more(script), more(connect));
    // cargo-leptos' live reload listens on a port of its own.
    let reload = if std::env::var_os("LEPTOS_WATCH").is_some() { " ws:" } else { "" };
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'{scripts}; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'{connects}{reload};{frames} object-src 'none'; \
         base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
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

    #[test]
    fn an_address_that_opens_something_is_told_to_nobody() {
        let privacy = |uri: &str| {
            let privacy = Privacy::of(&uri.parse().unwrap());
            (privacy.is_personal, privacy.has_secret)
        };
        for uri in ["/orders/X?token=1", "/%6frders/X", "//account", "/checkout", "/newsletter?a=b&tok%65n=1", "/_fn/x"]
        {
            assert_eq!(privacy(uri), (true, true), "{uri}");
        }
        assert_eq!(privacy("/wishlist/shared/x"), (false, true));
        for uri in ["/", "/search?q=token", "/wishlist", "/p/accounts", "/ordersx"] {
            assert_eq!(privacy(uri), (false, false), "{uri}");
        }
    }
}
