//! Pages that are not the shop's: a few words without its header and scripts, with a style of their own.

use crate::server::state::Shop;
use axum::{
    http::header,
    response::{Html, IntoResponse, Response},
};

const STYLE: &str = "\
    :root{color-scheme:light dark;--paper:#f7f4ee;--ink:#14212e;--quiet:#dfe4e9;--focus:#0a66a8}\
    @media(prefers-color-scheme:dark){:root{--paper:#111a23;--ink:#f1efe9;--quiet:#2d3a46;--focus:#7cc0f4}}\
    body{font:17px/1.5 system-ui,sans-serif;max-width:28rem;margin:12vh auto;padding:0 1.5rem;color:var(--ink);\
    background:var(--paper)}h1{line-height:1.15}a{color:inherit}.amount{font-size:2rem;font-weight:600}\
    .provider{display:inline-block;margin:0;padding:.2rem .7rem;border:2px solid;border-radius:2rem;font-weight:600;\
    letter-spacing:.03em}button{font:inherit;padding:.7rem 1.2rem;border:0;border-radius:.2rem;background:var(--ink);color:var(--paper);\
    cursor:pointer}button.plain{background:var(--quiet);color:var(--ink)}\
    :focus-visible{outline:3px solid var(--focus);outline-offset:2px}";

/// Such a page. `body` is HTML.
pub fn page(shop: &Shop, title: &str, body: &str) -> Response {
    let nonce = shop.random.token();
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><style nonce=\"{nonce}\">{STYLE}</style>\
         </head><body><main>{body}</main></body></html>"
    );
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    ([(header::CONTENT_SECURITY_POLICY, policy)], [(header::CACHE_CONTROL, "no-store")], Html(html)).into_response()
}
