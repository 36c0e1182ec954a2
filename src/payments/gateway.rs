//! What a payment gateway is to the shop.

use super::sandbox::Sandbox;
use crate::{
    domain::{
        ids::{PaymentId, RefundId},
        money::Money,
        payment::{DeclineReason, SandboxCard},
    },
    server::state::Shop,
};

/// What the customer pays with. Never a card number: it is parsed away at the edge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Instrument {
    Sandbox(SandboxCard),
}

/// A charge to be made. The attempt's id is the idempotency key: asked twice, a gateway charges once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChargeRequest {
    pub payment: PaymentId,
    pub amount: Money,
    pub instrument: Instrument,
    /// Where the customer comes back to after confirming with the bank.
    pub return_url: String,
}

/// How a charge stands at the gateway.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Charge {
    pub payment: PaymentId,
    /// What the gateway calls it.
    pub reference: String,
    /// What was charged, as the gateway sees it.
    pub amount: Money,
    pub outcome: Outcome,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    Captured,
    Declined(DeclineReason),
    /// The customer has to confirm at this address.
    ActionRequired(String),
    /// The gateway will tell later.
    Pending,
    /// Given up on our request before anything was captured.
    Cancelled,
}

/// Money to be paid back. The refund's id is the idempotency key: asked twice, a gateway pays back once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefundRequest {
    pub refund: RefundId,
    pub payment: PaymentId,
    /// What the gateway calls the payment.
    pub reference: String,
    pub amount: Money,
}

/// How a refund stands at the gateway.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RefundOutcome {
    /// Paid back, under this name.
    Done(String),
    /// Under way, under this name.
    Pending(String),
    /// Not paid back, and why, in the gateway's words. Only staff read them.
    Refused(String),
}

/// The gateway did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    #[error("no payment gateway is set up")]
    NotConfigured,
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
}

/// The gateways there are.
pub enum Gateway {
    Sandbox(Sandbox),
}

impl Gateway {
    /// The gateway of this shop.
    pub fn of(shop: &Shop) -> Result<Self, GatewayError> {
        if shop.config.is_playground() { Ok(Self::Sandbox(Sandbox)) } else { Err(GatewayError::NotConfigured) }
    }

    /// The gateway that a payment was made through.
    pub fn named(shop: &Shop, name: &str) -> Result<Self, GatewayError> {
        match name {
            "sandbox" if shop.config.is_playground() => Ok(Self::Sandbox(Sandbox)),
            _ => Err(GatewayError::NotConfigured),
        }
    }

    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sandbox(_) => "sandbox",
        }
    }

    /// Makes a charge, or tells how one with the same key stands.
    pub async fn charge(&self, shop: &Shop, request: &ChargeRequest) -> Result<Charge, GatewayError> {
        match self {
            Self::Sandbox(sandbox) => sandbox.charge(shop, request).await,
        }
    }

    /// How a charge stands; nothing when the gateway never heard of it.
    pub async fn find(&self, shop: &Shop, payment: PaymentId) -> Result<Option<Charge>, GatewayError> {
        match self {
            Self::Sandbox(sandbox) => sandbox.find(shop, payment).await,
        }
    }

    /// Gives up a charge that is not captured yet, and tells how it stands after that.
    pub async fn cancel(&self, shop: &Shop, payment: PaymentId) -> Result<Option<Charge>, GatewayError> {
        match self {
            Self::Sandbox(sandbox) => sandbox.cancel(shop, payment).await,
        }
    }

    /// Pays back, or tells how a refund with the same key stands.
    pub async fn refund(&self, shop: &Shop, request: &RefundRequest) -> Result<RefundOutcome, GatewayError> {
        match self {
            Self::Sandbox(sandbox) => sandbox.refund(shop, request).await,
        }
    }

    /// How a refund stands; nothing when the gateway never heard of it.
    pub async fn find_refund(
        &self,
        shop: &Shop,
        request: &RefundRequest,
    ) -> Result<Option<RefundOutcome>, GatewayError> {
        match self {
            Self::Sandbox(sandbox) => sandbox.find_refund(shop, request.refund).await,
        }
    }
}
