//! Links that are sent by email. A link holds the id of a row and its signature; the row says what it is good for, and
//! until when. Using it deletes the row.

use super::store;
use crate::{
    account::view::LinkKind,
    db::{Conn, Tx, execute, fetch},
    domain::{ids::AccountId, timestamp::Timestamp},
    error::AppError,
    server::{authority, state::Shop, visitor::Visitor},
};
use uuid::Uuid;

/// How long links work.
pub const VERIFY_FOR: i64 = Timestamp::DAY;
pub const RESET_FOR: i64 = Timestamp::HOUR;
pub const CHANGE_FOR: i64 = Timestamp::DAY;
/// A link that a colleague or the command line sends to somebody who has no password yet.
pub const INVITE_FOR: i64 = 3 * Timestamp::DAY;

/// What a link to an account is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    ResetPassword,
    ChangeEmail,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::ResetPassword => "reset_password",
            Self::ChangeEmail => "change_email",
        }
    }
}

/// A link's row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    pub account: AccountId,
    pub purpose: Purpose,
    /// The new address.
    pub detail: String,
}

/// The token of a row: its id, and our signature of that.
#[must_use]
pub fn token(shop: &Shop, id: Uuid) -> String {
    format!("{}.{}", id.simple(), shop.signer.signature("account link", id.as_bytes()))
}

/// The row a token names, if the token is ours.
#[must_use]
pub fn row_of(shop: &Shop, token: &str) -> Option<Uuid> {
    let (id, signature) = token.split_once('.')?;
    let id = Uuid::try_parse(id).ok()?;
    shop.signer.is_signature("account link", id.as_bytes(), signature).then_some(id)
}

/// Writes a link down under an id. Others of its purpose no longer work. Once more under the same id, for a letter that
/// is written again, it is the same link.
pub async fn insert(shop: &Shop, tx: &mut Tx, id: Uuid, link: &Link, lasts: i64) -> sqlx::Result<()> {
    let (account, purpose) = (link.account.0, link.purpose.name());
    execute!(
        tx,
        "DELETE FROM account_links WHERE account_id = $1 AND purpose = $2 AND id <> $3",
        account,
        purpose,
        id
    )?;
    execute!(
        tx,
        "INSERT INTO account_links (id, account_id, purpose, detail, expires_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (id) DO NOTHING",
        id,
        account,
        purpose,
        link.detail.as_str(),
        shop.clock.now().0 + lasts
    )?;
    Ok(())
}

/// The row of a link that still works.
pub async fn find(conn: &mut Conn<'_>, id: Uuid, now: Timestamp) -> sqlx::Result<Option<Link>> {
    let row = fetch!(
        conn,
        optional as (Uuid, String, String),
        "SELECT account_id, purpose, detail FROM account_links WHERE id = $1 AND expires_at > $2",
        id,
        now.0
    )?;
    Ok(row.and_then(|(account, purpose, detail)| {
        let purpose = [Purpose::ResetPassword, Purpose::ChangeEmail].into_iter().find(|p| p.name() == purpose)?;
        Some(Link { account: AccountId(account), purpose, detail })
    }))
}

/// Uses a link up. Of several who try at once, one gets it.
pub async fn take(shop: &Shop, tx: &mut Tx, token: &str, purpose: Purpose) -> Result<Link, AppError> {
    let id = row_of(shop, token).ok_or(AppError::LinkExpired)?;
    let link = find(&mut tx.conn(), id, shop.clock.now()).await?.filter(|link| link.purpose == purpose);
    let link = link.ok_or(AppError::LinkExpired)?;
    if execute!(tx, "DELETE FROM account_links WHERE id = $1", id)? == 0 {
        return Err(AppError::LinkExpired);
    }
    Ok(link)
}

/// What was sent before no longer works: whoever asked for it may have known the old password, or read the old mailbox.
pub async fn delete_all(tx: &mut Tx, account: AccountId) -> sqlx::Result<u64> {
    execute!(tx, "DELETE FROM account_links WHERE account_id = $1", account.0)
}

/// The address that waits for its confirmation.
pub async fn find_new_email(conn: &mut Conn<'_>, account: AccountId, now: Timestamp) -> sqlx::Result<Option<String>> {
    let row = fetch!(
        conn,
        optional as (String,),
        "SELECT detail FROM account_links WHERE account_id = $1 AND purpose = 'change_email' AND expires_at > $2",
        account.0,
        now.0
    )?;
    Ok(row.map(|(detail,)| detail))
}

/// What a link is good for.
pub async fn describe(shop: &Shop, visitor: &Visitor, token: &str) -> Result<LinkKind, AppError> {
    let id = row_of(shop, token).ok_or(AppError::LinkExpired)?;
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    if let Some(row) = store::find_registration(conn, id, shop.clock.now().0).await? {
        let password_needed = row.visitor_hash != visitor.hash();
        return Ok(LinkKind::Verify { email: row.email, password_needed });
    }
    let link = find(conn, id, shop.clock.now()).await?.ok_or(AppError::LinkExpired)?;
    Ok(match link.purpose {
        Purpose::ResetPassword => LinkKind::ResetPassword,
        Purpose::ChangeEmail => {
            // Only who asked for it can use it, so they sign in first.
            let customer = authority::customer_of(conn, visitor).await?.ok_or(AppError::SignInRequired)?;
            if customer.account != link.account {
                return Err(AppError::LinkExpired);
            }
            LinkKind::ChangeEmail { email: link.detail }
        }
    })
}

/// Forgets links and registrations that nobody followed.
pub async fn delete_old(tx: &mut Tx, now: i64) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM account_links WHERE expires_at <= $1", now)?;
    execute!(tx, "DELETE FROM registrations WHERE expires_at <= $1", now)?;
    execute!(tx, "DELETE FROM passkey_ceremonies WHERE expires_at <= $1", now)?;
    Ok(())
}
