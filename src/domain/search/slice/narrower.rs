//! Which searches find nothing that another does not find too.

use super::Facets;
use crate::domain::search::{
    criteria::{Criteria, PriceRange},
    facets::is_within,
};

/// Whether every value chosen is one that the facets know. Names that no facet bears mean nothing and do no harm.
pub(super) fn is_known(criteria: &Criteria, facets: &Facets) -> bool {
    criteria.choices.iter().all(|(name, keys)| match name.as_str() {
        "category" => keys.iter().all(|path| facets.find_category(path).is_some()),
        "brand" => keys.iter().all(|key| facets.brands.find(key).is_some()),
        name => facets.find_named(name).is_none_or(|facet| {
            let values = &facets.named[facet as usize].values;
            keys.iter().all(|key| values.find(key).is_some())
        }),
    })
}

/// Whether a search has the text of the `base`, and each filter of the base as it is or tighter.
pub(super) fn is_narrower(criteria: &Criteria, base: &Criteria) -> bool {
    criteria.text == base.text
        && criteria.exact == base.exact
        && base.choices.iter().all(|(name, among)| {
            let is_among = |value: &String| {
                among.iter().any(|one| if name == "category" { is_within(value, one) } else { value == one })
            };
            criteria.choices.get(name).is_some_and(|values| values.iter().all(is_among))
        })
        && (base.prices.is_empty() || is_within_prices(&criteria.prices, &base.prices))
        && base.rating.is_none_or(|least| criteria.rating.is_some_and(|stars| stars >= least))
        && (criteria.in_stock || !base.in_stock)
        && (criteria.on_sale || !base.on_sale)
}

fn is_within_prices(ranges: &[PriceRange], among: &[PriceRange]) -> bool {
    let holds = |outer: &PriceRange, inner: &PriceRange| {
        outer.min.is_none_or(|min| inner.min.is_some_and(|lowest| lowest >= min))
            && outer.max.is_none_or(|max| inner.max.is_some_and(|highest| highest <= max))
    };
    !ranges.is_empty() && ranges.iter().all(|inner| among.iter().any(|outer| holds(outer, inner)))
}
