//! What customers read about prices: discounts, codes, tax, and what changed.

use crate::domain::{
    money::Money,
    pricing::{Change, Changed, Discount, Quote, Reduced},
    promotion::WhyNot,
};

pub const DISCOUNT: &str = "Discount";
pub const FEES: &str = "Fees";
pub const TAX: &str = "Tax";
pub const TOTAL: &str = "Total";
pub const NOT_SENT: &str = "Items not sent";
pub const GIFT_CARD: &str = "Gift card";
pub const DUE: &str = "Left to pay";
pub const COUPON_CODE: &str = "Coupon code";
pub const GIFT_CARD_CODE: &str = "Gift card code";
pub const APPLY: &str = "Apply";
pub const UPDATE: &str = "Update total";
pub const CODES: &str = "Coupon or gift card";
pub const FREE: &str = "Free";
pub const GIFT: &str = "A gift";
pub const CHANGED: &str = "What it costs has changed since the page was made. Nothing was ordered yet.";
pub const CHANGED_TO: &str = "to";
pub const CONFIRM: &str = "If that is fine, place the order again.";
/// In place of a price.
pub const NOT_DELIVERED: &str = "Not available";
pub const NOT_THERE: &str = "not there";
pub const NOWHERE: &str = "We do not deliver to this country.";
pub const TOO_HEAVY: &str =
    "This is too heavy for every way of delivery we have there. Take something out of your cart, or order it in parts.";
/// To who placed an order and typed a code with it.
pub const PLACE_AGAIN: &str =
    "You have entered a code, so nothing was ordered yet. See what it does to the total, then place the order.";

/// "Remove coupon FRIENDS10".
#[must_use]
pub fn remove_coupon(code: &str) -> String {
    format!("Remove coupon {code}")
}

/// "Remove gift card ending in 7Q4N".
#[must_use]
pub fn remove_gift_card(last_four: &str) -> String {
    format!("Remove gift card ending in {last_four}")
}

/// "Coupon FRIENDS10".
#[must_use]
pub fn coupon(code: &str) -> String {
    format!("Coupon {code}")
}

#[must_use]
pub fn gift_card_ending_in(last_four: &str) -> String {
    format!("{GIFT_CARD} ending in {last_four}")
}

/// What a discount is called: "Ten percent off knitwear (FRIENDS10)".
#[must_use]
pub fn discount(discount: &Discount) -> String {
    match &discount.code {
        Some(code) => format!("{} ({code})", discount.label),
        None => discount.label.clone(),
    }
}

/// What it takes off: "−$5.00", or what comes with it.
#[must_use]
pub fn taken_off(discount: &Discount) -> String {
    match discount.from {
        Reduced::Gift => GIFT.to_owned(),
        Reduced::Goods | Reduced::Delivery => minus(discount.amount),
    }
}

/// "−$5.00".
#[must_use]
pub fn minus(amount: Money) -> String {
    format!("−{amount}")
}

/// "Includes VAT $4.20".
#[must_use]
pub fn includes(tax_name: &str, amount: Money) -> String {
    let name = if tax_name.is_empty() { TAX } else { tax_name };
    format!("Includes {name} {amount}")
}

/// "Reckoned for delivery to the United States."
#[must_use]
pub fn reckoned_for(quote: &Quote) -> String {
    let country = quote.destination.country.name();
    if quote.destination_assumed {
        format!("Reckoned for delivery to {country}; you say at the checkout where it goes.")
    } else {
        format!("Reckoned for delivery to {country}.")
    }
}

/// What it costs now, told to who does not see it: "Total $42.00".
#[must_use]
pub fn total(quote: &Quote) -> String {
    if quote.gift_card.amount > 0 {
        format!("{TOTAL} {}, {DUE} {}", quote.total, quote.due)
    } else {
        format!("{TOTAL} {}", quote.total)
    }
}

/// What changed: "Sea Shirt × 2", "Delivery". `name` is what a SKU is called.
#[must_use]
pub fn change(change: &Change, name: impl Fn(&str) -> String) -> String {
    match &change.what {
        Changed::Line { sku, from, to } if from == to || *to == 0 => name(sku),
        Changed::Line { sku, from: 0, to } => format!("{} × {to}", name(sku)),
        Changed::Line { sku, from, to } => format!("{}, {from} to {to}", name(sku)),
        Changed::Discount(label) => label.clone(),
        Changed::Delivery => super::cart::SHIPPING.to_owned(),
        Changed::Fees => FEES.to_owned(),
        Changed::Tax => TAX.to_owned(),
        Changed::GiftCard => GIFT_CARD.to_owned(),
        Changed::Total => TOTAL.to_owned(),
    }
}

/// An amount that was shown or is now; nothing where there was or is none.
#[must_use]
pub fn amount(amount: Option<Money>) -> String {
    amount.map_or_else(|| NOT_THERE.to_owned(), |amount| amount.to_string())
}

/// Why a coupon takes nothing off.
#[must_use]
pub fn why_not(why: &WhyNot) -> String {
    match why {
        WhyNot::UnknownCode | WhyNot::OtherCurrency | WhyNot::NeedsCoupon => {
            "We know no coupon with this code.".to_owned()
        }
        WhyNot::NotYet { from } => format!("This coupon can be used from {} on.", super::date(*from)),
        WhyNot::Ended => "This coupon can no longer be used.".to_owned(),
        WhyNot::UsedUp => "This coupon has been used as often as it can be.".to_owned(),
        WhyNot::UsedByYou => "You have used this coupon before.".to_owned(),
        WhyNot::NotYours => "This coupon is for other customers.".to_owned(),
        WhyNot::NotFirstOrder => "This coupon is for a first order.".to_owned(),
        WhyNot::OtherPlace => "This coupon is for orders that go elsewhere.".to_owned(),
        WhyNot::NothingFits => "Nothing in your cart is what this coupon is for.".to_owned(),
        WhyNot::SpendMore { missing } => format!("Add {missing} more of what this coupon is for."),
        WhyNot::AddMore { missing: 1 } => "Add one more of what this coupon is for.".to_owned(),
        WhyNot::AddMore { missing } => format!("Add {missing} more of what this coupon is for."),
        WhyNot::OtherDelivery => "This coupon is for another way of delivery.".to_owned(),
        WhyNot::GiftGone => "The gift that comes with this coupon has run out.".to_owned(),
        WhyNot::BetterOffer { .. } => "A better offer applies already; the coupon stays yours.".to_owned(),
        WhyNot::Stopped { .. } => "The coupon cannot be added to the offer that applies; it stays yours.".to_owned(),
        WhyNot::NothingLeft => "There is nothing left for this coupon to take off; it stays yours.".to_owned(),
    }
}
