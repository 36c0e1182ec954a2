//! Checkout: one page from cart to paid order, and the service behind it that the JSON API shares.

#[allow(clippy::too_many_arguments)] // The arguments of a server function are the fields of a form.
pub mod api;
#[cfg(feature = "ssr")]
pub mod basket;
#[cfg(feature = "ssr")]
pub mod claim;
#[cfg(feature = "ssr")]
pub mod drafts;
pub mod form;
#[cfg(feature = "ssr")]
pub mod service;
pub mod ui;
#[cfg(feature = "ssr")]
pub mod web;
