//! What every answer carries to keep browsers safe.

use super::{MISSING, PAGES};
use crate::{
    app::{Answer, TestApp},
    stories,
};

/// The policy's nonce.
fn nonce(page: &Answer) -> String {
    let policy = page.header("content-security-policy");
    let (_, rest) = policy.split_once("'nonce-").unwrap_or_else(|| panic!("no nonce: {policy}"));
    rest.split_once('\'').unwrap().0.to_owned()
}

fn is_safe(path: &str, answer: &Answer) {
    let expected = [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "strict-origin-when-cross-origin"),
        ("cross-origin-opener-policy", "same-origin"),
    ];
    for (name, value) in expected {
        assert_eq!(answer.header(name), value, "{name} of {path}");
    }
    assert!(answer.header("permissions-policy").contains("camera=()"), "{path}");
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
    assert!(
        !policy.contains("unsafe-inline") && !policy.contains("unsafe-eval'; script") && !policy.contains('*'),
        "{path}"
    );
}

/// Nothing in the page needs more than its policy allows.
fn is_obedient(path: &str, page: &Answer) {
    let nonce = nonce(page);
    assert!(nonce.len() >= 16, "{path}");
    for tag in page.text.split('<').skip(1).filter_map(|tag| tag.split('>').next()) {
        if tag.starts_with("script") {
            assert!(tag.contains("src=\"/") || tag.contains(&format!("nonce=\"{nonce}\"")), "{path}: <{tag}>");
        }
        let inline = tag.starts_with("style")
            || tag.contains(" style=\"")
            || tag.contains(" onclick=")
            || tag.contains(" onload=");
        assert!(!inline || tag.starts_with("style nonce="), "{path}: <{tag}>");
    }
}

async fn challenge(app: &TestApp) -> String {
    let placed = app.place(&[("S", 1)], "4000002500003155").await.json();
    placed["next_action"]["url"].as_str().unwrap().strip_prefix("http://localhost:3000").unwrap().to_owned()
}

stories! {
    async fn every_page_tells_the_browser_what_it_may_do(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let order = app.placed(&[("S", 1)], "4242424242424242").await;
        let order = format!("/orders/{}?token={}", order.0, order.1);
        for path in PAGES.iter().chain(&MISSING).copied().chain([order.as_str()]) {
            let page = app.get(path).await;
            is_safe(path, &page);
            is_obedient(path, &page);
            assert_ne!(nonce(&page), nonce(&app.get(path).await), "{path}");
        }
    }

    async fn the_banks_page_is_as_strict(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let path = challenge(&app).await;
        let page = app.get(&path).await;
        is_safe(&path, &page);
        is_obedient(&path, &page);
    }

    async fn other_answers_are_safe_as_well(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        for path in ["/api/v1/search", "/api/v1/nothing", "/api/v1/products/x", "/healthz", "/_fn/nothing", "/_fn/cart/show"] {
            is_safe(path, &app.get(path).await);
        }
        is_safe("too large", &app.post_form("/_fn/cart/add", &"x".repeat(100_000)).await);
    }

    async fn the_cookie_is_for_the_shop_alone(app) {
        let page = app.get("/").await;
        let cookie = page.header("set-cookie");
        assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax") && cookie.contains("; Path=/"), "{cookie}");
    }
}
