//! Background work. Any number of nodes may run it: each step is claimed or guarded in the database.

use super::{api::idempotency, events, state::Shop};
use crate::{
    account::service::{attempts, drafts as form_drafts, erasure, links, places, privacy, sessions},
    checkout::drafts,
    db::{Tx, execute, fetch},
    domain::timestamp::Timestamp,
    error::AppError,
    messaging::{mail::Postman, outbox, worker},
    orders::live,
    payments::{holds, refunds, sandbox::Sandbox, service as payments},
    promotions::giveaways,
    search::{record, store as search, suggest},
};
use std::{future::Future, sync::Arc, time::Duration};
use tokio::task::JoinSet;
use uuid::Uuid;

/// An attempt to pay that nobody has touched for so long was left by a crash: longer than all that Stripe is asked for
/// one, each with its second try.
const STALE_AT_STRIPE: i64 = 90 * Timestamp::SECOND;
/// The same where the only gateway is the sandbox, which is within this program and answers at once.
const STALE: i64 = 20 * Timestamp::SECOND;
/// After so long the gateway is asked about an attempt whose webhook has not come.
const LATE: i64 = Timestamp::MINUTE;
/// How long the change log is kept: a node that was away for longer builds its index anew.
const CHANGES_KEPT: i64 = 7 * Timestamp::DAY;
const DRAFTS_KEPT: i64 = 30 * Timestamp::DAY;
/// How long it is known that an email was sent. One that could not be sent by then is forgotten.
const LETTERS_KEPT: i64 = 30 * Timestamp::DAY;

/// Starts everything that runs beside the requests. Dropping the set stops it.
pub fn start(shop: &Arc<Shop>) -> JoinSet<()> {
    let mut jobs = JoinSet::new();
    jobs.spawn(events::write_events(shop.clone()));
    jobs.spawn(live::keep_looking(shop.clone()));
    every(&mut jobs, shop, 5, "settings", |shop| async move { Ok(shop.reload_info().await?) });
    every(&mut jobs, shop, 3, "promotions", |shop| async move { Ok(shop.reload_promotions().await?) });
    every(&mut jobs, shop, 10, "payments left by a crash", |shop| async move {
        payments::recover(&shop, shop.clock.now().plus(-stale(&shop))).await.map(drop)
    });
    every(&mut jobs, shop, 20, "payments not told of", |shop| async move {
        payments::ask_again(&shop, shop.clock.now().plus(-LATE)).await
    });
    every(&mut jobs, shop, 10, "orders not paid in time", |shop| async move { holds::expire_orders(&shop).await });
    every(&mut jobs, shop, 10, "refunds", |shop| async move { refunds::run_job(&shop).await });
    every(&mut jobs, shop, 60, "units sold", |shop| async move { count_units_sold(&shop).await });
    // Once before the first minute is over; a failure is told then.
    jobs.spawn({
        let shop = shop.clone();
        async move { drop(suggest::refresh(&shop).await) }
    });
    every(&mut jobs, shop, 1, "words to suggest", |shop| async move { suggest::prepare(&shop).await });
    every(&mut jobs, shop, 60, "popular searches", |shop| async move { suggest::refresh(&shop).await });
    every(&mut jobs, shop, 2, "copies of data", |shop| async move { privacy::prepare_exports(&shop).await });
    every(&mut jobs, shop, 60, "sessions seen", |shop| async move { Ok(shop.seen.flush(&shop).await?) });
    every(&mut jobs, shop, 3_600, "clean-up", |shop| async move { clean_up(&shop).await });
    match shop.postman {
        Postman::Absent => tracing::warn!("SMTP_URL is not set: email waits in the outbox and none leaves the shop"),
        _ => every(&mut jobs, shop, 1, "email", |shop| async move { worker::run(&shop).await }),
    }
    if shop.config.is_playground() {
        every(&mut jobs, shop, 1, "sandbox webhooks", |shop| async move { send_sandbox_webhooks(&shop).await });
    }
    jobs
}

/// Runs a step every so many seconds; one that fails is told and tried again the next time.
fn every<F>(
    jobs: &mut JoinSet<()>,
    shop: &Arc<Shop>,
    seconds: u64,
    name: &'static str,
    step: impl Fn(Arc<Shop>) -> F + Send + 'static,
) where
    F: Future<Output = Result<(), AppError>> + Send + 'static,
{
    let shop = shop.clone();
    jobs.spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            if let Err(error) = step(shop.clone()).await {
                tracing::error!(%error, name, "background step");
            }
        }
    });
}

fn stale(shop: &Shop) -> i64 {
    if shop.stripe.is_some() { STALE_AT_STRIPE } else { STALE }
}

/// What a start has to put right before it serves. With SQLite nobody else can be at it.
pub async fn recover_at_start(shop: &Shop) -> Result<(), AppError> {
    let age = if shop.db.is_sqlite() { 0 } else { stale(shop) };
    let found = payments::recover(shop, shop.clock.now().plus(1 - age)).await?;
    if found > 0 {
        tracing::info!(found, "payments that a crash had left were taken to their end");
    }
    Ok(())
}

/// Sends what the sandbox has to tell, by the same way as a webhook from outside.
pub async fn send_sandbox_webhooks(shop: &Shop) -> Result<(), AppError> {
    for (id, webhook) in Sandbox.due_webhooks(shop).await? {
        // One that fails is sent again next time and holds up nobody else's.
        match payments::take_webhook(shop, &webhook.body, &webhook.signature).await {
            Ok(()) => Sandbox.webhook_delivered(shop, id).await?,
            Err(error) => tracing::warn!(%error, "a webhook was not taken"),
        }
    }
    Ok(())
}

/// Counts the units sold of products that were ordered lately, and tells the index where the count changed.
pub async fn count_units_sold(shop: &Shop) -> Result<(), AppError> {
    let now = shop.clock.now();
    let lately = now.plus(-Timestamp::HOUR).0;
    let rows = fetch!(
        &mut shop.db.read().await?.conn(),
        all as (Uuid, i64),
        "SELECT l.product_id, CAST(SUM(l.quantity - l.cancelled) AS BIGINT) FROM order_lines l
        JOIN orders o ON o.id = l.order_id AND o.status NOT IN ('pending_payment', 'cancelled', 'expired')
        WHERE l.product_id IN (
            SELECT recent.product_id FROM order_lines recent JOIN orders r ON r.id = recent.order_id
            WHERE r.updated_at >= $1
        )
        GROUP BY l.product_id ORDER BY l.product_id",
        lately
    )?;
    if rows.is_empty() {
        return Ok(());
    }
    let mut tx = shop.db.begin().await?;
    let mut changed = Vec::new();
    for (product, units) in rows {
        let done = execute!(
            tx,
            "INSERT INTO product_stats (product_id, units_sold) VALUES ($1, $2)
            ON CONFLICT (product_id) DO UPDATE SET units_sold = excluded.units_sold
            WHERE product_stats.units_sold <> excluded.units_sold",
            product,
            units
        )?;
        if done > 0 {
            changed.push((shop.ids.next(), product));
        }
    }
    let kind = crate::catalog::store::ChangeKind::Stock;
    crate::catalog::store::insert_changes(&mut tx, &changed, kind, now.0).await?;
    Ok(tx.commit().await?)
}

async fn clean_up(shop: &Shop) -> Result<(), AppError> {
    let now = shop.clock.now();
    idempotency::delete_old_keys(shop).await?;
    let newest = search::last_change(&mut shop.db.read().await?.conn()).await?;
    let mut tx = shop.db.begin().await?;
    search::delete_searches_before(&mut tx, now.plus(-record::KEPT)).await?;
    drafts::delete_drafts_before(&mut tx, now.plus(-DRAFTS_KEPT).0).await?;
    clean_up_accounts(&mut tx, now).await?;
    giveaways::delete_old(&mut tx, now).await?;
    outbox::delete_letters_before(&mut tx, now.plus(-LETTERS_KEPT)).await?;
    if let Some(newest) = newest {
        search::delete_changes_before(&mut tx, now.plus(-CHANGES_KEPT).0, newest).await?;
    }
    Ok(tx.commit().await?)
}

/// What accounts leave behind: sessions, links, tries and copies whose time is over, and people to be erased.
pub async fn clean_up_accounts(tx: &mut Tx, now: Timestamp) -> Result<(), AppError> {
    sessions::delete_ended(tx, now.0).await?;
    links::delete_old(tx, now.0).await?;
    attempts::delete_old(tx, now.0).await?;
    places::delete_old(tx, now).await?;
    form_drafts::delete_old(tx, now).await?;
    privacy::delete_old(tx, now.0).await?;
    erasure::erase_late(tx).await?;
    erasure::erase_done(tx).await?;
    Ok(())
}
