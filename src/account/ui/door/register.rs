//! Beginning an account. A link in an email ends it, so that nobody registers an address that is not theirs, and nobody
//! learns here which addresses have an account.

use super::{
    answer::with_next,
    sent::{CheckEmail, follow_sent},
};
use crate::{
    account::api::Register,
    domain::address::Field as FieldName,
    messages::door as words,
    ui::{Field, Page, PasswordField, PostForm, Refusal, error_of, fields_of, is_done, typed},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The page.
#[component]
pub fn RegisterPage() -> impl IntoView {
    let action = ServerAction::<Register>::new();
    let query = use_query_map();
    let is_sent = Memo::new(move |_| is_done(action) || query.read().get("sent").is_some());
    follow_sent(is_sent);
    move || {
        if is_sent.get() {
            view! { <CheckEmail text=words::REGISTER_SENT again="/register" /> }.into_any()
        } else {
            view! { <RegisterForm action /> }.into_any()
        }
    }
}

#[component]
fn RegisterForm(action: ServerAction<Register>) -> impl IntoView {
    let error = error_of(action);
    let errors = fields_of(error);
    let pending = action.pending();
    let query = use_query_map();
    let sign_in = move || with_next("/login", &query.read().get("next").unwrap_or_default());
    view! {
        <Page title=words::CREATE_ACCOUNT class="door-page">
            <h1>{words::CREATE_ACCOUNT}</h1>
            <p>{words::REGISTER_TEXT}</p>
            <Refusal error told=words::refused />
            <PostForm action class="door-form" own_errors=true>
                <Field field=FieldName::Name name="name" label=words::NAME value=typed("name") errors
                    autocomplete="name" />
                <Field field=FieldName::Email name="email" label=words::EMAIL value=typed("email") errors
                    autocomplete="email" kind="email" inputmode="email" />
                <PasswordField field=FieldName::Password name="password" label=words::PASSWORD errors
                    autocomplete="new-password" hint=words::PASSWORD_HINT />
                <button type="submit" class="button primary wide" disabled=pending>{words::REGISTER}</button>
            </PostForm>
            <p class="door-aside">{words::HAVE_ACCOUNT} " " <a href=sign_in>{words::SIGN_IN}</a></p>
        </Page>
    }
}
