//! What protects an account.

use crate::{
    account::view::{Ceremony, CodeSetup, RecoveryCodes, Security},
    domain::{
        account::Secret,
        ids::{PasskeyId, SessionId},
    },
    error::AppError,
};
use leptos::prelude::*;

/// Password, codes, passkeys and sessions of the customer.
#[server(prefix = "/_fn", endpoint = "account/security", input = leptos::server_fn::codec::GetUrl)]
pub async fn get_security() -> Result<Security, AppError> {
    let (shop, customer) = crate::server::use_customer().await?;
    crate::account::service::security::security(&shop, &customer).await
}

/// Changes the password and ends the customer's other sessions.
#[server(prefix = "/_fn", endpoint = "account/change_password")]
pub async fn change_password(csrf: String, password: Secret, new_password: Secret) -> Result<(), AppError> {
    let (shop, customer) = crate::server::authorise_customer(&csrf).await?;
    crate::account::service::security::change_password(&shop, &customer, &password, &new_password).await?;
    crate::server::redirect_plain_form("/account/security?done=password");
    Ok(())
}

/// Sends a link to a new email address; nothing changes until it is followed.
#[server(prefix = "/_fn", endpoint = "account/change_email")]
pub async fn change_email(csrf: String, email: String, password: Secret) -> Result<(), AppError> {
    let (shop, customer) = crate::server::authorise_customer(&csrf).await?;
    crate::account::service::security::change_email(&shop, &customer, &email, &password).await?;
    crate::server::redirect_plain_form("/account/security?done=sent");
    Ok(())
}

/// Ends one of the customer's sessions.
#[server(prefix = "/_fn", endpoint = "account/end_session")]
pub async fn end_session(csrf: String, id: SessionId) -> Result<(), AppError> {
    let (shop, customer) = crate::server::authorise_customer(&csrf).await?;
    crate::account::service::security::end_session(&shop, &customer, id).await?;
    crate::server::redirect_plain_form("/account/security?done=ended");
    Ok(())
}

/// Ends all of the customer's sessions but this one.
#[server(prefix = "/_fn", endpoint = "account/end_other_sessions")]
pub async fn end_other_sessions(csrf: String) -> Result<(), AppError> {
    let (shop, customer) = crate::server::authorise_customer(&csrf).await?;
    crate::account::service::security::end_other_sessions(&shop, &customer).await?;
    crate::server::redirect_plain_form("/account/security?done=ended");
    Ok(())
}

/// The key for an app that makes one-time codes: the same one until they are switched on.
#[server(prefix = "/_fn", endpoint = "account/begin_codes")]
pub async fn begin_codes(csrf: String, password: Secret) -> Result<CodeSetup, AppError> {
    let (shop, customer) = crate::server::authorise_customer(&csrf).await?;
    let setup = crate::account::service::codes::begin(&shop, &customer, &password).await?;
    crate::server::redirect_plain_form("/account/security/codes");
    Ok(setup)
}

/// The key that is being set up, for its page. Not any more once codes are on.
#[server(prefix = "/_fn", endpoint = "account/code_setup", input = leptos::server_fn::codec::GetUrl)]
pub async fn get_code_setup() -> Result<CodeSetup, AppError> {
    let (shop, customer) = crate::server::use_customer().await?;
    crate::account::service::codes::setup(&shop, &customer).await
}

/// Switches one-time codes on, by the first of them. Recovery codes can be seen for ten minutes from then on.
#[server(prefix = "/_fn", endpoint = "account/enable_codes")]
pub async fn enable_codes(csrf: String, code: Secret) -> Result<(), AppError> {
    let (shop, customer) = crate::server::authorise_customer(&csrf).await?;
    crate::account::service::codes::enable(&shop, &customer, &code).await?;
    crate::server::redirect_plain_form("/account/security/recovery");
    Ok(())
}

/// The recovery codes, for ten minutes after they were made.
#[server(prefix = "/_fn", endpoint = "account/recovery_codes", input = leptos::server_fn::codec::GetUrl)]
pub async fn get_recovery_codes() -> Result<RecoveryCodes, AppError> {
    let (shop, customer) = crate::server::use_customer().await?;
    crate::account::service::codes::recovery_codes(&shop, &customer).await
}

/// Switches one-time codes off.
#[server(prefix = "/_fn", endpoint = "account/disable_codes")]
pub async fn disable_codes(csrf: String, password: Secret) -> Result<(), AppError> {
    let (shop, customer) = crate::server::authorise_customer(&csrf).await?;
    crate::account::service::codes::disable(&shop, &customer, &password).await?;
    crate::server::redirect_plain_form("/account/security?done=codes-off");
    Ok(())
}

/// Makes new recovery codes; the old ones no longer work.
#[server(prefix = "/_fn", endpoint = "account/new_recovery_codes")]
pub async fn new_recovery_codes(csrf: String, password: Secret) -> Result<(), AppError> {
    let (shop, customer) = crate::server::authorise_customer(&csrf).await?;
    crate::account::service::codes::renew(&shop, &customer, &password).await?;
    crate::server::redirect_plain_form("/account/security/recovery");
    Ok(())
}

/// Begins to add a passkey.
#[server(prefix = "/_fn", endpoint = "account/begin_passkey")]
pub async fn begin_passkey(csrf: String, password: Secret) -> Result<Ceremony, AppError> {
    let (shop, customer) = crate::server::authorise_customer(&csrf).await?;
    crate::account::service::passkeys::begin_adding(&shop, &customer, &password).await
}

/// Adds a passkey. `credential` is what the authenticator answered, as JSON.
#[server(prefix = "/_fn", endpoint = "account/add_passkey")]
pub async fn add_passkey(csrf: String, ceremony: String, credential: String, name: String) -> Result<(), AppError> {
    let (shop, customer) = crate::server::authorise_customer(&csrf).await?;
    crate::account::service::passkeys::add(&shop, &customer, &ceremony, &credential, &name).await
}

/// Takes a passkey of the customer's own away.
#[server(prefix = "/_fn", endpoint = "account/remove_passkey")]
pub async fn remove_passkey(csrf: String, id: PasskeyId) -> Result<(), AppError> {
    let (shop, customer) = crate::server::authorise_customer(&csrf).await?;
    crate::account::service::passkeys::remove(&shop, &customer, id).await?;
    crate::server::redirect_plain_form("/account/security?done=passkey-removed");
    Ok(())
}
