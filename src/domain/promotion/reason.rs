//! What became of a promotion, for the customer's eyes and for the shop's dry run.

use crate::domain::{ids::PromotionId, money::Money, timestamp::Timestamp};
use serde::{Deserialize, Serialize};

/// Why a promotion did not apply, or a coupon cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyNot {
    /// There is no such coupon.
    UnknownCode,
    /// Only with a coupon, and none for it was entered.
    NeedsCoupon,
    NotYet {
        from: Timestamp,
    },
    Ended,
    /// As often as it could be used, it was.
    UsedUp,
    /// By this customer.
    UsedByYou,
    /// For other customers.
    NotYours,
    NotFirstOrder,
    /// Not where the order goes.
    OtherPlace,
    /// Nothing in the cart is what it is about.
    NothingFits,
    /// So much more of those goods would do.
    SpendMore {
        missing: Money,
    },
    /// So many more units would do.
    AddMore {
        missing: u64,
    },
    /// Not with the chosen way of delivery.
    OtherDelivery,
    /// The gift has run out.
    GiftGone,
    /// Another one of its lane is better.
    BetterOffer {
        by: PromotionId,
    },
    /// An earlier one says that none comes after it.
    Stopped {
        by: PromotionId,
    },
    /// What it would take something off costs nothing any more.
    NothingLeft,
    /// It is made out in another currency than the shop's.
    OtherCurrency,
}

impl WhyNot {
    /// What it is told by in the API.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::UnknownCode => "unknown_code",
            Self::NeedsCoupon => "needs_coupon",
            Self::NotYet { .. } => "not_yet",
            Self::Ended => "ended",
            Self::UsedUp => "used_up",
            Self::UsedByYou => "used_by_you",
            Self::NotYours => "not_yours",
            Self::NotFirstOrder => "not_first_order",
            Self::OtherPlace => "other_place",
            Self::NothingFits => "nothing_fits",
            Self::SpendMore { .. } => "spend_more",
            Self::AddMore { .. } => "add_more",
            Self::OtherDelivery => "other_delivery",
            Self::GiftGone => "gift_gone",
            Self::BetterOffer { .. } => "better_offer",
            Self::Stopped { .. } => "stopped",
            Self::NothingLeft => "nothing_left",
            Self::OtherCurrency => "other_currency",
        }
    }
}

/// What became of a promotion.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It took so much off goods or delivery; a gift takes nothing off.
    Applied {
        amount: Money,
    },
    Not(WhyNot),
}
