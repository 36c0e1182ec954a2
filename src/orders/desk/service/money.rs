//! Money that comes past the gateway, and money that goes back.

use super::{Clerk, LONGEST_WHY, Told, find, find_in, held, log, tell, text_of};
use crate::{
    db::{Conn, Tx, fetch},
    domain::{
        address::{Field, Problem},
        ids::{OrderId, PaymentId, RefundId},
        money::Money,
        order::{OrderEvent, OrderStatus, Refused, Settlement, SettlementEvent},
        payment::{PaymentStatus, RefundStatus},
    },
    error::AppError,
    messaging::outbox::{self, Topic},
    orders::{
        bought::{Bought, BoughtLine},
        desk::{
            store,
            view::{ChosenLine, DeskLine},
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
use std::collections::BTreeMap;
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
    let mut tx = shop.db.begin().await?;
    let row = held(&mut tx, &form.number).await?;
    let key = format!("refund:{}", form.attempt);
    let id = match refunds::find_claimed(&mut tx.conn(), row.id(), &key).await? {
        Some(known) => known.id,
        None => {
            let (amount, units) = wanted(&mut tx.conn(), &row, form).await?;
            let detail = format!("{amount}: {why}");
            let id = refunds::claim(shop, &mut tx, &row, NewRefund { amount, why, by: clerk.actor(), key }).await?;
            claim_units(&mut tx, row.id(), id, &units).await?;
            log(shop, &mut tx, clerk, &row, "paid money back", &detail).await?;
            id
        }
    };
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

/// Notes which units a refund is for, none of which was paid back before.
pub(super) async fn claim_units(tx: &mut Tx, order: OrderId, refund: RefundId, units: &Chosen) -> Result<(), AppError> {
    for (line, count) in units {
        if !refund_rows::claim_units(tx, refund, order, *line, i64::from(*count)).await? {
            return Err(Refused::PaidBackBefore.into());
        }
    }
    Ok(())
}

/// So many units of each line, in key order.
pub(super) type Chosen = BTreeMap<Uuid, u32>;

/// What a form means: an amount, and the units that it is for.
async fn wanted(conn: &mut Conn<'_>, row: &OrderRow, form: &RefundForm) -> Result<(Money, Chosen), AppError> {
    let settlement = row.settlement();
    if !settlement.is_received {
        return Err(Refused::NotReceived.into());
    }
    let left = row.money(refunds::find_left(conn, row.id()).await?);
    let lines = store::list_lines(conn, row).await?;
    let units = chosen(&lines, &form.lines)?;
    let typed = form.amount.trim();
    let (amount, units) = match form.what.as_str() {
        // Whoever has filled in more than is used has not meant all of it.
        "rest" if !units.is_empty() || !typed.is_empty() => return Err(Refused::Ambiguous.into()),
        "lines" if !typed.is_empty() => return Err(Refused::Ambiguous.into()),
        "rest" => (left, Chosen::new()),
        "lines" => (row.money(worth(row, &lines, &units).amount.min(left.amount)), units),
        _ if !units.is_empty() => return Err(Refused::Ambiguous.into()),
        _ => {
            let problem = if typed.is_empty() { Problem::Missing } else { Problem::Malformed };
            let amount = Money::parse_decimal(typed, left.currency).filter(|amount| amount.amount > 0);
            (amount.ok_or_else(|| AppError::invalid(Field::Amount, problem))?, units)
        }
    };
    // What is set aside counts as gone.
    let refunded = row.money(settlement.total.amount - left.amount);
    Settlement { refunded, ..settlement }.apply(SettlementEvent::Refund(amount))?;
    Ok((amount, units))
}

/// How many units of each line were chosen, in the order of their ids.
fn chosen(lines: &[DeskLine], form: &[ChosenLine]) -> Result<Chosen, AppError> {
    let mut units = Chosen::new();
    for ChosenLine { line, quantity } in form {
        let known = lines.iter().find(|known| known.id == *line).ok_or(AppError::NotFound)?;
        let most = known.unpaid_back();
        let count: u32 = match quantity.trim() {
            "" => 0,
            typed => typed.parse().map_err(|_| Refused::TooManyToPayBack { left: most })?,
        };
        let sum = units.get(line).map_or(0, |before| *before) + count;
        if sum > most {
            return Err(Refused::TooManyToPayBack { left: most }.into());
        }
        if sum > 0 {
            units.insert(*line, sum);
        }
    }
    Ok(units)
}

/// What the chosen units were paid with, by the quote that the order was placed with.
pub(super) fn worth(row: &OrderRow, lines: &[DeskLine], units: &Chosen) -> Money {
    let bought = Bought::of(row, lines.iter().map(|line| line.line.clone()).collect()).lines;
    let of = |(known, bought): (&DeskLine, &BoughtLine)| {
        let count = units.get(&known.id).copied().unwrap_or(0);
        bought.units(known.refunded + known.line.reduced, count).gross
    };
    row.money(lines.iter().zip(&bought).map(of).sum())
}

/// Notes that somebody has paid a refund back by hand. Noted once, whoever notes it.
pub async fn pay_back(shop: &Shop, clerk: &Clerk, number: &str, refund: Uuid) -> Result<(), AppError> {
    let mut tx = shop.db.begin().await?;
    let row = find_in(&mut tx, number).await?;
    let found = refund_rows::find_refund(&mut tx.conn(), RefundId(refund)).await?;
    let found = found.filter(|refund| refund.order == row.id()).ok_or(AppError::NotFound)?;
    let amount = found.paid_back();
    if refunds::record_by_hand(shop, &mut tx, found, clerk.actor()).await? {
        log(shop, &mut tx, clerk, &row, "paid money back by hand", &amount.to_string()).await?;
        tx.commit().await?;
    }
    Ok(())
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
    if row.payment_method == "bank_transfer" && matches!(row.status(), OrderStatus::Expired | OrderStatus::Cancelled) {
        return receive_late(shop, tx, clerk, &row).await;
    }
    let Some(status) = steps::receive_money(&mut tx, row.id(), now).await? else {
        drop(tx);
        return received_meanwhile(shop, number).await;
    };
    let status = OrderStatus::parse(&status).unwrap_or(row.status());
    let payment = by_hand(shop, &row, PaymentStatus::Captured);
    payment_rows::insert_payment(&mut tx, &payment, now).await?;
    let event = OrderEvent::PaymentCaptured.name();
    tell(shop, &mut tx, clerk, &row, &Told { event, action: "received money", why: "", status }).await?;
    confirm(shop, &mut tx, &row, now).await?;
    Ok(tx.commit().await?)
}

/// Money that comes past the gateway.
pub(super) fn by_hand(shop: &Shop, row: &OrderRow, status: PaymentStatus) -> PaymentRow {
    PaymentRow {
        id: PaymentId(shop.ids.next()),
        order: row.id(),
        status,
        amount: row.due(),
        reference: String::new(),
        gateway: row.payment_method.clone(),
        instrument: String::new(),
        refunded: 0,
    }
}

/// A transfer that came after its order had ended: it goes back, as any money does that comes too late.
async fn receive_late(shop: &Shop, mut tx: Tx, clerk: &Clerk, row: &OrderRow) -> Result<(), AppError> {
    let now = shop.clock.now().0;
    // Whoever has the order's row sees what another has noted.
    steps::touch(&mut tx, row.id(), now).await?;
    if payment_rows::has_payment_by(&mut tx.conn(), row.id(), &row.payment_method).await? {
        return Ok(());
    }
    payment_rows::insert_payment(&mut tx, &by_hand(shop, row, PaymentStatus::RefundDue), now).await?;
    let (event, status) = ("payment_late", row.status());
    tell(shop, &mut tx, clerk, row, &Told { event, action: "received money too late", why: "", status }).await?;
    outbox::enqueue(&mut tx, shop.ids.next(), Topic::RefundDue, &row.number, now).await?;
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

/// The confirmation, unless the order was confirmed when it was placed: then, where the money is far away, that it came.
async fn confirm(shop: &Shop, tx: &mut Tx, row: &OrderRow, now: i64) -> Result<(), AppError> {
    if !is_confirmed(&mut tx.conn(), &row.number).await? {
        outbox::enqueue(tx, shop.ids.next(), Topic::OrderConfirmed, &row.number, now).await?;
    } else if row.payment_method == "bank_transfer" {
        outbox::enqueue(tx, shop.ids.next(), Topic::OrderPaid, &row.number, now).await?;
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
