//! Addresses that somebody made up to do harm.

use crate::stories;
use axum::{
    body::Body,
    http::{Request, Uri},
};

/// Query strings of all kinds.
fn queries() -> Vec<String> {
    let mut queries: Vec<String> = [
        "q=%00",
        "q=%ff%fe",
        "q=%",
        "q=%zz",
        "q=%2",
        "%00=%00",
        "&&&",
        "=",
        "q",
        "q=a&q=b",
        "?q=?",
        "q=%0d%0aSet-Cookie:x",
        "price=1e99-NaN",
        "price=-",
        "price=--",
        "price=99999999999999999999-",
        "price=0-0",
        "price_min=x&price_max=-1",
        "page=0",
        "page=-1",
        "page=4294967296",
        "page=1e3",
        "page=1000000",
        "per_page=0",
        "per_page=100000",
        "rating=99",
        "sort=;drop%20table%20products",
        "sort=price%27",
        "category=../../etc",
        "category=%2F%2F",
        "brand=%00",
        "size=%00",
        "q=%D8%B4%D9%85%D9%8A%D8%B2",
        "q=%E2%80%AE%F0%9F%91%95",
        "q=%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7",
        "q=%22%27%3C%3E",
        "q=%3Cscript%3Ealert(1)%3C/script%3E",
        "q=a*%20OR%201=1",
        "q=%2B(%20AND",
        "q=title:%5B*%20TO%20*%5D",
        "q=~1~2%5E9",
        "in_stock=maybe",
        "on_sale=%00",
        "sku=%00",
        "all=%00",
        "token=%00",
        "__err=%00&__path=x",
        "__err=bm9uc2Vuc2U=",
    ]
    .map(str::to_owned)
    .into();
    queries.push(format!("q={}", "a".repeat(10_000)));
    queries.push(format!("q={}", "%F0%9F%91%95".repeat(900)));
    queries.push(format!("{}=1", "n".repeat(10_000)));
    queries.push("brand=x&".repeat(1_000));
    queries.push((0..1_000).map(|i| format!("n{i}=v{i}&")).collect());
    queries.push("price=1-2&".repeat(1_000));
    queries
}

stories! {
    async fn no_query_string_is_answered_with_an_error_of_ours(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let paths = ["/search", "/c/clothing", "/p/sea-shirt", "/cart", "/api/v1/search", "/api/v1/suggest", "/_fn/search/run", "/_fn/search/slice"];
        for query in queries() {
            for path in paths {
                let Ok(address) = Uri::try_from(format!("{path}?{query}")) else { continue };
                let answer = app.call(Request::get(address).body(Body::empty()).unwrap()).await;
                let shown = &query[..query.len().min(60)];
                assert!(answer.status.as_u16() < 500, "{} for {path}?{shown}", answer.status);
                let is_page = answer.header("content-type").starts_with("text/html");
                assert!(!is_page || !answer.text.contains("<script>alert(1)"), "{path}?{shown}");
            }
        }
    }

    async fn no_path_is_answered_with_an_error_of_ours(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let long = "a".repeat(5_000);
        for rest in ["%00", "%ff", "%2e%2e%2f%2e%2e%2f", "%F0%9F%91%95", "%E2%80%AE", "'", "a%20b", "sea-shirt%00", "//", "/./../", long.as_str()] {
            for start in [
                "/", "/p/", "/c/", "/c/clothing/", "/orders/", "/wishlist/shared/", "/art/", "/art/shirt/", "/art/shirt/red/", "/pkg/",
                "/_fn/", "/sandbox/challenge/", "/api/v1/", "/api/v1/products/", "/api/v1/orders/",
            ] {
                let Ok(address) = Uri::try_from(format!("{start}{rest}")) else { continue };
                let answer = app.call(Request::get(address).body(Body::empty()).unwrap()).await;
                assert!(answer.status.as_u16() < 500, "{} for {start}{rest:.60}", answer.status);
                if answer.status.is_client_error() && start.starts_with("/api/v1/") && rest.starts_with('%') {
                    assert_eq!(answer.header("content-type"), "application/problem+json", "{start}{rest}");
                }
            }
        }
    }

    async fn what_somebody_looked_for_is_written_down_whatever_it_was(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        for query in queries() {
            if let Ok(address) = Uri::try_from(format!("/api/v1/search?{query}")) {
                app.call(Request::get(address).body(Body::empty()).unwrap()).await;
            }
        }
        app.get("/api/v1/search?q=shirt").await;
        app.shop.searches.flush(&app.shop).await.unwrap();
        assert_eq!(app.number("SELECT COUNT(*) FROM searches WHERE text = 'shirt'").await, 1);
    }
}
