//! The order page.

mod page;

pub use page::OrderPage;
