//! One-time codes: off, or on with recovery codes beside them.

use super::{Actions, PasswordAgain};
use crate::{
    account::view::Security,
    domain::timestamp::Timestamp,
    error::AppError,
    messages::account::security as words,
    ui::{Fold, Panel, PostForm, Refusal, error_of, fields_of},
};
use leptos::prelude::*;

/// How codes stand, and what can be done about them.
#[component]
pub fn CodesPanel(security: Security, actions: Actions) -> impl IntoView {
    let inside = match security.codes_since {
        Some(since) => view! { <On since security actions /> }.into_any(),
        None => view! { <Off email=security.email actions /> }.into_any(),
    };
    view! { <Panel id="codes" heading=words::CODES>{inside}</Panel> }
}

#[component]
fn Off(email: String, actions: Actions) -> impl IntoView {
    let error = error_of(actions.begin_codes);
    view! {
        <p class="quiet">{words::CODES_OFF}</p>
        <Fold label=words::SET_UP open=is_some(error)>
            <PostForm action=actions.begin_codes class="stacked" own_errors=true>
                <Refusal error />
                <PasswordAgain form="begin-codes" email errors=fields_of(error) />
                <p class="actions"><button type="submit" class="button">{words::CONTINUE}</button></p>
            </PostForm>
        </Fold>
    }
}

#[component]
fn On(since: Timestamp, security: Security, actions: Actions) -> impl IntoView {
    let Security { email, recovery_codes_left, codes_required, .. } = security;
    let renewing = error_of(actions.new_codes);
    let required = codes_required.then(|| view! { <p class="quiet">{words::CODES_REQUIRED}</p> });
    let disable = view! { <SwitchOff email=email.clone() actions /> };
    view! {
        <p>{words::codes_since(since)} " " {words::recovery_left(recovery_codes_left)}</p>
        <Fold label=words::NEW_CODES open=is_some(renewing)>
            <PostForm action=actions.new_codes class="stacked" own_errors=true>
                <Refusal error=renewing />
                <p>{words::NEW_CODES_TEXT}</p>
                <PasswordAgain form="new-codes" email errors=fields_of(renewing) />
                <p class="actions"><button type="submit" class="button">{words::CONTINUE}</button></p>
            </PostForm>
        </Fold>
        {required}
        {disable}
    }
}

#[component]
fn SwitchOff(email: String, actions: Actions) -> impl IntoView {
    let error = error_of(actions.disable_codes);
    view! {
        <Fold label=words::SWITCH_OFF open=is_some(error)>
            <PostForm action=actions.disable_codes class="stacked" own_errors=true>
                <Refusal error />
                <PasswordAgain form="disable-codes" email errors=fields_of(error) />
                <p class="actions"><button type="submit" class="button danger">{words::SWITCH_OFF}</button></p>
            </PostForm>
        </Fold>
    }
}

fn is_some(error: Signal<Option<AppError>>) -> Signal<bool> {
    Signal::derive(move || error.get().is_some())
}
