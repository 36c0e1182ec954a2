//! What the browser may ask about orders: whoever has an order's token, or owns it and has signed in, may see and pay it.

use super::view::{Order, Placed};
use crate::{domain::payment::CardNumber, error::AppError};
use leptos::prelude::*;

/// An order. For whoever has its token, or (without one) for its signed-in owner.
#[server(prefix = "/_fn", endpoint = "orders/show", input = leptos::server_fn::codec::GetUrl)]
pub async fn get_order(number: String, token: String) -> Result<Order, AppError> {
    let (shop, visitor) = (crate::server::use_shop(), crate::server::use_visitor());
    let order = super::service::open_for(&shop, &visitor, &number, &token).await?;
    super::service::view_page(&shop, order).await
}

/// Pays an order that waits for its money. For whoever may see it, and has the form's token.
#[server(prefix = "/_fn", endpoint = "orders/pay")]
pub async fn pay_order(
    csrf: String,
    number: String,
    token: String,
    #[server(default)] payment_method: String,
    #[server(default)] card: CardNumber,
    #[server(default)] expiry: String,
    #[server(default)] security_code: String,
    #[server(default)] stripe_card: String,
) -> Result<Placed, AppError> {
    let (shop, visitor) = crate::server::authorise(&csrf)?;
    let order = super::service::open_for(&shop, &visitor, &number, &token).await?;
    let method = payment_method;
    let form = crate::payments::offer::PayForm { method, number: card, expiry, security_code, stripe_card };
    let placed = super::service::pay_by_form(&shop, order, &token, &form).await?;
    crate::server::redirect_plain_form(&placed.next_action.clone().unwrap_or_else(|| placed.page()));
    Ok(placed)
}

/// Cancels an order, until somebody has begun to pack it. For whoever may see it, and has the form's token.
#[server(prefix = "/_fn", endpoint = "orders/cancel")]
pub async fn cancel_order(csrf: String, number: String, token: String) -> Result<(), AppError> {
    let (shop, visitor) = crate::server::authorise(&csrf)?;
    let order = super::service::open_for(&shop, &visitor, &number, &token).await?;
    let page = super::service::page_of(order.get(), &token, "cancelled");
    super::cancel::by_customer(&shop, order).await?;
    crate::server::redirect_plain_form(&page);
    Ok(())
}
