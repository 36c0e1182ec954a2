//! Search: the index that finds words, the table that filters and counts, the page and its address.

pub mod api;
#[cfg(feature = "ssr")]
pub mod engine;
#[cfg(feature = "ssr")]
mod index;
#[cfg(feature = "ssr")]
pub mod insights;
#[cfg(feature = "ssr")]
pub mod load;
#[cfg(feature = "ssr")]
pub mod record;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod snapshot;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod suggest;
#[cfg(feature = "ssr")]
pub mod synonyms;
#[cfg(feature = "ssr")]
mod tokens;
pub mod ui;
#[cfg(feature = "ssr")]
mod view;
#[cfg(feature = "ssr")]
mod vocabulary;
