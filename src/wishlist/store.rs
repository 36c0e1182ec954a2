//! Rows of wishlists.

use crate::{
    db::{Conn, Tx, execute, fetch},
    domain::ids::{ShopperId, VariantId, WishlistId},
};
use uuid::Uuid;

/// The list everybody has.
pub const DEFAULT_NAME: &str = "";

/// A thing on a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ItemRow {
    pub variant: VariantId,
    pub quantity: u32,
    /// The price when it was saved, in minor units.
    pub seen: i64,
}

#[derive(sqlx::FromRow)]
pub struct WishlistRow {
    pub id: Uuid,
    pub share_token: Option<String>,
}

pub async fn find_wishlist(conn: &mut Conn<'_>, shopper: ShopperId) -> sqlx::Result<Option<WishlistRow>> {
    fetch!(
        conn,
        optional as WishlistRow,
        "SELECT id, share_token FROM wishlists WHERE shopper_id = $1 AND name = $2",
        shopper.0,
        DEFAULT_NAME
    )
}

/// A list somebody shared. What cannot be a token, an empty one above all, is not even looked up.
pub async fn find_shared(conn: &mut Conn<'_>, token: &str) -> sqlx::Result<Option<WishlistId>> {
    if token.len() != 64 || !token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(None);
    }
    let row = fetch!(conn, optional as (Uuid,), "SELECT id FROM wishlists WHERE share_token = $1", token)?;
    Ok(row.map(|(id,)| WishlistId(id)))
}

/// The shopper's list, made if need be under `id`.
pub async fn ensure_wishlist(tx: &mut Tx, id: Uuid, shopper: ShopperId, now: i64) -> sqlx::Result<WishlistId> {
    let row = fetch!(
        &mut tx.conn(),
        one as (Uuid,),
        "INSERT INTO wishlists (id, shopper_id, name, created_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (shopper_id, name) DO UPDATE SET name = excluded.name RETURNING id",
        id,
        shopper.0,
        DEFAULT_NAME,
        now
    )?;
    Ok(WishlistId(row.0))
}

/// The things on a list, newest first.
pub async fn list_items(conn: &mut Conn<'_>, list: WishlistId, currency: &str) -> sqlx::Result<Vec<ItemRow>> {
    let rows = fetch!(
        conn,
        all as (Uuid, i64, i64),
        "SELECT variant_id, quantity, seen_amount FROM wishlist_items
        WHERE wishlist_id = $1 AND seen_currency = $2 ORDER BY added_at DESC, variant_id",
        list.0,
        currency
    )?;
    let item = |(variant, quantity, seen): (Uuid, i64, i64)| ItemRow {
        variant: VariantId(variant),
        quantity: u32::try_from(quantity).unwrap_or(1),
        seen,
    };
    Ok(rows.into_iter().map(item).collect())
}

/// The codes of everything a shopper has saved.
pub async fn list_saved_skus(conn: &mut Conn<'_>, shopper: ShopperId) -> sqlx::Result<Vec<String>> {
    let rows = fetch!(
        conn,
        all as (String,),
        "SELECT v.sku FROM wishlist_items i
        JOIN wishlists w ON w.id = i.wishlist_id
        JOIN variants v ON v.id = i.variant_id
        WHERE w.shopper_id = $1 ORDER BY i.added_at DESC, v.sku",
        shopper.0
    )?;
    Ok(rows.into_iter().map(|(sku,)| sku).collect())
}

pub async fn count_items(conn: &mut Conn<'_>, list: WishlistId) -> sqlx::Result<i64> {
    let row = fetch!(conn, one as (i64,), "SELECT COUNT(*) FROM wishlist_items WHERE wishlist_id = $1", list.0)?;
    Ok(row.0)
}

/// Saves a thing; one that is saved already stays as it is.
pub async fn insert_item(tx: &mut Tx, list: WishlistId, item: ItemRow, currency: &str, now: i64) -> sqlx::Result<u64> {
    execute!(
        tx,
        "INSERT INTO wishlist_items (wishlist_id, variant_id, quantity, seen_amount, seen_currency, added_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (wishlist_id, variant_id) DO NOTHING",
        list.0,
        item.variant.0,
        i64::from(item.quantity),
        item.seen,
        currency,
        now
    )
}

/// Takes a SKU off a list.
pub async fn delete_item(tx: &mut Tx, list: WishlistId, sku_key: &str) -> sqlx::Result<u64> {
    execute!(
        tx,
        "DELETE FROM wishlist_items WHERE wishlist_id = $1
        AND variant_id IN (SELECT id FROM variants WHERE sku_key = $2)",
        list.0,
        sku_key
    )
}

/// Shares a list under a token, or stops sharing it.
pub async fn update_share_token(tx: &mut Tx, list: WishlistId, token: Option<&str>) -> sqlx::Result<u64> {
    execute!(tx, "UPDATE wishlists SET share_token = $2 WHERE id = $1", list.0, token)
}
