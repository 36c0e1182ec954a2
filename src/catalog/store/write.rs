//! Writing products: many at a time, for the importer.

use super::{MAIN_LOCATION, PictureRow, PriceRow, ProductRow, Reason, VariantRow};
use crate::db::{Tx, execute, insert_many};
use uuid::Uuid;

pub async fn insert_products(tx: &mut Tx, rows: &[ProductRow], now: i64) -> sqlx::Result<u64> {
    insert_many!(
        tx,
        "INSERT INTO products (id, handle, title, body_html, brand, category_id, tags, option1_name, option2_name,
            option3_name, published, gift_card, seo_title, seo_description, created_at, updated_at)",
        16,
        rows,
        |row| [
            row.id,
            row.handle.clone(),
            row.title.clone(),
            row.body_html.clone(),
            row.brand.clone(),
            row.category_id,
            row.tags.clone(),
            row.option1_name.clone(),
            row.option2_name.clone(),
            row.option3_name.clone(),
            row.published,
            row.gift_card,
            row.seo_title.clone(),
            row.seo_description.clone(),
            row.created_at,
            now,
        ],
        "ON CONFLICT (handle) DO NOTHING"
    )
}

pub async fn update_product(tx: &mut Tx, row: &ProductRow, now: i64) -> sqlx::Result<u64> {
    execute!(
        tx,
        "UPDATE products SET title = $2, body_html = $3, brand = $4, category_id = $5, tags = $6, option1_name = $7,
            option2_name = $8, option3_name = $9, published = $10, gift_card = $11, seo_title = $12,
            seo_description = $13, updated_at = $14
        WHERE id = $1",
        row.id,
        row.title.as_str(),
        row.body_html.as_str(),
        row.brand.as_str(),
        row.category_id,
        row.tags.as_str(),
        row.option1_name.as_str(),
        row.option2_name.as_str(),
        row.option3_name.as_str(),
        row.published,
        row.gift_card,
        row.seo_title.as_str(),
        row.seo_description.as_str(),
        now
    )
}

/// Inserts variants with their price, the first entry of its history, their stock and its first movement.
///
/// Fewer than asked for when somebody else inserted one first: then prices and stock are missing, and the transaction
/// has to be given up.
///
/// `ids` makes the ids of history and ledger rows.
pub async fn insert_variants(
    tx: &mut Tx,
    rows: &[VariantRow],
    currency: &str,
    now: i64,
    ids: &crate::server::clock::Ids,
) -> sqlx::Result<u64> {
    let inserted = insert_variant_rows(tx, rows).await?;
    if inserted != rows.len() as u64 {
        return Ok(inserted);
    }
    let priced: Vec<_> = rows.iter().filter_map(|row| Some((row, row.amount?))).collect();
    insert_many!(
        tx,
        "INSERT INTO prices (variant_id, currency, amount, compare_at)",
        4,
        priced,
        |row| [row.0.id, currency.to_owned(), row.1, row.0.compare_at],
        ""
    )?;
    insert_many!(
        tx,
        "INSERT INTO price_history (id, variant_id, currency, amount, compare_at, since)",
        6,
        priced,
        |row| [ids.next(), row.0.id, currency.to_owned(), row.1, row.0.compare_at, now],
        ""
    )?;
    insert_many!(
        tx,
        "INSERT INTO stock_levels (variant_id, location_id, on_hand)",
        3,
        rows,
        |row| [row.id, MAIN_LOCATION, row.on_hand],
        ""
    )?;
    let moved: Vec<_> = rows.iter().filter(|row| row.on_hand != 0).collect();
    insert_many!(
        tx,
        "INSERT INTO stock_movements (id, variant_id, location_id, delta, reason, reference, at)",
        7,
        moved,
        |row| [ids.next(), row.id, MAIN_LOCATION, row.on_hand, Reason::Import.name(), String::new(), now],
        ""
    )?;
    Ok(inserted)
}

async fn insert_variant_rows(tx: &mut Tx, rows: &[VariantRow]) -> sqlx::Result<u64> {
    insert_many!(
        tx,
        "INSERT INTO variants (id, product_id, position, sku, sku_key, options_key, option1, option2, option3, barcode,
            grams, weight_unit, tracker, backorder, requires_shipping, taxable, fulfilment, picture)",
        18,
        rows,
        |row| [
            row.id,
            row.product_id,
            row.position,
            row.sku.clone(),
            row.sku_key.clone(),
            row.options_key.clone(),
            row.option1.clone(),
            row.option2.clone(),
            row.option3.clone(),
            row.barcode.clone(),
            row.grams,
            row.weight_unit.clone(),
            row.tracker.clone(),
            row.backorder,
            row.requires_shipping,
            row.taxable,
            row.fulfilment.clone(),
            row.picture.clone(),
        ],
        "ON CONFLICT DO NOTHING"
    )
}

/// Sets everything about a variant but its price and stock.
pub async fn update_variant(tx: &mut Tx, row: &VariantRow) -> sqlx::Result<u64> {
    execute!(
        tx,
        "UPDATE variants SET sku = $2, sku_key = $3, options_key = $4, option1 = $5, option2 = $6, option3 = $7,
            barcode = $8, grams = $9, weight_unit = $10, tracker = $11, backorder = $12, requires_shipping = $13,
            taxable = $14, fulfilment = $15, picture = $16
        WHERE id = $1",
        row.id,
        row.sku.as_str(),
        row.sku_key.as_str(),
        row.options_key.as_str(),
        row.option1.as_str(),
        row.option2.as_str(),
        row.option3.as_str(),
        row.barcode.as_str(),
        row.grams,
        row.weight_unit.as_str(),
        row.tracker.as_str(),
        row.backorder,
        row.requires_shipping,
        row.taxable,
        row.fulfilment.as_str(),
        row.picture.as_str()
    )
}

pub async fn insert_pictures(tx: &mut Tx, rows: &[PictureRow]) -> sqlx::Result<u64> {
    insert_many!(
        tx,
        "INSERT INTO pictures (id, product_id, position, src, alt)",
        5,
        rows,
        |row| [row.id, row.product_id, row.position, row.src.clone(), row.alt.clone()],
        "ON CONFLICT (product_id, src) DO NOTHING"
    )
}

pub async fn update_picture(tx: &mut Tx, row: &PictureRow) -> sqlx::Result<u64> {
    execute!(tx, "UPDATE pictures SET position = $2, alt = $3 WHERE id = $1", row.id, row.position, row.alt.as_str())
}

/// What changed about products.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChangeKind {
    Product,
    /// Nothing but stock.
    Stock,
}

impl ChangeKind {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Stock => "stock",
        }
    }
}

/// Tells every node's search index, in the transaction that makes the change. Ids are paired with products.
pub async fn insert_changes(tx: &mut Tx, products: &[(Uuid, Uuid)], kind: ChangeKind, now: i64) -> sqlx::Result<u64> {
    insert_many!(
        tx,
        "INSERT INTO catalog_changes (id, product_id, kind, at)",
        4,
        products,
        |row| [row.0, row.1, kind.name(), now],
        ""
    )
}

/// The price a variant gets by [`super::update_price`], taken from its row.
#[must_use]
pub fn price_of(row: &VariantRow, since: i64) -> Option<PriceRow> {
    Some(PriceRow { variant_id: row.id, amount: row.amount?, compare_at: row.compare_at, since })
}
