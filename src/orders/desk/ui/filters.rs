//! What narrows the list of orders: piles of work as tabs, everything else as one form that writes the address.

use crate::{
    domain::{country::COUNTRIES, order::OrderStatus},
    messages::order_desk as words,
    orders::desk::view::{Counts, Pile, Sort, Wanted},
    ui::show_values,
};
use leptos::prelude::*;
use leptos_router::components::Form;

/// The piles, with how much is in each.
#[component]
pub fn Piles(wanted: Wanted, counts: Counts) -> impl IntoView {
    let here = wanted.pile();
    let tab = move |pile: Pile| {
        let href = Wanted { pile: pile.name().to_owned(), ..Wanted::default() }.address();
        let count = counts.of(pile).map(|count| {
            view! { " " <span class="pile-count" class:none=count == 0>{crate::messages::number(count)}</span> }
        });
        view! { <li><a href=href aria-current=(pile == here).then_some("page")>{words::pile(pile)} {count}</a></li> }
    };
    let piles = [Pile::All].into_iter().chain(Pile::WORK);
    view! {
        <nav class="piles" aria-label=words::PILES><ul>{piles.map(tab).collect_view()}</ul></nav>
    }
}

/// The form.
#[component]
pub fn Filters(wanted: Wanted) -> impl IntoView {
    let text = NodeRef::new();
    show_values(text);
    let is_open = wanted.is_filtered() && (wanted.text.is_empty() || has_more(&wanted));
    view! {
        <Form method="get" action="/admin/orders" attr:class="order-filters" attr:role="search" attr:aria-label=words::FILTERS>
            <div class="field order-text">
                <label for="order-text">{words::TEXT}</label>
                <input id="order-text" node_ref=text type="search" name="text" value=wanted.text.clone() autocomplete="off" />
            </div>
            <Choice name="pile" label=words::STATUS chosen=wanted.pile.clone() options=piles() />
            <Choice name="sort" label=words::SORT chosen=wanted.sort().name().to_owned() options=sorts(&wanted) />
            <button type="submit" class="button">{words::APPLY}</button>
            <details class="fold more-filters" open=is_open>
                <summary>{words::MORE_FILTERS}</summary>
                <div class="fold-inside">
                    <Choice name="payment" label=words::PAYMENT chosen=wanted.payment.clone() options=payments() />
                    <Choice name="country" label=words::COUNTRY chosen=wanted.country.clone() options=countries() />
                    <Day name="from" label=words::FROM value=wanted.from.clone() />
                    <Day name="until" label=words::UNTIL value=wanted.until.clone() />
                </div>
            </details>
        </Form>
    }
}

/// Whether something is set that the fold would hide.
fn has_more(wanted: &Wanted) -> bool {
    Wanted { text: String::new(), ..wanted.clone() }.is_filtered()
}

type Options = Vec<(&'static str, &'static str)>;

fn piles() -> Options {
    let piles = [Pile::All].into_iter().chain(Pile::WORK).chain(OrderStatus::ALL.map(Pile::Status));
    piles.map(|pile| (pile.name(), if pile == Pile::All { words::ANY } else { words::pile(pile) })).collect()
}

fn sorts(wanted: &Wanted) -> Options {
    let is_work = wanted.pile().is_work();
    let sorts = Sort::ALL.into_iter().filter(|sort| is_work || *sort != Sort::Total);
    sorts.map(|sort| (sort.name(), words::sort(sort))).collect()
}

fn payments() -> Options {
    [("", words::ANY)].into_iter().chain(words::PAYMENTS_TO_CHOOSE).collect()
}

fn countries() -> Options {
    [("", words::ANY)].into_iter().chain(COUNTRIES.iter().copied()).collect()
}

#[component]
fn Choice(name: &'static str, label: &'static str, chosen: String, options: Options) -> impl IntoView {
    let id = format!("order-{name}");
    let option = move |(value, shown): (&'static str, &'static str)| {
        view! { <option value=value selected=value == chosen>{shown}</option> }
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select id=id name=name>{options.into_iter().map(option).collect_view()}</select>
        </div>
    }
}

#[component]
fn Day(name: &'static str, label: &'static str, value: String) -> impl IntoView {
    let id = format!("order-{name}");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input id=id type="date" name=name value=value />
        </div>
    }
}
