//! The list of orders.

use super::{
    badges::{MoneyBadge, StatusBadge},
    filters::{Filters, Piles},
};
use crate::{
    admin::{
        api::get_desk,
        ui::{AdminFrame, DataTable, Place},
    },
    messages::{self, order_desk as words},
    orders::desk::{
        api::list_orders,
        view::{OrderPage, OrderRowView, Stranded, Wanted},
    },
    ui::{load, when_loaded},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The page.
#[component]
pub fn OrdersPage() -> impl IntoView {
    let query = use_query_map();
    let wanted = Memo::new(move |_| Wanted::of(|name| query.read().get(name).unwrap_or_default()));
    let desk = load(|| (), |()| get_desk());
    let loaded = load(move || wanted.get(), list_orders);
    when_loaded(move || async move {
        let (desk, page) = (desk.await?, loaded.await?);
        Ok(view! {
            <AdminFrame place=Place::Orders role=desk.role>
                <h1>{words::TITLE}</h1>
                <Piles wanted=page.wanted.clone() counts=page.counts />
                <Filters wanted=page.wanted.clone() />
                <StrandedMoney stranded=page.stranded.clone() />
                <List page />
            </AdminFrame>
        }
        .into_any())
    })
}

#[component]
fn List(page: OrderPage) -> impl IntoView {
    let OrderPage { wanted, rows, next, .. } = page;
    if rows.is_empty() {
        return page.stranded.is_empty().then(|| view! { <Nothing wanted /> }).into_any();
    }
    let columns = vec![words::ORDER, words::CUSTOMER, words::ITEMS, words::STATUS, words::PAYMENT, words::TOTAL];
    let cells = rows.into_iter().map(row).collect();
    let first = (!wanted.after.is_empty()).then(|| {
        let href = Wanted { after: String::new(), ..wanted.clone() }.address();
        view! { <a class="button plain" href=href>{words::FIRST_PAGE}</a> }
    });
    let next = next.map(|after| {
        let href = Wanted { after, ..wanted.clone() }.address();
        view! { <a class="button plain" href=href rel="next">{words::NEXT_PAGE}</a> }
    });
    view! {
        <div class="orders-table"><DataTable label=words::TITLE columns rows=cells /></div>
        <p class="actions list-pages">{first} {next}</p>
    }
    .into_any()
}

/// Money that has to go back and that no order in the list shows.
#[component]
fn StrandedMoney(stranded: Vec<Stranded>) -> impl IntoView {
    (!stranded.is_empty()).then(|| {
        let columns = vec![words::PAYMENT, words::REFERENCE, words::REFUSALS, words::AMOUNT];
        let cells = stranded.into_iter().map(stranded_row).collect();
        view! {
            <p class="notice">{words::STRANDED}</p>
            <div class="stranded-table"><DataTable label=words::STRANDED_MONEY columns rows=cells /></div>
        }
    })
}

fn stranded_row(money: Stranded) -> Vec<AnyView> {
    vec![
        view! {
            {words::gateway(&money.gateway)}
            <br />
            <span class="quiet small">{messages::date_and_time(money.at)}</span>
        }
        .into_any(),
        money.reference.into_any(),
        money.refusals.to_string().into_any(),
        view! { <strong>{money.amount.to_string()}</strong> }.into_any(),
    ]
}

fn row(row: OrderRowView) -> Vec<AnyView> {
    let href = format!("/admin/orders/{}", row.number);
    let name = if row.name.is_empty() { words::ERASED.to_owned() } else { row.name };
    vec![
        view! {
            <a class="row-name" href=href>{row.number}</a>
            <br />
            <span class="quiet small">{messages::date_and_time(row.placed_at)}</span>
        }
        .into_any(),
        view! { {name} <br /> <span class="quiet small">{row.country}</span> }.into_any(),
        words::items(row.units).into_any(),
        view! { <StatusBadge status=row.status /> }.into_any(),
        view! { <MoneyBadge state=row.money method=row.payment_method /> }.into_any(),
        view! { <strong>{row.total.to_string()}</strong> }.into_any(),
    ]
}

#[component]
fn Nothing(wanted: Wanted) -> impl IntoView {
    let (heading, text) = if wanted.is_filtered() {
        (words::NONE_FOUND, words::NONE_FOUND_TEXT)
    } else if wanted.pile().is_work() {
        (words::ALL_DONE, words::ALL_DONE_TEXT)
    } else if wanted.pile.is_empty() {
        (words::NONE_AT_ALL, words::NONE_AT_ALL_TEXT)
    } else {
        (words::NONE_FOUND, words::NONE_FOUND_TEXT)
    };
    let clear = wanted.is_filtered().then(|| {
        let href = Wanted { pile: wanted.pile.clone(), ..Wanted::default() }.address();
        view! { <p><a class="button plain" href=href>{words::CLEAR}</a></p> }
    });
    view! {
        <div class="panel nothing">
            <h2>{heading}</h2>
            <p class="quiet">{text}</p>
            {clear}
        </div>
    }
}
