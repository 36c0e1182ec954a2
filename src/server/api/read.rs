//! Reading requests: whatever cannot be read becomes a problem, never a panic or a 5xx.

use super::problem::Problem;
use crate::error::AppError;
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::IntoResponse,
};
use serde::de::DeserializeOwned;

/// The body of a call as it came, for the `Idempotency-Key`.
pub struct RawBody(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for RawBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        require_json(request.headers())?;
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection: BytesRejection| {
            let status = rejection.into_response().status();
            Problem::malformed(status, "The body could not be read, or is too large.")
        })?;
        Ok(Self(bytes))
    }
}

/// The one variable part of a call's address. What cannot be read names nothing.
pub struct Segment(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Segment {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::from_request_parts(parts, state).await;
        path.map(|Path(segment)| Self(segment)).map_err(|_| AppError::NotFound.into())
    }
}

fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    let is_json = kind.eq_ignore_ascii_case("application/json") || kind.to_ascii_lowercase().ends_with("+json");
    if is_json {
        Ok(())
    } else {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Err(Problem::malformed(status, "The Content-Type must be application/json."))
    }
}

impl RawBody {
    /// The body as JSON. A field that is missing or of the wrong kind is named.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let mut json = serde_json::Deserializer::from_slice(&self.0);
        let parsed = T::deserialize(&mut json).and_then(|parsed| json.end().map(|()| parsed));
        parsed.map_err(|error| Problem::malformed(StatusCode::BAD_REQUEST, format!("Not what was expected: {error}")))
    }
}
