//! What protects an account: its password, its address, its sessions.

use super::{
    codes,
    door::check_password,
    email::AccountEmail,
    letters::{self, Notice},
    links::{self, Link, Purpose},
    passkeys, passwords, sessions,
    store::{self, AccountRow},
};
use crate::{
    account::{
        service::attempts::{self, Counter, Kind},
        view::{Security, Session},
    },
    admin::audit,
    db::Conn,
    domain::{account::Secret, address::Field, ids::SessionId, timestamp::Timestamp},
    error::AppError,
    messaging::outbox::{self, Topic},
    server::{authority::Customer, request_details, state::Shop},
};
use serde_json::json;
use uuid::Uuid;

/// The row of who has signed in.
pub async fn own_row(conn: &mut Conn<'_>, customer: &Customer) -> Result<AccountRow, AppError> {
    store::find_account(conn, customer.account).await?.ok_or(AppError::SignInRequired)
}

/// The row of who has signed in, once they have given their password again. Where codes are on, a session that was
/// opened without one will not do.
pub async fn confirmed_row(shop: &Shop, customer: &Customer, password: &Secret) -> Result<AccountRow, AppError> {
    let row = own_row(&mut shop.db.read().await?.conn(), customer).await?;
    if row.totp_since.is_some() && !customer.strong() {
        return Err(AppError::CodeRequired);
    }
    let counter = Counter::new(shop, Kind::Confirmation, &row.id.to_string());
    check_password(shop, &counter, &row.password_hash, password).await?;
    Ok(row)
}

/// All of it.
pub async fn security(shop: &Shop, customer: &Customer) -> Result<Security, AppError> {
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    let (row, now) = (own_row(conn, customer).await?, shop.clock.now());
    let session = |(id, device, created_at, seen_at): (Uuid, String, i64, i64)| Session {
        id: SessionId(id),
        device,
        created_at: Timestamp(created_at),
        seen_at: Timestamp(seen_at),
        current: SessionId(id) == customer.session,
    };
    Ok(Security {
        new_email: links::find_new_email(conn, customer.account, now).await?,
        codes_since: row.totp_since.map(Timestamp),
        recovery_codes_left: codes::count_left(conn, customer.account).await?,
        codes_required: customer.role.is_some(),
        passkeys: passkeys::list(conn, customer.account).await?,
        sessions: sessions::list(conn, customer.account, now.0).await?.into_iter().map(session).collect(),
        has_password: !row.password_hash.is_empty(),
        email: row.email,
    })
}

/// Changes the password and ends all other sessions.
pub async fn change_password(shop: &Shop, customer: &Customer, now: &Secret, new: &Secret) -> Result<(), AppError> {
    passwords::chosen(Field::NewPassword, new)?;
    let row = confirmed_row(shop, customer, now).await?;
    let hash = shop.passwords.hash(&shop.random, new).await?;
    let mut tx = shop.db.begin().await?;
    if store::update_password(&mut tx, &row, &hash, shop.clock.now().0).await? == 0 {
        return Err(AppError::SignInRequired);
    }
    sessions::end_all(&mut tx, customer.account, Some(customer.session)).await?;
    letters::notice(shop, &mut tx, &row, Notice::PasswordChanged).await?;
    Ok(tx.commit().await?)
}

/// Sends a link to a new address, and tells the old one. The answer is the same when another account has the new one; then
/// no link is sent.
pub async fn change_email(shop: &Shop, customer: &Customer, email: &str, password: &Secret) -> Result<(), AppError> {
    let email = AccountEmail::parse(email)?;
    let row = confirmed_row(shop, customer, password).await?;
    attempts::claim(shop, &attempts::of_letter(shop, &email.key, request_details().address)).await?;
    let mut tx = shop.db.begin().await?;
    sessions::hold(&mut tx, customer, shop.clock.now().0).await?;
    let id = shop.ids.next();
    let link = Link { account: customer.account, purpose: Purpose::ChangeEmail, detail: email.shown };
    links::insert(shop, &mut tx, id, &link, links::CHANGE_FOR).await?;
    letters::notice(shop, &mut tx, &row, Notice::EmailAsked).await?;
    let payload = json!({ "link": id });
    outbox::enqueue_mail(&mut tx, shop, Topic::EmailChanged, &customer.account.to_string(), &payload).await?;
    Ok(tx.commit().await?)
}

/// Takes a new address over, tells the old one, and makes the orders of the new address this account's. Only for who
/// asked for it: else somebody could have you confirm your address for their account.
pub async fn confirm_email(shop: &Shop, customer: &Customer, token: &str) -> Result<(), AppError> {
    let mut tx = shop.db.begin().await?;
    let link = links::take(shop, &mut tx, token, Purpose::ChangeEmail).await?;
    if link.account != customer.account {
        return Err(AppError::LinkExpired);
    }
    let before = store::find_account(&mut tx.conn(), link.account).await?.ok_or(AppError::LinkExpired)?;
    let email = AccountEmail::parse(&link.detail)?;
    // Somebody else may verify this very address at this very moment: then it is theirs.
    match store::update_email(&mut tx, link.account, &email.shown, &email.key).await {
        Ok(1..) => {}
        Err(sqlx::Error::Database(cause)) if cause.is_unique_violation() => return Err(AppError::LinkExpired),
        Ok(0) => return Err(AppError::LinkExpired),
        Err(cause) => return Err(cause.into()),
    }
    links::delete_all(&mut tx, link.account).await?;
    store::delete_registrations(&mut tx, &email.key).await?;
    store::attach_orders(&mut tx, link.account, &email.key).await?;
    letters::notice(shop, &mut tx, &before, Notice::EmailChanged).await?;
    Ok(tx.commit().await?)
}

/// Ends one of the customer's sessions.
pub async fn end_session(shop: &Shop, customer: &Customer, session: SessionId) -> Result<(), AppError> {
    let mut tx = shop.db.begin().await?;
    let ended = sessions::end(&mut tx, customer.account, session).await?;
    tx.commit().await?;
    if ended == 0 { Err(AppError::NotFound) } else { Ok(()) }
}

/// Ends all of them but the one that asks.
pub async fn end_other_sessions(shop: &Shop, customer: &Customer) -> Result<(), AppError> {
    let mut tx = shop.db.begin().await?;
    sessions::end_all(&mut tx, customer.account, Some(customer.session)).await?;
    Ok(tx.commit().await?)
}

/// Takes codes and passkeys off an account and ends its sessions: by the command line, for who cannot get in any more.
pub async fn reset(shop: &Shop, email: &str) -> Result<(), AppError> {
    let mut tx = shop.db.begin().await?;
    let found = store::find_account_by_email(&mut tx.conn(), &super::email::key(email)).await?;
    let account = found.ok_or(AppError::NotFound)?;
    codes::delete_all(&mut tx, account.id()).await?;
    passkeys::delete_all(&mut tx, account.id()).await?;
    links::delete_all(&mut tx, account.id()).await?;
    sessions::end_all(&mut tx, account.id(), None).await?;
    letters::notice(shop, &mut tx, &account, Notice::CodesOff).await?;
    audit::log(shop, &mut tx, None, "took codes and passkeys away", &account.email, "").await?;
    Ok(tx.commit().await?)
}
