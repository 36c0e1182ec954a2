//! The search box in the header: a plain form, and suggestions while somebody types (ARIA's combobox with a list).

use crate::{
    messages,
    search::api::{Suggested, suggest},
    ui::{Icon, Shape},
};
use leptos::{ev::KeyboardEvent, html::Input, prelude::*};
use leptos_router::{
    NavigateOptions,
    components::Form,
    hooks::{use_location, use_navigate, use_query_map},
};
use std::time::Duration;

const LIST: &str = "search-suggestions";
/// How long to wait for the next key.
const PAUSE: Duration = Duration::from_millis(120);

/// The search box.
#[component]
pub fn SearchBox() -> impl IntoView {
    let box_state = BoxState::new();
    let query = use_query_map();
    let navigate = use_navigate();
    let location = use_location();
    let text = move || query.read().get("q").unwrap_or_default();
    // Wherever one goes, the list closes.
    Effect::new(move |_| {
        location.pathname.track();
        location.search.track();
        box_state.close();
    });
    view! {
        <search class="search-box">
            <Form method="GET" action="/search">
                <input
                    node_ref=box_state.input
                    type="search"
                    name="q"
                    role="combobox"
                    aria-label=messages::SEARCH_PRODUCTS
                    aria-autocomplete="list"
                    aria-controls=LIST
                    aria-expanded=move || box_state.is_open().to_string()
                    aria-activedescendant=move || box_state.active_id()
                    placeholder=messages::SEARCH_HINT
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="200"
                    value=text
                    prop:value=text
                    on:input=move |ev| box_state.typed(event_target_value(&ev))
                    on:keydown=move |ev| {
                        if let Some(address) = box_state.key(&ev) {
                            navigate(&address, NavigateOptions::default());
                        }
                    }
                    on:blur=move |_| box_state.close_soon()
                />
                <button type="submit" aria-label=messages::SEARCH><Icon shape=Shape::Search /></button>
            </Form>
            <SuggestionList box_state />
        </search>
    }
}

/// What is typed, what is suggested, and what of it is picked.
#[derive(Clone, Copy)]
struct BoxState {
    input: NodeRef<Input>,
    suggested: RwSignal<Suggested>,
    active: RwSignal<Option<usize>>,
    /// The number of the newest question: answers to older ones are dropped.
    asked: RwSignal<u64>,
}

impl BoxState {
    fn new() -> Self {
        Self {
            input: NodeRef::new(),
            suggested: RwSignal::new(Suggested::default()),
            active: RwSignal::new(None),
            asked: RwSignal::new(0),
        }
    }

    fn len(self) -> usize {
        self.suggested.with(|s| s.places.len() + s.products.len())
    }

    fn is_open(self) -> bool {
        self.len() > 0
    }

    fn active_id(self) -> Option<String> {
        self.active.get().map(|at| format!("{LIST}-{at}"))
    }

    fn close(self) {
        self.asked.update_untracked(|asked| *asked += 1);
        self.suggested.set(Suggested::default());
        self.active.set(None);
    }

    /// A click on the list takes the focus first and must still find the list.
    fn close_soon(self) {
        set_timeout(move || self.close(), Duration::from_millis(200));
    }

    fn typed(self, text: String) {
        let number = self.asked.get_untracked() + 1;
        self.asked.set(number);
        self.active.set(None);
        if text.trim().chars().count() < 2 {
            self.suggested.set(Suggested::default());
            return;
        }
        set_timeout(move || self.ask(number, text), PAUSE);
    }

    fn ask(self, number: u64, text: String) {
        if self.asked.get_untracked() != number {
            return;
        }
        leptos::task::spawn_local(async move {
            let found = suggest(text).await.unwrap_or_default();
            if self.asked.try_get_untracked() == Some(number) {
                self.suggested.set(found);
            }
        });
    }

    /// Takes a key; gives the address to go to when one was picked.
    fn key(self, ev: &KeyboardEvent) -> Option<String> {
        let len = self.len();
        let step = |by: isize| {
            // One place more than there are suggestions: the box itself.
            let places = len as isize + 1;
            let at = self.active.get_untracked().map_or(len as isize, |at| at as isize);
            let next = (at + by).rem_euclid(places) as usize;
            self.active.set((next < len).then_some(next));
        };
        match ev.key().as_str() {
            "ArrowDown" if len > 0 => {
                ev.prevent_default();
                step(1);
            }
            "ArrowUp" if len > 0 => {
                ev.prevent_default();
                step(-1);
            }
            "Escape" if len > 0 => {
                // The box would empty itself.
                ev.prevent_default();
                self.close();
            }
            "Enter" => {
                let picked = self.active.get_untracked().and_then(|at| self.address(at));
                if picked.is_some() {
                    ev.prevent_default();
                    self.close();
                }
                return picked;
            }
            _ => {}
        }
        None
    }

    fn address(self, at: usize) -> Option<String> {
        self.suggested.with_untracked(|s| {
            let places = s.places.iter().map(|(address, _)| address);
            places.chain(s.products.iter().map(|(address, ..)| address)).nth(at).cloned()
        })
    }
}

#[component]
fn SuggestionList(box_state: BoxState) -> impl IntoView {
    let option = move |at: usize, address: String, inner: AnyView| {
        view! {
            <li role="presentation">
                <a
                    id=format!("{LIST}-{at}")
                    role="option"
                    aria-selected=move || (box_state.active.get() == Some(at)).to_string()
                    href=address
                    tabindex="-1"
                >
                    {inner}
                </a>
            </li>
        }
    };
    let options = move || {
        let Suggested { places, products } = box_state.suggested.get();
        let count = places.len();
        let places = places.into_iter().enumerate().map(move |(at, (address, words))| {
            option(at, address, view! { <span class="suggested-place">{words}</span> }.into_any())
        });
        let products = products.into_iter().enumerate().map(move |(i, (address, title, price, picture))| {
            let inner = view! {
                <img src=picture alt="" width="40" height="50" />
                <span>{title}</span>
                <span class="suggested-price">{price}</span>
            };
            option(count + i, address, inner.into_any())
        });
        places.chain(products).collect_view()
    };
    view! {
        <ul id=LIST class="suggestions" role="listbox" aria-label=messages::SEARCH_PRODUCTS hidden=move || !box_state.is_open()>
            {options}
        </ul>
    }
}
