//! The shop's price book, put together from its settings and its promotions.

use super::store;
use crate::{
    db::Conn,
    domain::{place::Place, pricing::PriceBook, shipping::ShippingZone},
    error::AppError,
    server::state::Shop,
};

/// The book as it is now.
pub async fn book(shop: &Shop, conn: &mut Conn<'_>) -> Result<PriceBook, AppError> {
    let methods = store::list_shipping_methods(conn, shop.currency).await?;
    let zone = ShippingZone { name: String::new(), places: vec![Place::Everywhere], methods };
    Ok(PriceBook { zones: vec![zone], ..PriceBook::empty(shop.currency) })
}
