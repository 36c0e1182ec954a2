//! The server: settings, state, routes, background work.

pub mod clock;
pub mod config;
