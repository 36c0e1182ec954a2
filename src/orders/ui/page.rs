//! The order page: what was bought, where it goes, how it stands.

use crate::{
    cart::ui::{Delivery as DeliveryPaid, Sums, Totals},
    domain::{money::Money, order::OrderStatus, pricing::Reduced},
    messages::{self, order as words},
    orders::{
        api::{PayOrder, get_order},
        view::{HistoryEntry, Order, OrderLine},
    },
    payments::ui::HowToPay,
    ui::{Page, Picture, load, when_loaded},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use std::time::Duration;

/// How often an order that waits for its payment is looked at again.
const LOOK_AGAIN: Duration = Duration::from_secs(3);

/// The page.
#[component]
pub fn OrderPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = move || {
        let number = params.read().get("number").unwrap_or_default();
        (number, query.read().get("token").unwrap_or_default())
    };
    let pay = ServerAction::<PayOrder>::new();
    let loaded = load(move || (asked(), pay.version().get()), |((number, token), _)| get_order(number, token));
    Effect::new(move |_| {
        if let Some(Ok(placed)) = pay.value().get()
            && let Some(url) = placed.next_action
        {
            let _ = window().location().set_href(&url);
        }
    });
    when_loaded(move || {
        let (_, token) = asked();
        async move {
            let order = loaded.await?;
            if order.waits_for_gateway() {
                set_timeout_in_browser(move || loaded.refetch());
            }
            let reload = Callback::new(move |()| loaded.refetch());
            Ok(view! { <Loaded order token pay reload /> }.into_any())
        }
    })
}

/// The server does not wait.
fn set_timeout_in_browser(then: impl FnOnce() + 'static) {
    if cfg!(target_arch = "wasm32") {
        set_timeout(then, LOOK_AGAIN);
    }
}

fn sums(order: &Order) -> Sums {
    let off = order.discounts.iter().filter(|discount| discount.from == Reduced::Delivery);
    let before = off.fold(order.shipping.amount, |sum, discount| sum + discount.amount.amount);
    Sums {
        goods: order.goods,
        discounts: order.discounts.clone(),
        delivery: Some(DeliveryPaid {
            name: order.shipping_name.clone(),
            price: order.shipping,
            was: Some(Money::new(before, order.total.currency)),
        }),
        fees: if order.fees.amount > 0 { vec![(messages::prices::FEES.to_owned(), order.fees)] } else { vec![] },
        tax: order.tax,
        included_tax: order.included_tax,
        tax_name: order.tax_name.clone(),
        total: order.total,
        gift_card: order.gift_card,
    }
}

#[component]
fn Loaded(order: Order, token: String, pay: ServerAction<PayOrder>, reload: Callback<()>) -> impl IntoView {
    let sums = sums(&order);
    let waits = order.status == OrderStatus::PendingPayment;
    let title = format!("{} {}", words::ORDER, order.number);
    view! {
        <Page title class="order-page">
            <Heading order=order.clone() />
            {waits.then(|| view! { <HowToPay order=order.clone() token=token.clone() action=pay reload /> })}
            <div class="order-layout">
                <section class="panel">
                    <h2>{words::LINES}</h2>
                    <ul class="summary-lines large">
                        {order.lines.clone().into_iter().map(|line| view! { <Line line /> }).collect_view()}
                    </ul>
                    <Totals sums />
                </section>
                <div>
                    <Delivery order=order.clone() />
                    <History entries=order.history />
                </div>
            </div>
        </Page>
    }
}

#[component]
fn Heading(order: Order) -> impl IntoView {
    let is_good = order.is_taken();
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
            {order.arrives.map(|day| view! { <p>{words::arrives(day)}</p> })}
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
