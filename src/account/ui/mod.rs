//! Pages of the account.

mod consent;
pub mod door;
pub mod pages;
pub mod passkey;

pub use consent::{ConsentBanner, provide_consent, use_consent};
