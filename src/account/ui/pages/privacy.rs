//! What the shop knows about somebody: to read about, to decide, to take along, to have erased.

use super::frame::{AccountFrame, Place};
use crate::{
    account::{
        api::{EraseAccount, RequestExport, get_account, get_privacy},
        ui::consent::{Answer, use_consent},
        view::{Account, Export, Privacy, Question},
    },
    domain::address::Field as FieldName,
    messages::account::{self, privacy as words},
    ui::{
        Done, DoneNotice, Panel, PasswordField, PostForm, Refusal, error_of, fields_of, follow_page, load, use_done,
        when_loaded,
    },
};
use leptos::prelude::*;

/// The page.
#[component]
pub fn PrivacyPage() -> impl IntoView {
    let export = ServerAction::<RequestExport>::new();
    let erase = ServerAction::<EraseAccount>::new();
    follow_page(erase);
    let done = use_done().after(export, Some("export"));
    let answered = use_consent().times;
    let account = load(|| (), |()| get_account());
    let loaded = load(move || (done.times(), answered.get()), |_| get_privacy());
    when_loaded(move || async move {
        let (account, privacy) = (account.await?, loaded.await?);
        Ok(view! { <Loaded account privacy export erase done /> }.into_any())
    })
}

#[component]
fn Loaded(
    account: Account,
    privacy: Privacy,
    export: ServerAction<RequestExport>,
    erase: ServerAction<EraseAccount>,
    done: Done,
) -> impl IntoView {
    let Privacy { questions, exports, open_orders, is_staff } = privacy;
    view! {
        <AccountFrame place=Place::Privacy title=words::TITLE role=account.role>
            <h1>{words::TITLE}</h1>
            <DoneNotice done words=words::done />
            <Kept />
            <Choices questions />
            <Copies exports export />
            <Panel id="erase" heading=words::ERASE>
                {if is_staff {
                    view! { <p>{words::ERASE_STAFF}</p> }.into_any()
                } else {
                    view! { <Erase email=account.email open_orders erase /> }.into_any()
                }}
            </Panel>
        </AccountFrame>
    }
}

#[component]
fn Kept() -> impl IntoView {
    let thing = |(what, why)| view! { <div><dt>{what}</dt><dd>{why}</dd></div> };
    view! {
        <Panel id="kept" heading=words::KEPT>
            <dl class="kept-things">{words::KEPT_THINGS.into_iter().map(thing).collect_view()}</dl>
        </Panel>
    }
}

#[component]
fn Choices(questions: Vec<Question>) -> impl IntoView {
    let none = questions.is_empty().then(|| view! { <p class="quiet">{words::NO_CHOICES}</p> });
    view! {
        <Panel id="choices" heading=words::CHOICES>
            <Refusal error=error_of(use_consent().answer) />
            {none}
            {questions.into_iter().map(|question| view! { <Choice question /> }).collect_view()}
        </Panel>
    }
}

#[component]
fn Choice(question: Question) -> impl IntoView {
    let Question { purpose, wording, granted, at } = question;
    let state = granted.map_or_else(|| words::NOT_ANSWERED.to_owned(), |granted| words::answered(granted, at));
    let label = wording.clone();
    let (yes, no) = (granted == Some(true), granted == Some(false));
    view! {
        <div class="choice" role="group" aria-label=label>
            <div>
                <p>{wording}</p>
                <p class="quiet small">{state}</p>
            </div>
            <div class="choice-answers">
                <Answer purpose=purpose.clone() granted=true label=words::YES class="button plain small" pressed=yes />
                <Answer purpose granted=false label=words::NO class="button plain small" pressed=no />
            </div>
        </div>
    }
}

#[component]
fn Copies(exports: Vec<Export>, export: ServerAction<RequestExport>) -> impl IntoView {
    let has_some = !exports.is_empty();
    let row = |export| view! { <li><Copy export /></li> };
    view! {
        <Panel id="copy" heading=words::COPY>
            <p class="quiet">{words::COPY_TEXT}</p>
            <Refusal error=error_of(export) />
            {has_some.then(|| view! {
                <ul class="rows" aria-label=words::COPY>{exports.into_iter().map(row).collect_view()}</ul>
            })}
            <PostForm action=export>
                <button type="submit" class="button plain">{words::PREPARE}</button>
            </PostForm>
        </Panel>
    }
}

#[component]
fn Copy(export: Export) -> impl IntoView {
    let Export { created_at, address, expires_at, .. } = export;
    let (state, link) = match address {
        Some(address) => (
            words::kept_until(expires_at),
            Some(view! { <a class="button plain small" href=address rel="external" download="">{words::DOWNLOAD}</a> }),
        ),
        None => (words::BEING_PREPARED.to_owned(), None),
    };
    view! {
        <div class="row">
            <div>
                <p class="row-name">{words::copy_of(created_at)}</p>
                <p class="quiet small">{state}</p>
            </div>
            {link}
        </div>
    }
}

#[component]
fn Erase(email: String, open_orders: u32, erase: ServerAction<EraseAccount>) -> impl IntoView {
    let error = error_of(erase);
    view! {
        <p>{words::ERASE_TEXT}</p>
        {(open_orders > 0).then(|| view! { <p>{words::open_orders(open_orders)}</p> })}
        // The browser itself sees to the box being ticked.
        <PostForm action=erase class="stacked">
            <Refusal error />
            <input type="email" autocomplete="username" value=email readonly=true hidden=true />
            <PasswordField field=FieldName::Password name="password" label=account::PASSWORD errors=fields_of(error)
                autocomplete="current-password" />
            <label class="check"><input type="checkbox" required=true /> <span>{words::SURE}</span></label>
            <p class="actions"><button type="submit" class="button danger">{words::ERASE_BUTTON}</button></p>
        </PostForm>
    }
}
