//! Coupons and gift cards: why one cannot be used, and what is written with one.

use crate::domain::{money::Money, promotion::WhyNot};

pub const GIFT_CARD_HEADING: &str = "A gift card for you";
pub const GIFT_CARD_HOW: &str = "Enter this code at the checkout. What is left stays on the card for the next time.";

#[must_use]
pub fn gift_card(shop: &str, amount: Money) -> String {
    format!("This is a gift card of {shop} over {amount}. Its code:")
}

/// Why a promotion does not apply, in words.
#[must_use]
pub fn why_not(why: &WhyNot) -> String {
    match why {
        WhyNot::UnknownCode => "There is no coupon with this code.".to_owned(),
        WhyNot::NeedsCoupon => "It needs a coupon.".to_owned(),
        WhyNot::NotYet { from } => format!("It begins on {}.", crate::messages::date_and_time(*from)),
        WhyNot::Ended => "It has ended.".to_owned(),
        WhyNot::UsedUp => "It has been used as often as it can be.".to_owned(),
        WhyNot::UsedByYou => "You have used it as often as you can.".to_owned(),
        WhyNot::NotYours => "It is for other customers.".to_owned(),
        WhyNot::NotFirstOrder => "It is for a first order.".to_owned(),
        WhyNot::OtherPlace => "It does not apply where the order goes.".to_owned(),
        WhyNot::NothingFits => "Nothing in the cart is what it is about.".to_owned(),
        WhyNot::SpendMore { missing } => format!("Spend {missing} more on what it is about."),
        WhyNot::AddMore { missing: 1 } => "Add one more of what it is about.".to_owned(),
        WhyNot::AddMore { missing } => format!("Add {missing} more of what it is about."),
        WhyNot::OtherDelivery => "It does not apply to this way of delivery.".to_owned(),
        WhyNot::GiftGone => "The gift has run out.".to_owned(),
        WhyNot::BetterOffer { .. } => "Another offer is better, and only one of them applies.".to_owned(),
        WhyNot::Stopped { .. } => "It does not go together with another offer.".to_owned(),
        WhyNot::NothingLeft => "There is nothing left that it could take something off.".to_owned(),
        WhyNot::OtherCurrency => "It is in another currency.".to_owned(),
    }
}
