//! The transaction of an order: what it costs is looked up and agreed to before, everything that is limited is claimed
//! in it. Looking up takes no lock; if something limited is gone by then, it is looked up anew, within the transaction.

use super::{
    basket::{Asked, Priceable, Sold, basket},
    service::{Line, PlaceOrder},
};
use crate::{
    catalog::{
        service::check_orderable,
        store::{self as catalog, ChangeKind, Movement, Reason},
    },
    db::{Conn, Tx},
    domain::{
        address::{Field, Problem},
        ids::OrderId,
        money::Money,
        order::{Actor, OrderStatus, order_number},
        payment::{PaymentMethod, PaymentStatus, hold},
        place::Destination,
        pricing::{MAX_LINES, Quote},
        promotion::WhyNot,
        text,
    },
    error::AppError,
    messaging::outbox::{self, Topic},
    orders::{
        store::{self as orders, Happened, LineRow, OrderRow},
        view::OrderLine,
    },
    payments::{
        gateway::Instrument,
        service as payments,
        store::{self as payment_rows, PaymentRow},
    },
    promotions::{claims, known::Known},
    server::{
        events::{Event, Kind, insert_events},
        state::Shop,
    },
};

/// An order with its first attempt to pay, as far as the transaction went. Without one, its money comes later.
pub(super) struct Claimed {
    pub order: OrderRow,
    pub payment: Option<PaymentRow>,
}

/// Takes what an order takes (stock, uses of promotions, money of a gift card) and writes it with its first attempt to
/// pay, all or nothing. Nothing when another request with the same key got there first.
pub(super) async fn claim(shop: &Shop, request: &PlaceOrder) -> Result<Option<Claimed>, AppError> {
    match decide(shop, request).await {
        // What the other one took (a coupon, the last unit) is missing here.
        Err(_) if is_placed(shop, request).await? => Ok(None),
        decided => decided,
    }
}

/// Whether there is an order of the request's key. Asked in a transaction, which sees what waits for its commit.
async fn is_placed(shop: &Shop, request: &PlaceOrder) -> Result<bool, AppError> {
    let Some(key) = &request.request_key else { return Ok(false) };
    let mut tx = shop.db.begin().await?;
    Ok(orders::find_order_by_request(&mut tx.conn(), key).await?.is_some())
}

async fn decide(shop: &Shop, request: &PlaceOrder) -> Result<Option<Claimed>, AppError> {
    let mut priced = Some(priced(shop, &mut shop.db.read().await?.conn(), request).await?);
    for _ in 0..TRIES {
        match try_claim(shop, request, priced.take()).await {
            // Something that is limited went to somebody else in the meantime. That transaction is gone; the next one
            // finds what the order costs now, and whether the customer has agreed to that.
            Err(Refused::Overtaken) => shop.reload_promotions().await?,
            Err(Refused::Error(error)) => return Err(error),
            Ok(claimed) => return Ok(claimed),
        }
    }
    Err(AppError::PriceChanged { quote: Box::new(quote(shop, &request.lines, asked(request)).await?) })
}

/// How often an order is priced anew because somebody else was faster.
const TRIES: u32 = 6;

enum Refused {
    Error(AppError),
    Overtaken,
}

impl<E: Into<AppError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

/// What an order costs, which its customer has agreed to.
struct Priced {
    /// What is bought, and what comes with it for nothing.
    sold: Vec<Sold>,
    known: Known,
    quote: Quote,
}

/// Looks up what an order costs.
async fn priced(shop: &Shop, conn: &mut Conn<'_>, request: &PlaceOrder) -> Result<Priced, AppError> {
    let mut sold = offers(shop, conn, &request.lines).await?;
    let priceable = basket(shop, conn, &sold, asked(request)).await?;
    if priceable.has_no_state() {
        return Err(AppError::invalid(Field::Postcode, Problem::Malformed));
    }
    let quote = priceable.deliverable_quote()?;
    agree(request, &priceable, &quote)?;
    sold.extend(priceable.given(&quote));
    Ok(Priced { sold, known: priceable.known, quote })
}

async fn try_claim(shop: &Shop, request: &PlaceOrder, looked_up: Option<Priced>) -> Result<Option<Claimed>, Refused> {
    let mut tx = shop.db.begin().await?;
    let Priced { sold, known, quote } = match looked_up {
        Some(priced) => priced,
        None => priced(shop, &mut tx.conn(), request).await?,
    };
    let (order, payment) = order_of(shop, request, &known, &quote)?;
    let Some(order) = insert_order(shop, &mut tx, order).await? else { return Ok(None) };
    // The order in which everybody takes, also who gives back: stock, promotions, coupon, gift card.
    match take_stock(shop, &mut tx, &sold, &order.number).await {
        Err(AppError::OutOfStock { sku, .. }) if is_given(&quote, &sku) => return Err(Refused::Overtaken),
        done => done?,
    }
    match claims::claim(shop, &mut tx, &order, &quote, &known).await {
        Err(AppError::PriceChanged { .. }) => return Err(Refused::Overtaken),
        done => done?,
    }
    write_parts(shop, &mut tx, request, &order, &sold, &quote).await?;
    match &payment {
        Some(payment) => payment_rows::insert_payment(&mut tx, payment, order.placed_at).await?,
        // Its money comes later: somebody has to know how to pay it, or that it comes.
        None => {
            let (id, now) = (shop.ids.next(), order.placed_at);
            outbox::enqueue(&mut tx, id, Topic::OrderConfirmed, &order.number, now).await?;
        }
    }
    tx.commit().await?;
    Ok(Some(Claimed { order, payment }))
}

/// Whether some of a SKU comes for nothing.
fn is_given(quote: &Quote, sku: &str) -> bool {
    quote.lines.iter().any(|line| line.gift_of.is_some() && line.sku == sku)
}

/// What an order is priced by.
fn asked(request: &PlaceOrder) -> Asked {
    let to = &request.recipient;
    Asked {
        destination: Some(Destination { postcode: to.postcode.clone(), ..Destination::country(to.country) }),
        shipping_method: Some(request.shipping_method.clone()),
        payment_method: request.payment_method.map(|method| method.name().to_owned()),
        account: request.account,
        email: Some(to.email.as_str().to_owned()),
        coupon: request.coupon.clone(),
        gift_code: request.gift_card.clone(),
        gift_card: request.gift_card_id,
    }
}

/// Whether the customer agreed to this: the codes do what they were entered for, it is what they were shown, and it costs
/// what they were shown.
fn agree(request: &PlaceOrder, priceable: &Priceable, quote: &Quote) -> Result<(), AppError> {
    if request.shipping_method.is_empty() {
        return Err(AppError::UnknownShippingMethod);
    }
    check_codes(quote, request.gift_card.is_some() && priceable.known.card().is_none())?;
    let differs = |agreed: Option<Money>, now| agreed.is_some_and(|agreed| agreed != now);
    let other_goods = request.shown.as_ref().is_some_and(|shown| !shown.has_the_goods_of(quote));
    if other_goods || differs(request.expected_total, quote.total) || differs(request.expected_due, quote.due) {
        return Err(AppError::PriceChanged { quote: Box::new(quote.clone()) });
    }
    if quote.due.amount > 0 && request.instrument == Instrument::Nothing {
        return Err(AppError::invalid(Field::PaymentMethod, Problem::Missing));
    }
    Ok(())
}

/// Whether the codes that were entered do what they were entered for. A coupon that is of no use because something
/// better applies harms nobody.
pub fn check_codes(quote: &Quote, card_is_unknown: bool) -> Result<(), AppError> {
    let problem = quote.coupon.as_ref().and_then(|coupon| Some((coupon, coupon.problem.as_ref()?)));
    match problem {
        None | Some((_, WhyNot::BetterOffer { .. } | WhyNot::Stopped { .. } | WhyNot::NothingLeft)) => {}
        Some((coupon, why)) => {
            return Err(AppError::CouponUnusable { code: coupon.code.clone(), why: why.clone() });
        }
    }
    if card_is_unknown { Err(AppError::invalid(Field::GiftCard, Problem::Unknown)) } else { Ok(()) }
}

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
        let offer = offer.ok_or_else(unknown)?;
        check_orderable(&offer)?;
        sold.push((offer, line.quantity));
    }
    Ok(sold)
}

/// What lines would cost, delivered by a method (the first one when none is named).
pub async fn quote(shop: &Shop, lines: &[Line], asked: Asked) -> Result<Quote, AppError> {
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    let sold = offers(shop, conn, lines).await?;
    let card_asked = asked.gift_code.is_some();
    let priceable = basket(shop, conn, &sold, asked).await?;
    let has_postcode = priceable.basket.destination.as_ref().is_some_and(|to| !to.postcode.trim().is_empty());
    if has_postcode && priceable.has_no_state() {
        return Err(AppError::invalid(Field::Postcode, Problem::Malformed));
    }
    let quote = priceable.quote()?;
    check_codes(&quote, card_asked && priceable.known.card().is_none())?;
    Ok(quote)
}

/// What was bought with an order, by SKU: without what came with it for nothing.
pub fn bought(order: &OrderRow) -> Vec<(String, u32)> {
    let quote: Option<Quote> = serde_json::from_str(&order.quote).ok();
    let lines = quote.map_or(vec![], |quote| quote.lines);
    lines.into_iter().filter(|line| line.gift_of.is_none()).map(|line| (line.sku, line.quantity.get())).collect()
}

/// The order, which has no number yet, and its first attempt to pay where it is paid at once.
fn order_of(
    shop: &Shop,
    request: &PlaceOrder,
    known: &Known,
    quote: &Quote,
) -> Result<(OrderRow, Option<PaymentRow>), AppError> {
    let shipping = quote.shipping.as_ref().ok_or(AppError::UnknownShippingMethod)?;
    // Where nothing is left to charge, there is nothing to wait for either.
    let is_due = quote.due.amount > 0;
    let method = if is_due { request.instrument.method() } else { PaymentMethod::Card };
    let now = shop.clock.now();
    let mut row = OrderRow {
        id: shop.ids.next(),
        number: String::new(),
        shopper_id: request.shopper.map(|shopper| shopper.0),
        // A guest's address has an account only once it is verified.
        account_id: known.buyer.known().map(|account| account.0),
        status: OrderStatus::PendingPayment.name().into(),
        payment_status: PaymentStatus::Pending.name().into(),
        fulfilment_status: "unfulfilled".into(),
        currency: shop.currency.code().into(),
        goods: quote.goods.amount,
        shipping: shipping.price.amount,
        tax: quote.tax.amount,
        total: quote.total.amount,
        discount: quote.discount.amount,
        fees: quote.fees.amount,
        included_tax: quote.included_tax.amount,
        gift_amount: quote.gift_card.amount,
        refunded: 0,
        reduced: 0,
        quote: serde_json::to_string(&without_address(quote)).map_err(AppError::internal)?,
        payment_method: method.name().into(),
        hold_until: hold::hold_until(method, now),
        shipping_code: shipping.code.clone(),
        shipping_name: shipping.name.clone(),
        arrives: shipping.arrives.to_string(),
        request_key: request.request_key.clone(),
        active_payment: None,
        placed_at: now.0,
    };
    if method != PaymentMethod::Card {
        return Ok((row, None));
    }
    let payment = payments::attempt(shop, &row, &request.instrument)?;
    row.payment_status = payment.status.name().into();
    row.active_payment = Some(payment.id.0);
    Ok((row, Some(payment)))
}

/// Inserts the order under a number nobody has; nothing when its request key is taken.
async fn insert_order(shop: &Shop, tx: &mut Tx, mut row: OrderRow) -> Result<Option<OrderRow>, AppError> {
    for _ in 0..5 {
        row.number = order_number(shop.random.number());
        if orders::insert_order(tx, &row).await? == 1 {
            return Ok(Some(row));
        }
        if let Some(key) = &row.request_key
            && orders::find_order_by_request(&mut tx.conn(), key).await?.is_some()
        {
            return Ok(None);
        }
    }
    Err(AppError::internal("five random order numbers were taken"))
}

/// A quote as the order keeps it: it stays when the person is erased, so of where it goes only what taxes asked about.
fn without_address(quote: &Quote) -> Quote {
    let there = &quote.destination;
    let destination = Destination { region: there.region(), postcode: String::new(), ..there.clone() };
    Quote { destination, ..quote.clone() }
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
                cancelled: 0,
                reduced: 0,
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
