//! All of the customer's orders, a page at a time.

use super::{
    frame::{AccountFrame, Place},
    order_card::OrderCards,
    overview::NoOrders,
};
use crate::{
    account::{
        api::{get_account, get_orders},
        view::OrderList,
    },
    messages::account::orders as words,
    ui::{Pager, load, use_page_number, when_loaded},
};
use leptos::prelude::*;

/// The page.
#[component]
pub fn OrdersPage() -> impl IntoView {
    let page = use_page_number();
    let account = load(|| (), |()| get_account());
    let loaded = load(move || page.get(), get_orders);
    when_loaded(move || async move {
        let (role, list) = (account.await?.role, loaded.await?);
        Ok(view! {
            <AccountFrame place=Place::Orders title=words::TITLE role>
                <h1>{words::TITLE}</h1>
                <List list />
            </AccountFrame>
        }
        .into_any())
    })
}

#[component]
fn List(list: OrderList) -> impl IntoView {
    let OrderList { orders, page, pages } = list;
    let shown = match (orders.is_empty(), page) {
        (true, 1) => view! { <NoOrders /> }.into_any(),
        (true, _) => view! {
            <p class="past-the-end">{words::PAST_THE_END} " " <a href="/account/orders">{words::FIRST_PAGE}</a></p>
        }
        .into_any(),
        _ => view! {
            // The cards have headings of the third order.
            <h2 class="visually-hidden">{crate::messages::search::page(page)}</h2>
            <OrderCards orders label=words::TITLE />
        }
        .into_any(),
    };
    let href = |page: u32| format!("/account/orders?page={page}");
    view! {
        {shown}
        <Pager page pages href />
    }
}
