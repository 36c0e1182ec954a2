//! The dry run: prices a basket as an order would be, and says of every promotion why it did or did not apply.

use super::{
    known::{self, Asked},
    store,
};
use crate::{
    account::service::{email, store as accounts},
    catalog::store as catalog,
    checkout::basket,
    db::Conn,
    domain::{
        country::Country,
        money::Money,
        place::Destination,
        pricing::{Basket, BasketLine, Gift, MAX_LINES, Quantity, Quote, price},
        promotion::{Benefit, Customer, Promotion},
        text,
    },
    error::AppError,
    server::state::Shop,
    shop::prices,
};
use serde::Deserialize;

/// A basket as people write it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cart {
    pub lines: Vec<CartLine>,
    /// Who it is for: an account with that address, or a guest.
    pub email: Option<String>,
    pub coupon: Option<String>,
    pub gift_card: Option<String>,
    pub country: Option<String>,
    #[serde(default)]
    pub postcode: String,
    pub shipping_method: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CartLine {
    pub sku: String,
    pub quantity: Quantity,
}

/// A promotion that does not apply to anybody.
#[derive(Clone, PartialEq, Debug)]
pub struct SwitchedOff {
    pub promotion: Promotion,
}

/// Prices a basket with every promotion of the shop in view, also those that need a coupon nobody entered.
pub async fn explain(shop: &Shop, cart: &Cart) -> Result<(Quote, Vec<SwitchedOff>), AppError> {
    if cart.lines.is_empty() || cart.lines.len() > MAX_LINES {
        return Err(AppError::InvalidLines { limit: MAX_LINES });
    }
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    let account = match &cart.email {
        Some(typed) => accounts::find_account_by_email(conn, &email::key(typed)).await?.map(|row| row.id()),
        None => None,
    };
    let asked = Asked {
        account,
        email: cart.email.as_deref(),
        coupon: cart.coupon.as_deref(),
        gift_card: cart.gift_card.as_deref(),
        gift_card_id: None,
    };
    let known = known::facts_for(shop, conn, asked).await?;
    let (on, off): (Vec<_>, Vec<_>) =
        store::list_promotions(conn).await?.into_iter().partition(|stored| stored.enabled);
    let mut book = prices::book(shop, conn).await?;
    book.promotions = on.into_iter().map(|stored| stored.promotion).collect();
    book.gifts = list_gifts(shop, conn, &book.promotions).await?;
    // Of every promotion in view, not only of those that a customer would meet.
    let limited: Vec<_> = book.promotions.iter().map(|promotion| promotion.id).collect();
    let uses = store::list_uses(conn, known.buyer.keys(), &limited).await?;
    let mut lines = Vec::with_capacity(cart.lines.len());
    for line in &cart.lines {
        let offer = catalog::find_offer(conn, shop.currency.code(), &text::key(&line.sku)).await?;
        let offer = offer.ok_or_else(|| AppError::UnknownSku { sku: text::truncate(&line.sku, 100).to_owned() })?;
        lines.push(BasketLine {
            sku: offer.sku.clone(),
            quantity: line.quantity,
            unit_price: Money::new(offer.amount, shop.currency),
            facts: basket::facts(shop, &offer),
        });
    }
    let basket = Basket {
        destination: destination(cart)?,
        shipping_method: cart.shipping_method.clone(),
        coupon: known.coupon(),
        gift_balance: known.gift_balance(),
        customer: Customer { uses, ..known.customer.clone() },
        ..Basket::of(lines, shop.clock.now())
    };
    let off = off.into_iter().map(|stored| SwitchedOff { promotion: stored.promotion }).collect();
    Ok((price(&basket, &book)?, off))
}

fn destination(cart: &Cart) -> Result<Option<Destination>, AppError> {
    let Some(country) = &cart.country else { return Ok(None) };
    let unknown = || AppError::InvalidParameter { name: "country".into() };
    let country = Country::parse(country.trim()).ok_or_else(unknown)?;
    Ok(Some(Destination { postcode: cart.postcode.clone(), ..Destination::country(country) }))
}

/// What promotions may give away, as it is sold now.
pub async fn list_gifts(shop: &Shop, conn: &mut Conn<'_>, promotions: &[Promotion]) -> Result<Vec<Gift>, AppError> {
    let mut gifts: Vec<Gift> = Vec::new();
    for promotion in promotions {
        let Benefit::Gift { sku, .. } = &promotion.benefit else { continue };
        let key = text::key(sku);
        if gifts.iter().any(|gift| text::key(&gift.sku) == key) {
            continue;
        }
        if let Some(offer) = catalog::find_offer(conn, shop.currency.code(), &key).await? {
            gifts.push(Gift {
                sku: offer.sku.clone(),
                title: offer.title.clone(),
                worth: Money::new(offer.amount, shop.currency),
                left: offer.stock().map(|left| u32::try_from(left).unwrap_or(u32::MAX)),
                facts: basket::facts(shop, &offer),
            });
        }
    }
    Ok(gifts)
}
