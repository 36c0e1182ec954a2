//! What an order costs: [`price`], one pure function from a basket and the shop's price book to a quote that explains
//! itself. The cart in the browser and the transaction that places the order call the same.
//!
//! Every sum is checked, and `total = goods − discount + shipping + fees + tax` holds to the cent: each amount is
//! rounded once, where it is shown, and sums are sums of what is shown.

mod basket;
mod book;
mod changes;
mod delivery;
mod lanes;
mod price;
mod quote;
mod savings;
mod settings;
mod taxes;

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod promoting;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use basket::{Basket, BasketLine, MAX_LINES, MAX_QUANTITY, Quantity};
pub use book::{Fee, Gift, PriceBook};
pub use changes::{Change, Changed, Shown};
pub use price::price;
pub use quote::{Discount, EnteredCoupon, Explanation, FeeLine, LineDiscount, Quote, QuoteLine, Reduced, TaxLine};
pub use settings::{ClassRule, PriceSettings};

use super::money::MoneyError;

/// Why there is no quote.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PricingError {
    #[error(transparent)]
    Money(#[from] MoneyError),
    #[error("there is no such shipping method")]
    UnknownShippingMethod,
    #[error("a price is below nothing")]
    NegativePrice,
}
