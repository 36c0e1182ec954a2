//! The pages.

use super::{MISSING, PAGES};
use crate::stories;
use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use ironmonger::server::{
    clock::{Clock, Random},
    http,
    state::Shop,
};
use std::sync::Arc;
use tower::ServiceExt;

stories! {
    async fn pages_answer_and_unknown_ones_are_real_404s(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        for (paths, status) in [(&PAGES[..], StatusCode::OK), (&MISSING[..], StatusCode::NOT_FOUND)] {
            for path in paths {
                let page = app.get(path).await;
                assert_eq!((page.status, page.header("content-type")), (status, "text/html; charset=utf-8"), "{path}");
                assert!(page.text.contains("</html>"), "{path}");
            }
        }
    }

    async fn a_page_is_only_read(app) {
        for path in ["/", "/search", "/cart", "/checkout", "/p/sea-shirt"] {
            let head = app.call(Request::head(path).body(Body::empty()).unwrap()).await;
            assert_ne!(head.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
            for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
                let request = Request::builder().method(method.clone()).uri(path).body(Body::empty()).unwrap();
                assert_eq!(app.call(request).await.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            }
        }
    }

    async fn a_parameter_that_means_nothing_is_left_out_with_a_notice(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        let page = app.get("/search?price=abc&page=0&sort=sideways&utm_source=mail").await;
        assert_eq!(page.status, StatusCode::OK);
        for name in ["price", "page", "sort"] {
            assert!(page.text.contains(&format!("The filter {name} ")), "{name}");
        }
        assert!(!page.text.contains("The filter utm_source") && page.text.contains("Sea Shirt"));
    }

    async fn a_page_past_the_end_is_no_error(app) {
        app.with_shirt(&[("S", "S", "78.00", 5)]).await;
        assert_eq!(app.get("/search?page=99").await.status, StatusCode::OK);
        assert_eq!(app.get("/api/v1/search?page=99").await.json()["hits"], serde_json::json!([]));
    }

    async fn the_shop_says_when_it_is_ready(app) {
        for path in ["/healthz", "/readyz"] {
            let answer = app.get(path).await;
            assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, "ok"), "{path}");
        }
    }

    async fn a_shop_whose_index_is_not_there_yet_is_alive_but_not_ready(app) {
        let shop = Shop::open(app.shop.config.clone(), Clock::System, Random::System).await.unwrap();
        let options = shop.config.leptos_options();
        let router = http::router(Arc::new(shop), options);
        for (path, status) in [("/healthz", StatusCode::OK), ("/readyz", StatusCode::SERVICE_UNAVAILABLE)] {
            let answer = router.clone().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(answer.status(), status, "{path}");
        }
    }
}
