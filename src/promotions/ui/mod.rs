//! Pages of promotions.

mod giveaway;

pub use giveaway::GiveawayPage;
