//! Units of an order that will not be sent, because they are missing or broken. The order goes on without them: it is
//! shipped, and delivered, when the rest of it is.

use super::{
    Clerk, LONGEST_WHY, find_in, log,
    money::{Chosen, claim_units, worth},
    ship::{chosen, follow, why_not},
    text_of,
};
use crate::{
    catalog::store::{self as catalog, ChangeKind, Movement, Reason},
    db::Tx,
    domain::{
        address::Field,
        ids::RefundId,
        order::{FulfilmentEvent, OrderStatus, Refused},
    },
    error::AppError,
    messaging::outbox::{self, Topic},
    orders::{
        desk::{
            store,
            view::{ChosenLine, DeskLine},
        },
        steps::{self, Shelf},
        store::{self as rows, Happened, OrderRow},
    },
    payments::refunds::{self, NewRefund},
    server::state::Shop,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Units to be taken out of an order, as it was filled in.
#[derive(Clone, Debug)]
pub struct CancelForm {
    pub number: String,
    /// A form that is sent twice takes them out once.
    pub attempt: Uuid,
    pub lines: Vec<ChosenLine>,
    /// Whether they can be sold; else they are written off.
    pub restock: bool,
    /// Whether what they were paid with goes back.
    pub pay_back: bool,
    pub why: String,
}

/// What the history calls it.
const EVENT: &str = "partly_cancelled";

/// What is taken out of which order.
struct Taken<'a> {
    row: &'a OrderRow,
    lines: &'a [DeskLine],
    units: &'a Chosen,
}

/// Takes units out of an order, and pays back what they were paid with where that is wanted and has come.
pub async fn cancel_units(shop: &Shop, clerk: &Clerk, form: &CancelForm) -> Result<(), AppError> {
    let why = text_of(Field::Why, &form.why, LONGEST_WHY)?;
    let mut tx = shop.db.begin().await?;
    let row = find_in(&mut tx, &form.number).await?;
    // Whoever comes second waits here until the first is done.
    steps::hold(&mut tx, row.id()).await?;
    if store::has_history(&mut tx.conn(), form.attempt).await? {
        return Ok(());
    }
    let row = find_in(&mut tx, &row.number).await?;
    let lines = store::list_lines(&mut tx.conn(), &row).await?;
    let units: Chosen = chosen(&form.lines, &lines)?.into_iter().collect();
    let taken = Taken { row: &row, lines: &lines, units: &units };
    let status = count(shop, &mut tx, &taken).await?;
    return_stock(shop, &mut tx, &taken, form.restock).await?;
    let happened = Happened { actor: &clerk.actor(), event: EVENT, why: &why, status, at: shop.clock.now().0 };
    rows::insert_history(&mut tx, form.attempt, row.id(), &happened).await?;
    log(shop, &mut tx, clerk, &row, "cancelled items of an order", &why).await?;
    let new = NewRefund { amount: row.money(0), why, by: clerk.actor(), key: form.attempt.to_string() };
    let refund = if form.pay_back { claim_refund(shop, &mut tx, &taken, new).await? } else { None };
    tell_customer(shop, &mut tx, &taken, refund.is_some()).await?;
    tx.commit().await?;
    if let Some(refund) = refund
        && let Err(error) = refunds::settle(shop, refund).await
    {
        // It is claimed; the job takes it to its end.
        tracing::warn!(%error, "the refund of cancelled items waits");
    }
    Ok(())
}

/// Counts the units, and gives the status that the order has without them.
async fn count(shop: &Shop, tx: &mut Tx, taken: &Taken<'_>) -> Result<OrderStatus, AppError> {
    let (row, now) = (taken.row, shop.clock.now().0);
    let count = taken.units.values().sum();
    let event = FulfilmentEvent::Cancel(count);
    if !steps::cancel_units(tx, row.id(), count, now).await? {
        return Err(why_not(tx, row, event).await?);
    }
    let (_, status) = follow(tx, row, event, now).await?;
    if status == OrderStatus::Delivered {
        outbox::enqueue(tx, shop.ids.next(), Topic::OrderDelivered, &row.number, now).await?;
    }
    Ok(status)
}

/// Puts the units back on the shelf, and writes those off that cannot be sold.
async fn return_stock(shop: &Shop, tx: &mut Tx, taken: &Taken<'_>, restock: bool) -> Result<(), AppError> {
    let at = shop.clock.now().0;
    let mut counted = Vec::new();
    for (line, count) in taken.units {
        let from = steps::cancel_line(tx, taken.row.id(), *line, *count).await?.ok_or(Refused::Changed)?;
        if let Shelf { variant, product, took_stock: true } = from {
            counted.push((variant, product, i64::from(*count)));
        }
    }
    // Everybody takes stock in this order, so that no two wait for each other.
    counted.sort_unstable();
    let mut back = Vec::new();
    for (variant_id, product, count) in counted {
        let movement = |delta, reason| Movement {
            id: shop.ids.next(),
            variant_id,
            delta,
            reason,
            reference: &taken.row.number,
            at,
        };
        let level = catalog::return_stock(tx, movement(count, Reason::Cancelled)).await?;
        if !restock {
            catalog::take_stock(tx, movement(-count, Reason::WrittenOff)).await?;
        } else if level == Some(count) {
            back.push((shop.ids.next(), product));
        }
    }
    catalog::insert_changes(tx, &back, ChangeKind::Stock, at).await?;
    Ok(())
}

/// Sets aside what the units were paid with. Nothing where the money has not come, or nothing is left of it.
async fn claim_refund(
    shop: &Shop,
    tx: &mut Tx,
    taken: &Taken<'_>,
    new: NewRefund,
) -> Result<Option<RefundId>, AppError> {
    let amount = worth(taken.row, taken.lines, taken.units);
    if amount.amount == 0 {
        return Ok(None);
    }
    let id = refunds::claim(shop, tx, taken.row, NewRefund { amount, ..new }).await?;
    claim_units(tx, taken.row.id(), id, taken.units).await?;
    Ok(Some(id))
}

async fn tell_customer(shop: &Shop, tx: &mut Tx, taken: &Taken<'_>, is_paid_back: bool) -> Result<(), AppError> {
    let mut units = BTreeMap::<&str, u32>::new();
    for DeskLine { id, line, .. } in taken.lines {
        if let Some(count) = taken.units.get(id) {
            *units.entry(&line.sku).or_default() += count;
        }
    }
    let number = &taken.row.number;
    let payload = serde_json::json!({ "order": number, "units": units, "refund": is_paid_back });
    let (id, now) = (shop.ids.next(), shop.clock.now().0);
    Ok(outbox::enqueue_about(tx, id, Topic::OrderReduced, number, &payload, now).await?)
}
