//! Rows of promotions, of how often each is in use, and of what they gave to orders.

use crate::{
    db::{Conn, Tx, execute, fetch, fetch_in, insert_many},
    domain::{
        ids::{CouponId, OrderId, PromotionId},
        money::Money,
        promotion::{Promotion, Uses},
    },
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The customer under which uses in all are counted.
pub const EVERYBODY: &str = "";

/// A row of `promotions`.
#[derive(Clone, PartialEq, Debug)]
pub struct Stored {
    pub promotion: Promotion,
    pub position: i64,
    pub enabled: bool,
}

/// Adds a promotion.
pub async fn insert_promotion(tx: &mut Tx, stored: &Stored, now: i64) -> sqlx::Result<()> {
    let promotion = &stored.promotion;
    let conditions = &promotion.conditions;
    execute!(
        tx,
        "INSERT INTO promotions (id, name, definition, lane, position, automatic, enabled, starts_at, ends_at, max_uses,
            max_uses_each, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        promotion.id.0,
        promotion.label.as_str(),
        serde_json::to_string(promotion).unwrap_or_default(),
        promotion.lane,
        stored.position,
        !promotion.needs_coupon,
        stored.enabled,
        conditions.starts_at.map(|at| at.0),
        conditions.ends_at.map(|at| at.0),
        conditions.total_uses.map(limit),
        conditions.uses_per_customer.map(limit),
        now
    )?;
    Ok(())
}

/// A limit as the database counts.
fn limit(uses: u64) -> i64 {
    i64::try_from(uses).unwrap_or(i64::MAX)
}

/// Has a promotion apply or not; false when there is none.
pub async fn set_enabled(tx: &mut Tx, promotion: PromotionId, enabled: bool) -> sqlx::Result<bool> {
    Ok(execute!(tx, "UPDATE promotions SET enabled = $2 WHERE id = $1", promotion.0, enabled)? == 1)
}

type Row = (String, i64, bool);

/// A definition that this version cannot read applies to nobody; that is told.
fn stored((definition, position, enabled): Row) -> Option<Stored> {
    match serde_json::from_str(&definition) {
        Ok(promotion) => Some(Stored { promotion, position, enabled }),
        Err(cause) => {
            tracing::error!(%cause, "a stored promotion cannot be read");
            None
        }
    }
}

/// Every promotion in the order of its lane.
pub async fn list_promotions(conn: &mut Conn<'_>) -> sqlx::Result<Vec<Stored>> {
    let rows = fetch!(
        conn,
        all as Row,
        "SELECT definition, position, enabled FROM promotions ORDER BY lane, position, created_at, id"
    )?;
    Ok(rows.into_iter().filter_map(stored).collect())
}

/// Those that apply by themselves and are not over.
pub async fn list_automatic(conn: &mut Conn<'_>, now: i64) -> sqlx::Result<Vec<Promotion>> {
    let rows = fetch!(
        conn,
        all as Row,
        "SELECT definition, position, enabled FROM promotions
        WHERE automatic = $1 AND enabled = $1 AND (ends_at IS NULL OR ends_at > $2)
        ORDER BY lane, position, created_at, id",
        true,
        now
    )?;
    Ok(rows.into_iter().filter_map(stored).map(|stored| stored.promotion).collect())
}

pub async fn find_promotion(conn: &mut Conn<'_>, promotion: PromotionId) -> sqlx::Result<Option<Stored>> {
    let row = fetch!(
        conn,
        optional as Row,
        "SELECT definition, position, enabled FROM promotions WHERE id = $1",
        promotion.0
    )?;
    Ok(row.and_then(stored))
}

/// Where a new promotion of a lane is listed: last.
pub async fn next_position(conn: &mut Conn<'_>, lane: i64) -> sqlx::Result<i64> {
    let row = fetch!(
        conn,
        one as (i64,),
        "SELECT CAST(COALESCE(MAX(position), 0) AS BIGINT) + 1 FROM promotions WHERE lane = $1",
        lane
    )?;
    Ok(row.0)
}

/// How often every promotion is in use, limited or not; one that is missing is not.
pub async fn count_redeemed(conn: &mut Conn<'_>) -> sqlx::Result<Vec<(PromotionId, i64)>> {
    let rows = fetch!(
        conn,
        all as (Uuid, i64),
        "SELECT promotion_id, COUNT(*) FROM redemptions WHERE released_at IS NULL GROUP BY promotion_id"
    )?;
    Ok(rows.into_iter().map(|(promotion, uses)| (PromotionId(promotion), uses)).collect())
}

/// How often promotions are in use, as far as they are limited: in all, and at the most by one of the keys.
pub async fn list_uses(
    conn: &mut Conn<'_>,
    keys: &[String],
    promotions: &[PromotionId],
) -> sqlx::Result<Vec<(PromotionId, Uses)>> {
    let wanted: Vec<Uuid> = promotions.iter().map(|promotion| promotion.0).collect();
    let mut all: BTreeMap<PromotionId, Uses> = BTreeMap::new();
    for key in [EVERYBODY].into_iter().chain(keys.iter().map(String::as_str)) {
        let rows = fetch_in!(
            conn,
            (Uuid, i64),
            ["SELECT promotion_id, uses FROM promotion_uses WHERE customer_key = " => key.to_owned();
                " AND promotion_id IN"],
            wanted,
            ""
        )?;
        for (promotion, uses) in rows {
            let counted = all.entry(PromotionId(promotion)).or_default();
            let uses = u64::try_from(uses).unwrap_or(0);
            if key == EVERYBODY {
                counted.total = uses;
            } else {
                counted.by_customer = counted.by_customer.max(uses);
            }
        }
    }
    Ok(all.into_iter().collect())
}

/// What a claim has to know of a promotion: whether it applies now, and its limits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, sqlx::FromRow)]
pub(super) struct Limits {
    id: Uuid,
    pub max_uses: Option<i64>,
    pub max_uses_each: Option<i64>,
}

impl Limits {
    pub fn promotion(&self) -> PromotionId {
        PromotionId(self.id)
    }
}

/// The limits of those promotions that apply now.
pub(super) async fn list_limits(tx: &mut Tx, promotions: &[PromotionId], now: i64) -> sqlx::Result<Vec<Limits>> {
    let ids: Vec<Uuid> = promotions.iter().map(|promotion| promotion.0).collect();
    fetch_in!(
        &mut tx.conn(),
        Limits,
        ["SELECT id, max_uses, max_uses_each FROM promotions WHERE enabled = " => true,
            " AND (starts_at IS NULL OR starts_at <= " => now,
            ") AND (ends_at IS NULL OR ends_at > " => now;
            ") AND id IN"],
        ids,
        ""
    )
}

/// Claims a use under a key; false when there is none left.
pub(super) async fn claim_use(tx: &mut Tx, promotion: PromotionId, key: &str, max: i64) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "INSERT INTO promotion_uses (promotion_id, customer_key, uses) SELECT $1, $2, 1 WHERE $3 > 0
        ON CONFLICT (promotion_id, customer_key) DO UPDATE SET uses = promotion_uses.uses + 1
        WHERE promotion_uses.uses < $3",
        promotion.0,
        key,
        max
    )?;
    Ok(done == 1)
}

/// Gives a use back, in all and of those customers, as far as it was counted.
pub(super) async fn release_use(tx: &mut Tx, promotion: PromotionId, keys: &[String]) -> sqlx::Result<()> {
    for key in [EVERYBODY].into_iter().chain(keys.iter().map(String::as_str)) {
        execute!(
            tx,
            "UPDATE promotion_uses SET uses = uses - 1 WHERE promotion_id = $1 AND customer_key = $2 AND uses > 0",
            promotion.0,
            key
        )?;
    }
    Ok(())
}

/// What a promotion gave to an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct NewRedemption {
    pub id: Uuid,
    pub order: OrderId,
    pub promotion: PromotionId,
    pub coupon: Option<CouponId>,
    pub amount: Money,
}

pub(super) async fn insert_redemptions(
    tx: &mut Tx,
    new: &[NewRedemption],
    keys: &[String],
    now: i64,
) -> sqlx::Result<()> {
    insert_many!(
        tx,
        "INSERT INTO redemptions (id, order_id, promotion_id, coupon_id, amount, currency, claimed_at)",
        7,
        new,
        |row| [
            row.id,
            row.order.0,
            row.promotion.0,
            row.coupon.map(|coupon| coupon.0),
            row.amount.amount,
            row.amount.currency.code(),
            now,
        ],
        ""
    )?;
    let of_customers: Vec<(Uuid, String)> =
        new.iter().flat_map(|row| keys.iter().map(|key| (row.id, key.clone()))).collect();
    insert_many!(
        tx,
        "INSERT INTO redemption_customers (redemption_id, customer_key)",
        2,
        of_customers,
        |row| [row.0, row.1.clone()],
        ""
    )?;
    Ok(())
}

/// A redemption that has just been given back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Released {
    pub promotion: PromotionId,
    pub coupon: Option<CouponId>,
    /// Under which keys it was counted, sorted.
    pub keys: Vec<String>,
}

/// Marks the redemptions of an order as given back, and gives those that were not yet, by promotion.
pub(super) async fn release_redemptions(tx: &mut Tx, order: OrderId, now: i64) -> sqlx::Result<Vec<Released>> {
    let mut rows = fetch!(
        &mut tx.conn(),
        all as (Uuid, Uuid, Option<Uuid>),
        "UPDATE redemptions SET released_at = $2 WHERE order_id = $1 AND released_at IS NULL
        RETURNING id, promotion_id, coupon_id",
        order.0,
        now
    )?;
    rows.sort_by_key(|(_, promotion, _)| *promotion);
    let mut released = Vec::with_capacity(rows.len());
    for (id, promotion, coupon) in rows {
        let keys = fetch!(
            &mut tx.conn(),
            all as (String,),
            "SELECT customer_key FROM redemption_customers WHERE redemption_id = $1",
            id
        )?;
        let mut keys: Vec<String> = keys.into_iter().map(|(key,)| key).collect();
        keys.sort();
        released.push(Released { promotion: PromotionId(promotion), coupon: coupon.map(CouponId), keys });
    }
    Ok(released)
}
