//! Writes what was planned, one batch a transaction.
//!
//! Rows are touched in one order whatever the order of the file: known ones by id, as orders do, new ones by key. Two
//! transactions that lock the same rows in different orders would wait for each other.

use super::{
    existing::{Categories, Existing, category_path},
    plan::{ChangedVariant, Plan, product_id},
};
use crate::{
    catalog::store::{self, CategoryRow, ChangeKind, Movement, Reason},
    db::{Db, Tx},
    server::clock::Ids,
};
use uuid::Uuid;

/// Somebody else changed the same rows in the meantime: look again and plan anew.
#[derive(Debug)]
pub enum ApplyError {
    Overtaken,
    Database(sqlx::Error),
}

impl From<sqlx::Error> for ApplyError {
    fn from(cause: sqlx::Error) -> Self {
        Self::Database(cause)
    }
}

/// Writes the plans of a batch and tells the search index, all or nothing.
pub async fn apply(
    db: &Db,
    plans: &mut [Plan],
    existing: &Existing,
    categories: &mut Categories,
    currency: &str,
    ids: &Ids,
    now: i64,
) -> Result<(), ApplyError> {
    if plans.iter().all(|plan| plan.effects.is_empty()) {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    let mut found = categories.clone();
    let mut in_tree_order: Vec<_> = plans.iter_mut().collect();
    in_tree_order.sort_by(|one, other| one.category.cmp(&other.category));
    for plan in in_tree_order {
        if let Some(names) = plan.category.take() {
            let id = ensure_category(&mut tx, &mut found, &names, ids).await?;
            let product = plan.new_product.as_mut().or(plan.changed_product.as_mut());
            product.into_iter().for_each(|product| product.category_id = id);
            plan.category = Some(names);
        }
    }
    write_products(&mut tx, plans, now).await?;
    write_variants(&mut tx, plans, currency, ids, now).await?;
    write_pictures(&mut tx, plans).await?;
    let changed = |stock_only: bool| -> Vec<(Uuid, Uuid)> {
        let plans = plans.iter().filter(|plan| !plan.effects.is_empty() && is_stock_only(plan) == stock_only);
        plans.filter_map(|plan| product_id(plan, existing)).map(|product| (ids.next(), product)).collect()
    };
    store::insert_changes(&mut tx, &changed(false), ChangeKind::Product, now).await?;
    store::insert_changes(&mut tx, &changed(true), ChangeKind::Stock, now).await?;
    tx.commit().await?;
    *categories = found;
    Ok(())
}

fn is_stock_only(plan: &Plan) -> bool {
    plan.product_is_unchanged()
        && plan.new_variants.is_empty()
        && plan.changed_variants.iter().all(|variant| !variant.fields && !variant.price)
}

/// The id of a category, made with those above it where they are missing.
async fn ensure_category(
    tx: &mut Tx,
    categories: &mut Categories,
    names: &[String],
    ids: &Ids,
) -> Result<Option<Uuid>, ApplyError> {
    let mut parent_id = None;
    for depth in 1..=names.len() {
        let path = category_path(&names[..depth]);
        if let Some(id) = categories.id(&path) {
            parent_id = Some(id);
            continue;
        }
        let row = CategoryRow {
            id: ids.next(),
            parent_id,
            path: path.clone(),
            name: names[depth - 1].clone(),
            blurb: String::new(),
            position: 0,
        };
        store::insert_category(tx, &row).await?;
        let kept = store::find_category(&mut tx.conn(), &path).await?.ok_or(ApplyError::Overtaken)?;
        categories.insert(path, kept.id);
        parent_id = Some(kept.id);
    }
    Ok(parent_id)
}

async fn write_products(tx: &mut Tx, plans: &[Plan], now: i64) -> Result<(), ApplyError> {
    let mut new: Vec<_> = plans.iter().filter_map(|plan| plan.new_product.clone()).collect();
    new.sort_by(|one, other| one.handle.cmp(&other.handle));
    if store::insert_products(tx, &new, now).await? != new.len() as u64 {
        return Err(ApplyError::Overtaken);
    }
    let mut changed: Vec<_> = plans.iter().filter_map(|plan| plan.changed_product.as_ref()).collect();
    changed.sort_by_key(|product| product.id);
    for product in changed {
        store::update_product(tx, product, now).await?;
    }
    Ok(())
}

async fn write_variants(tx: &mut Tx, plans: &[Plan], currency: &str, ids: &Ids, now: i64) -> Result<(), ApplyError> {
    let mut changed: Vec<_> = plans.iter().flat_map(|plan| &plan.changed_variants).collect();
    changed.sort_by_key(|variant| variant.row.id);
    // Stock before all else, because of the catalog that is what orders lock first.
    for variant in &changed {
        write_stock(tx, variant, ids, now).await?;
    }
    for variant in &changed {
        if variant.fields {
            store::update_variant(tx, &variant.row).await?;
        }
        if let Some(price) = store::price_of(&variant.row, now).filter(|_| variant.price) {
            store::update_price(tx, ids.next(), currency, price).await?;
        }
    }
    // New ones last: they may have option values that a known one gave up.
    let mut new: Vec<_> = plans.iter().flat_map(|plan| plan.new_variants.clone()).collect();
    new.sort_by(|one, other| one.sku_key.cmp(&other.sku_key));
    if store::insert_variants(tx, &new, currency, now, ids).await? != new.len() as u64 {
        return Err(ApplyError::Overtaken);
    }
    Ok(())
}

async fn write_stock(tx: &mut Tx, variant: &ChangedVariant, ids: &Ids, now: i64) -> Result<(), ApplyError> {
    let Some((was, delta)) = variant.stock else { return Ok(()) };
    let variant_id = variant.row.id;
    let movement = Movement { id: ids.next(), variant_id, delta, reason: Reason::Import, reference: "", at: now };
    if store::adjust_stock(tx, was, movement).await? { Ok(()) } else { Err(ApplyError::Overtaken) }
}

async fn write_pictures(tx: &mut Tx, plans: &[Plan]) -> Result<(), ApplyError> {
    let mut new: Vec<_> = plans.iter().flat_map(|plan| plan.new_pictures.clone()).collect();
    new.sort_by(|one, other| (one.product_id, &one.src).cmp(&(other.product_id, &other.src)));
    store::insert_pictures(tx, &new).await?;
    let mut changed: Vec<_> = plans.iter().flat_map(|plan| &plan.changed_pictures).collect();
    changed.sort_by_key(|picture| picture.id);
    for picture in changed {
        store::update_picture(tx, picture).await?;
    }
    Ok(())
}
