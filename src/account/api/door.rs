//! Coming in and going out.

use crate::{
    account::view::{Ceremony, LinkKind, SignInStep},
    domain::account::Secret,
    error::AppError,
};
use leptos::prelude::*;

/// Begins an account: a link to the address ends it. The answer is the same whether or not there is one already.
#[server(prefix = "/_fn", endpoint = "account/register")]
pub async fn register(csrf: String, name: String, email: String, password: Secret) -> Result<(), AppError> {
    let (shop, visitor) = crate::server::authorise(&csrf)?;
    crate::account::service::door::register(&shop, &visitor, &name, &email, &password).await?;
    crate::server::redirect_plain_form("/register?sent=1");
    Ok(())
}

/// What a link from an email is good for.
#[server(prefix = "/_fn", endpoint = "account/link", input = leptos::server_fn::codec::GetUrl)]
pub async fn get_link(token: String) -> Result<LinkKind, AppError> {
    let (shop, visitor) = (crate::server::use_shop(), crate::server::use_visitor());
    crate::account::service::links::describe(&shop, &visitor, &token).await
}

/// Makes the account of a registration, and signs in. The password is wanted where the link is opened in another
/// browser than the one it was asked for in.
#[server(prefix = "/_fn", endpoint = "account/verify")]
pub async fn verify_email(
    csrf: String,
    token: String,
    #[server(default)] password: Secret,
) -> Result<SignInStep, AppError> {
    let (shop, visitor) = crate::server::authorise(&csrf)?;
    let done = crate::account::service::door::verify(&shop, &visitor, &token, &password).await?;
    crate::account::service::door::leave(done)
}

/// Signs in. `next` is the page to go to.
#[server(prefix = "/_fn", endpoint = "account/sign_in")]
pub async fn sign_in(
    csrf: String,
    email: String,
    password: Secret,
    #[server(default)] next: String,
) -> Result<SignInStep, AppError> {
    let (shop, visitor) = crate::server::authorise(&csrf)?;
    let done = crate::account::service::door::sign_in(&shop, &visitor, &email, &password, &next).await?;
    crate::account::service::door::leave(done)
}

/// Ends a sign-in that wants a one-time code, or a recovery code in its place.
#[server(prefix = "/_fn", endpoint = "account/second_factor")]
pub async fn second_factor(
    csrf: String,
    ticket: String,
    code: Secret,
    #[server(default)] next: String,
) -> Result<SignInStep, AppError> {
    let (shop, visitor) = crate::server::authorise(&csrf)?;
    let done = crate::account::service::door::second_factor(&shop, &visitor, &ticket, &code, &next).await?;
    crate::account::service::door::leave(done)
}

/// Begins to sign in by passkey.
#[server(prefix = "/_fn", endpoint = "account/passkey_challenge")]
pub async fn passkey_challenge(csrf: String) -> Result<Ceremony, AppError> {
    let (shop, visitor) = crate::server::authorise(&csrf)?;
    crate::account::service::passkeys::begin_sign_in(&shop, &visitor).await
}

/// Signs in by passkey. `credential` is what the authenticator answered, as JSON.
#[server(prefix = "/_fn", endpoint = "account/passkey_sign_in")]
pub async fn passkey_sign_in(
    csrf: String,
    ceremony: String,
    credential: String,
    #[server(default)] next: String,
) -> Result<SignInStep, AppError> {
    let (shop, visitor) = crate::server::authorise(&csrf)?;
    let done = crate::account::service::passkeys::sign_in(&shop, &visitor, &ceremony, &credential, &next).await?;
    crate::account::service::door::leave(done)
}

/// Signs out. The answer is the page to load.
#[server(prefix = "/_fn", endpoint = "account/sign_out")]
pub async fn sign_out(csrf: String) -> Result<String, AppError> {
    let (shop, visitor) = crate::server::authorise(&csrf)?;
    crate::account::service::door::sign_out(&shop, &visitor).await?;
    crate::server::redirect_plain_form("/");
    Ok("/".to_owned())
}

/// Sends a link to choose a new password, if there is such an account. The answer does not tell.
#[server(prefix = "/_fn", endpoint = "account/forgot")]
pub async fn forgot_password(csrf: String, email: String) -> Result<(), AppError> {
    let (shop, _) = crate::server::authorise(&csrf)?;
    crate::account::service::door::forgot(&shop, &email).await?;
    crate::server::redirect_plain_form("/forgot?sent=1");
    Ok(())
}

/// Sets the password by a link, and ends all sessions.
#[server(prefix = "/_fn", endpoint = "account/reset")]
pub async fn reset_password(csrf: String, token: String, new_password: Secret) -> Result<(), AppError> {
    let (shop, _) = crate::server::authorise(&csrf)?;
    crate::account::service::door::reset(&shop, &token, &new_password).await?;
    crate::server::redirect_plain_form("/login?reset=1");
    Ok(())
}

/// Takes a new email address over, by the link that was sent to it. For who asked for it, signed in: else somebody
/// could have you give your address to their account.
#[server(prefix = "/_fn", endpoint = "account/confirm_email")]
pub async fn confirm_email(csrf: String, token: String) -> Result<(), AppError> {
    let (shop, customer) = crate::server::authorise_customer(&csrf).await?;
    crate::account::service::security::confirm_email(&shop, &customer, &token).await?;
    crate::server::redirect_plain_form("/account/security?done=email");
    Ok(())
}
