//! Changing and reading carts. Prices and stock are the shop's, never the browser's.

use super::{
    api::{Changed, Summary},
    codes,
    store::{self, LineRow},
};
use crate::{
    account::service::store as accounts,
    catalog::{
        service::{check_orderable, find_offer},
        store::{self as catalog, Offer},
    },
    checkout::{
        basket::{self, Asked, Priceable, Sold},
        drafts,
        form::CheckoutForm,
    },
    db::{Conn, Tx},
    domain::{
        cart::{self, Cart, CartGift, CartLine, LineNotice},
        catalog::Availability,
        ids::{ShopperId, VariantId},
        money::Money,
        place::Destination,
        pricing::{MAX_LINES, Quantity},
        text,
    },
    error::AppError,
    payments::offer::offer,
    server::{
        events::{Event, Kind, insert_events},
        state::Shop,
        visitor::{Verified, Visitor},
    },
};
use std::collections::HashMap;

/// The visitor's cart.
pub async fn view(shop: &Shop, visitor: &Visitor) -> Result<Cart, AppError> {
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    match visitor.find_shopper(conn).await? {
        Some(shopper) => cart_of(shop, conn, shopper).await,
        None => Ok(Cart::default()),
    }
}

/// A shopper's cart, priced as far as is known where it goes, with what changed since each line was last seen.
pub async fn cart_of(shop: &Shop, conn: &mut Conn<'_>, shopper: ShopperId) -> Result<Cart, AppError> {
    let form = drafts::find_draft(conn, shopper).await?.map(|draft| draft.form).unwrap_or_default();
    Ok(priced(shop, conn, shopper, &form).await?.map_or_else(Cart::default, |(cart, _)| cart))
}

/// A shopper's cart as it costs for what was typed into the checkout, with what it was priced by; nothing when it is
/// empty. A way of delivery that is not offered (any more) becomes the first one.
pub async fn priced(
    shop: &Shop,
    conn: &mut Conn<'_>,
    shopper: ShopperId,
    form: &CheckoutForm,
) -> Result<Option<(Cart, Priceable)>, AppError> {
    let rows = store::list_lines(conn, shopper, shop.currency.code()).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let offers = catalog::list_cart_offers(conn, shop.currency.code(), shopper).await?;
    let mut offers: HashMap<_, _> = offers.into_iter().map(|offer| (offer.variant_id, offer)).collect();
    let (mut lines, mut sold): (Vec<CartLine>, Vec<Sold>) = (vec![], vec![]);
    for row in &rows {
        let Some(offer) = offers.remove(&row.variant.0) else { continue };
        let Ok(quantity) = Quantity::try_from(i64::from(row.quantity)) else { continue };
        let Some(line) = cart_line(shop, row, &offer) else { continue };
        lines.push(line);
        sold.push((offer, quantity));
    }
    if lines.is_empty() {
        return Ok(None);
    }
    let asked = asked(shop, conn, shopper, form).await?;
    let mut priceable = basket::basket(shop, conn, &sold, asked).await?;
    let mut quote = priceable.quote_or_first()?;
    priceable.keep_quiet(&mut quote);
    let gifts = priceable.given(&quote).into_iter().zip(quote.lines.iter().filter(|line| line.gift_of.is_some()));
    let gifts = gifts.map(|((offer, quantity), line)| CartGift {
        picture: Some(offer.picture()),
        sku: offer.sku,
        title: offer.title,
        quantity: quantity.get(),
        from: line.gift_of.map_or("", |promotion| quote.label(promotion)).to_owned(),
    });
    let gifts = gifts.collect();
    let gift_card = priceable.known.card().map(|card| card.last_four.clone());
    Ok(Some((Cart { lines, quote: Some(quote), gifts, gift_card }, priceable)))
}

/// What is known of a shopper's order to be.
async fn asked(shop: &Shop, conn: &mut Conn<'_>, shopper: ShopperId, form: &CheckoutForm) -> Result<Asked, AppError> {
    let chosen = offer(shop).chosen(&form.payment_method);
    let codes = codes::find_codes(conn, shopper).await?;
    Ok(Asked {
        destination: Destination::parse(&form.country, &form.postcode),
        shipping_method: Some(form.shipping_method.clone()),
        payment_method: chosen.map(|choice| choice.method().name().to_owned()),
        account: accounts::find_account_of_shopper(conn, shopper).await?,
        email: Some(form.email.clone()),
        coupon: codes.coupon,
        gift_code: None,
        gift_card: codes.gift_card,
    })
}

fn cart_line(shop: &Shop, row: &LineRow, offer: &Offer) -> Option<CartLine> {
    let unit_price = Money::new(offer.amount, shop.currency);
    let seen = Money::new(row.seen, shop.currency);
    let stock = offer.stock();
    let notices =
        if offer.published { cart::notices(row.quantity, seen, unit_price, stock) } else { vec![LineNotice::Gone] };
    Some(CartLine {
        sku: offer.sku.clone(),
        handle: offer.handle.clone(),
        title: offer.title.clone(),
        options: offer.options(),
        picture: Some(offer.picture()),
        quantity: row.quantity,
        unit_price,
        was: offer.was().map(|was| Money::new(was, shop.currency)),
        total: unit_price.times(row.quantity).ok()?,
        availability: Availability::of(offer.on_hand, stock.is_none()),
        notices,
    })
}

/// What every page shows of the visitor's cart and wishlist.
pub async fn summary(shop: &Shop, visitor: &Visitor) -> Result<Summary, AppError> {
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    let Some(shopper) = visitor.find_shopper(conn).await? else { return Ok(Summary::default()) };
    let lines = store::list_skus(conn, shopper).await?;
    let saved = crate::wishlist::store::list_saved_skus(conn, shopper).await?;
    Ok(Summary { lines, saved })
}

fn quantity(count: i64, sku: &str) -> Result<Quantity, AppError> {
    count.try_into().map_err(|_| AppError::InvalidQuantity { sku: text::truncate(sku, 100).to_owned() })
}

/// Puts more of a SKU into the cart, as much as there is.
pub async fn add(shop: &Shop, visitor: &Verified, sku: &str, more: i64) -> Result<Changed, AppError> {
    let more = quantity(more, sku)?;
    let mut tx = shop.db.begin().await?;
    let offer = find_offer(shop, &mut tx, sku).await?;
    let shopper = visitor.ensure_shopper(&mut tx, shop).await?;
    let clamped = put(shop, &mut tx, shopper, &offer, more).await?;
    finish(shop, tx, shopper, clamped).await
}

/// Commits and shows the cart as it is then.
async fn finish(shop: &Shop, mut tx: Tx, shopper: ShopperId, clamped: bool) -> Result<Changed, AppError> {
    drafts::forget_outcome(&mut tx, shopper).await?;
    tx.commit().await?;
    let cart = cart_of(shop, &mut shop.db.read().await?.conn(), shopper).await?;
    Ok(Changed { cart, clamped })
}

/// Puts more of an offer into a shopper's cart, in a transaction of the caller's. True when the line now holds less
/// than was asked for, because no more is left.
pub async fn put(
    shop: &Shop,
    tx: &mut Tx,
    shopper: ShopperId,
    offer: &Offer,
    more: Quantity,
) -> Result<bool, AppError> {
    check_orderable(offer)?;
    let variant = VariantId(offer.variant_id);
    let held = held_with_room(tx, shopper, variant).await?;
    let limit = cart::limit(offer.stock());
    if limit == 0 && held == 0 {
        return Err(AppError::OutOfStock { sku: offer.sku.clone(), available: 0 });
    }
    // What was held was read for the message only: the statement adds to what is there when it runs.
    let line = LineRow { variant, quantity: more.get(), seen: offer.amount };
    let quantity = store::add_to_line(tx, shopper, line, limit, shop.currency.code(), shop.clock.now().0).await?;
    log(shop, tx, Kind::CartAdd, shopper, &offer.sku, quantity.saturating_sub(held)).await?;
    Ok(quantity < held.saturating_add(more.get()))
}

/// How many of a variant the cart holds. Refuses a line more than a cart may have.
async fn held_with_room(tx: &mut Tx, shopper: ShopperId, variant: VariantId) -> Result<u32, AppError> {
    let held = store::find_quantity(&mut tx.conn(), shopper, variant).await?;
    if held == 0 && store::count_lines(&mut tx.conn(), shopper).await? >= MAX_LINES as i64 {
        return Err(AppError::InvalidLines { limit: MAX_LINES });
    }
    Ok(held)
}

/// Sets how many of a SKU the cart holds, at most what there is.
pub async fn set(shop: &Shop, visitor: &Verified, sku: &str, wanted: i64) -> Result<Changed, AppError> {
    let wanted = quantity(wanted, sku)?;
    let mut tx = shop.db.begin().await?;
    let offer = find_offer(shop, &mut tx, sku).await?;
    check_orderable(&offer)?;
    let shopper = visitor.ensure_shopper(&mut tx, shop).await?;
    let quantity = wanted.get().min(cart::limit(offer.stock()));
    if quantity == 0 {
        return Err(AppError::OutOfStock { sku: offer.sku, available: 0 });
    }
    let variant = VariantId(offer.variant_id);
    held_with_room(&mut tx, shopper, variant).await?;
    let line = LineRow { variant, quantity, seen: offer.amount };
    store::upsert_line(&mut tx, shopper, line, shop.currency.code(), shop.clock.now().0).await?;
    finish(shop, tx, shopper, quantity < wanted.get()).await
}

/// Takes a SKU out of the cart. Taking out what is not in it is no error: somebody else was faster.
pub async fn remove(shop: &Shop, visitor: &Verified, sku: &str) -> Result<Changed, AppError> {
    let mut tx = shop.db.begin().await?;
    let shopper = visitor.ensure_shopper(&mut tx, shop).await?;
    if store::delete_line(&mut tx, shopper, &text::key(sku)).await? > 0 {
        log(shop, &mut tx, Kind::CartRemove, shopper, &text::key(sku), 0).await?;
    }
    finish(shop, tx, shopper, false).await
}

/// Enters a coupon, or takes it out when the code is empty. Whether it can be used the cart's quote says.
pub async fn set_coupon(shop: &Shop, visitor: &Verified, code: &str) -> Result<Changed, AppError> {
    let mut tx = shop.db.begin().await?;
    let shopper = visitor.ensure_shopper(&mut tx, shop).await?;
    codes::set_coupon(&mut tx, shopper, code, shop.clock.now().0).await?;
    finish(shop, tx, shopper, false).await
}

async fn log(shop: &Shop, tx: &mut Tx, kind: Kind, shopper: ShopperId, sku: &str, count: u32) -> Result<(), AppError> {
    let event = Event { kind, shopper: Some(shopper), subject: sku.to_owned(), detail: count.to_string() };
    Ok(insert_events(tx, shop, &[event]).await?)
}
