//! Products, variants, categories, prices and stock; how they come in (import) and go out (export); the product page.

#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
pub mod import;
