//! The demo shop: its catalogue comes in by the importer, like everybody's; reviews, texts and delivery follow.

use super::{info::ShopInfo, prices, store};
use crate::{
    catalog::{
        import::{self, Context, ImportError},
        store as catalog,
        store::PriceRow,
    },
    db::{Db, fetch},
    domain::{
        money::{Currency, Money},
        review::Review,
        shipping::{ShippingMethod, Steps},
        text,
        timestamp::Timestamp,
    },
    promotions::demo,
    reviews::store::{NewReview, insert_reviews},
    server::clock::{Clock, Ids},
};
use uuid::Uuid;

const PRODUCTS: &str = include_str!("../catalog/demo/products.csv");
const CATEGORIES: &str = include_str!("../catalog/demo/categories.csv");
const REVIEWS: &str = include_str!("../catalog/demo/reviews.csv");
const PRICES: &str = include_str!("../catalog/demo/prices.json");
const SHOP: &str = include_str!("../catalog/demo/shop.json");

/// Why the demo shop could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("demo catalogue: {0}")]
    Import(#[from] ImportError),
    #[error("demo files: {0}")]
    Csv(#[from] csv::Error),
    #[error("demo texts: {0}")]
    Json(#[from] serde_json::Error),
    #[error("demo prices: {0}")]
    Prices(String),
}

/// Fills the shop. Run again, it sets the catalogue back to the demo's and adds no reviews twice.
pub async fn seed(db: &Db, clock: &Clock, ids: &Ids) -> Result<import::Summary, SeedError> {
    let currency = Currency::USD;
    let context = Context { db: db.clone(), clock: clock.clone(), ids: ids.clone(), currency, dry_run: false };
    let summary = import::import(&context, PRODUCTS.as_bytes(), &mut ()).await?;
    let now = clock.now();
    let mut tx = db.begin().await?;
    store::update_info(&mut tx, &serde_json::from_str::<ShopInfo>(SHOP)?).await?;
    let settings = prices::read(PRICES, currency).map_err(SeedError::Prices)?;
    prices::update_settings(&mut tx, &settings).await?;
    for (position, method) in shipping_methods(currency).iter().enumerate() {
        store::upsert_shipping_method(&mut tx, method, position as i64).await?;
    }
    describe_categories(&mut tx).await?;
    demo::seed(&mut tx, ids, now).await?;
    let fresh = fetch!(&mut tx.conn(), one as (bool,), "SELECT NOT EXISTS (SELECT 1 FROM reviews)")?.0;
    if fresh {
        let reviews = reviews(list_handles(&mut tx).await?, ids, now)?;
        insert_reviews(&mut tx, &reviews).await?;
        remember_prices_before_the_sale(&mut tx, currency, ids, now).await?;
    }
    let products: Vec<_> = list_handles(&mut tx).await?.into_iter().map(|(_, id)| (ids.next(), id)).collect();
    catalog::insert_changes(&mut tx, &products, catalog::ChangeKind::Product, now.0).await?;
    tx.commit().await?;
    Ok(summary)
}

fn shipping_methods(currency: Currency) -> [ShippingMethod; 2] {
    let money = |amount| Money::new(amount, currency);
    [
        ShippingMethod {
            code: "standard".into(),
            name: "Standard".into(),
            price: money(495),
            free_over: Some(money(9_000)),
            working_days: 4,
            steps: Steps::None,
            pick_up: false,
        },
        ShippingMethod {
            code: "express".into(),
            name: "Express".into(),
            price: money(1_495),
            free_over: None,
            working_days: 1,
            steps: Steps::None,
            pick_up: false,
        },
    ]
}

async fn describe_categories(tx: &mut crate::db::Tx) -> Result<(), SeedError> {
    for row in csv::Reader::from_reader(CATEGORIES.as_bytes()).deserialize() {
        let (path, name, blurb, position): (String, String, String, i64) = row?;
        catalog::update_category(tx, &path, &name, &blurb, position).await?;
    }
    Ok(())
}

/// `(handle, id)` of every product.
async fn list_handles(tx: &mut crate::db::Tx) -> sqlx::Result<Vec<(String, Uuid)>> {
    fetch!(&mut tx.conn(), all as (String, Uuid), "SELECT handle, id FROM products")
}

fn reviews(mut products: Vec<(String, Uuid)>, ids: &Ids, now: Timestamp) -> Result<Vec<NewReview>, SeedError> {
    products.sort();
    let mut reviews = Vec::new();
    for row in csv::Reader::from_reader(REVIEWS.as_bytes()).deserialize() {
        let (handle, rating, title, body, author, days_ago): (String, u8, String, String, String, i64) = row?;
        if let Ok(at) = products.binary_search_by(|(h, _)| h.as_str().cmp(&text::key(&handle))) {
            let created_at = now.plus(-days_ago * Timestamp::DAY);
            let review = Review { rating, title, body, author, created_at };
            reviews.push(NewReview { id: ids.next(), product_id: products[at].1, review });
        }
    }
    Ok(reviews)
}

/// What is on sale cost its full price until ten days ago, so that the lowest price of 30 days can be shown.
async fn remember_prices_before_the_sale(
    tx: &mut crate::db::Tx,
    currency: Currency,
    ids: &Ids,
    now: Timestamp,
) -> sqlx::Result<()> {
    let on_sale = fetch!(
        &mut tx.conn(),
        all as (Uuid, i64),
        "SELECT variant_id, compare_at FROM prices WHERE compare_at > amount AND currency = $1",
        currency.code()
    )?;
    crate::db::execute!(
        tx,
        "UPDATE price_history SET since = $1 WHERE variant_id IN
            (SELECT variant_id FROM prices WHERE compare_at > amount) AND compare_at IS NOT NULL",
        now.plus(-10 * Timestamp::DAY).0
    )?;
    for (variant_id, was) in on_sale {
        let since = now.plus(-90 * Timestamp::DAY).0;
        let price = PriceRow { variant_id, amount: was, compare_at: None, since };
        catalog::insert_price_history(tx, ids.next(), currency.code(), price).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_is_in_one_place() {
        let info: ShopInfo = serde_json::from_str(SHOP).unwrap();
        let home = prices::read(PRICES, Currency::USD).unwrap().home;
        let address = info.seller.lines.join(", ");
        let place = format!("{} {}", home.region().unwrap(), home.postcode);
        assert!(address.contains(&place) && address.contains("Portland"), "{address}: {place}");
        assert!(address.ends_with(home.country.name()), "{address}");
        assert!(PRICES.contains("Collect in Portland"));
        assert_eq!(info.seller.vat_id, "", "an American shop claims no number of Britain's");
    }
}
