//! What is on a paper. Amounts are whole: nothing is calculated while it is set.

use crate::{
    domain::{
        money::Money,
        timestamp::{Day, Timestamp},
    },
    shop::info::Seller,
};

/// Which paper it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Invoice,
    /// Takes back an invoice, or a part of it.
    CreditNote,
}

/// An invoice or a credit note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invoice {
    pub kind: Kind,
    pub number: String,
    /// The invoice that a credit note takes back.
    pub corrects: Option<String>,
    pub order: String,
    pub issued: Timestamp,
    pub placed: Timestamp,
    /// The name of the shop.
    pub shop: String,
    pub seller: Seller,
    /// Nobody, after the person was erased.
    pub customer: Vec<String>,
    pub payment: String,
    pub delivery: String,
    pub lines: Vec<InvoiceLine>,
    /// From the goods to the total: what has to be added (or is taken off, below zero).
    pub sums: Vec<(String, Money)>,
    pub total: Money,
    /// Of the total, at each rate. Sums to what `sums` and the included tax say.
    pub taxes: Vec<TaxRow>,
    /// Tax that is within the prices.
    pub included_tax: Option<Money>,
    /// What was paid, or went back, line by line, taken off the total.
    pub payments: Vec<(String, Money)>,
    /// What is left to pay.
    pub due: Option<Money>,
    pub notes: Vec<String>,
}

/// A line as it was bought.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InvoiceLine {
    pub title: String,
    pub options: Vec<String>,
    pub sku: String,
    pub quantity: u32,
    pub unit_price: Money,
    /// What was taken off the whole line; nothing where nothing was.
    pub discount: Option<Money>,
    /// As text, `20 %`; nothing where no tax is known of.
    pub tax_rate: Option<String>,
    pub total: Money,
}

/// The tax of all that has one rate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TaxRow {
    /// `VAT 20 %`.
    pub name: String,
    pub net: Money,
    pub tax: Money,
}

/// What goes into a parcel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PackingSlip {
    pub order: String,
    pub placed: Timestamp,
    /// The name of the shop.
    pub shop: String,
    pub seller: Seller,
    pub recipient: Vec<String>,
    pub delivery: String,
    pub arrives: Option<Day>,
    pub lines: Vec<PackingLine>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PackingLine {
    pub sku: String,
    pub title: String,
    pub options: Vec<String>,
    pub quantity: u32,
}
