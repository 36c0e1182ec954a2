//! Products with their variants and pictures, as they are stored.

use crate::db::{Conn, fetch, fetch_in};
use uuid::Uuid;

/// A row of `products`.
#[derive(Clone, PartialEq, Eq, Debug, sqlx::FromRow)]
pub struct ProductRow {
    pub id: Uuid,
    pub handle: String,
    pub title: String,
    pub body_html: String,
    pub brand: String,
    pub category_id: Option<Uuid>,
    /// Separated by `, `, as in Shopify's CSV.
    pub tags: String,
    pub option1_name: String,
    pub option2_name: String,
    pub option3_name: String,
    pub published: bool,
    pub gift_card: bool,
    pub seo_title: String,
    pub seo_description: String,
    pub created_at: i64,
}

impl ProductRow {
    /// The names of the options there are.
    #[must_use]
    pub fn option_names(&self) -> Vec<String> {
        let names = [&self.option1_name, &self.option2_name, &self.option3_name];
        names.into_iter().filter(|name| !name.is_empty()).cloned().collect()
    }
}

/// A row of `variants` with its price in the shop's currency and what is on hand.
#[derive(Clone, Default, PartialEq, Eq, Debug, sqlx::FromRow)]
pub struct VariantRow {
    pub id: Uuid,
    pub product_id: Uuid,
    pub position: i64,
    pub sku: String,
    pub sku_key: String,
    pub options_key: String,
    pub option1: String,
    pub option2: String,
    pub option3: String,
    pub barcode: String,
    pub grams: i64,
    pub weight_unit: String,
    /// Empty: stock is not tracked and never runs out.
    pub tracker: String,
    pub backorder: bool,
    pub requires_shipping: bool,
    pub taxable: bool,
    pub fulfilment: String,
    /// The `src` of the picture that shows it, or empty.
    pub picture: String,
    /// Nothing: it has no price in this currency and is not for sale.
    pub amount: Option<i64>,
    pub compare_at: Option<i64>,
    pub on_hand: i64,
}

impl VariantRow {
    #[must_use]
    pub fn is_unlimited(&self) -> bool {
        self.tracker.is_empty() || self.backorder
    }

    /// The first `count` option values.
    #[must_use]
    pub fn options(&self, count: usize) -> Vec<String> {
        [&self.option1, &self.option2, &self.option3].into_iter().take(count).cloned().collect()
    }
}

/// A row of `pictures`.
#[derive(Clone, PartialEq, Eq, Debug, sqlx::FromRow)]
pub struct PictureRow {
    pub id: Uuid,
    pub product_id: Uuid,
    pub position: i64,
    pub src: String,
    pub alt: String,
}

/// The sums kept beside a product.
#[derive(Clone, Copy, PartialEq, Eq, Debug, sqlx::FromRow)]
pub struct StatsRow {
    pub product_id: Uuid,
    pub review_count: i64,
    pub review_stars: i64,
    pub units_sold: i64,
}

macro_rules! product_columns {
    () => {
        "SELECT id, handle, title, body_html, brand, category_id, tags, option1_name, option2_name, option3_name,
            published, gift_card, seo_title, seo_description, created_at
        FROM products "
    };
}

/// Ends where the currency goes.
macro_rules! variant_columns {
    () => {
        "SELECT v.id, v.product_id, v.position, v.sku, v.sku_key, v.options_key, v.option1, v.option2, v.option3,
            v.barcode, v.grams, v.weight_unit, v.tracker, v.backorder, v.requires_shipping, v.taxable, v.fulfilment,
            v.picture, p.amount, p.compare_at,
            COALESCE((SELECT CAST(SUM(s.on_hand) AS BIGINT) FROM stock_levels s WHERE s.variant_id = v.id), 0) AS on_hand
        FROM variants v LEFT JOIN prices p ON p.variant_id = v.id AND p.currency = "
    };
}

/// A product that is for sale.
pub async fn find_product(conn: &mut Conn<'_>, handle: &str) -> sqlx::Result<Option<ProductRow>> {
    fetch!(conn, optional as ProductRow, concat!(product_columns!(), "WHERE handle = $1 AND published"), handle)
}

pub async fn list_products_by_handle(conn: &mut Conn<'_>, handles: &[String]) -> sqlx::Result<Vec<ProductRow>> {
    fetch_in!(conn, ProductRow, concat!(product_columns!(), "WHERE handle IN"), handles, "")
}

pub async fn list_products_by_id(conn: &mut Conn<'_>, ids: &[Uuid]) -> sqlx::Result<Vec<ProductRow>> {
    fetch_in!(conn, ProductRow, concat!(product_columns!(), "WHERE id IN"), ids, "ORDER BY id")
}

/// The next `limit` products after an id, in order of id.
pub async fn list_products_after(conn: &mut Conn<'_>, after: Uuid, limit: i64) -> sqlx::Result<Vec<ProductRow>> {
    fetch!(conn, all as ProductRow, concat!(product_columns!(), "WHERE id > $1 ORDER BY id LIMIT $2"), after, limit)
}

/// The variants of products, in order of product and position.
pub async fn list_variants(conn: &mut Conn<'_>, currency: &str, products: &[Uuid]) -> sqlx::Result<Vec<VariantRow>> {
    fetch_in!(
        conn,
        VariantRow,
        [variant_columns!() => currency.to_owned(); " WHERE v.product_id IN"],
        products,
        "ORDER BY v.product_id, v.position, v.id"
    )
}

/// Who has which of these codes: `(sku_key, product, variant)`.
pub async fn list_sku_owners(conn: &mut Conn<'_>, sku_keys: &[String]) -> sqlx::Result<Vec<(String, Uuid, Uuid)>> {
    fetch_in!(conn, (String, Uuid, Uuid), "SELECT sku_key, product_id, id FROM variants WHERE sku_key IN", sku_keys, "")
}

pub async fn list_pictures(conn: &mut Conn<'_>, products: &[Uuid]) -> sqlx::Result<Vec<PictureRow>> {
    fetch_in!(
        conn,
        PictureRow,
        "SELECT id, product_id, position, src, alt FROM pictures WHERE product_id IN",
        products,
        "ORDER BY product_id, position, id"
    )
}

pub async fn list_stats(conn: &mut Conn<'_>, products: &[Uuid]) -> sqlx::Result<Vec<StatsRow>> {
    fetch_in!(
        conn,
        StatsRow,
        "SELECT product_id, review_count, review_stars, units_sold FROM product_stats WHERE product_id IN",
        products,
        "ORDER BY product_id"
    )
}

/// A product with everything that belongs to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bundle {
    pub product: ProductRow,
    pub variants: Vec<VariantRow>,
    pub pictures: Vec<PictureRow>,
    pub stats: StatsRow,
}

/// Joins products, sorted by id, with the parts of theirs. At most some thousands at once.
pub async fn bundle(conn: &mut Conn<'_>, currency: &str, products: Vec<ProductRow>) -> sqlx::Result<Vec<Bundle>> {
    let ids: Vec<Uuid> = products.iter().map(|product| product.id).collect();
    let mut variants = list_variants(conn, currency, &ids).await?.into_iter().peekable();
    let mut pictures = list_pictures(conn, &ids).await?.into_iter().peekable();
    let mut stats = list_stats(conn, &ids).await?.into_iter().peekable();
    let mut bundles = Vec::with_capacity(products.len());
    for product in products {
        let id = product.id;
        bundles.push(Bundle {
            variants: take_while_of(&mut variants, id, |v| v.product_id),
            pictures: take_while_of(&mut pictures, id, |p| p.product_id),
            stats: take_while_of(&mut stats, id, |s| s.product_id).pop().unwrap_or(StatsRow {
                product_id: id,
                review_count: 0,
                review_stars: 0,
                units_sold: 0,
            }),
            product,
        });
    }
    Ok(bundles)
}

/// Takes the items of one product from the front.
fn take_while_of<T>(
    items: &mut std::iter::Peekable<impl Iterator<Item = T>>,
    id: Uuid,
    of: impl Fn(&T) -> Uuid,
) -> Vec<T> {
    std::iter::from_fn(|| items.next_if(|item| of(item) == id)).collect()
}
