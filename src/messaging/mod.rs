//! What the shop tells the outside. Here: the outbox, a row of which is written in the transaction it tells of.

#[cfg(feature = "ssr")]
pub mod outbox;
