//! Addresses and what answers them: pages, server functions, the JSON API, artwork, files, health.

mod address;
mod art;
pub(super) mod bodies;
mod challenge;
pub mod client;
mod denial;
mod drafts;
mod export;
mod files;
mod functions;
mod health;
mod live;
mod mailbox;
mod packed;
mod pages;
mod papers;
mod plain;
mod refusal;
mod security;
mod shell;
mod stripe;
mod tickets;

use super::{api, limits::Limits, state::Shop};
use crate::messaging::mail::Postman;
use axum::{
    Router,
    extract::Request,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use leptos::config::LeptosOptions;
use std::{panic::AssertUnwindSafe, sync::Arc};
use tower_http::compression::{
    CompressionLayer, CompressionLevel,
    predicate::{NotForContentType, Predicate, SizeAbove},
};

/// Everything the server answers.
pub fn router(shop: Arc<Shop>, options: LeptosOptions) -> Router {
    // Rendering spawns tasks. An error only says that the executor is there already.
    let _ = any_spawner::Executor::init_tokio();
    let pages = pages::Pages::new(shop.clone(), options.clone());
    let mut router = Router::new()
        .route("/_fn/{*function}", any(functions::call))
        .route("/art/{drawing}/{file}", get(art::drawing))
        .route("/art/{drawing}/{colour}/detail.svg", get(art::close_up))
        .route("/account/export/{id}", get(export::download))
        .route("/giveaways/{slug}/tickets.txt", get(tickets::list))
        .route("/orders/{number}/events", get(live::order))
        .merge(papers::routes())
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready));
    if shop.config.is_playground() {
        router = router.merge(sandbox());
    }
    if shop.stripe.is_some() {
        router = router.merge(stripe::routes());
    }
    if let Postman::Mailbox(_) = shop.postman {
        router = router.merge(mailbox::routes(&shop));
    }
    let router = router.with_state(shop.clone()).merge(files::routes(&options)).fallback_service(pages.service());
    let router = router
        .nest("/api/v1", api::routes(shop.clone()))
        .layer(compression())
        .layer(middleware::from_fn(catch_panics))
        .layer(middleware::from_fn(to_its_end));
    with_limits(router, &shop)
        .layer(middleware::from_fn_with_state(shop.clone(), client::note))
        .layer(middleware::from_fn_with_state(shop, security::headers))
}

/// The gateway that takes no money.
fn sandbox() -> Router<Arc<Shop>> {
    Router::new()
        .route("/sandbox/challenge/{id}", get(challenge::show).post(challenge::answer))
        .route("/webhooks/sandbox", post(challenge::webhook))
        .route_layer(middleware::from_fn_with_state(functions::FORM, bodies::read))
}

/// Outside of everything that does work for a request.
fn with_limits(router: Router, shop: &Arc<Shop>) -> Router {
    if !shop.config.rate_limit {
        return router;
    }
    let gate = refusal::Gate { shop: shop.clone(), limits: Arc::new(Limits::new(shop.clock.clone())) };
    router.layer(middleware::from_fn_with_state(gate, refusal::gate))
}

/// Text is compressed on the way; files that were compressed when they were built are left as they are.
fn compression() -> CompressionLayer<impl Predicate> {
    // Events go out one by one: nothing waits until there is enough to compress.
    let worth_it = SizeAbove::new(860).and(NotForContentType::SSE).and(NotForContentType::IMAGES).or_svg();
    CompressionLayer::new().quality(CompressionLevel::Precise(4)).compress_when(worth_it)
}

trait OrSvg: Predicate + Sized {
    /// SVG is an image and yet text.
    fn or_svg(self) -> Svg<Self>;
}

impl<P: Predicate> OrSvg for P {
    fn or_svg(self) -> Svg<Self> {
        Svg(self)
    }
}

#[derive(Clone, Copy)]
struct Svg<P>(P);

impl<P: Predicate> Predicate for Svg<P> {
    fn should_compress<B: axum::body::HttpBody>(&self, response: &axum::http::Response<B>) -> bool {
        let kind = response.headers().get(axum::http::header::CONTENT_TYPE);
        kind.is_some_and(|kind| kind.as_bytes().starts_with(b"image/svg+xml")) || self.0.should_compress(response)
    }
}

/// What changes something is carried out to its end, also when whoever asked has hung up: else a payment would stop
/// between the bank and our books.
async fn to_its_end(request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    match tokio::spawn(next.run(request)).await {
        Ok(response) => response,
        Err(cause) => api::Problem::from(crate::error::AppError::internal(cause)).into_response(),
    }
}

/// A panic is our fault and costs one request, not the process.
async fn catch_panics(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let answered = futures::FutureExt::catch_unwind(AssertUnwindSafe(next.run(request))).await;
    answered.unwrap_or_else(|_| {
        tracing::error!(path, "panic while answering");
        api::Problem::from(crate::error::AppError::Internal).into_response()
    })
}
