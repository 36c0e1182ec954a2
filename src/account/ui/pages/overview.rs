//! The account's first page.

use super::{
    frame::{AccountFrame, Place},
    order_card::OrderCards,
};
use crate::{
    account::{
        api::{Rename, get_account},
        view::Account,
    },
    domain::address::Field as FieldName,
    messages::account::{self, overview as words},
    ui::{
        Done, DoneNotice, EmptyState, Field, Icon, Panel, PostForm, Refusal, Shape, error_of, fields_of, load,
        typed_or, use_done, when_loaded,
    },
};
use leptos::prelude::*;

/// The page.
#[component]
pub fn AccountPage() -> impl IntoView {
    let rename = ServerAction::<Rename>::new();
    let done = use_done().after(rename, Some("name"));
    let loaded = load(move || done.times(), |_| get_account());
    when_loaded(move || async move {
        let account = loaded.await?;
        Ok(view! { <Loaded account rename done /> }.into_any())
    })
}

#[component]
fn Loaded(account: Account, rename: ServerAction<Rename>, done: Done) -> impl IntoView {
    let Account { name, email, since, role, orders, addresses, saved } = account;
    view! {
        <AccountFrame place=Place::Overview title=account::NAVIGATION role>
            <header class="area-heading">
                <h1>{account::hello(&name)}</h1>
                {role.map(|role| view! { <p class="badge">{account::role(role)}</p> })}
                <p class="quiet">{words::since(since)}</p>
            </header>
            <DoneNotice done words=words::done />
            <section aria-labelledby="newest-orders">
                <div class="section-heading">
                    <h2 id="newest-orders">{words::NEWEST}</h2>
                    {(!orders.is_empty()).then(|| view! {
                        <a class="more" href="/account/orders">{words::ALL_ORDERS} <Icon shape=Shape::ArrowRight /></a>
                    })}
                </div>
                {if orders.is_empty() {
                    view! { <NoOrders /> }.into_any()
                } else {
                    view! { <OrderCards orders label=words::NEWEST /> }.into_any()
                }}
            </section>
            <ul class="tiles-plain">
                <li><Tile href="/account/addresses" text=words::addresses(addresses) label=words::MANAGE /></li>
                <li><Tile href="/wishlist" text=words::saved(saved) label=words::OPEN_WISHLIST /></li>
            </ul>
            <Details name email rename />
        </AccountFrame>
    }
}

/// In place of orders.
#[component]
pub fn NoOrders() -> impl IntoView {
    view! {
        <EmptyState scene="empty-cart" heading=words::NO_ORDERS text=words::NO_ORDERS_TEXT>
            <p class="actions"><a class="button" href="/search">{words::START}</a></p>
        </EmptyState>
    }
}

#[component]
fn Tile(href: &'static str, text: String, label: &'static str) -> impl IntoView {
    view! {
        <div class="panel tile-plain">
            <p class="tile-fact">{text}</p>
            <a class="more" href=href>{label} <Icon shape=Shape::ArrowRight /></a>
        </div>
    }
}

#[component]
fn Details(name: String, email: String, rename: ServerAction<Rename>) -> impl IntoView {
    let error = error_of(rename);
    view! {
        <Panel id="details" heading=words::DETAILS>
            <PostForm action=rename class="stacked" own_errors=true>
                <Refusal error />
                <Field field=FieldName::Name name="name" label=account::NAME value=typed_or("name", name) errors=fields_of(error)
                    autocomplete="name" />
                <p class="actions"><button type="submit" class="button">{account::SAVE}</button></p>
            </PostForm>
            <p class="quiet">{email} " · " <a href="/account/security">{words::CHANGE_EMAIL}</a></p>
        </Panel>
    }
}
