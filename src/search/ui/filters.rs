//! The filters: one form of checkboxes. Without JavaScript it is sent by a button; with it, each change leads to the
//! address that the form would have sent.

use super::{
    address::{form_pairs, next_address, query},
    refine::use_refinement,
    sizes::sort_sizes,
};
use crate::{
    domain::{
        money::{Currency, Money},
        search::{Criteria, Facet, FacetValue, PriceSpan, Results, Sort, Understood, facets::FacetKind},
        text,
    },
    messages::search as words,
    search::api::facet_values,
    ui::{Icon, Shape, focus_on, use_hydrated},
};
use leptos::{ev, html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

/// The most values shown for words typed into a facet's own search.
const MOST_FOUND: usize = 50;

/// The form with all filters and the order.
#[component]
pub fn Filters(results: Results) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let hydrated = use_hydrated();
    let open = expect_context::<FilterPanel>().open;
    let send = use_send(form, results.understood.clone(), results.currency);
    let count = words::count(results.total);
    let criteria = results.understood.criteria.clone();
    let on_submit = {
        let send = send.clone();
        move |ev: ev::SubmitEvent| {
            ev.prevent_default();
            send();
            open.set(false);
        }
    };
    view! {
        <a class="button plain filters-button" href="#filters"
            aria-expanded=move || hydrated.get().then(|| open.get().to_string())
            on:click=move |ev| { ev.prevent_default(); open.set(true); }>
            <Icon shape=Shape::Sliders /> {words::FILTERS}
        </a>
        <form
            id="filters"
            class="filters"
            class:is-live=hydrated
            class:is-open=open
            method="get"
            action="/search"
            aria-label=words::FILTERS
            node_ref=form
            on:change=move |ev| if is_choice(&ev) { send() }
            on:submit=on_submit
            on:keydown=move |ev| if ev.key() == "Escape" { open.set(false) }
        >
            <div class="filters-head">
                <h2>{words::FILTERS}</h2>
                <button type="button" class="icon-button" aria-label="Close" on:click=move |_| open.set(false)>
                    <Icon shape=Shape::Close />
                </button>
            </div>
            {(!criteria.text.is_empty()).then(|| view! { <input type="hidden" name="q" value=criteria.text.clone() /> })}
            {criteria.exact.then(|| view! { <input type="hidden" name="exact" value="1" /> })}
            <SortField asked=results.understood.asked.clone() sort=criteria.sort />
            <Facets results />
            <div class="filters-foot">
                <button type="submit" class="button" hidden=move || hydrated.get() && !open.get()>
                    {move || if hydrated.get() { count.clone() } else { words::APPLY.to_owned() }}
                </button>
            </div>
        </form>
    }
}

/// Text fields wait for the form to be sent.
fn is_choice(ev: &ev::Event) -> bool {
    let target = event_target::<leptos::web_sys::HtmlInputElement>(ev);
    !matches!(target.type_().as_str(), "text" | "search" | "number")
}

/// What of the filters outlives an answer, with which they are made anew.
#[derive(Clone, Copy)]
struct FilterPanel {
    /// Where the focus was when the form was sent, so that it is there again.
    focus: RwSignal<Option<String>>,
    /// Whether the panel is open, where it does not fit beside the products.
    open: RwSignal<bool>,
}

/// Makes the filters work below.
pub fn provide_filter_panel() {
    provide_context(FilterPanel { focus: RwSignal::new(None), open: RwSignal::new(false) });
}

/// Closes the panel when its page is left.
pub fn close_filters_on_leaving() {
    let open = expect_context::<FilterPanel>().open;
    let path = use_location().pathname;
    Effect::new(move |_| {
        on_cleanup(move || {
            if !path.try_get_untracked().is_some_and(|path| is_search(&path)) {
                open.set(false);
            }
        })
    });
}

/// Whether a path is that of a page with filters.
pub fn is_search(path: &str) -> bool {
    path == "/search" || path.starts_with("/c/")
}

/// What leads to the address that the form stands for.
fn use_send(form: NodeRef<html::Form>, from: Understood, currency: Currency) -> impl Fn() + Clone + 'static {
    let navigate = use_navigate();
    let location = use_location();
    let panel = expect_context::<FilterPanel>();
    let last_focus = panel.focus;
    let (hash, open) = (location.hash, panel.open);
    Effect::new(move |_| {
        // Without JavaScript, and before it, the panel is a place on the page.
        if hash.get_untracked() == "#filters" {
            open.set(true);
        }
    });
    Effect::new(move |_| {
        // The page may have been made anew: put the focus back where it was.
        if let Some(id) = last_focus.try_update_untracked(Option::take).flatten()
            && let Some(element) = document().get_element_by_id(&id)
            && document().active_element().is_none_or(|active| active.tag_name() == "BODY")
        {
            focus_on(element);
        }
    });
    move || {
        let Some(form) = form.get_untracked() else { return };
        last_focus.set(document().active_element().map(|element| element.id()).filter(|id| !id.is_empty()));
        let pairs = form_pairs(&form);
        let (criteria, ignored) = Criteria::parse(pairs.clone(), currency);
        // What means nothing goes along, so that the answer can say so.
        let to = if ignored.is_empty() {
            next_address(&from, &criteria, currency)
        } else {
            format!("/search?{}", query(pairs.into_iter()))
        };
        if to != location.pathname.get_untracked() + &location.search.get_untracked() {
            navigate(&to, NavigateOptions { scroll: false, ..NavigateOptions::default() });
        }
    }
}

#[component]
fn SortField(asked: Criteria, sort: Option<Sort>) -> impl IntoView {
    let has_text = !asked.text.is_empty();
    let current = Criteria { sort, ..asked }.sorted_by();
    let options = Sort::ALL.into_iter().filter(move |sort| has_text || *sort != Sort::Relevance).map(move |sort| {
        view! {
            <option value=sort.name() selected=sort == current prop:selected=sort == current>{words::sort(sort)}</option>
        }
    });
    view! {
        <div class="field sort-field">
            <label for="sort">{words::SORT_BY}</label>
            <select id="sort" name="sort">{options.collect_view()}</select>
        </div>
    }
}

#[component]
fn Facets(results: Results) -> impl IntoView {
    let Results { facets, price, understood, currency, .. } = results;
    let criteria = understood.criteria;
    let (flags, facets): (Vec<_>, Vec<_>) =
        facets.into_iter().partition(|facet| matches!(facet.kind, FacetKind::InStock | FacetKind::OnSale));
    let mut ordered = facets;
    // What people narrow by first comes first; the price follows the options.
    ordered.sort_by_key(|facet| match facet.kind {
        FacetKind::Category => 0,
        FacetKind::Option => 1,
        FacetKind::Brand => 3,
        FacetKind::Attribute => 4,
        _ => 5,
    });
    let split = ordered.iter().position(|facet| !matches!(facet.kind, FacetKind::Category | FacetKind::Option));
    let later = ordered.split_off(split.unwrap_or(ordered.len()));
    let asked = query(criteria.to_pairs(currency).into_iter());
    let group = {
        let (criteria, asked) = (criteria.clone(), asked.clone());
        move |facet: Facet| match facet.kind {
            FacetKind::Category => view! { <CategoryGroup facet criteria=criteria.clone() /> }.into_any(),
            _ => view! { <ValueGroup facet asked=asked.clone() /> }.into_any(),
        }
    };
    let later_group = group.clone();
    view! {
        {ordered.into_iter().map(group).collect_view()}
        <PriceGroup price criteria currency />
        <FlagGroup flags />
        {later.into_iter().map(later_group).collect_view()}
    }
}

/// The id of a checkbox, the same for as long as its value exists.
fn value_id(facet: &str, value: &str) -> String {
    format!("filter-{}-{}", text::slug(facet), text::slug(value))
}

#[component]
fn ValueBox(name: String, value: FacetValue, #[prop(optional)] depth: usize) -> impl IntoView {
    let id = value_id(&name, &value.value);
    let labels = id.clone();
    let label = match name.as_str() {
        "rating" => words::stars_and_up(&value.value),
        "in_stock" => words::IN_STOCK.to_owned(),
        "on_sale" => words::ON_SALE.to_owned(),
        _ => value.label.clone(),
    };
    let swatch =
        (name == "colour").then(|| view! { <span class="swatch" data-colour=text::slug(&value.label)></span> });
    view! {
        <li class=format!("depth-{depth}")>
            <label class="check" for=labels>
                <input id=id type="checkbox" name=name value=value.value checked=value.chosen prop:checked=value.chosen />
                {swatch}
                <span class="check-label">{label}</span>
                " "
                <span class="check-count">{crate::messages::number(value.count)}</span>
            </label>
        </li>
    }
}

#[component]
fn ValueGroup(facet: Facet, asked: String) -> impl IntoView {
    let Facet { name, label, kind, mut values, more } = facet;
    if kind == FacetKind::Option
        && values.iter().any(|value| value.value.starts_with(|c: char| c.is_ascii_digit()) || value.value.len() <= 3)
    {
        sort_sizes(&mut values, |value| &value.label);
    }
    let class = if kind == FacetKind::Option && name != "colour" { "values pills" } else { "values" };
    let shown: Vec<String> = values.iter().map(|value| value.value.clone()).collect();
    let boxes = values.into_iter().map(|value| view! { <ValueBox name=name.clone() value /> }).collect_view();
    let others = (more > 0).then(|| view! { <MoreValues name=name.clone() label=label.clone() more shown asked /> });
    view! {
        <fieldset class="facet">
            <legend>{label}</legend>
            <ul class=class>{boxes}</ul>
            {others}
        </fieldset>
    }
}

/// The values that are not among the first: found by typing, or all on a page of their own.
#[component]
fn MoreValues(name: String, label: String, more: u32, shown: Vec<String>, asked: String) -> impl IntoView {
    let hydrated = use_hydrated();
    let typed = RwSignal::new(String::new());
    let all = RwSignal::new(None::<Vec<FacetValue>>);
    let refinement = use_refinement();
    let href = format!(
        "/search?{asked}&all={}",
        query(std::iter::once((String::new(), name.clone()))).trim_start_matches('=')
    );
    let load = {
        let (asked, name) = (asked.clone(), name.clone());
        move || {
            if all.get_untracked().is_some() {
                return;
            }
            let here = refinement.values(&asked, &name);
            let is_here = here.is_some();
            all.set(Some(here.unwrap_or_default()));
            if !is_here {
                let (asked, name) = (asked.clone(), name.clone());
                leptos::task::spawn_local(async move { all.set(facet_values(asked, name).await.ok()) });
            }
        }
    };
    let found = move || {
        let wanted = text::key(&typed.get());
        let all = all.get().unwrap_or_default();
        let fits = |value: &FacetValue| text::key(&value.label).contains(&wanted) && !shown.contains(&value.value);
        let found = all.into_iter().filter(|value| !wanted.is_empty() && fits(value)).take(MOST_FOUND);
        found.map(|value| view! { <ValueBox name=name.clone() value /> }).collect_view()
    };
    view! {
        <div class="more-values">
            <input
                type="search"
                class="find-value"
                aria-label=words::find_in(&label)
                placeholder=words::find_in(&label)
                autocomplete="off"
                hidden=move || !hydrated.get()
                on:focus=move |_| load()
                on:input=move |ev| typed.set(event_target_value(&ev))
                on:keydown=|ev| if ev.key() == "Enter" { ev.prevent_default() }
            />
            <ul class="values">{found}</ul>
            <a class="more-link" href=href>{words::more(more)}</a>
        </div>
    }
}

/// The tree: its top, what is chosen, and what lies right below that.
#[component]
fn CategoryGroup(facet: Facet, criteria: Criteria) -> impl IntoView {
    let chosen = criteria.choices.get("category").cloned().unwrap_or_default();
    let parent = |path: &str| path.rsplit_once('/').map_or(String::new(), |(parent, _)| parent.to_owned());
    let is_open = |path: &str| chosen.iter().any(|c| c == path || c.starts_with(&format!("{path}/")));
    let mut values = facet.values;
    values.retain(|value| {
        let above = parent(&value.value);
        above.is_empty() || is_open(&above) || value.chosen
    });
    values.sort_by(|a, b| a.value.split('/').cmp(b.value.split('/')));
    let name = facet.name;
    let boxes = values.into_iter().map(|value| {
        let depth = value.value.matches('/').count().min(3);
        view! { <ValueBox name=name.clone() value depth /> }
    });
    view! {
        <fieldset class="facet">
            <legend>{facet.label}</legend>
            <ul class="values tree">{boxes.collect_view()}</ul>
        </fieldset>
    }
}

#[component]
fn PriceGroup(price: Option<PriceSpan>, criteria: Criteria, currency: Currency) -> impl IntoView {
    let range = criteria.prices.first().copied();
    let shown = |amount: Option<i64>| amount.map_or(String::new(), |a| Money::new(a, currency).decimal());
    let (min, max) = (shown(range.and_then(|r| r.min)), shown(range.and_then(|r| r.max)));
    let hint = |money: Option<Money>| money.map_or(String::new(), Money::decimal);
    let (lowest, highest) = (hint(price.map(|p| p.min)), hint(price.map(|p| p.max)));
    view! {
        <fieldset class="facet price-facet">
            <legend>{words::PRICE}</legend>
            <div class="price-fields">
                <label>
                    <span>{words::PRICE_FROM}</span>
                    <input type="text" inputmode="decimal" name="price_min" value=min.clone() prop:value=min placeholder=lowest />
                </label>
                <label>
                    <span>{words::PRICE_TO}</span>
                    <input type="text" inputmode="decimal" name="price_max" value=max.clone() prop:value=max placeholder=highest />
                </label>
                <button type="submit" class="icon-button" aria-label=words::SET_PRICE><Icon shape=Shape::ArrowRight /></button>
            </div>
        </fieldset>
    }
}

#[component]
fn FlagGroup(flags: Vec<Facet>) -> impl IntoView {
    let boxes = flags.into_iter().flat_map(|facet| {
        let name = facet.name;
        facet.values.into_iter().map(move |value| view! { <ValueBox name=name.clone() value /> }).collect::<Vec<_>>()
    });
    let boxes: Vec<_> = boxes.collect();
    (!boxes.is_empty()).then(|| {
        view! {
            <fieldset class="facet">
                <legend>{words::AVAILABILITY}</legend>
                <ul class="values">{boxes}</ul>
            </fieldset>
        }
    })
}
