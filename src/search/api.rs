//! What the browser may ask about products found.

use crate::{
    domain::search::{FacetValue, Results, Slice},
    error::AppError,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What to offer for a text that is being typed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Suggested {
    /// Texts to search for.
    pub queries: Vec<String>,
    /// `(slug path, name, name of what it lies in)`.
    pub categories: Vec<(String, String, String)>,
    pub brands: Vec<String>,
    /// `(handle, title, price, picture)`.
    pub products: Vec<(String, String, String, String)>,
}

/// Products found for the parameters of an address, on the page of a category when `place` names one. For everybody.
#[server(prefix = "/_fn", endpoint = "search/run", input = leptos::server_fn::codec::GetUrl)]
pub async fn search_products(place: String, query: String) -> Result<Results, AppError> {
    super::service::page(&crate::server::use_shop(), &place, &query).await
}

/// What the browser needs to refine such a page by itself, where that is little enough. For everybody.
#[server(prefix = "/_fn", endpoint = "search/slice", input = leptos::server_fn::codec::GetUrl)]
pub async fn search_slice(place: String, query: String) -> Result<Option<Slice>, AppError> {
    super::service::slice(&crate::server::use_shop(), &place, &query).await
}

/// All values of one facet. For everybody.
#[server(prefix = "/_fn", endpoint = "search/facet", input = leptos::server_fn::codec::GetUrl)]
pub async fn facet_values(query: String, facet: String) -> Result<Vec<FacetValue>, AppError> {
    super::service::facet_values(&crate::server::use_shop(), &query, &facet).await
}

/// Suggestions. For everybody.
#[server(prefix = "/_fn", endpoint = "search/suggest", input = leptos::server_fn::codec::GetUrl)]
pub async fn suggest(typed: String) -> Result<Suggested, AppError> {
    super::suggest::suggested(&crate::server::use_shop(), &typed).await
}

/// Notes that a product was opened from the results of a text, at a place counted from 1. For everybody.
#[server(prefix = "/_fn", endpoint = "search/opened")]
pub async fn product_opened(text: String, handle: String, position: u32) -> Result<(), AppError> {
    super::record::opened(&crate::server::use_shop(), &text, &handle, position);
    Ok(())
}
