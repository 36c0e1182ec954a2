//! Ending an order before it is on its way: by its buyer until somebody packs it, by the shop until it is shipped. What
//! it held goes back, and so does its money.

use super::{
    release::release,
    service::Owned,
    steps,
    store::{self, Happened, OrderRow},
};
use crate::{
    admin::audit,
    catalog::store::Reason,
    db::Tx,
    domain::{
        ids::{PaymentId, RefundId},
        money::Money,
        order::{Actor, FulfilmentEvent, OrderEvent, OrderStatus, Refused},
    },
    error::AppError,
    messaging::outbox::{self, Topic},
    payments::{
        refunds::{self, NewRefund},
        service as payments,
    },
    server::{authority::Customer, state::Shop},
};

/// Who cancels, and why.
struct Cancelling<'a> {
    event: OrderEvent,
    by: Actor,
    why: &'a str,
    /// For the log of what staff did.
    staff: Option<&'a Customer>,
}

/// Cancels an order for its buyer. One that is cancelled already is left as it is.
pub async fn by_customer(shop: &Shop, order: Owned<OrderRow>) -> Result<(), AppError> {
    let cancelling = Cancelling { event: OrderEvent::Cancel, by: Actor::Customer, why: "", staff: None };
    cancel(shop, order.get(), &cancelling).await
}

/// Cancels an order for the shop, in the words of a member of staff.
pub(super) async fn by_staff(
    shop: &Shop,
    order: &OrderRow,
    by: Actor,
    staff: &Customer,
    why: &str,
) -> Result<(), AppError> {
    cancel(shop, order, &Cancelling { event: OrderEvent::CancelByShop, by, why, staff: Some(staff) }).await
}

async fn cancel(shop: &Shop, order: &OrderRow, cancelling: &Cancelling<'_>) -> Result<(), AppError> {
    if order.status() == OrderStatus::Cancelled {
        return Ok(());
    }
    order.status().apply(cancelling.event)?;
    // An attempt to pay that is still open could succeed later: it is given up first, or goes on.
    if let Some(active) = order.active_payment.map(PaymentId) {
        payments::give_up(shop, active).await?;
    }
    let Some(refund) = write(shop, order, cancelling).await? else { return Ok(()) };
    if let Err(error) = refunds::settle(shop, refund).await {
        // It is claimed; the job takes it to its end.
        tracing::warn!(%error, "the refund of a cancelled order waits");
    }
    Ok(())
}

/// Everything that happens at once: the status, what goes back, the history, the message. Gives the refund that has to be
/// settled.
async fn write(shop: &Shop, order: &OrderRow, cancelling: &Cancelling<'_>) -> Result<Option<RefundId>, AppError> {
    let mut tx = shop.db.begin().await?;
    let now = shop.clock.now().0;
    let row = store::find_order(&mut tx.conn(), order.id()).await?.ok_or(AppError::NotFound)?;
    let from = row.status();
    if from == OrderStatus::Cancelled {
        return Ok(None);
    }
    let (to, _) = from.apply(cancelling.event)?;
    steps::find_units(&mut tx.conn(), row.id()).await?.apply(FulfilmentEvent::Abandon)?;
    if !steps::cancel(&mut tx, row.id(), from, now).await? {
        return Err(Refused::Changed.into());
    }
    // On PostgreSQL its money may have come until this held it.
    let row = store::find_order(&mut tx.conn(), row.id()).await?.ok_or(AppError::NotFound)?;
    let refund = claim_refund(shop, &mut tx, &row, cancelling).await?;
    release(shop, &mut tx, &row, Reason::Cancelled).await?;
    let happened =
        Happened { actor: &cancelling.by, event: cancelling.event.name(), why: cancelling.why, status: to, at: now };
    store::insert_history(&mut tx, shop.ids.next(), row.id(), &happened).await?;
    outbox::enqueue(&mut tx, shop.ids.next(), Topic::OrderCancelled, &row.number, now).await?;
    if let Some(staff) = cancelling.staff {
        audit::log(shop, &mut tx, Some(staff), "cancelled an order", &row.number, cancelling.why).await?;
    }
    tx.commit().await?;
    Ok(refund)
}

/// All that was paid and has neither gone back yet nor is on its way back; what a gift card paid of it too.
async fn claim_refund(
    shop: &Shop,
    tx: &mut Tx,
    row: &OrderRow,
    cancelling: &Cancelling<'_>,
) -> Result<Option<RefundId>, AppError> {
    if !row.settlement().is_received {
        return Ok(None);
    }
    let left = refunds::find_left(&mut tx.conn(), row.id()).await?;
    if left <= 0 {
        return Ok(None);
    }
    let new = NewRefund {
        amount: Money::new(left, row.due().currency),
        why: crate::messages::orders::CANCELLED_REFUND.to_owned(),
        by: cancelling.by.clone(),
        key: "cancelled".to_owned(),
    };
    refunds::claim(shop, tx, row, new).await.map(Some)
}
