//! What the shop already has of the products of one batch.

use super::group::Group;
use crate::{
    catalog::store::{self, Bundle},
    db::Conn,
    domain::text,
};
use std::collections::HashMap;
use uuid::Uuid;

/// The category tree, by path and by id.
#[derive(Clone, Debug, Default)]
pub struct Categories {
    ids: HashMap<String, Uuid>,
    paths: HashMap<Uuid, String>,
}

impl Categories {
    pub async fn load(conn: &mut Conn<'_>) -> sqlx::Result<Self> {
        let mut categories = Self::default();
        for row in store::list_categories(conn).await? {
            categories.insert(row.path, row.id);
        }
        Ok(categories)
    }

    pub fn insert(&mut self, path: String, id: Uuid) {
        self.paths.insert(id, path.clone());
        self.ids.insert(path, id);
    }

    #[must_use]
    pub fn id(&self, path: &str) -> Option<Uuid> {
        self.ids.get(path).copied()
    }

    #[must_use]
    pub fn path(&self, id: Option<Uuid>) -> &str {
        id.and_then(|id| self.paths.get(&id)).map_or("", String::as_str)
    }
}

/// The slug path of category names from the root down.
#[must_use]
pub fn category_path(names: &[String]) -> String {
    names.iter().map(|name| text::slug(name)).collect::<Vec<_>>().join("/")
}

/// What the shop has, by handle and by SKU.
#[derive(Debug, Default)]
pub struct Existing {
    pub products: HashMap<String, Bundle>,
    /// Key of the code → the product that has it.
    pub sku_owners: HashMap<String, Uuid>,
}

impl Existing {
    pub async fn load(conn: &mut Conn<'_>, currency: &str, groups: &[Group]) -> sqlx::Result<Self> {
        let handles: Vec<String> = groups.iter().map(|group| group.handle.clone()).collect();
        let mut products = store::list_products_by_handle(conn, &handles).await?;
        products.sort_by_key(|product| product.id);
        let bundles = store::bundle(conn, currency, products).await?;
        let keys: Vec<String> = groups.iter().flat_map(super::plan::sku_keys).collect();
        let owners = store::list_sku_owners(conn, &keys).await?;
        Ok(Self {
            products: bundles.into_iter().map(|bundle| (bundle.product.handle.clone(), bundle)).collect(),
            sku_owners: owners.into_iter().map(|(key, product, _)| (key, product)).collect(),
        })
    }
}
