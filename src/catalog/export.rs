//! Taking out all products in Shopify's CSV layout. What is taken out comes in again without changing anything.

use super::{
    import::Column,
    store::{self, Bundle, PictureRow, VariantRow},
};
use crate::{
    db::Db,
    domain::money::{Currency, Money},
};
use std::{collections::HashMap, io::Write};
use uuid::Uuid;

/// Products held in memory at a time.
const CHUNK: i64 = 500;

/// Why an export stopped.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("the database did not answer: {0}")]
    Database(#[from] sqlx::Error),
    #[error("the file could not be written: {0}")]
    Csv(#[from] csv::Error),
    #[error("the file could not be written: {0}")]
    Io(#[from] std::io::Error),
}

/// Writes all products, published or not; gives the number of products and SKUs.
pub async fn export<W: Write>(
    db: &Db,
    currency: Currency,
    output: W,
    mut progress: impl FnMut(u64),
) -> Result<(u64, u64), ExportError> {
    let mut csv = csv::Writer::from_writer(output);
    csv.write_record(Column::ALL.map(Column::heading))?;
    let mut reader = db.read().await?;
    let conn = &mut reader.conn();
    let types = category_types(conn).await?;
    let (mut products, mut skus, mut last) = (0, 0, Uuid::nil());
    loop {
        let rows = store::list_products_after(conn, last, CHUNK).await?;
        let Some(row) = rows.last() else { break };
        last = row.id;
        for bundle in store::bundle(conn, currency.code(), rows).await? {
            write_product(&mut csv, &bundle, &types, currency)?;
            products += 1;
            skus += bundle.variants.len() as u64;
        }
        progress(products);
    }
    csv.flush()?;
    Ok((products, skus))
}

/// For each category the names from the root down, as the column Type has them.
async fn category_types(conn: &mut crate::db::Conn<'_>) -> sqlx::Result<HashMap<Uuid, String>> {
    let mut types: HashMap<Uuid, String> = HashMap::new();
    // Parents come before their children.
    for row in store::list_categories(conn).await? {
        let above = row.parent_id.and_then(|parent| types.get(&parent));
        let full = above.map_or(row.name.clone(), |above| format!("{above} > {}", row.name));
        types.insert(row.id, full);
    }
    Ok(types)
}

fn write_product<W: Write>(
    csv: &mut csv::Writer<W>,
    bundle: &Bundle,
    types: &HashMap<Uuid, String>,
    currency: Currency,
) -> csv::Result<()> {
    let sold: Vec<_> = bundle.variants.iter().filter(|variant| variant.amount.is_some()).collect();
    for i in 0..sold.len().max(bundle.pictures.len()) {
        let mut row: [String; Column::ALL.len()] = std::array::from_fn(|_| String::new());
        row[Column::Handle as usize] = bundle.product.handle.clone();
        if i == 0 {
            put_product(&mut row, bundle, types);
        }
        if let Some(variant) = sold.get(i) {
            put_variant(&mut row, variant, bundle.product.option_names().is_empty(), currency);
        }
        if let Some(picture) = bundle.pictures.get(i) {
            put_picture(&mut row, picture);
        }
        csv.write_record(&row)?;
    }
    Ok(())
}

type Row = [String; Column::ALL.len()];

fn put(row: &mut Row, column: Column, value: impl Into<String>) {
    row[column as usize] = value.into();
}

fn put_flag(row: &mut Row, column: Column, value: bool) {
    put(row, column, if value { "true" } else { "false" });
}

fn put_product(row: &mut Row, bundle: &Bundle, types: &HashMap<Uuid, String>) {
    let product = &bundle.product;
    let category = product.category_id.and_then(|id| types.get(&id));
    put(row, Column::Title, &product.title);
    put(row, Column::Body, &product.body_html);
    put(row, Column::Vendor, &product.brand);
    put(row, Column::Type, category.map_or("", String::as_str));
    put(row, Column::Tags, &product.tags);
    put_flag(row, Column::Published, product.published);
    put_flag(row, Column::GiftCard, product.gift_card);
    put(row, Column::SeoTitle, &product.seo_title);
    put(row, Column::SeoDescription, &product.seo_description);
    let names = [&product.option1_name, &product.option2_name, &product.option3_name];
    for (column, name) in Column::OPTION_NAMES.into_iter().zip(names) {
        put(row, column, name);
    }
    if product.option_names().is_empty() {
        put(row, Column::Option1Name, "Title");
    }
}

fn put_variant(row: &mut Row, variant: &VariantRow, is_only: bool, currency: Currency) {
    let decimal = |amount: Option<i64>| amount.map_or(String::new(), |a| Money::new(a, currency).decimal());
    let values = [&variant.option1, &variant.option2, &variant.option3];
    for (column, value) in Column::OPTION_VALUES.into_iter().zip(values) {
        put(row, column, value);
    }
    if is_only {
        put(row, Column::Option1Value, "Default Title");
    }
    put(row, Column::Sku, &variant.sku);
    put(row, Column::Grams, variant.grams.to_string());
    put(row, Column::Tracker, &variant.tracker);
    put(row, Column::Quantity, variant.on_hand.to_string());
    put(row, Column::Policy, if variant.backorder { "continue" } else { "deny" });
    put(row, Column::Fulfilment, &variant.fulfilment);
    put(row, Column::Price, decimal(variant.amount));
    put(row, Column::CompareAt, decimal(variant.compare_at));
    put_flag(row, Column::RequiresShipping, variant.requires_shipping);
    put_flag(row, Column::Taxable, variant.taxable);
    put(row, Column::Barcode, &variant.barcode);
    put(row, Column::VariantImage, &variant.picture);
    put(row, Column::WeightUnit, &variant.weight_unit);
}

fn put_picture(row: &mut Row, picture: &PictureRow) {
    put(row, Column::ImageSrc, &picture.src);
    put(row, Column::ImagePosition, picture.position.to_string());
    put(row, Column::ImageAlt, &picture.alt);
}
