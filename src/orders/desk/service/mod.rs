//! What staff do with orders. Each step is one transaction: the guarded change, its history, the log of what staff did,
//! and the message to the customer. A form that is sent twice does a thing once.

mod cancel_units;
mod money;
mod process;
mod ship;

pub use cancel_units::{CancelForm, cancel_units};
pub use money::{RefundForm, pay_back, receive, refund};
pub use process::{add_note, cancel, resend_confirmation, start};
pub use ship::{ShipForm, deliver, ship};

use super::{store, view::DeskOrder};
use crate::{
    db::Tx,
    domain::{
        account::{Area, Verb},
        address::{Field, Problem},
        ids::AccountId,
        order::{OrderStatus, Refused, normalise_number},
    },
    error::AppError,
    orders::{
        service as orders, steps,
        store::{self as rows, Happened, OrderRow},
        view::Order,
    },
    payments::refunds,
    server::{
        authority::{Change, See, Staff, areas},
        state::Shop,
    },
};
use uuid::Uuid;

/// A member of staff who may change orders.
type Clerk = Staff<areas::Orders, Change>;

/// The longest reason and the longest note.
const LONGEST_WHY: usize = 300;
const LONGEST_NOTE: usize = 2_000;

/// An order with all that is needed to process it. Where a payment may have ended meanwhile, the gateway is asked.
pub async fn show(shop: &Shop, staff: &Staff<areas::Orders, See>, number: &str) -> Result<DeskOrder, AppError> {
    let row = orders::refreshed(shop, find(shop, number).await?).await?;
    let order = orders::describe(shop, &row).await?;
    // How to pay, and the link to the order, are its buyer's.
    let order = Order { next_action: None, confirm: None, stripe: None, ..order };
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    Ok(DeskOrder {
        order,
        lines: store::list_lines(conn, &row).await?,
        units: steps::find_units(conn, row.id()).await?,
        payments: store::list_payments(conn, &row).await?,
        refunds: store::list_refunds(conn, &row).await?,
        left: row.money(if row.settlement().is_received { refunds::find_left(conn, row.id()).await? } else { 0 }),
        history: store::list_history(conn, &row).await?,
        attempt: shop.ids.next(),
        orders_of_customer: match row.account_id {
            Some(account) => Some(orders_of(conn, AccountId(account)).await?),
            None => None,
        },
        may_change: staff.role().may(Area::Orders, Verb::Change),
    })
}

async fn orders_of(conn: &mut crate::db::Conn<'_>, account: AccountId) -> sqlx::Result<u32> {
    Ok(u32::try_from(rows::count_orders_of(conn, account).await?).unwrap_or(u32::MAX))
}

/// The order of a number; whoever calls has shown that they work on orders.
async fn find(shop: &Shop, number: &str) -> Result<OrderRow, AppError> {
    let number = normalise_number(number).ok_or(AppError::NotFound)?;
    let row = rows::find_order_by_number(&mut shop.db.read().await?.conn(), &number).await?;
    row.ok_or(AppError::NotFound)
}

/// The order as it is within a transaction.
async fn find_in(tx: &mut Tx, number: &str) -> Result<OrderRow, AppError> {
    let number = normalise_number(number).ok_or(AppError::NotFound)?;
    rows::find_order_by_number(&mut tx.conn(), &number).await?.ok_or(AppError::NotFound)
}

/// The order, kept from others until the transaction ends.
async fn held(tx: &mut Tx, number: &str) -> Result<OrderRow, AppError> {
    let row = find_in(tx, number).await?;
    steps::hold(tx, row.id()).await?;
    find_in(tx, &row.number).await
}

/// Whether a form has done to an order what it does; its id is no other's.
async fn is_done(tx: &mut Tx, order: &OrderRow, attempt: Uuid, event: &str) -> Result<bool, AppError> {
    match store::find_history(&mut tx.conn(), attempt).await? {
        Some(done) if done != (order.id, event.to_owned()) => Err(Refused::Changed.into()),
        done => Ok(done.is_some()),
    }
}

/// A step in the words of the history and of the log.
struct Told<'a> {
    event: &'a str,
    /// What the log calls it.
    action: &'a str,
    why: &'a str,
    status: OrderStatus,
}

/// Writes a step down, for the order and for the shop.
async fn tell(shop: &Shop, tx: &mut Tx, clerk: &Clerk, order: &OrderRow, told: &Told<'_>) -> Result<(), AppError> {
    let (actor, at) = (clerk.actor(), shop.clock.now().0);
    let happened = Happened { actor: &actor, event: told.event, why: told.why, status: told.status, at };
    rows::insert_history(tx, shop.ids.next(), order.id(), &happened).await?;
    log(shop, tx, clerk, order, told.action, told.why).await
}

async fn log(
    shop: &Shop,
    tx: &mut Tx,
    clerk: &Clerk,
    order: &OrderRow,
    action: &str,
    detail: &str,
) -> Result<(), AppError> {
    Ok(crate::admin::audit::log(shop, tx, Some(clerk.who()), action, &order.number, detail).await?)
}

/// Leads a form without JavaScript back to the order's page, which says what is done.
pub fn lead_back(number: &str, done: &str) {
    let number = normalise_number(number).unwrap_or_default();
    crate::server::redirect_plain_form(&format!("/admin/orders/{number}?done={done}"));
}

/// A text that has to be there, and not be too long. A NUL, which no database keeps, is left out.
fn text_of(field: Field, typed: &str, longest: usize) -> Result<String, AppError> {
    let text = typed.replace('\0', "");
    match text.trim() {
        "" => Err(AppError::invalid(field, Problem::Missing)),
        text if text.chars().count() > longest => Err(AppError::invalid(field, Problem::TooLong)),
        text => Ok(text.to_owned()),
    }
}
