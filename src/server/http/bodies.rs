//! Bodies of requests: each is read whole before its handler runs, within a size and a time.
//!
//! The time is for the body alone: an answer may take as long as it needs to stream.

use crate::server::api::Problem;
use axum::{
    body::{Body, HttpBody},
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use std::time::Duration;

/// How much of a body is read, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    pub bytes: usize,
    pub time: Duration,
}

impl Patience {
    /// So many bytes, within half a minute.
    #[must_use]
    pub const fn for_bytes(bytes: usize) -> Self {
        Self { bytes, time: Duration::from_secs(30) }
    }

    /// The request with its body in memory. One that says itself that it is too large is not read at all.
    pub async fn read(self, request: Request) -> Result<Request, Problem> {
        let (parts, body) = request.into_parts();
        if body.is_end_stream() {
            return Ok(Request::from_parts(parts, body));
        }
        let late = || Problem::malformed(StatusCode::REQUEST_TIMEOUT, "The body took too long to arrive.");
        let bytes = tokio::time::timeout(self.time, collect(body, self.bytes)).await.map_err(|_| late())??;
        Ok(Request::from_parts(parts, Body::from(bytes)))
    }
}

async fn collect(body: Body, limit: usize) -> Result<Bytes, Problem> {
    let too_large = || Problem::malformed(StatusCode::PAYLOAD_TOO_LARGE, "The body is too large.");
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    let (mut chunks, mut bytes) = (body.into_data_stream(), BytesMut::new());
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Problem::malformed(StatusCode::BAD_REQUEST, "The body broke off."))?;
        if bytes.len() + chunk.len() > limit {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// Reads the bodies of a route.
pub async fn read(State(patience): State<Patience>, request: Request, next: Next) -> Response {
    match patience.read(request).await {
        Ok(request) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;
    use futures::{Stream, stream};
    use std::{
        io,
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
    };

    const SMALL: Patience = Patience { bytes: 1000, time: Duration::from_millis(50) };

    async fn read(body: Body) -> Result<Bytes, u16> {
        let request = SMALL.read(Request::new(body)).await.map_err(|problem| problem.status)?;
        Ok(to_bytes(request.into_body(), usize::MAX).await.unwrap())
    }

    fn chunks(count: usize) -> impl Stream<Item = io::Result<Bytes>> {
        stream::iter(0..count).map(|_| Ok(Bytes::from_static(&[b'x'; 100])))
    }

    #[tokio::test]
    async fn a_body_that_fits_is_read_whole() {
        assert_eq!(read(Body::empty()).await.unwrap().len(), 0);
        assert_eq!(read(Body::from("x".repeat(1000))).await.unwrap().len(), 1000);
        assert_eq!(read(Body::from_stream(chunks(10))).await.unwrap().len(), 1000);
    }

    #[tokio::test]
    async fn no_more_is_read_of_one_that_is_too_large() {
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = chunks(1_000_000).inspect({
            let asked = asked.clone();
            move |_| {
                asked.fetch_add(1, Ordering::SeqCst);
            }
        });
        assert_eq!(read(Body::from_stream(counted)).await, Err(413));
        assert_eq!(asked.load(Ordering::SeqCst), 11);
        assert_eq!(read(Body::from("x".repeat(1001))).await, Err(413));
    }

    #[tokio::test]
    async fn one_that_does_not_come_is_given_up() {
        let stuck = chunks(1).chain(stream::pending());
        assert_eq!(read(Body::from_stream(stuck)).await, Err(408));
        let dripping = stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(10)).await;
            Some((io::Result::Ok(Bytes::from_static(b"x")), ()))
        });
        assert_eq!(read(Body::from_stream(dripping)).await, Err(408));
    }

    #[tokio::test]
    async fn one_that_breaks_off_is_no_request() {
        let broken = chunks(1).chain(stream::iter([Err(io::ErrorKind::ConnectionReset.into())]));
        assert_eq!(read(Body::from_stream(broken)).await, Err(400));
    }
}
