//! The order page.

mod page;
mod pay;

pub use page::OrderPage;
