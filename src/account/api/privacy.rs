//! What is known about somebody: to see, to take along, to have erased.

use crate::{
    account::view::{Privacy, Question},
    domain::account::Secret,
    error::AppError,
};
use leptos::prelude::*;

/// What the customer allowed, and copies of their data.
#[server(prefix = "/_fn", endpoint = "account/privacy", input = leptos::server_fn::codec::GetUrl)]
pub async fn get_privacy() -> Result<Privacy, AppError> {
    let (shop, customer) = crate::server::use_customer().await?;
    crate::account::service::privacy::privacy(&shop, &customer).await
}

/// The questions of consent that the visitor has not answered yet. None in a shop that needs none.
#[server(prefix = "/_fn", endpoint = "account/questions", input = leptos::server_fn::codec::GetUrl)]
pub async fn get_open_questions() -> Result<Vec<Question>, AppError> {
    let (shop, visitor) = (crate::server::use_shop(), crate::server::use_visitor());
    crate::account::service::privacy::open_questions(&shop, &visitor).await
}

/// Answers a question of consent; a later answer replaces it. `back` is the page to go to.
#[server(prefix = "/_fn", endpoint = "account/consent")]
pub async fn answer_question(
    csrf: String,
    purpose: String,
    granted: bool,
    #[server(default)] back: String,
) -> Result<(), AppError> {
    let (shop, visitor) = crate::server::authorise(&csrf)?;
    crate::account::service::privacy::answer(&shop, &visitor, &purpose, granted).await?;
    crate::server::redirect_plain_form(crate::account::service::door::own_page(&back));
    Ok(())
}

/// Has a copy of the customer's data prepared.
#[server(prefix = "/_fn", endpoint = "account/export")]
pub async fn request_export(csrf: String) -> Result<(), AppError> {
    let (shop, customer) = crate::server::authorise_customer(&csrf).await?;
    crate::account::service::privacy::request_export(&shop, &customer).await?;
    crate::server::redirect_plain_form("/account/privacy?done=export");
    Ok(())
}

/// Erases the account. Orders keep their amounts and lose the person. The answer is the page to load.
#[server(prefix = "/_fn", endpoint = "account/erase")]
pub async fn erase_account(csrf: String, password: Secret) -> Result<String, AppError> {
    let (shop, customer) = crate::server::authorise_customer(&csrf).await?;
    crate::account::service::erasure::erase(&shop, &customer, &password).await?;
    crate::server::forget_cookie(&shop);
    crate::server::redirect_plain_form("/?erased=1");
    Ok("/?erased=1".to_owned())
}
