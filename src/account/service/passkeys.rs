//! Passkeys (WebAuthn): to add them, and to sign in by them without a password.
//!
//! A ceremony has two halves. What the server has to remember between them is a row that belongs to one browser, is
//! used once and forgotten after five minutes.

use super::{
    door::{self, Entry},
    letters::{self, Notice},
    security::{confirmed_row, own_row},
    sessions, store,
};
use crate::{
    account::view::{Ceremony, Passkey as PasskeyView},
    db::{Conn, Tx, execute, fetch},
    domain::{
        account::Secret,
        address,
        ids::{AccountId, PasskeyId},
        timestamp::Timestamp,
    },
    error::AppError,
    server::{
        authority::Customer,
        state::Shop,
        use_visitor,
        visitor::{Verified, Visitor},
    },
};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Webauthn, WebauthnBuilder,
};

const CEREMONY_FOR: i64 = 5 * Timestamp::MINUTE;
/// The most passkeys one account has.
const MOST: usize = 20;
/// The longest answer of an authenticator.
const LONGEST: usize = 32 * 1024;

/// The relying party: this shop at its own address.
fn relying_party(shop: &Shop) -> Result<Webauthn, AppError> {
    let origin = Url::parse(&shop.config.base_url).map_err(AppError::internal)?;
    let host = origin.host_str().unwrap_or_default().to_owned();
    let name = shop.info.load().name.clone();
    let builder = WebauthnBuilder::new(&host, &origin).map_err(AppError::internal)?;
    builder.rp_name(&name).build().map_err(AppError::internal)
}

fn json(value: &impl Serialize) -> Result<String, AppError> {
    serde_json::to_string(value).map_err(AppError::internal)
}

async fn remember(shop: &Shop, visitor: &Visitor, state: &impl Serialize) -> Result<String, AppError> {
    let id = shop.ids.next();
    let mut tx = shop.db.begin().await?;
    execute!(
        tx,
        "INSERT INTO passkey_ceremonies (id, visitor_hash, state, expires_at) VALUES ($1, $2, $3, $4)",
        id,
        visitor.hash(),
        json(state)?,
        shop.clock.now().0 + CEREMONY_FOR
    )?;
    tx.commit().await?;
    Ok(id.to_string())
}

/// What was remembered of a ceremony of this browser, once.
async fn recall<T: DeserializeOwned>(shop: &Shop, visitor: &Visitor, id: &str) -> Result<T, AppError> {
    let id = Uuid::try_parse(id).map_err(|_| AppError::LinkExpired)?;
    let mut tx = shop.db.begin().await?;
    let row = fetch!(
        &mut tx.conn(),
        optional as (String,),
        "DELETE FROM passkey_ceremonies WHERE id = $1 AND visitor_hash = $2 AND expires_at > $3 RETURNING state",
        id,
        visitor.hash(),
        shop.clock.now().0
    )?;
    tx.commit().await?;
    let (state,) = row.ok_or(AppError::LinkExpired)?;
    serde_json::from_str(&state).map_err(|_| AppError::LinkExpired)
}

/// What an authenticator answered.
fn answer<T: DeserializeOwned>(credential: &str) -> Result<T, AppError> {
    let malformed = || AppError::Malformed { detail: "not an authenticator's answer".into() };
    if credential.len() > LONGEST {
        return Err(malformed());
    }
    serde_json::from_str(credential).map_err(|_| malformed())
}

/// The passkeys of an account, oldest first.
pub async fn list(conn: &mut Conn<'_>, account: AccountId) -> sqlx::Result<Vec<PasskeyView>> {
    let rows = fetch!(
        conn,
        all as (Uuid, String, i64, Option<i64>),
        "SELECT id, name, created_at, used_at FROM passkeys WHERE account_id = $1 ORDER BY created_at, id",
        account.0
    )?;
    let view = |(id, name, created_at, used_at): (Uuid, String, i64, Option<i64>)| PasskeyView {
        id: PasskeyId(id),
        name,
        created_at: Timestamp(created_at),
        used_at: used_at.map(Timestamp),
    };
    Ok(rows.into_iter().map(view).collect())
}

async fn credentials(conn: &mut Conn<'_>, account: AccountId) -> sqlx::Result<Vec<Passkey>> {
    let rows = fetch!(conn, all as (String,), "SELECT credential FROM passkeys WHERE account_id = $1", account.0)?;
    Ok(rows.iter().filter_map(|(credential,)| serde_json::from_str(credential).ok()).collect())
}

/// Begins to add a passkey.
pub async fn begin_adding(shop: &Shop, customer: &Customer, password: &Secret) -> Result<Ceremony, AppError> {
    let row = confirmed_row(shop, customer, password).await?;
    let known = credentials(&mut shop.db.read().await?.conn(), customer.account).await?;
    if known.len() >= MOST {
        return Err(AppError::InvalidLines { limit: MOST });
    }
    let known = known.iter().map(|passkey| passkey.cred_id().clone()).collect();
    let (options, state) = relying_party(shop)?
        .start_passkey_registration(row.id, &row.email, &row.name, Some(known))
        .map_err(AppError::internal)?;
    // Signing in names no account, so the authenticator has to know it.
    let mut options = serde_json::to_value(&options).map_err(AppError::internal)?;
    options["publicKey"]["authenticatorSelection"]["residentKey"] = "required".into();
    options["publicKey"]["authenticatorSelection"]["requireResidentKey"] = true.into();
    let id = remember(shop, &use_visitor(), &state).await?;
    Ok(Ceremony { id, options: options.to_string() })
}

/// Adds a passkey.
pub async fn add(
    shop: &Shop,
    customer: &Customer,
    ceremony: &str,
    credential: &str,
    name: &str,
) -> Result<(), AppError> {
    let name = address::parse_name(name).map_err(|fields| AppError::InvalidFields { fields })?;
    let credential: RegisterPublicKeyCredential = answer(credential)?;
    let state: PasskeyRegistration = recall(shop, &use_visitor(), ceremony).await?;
    let passkey = relying_party(shop)?.finish_passkey_registration(&credential, &state);
    let passkey = passkey.map_err(|cause| refused(&cause))?;
    let row = own_row(&mut shop.db.read().await?.conn(), customer).await?;
    let mut tx = shop.db.begin().await?;
    sessions::hold(&mut tx, customer, shop.clock.now().0).await?;
    let added = execute!(
        tx,
        "INSERT INTO passkeys (id, account_id, credential_id, name, credential, created_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (credential_id) DO NOTHING",
        shop.ids.next(),
        customer.account.0,
        passkey.cred_id().to_vec(),
        name,
        json(&passkey)?,
        shop.clock.now().0
    )?;
    if added == 0 {
        return Err(AppError::LinkExpired);
    }
    letters::notice(shop, &mut tx, &row, Notice::PasskeyAdded).await?;
    Ok(tx.commit().await?)
}

fn refused(cause: &impl std::fmt::Display) -> AppError {
    tracing::info!(%cause, "a passkey was refused");
    AppError::WrongCredentials
}

/// Takes a passkey of the customer's own away.
pub async fn remove(shop: &Shop, customer: &Customer, id: PasskeyId) -> Result<(), AppError> {
    let row = own_row(&mut shop.db.read().await?.conn(), customer).await?;
    let mut tx = shop.db.begin().await?;
    let gone = execute!(tx, "DELETE FROM passkeys WHERE id = $1 AND account_id = $2", id.0, customer.account.0)?;
    if gone == 0 {
        return Err(AppError::NotFound);
    }
    letters::notice(shop, &mut tx, &row, Notice::PasskeyRemoved).await?;
    Ok(tx.commit().await?)
}

/// Begins to sign in: nobody is named, the authenticator offers what it has for this shop.
pub async fn begin_sign_in(shop: &Shop, visitor: &Verified) -> Result<Ceremony, AppError> {
    let (mut options, state) = relying_party(shop)?.start_discoverable_authentication().map_err(AppError::internal)?;
    // A button was pressed: the browser asks at once and does not wait in a field's suggestions.
    options.mediation = None;
    let id = remember(shop, visitor, &state).await?;
    Ok(Ceremony { id, options: json(&options)? })
}

/// Signs in by passkey. The authenticator has made sure of its owner, so this is a strong sign-in.
pub async fn sign_in(
    shop: &Shop,
    visitor: &Verified,
    ceremony: &str,
    credential: &str,
    next: &str,
) -> Result<Entry, AppError> {
    let credential: PublicKeyCredential = answer(credential)?;
    let state: DiscoverableAuthentication = recall(shop, visitor, ceremony).await?;
    let party = relying_party(shop)?;
    let (account, id) = party.identify_discoverable_authentication(&credential).map_err(|cause| refused(&cause))?;
    let mut tx = shop.db.begin().await?;
    let mut passkey = find(&mut tx.conn(), AccountId(account), id).await?.ok_or(AppError::WrongCredentials)?;
    let result = party
        .finish_discoverable_authentication_v2(&credential, state, DiscoverableKey::from(&passkey))
        .map_err(|cause| refused(&cause))?;
    passkey.update_credential(&result);
    update(shop, &mut tx, id, &passkey).await?;
    let row = store::find_account(&mut tx.conn(), AccountId(account)).await?.ok_or(AppError::WrongCredentials)?;
    door::finish(shop, tx, visitor, &row, true, next).await
}

async fn find(conn: &mut Conn<'_>, account: AccountId, credential_id: &[u8]) -> sqlx::Result<Option<Passkey>> {
    let row = fetch!(
        conn,
        optional as (String,),
        "SELECT credential FROM passkeys WHERE credential_id = $1 AND account_id = $2",
        credential_id,
        account.0
    )?;
    Ok(row.and_then(|(credential,)| serde_json::from_str(&credential).ok()))
}

async fn update(shop: &Shop, tx: &mut Tx, credential_id: &[u8], passkey: &Passkey) -> Result<(), AppError> {
    execute!(
        tx,
        "UPDATE passkeys SET credential = $2, used_at = $3 WHERE credential_id = $1",
        credential_id,
        json(passkey)?,
        shop.clock.now().0
    )?;
    Ok(())
}

/// Takes all passkeys off an account.
pub async fn delete_all(tx: &mut Tx, account: AccountId) -> sqlx::Result<u64> {
    execute!(tx, "DELETE FROM passkeys WHERE account_id = $1", account.0)
}
