//! `POST /quote`, and what orders share with it: lines, amounts and their reasons.

use super::{money::Amount, problem::Problem, read::RawBody};
use crate::{
    checkout::{basket::Asked, claim, service::Line},
    domain::{
        address::Field,
        country::Country,
        place::Destination,
        pricing::{self, MAX_LINES, Quantity, Reduced},
        shipping::ShippingOption,
        text,
    },
    error::AppError,
    server::state::Shop,
};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use utoipa::ToSchema;

/// A SKU and how many of it.
#[derive(Deserialize, ToSchema)]
pub struct LineRequest {
    sku: String,
    /// 1 to 999.
    #[schema(value_type = u32, minimum = 1, maximum = 999)]
    quantity: Value,
}

/// What an order would cost.
#[derive(Deserialize, ToSchema)]
pub struct QuoteRequest {
    lines: Vec<LineRequest>,
    coupon: Option<String>,
    /// An ISO 3166-1 code.
    country: String,
    /// Tells an American state, where prices depend on it.
    #[serde(default)]
    postcode: String,
    /// The code of a gift card, which pays what it can.
    gift_card: Option<String>,
    /// `card`, `on_delivery` or `bank_transfer`: some ways to pay cost a fee.
    payment_method: Option<String>,
    /// The `code` of a shipping option; the first one when left out.
    shipping_method: Option<String>,
}

/// What an order costs, line by line: `goods` less `discounts` from goods, `shipping`, `fees` and `tax` are the `total`.
#[derive(Serialize, ToSchema)]
pub struct QuoteAnswer {
    lines: Vec<QuoteLineAnswer>,
    /// The sum of the lines, before any discount.
    goods: Amount,
    /// What is taken off, each with its reason.
    discounts: Vec<DiscountAnswer>,
    shipping_options: Vec<ShippingAnswer>,
    /// The price of the chosen option.
    shipping: Amount,
    fees: Amount,
    /// Tax on top of the prices.
    tax: Amount,
    /// Tax within the prices.
    included_tax: Amount,
    total: Amount,
    /// What the gift card pays of the total, and what is left to pay.
    gift_card: Amount,
    due: Amount,
}

#[derive(Serialize, ToSchema)]
struct QuoteLineAnswer {
    sku: String,
    quantity: u32,
    unit_price: Amount,
    total: Amount,
    /// What is left of the total after discounts.
    discounted: Amount,
    /// It comes with the order for nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    gift: bool,
}

/// Something that is taken off.
#[derive(Serialize, ToSchema)]
pub struct DiscountAnswer {
    /// The coupon that was entered for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    label: String,
    amount: Amount,
    /// What it is taken off from: `goods`, `delivery` (whose price is without it already), or `gift`.
    from: &'static str,
}

#[derive(Serialize, ToSchema)]
struct ShippingAnswer {
    code: String,
    name: String,
    price: Amount,
    /// What it costs without the promotions that make it cheaper.
    #[serde(skip_serializing_if = "Option::is_none")]
    was: Option<Amount>,
    /// The day it is there at the latest, `2026-11-26`.
    arrives: String,
    /// The customer comes for it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pick_up: bool,
}

impl From<ShippingOption> for ShippingAnswer {
    fn from(option: ShippingOption) -> Self {
        Self {
            code: option.code,
            name: option.name,
            price: option.price.into(),
            was: option.was.map(Into::into),
            arrives: option.arrives.to_string(),
            pick_up: option.pick_up,
        }
    }
}

impl From<pricing::Discount> for DiscountAnswer {
    fn from(discount: pricing::Discount) -> Self {
        let from = match discount.from {
            Reduced::Goods => "goods",
            Reduced::Delivery => "delivery",
            Reduced::Gift => "gift",
        };
        Self { code: discount.code, label: discount.label, amount: discount.amount.into(), from }
    }
}

impl From<pricing::Quote> for QuoteAnswer {
    fn from(quote: pricing::Quote) -> Self {
        let line = |line: pricing::QuoteLine| QuoteLineAnswer {
            sku: line.sku,
            quantity: line.quantity.get(),
            unit_price: line.unit_price.into(),
            total: line.total.into(),
            discounted: line.discounted.into(),
            gift: line.gift_of.is_some(),
        };
        Self {
            shipping: quote.delivery().into(),
            lines: quote.lines.into_iter().map(line).collect(),
            goods: quote.goods.into(),
            discounts: quote.discounts.into_iter().map(Into::into).collect(),
            shipping_options: quote.shipping_options.into_iter().map(Into::into).collect(),
            fees: quote.fees.into(),
            tax: quote.tax.into(),
            included_tax: quote.included_tax.into(),
            total: quote.total.into(),
            gift_card: quote.gift_card.into(),
            due: quote.due.into(),
        }
    }
}

/// Reads lines; the pointer says which one is wrong.
pub(super) fn lines(requests: Vec<LineRequest>) -> Result<Vec<Line>, Problem> {
    if requests.is_empty() || requests.len() > MAX_LINES {
        return Err(AppError::InvalidLines { limit: MAX_LINES }.into());
    }
    let read = |(i, request): (usize, LineRequest)| {
        let quantity = request.quantity.as_i64().and_then(|count| Quantity::try_from(count).ok());
        let wrong = || Problem {
            pointer: Some(format!("/lines/{i}/quantity")),
            ..AppError::InvalidQuantity { sku: text::truncate(&request.sku, REPEATED).to_owned() }.into()
        };
        Ok(Line { quantity: quantity.ok_or_else(wrong)?, sku: request.sku })
    };
    requests.into_iter().enumerate().map(read).collect()
}

/// How much of a code an error repeats.
const REPEATED: usize = 100;

/// Adds the pointer to problems that a service knows only by SKU.
pub(super) fn point_to_line(error: AppError, codes: &[String]) -> Problem {
    let line = match &error {
        AppError::UnknownSku { sku }
        | AppError::GiftCardNotSold { sku }
        | AppError::OutOfStock { sku, .. }
        | AppError::InvalidQuantity { sku } => {
            codes.iter().position(|code| text::key(text::truncate(code, REPEATED)) == text::key(sku))
        }
        _ => None,
    };
    let field = if matches!(error, AppError::InvalidQuantity { .. }) { "quantity" } else { "sku" };
    let problem = Problem::from(error);
    match line {
        Some(i) => Problem { pointer: Some(format!("/lines/{i}/{field}")), ..problem },
        None => problem,
    }
}

/// What lines would cost.
#[utoipa::path(post, path = "/api/v1/quote", tag = "orders", request_body = QuoteRequest,
    responses((status = 200, body = QuoteAnswer), (status = 409, body = Problem, description = "`coupon_unusable`"),
        (status = 422, body = Problem)))]
pub async fn quote(State(shop): State<Arc<Shop>>, body: RawBody) -> Result<Json<QuoteAnswer>, Problem> {
    let request: QuoteRequest = body.parse()?;
    let lines = lines(request.lines)?;
    let Some(country) = Country::parse(request.country.trim()) else {
        return Err(Problem::at(422, "invalid_address", "There is no such country.", "/country"));
    };
    let codes: Vec<String> = lines.iter().map(|line| line.sku.clone()).collect();
    let asked = Asked {
        destination: Some(Destination { postcode: request.postcode, ..Destination::country(country) }),
        shipping_method: request.shipping_method,
        payment_method: request.payment_method,
        coupon: request.coupon,
        gift_code: request.gift_card.filter(|code| !code.trim().is_empty()),
        ..Asked::default()
    };
    match claim::quote(&shop, &lines, asked).await {
        Ok(quote) => Ok(Json(quote.into())),
        Err(AppError::InvalidFields { fields }) if fields.iter().any(|(field, _)| *field == Field::Postcode) => {
            Err(Problem::at(422, "invalid_address", "This is no ZIP code.", "/postcode"))
        }
        Err(error) => Err(point_to_line(error, &codes)),
    }
}
