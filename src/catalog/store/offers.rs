//! SKUs as they are sold right now: what a cart line or an order line needs to know.

use crate::{
    catalog::artwork,
    db::{Conn, fetch},
    domain::{
        ids::{ProductId, ShopperId},
        promotion::Facts,
        tax::TaxClass,
    },
};
use uuid::Uuid;

/// A SKU with its price in the shop's currency.
#[derive(Clone, PartialEq, Eq, Debug, sqlx::FromRow)]
pub struct Offer {
    pub variant_id: Uuid,
    pub product_id: Uuid,
    pub sku: String,
    pub handle: String,
    pub title: String,
    /// Whether it is for sale at all.
    pub published: bool,
    pub option1_name: String,
    pub option2_name: String,
    pub option3_name: String,
    pub option1: String,
    pub option2: String,
    pub option3: String,
    pub tracker: String,
    pub backorder: bool,
    pub variant_picture: String,
    pub first_picture: String,
    pub category_path: String,
    pub brand: String,
    pub gift_card: bool,
    pub grams: i64,
    /// Whether tax is due on it where the shop collects any.
    pub taxable: bool,
    pub amount: i64,
    pub compare_at: Option<i64>,
    pub on_hand: i64,
}

impl Offer {
    /// What there is to buy, or nothing when it does not run out.
    #[must_use]
    pub fn stock(&self) -> Option<i64> {
        (!self.tracker.is_empty() && !self.backorder).then_some(self.on_hand)
    }

    /// The option values there are.
    #[must_use]
    pub fn options(&self) -> Vec<String> {
        let names = [&self.option1_name, &self.option2_name, &self.option3_name];
        let values = [&self.option1, &self.option2, &self.option3];
        names.into_iter().zip(values).filter(|(name, _)| !name.is_empty()).map(|(_, value)| value.clone()).collect()
    }

    /// The price before the sale, when it is on sale.
    #[must_use]
    pub fn was(&self) -> Option<i64> {
        self.compare_at.filter(|was| *was > self.amount)
    }

    /// What promotions, tax and delivery ask about it.
    #[must_use]
    pub fn facts(&self) -> Facts {
        Facts {
            product: ProductId(self.product_id),
            category: self.category_path.clone(),
            brand: self.brand.clone(),
            tax_class: if self.taxable { TaxClass::Standard } else { TaxClass::Zero },
            grams: u64::try_from(self.grams).unwrap_or(0),
            on_sale: self.was().is_some(),
            gift_card: self.gift_card,
        }
    }

    /// The address of the picture that shows it.
    #[must_use]
    pub fn picture(&self) -> String {
        let ours = [&self.variant_picture, &self.first_picture].into_iter().find(|src| src.starts_with('/'));
        ours.cloned().unwrap_or_else(|| {
            let names = [&self.option1_name, &self.option2_name, &self.option3_name];
            let values = [&self.option1, &self.option2, &self.option3];
            let is_colour = |name: &str| matches!(name.to_lowercase().as_str(), "colour" | "color");
            let colour = names.into_iter().position(|name| is_colour(name)).map_or("", |i| values[i]);
            artwork::stand_in(&self.category_path.split('/').collect::<Vec<_>>(), &self.title, colour)
        })
    }
}

/// Ends where the currency goes.
macro_rules! offer_columns {
    () => {
        "SELECT v.id AS variant_id, p.id AS product_id, v.sku, p.handle, p.title, p.published,
            p.option1_name, p.option2_name, p.option3_name, v.option1, v.option2, v.option3, v.tracker, v.backorder,
            v.picture AS variant_picture,
            COALESCE((SELECT src FROM pictures i WHERE i.product_id = p.id ORDER BY i.position, i.id LIMIT 1), '')
                AS first_picture,
            COALESCE(c.path, '') AS category_path, p.brand, p.gift_card, v.grams, v.taxable, r.amount, r.compare_at,
            COALESCE((SELECT CAST(SUM(s.on_hand) AS BIGINT) FROM stock_levels s WHERE s.variant_id = v.id), 0) AS on_hand
        FROM variants v
        JOIN products p ON p.id = v.product_id
        LEFT JOIN categories c ON c.id = p.category_id
        JOIN prices r ON r.variant_id = v.id AND r.currency = "
    };
}

/// A SKU that is for sale by its code, whatever its case.
pub async fn find_offer(conn: &mut Conn<'_>, currency: &str, sku_key: &str) -> sqlx::Result<Option<Offer>> {
    fetch!(
        conn,
        optional as Offer,
        concat!(offer_columns!(), "$1 WHERE v.sku_key = $2 AND p.published"),
        currency,
        sku_key
    )
}

/// What is in a shopper's cart, as it is sold now. What has no price any more is missing.
pub async fn list_cart_offers(conn: &mut Conn<'_>, currency: &str, shopper: ShopperId) -> sqlx::Result<Vec<Offer>> {
    fetch!(
        conn,
        all as Offer,
        concat!(offer_columns!(), "$1 WHERE v.id IN (SELECT variant_id FROM cart_lines WHERE shopper_id = $2)"),
        currency,
        shopper.0
    )
}

/// What is on a wishlist, likewise.
pub async fn list_wishlist_offers(conn: &mut Conn<'_>, currency: &str, wishlist: Uuid) -> sqlx::Result<Vec<Offer>> {
    fetch!(
        conn,
        all as Offer,
        concat!(offer_columns!(), "$1 WHERE v.id IN (SELECT variant_id FROM wishlist_items WHERE wishlist_id = $2)"),
        currency,
        wishlist
    )
}
