//! Errors of the API as problem details, `application/problem+json` (RFC 9457).

use crate::{
    domain::address::{Field, Problem as FieldProblem},
    error::AppError,
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// A problem: its HTTP status, a `code` to tell it by, words for people, and what belongs to the code.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// What to tell it by, like `out_of_stock`.
    pub code: String,
    /// Words for people.
    pub title: String,
    /// JSON pointers (RFC 6901) to the fields that are wrong, each with what is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The pointer of the first of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// How many are left, with `out_of_stock`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available: Option<i64>,
    /// The SKU it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// The parameter it is about, with `invalid_parameter`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// Why a payment was declined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What it costs now, with `price_changed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub quote: Option<Value>,
    /// Seconds to wait, with `too_many_requests`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
}

/// A field that is wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldError {
    /// A JSON pointer into the request.
    pub pointer: String,
    /// `missing`, `malformed`, `too_long`, `unknown` or `past`.
    pub problem: String,
}

impl Problem {
    /// Whether asking again changes nothing about it. A payment that is under way comes to an end by itself, and then the
    /// same call is answered with the order; one that was broken off is made anew.
    #[must_use]
    pub fn is_final(&self) -> bool {
        ![AppError::PaymentInProgress.code(), AppError::PaymentInterrupted.code()].contains(&self.code.as_str())
    }

    fn new(status: u16, code: &str, title: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            title: title.into(),
            errors: vec![],
            pointer: None,
            available: None,
            sku: None,
            parameter: None,
            reason: None,
            quote: None,
            retry_after: None,
        }
    }

    #[must_use]
    pub fn method_not_allowed() -> Self {
        Self::new(405, "method_not_allowed", "This address does not take that method.")
    }

    /// The request could not be read.
    #[must_use]
    pub fn malformed(status: StatusCode, detail: impl Into<String>) -> Self {
        let code = match status {
            StatusCode::PAYLOAD_TOO_LARGE => "payload_too_large",
            StatusCode::REQUEST_TIMEOUT => "request_timeout",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported_media_type",
            _ => "malformed",
        };
        Self::new(status.as_u16(), code, detail)
    }

    /// A field of the request that is wrong.
    #[must_use]
    pub fn at(status: u16, code: &str, title: impl Into<String>, pointer: impl Into<String>) -> Self {
        Self { pointer: Some(pointer.into()), ..Self::new(status, code, title) }
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        let mut problem = Self::new(error.status(), error.code(), error.to_string());
        match error {
            AppError::InvalidFields { fields } => {
                code_of_fields(fields.first().map(|(field, _)| *field)).clone_into(&mut problem.code);
                problem.errors = fields.into_iter().map(field_error).collect();
                problem.pointer = problem.errors.first().map(|error| error.pointer.clone());
            }
            AppError::OutOfStock { sku, available } => {
                (problem.sku, problem.available) = (Some(sku), Some(available));
            }
            AppError::UnknownSku { sku } | AppError::GiftCardNotSold { sku } | AppError::InvalidQuantity { sku } => {
                problem.sku = Some(sku);
            }
            AppError::UnknownShippingMethod => problem.pointer = Some("/shipping_method".into()),
            AppError::CouponUnusable { why, .. } => {
                (problem.pointer, problem.reason) = (Some("/coupon".into()), Some(why.name().into()));
            }
            AppError::InvalidLines { .. } => problem.pointer = Some("/lines".into()),
            AppError::InvalidParameter { name } => problem.parameter = Some(name),
            AppError::PaymentDeclined { reason } => problem.reason = Some(reason.name().into()),
            AppError::PriceChanged { quote } => problem.quote = Some(json!(super::quote::QuoteAnswer::from(*quote))),
            AppError::TooManyRequests { retry_after } => problem.retry_after = Some(retry_after),
            _ => {}
        }
        problem
    }
}

fn code_of_fields(first: Option<Field>) -> &'static str {
    match first {
        Some(Field::Email) => "invalid_email",
        Some(Field::Name) => "invalid_name",
        Some(Field::Card | Field::Expiry | Field::SecurityCode) => "invalid_card",
        Some(Field::PaymentMethod) => "invalid_payment",
        Some(Field::Password | Field::NewPassword | Field::Code | Field::Agreement) => "invalid_fields",
        Some(Field::Tracking | Field::TrackingUrl | Field::Amount | Field::Why | Field::Note) => "invalid_fields",
        Some(Field::Coupon) => "coupon_unusable",
        Some(Field::GiftCard) => "invalid_gift_card",
        Some(Field::ShippingMethod) => "unknown_shipping_method",
        Some(Field::Line1 | Field::City | Field::Postcode | Field::Country) | None => "invalid_address",
    }
}

fn field_error((field, problem): (Field, FieldProblem)) -> FieldError {
    let pointer = match field {
        Field::Email => "/email",
        Field::Name => "/name",
        Field::Line1 => "/address/line1",
        Field::City => "/address/city",
        Field::Postcode => "/address/postcode",
        Field::Country => "/address/country",
        Field::ShippingMethod => "/shipping_method",
        Field::PaymentMethod => "/payment/method",
        Field::Card | Field::Expiry | Field::SecurityCode => "/payment/card",
        Field::Password => "/password",
        Field::NewPassword => "/new_password",
        Field::Code => "/code",
        Field::Coupon => "/coupon",
        Field::GiftCard => "/gift_card",
        Field::Agreement => "/agreed",
        Field::Tracking => "/tracking",
        Field::TrackingUrl => "/tracking_url",
        Field::Amount => "/amount",
        Field::Why => "/why",
        Field::Note => "/note",
    };
    let problem = match problem {
        FieldProblem::Missing => "missing",
        FieldProblem::TooLong => "too_long",
        FieldProblem::Malformed => "malformed",
        FieldProblem::Unknown => "unknown",
        FieldProblem::Past => "past",
        FieldProblem::TooShort => "too_short",
        FieldProblem::Wrong => "wrong",
        FieldProblem::Common => "common",
        FieldProblem::NotServed => "not_served",
    };
    FieldError { pointer: pointer.into(), problem: problem.into() }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.retry_after;
        let body = serde_json::to_string(&self).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
