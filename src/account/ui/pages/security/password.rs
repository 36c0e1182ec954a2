//! The password.

use super::PasswordAgain;
use crate::{
    account::api::ChangePassword,
    domain::address::Field as FieldName,
    messages::account::security as words,
    ui::{Fold, Panel, PasswordField, PostForm, Refusal, error_of, fields_of},
};
use leptos::prelude::*;

/// The form for another one; whoever has none is sent a link.
#[component]
pub fn PasswordPanel(email: String, has_password: bool, action: ServerAction<ChangePassword>) -> impl IntoView {
    let error = error_of(action);
    let errors = fields_of(error);
    let inside = if has_password {
        view! {
            <p class="quiet">{words::PASSWORD_TEXT}</p>
            <Fold label=words::CHANGE_PASSWORD open=Signal::derive(move || error.get().is_some())>
                <PostForm action class="stacked" own_errors=true>
                    <Refusal error />
                    <PasswordAgain form="change" email errors label=words::CURRENT_PASSWORD />
                    <PasswordField field=FieldName::NewPassword name="new_password" label=words::NEW_PASSWORD errors
                        autocomplete="new-password" hint=words::PASSWORD_HINT />
                    <p class="actions"><button type="submit" class="button">{words::CHANGE_PASSWORD}</button></p>
                </PostForm>
            </Fold>
        }
        .into_any()
    } else {
        view! { <p>{words::NO_PASSWORD} " " <a href="/forgot">{words::CHOOSE_PASSWORD}</a></p> }.into_any()
    };
    view! { <Panel id="password" heading=words::PASSWORD>{inside}</Panel> }
}
