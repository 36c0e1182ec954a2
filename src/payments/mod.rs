//! Payments: attempts to pay an order, the gateway that takes the money, and what it tells us.
//!
//! An attempt is claimed in a transaction (with the order, when it is the first), then the gateway is called without
//! holding any lock, then its answer is recorded in another transaction. The answer may come more than once and by
//! more than one way (the call, the browser's return, a webhook, a later question): [`service::record`] takes each
//! attempt to its end once.

pub mod gateway;
pub mod refunds;
pub mod sandbox;
pub mod service;
pub mod store;
