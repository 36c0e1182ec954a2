//! What the browser may ask about products.

use crate::{domain::catalog::ProductPage, error::AppError};
use leptos::prelude::*;

/// A product with everything its page shows. For everybody.
#[server(prefix = "/_fn", endpoint = "catalog/product", input = leptos::server_fn::codec::GetUrl)]
pub async fn get_product(handle: String) -> Result<ProductPage, AppError> {
    let shop = crate::server::use_shop();
    super::service::product_page(&shop, &handle).await
}
