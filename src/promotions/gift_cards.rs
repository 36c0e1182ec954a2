//! Gift cards: money that whoever has the code can spend. The balance changes by guarded statements, each with a row in
//! the ledger; a cause moves a card in one way once, so that whatever is told twice happens once.

use super::codes::{self, CodeKey};
use crate::{
    db::{Conn, Tx, execute, fetch},
    domain::{
        ids::{AccountId, GiftCardId, OrderId},
        money::{Currency, Money},
        timestamp::Timestamp,
    },
    error::AppError,
    server::{state::Shop, tokens::token_hash},
};
use uuid::Uuid;

/// Groups of four letters of a code: 80 bits of chance, so that a plain hash of it gives nothing away.
const GROUPS: usize = 4;

/// How long money can be spent at least that has gone back onto a card: the card may have expired meanwhile.
const TIME_TO_SPEND: i64 = 90 * Timestamp::DAY;

/// Why a card's balance moved; part of the ledger.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    Issued,
    /// By an order.
    Spent,
    /// The order came to nothing.
    Returned,
    /// Money of an order went back.
    Refunded,
    /// By hand.
    Adjusted,
}

impl Reason {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Spent => "spent",
            Self::Returned => "returned",
            Self::Refunded => "refunded",
            Self::Adjusted => "adjusted",
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    last_four: String,
    currency: String,
    balance: i64,
    enabled: bool,
    expires_at: Option<i64>,
}

/// A card.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GiftCard {
    pub id: GiftCardId,
    pub last_four: String,
    pub balance: Money,
    enabled: bool,
    expires_at: Option<Timestamp>,
}

impl GiftCard {
    /// What can be spent of it now.
    #[must_use]
    pub fn usable(&self, now: Timestamp) -> Money {
        let usable = self.enabled && self.expires_at.is_none_or(|end| now < end);
        if usable { self.balance } else { Money::zero(self.balance.currency) }
    }
}

/// The hash that a code is kept as.
fn hash(key: &CodeKey) -> Vec<u8> {
    token_hash(key.as_str())
}

/// The card of what was typed.
pub async fn find_card(conn: &mut Conn<'_>, typed: &str) -> sqlx::Result<Option<GiftCard>> {
    let Some(key) = CodeKey::parse(typed) else { return Ok(None) };
    let row = fetch!(
        conn,
        optional as Row,
        "SELECT id, last_four, currency, balance, enabled, expires_at FROM gift_cards WHERE code_hash = $1",
        hash(&key)
    )?;
    Ok(row.and_then(card))
}

/// A card that is known already.
pub async fn find_card_by_id(conn: &mut Conn<'_>, id: GiftCardId) -> sqlx::Result<Option<GiftCard>> {
    let row = fetch!(
        conn,
        optional as Row,
        "SELECT id, last_four, currency, balance, enabled, expires_at FROM gift_cards WHERE id = $1",
        id.0
    )?;
    Ok(row.and_then(card))
}

fn card(row: Row) -> Option<GiftCard> {
    Some(GiftCard {
        id: GiftCardId(row.id),
        last_four: row.last_four,
        balance: Money::new(row.balance, Currency::parse(&row.currency)?),
        enabled: row.enabled,
        expires_at: row.expires_at.map(Timestamp),
    })
}

/// What a card begins with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewCard {
    pub amount: Money,
    pub expires_at: Option<Timestamp>,
    pub owner: Option<AccountId>,
}

/// Issues a card and gives its code, which nobody can be told a second time.
///
/// # Errors
/// `AmountTooLarge` for what is not an amount a card can have.
pub async fn issue(shop: &Shop, tx: &mut Tx, new: NewCard) -> Result<(GiftCardId, String), AppError> {
    if new.amount.amount <= 0 {
        return Err(AppError::AmountTooLarge { limit: None });
    }
    let id = GiftCardId(shop.ids.next());
    let code = codes::make(&shop.random, "", GROUPS);
    let key = CodeKey::parse(&code).ok_or(AppError::Internal)?;
    execute!(
        tx,
        "INSERT INTO gift_cards (id, code_hash, last_four, currency, balance, enabled, expires_at, owner_account, created_at)
        VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8)",
        id.0,
        hash(&key),
        &code[code.len() - 4..],
        new.amount.currency.code(),
        true,
        new.expires_at.map(|at| at.0),
        new.owner.map(|owner| owner.0),
        shop.clock.now().0
    )?;
    credit(shop, tx, id, new.amount, Reason::Issued, &id.to_string()).await?;
    Ok((id, code))
}

/// Puts money onto a card, once for each cause. False when that cause did so before. What an order gives back can be
/// spent for [`TIME_TO_SPEND`] at least.
///
/// # Errors
/// `AmountTooLarge` when the amount is none, is of another currency, or is more than a card can hold.
pub async fn credit(
    shop: &Shop,
    tx: &mut Tx,
    card: GiftCardId,
    amount: Money,
    reason: Reason,
    reference: &str,
) -> Result<bool, AppError> {
    if amount.amount <= 0 {
        return Err(AppError::AmountTooLarge { limit: None });
    }
    if !insert_movement(shop, tx, card, amount.amount, reason, reference).await? {
        return Ok(false);
    }
    let done = execute!(
        tx,
        "UPDATE gift_cards SET balance = balance + $2 WHERE id = $1 AND currency = $3 AND balance <= $4",
        card.0,
        amount.amount,
        amount.currency.code(),
        i64::MAX - amount.amount
    )?;
    if done != 1 {
        return Err(AppError::AmountTooLarge { limit: None });
    }
    if matches!(reason, Reason::Returned | Reason::Refunded) {
        let least = shop.clock.now().plus(TIME_TO_SPEND).0;
        execute!(tx, "UPDATE gift_cards SET expires_at = $2 WHERE id = $1 AND expires_at < $2", card.0, least)?;
    }
    Ok(true)
}

/// Pays a part of an order by a card; false (and nothing has changed) when there is too little on it, or it cannot be used
/// any more. An order is paid by one card once.
pub(super) async fn spend(
    shop: &Shop,
    tx: &mut Tx,
    card: GiftCardId,
    order: OrderId,
    amount: Money,
) -> Result<bool, AppError> {
    let now = shop.clock.now().0;
    if amount.amount <= 0 {
        return Err(AppError::internal("a gift card is to pay nothing"));
    }
    let done = execute!(
        tx,
        "UPDATE gift_cards SET balance = balance - $2
        WHERE id = $1 AND balance >= $2 AND currency = $3 AND enabled = $4 AND (expires_at IS NULL OR expires_at > $5)",
        card.0,
        amount.amount,
        amount.currency.code(),
        true,
        now
    )?;
    if done == 0 {
        return Ok(false);
    }
    execute!(
        tx,
        "INSERT INTO gift_card_spends (order_id, card_id, amount, given_back, at) VALUES ($1, $2, $3, 0, $4)",
        order.0,
        card.0,
        amount.amount,
        now
    )?;
    if !insert_movement(shop, tx, card, -amount.amount, Reason::Spent, &order.to_string()).await? {
        return Err(AppError::internal("an order is to be paid by gift card twice"));
    }
    Ok(true)
}

/// Adds to the ledger; false when that cause has moved that card in that way before.
async fn insert_movement(
    shop: &Shop,
    tx: &mut Tx,
    card: GiftCardId,
    delta: i64,
    reason: Reason,
    reference: &str,
) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "INSERT INTO gift_card_ledger (id, card_id, delta, reason, reference, at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (card_id, reason, reference) DO NOTHING",
        shop.ids.next(),
        card.0,
        delta,
        reason.name(),
        reference,
        shop.clock.now().0
    )?;
    Ok(done == 1)
}

/// Whatever an order's gift card paid and neither a refund has claimed nor the card has got back, goes back to it.
pub(super) async fn release(shop: &Shop, tx: &mut Tx, order: OrderId, currency: Currency) -> Result<(), AppError> {
    // Writes nothing, and so holds the row: what is seen stays so.
    let unclaimed = fetch!(
        &mut tx.conn(),
        optional as (i64,),
        "UPDATE orders SET gift_refunded = gift_refunded WHERE id = $1 RETURNING gift_amount - gift_refunded",
        order.0
    )?;
    let spend = fetch!(
        &mut tx.conn(),
        optional as (Uuid, i64),
        "UPDATE gift_card_spends SET given_back = given_back WHERE order_id = $1 RETURNING card_id, amount - given_back",
        order.0
    )?;
    let (Some((unclaimed,)), Some((card, left))) = (unclaimed, spend) else { return Ok(()) };
    let left = left.min(unclaimed);
    if left <= 0 {
        return Ok(());
    }
    execute!(tx, "UPDATE gift_card_spends SET given_back = given_back + $2 WHERE order_id = $1", order.0, left)?;
    // So that no refund finds anything of it any more.
    execute!(tx, "UPDATE orders SET gift_refunded = gift_amount WHERE id = $1", order.0)?;
    let left = Money::new(left, currency);
    if credit(shop, tx, GiftCardId(card), left, Reason::Returned, &order.to_string()).await? {
        Ok(())
    } else {
        Err(AppError::internal("a gift card has got its money back twice"))
    }
}

/// Refunds a part of what a gift card paid of an order to that card; `refund` names the refund, and the same one twice
/// is one. False (and nothing has changed) when the card did not pay that much, or has got it back.
pub async fn refund(shop: &Shop, tx: &mut Tx, order: OrderId, amount: Money, refund: &str) -> Result<bool, AppError> {
    if amount.amount <= 0 {
        return Err(AppError::AmountTooLarge { limit: None });
    }
    let spend = fetch!(
        &mut tx.conn(),
        optional as (Uuid,),
        "UPDATE gift_card_spends SET given_back = given_back WHERE order_id = $1 RETURNING card_id",
        order.0
    )?;
    let Some((card,)) = spend else { return Ok(false) };
    let known = fetch!(
        &mut tx.conn(),
        optional as (Uuid,),
        "SELECT id FROM gift_card_ledger WHERE card_id = $1 AND reason = 'refunded' AND reference = $2",
        card,
        refund
    )?;
    if known.is_some() {
        return Ok(true);
    }
    let done = execute!(
        tx,
        "UPDATE gift_card_spends SET given_back = given_back + $2 WHERE order_id = $1 AND given_back + $2 <= amount",
        order.0,
        amount.amount
    )?;
    if done == 0 {
        return Ok(false);
    }
    credit(shop, tx, GiftCardId(card), amount, Reason::Refunded, refund).await
}

/// What of an order's gift money has not gone back yet, in minor units.
pub async fn find_refundable(conn: &mut Conn<'_>, order: OrderId) -> sqlx::Result<i64> {
    let row = fetch!(
        conn,
        optional as (i64,),
        "SELECT amount - given_back FROM gift_card_spends WHERE order_id = $1",
        order.0
    )?;
    Ok(row.map_or(0, |(left,)| left))
}
