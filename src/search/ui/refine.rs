//! Refinement in the browser. Once a page of results stands, the browser fetches the slice of products it was found
//! among; what narrows, sorts or pages within that is then answered here, without the network and by the server's own
//! code. What the slice cannot answer is asked of the server, as everything is without it.

use crate::{
    domain::search::{FacetValue, Results, Slice, page::Asked, slice::MOST},
    search::api::{search_products, search_slice},
    ui::{Loading, load, timed},
};
use leptos::{
    leptos_dom::helpers::{is_server, request_idle_callback_with_handle},
    prelude::*,
    task::spawn_local,
    web_sys::js_sys::Date,
};
use std::time::Duration;

/// How long a slice is good, in milliseconds: prices and stock change.
const GOOD_FOR: f64 = 120_000.0;
/// How long to let the page settle, in a browser that does not say when it is idle.
const PAUSE: Duration = Duration::from_millis(500);

/// The category whose page it is, or empty, and the query.
pub type Address = (String, String);

/// What the browser holds of the shop's products. Outlives the page, as going back to it should cost nothing.
#[derive(Clone, Copy)]
pub struct Refinement {
    kept: StoredValue<Kept>,
    /// Was answered here, but for facets that the server has yet to count.
    unsettled: RwSignal<Option<Address>>,
}

#[derive(Default)]
struct Kept {
    /// With the time when it came.
    slice: Option<(Slice, f64)>,
    /// The server's last answer.
    last: Option<Results>,
    /// Name and introduction of the categories whose pages were seen.
    categories: Vec<(String, (String, String))>,
}

/// Makes refinement work below.
pub fn provide_refinement() {
    provide_context(Refinement { kept: StoredValue::new(Kept::default()), unsettled: RwSignal::new(None) });
}

#[must_use]
pub fn use_refinement() -> Refinement {
    expect_context()
}

/// The results for an address: from what the browser holds, where that will do, else from the server.
pub fn load_results(address: Memo<Address>) -> Loading<Results> {
    let refinement = use_refinement();
    let results = load(
        move || address.get(),
        move |address| async move {
            match refinement.answer(&address) {
                Some(found) => Ok(found),
                None => refinement.ask(address).await,
            }
        },
    );
    // What the server sent along with the page was not asked for here.
    Effect::new(move |_| {
        if let Some(Ok(found)) = results.get_untracked()
            && !refinement.has_learnt()
        {
            refinement.learn(&address.get_untracked(), &found);
        }
    });
    Effect::new(move |_| {
        let Some(unsettled) = refinement.unsettled.get() else { return };
        spawn_local(async move {
            if let Ok(found) = refinement.ask(unsettled.clone()).await
                && address.try_get_untracked() == Some(unsettled)
            {
                results.set(Some(Ok(found)));
            }
        });
    });
    results
}

impl Refinement {
    async fn ask(self, address: Address) -> Result<Results, crate::error::AppError> {
        let (place, query) = address.clone();
        let found = search_products(place, query).await?;
        self.learn(&address, &found);
        Ok(found)
    }

    fn answer(self, address: &Address) -> Option<Results> {
        let (found, is_settled) = self.kept.try_with_value(|kept| kept.answer(address)).flatten()?;
        if !is_settled {
            self.unsettled.set(Some(address.clone()));
        }
        Some(found)
    }

    /// All values of a facet, where the browser can count them. `query` is that of the page.
    #[must_use]
    pub fn values(self, query: &str, facet: &str) -> Option<Vec<FacetValue>> {
        self.kept.try_with_value(|kept| kept.values(query, facet)).flatten()
    }

    fn has_learnt(self) -> bool {
        self.kept.with_value(|kept| kept.last.is_some())
    }

    /// Notes an answer of the server, and sees to a slice for what may be asked next.
    fn learn(self, address: &Address, found: &Results) {
        if is_server() {
            return;
        }
        let is_covered = self.kept.try_update_value(|kept| {
            kept.note(&address.0, found);
            kept.at_hand().is_some_and(|(slice, _)| slice.answers(&found.understood.criteria))
        });
        if is_covered == Some(false) && found.total as usize <= MOST {
            self.fetch(address.clone());
        }
    }

    /// Fetches a slice when there is nothing better to do. Without one, everything works through the server.
    fn fetch(self, address: Address) {
        let fetch = move || {
            let (place, query) = address.clone();
            spawn_local(async move {
                if let Ok(Some(slice)) = search_slice(place, query).await {
                    timed("slice", || self.kept.try_update_value(|kept| kept.slice = Some((slice, Date::now()))));
                }
            });
        };
        if request_idle_callback_with_handle(fetch.clone()).is_err() {
            set_timeout(fetch, PAUSE);
        }
    }
}

impl Kept {
    /// The slice, as long as it is good, and the last answer.
    fn at_hand(&self) -> Option<(&Slice, &Results)> {
        let (slice, came) = self.slice.as_ref()?;
        (Date::now() - came < GOOD_FOR).then_some((slice, self.last.as_ref()?))
    }

    fn note(&mut self, place: &str, found: &Results) {
        if let Some(category) = &found.understood.category
            && self.categories.iter().all(|(seen, _)| seen != place)
        {
            self.categories.push((place.to_owned(), category.clone()));
        }
        self.last = Some(found.clone());
    }

    /// The page of an address, and whether all its facets are counted.
    fn answer(&self, (place, query): &Address) -> Option<(Results, bool)> {
        let (slice, last) = self.at_hand()?;
        let asked = Asked::read(place, query, slice.currency());
        let category = match place.as_str() {
            "" => None,
            place => Some(self.categories.iter().find(|(seen, _)| seen == place)?.1.clone()),
        };
        if !slice.answers(&asked.criteria) || asked.whole().any(|facet| slice.is_pinned(facet)) {
            return None;
        }
        let results = timed("refine", || asked.page(slice.run(&asked.criteria, last), category));
        let is_settled = slice.is_settled(&results.understood.criteria, &last.understood.criteria);
        Some((results, is_settled))
    }

    fn values(&self, query: &str, facet: &str) -> Option<Vec<FacetValue>> {
        let (slice, last) = self.at_hand()?;
        let asked = Asked::read("", query, slice.currency());
        if !slice.answers(&asked.criteria) || slice.is_pinned(facet) {
            return None;
        }
        let found = slice.run(&asked.criteria, last).facets.into_iter().find(|found| found.name == facet);
        Some(found.map_or(vec![], |found| found.values))
    }
}
