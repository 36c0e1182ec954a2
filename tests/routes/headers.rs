//! What every answer carries to keep browsers safe.

use super::{MISSING, PAGES};
use crate::{
    app::{Answer, Engine, TestApp},
    stories,
};
use ironmonger::domain::account::Role;
use std::{process::Command, sync::OnceLock};

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
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ];
    for (name, value) in expected {
        assert_eq!(answer.header(name), value, "{name} of {path}");
    }
    let permissions = answer.header("permissions-policy");
    for permission in
        ["camera=()", "geolocation=()", "publickey-credentials-get=(self)", "publickey-credentials-create=(self)"]
    {
        assert!(permissions.contains(permission), "{path}: {permissions}");
    }
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
    let rest = policy.replace("'wasm-unsafe-eval'", "");
    assert!(!rest.contains("unsafe") && !rest.contains('*'), "{path}: {policy}");
}

/// Nothing in the page needs more than its policy allows.
fn is_obedient(path: &str, page: &Answer) {
    let nonce = nonce(page);
    assert!(nonce.len() >= 16, "{path}");
    for tag in page.text.split('<').skip(1).filter_map(|tag| tag.split('>').next()) {
        if tag.starts_with("script") {
            let own = tag.contains("src=\"/") && !tag.contains("src=\"//");
            assert!(own || tag.contains(&format!("nonce=\"{nonce}\"")), "{path}: <{tag}>");
        }
        let inline = tag.starts_with("style") || tag.contains(" style=\"") || has_handler(tag);
        assert!(!inline || tag.starts_with("style nonce="), "{path}: <{tag}>");
    }
}

/// Whether a tag says what to do when something happens (` onclick=`, ` onfocus=`…).
fn has_handler(tag: &str) -> bool {
    let names = tag.split(' ').skip(1).filter_map(|attribute| attribute.split_once('='));
    names
        .into_iter()
        .any(|(name, _)| name.len() > 2 && name.starts_with("on") && name.bytes().all(|b| b.is_ascii_lowercase()))
}

/// An address of every route of the shop's, with what is there in these tests. A new route wants a new one.
fn example(route: &str, order: &str) -> String {
    match route {
        "/c/{*path}" => "/c/clothing".into(),
        "/p/{handle}" => "/p/sea-shirt".into(),
        "/orders/{number}" => order.into(),
        "/wishlist/shared/{token}" => "/wishlist/shared/x".into(),
        "/admin/orders/{number}" => format!("/admin{}", order.split('?').next().unwrap_or_default()),
        "/giveaways/{slug}" => "/giveaways/nothing".into(),
        whole if !whole.contains(['{', ':', '*']) => whole.into(),
        other => panic!("a route without an example: {other}"),
    }
}

/// Set in the process that only lists the routes.
const LISTING: &str = "TEST_LISTS_ROUTES";

/// All routes there are, by the router itself. To list them it walks through the pages and lets no data load meanwhile,
/// anywhere in the process: pages that other tests wait for would never come. So another process does it.
fn every_route() -> &'static [String] {
    static ROUTES: OnceLock<Vec<String>> = OnceLock::new();
    ROUTES.get_or_init(|| {
        let listing = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "routes::headers::the_router_knows_its_pages", "--nocapture"])
            .env(LISTING, "1")
            .output()
            .unwrap();
        let text = String::from_utf8(listing.stdout).unwrap();
        text.lines().filter_map(|line| line.strip_prefix("route ")).map(str::to_owned).collect()
    })
}

#[tokio::test]
async fn the_router_knows_its_pages() {
    if std::env::var_os(LISTING).is_none() {
        let routes = every_route();
        assert!(routes.len() >= 24, "{routes:?}");
        return;
    }
    // On a line of its own, whatever the harness has begun to say.
    println!();
    leptos_axum::generate_route_list(ironmonger::app::App).iter().for_each(|route| println!("route {}", route.path()));
}

/// An address of each.
fn every_page(order: &str) -> Vec<String> {
    every_route().iter().map(|route| example(route, order)).collect()
}

async fn challenge(app: &TestApp) -> String {
    let placed = app.place(&[("S", 1)], "4000002500003155").await.json();
    placed["next_action"]["url"].as_str().unwrap().strip_prefix("http://localhost:3000").unwrap().to_owned()
}

/// An address whose answers are somebody's own.
const PERSONAL: [&str; 14] = [
    "/account",
    "/account/orders",
    "/account/privacy",
    "/admin",
    "/login",
    "/register",
    "/checkout",
    "/orders/AAAA-AAAA",
    "/orders/AAAA-AAAA?token=x",
    "/%6frders/AAAA-AAAA",
    "/_fn/cart/show",
    "/_fn/cart/summary",
    "/_fn/nothing",
    "/api/v1/orders/AAAA-AAAA?token=x",
];

#[tokio::test]
async fn by_tls_everything_is_held_to_it() {
    let app = TestApp::start_with(Engine::Sqlite, &[("SHOP_BASE_URL", "https://shop.example")]).await.unwrap();
    for path in
        PAGES.iter().chain(&MISSING).copied().chain(["/api/v1/search", "/healthz", "/_fn/nothing", "/robots.txt"])
    {
        let answer = app.get(path).await;
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000; includeSubDomains", "{path}");
        let is_page = answer.header("content-type").starts_with("text/html");
        let policy = answer.header("content-security-policy");
        assert_eq!(policy.ends_with("; upgrade-insecure-requests"), is_page, "{path}: {policy}");
        if is_page {
            is_obedient(path, &answer);
        }
    }
    let page = app.get("/").await;
    let cookie = page.header("set-cookie");
    assert!(cookie.starts_with("__Host-visitor=") && cookie.ends_with("; Secure"), "{cookie}");
    assert!(cookie.contains("; Path=/;") && !cookie.to_ascii_lowercase().contains("domain"), "{cookie}");
}

stories! {
    async fn without_tls_nothing_speaks_of_it(app) {
        let page = app.get("/").await;
        assert_eq!(page.header("strict-transport-security"), "");
        assert!(!page.header("content-security-policy").contains("upgrade-insecure-requests"));
    }

    async fn what_is_somebodys_own_is_kept_by_nobody(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let order = app.placed(&[("S", 1)], "4242424242424242").await;
        let order = format!("/orders/{}?token={}", order.0, order.1);
        for path in PERSONAL.into_iter().chain([order.as_str()]) {
            let answer = app.get(path).await;
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
            assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        }
        for form in ["/_fn/cart/add", "/_fn/checkout/place", "/_fn/nothing", "/api/v1/orders"] {
            assert_eq!(app.post_form(form, "").await.header("cache-control"), "no-store", "{form}");
        }
    }

    async fn an_address_that_opens_something_is_told_to_no_other_site(app) {
        for path in ["/wishlist/shared/x", "/search?token=x", "/nowhere?a=b&token="] {
            assert_eq!(app.get(path).await.header("referrer-policy"), "same-origin", "{path}");
        }
        for path in ["/", "/search?q=token", "/wishlist", "/cart", "/api/v1/search"] {
            let answer = app.get(path).await;
            assert_eq!(answer.header("referrer-policy"), "strict-origin-when-cross-origin", "{path}");
        }
    }

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

    /// Whatever they are told: the page, that they have to sign in, that it is not for them.
    async fn so_does_every_page_there_is_whoever_asks(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let order = app.placed(&[("S", 1)], "4242424242424242").await;
        let order = format!("/orders/{}?token={}", order.0, order.1);
        let owner = app.colleague("owner@shop.example", Role::Owner).await;
        let customer = app.customer("Ada", "ada@example.com").await;
        for mut browser in [app.browser(), customer, owner] {
            for path in every_page(&order) {
                let page = browser.get(&path).await;
                is_safe(&path, &page);
                if page.header("content-type").starts_with("text/html") && !page.status.is_redirection() {
                    is_obedient(&path, &page);
                }
            }
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
