//! The emails of accounts. What they say is decided when they are written, by the background: whoever asked for one
//! has learnt nothing by then.

use super::{
    links::{self, Link, Purpose},
    store::{self, AccountRow},
};
use crate::{
    db::Tx,
    domain::ids::AccountId,
    error::AppError,
    messages::letters as words,
    messaging::{
        letters::letter,
        mail::Mail,
        outbox::{self, Topic},
    },
    server::state::Shop,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// A letter of a few lines.
struct Letter {
    heading: &'static str,
    paragraphs: Vec<String>,
    button: Option<Button>,
}

/// What its button says, and where in the shop it leads.
struct Button {
    text: &'static str,
    path: String,
}

impl Letter {
    fn to(&self, shop: &Shop, to: &str) -> Mail {
        let url = self.button.as_ref().map(|button| (button.text, shop.config.base_url.clone() + &button.path));
        let button = url.as_ref().map(|(text, url)| (*text, url.as_str()));
        let (text, html) = letter(shop, self.heading, &self.paragraphs, button);
        Mail { to: to.to_owned(), subject: self.heading.to_owned(), text, html }
    }
}

/// What an owner is told that happened to their account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Notice {
    PasswordChanged,
    /// A link was sent to another address that is to take this one's place.
    EmailAsked,
    EmailChanged,
    RoleGiven,
    CodesOn,
    CodesOff,
    RecoveryCodeUsed,
    PasskeyAdded,
    PasskeyRemoved,
}

impl Notice {
    const ALL: [Self; 9] = [
        Self::PasswordChanged,
        Self::EmailAsked,
        Self::EmailChanged,
        Self::RoleGiven,
        Self::CodesOn,
        Self::CodesOff,
        Self::RecoveryCodeUsed,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::PasswordChanged => "password_changed",
            Self::EmailAsked => "email_asked",
            Self::EmailChanged => "email_changed",
            Self::RoleGiven => "role_given",
            Self::CodesOn => "codes_on",
            Self::CodesOff => "codes_off",
            Self::RecoveryCodeUsed => "recovery_code_used",
            Self::PasskeyAdded => "passkey_added",
            Self::PasskeyRemoved => "passkey_removed",
        }
    }
}

/// Tells the owner of an account, at the address it has now.
pub async fn notice(shop: &Shop, tx: &mut Tx, account: &AccountRow, notice: Notice) -> sqlx::Result<()> {
    let payload = json!({ "to": account.email, "notice": notice.name() });
    outbox::enqueue_mail(tx, shop, Topic::SecurityNotice, &account.id.to_string(), &payload).await
}

/// The email of a row of the outbox, by its id; nothing where there is nothing to send any more. Written twice, for a row
/// that is sent twice, it is the same.
pub async fn compose(shop: &Shop, row: Uuid, topic: Topic, payload: &Value) -> Result<Option<Mail>, AppError> {
    match topic {
        Topic::VerifyEmail => verify(shop, payload).await,
        Topic::ResetPassword => reset(shop, row, payload).await,
        Topic::EmailChanged => change(shop, payload).await,
        Topic::SecurityNotice => told(shop, payload).map(Some),
        Topic::DataExport => export(shop, payload).map(Some),
        _ => Ok(None),
    }
}

/// A text of a row. What is wrong with a row is not told: that would put somebody's data into the log.
fn text<'a>(payload: &'a Value, name: &str) -> Result<&'a str, AppError> {
    payload[name].as_str().ok_or_else(|| AppError::internal("a letter cannot be made of its row"))
}

fn id(payload: &Value, name: &str) -> Result<Uuid, AppError> {
    Uuid::try_parse(text(payload, name)?).map_err(|_| AppError::internal("a letter cannot be made of its row"))
}

/// To who registers: the link that makes the account; or that there is one already.
async fn verify(shop: &Shop, payload: &Value) -> Result<Option<Mail>, AppError> {
    let id = id(payload, "registration")?;
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    let Some(row) = store::find_registration(conn, id, shop.clock.now().0).await? else { return Ok(None) };
    if let Some(account) = store::find_account_by_email(conn, &row.email_key).await? {
        let letter = Letter {
            heading: words::ALREADY_HEADING,
            paragraphs: vec![words::already(&shop.info.load().name), words::ALREADY_FORGOTTEN.to_owned()],
            button: Some(Button { text: words::SIGN_IN, path: "/login".to_owned() }),
        };
        return Ok(Some(letter.to(shop, &account.email)));
    }
    let letter = Letter {
        heading: words::VERIFY_HEADING,
        paragraphs: vec![words::verify(&shop.info.load().name), words::NOT_YOU.to_owned()],
        button: Some(Button { text: words::VERIFY, path: format!("/verify?token={}", links::token(shop, id)) }),
    };
    Ok(Some(letter.to(shop, &row.email)))
}

/// What asks for a link to choose a new password, whether or not there is such an account.
#[must_use]
pub fn reset_payload(email_key: &str) -> Value {
    json!({ "email_key": email_key })
}

/// To the address the account has, never to the one that was typed.
async fn reset(shop: &Shop, id: Uuid, payload: &Value) -> Result<Option<Mail>, AppError> {
    let key = text(payload, "email_key")?;
    let account = store::find_account_by_email(&mut shop.db.read().await?.conn(), key).await?;
    let Some(account) = account else { return Ok(None) };
    let invited = payload["invited"].as_bool() == Some(true);
    let lasts = if invited { links::INVITE_FOR } else { links::RESET_FOR };
    let mut tx = shop.db.begin().await?;
    let link = Link { account: account.id(), purpose: Purpose::ResetPassword, detail: String::new() };
    links::insert(shop, &mut tx, id, &link, lasts).await?;
    tx.commit().await?;
    let letter = Letter {
        heading: if invited { words::INVITED_HEADING } else { words::RESET_HEADING },
        paragraphs: if invited {
            vec![words::invited(&shop.info.load().name)]
        } else {
            vec![words::RESET_TEXT.to_owned(), words::RESET_NOT_YOU.to_owned()]
        },
        button: Some(Button { text: words::RESET, path: format!("/reset?token={}", links::token(shop, id)) }),
    };
    Ok(Some(letter.to(shop, &account.email)))
}

/// To a new address: the link by which it is taken over. Where it belongs to another account, that one is told.
async fn change(shop: &Shop, payload: &Value) -> Result<Option<Mail>, AppError> {
    let id = id(payload, "link")?;
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    let Some(link) = links::find(conn, id, shop.clock.now()).await? else { return Ok(None) };
    let taken = store::find_account_by_email(conn, &super::email::key(&link.detail)).await?;
    if taken.is_some_and(|other| other.id() != link.account) {
        return Ok(None);
    }
    let letter = Letter {
        heading: words::CHANGE_HEADING,
        paragraphs: vec![words::change(&shop.info.load().name), words::NOT_YOU.to_owned()],
        button: Some(Button { text: words::CHANGE, path: format!("/confirm-email?token={}", links::token(shop, id)) }),
    };
    Ok(Some(letter.to(shop, &link.detail)))
}

fn told(shop: &Shop, payload: &Value) -> Result<Mail, AppError> {
    let (to, name) = (text(payload, "to")?, text(payload, "notice")?);
    let notice = Notice::ALL.into_iter().find(|notice| notice.name() == name).ok_or(AppError::Internal)?;
    let (what_then, button) = match notice {
        // This address no longer signs in.
        Notice::EmailChanged => (words::WRITE_TO_US, None),
        Notice::RoleGiven => (words::ROLE_NOT_YOU, None),
        _ => (words::NOTICE_NOT_YOU, Some(Button { text: words::SECURITY, path: "/account/security".to_owned() })),
    };
    let paragraphs = vec![words::notice(notice).to_owned(), what_then.to_owned()];
    let letter = Letter { heading: words::NOTICE_HEADING, paragraphs, button };
    Ok(letter.to(shop, to))
}

fn export(shop: &Shop, payload: &Value) -> Result<Mail, AppError> {
    let letter = Letter {
        heading: words::EXPORT_HEADING,
        paragraphs: vec![words::EXPORT_TEXT.to_owned()],
        button: Some(Button { text: words::EXPORT, path: "/account/privacy".to_owned() }),
    };
    Ok(letter.to(shop, text(payload, "to")?))
}

/// Has a link sent to somebody who was given a role and has no password yet.
pub async fn invite(shop: &Shop, tx: &mut Tx, account: AccountId, email_key: &str) -> sqlx::Result<()> {
    let payload = json!({ "email_key": email_key, "invited": true });
    outbox::enqueue_mail(tx, shop, Topic::ResetPassword, &account.to_string(), &payload).await
}
