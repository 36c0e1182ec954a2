//! Refinement in the browser. Once a page of results stands, the browser fetches the slice of products it was found
//! among; what narrows, sorts or pages within that is then answered here, without the network and by the server's own
//! code. What the slice cannot answer is asked of the server, as everything is without it.

mod held;
#[cfg_attr(all(feature = "split", feature = "hydrate"), path = "split.rs")]
#[cfg_attr(not(all(feature = "split", feature = "hydrate")), path = "whole.rs")]
mod lazy;

use crate::{
    domain::search::{Criteria, FacetValue, Results, slice::MOST},
    error::AppError,
    search::api::search_products,
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

/// What the browser can answer by itself. A trait, so that the code behind it comes with the first slice and not with
/// the page.
trait Held: Send + Sync {
    fn covers(&self, criteria: &Criteria) -> bool;

    /// The page of an address, and whether all its facets are counted. `last` is the server's last answer.
    fn page(&self, address: &Address, known: &Known, last: &Results) -> Option<(Results, bool)>;

    /// All values of a facet.
    fn values(&self, query: &str, facet: &str, last: &Results) -> Option<Vec<FacetValue>>;
}

#[derive(Default)]
struct Kept {
    /// With the time when it came.
    slice: Option<(Box<dyn Held>, f64)>,
    /// The server's last answer.
    last: Option<Results>,
    known: Known,
}

/// Name and introduction of the categories whose pages were seen.
#[derive(Default)]
struct Known(Vec<(String, (String, String))>);

impl Known {
    fn category(&self, place: &str) -> Option<(String, String)> {
        self.0.iter().find(|(seen, _)| seen == place).map(|(_, category)| category.clone())
    }
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
        // Asked once, also when the page is left and come back to.
        refinement.unsettled.update_untracked(|unsettled| *unsettled = None);
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
    async fn ask(self, address: Address) -> Result<Results, AppError> {
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
            kept.at_hand().is_some_and(|(slice, _)| slice.covers(&found.understood.criteria))
        });
        if is_covered == Some(false) && found.total as usize <= MOST {
            self.fetch(address.clone());
        }
    }

    /// Fetches a slice when there is nothing better to do. Without one, everything works through the server.
    fn fetch(self, address: Address) {
        let fetch = move || {
            let address = address.clone();
            spawn_local(async move {
                if let Ok(fetching) = lazy::fetch(address).await
                    && let Some(slice) = fetching.await
                {
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
    fn at_hand(&self) -> Option<(&dyn Held, &Results)> {
        let (slice, came) = self.slice.as_ref()?;
        (Date::now() - came < GOOD_FOR).then_some((slice.as_ref(), self.last.as_ref()?))
    }

    fn note(&mut self, place: &str, found: &Results) {
        if let Some(category) = &found.understood.category
            && self.known.category(place).is_none()
        {
            self.known.0.push((place.to_owned(), category.clone()));
        }
        self.last = Some(found.clone());
    }

    fn answer(&self, address: &Address) -> Option<(Results, bool)> {
        let (slice, last) = self.at_hand()?;
        slice.page(address, &self.known, last)
    }

    fn values(&self, query: &str, facet: &str) -> Option<Vec<FacetValue>> {
        let (slice, last) = self.at_hand()?;
        slice.values(query, facet, last)
    }
}
