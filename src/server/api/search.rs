//! `GET /search` and `GET /suggest`.

use super::{money::Amount, problem::Problem};
use crate::{
    domain::search::{Criteria, Facet, Hit, Results},
    error::AppError,
    search::{service, suggest as suggestions},
    server::{query_pairs, state::Shop},
};
use axum::{
    Json,
    extract::{RawQuery, State},
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::{sync::Arc, time::Instant};
use utoipa::ToSchema;

/// The answer to a search.
#[derive(Serialize, ToSchema)]
pub struct SearchAnswer {
    /// Products that match.
    total: u32,
    /// Microseconds it took.
    took_us: u64,
    query: UnderstoodAnswer,
    hits: Vec<HitAnswer>,
    /// Where few products match what was read from the text: others that come close, nearest first. They are not among
    /// `hits`, and not counted.
    close: Vec<HitAnswer>,
    /// For each facet its values with a count above zero, most first; `price` has `min` and `max` instead.
    #[schema(value_type = Object)]
    facets: Map<String, Value>,
}

/// The search as it was understood.
#[derive(Serialize, ToSchema)]
struct UnderstoodAnswer {
    /// The text, in the spelling that was searched for.
    text: String,
    /// What of it is looked for as words; others became filters, or are in `left_out`.
    words: String,
    /// The whole text in the spelling searched for instead, if any. `exact=1` searches for the one that was sent.
    corrected: Option<String>,
    /// What was left out because no product has all that was asked for.
    left_out: Vec<String>,
    /// The filters in force, by the name of the parameter.
    #[schema(value_type = Object)]
    filters: Map<String, Value>,
}

/// A product found.
#[derive(Serialize, ToSchema)]
struct HitAnswer {
    handle: String,
    title: String,
    brand: String,
    /// The slug path of its category.
    category: String,
    /// The lowest and the highest price of the SKUs that match.
    price: Amount,
    price_to: Amount,
    /// What the cheapest matching SKU cost before its sale.
    was: Option<Amount>,
    /// Whether any matching SKU can be bought.
    in_stock: bool,
    image: Option<String>,
    /// The codes of the SKUs that match.
    skus: Vec<String>,
}

impl From<Hit> for HitAnswer {
    fn from(hit: Hit) -> Self {
        Self {
            handle: hit.handle,
            title: hit.title,
            brand: hit.brand,
            category: hit.category,
            price: hit.price.into(),
            price_to: hit.price_to.into(),
            was: hit.was.map(Into::into),
            in_stock: hit.in_stock,
            image: hit.image,
            skus: hit.skus,
        }
    }
}

/// Search by text and filters together.
#[utoipa::path(get, path = "/api/v1/search", tag = "search",
    params(
        ("q" = Option<String>, Query, description = "Text; filters are read from it, and its spelling is corrected"),
        ("exact" = Option<String>, Query, description = "`1`: take the text as it stands"),
        ("category" = Option<Vec<String>>, Query, description = "Slug paths, `apparel/topwear`"),
        ("brand" = Option<Vec<String>>, Query, description = "Brands; likewise any option or attribute by its name"),
        ("price" = Option<String>, Query, description = "`10.00-40.00`; either side may be left out"),
        ("rating" = Option<u8>, Query, description = "At least that many stars, 1 to 5"),
        ("in_stock" = Option<String>, Query, description = "`1`: only what can be bought"),
        ("on_sale" = Option<String>, Query, description = "`1`: only what is on sale"),
        ("sort" = Option<String>, Query, description = "relevance, price-asc, price-desc, newest, rating or popular"),
        ("page" = Option<u32>, Query, description = "From 1"),
        ("per_page" = Option<u32>, Query, description = "1 to 100, default 24"),
    ),
    responses((status = 200, body = SearchAnswer), (status = 400, body = Problem, description = "`invalid_parameter`")))]
pub async fn search(State(shop): State<Arc<Shop>>, RawQuery(query): RawQuery) -> Result<Json<SearchAnswer>, Problem> {
    let started = Instant::now();
    let (criteria, bad) = Criteria::parse(query_pairs(query.as_deref()), shop.currency);
    if let Some(bad) = bad.into_iter().next() {
        return Err(AppError::InvalidParameter { name: bad.name }.into());
    }
    let results = service::search_and_record(&shop, criteria).await?;
    let took_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    Ok(Json(answer(results, took_us)))
}

fn answer(results: Results, took_us: u64) -> SearchAnswer {
    let Results { total, understood, hits, close, facets, price, .. } = results;
    let mut counted: Map<String, Value> =
        facets.into_iter().map(|facet| (facet.name.clone(), values(&facet))).collect();
    if let Some(span) = price {
        counted.insert("price".into(), json!({ "min": Amount::from(span.min), "max": Amount::from(span.max) }));
    }
    SearchAnswer {
        total,
        took_us,
        query: UnderstoodAnswer {
            text: understood.corrected.clone().unwrap_or(understood.asked.text),
            words: understood.criteria.text,
            corrected: understood.corrected,
            left_out: understood.left_out,
            filters: filters(understood.chips.into_iter().map(|chip| (chip.name, chip.value))),
        },
        hits: hits.into_iter().map(Into::into).collect(),
        close: close.into_iter().map(Into::into).collect(),
        facets: counted,
    }
}

fn values(facet: &Facet) -> Value {
    let mut counted: Vec<_> = facet.values.iter().filter(|value| value.count > 0).collect();
    // Stable: what counts the same keeps its order. Ratings come as a shopper reads them, five stars first.
    counted.sort_by_key(|value| std::cmp::Reverse(value.count));
    counted.into_iter().map(|value| json!({ "value": value.value, "count": value.count })).collect()
}

fn filters(chosen: impl Iterator<Item = (String, String)>) -> Map<String, Value> {
    let mut filters = Map::new();
    for (name, value) in chosen {
        if let Value::Array(values) = filters.entry(name).or_insert_with(|| json!([])) {
            values.push(value.into());
        }
    }
    filters
}

/// What to offer while somebody types.
#[derive(Serialize, ToSchema)]
pub struct SuggestAnswer {
    /// Texts that others searched for or that the catalogue's words make, each finding something.
    queries: Vec<String>,
    categories: Vec<SuggestedCategory>,
    brands: Vec<String>,
    products: Vec<SuggestedProduct>,
}

/// A category whose name has words that begin like those typed.
#[derive(Serialize, ToSchema)]
struct SuggestedCategory {
    path: String,
    name: String,
}

/// A product found by what was typed.
#[derive(Serialize, ToSchema)]
struct SuggestedProduct {
    handle: String,
    title: String,
    price: Amount,
    image: Option<String>,
}

/// Suggestions for a text that is being typed.
#[utoipa::path(get, path = "/api/v1/suggest", tag = "search",
    params(("q" = String, Query, description = "What was typed so far")),
    responses((status = 200, body = SuggestAnswer)))]
pub async fn suggest(State(shop): State<Arc<Shop>>, RawQuery(query): RawQuery) -> Result<Json<SuggestAnswer>, Problem> {
    let typed = query_pairs(query.as_deref()).into_iter().find(|(name, _)| name == "q").map(|(_, value)| value);
    let found = suggestions::suggest(&shop, &typed.unwrap_or_default()).await?;
    Ok(Json(SuggestAnswer {
        queries: found.queries,
        categories: found.categories.into_iter().map(|c| SuggestedCategory { path: c.path, name: c.name }).collect(),
        brands: found.brands,
        products: found
            .products
            .into_iter()
            .map(|p| SuggestedProduct { handle: p.handle, title: p.title, price: p.price.into(), image: p.image })
            .collect(),
    }))
}
