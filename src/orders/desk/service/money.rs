//! Money that comes past the gateway, and money that goes back.

use super::{Clerk, LONGEST_WHY, Told, find, find_in, log, tell, text_of};
use crate::{
    db::{Conn, Tx, fetch},
    domain::{
        address::{Field, Problem},
        ids::{OrderId, PaymentId, RefundId},
        money::Money,
        order::{OrderEvent, OrderStatus, Refused, SettlementEvent, share_of_line},
        payment::{PaymentStatus, RefundStatus},
        pricing::{Quote, QuoteLine},
    },
    error::AppError,
    messaging::outbox::{self, Topic},
    orders::{
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
    let row = find(shop, &form.number).await?;
    let Wish { amount, units } = wanted(shop, &row, form).await?;
    let mut tx = shop.db.begin().await?;
    steps::touch(&mut tx, row.id(), shop.clock.now().0).await?;
    let known = refund_rows::list_refunds_of(&mut tx.conn(), row.id()).await?.len();
    let new = NewRefund { amount, why, by: clerk.actor(), key: form.attempt.to_string() };
    let (detail, id) = (format!("{amount}: {}", new.why), refunds::claim(shop, &mut tx, &row, new).await?);
    if refund_rows::list_refunds_of(&mut tx.conn(), row.id()).await?.len() > known {
        claim_units(&mut tx, row.id(), id, &units).await?;
        log(shop, &mut tx, clerk, &row, "paid money back", &detail).await?;
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

/// What a form means: an amount, and the units of lines that it is for.
struct Wish {
    amount: Money,
    units: Chosen,
}

/// One that was sent before is not judged by what it has left.
async fn wanted(shop: &Shop, row: &OrderRow, form: &RefundForm) -> Result<Wish, AppError> {
    let settlement = row.settlement();
    let mut units = Chosen::new();
    let amount = match form.what.as_str() {
        "rest" => settlement.refundable(),
        "lines" => {
            let lines = store::list_lines(&mut shop.db.read().await?.conn(), row).await?;
            units = chosen(&lines, &form.lines)?;
            worth(row, &lines, &units)
        }
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
        return Ok(Wish { amount: before.amount, units });
    }
    settlement.apply(SettlementEvent::Refund(amount))?;
    Ok(Wish { amount, units })
}

/// How many units of each line were chosen, in the order of their ids.
fn chosen(lines: &[DeskLine], form: &[ChosenLine]) -> Result<Chosen, AppError> {
    let mut units = Chosen::new();
    for ChosenLine { line, quantity } in form {
        let known = lines.iter().find(|known| known.id == *line).ok_or(AppError::NotFound)?;
        let most = known.line.quantity;
        let count: u32 = match quantity.trim() {
            "" => 0,
            typed => typed.parse().ok().filter(|count| *count <= most).ok_or(Refused::NothingChosen)?,
        };
        let sum = units.get(line).map_or(0, |before| *before) + count;
        if sum > most {
            return Err(Refused::NothingChosen.into());
        }
        if sum > 0 {
            units.insert(*line, sum);
        }
    }
    Ok(units)
}

/// What the chosen units were paid with, by the quote that the order was placed with.
pub(super) fn worth(row: &OrderRow, lines: &[DeskLine], units: &Chosen) -> Money {
    let quote: Option<Quote> = serde_json::from_str(&row.quote).ok();
    // Where its lines do not tell all that was taken off the goods, each line has its share.
    let quote = quote.filter(|quote| {
        let discounted: i64 = quote.lines.iter().map(|line| line.discounted.amount).sum();
        discounted == row.goods - row.discount
    });
    let share = |(id, count): (&Uuid, &u32)| {
        let Some(DeskLine { line, .. }) = lines.iter().find(|known| known.id == *id) else { return 0 };
        let total = line.total.amount;
        let is_it = |quoted: &&QuoteLine| quoted.sku == line.sku && quoted.total.amount == total;
        match quote.as_ref().and_then(|quote| quote.lines.iter().find(is_it)) {
            Some(quoted) => {
                let tax = if row.tax > 0 { quoted.tax.amount } else { 0 };
                let paid = quoted.discounted.amount + tax;
                share_of_line(paid, *count, line.quantity, paid, 0, 0)
            }
            None => share_of_line(total, *count, line.quantity, row.goods, row.discount, row.tax),
        }
    };
    let sum: i64 = units.iter().map(share).sum();
    // The last units take what rounding left, but never more than there is.
    row.money(sum.min(row.settlement().refundable().amount))
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
fn by_hand(shop: &Shop, row: &OrderRow, status: PaymentStatus) -> PaymentRow {
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
