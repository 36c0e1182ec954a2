//! Ironmonger: a complete online shop in one program.
//!
//! The crate is compiled twice. With feature `ssr` it is the server: it renders every page, keeps the stock and takes
//! the orders. With feature `hydrate` it is the page in the browser: the reactive cart, wishlist and search.

// The views of a page are one nested type.
#![recursion_limit = "256"]

pub mod account;
pub mod admin;
pub mod app;
pub mod cart;
pub mod catalog;
pub mod checkout;
pub mod domain;
pub mod error;
pub mod messages;
pub mod messaging;
pub mod orders;
pub mod payments;
pub mod promotions;
pub mod reviews;
pub mod search;
pub mod shop;
pub mod ui;
pub mod wishlist;

#[cfg(feature = "ssr")]
pub mod db;
#[cfg(feature = "ssr")]
pub mod server;

/// Brings the page the server sent to life.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    ui::early::watch();
    search::ui::clicks::watch();
    leptos::mount::hydrate_lazy(app::App);
}
