//! The server: settings, state, routes, background work.

pub mod access;
pub mod api;
pub mod authority;
pub mod backup;
pub mod cli;
pub mod clock;
pub mod config;
pub mod doctor;
pub mod events;
pub mod http;
pub mod jobs;
pub mod limits;
pub mod state;
pub mod tokens;
pub mod visitor;

use crate::error::AppError;
pub use authority::{authorise_customer, authorise_staff, use_any_staff, use_customer, use_staff};
use axum::serve::ListenerExt;
use clap::Parser;
use clock::{Clock, Random};
use state::{Shop, StartError};
use std::{net::SocketAddr, process::ExitCode, sync::Arc};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tracing_subscriber::EnvFilter;

/// What is logged where `RUST_LOG` says nothing.
pub const LOG_FILTER: &str = "info,tantivy=warn,sqlx=warn";

/// Runs the program: reads the command line and does what it says.
#[must_use]
pub fn run() -> ExitCode {
    let cli = cli::Cli::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(LOG_FILTER));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(cli::run(cli)),
        Err(error) => {
            eprintln!("ironmonger: {error}");
            ExitCode::FAILURE
        }
    }
}

impl AppError {
    /// Logs a cause that is nobody's business but ours.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "internal error");
        Self::Internal
    }
}

/// Serves until it is asked to stop (Ctrl-C or SIGTERM), and then finishes what it has begun.
pub async fn serve(config: config::Config) -> Result<(), StartError> {
    let options = config.leptos_options();
    let shop = Arc::new(Shop::open(config, Clock::System, Random::System).await?);
    shop.seed_if_empty().await?;
    jobs::recover_at_start(&shop).await.map_err(std::io::Error::other)?;
    let listener = TcpListener::bind(shop.config.addr).await.map_err(|cause| {
        std::io::Error::other(format!("LEPTOS_SITE_ADDR: {} cannot be listened on: {cause}", shop.config.addr))
    })?;
    tracing::info!("{} is at {}", shop.info.load().name, shop.config.base_url);
    let jobs = jobs::start(&shop);
    let app = http::router(shop.clone(), options);
    // Without TCP_NODELAY small answers wait 40 ms for an ACK.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    let live = shop.live.clone();
    let serving = axum::serve(listener, app).with_graceful_shutdown(async move {
        asked_to_stop().await;
        // Streams would never end by themselves.
        live.close();
    });
    tokio::select! {
        served = serving.into_future() => served?,
        failed = shop.run_search() => failed?,
    }
    drop(jobs);
    let (searches, events) = (shop.searches.flush(&shop).await, shop.events.flush(&shop).await);
    Ok(searches.and(events)?)
}

async fn asked_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    let Ok(mut terminated) = signal(SignalKind::terminate()) else { return drop(interrupted.await) };
    tokio::select! {
        _ = interrupted => {}
        _ = terminated.recv() => {}
    }
    tracing::info!("stopping");
}

/// The shop, within a server function or while a page is rendered.
#[must_use]
pub fn use_shop() -> Arc<state::Shop> {
    leptos::prelude::expect_context()
}

/// Who is asking, within a server function or while a page is rendered.
#[must_use]
pub fn use_visitor() -> visitor::Visitor {
    leptos::prelude::expect_context()
}

/// The address of who is asking, within a server function or while a page is rendered.
#[must_use]
pub fn use_client() -> http::client::ClientAddress {
    let parts: axum::http::request::Parts = leptos::prelude::expect_context();
    http::client::ClientAddress::of(&parts.extensions)
}

/// Who is asking, if the request came from one of our own forms: the beginning of every function that changes
/// something.
pub fn authorise(form_token: &str) -> Result<(Arc<state::Shop>, visitor::Verified), AppError> {
    let shop = use_shop();
    let visitor = use_visitor().verify(form_token, &shop)?;
    Ok((shop, visitor))
}

/// What a sign-in notes of the request.
pub struct RequestDetails {
    pub address: std::net::IpAddr,
    /// "Firefox on Linux".
    pub device: String,
}

/// Where the request comes from and what sent it, within a server function.
#[must_use]
pub fn request_details() -> RequestDetails {
    let parts: axum::http::request::Parts = leptos::prelude::expect_context();
    let agent = parts.headers.get(axum::http::header::USER_AGENT).and_then(|value| value.to_str().ok());
    RequestDetails {
        address: use_client().network(),
        device: crate::account::service::sessions::device(agent.unwrap_or_default()),
    }
}

/// Gives the browser another cookie along with the answer of a server function.
pub fn give_cookie(visitor: &visitor::Visitor) {
    let response: leptos_axum::ResponseOptions = leptos::prelude::expect_context();
    if let Some(cookie) = visitor.cookie(&use_shop().config) {
        response.append_header(axum::http::header::SET_COOKIE, cookie);
    }
}

/// Makes the browser a stranger.
pub fn forget_cookie(shop: &state::Shop) {
    give_cookie(&visitor::Visitor::new(shop));
}

/// Sends a form without JavaScript on to a page. With JavaScript the page stays where it is.
pub fn redirect_plain_form(to: &str) {
    use axum::http::{HeaderValue, StatusCode, header, request::Parts};
    let (parts, response): (Parts, leptos_axum::ResponseOptions) =
        (leptos::prelude::expect_context(), leptos::prelude::expect_context());
    let accept = parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
    if accept.contains("text/html")
        && let Ok(to) = HeaderValue::from_str(to)
    {
        response.set_status(StatusCode::SEE_OTHER);
        response.insert_header(header::LOCATION, to);
    }
}

/// The pairs of a query string, percent-decoded; what is not UTF-8 is replaced.
#[must_use]
pub fn query_pairs(query: Option<&str>) -> Vec<(String, String)> {
    crate::domain::text::query_pairs(query.unwrap_or(""))
}
