//! What a form that was sent comes back with: an error, fields to look at again, something that is done, a page to load.

use super::{focus, focus_on, load_page};
use crate::{domain::address::FieldErrors, error::AppError, messages};
use leptos::{
    html::P,
    prelude::*,
    server_fn::ServerFn,
    wasm_bindgen::JsCast,
    web_sys::{HtmlElement, HtmlFormElement},
};
use leptos_router::hooks::use_query_map;

/// The error that an action came back with, until it comes back with something else.
#[must_use]
pub fn error_of<F>(action: ServerAction<F>) -> Signal<Option<AppError>>
where
    F: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    F::Output: Send + Sync + 'static,
{
    let answer = action.value();
    Signal::derive(move || answer.with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().err()).cloned()))
}

/// Whether an action has done what it was for.
#[must_use]
pub fn is_done<F>(action: ServerAction<F>) -> bool
where
    F: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    F::Output: Send + Sync + 'static,
{
    action.value().with(|answer| matches!(answer, Some(Ok(_))))
}

/// The fields an error is about.
#[must_use]
pub fn fields_of(error: Signal<Option<AppError>>) -> Signal<FieldErrors> {
    Signal::derive(move || match error.get() {
        Some(AppError::InvalidFields { fields }) => fields,
        _ => FieldErrors::new(),
    })
}

/// Why a form was refused, in words. The first field that is wrong gets the focus, else these words do.
#[component]
pub fn Refusal(
    #[prop(into)] error: Signal<Option<AppError>>,
    /// How the error is told.
    #[prop(default = messages::error)]
    told: fn(&AppError) -> String,
) -> impl IntoView {
    let notice = NodeRef::<P>::new();
    Effect::new(move |before: Option<()>| {
        if error.with(Option::is_some) && before.is_some() {
            request_animation_frame(move || focus_on_wrong(notice));
        }
    });
    let text = move || error.get().map(|error| told(&error));
    view! {
        {move || text().map(|text| view! {
            <p node_ref=notice class="notice error" role="alert" tabindex="-1">{text}</p>
        })}
    }
}

/// Looks within the form that the words are in; words above their form are about the only one of the page.
fn focus_on_wrong(notice: NodeRef<P>) {
    const WRONG: &str = "[aria-invalid=true]";
    let Some(notice) = notice.get_untracked() else { return };
    let wrong = match notice.closest("form").ok().flatten() {
        Some(form) => form.query_selector(WRONG),
        None => document().query_selector(WRONG),
    };
    focus_on(wrong.ok().flatten().unwrap_or_else(|| notice.unchecked_into()));
}

/// Loads the page that an action names, as a whole: the visitor is another one now.
pub fn follow_page<F>(action: ServerAction<F>)
where
    F: ServerFn<Output = String, Error = AppError> + Clone + Send + Sync + 'static,
{
    let answer = action.value();
    Effect::new(move |_| {
        if let Some(Ok(page)) = answer.get() {
            load_page(&page);
        }
    });
}

/// Does something whenever an action has succeeded.
pub fn when_done<F>(action: ServerAction<F>, then: impl Fn() + 'static)
where
    F: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    F::Output: Send + Sync + 'static,
{
    Effect::new(move |_| {
        if is_done(action) {
            then();
        }
    });
}

/// What was done on this page: named by the address after a form without JavaScript (`?done=`), else by the action.
#[derive(Clone, Copy)]
pub struct Done {
    newest: RwSignal<Option<&'static str>>,
    times: RwSignal<u32>,
}

/// What was done on this page. Made outside a `Suspend`, so that it lasts as long as the page.
#[must_use]
pub fn use_done() -> Done {
    Done { newest: RwSignal::new(None), times: RwSignal::new(0) }
}

impl Done {
    /// Also counts an action of this page, and says that `what` is done, if that is worth saying.
    #[must_use]
    pub fn after<F>(self, action: ServerAction<F>, what: Option<&'static str>) -> Self
    where
        F: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
        F::Output: Send + Sync + 'static,
    {
        when_done(action, move || {
            self.say(what);
            put_away(&format!("form:is(.stacked, .ship-form)[action=\"{}\"]", F::url()));
        });
        self
    }

    /// Says that something is done, and has the page load anew what it shows.
    pub fn say(self, what: Option<&'static str>) {
        self.newest.set(what);
        self.times.update(|times| *times += 1);
        if what.is_some() {
            focus("#done");
        }
    }

    /// How often something was done here: a page loads its data anew whenever that changes.
    #[must_use]
    pub fn times(self) -> u32 {
        self.times.get()
    }
}

/// Has a form that has done its work show what it came with again, and closes what it is folded into.
fn put_away(form: &str) {
    let Ok(Some(form)) = document().query_selector(form) else { return };
    if let Ok(Some(fold)) = form.closest("details") {
        let _ = fold.unchecked_into::<HtmlElement>().remove_attribute("open");
    }
    form.unchecked_into::<HtmlFormElement>().reset();
}

/// Says what was done, at the top of the page.
#[component]
pub fn DoneNotice(
    done: Done,
    /// What is said of each thing that can be done here.
    words: fn(&str) -> Option<&'static str>,
) -> impl IntoView {
    let query = use_query_map();
    let named = move || {
        let query = query.read();
        // A form that failed comes back to the address it was sent from, whatever was done there before.
        query.get_str("done").filter(|_| query.get_str("__err").is_none()).and_then(words)
    };
    let text = move || if done.times.get() > 0 { done.newest.get().and_then(words) } else { named() };
    view! {
        <div id="done" role="status" tabindex="-1">
            {move || text().map(|text| view! { <p class="notice success">{text}</p> })}
        </div>
    }
}
