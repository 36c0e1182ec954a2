//! The shop's rules, and nothing else: no database, no web framework, no clock, no randomness.
//!
//! Both builds compile this module, so a price or a facet count is worked out by the same code in the
//! browser and in the transaction that takes the money. Whatever changes from run to run (now, a random
//! id, a row) is passed in.

pub mod account;
pub mod address;
pub mod cart;
pub mod catalog;
pub mod country;
pub mod ids;
pub mod money;
pub mod order;
pub mod payment;
pub mod place;
pub mod pricing;
pub mod promotion;
pub mod rate;
pub mod review;
pub mod search;
pub mod shipping;
pub mod tax;
pub mod text;
pub mod timestamp;
pub mod wishlist;
