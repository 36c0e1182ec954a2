//! The order page: what was bought, where it goes, how it stands. It follows the order by itself.

use super::{cancel::CancelPanel, live::follow, parcels::Parcels, progress::Progress, totals::OrderTotals};
use crate::{
    domain::order::OrderStatus,
    messages::{self, order as words, orders},
    orders::{
        api::{CancelOrder, PayOrder, get_order},
        view::{HistoryEntry, Order, OrderLine},
    },
    payments::ui::HowToPay,
    ui::{Done, DoneNotice, Page, Picture, announce, load, use_done, when_loaded},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use std::time::Duration;

/// How often an order that waits for its payment is looked at again.
const LOOK_AGAIN: Duration = Duration::from_secs(3);

/// What can be done here.
#[derive(Clone, Copy)]
struct Actions {
    pay: ServerAction<PayOrder>,
    cancel: ServerAction<CancelOrder>,
    done: Done,
}

/// The page.
#[component]
pub fn OrderPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = move || {
        let number = params.read().get("number").unwrap_or_default();
        (number, query.read().get("token").unwrap_or_default())
    };
    let (pay, cancel) = (ServerAction::<PayOrder>::new(), ServerAction::<CancelOrder>::new());
    let actions = Actions { pay, cancel, done: use_done().after(cancel, Some("cancelled")) };
    let source = move || (asked(), pay.version().get(), actions.done.times());
    let loaded = load(source, |((number, token), ..)| get_order(number, token));
    Effect::new(move |_| {
        if let Some(Ok(placed)) = pay.value().get()
            && let Some(url) = placed.next_action
        {
            let _ = window().location().set_href(&url);
        }
    });
    let shown = RwSignal::new(None::<(String, OrderStatus)>);
    let address = move || {
        let (number, token) = asked();
        events_address(&number, &token)
    };
    follow(address, move |version| {
        let is_known = shown.with_untracked(|shown| shown.as_ref().map(|(version, _)| version) == version.as_ref());
        if version.is_none() || !is_known {
            loaded.refetch();
        }
    });
    tell_of_changes(shown);
    when_loaded(move || {
        let (_, token) = asked();
        async move {
            let order = loaded.await?;
            if order.waits_for_gateway() {
                set_timeout_in_browser(move || loaded.refetch());
            }
            shown.set(Some((order.version.clone(), order.status)));
            let reload = Callback::new(move |()| loaded.refetch());
            Ok(view! { <Loaded order token actions reload /> }.into_any())
        }
    })
}

fn events_address(number: &str, token: &str) -> String {
    match token {
        "" => format!("/orders/{number}/events"),
        token => format!("/orders/{number}/events?token={token}"),
    }
}

/// Says how the order stands whenever that has changed while the page was open.
fn tell_of_changes(shown: RwSignal<Option<(String, OrderStatus)>>) {
    let status = Memo::new(move |_| shown.with(|shown| shown.as_ref().map(|(_, status)| *status)));
    Effect::new(move |before: Option<Option<OrderStatus>>| {
        let now = status.get();
        if let (Some(Some(before)), Some(now)) = (before, now)
            && before != now
        {
            announce(orders::status_is_now(now));
        }
        now
    });
}

/// The server does not wait.
fn set_timeout_in_browser(then: impl FnOnce() + 'static) {
    if cfg!(target_arch = "wasm32") {
        set_timeout(then, LOOK_AGAIN);
    }
}

#[component]
fn Loaded(order: Order, token: String, actions: Actions, reload: Callback<()>) -> impl IntoView {
    let waits = order.status == OrderStatus::PendingPayment;
    let title = format!("{} {}", words::ORDER, order.number);
    let invoice = invoice_address(&order, &token);
    view! {
        <Page title class="order-page">
            <Heading order=order.clone() />
            <DoneNotice done=actions.done words=orders::done />
            <Progress order=order.clone() />
            {waits.then(|| view! { <HowToPay order=order.clone() token=token.clone() action=actions.pay reload /> })}
            <div class="order-layout">
                <div>
                    <section class="panel">
                        <h2>{words::LINES}</h2>
                        <ul class="summary-lines large">
                            {order.lines.clone().into_iter().map(|line| view! { <Line line /> }).collect_view()}
                        </ul>
                        <OrderTotals order=order.clone() />
                        {invoice.map(|href| view! { <p><a href=href rel="external">{orders::INVOICE}</a></p> })}
                    </section>
                    {order.cancellable.then(|| view! {
                        <CancelPanel order=order.clone() token=token.clone() action=actions.cancel />
                    })}
                </div>
                <div>
                    <Parcels shipments=order.shipments.clone() />
                    <Delivery order=order.clone() />
                    <History entries=order.history />
                </div>
            </div>
        </Page>
    }
}

/// There is an invoice of what is paid, or is sent before it is.
fn invoice_address(order: &Order, token: &str) -> Option<String> {
    let query = if token.is_empty() { String::new() } else { format!("?token={token}") };
    order.status.is_paid().then(|| format!("/orders/{}/invoice.pdf{query}", order.number))
}

#[component]
fn Heading(order: Order) -> impl IntoView {
    let is_good = order.is_taken();
    let owes_at_the_door = order.status.is_paid() && order.is_paid_at_the_door() && !order.money.is_received;
    view! {
        <header class="order-heading" class:good=is_good>
            {is_good.then(|| view! { <img src="/scenes/thank-you.svg" alt="" width="480" height="360" /> })}
            <div>
                {if is_good {
                    view! { <h1>{words::THANK_YOU}</h1> }.into_any()
                } else {
                    view! { <h1>{words::ORDER}</h1> }.into_any()
                }}
                <p class="order-number">{words::ORDER} " " <strong>{order.number}</strong></p>
                <p class=format!("status status-{}", order.status.name())>{words::status(order.status)}</p>
                {(order.status == OrderStatus::Cancelled).then(|| view! { <p>{orders::CANCELLED_TEXT}</p> })}
                {owes_at_the_door.then(|| view! { <p>{orders::PAY_AT_THE_DOOR}</p> })}
                <p class="quiet">{words::KEEP_LINK}</p>
            </div>
        </header>
    }
}

#[component]
fn Line(line: OrderLine) -> impl IntoView {
    let options = line.options.join(" · ");
    view! {
        <li>
            <Picture src=Some(line.picture) />
            <span>
                <a href=format!("/p/{}?sku={}", line.handle, line.sku)>{line.title}</a>
                <span class="quiet">{options} {format!(" × {}", line.quantity)}</span>
            </span>
            <span>{line.total.to_string()}</span>
        </li>
    }
}

#[component]
fn Delivery(order: Order) -> impl IntoView {
    // What is there, or never comes, has no day to come.
    let arrives = order.arrives.filter(|_| !order.status.is_over());
    let address = order.recipient.map(|to| {
        view! {
            <address>
                {to.name} <br /> {to.line1} <br /> {to.postcode} " " {to.city} <br /> {to.country.name()}
            </address>
            <p class="quiet">{String::from(to.email)}</p>
        }
    });
    view! {
        <section class="panel">
            <h2>{words::DELIVERY_TO}</h2>
            {address}
            {arrives.map(|day| view! { <p>{words::arrives(day)}</p> })}
        </section>
    }
}

#[component]
fn History(entries: Vec<HistoryEntry>) -> impl IntoView {
    let entry = |entry: HistoryEntry| {
        view! {
            <li><span>{words::event(&entry.event)}</span> <span class="quiet">{messages::date_and_time(entry.at)}</span></li>
        }
    };
    view! {
        <section class="panel">
            <h2>{words::HISTORY}</h2>
            <ol class="history">{entries.into_iter().map(entry).collect_view()}</ol>
        </section>
    }
}
