//! What a payment gateway is to the shop.

use super::{sandbox::Sandbox, store::PaymentRow, stripe::Stripe};
use crate::{
    domain::{
        ids::{PaymentId, RefundId},
        money::Money,
        payment::{DeclineReason, PaymentMethod, SandboxCard, StripeCard},
    },
    server::state::Shop,
};

/// What the customer pays with. Never a card number: it is parsed away at the edge, or never comes here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Instrument {
    Sandbox(SandboxCard),
    /// A card that Stripe's own form took in, in the browser.
    Stripe(StripeCard),
    OnDelivery,
    BankTransfer,
    /// There is nothing to pay.
    Nothing,
}

impl Instrument {
    #[must_use]
    pub fn method(&self) -> PaymentMethod {
        match self {
            Self::Sandbox(_) | Self::Stripe(_) | Self::Nothing => PaymentMethod::Card,
            Self::OnDelivery => PaymentMethod::OnDelivery,
            Self::BankTransfer => PaymentMethod::BankTransfer,
        }
    }

    /// What is kept of it beside the payment: Stripe's name of the card, so that a lost answer can be asked for again.
    #[must_use]
    pub fn kept(&self) -> &str {
        match self {
            Self::Stripe(card) => card.as_str(),
            _ => "",
        }
    }
}

/// A charge to be made. The attempt's id is the idempotency key: asked twice, a gateway charges once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChargeRequest {
    pub payment: PaymentRow,
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
    /// The customer has to confirm.
    ActionRequired(Action),
    /// The gateway will tell later.
    Pending,
    /// Given up on our request before anything was captured.
    Cancelled,
}

/// How a customer confirms with the bank.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    /// At this address.
    Visit(String),
    /// On our own page, by Stripe's script, which this secret lets ask for that one payment.
    Script { client_secret: String },
}

impl Action {
    /// Where a customer goes to confirm, with the address of the order's own page.
    #[must_use]
    pub fn address(self, page: &str) -> String {
        match self {
            Self::Visit(url) => url,
            Self::Script { .. } => page.to_owned(),
        }
    }
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
    /// Whether it did what was asked is not known.
    #[error("the gateway's answer was lost")]
    Unreachable,
    /// It understood and would not; never what a customer did wrong.
    #[error("the gateway refused: {0}")]
    Refused(String),
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
}

/// In place of a gateway's name: there was nothing left to charge.
pub const PAID: &str = "nothing_due";

/// The gateways there are.
pub enum Gateway {
    Sandbox(Sandbox),
    Stripe(Stripe),
    /// Money that passes no gateway: a bank transfer, or cash at the door. Staff say that it came, and pay it back.
    ByHand,
}

impl Gateway {
    /// The gateway that charges what is paid with; nothing that is charged passes no gateway.
    pub fn of(shop: &Shop, instrument: &Instrument) -> Result<Self, GatewayError> {
        match instrument {
            Instrument::Sandbox(_) if shop.stripe.is_none() => Self::named(shop, "sandbox"),
            Instrument::Stripe(_) => Self::named(shop, "stripe"),
            _ => Err(GatewayError::NotConfigured),
        }
    }

    /// The gateway that a payment was made through.
    pub fn named(shop: &Shop, name: &str) -> Result<Self, GatewayError> {
        match name {
            "sandbox" if shop.config.is_playground() => Ok(Self::Sandbox(Sandbox)),
            "stripe" => shop.stripe.clone().map(Self::Stripe).ok_or(GatewayError::NotConfigured),
            "bank_transfer" | "on_delivery" | PAID => Ok(Self::ByHand),
            _ => Err(GatewayError::NotConfigured),
        }
    }

    /// Whether money that came so is paid back by hand.
    #[must_use]
    pub fn is_by_hand(name: &str) -> bool {
        matches!(name, "bank_transfer" | "on_delivery")
    }

    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sandbox(_) => "sandbox",
            Self::Stripe(_) => "stripe",
            Self::ByHand => "by_hand",
        }
    }

    /// Makes a charge, or tells how one with the same key stands.
    pub async fn charge(&self, shop: &Shop, request: &ChargeRequest) -> Result<Charge, GatewayError> {
        match (self, &request.instrument) {
            (Self::Sandbox(sandbox), Instrument::Sandbox(card)) => sandbox.charge(shop, request, *card).await,
            (Self::Stripe(stripe), Instrument::Stripe(_)) => stripe.charge(shop, &request.payment).await,
            _ => Err(GatewayError::NotConfigured),
        }
    }

    /// How a charge stands; nothing when the gateway never heard of it. One that was never made or never confirmed is
    /// given up: nobody comes back to it.
    pub async fn find(&self, shop: &Shop, payment: &PaymentRow) -> Result<Option<Charge>, GatewayError> {
        match self {
            Self::Sandbox(sandbox) => sandbox.find(shop, payment).await,
            Self::Stripe(stripe) => stripe.find(payment).await,
            Self::ByHand => Ok(None),
        }
    }

    /// Gives up a charge that is not captured yet, and tells how it stands after that.
    pub async fn cancel(&self, shop: &Shop, payment: &PaymentRow) -> Result<Option<Charge>, GatewayError> {
        match self {
            Self::Sandbox(sandbox) => sandbox.cancel(shop, payment.id).await,
            Self::Stripe(stripe) => stripe.cancel(payment).await,
            Self::ByHand => Ok(None),
        }
    }

    /// Pays back, or tells how a refund with the same key stands.
    pub async fn refund(&self, shop: &Shop, request: &RefundRequest) -> Result<RefundOutcome, GatewayError> {
        match self {
            Self::Sandbox(sandbox) => sandbox.refund(shop, request).await,
            Self::Stripe(stripe) => stripe.refund(request).await,
            // Staff pay it back, and say so when they have.
            Self::ByHand => Ok(RefundOutcome::Pending(String::new())),
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
            Self::Stripe(stripe) => stripe.find_refund(request).await,
            Self::ByHand => Ok(None),
        }
    }
}
