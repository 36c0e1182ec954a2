//! What pages have in common: a title, a place for what has just happened, and faces for nothing and for errors.

use crate::{error::AppError, messages, shop::ui::use_frame};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::{NavigateOptions, components::Redirect, hooks::use_location, location::Url};

/// A page: its title, its description and what it shows.
#[component]
pub fn Page(
    /// The title, without the shop's name.
    #[prop(into)]
    title: String,
    /// For search engines.
    #[prop(into, optional)]
    description: String,
    /// Which page it is, for the style sheet.
    class: &'static str,
    children: Children,
) -> impl IntoView {
    let shop = use_frame().name();
    // Plain text and no signal: titles outlive their page by a moment, signals do not.
    let full = match title {
        title if title.is_empty() => shop,
        // A title for search engines often names the shop itself.
        title if title.contains(&shop) => title,
        title => format!("{title} — {shop}"),
    };
    mark_alive();
    view! {
        <Title text=in_title(full) />
        <Meta name="description" content=description />
        <div class=format!("page {class}")>{children()}</div>
    }
}

/// Tells style sheets and tests that the page answers to clicks now, and does what was asked for before.
fn mark_alive() {
    Effect::new(|_| {
        if let Some(html) = document().document_element() {
            let _ = html.set_attribute("data-alive", "true");
        }
        // Header and page come alive in their own order, both before the next frame is drawn.
        request_animation_frame(super::early::replay);
    });
}

/// Whether the page answers already: what is made now is not what the server sent.
pub(super) fn is_alive() -> bool {
    let html = if cfg!(target_arch = "wasm32") { document().document_element() } else { None };
    html.is_some_and(|html| html.has_attribute("data-alive"))
}

/// What the server writes into the title, where Leptos escapes nothing. In the browser a title is set as text.
fn in_title(text: String) -> String {
    if cfg!(target_arch = "wasm32") { text } else { text.replace('&', "&amp;").replace('<', "&lt;") }
}

/// What to say when there is nothing to show.
#[component]
pub fn EmptyState(
    /// A scene, by the name of its file.
    scene: &'static str,
    #[prop(into)] heading: String,
    #[prop(into, optional)] text: String,
    /// The heading is the page's own.
    #[prop(optional)]
    is_page: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let heading =
        if is_page { view! { <h1>{heading}</h1> }.into_any() } else { view! { <h2>{heading}</h2> }.into_any() };
    view! {
        <div class="empty-state">
            <img src=format!("/scenes/{scene}.svg") alt="" width="480" height="360" />
            {heading}
            <p>{text}</p>
            {children.map(|children| children())}
        </div>
    }
}

/// An error in place of a page, with the status it deserves; or the way to the page that comes first.
#[component]
pub fn ErrorPage(error: AppError) -> impl IntoView {
    set_status(error.status());
    match error {
        AppError::SignInRequired => view! { <Elsewhere path=sign_in_page() /> }.into_any(),
        AppError::CodeRequired => view! { <Elsewhere path="/account/security?needs=codes".to_owned() /> }.into_any(),
        error => view! { <Apology error /> }.into_any(),
    }
}

/// Where to sign in for this page.
fn sign_in_page() -> String {
    let location = use_location();
    let (path, search) = (location.pathname.get_untracked(), location.search.get_untracked());
    let query = if search.is_empty() { String::new() } else { format!("?{}", search.trim_start_matches('?')) };
    format!("/login?next={}", Url::escape(&format!("{path}{query}")))
}

/// Goes to another page, which takes the place of this one.
#[component]
pub fn Elsewhere(path: String) -> impl IntoView {
    view! { <Redirect path options=NavigateOptions { replace: true, ..NavigateOptions::default() } /> }
}

#[component]
fn Apology(error: AppError) -> impl IntoView {
    let (heading, text) = match &error {
        AppError::NotFound => (messages::PAGE_NOT_FOUND, messages::PAGE_NOT_FOUND_TEXT.to_owned()),
        AppError::Forbidden => (messages::NOT_FOR_YOU, messages::error(&error)),
        error => (messages::SOMETHING_WENT_WRONG, messages::error(error)),
    };
    view! {
        <Page title=heading class="error-page">
            <EmptyState scene="not-found" heading text is_page=true>
                <p class="actions">
                    <a class="button" href="/search">{messages::ALL_PRODUCTS}</a>
                    <a class="button plain" href="/">{messages::HOME}</a>
                </p>
            </EmptyState>
        </Page>
    }
}

/// Sets the answer's status while the server renders; nothing to do in the browser.
pub fn set_status(status: u16) {
    if let Some(setter) = use_context::<StatusSetter>() {
        (setter.0)(status);
    }
}

/// How the server lets a page set the status of its answer.
#[derive(Clone)]
pub struct StatusSetter(pub std::sync::Arc<dyn Fn(u16) + Send + Sync>);

/// What is read out to those who do not see the page change.
#[derive(Clone, Copy)]
struct Announcement(RwSignal<String>);

/// Makes [`announce`] work below.
pub fn provide_announcer() {
    provide_context(Announcement(RwSignal::new(String::new())));
}

/// The live region; one a page.
#[component]
pub fn Announcer() -> impl IntoView {
    let text = move || use_context::<Announcement>().map(|Announcement(text)| text.get());
    view! { <div class="visually-hidden" aria-live="polite">{text}</div> }
}

/// Says something to those who do not see the page change.
pub fn announce(text: impl Into<String>) {
    if let Some(Announcement(signal)) = use_context::<Announcement>() {
        signal.set(text.into());
    }
}

/// Moves the focus to what a selector finds, once the page shows what has changed.
pub fn focus(selector: &'static str) {
    request_animation_frame(move || {
        if let Ok(Some(element)) = document().query_selector(selector) {
            focus_on(element);
        }
    });
}

/// Moves the focus to an element.
pub fn focus_on(element: leptos::web_sys::Element) {
    let _ = leptos::wasm_bindgen::JsCast::unchecked_into::<leptos::web_sys::HtmlElement>(element).focus();
}

/// Goes to a page and loads it in full, for when cookies have changed.
pub fn load_page(address: &str) {
    let _ = window().location().set_href(address);
}

/// Becomes true once the page is alive in the browser; stays false without JavaScript, and for the first rendering.
#[must_use]
pub fn use_hydrated() -> ReadSignal<bool> {
    let (hydrated, set) = signal(false);
    Effect::new(move |_| set.set(true));
    hydrated
}
