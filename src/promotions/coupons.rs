//! Coupons: codes that let their holder have a promotion. Made singly or by the thousand, looked up by what was typed.

use super::codes::{self, CodeKey};
use crate::{
    db::{Conn, Tx, execute, fetch, fetch_in, insert_many},
    domain::{
        ids::{AccountId, CouponId, PromotionId},
        timestamp::Timestamp,
    },
    error::AppError,
    server::state::Shop,
};
use uuid::Uuid;

/// Groups of four letters after the prefix: 60 bits of chance.
const GROUPS: usize = 3;
/// The most that are made at once.
pub const MAX_BATCH: u32 = 1_000_000;
/// How many are made and written at a time.
const ROUND: u32 = 5_000;

/// A row of `coupons`.
#[derive(Clone, PartialEq, Eq, Debug, sqlx::FromRow)]
pub struct CouponRow {
    pub id: Uuid,
    pub promotion_id: Uuid,
    pub code: String,
    pub uses: i64,
    pub max_uses: Option<i64>,
    pub max_uses_each: Option<i64>,
    pub owner_account: Option<Uuid>,
    pub starts_at: Option<i64>,
    pub ends_at: Option<i64>,
}

impl CouponRow {
    #[must_use]
    pub fn id(&self) -> CouponId {
        CouponId(self.id)
    }

    #[must_use]
    pub fn promotion(&self) -> PromotionId {
        PromotionId(self.promotion_id)
    }

    /// Whether it is somebody else's.
    #[must_use]
    pub fn is_of_another(&self, account: Option<AccountId>) -> bool {
        // An owner that is not there is no owner like nobody: both sides have to be there.
        self.owner_account.is_some_and(|owner| account.is_none_or(|account| account.0 != owner))
    }
}

macro_rules! coupon_columns {
    () => {
        "SELECT id, promotion_id, code, uses, max_uses, max_uses_each, owner_account, starts_at, ends_at FROM coupons "
    };
}

/// The coupon of what was typed.
pub async fn find_coupon(conn: &mut Conn<'_>, typed: &str) -> sqlx::Result<Option<CouponRow>> {
    let Some(key) = CodeKey::parse(typed) else { return Ok(None) };
    fetch!(conn, optional as CouponRow, concat!(coupon_columns!(), "WHERE code_key = $1"), key.as_str())
}

/// What coupons are made with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewCoupons {
    pub promotion: PromotionId,
    pub max_uses: Option<i64>,
    pub max_uses_each: Option<i64>,
    pub owner: Option<AccountId>,
    pub starts_at: Option<Timestamp>,
    pub ends_at: Option<Timestamp>,
}

impl NewCoupons {
    /// Of a promotion, without limits of their own.
    #[must_use]
    pub fn of(promotion: PromotionId) -> Self {
        Self { promotion, max_uses: None, max_uses_each: None, owner: None, starts_at: None, ends_at: None }
    }
}

/// Makes one coupon with a code that somebody chose. False when there is one like it already.
///
/// # Errors
/// `InvalidParameter` where the code has no letter or digit, or too many.
pub async fn insert_coupon(shop: &Shop, tx: &mut Tx, code: &str, new: &NewCoupons) -> Result<bool, AppError> {
    let key = CodeKey::parse(code).ok_or_else(|| AppError::InvalidParameter { name: "code".into() })?;
    let row = (shop.ids.next(), code.trim().to_owned(), key);
    Ok(insert_rows(tx, &[row], "", new, shop.clock.now().0).await? == 1)
}

/// Makes so many coupons with codes by chance, and gives the codes.
pub async fn insert_batch(
    shop: &Shop,
    tx: &mut Tx,
    prefix: &str,
    count: u32,
    new: &NewCoupons,
) -> Result<Vec<String>, AppError> {
    let unfit = || AppError::InvalidParameter { name: "prefix".into() };
    let prefix = prefix.trim();
    if !prefix.is_empty() && (prefix.chars().count() > 32 || CodeKey::parse(prefix).is_none()) {
        return Err(unfit());
    }
    let batch = shop.ids.next().to_string();
    let mut made = Vec::with_capacity(count as usize);
    while made.len() < count as usize {
        let missing = ROUND.min(count - u32::try_from(made.len()).unwrap_or(count));
        let row = |_| {
            let code = codes::make(&shop.random, prefix, GROUPS);
            let key = CodeKey::parse(&code)?;
            Some((shop.ids.next(), code, key))
        };
        let rows = (0..missing).map(row).collect::<Option<Vec<_>>>().ok_or_else(unfit)?;
        if insert_rows(tx, &rows, &batch, new, shop.clock.now().0).await? == u64::from(missing) {
            made.extend(rows.into_iter().map(|(_, code, _)| code));
        } else {
            // By chance there were some already. Those of ours that got in are found by their ids.
            let ids: Vec<Uuid> = rows.iter().map(|(id, ..)| *id).collect();
            let found: Vec<(String,)> =
                fetch_in!(&mut tx.conn(), (String,), "SELECT code FROM coupons WHERE id IN", ids, "")?;
            made.extend(found.into_iter().map(|(code,)| code));
        }
    }
    Ok(made)
}

/// Inserts coupons, but for those whose code is taken; gives how many got in.
pub(super) async fn insert_rows(
    tx: &mut Tx,
    rows: &[(Uuid, String, CodeKey)],
    batch: &str,
    new: &NewCoupons,
    now: i64,
) -> sqlx::Result<u64> {
    insert_many!(
        tx,
        "INSERT INTO coupons (id, promotion_id, code, code_key, uses, max_uses, max_uses_each, owner_account, batch,
            starts_at, ends_at, created_at)",
        12,
        rows,
        |row| [
            row.0,
            new.promotion.0,
            row.1.clone(),
            row.2.as_str().to_owned(),
            0_i64,
            new.max_uses,
            new.max_uses_each,
            new.owner.map(|owner| owner.0),
            batch.to_owned(),
            new.starts_at.map(|at| at.0),
            new.ends_at.map(|at| at.0),
            now,
        ],
        "ON CONFLICT (code_key) DO NOTHING"
    )
}

/// How often the customer of these keys has it in use.
pub(super) async fn count_uses_of(conn: &mut Conn<'_>, coupon: CouponId, keys: &[String]) -> sqlx::Result<i64> {
    let rows = fetch_in!(
        conn,
        (i64,),
        ["SELECT uses FROM coupon_uses WHERE coupon_id = " => coupon.0; " AND customer_key IN"],
        keys,
        ""
    )?;
    Ok(rows.into_iter().map(|(uses,)| uses).max().unwrap_or(0))
}

/// Claims a use; false when there is none left, or its time is not now.
pub(super) async fn claim_use(tx: &mut Tx, coupon: CouponId, now: i64) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "UPDATE coupons SET uses = uses + 1 WHERE id = $1 AND (max_uses IS NULL OR uses < max_uses)
        AND (starts_at IS NULL OR starts_at <= $2) AND (ends_at IS NULL OR ends_at > $2)",
        coupon.0,
        now
    )?;
    Ok(done == 1)
}

/// Claims a use of one customer; false when they have none left.
pub(super) async fn claim_use_of(tx: &mut Tx, coupon: CouponId, key: &str, max: Option<i64>) -> sqlx::Result<bool> {
    let done = execute!(
        tx,
        "INSERT INTO coupon_uses (coupon_id, customer_key, uses) SELECT $1, $2, 1 WHERE $3 > 0
        ON CONFLICT (coupon_id, customer_key) DO UPDATE SET uses = coupon_uses.uses + 1
        WHERE coupon_uses.uses < $3",
        coupon.0,
        key,
        max.unwrap_or(i64::MAX)
    )?;
    Ok(done == 1)
}

/// Gives a use back, in all and of those customers.
pub(super) async fn release_use(tx: &mut Tx, coupon: CouponId, keys: &[String]) -> sqlx::Result<()> {
    execute!(tx, "UPDATE coupons SET uses = uses - 1 WHERE id = $1 AND uses > 0", coupon.0)?;
    for key in keys {
        execute!(
            tx,
            "UPDATE coupon_uses SET uses = uses - 1 WHERE coupon_id = $1 AND customer_key = $2 AND uses > 0",
            coupon.0,
            key.as_str()
        )?;
    }
    Ok(())
}
