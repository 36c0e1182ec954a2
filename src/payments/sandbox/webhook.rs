//! What the sandbox tells the shop, signed.

use super::ChargeRow;
use crate::{domain::timestamp::Timestamp, payments::gateway::Charge, server::state::Shop};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How old a webhook may be.
const TOLERANCE: i64 = 5 * Timestamp::MINUTE;
const SIGNING: &str = "sandbox webhook";

/// What the sandbox posts to `/webhooks/sandbox`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Webhook {
    pub body: String,
    /// The header `Sandbox-Signature`: `t=milliseconds,v1=signature` of `t` and the body.
    pub signature: String,
}

#[derive(Serialize, Deserialize)]
struct WebhookBody {
    charge: Uuid,
    idempotency_key: String,
    status: String,
    reason: String,
    amount: i64,
    currency: String,
}

impl Webhook {
    pub(super) fn about(shop: &Shop, row: &ChargeRow, now: Timestamp) -> Self {
        let body = WebhookBody {
            charge: row.id,
            idempotency_key: row.idempotency_key.clone(),
            status: row.status.clone(),
            reason: row.reason.clone(),
            amount: row.amount,
            currency: row.currency.clone(),
        };
        let body = serde_json::to_string(&body).unwrap_or_default();
        let signature = format!("t={},v1={}", now.0, sign(shop, now.0, &body));
        Self { body, signature }
    }

    /// Reads a webhook that really came from the sandbox, and lately.
    #[must_use]
    pub fn verify(shop: &Shop, body: &str, signature: &str) -> Option<Charge> {
        let (time, signature) = signature.strip_prefix("t=")?.split_once(",v1=")?;
        let sent: i64 = time.parse().ok()?;
        let signed = shop.signer.is_signature(SIGNING, format!("{sent}.{body}").as_bytes(), signature);
        if !signed || shop.clock.now().0.abs_diff(sent) > TOLERANCE.unsigned_abs() {
            return None;
        }
        let body: WebhookBody = serde_json::from_str(body).ok()?;
        let row = ChargeRow {
            id: body.charge,
            idempotency_key: body.idempotency_key,
            status: body.status,
            reason: body.reason,
            amount: body.amount,
            currency: body.currency,
            return_url: String::new(),
        };
        row.charge()
    }
}

fn sign(shop: &Shop, time: i64, body: &str) -> String {
    shop.signer.signature(SIGNING, format!("{time}.{body}").as_bytes())
}
