//! The one form that changes something: it carries the token by which the server knows its own pages.

use super::page::is_alive;
use crate::error::AppError;
use leptos::{
    form::ActionForm,
    html::{Form as FormElement, Input},
    prelude::*,
    server_fn::{Http, ServerFn, client::Client, codec::PostUrl, request::ClientReq},
    web_sys::{FormData, HtmlFormElement},
};
use serde::de::DeserializeOwned;

/// The token of this visitor's forms.
#[derive(Clone, Debug, Default)]
pub struct FormToken(pub String);

/// Makes the token known; in the browser it is read from the page.
pub fn provide_form_token() {
    if use_context::<FormToken>().is_none() {
        provide_context(FormToken(meta_content("form-token").unwrap_or_default()));
    }
}

/// The token, for calls that are not forms.
#[must_use]
pub fn use_form_token() -> String {
    use_context::<FormToken>().unwrap_or_default().0
}

/// What a `meta` of the page says. The server has no page to read from: it provides such things itself.
#[must_use]
pub fn meta_content(name: &str) -> Option<String> {
    let page = if cfg!(target_arch = "wasm32") { Some(document()) } else { None };
    page?.query_selector(&format!("meta[name={name}]")).ok()??.get_attribute("content")
}

/// Elements of its own for each time the page around it is made anew. Leptos would keep the old ones, and a field that
/// somebody typed into keeps its text whatever value it is given: an address that is chosen would become half of two.
///
/// Where the focus may be within, it would be lost with its element: see [`show_values`].
#[component]
pub fn Anew(children: ChildrenFn) -> impl IntoView {
    // What is reactive is never taken over by what comes in its place.
    move || children()
}

/// Has the form of a field show the values it was made with, whatever was typed into it before, and keep the focus. On
/// the first page what was typed before it was alive stays.
pub fn show_values(field: NodeRef<Input>) {
    // Asked now: when effects run, the first page is alive, too.
    let is_made_anew = is_alive();
    Effect::new(move |_| {
        let form = field.get().and_then(|field| field.form());
        form.filter(|_| is_made_anew).iter().for_each(HtmlFormElement::reset);
    });
}

/// A form that calls a server function, by itself without JavaScript and by the action with it.
///
/// The function takes the token as its argument `csrf`.
#[component]
pub fn PostForm<F, O>(
    /// What to call.
    action: ServerAction<F>,
    /// The form element, where somebody needs it.
    #[prop(optional)]
    node_ref: Option<NodeRef<FormElement>>,
    /// The form shows its errors at its fields; the browser's own bubbles stay away.
    #[prop(optional)]
    own_errors: bool,
    /// A class of the form.
    #[prop(optional, into)]
    class: String,
    /// The fields and buttons.
    children: Children,
) -> impl IntoView
where
    F: ServerFn<Protocol = Http<PostUrl, O>, Error = AppError> + DeserializeOwned + Clone + Send + Sync + 'static,
    <<F::Client as Client<AppError>>::Request as ClientReq<AppError>>::FormData: From<FormData>,
    F::Output: Send + Sync + 'static,
    F::Client: Client<AppError>,
{
    let token = use_form_token();
    let fields = move || view! { <input type="hidden" name="csrf" value=token /> {children()} };
    let node_ref = node_ref.unwrap_or_default();
    view! {
        <ActionForm action node_ref attr:class=class attr:novalidate=own_errors>
            {fields()}
        </ActionForm>
    }
}
