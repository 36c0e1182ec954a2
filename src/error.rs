//! The one error that crosses the wire, from services to server functions, pages and the JSON API.
//!
//! It holds what a customer or an integrator can act on, and is told apart by kind, never by text. A cause that is
//! nobody's business but ours (a database error) is logged where it happens and becomes [`AppError::Internal`].

use crate::domain::{
    address::{Field, FieldErrors, Problem},
    money::Money,
    order::Refused,
    payment::DeclineReason,
    pricing::{PricingError, Quote},
    promotion::WhyNot,
};
use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// What went wrong, as far as the other side needs to know.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum AppError {
    #[error("There is nothing here.")]
    NotFound,
    /// The request itself makes no sense: not JSON, not a form, a field of the wrong type.
    #[error("The request could not be read: {detail}")]
    Malformed { detail: String },
    #[error("The parameter {name} has a value that means nothing.")]
    InvalidParameter { name: String },
    #[error("Some fields need another look.")]
    InvalidFields { fields: FieldErrors },
    #[error("There is no SKU {sku}.")]
    UnknownSku { sku: String },
    /// Nothing here would issue the card that was bought.
    #[error("{sku} is a gift card; those cannot be ordered.")]
    GiftCardNotSold { sku: String },
    #[error("A quantity is a whole number from 1 to 999.")]
    InvalidQuantity { sku: String },
    #[error("There must be at least one line, and no more than {limit}.")]
    InvalidLines { limit: usize },
    #[error("There is no such shipping method.")]
    UnknownShippingMethod,
    #[error("The coupon cannot be used.")]
    CouponUnusable { code: String, why: WhyNot },
    #[error("Not enough of {sku} is left.")]
    OutOfStock { sku: String, available: i64 },
    #[error("The total has changed.")]
    PriceChanged { quote: Box<Quote> },
    #[error("The payment was declined.")]
    PaymentDeclined { reason: DeclineReason },
    #[error("This shop is not set up to take payments.")]
    PaymentUnavailable,
    #[error("A payment of this order is under way.")]
    PaymentInProgress,
    /// Whoever asked for it was lost on the way; they may ask again.
    #[error("The payment was broken off; nothing was charged.")]
    PaymentInterrupted,
    #[error("This order can no longer be paid.")]
    OrderNotPayable,
    /// The order is not in a state for that.
    #[error("This cannot be done with the order as it stands: {refused}.")]
    OrderRefused { refused: Refused },
    #[error("That is more than can go back.")]
    RefundTooLarge,
    #[error("The amount is too large.")]
    AmountTooLarge { limit: Option<Money> },
    #[error("The key was used for another request.")]
    IdempotencyMismatch,
    #[error("A request with this key is under way.")]
    IdempotencyInProgress,
    #[error("The request did not come from a page of this shop.")]
    ForeignRequest,
    #[error("Too many requests; try again in {retry_after} s.")]
    TooManyRequests { retry_after: u64 },
    /// Nobody is signed in.
    #[error("Sign in first.")]
    SignInRequired,
    /// Whoever is signed in may not do this.
    #[error("This is not yours to do.")]
    Forbidden,
    /// Staff have to set up one-time codes, or sign in with one, before they go on.
    #[error("Sign in with a one-time code.")]
    CodeRequired,
    /// Whether the account or the password is the wrong one is nobody's business.
    #[error("Email and password do not fit together.")]
    WrongCredentials,
    /// The link is too old, was used, or is not ours.
    #[error("This link does not work any more.")]
    LinkExpired,
    /// The browser got no answer from the shop.
    #[error("The shop could not be reached.")]
    Unreachable,
    #[error("Something went wrong on our side.")]
    Internal,
}

impl AppError {
    /// One field is wrong.
    #[must_use]
    pub fn invalid(field: Field, problem: Problem) -> Self {
        Self::InvalidFields { fields: vec![(field, problem)] }
    }

    /// What it is told by in the API: the name of its kind.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Malformed { .. } => "malformed",
            Self::InvalidParameter { .. } => "invalid_parameter",
            Self::InvalidFields { .. } => "invalid_fields",
            Self::UnknownSku { .. } => "unknown_sku",
            Self::GiftCardNotSold { .. } => "gift_card_not_sold",
            Self::InvalidQuantity { .. } => "invalid_quantity",
            Self::InvalidLines { .. } => "invalid_lines",
            Self::UnknownShippingMethod => "unknown_shipping_method",
            Self::CouponUnusable { .. } => "coupon_unusable",
            Self::OutOfStock { .. } => "out_of_stock",
            Self::PriceChanged { .. } => "price_changed",
            Self::PaymentDeclined { .. } => "payment_declined",
            Self::PaymentUnavailable => "payment_unavailable",
            Self::PaymentInProgress => "payment_in_progress",
            Self::PaymentInterrupted => "payment_interrupted",
            Self::OrderNotPayable => "order_not_payable",
            Self::OrderRefused { .. } => "order_refused",
            Self::RefundTooLarge => "refund_too_large",
            Self::AmountTooLarge { .. } => "amount_too_large",
            Self::IdempotencyMismatch => "idempotency_mismatch",
            Self::IdempotencyInProgress => "idempotency_in_progress",
            Self::ForeignRequest => "foreign_request",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::SignInRequired => "sign_in_required",
            Self::Forbidden => "forbidden",
            Self::CodeRequired => "code_required",
            Self::WrongCredentials => "wrong_credentials",
            Self::LinkExpired => "link_expired",
            Self::Unreachable => "unreachable",
            Self::Internal => "internal",
        }
    }

    /// The HTTP status it is answered with.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Malformed { .. } | Self::InvalidParameter { .. } => 400,
            Self::SignInRequired | Self::WrongCredentials => 401,
            Self::PaymentDeclined { .. } => 402,
            Self::ForeignRequest | Self::Forbidden | Self::CodeRequired => 403,
            Self::NotFound => 404,
            Self::LinkExpired => 410,
            Self::OutOfStock { .. }
            | Self::PriceChanged { .. }
            | Self::CouponUnusable { .. }
            | Self::PaymentUnavailable
            | Self::PaymentInProgress
            | Self::PaymentInterrupted
            | Self::OrderNotPayable
            | Self::OrderRefused { .. }
            | Self::RefundTooLarge
            | Self::IdempotencyInProgress => 409,
            Self::InvalidFields { .. }
            | Self::UnknownSku { .. }
            | Self::GiftCardNotSold { .. }
            | Self::InvalidQuantity { .. }
            | Self::InvalidLines { .. }
            | Self::UnknownShippingMethod
            | Self::AmountTooLarge { .. }
            | Self::IdempotencyMismatch => 422,
            Self::TooManyRequests { .. } => 429,
            Self::Internal => 500,
            Self::Unreachable => 503,
        }
    }
}

impl From<Refused> for AppError {
    fn from(refused: Refused) -> Self {
        Self::OrderRefused { refused }
    }
}

impl From<PricingError> for AppError {
    fn from(error: PricingError) -> Self {
        match error {
            PricingError::UnknownShippingMethod => Self::UnknownShippingMethod,
            PricingError::Money(_) => Self::AmountTooLarge { limit: None },
            // No form and no import lets one in.
            PricingError::NegativePrice => Self::Internal,
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(detail)
            | ServerFnErrorErr::MissingArg(detail)
            | ServerFnErrorErr::Deserialization(detail)
            | ServerFnErrorErr::UnsupportedRequestMethod(detail) => Self::Malformed { detail },
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::Unreachable,
            _ => Self::Internal,
        }
    }
}
