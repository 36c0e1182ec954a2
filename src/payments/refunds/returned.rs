//! Money that had gone back and has come to us again: a bank may refuse it days after the gateway had called it paid
//! back. The books stay as they are, for nobody knows yet where the money shall go: staff read of it beside the order,
//! and pay it back another way.

use super::{at_gateway, store, tell};
use crate::{
    domain::{ids::RefundId, payment::RefundStatus},
    error::AppError,
    orders::store as orders,
    payments::gateway::RefundOutcome,
    server::state::Shop,
};

/// Asks the gateway about a refund that was done. One that has failed since is told of once.
pub async fn look_again(shop: &Shop, id: RefundId) -> Result<(), AppError> {
    let row = store::find_refund(&mut shop.db.read().await?.conn(), id).await?.ok_or(AppError::NotFound)?;
    let Some(payment) = row.payment.filter(|_| row.status == RefundStatus::Done) else { return Ok(()) };
    let (gateway, request) = at_gateway(shop, &row, payment).await?;
    let Some(RefundOutcome::Refused(reason)) = gateway.find_refund(shop, &request).await? else { return Ok(()) };
    let now = shop.clock.now().0;
    let mut tx = shop.db.begin().await?;
    store::take_order(&mut tx, row.order, now).await?;
    if !store::note_return(&mut tx, id, &reason, now).await? {
        return Ok(());
    }
    tracing::error!(refund = %id, amount = %row.paid_back(), reason, "money that had gone back has come to us again");
    if let Some(order) = orders::find_order(&mut tx.conn(), row.order).await? {
        tell(shop, &mut tx, &order, &row, "refund_returned", now).await?;
    }
    Ok(tx.commit().await?)
}
