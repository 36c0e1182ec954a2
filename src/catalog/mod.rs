//! Products, variants, categories, prices and stock; how they come in (import) and go out (export); the product page.

pub mod api;
#[cfg(feature = "ssr")]
pub mod artwork;
#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
pub mod import;
#[cfg(feature = "ssr")]
mod palette;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod store;
pub mod ui;
