//! Who somebody is here: name, orders, addresses. Every statement names the account: an id of another's is nothing.

use super::store;
use crate::{
    account::view::{Account, OrderList, OrderSummary, SavedAddress},
    db::{Conn, Tx, execute, fetch},
    domain::{
        address::{self, AddressForm, Recipient},
        ids::AddressId,
        timestamp::Timestamp,
    },
    error::AppError,
    orders::store as orders,
    server::{authority::Customer, state::Shop},
    wishlist::store as wishlist,
};
use uuid::Uuid;

/// Orders on a page of the list, and on the account's first page.
const ORDERS_A_PAGE: i64 = 10;
const NEWEST: i64 = 3;
/// The most addresses one account keeps.
const MOST_ADDRESSES: usize = 50;
/// Pictures shown of an order.
const PICTURES: usize = 4;

/// The account's first page.
pub async fn account(shop: &Shop, customer: &Customer) -> Result<Account, AppError> {
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    let row = store::find_account(conn, customer.account).await?.ok_or(AppError::SignInRequired)?;
    let orders = summaries(conn, customer, NEWEST, 0).await?;
    let addresses = list_addresses(conn, customer).await?.len();
    let saved = wishlist::list_saved_skus(conn, customer.shopper).await?.len();
    Ok(Account {
        name: row.name,
        email: row.email,
        since: Timestamp(row.created_at),
        role: customer.role,
        orders,
        addresses,
        saved,
    })
}

async fn summaries(
    conn: &mut Conn<'_>,
    customer: &Customer,
    limit: i64,
    offset: i64,
) -> Result<Vec<OrderSummary>, AppError> {
    let mut found = Vec::new();
    for row in orders::list_orders_of(conn, customer.account, limit, offset).await? {
        let lines = orders::list_lines(conn, &row).await?;
        found.push(OrderSummary {
            number: row.number.clone(),
            status: row.status(),
            placed_at: Timestamp(row.placed_at),
            total: row.money(row.total),
            items: lines.iter().map(|line| line.quantity).sum(),
            pictures: lines.iter().take(PICTURES).map(|line| line.picture.clone()).collect(),
            titles: lines.into_iter().take(PICTURES).map(|line| line.title).collect(),
        });
    }
    Ok(found)
}

/// A page of the customer's orders, newest first. A page that is not there is the last one.
pub async fn orders(shop: &Shop, customer: &Customer, page: u32) -> Result<OrderList, AppError> {
    let mut reader = shop.db.read().await?;
    let conn = &mut reader.conn();
    let count = orders::count_orders_of(conn, customer.account).await?;
    let pages = pages(count, ORDERS_A_PAGE);
    let page = page.clamp(1, pages);
    let orders = summaries(conn, customer, ORDERS_A_PAGE, i64::from(page - 1) * ORDERS_A_PAGE).await?;
    Ok(OrderList { orders, page, pages })
}

/// How many pages so many things fill; one at least.
#[must_use]
pub fn pages(count: i64, a_page: i64) -> u32 {
    u32::try_from(count.max(1).div_euclid(a_page) + i64::from(count.max(1) % a_page > 0)).unwrap_or(1)
}

/// Sets the name.
pub async fn rename(shop: &Shop, customer: &Customer, name: &str) -> Result<(), AppError> {
    let name = address::parse_name(name).map_err(|fields| AppError::InvalidFields { fields })?;
    let mut tx = shop.db.begin().await?;
    store::update_name(&mut tx, customer.account, &name).await?;
    Ok(tx.commit().await?)
}

#[derive(sqlx::FromRow)]
struct AddressRow {
    id: Uuid,
    name: String,
    line1: String,
    city: String,
    postcode: String,
    country: String,
}

/// The addresses of an account, the preferred one first.
pub async fn list_addresses(conn: &mut Conn<'_>, customer: &Customer) -> sqlx::Result<Vec<SavedAddress>> {
    let rows = fetch!(
        conn,
        all as AddressRow,
        "SELECT id, name, line1, city, postcode, country FROM addresses WHERE account_id = $1
        ORDER BY preferred_at DESC, id",
        customer.account.0
    )?;
    let saved = |(place, row): (usize, AddressRow)| SavedAddress {
        id: AddressId(row.id),
        name: row.name,
        address: AddressForm { line1: row.line1, city: row.city, postcode: row.postcode, country: row.country },
        preferred: place == 0,
    };
    Ok(rows.into_iter().enumerate().map(saved).collect())
}

/// The addresses the customer keeps.
pub async fn addresses(shop: &Shop, customer: &Customer) -> Result<Vec<SavedAddress>, AppError> {
    Ok(list_addresses(&mut shop.db.read().await?.conn(), customer).await?)
}

/// Keeps an address: a new one, or one of the customer's own anew.
pub async fn save_address(
    shop: &Shop,
    customer: &Customer,
    id: Option<AddressId>,
    name: &str,
    address: &AddressForm,
) -> Result<(), AppError> {
    let parsed = Recipient::parse(&customer.email, name, address);
    let recipient = parsed.map_err(|fields| AppError::InvalidFields { fields })?;
    let mut tx = shop.db.begin().await?;
    match id {
        Some(id) => update_address(&mut tx, customer, id, &recipient).await?,
        None => insert_address(shop, &mut tx, customer, &recipient).await?,
    }
    Ok(tx.commit().await?)
}

/// Keeps where an order went, unless it is kept already.
pub async fn insert_address(shop: &Shop, tx: &mut Tx, customer: &Customer, to: &Recipient) -> Result<(), AppError> {
    let kept = list_addresses(&mut tx.conn(), customer).await?;
    let same = |saved: &SavedAddress| {
        saved.name == to.name
            && saved.address.line1 == to.line1
            && saved.address.postcode == to.postcode
            && saved.address.country == to.country.code()
    };
    if kept.iter().any(same) {
        return Ok(());
    }
    if kept.len() >= MOST_ADDRESSES {
        return Err(AppError::InvalidLines { limit: MOST_ADDRESSES });
    }
    // A further one comes after those there are; the first one is preferred.
    let preferred_at = if kept.is_empty() { shop.clock.now().0 } else { 0 };
    execute!(
        tx,
        "INSERT INTO addresses (id, account_id, name, line1, city, postcode, country, preferred_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        shop.ids.next(),
        customer.account.0,
        to.name.as_str(),
        to.line1.as_str(),
        to.city.as_str(),
        to.postcode.as_str(),
        to.country.code(),
        preferred_at
    )?;
    Ok(())
}

async fn update_address(tx: &mut Tx, customer: &Customer, id: AddressId, to: &Recipient) -> Result<(), AppError> {
    let changed = execute!(
        tx,
        "UPDATE addresses SET name = $3, line1 = $4, city = $5, postcode = $6, country = $7
        WHERE id = $1 AND account_id = $2",
        id.0,
        customer.account.0,
        to.name.as_str(),
        to.line1.as_str(),
        to.city.as_str(),
        to.postcode.as_str(),
        to.country.code()
    )?;
    if changed == 0 { Err(AppError::NotFound) } else { Ok(()) }
}

/// Forgets an address of the customer's own.
pub async fn delete_address(shop: &Shop, customer: &Customer, id: AddressId) -> Result<(), AppError> {
    let mut tx = shop.db.begin().await?;
    let gone = execute!(tx, "DELETE FROM addresses WHERE id = $1 AND account_id = $2", id.0, customer.account.0)?;
    tx.commit().await?;
    if gone == 0 { Err(AppError::NotFound) } else { Ok(()) }
}

/// Offers an address of the customer's own first from now on.
pub async fn prefer_address(shop: &Shop, customer: &Customer, id: AddressId) -> Result<(), AppError> {
    let mut tx = shop.db.begin().await?;
    let changed = execute!(
        tx,
        "UPDATE addresses SET preferred_at = $3 WHERE id = $1 AND account_id = $2",
        id.0,
        customer.account.0,
        shop.clock.now().0
    )?;
    tx.commit().await?;
    if changed == 0 { Err(AppError::NotFound) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::pages;

    #[test]
    fn there_is_always_a_page() {
        assert_eq!([0, 1, 10, 11, 20, 21].map(|count| pages(count, 10)), [1, 1, 1, 2, 2, 3]);
    }
}
