//! The order page: what was bought, where it goes, how it stands. It follows the order by itself.

use super::{cancel::CancelPanel, live::follow, parcels::Parcels, progress::Progress, totals::OrderTotals};
use crate::{
    domain::{ids::RefundId, order::OrderStatus},
    messages::{self, order as words, orders},
    orders::{
        api::{CancelOrder, PayOrder, get_order},
        view::{CreditNote, HistoryEntry, Order, OrderLine},
    },
    payments::ui::HowToPay,
    ui::{Done, DoneNotice, Page, Picture, announce, error_of, load, use_done, when_loaded},
};
use leptos::{prelude::*, task::spawn_local};
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
    let actions = Actions { pay, cancel, done: use_done().after(cancel, Some("cancelled")).after(pay, None) };
    // What was refused is told in its form, which keeps what was typed.
    let source = move || (asked(), actions.done.times());
    let loaded = load(source, |((number, token), _)| get_order(number, token));
    Effect::new(move |_| {
        if let Some(Ok(placed)) = pay.value().get()
            && let Some(url) = placed.next_action
        {
            let _ = window().location().set_href(&url);
        }
    });
    let status = RwSignal::new(None::<OrderStatus>);
    tell_of_changes(status);
    when_loaded(move || {
        let (_, token) = asked();
        async move {
            let order = loaded.await?;
            Ok(view! { <Loaded order token actions status /> }.into_any())
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
fn tell_of_changes(status: RwSignal<Option<OrderStatus>>) {
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

/// Looks at the order again, and takes in what is newer. Not while it is being paid here: a payment that is under way
/// would take away the form before it is known whether that is needed again.
fn look_again(order: RwSignal<Order>, token: String, is_paying: Memo<bool>) -> Callback<()> {
    Callback::new(move |()| {
        let Some(number) = order.try_with_untracked(|order| order.number.clone()) else { return };
        let asked = get_order(number, token.clone());
        spawn_local(async move {
            if let Ok(newest) = asked.await
                && is_paying.try_get_untracked() == Some(false)
                && order.try_with_untracked(|known| known.now <= newest.now) == Some(true)
            {
                order.try_set(newest);
            }
        });
    })
}

/// Looks whenever something has changed, and again and again while the bank has not answered.
fn keep_up(order: RwSignal<Order>, address: String, look: Callback<()>) {
    follow(
        move || address.clone(),
        move |version| {
            let is_known = order.try_with_untracked(|order| version.as_ref() == Some(&order.version));
            if is_known == Some(false) {
                look.try_run(());
            }
        },
    );
    let waits = Memo::new(move |_| order.with(Order::waits_for_gateway));
    Effect::new(move |_| {
        if waits.get()
            && let Ok(timer) = set_interval_with_handle(move || look.try_run(()).unwrap_or_default(), LOOK_AGAIN)
        {
            on_cleanup(move || timer.clear());
        }
    });
}

#[component]
fn Loaded(
    /// As it was when the page was made.
    order: Order,
    token: String,
    actions: Actions,
    /// How it stands, for who does not see that change.
    status: RwSignal<Option<OrderStatus>>,
) -> impl IntoView {
    let title = format!("{} {}", words::ORDER, order.number);
    let address = events_address(&order.number, &token);
    let order = RwSignal::new(order);
    let look = look_again(order, token.clone(), actions.pay.pending());
    keep_up(order, address, look);
    let refused = error_of(actions.pay);
    Effect::new(move |_| {
        if refused.with(Option::is_some) {
            look.run(());
        }
    });
    Effect::new(move |_| status.set(Some(order.with(|order| order.status))));
    let at_rest = Memo::new(move |_| order.with(Order::at_rest));
    let waits = Memo::new(move |_| order.with(|order| order.status == OrderStatus::PendingPayment));
    let to_pay = token.clone();
    view! {
        <Page title class="order-page">
            {move || view! { <Heading order=at_rest.get() /> }}
            <DoneNotice done=actions.done words=orders::done />
            {move || view! { <Progress order=at_rest.get() /> }}
            {move || waits.get().then(|| view! { <HowToPay order token=to_pay.clone() action=actions.pay reload=look /> })}
            {move || view! { <Parts order=at_rest.get() token=token.clone() actions /> }}
        </Page>
    }
}

/// What was bought, what can be done about it, and where it is.
#[component]
fn Parts(order: Order, token: String, actions: Actions) -> impl IntoView {
    view! {
        <div class="order-layout">
            <div>
                <section class="panel">
                    <h2>{words::LINES}</h2>
                    <ul class="summary-lines large">
                        {order.lines.clone().into_iter().map(|line| view! { <Line line /> }).collect_view()}
                    </ul>
                    <OrderTotals order=order.clone() />
                    <Papers order=order.clone() token=token.clone() />
                </section>
                {order.cancellable.then(|| view! {
                    <CancelPanel order=order.clone() token=token action=actions.cancel />
                })}
            </div>
            <div>
                <Parcels shipments=order.shipments.clone() />
                <Delivery order=order.clone() />
                <History entries=order.history />
            </div>
        </div>
    }
}

/// Its invoice, and a credit note for each refund.
#[component]
fn Papers(order: Order, token: String) -> impl IntoView {
    let invoice = order.is_due_an_invoice().then(|| paper_address(&order.number, "invoice", &token, None));
    let number = order.number;
    let note = move |CreditNote { refund, amount }| {
        let href = paper_address(&number, "credit-note", &token, Some(refund));
        view! { <p><a href=href rel="external">{orders::credit_note(amount)}</a></p> }
    };
    view! {
        {invoice.map(|href| view! { <p><a href=href rel="external">{orders::INVOICE}</a></p> })}
        {order.credit_notes.into_iter().map(note).collect_view()}
    }
}

/// Where a paper is, for who has the order's token or is its signed-in owner.
fn paper_address(number: &str, paper: &str, token: &str, refund: Option<RefundId>) -> String {
    let token = Some(token).filter(|token| !token.is_empty()).map(|token| format!("token={token}"));
    let parts: Vec<_> = refund.map(|refund| format!("refund={refund}")).into_iter().chain(token).collect();
    let query = if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) };
    format!("/orders/{number}/{paper}.pdf{query}")
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
    let not_sent = (line.cancelled > 0)
        .then(|| view! { <span class="small not-sent">{orders::not_sent(line.cancelled, line.quantity)}</span> });
    view! {
        <li>
            <Picture src=Some(line.picture) />
            <span>
                <a href=format!("/p/{}?sku={}", line.handle, line.sku)>{line.title}</a>
                <span class="quiet">{options} {format!(" × {}", line.quantity)}</span>
                {not_sent}
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
