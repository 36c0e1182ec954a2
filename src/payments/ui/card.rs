//! The fields of the sandbox's card.

use crate::{
    domain::address::{Field as FieldName, FieldErrors},
    messages::checkout as words,
    ui::Field,
};
use leptos::prelude::*;

/// Number, expiry and code. They are never filled in again: the server keeps none of them.
#[component]
pub fn SandboxFields(#[prop(into)] errors: Signal<FieldErrors>) -> impl IntoView {
    view! {
        <p class="notice small">{words::SANDBOX_HINT}</p>
        <div class="field-grid">
            <Field field=FieldName::Card name="card" label=words::CARD_NUMBER value="" errors
                autocomplete="cc-number" inputmode="numeric" class="wide" />
            <Field field=FieldName::Expiry name="expiry" label=words::EXPIRY value="" errors
                autocomplete="cc-exp" inputmode="numeric" />
            <Field field=FieldName::SecurityCode name="security_code" label=words::SECURITY_CODE value="" errors
                autocomplete="cc-csc" inputmode="numeric" />
        </div>
    }
}
