//! The wishlist: one per shopper to begin with, private until it is shared by link.

pub mod api;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod store;
pub mod ui;
