//! The shop as a whole: its name, its texts, its menu, its home page, and the demo shop that fills an empty one.

pub mod api;
pub mod info;
#[cfg(feature = "ssr")]
pub mod prices;
#[cfg(feature = "ssr")]
pub mod seed;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod store;
pub mod ui;
