//! The search box in the header: a plain form, and suggestions while somebody types (ARIA's combobox with a list).

use super::{
    questions::{Next, Question, Questions},
    suggestions::{Shown, SuggestionList, option_id, search_address},
};
use crate::{
    messages::{self, search as words},
    search::api::{Suggested, suggest},
    ui::{Icon, Shape},
};
use leptos::{
    ev::KeyboardEvent,
    html::{Div, Input},
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::HtmlElement,
};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
};
use std::time::Duration;

pub(super) const LIST: &str = "search-suggestions";
/// After so long an answer is late, and the next question is asked.
const PATIENCE: Duration = Duration::from_millis(300);
/// What is suggested is said when the typing pauses, not over every letter.
const PAUSE: Duration = Duration::from_millis(600);

/// The search box.
#[component]
pub fn SearchBox() -> impl IntoView {
    let state = BoxState::new();
    let query = use_query_map();
    let (navigate, submit) = (use_navigate(), use_navigate());
    let location = use_location();
    let text = move || query.read().get("q").unwrap_or_default();
    // Wherever one goes, the list closes.
    Effect::new(move |_| {
        location.pathname.track();
        location.search.track();
        state.close();
        state.questions.update_value(Questions::forget_answers);
    });
    view! {
        <search class="search-box">
            <form
                method="GET"
                action="/search"
                on:submit=move |ev| {
                    ev.prevent_default();
                    submit(&state.submitted(), NavigateOptions::default());
                }
            >
                <input
                    node_ref=state.input
                    type="search"
                    name="q"
                    role="combobox"
                    aria-label=messages::SEARCH_PRODUCTS
                    aria-autocomplete="list"
                    aria-haspopup="listbox"
                    aria-controls=LIST
                    aria-expanded=move || state.is_open().to_string()
                    aria-activedescendant=move || state.active.get().map(option_id)
                    placeholder=messages::SEARCH_HINT
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    enterkeyhint="search"
                    maxlength="200"
                    value=text
                    prop:value=text
                    on:input=move |ev| state.typed(&event_target_value(&ev))
                    on:keydown=move |ev| {
                        if let Some(address) = state.key(&ev) {
                            navigate(&address, NavigateOptions::default());
                        }
                    }
                    on:blur=move |_| state.close()
                />
                <button type="submit" aria-label=messages::SEARCH><Icon shape=Shape::Search /></button>
            </form>
            <SuggestionList state />
            <div class="visually-hidden" aria-live="polite">{state.said}</div>
        </search>
    }
}

/// What is typed, what is suggested, and what of it is picked.
#[derive(Clone, Copy)]
pub(super) struct BoxState {
    input: NodeRef<Input>,
    pub(super) list: NodeRef<Div>,
    pub(super) shown: RwSignal<Shown>,
    /// The suggestion that Enter would take.
    pub(super) active: RwSignal<Option<usize>>,
    /// How many suggestions there are, in words.
    said: RwSignal<String>,
    questions: StoredValue<Questions>,
}

impl BoxState {
    fn new() -> Self {
        Self {
            input: NodeRef::new(),
            list: NodeRef::new(),
            shown: RwSignal::new(Shown::default()),
            active: RwSignal::new(None),
            said: RwSignal::new(String::new()),
            questions: StoredValue::new(Questions::default()),
        }
    }

    pub(super) fn is_open(self) -> bool {
        self.shown.with(|shown| !shown.rows.is_empty())
    }

    pub(super) fn close(self) {
        self.questions.update_value(Questions::forget);
        self.active.set(None);
        self.shown.set(Shown::default());
        self.said.set(String::new());
    }

    /// Once the router has seen the click on what goes away with the list.
    pub(super) fn close_later(self) {
        request_animation_frame(move || self.close());
    }

    /// Where the form leads.
    fn submitted(self) -> String {
        self.close();
        search_address(&self.input.get_untracked().map(|input| input.value()).unwrap_or_default())
    }

    fn set_text(self, text: &str) {
        if let Some(input) = self.input.get_untracked() {
            input.set_value(text);
        }
    }

    /// A text that was restored by the browser has no suggestions: nobody is at the box.
    fn has_focus(self) -> bool {
        let focused = document().active_element();
        self.input.get_untracked().is_some_and(|input| focused.as_ref() == Some(&**input))
    }

    fn typed(self, text: &str) {
        self.active.set(None);
        let text = text.trim_start();
        if text.is_empty() || !self.has_focus() {
            return self.close();
        }
        match self.questions.try_update_value(|questions| questions.typed(text)) {
            Some(Next::Show(found)) => self.show(text, found),
            Some(Next::Ask(question)) => self.ask(question),
            Some(Next::Wait) | None => {}
        }
    }

    fn ask(self, question: Question) {
        let number = question.number;
        set_timeout(
            move || {
                let next = self.questions.try_update_value(|questions| questions.given_up(number));
                next.flatten().into_iter().for_each(|question| self.ask(question));
            },
            PATIENCE,
        );
        leptos::task::spawn_local(async move {
            let found = suggest(question.text.clone()).await.ok();
            let answered = self.questions.try_update_value(|questions| questions.answered(&question, found.as_ref()));
            let Some((is_wanted, next)) = answered else { return };
            if is_wanted {
                self.show(&question.text, found.unwrap_or_default());
            }
            next.into_iter().for_each(|question| self.ask(question));
        });
    }

    fn show(self, text: &str, found: Suggested) {
        let shown = Shown::new(text, found);
        let said = words::suggestions(shown.rows.len());
        self.shown.set(shown);
        if let Some(list) = self.list.get_untracked() {
            list.set_scroll_top(0);
        }
        let text = text.to_owned();
        set_timeout(
            move || {
                if self.shown.try_with_untracked(|shown| shown.typed == text) == Some(true) {
                    self.said.set(said);
                }
            },
            PAUSE,
        );
    }

    /// Goes to a suggestion, or back to the box. A suggested search stands in the box meanwhile.
    fn activate(self, at: Option<usize>) {
        self.active.set(at);
        let text = self.shown.with_untracked(|shown| {
            let query = at.and_then(|at| shown.rows.get(at)).and_then(|row| row.query.clone());
            query.unwrap_or_else(|| shown.typed.clone())
        });
        self.set_text(&text);
        if let (Some(list), Some(at)) = (self.list.get_untracked(), at) {
            show_within(&list, &option_id(at));
        }
    }

    /// Takes a key; gives the address to go to when one was picked.
    fn key(self, ev: &KeyboardEvent) -> Option<String> {
        // Enter and arrows belong to whoever is composing a letter.
        if ev.is_composing() || ev.ctrl_key() || ev.meta_key() || ev.shift_key() {
            return None;
        }
        let len = self.shown.with_untracked(|shown| shown.rows.len());
        let active = self.active.get_untracked();
        let (is_open, last) = (len > 0, len.saturating_sub(1));
        let key = ev.key();
        match key.as_str() {
            "ArrowDown" if !is_open => self.typed(&self.input.get_untracked()?.value()),
            "ArrowUp" if is_open && ev.alt_key() => self.close(),
            // Beyond either end of the list lies the box.
            "ArrowDown" if !ev.alt_key() => self.activate(active.map_or(Some(0), |at| (at < last).then_some(at + 1))),
            "ArrowUp" if is_open => self.activate(active.map_or(Some(last), |at| at.checked_sub(1))),
            "Home" if active.is_some() => self.activate(Some(0)),
            "End" if active.is_some() => self.activate(Some(last)),
            "Escape" if is_open => {
                self.activate(None);
                self.close();
            }
            "Escape" => self.set_text(""),
            "Enter" => {
                let address = active.and_then(|at| self.shown.with_untracked(|shown| shown.address(at)));
                self.close();
                if address.is_some() {
                    ev.prevent_default();
                }
                return address;
            }
            "ArrowLeft" | "ArrowRight" => {
                self.active.set(None);
                return None;
            }
            _ => return None,
        }
        ev.prevent_default();
        None
    }
}

/// Scrolls a list, and nothing else, until an option is in sight. The list is what its options are placed by.
fn show_within(list: &HtmlElement, option: &str) {
    let Some(option) = document().get_element_by_id(option) else { return };
    let option: HtmlElement = option.unchecked_into();
    let (top, bottom) = (option.offset_top(), option.offset_top() + option.offset_height());
    if top < list.scroll_top() {
        list.set_scroll_top(top);
    } else if bottom > list.scroll_top() + list.client_height() {
        list.set_scroll_top(bottom - list.client_height());
    }
}
