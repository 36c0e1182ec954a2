//! The list below the search box: groups of suggestions, and last the search itself.

use super::{
    marks::marks,
    search_box::{BoxState, LIST},
};
use crate::{
    messages::search as words,
    search::api::Suggested,
    ui::{Icon, Shape},
};
use leptos::prelude::*;
use leptos_router::location::Url;

/// What the list shows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Shown {
    /// The text it is for.
    pub typed: String,
    /// In the order of the list; none while it is closed.
    pub rows: Vec<Row>,
}

/// A suggestion.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Row {
    kind: Kind,
    address: String,
    /// The text that stands in the box while this is picked, when it is a search.
    pub query: Option<String>,
    label: String,
    /// What a category lies in, what a product costs.
    aside: String,
    picture: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Query,
    Category,
    Brand,
    Product,
    All,
}

impl Kind {
    const GROUPS: [(Self, &'static str, &'static str); 4] = [
        (Self::Query, "queries", words::SUGGESTED_QUERIES),
        (Self::Category, "categories", words::SUGGESTED_CATEGORIES),
        (Self::Brand, "brands", words::SUGGESTED_BRANDS),
        (Self::Product, "products", words::PRODUCTS),
    ];
}

impl Shown {
    pub(super) fn new(typed: &str, found: Suggested) -> Self {
        let row = |kind, address, label| Row {
            kind,
            address,
            query: None,
            label,
            aside: String::new(),
            picture: String::new(),
        };
        let queries = found
            .queries
            .into_iter()
            .map(|query| Row { query: Some(query.clone()), ..row(Kind::Query, search_address(&query), query) });
        let categories = found.categories.into_iter().map(|(path, name, within)| Row {
            aside: if within.is_empty() { within } else { words::within(&within) },
            ..row(Kind::Category, format!("/c/{path}"), name)
        });
        let brands = found
            .brands
            .into_iter()
            .map(|brand| row(Kind::Brand, format!("/search?brand={}", Url::escape(&brand)), brand));
        let products = found.products.into_iter().map(|(handle, title, price, picture)| Row {
            aside: price,
            picture,
            ..row(Kind::Product, format!("/p/{handle}"), title)
        });
        let mut rows: Vec<Row> = queries.chain(categories).chain(brands).chain(products).collect();
        if !rows.is_empty() {
            let text = typed.trim();
            rows.push(row(Kind::All, search_address(text), words::all_results_for(text)));
        }
        Self { typed: typed.to_owned(), rows }
    }

    pub(super) fn address(&self, at: usize) -> Option<String> {
        self.rows.get(at).map(|row| row.address.clone())
    }
}

/// The address of a search for a text, and nothing else.
pub(super) fn search_address(text: &str) -> String {
    format!("/search?q={}", Url::escape(text.trim()))
}

pub(super) fn option_id(at: usize) -> String {
    format!("{LIST}-{at}")
}

/// The list. Pressing a button of the mouse on it leaves the focus in the box, so that the list is still there for the
/// click.
#[component]
pub(super) fn SuggestionList(state: BoxState) -> impl IntoView {
    view! {
        <div
            node_ref=state.list
            id=LIST
            class="suggestions"
            role="listbox"
            aria-label=words::SUGGESTIONS
            hidden=move || !state.is_open()
            on:mousedown=|ev| ev.prevent_default()
        >
            {move || state.shown.with(|shown| groups(state, shown))}
        </div>
    }
}

fn groups(state: BoxState, shown: &Shown) -> Vec<AnyView> {
    let options = |kind| {
        let rows = shown.rows.iter().enumerate().filter(move |(_, row)| row.kind == kind);
        rows.map(|(at, row)| option(state, at, row, &shown.typed)).collect_view()
    };
    let group = |(kind, name, heading): (Kind, &'static str, &'static str)| {
        shown.rows.iter().any(|row| row.kind == kind).then(|| {
            let id = format!("{LIST}-{name}");
            let label = id.clone();
            view! {
                <div class=format!("suggested suggested-{name}") role="group" aria-labelledby=label>
                    <div class="suggested-heading" role="presentation" id=id>{heading}</div>
                    {options(kind)}
                </div>
            }
            .into_any()
        })
    };
    let mut groups: Vec<AnyView> = Kind::GROUPS.into_iter().filter_map(group).collect();
    groups.push(options(Kind::All).into_any());
    groups
}

fn option(state: BoxState, at: usize, row: &Row, typed: &str) -> AnyView {
    let label = match row.kind {
        Kind::Query | Kind::Category | Kind::Brand => {
            let piece = |(is_typed, text): (bool, String)| {
                if is_typed { text.into_any() } else { view! { <b>{text}</b> }.into_any() }
            };
            marks(&row.label, typed).into_iter().map(piece).collect_view().into_any()
        }
        Kind::Product | Kind::All => row.label.clone().into_any(),
    };
    let before = match row.kind {
        Kind::Query => Some(view! { <Icon shape=Shape::Search /> }.into_any()),
        Kind::Product => {
            Some(view! { <img src=row.picture.clone() alt="" width="40" height="50" decoding="async" /> }.into_any())
        }
        _ => None,
    };
    let class = if row.kind == Kind::All { "suggestion suggested-all" } else { "suggestion" };
    let aside = (!row.aside.is_empty()).then(|| view! { <span class="suggested-aside">{row.aside.clone()}</span> });
    view! {
        <a
            id=option_id(at)
            class=class
            role="option"
            aria-selected=move || (state.active.get() == Some(at)).to_string()
            href=row.address.clone()
            tabindex="-1"
            on:click=move |ev| if !(ev.ctrl_key() || ev.meta_key() || ev.shift_key()) { state.close_later() }
        >
            {before}
            <span class="suggested-label">{label}</span>
            {aside}
        </a>
    }
    .into_any()
}
