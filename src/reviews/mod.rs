//! What customers say about products.

pub mod api;
#[cfg(feature = "ssr")]
pub mod store;
