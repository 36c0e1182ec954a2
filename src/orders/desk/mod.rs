//! The staff's side of orders: lists that find one among a million, and everything that takes one from placed to
//! delivered.

pub mod api;
#[cfg(feature = "ssr")]
pub mod list;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
pub mod ui;
pub mod view;
