//! Rows of the codes somebody has entered: at most a coupon and a gift card for each cart.

use crate::{
    db::{Conn, Tx, execute, fetch},
    domain::{
        ids::{GiftCardId, ShopperId},
        promotion::LONGEST_CODE,
        text,
    },
};
use uuid::Uuid;

/// What was entered.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Codes {
    /// As it was typed.
    pub coupon: Option<String>,
    pub gift_card: Option<GiftCardId>,
}

pub async fn find_codes(conn: &mut Conn<'_>, shopper: ShopperId) -> sqlx::Result<Codes> {
    let row = fetch!(
        conn,
        optional as (String, Option<Uuid>),
        "SELECT coupon, gift_card_id FROM cart_codes WHERE shopper_id = $1",
        shopper.0
    )?;
    Ok(row.map_or_else(Codes::default, |(coupon, card)| Codes {
        coupon: Some(coupon).filter(|coupon| !coupon.is_empty()),
        gift_card: card.map(GiftCardId),
    }))
}

/// What is kept of what was typed. Control characters are of no code, and PostgreSQL keeps no NUL.
fn kept(typed: &str) -> String {
    let plain = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    text::truncate(typed.trim(), LONGEST_CODE).chars().map(plain).collect()
}

/// Sets the coupon as it was typed; an empty text takes it out.
pub async fn set_coupon(tx: &mut Tx, shopper: ShopperId, typed: &str, now: i64) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO cart_codes (shopper_id, coupon, gift_card_id, updated_at) VALUES ($1, $2, NULL, $3)
        ON CONFLICT (shopper_id) DO UPDATE SET coupon = excluded.coupon, updated_at = excluded.updated_at",
        shopper.0,
        kept(typed),
        now
    )?;
    Ok(())
}

/// Sets the gift card, or takes it out.
pub async fn set_gift_card(tx: &mut Tx, shopper: ShopperId, card: Option<GiftCardId>, now: i64) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO cart_codes (shopper_id, coupon, gift_card_id, updated_at) VALUES ($1, '', $2, $3)
        ON CONFLICT (shopper_id) DO UPDATE SET gift_card_id = excluded.gift_card_id, updated_at = excluded.updated_at",
        shopper.0,
        card.map(|card| card.0),
        now
    )?;
    Ok(())
}

/// Forgets what was entered.
pub async fn delete_codes(tx: &mut Tx, shopper: ShopperId) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM cart_codes WHERE shopper_id = $1", shopper.0).map(drop)
}

/// What a guest has entered becomes the account's; where they have entered nothing the account's own stays.
pub async fn move_codes(tx: &mut Tx, guest: ShopperId, own: ShopperId) -> sqlx::Result<()> {
    execute!(
        tx,
        "DELETE FROM cart_codes WHERE shopper_id = $1
        AND EXISTS (SELECT 1 FROM cart_codes guest WHERE guest.shopper_id = $2)",
        own.0,
        guest.0
    )?;
    execute!(tx, "UPDATE cart_codes SET shopper_id = $1 WHERE shopper_id = $2", own.0, guest.0).map(drop)
}
