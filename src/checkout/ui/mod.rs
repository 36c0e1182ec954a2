//! The checkout page.

mod card;
mod form;
mod page;

pub use card::CardFields;
pub use page::CheckoutPage;
