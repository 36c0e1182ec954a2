//! What an order takes of limited things, and gives back: uses of promotions and coupons, money of a gift card.
//!
//! Claims are made in the order's own transaction, before it is charged, by guarded statements whose affected rows decide;
//! whatever was quoted before, only they count. Rows are touched in the order promotions (by id; in all, then by
//! customer), coupon, gift card, by everybody alike, so that two orders never wait for each other in a circle.
//! What is given back is given back once: the redemption's own row says whether it has been.

use super::{
    coupons, gift_cards,
    known::Known,
    store::{self, EVERYBODY, NewRedemption},
};
use crate::{
    db::Tx,
    domain::{
        ids::{CouponId, PromotionId},
        money::Money,
        pricing::{Discount, Quote},
        promotion::WhyNot,
    },
    error::AppError,
    orders::store::OrderRow,
    server::state::Shop,
};

/// What a promotion gives to an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gain {
    pub promotion: PromotionId,
    pub amount: Money,
}

/// What could not be claimed, because somebody else had it in the meantime.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Missed {
    /// A promotion that applies by itself is used up or over.
    Promotion,
    /// The coupon that was entered, or the promotion it opens.
    Coupon(WhyNot),
    /// There is too little left on the gift card.
    GiftCard,
}

/// Claims what an order was quoted, before it is charged. After an error the transaction must not be committed.
///
/// # Errors
/// `CouponUnusable`: the coupon was used up in the meantime. `PriceChanged`, with the quote that was brought: something
/// else was; whoever quotes again finds what the order costs now.
pub async fn claim(shop: &Shop, tx: &mut Tx, order: &OrderRow, quote: &Quote, known: &Known) -> Result<(), AppError> {
    let gain = |discount: &Discount| Gain { promotion: discount.promotion, amount: discount.amount };
    let gains: Vec<Gain> = quote.discounts.iter().map(gain).collect();
    match claim_all(shop, tx, order, &gains, known).await? {
        Ok(()) => Ok(()),
        Err(Missed::Coupon(why)) => {
            let code = known.coupon().map_or_else(String::new, |coupon| coupon.code);
            Err(AppError::CouponUnusable { code, why })
        }
        Err(Missed::Promotion | Missed::GiftCard) => Err(AppError::PriceChanged { quote: Box::new(quote.clone()) }),
    }
}

/// Claims uses, and the order's `gift_amount` off the card.
pub async fn claim_all(
    shop: &Shop,
    tx: &mut Tx,
    order: &OrderRow,
    gains: &[Gain],
    known: &Known,
) -> Result<Result<(), Missed>, AppError> {
    let now = shop.clock.now().0;
    let coupon = known.coupon_row();
    let mut gains = merged(gains)?;
    gains.sort_by_key(|gain| gain.promotion);
    let promotions: Vec<PromotionId> = gains.iter().map(|gain| gain.promotion).collect();
    let limits = store::list_limits(tx, &promotions, now).await?;
    for gain in &gains {
        let is_opened = coupon.is_some_and(|coupon| coupon.promotion() == gain.promotion);
        let limits = limits.iter().find(|limits| limits.promotion() == gain.promotion);
        if let Err(why) = claim_promotion(tx, limits, known.buyer.keys()).await? {
            return Ok(Err(if is_opened { Missed::Coupon(why) } else { Missed::Promotion }));
        }
    }
    let mut redeemed: Option<(CouponId, PromotionId)> = None;
    if let Some(coupon) = coupon.filter(|coupon| gains.iter().any(|gain| gain.promotion == coupon.promotion())) {
        if coupon.is_of_another(known.buyer.account) {
            return Ok(Err(Missed::Coupon(WhyNot::UnknownCode)));
        }
        if let Err(why) = claim_coupon(tx, coupon, known.buyer.keys(), now).await? {
            return Ok(Err(Missed::Coupon(why)));
        }
        redeemed = Some((coupon.id(), coupon.promotion()));
    }
    if order.gift_amount != 0 {
        let card = known.card().ok_or_else(|| AppError::internal("an order is to be paid by no gift card"))?;
        let amount = order.money(order.gift_amount);
        if !gift_cards::spend(shop, tx, card.id, order.id(), amount).await? {
            return Ok(Err(Missed::GiftCard));
        }
    }
    let redemption = |gain: &Gain| NewRedemption {
        id: shop.ids.next(),
        order: order.id(),
        promotion: gain.promotion,
        coupon: redeemed.filter(|(_, promotion)| *promotion == gain.promotion).map(|(id, _)| id),
        amount: gain.amount,
    };
    let redemptions: Vec<_> = gains.iter().map(redemption).collect();
    store::insert_redemptions(tx, &redemptions, known.buyer.keys(), now).await?;
    Ok(Ok(()))
}

/// One gain for each promotion.
fn merged(gains: &[Gain]) -> Result<Vec<Gain>, AppError> {
    let mut merged: Vec<Gain> = Vec::with_capacity(gains.len());
    for gain in gains {
        match merged.iter_mut().find(|known| known.promotion == gain.promotion) {
            Some(known) => known.amount = known.amount.plus(gain.amount).map_err(AppError::internal)?,
            None => merged.push(*gain),
        }
    }
    Ok(merged)
}

type Claimed = sqlx::Result<Result<(), WhyNot>>;

/// Claims a use of a promotion, in all and for the customer; one whose row is not there does not apply now.
/// Only where there is a limit is anything counted: the buyers of a sale that has none would wait for each other at its
/// counter.
async fn claim_promotion(tx: &mut Tx, limits: Option<&store::Limits>, keys: &[String]) -> Claimed {
    let Some(limits) = limits else { return Ok(Err(WhyNot::Ended)) };
    let promotion = limits.promotion();
    if let Some(max) = limits.max_uses
        && !store::claim_use(tx, promotion, EVERYBODY, max).await?
    {
        return Ok(Err(WhyNot::UsedUp));
    }
    if let Some(max) = limits.max_uses_each {
        for key in keys {
            if !store::claim_use(tx, promotion, key, max).await? {
                return Ok(Err(WhyNot::UsedByYou));
            }
        }
    }
    Ok(Ok(()))
}

async fn claim_coupon(tx: &mut Tx, coupon: &coupons::CouponRow, keys: &[String], now: i64) -> Claimed {
    if !coupons::claim_use(tx, coupon.id(), now).await? {
        return Ok(Err(WhyNot::UsedUp));
    }
    for key in keys {
        if !coupons::claim_use_of(tx, coupon.id(), key, coupon.max_uses_each).await? {
            return Ok(Err(WhyNot::UsedByYou));
        }
    }
    Ok(Ok(()))
}

/// Gives back whatever an order has claimed, once: a second time there is nothing left to give back.
pub async fn release(shop: &Shop, tx: &mut Tx, order: &OrderRow) -> Result<(), AppError> {
    let released = store::release_redemptions(tx, order.id(), shop.clock.now().0).await?;
    for redemption in &released {
        store::release_use(tx, redemption.promotion, &redemption.keys).await?;
    }
    for redemption in &released {
        if let Some(coupon) = redemption.coupon {
            coupons::release_use(tx, coupon, &redemption.keys).await?;
        }
    }
    let currency = order.money(0).currency;
    gift_cards::release(shop, tx, order.id(), currency).await
}
