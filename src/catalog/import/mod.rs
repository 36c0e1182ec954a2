//! Bringing in products in Shopify's CSV layout.
//!
//! [`records`] cuts the file into rows, also where a quote is left open; [`row`] reads a row's fields; [`group`]
//! gathers the rows of a product; [`plan`] compares them with what the shop has; [`apply`] writes the difference.
//! A file streams through in small transactions: some hundred products are in memory at a time, a bad row never
//! stops the good ones, and a file that says what the shop already holds changes nothing.

mod apply;
mod columns;
mod existing;
mod group;
mod plan;
mod records;
mod report;
mod row;
mod run;

pub use columns::Column;
pub use report::{Effect, Problem, Report, Summary};
pub use run::{Context, ImportError, import};
