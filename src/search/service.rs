//! Running searches on the server, off the threads that serve connections.

use super::{api::Suggested, engine::Snapshot, index::Typing};
use crate::{
    catalog::store as catalog,
    domain::{
        search::{Criteria, FacetValue, Hit, Results, Slice, facets::CategoryNode, page::Asked},
        text,
    },
    error::AppError,
    server::{events::Kind, query_pairs, state::Shop},
};

/// Runs a search.
pub async fn search(shop: &Shop, criteria: Criteria) -> Result<Results, AppError> {
    on_snapshot(shop, move |snapshot| snapshot.search(&criteria, Typing::Done)).await
}

/// Asks the newest snapshot, off the threads that serve connections.
async fn on_snapshot<T, A>(shop: &Shop, ask: A) -> Result<T, AppError>
where
    T: Send + 'static,
    A: FnOnce(&Snapshot) -> tantivy::Result<T> + Send + 'static,
{
    let snapshot = shop.search.snapshot().await;
    let answer = tokio::task::spawn_blocking(move || ask(&snapshot)).await;
    answer.map_err(AppError::internal)?.map_err(AppError::internal)
}

/// The first products of a search, without facets and counts.
pub async fn hits(shop: &Shop, criteria: Criteria) -> Result<Vec<Hit>, AppError> {
    hits_as(shop, criteria, Typing::Done).await
}

async fn hits_as(shop: &Shop, criteria: Criteria, typing: Typing) -> Result<Vec<Hit>, AppError> {
    on_snapshot(shop, move |snapshot| snapshot.hits(&criteria, typing)).await
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
    let categories: Vec<_> =
        facets.categories.iter().filter(|node| fits(&node.name)).take(SUGGESTED).cloned().collect();
    let brands = facets.brands.labels().filter(|brand| fits(brand)).take(SUGGESTED).map(str::to_owned).collect();
    let products = hits_as(shop, criteria, Typing::GoesOn).await?;
    let queries = products.iter().map(|hit| hit.title.clone()).filter(|title| fits(title)).take(SUGGESTED).collect();
    Ok(Suggestions { queries, categories, brands, products })
}

/// A page of results for the parameters of an address: bad ones are left out and named, long facets are cut.
///
/// `place` is the category whose page it is, or empty.
pub async fn page(shop: &Shop, place: &str, query: &str) -> Result<Results, AppError> {
    let asked = Asked::read(place, query, shop.currency);
    let category = match place {
        "" => None,
        place => {
            let path = text::key(place.trim_matches('/'));
            let row = catalog::find_category(&mut shop.db.read().await?.conn(), &path).await?;
            Some(row.ok_or(AppError::NotFound)?)
        }
    };
    let results = search_and_record(shop, asked.criteria.clone()).await?;
    Ok(asked.page(results, category.map(|row| (row.name, row.blurb))))
}

/// What the browser needs to refine a page of results by itself; nothing when that is too much to send.
pub async fn slice(shop: &Shop, place: &str, query: &str) -> Result<Option<Slice>, AppError> {
    let criteria = Asked::read(place, query, shop.currency).criteria;
    on_snapshot(shop, move |snapshot| snapshot.slice(&criteria)).await
}

/// All values of one facet.
pub async fn facet_values(shop: &Shop, query: &str, facet: &str) -> Result<Vec<FacetValue>, AppError> {
    let (criteria, _) = Criteria::parse(query_pairs(Some(query)), shop.currency);
    let facets = search(shop, Criteria { per_page: 1, ..criteria }).await?.facets;
    Ok(facets.into_iter().find(|found| found.name == facet).map_or(vec![], |found| found.values))
}

/// Suggestions as the search box shows them.
pub async fn suggested(shop: &Shop, typed: &str) -> Result<Suggested, AppError> {
    let found = suggest(shop, typed).await?;
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let categories = found.categories.into_iter().map(|node| (format!("/c/{}", node.path), node.name));
    let brands = found.brands.into_iter().map(|brand| (format!("/search?brand={}", encode(&brand)), brand));
    let product = |hit: Hit| (format!("/p/{}", hit.handle), hit.title, hit.price.to_string(), hit.image);
    Ok(Suggested {
        places: categories.chain(brands).collect(),
        products: found.products.into_iter().map(product).collect(),
    })
}
