//! Who somebody is here: name, orders, addresses.

use crate::{
    account::view::{Account, OrderList, SavedAddress},
    domain::ids::AddressId,
    error::AppError,
};
use leptos::prelude::*;

/// The account's first page.
#[server(prefix = "/_fn", endpoint = "account/show", input = leptos::server_fn::codec::GetUrl)]
pub async fn get_account() -> Result<Account, AppError> {
    let (shop, customer) = crate::server::use_customer().await?;
    crate::account::service::profile::account(&shop, &customer).await
}

/// The customer's orders, a page of them (from 1).
#[server(prefix = "/_fn", endpoint = "account/orders", input = leptos::server_fn::codec::GetUrl)]
pub async fn get_orders(page: u32) -> Result<OrderList, AppError> {
    let (shop, customer) = crate::server::use_customer().await?;
    crate::account::service::profile::orders(&shop, &customer, page).await
}

/// Sets the name.
#[server(prefix = "/_fn", endpoint = "account/rename")]
pub async fn rename(csrf: String, name: String) -> Result<(), AppError> {
    let (shop, customer) = crate::server::authorise_customer(&csrf).await?;
    crate::account::service::profile::rename(&shop, &customer, &name).await?;
    crate::server::redirect_plain_form("/account?done=name");
    Ok(())
}

/// The addresses the customer keeps, the preferred one first.
#[server(prefix = "/_fn", endpoint = "account/addresses", input = leptos::server_fn::codec::GetUrl)]
pub async fn get_addresses() -> Result<Vec<SavedAddress>, AppError> {
    let (shop, customer) = crate::server::use_customer().await?;
    crate::account::service::profile::addresses(&shop, &customer).await
}

/// Keeps an address: a new one, or one of the customer's own anew.
#[server(prefix = "/_fn", endpoint = "account/save_address")]
pub async fn save_address(
    csrf: String,
    #[server(default)] id: Option<AddressId>,
    name: String,
    line1: String,
    city: String,
    #[server(default)] postcode: String,
    country: String,
) -> Result<(), AppError> {
    let (shop, customer) = crate::server::authorise_customer(&csrf).await?;
    let address = crate::domain::address::AddressForm { line1, city, postcode, country };
    crate::account::service::profile::save_address(&shop, &customer, id, &name, &address).await?;
    crate::server::redirect_plain_form("/account/addresses?done=saved");
    Ok(())
}

/// Forgets an address of the customer's own.
#[server(prefix = "/_fn", endpoint = "account/delete_address")]
pub async fn delete_address(csrf: String, id: AddressId) -> Result<(), AppError> {
    let (shop, customer) = crate::server::authorise_customer(&csrf).await?;
    crate::account::service::profile::delete_address(&shop, &customer, id).await?;
    crate::server::redirect_plain_form("/account/addresses?done=deleted");
    Ok(())
}

/// Offers an address of the customer's own first from now on.
#[server(prefix = "/_fn", endpoint = "account/prefer_address")]
pub async fn prefer_address(csrf: String, id: AddressId) -> Result<(), AppError> {
    let (shop, customer) = crate::server::authorise_customer(&csrf).await?;
    crate::account::service::profile::prefer_address(&shop, &customer, id).await?;
    crate::server::redirect_plain_form("/account/addresses");
    Ok(())
}
