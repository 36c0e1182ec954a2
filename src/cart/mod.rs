//! The cart: rows of the server, shown at once in the browser, and usable by plain forms.

pub mod api;
#[cfg(feature = "ssr")]
pub mod codes;
#[cfg(feature = "ssr")]
pub mod service;
pub mod state;
#[cfg(feature = "ssr")]
pub mod store;
pub mod ui;
