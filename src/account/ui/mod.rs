//! Pages of the account.

pub mod door;
pub mod pages;
pub mod passkey;
