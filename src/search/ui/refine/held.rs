//! A slice in the browser's hands.

use super::{Address, Held, Known};
use crate::{
    domain::search::{Criteria, FacetValue, Results, Slice, page::Asked},
    search::api::search_slice,
    ui::timed,
};
use std::{future::Future, pin::Pin};

/// A slice on its way; nothing when there is none, or it did not arrive.
pub type Fetching = Pin<Box<dyn Future<Output = Option<Box<dyn Held>>>>>;

/// Fetches the slice for a page of results.
pub fn fetch((place, query): Address) -> Fetching {
    Box::pin(async move {
        let slice = search_slice(place, query).await.ok()??;
        Some(Box::new(slice) as Box<dyn Held>)
    })
}

impl Held for Slice {
    fn covers(&self, criteria: &Criteria) -> bool {
        self.answers(criteria)
    }

    fn page(&self, (place, query): &Address, known: &Known, last: &Results) -> Option<(Results, bool)> {
        let asked = Asked::read(place, query, self.currency());
        let category = match place.as_str() {
            "" => None,
            place => Some(known.category(place)?),
        };
        if !self.answers(&asked.criteria) || asked.whole().any(|facet| self.is_pinned(facet)) {
            return None;
        }
        let results = timed("refine", || asked.page(self.run(&asked.criteria, last), category));
        // Where words find nothing the server looks for what comes close.
        if results.total == 0 && !asked.criteria.text.is_empty() {
            return None;
        }
        let is_settled = self.is_settled(&results.understood.criteria, &last.understood.criteria);
        Some((results, is_settled))
    }

    fn values(&self, query: &str, facet: &str, last: &Results) -> Option<Vec<FacetValue>> {
        let asked = Asked::read("", query, self.currency());
        if !self.answers(&asked.criteria) || self.is_pinned(facet) {
            return None;
        }
        let found = self.run(&asked.criteria, last).facets.into_iter().find(|found| found.name == facet);
        Some(found.map_or(vec![], |found| found.values))
    }
}
