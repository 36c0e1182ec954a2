//! What protects the account: email, password, one-time codes, passkeys, and where somebody is signed in.

mod codes;
mod email;
mod passkeys;
mod password;
mod sessions;

use super::frame::{AccountFrame, Place};
use crate::{
    account::{
        api::{
            BeginCodes, ChangeEmail, ChangePassword, DisableCodes, EndOtherSessions, EndSession, NewRecoveryCodes,
            RemovePasskey, get_account, get_security,
        },
        view::Security,
    },
    domain::{
        account::Role,
        address::{Field as FieldName, FieldErrors},
    },
    error::AppError,
    messages::account::{self, security as words},
    ui::{Done, DoneNotice, PasswordField, Refusal, error_of, load, use_done, when_done, when_loaded},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};
use passkeys::NewPasskey;

/// What can be done about them.
#[derive(Clone, Copy)]
struct Actions {
    email: ServerAction<ChangeEmail>,
    password: ServerAction<ChangePassword>,
    begin_codes: ServerAction<BeginCodes>,
    disable_codes: ServerAction<DisableCodes>,
    new_codes: ServerAction<NewRecoveryCodes>,
    remove_passkey: ServerAction<RemovePasskey>,
    end: ServerAction<EndSession>,
    end_others: ServerAction<EndOtherSessions>,
    new_passkey: NewPasskey,
    done: Done,
}

impl Actions {
    fn new() -> Self {
        let done = use_done();
        let actions = Self {
            email: ServerAction::new(),
            password: ServerAction::new(),
            begin_codes: ServerAction::new(),
            disable_codes: ServerAction::new(),
            new_codes: ServerAction::new(),
            remove_passkey: ServerAction::new(),
            end: ServerAction::new(),
            end_others: ServerAction::new(),
            new_passkey: NewPasskey::new(done),
            done,
        };
        let _ = done
            .after(actions.email, Some("sent"))
            .after(actions.password, Some("password"))
            .after(actions.disable_codes, Some("codes-off"))
            .after(actions.remove_passkey, Some("passkey-removed"))
            .after(actions.end, Some("ended"))
            .after(actions.end_others, Some("ended"));
        let navigate = use_navigate();
        let to_codes = navigate.clone();
        when_done(actions.begin_codes, move || to_codes("/account/security/codes", Default::default()));
        when_done(actions.new_codes, move || navigate("/account/security/recovery", Default::default()));
        actions
    }

    /// What the lists' buttons came up against; the forms tell of themselves.
    fn error_of_lists(self) -> Signal<Option<AppError>> {
        let (passkey, end, others) = (error_of(self.remove_passkey), error_of(self.end), error_of(self.end_others));
        Signal::derive(move || passkey.get().or_else(|| end.get()).or_else(|| others.get()))
    }
}

/// The page.
#[component]
pub fn SecurityPage() -> impl IntoView {
    let actions = Actions::new();
    let account = load(|| (), |()| get_account());
    let loaded = load(move || actions.done.times(), |_| get_security());
    when_loaded(move || async move {
        let (role, security) = (account.await?.role, loaded.await?);
        Ok(view! { <Loaded security role actions /> }.into_any())
    })
}

#[component]
fn Loaded(security: Security, role: Option<Role>, actions: Actions) -> impl IntoView {
    let query = use_query_map();
    let text = if security.codes_since.is_none() { words::CODES_NEEDED } else { words::SIGN_IN_WITH_CODE };
    let needs = move || (query.read().get_str("needs") == Some("codes")).then_some(text);
    let (for_codes, for_passkeys) = (security.clone(), security.clone());
    view! {
        <AccountFrame place=Place::Security title=words::TITLE role>
            <h1>{words::TITLE}</h1>
            {move || needs().map(|text| view! { <p class="notice" role="alert">{text}</p> })}
            <DoneNotice done=actions.done words=words::done />
            <Refusal error=actions.error_of_lists() />
            <email::EmailPanel email=security.email.clone() new_email=security.new_email action=actions.email />
            <password::PasswordPanel email=security.email has_password=security.has_password action=actions.password />
            <codes::CodesPanel security=for_codes actions />
            <passkeys::PasskeysPanel security=for_passkeys actions />
            <sessions::SessionsPanel sessions=security.sessions actions />
        </AccountFrame>
    }
}

/// The password, asked for again before something that matters. Password managers are told whose it is.
#[component]
fn PasswordAgain(
    /// What tells this field from the others of the page.
    form: &'static str,
    /// Whose password it is.
    email: String,
    errors: Signal<FieldErrors>,
    #[prop(default = account::PASSWORD)] label: &'static str,
) -> impl IntoView {
    view! {
        <input type="email" autocomplete="username" value=email readonly=true hidden=true />
        <PasswordField field=FieldName::Password name="password" label errors
            autocomplete="current-password" id=format!("{form}-password") />
    }
}
