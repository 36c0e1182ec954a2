//! Ironmonger: a complete online shop in one program.
//!
//! The crate is compiled twice. With feature `ssr` it is the server: it renders every page, keeps the stock and takes
//! the orders. With feature `hydrate` it is the page in the browser: the reactive cart, wishlist and search.

pub mod catalog;
pub mod domain;
pub mod error;

#[cfg(feature = "ssr")]
pub mod db;
#[cfg(feature = "ssr")]
pub mod server;
