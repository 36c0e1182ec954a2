//! `Idempotency-Key`: a call is carried out once per key, and its answer kept for 24 hours.
//!
//! The key is claimed by inserting its row; whoever finds the row there replays the answer, or is told that the call
//! is under way. A claim that never came to an answer (the node died) is taken over after a while: placing an order
//! is then safe, because the order itself bears the key.

use super::problem::Problem;
use crate::{
    db::{Conn, Tx, execute, fetch},
    domain::timestamp::Timestamp,
    error::AppError,
    server::state::Shop,
};
use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use std::{future::Future, time::Duration};

/// How long an answer is kept.
pub const KEPT: i64 = Timestamp::DAY;
/// After that long without an answer the call is taken to have died.
const LEASE: i64 = 30 * Timestamp::SECOND;
/// How long to wait for the other call with the same key.
const PATIENCE: Duration = Duration::from_secs(10);
const LOOK_AGAIN: Duration = Duration::from_millis(50);
const LONGEST_KEY: usize = 255;
const UNDER_WAY: i64 = 0;

/// Carries a call out, or replays the answer it got before. `call` is given the key, if there is one.
pub async fn once<F>(
    shop: &Shop,
    scope: &str,
    headers: &HeaderMap,
    body: &[u8],
    call: impl FnOnce(Option<String>) -> F,
) -> Response
where
    F: Future<Output = Result<Response, Problem>>,
{
    let key = match key_of(headers) {
        Ok(Some(key)) => key,
        Ok(None) => return answer(call(None).await),
        Err(problem) => return problem.into_response(),
    };
    let hash = shop.signer.request_hash(scope, body);
    match claim(shop, &key, &hash).await {
        Ok(Claim::Mine { since }) => {
            let result = call(Some(key.clone())).await;
            let is_final = result.as_ref().err().is_none_or(Problem::is_final);
            finish(shop, (&key, since), answer(result), is_final).await
        }
        Ok(Claim::Answered(response)) => response,
        Err(error) => Problem::from(error).into_response(),
    }
}

fn answer(result: Result<Response, Problem>) -> Response {
    result.unwrap_or_else(IntoResponse::into_response)
}

fn key_of(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    match value.to_str().map(str::trim) {
        Ok(key) if !key.is_empty() && key.len() <= LONGEST_KEY => Ok(Some(key.to_owned())),
        _ => Err(AppError::InvalidParameter { name: "Idempotency-Key".into() }.into()),
    }
}

enum Claim {
    /// Since when it is ours. Who takes it over after us has another time.
    Mine {
        since: i64,
    },
    Answered(Response),
}

#[derive(sqlx::FromRow)]
struct KeyRow {
    request_hash: Vec<u8>,
    status: i64,
    body: String,
    created_at: i64,
}

/// Makes the key ours, or waits for the answer of whoever has it.
async fn claim(shop: &Shop, key: &str, hash: &[u8]) -> Result<Claim, AppError> {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let now = shop.clock.now();
        let mut tx = shop.db.begin().await?;
        if insert_key(&mut tx, key, hash, now.0).await? {
            tx.commit().await?;
            return Ok(Claim::Mine { since: now.0 });
        }
        let row = find_key(&mut tx.conn(), key).await?;
        drop(tx);
        match row {
            Some(row) if row.created_at < now.plus(-KEPT).0 => delete_key(shop, key, row.created_at).await?,
            Some(row) if row.request_hash != hash => return Err(AppError::IdempotencyMismatch),
            Some(row) if row.status != UNDER_WAY => return Ok(Claim::Answered(replay(&row))),
            Some(row) if row.created_at < now.plus(-LEASE).0 => delete_key(shop, key, row.created_at).await?,
            Some(_) if tokio::time::Instant::now() >= deadline => return Err(AppError::IdempotencyInProgress),
            Some(_) => tokio::time::sleep(LOOK_AGAIN).await,
            None => {}
        }
    }
}

fn replay(row: &KeyRow) -> Response {
    let status = u16::try_from(row.status).ok().and_then(|s| StatusCode::from_u16(s).ok());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if status.is_success() { "application/json" } else { "application/problem+json" };
    let mut response = (status, [(header::CONTENT_TYPE, kind)], row.body.clone()).into_response();
    response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
    response
}

/// Keeps the answer, unless somebody has taken the call over meanwhile; one that is our fault, or that says to ask again,
/// is not kept, so that the call can be tried again.
async fn finish(shop: &Shop, claim: (&str, i64), response: Response, is_final: bool) -> Response {
    let (parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let kept = if parts.status.is_server_error() || !is_final {
        delete_key(shop, claim.0, claim.1).await
    } else {
        keep(shop, claim, parts.status, &String::from_utf8_lossy(&bytes)).await
    };
    if let Err(error) = kept {
        tracing::error!(%error, "the answer to an idempotent call was not kept");
    }
    Response::from_parts(parts, Body::from(bytes))
}

async fn insert_key(tx: &mut Tx, key: &str, hash: &[u8], now: i64) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "INSERT INTO idempotency_keys (key, request_hash, status, body, created_at) VALUES ($1, $2, $3, '', $4)
        ON CONFLICT (key) DO NOTHING",
        key,
        hash,
        UNDER_WAY,
        now
    )?;
    Ok(done == 1)
}

async fn find_key(conn: &mut Conn<'_>, key: &str) -> sqlx::Result<Option<KeyRow>> {
    fetch!(
        conn,
        optional as KeyRow,
        "SELECT request_hash, status, body, created_at FROM idempotency_keys WHERE key = $1",
        key
    )
}

/// Deletes a key that was claimed at that time, unless somebody has claimed it anew.
async fn delete_key(shop: &Shop, key: &str, created_at: i64) -> sqlx::Result<()> {
    let mut tx = shop.db.begin().await?;
    execute!(tx, "DELETE FROM idempotency_keys WHERE key = $1 AND created_at = $2", key, created_at)?;
    tx.commit().await
}

async fn keep(shop: &Shop, (key, since): (&str, i64), status: StatusCode, body: &str) -> sqlx::Result<()> {
    let mut tx = shop.db.begin().await?;
    let status = i64::from(status.as_u16());
    execute!(
        tx,
        "UPDATE idempotency_keys SET status = $3, body = $4 WHERE key = $1 AND created_at = $2",
        key,
        since,
        status,
        body
    )?;
    tx.commit().await
}

/// Forgets answers that nobody may ask for any more.
pub async fn delete_old_keys(shop: &Shop) -> sqlx::Result<()> {
    let mut tx = shop.db.begin().await?;
    execute!(tx, "DELETE FROM idempotency_keys WHERE created_at < $1", shop.clock.now().plus(-KEPT).0)?;
    tx.commit().await
}
