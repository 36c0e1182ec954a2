//! Saving things for later, and sharing them.

use super::store::{self, ItemRow};
use crate::{
    cart::service as cart,
    catalog::{service::find_offer, store as catalog},
    checkout::drafts,
    db::{Conn, Tx},
    domain::{
        catalog::Availability,
        ids::{ShopperId, VariantId, WishlistId},
        money::Money,
        pricing::Quantity,
        text,
        wishlist::{MAX_ITEMS, Wishlist, WishlistItem},
    },
    error::AppError,
    server::{
        events::{Event, Kind, insert_events},
        state::Shop,
        visitor::{Verified, Visitor},
    },
};

/// The visitor's list.
pub async fn view(shop: &Shop, visitor: &Visitor) -> Result<Wishlist, AppError> {
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    let Some(shopper) = visitor.find_shopper(conn).await? else { return Ok(Wishlist::default()) };
    let Some(row) = store::find_wishlist(conn, shopper).await? else { return Ok(Wishlist::default()) };
    let items = items(shop, conn, WishlistId(row.id)).await?;
    Ok(Wishlist { items, shared_at: row.share_token.map(|token| shared_address(shop, &token)) })
}

/// The whole address, to be passed on.
fn shared_address(shop: &Shop, token: &str) -> String {
    format!("{}/wishlist/shared/{token}", shop.config.base_url)
}

/// A list that somebody shared.
pub async fn view_shared(shop: &Shop, token: &str) -> Result<Wishlist, AppError> {
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    let list = store::find_shared(conn, token).await?.ok_or(AppError::NotFound)?;
    Ok(Wishlist { items: items(shop, conn, list).await?, shared_at: None })
}

async fn items(shop: &Shop, conn: &mut Conn<'_>, list: WishlistId) -> Result<Vec<WishlistItem>, AppError> {
    let rows = store::list_items(conn, list, shop.currency.code()).await?;
    let offers = catalog::list_wishlist_offers(conn, shop.currency.code(), list.0).await?;
    let item = |row: &ItemRow| {
        let offer = offers.iter().find(|offer| offer.variant_id == row.variant.0)?;
        Some(WishlistItem {
            sku: offer.sku.clone(),
            handle: offer.handle.clone(),
            title: offer.title.clone(),
            options: offer.options(),
            picture: offer.picture(),
            price: Money::new(offer.amount, shop.currency),
            dropped_from: (row.seen > offer.amount).then(|| Money::new(row.seen, shop.currency)),
            availability: Availability::of(offer.on_hand, offer.stock().is_none()),
            gone: !offer.published,
        })
    };
    Ok(rows.iter().filter_map(item).collect())
}

/// Saves a SKU.
pub async fn save(shop: &Shop, visitor: &Verified, sku: &str) -> Result<(), AppError> {
    let mut tx = shop.db.begin().await?;
    let offer = find_offer(shop, &mut tx, sku).await?;
    let (shopper, list) = own_list(shop, &mut tx, visitor).await?;
    if store::count_items(&mut tx.conn(), list).await? >= MAX_ITEMS as i64 {
        return Err(AppError::InvalidLines { limit: MAX_ITEMS });
    }
    let item = ItemRow { variant: VariantId(offer.variant_id), quantity: 1, seen: offer.amount };
    if store::insert_item(&mut tx, list, item, shop.currency.code(), shop.clock.now().0).await? > 0 {
        log(shop, &mut tx, Kind::WishlistAdd, shopper, &offer.sku).await?;
    }
    Ok(tx.commit().await?)
}

/// Takes a SKU off the list. One that is not on it is no error.
pub async fn forget(shop: &Shop, visitor: &Verified, sku: &str) -> Result<(), AppError> {
    let mut tx = shop.db.begin().await?;
    let (shopper, list) = own_list(shop, &mut tx, visitor).await?;
    if store::delete_item(&mut tx, list, &text::key(sku)).await? > 0 {
        log(shop, &mut tx, Kind::WishlistRemove, shopper, sku).await?;
    }
    Ok(tx.commit().await?)
}

/// Puts SKUs of the list into the cart and takes them off the list, one (`sku`) or all; those that cannot be bought
/// stay. Gives the number moved.
pub async fn move_to_cart(shop: &Shop, visitor: &Verified, sku: Option<&str>) -> Result<usize, AppError> {
    let mut tx = shop.db.begin().await?;
    let (shopper, list) = own_list(shop, &mut tx, visitor).await?;
    let wanted = sku.map(text::key);
    let offers = catalog::list_wishlist_offers(&mut tx.conn(), shop.currency.code(), list.0).await?;
    let mut moved = 0;
    for offer in offers.iter().filter(|offer| offer.published) {
        let key = text::key(&offer.sku);
        if wanted.as_ref().is_some_and(|wanted| *wanted != key) {
            continue;
        }
        match cart::put(shop, &mut tx, shopper, offer, Quantity::ONE).await {
            Ok(_) => {
                store::delete_item(&mut tx, list, &key).await?;
                moved += 1;
            }
            Err(AppError::OutOfStock { .. } | AppError::GiftCardNotSold { .. }) if wanted.is_none() => {}
            Err(error) => return Err(error),
        }
    }
    drafts::forget_outcome(&mut tx, shopper).await?;
    tx.commit().await?;
    Ok(moved)
}

/// Makes a link to the list, or takes the link back.
pub async fn share(shop: &Shop, visitor: &Verified, shared: bool) -> Result<(), AppError> {
    let mut tx = shop.db.begin().await?;
    let (_, list) = own_list(shop, &mut tx, visitor).await?;
    let token = shared.then(|| shop.random.token());
    store::update_share_token(&mut tx, list, token.as_deref()).await?;
    Ok(tx.commit().await?)
}

async fn own_list(shop: &Shop, tx: &mut Tx, visitor: &Verified) -> Result<(ShopperId, WishlistId), AppError> {
    let shopper = visitor.ensure_shopper(tx, shop).await?;
    let list = store::ensure_wishlist(tx, shop.ids.next(), shopper, shop.clock.now().0).await?;
    Ok((shopper, list))
}

async fn log(shop: &Shop, tx: &mut Tx, kind: Kind, shopper: ShopperId, sku: &str) -> Result<(), AppError> {
    let event = Event { kind, shopper: Some(shopper), subject: sku.to_owned(), detail: String::new() };
    Ok(insert_events(tx, shop, &[event]).await?)
}
