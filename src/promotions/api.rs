//! What the browser may do about giveaways.

use super::view::{Entered, Giveaway};
use crate::error::AppError;
use leptos::prelude::*;

/// A giveaway. For everybody.
#[server(prefix = "/_fn", endpoint = "giveaways/show", input = leptos::server_fn::codec::GetUrl)]
pub async fn get_giveaway(slug: String) -> Result<Giveaway, AppError> {
    super::giveaways::view(&crate::server::use_shop(), &slug).await
}

/// Enters an address. For whoever has the form's token; the answer is the same whether or not it was entered before.
#[server(prefix = "/_fn", endpoint = "giveaways/enter")]
pub async fn enter_giveaway(
    csrf: String,
    slug: String,
    #[server(default)] email: String,
    #[server(default)] agreed: bool,
) -> Result<Entered, AppError> {
    let (shop, visitor) = crate::server::authorise(&csrf)?;
    let network = crate::server::request_details().address;
    let entered = super::giveaways::enter(&shop, &visitor, network, &slug, &email, agreed).await?;
    crate::server::redirect_plain_form(&format!("/giveaways/{slug}?done={}", entered.name()));
    Ok(entered)
}

/// Takes part, by the link that was sent. Gives the ticket. For whoever has the link, and the form's token.
#[server(prefix = "/_fn", endpoint = "giveaways/confirm")]
pub async fn confirm_entry(csrf: String, slug: String, token: String) -> Result<String, AppError> {
    let (shop, _) = crate::server::authorise(&csrf)?;
    let ticket = super::giveaways::confirm(&shop, &token).await?;
    crate::server::redirect_plain_form(&format!("/giveaways/{slug}?done=confirmed&ticket={ticket}"));
    Ok(ticket)
}
