//! Running searches on the server, off the threads that serve connections.

use super::{record, snapshot::Snapshot, view::Typing};
use crate::{
    catalog::store as catalog,
    domain::{
        search::{Criteria, FacetValue, Hit, Results, Slice, page::Asked},
        text,
    },
    error::AppError,
    server::{query_pairs, state::Shop},
};

/// Runs a search.
pub async fn search(shop: &Shop, criteria: Criteria) -> Result<Results, AppError> {
    on_snapshot(shop, move |snapshot| snapshot.search(&criteria)).await
}

/// Asks the newest snapshot, off the threads that serve connections.
pub(super) async fn on_snapshot<T, A>(shop: &Shop, ask: A) -> Result<T, AppError>
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
    on_snapshot(shop, move |snapshot| snapshot.hits(&criteria, Typing::Done)).await
}

/// Runs a shopper's search and remembers what was looked for and how much was found.
pub async fn search_and_record(shop: &Shop, criteria: Criteria) -> Result<Results, AppError> {
    let results = search(shop, criteria).await?;
    record::searched(shop, &results);
    Ok(results)
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
