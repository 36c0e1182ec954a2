//! Bodies that are too large: refused, and no more of them read than it takes to know.

use crate::{app::TestApp, stories};
use axum::{
    body::{Body, Bytes},
    http::{Request, StatusCode, header},
};
use futures::{StreamExt, stream};
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
const MEGABYTE: usize = 1 << 20;
const CHUNK: usize = 16 << 10;

/// Everything that reads a body, and the most it reads.
const DOORS: [(&str, &str, usize); 11] = [
    ("/_fn/cart/add", FORM, 64 << 10),
    ("/_fn/cart/set", FORM, 64 << 10),
    ("/_fn/checkout/place", FORM, 64 << 10),
    ("/_fn/orders/pay", FORM, 64 << 10),
    ("/_fn/wishlist/share", FORM, 64 << 10),
    ("/_fn/cart/add", JSON, 64 << 10),
    ("/api/v1/quote", JSON, 256 << 10),
    ("/api/v1/orders", JSON, 256 << 10),
    ("/api/v1/orders/AAAA-AAAA/payments?token=x", JSON, 256 << 10),
    ("/sandbox/challenge/00000000-0000-7000-8000-000000000000", FORM, 64 << 10),
    ("/webhooks/sandbox", JSON, 64 << 10),
];

/// Sends a body of that size in pieces: the status, and how much of it was read.
async fn send(app: &TestApp, path: &str, kind: &str, size: usize, tell: bool) -> (StatusCode, usize) {
    let read = Arc::new(AtomicUsize::new(0));
    let chunks = stream::iter(0..size / CHUNK).map({
        let read = read.clone();
        move |_| {
            read.fetch_add(CHUNK, Ordering::SeqCst);
            io::Result::Ok(Bytes::from_static(&[b'x'; CHUNK]))
        }
    });
    let mut request = Request::post(path).header(header::HOST, "localhost").header(header::CONTENT_TYPE, kind);
    if tell {
        request = request.header(header::CONTENT_LENGTH, size);
    }
    let answer = app.call(request.body(Body::from_stream(chunks)).unwrap()).await;
    (answer.status, read.load(Ordering::SeqCst))
}

stories! {
    async fn a_body_that_is_too_large_is_refused_and_hardly_read(app) {
        for (path, kind, limit) in DOORS {
            for size in [MEGABYTE, 100 * MEGABYTE] {
                let (status, read) = send(&app, path, kind, size, false).await;
                assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
                assert!(read <= limit + CHUNK, "{path}: {read}");
                assert_eq!(send(&app, path, kind, size, true).await.0, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
            }
        }
    }

    async fn what_takes_no_body_does_not_read_one(app) {
        for path in ["/", "/search", "/cart", "/art/x/y", "/healthz", "/api/v1/search", "/api/v1/nothing", "/_fn/nothing"] {
            let (status, read) = send(&app, path, JSON, 100 * MEGABYTE, false).await;
            assert!(status.is_client_error() && read <= (256 << 10) + CHUNK, "{path}: {status}, {read}");
        }
    }
}
