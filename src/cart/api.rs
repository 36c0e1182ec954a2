//! What the browser may do with the cart of its visitor.

use crate::{domain::cart::Cart, error::AppError};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What every page shows of cart and wishlist.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Summary {
    /// What is in the cart: SKU and quantity.
    pub lines: Vec<(String, u32)>,
    /// The SKUs on the wishlist.
    pub saved: Vec<String>,
}

impl Summary {
    /// How many things are in the cart.
    #[must_use]
    pub fn items(&self) -> u32 {
        self.lines.iter().map(|(_, quantity)| quantity).sum()
    }
}

/// The cart after a change.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Changed {
    pub cart: Cart,
    /// The quantity was set to what there is.
    pub clamped: bool,
}

impl Changed {
    /// Where a browser without JavaScript goes next.
    #[must_use]
    pub fn page(&self) -> &'static str {
        if self.clamped { "/cart?clamped=1" } else { "/cart" }
    }
}

/// The visitor's cart and wishlist in short. For everybody, about themselves.
#[server(prefix = "/_fn", endpoint = "cart/summary", input = leptos::server_fn::codec::GetUrl)]
pub async fn get_summary() -> Result<Summary, AppError> {
    let (shop, visitor) = (crate::server::use_shop(), crate::server::use_visitor());
    super::service::summary(&shop, &visitor).await
}

/// The visitor's cart. For everybody, about themselves.
#[server(prefix = "/_fn", endpoint = "cart/show", input = leptos::server_fn::codec::GetUrl)]
pub async fn get_cart() -> Result<Cart, AppError> {
    let (shop, visitor) = (crate::server::use_shop(), crate::server::use_visitor());
    super::service::view(&shop, &visitor).await
}

/// Puts more of a SKU into the visitor's cart. For whoever has the form's token.
#[server(prefix = "/_fn", endpoint = "cart/add")]
pub async fn add_to_cart(csrf: String, sku: String, quantity: i64) -> Result<Changed, AppError> {
    let (shop, visitor) = crate::server::authorise(&csrf)?;
    let changed = super::service::add(&shop, &visitor, &sku, quantity).await?;
    crate::server::redirect_plain_form(changed.page());
    Ok(changed)
}

/// Sets how many of a SKU the visitor's cart holds. For whoever has the form's token.
#[server(prefix = "/_fn", endpoint = "cart/set")]
pub async fn set_quantity(csrf: String, sku: String, quantity: i64) -> Result<Changed, AppError> {
    let (shop, visitor) = crate::server::authorise(&csrf)?;
    let changed = super::service::set(&shop, &visitor, &sku, quantity).await?;
    crate::server::redirect_plain_form(changed.page());
    Ok(changed)
}

/// Enters a coupon in the visitor's cart, or takes it out when none is named. For whoever has the form's token.
#[server(prefix = "/_fn", endpoint = "cart/coupon")]
pub async fn set_coupon(csrf: String, #[server(default)] coupon: String) -> Result<Changed, AppError> {
    let (shop, visitor) = crate::server::authorise(&csrf)?;
    let changed = super::service::set_coupon(&shop, &visitor, &coupon).await?;
    crate::server::redirect_plain_form("/cart");
    Ok(changed)
}

/// Takes a SKU out of the visitor's cart. For whoever has the form's token.
#[server(prefix = "/_fn", endpoint = "cart/remove")]
pub async fn remove_from_cart(csrf: String, sku: String) -> Result<Changed, AppError> {
    let (shop, visitor) = crate::server::authorise(&csrf)?;
    let changed = super::service::remove(&shop, &visitor, &sku).await?;
    crate::server::redirect_plain_form("/cart");
    Ok(changed)
}
