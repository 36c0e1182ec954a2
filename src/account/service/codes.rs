//! One-time codes by an app (TOTP, RFC 6238: SHA-1, six digits, thirty seconds) and the recovery codes beside them.
//!
//! Keys and recovery codes are derived from a salt in the database and the shop's secret, so the database alone (a
//! backup, say) gives none away. A code is taken once: the step it belongs to is remembered by a guarded statement.

use super::{
    attempts::{self, Counter, Kind},
    letters::{self, Notice},
    security::{confirmed_row, own_row},
    sessions,
    store::AccountRow,
};
use crate::{
    account::view::{CodeSetup, RecoveryCodes},
    db::{Conn, Tx, execute, fetch},
    domain::{
        account::Secret,
        address::{Field, Problem},
        ids::AccountId,
        timestamp::Timestamp,
    },
    error::AppError,
    server::{authority::Customer, state::Shop},
};
use qrcode::{Color, QrCode};
use std::fmt::Write;
use totp_rs::{Algorithm, Builder, Secret as Key, Totp};

/// Seconds of one step.
const STEP: u64 = 30;
/// Steps before and after the present one that are taken as well, for clocks that are off.
const SKEW: u16 = 1;
/// How many recovery codes there are, and how long they can be seen after they were made.
const RECOVERY_CODES: u8 = 10;
const SHOWN_FOR: i64 = 10 * Timestamp::MINUTE;
/// Letters of recovery codes: none that looks like another.
const LETTERS: &[u8; 31] = b"23456789abcdefghjkmnpqrstuvwxyz";

fn wrong() -> AppError {
    AppError::invalid(Field::Code, Problem::Wrong)
}

/// The key of an account: 160 bits, as RFC 4226 recommends.
fn key_of(shop: &Shop, account: &AccountRow, salt: &[u8]) -> Key {
    let hash = shop.signer.keyed_hash("one-time codes", &[account.id.as_bytes(), salt].concat());
    let mut key = [0; 20];
    key.copy_from_slice(&hash[..20]);
    Key::from(key)
}

fn totp(shop: &Shop, account: &AccountRow, salt: &[u8]) -> Result<Totp, AppError> {
    let key = key_of(shop, account, salt);
    // An app's list shows the shop and the account; a colon would part them at the wrong place.
    let issuer = shop.info.load().name.replace(':', " ");
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(STEP)
        .with_skew(SKEW)
        .with_secret(key)
        .with_account_name(account.email.replace(':', " "))
        .with_issuer(Some(issuer))
        .build()
        .map_err(AppError::internal)
}

/// How long a key can be set up: whoever saw it before knows the codes it makes.
const SETUP_FOR: i64 = Timestamp::HOUR;

/// Begins to set codes up: makes a key, each time another one.
pub async fn begin(shop: &Shop, customer: &Customer, password: &Secret) -> Result<CodeSetup, AppError> {
    let row = confirmed_row(shop, customer, password).await?;
    if row.totp_since.is_some() {
        return Err(AppError::NotFound);
    }
    let salt = shop.random.bytes::<16>().to_vec();
    let mut tx = shop.db.begin().await?;
    execute!(
        tx,
        "UPDATE accounts SET totp_salt = $2, totp_begun_at = $3 WHERE id = $1 AND totp_since IS NULL",
        customer.account.0,
        salt,
        shop.clock.now().0
    )?;
    tx.commit().await?;
    setup(shop, customer).await
}

/// The key that is being set up.
pub async fn setup(shop: &Shop, customer: &Customer) -> Result<CodeSetup, AppError> {
    let row = own_row(&mut shop.db.read().await?.conn(), customer).await?;
    let salt = salt_in_setup(shop, &row)?;
    let address = totp(shop, &row, salt)?.to_url().map_err(AppError::internal)?;
    let (squares, size) = picture(&address)?;
    Ok(CodeSetup { key: key_of(shop, &row, salt).to_base32(), address, squares, size })
}

fn salt_in_setup<'a>(shop: &Shop, row: &'a AccountRow) -> Result<&'a [u8], AppError> {
    let fresh = shop.clock.now().0 < row.totp_begun_at + SETUP_FOR;
    let salt = row.totp_salt.as_deref().filter(|_| row.totp_since.is_none() && fresh);
    salt.ok_or(AppError::NotFound)
}

/// A QR code as an SVG path of its dark squares, and how many squares its side has.
fn picture(text: &str) -> Result<(String, u32), AppError> {
    let code = QrCode::new(text).map_err(AppError::internal)?;
    let mut path = String::new();
    for (y, x) in (0..code.width()).flat_map(|y| (0..code.width()).map(move |x| (y, x))) {
        if code[(x, y)] == Color::Dark {
            let _ = write!(path, "M{x} {y}h1v1h-1z");
        }
    }
    Ok((path, u32::try_from(code.width()).unwrap_or(0)))
}

/// The step a code belongs to, if it is one of about now.
fn step_of(totp: &Totp, code: &str, now: Timestamp) -> Option<i64> {
    let seconds = u64::try_from(now.0 / Timestamp::SECOND).unwrap_or(0);
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    totp.check(&digits, seconds).and_then(|step| i64::try_from(step).ok())
}

/// Switches codes on, by the first of them. This browser has proved what a strong sign-in proves; others are signed out.
pub async fn enable(shop: &Shop, customer: &Customer, code: &Secret) -> Result<(), AppError> {
    let row = own_row(&mut shop.db.read().await?.conn(), customer).await?;
    let salt = salt_in_setup(shop, &row)?;
    let counter = Counter::new(shop, Kind::Code, &row.id.to_string());
    attempts::claim(shop, std::slice::from_ref(&counter)).await?;
    let now = shop.clock.now();
    let step = step_of(&totp(shop, &row, salt)?, code.reveal(), now).ok_or_else(wrong)?;
    let mut tx = shop.db.begin().await?;
    attempts::forget(&mut tx, &counter).await?;
    let on = execute!(
        tx,
        "UPDATE accounts SET totp_since = $2, totp_step = $3
        WHERE id = $1 AND totp_since IS NULL AND totp_salt = $4",
        row.id,
        now.0,
        step,
        salt
    )?;
    if on == 0 {
        return Err(AppError::NotFound);
    }
    sessions::hold(&mut tx, customer, now.0).await?;
    execute!(tx, "UPDATE sessions SET strong = $2 WHERE id = $1", customer.session.0, true)?;
    sessions::end_all(&mut tx, row.id(), Some(customer.session)).await?;
    make_recovery_codes(shop, &mut tx, row.id()).await?;
    letters::notice(shop, &mut tx, &row, Notice::CodesOn).await?;
    Ok(tx.commit().await?)
}

async fn make_recovery_codes(shop: &Shop, tx: &mut Tx, account: AccountId) -> Result<(), AppError> {
    let salt = shop.random.bytes::<16>().to_vec();
    execute!(tx, "DELETE FROM recovery_codes WHERE account_id = $1", account.0)?;
    for code in derive(shop, account, &salt) {
        let hash = hash_of(shop, account, &code);
        execute!(tx, "INSERT INTO recovery_codes (account_id, code_hash) VALUES ($1, $2)", account.0, hash)?;
    }
    execute!(
        tx,
        "UPDATE accounts SET recovery_salt = $2, recovery_at = $3 WHERE id = $1",
        account.0,
        salt,
        shop.clock.now().0
    )?;
    Ok(())
}

/// The recovery codes of a salt: each of 59 bits, `abcd-efgh-jkmn`.
fn derive(shop: &Shop, account: AccountId, salt: &[u8]) -> Vec<String> {
    let code = |number: u8| {
        let bytes = shop.signer.keyed_hash("recovery code", &[account.0.as_bytes(), salt, &[number]].concat());
        let letters: Vec<char> = bytes[..12].iter().map(|b| char::from(LETTERS[usize::from(b % 31)])).collect();
        letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
    };
    (0..RECOVERY_CODES).map(code).collect()
}

/// What a recovery code is kept as: with the shop's secret, because what it has of chance could be tried through.
fn hash_of(shop: &Shop, account: AccountId, code: &str) -> Vec<u8> {
    shop.signer.keyed_hash("recovery code hash", &[account.0.as_bytes(), plain(code).as_bytes()].concat())
}

/// A recovery code without what people put between its letters.
fn plain(code: &str) -> String {
    code.to_lowercase().chars().filter(|c| LETTERS.contains(&u8::try_from(*c).unwrap_or(0))).collect()
}

/// The recovery codes, a while after they were made.
pub async fn recovery_codes(shop: &Shop, customer: &Customer) -> Result<RecoveryCodes, AppError> {
    let row = own_row(&mut shop.db.read().await?.conn(), customer).await?;
    let fresh = row.recovery_at.is_some_and(|at| shop.clock.now().0 < at + SHOWN_FOR);
    let salt = row.recovery_salt.as_ref().filter(|_| fresh && customer.strong()).ok_or(AppError::NotFound)?;
    Ok(RecoveryCodes(derive(shop, customer.account, salt)))
}

/// How many recovery codes have not been used.
pub async fn count_left(conn: &mut Conn<'_>, account: AccountId) -> sqlx::Result<u32> {
    let row = fetch!(conn, one as (i64,), "SELECT COUNT(*) FROM recovery_codes WHERE account_id = $1", account.0)?;
    Ok(u32::try_from(row.0).unwrap_or(0))
}

/// Takes a code in a sign-in: a one-time code of a step that none was taken for, or a recovery code.
pub async fn take(shop: &Shop, tx: &mut Tx, account: &AccountRow, code: &Secret) -> Result<(), AppError> {
    let salt = account.totp_salt.as_ref().filter(|_| account.totp_since.is_some()).ok_or_else(wrong)?;
    let taken = match step_of(&totp(shop, account, salt)?, code.reveal(), shop.clock.now()) {
        Some(step) => {
            execute!(tx, "UPDATE accounts SET totp_step = $2 WHERE id = $1 AND totp_step < $2", account.id, step)?
        }
        None => take_recovery_code(shop, tx, account, code).await?,
    };
    if taken == 0 { Err(wrong()) } else { Ok(()) }
}

async fn take_recovery_code(shop: &Shop, tx: &mut Tx, account: &AccountRow, code: &Secret) -> Result<u64, AppError> {
    let hash = hash_of(shop, account.id(), crate::domain::text::truncate(code.reveal(), 100));
    let taken = execute!(tx, "DELETE FROM recovery_codes WHERE account_id = $1 AND code_hash = $2", account.id, hash)?;
    if taken > 0 {
        letters::notice(shop, tx, account, Notice::RecoveryCodeUsed).await?;
    }
    Ok(taken)
}

/// Switches codes off. Staff who do so cannot work until they are on again.
pub async fn disable(shop: &Shop, customer: &Customer, password: &Secret) -> Result<(), AppError> {
    let row = confirmed_row(shop, customer, password).await?;
    let mut tx = shop.db.begin().await?;
    sessions::hold(&mut tx, customer, shop.clock.now().0).await?;
    if delete_all(&mut tx, row.id()).await? {
        letters::notice(shop, &mut tx, &row, Notice::CodesOff).await?;
    }
    Ok(tx.commit().await?)
}

/// Takes an account's codes off it, and says whether they were on.
pub async fn delete_all(tx: &mut Tx, account: AccountId) -> sqlx::Result<bool> {
    let off = execute!(
        tx,
        "UPDATE accounts SET totp_salt = NULL, totp_since = NULL, recovery_salt = NULL, recovery_at = NULL
        WHERE id = $1 AND totp_since IS NOT NULL",
        account.0
    )?;
    execute!(tx, "DELETE FROM recovery_codes WHERE account_id = $1", account.0)?;
    Ok(off > 0)
}

/// Makes new recovery codes in place of the old ones.
pub async fn renew(shop: &Shop, customer: &Customer, password: &Secret) -> Result<(), AppError> {
    let row = confirmed_row(shop, customer, password).await?;
    if row.totp_since.is_none() {
        return Err(AppError::NotFound);
    }
    let mut tx = shop.db.begin().await?;
    sessions::hold(&mut tx, customer, shop.clock.now().0).await?;
    make_recovery_codes(shop, &mut tx, row.id()).await?;
    Ok(tx.commit().await?)
}
