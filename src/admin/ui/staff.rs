//! Who works here, and as what.

use super::{
    frame::{AdminFrame, Place},
    table::DataTable,
};
use crate::{
    account::view::Colleague,
    admin::api::{RemoveStaff, SetRole, get_desk, get_staff},
    domain::{account::Role, address::Field as FieldName},
    error::AppError,
    messages::{
        account::role as role_name,
        admin::{self, staff as words},
    },
    ui::{Done, DoneNotice, Field, Panel, PostForm, Refusal, error_of, fields_of, load, use_done, when_loaded},
};
use leptos::prelude::*;

/// What can be done here.
#[derive(Clone, Copy)]
struct Actions {
    set: ServerAction<SetRole>,
    remove: ServerAction<RemoveStaff>,
    done: Done,
}

impl Actions {
    fn new() -> Self {
        let (set, remove) = (ServerAction::new(), ServerAction::new());
        Self { set, remove, done: use_done().after(set, Some("role")).after(remove, Some("removed")) }
    }

    fn error(self) -> Signal<Option<AppError>> {
        let (set, remove) = (error_of(self.set), error_of(self.remove));
        Signal::derive(move || set.get().or_else(|| remove.get()))
    }
}

/// The page.
#[component]
pub fn StaffPage() -> impl IntoView {
    let actions = Actions::new();
    let desk = load(|| (), |()| get_desk());
    let loaded = load(move || actions.done.times(), |_| get_staff());
    when_loaded(move || async move {
        let (desk, colleagues) = (desk.await?, loaded.await?);
        let rows = colleagues.into_iter().map(|colleague| row(colleague, actions)).collect();
        let columns = vec![words::NAME, words::ROLE, words::SINCE, words::CODES, words::ACTIONS];
        Ok(view! {
            <AdminFrame place=Place::Staff role=desk.role>
                <h1>{words::TITLE}</h1>
                <DoneNotice done=actions.done words=words::done />
                <Refusal error=actions.error() />
                <DataTable label=words::TITLE columns rows />
                <Add actions />
            </AdminFrame>
        }
        .into_any())
    })
}

fn row(colleague: Colleague, actions: Actions) -> Vec<AnyView> {
    let Colleague { email, name, role, since, has_codes, is_self } = colleague;
    let codes = if has_codes { words::SET_UP } else { words::NOT_SET_UP };
    let shown = if name.is_empty() { email.clone() } else { name };
    let label = words::role_of(&shown);
    let you = is_self.then(|| view! { " " <span class="quiet">"(" {words::YOU} ")"</span> });
    let who =
        view! { <span class="row-name">{shown}</span> {you} <br /> <span class="quiet small">{email.clone()}</span> };
    let (change, remove) = if is_self {
        (role_name(role).into_any(), "–".into_any())
    } else {
        let of = email.clone();
        (view! { <Change email role label actions /> }.into_any(), view! { <Remove email=of actions /> }.into_any())
    };
    vec![who.into_any(), change, words::since(since).into_any(), codes.into_any(), remove]
}

#[component]
fn Change(email: String, role: Role, label: String, actions: Actions) -> impl IntoView {
    view! {
        <PostForm action=actions.set class="in-row">
            <input type="hidden" name="email" value=email />
            <select name="role" aria-label=label><Roles chosen=Some(role) /></select>
            <button type="submit" class="button plain small">{words::SAVE}</button>
        </PostForm>
    }
}

#[component]
fn Roles(chosen: Option<Role>) -> impl IntoView {
    let option = move |role: Role| {
        view! { <option value=role.name() selected=chosen == Some(role)>{role_name(role)}</option> }
    };
    Role::ALL.map(option).into_iter().collect_view()
}

#[component]
fn Remove(email: String, actions: Actions) -> impl IntoView {
    view! {
        <PostForm action=actions.remove>
            <input type="hidden" name="email" value=email />
            <button type="submit" class="link-button">{words::REMOVE}</button>
        </PostForm>
    }
}

/// The browser itself sees to a role being chosen.
#[component]
fn Add(actions: Actions) -> impl IntoView {
    let errors = fields_of(error_of(actions.set));
    view! {
        <Panel id="add" heading=words::ADD_HEADING>
            <p class="quiet">{words::ADD_TEXT}</p>
            <PostForm action=actions.set class="stacked">
                <Field field=FieldName::Email name="email" label=words::EMAIL value="" errors
                    autocomplete="off" kind="email" inputmode="email" />
                <div class="field">
                    <label for="field-role">{words::ROLE}</label>
                    <select id="field-role" name="role" required=true aria-describedby="role-texts">
                        <option value="">{words::CHOOSE_ROLE}</option>
                        <Roles chosen=None />
                    </select>
                </div>
                <dl id="role-texts" class="role-texts">
                    {Role::ALL.map(|role| view! {
                        <div><dt>{role_name(role)}</dt><dd>{admin::role_text(role)}</dd></div>
                    }).into_iter().collect_view()}
                </dl>
                <p class="actions"><button type="submit" class="button">{words::ADD}</button></p>
            </PostForm>
        </Panel>
    }
}
