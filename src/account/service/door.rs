//! Coming in and going out: registering, signing in by password and code, resetting.
//!
//! Nothing here tells whether an account exists: answers are the same, the same work is done (a password is hashed in
//! either case, the same rows are written), and what differs is decided when the email is written, by the background.

use super::{
    attempts::{self, Counter, Kind},
    codes,
    email::{self, AccountEmail},
    letters,
    links::{self, Purpose},
    merge::{self, Merged},
    passwords, places, sessions,
    store::{self, AccountRow, NewAccount, RegistrationRow},
};
use crate::{
    account::view::SignInStep,
    domain::{
        account::Secret,
        address::{self, Field, FieldErrors},
        ids::AccountId,
        timestamp::Timestamp,
    },
    error::AppError,
    messaging::outbox::{self, Topic},
    server::{
        request_details,
        state::Shop,
        visitor::{Verified, Visitor},
    },
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

/// How a sign-in ended: what the browser is told, and the cookie it has from now on.
pub struct Entry {
    step: SignInStep,
    visitor: Option<Visitor>,
    /// Where a browser without JavaScript goes.
    page: String,
}

impl Entry {
    fn done(visitor: Visitor, page: String) -> Self {
        Self { step: SignInStep::Done { page: page.clone() }, visitor: Some(visitor), page }
    }

    fn half(ticket: String, next: &str) -> Self {
        let next = utf8_percent_encode(own_page(next), NON_ALPHANUMERIC);
        let page = format!("/login?ticket={ticket}&next={next}");
        Self { step: SignInStep::CodeNeeded { ticket }, visitor: None, page }
    }
}

/// How long a one-time code may be typed for.
const TICKET_FOR: i64 = 10 * Timestamp::MINUTE;

/// Tells the browser how its sign-in ended.
pub fn leave(entry: Entry) -> Result<SignInStep, AppError> {
    if let Some(visitor) = &entry.visitor {
        crate::server::give_cookie(visitor);
    }
    crate::server::redirect_plain_form(&entry.page);
    Ok(entry.step)
}

/// A page of this shop to go to, whatever was asked for.
#[must_use]
pub fn own_page(page: &str) -> &str {
    let own = page.starts_with('/')
        && !page.starts_with("//")
        && page.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        && page.len() <= 500
        && !page.starts_with("/_fn");
    if own { page } else { "/account" }
}

/// Begins an account: it comes into being by the link that is sent to its address.
pub async fn register(
    shop: &Shop,
    visitor: &Verified,
    name: &str,
    email: &str,
    password: &Secret,
) -> Result<(), AppError> {
    let (name, email) = parse_registration(name, email, password)?;
    attempts::claim(shop, &attempts::of_letter(shop, &email.key, request_details().address)).await?;
    let row = RegistrationRow {
        id: shop.ids.next(),
        name,
        password_hash: shop.passwords.hash(&shop.random, password).await?,
        visitor_hash: visitor.hash(),
        expires_at: shop.clock.now().0 + links::VERIFY_FOR,
        email: email.shown,
        email_key: email.key,
    };
    let mut tx = shop.db.begin().await?;
    store::insert_registration(&mut tx, &row).await?;
    let payload = json!({ "registration": row.id });
    outbox::enqueue_mail(&mut tx, shop, Topic::VerifyEmail, &row.id.to_string(), &payload).await?;
    Ok(tx.commit().await?)
}

fn parse_registration(name: &str, email: &str, password: &Secret) -> Result<(String, AccountEmail), AppError> {
    let mut errors: FieldErrors = Vec::new();
    let name = address::line(Field::Name, name, address::MAX_LINE, &mut errors);
    let email = AccountEmail::parse(email);
    if let Err(AppError::InvalidFields { fields }) = &email {
        errors.extend(fields);
    }
    errors.extend(passwords::problem(Field::Password, password));
    match email {
        Ok(email) if errors.is_empty() => Ok((name, email)),
        _ => {
            errors.sort_by_key(|(field, _)| *field);
            Err(AppError::InvalidFields { fields: errors })
        }
    }
}

/// Makes the account of a registration. In another browser than the one that asked for it the password has to be
/// known: else somebody could register your address, and you would confirm their password.
pub async fn verify(shop: &Shop, visitor: &Verified, token: &str, password: &Secret) -> Result<Entry, AppError> {
    let id = links::row_of(shop, token).ok_or(AppError::LinkExpired)?;
    let found = store::find_registration(&mut shop.db.read().await?.conn(), id, shop.clock.now().0).await?;
    let row = found.ok_or(AppError::LinkExpired)?;
    if row.visitor_hash != visitor.hash() {
        check_password(shop, &Counter::new(shop, Kind::Account, &id.to_string()), &row.password_hash, password).await?;
    }
    let mut tx = shop.db.begin().await?;
    let new =
        NewAccount { email: &row.email, email_key: &row.email_key, name: &row.name, password_hash: &row.password_hash };
    let account = store::insert_account(shop, &mut tx, &new).await?.ok_or(AppError::LinkExpired)?;
    let account = store::find_account(&mut tx.conn(), account).await?.ok_or(AppError::Internal)?;
    let (visitor, merged) = enter(shop, &mut tx, visitor, &account, false).await?;
    tx.commit().await?;
    Ok(Entry::done(visitor, merged.page("/account")))
}

/// Compares a password where it is known whose it is, with a counter of its own.
pub async fn check_password(shop: &Shop, counter: &Counter, hash: &str, password: &Secret) -> Result<(), AppError> {
    let look = shop.passwords.verify(Some(hash), password);
    if attempts::tried(shop, std::slice::from_ref(counter), look).await? {
        return Ok(());
    }
    Err(AppError::invalid(Field::Password, address::Problem::Wrong))
}

/// Signs in by password; where one-time codes are switched on, that is half of it.
pub async fn sign_in(
    shop: &Shop,
    visitor: &Verified,
    email: &str,
    password: &Secret,
    next: &str,
) -> Result<Entry, AppError> {
    let key = email::key(crate::domain::text::truncate(email, 300));
    let network = request_details().address;
    let counters = attempts::of_sign_in(shop, &key, network).await?;
    let mut account = None;
    let look = async {
        account = store::find_account_by_email(&mut shop.db.read().await?.conn(), &key).await?;
        let hash = account.as_ref().map(|account| account.password_hash.as_str());
        shop.passwords.verify(hash, password).await
    };
    let right = attempts::tried(shop, &counters, look).await?;
    let account = account.filter(|_| right).ok_or(AppError::WrongCredentials)?;
    places::remember(shop, &key, network).await?;
    if account.totp_since.is_some() {
        return Ok(Entry::half(ticket(shop, visitor, &account), next));
    }
    finish(shop, shop.db.begin().await?, visitor, &account, false, next).await
}

/// What says that the password was right: for this browser, for a while, and until the password is changed.
fn ticket(shop: &Shop, visitor: &Visitor, account: &AccountRow) -> String {
    let expires = shop.clock.now().0 + TICKET_FOR;
    let signed = ticket_text(visitor, account, expires);
    format!("{}.{expires:x}.{}", account.id.simple(), shop.signer.signature("sign-in ticket", &signed))
}

fn ticket_text(visitor: &Visitor, account: &AccountRow, expires: i64) -> Vec<u8> {
    let numbers = [expires.to_be_bytes(), account.password_changed_at.to_be_bytes()].concat();
    [account.id.as_bytes().as_slice(), &numbers, &visitor.hash()].concat()
}

async fn account_of_ticket(shop: &Shop, visitor: &Visitor, ticket: &str) -> Result<AccountRow, AppError> {
    let mut parts = ticket.splitn(3, '.');
    let mut part = || parts.next().ok_or(AppError::LinkExpired);
    let (id, expires, signature) = (part()?, part()?, part()?);
    let id = uuid::Uuid::try_parse(id).map_err(|_| AppError::LinkExpired)?;
    let expires = i64::from_str_radix(expires, 16).map_err(|_| AppError::LinkExpired)?;
    let account = store::find_account(&mut shop.db.read().await?.conn(), AccountId(id)).await?;
    let account = account.filter(|account| {
        let text = ticket_text(visitor, account, expires);
        shop.clock.now().0 < expires && shop.signer.is_signature("sign-in ticket", &text, signature)
    });
    account.ok_or(AppError::LinkExpired)
}

/// Ends a sign-in by a one-time code or a recovery code.
pub async fn second_factor(
    shop: &Shop,
    visitor: &Verified,
    ticket: &str,
    code: &Secret,
    next: &str,
) -> Result<Entry, AppError> {
    let account = account_of_ticket(shop, visitor, ticket).await?;
    let counter = Counter::new(shop, Kind::Code, &account.id.to_string());
    attempts::claim(shop, std::slice::from_ref(&counter)).await?;
    let mut tx = shop.db.begin().await?;
    codes::take(shop, &mut tx, &account, code).await?;
    attempts::forget(&mut tx, &counter).await?;
    finish(shop, tx, visitor, &account, true, next).await
}

/// Opens the session and commits.
pub async fn finish(
    shop: &Shop,
    mut tx: crate::db::Tx,
    visitor: &Visitor,
    account: &AccountRow,
    strong: bool,
    next: &str,
) -> Result<Entry, AppError> {
    let (visitor, merged) = enter(shop, &mut tx, visitor, account, strong).await?;
    tx.commit().await?;
    Ok(Entry::done(visitor, merged.page(own_page(next))))
}

/// What every sign-in does: a session, the guest's cart and wishlist, the guest's orders.
async fn enter(
    shop: &Shop,
    tx: &mut crate::db::Tx,
    before: &Visitor,
    account: &AccountRow,
    strong: bool,
) -> Result<(Visitor, Merged), AppError> {
    let guest = before.find_guest(&mut tx.conn()).await?;
    let visitor = sessions::open(shop, tx, before, account, strong, &request_details().device).await?;
    let merged = match guest {
        Some(guest) => merge::merge(shop, tx, guest, account).await?,
        None => Merged::default(),
    };
    store::attach_orders(tx, account.id(), &account.email_key).await?;
    Ok((visitor, merged))
}

/// Signs out: the browser is a stranger from then on.
pub async fn sign_out(shop: &Shop, visitor: &Verified) -> Result<(), AppError> {
    let mut tx = shop.db.begin().await?;
    if sessions::end_of(&mut tx, visitor).await? > 0 {
        crate::server::forget_cookie(shop);
    }
    Ok(tx.commit().await?)
}

/// Sends a link to choose a new password, if there is such an account: the background looks, so that the answer and
/// its time are the same.
pub async fn forgot(shop: &Shop, email: &str) -> Result<(), AppError> {
    let email = AccountEmail::parse(email)?;
    attempts::claim(shop, &attempts::of_letter(shop, &email.key, request_details().address)).await?;
    let mut tx = shop.db.begin().await?;
    let payload = letters::reset_payload(&email.key);
    outbox::enqueue_mail(&mut tx, shop, Topic::ResetPassword, "", &payload).await?;
    Ok(tx.commit().await?)
}

/// Sets the password by a link and ends all sessions: whoever had one may be the reason for it.
pub async fn reset(shop: &Shop, token: &str, password: &Secret) -> Result<(), AppError> {
    passwords::chosen(Field::NewPassword, password)?;
    // Before any password is hashed: a made-up link costs nothing.
    let id = links::row_of(shop, token).ok_or(AppError::LinkExpired)?;
    let found = links::find(&mut shop.db.read().await?.conn(), id, shop.clock.now()).await?;
    found.filter(|link| link.purpose == Purpose::ResetPassword).ok_or(AppError::LinkExpired)?;
    let hash = shop.passwords.hash(&shop.random, password).await?;
    let mut tx = shop.db.begin().await?;
    let link = links::take(shop, &mut tx, token, Purpose::ResetPassword).await?;
    let account = store::find_account(&mut tx.conn(), link.account).await?.ok_or(AppError::LinkExpired)?;
    if store::update_password(&mut tx, &account, &hash, shop.clock.now().0).await? == 0 {
        return Err(AppError::LinkExpired);
    }
    sessions::end_all(&mut tx, link.account, None).await?;
    letters::notice(shop, &mut tx, &account, letters::Notice::PasswordChanged).await?;
    tx.commit().await?;
    // Of the account alone: on the network's counter nothing was claimed here that could be given back.
    let [here, anywhere, _] = attempts::of_password(shop, &account.email_key, request_details().address);
    attempts::settle(shop, &[here, anywhere], true).await
}

#[cfg(test)]
mod tests {
    use super::own_page;

    #[test]
    fn after_signing_in_nobody_is_sent_to_another_site() {
        for foreign in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "",
            "evil",
            "/a\nb",
            "/_fn/account/sign_out",
            "javascript:alert(1)",
        ] {
            assert_eq!(own_page(foreign), "/account", "{foreign}");
        }
        assert_eq!(own_page("/checkout?x=1"), "/checkout?x=1");
    }
}
