//! `POST /orders`, `GET /orders/{number}`, `POST /orders/{number}/payments`.

use super::{
    idempotency,
    money::Amount,
    problem::Problem,
    quote::{DiscountAnswer, LineRequest, lines, point_to_line},
    read::{RawBody, Segment},
    shipments::ShipmentAnswer,
};
use crate::{
    checkout::service::{self as checkout, PlaceOrder},
    domain::{
        address::{AddressForm, FieldErrors, Recipient},
        money::Money,
        payment::CardNumber,
    },
    error::AppError,
    orders::{
        service as orders,
        view::{Order, Placed},
    },
    payments::{gateway::Instrument, offer},
    server::{query_pairs, state::Shop},
};
use axum::{
    Json,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// An order to be placed.
#[derive(Deserialize, ToSchema)]
pub struct OrderRequest {
    lines: Vec<LineRequest>,
    #[serde(default)]
    email: String,
    #[serde(default)]
    name: String,
    #[schema(value_type = AddressRequest)]
    #[serde(default)]
    address: AddressForm,
    /// The `code` of a shipping option.
    #[serde(default)]
    shipping_method: String,
    coupon: Option<String>,
    /// The code of a gift card, which pays what it can.
    gift_card: Option<String>,
    /// Not needed where nothing is left to pay.
    payment: Option<PaymentRequest>,
    /// The total that was agreed to; another one is refused with `price_changed`.
    expected_total: Option<Amount>,
    /// What was agreed to be left to pay beside the gift card; another amount is refused with `price_changed`.
    expected_due: Option<Amount>,
}

/// Where it goes.
#[derive(Deserialize, ToSchema)]
#[allow(dead_code)] // Describes `AddressForm` in the document.
pub struct AddressRequest {
    line1: String,
    city: String,
    postcode: String,
    /// An ISO 3166-1 code.
    country: String,
}

/// What is paid with.
#[derive(Deserialize, ToSchema)]
pub struct PaymentRequest {
    /// `sandbox`, or `stripe` where cards are paid by Stripe; `on_delivery` and `bank_transfer` where the shop offers them.
    method: String,
    /// A test card of the sandbox.
    #[schema(value_type = String, example = "4242424242424242")]
    #[serde(default)]
    card: CardNumber,
    /// With `stripe`: what Stripe calls the card, `pm_…`.
    #[serde(default)]
    payment_method: String,
}

/// Another payment of an order.
#[derive(Deserialize, ToSchema)]
pub struct PayRequest {
    payment: PaymentRequest,
}

/// An order that was placed or paid.
#[derive(Serialize, ToSchema)]
pub struct PlacedAnswer {
    number: String,
    /// Opens the order, for 180 days.
    token: String,
    /// `paid`, or `pending_payment`.
    status: String,
    total: Amount,
    /// Where the customer has to confirm the payment, with `pending_payment`.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_action: Option<NextAction>,
}

#[derive(Serialize, ToSchema)]
struct NextAction {
    url: String,
}

/// An address of ours with the shop's own before it.
fn absolute(shop: &Shop, url: String) -> String {
    if url.starts_with('/') { format!("{}{url}", shop.config.base_url) } else { url }
}

fn placed_answer(shop: &Shop, placed: Placed) -> PlacedAnswer {
    PlacedAnswer {
        number: placed.number,
        token: placed.token,
        status: placed.status.name().into(),
        total: placed.total.into(),
        next_action: placed.next_action.map(|url| NextAction { url: absolute(shop, url) }),
    }
}

fn instrument(shop: &Shop, payment: &PaymentRequest) -> Result<Instrument, FieldErrors> {
    offer::parse_api(shop, &payment.method, &payment.card, &payment.payment_method)
}

/// Places an order and asks for its money.
#[utoipa::path(post, path = "/api/v1/orders", tag = "orders", request_body = OrderRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "At most 255 characters; the answer is replayed for 24 h")),
    responses(
        (status = 201, body = PlacedAnswer),
        (status = 402, body = Problem, description = "`payment_declined`: there is no order"),
        (status = 409, body = Problem, description = "`out_of_stock`, `price_changed`, `coupon_unusable`; `payment_in_progress` and `payment_interrupted`: ask again, with the same key"),
        (status = 422, body = Problem, description = "`unknown_sku`, `invalid_quantity`, `invalid_address`…")))]
pub async fn place(State(shop): State<Arc<Shop>>, headers: HeaderMap, body: RawBody) -> Response {
    let call = |key: Option<String>| place_order(&shop, &body, key);
    idempotency::once(&shop, "POST /orders", &headers, &body.0, call).await
}

async fn place_order(shop: &Shop, body: &RawBody, key: Option<String>) -> Result<Response, Problem> {
    let request: OrderRequest = body.parse()?;
    let lines = lines(request.lines)?;
    let recipient = Recipient::parse(&request.email, &request.name, &request.address);
    let instrument = request.payment.map_or(Ok(Instrument::Nothing), |payment| instrument(shop, &payment));
    let (recipient, instrument) = match (recipient, instrument) {
        (Ok(recipient), Ok(instrument)) => (recipient, instrument),
        (recipient, instrument) => {
            let fields = recipient.err().into_iter().chain(instrument.err()).flatten().collect();
            return Err(AppError::InvalidFields { fields }.into());
        }
    };
    let expected_total = agreed(request.expected_total.as_ref(), "/expected_total/currency")?;
    let expected_due = agreed(request.expected_due.as_ref(), "/expected_due/currency")?;
    let codes: Vec<String> = lines.iter().map(|line| line.sku.clone()).collect();
    let order = PlaceOrder {
        lines,
        recipient,
        shipping_method: request.shipping_method,
        coupon: request.coupon,
        gift_card: request.gift_card.filter(|code| !code.trim().is_empty()),
        gift_card_id: None,
        payment_method: (instrument != Instrument::Nothing).then(|| instrument.method()),
        instrument,
        expected_total,
        expected_due,
        shown: None,
        // With the body, because after a day the key may be used for another order.
        request_key: key.map(|key| format!("api:{key}:{}", shop.signer.signature("order request", &body.0))),
        shopper: None,
        account: None,
    };
    let placed = checkout::place(shop, order).await.map_err(|error| point_to_line(error, &codes))?;
    Ok((StatusCode::CREATED, Json(placed_answer(shop, placed))).into_response())
}

/// An amount that was agreed to, if one is given.
fn agreed(amount: Option<&Amount>, pointer: &'static str) -> Result<Option<Money>, Problem> {
    let unknown = || Problem::at(422, "invalid_amount", "A currency is three letters, like USD.", pointer);
    amount.map(|amount| amount.money().ok_or_else(unknown)).transpose()
}

/// The token of an order, from the query.
fn token(query: Option<&str>) -> String {
    query_pairs(query).into_iter().find(|(name, _)| name == "token").map(|(_, value)| value).unwrap_or_default()
}

/// Pays an order that waits for its money.
#[utoipa::path(post, path = "/api/v1/orders/{number}/payments", tag = "orders", request_body = PayRequest,
    params(("number" = String, Path), ("token" = String, Query),
        ("Idempotency-Key" = Option<String>, Header, description = "At most 255 characters; the answer is replayed for 24 h")),
    responses((status = 200, body = PlacedAnswer), (status = 402, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`order_not_payable`; `payment_in_progress` and `payment_interrupted`: ask again, with the same key")))]
pub async fn pay(
    State(shop): State<Arc<Shop>>,
    Segment(number): Segment,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: RawBody,
) -> Response {
    let token = token(query.as_deref());
    let call = |_: Option<String>| pay_order(&shop, &number, &token, &body);
    let scope = format!("POST /orders/{number}/payments?token={token}");
    idempotency::once(&shop, &scope, &headers, &body.0, call).await
}

async fn pay_order(shop: &Shop, number: &str, token: &str, body: &RawBody) -> Result<Response, Problem> {
    let order = orders::open(shop, number, token).await?;
    let request: PayRequest = body.parse()?;
    let instrument =
        instrument(shop, &request.payment).map_err(|fields| Problem::from(AppError::InvalidFields { fields }))?;
    let placed = orders::pay(shop, order, token, instrument).await?;
    Ok(Json(placed_answer(shop, placed)).into_response())
}

/// An order with its lines as they were bought.
#[derive(Serialize, ToSchema)]
pub struct OrderAnswer {
    number: String,
    status: String,
    payment_status: String,
    fulfilment_status: String,
    /// Milliseconds since 1970.
    placed_at: i64,
    email: Option<String>,
    name: Option<String>,
    address: Option<AddressAnswer>,
    lines: Vec<OrderLineAnswer>,
    goods: Amount,
    /// What was taken off, each with its reason.
    discounts: Vec<DiscountAnswer>,
    shipping: Amount,
    shipping_method: String,
    fees: Amount,
    /// Tax on top of the prices.
    tax: Amount,
    /// Tax within the prices.
    included_tax: Amount,
    total: Amount,
    /// What a gift card paid of the total.
    gift_card: Amount,
    /// The day it is there at the latest.
    arrives: Option<String>,
    history: Vec<HistoryAnswer>,
    /// What is on its way or there, the first parcel first.
    shipments: Vec<ShipmentAnswer>,
    /// What went back to the customer so far.
    refunded: Amount,
    /// `card`, `on_delivery` or `bank_transfer`.
    payment_method: String,
    /// Until when its stock is held for its payment, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    hold_until: Option<i64>,
    /// Where to transfer the money to, with the order's number as the reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    bank_details: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_action: Option<NextAction>,
}

#[derive(Serialize, ToSchema)]
struct AddressAnswer {
    line1: String,
    city: String,
    postcode: String,
    country: String,
}

#[derive(Serialize, ToSchema)]
struct OrderLineAnswer {
    sku: String,
    handle: String,
    title: String,
    options: Vec<String>,
    quantity: u32,
    /// How many of them will not be sent.
    cancelled: u32,
    unit_price: Amount,
    total: Amount,
}

#[derive(Serialize, ToSchema)]
struct HistoryAnswer {
    /// Milliseconds since 1970.
    at: i64,
    event: String,
    status: String,
}

fn order_answer(shop: &Shop, order: Order) -> OrderAnswer {
    let recipient = order.recipient;
    OrderAnswer {
        number: order.number,
        status: order.status.name().into(),
        payment_status: order.payment_status,
        fulfilment_status: order.fulfilment_status,
        placed_at: order.placed_at.0,
        email: recipient.as_ref().map(|r| r.email.as_str().to_owned()),
        name: recipient.as_ref().map(|r| r.name.clone()),
        address: recipient.map(|r| AddressAnswer {
            line1: r.line1,
            city: r.city,
            postcode: r.postcode,
            country: r.country.code().into(),
        }),
        lines: order
            .lines
            .into_iter()
            .map(|line| OrderLineAnswer {
                sku: line.sku,
                handle: line.handle,
                title: line.title,
                options: line.options,
                quantity: line.quantity,
                cancelled: line.cancelled,
                unit_price: line.unit_price.into(),
                total: line.total.into(),
            })
            .collect(),
        goods: order.goods.into(),
        discounts: order.discounts.into_iter().map(Into::into).collect(),
        shipping: order.shipping.into(),
        shipping_method: order.shipping_code,
        fees: order.fees.into(),
        tax: order.tax.into(),
        included_tax: order.included_tax.into(),
        total: order.total.into(),
        gift_card: order.gift_card.into(),
        arrives: order.arrives.map(|day| day.to_string()),
        history: order
            .history
            .into_iter()
            .map(|entry| HistoryAnswer { at: entry.at.0, event: entry.event, status: entry.status.name().into() })
            .collect(),
        shipments: order.shipments.into_iter().map(Into::into).collect(),
        refunded: order.money.refunded.into(),
        payment_method: order.payment_method,
        hold_until: order.hold_until.map(|until| until.0),
        bank_details: order.bank_details,
        next_action: order.next_action.map(|url| NextAction { url: absolute(shop, url) }),
    }
}

/// An order, for whoever has its token.
#[utoipa::path(get, path = "/api/v1/orders/{number}", tag = "orders",
    params(("number" = String, Path), ("token" = String, Query)),
    responses((status = 200, body = OrderAnswer), (status = 404, body = Problem)))]
pub async fn show(
    State(shop): State<Arc<Shop>>,
    Segment(number): Segment,
    RawQuery(query): RawQuery,
) -> Result<Json<OrderAnswer>, Problem> {
    let order = orders::open(&shop, &number, &token(query.as_deref())).await?;
    let order = orders::view(&shop, order).await?;
    Ok(Json(order_answer(&shop, order)))
}
