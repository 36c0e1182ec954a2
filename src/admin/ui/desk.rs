//! What a member of staff sees first.

use super::{
    frame::{AdminFrame, Place},
    table::DataTable,
};
use crate::{
    account::view::Desk,
    admin::api::{AskStatistics, get_desk},
    domain::account::{Area, Role, Verb},
    messages::{
        account::{hello, role as role_name},
        admin::{self, desk as words},
    },
    ui::{Done, DoneNotice, Icon, Panel, PostForm, Refusal, Shape, error_of, load, use_done, when_loaded},
};
use leptos::prelude::*;

/// The page.
#[component]
pub fn DeskPage() -> impl IntoView {
    let ask = ServerAction::<AskStatistics>::new();
    let done = use_done().after(ask, Some("settings"));
    let loaded = load(move || done.times(), |_| get_desk());
    when_loaded(move || async move {
        let desk = loaded.await?;
        Ok(view! { <Loaded desk ask done /> }.into_any())
    })
}

#[component]
fn Loaded(desk: Desk, ask: ServerAction<AskStatistics>, done: Done) -> impl IntoView {
    let Desk { name, role, asks_statistics } = desk;
    let may_set = role.may(Area::Settings, Verb::Change);
    view! {
        <AdminFrame place=Place::Desk role>
            <header class="area-heading">
                <h1>{hello(&name)}</h1>
                <p class="badge">{role_name(role)}</p>
                <p class="quiet">{admin::role_text(role)}</p>
            </header>
            <DoneNotice done words=words::done />
            <Panel id="may" heading=words::MAY><Rights role /></Panel>
            {may_set.then(|| view! { <Settings asks=asks_statistics ask /> })}
        </AdminFrame>
    }
}

#[component]
fn Rights(role: Role) -> impl IntoView {
    let mark = move |area, verb| view! { <Mark yes=role.may(area, verb) /> }.into_any();
    let row = |area: Area| vec![admin::area(area).into_any(), mark(area, Verb::See), mark(area, Verb::Change)];
    let rows = Area::ALL.into_iter().map(row).collect();
    view! { <DataTable label=words::MAY columns=vec![words::AREA, words::SEE, words::CHANGE] rows /> }
}

#[component]
fn Mark(yes: bool) -> impl IntoView {
    let word = if yes { words::YES } else { words::NO };
    view! {
        <span class="mark" class:yes=yes>
            {yes.then(|| view! { <Icon shape=Shape::Tick /> })}
            {(!yes).then(|| view! { <span aria-hidden="true">"–"</span> })}
            <span class="visually-hidden">{word}</span>
        </span>
    }
}

/// The switch is the button of a form, so that it works in every browser.
#[component]
fn Settings(asks: bool, ask: ServerAction<AskStatistics>) -> impl IntoView {
    let state = if asks { words::ON } else { words::OFF };
    view! {
        <Panel id="settings" heading=words::SETTINGS>
            <Refusal error=error_of(ask) />
            <PostForm action=ask class="setting">
                <input type="hidden" name="asks" value=(!asks).to_string() />
                <div>
                    <p id="ask-statistics">{words::ASK}</p>
                    <p class="quiet small" id="ask-statistics-text">{words::ASK_TEXT}</p>
                </div>
                <button type="submit" class="switch" role="switch" aria-checked=asks.to_string()
                    aria-labelledby="ask-statistics" aria-describedby="ask-statistics-text">
                    <span class="switch-track"></span> <span aria-hidden="true">{state}</span>
                </button>
            </PostForm>
        </Panel>
    }
}
