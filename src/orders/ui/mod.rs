//! The order page.

mod cancel;
mod live;
mod page;
mod parcels;
mod progress;
mod totals;

pub use page::OrderPage;
pub use totals::OrderTotals;
