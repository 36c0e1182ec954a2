//! What the browser may ask about the shop as a whole.

use super::info::{Frame, Home};
use crate::error::AppError;
use leptos::prelude::*;

/// What surrounds every page. For everybody.
#[server(prefix = "/_fn", endpoint = "shop/frame", input = leptos::server_fn::codec::GetUrl)]
pub async fn get_frame() -> Result<Frame, AppError> {
    super::service::frame(&crate::server::use_shop()).await
}

/// What the home page shows. For everybody.
#[server(prefix = "/_fn", endpoint = "shop/home", input = leptos::server_fn::codec::GetUrl)]
pub async fn get_home() -> Result<Home, AppError> {
    super::service::home(&crate::server::use_shop()).await
}
