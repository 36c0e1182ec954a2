//! The dry run: prices a basket as an order would be, and says of every promotion why it did or did not apply.

use super::{
    known::{self, Asked},
    store,
};
use crate::{
    account::service::{email, store as accounts},
    catalog::store as catalog,
    checkout::basket::{self, Sold},
    domain::{
        country::Country,
        place::Destination,
        pricing::{Basket, MAX_LINES, Quantity, Quote, price},
        promotion::{Customer, Promotion},
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
    // Of every promotion in view, not only of those that a customer would meet.
    let limited: Vec<_> = book.promotions.iter().map(|promotion| promotion.id).collect();
    let uses = store::list_uses(conn, known.buyer.keys(), &limited).await?;
    let mut sold: Vec<Sold> = Vec::with_capacity(cart.lines.len());
    for line in &cart.lines {
        let offer = catalog::find_offer(conn, shop.currency.code(), &text::key(&line.sku)).await?;
        let offer = offer.ok_or_else(|| AppError::UnknownSku { sku: text::truncate(&line.sku, 100).to_owned() })?;
        sold.push((offer, line.quantity));
    }
    basket::add_gifts(shop, conn, &mut book, &sold).await?;
    let basket = Basket {
        destination: destination(cart)?,
        shipping_method: cart.shipping_method.clone(),
        coupon: known.coupon(),
        gift_balance: known.gift_balance(),
        customer: Customer { uses, ..known.customer.clone() },
        ..Basket::of(basket::lines(shop, &sold), shop.clock.now())
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
