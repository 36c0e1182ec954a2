//! The server: settings, state, routes, background work.

pub mod api;
pub mod clock;
pub mod config;
pub mod events;
pub mod state;
pub mod tokens;
pub mod visitor;

use std::sync::Arc;

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
