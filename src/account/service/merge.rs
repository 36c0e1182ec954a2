//! A guest who signs in: cart and wishlist become one with the account's, and the guest is no more.

use super::store::AccountRow;
use crate::{
    cart::{
        codes,
        store::{self as cart_rows, LineRow},
    },
    catalog::store as catalog,
    db::{Tx, execute},
    domain::{cart, ids::ShopperId, pricing::MAX_LINES},
    error::AppError,
    server::state::Shop,
    wishlist::store::{self as lists, ItemRow},
};

/// What came of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Merged {
    /// Lines that the cart got, or got more of.
    pub lines: usize,
    /// Something is not all there: no more is left, or the cart is full.
    pub clamped: bool,
}

impl Merged {
    /// Where to go: on to `next`, or to the cart where there is something to tell.
    #[must_use]
    pub fn page(&self, next: &str) -> String {
        match self {
            Self { lines: 0, clamped: false } => next.to_owned(),
            Self { clamped: true, lines } => format!("/cart?merged={lines}&clamped=1"),
            Self { lines, .. } if next == "/account" || next == "/cart" => format!("/cart?merged={lines}"),
            _ => next.to_owned(),
        }
    }
}

/// Merges a guest's things into an account's, and deletes the guest.
pub async fn merge(shop: &Shop, tx: &mut Tx, guest: ShopperId, account: &AccountRow) -> Result<Merged, AppError> {
    let own = account.shopper();
    // Another sign-in of the same guest waits here, and then there is no guest.
    if execute!(tx, "UPDATE shoppers SET seen_at = seen_at WHERE id = $1", guest.0)? == 0 {
        return Ok(Merged::default());
    }
    let merged = merge_cart(shop, tx, guest, own).await?;
    merge_wishlist(shop, tx, guest, own).await?;
    codes::move_codes(tx, guest, own).await?;
    // What the guest typed into the checkout is newer than what the account did.
    execute!(
        tx,
        "DELETE FROM checkout_drafts WHERE shopper_id = $1
        AND EXISTS (SELECT 1 FROM checkout_drafts guest WHERE guest.shopper_id = $2)",
        own.0,
        guest.0
    )?;
    execute!(tx, "UPDATE checkout_drafts SET shopper_id = $1 WHERE shopper_id = $2", own.0, guest.0)?;
    execute!(tx, "UPDATE orders SET shopper_id = $1 WHERE shopper_id = $2", own.0, guest.0)?;
    // An answer that the account has given stands.
    execute!(
        tx,
        "UPDATE consents SET holder = $1 WHERE holder = $2 AND NOT EXISTS
            (SELECT 1 FROM consents own WHERE own.holder = $1 AND own.purpose = consents.purpose)",
        account.id,
        guest.0
    )?;
    execute!(tx, "DELETE FROM consents WHERE holder = $1", guest.0)?;
    delete_shopper(tx, guest).await?;
    Ok(merged)
}

/// The same SKU becomes one line, with what there is at the most; a line whose product is gone stays behind.
async fn merge_cart(shop: &Shop, tx: &mut Tx, guest: ShopperId, own: ShopperId) -> Result<Merged, AppError> {
    let (currency, now) = (shop.currency.code(), shop.clock.now().0);
    let mut lines = cart_rows::list_lines(&mut tx.conn(), guest, currency).await?;
    lines.sort_by_key(|line| line.variant);
    let offers = catalog::list_cart_offers(&mut tx.conn(), currency, guest).await?;
    let mut merged = Merged::default();
    for line in lines {
        let Some(offer) = offers.iter().find(|offer| offer.variant_id == line.variant.0 && offer.published) else {
            continue;
        };
        let held = cart_rows::find_quantity(&mut tx.conn(), own, line.variant).await?;
        let limit = cart::limit(offer.stock());
        let full = held == 0 && cart_rows::count_lines(&mut tx.conn(), own).await? >= MAX_LINES as i64;
        if full || (limit == 0 && held == 0) {
            merged.clamped = true;
            continue;
        }
        let line = LineRow { seen: line.seen, ..line };
        let now_held = cart_rows::add_to_line(tx, own, line, limit, currency, now).await?;
        merged.lines += usize::from(now_held > held);
        merged.clamped |= now_held < held.saturating_add(line.quantity);
    }
    Ok(merged)
}

/// A list that the account has none beside becomes its own, with its link; else its things are added.
async fn merge_wishlist(shop: &Shop, tx: &mut Tx, guest: ShopperId, own: ShopperId) -> Result<(), AppError> {
    let Some(row) = lists::find_wishlist(&mut tx.conn(), guest).await? else { return Ok(()) };
    if lists::find_wishlist(&mut tx.conn(), own).await?.is_none() {
        execute!(tx, "UPDATE wishlists SET shopper_id = $1 WHERE id = $2", own.0, row.id)?;
        return Ok(());
    }
    let (currency, now) = (shop.currency.code(), shop.clock.now().0);
    let list = lists::ensure_wishlist(tx, shop.ids.next(), own, now).await?;
    let items: Vec<ItemRow> =
        lists::list_items(&mut tx.conn(), crate::domain::ids::WishlistId(row.id), currency).await?;
    for item in items.into_iter().rev() {
        if lists::count_items(&mut tx.conn(), list).await? < crate::domain::wishlist::MAX_ITEMS as i64 {
            lists::insert_item(tx, list, item, currency, now).await?;
        }
    }
    Ok(())
}

/// Deletes a shopper with all that hangs on it.
pub async fn delete_shopper(tx: &mut Tx, shopper: ShopperId) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM cart_lines WHERE shopper_id = $1", shopper.0)?;
    codes::delete_codes(tx, shopper).await?;
    execute!(
        tx,
        "DELETE FROM wishlist_items WHERE wishlist_id IN (SELECT id FROM wishlists WHERE shopper_id = $1)",
        shopper.0
    )?;
    execute!(tx, "DELETE FROM wishlists WHERE shopper_id = $1", shopper.0)?;
    execute!(tx, "DELETE FROM checkout_drafts WHERE shopper_id = $1", shopper.0)?;
    execute!(tx, "UPDATE events SET shopper_id = NULL WHERE shopper_id = $1", shopper.0)?;
    execute!(tx, "DELETE FROM shoppers WHERE id = $1", shopper.0)?;
    Ok(())
}
