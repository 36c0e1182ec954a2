//! Placing orders: what is claimed in one transaction ([`super::claim`]), and the money that is asked for after it.

use super::claim::{Claimed, claim};
use crate::{
    domain::{
        address::Recipient,
        ids::{AccountId, GiftCardId, PaymentId, ShopperId},
        money::Money,
        order::OrderStatus,
        payment::{DeclineReason, PaymentMethod, PaymentStatus},
        pricing::{Quantity, Shown},
    },
    error::AppError,
    orders::{
        store::{self as orders, OrderRow},
        view::Placed,
    },
    payments::{
        gateway::Instrument,
        service::{self as payments, Progress},
        store as payment_rows,
    },
    server::state::Shop,
};
use std::time::Duration;

/// A SKU and how many of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    pub sku: String,
    pub quantity: Quantity,
}

/// Everything an order needs.
#[derive(Clone, Debug)]
pub struct PlaceOrder {
    pub lines: Vec<Line>,
    pub recipient: Recipient,
    pub shipping_method: String,
    /// The coupon code as it was typed, if any.
    pub coupon: Option<String>,
    /// The code of a gift card as it was typed, if any; or a card that was found by its code before.
    pub gift_card: Option<String>,
    pub gift_card_id: Option<GiftCardId>,
    pub instrument: Instrument,
    /// The way to pay that was chosen, which may cost a fee. Where nothing is left to pay, one is chosen all the same.
    pub payment_method: Option<PaymentMethod>,
    /// The total the customer agreed to, if they said so, and what is left of it to pay beside a gift card.
    pub expected_total: Option<Money>,
    pub expected_due: Option<Money>,
    /// What their page showed, if it was one of ours: the goods have to be the same ones, not only their sum.
    pub shown: Option<Shown>,
    /// At most one order is placed under a key.
    pub request_key: Option<String>,
    pub shopper: Option<ShopperId>,
    /// Whose order it is, for who has signed in.
    pub account: Option<AccountId>,
}

/// How often, and how long apart, a second request looks whether the first one's payment is answered.
const LOOKS: u32 = 60;
const PAUSE: Duration = Duration::from_millis(150);

/// Places an order and asks for its money. A declined payment leaves no order and takes no stock.
pub async fn place(shop: &Shop, request: PlaceOrder) -> Result<Placed, AppError> {
    if let Some(key) = &request.request_key {
        // Bound first: a reader that is kept while another is asked for can use up PostgreSQL's pool.
        let known = orders::find_order_by_request(&mut shop.db.read().await?.conn(), key).await?;
        if let Some(known) = known {
            return finished_by_another(shop, key, known.active_payment.map(PaymentId)).await;
        }
    }
    let Some(Claimed { order, payment }) = claim(shop, &request).await? else {
        return finished_by_another(shop, request.request_key.as_deref().unwrap_or_default(), None).await;
    };
    let token = shop.signer.order_token(order.id(), shop.clock.now());
    let return_url = format!("/orders/{}?token={token}", order.number);
    let progress = match payment {
        Some(payment) => payments::charge(shop, &payment, request.instrument, return_url.clone(), true).await?,
        None => Progress::Pending,
    };
    let (status, next_action) = match progress {
        Progress::Declined(reason) => return Err(AppError::PaymentDeclined { reason }),
        Progress::TooLate => return Err(AppError::OrderNotPayable),
        Progress::GivenUp => return Err(AppError::PaymentInterrupted),
        Progress::Paid => (OrderStatus::Paid, None),
        Progress::ActionRequired(action) => (OrderStatus::PendingPayment, Some(action.address(&return_url))),
        Progress::Pending => (OrderStatus::PendingPayment, None),
    };
    Ok(Placed { total: order.money(order.total), number: order.number, token, status, next_action })
}

/// The same request came in twice and the other one was faster: waits until its payment is answered. `paid_by` is the
/// attempt to pay that was seen last.
async fn finished_by_another(shop: &Shop, key: &str, mut paid_by: Option<PaymentId>) -> Result<Placed, AppError> {
    for _ in 0..LOOKS {
        // Not by a reader: with SQLite the other's commit may still be gathering company. Committing waits for it.
        let mut tx = shop.db.begin().await?;
        let order = orders::find_order_by_request(&mut tx.conn(), key).await?;
        let active = order.as_ref().and_then(|order| order.active_payment.map(PaymentId));
        paid_by = active.or(paid_by);
        let payment = match active.or(paid_by.filter(|_| order.is_none())) {
            Some(id) => payment_rows::find_payment(&mut tx.conn(), id).await?,
            None => None,
        };
        tx.commit().await?;
        let status = payment.map(|payment| payment.status);
        match order {
            None => return Err(why_gone(status)),
            Some(_) if status.is_some_and(is_unsettled) => tokio::time::sleep(PAUSE).await,
            Some(order) => return placed(shop, &order).await,
        }
    }
    Err(AppError::PaymentInProgress)
}

/// Why an order is gone whose payment ended so. Where nobody has seen that payment, it was declined before we could.
fn why_gone(payment: Option<PaymentStatus>) -> AppError {
    match payment {
        Some(PaymentStatus::Abandoned) => AppError::PaymentInterrupted,
        Some(PaymentStatus::RefundDue | PaymentStatus::Refunded) => AppError::OrderNotPayable,
        _ => AppError::PaymentDeclined { reason: DeclineReason::Declined },
    }
}

/// Not answered yet; or it came to nothing between our looks at the order and at the payment, which takes the order back.
fn is_unsettled(status: PaymentStatus) -> bool {
    matches!(status, PaymentStatus::Claimed | PaymentStatus::Declined | PaymentStatus::Abandoned)
}

/// An order that exists, as the answer to a request for it.
async fn placed(shop: &Shop, order: &OrderRow) -> Result<Placed, AppError> {
    let token = shop.signer.order_token(order.id(), shop.clock.now());
    let action = crate::orders::service::next_action(shop, order).await?;
    let placed = Placed {
        number: order.number.clone(),
        token,
        status: order.status(),
        total: order.money(order.total),
        next_action: None,
    };
    let next_action = action.map(|action| action.address(&placed.page()));
    Ok(Placed { next_action, ..placed })
}
