//! Ids as types of their own, so that a product's id never fits where an order's is wanted.
//!
//! All are UUIDs of version 7, made by the program and not by a database: they sort by time of making.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// A product, whatever its handle is called this week.
    ProductId,
    /// One variant of a product: the thing that has a SKU, a price and a stock.
    VariantId,
    /// A node of the category tree.
    CategoryId,
    /// Somebody with a browser: the owner of a cart and a wishlist, known by a cookie.
    ShopperId,
    /// A wishlist.
    WishlistId,
    /// An order, from the moment its stock is taken.
    OrderId,
    /// One attempt to pay an order.
    PaymentId,
    /// A promotion.
    PromotionId,
    /// Money that goes back to a customer.
    RefundId,
    /// Somebody who can sign in.
    AccountId,
    /// A browser that is signed in.
    SessionId,
    /// An address somebody keeps.
    AddressId,
    /// A passkey.
    PasskeyId,
    /// A copy of somebody's data.
    ExportId,
    /// A coupon of a promotion.
    CouponId,
    /// A gift card.
    GiftCardId,
    /// A giveaway.
    GiveawayId,
}
