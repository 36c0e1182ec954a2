//! The one form that changes something: it carries the token by which the server knows its own pages.

use crate::error::AppError;
use leptos::{
    form::ActionForm,
    html::Form as FormElement,
    prelude::*,
    server_fn::{Http, ServerFn, client::Client, codec::PostUrl, request::ClientReq},
    web_sys::FormData,
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
