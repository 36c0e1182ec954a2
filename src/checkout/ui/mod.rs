//! The checkout page.

mod codes;
mod form;
mod page;
mod refusal;
mod state;

pub use page::CheckoutPage;
