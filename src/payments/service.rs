//! Takes each attempt to pay to its end, once, whatever tells of it and however often.

use super::{
    gateway::{Action, Charge, ChargeRequest, Gateway, GatewayError, Instrument, Outcome, PAID},
    holds,
    sandbox::Webhook,
    store::{self, PaymentRow},
};
use crate::{
    catalog::store::Reason,
    db::Tx,
    domain::{
        ids::PaymentId,
        order::{Actor, OrderEvent, OrderStatus},
        payment::{DeclineReason, PaymentMethod, PaymentStatus},
        timestamp::Timestamp,
    },
    error::AppError,
    messaging::outbox::{self, Topic},
    orders::{
        release::release,
        store::{self as orders, Happened, OrderRow},
    },
    server::{
        events::{Event, Kind, insert_events},
        state::Shop,
    },
};

/// How an attempt ended, or where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Progress {
    Paid,
    Declined(DeclineReason),
    ActionRequired(Action),
    Pending,
    /// The money came for an order that waits for it no longer, and goes back.
    TooLate,
    /// Given up before anything was captured.
    GivenUp,
}

impl From<GatewayError> for AppError {
    fn from(error: GatewayError) -> Self {
        match error {
            GatewayError::NotConfigured => Self::PaymentUnavailable,
            GatewayError::Unreachable => Self::PaymentInProgress,
            GatewayError::Refused(_) | GatewayError::Database(_) => Self::internal(error),
        }
    }
}

/// An attempt to be claimed: what is charged, by which gateway. Nothing is asked of a gateway where nothing is due.
pub fn attempt(shop: &Shop, order: &OrderRow, instrument: &Instrument) -> Result<PaymentRow, AppError> {
    let gateway = if order.due().amount == 0 { PAID } else { Gateway::of(shop, instrument)?.name() };
    Ok(PaymentRow {
        id: PaymentId(shop.ids.next()),
        order: order.id(),
        status: PaymentStatus::Claimed,
        amount: order.due(),
        reference: String::new(),
        gateway: gateway.to_owned(),
        instrument: instrument.kept().to_owned(),
        refunded: 0,
    })
}

/// A charge for an attempt that was claimed: calls the gateway and records what it answers. An answer that was lost is
/// as good as one that comes later: the customer sees an order that waits, and the gateway is asked again.
///
/// `first` says that a decline takes the order back as if it had never been.
pub async fn charge(
    shop: &Shop,
    payment: &PaymentRow,
    instrument: Instrument,
    return_url: String,
    first: bool,
) -> Result<Progress, AppError> {
    let stands = |outcome| Charge { payment: payment.id, reference: String::new(), amount: payment.amount, outcome };
    if payment.gateway == PAID {
        return write(shop, shop.db.begin().await?, payment, &stands(Outcome::Captured), first).await;
    }
    let gateway = Gateway::named(shop, &payment.gateway)?;
    let request = ChargeRequest { payment: payment.clone(), instrument, return_url };
    let charge = match gateway.charge(shop, &request).await {
        Err(GatewayError::Unreachable) => stands(Outcome::Pending),
        answer => answer?,
    };
    write(shop, shop.db.begin().await?, payment, &charge, first).await
}

/// Records how a charge stands. Told twice, or told what is already known, it changes nothing. Where somebody else was
/// faster, the answer is what they recorded.
pub async fn record(shop: &Shop, charge: &Charge, first: bool) -> Result<Progress, AppError> {
    let mut tx = shop.db.begin().await?;
    let payment = store::find_payment(&mut tx.conn(), charge.payment).await?.ok_or(AppError::NotFound)?;
    write(shop, tx, &payment, charge, first).await
}

/// The same of an attempt that is known. It may have got further since: only the statements' guards decide.
async fn write(
    shop: &Shop,
    mut tx: Tx,
    payment: &PaymentRow,
    charge: &Charge,
    first: bool,
) -> Result<Progress, AppError> {
    // The amount is ours. A gateway that tells of another is believed in nothing.
    if payment.amount != charge.amount {
        tracing::error!(payment = %payment.id, "the gateway tells of another amount than was asked for");
        return Err(AppError::Internal);
    }
    let progress = match &charge.outcome {
        Outcome::Captured => record_capture(shop, &mut tx, payment, charge).await?,
        Outcome::Declined(reason) => record_decline(shop, &mut tx, payment, charge, *reason, first).await?,
        Outcome::Cancelled => record_giving_up(shop, &mut tx, payment, charge, first).await?,
        Outcome::ActionRequired(action) => {
            let told = Progress::ActionRequired(action.clone());
            show_progress(shop, &mut tx, payment, charge, PaymentStatus::ActionRequired, told).await?
        }
        Outcome::Pending => {
            show_progress(shop, &mut tx, payment, charge, PaymentStatus::Pending, Progress::Pending).await?
        }
    };
    tx.commit().await?;
    Ok(progress)
}

/// What is recorded of an attempt that somebody else has taken further.
async fn as_recorded(tx: &mut Tx, payment: &PaymentRow) -> Result<Progress, AppError> {
    let payment = store::find_payment(&mut tx.conn(), payment.id).await?.ok_or(AppError::NotFound)?;
    let order = orders::find_order(&mut tx.conn(), payment.order).await?;
    if order.is_some_and(|order| order.status().is_paid()) {
        return Ok(Progress::Paid);
    }
    Ok(match payment.status {
        PaymentStatus::Declined => Progress::Declined(DeclineReason::Declined),
        PaymentStatus::Abandoned => Progress::GivenUp,
        PaymentStatus::Captured | PaymentStatus::RefundDue | PaymentStatus::Refunded => Progress::TooLate,
        PaymentStatus::Claimed | PaymentStatus::Pending | PaymentStatus::ActionRequired => Progress::Pending,
    })
}

async fn record_capture(shop: &Shop, tx: &mut Tx, payment: &PaymentRow, charge: &Charge) -> Result<Progress, AppError> {
    let now = shop.clock.now().0;
    let captured = PaymentStatus::Captured;
    let mut fresh = store::update_open_payment(tx, payment.id, captured, &charge.reference, "", now).await?;
    // We gave it up, or took it for dead; the bank did not.
    for ended in [PaymentStatus::Abandoned, PaymentStatus::Declined] {
        fresh = fresh || store::revive_payment(tx, payment.id, ended, captured, &charge.reference, now).await?;
    }
    if !fresh {
        return as_recorded(tx, payment).await;
    }
    let (from, to) = (OrderStatus::PendingPayment, OrderStatus::Paid);
    if let Some((subject, way)) = orders::update_status(tx, payment.order, from, to, captured.name(), now).await? {
        let event = OrderEvent::PaymentCaptured.name();
        let happened = Happened { actor: &Actor::Gateway, event, why: "", status: to, at: now };
        orders::insert_history(tx, shop.ids.next(), payment.order, &happened).await?;
        // Others were confirmed when they were placed.
        if way == PaymentMethod::Card.name() {
            outbox::enqueue(tx, shop.ids.next(), Topic::OrderConfirmed, &subject, now).await?;
        }
        let detail = payment.amount.amount.to_string();
        insert_events(tx, shop, &[Event { kind: Kind::OrderPaid, shopper: None, subject, detail }]).await?;
    } else {
        // The order is gone, expired, was cancelled, or was paid by another attempt: the money must go back.
        store::update_payment(tx, payment.id, captured, PaymentStatus::RefundDue, now).await?;
        let order = orders::find_order(&mut tx.conn(), payment.order).await?;
        let subject = order.as_ref().map_or("", |order| &order.number);
        outbox::enqueue(tx, shop.ids.next(), Topic::RefundDue, subject, now).await?;
        if !order.is_some_and(|order| order.status().is_paid()) {
            return Ok(Progress::TooLate);
        }
    }
    Ok(Progress::Paid)
}

async fn record_decline(
    shop: &Shop,
    tx: &mut Tx,
    payment: &PaymentRow,
    charge: &Charge,
    reason: DeclineReason,
    first: bool,
) -> Result<Progress, AppError> {
    end_attempt(shop, tx, payment, charge, PaymentStatus::Declined, reason.name()).await?;
    take_back(shop, tx, payment, first).await?;
    Ok(Progress::Declined(reason))
}

async fn record_giving_up(
    shop: &Shop,
    tx: &mut Tx,
    payment: &PaymentRow,
    charge: &Charge,
    first: bool,
) -> Result<Progress, AppError> {
    let is_news = end_attempt(shop, tx, payment, charge, PaymentStatus::Abandoned, "").await?;
    take_back(shop, tx, payment, first).await?;
    if is_news { Ok(Progress::GivenUp) } else { as_recorded(tx, payment).await }
}

/// An order whose first attempt came to nothing has never been. A webhook may have ended the attempt before us, and the
/// customer may have begun another since: then the order stays.
async fn take_back(shop: &Shop, tx: &mut Tx, payment: &PaymentRow, first: bool) -> Result<(), AppError> {
    if !(first && orders::end_unpaid(tx, payment.order, payment.id, shop.clock.now().0).await?) {
        return Ok(());
    }
    let order = orders::find_order(&mut tx.conn(), payment.order).await?.ok_or(AppError::NotFound)?;
    release(shop, tx, &order, Reason::Declined).await?;
    Ok(orders::delete_order(tx, payment.order).await?)
}

/// Ends an attempt without a capture; false when it had ended before. Its order waits for another.
async fn end_attempt(
    shop: &Shop,
    tx: &mut Tx,
    payment: &PaymentRow,
    charge: &Charge,
    status: PaymentStatus,
    reason: &str,
) -> Result<bool, AppError> {
    let now = shop.clock.now().0;
    if !store::update_open_payment(tx, payment.id, status, &charge.reference, reason, now).await? {
        return Ok(false);
    }
    if orders::release_payment(tx, payment.order, payment.id, status.name(), now).await? {
        let event = if status == PaymentStatus::Declined { "payment_declined" } else { "payment_abandoned" };
        let status = OrderStatus::PendingPayment;
        let happened = Happened { actor: &Actor::Gateway, event, why: "", status, at: now };
        orders::insert_history(tx, shop.ids.next(), payment.order, &happened).await?;
    }
    Ok(true)
}

/// Shows how an open attempt stands; one that has ended meanwhile is told of as it ended.
async fn show_progress(
    shop: &Shop,
    tx: &mut Tx,
    payment: &PaymentRow,
    charge: &Charge,
    status: PaymentStatus,
    told: Progress,
) -> Result<Progress, AppError> {
    if payment.status == status {
        return Ok(told);
    }
    let now = shop.clock.now().0;
    if !store::update_open_payment(tx, payment.id, status, &charge.reference, "", now).await? {
        return as_recorded(tx, payment).await;
    }
    orders::update_payment_status(tx, payment.order, payment.id, status.name()).await?;
    Ok(told)
}

/// Claims another attempt to pay an order that waits for its money. A challenge that was left open is given up first.
/// Its buyer is at it, so its stock is held on for a while.
pub async fn claim_another(shop: &Shop, order: &OrderRow, instrument: &Instrument) -> Result<PaymentRow, AppError> {
    let is_charged = order.payment_method == PaymentMethod::Card.name() && instrument.method().is_charged();
    if order.status() != OrderStatus::PendingPayment || !is_charged {
        return Err(AppError::OrderNotPayable);
    }
    let payment = attempt(shop, order, instrument)?;
    if let Some(active) = order.active_payment.map(PaymentId) {
        give_up(shop, active).await?;
    }
    let mut tx = shop.db.begin().await?;
    let now = shop.clock.now().0;
    if !orders::claim_payment(&mut tx, order.id(), payment.id, now).await? {
        return Err(AppError::PaymentInProgress);
    }
    holds::extend_in(shop, &mut tx, order).await?;
    store::insert_payment(&mut tx, &payment, now).await?;
    tx.commit().await?;
    Ok(payment)
}

/// Gives up an attempt if the gateway lets us.
pub async fn give_up(shop: &Shop, payment: PaymentId) -> Result<(), AppError> {
    let payment = store::find_payment(&mut shop.db.read().await?.conn(), payment).await?.ok_or(AppError::NotFound)?;
    let charge = Gateway::named(shop, &payment.gateway)?.cancel(shop, &payment).await?;
    match charge {
        Some(charge) if charge.outcome == Outcome::Pending => Err(AppError::PaymentInProgress),
        Some(charge) => record(shop, &charge, false).await.map(drop),
        None => Err(AppError::PaymentInProgress),
    }
}

/// Asks the gateway how an attempt stands and records that: after the browser came back, or after a crash.
pub async fn reconcile(shop: &Shop, payment: &PaymentRow, first: bool) -> Result<(), AppError> {
    if payment.gateway == PAID {
        let (reference, outcome) = (String::new(), Outcome::Captured);
        let charge = Charge { payment: payment.id, reference, amount: payment.amount, outcome };
        return record(shop, &charge, first).await.map(drop);
    }
    match Gateway::named(shop, &payment.gateway)?.find(shop, payment).await? {
        Some(charge) => record(shop, &charge, first).await.map(drop),
        None => forget_unheard(shop, payment, first).await,
    }
}

/// The gateway never heard of the attempt: we stopped between claiming and calling.
async fn forget_unheard(shop: &Shop, payment: &PaymentRow, first: bool) -> Result<(), AppError> {
    let (reference, outcome) = (String::new(), Outcome::Cancelled);
    let charge = Charge { payment: payment.id, reference, amount: payment.amount, outcome };
    record(shop, &charge, first).await.map(drop)
}

/// Ends attempts that a crash left between claim and record. `before`: nothing newer is touched, because somebody may
/// be at it. One that fails holds up no other.
pub async fn recover(shop: &Shop, before: Timestamp) -> Result<usize, AppError> {
    let stale = store::list_stale(&mut shop.db.read().await?.conn(), PaymentStatus::Claimed, before.0, 500).await?;
    for payment in &stale {
        let first = store::count_payments(&mut shop.db.read().await?.conn(), payment.order).await? == 1;
        log_failure(payment, reconcile(shop, payment, first).await);
    }
    Ok(stale.len())
}

/// Asks again about attempts whose answer was lost or whose webhook did not come.
pub async fn ask_again(shop: &Shop, before: Timestamp) -> Result<(), AppError> {
    let late = store::list_stale(&mut shop.db.read().await?.conn(), PaymentStatus::Pending, before.0, 200).await?;
    for payment in &late {
        log_failure(payment, reconcile(shop, payment, false).await);
    }
    Ok(())
}

fn log_failure(payment: &PaymentRow, reconciled: Result<(), AppError>) {
    if let Err(error) = reconciled {
        tracing::warn!(payment = %payment.id, %error, "a payment is not settled yet");
    }
}

/// Takes in a webhook of the sandbox. One that is not signed by it is nothing we know of.
pub async fn take_webhook(shop: &Shop, body: &str, signature: &str) -> Result<(), AppError> {
    let charge = Webhook::verify(shop, body, signature).ok_or(AppError::NotFound)?;
    record(shop, &charge, false).await.map(drop)
}
