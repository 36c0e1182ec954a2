//! What invoices, credit notes and packing slips say.

use crate::{domain::money::Money, orders::papers::data::Kind};

pub const FROM: &str = "From";
pub const BILL_TO: &str = "Bill to";
pub const SHIP_TO: &str = "Ship to";
pub const ISSUED: &str = "Date";
pub const ORDER: &str = "Order";
pub const ORDERED: &str = "Ordered";
pub const CORRECTS: &str = "For invoice";
pub const PAYMENT: &str = "Payment";
pub const DELIVERY: &str = "Delivery";
pub const ITEM: &str = "Item";
pub const QUANTITY: &str = "Quantity";
pub const UNIT_PRICE: &str = "Unit price";
pub const DISCOUNT: &str = "Discount";
pub const TAX: &str = "Tax";
pub const TAX_RATE: &str = "Tax rate";
pub const NET: &str = "Net";
pub const GROSS: &str = "Gross";
pub const INCLUDED_TAX: &str = "of which tax";
pub const DUE: &str = "Amount due";
pub const GIFT_CARD: &str = "Gift card";
pub const PACKING_SLIP: &str = "Packing slip";
pub const GIFT_CARD_CREDIT: &str = "Put back on the gift card";
pub const PAID_BACK: &str = "Paid back the way it was paid";
/// Between the parts of a line at the foot.
pub const BETWEEN: &str = "  ·  ";

#[must_use]
pub fn title(kind: Kind, number: &str) -> String {
    match kind {
        Kind::Invoice => format!("Invoice {number}"),
        Kind::CreditNote => format!("Credit note {number}"),
    }
}

#[must_use]
pub fn packing_title(order: &str) -> String {
    format!("Packing slip {order}")
}

/// At the top of every page but the first.
#[must_use]
pub fn running_head(shop: &str, title: &str) -> String {
    format!("{shop}{BETWEEN}{title}")
}

#[must_use]
pub fn page_of(page: usize, pages: usize) -> String {
    format!("Page {page} of {pages}")
}

#[must_use]
pub fn vat_id(id: &str) -> String {
    format!("VAT {id}")
}

/// The last column of a table of amounts, which say no currency themselves.
#[must_use]
pub fn amount_in(currency: &str) -> String {
    format!("Amount {currency}")
}

#[must_use]
pub fn total(kind: Kind) -> &'static str {
    match kind {
        Kind::Invoice => "Total",
        Kind::CreditNote => "Total credit",
    }
}

/// `000042`.
#[must_use]
pub fn number(number: i64) -> String {
    format!("{number:06}")
}

#[must_use]
pub fn payment_method(method: &str) -> &'static str {
    match method {
        "on_delivery" => "On delivery",
        "bank_transfer" => "Bank transfer",
        _ => "Card",
    }
}

#[must_use]
pub fn paid(method: &str) -> String {
    match method {
        "on_delivery" => "Paid on delivery",
        "bank_transfer" => "Paid by bank transfer",
        _ => "Paid by card",
    }
    .to_owned()
}

/// What a credit note is for.
#[must_use]
pub fn credited(order: &str) -> String {
    format!("Refund of order {order}")
}

/// A discount that the prices of the lines are after.
#[must_use]
pub fn discounted(name: &str, amount: Money) -> String {
    format!("{name}: {amount} off, in the amounts above.")
}

#[must_use]
pub fn options(options: &[String]) -> String {
    options.join(", ")
}

#[must_use]
pub fn options_and_sku(options: &[String], sku: &str) -> String {
    let options = options.iter().map(String::as_str).chain([sku]).filter(|part| !part.is_empty());
    options.collect::<Vec<_>>().join(BETWEEN)
}

/// An amount without its currency: `−1,299.00`.
#[must_use]
pub fn figure(money: Money) -> String {
    money.to_string().chars().filter(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | '−')).collect()
}

#[must_use]
pub fn ordered_on(date: &str) -> String {
    format!("Ordered {date}")
}

#[must_use]
pub fn arrives_on(day: &str) -> String {
    format!("To arrive by {day}")
}

/// What a bar code shows, for who cannot see it.
#[must_use]
pub fn bar_code(order: &str) -> String {
    format!("Bar code of order {order}")
}

#[must_use]
pub fn packed(lines: usize, units: u64) -> String {
    let lines = if lines == 1 { "1 line".to_owned() } else { format!("{lines} lines") };
    let units = if units == 1 { "1 item".to_owned() } else { format!("{units} items") };
    format!("{units} in {lines}")
}
