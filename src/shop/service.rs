//! Puts together what surrounds every page, and the home page.

use super::info::{CategoryTile, Frame, Home, MenuEntry};
use crate::{
    catalog::store::{self as catalog, CategoryRow},
    domain::search::{Criteria, Hit, Sort, evaluate},
    error::AppError,
    search::{
        service::{hits, search},
        snapshot::Snapshot,
    },
    server::state::Shop,
};
use std::sync::Arc;

const SHOWN: u32 = 8;
const TILES: usize = 8;

/// Name, lines and menu.
pub async fn frame(shop: &Shop) -> Result<Frame, AppError> {
    let rows = catalog::list_categories(&mut shop.db.read().await?.conn()).await?;
    let info = shop.info.load();
    Ok(Frame {
        name: info.name.clone(),
        tagline: info.tagline.clone(),
        announcement: info.announcement.clone(),
        shipping_note: info.shipping_note.clone(),
        menu: menu(&rows, None),
    })
}

/// The categories right below one, with two more levels at most.
fn menu(rows: &[CategoryRow], parent: Option<&CategoryRow>) -> Vec<MenuEntry> {
    let depth = parent.map_or(0, |parent| parent.path.matches('/').count() + 1);
    let below = rows.iter().filter(|row| row.parent_id == parent.map(|parent| parent.id));
    let entry = |row: &CategoryRow| MenuEntry {
        path: row.path.clone(),
        name: row.name.clone(),
        children: if depth < 1 { menu(rows, Some(row)) } else { vec![] },
    };
    below.map(entry).collect()
}

/// What the home page shows: what the shop chose, else what is popular and new.
pub async fn home(shop: &Shop) -> Result<Home, AppError> {
    let info = shop.info.load().home.clone();
    let snapshot = shop.search.snapshot().await;
    let featured = match chosen(&snapshot, &info.featured) {
        hits if hits.is_empty() => listed(shop, Sort::Popular).await?,
        hits => hits,
    };
    let newest = match chosen(&snapshot, &info.newest) {
        hits if hits.is_empty() => listed(shop, Sort::Newest).await?,
        hits => hits,
    };
    let categories = tiles(shop).await?;
    Ok(Home { info, featured, newest, categories })
}

async fn listed(shop: &Shop, sort: Sort) -> Result<Vec<Hit>, AppError> {
    hits(shop, Criteria { sort: Some(sort), per_page: SHOWN, ..Criteria::default() }).await
}

fn chosen(snapshot: &Arc<Snapshot>, handles: &[String]) -> Vec<Hit> {
    handles.iter().filter_map(|handle| evaluate::find(&snapshot.table, handle)).collect()
}

/// A tile for each category at the top (for those below it where there are few at the top).
async fn tiles(shop: &Shop) -> Result<Vec<CategoryTile>, AppError> {
    let rows = catalog::list_categories(&mut shop.db.read().await?.conn()).await?;
    let mut tiles = Vec::new();
    for MenuEntry { path, name, .. } in menu(&rows, None) {
        let mut criteria = Criteria { per_page: 1, ..Criteria::default() };
        criteria.choose("category", &path);
        let results = search(shop, criteria).await?;
        let picture = results.hits.first().and_then(|hit| hit.image.clone());
        if results.total > 0 && tiles.len() < TILES {
            tiles.push(CategoryTile { path, name, picture, count: results.total });
        }
    }
    Ok(tiles)
}
