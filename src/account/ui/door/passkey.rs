//! Signing in by a passkey: the browser asks for a challenge, has it signed, and sends it back.

use super::answer::enter;
use crate::{
    account::{
        api::{passkey_challenge, passkey_sign_in},
        ui::passkey,
        view::SignInStep,
    },
    messages::door as words,
    ui::{use_form_token, use_hydrated},
};
use leptos::{prelude::*, task::spawn_local};

/// The button, in browsers that can do it; nothing in others and without JavaScript.
#[component]
pub fn PasskeyOffer(next: Memo<String>) -> impl IntoView {
    let hydrated = use_hydrated();
    let offered = move || hydrated.get() && passkey::is_supported();
    move || offered().then(|| view! { <PasskeyButton next /> })
}

#[component]
fn PasskeyButton(next: Memo<String>) -> impl IntoView {
    let csrf = use_form_token();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let start = move |_| {
        let (csrf, next) = (csrf.clone(), next.get_untracked());
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            match sign_in(csrf, next.clone()).await {
                Ok(step) => enter(step, &next),
                // The page may be another by now.
                Err(text) => {
                    problem.try_set(Some(text));
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <div class="door-passkey">
            <p class="door-or">{words::OR}</p>
            <button type="button" class="button plain wide" disabled=busy on:click=start>{words::WITH_PASSKEY}</button>
            {move || problem.get().map(|text| view! { <p class="notice" role="alert">{text}</p> })}
        </div>
    }
}

/// Signs in, or says why not.
async fn sign_in(csrf: String, next: String) -> Result<SignInStep, String> {
    let ceremony = passkey_challenge(csrf.clone()).await.map_err(|error| words::refused(&error))?;
    let credential = passkey::get(ceremony.options).await.map_err(|error| words::passkey(error).to_owned())?;
    passkey_sign_in(csrf, ceremony.id, credential, next).await.map_err(|error| words::refused(&error))
}
