//! What the browser may do at the checkout.

use super::form::{Checkout, CheckoutOutcome};
use crate::{
    domain::{ids::AddressId, payment::CardNumber},
    error::AppError,
};
use leptos::prelude::*;

/// The checkout of the visitor's cart, with an address of their own filled in. For everybody, about themselves.
#[server(prefix = "/_fn", endpoint = "checkout/show", input = leptos::server_fn::codec::GetUrl)]
pub async fn get_checkout(address: Option<AddressId>) -> Result<Checkout, AppError> {
    let (shop, visitor) = (crate::server::use_shop(), crate::server::use_visitor());
    super::web::show(&shop, &visitor, address).await
}

/// Orders what is in the visitor's cart. For whoever has the form's token.
///
/// `attempt` is the key of the form, `shown` the amounts it showed. With `update`, `remove` or `leave` nothing is ordered.
#[server(prefix = "/_fn", endpoint = "checkout/place")]
pub async fn place_order(
    csrf: String,
    attempt: String,
    shown: String,
    #[server(default)] email: String,
    #[server(default)] name: String,
    #[server(default)] line1: String,
    #[server(default)] city: String,
    #[server(default)] postcode: String,
    #[server(default)] country: String,
    #[server(default)] shipping_method: String,
    #[server(default)] keep_address: bool,
    #[server(default)] coupon: String,
    #[server(default)] gift_card: String,
    #[server(default)] remove: String,
    #[server(default)] update: String,
    #[server(default)] leave: String,
    #[server(default)] payment_method: String,
    #[server(default)] card: CardNumber,
    #[server(default)] expiry: String,
    #[server(default)] security_code: String,
    #[server(default)] stripe_card: String,
) -> Result<CheckoutOutcome, AppError> {
    let (shop, visitor) = crate::server::authorise(&csrf)?;
    let method = payment_method.clone();
    let pay = crate::payments::offer::PayForm { method, number: card, expiry, security_code, stripe_card };
    let form = super::form::CheckoutForm {
        email,
        name,
        line1,
        city,
        postcode,
        country,
        shipping_method,
        payment_method,
        keep_address,
        gift_card,
    };
    let codes = super::form::CodesForm { coupon, remove, update, leave };
    let outcome = super::web::place(&shop, &visitor, &attempt, shown, form, codes, pay).await?;
    crate::server::redirect_plain_form(&outcome.page());
    Ok(outcome)
}
