//! Money that comes past the gateway, and money that goes back.

use super::{Clerk, LONGEST_WHY, Told, find, find_in, log, tell, text_of};
use crate::{
    db::{Conn, Tx, fetch},
    domain::{
        address::{Field, Problem},
        ids::PaymentId,
        money::Money,
        order::{OrderEvent, OrderStatus, Refused, SettlementEvent, share_of_line},
        payment::{PaymentStatus, RefundStatus},
    },
    error::AppError,
    messaging::outbox::{self, Topic},
    orders::{
        desk::{
            store,
            view::{ChosenLine, DeskRefund},
        },
        steps,
        store::OrderRow,
    },
    payments::{
        refunds::{self, NewRefund, store as refund_rows},
        store::{self as payment_rows, PaymentRow},
    },
    server::{
        events::{Event, Kind, insert_events},
        state::Shop,
    },
};
use uuid::Uuid;

/// A refund as it was filled in.
#[derive(Clone, Debug)]
pub struct RefundForm {
    pub number: String,
    /// A form that is sent twice pays back once.
    pub attempt: Uuid,
    /// `rest`, `lines` or `amount`.
    pub what: String,
    pub amount: String,
    pub lines: Vec<ChosenLine>,
    pub why: String,
}

/// Pays money back: all that is left, what so many units were paid with, or an amount.
pub async fn refund(shop: &Shop, clerk: &Clerk, form: &RefundForm) -> Result<(), AppError> {
    let why = text_of(Field::Why, &form.why, LONGEST_WHY)?;
    let row = find(shop, &form.number).await?;
    let amount = wanted(shop, &row, form).await?;
    let mut tx = shop.db.begin().await?;
    steps::touch(&mut tx, row.id(), shop.clock.now().0).await?;
    let known = refund_rows::list_refunds_of(&mut tx.conn(), row.id()).await?.len();
    let new = NewRefund { amount, why: why.clone(), by: clerk.actor(), key: form.attempt.to_string() };
    let id = refunds::claim(shop, &mut tx, &row, new).await?;
    if refund_rows::list_refunds_of(&mut tx.conn(), row.id()).await?.len() > known {
        log(shop, &mut tx, clerk, &row, "paid money back", &format!("{amount}: {why}")).await?;
    }
    tx.commit().await?;
    match refunds::settle(shop, id).await {
        Ok(RefundStatus::Refused) => Err(Refused::RefusedByGateway.into()),
        Ok(_) => Ok(()),
        Err(error) => {
            // It is claimed; the job takes it to its end.
            tracing::warn!(%error, "a refund waits");
            Ok(())
        }
    }
}

/// The amount that a form means. One that was sent before is not judged by what it has left.
async fn wanted(shop: &Shop, row: &OrderRow, form: &RefundForm) -> Result<Money, AppError> {
    let settlement = row.settlement();
    let amount = match form.what.as_str() {
        "rest" => settlement.refundable(),
        "lines" => worth(shop, row, &form.lines).await?,
        _ => {
            let typed = form.amount.trim();
            let problem = if typed.is_empty() { Problem::Missing } else { Problem::Malformed };
            let amount = Money::parse_decimal(typed, settlement.total.currency);
            amount.filter(|amount| amount.amount > 0).ok_or_else(|| AppError::invalid(Field::Amount, problem))?
        }
    };
    let mut reader = shop.db.read().await?;
    let known = refund_rows::list_refunds_of(&mut reader.conn(), row.id()).await?;
    if let Some(before) = known.iter().find(|refund| refund.request_key.ends_with(&form.attempt.to_string())) {
        return Ok(before.amount);
    }
    settlement.apply(SettlementEvent::Refund(amount))?;
    Ok(amount)
}

/// What the chosen units were paid with.
async fn worth(shop: &Shop, row: &OrderRow, chosen: &[ChosenLine]) -> Result<Money, AppError> {
    let lines = store::list_lines(&mut shop.db.read().await?.conn(), row).await?;
    let mut sum = 0;
    for ChosenLine { line, quantity } in chosen {
        let known = lines.iter().find(|known| known.id == *line).ok_or(AppError::NotFound)?;
        let most = known.line.quantity;
        let count: u32 = match quantity.trim() {
            "" => 0,
            typed => typed.parse().ok().filter(|count| *count <= most).ok_or(Refused::NothingChosen)?,
        };
        sum += share_of_line(known.line.total.amount, count, most, row.goods, row.discount, row.tax);
    }
    // The last units take what rounding left, but never more than there is.
    Ok(row.money(sum.min(row.settlement().refundable().amount)))
}

/// Notes that the money of an order has come past the gateway: by bank transfer, or at the door. Noted once, whoever
/// notes it.
pub async fn receive(shop: &Shop, clerk: &Clerk, number: &str) -> Result<(), AppError> {
    let mut tx = shop.db.begin().await?;
    let row = find_in(&mut tx, number).await?;
    if row.settlement().is_received {
        return Ok(());
    }
    if row.payment_method == "card" {
        return Err(Refused::PaidByGateway.into());
    }
    let now = shop.clock.now().0;
    let Some(status) = steps::receive_money(&mut tx, row.id(), now).await? else {
        drop(tx);
        return received_meanwhile(shop, number).await;
    };
    let status = OrderStatus::parse(&status).unwrap_or(row.status());
    let payment = PaymentRow {
        id: PaymentId(shop.ids.next()),
        order: row.id(),
        status: PaymentStatus::Captured,
        amount: row.due(),
        reference: String::new(),
        gateway: row.payment_method.clone(),
        instrument: String::new(),
        refunded: 0,
    };
    payment_rows::insert_payment(&mut tx, &payment, now).await?;
    let event = OrderEvent::PaymentCaptured.name();
    tell(shop, &mut tx, clerk, &row, &Told { event, action: "received money", why: "", status }).await?;
    confirm(shop, &mut tx, &row, now).await?;
    Ok(tx.commit().await?)
}

/// Of two who note it at once, both have what they wanted; else why it is not noted.
async fn received_meanwhile(shop: &Shop, number: &str) -> Result<(), AppError> {
    let row = find(shop, number).await?;
    if row.settlement().is_received {
        return Ok(());
    }
    row.status().apply(OrderEvent::PaymentCaptured)?;
    Err(Refused::Changed.into())
}

/// The confirmation, unless the order was confirmed when it was placed.
async fn confirm(shop: &Shop, tx: &mut Tx, row: &OrderRow, now: i64) -> Result<(), AppError> {
    if !is_confirmed(&mut tx.conn(), &row.number).await? {
        outbox::enqueue(tx, shop.ids.next(), Topic::OrderConfirmed, &row.number, now).await?;
    }
    let (subject, detail) = (row.number.clone(), row.due().amount.to_string());
    insert_events(tx, shop, &[Event { kind: Kind::OrderPaid, shopper: None, subject, detail }]).await?;
    Ok(())
}

async fn is_confirmed(conn: &mut Conn<'_>, number: &str) -> sqlx::Result<bool> {
    let row = fetch!(
        conn,
        one as (i64,),
        "SELECT COUNT(*) FROM outbox WHERE subject = $1 AND topic = $2",
        number,
        Topic::OrderConfirmed.name()
    )?;
    Ok(row.0 > 0)
}

/// What went back of an order, or is on its way.
pub(super) async fn list_refunds(conn: &mut Conn<'_>, row: &OrderRow) -> sqlx::Result<Vec<DeskRefund>> {
    let rows = refund_rows::list_refunds_of(conn, row.id()).await?;
    let refund = |row: refund_rows::RefundRow| DeskRefund {
        status: row.status.name().to_owned(),
        amount: row.amount,
        by: row.by.person().to_owned(),
        why: row.why,
    };
    Ok(rows.into_iter().map(refund).collect())
}
