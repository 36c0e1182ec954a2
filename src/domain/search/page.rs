//! A page of results: what its address asks for, and how much of the answer it shows.
//!
//! The server goes this way, and so does the browser where it can answer by itself: both show the same.

use super::{
    criteria::{BadParameter, Criteria, PER_PAGE},
    facets::{FacetKind, is_within},
    results::{Facet, Results},
};
use crate::domain::{money::Currency, text};

/// Values of a facet that a page gets at first; the others when somebody looks for them.
const SHOWN_VALUES: usize = 10;

/// What an address asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    pub criteria: Criteria,
    ignored: Vec<BadParameter>,
    /// Facets to be shown with all their values.
    whole: Vec<String>,
}

impl Asked {
    /// Reads the query of an address: bad parameters are left out, and named on the page.
    ///
    /// `place` is the category whose page it is, or empty. Prices are in the major units of `currency`.
    #[must_use]
    pub fn read(place: &str, query: &str, currency: Currency) -> Self {
        let pairs = text::query_pairs(query);
        let (mut criteria, ignored) = Criteria::parse(pairs.iter().map(|(name, value)| (name, value)), currency);
        if !place.is_empty() {
            criteria.choose("category", place);
        }
        // How many a page shows is not for the address to say.
        criteria.per_page = PER_PAGE;
        let whole = pairs.into_iter().filter(|(name, _)| name == "all").map(|(_, facet)| facet).collect();
        Self { criteria, ignored, whole }
    }

    /// The facets that are to be shown with all their values.
    pub fn whole(&self) -> impl Iterator<Item = &str> {
        self.whole.iter().map(String::as_str)
    }

    /// What the page shows of everything that was found: long facets cut, the tree of categories opened where
    /// something is chosen. `category` is the name and introduction of the category whose page it is.
    #[must_use]
    pub fn page(&self, mut results: Results, category: Option<(String, String)>) -> Results {
        results.understood.category = category;
        results.understood.ignored = self.ignored.clone();
        let chosen = results.understood.criteria.choices.get("category").map_or(&[][..], Vec::as_slice);
        let cut = |facet: Facet| {
            if self.whole.contains(&facet.name) {
                facet
            } else {
                let limit = limit(facet.kind);
                facet.cut(limit)
            }
        };
        results.facets = results.facets.into_iter().map(|facet| open_tree(cut(facet), chosen)).collect();
        // A card leads to the first SKU that matches.
        results.hits.iter_mut().chain(&mut results.close).for_each(|hit| hit.skus.truncate(1));
        results
    }
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
        let is_open = |above: &str| chosen.iter().any(|path| is_within(path, above));
        facet
            .values
            .retain(|value| value.chosen || value.value.rsplit_once('/').is_none_or(|(above, _)| is_open(above)));
    }
    facet
}
