//! A field for a password, with a button to look at what was typed.

use super::{
    field::{Labelled, described_by, invalid},
    use_hydrated,
};
use crate::{
    domain::address::{Field as FieldName, FieldErrors},
    messages::door as words,
};
use leptos::prelude::*;

/// A password. It is never filled in again: nobody keeps it.
#[component]
pub fn PasswordField(
    /// Which field it is, for its errors.
    field: FieldName,
    /// The name of the form's parameter.
    name: &'static str,
    label: &'static str,
    #[prop(into)] errors: Signal<FieldErrors>,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    /// What to know before typing.
    #[prop(default = "")]
    hint: &'static str,
    /// Its id, where a page has several of the name.
    #[prop(optional, into)]
    id: Option<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| format!("field-{name}"));
    let described_by = described_by(&id, hint);
    let invalid = invalid(field, errors);
    let shown = RwSignal::new(false);
    view! {
        <Labelled field id=id.clone() label hint class="" errors>
            <div class="password-input">
                <input
                    id=id.clone()
                    name=name
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    required=true
                    aria-invalid=invalid
                    aria-describedby=described_by
                />
                <ShowButton shown input=id />
            </div>
        </Labelled>
    }
}

/// Turns dots into letters and back; without JavaScript it would do nothing, so it is not there.
#[component]
fn ShowButton(
    shown: RwSignal<bool>,
    /// The id of the field.
    input: String,
) -> impl IntoView {
    let hydrated = use_hydrated();
    move || {
        let input = input.clone();
        hydrated.get().then(|| {
            view! {
                <button
                    type="button"
                    class="show-password"
                    aria-pressed=move || shown.get().to_string()
                    aria-controls=input
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {words::SHOW}
                    <span class="visually-hidden">{words::SHOW_WHAT}</span>
                </button>
            }
        })
    }
}
