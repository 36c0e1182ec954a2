//! The search page, which is every category's page too.

use super::{
    address::{address, next_address, without},
    card::ProductList,
    filters::{Filters, close_filters_on_leaving, is_search},
    refine::load_results,
    understood::{CloseMatches, Understanding},
};
use crate::{
    cart::state::use_cart,
    domain::search::{Criteria, Results, facets::FacetKind, results::Chip},
    messages::{self, search as words},
    ui::{EmptyState, Icon, Page, Pager, Shape, when_loaded},
    wishlist::ui::Saved,
};
use leptos::prelude::*;
use leptos_router::{hooks::use_location, location::Url};

/// The page.
#[component]
pub fn SearchPage() -> impl IntoView {
    let location = use_location();
    let address = Memo::new(move |before: Option<&(String, String)>| {
        let path = location.pathname.get();
        let place = path.strip_prefix("/c/").map(Url::unescape).unwrap_or_default();
        match before {
            // On the way to another page, which asks for itself.
            Some(before) if !is_search(&path) || place.is_empty() != before.0.is_empty() => before.clone(),
            _ => (place, location.search.get().trim_start_matches('?').to_owned()),
        }
    });
    let results = load_results(address);
    let state = use_cart();
    close_filters_on_leaving();
    when_loaded(move || async move {
        let (results, saved) = (results.await?, state.saved_at_first().await);
        Ok(view! { <Loaded results saved /> }.into_any())
    })
}

#[component]
fn Loaded(results: Results, saved: Saved) -> impl IntoView {
    let asked = &results.understood.asked;
    let (heading, blurb) = match &results.understood.category {
        Some((name, blurb)) => (name.clone(), blurb.clone()),
        None if !asked.text.is_empty() => (words::results_for(&asked.text), String::new()),
        None => (only_category(&results).unwrap_or_else(|| messages::ALL_PRODUCTS.to_owned()), String::new()),
    };
    let is_text = !asked.text.is_empty();
    let has_blurb = !blurb.is_empty();
    view! {
        <Page title=heading.clone() description=blurb.clone() class="search-page">
            <Trail results=results.clone() />
            <div class="search-heading" class:for-text=is_text>
                <h1>{heading}</h1>
                {has_blurb.then(|| view! { <p class="blurb">{blurb}</p> })}
            </div>
            <Ignored results=results.clone() />
            <Understanding results=results.clone() />
            <div class="search-layout">
                <Filters results=results.clone() />
                <section class="results" id="results" aria-label=words::PRODUCTS>
                    <Chips results=results.clone() />
                    <Found results saved />
                </section>
            </div>
        </Page>
    }
}

/// The name of the one category that was chosen.
fn only_category(results: &Results) -> Option<String> {
    let mut chosen = results.understood.chips.iter().filter(|chip| chip.name == "category");
    let first = chosen.next()?;
    chosen.next().is_none().then(|| first.label.clone())
}

/// The way from the top of the tree to the category.
#[component]
fn Trail(results: Results) -> impl IntoView {
    let chosen = results.understood.criteria.choices.get("category").filter(|paths| paths.len() == 1);
    let path = chosen.and_then(|paths| paths.first()).cloned().unwrap_or_default();
    let tree = results.facets.iter().find(|facet| facet.kind == FacetKind::Category);
    let name = |path: &str| tree.and_then(|t| t.values.iter().find(|v| v.value == path)).map(|v| v.label.clone());
    let ends = path.match_indices('/').map(|(at, _)| at);
    let above: Vec<_> = ends.filter_map(|end| Some((format!("/c/{}", &path[..end]), name(&path[..end])?))).collect();
    (!above.is_empty()).then(|| view! {
        <nav class="trail" aria-label="Breadcrumb">
            <ol>{above.into_iter().map(|(href, name)| view! { <li><a href=href>{name}</a></li> }).collect_view()}</ol>
        </nav>
    })
}

/// Filters in the address that mean nothing.
#[component]
fn Ignored(results: Results) -> impl IntoView {
    let ignored = results.understood.ignored;
    (!ignored.is_empty()).then(|| {
        view! {
            <div class="notice" role="alert">
                {ignored.into_iter().map(|bad| view! { <p>{words::ignored(&bad.name, &bad.value)}</p> }).collect_view()}
            </div>
        }
    })
}

/// What is chosen, each with a way to take it back.
#[component]
fn Chips(results: Results) -> impl IntoView {
    let Results { understood, currency, .. } = results;
    let criteria = understood.criteria.clone();
    let from = understood.clone();
    let leads_to = move |criteria: &Criteria| next_address(&from, criteria, currency);
    let all_off = Criteria { text: criteria.text.clone(), sort: criteria.sort, ..Criteria::default() };
    let chip = move |chip: Chip| {
        let href = leads_to(&without(&criteria, &chip, currency));
        let label = chip.label;
        let remove = words::remove_filter(&label);
        view! {
            <li>
                <a class="chip" href=href aria-label=remove>
                    {label} <Icon shape=Shape::Close />
                </a>
            </li>
        }
    };
    (!understood.chips.is_empty()).then(|| {
        view! {
            <div class="chips">
                <ul aria-label=words::ACTIVE_FILTERS>{understood.chips.into_iter().map(chip).collect_view()}</ul>
                <a class="clear" href=address(&all_off, currency)>{words::CLEAR_ALL}</a>
            </div>
        }
    })
}

#[component]
fn Found(results: Results, saved: Saved) -> impl IntoView {
    let (total, pages) = (results.total, results.pages());
    let Results { understood, hits, close, currency, .. } = results;
    let (from, criteria) = (understood.clone(), understood.asked);
    let page = criteria.page;
    let list = if total == 0 {
        view! {
            <EmptyState scene="no-results" heading=words::NO_RESULTS text=words::NO_RESULTS_TEXT>
                <p class="actions"><a class="button plain" href="/search">{messages::ALL_PRODUCTS}</a></p>
            </EmptyState>
        }
        .into_any()
    } else if hits.is_empty() {
        let first = next_address(&from, &Criteria { page: 1, ..criteria.clone() }, currency);
        view! { <p class="past-the-end">{words::PAST_THE_END} " " <a href=first>{words::FIRST_PAGE}</a></p> }.into_any()
    } else {
        view! { <ProductList hits label=words::PRODUCTS saved=saved.clone() /> }.into_any()
    };
    let href = move |page| next_address(&from, &Criteria { page, ..criteria.clone() }, currency);
    view! {
        <p class="count" role="status">{words::count(total)}</p>
        {list}
        <Pager page pages href />
        <CloseMatches hits=close saved />
    }
}
