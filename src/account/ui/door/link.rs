//! Where links from emails lead. Opening one changes nothing, because programs that look through mail open links too:
//! a button does it.

use super::{
    answer::enter,
    expired::{Expired, Origin, Renewal},
};
use crate::{
    account::{
        api::{ConfirmEmail, ResetPassword, VerifyEmail, get_link},
        view::LinkKind,
    },
    domain::address::Field as FieldName,
    error::AppError,
    messages::door as words,
    ui::{Page, PasswordField, PostForm, Refusal, error_of, fields_of, is_done, load, load_page, when_loaded},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// The page, whatever the link is for.
#[component]
pub fn LinkPage() -> impl IntoView {
    let query = use_query_map();
    let token = move || query.read().get("token").unwrap_or_default();
    let origin = Origin::of(&use_location().pathname.get_untracked());
    let loaded = load(token, get_link);
    when_loaded(move || {
        let token = token();
        async move {
            Ok(match loaded.await {
                Ok(LinkKind::Verify { email, password_needed }) => {
                    view! { <Verify token email password_needed /> }.into_any()
                }
                Ok(LinkKind::ResetPassword) => view! { <Reset token /> }.into_any(),
                Ok(LinkKind::ChangeEmail { email }) => view! { <Change token email /> }.into_any(),
                Err(AppError::LinkExpired) => view! { <Expired origin /> }.into_any(),
                Err(error) => return Err(error),
            })
        }
    })
}

/// Ends a registration.
#[component]
fn Verify(token: String, email: String, password_needed: bool) -> impl IntoView {
    let action = ServerAction::<VerifyEmail>::new();
    let (answer, pending, error) = (action.value(), action.pending(), error_of(action));
    let errors = fields_of(error);
    Effect::new(move |_| {
        if let Some(Ok(step)) = answer.get() {
            enter(step, "");
        }
    });
    let password = password_needed.then(|| {
        view! {
            <p>{words::WHY_PASSWORD}</p>
            <PasswordField field=FieldName::Password name="password" label=words::PASSWORD errors
                autocomplete="current-password" />
        }
    });
    view! {
        <Page title=words::CONFIRM_TITLE class="door-page">
            <h1>{words::CONFIRM_TITLE}</h1>
            <p>{words::CONFIRM_TEXT}</p>
            <p class="door-address">{email}</p>
            <Refusal error told=words::refused />
            <Renewal origin=Origin::Registration error />
            <PostForm action class="door-form" own_errors=true>
                <input type="hidden" name="token" value=token />
                {password}
                <button type="submit" class="button primary wide" disabled=pending>{words::CONFIRM}</button>
            </PostForm>
        </Page>
    }
}

/// Sets a new password.
#[component]
fn Reset(token: String) -> impl IntoView {
    let action = ServerAction::<ResetPassword>::new();
    let (answer, pending, error) = (action.value(), action.pending(), error_of(action));
    let errors = fields_of(error);
    Effect::new(move |_| {
        if let Some(Ok(())) = answer.get() {
            load_page("/login?reset=1");
        }
    });
    view! {
        <Page title=words::NEW_PASSWORD_TITLE class="door-page">
            <h1>{words::NEW_PASSWORD_TITLE}</h1>
            <p>{words::NEW_PASSWORD_TEXT}</p>
            <Refusal error told=words::refused />
            <Renewal origin=Origin::Forgotten error />
            <PostForm action class="door-form" own_errors=true>
                <input type="hidden" name="token" value=token />
                <PasswordField field=FieldName::NewPassword name="new_password" label=words::NEW_PASSWORD errors
                    autocomplete="new-password" hint=words::PASSWORD_HINT />
                <button type="submit" class="button primary wide" disabled=pending>{words::SAVE_PASSWORD}</button>
            </PostForm>
        </Page>
    }
}

/// Takes a new address over.
#[component]
fn Change(token: String, email: String) -> impl IntoView {
    let action = ServerAction::<ConfirmEmail>::new();
    move || {
        if is_done(action) {
            view! { <Changed email=email.clone() /> }.into_any()
        } else {
            view! { <ChangeForm action token=token.clone() email=email.clone() /> }.into_any()
        }
    }
}

#[component]
fn ChangeForm(action: ServerAction<ConfirmEmail>, token: String, email: String) -> impl IntoView {
    let (pending, error) = (action.pending(), error_of(action));
    view! {
        <Page title=words::CONFIRM_TITLE class="door-page">
            <h1>{words::CONFIRM_TITLE}</h1>
            <p class="door-address">{email}</p>
            <p>{words::CONFIRM_NEW_TEXT}</p>
            <Refusal error told=words::refused />
            <Renewal origin=Origin::EmailChange error />
            <PostForm action class="door-form" own_errors=true>
                <input type="hidden" name="token" value=token />
                <button type="submit" class="button primary wide" disabled=pending>{words::CONFIRM}</button>
            </PostForm>
        </Page>
    }
}

#[component]
fn Changed(email: String) -> impl IntoView {
    Effect::new(|_| crate::ui::focus("#changed"));
    view! {
        <Page title=words::EMAIL_CHANGED class="door-page">
            <h1 id="changed" tabindex="-1">{words::EMAIL_CHANGED}</h1>
            <p class="door-address">{email}</p>
            <p class="notice success" role="status">{words::EMAIL_CHANGED_TEXT}</p>
            <p><a class="button primary wide" href="/account" rel="external">{words::TO_ACCOUNT}</a></p>
        </Page>
    }
}
