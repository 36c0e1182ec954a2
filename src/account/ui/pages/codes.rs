//! Setting up one-time codes: the key as a picture and as letters, then the first code.

use super::frame::{AccountFrame, Place};
use crate::{
    account::{
        api::{EnableCodes, get_account, get_code_setup},
        view::CodeSetup,
    },
    domain::address::Field as FieldName,
    error::AppError,
    messages::account::codes as words,
    ui::{Elsewhere, Field, Panel, PostForm, Refusal, error_of, fields_of, load, when_done, when_loaded},
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// How many light squares a reader wants around the dark ones (ISO/IEC 18004).
const QUIET_ZONE: u32 = 4;

/// The page. Who has nothing to set up is sent back to where that begins.
#[component]
pub fn CodesPage() -> impl IntoView {
    let enable = ServerAction::<EnableCodes>::new();
    let navigate = use_navigate();
    when_done(enable, move || {
        navigate("/account/security/recovery", NavigateOptions { replace: true, ..NavigateOptions::default() });
    });
    let account = load(|| (), |()| get_account());
    let loaded = load(|| (), |()| get_code_setup());
    when_loaded(move || async move {
        let (account, setup) = (account.await?, loaded.await);
        match setup {
            Ok(setup) => Ok(view! {
                <AccountFrame place=Place::Security title=words::TITLE role=account.role>
                    <h1>{words::TITLE}</h1>
                    <Scan setup />
                    <Confirm enable />
                </AccountFrame>
            }
            .into_any()),
            Err(AppError::NotFound) => Ok(view! { <Elsewhere path="/account/security".to_owned() /> }.into_any()),
            Err(error) => Err(error),
        }
    })
}

#[component]
fn Scan(setup: CodeSetup) -> impl IntoView {
    let CodeSetup { key, address, squares, size } = setup;
    view! {
        <Panel id="scan" heading=words::SCAN class="code-setup">
            <p>{words::SCAN_TEXT}</p>
            <QrCode squares size />
            <div>
                <p>{words::TYPE_KEY}</p>
                <p class="code-key"><code>{in_fours(&key)}</code></p>
                <p><a href=address rel="external">{words::OPEN_APP}</a></p>
            </div>
        </Panel>
    }
}

/// Dark on light in either colour scheme, because not every reader knows it the other way round.
#[component]
fn QrCode(squares: String, size: u32) -> impl IntoView {
    let side = size + 2 * QUIET_ZONE;
    let from = format!("-{QUIET_ZONE}");
    view! {
        <svg class="qr-code" role="img" aria-label=words::QR viewBox=format!("{from} {from} {side} {side}")
            width="240" height="240" shape-rendering="crispEdges">
            <rect x=from.clone() y=from.clone() width=side height=side fill="#fff" />
            <path d=squares fill="#000" />
        </svg>
    }
}

/// `ABCD EFGH …`
fn in_fours(key: &str) -> String {
    let mut grouped = String::with_capacity(key.len() + key.len() / 4);
    for (i, letter) in key.chars().enumerate() {
        if i > 0 && i % 4 == 0 {
            grouped.push(' ');
        }
        grouped.push(letter);
    }
    grouped
}

#[component]
fn Confirm(enable: ServerAction<EnableCodes>) -> impl IntoView {
    let error = error_of(enable);
    view! {
        <Panel id="confirm" heading=words::CONFIRM>
            <PostForm action=enable class="stacked" own_errors=true>
                <Refusal error />
                <Field field=FieldName::Code name="code" label=words::CODE value="" errors=fields_of(error)
                    autocomplete="one-time-code" inputmode="numeric" class="short" hint=words::CODE_HINT />
                <p class="actions"><button type="submit" class="button">{words::SWITCH_ON}</button></p>
            </PostForm>
        </Panel>
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_key_is_read_out_in_groups_of_four() {
        assert_eq!(super::in_fours("ABCDEFGHIJ"), "ABCD EFGH IJ");
        assert_eq!(super::in_fours(""), "");
    }
}
