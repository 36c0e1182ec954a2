//! What is known about somebody: questions of consent, and a copy to take along.

use super::store;
use crate::{
    account::view::{Export, Privacy, Question},
    db::{Conn, Tx, execute, fetch},
    domain::{
        ids::{AccountId, ExportId, ShopperId},
        timestamp::Timestamp,
    },
    error::AppError,
    messages::privacy as words,
    messaging::outbox::{self, Topic},
    server::{
        authority::{Customer, customer_of},
        state::Shop,
        visitor::{Verified, Visitor},
    },
};
use serde_json::json;
use uuid::Uuid;

/// The one thing that needs consent: that the steps of one person through the shop are kept as those of one person.
pub const STATISTICS: &str = "statistics";
/// How long a copy is kept.
pub const EXPORT_KEPT: i64 = 3 * Timestamp::DAY;
/// At most one copy a while.
const EXPORT_EVERY: i64 = 10 * Timestamp::MINUTE;

/// What the shop asks its customers at the moment.
fn purposes(shop: &Shop) -> Vec<(&'static str, &'static str)> {
    if shop.info.load().asks_statistics { vec![(STATISTICS, words::STATISTICS)] } else { vec![] }
}

/// The latest answer of somebody to a question: what, and when.
async fn find_answer(conn: &mut Conn<'_>, holder: Uuid, purpose: &str) -> sqlx::Result<Option<(bool, i64)>> {
    fetch!(
        conn,
        optional as (bool, i64),
        "SELECT granted, at FROM consents WHERE holder = $1 AND purpose = $2 ORDER BY at DESC, id DESC LIMIT 1",
        holder,
        purpose
    )
}

async fn questions(shop: &Shop, conn: &mut Conn<'_>, holder: Option<Uuid>) -> sqlx::Result<Vec<Question>> {
    let mut questions = Vec::new();
    for (purpose, wording) in purposes(shop) {
        let answer = match holder {
            Some(holder) => find_answer(conn, holder, purpose).await?,
            None => None,
        };
        questions.push(Question {
            purpose: purpose.to_owned(),
            wording: wording.to_owned(),
            granted: answer.map(|(granted, _)| granted),
            at: answer.map(|(_, at)| Timestamp(at)),
        });
    }
    Ok(questions)
}

/// Who answers: the account, else the guest's shopper.
async fn find_holder(conn: &mut Conn<'_>, visitor: &Visitor) -> sqlx::Result<Option<Uuid>> {
    if let Some(customer) = customer_of(conn, visitor).await? {
        return Ok(Some(customer.account.0));
    }
    Ok(visitor.find_shopper(conn).await?.map(|shopper| shopper.0))
}

/// The questions that the visitor has not answered.
pub async fn open_questions(shop: &Shop, visitor: &Visitor) -> Result<Vec<Question>, AppError> {
    if purposes(shop).is_empty() {
        return Ok(vec![]);
    }
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    let holder = find_holder(conn, visitor).await?;
    let mut questions = questions(shop, conn, holder).await?;
    questions.retain(|question| question.granted.is_none());
    Ok(questions)
}

/// Writes an answer down, with time and wording.
pub async fn answer(shop: &Shop, visitor: &Verified, purpose: &str, granted: bool) -> Result<(), AppError> {
    let asked = purposes(shop).into_iter().find(|(name, _)| *name == purpose);
    let (purpose, wording) = asked.ok_or(AppError::NotFound)?;
    let mut tx = shop.db.begin().await?;
    let holder = match customer_of(&mut tx.conn(), visitor).await? {
        Some(customer) => customer.account.0,
        None => visitor.ensure_shopper(&mut tx, shop).await?.0,
    };
    execute!(
        tx,
        "INSERT INTO consents (id, at, holder, purpose, granted, wording) VALUES ($1, $2, $3, $4, $5, $6)",
        shop.ids.next(),
        shop.clock.now().0,
        holder,
        purpose,
        granted,
        wording
    )?;
    if !granted {
        forget_steps(&mut tx, holder).await?;
    }
    Ok(tx.commit().await?)
}

/// What was kept as somebody's steps is nobody's from now on.
async fn forget_steps(tx: &mut Tx, holder: Uuid) -> sqlx::Result<u64> {
    execute!(
        tx,
        "UPDATE events SET shopper_id = NULL
        WHERE shopper_id = $1 OR shopper_id IN (SELECT shopper_id FROM accounts WHERE id = $1)",
        holder
    )
}

/// Whether the steps of a shopper may be kept as those of one person.
pub async fn may_follow(shop: &Shop, conn: &mut Conn<'_>, shopper: ShopperId) -> sqlx::Result<bool> {
    if purposes(shop).is_empty() {
        return Ok(false);
    }
    let account = fetch!(conn, optional as (Uuid,), "SELECT id FROM accounts WHERE shopper_id = $1", shopper.0)?;
    let holder = account.map_or(shopper.0, |(id,)| id);
    Ok(find_answer(conn, holder, STATISTICS).await?.is_some_and(|(granted, _)| granted))
}

/// The privacy page.
pub async fn privacy(shop: &Shop, customer: &Customer) -> Result<Privacy, AppError> {
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    let open = fetch!(
        conn,
        one as (i64,),
        "SELECT COUNT(*) FROM orders WHERE account_id = $1 AND status IN ('paid', 'processing', 'shipped')",
        customer.account.0
    )?;
    Ok(Privacy {
        questions: questions(shop, conn, Some(customer.account.0)).await?,
        exports: list_exports(shop, conn, customer).await?,
        open_orders: u32::try_from(open.0).unwrap_or(u32::MAX),
        is_staff: customer.role.is_some(),
    })
}

async fn list_exports(shop: &Shop, conn: &mut Conn<'_>, customer: &Customer) -> sqlx::Result<Vec<Export>> {
    let now = shop.clock.now().0;
    let rows = fetch!(
        conn,
        all as (Uuid, i64, Option<i64>, i64),
        "SELECT id, created_at, ready_at, expires_at FROM data_exports WHERE account_id = $1 AND expires_at > $2
        ORDER BY created_at DESC, id",
        customer.account.0,
        now
    )?;
    let export = |(id, created_at, ready_at, expires_at): (Uuid, i64, Option<i64>, i64)| Export {
        id: ExportId(id),
        created_at: Timestamp(created_at),
        address: ready_at.map(|_| format!("/account/export/{id}?token={}", export_token(shop, id, expires_at))),
        expires_at: Timestamp(expires_at),
    };
    Ok(rows.into_iter().map(export).collect())
}

fn export_token(shop: &Shop, id: Uuid, expires_at: i64) -> String {
    shop.signer.signature("data export", &[id.as_bytes().as_slice(), &expires_at.to_be_bytes()].concat())
}

/// A copy that is ready, for whoever has its signed link, until it expires.
pub async fn fetch_export(shop: &Shop, id: &str, token: &str) -> Result<String, AppError> {
    let id = Uuid::try_parse(id).map_err(|_| AppError::NotFound)?;
    let row = fetch!(
        &mut shop.db.read().await?.conn(),
        optional as (String, i64),
        "SELECT body, expires_at FROM data_exports WHERE id = $1 AND ready_at IS NOT NULL AND expires_at > $2",
        id,
        shop.clock.now().0
    )?;
    let (body, expires_at) = row.ok_or(AppError::NotFound)?;
    let signed = [id.as_bytes().as_slice(), &expires_at.to_be_bytes()].concat();
    if shop.signer.is_signature("data export", &signed, token) { Ok(body) } else { Err(AppError::NotFound) }
}

/// Has a copy prepared in the background. One that was asked for a moment ago will do.
pub async fn request_export(shop: &Shop, customer: &Customer) -> Result<(), AppError> {
    let now = shop.clock.now().0;
    let mut tx = shop.db.begin().await?;
    execute!(
        tx,
        "INSERT INTO data_exports (id, account_id, body, created_at, expires_at)
        SELECT $1, $2, '', $3, $4 WHERE NOT EXISTS
            (SELECT 1 FROM data_exports WHERE account_id = $2 AND created_at > $5)",
        shop.ids.next(),
        customer.account.0,
        now,
        now + EXPORT_KEPT,
        now - EXPORT_EVERY
    )?;
    Ok(tx.commit().await?)
}

/// Prepares the copies that were asked for. Any number of nodes may do so: the last to write wins, with the same data.
pub async fn prepare_exports(shop: &Shop) -> Result<(), AppError> {
    let waiting = fetch!(
        &mut shop.db.read().await?.conn(),
        all as (Uuid, Uuid),
        "SELECT id, account_id FROM data_exports WHERE ready_at IS NULL ORDER BY created_at LIMIT 10"
    )?;
    for (id, account) in waiting {
        let account = AccountId(account);
        let Some(body) = super::copy::of(shop, account).await? else { continue };
        let mut tx = shop.db.begin().await?;
        let done = execute!(
            tx,
            "UPDATE data_exports SET body = $2, ready_at = $3 WHERE id = $1 AND ready_at IS NULL",
            id,
            body,
            shop.clock.now().0
        )?;
        if done > 0
            && let Some(account) = store::find_account(&mut tx.conn(), account).await?
        {
            let payload = json!({ "to": account.email });
            outbox::enqueue_mail(&mut tx, shop, Topic::DataExport, &account.id.to_string(), &payload).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Forgets copies whose time is over.
pub async fn delete_old(tx: &mut Tx, now: i64) -> sqlx::Result<u64> {
    execute!(tx, "DELETE FROM data_exports WHERE expires_at <= $1", now)
}
