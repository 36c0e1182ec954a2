//! Accounts: registering, signing in by password, one-time code or passkey, and what somebody keeps here.

pub mod api;
#[cfg(feature = "ssr")]
pub mod service;
pub mod ui;
pub mod view;
