//! Handing parcels to a carrier, all of an order or a part of it, and noting that they are there.

use super::{Clerk, Told, find_in, tell};
use crate::{
    db::Tx,
    domain::{
        address::{Field, Problem},
        order::{Carrier, FulfilmentEvent, OrderEvent, OrderStatus, Refused, Tracking, TrackingError, Units, arrives},
        timestamp::Day,
    },
    error::AppError,
    messaging::outbox::{self, Topic},
    orders::{
        desk::{
            store,
            view::{ChosenLine, DeskLine},
        },
        shipments::{self, NewShipment},
        steps,
        store::OrderRow,
    },
    server::state::Shop,
};
use uuid::Uuid;

/// A parcel as it was filled in.
#[derive(Clone, Debug)]
pub struct ShipForm {
    pub number: String,
    /// The id of the parcel: a form that is sent twice sends one.
    pub attempt: Uuid,
    pub carrier: Carrier,
    pub tracking: String,
    pub tracking_url: String,
    pub lines: Vec<ChosenLine>,
}

/// So many of each line, in key order.
pub(super) type Packed = Vec<(Uuid, u32)>;

/// Sends a parcel.
pub async fn ship(shop: &Shop, clerk: &Clerk, form: &ShipForm) -> Result<(), AppError> {
    let tracking = Tracking::parse(form.carrier, &form.tracking, &form.tracking_url).map_err(|error| match error {
        TrackingError::Number => AppError::invalid(Field::Tracking, Problem::Malformed),
        TrackingError::Url => AppError::invalid(Field::TrackingUrl, Problem::Malformed),
    })?;
    let mut tx = shop.db.begin().await?;
    let row = find_in(&mut tx, &form.number).await?;
    if is_sent(&mut tx, &row, form.attempt).await? {
        return Ok(());
    }
    let lines = store::list_lines(&mut tx.conn(), &row).await?;
    let packed = chosen(&form.lines, &lines)?;
    let count = packed.iter().map(|(_, quantity)| quantity).sum();
    let now = shop.clock.now();
    // Whoever comes second waits here until the first is done.
    let is_counted = steps::ship_units(&mut tx, row.id(), count, now.0).await?;
    if is_sent(&mut tx, &row, form.attempt).await? {
        return Ok(());
    }
    if !is_counted {
        return Err(why_not(&mut tx, &row, FulfilmentEvent::Ship(count)).await?);
    }
    for (line, quantity) in &packed {
        if !steps::ship_line(&mut tx, row.id(), *line, *quantity).await? {
            let left = lines.iter().find(|known| known.id == *line).map_or(0, DeskLine::to_ship);
            return Err(Refused::TooManyUnits { left }.into());
        }
    }
    let day = form.carrier.arrives(now.day(), &shop.prices.load().handover);
    let by = clerk.actor();
    let new = NewShipment {
        id: form.attempt,
        carrier: form.carrier,
        tracking: &tracking,
        units: count,
        arrives: day,
        at: now.0,
        by: &by,
    };
    shipments::insert_shipment(&mut tx, row.id(), &new).await?;
    shipments::insert_shipment_lines(&mut tx, form.attempt, &packed).await?;
    let (event, status) = follow(&mut tx, &row, FulfilmentEvent::Ship(count), now.0).await?;
    let what = parcel(form.carrier, &tracking, count);
    let event = event.map_or("partly_shipped", OrderEvent::name);
    let told = Told { event, action: "shipped an order", why: &what, status };
    tell(shop, &mut tx, clerk, &row, &told).await?;
    let payload = serde_json::json!({ "order": row.number, "shipment": form.attempt });
    outbox::enqueue_about(&mut tx, shop.ids.next(), Topic::OrderShipped, &row.number, &payload, now.0).await?;
    Ok(tx.commit().await?)
}

/// Whether the same form has sent its parcel before.
async fn is_sent(tx: &mut Tx, row: &OrderRow, attempt: Uuid) -> Result<bool, AppError> {
    match shipments::find_order_of(&mut tx.conn(), attempt).await? {
        Some(order) if order != row.id() => Err(Refused::Changed.into()),
        found => Ok(found.is_some()),
    }
}

/// The parcel in the words of the history: "2 × UPS 1Z999".
fn parcel(carrier: Carrier, tracking: &Tracking, count: u32) -> String {
    format!("{count} × {} {}", carrier.name(), tracking.number).trim_end().to_owned()
}

/// What was chosen of what is left of the lines of an order, each once, in key order.
pub(super) fn chosen(wanted: &[ChosenLine], lines: &[DeskLine]) -> Result<Packed, AppError> {
    let mut packed = Packed::new();
    for ChosenLine { line, quantity } in wanted {
        let known = lines.iter().find(|known| known.id == *line).ok_or(AppError::NotFound)?;
        let left = known.to_ship();
        let count: u32 = match quantity.trim() {
            "" => 0,
            typed => typed.parse().map_err(|_| Refused::TooManyUnits { left })?,
        };
        if count > left || packed.iter().any(|(other, _)| other == line) {
            return Err(Refused::TooManyUnits { left }.into());
        }
        if count > 0 {
            packed.push((*line, count));
        }
    }
    if packed.is_empty() {
        return Err(Refused::NothingChosen.into());
    }
    packed.sort_unstable();
    Ok(packed)
}

/// Why units that were on the shelf could not be counted as shipped, or as not to be sent.
pub(super) async fn why_not(tx: &mut Tx, row: &OrderRow, event: FulfilmentEvent) -> Result<AppError, AppError> {
    if row.status() != OrderStatus::Processing {
        return Ok(Refused::Status(row.status(), OrderEvent::Ship).into());
    }
    let units = steps::find_units(&mut tx.conn(), row.id()).await?;
    Ok(units.apply(event).err().unwrap_or(Refused::Changed).into())
}

/// Writes down what units that were just counted mean for the order: what happened to it, if anything, and its status.
pub(super) async fn follow(
    tx: &mut Tx,
    row: &OrderRow,
    event: FulfilmentEvent,
    now: i64,
) -> Result<(Option<OrderEvent>, OrderStatus), AppError> {
    let after = steps::find_units(&mut tx.conn(), row.id()).await?;
    let (units, events) = before(after, event).apply(event)?;
    let parts = shipments::list_arrivals(&mut tx.conn(), row.id()).await?;
    let day = arrives(Day::parse(&row.arrives), &parts, units.to_ship() == 0);
    let day = day.map_or_else(|| row.arrives.clone(), |day| day.to_string());
    steps::update_fulfilment(tx, row.id(), units.status(), &day).await?;
    let mut status = row.status();
    for event in events {
        // The row was read before others may have shipped the parts in between; only these two can follow each other.
        let from = if *event == OrderEvent::Ship { OrderStatus::Processing } else { OrderStatus::Shipped };
        let (to, _) = from.apply(*event)?;
        if !steps::advance(tx, row.id(), from, to, now).await? {
            return Err(Refused::Changed.into());
        }
        status = to;
    }
    Ok((events.last().copied(), status))
}

/// The units as they were before the statement that counted them.
fn before(after: Units, event: FulfilmentEvent) -> Units {
    match event {
        FulfilmentEvent::Ship(count) => Units { shipped: after.shipped.saturating_sub(count), ..after },
        FulfilmentEvent::Deliver(count) => Units { delivered: after.delivered.saturating_sub(count), ..after },
        FulfilmentEvent::Cancel(count) => Units { cancelled: after.cancelled.saturating_sub(count), ..after },
        FulfilmentEvent::Abandon => after,
    }
}

/// Notes that a parcel is there. One that is known to be there is left as it is.
pub async fn deliver(shop: &Shop, clerk: &Clerk, number: &str, shipment: Uuid) -> Result<(), AppError> {
    let mut tx = shop.db.begin().await?;
    let row = find_in(&mut tx, number).await?;
    let found = shipments::find_units(&mut tx.conn(), row.id(), shipment).await?;
    let (count, is_there) = found.ok_or(AppError::NotFound)?;
    if is_there {
        return Ok(());
    }
    let now = shop.clock.now().0;
    let is_counted = steps::deliver_units(&mut tx, row.id(), count, now).await?;
    if !shipments::mark_delivered(&mut tx, shipment, now).await? {
        // Somebody else was faster, and this transaction counts nothing.
        return Ok(());
    }
    if !is_counted {
        return Err(Refused::NotOnItsWay.into());
    }
    let (event, status) = follow(&mut tx, &row, FulfilmentEvent::Deliver(count), now).await?;
    let event = event.map_or("partly_delivered", OrderEvent::name);
    let told = Told { event, action: "marked a parcel as delivered", why: "", status };
    tell(shop, &mut tx, clerk, &row, &told).await?;
    if status == OrderStatus::Delivered {
        outbox::enqueue(&mut tx, shop.ids.next(), Topic::OrderDelivered, &row.number, now).await?;
    }
    Ok(tx.commit().await?)
}
