//! Starting, ending and writing about an order.

use super::{Clerk, LONGEST_NOTE, LONGEST_WHY, Told, find, find_in, held, is_done, log, tell, text_of};
use crate::{
    domain::{
        address::Field,
        order::{OrderEvent, OrderStatus, Refused},
        payment::PaymentMethod,
    },
    error::AppError,
    messaging::outbox::{self, Topic},
    orders::{
        cancel as ending, steps,
        store::{self as rows, Happened},
    },
    server::state::Shop,
};
use uuid::Uuid;

/// Begins to pack an order. One that somebody has begun already is left as it is.
pub async fn start(shop: &Shop, clerk: &Clerk, number: &str) -> Result<(), AppError> {
    let mut tx = shop.db.begin().await?;
    let row = find_in(&mut tx, number).await?;
    let from = row.status();
    if from == OrderStatus::Processing {
        return Ok(());
    }
    let pays_later = from == OrderStatus::PendingPayment && row.payment_method == PaymentMethod::OnDelivery.name();
    let event = if pays_later { OrderEvent::StartProcessingUnpaid } else { OrderEvent::StartProcessing };
    let (to, _) = from.apply(event)?;
    if !steps::advance(&mut tx, row.id(), from, to, shop.clock.now().0).await? {
        drop(tx);
        return started_meanwhile(shop, number).await;
    }
    let told = Told { event: event.name(), action: "started an order", why: "", status: to };
    tell(shop, &mut tx, clerk, &row, &told).await?;
    Ok(tx.commit().await?)
}

/// Of two who begin at once, both have what they wanted.
async fn started_meanwhile(shop: &Shop, number: &str) -> Result<(), AppError> {
    match find(shop, number).await?.status() {
        OrderStatus::Processing => Ok(()),
        _ => Err(Refused::Changed.into()),
    }
}

/// Ends an order of which nothing is on its way. Its money goes back.
pub async fn cancel(shop: &Shop, clerk: &Clerk, number: &str, why: &str) -> Result<(), AppError> {
    let why = text_of(Field::Why, why, LONGEST_WHY)?;
    let row = find(shop, number).await?;
    ending::by_staff(shop, &row, clerk.actor(), clerk.who(), &why).await
}

/// Writes something about an order that only staff read.
pub async fn add_note(shop: &Shop, clerk: &Clerk, number: &str, attempt: Uuid, note: &str) -> Result<(), AppError> {
    let note = text_of(Field::Note, note, LONGEST_NOTE)?;
    once(shop, clerk, number, attempt, "note", &note).await
}

/// Sends the confirmation of a paid order again.
pub async fn resend_confirmation(shop: &Shop, clerk: &Clerk, number: &str, attempt: Uuid) -> Result<(), AppError> {
    once(shop, clerk, number, attempt, RESENT, "").await
}

/// What the history calls a confirmation that was sent again.
const RESENT: &str = "confirmation_resent";

/// Something that changes nothing about the order itself, once for each form.
async fn once(shop: &Shop, clerk: &Clerk, number: &str, attempt: Uuid, event: &str, why: &str) -> Result<(), AppError> {
    let mut tx = shop.db.begin().await?;
    let row = held(&mut tx, number).await?;
    let (now, actor) = (shop.clock.now().0, clerk.actor());
    if is_done(&mut tx, &row, attempt, event).await? {
        return Ok(());
    }
    let action = if event == RESENT {
        if !row.status().is_paid() {
            return Err(Refused::NotReceived.into());
        }
        outbox::enqueue(&mut tx, shop.ids.next(), Topic::OrderConfirmed, &row.number, now).await?;
        "sent a confirmation again"
    } else {
        "wrote a note"
    };
    let happened = Happened { actor: &actor, event, why, status: row.status(), at: now };
    rows::insert_history(&mut tx, attempt, row.id(), &happened).await?;
    log(shop, &mut tx, clerk, &row, action, "").await?;
    Ok(tx.commit().await?)
}
