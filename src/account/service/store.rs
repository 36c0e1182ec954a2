//! Rows of accounts and registrations.

use super::links;
use crate::{
    db::{Conn, Tx, execute, fetch},
    domain::ids::{AccountId, ShopperId},
    server::{state::Shop, tokens::token_hash},
};
use uuid::Uuid;

/// A row of `accounts`, as far as signing in needs it.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AccountRow {
    pub id: Uuid,
    pub email: String,
    pub email_key: String,
    pub name: String,
    pub password_hash: String,
    pub shopper_id: Uuid,
    pub created_at: i64,
    pub password_changed_at: i64,
    pub totp_salt: Option<Vec<u8>>,
    pub totp_since: Option<i64>,
    pub totp_begun_at: i64,
    pub totp_step: i64,
    pub recovery_salt: Option<Vec<u8>>,
    pub recovery_at: Option<i64>,
}

impl AccountRow {
    #[must_use]
    pub fn id(&self) -> AccountId {
        AccountId(self.id)
    }

    #[must_use]
    pub fn shopper(&self) -> ShopperId {
        ShopperId(self.shopper_id)
    }
}

macro_rules! account_columns {
    () => {
        "SELECT id, email, email_key, name, password_hash, shopper_id, created_at, password_changed_at, totp_salt,
            totp_since, totp_begun_at, totp_step, recovery_salt, recovery_at FROM accounts "
    };
}

pub async fn find_account(conn: &mut Conn<'_>, id: AccountId) -> sqlx::Result<Option<AccountRow>> {
    fetch!(conn, optional as AccountRow, concat!(account_columns!(), "WHERE id = $1"), id.0)
}

pub async fn find_account_by_email(conn: &mut Conn<'_>, key: &str) -> sqlx::Result<Option<AccountRow>> {
    fetch!(conn, optional as AccountRow, concat!(account_columns!(), "WHERE email_key = $1"), key)
}

/// Whose cart it is, if that of an account.
pub async fn find_account_of_shopper(conn: &mut Conn<'_>, shopper: ShopperId) -> sqlx::Result<Option<AccountId>> {
    let row = fetch!(conn, optional as (Uuid,), "SELECT id FROM accounts WHERE shopper_id = $1", shopper.0)?;
    Ok(row.map(|(id,)| AccountId(id)))
}

/// What a new account begins with.
pub struct NewAccount<'a> {
    pub email: &'a str,
    pub email_key: &'a str,
    pub name: &'a str,
    /// Empty: none yet.
    pub password_hash: &'a str,
}

/// Makes an account with a shopper of its own, which ends every registration of its address. Nothing when the address
/// has an account already.
pub async fn insert_account(shop: &Shop, tx: &mut Tx, new: &NewAccount<'_>) -> sqlx::Result<Option<AccountId>> {
    let (id, shopper, now) = (shop.ids.next(), shop.ids.next(), shop.clock.now().0);
    execute!(
        tx,
        "INSERT INTO shoppers (id, token_hash, created_at, seen_at) VALUES ($1, $2, $3, $3)",
        shopper,
        // What the shopper's cookie would be: no browser has it.
        token_hash(&shop.random.token()),
        now
    )?;
    let made = execute!(
        tx,
        "INSERT INTO accounts (id, email, email_key, name, password_hash, shopper_id, created_at, password_changed_at,
            totp_begun_at, totp_step)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 0, 0) ON CONFLICT (email_key) DO NOTHING",
        id,
        new.email,
        new.email_key,
        new.name,
        new.password_hash,
        shopper,
        now
    )?;
    if made == 0 {
        execute!(tx, "DELETE FROM shoppers WHERE id = $1", shopper)?;
        return Ok(None);
    }
    delete_registrations(tx, new.email_key).await?;
    Ok(Some(AccountId(id)))
}

pub async fn update_name(tx: &mut Tx, account: AccountId, name: &str) -> sqlx::Result<u64> {
    execute!(tx, "UPDATE accounts SET name = $2 WHERE id = $1", account.0, name)
}

/// Sets a password in place of the one of `row`: 0 when that has been changed meanwhile. What the old one may have been
/// used to begin (links, a key for codes, copies of data) ends with it.
pub async fn update_password(tx: &mut Tx, row: &AccountRow, hash: &str, now: i64) -> sqlx::Result<u64> {
    let changed = execute!(
        tx,
        "UPDATE accounts SET password_hash = $2, password_changed_at = $3,
            totp_salt = CASE WHEN totp_since IS NULL THEN NULL ELSE totp_salt END
        WHERE id = $1 AND password_hash = $4",
        row.id,
        hash,
        now,
        row.password_hash.as_str()
    )?;
    if changed > 0 {
        links::delete_all(tx, row.id()).await?;
        execute!(tx, "DELETE FROM data_exports WHERE account_id = $1", row.id)?;
    }
    Ok(changed)
}

/// Takes a new address over. 0 when another account has it.
pub async fn update_email(tx: &mut Tx, account: AccountId, email: &str, key: &str) -> sqlx::Result<u64> {
    execute!(
        tx,
        "UPDATE accounts SET email = $2, email_key = $3 WHERE id = $1
        AND NOT EXISTS (SELECT 1 FROM accounts other WHERE other.email_key = $3 AND other.id <> $1)",
        account.0,
        email,
        key
    )
}

/// Orders that a guest placed with an address become those of the account whose address it is.
pub async fn attach_orders(tx: &mut Tx, account: AccountId, email_key: &str) -> sqlx::Result<u64> {
    execute!(
        tx,
        "UPDATE orders SET account_id = $1 WHERE account_id IS NULL
        AND id IN (SELECT order_id FROM order_people WHERE email_key = $2 AND email_key <> '')",
        account.0,
        email_key
    )
}

/// An account to be.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct RegistrationRow {
    pub id: Uuid,
    pub email: String,
    pub email_key: String,
    pub name: String,
    pub password_hash: String,
    pub visitor_hash: Vec<u8>,
    pub expires_at: i64,
}

pub async fn insert_registration(tx: &mut Tx, row: &RegistrationRow) -> sqlx::Result<u64> {
    execute!(
        tx,
        "INSERT INTO registrations (id, email, email_key, name, password_hash, visitor_hash, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)",
        row.id,
        row.email.as_str(),
        row.email_key.as_str(),
        row.name.as_str(),
        row.password_hash.as_str(),
        row.visitor_hash.as_slice(),
        row.expires_at
    )
}

pub async fn find_registration(conn: &mut Conn<'_>, id: Uuid, now: i64) -> sqlx::Result<Option<RegistrationRow>> {
    fetch!(
        conn,
        optional as RegistrationRow,
        "SELECT id, email, email_key, name, password_hash, visitor_hash, expires_at FROM registrations
        WHERE id = $1 AND expires_at > $2",
        id,
        now
    )
}

/// Every registration of an address is done with once it has an account.
pub async fn delete_registrations(tx: &mut Tx, email_key: &str) -> sqlx::Result<u64> {
    execute!(tx, "DELETE FROM registrations WHERE email_key = $1", email_key)
}
