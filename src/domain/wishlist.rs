//! What a shopper wants to come back to.

use super::{catalog::Availability, money::Money};
use serde::{Deserialize, Serialize};

/// The most things a list may hold.
pub const MAX_ITEMS: usize = 500;

/// A thing on a list, as it is sold now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WishlistItem {
    pub sku: String,
    pub handle: String,
    pub title: String,
    pub options: Vec<String>,
    pub picture: String,
    pub price: Money,
    /// What it cost when it was saved, when that was more.
    pub dropped_from: Option<Money>,
    pub availability: Availability,
    /// The shop no longer sells it.
    pub gone: bool,
}

impl WishlistItem {
    /// Product and options, "Sea Shirt, M, Blue".
    #[must_use]
    pub fn name(&self) -> String {
        std::iter::once(&self.title).chain(&self.options).map(String::as_str).collect::<Vec<_>>().join(", ")
    }
}

/// A list.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Wishlist {
    pub items: Vec<WishlistItem>,
    /// The address others can see it at, while it is shared.
    pub shared_at: Option<String>,
}
