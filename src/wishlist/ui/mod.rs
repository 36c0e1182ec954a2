//! The heart on every product, the link in the header, and the wishlist's page.

mod heart;
mod link;
mod page;

pub use heart::{SaveButton, Saved};
pub use link::WishlistLink;
pub use page::{SharedWishlistPage, WishlistPage};
