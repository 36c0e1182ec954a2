//! Stock: changed by guarded statements whose affected rows decide, each with a row in the ledger.

use crate::db::{Tx, execute, fetch};
use uuid::Uuid;

/// The one location there is to begin with. The tables are ready for more.
pub const MAIN_LOCATION: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);

/// Why stock moved; part of the ledger.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    Import,
    Sold,
    /// A first payment was declined, so there is no order.
    Declined,
    Expired,
    Cancelled,
    /// Missing or broken.
    WrittenOff,
}

impl Reason {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Sold => "sold",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::WrittenOff => "written_off",
        }
    }
}

/// A change of one variant's stock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Movement<'a> {
    /// The id of the row in the ledger.
    pub id: Uuid,
    pub variant_id: Uuid,
    pub delta: i64,
    pub reason: Reason,
    /// The number of the order, or what else caused it.
    pub reference: &'a str,
    pub at: i64,
}

/// Takes units off the shelf and gives what is left, or nothing (and changes nothing) when there are too few.
pub async fn take_stock(tx: &mut Tx, movement: Movement<'_>) -> sqlx::Result<Option<i64>> {
    let left = fetch!(
        &mut tx.conn(),
        optional as (i64,),
        "UPDATE stock_levels SET on_hand = on_hand + $1
        WHERE variant_id = $2 AND location_id = $3 AND on_hand + $1 >= 0 RETURNING on_hand",
        movement.delta,
        movement.variant_id,
        MAIN_LOCATION
    )?;
    if left.is_some() {
        insert_movement(tx, movement).await?;
    }
    Ok(left.map(|(left,)| left))
}

/// Puts units back and gives what is there now.
pub async fn return_stock(tx: &mut Tx, movement: Movement<'_>) -> sqlx::Result<Option<i64>> {
    take_stock(tx, movement).await
}

/// Sets the level from `was` to `was + delta`; false when it is no longer `was`.
pub async fn adjust_stock(tx: &mut Tx, was: i64, movement: Movement<'_>) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "UPDATE stock_levels SET on_hand = on_hand + $1 WHERE variant_id = $2 AND location_id = $3 AND on_hand = $4",
        movement.delta,
        movement.variant_id,
        MAIN_LOCATION,
        was
    )?;
    if done == 1 {
        insert_movement(tx, movement).await?;
    }
    Ok(done == 1)
}

/// What is on hand.
pub async fn find_stock(tx: &mut Tx, variant: Uuid) -> sqlx::Result<i64> {
    let row = fetch!(
        &mut tx.conn(),
        one as (i64,),
        "SELECT CAST(COALESCE(SUM(on_hand), 0) AS BIGINT) FROM stock_levels WHERE variant_id = $1",
        variant
    )?;
    Ok(row.0)
}

async fn insert_movement(tx: &mut Tx, movement: Movement<'_>) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO stock_movements (id, variant_id, location_id, delta, reason, reference, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)",
        movement.id,
        movement.variant_id,
        MAIN_LOCATION,
        movement.delta,
        movement.reason.name(),
        movement.reference,
        movement.at
    )?;
    Ok(())
}

/// The location exists from the first start on.
pub async fn ensure_location(tx: &mut Tx) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO locations (id, name) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
        MAIN_LOCATION,
        "Main"
    )?;
    Ok(())
}
