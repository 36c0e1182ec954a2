//! The checkout page.

mod form;
mod page;

pub use page::CheckoutPage;
