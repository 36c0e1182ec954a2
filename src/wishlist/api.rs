//! What the browser may do with the wishlist of its visitor.

use crate::{cart::api::Summary, domain::wishlist::Wishlist, error::AppError};
use leptos::prelude::*;

/// The visitor's wishlist. For everybody, about themselves.
#[server(prefix = "/_fn", endpoint = "wishlist/show", input = leptos::server_fn::codec::GetUrl)]
pub async fn get_wishlist() -> Result<Wishlist, AppError> {
    let (shop, visitor) = (crate::server::use_shop(), crate::server::use_visitor());
    super::service::view(&shop, &visitor).await
}

/// A list that was shared. For whoever has its link.
#[server(prefix = "/_fn", endpoint = "wishlist/shared", input = leptos::server_fn::codec::GetUrl)]
pub async fn get_shared_wishlist(token: String) -> Result<Wishlist, AppError> {
    super::service::view_shared(&crate::server::use_shop(), &token).await
}

/// Saves a SKU (or takes it off the list again). For whoever has the form's token.
#[server(prefix = "/_fn", endpoint = "wishlist/save")]
pub async fn save_to_wishlist(csrf: String, sku: String, saved: bool) -> Result<Wishlist, AppError> {
    let (shop, visitor) = crate::server::authorise(&csrf)?;
    if saved {
        super::service::save(&shop, &visitor, &sku).await?;
    } else {
        super::service::forget(&shop, &visitor, &sku).await?;
    }
    super::service::view(&shop, &visitor).await
}

/// Moves one SKU of the list into the cart, or all of them (an empty `sku`). For whoever has the form's token.
#[server(prefix = "/_fn", endpoint = "wishlist/move")]
pub async fn move_to_cart(csrf: String, sku: String) -> Result<(Wishlist, Summary), AppError> {
    let (shop, visitor) = crate::server::authorise(&csrf)?;
    super::service::move_to_cart(&shop, &visitor, Some(sku.as_str()).filter(|sku| !sku.is_empty())).await?;
    let summary = crate::cart::service::summary(&shop, &visitor).await?;
    Ok((super::service::view(&shop, &visitor).await?, summary))
}

/// Makes a link to the list, or takes it back. For whoever has the form's token.
#[server(prefix = "/_fn", endpoint = "wishlist/share")]
pub async fn share_wishlist(csrf: String, shared: bool) -> Result<Wishlist, AppError> {
    let (shop, visitor) = crate::server::authorise(&csrf)?;
    super::service::share(&shop, &visitor, shared).await?;
    super::service::view(&shop, &visitor).await
}
