//! What staff may do about the shop itself. Each needs a role that may; `server::access` says which.

use crate::{
    account::view::{AuditPage, Colleague, Desk},
    domain::account::Role,
    error::AppError,
};
use leptos::prelude::*;

/// What a member of staff sees first. For all staff.
#[server(prefix = "/_fn", endpoint = "admin/desk", input = leptos::server_fn::codec::GetUrl)]
pub async fn get_desk() -> Result<Desk, AppError> {
    let (shop, staff) = crate::server::use_any_staff().await?;
    super::service::desk(&shop, &staff).await
}

/// Who works here.
#[server(prefix = "/_fn", endpoint = "admin/staff", input = leptos::server_fn::codec::GetUrl)]
pub async fn get_staff() -> Result<Vec<Colleague>, AppError> {
    let (shop, staff) = crate::server::use_staff().await?;
    super::service::list(&shop, &staff).await
}

/// Gives somebody a role; who has no account yet is sent a link to choose a password.
#[server(prefix = "/_fn", endpoint = "admin/set_role")]
pub async fn set_role(csrf: String, email: String, role: Role) -> Result<(), AppError> {
    let (shop, staff) = crate::server::authorise_staff(&csrf).await?;
    super::service::set_role(&shop, &staff, &email, role).await?;
    crate::server::redirect_plain_form("/admin/staff?done=role");
    Ok(())
}

/// Takes somebody's role away and ends their sessions. The last owner stays.
#[server(prefix = "/_fn", endpoint = "admin/remove_staff")]
pub async fn remove_staff(csrf: String, email: String) -> Result<(), AppError> {
    let (shop, staff) = crate::server::authorise_staff(&csrf).await?;
    super::service::remove(&shop, &staff, &email).await?;
    crate::server::redirect_plain_form("/admin/staff?done=removed");
    Ok(())
}

/// What staff did, a page of it (from 1).
#[server(prefix = "/_fn", endpoint = "admin/audit", input = leptos::server_fn::codec::GetUrl)]
pub async fn get_audit(page: u32) -> Result<AuditPage, AppError> {
    let (shop, staff) = crate::server::use_staff().await?;
    super::service::audit(&shop, &staff, page).await
}

/// Whether customers are asked if their steps through the shop may be counted together.
#[server(prefix = "/_fn", endpoint = "admin/ask_statistics")]
pub async fn ask_statistics(csrf: String, asks: bool) -> Result<(), AppError> {
    let (shop, staff) = crate::server::authorise_staff(&csrf).await?;
    super::service::ask_statistics(&shop, &staff, asks).await?;
    crate::server::redirect_plain_form("/admin?done=settings");
    Ok(())
}
