//! What protects an account: its password, its address, its sessions.

use super::{
    codes,
    door::check_password,
    email::AccountEmail,
    letters::{self, Notice},
    links::{self, Purpose},
    passkeys, passwords, sessions,
    store::{self, AccountRow},
    view::{Security, Session},
};
use crate::{
    account::attempts::{self, Counter, Kind},
    db::Conn,
    domain::{account::Secret, address::Field, ids::SessionId, timestamp::Timestamp},
    error::AppError,
    messaging::outbox::{self, Topic},
    server::{authority::Customer, state::Shop},
};
use serde_json::json;
use uuid::Uuid;

/// The row of who has signed in.
pub async fn own_row(conn: &mut Conn<'_>, customer: &Customer) -> Result<AccountRow, AppError> {
    store::find_account(conn, customer.account).await?.ok_or(AppError::SignInRequired)
}

/// The row of who has signed in, once they have given their password again.
pub async fn confirmed_row(shop: &Shop, customer: &Customer, password: &Secret) -> Result<AccountRow, AppError> {
    let row = own_row(&mut shop.db.read().await?.conn(), customer).await?;
    check_password(shop, &row.email_key, &row.password_hash, password).await?;
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
    store::update_password(&mut tx, customer.account, &hash, shop.clock.now().0).await?;
    sessions::end_all(&mut tx, customer.account, Some(customer.session)).await?;
    links::delete_all(&mut tx, customer.account).await?;
    letters::notice(shop, &mut tx, &row, Notice::PasswordChanged).await?;
    Ok(tx.commit().await?)
}

/// Sends a link to a new address. The answer is the same when another account has it; then nothing is sent.
pub async fn change_email(shop: &Shop, customer: &Customer, email: &str, password: &Secret) -> Result<(), AppError> {
    let email = AccountEmail::parse(email)?;
    confirmed_row(shop, customer, password).await?;
    attempts::claim(shop, &[Counter::new(shop, Kind::Letter, &email.key)]).await?;
    let mut tx = shop.db.begin().await?;
    let purpose = Purpose::ChangeEmail;
    let link = links::insert(shop, &mut tx, customer.account, purpose, &email.shown, links::CHANGE_FOR).await?;
    let payload = json!({ "link": link });
    outbox::enqueue_mail(&mut tx, shop, Topic::EmailChanged, &customer.account.to_string(), &payload).await?;
    Ok(tx.commit().await?)
}

/// Takes a new address over, tells the old one, and makes the orders of the new address this account's.
pub async fn confirm_email(shop: &Shop, token: &str) -> Result<(), AppError> {
    let mut tx = shop.db.begin().await?;
    let link = links::take(shop, &mut tx, token, Purpose::ChangeEmail).await?;
    let before = store::find_account(&mut tx.conn(), link.account).await?.ok_or(AppError::LinkExpired)?;
    let email = AccountEmail::parse(&link.detail)?;
    if store::update_email(&mut tx, link.account, &email.shown, &email.key).await? == 0 {
        return Err(AppError::LinkExpired);
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
