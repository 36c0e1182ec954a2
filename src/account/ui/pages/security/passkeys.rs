//! Passkeys: those there are, and adding one, which takes a browser that knows them and JavaScript.

use super::{Actions, PasswordAgain};
use crate::{
    account::{
        api::{add_passkey, begin_passkey},
        ui::passkey,
        view::{Passkey, Security},
    },
    domain::{
        account::Secret,
        address::{Field as FieldName, FieldErrors},
    },
    error::AppError,
    messages::{
        self,
        account::{self, security as words},
    },
    ui::{Done, Field, Panel, PostForm, use_form_token, use_hydrated},
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local, web_sys};

/// Adding a passkey: how far it is, and what it came up against.
#[derive(Clone, Copy)]
pub struct NewPasskey {
    is_under_way: RwSignal<bool>,
    fields: RwSignal<FieldErrors>,
    refusal: RwSignal<Option<String>>,
    done: Done,
}

impl NewPasskey {
    pub fn new(done: Done) -> Self {
        Self {
            is_under_way: RwSignal::new(false),
            fields: RwSignal::new(FieldErrors::new()),
            refusal: RwSignal::new(None),
            done,
        }
    }

    /// Asks the shop, then the authenticator, then the shop again.
    fn add(self, csrf: String, name: String, password: Secret) {
        self.is_under_way.set(true);
        self.refusal.set(None);
        self.fields.set(FieldErrors::new());
        spawn_local(async move {
            let answer = ceremony(csrf, name, password).await;
            self.is_under_way.set(false);
            match answer {
                Ok(()) => self.done.say(Some("passkey-added")),
                Err(Refused::ByShop(AppError::InvalidFields { fields })) => self.fields.set(fields),
                Err(Refused::ByShop(error)) => self.refusal.set(Some(messages::error(&error))),
                Err(Refused::ByBrowser(text)) => self.refusal.set(Some(text.to_owned())),
            }
        });
    }
}

/// Who said no.
enum Refused {
    ByShop(AppError),
    ByBrowser(&'static str),
}

async fn ceremony(csrf: String, name: String, password: Secret) -> Result<(), Refused> {
    let begun = begin_passkey(csrf.clone(), password).await.map_err(Refused::ByShop)?;
    let made =
        passkey::create(begun.options).await.map_err(|error| Refused::ByBrowser(messages::door::passkey(error)))?;
    add_passkey(csrf, begun.id, made, name).await.map_err(Refused::ByShop)
}

/// The list, and the form where a passkey can be added.
#[component]
pub fn PasskeysPanel(security: Security, actions: Actions) -> impl IntoView {
    let Security { email, passkeys, .. } = security;
    // Whether a passkey can be added here. Made with this part of the page: it is to be alive before it changes.
    let hydrated = use_hydrated();
    let can = move || hydrated.get() && passkey::is_supported();
    view! {
        <Panel id="passkeys" heading=words::PASSKEYS>
            <p class="quiet">{words::PASSKEYS_TEXT}</p>
            <List passkeys actions />
            {move || if can() {
                view! { <AddForm email=email.clone() adding=actions.new_passkey /> }.into_any()
            } else {
                view! { <p class="quiet small">{words::NO_SUPPORT}</p> }.into_any()
            }}
        </Panel>
    }
}

#[component]
fn List(passkeys: Vec<Passkey>, actions: Actions) -> impl IntoView {
    if passkeys.is_empty() {
        return view! { <p>{words::NO_PASSKEYS}</p> }.into_any();
    }
    let row = move |Passkey { id, name, created_at, used_at }: Passkey| {
        let label = name.clone();
        view! {
            <li><div class="row" role="group" aria-label=label>
                <div>
                    <p class="row-name">{name}</p>
                    <p class="quiet small">{words::passkey_dates(created_at, used_at)}</p>
                </div>
                <PostForm action=actions.remove_passkey>
                    <input type="hidden" name="id" value=id.to_string() />
                    <button type="submit" class="link-button">{account::REMOVE}</button>
                </PostForm>
            </div></li>
        }
    };
    view! { <ul class="rows" aria-label=words::PASSKEYS>{passkeys.into_iter().map(row).collect_view()}</ul> }.into_any()
}

/// No `PostForm`: what it sends first is not what was typed.
#[component]
fn AddForm(email: String, adding: NewPasskey) -> impl IntoView {
    let csrf = use_form_token();
    let errors = Signal::from(adding.fields);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some((name, password)) = typed(&event) {
            adding.add(csrf.clone(), name, password);
        }
    };
    let refusal = move || adding.refusal.get().map(|text| view! { <p class="notice error" role="alert">{text}</p> });
    view! {
        <details class="fold">
            <summary>{words::ADD_PASSKEY}</summary>
            <form class="stacked fold-inside" on:submit=submit>
                {refusal}
                <Field field=FieldName::Name name="name" label=words::PASSKEY_NAME value="" errors form="passkey"
                    autocomplete="off" hint=words::PASSKEY_HINT />
                <PasswordAgain form="passkey" email errors />
                <p class="actions">
                    <button type="submit" class="button" disabled=adding.is_under_way>{words::ADD_PASSKEY}</button>
                </p>
            </form>
        </details>
    }
}

/// The name and the password in the form.
fn typed(event: &SubmitEvent) -> Option<(String, Secret)> {
    let form = event_target::<web_sys::HtmlFormElement>(event);
    let data = web_sys::FormData::new_with_form(&form).ok()?;
    let field = |name| data.get(name).as_string();
    Some((field("name")?, Secret::new(field("password")?)))
}
