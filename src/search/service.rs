//! Running searches on the server, off the threads that serve connections.

use crate::{
    domain::{
        search::{Criteria, Hit, Results, facets::CategoryNode},
        text,
    },
    error::AppError,
    server::{events::Kind, state::Shop},
};

/// Runs a search.
pub async fn search(shop: &Shop, criteria: Criteria) -> Result<Results, AppError> {
    let snapshot = shop.search.snapshot().await;
    let found = tokio::task::spawn_blocking(move || snapshot.search(&criteria)).await;
    found.map_err(AppError::internal)?.map_err(AppError::internal)
}

/// Runs a shopper's search and remembers what was looked for and how much was found.
pub async fn search_and_record(shop: &Shop, criteria: Criteria) -> Result<Results, AppError> {
    let first_page = criteria.page == 1 && !criteria.text.is_empty();
    let results = search(shop, criteria).await?;
    if first_page {
        shop.events.record(Kind::Search, &results.understood.criteria.text, results.total.to_string());
    }
    Ok(results)
}

/// What to offer for a text that is being typed.
#[derive(Clone, Debug, Default)]
pub struct Suggestions {
    pub queries: Vec<String>,
    pub categories: Vec<CategoryNode>,
    pub brands: Vec<String>,
    pub products: Vec<Hit>,
}

const SUGGESTED: usize = 4;

/// Categories and brands with a word that begins like what was typed, and the products it finds.
pub async fn suggest(shop: &Shop, typed: &str) -> Result<Suggestions, AppError> {
    let (mut criteria, _) = Criteria::parse([("q", typed)], shop.currency);
    if criteria.text.is_empty() {
        return Ok(Suggestions::default());
    }
    criteria.per_page = SUGGESTED as u32 + 1;
    let key = text::key(&criteria.text);
    let snapshot = shop.search.snapshot().await;
    let facets = &snapshot.table.facets;
    let fits = |name: &str| {
        let name = text::key(name);
        name.starts_with(&key) || name.split(' ').any(|word| word.starts_with(&key))
    };
    let categories: Vec<_> = facets.categories.iter().filter(|node| fits(&node.name)).take(SUGGESTED).cloned().collect();
    let brands = facets.brands.labels().filter(|brand| fits(brand)).take(SUGGESTED).map(str::to_owned).collect();
    let products = search(shop, criteria).await?.hits;
    let queries = products.iter().map(|hit| hit.title.clone()).filter(|title| fits(title)).take(SUGGESTED).collect();
    Ok(Suggestions { queries, categories, brands, products })
}
