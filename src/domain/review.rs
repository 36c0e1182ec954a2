//! What a customer says about a product.

use super::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// A review.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Review {
    /// 1 to 5 stars.
    pub rating: u8,
    pub title: String,
    pub body: String,
    pub author: String,
    pub created_at: Timestamp,
}

/// The newest reviews of a product, and how the stars of all of them fall.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Reviews {
    pub newest: Vec<Review>,
    /// How many gave one star, two… to five.
    pub stars: [u32; 5],
}
