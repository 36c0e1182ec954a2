//! What Stripe tells by itself. A webhook is only a hint that something has happened: it has to be signed, and lately,
//! and then the payment or the refund is asked for at Stripe. <https://docs.stripe.com/webhooks#verify-manually>

use super::{PAYMENT, REFUND, Stripe};
use crate::{
    domain::{
        ids::{PaymentId, RefundId},
        payment::{PaymentStatus, RefundStatus},
        timestamp::Timestamp,
    },
    error::AppError,
    payments::{
        gateway::Outcome,
        refunds::{self, returned},
        service, store,
    },
    server::state::Shop,
};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;
use std::collections::BTreeMap;

/// How old a webhook may be, and how far ahead Stripe's clock.
const TOLERANCE: i64 = 5 * Timestamp::MINUTE;

#[derive(Deserialize)]
struct Event {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Object,
}

/// What it is about.
#[derive(Deserialize)]
struct Object {
    id: String,
    object: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
}

/// Takes in a webhook. One that is not signed by Stripe is nothing we know of; one about something that is not ours is
/// taken and forgotten, so that it is not sent again for days.
pub async fn take(shop: &Shop, body: &[u8], signature: &str) -> Result<(), AppError> {
    let stripe = shop.stripe.as_ref().ok_or(AppError::NotFound)?;
    if !stripe.has_signed(body, signature, shop.clock.now()) {
        return Err(AppError::NotFound);
    }
    let event: Event = serde_json::from_slice(body).map_err(|_| AppError::NotFound)?;
    let about = event.data.object;
    let id = |name: &str| about.metadata.get(name).map(String::as_str).unwrap_or_default();
    match about.object.as_str() {
        "payment_intent" => match id(PAYMENT).parse() {
            Ok(payment) => take_payment(shop, stripe, payment, &about.id).await,
            Err(_) => Ok(()),
        },
        "refund" => match id(REFUND).parse() {
            Ok(refund) => take_refund(shop, refund, &about.status).await,
            Err(_) => Ok(()),
        },
        _ => Ok(()),
    }
}

async fn take_payment(shop: &Shop, stripe: &Stripe, payment: PaymentId, intent: &str) -> Result<(), AppError> {
    if !intent.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return Ok(());
    }
    let found = store::find_payment(&mut shop.db.read().await?.conn(), payment).await?;
    let Some(payment) = found.filter(|payment| payment.gateway == "stripe") else { return Ok(()) };
    match stripe.retrieve(&payment, intent).await? {
        // Whoever makes it is about to confirm it, and sees it to its end; if they died, the job does.
        Some(charge) if payment.status == PaymentStatus::Claimed && charge.outcome == Outcome::Pending => Ok(()),
        Some(charge) => service::record(shop, &charge, false).await.map(drop),
        None => {
            tracing::warn!(payment = %payment.id, "a webhook is about another intent than the payment's own");
            Ok(())
        }
    }
}

async fn take_refund(shop: &Shop, refund: RefundId, told: &str) -> Result<(), AppError> {
    let settled = match refunds::settle(shop, refund).await {
        // A bank may send money back days after Stripe had called it paid back.
        Ok(RefundStatus::Done) if matches!(told, "failed" | "canceled") => returned::look_again(shop, refund).await,
        settled => settled.map(drop),
    };
    match settled {
        Err(AppError::NotFound) => Ok(()),
        settled => settled,
    }
}

impl Stripe {
    /// Whether a body was signed with the secret that Stripe and the shop share, at about this time. Of several
    /// signatures (while the secret is being changed) one is enough.
    fn has_signed(&self, body: &[u8], header: &str, now: Timestamp) -> bool {
        let (mut time, mut signatures) = ("", Vec::new());
        for part in header.split(',') {
            match part.trim().split_once('=') {
                Some(("t", value)) => time = value,
                Some(("v1", value)) => signatures.push(value),
                _ => {}
            }
        }
        let Ok(seconds) = time.parse::<i64>() else { return false };
        let sent = seconds.saturating_mul(Timestamp::SECOND);
        now.0.abs_diff(sent) <= TOLERANCE.unsigned_abs()
            && signatures
                .into_iter()
                .filter_map(bytes_of)
                .any(|given| self.mac(time, body).verify_slice(&given).is_ok())
    }

    fn mac(&self, time: &str, body: &[u8]) -> Hmac<Sha256> {
        // A key of any length is fine for HMAC.
        #[allow(clippy::expect_used)]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.api.settings.webhook_secret.expose().as_bytes())
            .expect("HMAC takes keys of any length");
        mac.update(time.as_bytes());
        mac.update(b".");
        mac.update(body);
        mac
    }
}

/// The bytes that hexadecimal digits stand for.
fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    if hex.len() != 64 {
        return None;
    }
    hex.as_bytes().chunks(2).map(|pair| u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).ok()).collect()
}
