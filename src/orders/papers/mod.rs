//! Papers of an order: the invoice, the credit note and the packing slip, as PDF.
//!
//! `invoice`, `credit` and `packing` are pure: they set what `data` holds onto pages and know neither database nor clock. They
//! set with `table` and `sheet`, which break lines and pages by the widths of `type_set`; `print` makes a file of the
//! pages, tagged for screen readers. `service` and `store` fetch the data and number the invoices.

pub mod code39;
pub mod credit;
pub mod data;
pub mod invoice;
pub mod packing;
mod print;
pub mod service;
pub mod sheet;
pub mod store;
mod table;
pub mod type_set;

#[cfg(test)]
mod tests;

pub use invoice::invoice;
pub use packing::packing_slip;
