//! Promotions as stored things, their coupons, gift cards and giveaways. The rules are in `domain::promotion`; here is
//! what is written down, and how what is limited is claimed by orders and given back.

pub mod api;
#[cfg(feature = "ssr")]
pub mod claims;
#[cfg(feature = "ssr")]
pub mod codes;
#[cfg(feature = "ssr")]
pub mod coupons;
#[cfg(feature = "ssr")]
pub mod customers;
#[cfg(feature = "ssr")]
pub mod demo;
#[cfg(feature = "ssr")]
pub mod explain;
#[cfg(feature = "ssr")]
pub mod gift_cards;
#[cfg(feature = "ssr")]
pub mod giveaways;
#[cfg(feature = "ssr")]
pub mod known;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod store;
pub mod ui;
pub mod view;
