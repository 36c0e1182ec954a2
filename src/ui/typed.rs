//! What somebody typed into a form that was sent without JavaScript and came back with an error. With JavaScript the
//! fields never left the page.

use leptos::{prelude::*, server_fn::ServerFn, tachys::reactive_graph::OwnedView};
use std::{collections::HashMap, sync::Arc};

/// What was typed into one form; the server provides it. Secrets are never among it.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The address of the server function that the form was sent to.
    pub form: String,
    /// Its fields by their names.
    pub fields: Arc<HashMap<String, String>>,
}

/// The address of the server function whose form is being made.
#[derive(Clone, Copy)]
struct FormOf(&'static str);

/// Makes the form of an action, on a page that has other forms with fields of the same names: [`typed`] gives it what was
/// typed there, and nothing of theirs.
#[must_use]
pub fn typed_into<F>(_: ServerAction<F>, form: impl FnOnce() -> AnyView) -> OwnedView<AnyView>
where
    F: ServerFn + 'static,
    F::Output: 'static,
{
    let owner = Owner::new();
    let form = owner.with(|| {
        provide_context(FormOf(F::url()));
        form()
    });
    OwnedView::new_with_owner(form, owner)
}

/// What was typed into a field; empty where nothing is known, and always in the browser: there the field keeps what
/// the server wrote into it.
#[must_use]
pub fn typed(name: &str) -> String {
    let Some(Typed { form, fields }) = use_context() else { return String::new() };
    let is_of_another = use_context::<FormOf>().is_some_and(|FormOf(made)| made != form);
    fields.get(name).filter(|_| !is_of_another).cloned().unwrap_or_default()
}

/// What was typed into a field that came with a value of its own, else that value.
#[must_use]
pub fn typed_or(name: &str, value: String) -> String {
    let typed = typed(name);
    if typed.is_empty() { value } else { typed }
}
