//! The cart page.

use super::{GiftLine, QuoteTotals, coupon::CouponForm};
use crate::{
    cart::{api::get_cart, state::use_cart},
    domain::cart::{Cart, CartLine},
    error::AppError,
    messages::{self, cart as words},
    ui::{EmptyState, Icon, Page, Picture, PostForm, Price, Shape, load, use_hydrated, when_loaded},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The page.
#[component]
pub fn CartPage() -> impl IntoView {
    let loaded = load(|| (), |()| get_cart());
    let state = use_cart();
    when_loaded(move || async move {
        let cart = loaded.await?;
        // Newer than what actions brought before; what they bring from now on is newer still. In an effect: on the
        // server, a signal that is set while a page is made has it made anew.
        let newest = cart.clone();
        Effect::new(move |_| state.learn(&newest));
        let shown = Signal::derive(move || state.newest.get().unwrap_or_else(|| cart.clone()));
        Ok(view! { <Loaded cart=shown /> }.into_any())
    })
}

#[component]
fn Loaded(cart: Signal<Cart>) -> impl IntoView {
    let is_empty = Memo::new(move |_| cart.with(|cart| cart.lines.is_empty()));
    view! {
        <Page title=words::TITLE class="cart-page">
            {move || if is_empty.get() {
                view! {
                    <EmptyState scene="empty-cart" heading=words::EMPTY text=words::EMPTY_TEXT is_page=true>
                        <p class="actions"><a class="button" href="/search">{words::START}</a></p>
                    </EmptyState>
                }.into_any()
            } else {
                view! { <Filled cart /> }.into_any()
            }}
        </Page>
    }
}

#[component]
fn Filled(cart: Signal<Cart>) -> impl IntoView {
    let lines = Memo::new(move |_| cart.with(|cart| cart.lines.clone()));
    let quote = Memo::new(move |_| cart.with(|cart| cart.quote.clone()));
    let gifts = move || Some(cart.with(|cart| cart.gifts.clone())).filter(|gifts| !gifts.is_empty());
    let reckoned_for = move || quote.with(|quote| quote.as_ref().map(messages::prices::reckoned_for));
    let can_order = Memo::new(move |_| cart.with(Cart::can_order));
    view! {
        <h1>{words::TITLE}</h1>
        <Problems />
        <div class="cart-layout">
            <div>
                <ul class="cart-lines" aria-label=messages::CART>
                    <For each=move || lines.get() key=|line| line.sku.clone() let:line>
                        <Line line lines />
                    </For>
                </ul>
                {move || gifts().map(|gifts| view! {
                    <ul class="summary-lines" aria-label=messages::prices::GIFT>
                        {gifts.into_iter().map(|gift| view! { <GiftLine gift /> }).collect_view()}
                    </ul>
                })}
            </div>
            <section class="panel cart-summary" aria-labelledby="summary">
                <h2 id="summary">{words::SUMMARY}</h2>
                {move || quote.get().map(|quote| view! { <QuoteTotals quote /> })}
                <p class="quiet">{words::NO_HIDDEN_COST} " " {reckoned_for}</p>
                {move || if can_order.get() {
                    view! { <a class="button primary wide" href="/checkout">{words::CHECKOUT}</a> }.into_any()
                } else {
                    view! { <p class="notice error" role="alert">{words::FIX_FIRST}</p> }.into_any()
                }}
                <CouponForm quote />
            </section>
        </div>
    }
}

/// What the last change came up against.
#[component]
fn Problems() -> impl IntoView {
    let state = use_cart();
    Effect::new(move |_| {
        on_cleanup(move || {
            state.set.value().set(None);
            state.remove.value().set(None);
        });
    });
    let error = move || {
        let (set, remove) = (state.set.value().get(), state.remove.value().get());
        set.and_then(Result::err).or_else(|| remove.and_then(Result::err))
    };
    let query = use_query_map();
    let clamped = move || match state.set.value().get() {
        Some(answer) => answer.is_ok_and(|changed| changed.clamped),
        // The form was sent without JavaScript.
        None => query.read().get_str("clamped").is_some(),
    };
    let merged = move || query.read().get("merged").and_then(|lines| lines.parse().ok()).filter(|lines| *lines > 0);
    view! {
        {move || merged().map(|lines| view! { <p class="notice" role="status">{words::merged(lines)}</p> })}
        {move || error().map(|error: AppError| view! {
            <p class="notice error" role="alert">{messages::cart::refused(&error)}</p>
        })}
        {move || clamped().then(|| view! { <p class="notice" role="alert">{words::CLAMPED}</p> })}
    }
}

#[component]
fn Line(
    /// The line as it was when it appeared.
    line: CartLine,
    /// All lines, as they are.
    lines: Memo<Vec<CartLine>>,
) -> impl IntoView {
    let sku = line.sku.clone();
    let first = line.clone();
    let now = Memo::new(move |_| {
        lines.with(|lines| lines.iter().find(|line| line.sku == sku).cloned()).unwrap_or_else(|| first.clone())
    });
    let href = format!("/p/{}?sku={}", line.handle, line.sku);
    let options = line.options.join(" · ");
    let name = line.name();
    view! {
        <li><div class="cart-line" role="group" aria-label=name>
            <a class="line-picture" href=href.clone() tabindex="-1" aria-hidden="true"><Picture src=line.picture /></a>
            <div class="line-words">
                <p class="line-title"><a href=href>{line.title}</a></p>
                <p class="quiet">{options}</p>
                <p class="line-each">{move || {
                    let line = now.get();
                    view! { <Price price=line.unit_price was=line.was /> }
                }}</p>
                <ul class="line-notices">
                    {move || now.get().notices.iter().map(|notice| view! {
                        <li class="notice small">{words::notice(notice)}</li>
                    }).collect_view()}
                </ul>
            </div>
            <QuantityForm sku=line.sku.clone() quantity=Signal::derive(move || now.get().quantity) />
            <p class="line-total">{move || now.get().total.to_string()}</p>
            <RemoveForm sku=line.sku />
        </div></li>
    }
}

/// The quantity: sent by a button without JavaScript, by every change with it.
#[component]
fn QuantityForm(sku: String, quantity: Signal<u32>) -> impl IntoView {
    let state = use_cart();
    let hydrated = use_hydrated();
    let form = NodeRef::new();
    let send = move |_| {
        let form: Option<leptos::web_sys::HtmlFormElement> = form.get_untracked();
        if let Some(form) = form
            && form.report_validity()
        {
            let _ = form.request_submit();
        }
    };
    view! {
        <PostForm action=state.set node_ref=form class="quantity-form">
            <input type="hidden" name="sku" value=sku />
            <input
                type="number"
                name="quantity"
                aria-label=words::QUANTITY
                min="1"
                max="999"
                required=true
                inputmode="numeric"
                value=move || quantity.get().to_string()
                prop:value=move || quantity.get().to_string()
                on:change=send
            />
            <button type="submit" class="link-button" hidden=hydrated>{words::UPDATE}</button>
        </PostForm>
    }
}

#[component]
fn RemoveForm(sku: String) -> impl IntoView {
    let state = use_cart();
    view! {
        <PostForm action=state.remove class="remove-form">
            <input type="hidden" name="sku" value=sku />
            <button type="submit" class="link-button"><Icon shape=Shape::Close /> {words::REMOVE}</button>
        </PostForm>
    }
}
