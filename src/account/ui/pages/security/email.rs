//! The email address, and how it becomes another one.

use super::PasswordAgain;
use crate::{
    account::api::ChangeEmail,
    domain::address::Field as FieldName,
    messages::account::security as words,
    ui::{Field, Fold, Panel, PostForm, Refusal, error_of, fields_of, typed},
};
use leptos::prelude::*;

/// The address, one that waits, and the form for another.
#[component]
pub fn EmailPanel(email: String, new_email: Option<String>, action: ServerAction<ChangeEmail>) -> impl IntoView {
    let error = error_of(action);
    let errors = fields_of(error);
    view! {
        <Panel id="email" heading=words::EMAIL>
            <p>{email.clone()}</p>
            {new_email.map(|new| view! { <p class="notice small">{words::waiting(&new)}</p> })}
            <Fold label=words::CHANGE_EMAIL open=Signal::derive(move || error.get().is_some())>
                <PostForm action class="stacked" own_errors=true>
                    <Refusal error />
                    <Field field=FieldName::Email name="email" label=words::NEW_EMAIL value=typed("email") errors form="new"
                        autocomplete="email" kind="email" inputmode="email" />
                    <PasswordAgain form="email" email errors />
                    <p class="actions"><button type="submit" class="button">{words::SEND_LINK}</button></p>
                </PostForm>
            </Fold>
        </Panel>
    }
}
