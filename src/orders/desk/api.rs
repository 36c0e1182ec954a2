//! What staff may ask and do about orders; `server::access` says whose role may.

use super::view::{ChosenLine, DeskOrder, OrderPage, Wanted};
use crate::{domain::order::Carrier, error::AppError};
use leptos::prelude::*;
use uuid::Uuid;

/// The orders that somebody looks for, a page of them.
#[server(prefix = "/_fn", endpoint = "desk/orders", input = leptos::server_fn::codec::GetUrl)]
pub async fn list_orders(#[server(default)] wanted: Wanted) -> Result<OrderPage, AppError> {
    let (shop, staff) = crate::server::use_staff().await?;
    super::list::page(&shop, &staff, wanted).await
}

/// An order with all that is needed to process it.
#[server(prefix = "/_fn", endpoint = "desk/order", input = leptos::server_fn::codec::GetUrl)]
pub async fn get_desk_order(number: String) -> Result<DeskOrder, AppError> {
    let (shop, staff) = crate::server::use_staff().await?;
    super::service::show(&shop, &staff, &number).await
}

/// Begins to pack an order.
#[server(prefix = "/_fn", endpoint = "desk/start")]
pub async fn start_order(csrf: String, number: String) -> Result<(), AppError> {
    let (shop, staff) = crate::server::authorise_staff(&csrf).await?;
    super::service::start(&shop, &staff, &number).await?;
    super::service::lead_back(&number, "started");
    Ok(())
}

/// Hands a parcel to a carrier: the lines that are named.
#[server(prefix = "/_fn", endpoint = "desk/ship")]
pub async fn ship_order(
    csrf: String,
    number: String,
    attempt: Uuid,
    carrier: Carrier,
    #[server(default)] tracking: String,
    #[server(default)] tracking_url: String,
    #[server(default)] lines: Vec<ChosenLine>,
) -> Result<(), AppError> {
    let (shop, staff) = crate::server::authorise_staff(&csrf).await?;
    let form = super::service::ShipForm { number, attempt, carrier, tracking, tracking_url, lines };
    super::service::ship(&shop, &staff, &form).await?;
    super::service::lead_back(&form.number, "shipped");
    Ok(())
}

/// Notes that a parcel is there.
#[server(prefix = "/_fn", endpoint = "desk/deliver")]
pub async fn deliver_parcel(csrf: String, number: String, shipment: Uuid) -> Result<(), AppError> {
    let (shop, staff) = crate::server::authorise_staff(&csrf).await?;
    super::service::deliver(&shop, &staff, &number, shipment).await?;
    super::service::lead_back(&number, "delivered");
    Ok(())
}

/// Ends an order of which nothing is on its way, and pays its money back.
#[server(prefix = "/_fn", endpoint = "desk/cancel")]
pub async fn cancel_for_shop(csrf: String, number: String, #[server(default)] why: String) -> Result<(), AppError> {
    let (shop, staff) = crate::server::authorise_staff(&csrf).await?;
    super::service::cancel(&shop, &staff, &number, &why).await?;
    super::service::lead_back(&number, "cancelled");
    Ok(())
}

/// Takes units out of an order that will not be sent; what they were paid with goes back where that is wanted.
#[server(prefix = "/_fn", endpoint = "desk/cancel_units")]
pub async fn cancel_units(
    csrf: String,
    number: String,
    attempt: Uuid,
    #[server(default)] lines: Vec<ChosenLine>,
    #[server(default)] restock: bool,
    #[server(default)] pay_back: bool,
    #[server(default)] why: String,
) -> Result<(), AppError> {
    let (shop, staff) = crate::server::authorise_staff(&csrf).await?;
    let form = super::service::CancelForm { number, attempt, lines, restock, pay_back, why };
    super::service::cancel_units(&shop, &staff, &form).await?;
    super::service::lead_back(&form.number, "units_cancelled");
    Ok(())
}

/// Pays money back: `what` is `rest`, `lines` or `amount`.
#[server(prefix = "/_fn", endpoint = "desk/refund")]
pub async fn refund_order(
    csrf: String,
    number: String,
    attempt: Uuid,
    what: String,
    #[server(default)] amount: String,
    #[server(default)] lines: Vec<ChosenLine>,
    #[server(default)] why: String,
) -> Result<(), AppError> {
    let (shop, staff) = crate::server::authorise_staff(&csrf).await?;
    let form = super::service::RefundForm { number, attempt, what, amount, lines, why };
    super::service::refund(&shop, &staff, &form).await?;
    super::service::lead_back(&form.number, "refunded");
    Ok(())
}

/// Notes that money has come past the gateway.
#[server(prefix = "/_fn", endpoint = "desk/receive")]
pub async fn receive_money(csrf: String, number: String) -> Result<(), AppError> {
    let (shop, staff) = crate::server::authorise_staff(&csrf).await?;
    super::service::receive(&shop, &staff, &number).await?;
    super::service::lead_back(&number, "received");
    Ok(())
}

/// Notes that somebody has paid back by hand what came by hand.
#[server(prefix = "/_fn", endpoint = "desk/paid_back")]
pub async fn pay_back(csrf: String, number: String, refund: Uuid) -> Result<(), AppError> {
    let (shop, staff) = crate::server::authorise_staff(&csrf).await?;
    super::service::pay_back(&shop, &staff, &number, refund).await?;
    super::service::lead_back(&number, "paid_back");
    Ok(())
}

/// Writes something that only staff read.
#[server(prefix = "/_fn", endpoint = "desk/note")]
pub async fn add_note(
    csrf: String,
    number: String,
    attempt: Uuid,
    #[server(default)] note: String,
) -> Result<(), AppError> {
    let (shop, staff) = crate::server::authorise_staff(&csrf).await?;
    super::service::add_note(&shop, &staff, &number, attempt, &note).await?;
    super::service::lead_back(&number, "noted");
    Ok(())
}

/// Sends the confirmation of an order again.
#[server(prefix = "/_fn", endpoint = "desk/resend")]
pub async fn resend_confirmation(csrf: String, number: String, attempt: Uuid) -> Result<(), AppError> {
    let (shop, staff) = crate::server::authorise_staff(&csrf).await?;
    super::service::resend_confirmation(&shop, &staff, &number, attempt).await?;
    super::service::lead_back(&number, "resent");
    Ok(())
}
