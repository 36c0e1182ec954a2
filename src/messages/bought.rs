//! What an order comes to, in words: on invoices and in letters.

use crate::domain::money::Money;

pub const GOODS: &str = "Goods";
pub const GOODS_DISCOUNTED: &str = "Goods after discounts";
pub const DISCOUNTS: &str = "Discounts";
pub const FEES: &str = "Fees";
pub use super::prices::NOT_SENT;

#[must_use]
pub fn delivery(name: &str) -> String {
    format!("Delivery: {name}")
}

/// `VAT 20%`; what is not known is left out.
#[must_use]
pub fn tax(name: &str, rate: &str) -> String {
    let name = if name.is_empty() { "Tax" } else { name };
    format!("{name} {rate}").trim_end().to_owned()
}

/// `2 × Sea Shirt (M · Blue)`.
#[must_use]
pub fn units(count: u32, title: &str, options: &[String]) -> String {
    if options.is_empty() {
        format!("{count} × {title}")
    } else {
        format!("{count} × {title} ({})", options.join(" · "))
    }
}

/// What is still to do about an order that is not paid. `bank` is where a transfer goes, line by line.
#[must_use]
pub fn how_to_pay(method: &str, due: Money, bank: &[String], order: &str) -> Option<String> {
    match method {
        "bank_transfer" if bank.is_empty() => {
            Some(format!("Please transfer {due} to us and name the order, {order}, as the reference."))
        }
        "bank_transfer" => {
            Some(format!("Please transfer {due} to {} and name the order, {order}, as the reference.", bank.join(", ")))
        }
        "on_delivery" => Some(format!("{due} is to be paid to the carrier when the parcel is delivered.")),
        _ => None,
    }
}
