//! A copy of everything the shop knows about somebody, as JSON that a person can read and a program too.

use super::store::{self, AccountRow};
use crate::{
    cart::codes::find_codes,
    db::{Conn, fetch},
    domain::{
        ids::{AccountId, OrderId},
        money::{Currency, Money},
        timestamp::Timestamp,
    },
    error::AppError,
    orders::{self, store as order_rows},
    promotions::{gift_cards::find_card_by_id, giveaways},
    server::state::Shop,
};
use serde_json::{Value, json};

/// The copy; nothing when the account is no more.
pub async fn of(shop: &Shop, account: AccountId) -> Result<Option<String>, AppError> {
    let mut snapshot = shop.db.snapshot().await?;
    let conn = &mut snapshot.conn();
    let Some(row) = store::find_account(conn, account).await? else { return Ok(None) };
    let copy = json!({
        "shop": shop.info.load().name,
        "made_at": time(shop.clock.now().0),
        "account": {
            "name": row.name,
            "email": row.email,
            "since": time(row.created_at),
            "password_changed_at": time(row.password_changed_at),
            "one_time_codes_since": row.totp_since.map(time),
            "email_that_waits_for_confirmation": super::links::find_new_email(conn, account, shop.clock.now()).await?,
            "role": role(conn, &row).await?,
        },
        "half_filled_checkout": checkout(conn, &row).await?,
        "addresses": addresses(conn, &row).await?,
        "orders": order_list(conn, account).await?,
        "promotions": promotions(conn, &row).await?,
        "gift_cards": gift_card_list(conn, &row).await?,
        "giveaways": giveaway_list(conn, &row).await?,
        "cart": things(conn, &row, Things::Cart).await?,
        "codes_entered": codes_entered(conn, &row).await?,
        "wishlist": things(conn, &row, Things::Wishlist).await?,
        "consents": consents(conn, &row).await?,
        "sessions": sessions(conn, &row).await?,
        "passkeys": passkeys(conn, &row).await?,
        "steps": steps(conn, &row).await?,
    });
    serde_json::to_string_pretty(&copy).map(Some).map_err(AppError::internal)
}

/// A moment as people write it, in UTC.
fn time(millis: i64) -> String {
    crate::messages::date_and_time(Timestamp(millis))
}

async fn addresses(conn: &mut Conn<'_>, row: &AccountRow) -> sqlx::Result<Vec<Value>> {
    let rows = fetch!(
        conn,
        all as (String, String, String, String, String),
        "SELECT name, line1, city, postcode, country FROM addresses WHERE account_id = $1 ORDER BY id",
        row.id
    )?;
    let address = |(name, line1, city, postcode, country)| json!({ "name": name, "line1": line1, "city": city, "postcode": postcode, "country": country });
    Ok(rows.into_iter().map(|row: (String, String, String, String, String)| address(row)).collect())
}

async fn role(conn: &mut Conn<'_>, row: &AccountRow) -> sqlx::Result<Option<String>> {
    let role = fetch!(conn, optional as (String,), "SELECT role FROM staff WHERE account_id = $1", row.id)?;
    Ok(role.map(|(role,)| role))
}

async fn checkout(conn: &mut Conn<'_>, row: &AccountRow) -> sqlx::Result<Option<Value>> {
    let draft = crate::checkout::drafts::find_draft(conn, row.shopper()).await?;
    Ok(draft.map(|draft| json!(draft.form)))
}

async fn order_list(conn: &mut Conn<'_>, account: AccountId) -> sqlx::Result<Vec<Value>> {
    let mut list = Vec::new();
    for order in order_rows::list_orders_of(conn, account, i64::MAX, 0).await? {
        let lines = order_rows::list_lines(conn, &order).await?;
        let lines: Vec<_> = lines
            .iter()
            .map(|line| {
                json!({
                    "sku": line.sku, "title": line.title, "options": line.options, "quantity": line.quantity,
                    "unit_price": line.unit_price.to_string(), "total": line.total.to_string(),
                })
            })
            .collect();
        let recipient = order_rows::find_recipient(conn, order.id()).await?;
        list.push(json!({
            "number": order.number, "placed_at": time(order.placed_at), "status": order.status,
            "total": order.money(order.total).to_string(), "recipient": recipient, "lines": lines,
            "parcels": parcels(conn, order.id()).await?,
        }));
    }
    Ok(list)
}

async fn parcels(conn: &mut Conn<'_>, order: OrderId) -> sqlx::Result<Vec<Value>> {
    let shipments = orders::shipments::list_shipments(conn, order).await?;
    let parcel = |parcel: orders::view::Shipment| {
        json!({
            "carrier": parcel.carrier.name(), "tracking_number": parcel.tracking.number,
            "shipped_at": time(parcel.shipped_at.0), "delivered_at": parcel.delivered_at.map(|at| time(at.0)),
        })
    };
    Ok(shipments.into_iter().map(parcel).collect())
}

enum Things {
    Cart,
    Wishlist,
}

async fn things(conn: &mut Conn<'_>, row: &AccountRow, things: Things) -> sqlx::Result<Vec<Value>> {
    let rows = match things {
        Things::Cart => fetch!(
            conn,
            all as (String, i64, i64),
            "SELECT v.sku, l.quantity, l.added_at FROM cart_lines l JOIN variants v ON v.id = l.variant_id
            WHERE l.shopper_id = $1 ORDER BY l.added_at, v.sku",
            row.shopper_id
        )?,
        Things::Wishlist => fetch!(
            conn,
            all as (String, i64, i64),
            "SELECT v.sku, i.quantity, i.added_at FROM wishlist_items i
            JOIN wishlists w ON w.id = i.wishlist_id JOIN variants v ON v.id = i.variant_id
            WHERE w.shopper_id = $1 ORDER BY i.added_at, v.sku",
            row.shopper_id
        )?,
    };
    let thing =
        |(sku, quantity, at): (String, i64, i64)| json!({ "sku": sku, "quantity": quantity, "added_at": time(at) });
    Ok(rows.into_iter().map(thing).collect())
}

/// What promotions took off their orders, the coupons that are theirs alone, and the groups they are in.
async fn promotions(conn: &mut Conn<'_>, row: &AccountRow) -> sqlx::Result<Value> {
    let redeemed = fetch!(
        conn,
        all as (String, String, i64, String, i64),
        "SELECT o.number, p.name, r.amount, r.currency, r.claimed_at FROM redemptions r
        JOIN orders o ON o.id = r.order_id JOIN promotions p ON p.id = r.promotion_id
        WHERE o.account_id = $1 ORDER BY r.claimed_at, r.id",
        row.id
    )?;
    let redeemed: Vec<Value> = redeemed
        .into_iter()
        .map(|(order, name, amount, currency, at): (String, String, i64, String, i64)| {
            json!({ "order": order, "promotion": name, "amount": money(amount, &currency), "at": time(at) })
        })
        .collect();
    let coupons = fetch!(
        conn,
        all as (String,),
        "SELECT code FROM coupons WHERE owner_account = $1 ORDER BY created_at, id",
        row.id
    )?;
    let groups =
        fetch!(conn, all as (String,), "SELECT name FROM customer_groups WHERE account_id = $1 ORDER BY name", row.id)?;
    let coupons: Vec<String> = coupons.into_iter().map(|(code,)| code).collect();
    let groups: Vec<String> = groups.into_iter().map(|(name,)| name).collect();
    Ok(json!({ "redeemed": redeemed, "coupons": coupons, "groups": groups }))
}

fn money(amount: i64, currency: &str) -> String {
    Currency::parse(currency).map_or_else(String::new, |currency| Money::new(amount, currency).to_string())
}

async fn gift_card_list(conn: &mut Conn<'_>, row: &AccountRow) -> sqlx::Result<Vec<Value>> {
    let cards = fetch!(
        conn,
        all as (String, i64, String, i64),
        "SELECT last_four, balance, currency, created_at FROM gift_cards WHERE owner_account = $1 ORDER BY created_at, id",
        row.id
    )?;
    let card = |(last_four, balance, currency, at): (String, i64, String, i64)| json!({ "last_four": last_four, "balance": money(balance, &currency), "issued_at": time(at) });
    Ok(cards.into_iter().map(card).collect())
}

/// The coupon and the gift card that were entered into the cart.
async fn codes_entered(conn: &mut Conn<'_>, row: &AccountRow) -> sqlx::Result<Value> {
    let codes = find_codes(conn, row.shopper()).await?;
    let card = match codes.gift_card {
        Some(card) => find_card_by_id(conn, card).await?,
        None => None,
    };
    Ok(json!({ "coupon": codes.coupon, "gift_card_ending_in": card.map(|card| card.last_four) }))
}

async fn giveaway_list(conn: &mut Conn<'_>, row: &AccountRow) -> sqlx::Result<Vec<Value>> {
    let entries = giveaways::list_of(conn, row.id(), &row.email_key).await?;
    let entry = |(title, ticket, consent, at): (String, String, String, i64)| json!({ "giveaway": title, "ticket": ticket, "agreed_to": consent, "entered_at": time(at) });
    Ok(entries.into_iter().map(entry).collect())
}

async fn consents(conn: &mut Conn<'_>, row: &AccountRow) -> sqlx::Result<Vec<Value>> {
    let rows = fetch!(
        conn,
        all as (i64, String, bool, String),
        "SELECT at, purpose, granted, wording FROM consents WHERE holder = $1 ORDER BY at, id",
        row.id
    )?;
    let consent = |(at, purpose, granted, wording): (i64, String, bool, String)| json!({ "at": time(at), "purpose": purpose, "granted": granted, "wording": wording });
    Ok(rows.into_iter().map(consent).collect())
}

async fn sessions(conn: &mut Conn<'_>, row: &AccountRow) -> sqlx::Result<Vec<Value>> {
    let rows = super::sessions::list(conn, row.id(), 0).await?;
    let session = |(_, device, begun, seen): (uuid::Uuid, String, i64, i64)| json!({ "device": device, "begun_at": time(begun), "seen_at": time(seen) });
    Ok(rows.into_iter().map(session).collect())
}

async fn passkeys(conn: &mut Conn<'_>, row: &AccountRow) -> sqlx::Result<Vec<Value>> {
    let keys = super::passkeys::list(conn, row.id()).await?;
    Ok(keys.into_iter().map(|key| json!({ "name": key.name, "created_at": time(key.created_at.0) })).collect())
}

/// What was counted under their number, where they allowed that.
async fn steps(conn: &mut Conn<'_>, row: &AccountRow) -> sqlx::Result<Vec<Value>> {
    let rows = fetch!(
        conn,
        all as (i64, String, String),
        "SELECT at, kind, subject FROM events WHERE shopper_id = $1 ORDER BY at, id",
        row.shopper_id
    )?;
    let step = |(at, kind, subject): (i64, String, String)| json!({ "at": time(at), "kind": kind, "subject": subject });
    Ok(rows.into_iter().map(step).collect())
}
