//! Search: what a shopper may ask for, the table of products it is asked of, and the answer.
//!
//! [`criteria`] reads and writes the address (`?q=…&brand=…`), [`table`] holds all products as columns of small
//! integers with the SKUs of one product side by side, [`evaluate`] filters, counts, sorts and pages. Finding and
//! ranking words is not done here: whoever has a text index passes in a score per product. A [`slice`] is as much of
//! the table as a browser needs to go on by itself; [`page`] is what both make of an answer.
//!
//! Invariants, on which everything else leans:
//! - a criterion about a SKU (an option, price, stock, sale) holds on one and the same SKU;
//! - values of one facet are alternatives, different facets narrow each other;
//! - a facet is counted with its own choice left out, and counts are of products, never of SKUs.

pub mod closest;
pub mod criteria;
pub mod evaluate;
pub mod facets;
pub mod page;
mod plan;
#[cfg(feature = "ssr")]
pub mod reading;
pub mod results;
pub mod segment;
pub mod slice;
pub mod table;

pub use criteria::{BadParameter, Criteria, PriceRange, Sort};
pub use results::{Facet, FacetValue, Hit, PriceSpan, Results, Understood};
pub use slice::Slice;
pub use table::{Change, Record, SkuRecord, Table, TableWriter};

#[cfg(test)]
mod tests;
