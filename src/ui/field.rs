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
    /// A class for its width.
    #[prop(default = "")]
    class: &'static str,
    /// What its id begins with: another word where a page has several fields of that name.
    #[prop(default = "field")]
    form: &'static str,
    /// What helps to fill it in.
    #[prop(default = "")]
    hint: &'static str,
) -> impl IntoView {
    let id = format!("{form}-{name}");
    let (error_id, hint_id) = (format!("{id}-error"), format!("{id}-hint"));
    let described_by = if hint.is_empty() { error_id.clone() } else { format!("{error_id} {hint_id}") };
    let wrong = move || errors.with(|errors| errors.iter().any(|(wrong, _)| *wrong == field));
    view! {
        <div class=format!("field {class}") class:wrong=wrong>
            <label for=id.clone()>{label}</label>
            <input
                id=id
                name=name
                type=kind
                inputmode=inputmode
                value=value
                autocomplete=autocomplete
                required=true
                aria-invalid=move || wrong().to_string()
                aria-describedby=described_by
            />
            <FieldMessage field id=error_id errors />
            {(!hint.is_empty()).then(|| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
        </div>
    }
}
