//! Payments: attempts to pay an order, the gateway that takes the money, and what it tells us; money that goes back; how
//! long stock is held for money that has not come.
//!
//! An attempt is claimed in a transaction (with the order, when it is the first), then the gateway is called without
//! holding any lock, then its answer is recorded in another transaction. The answer may come more than once and by
//! more than one way (the call, the browser's return, a webhook, a later question): [`service::record`] takes each
//! attempt to its end once.

pub mod ui;
pub mod view;

#[cfg(feature = "ssr")]
pub mod gateway;
#[cfg(feature = "ssr")]
pub mod holds;
#[cfg(feature = "ssr")]
pub mod offer;
#[cfg(feature = "ssr")]
pub mod refunds;
#[cfg(feature = "ssr")]
pub mod sandbox;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod stripe;
