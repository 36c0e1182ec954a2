//! Money that goes back. As with money that comes: claimed in a transaction, then the gateway is asked without any
//! lock, then its answer is recorded once.
//!
//! What is claimed is set aside by a counter of the payment that never passes its amount, so that no two refunds give
//! back more than was captured. The same key claims once. The refund's id is the gateway's idempotency key, and the
//! name under which a lost answer is found there.

pub mod returned;
pub mod store;

use super::{
    gateway::{Gateway, RefundOutcome, RefundRequest},
    store as payments,
    store::PaymentRow,
};
use crate::{
    db::{Conn, Tx},
    domain::{
        ids::{OrderId, PaymentId, RefundId},
        money::Money,
        order::Actor,
        payment::{PaymentStatus, RefundStatus},
        timestamp::Timestamp,
    },
    error::AppError,
    messaging::outbox::{self, Topic},
    orders::store::{self as orders, Happened, OrderRow},
    promotions::gift_cards,
    server::state::Shop,
};
use store::RefundRow;

/// A refund of an order to be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewRefund {
    /// More than nothing.
    pub amount: Money,
    /// In the words of who gives it back; the customer reads them.
    pub why: String,
    pub by: Actor,
    /// What it is told by within its order: the same key is one refund, however often it is asked for.
    pub key: String,
}

/// How often a claim looks again that another one was faster than.
const TRIES: u32 = 4;
/// A refund that nobody has touched for so long was left by a crash, or its answer was lost.
const STALE: i64 = 20 * Timestamp::SECOND;
const ROUND: i64 = 200;

/// Sets money aside to go back: of what was captured first, the rest of what a gift card paid. It has to be settled
/// after the transaction. Refused with `RefundTooLarge` when less is left; asked again with the same key, it is the
/// refund of before.
pub async fn claim(shop: &Shop, tx: &mut Tx, order: &OrderRow, new: NewRefund) -> Result<RefundId, AppError> {
    if new.amount.amount <= 0 || new.amount.currency.code() != order.currency {
        return Err(AppError::RefundTooLarge);
    }
    let now = shop.clock.now().0;
    store::take_order(tx, order.id(), now).await?;
    let (known, request_key) = look_up(&mut tx.conn(), order.id(), &new.key).await?;
    if let Some(known) = known {
        return Ok(known.id);
    }
    let (payment, gift_amount) = set_aside(tx, order, new.amount.amount).await?;
    let row = RefundRow {
        id: RefundId(shop.ids.next()),
        order: order.id(),
        payment,
        request_key,
        status: RefundStatus::Claimed,
        amount: new.amount,
        gift_amount,
        surplus: false,
        by: new.by,
        why: new.why,
        reference: String::new(),
    };
    if !store::insert_refund(tx, &row, now).await? {
        return Err(AppError::internal("a refund's key was taken although its order was held"));
    }
    Ok(row.id)
}

/// The refund that a key was claimed for, unless the gateway refused it.
pub async fn find_claimed(conn: &mut Conn<'_>, order: OrderId, key: &str) -> Result<Option<RefundRow>, AppError> {
    Ok(look_up(conn, order, key).await?.0)
}

/// The same, with the key as it is stored: after a refusal it is another one, so that it can be asked for again.
async fn look_up(conn: &mut Conn<'_>, order: OrderId, key: &str) -> Result<(Option<RefundRow>, String), AppError> {
    let mut stored = format!("{}:{key}", order.0);
    for refusals in 1.. {
        match store::find_refund_by_key(conn, &stored).await? {
            Some(refund) if refund.status == RefundStatus::Refused => stored = format!("{}:{key}:{refusals}", order.0),
            found => return Ok((found, stored)),
        }
    }
    Err(AppError::internal("a refund was refused too often"))
}

/// What of the money of an order is not set aside to go back, of what was charged and of what a gift card paid. Asked
/// within a transaction that has the order's row, it is still so when it is claimed.
pub async fn find_left(conn: &mut Conn<'_>, order: OrderId) -> Result<i64, AppError> {
    let payment = payments::find_captured(conn, order).await?;
    let charged = payment.map_or(0, |payment| payment.amount.amount - payment.refunded);
    Ok(charged + store::find_gift_left(conn, order).await?)
}

/// The payment that money is set aside of, if any is, and how much is set aside of the gift card's part.
async fn set_aside(tx: &mut Tx, order: &OrderRow, amount: i64) -> Result<(Option<PaymentId>, i64), AppError> {
    for _ in 0..TRIES {
        let payment = payments::find_captured(&mut tx.conn(), order.id()).await?;
        let left = payment.as_ref().map_or(0, |payment| payment.amount.amount - payment.refunded);
        let (back, gift) = (amount.min(left), amount - amount.min(left));
        if let Some(payment) = payment.as_ref().filter(|_| back > 0)
            && !payments::claim_refund(tx, payment.id, PaymentStatus::Captured, payment.refunded, back).await?
        {
            continue;
        }
        // What an order that ended has given back to its card is not there any more.
        let on_card = gift == 0 || gift_cards::find_refundable(&mut tx.conn(), order.id()).await? >= gift;
        if gift > 0 && !(on_card && store::claim_gift(tx, order.id(), gift).await?) {
            return Err(AppError::RefundTooLarge);
        }
        return Ok((payment.filter(|_| back > 0).map(|payment| payment.id), gift));
    }
    Err(AppError::PaymentInProgress)
}

/// Records that somebody has paid a refund back with their own hands; false when it has ended before, or is none that is
/// paid back so.
pub async fn record_by_hand(shop: &Shop, tx: &mut Tx, row: RefundRow, by: Actor) -> Result<bool, AppError> {
    let now = shop.clock.now().0;
    let Some(payment) = row.payment else { return Ok(false) };
    let payment = payments::find_payment(&mut tx.conn(), payment).await?.ok_or(AppError::NotFound)?;
    store::take_order(tx, row.order, now).await?;
    let is_ours = Gateway::is_by_hand(&payment.gateway);
    if !(is_ours && store::end_refund(tx, row.id, RefundStatus::Done, "", "", now).await?) {
        return Ok(false);
    }
    finish(shop, tx, &RefundRow { by, ..row }, now).await?;
    Ok(true)
}

/// Asks the gateway to pay a claimed refund back, and records what it says. A refund that has ended is left as it is;
/// one whose answer is lost stays claimed, and the job finds it at the gateway.
pub async fn settle(shop: &Shop, id: RefundId) -> Result<RefundStatus, AppError> {
    let row = store::find_refund(&mut shop.db.read().await?.conn(), id).await?.ok_or(AppError::NotFound)?;
    if row.status != RefundStatus::Claimed {
        return Ok(row.status);
    }
    let outcome = match row.payment {
        Some(payment) => ask(shop, &row, payment).await?,
        None => RefundOutcome::Done(String::new()),
    };
    record(shop, &row, outcome).await
}

/// What the gateway says of a refund. Asked twice with the same id, it pays back once.
async fn ask(shop: &Shop, row: &RefundRow, payment: PaymentId) -> Result<RefundOutcome, AppError> {
    let (gateway, request) = at_gateway(shop, row, payment).await?;
    if let Some(outcome) = gateway.find_refund(shop, &request).await? {
        return Ok(outcome);
    }
    Ok(gateway.refund(shop, &request).await?)
}

/// The gateway that the payment was made by, and what a refund is to it.
async fn at_gateway(shop: &Shop, row: &RefundRow, payment: PaymentId) -> Result<(Gateway, RefundRequest), AppError> {
    let payment = payments::find_payment(&mut shop.db.read().await?.conn(), payment).await?;
    let payment = payment.ok_or(AppError::NotFound)?;
    let gateway = Gateway::named(shop, &payment.gateway)?;
    let request =
        RefundRequest { refund: row.id, payment: payment.id, reference: payment.reference, amount: row.paid_back() };
    Ok((gateway, request))
}

async fn record(shop: &Shop, row: &RefundRow, outcome: RefundOutcome) -> Result<RefundStatus, AppError> {
    let now = shop.clock.now().0;
    let mut tx = shop.db.begin().await?;
    store::take_order(&mut tx, row.order, now).await?;
    let (status, reference, reason) = match &outcome {
        RefundOutcome::Pending(reference) => {
            store::update_asked(&mut tx, row.id, reference, now).await?;
            tx.commit().await?;
            return Ok(RefundStatus::Claimed);
        }
        RefundOutcome::Done(reference) => (RefundStatus::Done, reference.as_str(), ""),
        RefundOutcome::Refused(reason) => (RefundStatus::Refused, "", reason.as_str()),
    };
    if store::end_refund(&mut tx, row.id, status, reference, reason, now).await? {
        match status {
            RefundStatus::Done => finish(shop, &mut tx, row, now).await?,
            _ => give_back_claim(shop, &mut tx, row, now).await?,
        }
    }
    tx.commit().await?;
    Ok(status)
}

/// The money is back: the order, its history and its customer learn of it.
async fn finish(shop: &Shop, tx: &mut Tx, row: &RefundRow, now: i64) -> Result<(), AppError> {
    if row.surplus {
        if let Some(payment) = row.payment {
            let (from, to) = (PaymentStatus::RefundDue, PaymentStatus::Refunded);
            payments::update_payment(tx, payment, from, to, now).await?;
        }
    } else {
        give_to_card(shop, tx, row).await?;
        store::add_refunded(tx, row.order, row.amount.amount, now).await?;
    }
    // A declined first attempt has taken its order with it.
    let Some(order) = orders::find_order(&mut tx.conn(), row.order).await? else { return Ok(()) };
    tell(shop, tx, &order, row, "refunded", now).await?;
    let payload = serde_json::json!({
        "order": order.number, "refund": row.id, "amount": row.amount.amount, "currency": order.currency,
        "gift_amount": row.gift_amount, "surplus": row.surplus,
    });
    outbox::enqueue_about(tx, shop.ids.next(), Topic::OrderRefunded, &order.number, &payload, now).await?;
    Ok(())
}

/// The gift card's part goes back to the card, under the refund's name.
async fn give_to_card(shop: &Shop, tx: &mut Tx, row: &RefundRow) -> Result<(), AppError> {
    if row.gift_amount == 0 {
        return Ok(());
    }
    let amount = Money::new(row.gift_amount, row.amount.currency);
    if !gift_cards::refund(shop, tx, row.order, amount, &row.id.to_string()).await? {
        // The order ended meanwhile, and with it all went back that its card had paid.
        tracing::warn!(refund = %row.id, "a gift card had its money back already");
    }
    Ok(())
}

/// The gateway would not: what was set aside is there again, and staff read why.
async fn give_back_claim(shop: &Shop, tx: &mut Tx, row: &RefundRow, now: i64) -> Result<(), AppError> {
    tracing::warn!(refund = %row.id, "the gateway refused a refund");
    if row.gift_amount > 0 {
        store::release_gift(tx, row.order, row.gift_amount).await?;
    }
    if let Some(payment) = row.payment {
        payments::release_refund(tx, payment, row.paid_back().amount).await?;
    }
    store::release_units(tx, row.id).await?;
    match orders::find_order(&mut tx.conn(), row.order).await? {
        Some(order) => tell(shop, tx, &order, row, "refund_refused", now).await,
        None => Ok(()),
    }
}

async fn tell(
    shop: &Shop,
    tx: &mut Tx,
    order: &OrderRow,
    row: &RefundRow,
    event: &str,
    now: i64,
) -> Result<(), AppError> {
    let why = if row.why.is_empty() { row.amount.to_string() } else { format!("{}: {}", row.amount, row.why) };
    let happened = Happened { actor: &row.by, event, why: &why, status: order.status(), at: now };
    Ok(orders::insert_history(tx, shop.ids.next(), order.id(), &happened).await?)
}

/// Pays back what is due, and settles what a crash or a lost answer left. One that fails holds up no other.
pub async fn run(shop: &Shop, before: Timestamp) -> Result<(), AppError> {
    let due = store::list_due(&mut shop.db.read().await?.conn(), shop.clock.now().0, ROUND).await?;
    for payment in due {
        match claim_surplus(shop, payment).await {
            Ok(Some(refund)) => log_failure(refund, settle(shop, refund).await),
            Ok(None) => {}
            Err(error) => tracing::warn!(%payment, %error, "money that has to go back waits"),
        }
    }
    let open = store::list_open(&mut shop.db.read().await?.conn(), before.0, ROUND).await?;
    for refund in open {
        log_failure(refund, settle(shop, refund).await);
    }
    Ok(())
}

/// The job's own round: what is younger than that somebody may be at.
pub async fn run_job(shop: &Shop) -> Result<(), AppError> {
    run(shop, shop.clock.now().plus(-STALE)).await
}

fn log_failure(refund: RefundId, settled: Result<RefundStatus, AppError>) {
    if let Err(error) = settled {
        tracing::warn!(%refund, %error, "a refund is not settled yet");
    }
}

/// Claims the refund of money that came for an order that could no longer take it; nothing when another node did.
async fn claim_surplus(shop: &Shop, id: PaymentId) -> Result<Option<RefundId>, AppError> {
    let now = shop.clock.now().0;
    let mut tx = shop.db.begin().await?;
    let payment = payments::find_payment(&mut tx.conn(), id).await?.ok_or(AppError::NotFound)?;
    store::take_order(&mut tx, payment.order, now).await?;
    let refusals = store::count_refusals(&mut tx.conn(), id).await?;
    let row = surplus(shop, &payment, refusals);
    let whole = payment.amount.amount;
    let claimed = store::insert_refund(&mut tx, &row, now).await?
        && payments::claim_refund(&mut tx, id, PaymentStatus::RefundDue, 0, whole).await?;
    if !claimed {
        return Ok(None);
    }
    tx.commit().await?;
    Ok(Some(row.id))
}

/// A refund that was refused is made again under another key.
fn surplus(shop: &Shop, payment: &PaymentRow, refusals: i64) -> RefundRow {
    RefundRow {
        id: RefundId(shop.ids.next()),
        order: payment.order,
        payment: Some(payment.id),
        request_key: format!("surplus:{}:{refusals}", payment.id),
        status: RefundStatus::Claimed,
        amount: payment.amount,
        gift_amount: 0,
        surplus: true,
        by: Actor::Shop,
        why: crate::messages::payment::SURPLUS.to_owned(),
        reference: String::new(),
    }
}
