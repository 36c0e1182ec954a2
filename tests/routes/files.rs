//! Files and artwork: what is meant to be served, and nothing else.

use crate::stories;
use axum::{
    body::Body,
    http::{Request, StatusCode, Uri},
};

stories! {
    async fn files_of_the_site_are_served(app) {
        for (path, kind) in [("/robots.txt", "text/plain"), ("/pkg/ironmonger.css", "text/css"), ("/art/shirt/navy.svg", "image/svg+xml")] {
            let file = app.get(path).await;
            assert_eq!(file.status, StatusCode::OK, "{path}");
            assert!(file.header("content-type").starts_with(kind) && !file.header("cache-control").is_empty(), "{path}");
        }
        for path in ["/pkg/nothing.js", "/fonts/nothing.woff2", "/art/nothing/red.svg", "/art/shirt/red", "/art/shirt/red.png"] {
            assert_eq!(app.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }

    async fn a_file_has_one_name_only(app) {
        for coding in ["identity", "gzip, identity;q=0.5", "Identity", "br, gzip", "*"] {
            for (path, status) in [
                ("/pkg/ironmonger.css", StatusCode::OK),
                ("/pkg/ironmonger.css.zip", StatusCode::NOT_FOUND),
                ("/robots.txt.bak", StatusCode::NOT_FOUND),
            ] {
                let request = Request::get(path).header("accept-encoding", coding).body(Body::empty()).unwrap();
                assert_eq!(app.call(request).await.status, status, "{path} as {coding}");
            }
        }
    }

    async fn nothing_outside_the_site_is_served(app) {
        for climb in ["../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "....//", "%252e%252e%252f", "..%00/"] {
            for start in ["/pkg/", "/scenes/", "/fonts/", "/art/", "/art/shirt/", "/"] {
                for depth in 1..=4 {
                    let path = format!("{start}{}private.txt", climb.repeat(depth));
                    let Ok(address) = Uri::try_from(path.as_str()) else { continue };
                    let answer = app.call(Request::get(address).body(Body::empty()).unwrap()).await;
                    assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
                    assert!(!answer.text.contains("nobody's business"), "{path}");
                }
            }
        }
    }
}
