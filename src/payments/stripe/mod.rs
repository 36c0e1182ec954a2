//! Stripe: Payment Intents by its REST API.
//!
//! The card is taken in by Stripe's own form in the browser, which gives it a name (`pm_…`); only that name comes here.
//! An attempt is an intent, made under the attempt's id as the idempotency key and with that id among its metadata, then
//! confirmed; whatever tells of it later (the browser that comes back, a webhook, a job), the intent is retrieved from
//! Stripe and that is what is believed. Its name is kept before it is confirmed, so that one without a name was never
//! confirmed: where its making was not answered, nothing of it is ever charged, and nothing more is asked.

mod client;
pub mod currency;
pub mod settings;
pub mod webhook;

use super::{
    gateway::{Action, Charge, GatewayError, Outcome, RefundOutcome, RefundRequest},
    store::{self, PaymentRow},
    view::StripeForm,
};
use crate::{
    domain::{
        money::{Currency, Money},
        payment::{DeclineReason, PaymentStatus},
    },
    server::state::Shop,
};
use client::{Api, Failure, Intent, List, PaymentError, Refund};
use settings::{Settings, Sources};

/// Under which name an intent carries our payment's id, and a refund its own.
const PAYMENT: &str = "payment";
const REFUND: &str = "refund";

/// A shop's account at Stripe.
#[derive(Clone)]
pub struct Stripe {
    api: Api,
}

impl Stripe {
    /// # Errors
    /// See [`Api::new`].
    pub fn new(settings: Settings) -> reqwest::Result<Self> {
        Ok(Self { api: Api::new(settings)? })
    }

    /// What the page's form needs.
    #[must_use]
    pub fn form(&self) -> StripeForm {
        let settings = &self.api.settings;
        StripeForm { key: settings.publishable_key.clone(), script: settings.script.clone() }
    }

    /// What a page that pays may load.
    #[must_use]
    pub fn sources(&self) -> Sources {
        self.api.settings.sources()
    }

    /// Makes the intent of an attempt and confirms it. Asked again, it is the same intent.
    pub async fn charge(&self, shop: &Shop, payment: &PaymentRow) -> Result<Charge, GatewayError> {
        let declined = |reason| charge_of(payment, String::new(), payment.amount, Outcome::Declined(reason));
        let made = match self.make(payment).await {
            Err(Failure::Refused { code, .. }) if code == "amount_too_small" => {
                return Ok(declined(DeclineReason::TooSmall));
            }
            // There is no such card.
            Err(Failure::Refused { status, .. }) if is_of_the_card(status) => {
                return Ok(declined(DeclineReason::Declined));
            }
            made => made?,
        };
        if made.status != "requires_confirmation" {
            return read(payment, &made);
        }
        if !keep_name(shop, payment, &made.id).await? {
            // It was given up meanwhile, and so it is never confirmed.
            return read(payment, &self.give_up(payment, &made.id).await?);
        }
        let confirm = format!("payment_intents/{}/confirm", made.id);
        let key = format!("{}:confirm", payment.id);
        match self.api.post::<Intent>(&confirm, &key, &[]).await {
            Ok(intent) => read(payment, &intent),
            // It was declined, or given up by another request meanwhile: the intent says which.
            Err(Failure::Refused { .. }) => self.end(payment, &made.id).await,
            Err(Failure::Lost) => Ok(charge_of(payment, made.id, payment.amount, Outcome::Pending)),
        }
    }

    /// How an attempt stands; nothing when Stripe never heard of it. One that was made and never confirmed is given up:
    /// nobody comes back to it.
    pub async fn find(&self, payment: &PaymentRow) -> Result<Option<Charge>, GatewayError> {
        if was_unanswered(payment) {
            return Ok(Some(charge_of(payment, String::new(), payment.amount, Outcome::Cancelled)));
        }
        match self.reference(payment).await? {
            Some(id) => self.end(payment, &id).await.map(Some),
            None => Ok(None),
        }
    }

    /// Gives up an attempt that is not captured yet, and tells how it stands after that.
    pub async fn cancel(&self, payment: &PaymentRow) -> Result<Option<Charge>, GatewayError> {
        if was_unanswered(payment) {
            return Ok(Some(charge_of(payment, String::new(), payment.amount, Outcome::Cancelled)));
        }
        let Some(id) = self.reference(payment).await? else { return Ok(None) };
        let intent = self.give_up(payment, &id).await?;
        read(payment, &intent).map(Some)
    }

    /// The intent as it stands, given up where nobody will confirm it.
    async fn end(&self, payment: &PaymentRow, id: &str) -> Result<Charge, GatewayError> {
        let intent = self.api.get::<Intent>(&format!("payment_intents/{id}")).await?;
        match intent.status.as_str() {
            "requires_confirmation" => read(payment, &self.give_up(payment, id).await?),
            _ => read(payment, &intent),
        }
    }

    async fn give_up(&self, payment: &PaymentRow, id: &str) -> Result<Intent, GatewayError> {
        let cancel = format!("payment_intents/{id}/cancel");
        match self.api.post::<Intent>(&cancel, &format!("{}:cancel", payment.id), &[]).await {
            Ok(intent) => Ok(intent),
            // It cannot be given up any more.
            Err(Failure::Refused { .. }) => Ok(self.api.get(&format!("payment_intents/{id}")).await?),
            Err(Failure::Lost) => Err(GatewayError::Unreachable),
        }
    }

    /// What Stripe calls an attempt. Where its answer was lost, the very same request gives it again.
    async fn reference(&self, payment: &PaymentRow) -> Result<Option<String>, GatewayError> {
        if !payment.reference.is_empty() {
            return Ok(Some(payment.reference.clone()));
        }
        match self.make(payment).await {
            Ok(intent) => Ok(Some(intent.id)),
            Err(Failure::Refused { status, .. }) if is_of_the_card(status) => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    async fn make(&self, payment: &PaymentRow) -> Result<Intent, Failure> {
        let (amount, id) = (payment.amount.amount.to_string(), payment.id.to_string());
        let currency = payment.amount.currency.code().to_lowercase();
        let form = [
            ("amount", amount.as_str()),
            ("currency", currency.as_str()),
            ("payment_method", payment.instrument.as_str()),
            ("payment_method_types[]", "card"),
            ("metadata[payment]", id.as_str()),
        ];
        self.api.post("payment_intents", &id, &form).await
    }

    /// The intent that a webhook tells of, if it is really of that payment.
    pub(super) async fn retrieve(&self, payment: &PaymentRow, id: &str) -> Result<Option<Charge>, GatewayError> {
        let intent = self.api.get::<Intent>(&format!("payment_intents/{id}")).await?;
        // Money that has come is ours whatever we took for the payment's own intent.
        let known = payment.reference.is_empty() || payment.reference == id || intent.status == "succeeded";
        if !known || intent.metadata.get(PAYMENT) != Some(&payment.id.to_string()) {
            return Ok(None);
        }
        read(payment, &intent).map(Some)
    }

    pub async fn refund(&self, request: &RefundRequest) -> Result<RefundOutcome, GatewayError> {
        let (amount, id) = (request.amount.amount.to_string(), request.refund.to_string());
        let form = [
            ("payment_intent", request.reference.as_str()),
            ("amount", amount.as_str()),
            ("metadata[refund]", id.as_str()),
        ];
        match self.api.post::<Refund>("refunds", &id, &form).await {
            Ok(refund) => Ok(outcome_of(refund)),
            Err(Failure::Refused { status, code }) if is_of_the_card(status) => {
                Ok(RefundOutcome::Refused(format!("{status} {code}").trim_end().to_owned()))
            }
            Err(failure) => Err(failure.into()),
        }
    }

    pub async fn find_refund(&self, request: &RefundRequest) -> Result<Option<RefundOutcome>, GatewayError> {
        let id = request.refund.to_string();
        let path = format!("refunds?payment_intent={}&limit=100", request.reference);
        let found = self.api.get::<List<Refund>>(&path).await?.data;
        Ok(found.into_iter().find(|refund| refund.metadata.get(REFUND) == Some(&id)).map(outcome_of))
    }
}

impl From<Failure> for GatewayError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Lost => Self::Unreachable,
            Failure::Refused { status, code } => Self::Refused(format!("{status} {code}")),
        }
    }
}

/// Whether the making of an attempt's intent was asked for and not answered: then it was never confirmed.
fn was_unanswered(payment: &PaymentRow) -> bool {
    payment.status == PaymentStatus::Pending && payment.reference.is_empty()
}

/// Keeps what Stripe calls an attempt; false when it was given up meanwhile.
async fn keep_name(shop: &Shop, payment: &PaymentRow, id: &str) -> sqlx::Result<bool> {
    let mut tx = shop.db.begin().await?;
    let is_open = store::update_reference(&mut tx, payment.id, id, shop.clock.now().0).await?;
    tx.commit().await?;
    Ok(is_open)
}

/// Whether Stripe would not because of what was asked (no such card, no such payment) and not because of our key.
fn is_of_the_card(status: u16) -> bool {
    matches!(status, 400 | 402 | 404)
}

fn charge_of(payment: &PaymentRow, reference: String, amount: Money, outcome: Outcome) -> Charge {
    Charge { payment: payment.id, reference, amount, outcome }
}

/// An intent as a charge of ours.
fn read(payment: &PaymentRow, intent: &Intent) -> Result<Charge, GatewayError> {
    let unknown = || GatewayError::Refused(format!("an intent that is {} in {}", intent.status, intent.currency));
    let currency = Currency::parse(&intent.currency.to_uppercase()).ok_or_else(unknown)?;
    let outcome = match intent.status.as_str() {
        "succeeded" => Outcome::Captured,
        "processing" | "requires_confirmation" => Outcome::Pending,
        "requires_payment_method" => Outcome::Declined(reason(intent.last_payment_error.as_ref())),
        "requires_action" => {
            let client_secret = intent.client_secret.clone().ok_or_else(unknown)?;
            Outcome::ActionRequired(Action::Script { client_secret })
        }
        "canceled" => Outcome::Cancelled,
        _ => return Err(unknown()),
    };
    Ok(charge_of(payment, intent.id.clone(), Money::new(intent.amount, currency), outcome))
}

fn reason(error: Option<&PaymentError>) -> DeclineReason {
    let (code, decline) = error.map_or((None, None), |error| (error.code.as_deref(), error.decline_code.as_deref()));
    match (code, decline) {
        (_, Some("insufficient_funds")) => DeclineReason::InsufficientFunds,
        (Some("payment_intent_authentication_failure"), _) => DeclineReason::ChallengeFailed,
        _ => DeclineReason::Declined,
    }
}

fn outcome_of(refund: Refund) -> RefundOutcome {
    match refund.status.as_str() {
        "succeeded" => RefundOutcome::Done(refund.id),
        "failed" | "canceled" => RefundOutcome::Refused(refund.status),
        _ => RefundOutcome::Pending(refund.id),
    }
}
