//! What was typed into a checkout that has not gone through, so that nothing typed is lost, with or without JavaScript.
//! Card numbers never get here.

use super::form::{CheckoutForm, CheckoutOutcome};
use crate::{
    db::{Conn, Tx, execute, fetch},
    domain::ids::ShopperId,
};
use uuid::Uuid;

/// A shopper's draft.
#[derive(Clone, PartialEq, Debug)]
pub struct Draft {
    pub attempt: Uuid,
    pub form: CheckoutForm,
    pub outcome: Option<CheckoutOutcome>,
}

pub async fn find_draft(conn: &mut Conn<'_>, shopper: ShopperId) -> sqlx::Result<Option<Draft>> {
    let row = fetch!(
        conn,
        optional as (Uuid, String, String),
        "SELECT attempt, form, outcome FROM checkout_drafts WHERE shopper_id = $1",
        shopper.0
    )?;
    Ok(row.map(|(attempt, form, outcome)| Draft {
        attempt,
        form: serde_json::from_str(&form).unwrap_or_default(),
        outcome: serde_json::from_str(&outcome).unwrap_or_default(),
    }))
}

/// The draft's key, kept from before or new.
pub async fn ensure_attempt(tx: &mut Tx, shopper: ShopperId, new: Uuid, now: i64) -> sqlx::Result<Uuid> {
    let row = fetch!(
        &mut tx.conn(),
        one as (Uuid,),
        "INSERT INTO checkout_drafts (shopper_id, attempt, form, outcome, updated_at) VALUES ($1, $2, '{}', 'null', $3)
        ON CONFLICT (shopper_id) DO UPDATE SET updated_at = excluded.updated_at RETURNING attempt",
        shopper.0,
        new,
        now
    )?;
    Ok(row.0)
}

/// Keeps what was typed and what became of it.
pub async fn update_draft(
    tx: &mut Tx,
    shopper: ShopperId,
    form: &CheckoutForm,
    outcome: &CheckoutOutcome,
    now: i64,
) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE checkout_drafts SET form = $2, outcome = $3, updated_at = $4 WHERE shopper_id = $1",
        shopper.0,
        serde_json::to_string(form).unwrap_or_default(),
        serde_json::to_string(&outcome.clone().kept()).unwrap_or_default(),
        now
    )?;
    Ok(())
}

/// What became of the last attempt says nothing any more: another cart is to be ordered.
pub async fn forget_outcome(tx: &mut Tx, shopper: ShopperId) -> sqlx::Result<()> {
    execute!(tx, "UPDATE checkout_drafts SET outcome = 'null' WHERE shopper_id = $1", shopper.0).map(drop)
}

/// The order is placed: the next one has a key of its own. 0 when that was known already.
pub async fn delete_draft(tx: &mut Tx, shopper: ShopperId, attempt: Uuid) -> sqlx::Result<u64> {
    execute!(tx, "DELETE FROM checkout_drafts WHERE shopper_id = $1 AND attempt = $2", shopper.0, attempt)
}

/// Forgets drafts nobody came back to.
pub async fn delete_drafts_before(tx: &mut Tx, at: i64) -> sqlx::Result<u64> {
    execute!(tx, "DELETE FROM checkout_drafts WHERE updated_at < $1", at)
}
