//! Orders: snapshots of what was bought, their history, and the page their buyer sees.

pub mod api;
#[cfg(feature = "ssr")]
pub mod bought;
#[cfg(feature = "ssr")]
pub mod papers;
#[cfg(feature = "ssr")]
pub mod release;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod store;
pub mod ui;
pub mod view;
