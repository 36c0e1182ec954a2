//! Asking for a link to choose a new password.

use super::sent::{CheckEmail, follow_sent};
use crate::{
    account::api::ForgotPassword,
    domain::address::Field as FieldName,
    messages::door as words,
    ui::{Field, Page, PostForm, Refusal, error_of, fields_of, is_done, typed},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The page.
#[component]
pub fn ForgotPage() -> impl IntoView {
    let action = ServerAction::<ForgotPassword>::new();
    let query = use_query_map();
    let is_sent = Memo::new(move |_| is_done(action) || query.read().get("sent").is_some());
    follow_sent(is_sent);
    move || {
        if is_sent.get() {
            view! { <CheckEmail text=words::FORGOT_SENT again="/forgot" /> }.into_any()
        } else {
            view! { <ForgotForm action /> }.into_any()
        }
    }
}

#[component]
fn ForgotForm(action: ServerAction<ForgotPassword>) -> impl IntoView {
    let error = error_of(action);
    let errors = fields_of(error);
    let pending = action.pending();
    view! {
        <Page title=words::FORGOT class="door-page">
            <h1>{words::FORGOT}</h1>
            <p>{words::FORGOT_TEXT}</p>
            <Refusal error told=words::refused />
            <PostForm action class="door-form" own_errors=true>
                <Field field=FieldName::Email name="email" label=words::EMAIL value=typed("email") errors
                    autocomplete="username" kind="email" inputmode="email" />
                <button type="submit" class="button primary wide" disabled=pending>{words::SEND_LINK}</button>
            </PostForm>
            <p class="door-links"><a href="/login">{words::BACK_TO_SIGN_IN}</a></p>
        </Page>
    }
}
