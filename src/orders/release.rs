//! What an order gives back when it ends without being delivered: one place, whether it was declined, expired or
//! cancelled, so that nothing it had claimed is forgotten.

use super::store::{self as orders, OrderRow};
use crate::{
    catalog::store::{self as catalog, ChangeKind, Movement, Reason},
    db::Tx,
    error::AppError,
    promotions::claims,
    server::state::Shop,
};
use uuid::Uuid;

/// Gives back what an order holds. Called once in its life, by whoever's guarded statement ended it.
pub async fn release(shop: &Shop, tx: &mut Tx, order: &OrderRow, reason: Reason) -> Result<(), AppError> {
    return_stock(shop, tx, order, reason).await?;
    claims::release(shop, tx, order).await
}

/// Puts the units of an order back on the shelf.
async fn return_stock(shop: &Shop, tx: &mut Tx, order: &OrderRow, reason: Reason) -> Result<(), AppError> {
    let taken = orders::list_taken_stock(&mut tx.conn(), order.id()).await?;
    return_units(shop, tx, order, taken, reason).await
}

/// Puts `(variant, product, units)` back, in that order: everybody takes stock in it, so that no two wait for each other.
pub(super) async fn return_units(
    shop: &Shop,
    tx: &mut Tx,
    order: &OrderRow,
    taken: Vec<(Uuid, Uuid, i64)>,
    reason: Reason,
) -> Result<(), AppError> {
    let at = shop.clock.now().0;
    let mut back = Vec::new();
    for (variant_id, product_id, delta) in taken {
        let movement = Movement { id: shop.ids.next(), variant_id, delta, reason, reference: &order.number, at };
        let level = catalog::return_stock(tx, movement).await?;
        if level.is_some_and(|level| level == delta) {
            back.push((shop.ids.next(), product_id));
        }
    }
    catalog::insert_changes(tx, &back, ChangeKind::Stock, at).await?;
    Ok(())
}
