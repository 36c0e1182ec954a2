//! Signing in: by email and password, then by a one-time code where the account wants one, or by a passkey.

use super::{
    answer::{enter, with_next},
    code::CodeStep,
    passkey::PasskeyOffer,
};
use crate::{
    account::{api::SignIn, view::SignInStep},
    domain::address::Field as FieldName,
    messages::door as words,
    ui::{Field, Page, PasswordField, PostForm, Refusal, error_of, fields_of, typed},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The page. `next` is where to go from here, `ticket` a sign-in that waits for its code.
#[component]
pub fn LoginPage() -> impl IntoView {
    let query = use_query_map();
    let parameter = move |name| query.read().get(name).unwrap_or_default();
    let next = Memo::new(move |_| parameter("next"));
    let was_reset = Memo::new(move |_| !parameter("reset").is_empty());
    let action = ServerAction::<SignIn>::new();
    let answer = action.value();
    let ticket = Memo::new(move |_| match answer.get() {
        Some(Ok(SignInStep::CodeNeeded { ticket })) => ticket,
        _ => parameter("ticket"),
    });
    Effect::new(move |_| {
        if let Some(Ok(step @ SignInStep::Done { .. })) = answer.get() {
            enter(step, &next.get_untracked());
        }
    });
    move || {
        let ticket = ticket.get();
        if ticket.is_empty() {
            view! { <PasswordStep action next was_reset /> }.into_any()
        } else {
            view! { <CodeStep ticket next /> }.into_any()
        }
    }
}

#[component]
fn PasswordStep(action: ServerAction<SignIn>, next: Memo<String>, was_reset: Memo<bool>) -> impl IntoView {
    let error = error_of(action);
    let errors = fields_of(error);
    let pending = action.pending();
    let reset = move || {
        was_reset.get().then(|| view! { <p class="notice success" role="status">{words::PASSWORD_CHANGED}</p> })
    };
    view! {
        <Page title=words::SIGN_IN class="door-page">
            <h1>{words::SIGN_IN}</h1>
            {reset}
            <Refusal error told=words::refused />
            <PostForm action class="door-form" own_errors=true>
                <input type="hidden" name="next" value=next />
                <Field field=FieldName::Email name="email" label=words::EMAIL value=typed("email") errors
                    autocomplete="username" kind="email" inputmode="email" />
                <PasswordField field=FieldName::Password name="password" label=words::PASSWORD errors
                    autocomplete="current-password" />
                <button type="submit" class="button primary wide" disabled=pending>{words::SIGN_IN}</button>
            </PostForm>
            <p class="door-links"><a href="/forgot">{words::FORGOT}</a></p>
            <PasskeyOffer next />
            <p class="door-aside">
                {words::NEW_HERE} " "
                <a href=move || with_next("/register", &next.get())>{words::CREATE_ACCOUNT}</a>
            </p>
        </Page>
    }
}
