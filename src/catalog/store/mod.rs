//! Rows and SQL of the catalogue.

mod categories;
mod offers;
mod prices;
mod products;
mod stock;
mod write;

pub use categories::*;
pub use offers::*;
pub use prices::*;
pub use products::*;
pub use stock::*;
pub use write::*;
