//! What somebody typed into a form that was sent without JavaScript and came back with an error. With JavaScript the
//! fields never left the page.

use leptos::prelude::*;
use std::{collections::HashMap, sync::Arc};

/// The fields of that form by their names; the server provides them. Secrets are never among them.
#[derive(Clone, Debug, Default)]
pub struct Typed(pub Arc<HashMap<String, String>>);

/// What was typed into a field; empty where nothing is known, and always in the browser: there the field keeps what
/// the server wrote into it.
#[must_use]
pub fn typed(name: &str) -> String {
    use_context::<Typed>().and_then(|Typed(fields)| fields.get(name).cloned()).unwrap_or_default()
}

/// What was typed into a field that came with a value of its own, else that value.
#[must_use]
pub fn typed_or(name: &str, value: String) -> String {
    let typed = typed(name);
    if typed.is_empty() { value } else { typed }
}
