//! Running searches on the server, off the threads that serve connections.

use super::{api::SHOWN_VALUES, record, snapshot::Snapshot, view::Typing};
use crate::{
    catalog::store as catalog,
    domain::{
        search::{Criteria, Facet, FacetValue, Hit, Results, criteria::PER_PAGE, facets::FacetKind},
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
    let pairs = query_pairs(Some(query));
    let (mut criteria, ignored) = Criteria::parse(pairs.iter().map(|(name, value)| (name, value)), shop.currency);
    let category = match place {
        "" => None,
        place => {
            criteria.choose("category", place);
            let path = text::key(place.trim_matches('/'));
            let row = catalog::find_category(&mut shop.db.read().await?.conn(), &path).await?;
            Some(row.ok_or(AppError::NotFound)?)
        }
    };
    // How many a page shows is not for the address to say.
    criteria.per_page = PER_PAGE;
    let mut results = search_and_record(shop, criteria).await?;
    results.understood.category = category.map(|row| (row.name, row.blurb));
    results.understood.ignored = ignored;
    let whole = |facet: &Facet| pairs.iter().any(|(name, value)| name == "all" && *value == facet.name);
    let cut = |facet: Facet| {
        if whole(&facet) {
            facet
        } else {
            let limit = limit(facet.kind);
            facet.cut(limit)
        }
    };
    let chosen = results.understood.criteria.choices.get("category").map_or(&[][..], Vec::as_slice);
    results.facets = results.facets.into_iter().map(|facet| open_tree(cut(facet), chosen)).collect();
    // A card leads to the first SKU that matches.
    results.hits.iter_mut().chain(&mut results.close).for_each(|hit| hit.skus.truncate(1));
    Ok(results)
}

/// Sizes are few and looked for by eye; a tree is not cut but opened.
fn limit(kind: FacetKind) -> usize {
    match kind {
        FacetKind::Option => 3 * SHOWN_VALUES,
        FacetKind::Category => usize::MAX,
        _ => SHOWN_VALUES,
    }
}

/// Of the category tree its top, what is chosen and what leads there, and what lies right below that.
fn open_tree(mut facet: Facet, chosen: &[String]) -> Facet {
    if facet.kind == FacetKind::Category {
        let leads_to = |above: &str, path: &str| {
            path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let is_open = |above: &str| chosen.iter().any(|path| leads_to(above, path));
        facet
            .values
            .retain(|value| value.chosen || value.value.rsplit_once('/').is_none_or(|(above, _)| is_open(above)));
    }
    facet
}

/// All values of one facet.
pub async fn facet_values(shop: &Shop, query: &str, facet: &str) -> Result<Vec<FacetValue>, AppError> {
    let (criteria, _) = Criteria::parse(query_pairs(Some(query)), shop.currency);
    let facets = search(shop, Criteria { per_page: 1, ..criteria }).await?.facets;
    Ok(facets.into_iter().find(|found| found.name == facet).map_or(vec![], |found| found.values))
}
