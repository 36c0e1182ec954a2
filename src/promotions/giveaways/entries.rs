//! Entries: one an address, taking part once its owner has followed the link that was sent to it, or was signed in.

use super::rows::{self, GiveawayRow};
use crate::{
    account::service::{attempts, email::AccountEmail},
    db::{Conn, Tx, execute, fetch, fetch_in},
    domain::{
        address::{Field, Problem},
        ids::{AccountId, GiveawayId},
        timestamp::Timestamp,
    },
    error::AppError,
    messages::giveaway as words,
    messaging::outbox::{self, Topic},
    promotions::{codes, view::Entered},
    server::{authority::customer_of, state::Shop, visitor::Verified},
};
use serde_json::json;
use std::net::IpAddr;
use uuid::Uuid;

/// Groups of four letters of a ticket.
const GROUPS: usize = 3;
/// How long after the draw addresses are kept.
const ADDRESSES_KEPT: i64 = 90 * Timestamp::DAY;

/// Enters an address. A link is sent to it, unless it is that of who has signed in. Whether it was entered before, nobody
/// is told.
pub async fn enter(
    shop: &Shop,
    visitor: &Verified,
    network: IpAddr,
    slug: &str,
    email: &str,
    agreed: bool,
) -> Result<Entered, AppError> {
    let email = AccountEmail::parse(email);
    if !agreed {
        let mut fields = vec![(Field::Agreement, Problem::Missing)];
        if let Err(AppError::InvalidFields { fields: others }) = email {
            fields.splice(0..0, others);
        }
        return Err(AppError::InvalidFields { fields });
    }
    let email = email?;
    let giveaway = open_giveaway(shop, slug).await?;
    let customer = customer_of(&mut shop.db.read().await?.conn(), visitor).await?;
    let own = customer.filter(|customer| customer.email_key == email.key);
    if own.is_none() {
        attempts::claim(shop, &attempts::of_letter(shop, &email.key, network)).await?;
    }
    let account = own.map(|customer| customer.account);
    let mut tx = shop.db.begin().await?;
    let entry = ensure_entry(shop, &mut tx, &giveaway, &email, account).await?;
    match account {
        Some(_) => verify_entry(shop, &mut tx, entry).await?,
        None => send_link(shop, &mut tx, &giveaway, entry, &email).await?,
    }
    tx.commit().await?;
    Ok(if account.is_some() { Entered::Confirmed } else { Entered::LinkSent })
}

async fn open_giveaway(shop: &Shop, slug: &str) -> Result<GiveawayRow, AppError> {
    let giveaway = rows::find_giveaway(&mut shop.db.read().await?.conn(), slug).await?.ok_or(AppError::NotFound)?;
    if giveaway.is_open(shop.clock.now()) { Ok(giveaway) } else { Err(AppError::LinkExpired) }
}

/// The entry of an address: the one it has, or a new one.
async fn ensure_entry(
    shop: &Shop,
    tx: &mut Tx,
    giveaway: &GiveawayRow,
    email: &AccountEmail,
    account: Option<AccountId>,
) -> sqlx::Result<Uuid> {
    let row = fetch!(
        &mut tx.conn(),
        one as (Uuid,),
        "INSERT INTO giveaway_entries (id, giveaway_id, ticket, email, email_key, account_id, consent, entered_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (giveaway_id, email_key) DO UPDATE SET account_id =
            COALESCE(giveaway_entries.account_id, excluded.account_id)
        RETURNING id",
        shop.ids.next(),
        giveaway.id,
        codes::make(&shop.random, "", GROUPS),
        email.shown.as_str(),
        email.key.as_str(),
        account.map(|account| account.0),
        words::AGREEMENT,
        shop.clock.now().0
    )?;
    Ok(row.0)
}

/// From now on it takes part, while the giveaway is open.
async fn verify_entry(shop: &Shop, tx: &mut Tx, entry: Uuid) -> Result<(), AppError> {
    let now = shop.clock.now().0;
    let known = execute!(
        tx,
        "UPDATE giveaway_entries SET verified_at = COALESCE(verified_at, $2) WHERE id = $1 AND giveaway_id IN
            (SELECT id FROM giveaways WHERE opens_at <= $2 AND closes_at > $2)",
        entry,
        now
    )?;
    if known == 1 { Ok(()) } else { Err(AppError::LinkExpired) }
}

async fn send_link(
    shop: &Shop,
    tx: &mut Tx,
    giveaway: &GiveawayRow,
    entry: Uuid,
    email: &AccountEmail,
) -> sqlx::Result<()> {
    let payload = json!({
        "to": email.shown,
        "subject": words::LETTER_HEADING,
        "heading": words::LETTER_HEADING,
        "paragraphs": [words::letter(&giveaway.title), words::NOT_YOU],
        "button": {
            "text": words::CONFIRM,
            "path": format!("/giveaways/{}?token={}", giveaway.slug, token(shop, entry)),
        },
    });
    outbox::enqueue_mail(tx, shop, Topic::Note, &entry.to_string(), &payload).await
}

/// The token of an entry: its id, and our signature of that.
fn token(shop: &Shop, entry: Uuid) -> String {
    format!("{}.{}", entry.simple(), shop.signer.signature("giveaway entry", entry.as_bytes()))
}

fn entry_of(shop: &Shop, token: &str) -> Option<Uuid> {
    let (id, signature) = token.split_once('.')?;
    let id = Uuid::try_parse(id).ok()?;
    shop.signer.is_signature("giveaway entry", id.as_bytes(), signature).then_some(id)
}

/// Whoever follows the link takes part. Gives the ticket.
pub async fn confirm(shop: &Shop, token: &str) -> Result<String, AppError> {
    let entry = entry_of(shop, token).ok_or(AppError::LinkExpired)?;
    let mut tx = shop.db.begin().await?;
    verify_entry(shop, &mut tx, entry).await?;
    let row =
        fetch!(&mut tx.conn(), optional as (String,), "SELECT ticket FROM giveaway_entries WHERE id = $1", entry)?;
    tx.commit().await?;
    row.map(|(ticket,)| ticket).ok_or(AppError::LinkExpired)
}

/// How many take part.
pub(super) async fn count(conn: &mut Conn<'_>, giveaway: GiveawayId) -> sqlx::Result<i64> {
    let row = fetch!(
        conn,
        one as (i64,),
        "SELECT COUNT(*) FROM giveaway_entries WHERE giveaway_id = $1 AND verified_at IS NOT NULL",
        giveaway.0
    )?;
    Ok(row.0)
}

/// The tickets that take part, sorted.
pub(super) async fn list_tickets(conn: &mut Conn<'_>, giveaway: GiveawayId) -> sqlx::Result<Vec<String>> {
    let rows = fetch!(
        conn,
        all as (String,),
        "SELECT ticket FROM giveaway_entries WHERE giveaway_id = $1 AND verified_at IS NOT NULL",
        giveaway.0
    )?;
    let mut tickets: Vec<String> = rows.into_iter().map(|(ticket,)| ticket).collect();
    tickets.sort();
    Ok(tickets)
}

/// The addresses of tickets, where they have not been erased.
pub(super) async fn list_emails(
    conn: &mut Conn<'_>,
    giveaway: GiveawayId,
    tickets: &[String],
) -> sqlx::Result<Vec<(String, String)>> {
    fetch_in!(
        conn,
        (String, String),
        ["SELECT ticket, email FROM giveaway_entries WHERE email IS NOT NULL AND giveaway_id = " => giveaway.0;
            " AND ticket IN"],
        tickets,
        ""
    )
}

/// Everybody's list: the tickets that take part, each on a line. Only once nobody can enter any more, and who confirmed at
/// the last moment is in it.
pub async fn tickets(shop: &Shop, slug: &str) -> Result<String, AppError> {
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    let giveaway = rows::find_giveaway(conn, slug).await?.ok_or(AppError::NotFound)?;
    if !giveaway.is_settled(shop.clock.now()) {
        return Err(AppError::NotFound);
    }
    let tickets = list_tickets(conn, giveaway.id()).await?;
    Ok(tickets.into_iter().map(|ticket| ticket + "\n").collect())
}

/// `(ticket, address, confirmed)` of everybody who entered, for the shop.
pub async fn list_entries(
    conn: &mut Conn<'_>,
    giveaway: GiveawayId,
) -> sqlx::Result<Vec<(String, Option<String>, bool)>> {
    let rows = fetch!(
        conn,
        all as (String, Option<String>, Option<i64>),
        "SELECT ticket, email, verified_at FROM giveaway_entries WHERE giveaway_id = $1 ORDER BY entered_at, id",
        giveaway.0
    )?;
    Ok(rows.into_iter().map(|(ticket, email, verified)| (ticket, email, verified.is_some())).collect())
}

/// `(giveaway, ticket, what was agreed to, when)` of somebody, for the copy of their data.
pub async fn list_of(
    conn: &mut Conn<'_>,
    account: AccountId,
    email_key: &str,
) -> sqlx::Result<Vec<(String, String, String, i64)>> {
    fetch!(
        conn,
        all as (String, String, String, i64),
        "SELECT g.title, e.ticket, e.consent, e.entered_at FROM giveaway_entries e
        JOIN giveaways g ON g.id = e.giveaway_id
        WHERE e.account_id = $1 OR e.email_key = $2 ORDER BY e.entered_at, e.id",
        account.0,
        email_key
    )
}

/// Forgets somebody: they take part in nothing any more that takes entries. Where it is over their ticket stays and nothing
/// else: the list that was published cannot change.
pub async fn erase(tx: &mut Tx, account: AccountId, email_key: &str, now: Timestamp) -> sqlx::Result<()> {
    execute!(
        tx,
        "DELETE FROM giveaway_entries WHERE (account_id = $1 OR email_key = $2)
        AND (verified_at IS NULL OR giveaway_id IN (SELECT id FROM giveaways WHERE closes_at > $3))",
        account.0,
        email_key,
        now.0
    )?;
    execute!(
        tx,
        "UPDATE giveaway_entries SET email = NULL, email_key = NULL, account_id = NULL
        WHERE account_id = $1 OR email_key = $2",
        account.0,
        email_key
    )?;
    Ok(())
}

/// Forgets who never confirmed, once it is drawn, and a while later everybody's address: prizes are sent by then.
pub async fn delete_old(tx: &mut Tx, now: Timestamp) -> sqlx::Result<()> {
    execute!(
        tx,
        "DELETE FROM giveaway_entries WHERE verified_at IS NULL
        AND giveaway_id IN (SELECT giveaway_id FROM giveaway_draws)"
    )?;
    execute!(
        tx,
        "UPDATE giveaway_entries SET email = NULL, email_key = NULL, account_id = NULL
        WHERE email IS NOT NULL AND giveaway_id IN (SELECT giveaway_id FROM giveaway_draws WHERE drawn_at < $1)",
        now.plus(-ADDRESSES_KEPT).0
    )?;
    Ok(())
}
