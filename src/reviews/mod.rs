//! What customers say about products.

#[cfg(feature = "ssr")]
pub mod store;
