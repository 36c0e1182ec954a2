//! The addresses a customer keeps. One form adds one, or changes the one the address of the page names (`?edit=`).

use super::frame::{AccountFrame, Place};
use crate::{
    account::{
        api::{DeleteAddress, PreferAddress, SaveAddress, get_account, get_addresses},
        view::SavedAddress,
    },
    domain::{address::AddressForm, country::Country},
    error::AppError,
    messages::account::{self, addresses as words},
    ui::{
        AddressFields, Done, DoneNotice, Panel, PostForm, Refusal, error_of, fields_of, focus, load, typed_or,
        use_done, when_done, when_loaded,
    },
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

/// What can be done with addresses.
#[derive(Clone, Copy)]
struct Actions {
    save: ServerAction<SaveAddress>,
    delete: ServerAction<DeleteAddress>,
    prefer: ServerAction<PreferAddress>,
}

impl Actions {
    fn new() -> Self {
        Self { save: ServerAction::new(), delete: ServerAction::new(), prefer: ServerAction::new() }
    }

    fn done(self) -> Done {
        use_done().after(self.save, Some("saved")).after(self.delete, Some("deleted")).after(self.prefer, None)
    }

    /// What the cards came up against; the form tells of itself.
    fn error_of_cards(self) -> Signal<Option<AppError>> {
        let (delete, prefer) = (error_of(self.delete), error_of(self.prefer));
        Signal::derive(move || delete.get().or_else(|| prefer.get()))
    }
}

/// The page.
#[component]
pub fn AddressesPage() -> impl IntoView {
    let actions = Actions::new();
    let done = actions.done();
    let query = use_query_map();
    let edited = Memo::new(move |_| query.read().get("edit"));
    follow_editing(actions, edited);
    let account = load(|| (), |()| get_account());
    let loaded = load(move || done.times(), |_| get_addresses());
    when_loaded(move || async move {
        let (account, addresses) = (account.await?, loaded.await?);
        Ok(view! {
            <AccountFrame place=Place::Addresses title=words::TITLE role=account.role>
                <h1>{words::TITLE}</h1>
                <DoneNotice done words=words::done />
                <Refusal error=actions.error_of_cards() />
                <Cards addresses=addresses.clone() actions />
                <Form addresses edited name=account.name save=actions.save />
            </AccountFrame>
        }
        .into_any())
    })
}

/// The form is where the eye is when it is opened for an address, and empty again when that is saved.
fn follow_editing(actions: Actions, edited: Memo<Option<String>>) {
    let navigate = use_navigate();
    when_done(actions.save, move || {
        if edited.with_untracked(Option::is_some) {
            navigate(
                "/account/addresses",
                NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() },
            );
        }
    });
    Effect::new(move |before: Option<()>| {
        if edited.with(Option::is_some) && before.is_some() {
            focus("#field-name");
        }
    });
}

#[component]
fn Cards(addresses: Vec<SavedAddress>, actions: Actions) -> impl IntoView {
    if addresses.is_empty() {
        return view! { <p class="quiet">{words::NONE}</p> }.into_any();
    }
    let card = move |address| view! { <li><Card address actions /></li> };
    view! {
        <ul class="address-cards" aria-label=words::TITLE>{addresses.into_iter().map(card).collect_view()}</ul>
    }
    .into_any()
}

#[component]
fn Card(address: SavedAddress, actions: Actions) -> impl IntoView {
    let SavedAddress { id, name, address, preferred } = address;
    let country = Country::parse(&address.country).map(Country::name);
    let label = format!("{name}, {}", address.line1);
    view! {
        <div class="panel address-card" role="group" aria-label=label>
            {preferred.then(|| view! { <p class="badge">{words::FIRST}</p> })}
            <address>
                <strong>{name}</strong> <br /> {address.line1} <br /> {address.postcode} " " {address.city} <br /> {country}
            </address>
            <div class="card-actions">
                {(!preferred).then(|| view! {
                    <PostForm action=actions.prefer>
                        <input type="hidden" name="id" value=id.to_string() />
                        <button type="submit" class="link-button">{words::USE_FIRST}</button>
                    </PostForm>
                })}
                <a class="link-button" href=format!("/account/addresses?edit={id}#address-form")>{words::EDIT}</a>
                <PostForm action=actions.delete>
                    <input type="hidden" name="id" value=id.to_string() />
                    <button type="submit" class="link-button">{account::REMOVE}</button>
                </PostForm>
            </div>
        </div>
    }
}

/// Made anew for each address, so that nothing typed for one ends up at another.
#[component]
fn Form(
    addresses: Vec<SavedAddress>,
    edited: Memo<Option<String>>,
    /// The customer's.
    name: String,
    save: ServerAction<SaveAddress>,
) -> impl IntoView {
    let fields = move |edited: Option<String>| {
        let found = addresses.iter().find(|address| edited.as_ref().is_some_and(|id| address.id.to_string() == *id));
        let (id, name, address) = match found.cloned() {
            Some(SavedAddress { id, name, address, .. }) => (Some(id.to_string()), name, address),
            None => (None, name.clone(), AddressForm::default()),
        };
        view! { <Fields id name address save /> }
    };
    view! { <For each=move || [edited.get()] key=Clone::clone children=fields /> }
}

/// The address as it was typed where the form came back with an error.
fn typed_over(address: AddressForm) -> AddressForm {
    let AddressForm { line1, city, postcode, country } = address;
    AddressForm {
        line1: typed_or("line1", line1),
        city: typed_or("city", city),
        postcode: typed_or("postcode", postcode),
        country: typed_or("country", country),
    }
}

#[component]
fn Fields(
    /// Of the address that is changed; none for a new one.
    id: Option<String>,
    name: String,
    address: AddressForm,
    save: ServerAction<SaveAddress>,
) -> impl IntoView {
    let error = error_of(save);
    let heading = if id.is_some() { words::CHANGE } else { words::ADD };
    let cancel = id.is_some().then(|| view! { <a class="button plain" href="/account/addresses">{words::CANCEL}</a> });
    view! {
        <Panel id="address-form" heading>
            <PostForm action=save class="stacked" own_errors=true>
                {id.map(|id| view! { <input type="hidden" name="id" value=id /> })}
                <Refusal error />
                <AddressFields name=typed_or("name", name) address=typed_over(address) errors=fields_of(error) />
                <p class="actions"><button type="submit" class="button">{words::SAVE}</button> {cancel}</p>
            </PostForm>
        </Panel>
    }
}
