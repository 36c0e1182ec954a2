//! The recovery codes, in the minutes after they were made.

use super::frame::{AccountFrame, Place};
use crate::{
    account::{
        api::{get_account, get_recovery_codes},
        view::RecoveryCodes,
    },
    error::AppError,
    messages::account::codes as words,
    ui::{EmptyState, Panel, announce, clipboard, load, use_hydrated, when_loaded},
};
use leptos::prelude::*;

/// The page.
#[component]
pub fn RecoveryPage() -> impl IntoView {
    let account = load(|| (), |()| get_account());
    let loaded = load(|| (), |()| get_recovery_codes());
    when_loaded(move || async move {
        let (account, codes) = (account.await?, loaded.await);
        let inside = match codes {
            Ok(codes) => view! { <Codes codes /> }.into_any(),
            Err(AppError::NotFound | AppError::LinkExpired) => view! { <PutAway /> }.into_any(),
            Err(error) => return Err(error),
        };
        Ok(view! {
            <AccountFrame place=Place::Security title=words::RECOVERY role=account.role>{inside}</AccountFrame>
        }
        .into_any())
    })
}

#[component]
fn Codes(codes: RecoveryCodes) -> impl IntoView {
    let hydrated = use_hydrated();
    let can_copy = move || hydrated.get() && clipboard::is_there();
    let RecoveryCodes(codes) = codes;
    let text = codes.join("\n");
    let copied = RwSignal::new(false);
    let copy = move |_| {
        clipboard::copy(&text);
        copied.set(true);
        announce(words::COPIED);
    };
    let label = move || if copied.get() { words::COPIED } else { words::COPY };
    view! {
        <h1>{words::RECOVERY}</h1>
        <Panel id="recovery" heading=words::KEEP>
            <p>{words::RECOVERY_TEXT}</p>
            <ol class="recovery-codes" aria-label=words::RECOVERY>
                {codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view()}
            </ol>
            <p class="quiet">{words::PRINT}</p>
            <p class="actions">
                <a class="button" href="/account/security">{words::DONE}</a>
                <button type="button" class="button plain" hidden=move || !can_copy() on:click=copy>{label}</button>
            </p>
        </Panel>
    }
}

#[component]
fn PutAway() -> impl IntoView {
    view! {
        <EmptyState scene="empty-cart" heading=words::PUT_AWAY text=words::PUT_AWAY_TEXT is_page=true>
            <p class="actions"><a class="button" href="/account/security">{words::BACK}</a></p>
        </EmptyState>
    }
}
