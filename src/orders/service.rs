//! Orders for those who may see them.

use super::{
    live, shipments,
    store::{self, OrderRow},
    view::{Order, Placed},
};
use crate::{
    domain::{
        ids::PaymentId,
        order::{OrderEvent, OrderStatus, normalise_number},
        payment::{CardNumber, PaymentStatus, parse_card_form},
        timestamp::Day,
    },
    error::AppError,
    payments::{
        gateway::{Gateway, Instrument, Outcome},
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
    drop(reader);
    let next_action = next_action(shop, row).await?;
    let waiting = row.status() == OrderStatus::PendingPayment;
    Ok(Order {
        number: row.number.clone(),
        status: row.status(),
        payable: waiting && (row.active_payment.is_none() || next_action.is_some()),
        payment_status: row.payment_status.clone(),
        fulfilment_status: row.fulfilment_status.clone(),
        placed_at: crate::domain::timestamp::Timestamp(row.placed_at),
        recipient,
        lines,
        goods: row.money(row.goods),
        shipping: row.money(row.shipping),
        shipping_code: row.shipping_code.clone(),
        shipping_name: row.shipping_name.clone(),
        tax: row.money(row.tax),
        total: row.money(row.total),
        discount: row.money(row.discount),
        fees: row.money(row.fees),
        included_tax: row.money(row.included_tax),
        gift_amount: row.money(row.gift_amount),
        payment_method: row.payment_method.clone(),
        money: row.settlement(),
        arrives: Day::parse(&row.arrives),
        shipments,
        history,
        cancellable: row.status().apply(OrderEvent::Cancel).is_ok(),
        version,
        next_action,
    })
}

/// The order after asking the gateway about an attempt that was last seen waiting for the customer or the bank.
pub(super) async fn refreshed(shop: &Shop, row: OrderRow) -> Result<OrderRow, AppError> {
    let Some(payment) = row.active_payment.map(PaymentId) else { return Ok(row) };
    let found = payment_rows::find_payment(&mut shop.db.read().await?.conn(), payment).await?;
    match found {
        Some(payment) if payment.status != PaymentStatus::Claimed => {
            payments::reconcile(shop, &payment, false).await?;
            let row = store::find_order(&mut shop.db.read().await?.conn(), row.id()).await?;
            row.ok_or(AppError::NotFound)
        }
        _ => Ok(row),
    }
}

/// Where the customer has to confirm the payment, while the bank asks for that.
pub async fn next_action(shop: &Shop, row: &OrderRow) -> Result<Option<String>, AppError> {
    let Some(payment) = row.active_payment.filter(|_| row.status() == OrderStatus::PendingPayment) else {
        return Ok(None);
    };
    // A shop that takes no payments any more still shows its orders.
    let Ok(gateway) = Gateway::of(shop) else { return Ok(None) };
    let charge = gateway.find(shop, PaymentId(payment)).await?;
    Ok(charge.and_then(|charge| match charge.outcome {
        Outcome::ActionRequired(url) => Some(url),
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
    let payment = payments::claim_another(shop, &row).await?;
    let return_url = placed(row.status(), None).page();
    match payments::charge(shop, &payment, instrument, return_url, false).await? {
        Progress::Paid => Ok(placed(OrderStatus::Paid, None)),
        Progress::Declined(reason) => Err(AppError::PaymentDeclined { reason }),
        Progress::TooLate => Err(AppError::OrderNotPayable),
        Progress::ActionRequired(url) => Ok(placed(OrderStatus::PendingPayment, Some(url))),
        Progress::Pending => Ok(placed(OrderStatus::PendingPayment, None)),
    }
}

/// Pays with what was typed into a card form.
pub async fn pay_by_form(
    shop: &Shop,
    order: Owned<OrderRow>,
    token: &str,
    card: &CardNumber,
    expiry: &str,
    security_code: &str,
) -> Result<Placed, AppError> {
    let card = parse_card_form(card, expiry, security_code, shop.clock.now())
        .map_err(|fields| AppError::InvalidFields { fields })?;
    pay(shop, order, token, Instrument::Sandbox(card)).await
}
