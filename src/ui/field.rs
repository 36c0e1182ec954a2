//! A labelled field with its error right below it.

use crate::{
    domain::address::{Field as FieldName, FieldErrors},
    messages,
};
use leptos::prelude::*;

/// The error of a field, if it has one.
#[component]
pub fn FieldMessage(
    /// Which field.
    field: FieldName,
    /// The id its input refers to.
    #[prop(into)]
    id: String,
    #[prop(into)] errors: Signal<FieldErrors>,
) -> impl IntoView {
    let message = move || {
        let errors = errors.get();
        errors.iter().find(|(name, _)| *name == field).map(|(name, problem)| messages::checkout::field(*name, *problem))
    };
    view! { <p class="field-error" id=id>{message}</p> }
}

/// Whether a field needs another look, as `aria-invalid` wants it.
pub(super) fn invalid(field: FieldName, errors: Signal<FieldErrors>) -> Signal<&'static str> {
    let wrong = move || errors.with(|errors| errors.iter().any(|(wrong, _)| *wrong == field));
    Signal::derive(move || if wrong() { "true" } else { "false" })
}

/// The ids of what describes an input: its hint, where it has one, and its error.
pub(super) fn described_by(id: &str, hint: &str) -> String {
    if hint.is_empty() { format!("{id}-error") } else { format!("{id}-hint {id}-error") }
}

/// What surrounds an input: its label, its hint and its error. The input has this id, [`invalid`] as its
/// `aria-invalid` and [`described_by`] as its `aria-describedby`.
#[component]
pub(super) fn Labelled(
    field: FieldName,
    id: String,
    label: &'static str,
    /// Empty where the label says enough.
    hint: &'static str,
    class: &'static str,
    errors: Signal<FieldErrors>,
    /// The input.
    children: Children,
) -> impl IntoView {
    let invalid = invalid(field, errors);
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let hint = (!hint.is_empty()).then(|| view! { <p class="field-hint" id=hint_id>{hint}</p> });
    view! {
        <div class=format!("field {class}") class:wrong=move || invalid.get() == "true">
            <label for=id>{label}</label>
            {children()}
            {hint}
            <FieldMessage field id=error_id errors />
        </div>
    }
}

/// A text field.
#[component]
pub fn Field(
    /// Which field it is, for its errors.
    field: FieldName,
    /// The name of the form's parameter.
    name: &'static str,
    label: &'static str,
    #[prop(into)] value: String,
    #[prop(into)] errors: Signal<FieldErrors>,
    /// What the browser may fill in: a token of HTML's `autocomplete`.
    autocomplete: &'static str,
    /// `text`, `email`…
    #[prop(default = "text")]
    kind: &'static str,
    /// Which keyboard a phone shows.
    #[prop(default = "text")]
    inputmode: &'static str,
    /// What to know before typing.
    #[prop(default = "")]
    hint: &'static str,
    /// A class for its width.
    #[prop(default = "")]
    class: &'static str,
    /// What its id begins with: another word where a page has several fields of that name.
    #[prop(default = "field")]
    form: &'static str,
    /// It may be left empty.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let id = format!("{form}-{name}");
    let described_by = described_by(&id, hint);
    let invalid = invalid(field, errors);
    view! {
        <Labelled field id=id.clone() label hint class errors>
            <input
                id=id
                name=name
                type=kind
                inputmode=inputmode
                value=value
                autocomplete=autocomplete
                required=!optional
                aria-invalid=invalid
                aria-describedby=described_by
            />
        </Labelled>
    }
}
