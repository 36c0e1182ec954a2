//! The development mailbox at `/dev/mail`: what the shop would have sent. Plain HTML: it is not the shop's page.
//!
//! These pages exist only while the mailbox does, and (but in a shop that was asked to be a demo) for who is at this very
//! machine: letters have links in them that open accounts. What a message says is text or stands in a frame that runs nothing;
//! only links into the shop can be clicked.

use super::client::ClientAddress;
use crate::{
    error::AppError,
    messages,
    messaging::{
        letters::escape,
        mail::Postman,
        mailbox::{Kept, Mailbox},
    },
    server::{api::Problem, state::Shop},
};
use axum::{
    Json, Router,
    extract::{Path, Query, Request, State},
    http::{HeaderName, header},
    middleware::{Next, from_fn_with_state},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use std::sync::Arc;

/// The pages of the mailbox.
pub fn routes(shop: &Arc<Shop>) -> Router<Arc<Shop>> {
    Router::new()
        .route("/dev/mail", get(index))
        .route("/dev/mail.json", get(json))
        .route("/dev/mail/{id}", get(show))
        .route("/dev/mail/{id}/html", get(html))
        .route_layer(from_fn_with_state(shop.clone(), near))
}

#[derive(Deserialize)]
struct Filter {
    to: Option<String>,
}

fn mailbox(shop: &Shop) -> Result<&Mailbox, Problem> {
    match &shop.postman {
        Postman::Mailbox(mailbox) => Ok(mailbox),
        _ => Err(AppError::NotFound.into()),
    }
}

/// A shop on this machine's own name may still be reached from the network it is in.
async fn near(State(shop): State<Arc<Shop>>, request: Request, next: Next) -> Response {
    let near = shop.config.demo == Some(true) || ClientAddress::of(request.extensions()).0.is_loopback();
    if near { next.run(request).await } else { Problem::from(AppError::NotFound).into_response() }
}

async fn list(shop: &Shop, to: Option<String>) -> Result<Vec<Kept>, Problem> {
    Ok(mailbox(shop)?.list(to).await.map_err(AppError::internal)?)
}

async fn find(shop: &Shop, id: &str) -> Result<Kept, Problem> {
    let id = id.parse().map_err(|_| AppError::NotFound)?;
    Ok(mailbox(shop)?.find(id).await.map_err(AppError::internal)?.ok_or(AppError::NotFound)?)
}

async fn json(State(shop): State<Arc<Shop>>, Query(filter): Query<Filter>) -> Result<Response, Problem> {
    Ok((PRIVATE, Json(list(&shop, filter.to).await?)).into_response())
}

async fn index(State(shop): State<Arc<Shop>>, Query(filter): Query<Filter>) -> Result<Response, Problem> {
    let to = filter.to.unwrap_or_default();
    let found = list(&shop, Some(to.clone())).await?;
    let items: String = found.iter().map(item).collect();
    let items =
        if found.is_empty() { "<p class=\"empty\">No messages yet.</p>".into() } else { format!("<ol>{items}</ol>") };
    let body = format!(
        "<h1>Mailbox</h1><p>What the shop would have sent: without <code>SMTP_URL</code> it stays here.</p>\
         <form><label>To <input type=\"email\" name=\"to\" value=\"{}\" placeholder=\"everyone\"></label> \
         <button>Show</button></form>{items}",
        escape(&to)
    );
    Ok(page(&shop, "Mailbox", &body))
}

fn item(kept: &Kept) -> String {
    let (id, subject, to, at) = (kept.id, escape(&kept.subject), escape(&kept.to), messages::date_and_time(kept.at));
    format!("<li><a href=\"/dev/mail/{id}\">{subject}</a><span>{to}</span><time>{at}</time></li>")
}

async fn show(State(shop): State<Arc<Shop>>, Path(id): Path<String>) -> Result<Response, Problem> {
    let kept = find(&shop, &id).await?;
    let headers = [
        ("From", &kept.from),
        ("To", &kept.to),
        ("Date", &messages::date_and_time(kept.at)),
        ("Message-ID", &kept.message_id),
    ];
    let headers: String =
        headers.iter().map(|(name, value)| format!("<dt>{name}</dt><dd>{}</dd>", escape(value))).collect();
    let subject = escape(&kept.subject);
    let body = format!(
        "<p><a href=\"/dev/mail\">All messages</a></p><h1>{subject}</h1><dl>{headers}</dl>\
         <h2>Text</h2><pre>{}</pre><h2>HTML</h2>\
         <iframe sandbox=\"\" title=\"HTML version\" src=\"/dev/mail/{}/html\"></iframe>",
        with_links(&kept.text, &shop.config.base_url),
        kept.id
    );
    Ok(page(&shop, &subject, &body))
}

/// The HTML of a message alone, as its frame shows it: nothing runs, nothing is loaded.
async fn html(State(shop): State<Arc<Shop>>, Path(id): Path<String>) -> Result<Response, Problem> {
    let kept = find(&shop, &id).await?;
    let policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox; base-uri 'none'; form-action 'none'; \
        frame-ancestors 'self'";
    let framed = [(header::CONTENT_SECURITY_POLICY, policy), (header::X_FRAME_OPTIONS, "SAMEORIGIN")];
    Ok((PRIVATE, framed, Html(kept.html)).into_response())
}

/// Text as HTML, in which addresses within the shop, and no others, are links.
fn with_links(text: &str, base_url: &str) -> String {
    let word = |word: &str| {
        let escaped = escape(word);
        let rest = word.strip_prefix(base_url);
        let ours = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
        if ours { format!("<a href=\"{escaped}\">{escaped}</a>") } else { escaped }
    };
    let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ");
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

const PRIVATE: [(HeaderName, &str); 3] = [
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("x-robots-tag"), "noindex"),
    (header::REFERRER_POLICY, "no-referrer"),
];

const STYLE: &str = "\
    :root{color-scheme:light dark;--paper:#f7f4ee;--surface:#fffdf9;--ink:#14212e;--quiet:#55606a;--line:#ddd5c6;\
        --accent:#b8331d;--on-accent:#fffaf5}\
    @media(prefers-color-scheme:dark){:root{--paper:#111a23;--surface:#18232e;--ink:#f1efe9;--quiet:#a7b1b8;\
        --line:#2d3a46;--accent:#f2765a;--on-accent:#1b0d08}}\
    body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:0 auto;padding:2rem 1.25rem;color:var(--ink);\
        background:var(--paper)}\
    h1{font:600 1.8rem/1.2 Rockwell,Georgia,serif;margin:.5rem 0;overflow-wrap:anywhere}\
    h2{font-size:1rem;margin:1.5rem 0 .5rem}\
    a{color:var(--accent)}\
    a:focus-visible,button:focus-visible,input:focus-visible{outline:3px solid #4a90d9;outline-offset:2px}\
    form{margin:1.25rem 0}\
    input,button{font:inherit;padding:.5rem .75rem;border:1px solid var(--line);border-radius:3px;\
        background:var(--surface);color:inherit}\
    button{background:var(--accent);color:var(--on-accent);border-color:transparent;cursor:pointer}\
    ol{list-style:none;margin:0;padding:0;background:var(--surface);border:1px solid var(--line);border-radius:3px}\
    li{display:flex;flex-wrap:wrap;gap:.25rem 1rem;padding:.8rem 1rem}\
    li+li{border-top:1px solid var(--line)}\
    li a{flex:1 1 100%;font-weight:600;overflow-wrap:anywhere}\
    li span{flex:1}\
    li span,li time,dt,.empty{color:var(--quiet)}\
    dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}\
    dd{margin:0;overflow-wrap:anywhere}\
    pre,iframe{box-sizing:border-box;width:100%;margin:0;padding:1rem;background:var(--surface);\
        border:1px solid var(--line);border-radius:3px}\
    pre{font:15px/1.5 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}\
    iframe{height:38rem;padding:0}";

fn page(shop: &Shop, title: &str, body: &str) -> Response {
    let nonce = shop.random.token();
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style nonce=\"{nonce}\">{STYLE}</style></head>\
         <body><main>{body}</main></body></html>"
    );
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; frame-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    (PRIVATE, [(header::CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_into_the_shop_can_be_clicked() {
        let base = "https://shop.example";
        let linked = |word: &str| with_links(word, base).contains("<a ");
        assert!(linked("https://shop.example") && linked("https://shop.example/verify?a=1&b=2"));
        assert_eq!(
            with_links("Open:\nhttps://shop.example/?a=1&b=\"2\" now", base),
            "Open:\n<a href=\"https://shop.example/?a=1&amp;b=&quot;2&quot;\">\
             https://shop.example/?a=1&amp;b=&quot;2&quot;</a> now"
        );
        for foreign in [
            "https://shop.example.evil.example/",
            "https://shop.example@evil.example/",
            "http://shop.example/",
            "javascript:alert(1)",
            "//shop.example/",
        ] {
            assert!(!linked(foreign), "{foreign}");
        }
    }
}
