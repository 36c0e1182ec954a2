//! Placing orders: prices, stock and totals are decided here, in one transaction; the money is asked for after it.

use crate::{
    account::service::{email, store as accounts},
    catalog::store::{self as catalog, ChangeKind, Movement, Offer, Reason},
    db::{Conn, Tx},
    domain::{
        address::Recipient,
        ids::{AccountId, OrderId, PaymentId, ShopperId},
        money::Money,
        order::{Actor, OrderStatus, order_number},
        payment::{DeclineReason, PaymentMethod, PaymentStatus, hold},
        pricing::{self, MAX_LINES, PricedLine, Quantity, Quote},
        text,
    },
    error::AppError,
    messaging::outbox::{self, Topic},
    orders::{
        store::{self as orders, Happened, LineRow, OrderRow},
        view::{OrderLine, Placed},
    },
    payments::{
        gateway::Instrument,
        service::{self as payments, Progress},
        store::{self as payment_rows, PaymentRow},
    },
    server::{
        events::{Event, Kind, insert_events},
        state::Shop,
    },
    shop::store as shop_store,
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
    pub instrument: Instrument,
    /// The total the customer agreed to, if they said so.
    pub expected_total: Option<Money>,
    /// At most one order is placed under a key.
    pub request_key: Option<String>,
    pub shopper: Option<ShopperId>,
    /// Whose order it is, for who has signed in.
    pub account: Option<AccountId>,
}

/// An order with its first attempt to pay, as far as the transaction went. Without one, its money comes later.
struct Claimed {
    order: OrderRow,
    payment: Option<PaymentRow>,
}

/// How often, and how long apart, a second request looks whether the first one's payment is answered.
const LOOKS: u32 = 60;
const PAUSE: Duration = Duration::from_millis(150);

/// Places an order and asks for its money. A declined payment leaves no order and takes no stock.
pub async fn place(shop: &Shop, request: PlaceOrder) -> Result<Placed, AppError> {
    if let Some(key) = &request.request_key {
        // Bound first: a reader that is kept while another is asked for can use up PostgreSQL's pool.
        let known = orders::find_order_by_request(&mut shop.db.read().await?.conn(), key).await?;
        if known.is_some() {
            return finished_by_another(shop, key).await;
        }
    }
    let Some(Claimed { order, payment }) = claim(shop, &request).await? else {
        return finished_by_another(shop, request.request_key.as_deref().unwrap_or_default()).await;
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
        Progress::Paid => (OrderStatus::Paid, None),
        Progress::ActionRequired(action) => (OrderStatus::PendingPayment, Some(action.address(&return_url))),
        Progress::Pending => (OrderStatus::PendingPayment, None),
    };
    Ok(Placed { total: order.money(order.total), number: order.number, token, status, next_action })
}

/// The same request came in twice and the other one was faster: waits until its payment is answered.
async fn finished_by_another(shop: &Shop, key: &str) -> Result<Placed, AppError> {
    for _ in 0..LOOKS {
        // Not by a reader: with SQLite the other's commit may still be gathering company. Committing waits for it.
        let mut tx = shop.db.begin().await?;
        let order = orders::find_order_by_request(&mut tx.conn(), key).await?;
        let payment = match order.as_ref().and_then(|order| order.active_payment) {
            Some(id) => payment_rows::find_payment(&mut tx.conn(), PaymentId(id)).await?,
            None => None,
        };
        tx.commit().await?;
        match order {
            // It was declined in the meantime, and so left nothing.
            None => return Err(AppError::PaymentDeclined { reason: DeclineReason::Declined }),
            Some(_) if payment.is_some_and(|payment| is_unsettled(payment.status)) => tokio::time::sleep(PAUSE).await,
            Some(order) => return placed(shop, &order).await,
        }
    }
    Err(AppError::PaymentInProgress)
}

/// Not answered yet; or declined between our looks at the order and at the payment, which takes the order back.
fn is_unsettled(status: PaymentStatus) -> bool {
    matches!(status, PaymentStatus::Claimed | PaymentStatus::Declined)
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

/// Takes the stock and writes the order with its first attempt to pay, all or nothing. Nothing when another request
/// with the same key got there first.
async fn claim(shop: &Shop, request: &PlaceOrder) -> Result<Option<Claimed>, AppError> {
    let mut tx = shop.db.begin().await?;
    let lines = offers(shop, &mut tx.conn(), &request.lines).await?;
    let quote = quote_offers(shop, &mut tx.conn(), &lines, Some(&request.shipping_method)).await?;
    if request.expected_total.is_some_and(|expected| expected != quote.total) {
        return Err(AppError::PriceChanged { quote: Box::new(quote) });
    }
    let Some(order) = insert_order(shop, &mut tx, request, &quote).await? else { return Ok(None) };
    take_stock(shop, &mut tx, &lines, &order.number).await?;
    write_parts(shop, &mut tx, request, &order, &lines, &quote).await?;
    let payment = claim_payment(shop, &mut tx, &order, &request.instrument).await?;
    tx.commit().await?;
    Ok(Some(Claimed { order, payment }))
}

/// Claims the first attempt to pay. An order whose money comes later is confirmed at once: somebody has to know how to
/// pay it, or that it comes.
async fn claim_payment(
    shop: &Shop,
    tx: &mut Tx,
    order: &OrderRow,
    instrument: &Instrument,
) -> Result<Option<PaymentRow>, AppError> {
    if order.payment_method != PaymentMethod::Card.name() {
        outbox::enqueue(tx, shop.ids.next(), Topic::OrderConfirmed, &order.number, order.placed_at).await?;
        return Ok(None);
    }
    let payment = payments::attempt(shop, order, instrument)?;
    if !orders::claim_payment(tx, order.id(), payment.id, order.placed_at).await? {
        return Err(AppError::internal("a new order takes no payment"));
    }
    payment_rows::insert_payment(tx, &payment, order.placed_at).await?;
    Ok(Some(payment))
}

/// A line with what is sold under its SKU.
type Sold = (Offer, Quantity);

/// Looks up what is asked for, the same SKU in one line.
async fn offers(shop: &Shop, conn: &mut Conn<'_>, lines: &[Line]) -> Result<Vec<Sold>, AppError> {
    if lines.is_empty() || lines.len() > MAX_LINES {
        return Err(AppError::InvalidLines { limit: MAX_LINES });
    }
    let mut sold: Vec<Sold> = Vec::with_capacity(lines.len());
    for line in lines {
        let key = text::key(&line.sku);
        if let Some((_, quantity)) = sold.iter_mut().find(|(offer, _)| text::key(&offer.sku) == key) {
            let sum = i64::from(*quantity) + i64::from(line.quantity);
            *quantity = sum.try_into().map_err(|_| AppError::InvalidQuantity { sku: line.sku.clone() })?;
            continue;
        }
        let offer = catalog::find_offer(conn, shop.currency.code(), &key).await?;
        let unknown = || AppError::UnknownSku { sku: text::truncate(&line.sku, 100).to_owned() };
        sold.push((offer.ok_or_else(unknown)?, line.quantity));
    }
    Ok(sold)
}

/// What lines would cost, delivered by a method (the first one when none is named).
pub async fn quote(shop: &Shop, lines: &[Line], method: Option<&str>) -> Result<Quote, AppError> {
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    let sold = offers(shop, conn, lines).await?;
    quote_offers(shop, conn, &sold, method).await
}

async fn quote_offers(
    shop: &Shop,
    conn: &mut Conn<'_>,
    sold: &[Sold],
    method: Option<&str>,
) -> Result<Quote, AppError> {
    let lines: Vec<PricedLine> = sold
        .iter()
        .map(|(offer, quantity)| PricedLine {
            sku: offer.sku.clone(),
            quantity: *quantity,
            unit_price: Money::new(offer.amount, shop.currency),
        })
        .collect();
    let methods = shop_store::list_shipping_methods(conn, shop.currency).await?;
    Ok(pricing::quote(&lines, &methods, method, shop.currency, shop.clock.now().day())?)
}

/// The account of a guest's address: it has one only once the address is verified.
async fn account_of_email(tx: &mut Tx, to: &Recipient) -> sqlx::Result<Option<uuid::Uuid>> {
    let account = accounts::find_account_by_email(&mut tx.conn(), &email::key(to.email.as_str())).await?;
    Ok(account.map(|account| account.id))
}

/// Inserts the order under a number nobody has; nothing when its request key is taken.
async fn insert_order(
    shop: &Shop,
    tx: &mut Tx,
    request: &PlaceOrder,
    quote: &Quote,
) -> Result<Option<OrderRow>, AppError> {
    let shipping = quote.shipping.as_ref().ok_or(AppError::UnknownShippingMethod)?;
    let account = match request.account {
        Some(account) => Some(account.0),
        None => account_of_email(tx, &request.recipient).await?,
    };
    // Where nothing is left to charge, there is nothing to wait for either.
    let is_due = quote.total.amount > 0;
    let method = if is_due { request.instrument.method() } else { PaymentMethod::Card };
    let now = shop.clock.now();
    let mut row = OrderRow {
        id: shop.ids.next(),
        number: String::new(),
        shopper_id: request.shopper.map(|shopper| shopper.0),
        account_id: account,
        status: OrderStatus::PendingPayment.name().into(),
        payment_status: PaymentStatus::Pending.name().into(),
        fulfilment_status: "unfulfilled".into(),
        currency: shop.currency.code().into(),
        goods: quote.goods.amount,
        shipping: shipping.price.amount,
        tax: quote.tax.amount,
        total: quote.total.amount,
        discount: 0,
        fees: 0,
        included_tax: 0,
        gift_amount: 0,
        refunded: 0,
        quote: String::new(),
        payment_method: method.name().into(),
        hold_until: hold::hold_until(method, now),
        shipping_code: shipping.code.clone(),
        shipping_name: shipping.name.clone(),
        arrives: shipping.arrives.to_string(),
        request_key: request.request_key.clone(),
        active_payment: None,
        placed_at: now.0,
    };
    for _ in 0..5 {
        row.number = order_number(shop.random.number());
        if orders::insert_order(tx, &row).await? == 1 {
            return Ok(Some(row));
        }
        if let Some(key) = &request.request_key
            && orders::find_order_by_request(&mut tx.conn(), key).await?.is_some()
        {
            return Ok(None);
        }
    }
    Err(AppError::internal("five random order numbers were taken"))
}

/// Takes the units off the shelf, in order of variant so that two orders never wait for each other in a circle.
async fn take_stock(shop: &Shop, tx: &mut Tx, lines: &[Sold], number: &str) -> Result<(), AppError> {
    let at = shop.clock.now().0;
    let mut tracked: Vec<&Sold> = lines.iter().filter(|(offer, _)| offer.stock().is_some()).collect();
    tracked.sort_by_key(|(offer, _)| offer.variant_id);
    let mut sold_out = Vec::new();
    for (offer, quantity) in tracked {
        let movement = Movement {
            id: shop.ids.next(),
            variant_id: offer.variant_id,
            delta: -i64::from(*quantity),
            reason: Reason::Sold,
            reference: number,
            at,
        };
        match catalog::take_stock(tx, movement).await? {
            Some(0) => sold_out.push((shop.ids.next(), offer.product_id)),
            Some(_) => {}
            None => {
                let available = catalog::find_stock(tx, offer.variant_id).await?;
                return Err(AppError::OutOfStock { sku: offer.sku.clone(), available });
            }
        }
    }
    catalog::insert_changes(tx, &sold_out, ChangeKind::Stock, at).await?;
    Ok(())
}

async fn write_parts(
    shop: &Shop,
    tx: &mut Tx,
    request: &PlaceOrder,
    order: &OrderRow,
    sold: &[Sold],
    quote: &Quote,
) -> Result<(), AppError> {
    let id = order.id();
    orders::insert_recipient(tx, id, &request.recipient).await?;
    let rows: Vec<LineRow> = sold
        .iter()
        .zip(&quote.lines)
        .map(|((offer, quantity), line)| LineRow {
            id: shop.ids.next(),
            variant_id: offer.variant_id,
            product_id: offer.product_id,
            took_stock: offer.stock().is_some(),
            line: OrderLine {
                sku: offer.sku.clone(),
                handle: offer.handle.clone(),
                title: offer.title.clone(),
                options: offer.options(),
                picture: offer.picture(),
                quantity: quantity.get(),
                unit_price: line.unit_price,
                total: line.total,
            },
        })
        .collect();
    orders::insert_lines(tx, id, &rows).await?;
    history(shop, tx, id, order.placed_at).await?;
    let detail = order.total.to_string();
    let event = Event { kind: Kind::OrderPlaced, shopper: request.shopper, subject: order.number.clone(), detail };
    Ok(insert_events(tx, shop, &[event]).await?)
}

async fn history(shop: &Shop, tx: &mut Tx, order: OrderId, at: i64) -> Result<(), AppError> {
    let status = OrderStatus::PendingPayment;
    let placed = Happened { actor: &Actor::Customer, event: "placed", why: "", status, at };
    Ok(orders::insert_history(tx, shop.ids.next(), order, &placed).await?)
}
