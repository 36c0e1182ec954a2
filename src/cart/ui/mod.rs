//! The cart's link in the header, its page, and what other pages show of it.

mod add;
mod coupon;
mod gifts;
mod link;
mod page;
mod summary;

pub use add::AddForm;
pub use coupon::CouponProblem;
pub use gifts::GiftLine;
pub use link::CartLink;
pub use page::CartPage;
pub use summary::{Delivery, QuoteTotals, Sums, Totals};
