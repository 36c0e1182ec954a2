//! The built-in test gateway. It behaves like a provider of its own: it keeps its own books (in a table that nothing
//! else reads), charges once per idempotency key, has a page for challenges, and sends signed webhooks.
//!
//! It exists only where [`crate::server::config::Config::is_playground`] holds. It never sees a card number.

mod refunds;
mod webhook;

pub use webhook::Webhook;

use super::{
    gateway::{Action, Charge, ChargeRequest, GatewayError, Outcome},
    store::PaymentRow,
};
use crate::{
    db::{Conn, execute, fetch},
    domain::{
        ids::PaymentId,
        money::{Currency, Money},
        payment::{DeclineReason, SandboxCard},
        timestamp::Timestamp,
    },
    server::state::Shop,
};
use uuid::Uuid;

pub struct Sandbox;

/// How late the card that times out settles.
const LATE: i64 = 4 * Timestamp::SECOND;

/// Where a charge stands in the sandbox's books.
const SUCCEEDED: &str = "succeeded";
const DECLINED: &str = "declined";
const REQUIRES_ACTION: &str = "requires_action";
const PROCESSING: &str = "processing";
const CANCELLED: &str = "cancelled";

#[derive(sqlx::FromRow)]
struct ChargeRow {
    id: Uuid,
    idempotency_key: String,
    status: String,
    reason: String,
    amount: i64,
    currency: String,
    return_url: String,
}

/// What a customer is asked to confirm.
pub struct Challenge {
    pub amount: Money,
    /// Whether it was not answered yet.
    pub is_open: bool,
    /// The address to go back to, or empty where nobody came from a page.
    pub return_url: String,
}

impl ChargeRow {
    fn charge(&self) -> Option<Charge> {
        let outcome = match self.status.as_str() {
            SUCCEEDED => Outcome::Captured,
            DECLINED => Outcome::Declined(DeclineReason::parse(&self.reason).unwrap_or(DeclineReason::Declined)),
            REQUIRES_ACTION => Outcome::ActionRequired(Action::Visit(format!("/sandbox/challenge/{}", self.id))),
            CANCELLED => Outcome::Cancelled,
            _ => Outcome::Pending,
        };
        Some(Charge {
            payment: PaymentId(self.idempotency_key.parse().ok()?),
            reference: self.id.to_string(),
            amount: Money::new(self.amount, Currency::parse(&self.currency)?),
            outcome,
        })
    }
}

macro_rules! charge_columns {
    () => {
        "SELECT id, idempotency_key, status, reason, amount, currency, return_url FROM sandbox_charges "
    };
}

impl Sandbox {
    pub async fn charge(
        &self,
        shop: &Shop,
        request: &ChargeRequest,
        card: SandboxCard,
    ) -> Result<Charge, GatewayError> {
        let now = shop.clock.now();
        let (status, reason, notify_at) = match card {
            SandboxCard::Succeeds => (SUCCEEDED, "", None),
            SandboxCard::Declined => (DECLINED, DeclineReason::Declined.name(), None),
            SandboxCard::InsufficientFunds => (DECLINED, DeclineReason::InsufficientFunds.name(), None),
            SandboxCard::Challenge => (REQUIRES_ACTION, "", None),
            SandboxCard::TimesOut => (PROCESSING, "", Some(now.plus(LATE).0)),
        };
        let mut tx = shop.db.begin().await?;
        let made = fetch!(
            &mut tx.conn(),
            optional as ChargeRow,
            "INSERT INTO sandbox_charges (id, idempotency_key, status, reason, amount, currency, return_url, notify_at,
                created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (idempotency_key) DO NOTHING
            RETURNING id, idempotency_key, status, reason, amount, currency, return_url",
            shop.ids.next(),
            request.payment.id.to_string(),
            status,
            reason,
            request.payment.amount.amount,
            request.payment.amount.currency.code(),
            request.return_url.as_str(),
            notify_at,
            now.0
        )?;
        let row = match made {
            Some(row) => Some(row),
            None => find_row(&mut tx.conn(), request.payment.id).await?,
        };
        tx.commit().await?;
        row.and_then(|row| row.charge()).ok_or(GatewayError::NotConfigured)
    }

    /// How a charge stands. One that was not heard of is given up, under its key: whoever made the attempt may only be
    /// late with it, and must not charge for an order that is gone by then.
    pub async fn find(&self, shop: &Shop, payment: &PaymentRow) -> Result<Option<Charge>, GatewayError> {
        let known = find_row(&mut shop.db.read().await?.conn(), payment.id).await?;
        if let Some(row) = known {
            return Ok(row.charge());
        }
        let mut tx = shop.db.begin().await?;
        execute!(
            tx,
            "INSERT INTO sandbox_charges (id, idempotency_key, status, reason, amount, currency, return_url, notify_at,
                created_at)
            VALUES ($1, $2, $3, '', $4, $5, '', NULL, $6) ON CONFLICT (idempotency_key) DO NOTHING",
            shop.ids.next(),
            payment.id.to_string(),
            CANCELLED,
            payment.amount.amount,
            payment.amount.currency.code(),
            shop.clock.now().0
        )?;
        let row = find_row(&mut tx.conn(), payment.id).await?;
        tx.commit().await?;
        Ok(row.and_then(|row| row.charge()))
    }

    pub async fn cancel(&self, shop: &Shop, payment: PaymentId) -> Result<Option<Charge>, GatewayError> {
        let mut tx = shop.db.begin().await?;
        execute!(
            tx,
            "UPDATE sandbox_charges SET status = 'cancelled', notify_at = NULL
            WHERE idempotency_key = $1 AND status = 'requires_action'",
            payment.to_string()
        )?;
        let row = find_row(&mut tx.conn(), payment).await?;
        tx.commit().await?;
        Ok(row.and_then(|row| row.charge()))
    }

    /// What the challenge page shows.
    pub async fn find_challenge(&self, shop: &Shop, id: Uuid) -> sqlx::Result<Option<Challenge>> {
        let row = find_by_id(&mut shop.db.read().await?.conn(), id).await?;
        Ok(row.and_then(|row| {
            Some(Challenge {
                amount: Money::new(row.amount, Currency::parse(&row.currency)?),
                is_open: row.status == REQUIRES_ACTION,
                return_url: row.return_url,
            })
        }))
    }

    /// The customer confirms, or does not. Gives the address to go back to; a webhook follows at once.
    pub async fn answer_challenge(&self, shop: &Shop, id: Uuid, confirmed: bool) -> sqlx::Result<Option<String>> {
        let (status, reason) =
            if confirmed { (SUCCEEDED, "") } else { (DECLINED, DeclineReason::ChallengeFailed.name()) };
        let mut tx = shop.db.begin().await?;
        execute!(
            tx,
            "UPDATE sandbox_charges SET status = $2, reason = $3, notify_at = $4
            WHERE id = $1 AND status = 'requires_action'",
            id,
            status,
            reason,
            shop.clock.now().0
        )?;
        let row = find_by_id(&mut tx.conn(), id).await?;
        tx.commit().await?;
        Ok(row.map(|row| row.return_url))
    }

    /// Settles what is due and gives the webhooks to be sent for it.
    pub async fn due_webhooks(&self, shop: &Shop) -> sqlx::Result<Vec<(Uuid, Webhook)>> {
        let now = shop.clock.now();
        let mut tx = shop.db.begin().await?;
        execute!(
            tx,
            "UPDATE sandbox_charges SET status = 'succeeded' WHERE status = 'processing' AND notify_at <= $1",
            now.0
        )?;
        let rows = fetch!(
            &mut tx.conn(),
            all as ChargeRow,
            concat!(charge_columns!(), "WHERE notify_at <= $1 ORDER BY notify_at LIMIT 100"),
            now.0
        )?;
        tx.commit().await?;
        Ok(rows.iter().map(|row| (row.id, Webhook::about(shop, row, now))).collect())
    }

    /// The webhook was taken and is not sent again.
    pub async fn webhook_delivered(&self, shop: &Shop, id: Uuid) -> sqlx::Result<()> {
        let mut tx = shop.db.begin().await?;
        execute!(tx, "UPDATE sandbox_charges SET notify_at = NULL WHERE id = $1", id)?;
        tx.commit().await
    }
}

async fn find_row(conn: &mut Conn<'_>, payment: PaymentId) -> sqlx::Result<Option<ChargeRow>> {
    fetch!(conn, optional as ChargeRow, concat!(charge_columns!(), "WHERE idempotency_key = $1"), payment.to_string())
}

async fn find_by_id(conn: &mut Conn<'_>, id: Uuid) -> sqlx::Result<Option<ChargeRow>> {
    fetch!(conn, optional as ChargeRow, concat!(charge_columns!(), "WHERE id = $1"), id)
}
