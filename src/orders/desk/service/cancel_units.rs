//! Units of an order that will not be sent, because they are missing or broken. The order goes on without them: it is
//! shipped, and delivered, when the rest of it is.

use super::{
    Clerk, LONGEST_WHY, held, is_done, log,
    money::{Chosen, by_hand, claim_units, worth},
    ship::{chosen, follow, why_not},
    text_of,
};
use crate::{
    catalog::store::{self as catalog, Movement, Reason},
    db::Tx,
    domain::{
        address::Field,
        ids::RefundId,
        money::Money,
        order::{FulfilmentEvent, OrderStatus, Refused},
        payment::PaymentStatus,
    },
    error::AppError,
    messaging::outbox::{self, Topic},
    orders::{
        desk::{
            store,
            view::{ChosenLine, DeskLine},
        },
        release::return_units,
        steps::{self, Shelf},
        store::{self as rows, Happened, OrderRow},
    },
    payments::{
        refunds::{self, NewRefund},
        store as payment_rows,
    },
    server::state::Shop,
};
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

/// Takes units out of an order. Where their money has come it goes back if that is wanted; else they need not be paid.
pub async fn cancel_units(shop: &Shop, clerk: &Clerk, form: &CancelForm) -> Result<(), AppError> {
    let why = text_of(Field::Why, &form.why, LONGEST_WHY)?;
    let mut tx = shop.db.begin().await?;
    let row = held(&mut tx, &form.number).await?;
    if is_done(&mut tx, &row, form.attempt, EVENT).await? {
        return Ok(());
    }
    let lines = store::list_lines(&mut tx.conn(), &row).await?;
    let units: Chosen = chosen(&form.lines, &lines)?.into_iter().collect();
    let taken = Taken { row: &row, lines: &lines, units: &units };
    let status = count(shop, &mut tx, &taken).await?;
    return_stock(shop, &mut tx, &taken, form.restock).await?;
    let happened = Happened { actor: &clerk.actor(), event: EVENT, why: &why, status, at: shop.clock.now().0 };
    rows::insert_history(&mut tx, form.attempt, row.id(), &happened).await?;
    log(shop, &mut tx, clerk, &row, "cancelled items of an order", &why).await?;
    let new =
        NewRefund { amount: row.money(0), why, by: clerk.actor(), key: format!("cancelled units:{}", form.attempt) };
    let refund = settle(shop, &mut tx, &taken, form.pay_back, new).await?;
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
    counted.sort_unstable();
    if restock {
        return return_units(shop, tx, taken.row, counted, Reason::Cancelled).await;
    }
    for (variant_id, _, count) in counted {
        for (delta, reason) in [(count, Reason::Cancelled), (-count, Reason::WrittenOff)] {
            let (id, reference) = (shop.ids.next(), taken.row.number.as_str());
            catalog::take_stock(tx, Movement { id, variant_id, delta, reason, reference, at }).await?;
        }
    }
    Ok(())
}

/// What becomes of the money of the units: it goes back, or need not be paid. Gives the refund that has to be settled.
async fn settle(
    shop: &Shop,
    tx: &mut Tx,
    taken: &Taken<'_>,
    pay_back: bool,
    new: NewRefund,
) -> Result<Option<RefundId>, AppError> {
    let row = taken.row;
    if !row.settlement().is_received {
        let worth = worth(row, taken.lines, taken.units).amount;
        let reduced = worth.min(row.due().amount);
        steps::reduce(tx, row.id(), reduced).await?;
        for (line, count) in taken.units {
            steps::reduce_line(tx, *line, *count).await?;
        }
        if reduced == row.due().amount {
            nothing_is_due(shop, tx, row).await?;
        }
        // What a gift card has paid of them goes back to it.
        return claim(shop, tx, row, row.money(worth - reduced), new).await;
    }
    if !pay_back {
        return Ok(None);
    }
    let units = unpaid_back(taken);
    let left = refunds::find_left(&mut tx.conn(), row.id()).await?;
    let amount = worth(row, taken.lines, &units).amount.min(left);
    let refund = claim(shop, tx, row, row.money(amount), new).await?;
    if let Some(refund) = refund {
        claim_units(tx, row.id(), refund, &units).await?;
    }
    Ok(refund)
}

/// An order of which nothing is to be paid any more is paid.
async fn nothing_is_due(shop: &Shop, tx: &mut Tx, row: &OrderRow) -> Result<(), AppError> {
    let now = shop.clock.now().0;
    steps::receive_money(tx, row.id(), now).await?;
    let row = OrderRow { reduced: row.reduced + row.due().amount, ..row.clone() };
    Ok(payment_rows::insert_payment(tx, &by_hand(shop, &row, PaymentStatus::Captured), now).await?)
}

/// The units that were not paid back before: whoever pays back what is still on the shelf means what is not sent.
fn unpaid_back(taken: &Taken<'_>) -> Chosen {
    let left = |(id, count): (&Uuid, &u32)| {
        let known = taken.lines.iter().find(|line| line.id == *id)?;
        let before = known.refunded.saturating_sub(known.line.cancelled - known.line.reduced);
        Some((*id, count.saturating_sub(before))).filter(|(_, count)| *count > 0)
    };
    taken.units.iter().filter_map(left).collect()
}

async fn claim(
    shop: &Shop,
    tx: &mut Tx,
    row: &OrderRow,
    amount: Money,
    new: NewRefund,
) -> Result<Option<RefundId>, AppError> {
    if amount.amount <= 0 {
        return Ok(None);
    }
    refunds::claim(shop, tx, row, NewRefund { amount, ..new }).await.map(Some)
}

/// Names the units by where their line stands, from 0.
async fn tell_customer(shop: &Shop, tx: &mut Tx, taken: &Taken<'_>, is_paid_back: bool) -> Result<(), AppError> {
    let units: Vec<u32> = taken.lines.iter().map(|line| taken.units.get(&line.id).copied().unwrap_or(0)).collect();
    let number = &taken.row.number;
    let payload = serde_json::json!({ "order": number, "units": units, "refund": is_paid_back });
    let (id, now) = (shop.ids.next(), shop.clock.now().0);
    Ok(outbox::enqueue_about(tx, id, Topic::OrderReduced, number, &payload, now).await?)
}
