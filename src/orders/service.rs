//! Orders for those who may see them.

use super::{
    live, shipments,
    store::{self, OrderRow},
    view::{CreditNote, Order, Placed},
};
use crate::{
    db::Conn,
    domain::{
        ids::PaymentId,
        order::{OrderEvent, OrderStatus, normalise_number},
        payment::{PaymentMethod, PaymentStatus},
        pricing::Quote,
        timestamp::{Day, Timestamp},
    },
    error::AppError,
    payments::{
        gateway::{Action, Gateway, Instrument, Outcome},
        holds,
        offer::{self, PayForm},
        refunds::store::{self as refunds, RefundRow},
        service::{self as payments, Progress},
        store as payment_rows,
    },
    server::{
        authority::{Customer, customer_of},
        state::Shop,
        visitor::Visitor,
    },
};

/// An order that whoever asks may see and pay. Only [`open`] makes one.
pub struct Owned<T>(T);

impl<T> Owned<T> {
    #[must_use]
    pub fn get(&self) -> &T {
        &self.0
    }
}

/// Opens an order for its signed-in owner.
pub async fn open_own(shop: &Shop, customer: &Customer, number: &str) -> Result<Owned<OrderRow>, AppError> {
    let number = normalise_number(number).ok_or(AppError::NotFound)?;
    let row = store::find_order_by_number(&mut shop.db.read().await?.conn(), &number).await?;
    // An order of nobody is not that of somebody without an account: both sides have to be there.
    row.filter(|row| row.account_id == Some(customer.account.0)).map(Owned).ok_or(AppError::NotFound)
}

/// Opens an order for who asks: by its token where there is one, else as its signed-in owner.
pub async fn open_for(shop: &Shop, visitor: &Visitor, number: &str, token: &str) -> Result<Owned<OrderRow>, AppError> {
    if !token.is_empty() {
        return open(shop, number, token).await;
    }
    let customer = customer_of(&mut shop.db.read().await?.conn(), visitor).await?;
    open_own(shop, &customer.ok_or(AppError::NotFound)?, number).await
}

/// Opens an order by its signed link. A wrong number, a wrong token and an expired one look alike.
pub async fn open(shop: &Shop, number: &str, token: &str) -> Result<Owned<OrderRow>, AppError> {
    let number = normalise_number(number).ok_or(AppError::NotFound)?;
    let row = store::find_order_by_number(&mut shop.db.read().await?.conn(), &number).await?;
    let row = row.ok_or(AppError::NotFound)?;
    if !shop.signer.opens_order(token, row.id(), shop.clock.now()) {
        return Err(AppError::NotFound);
    }
    Ok(Owned(row))
}

/// The address of an order's page after something was done there.
#[must_use]
pub fn page_of(order: &OrderRow, token: &str, done: &str) -> String {
    let token = if token.is_empty() { String::new() } else { format!("token={token}&") };
    format!("/orders/{}?{token}done={done}", order.number)
}

/// The order, as its buyer sees it. Where a payment may have ended meanwhile, the gateway is asked.
pub async fn view(shop: &Shop, order: Owned<OrderRow>) -> Result<Order, AppError> {
    let row = refreshed(shop, order.0).await?;
    describe(shop, &row).await
}

/// An order in words and numbers, for whoever has shown that they may see it.
pub(super) async fn describe(shop: &Shop, row: &OrderRow) -> Result<Order, AppError> {
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    let version = live::find_version(conn, row.id()).await?;
    let recipient = store::find_recipient(conn, row.id()).await?;
    let lines = store::list_lines(conn, row).await?;
    let history = store::list_history(conn, row.id()).await?;
    let shipments = shipments::list_shipments(conn, row.id()).await?;
    let credit_notes = list_credit_notes(conn, row).await?;
    drop(reader);
    let action = next_action(shop, row).await?;
    let waiting = row.status() == OrderStatus::PendingPayment;
    let by_card = row.payment_method == PaymentMethod::Card.name();
    let confirm = match &action {
        Some(Action::Script { client_secret }) => Some(client_secret.clone()),
        _ => None,
    };
    let page = format!("/orders/{}?token={}", row.number, shop.signer.order_token(row.id(), shop.clock.now()));
    let next_action = action.map(|action| action.address(&page));
    let quote: Option<Quote> = serde_json::from_str(&row.quote).ok();
    Ok(Order {
        number: row.number.clone(),
        status: row.status(),
        payable: waiting && by_card && (row.active_payment.is_none() || next_action.is_some()),
        payment_status: row.payment_status.clone(),
        fulfilment_status: row.fulfilment_status.clone(),
        placed_at: crate::domain::timestamp::Timestamp(row.placed_at),
        recipient,
        lines,
        goods: row.money(row.goods),
        discounts: quote.as_ref().map_or(vec![], |quote| quote.discounts.clone()),
        shipping: row.money(row.shipping),
        shipping_code: row.shipping_code.clone(),
        shipping_name: row.shipping_name.clone(),
        fees: row.money(row.fees),
        tax: row.money(row.tax),
        included_tax: row.money(row.included_tax),
        tax_name: quote.map_or_else(String::new, |quote| quote.tax_name),
        gift_card: row.money(row.gift_amount),
        total: row.money(row.total),
        reduced: row.money(row.reduced),
        money: row.settlement(),
        credit_notes,
        arrives: Day::parse(&row.arrives),
        shipments,
        history,
        cancellable: row.status().apply(OrderEvent::Cancel).is_ok(),
        version,
        next_action,
        confirm,
        payment_method: row.payment_method.clone(),
        hold_until: Some(Timestamp(row.hold_until)).filter(|until| waiting && until.0 > 0),
        now: shop.clock.now(),
        bank_details: bank_details(shop, row),
        stripe: offer::stripe_form(shop).filter(|_| waiting),
    })
}

/// Those of an order's refunds.
async fn list_credit_notes(conn: &mut Conn<'_>, row: &OrderRow) -> sqlx::Result<Vec<CreditNote>> {
    // Most orders need no look.
    if row.refunded == 0 {
        return Ok(vec![]);
    }
    let refunds = refunds::list_refunds_of(conn, row.id()).await?.into_iter();
    Ok(refunds
        .filter(RefundRow::has_credit_note)
        .map(|refund| CreditNote { refund: refund.id, amount: refund.amount })
        .collect())
}

/// The order after asking the gateway about an attempt that was last seen waiting for the customer or the bank.
pub(super) async fn refreshed(shop: &Shop, row: OrderRow) -> Result<OrderRow, AppError> {
    let Some(payment) = row.active_payment.map(PaymentId) else { return Ok(row) };
    let found = payment_rows::find_payment(&mut shop.db.read().await?.conn(), payment).await?;
    match found {
        Some(payment) if payment.status != PaymentStatus::Claimed => {
            // Who looks at an order sees it, whatever the gateway says.
            if let Err(error) = payments::reconcile(shop, &payment, false).await {
                tracing::warn!(payment = %payment.id, %error, "the gateway was asked in vain");
            }
            let row = store::find_order(&mut shop.db.read().await?.conn(), row.id()).await?;
            row.ok_or(AppError::NotFound)
        }
        _ => Ok(row),
    }
}

/// Where to transfer the money of an order to that waits for a transfer.
fn bank_details(shop: &Shop, row: &OrderRow) -> Option<String> {
    let waits = row.status() == OrderStatus::PendingPayment;
    let is_transfer = row.payment_method == PaymentMethod::BankTransfer.name();
    (waits && is_transfer).then(|| shop.info.load().bank_details.trim().to_owned())
}

/// An order whose page somebody has opened: as long as they are at it, its stock is held on for a while.
pub async fn view_page(shop: &Shop, order: Owned<OrderRow>) -> Result<Order, AppError> {
    let hold_until = holds::extend(shop, &order.0).await?.0;
    view(shop, Owned(OrderRow { hold_until, ..order.0 })).await
}

/// How the customer has to confirm the payment, while the bank asks for that.
pub async fn next_action(shop: &Shop, row: &OrderRow) -> Result<Option<Action>, AppError> {
    let Some(payment) = row.active_payment.filter(|_| row.status() == OrderStatus::PendingPayment) else {
        return Ok(None);
    };
    let payment = payment_rows::find_payment(&mut shop.db.read().await?.conn(), PaymentId(payment)).await?;
    let Some(payment) = payment.filter(|payment| payment.status == PaymentStatus::ActionRequired) else {
        return Ok(None);
    };
    // A shop that takes no payments any more still shows its orders.
    let Ok(gateway) = Gateway::named(shop, &payment.gateway) else { return Ok(None) };
    let charge = gateway.find(shop, &payment).await.unwrap_or_default();
    Ok(charge.and_then(|charge| match charge.outcome {
        Outcome::ActionRequired(action) => Some(action),
        _ => None,
    }))
}

/// Pays an order that waits for its money. One that is paid already is shown as it is.
pub async fn pay(shop: &Shop, order: Owned<OrderRow>, token: &str, instrument: Instrument) -> Result<Placed, AppError> {
    let row = refreshed(shop, order.0).await?;
    let total = row.money(row.total);
    let placed = |status, next_action| Placed {
        number: row.number.clone(),
        token: token.to_owned(),
        status,
        total,
        next_action,
    };
    if row.status().is_paid() {
        return Ok(placed(row.status(), None));
    }
    let payment = match payments::claim_another(shop, &row, &instrument).await {
        Err(AppError::PaymentInProgress) => {
            let status = status_now(shop, &row).await?;
            return if status.is_paid() { Ok(placed(status, None)) } else { Err(AppError::PaymentInProgress) };
        }
        claimed => claimed?,
    };
    let return_url = placed(row.status(), None).page();
    match payments::charge(shop, &payment, instrument, return_url.clone(), false).await? {
        Progress::Paid => Ok(placed(OrderStatus::Paid, None)),
        Progress::Declined(reason) => Err(AppError::PaymentDeclined { reason }),
        Progress::TooLate => Err(AppError::OrderNotPayable),
        Progress::GivenUp => match status_now(shop, &row).await? {
            status if status.is_paid() => Ok(placed(status, None)),
            _ => Err(AppError::PaymentInterrupted),
        },
        Progress::ActionRequired(action) => Ok(placed(OrderStatus::PendingPayment, Some(action.address(&return_url)))),
        Progress::Pending => Ok(placed(OrderStatus::PendingPayment, None)),
    }
}

/// The status of an order that somebody else was faster to pay, by a transaction: with SQLite their commit may still be
/// gathering company.
async fn status_now(shop: &Shop, row: &OrderRow) -> Result<OrderStatus, AppError> {
    let mut tx = shop.db.begin().await?;
    Ok(store::find_order(&mut tx.conn(), row.id()).await?.ok_or(AppError::NotFound)?.status())
}

/// Pays with what was filled into a form.
pub async fn pay_by_form(shop: &Shop, order: Owned<OrderRow>, token: &str, form: &PayForm) -> Result<Placed, AppError> {
    let instrument = form.parse(shop, shop.clock.now()).map_err(|fields| AppError::InvalidFields { fields })?;
    pay(shop, order, token, instrument).await
}
