//! `/orders/{number}/events?token=…`: tells an open order page when its order changes (server-sent events), for whoever
//! may see the page.

use super::client::ClientAddress;
use crate::{
    error::AppError,
    orders::{live, service as orders},
    server::{api::Problem, query_pairs, state::Shop, visitor::Visitor},
};
use axum::{
    extract::{Path, Request, State},
    http::request::Parts,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{StreamExt, stream};
use std::{convert::Infallible, sync::Arc, time::Duration};

/// A page that stays open longer asks again, and so shows again that it may.
const OPEN_FOR: Duration = Duration::from_secs(15 * 60);
/// Something is sent at least that often, so that nothing on the way takes the connection for dead.
const ALIVE_EVERY: Duration = Duration::from_secs(20);
/// How long a browser waits before it comes back.
const COME_BACK_AFTER: Duration = Duration::from_secs(3);
/// When who found no room may try again, in seconds.
const RETRY_AFTER: u64 = 30;

/// The stream. Its events are named `version`, the first says how the order is now.
pub async fn order(State(shop): State<Arc<Shop>>, Path(number): Path<String>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match watch(&shop, &number, &parts).await {
        Ok(watch) => stream_of(watch).into_response(),
        Err(error) => Problem::from(error).into_response(),
    }
}

async fn watch(shop: &Shop, number: &str, request: &Parts) -> Result<live::Watch, AppError> {
    let visitor = Visitor::of(&request.headers, shop);
    let pairs = query_pairs(request.uri.query());
    let token = pairs.iter().find(|(name, _)| name == "token").map_or("", |(_, value)| value.as_str());
    let order = orders::open_for(shop, &visitor, number, token).await?.get().id();
    let version = live::find_version(&mut shop.db.read().await?.conn(), order).await?;
    let client = ClientAddress::of(&request.extensions).network();
    shop.live.watch(order, client, version).map_err(|live::Full| AppError::TooManyRequests { retry_after: RETRY_AFTER })
}

fn stream_of(watch: live::Watch) -> impl IntoResponse {
    let event = |version: String| Event::default().event("version").retry(COME_BACK_AFTER).data(version);
    let events = stream::unfold(watch, move |mut watch| async move {
        let version = watch.next().await?;
        Some((Ok::<_, Infallible>(event(version)), watch))
    });
    let events = events.take_until(tokio::time::sleep(OPEN_FOR));
    Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE_EVERY))
}
