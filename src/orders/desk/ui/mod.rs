//! Pages of the desk: the list of orders, and one order with all that can be done with it. Every action is a form that
//! works without JavaScript.

mod actions;
mod badges;
mod cancel_units;
mod filters;
mod list;
mod money;
mod order;
mod parcels;
mod refund;
mod ship;
mod step;
mod timeline;

pub use list::OrdersPage;
pub use order::DeskOrderPage;
