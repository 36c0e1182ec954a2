//! The product page.

mod gallery;
mod page;
mod pickers;
mod reviews;

pub use page::ProductPage;
