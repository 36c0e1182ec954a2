//! One page from cart to paid order. It is a plain form; with JavaScript the total follows what is filled in, and an
//! error comes back without the page.

use super::{
    codes::Codes,
    form::{DeliveryFields, Leave, PersonFields},
    refusal::Refusal,
    state::OrderToBe,
};
use crate::{
    cart::{
        state::use_cart,
        ui::{GiftLine, QuoteTotals},
    },
    checkout::{
        api::{PlaceOrder, get_checkout},
        form::{Checkout, CheckoutOutcome, Priced, WayOut},
    },
    domain::{
        address::{Field, FieldErrors, Problem},
        cart::CartLine,
    },
    messages::{self, checkout as words},
    payments::ui::PayFields,
    ui::{EmptyState, Page, Picture, PostForm, announce, focus, load, use_hydrated, when_loaded},
};
use leptos::{html::Form, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

/// The page.
#[component]
pub fn CheckoutPage() -> impl IntoView {
    let query = use_query_map();
    let address = move || query.read().get("address").and_then(|id| id.parse().ok());
    let loaded = load(address, get_checkout);
    when_loaded(move || async move {
        let checkout = loaded.await?;
        Ok(match checkout.priced.clone() {
            None => view! { <Empty /> }.into_any(),
            Some(priced) => view! { <Loaded checkout priced /> }.into_any(),
        })
    })
}

#[component]
fn Empty() -> impl IntoView {
    view! {
        <Page title=words::TITLE class="checkout-page">
            <EmptyState scene="empty-cart" heading=words::EMPTY text=messages::cart::EMPTY_TEXT is_page=true>
                <p class="actions"><a class="button" href="/search">{messages::cart::START}</a></p>
            </EmptyState>
        </Page>
    }
}

#[component]
fn Loaded(checkout: Checkout, priced: Priced) -> impl IntoView {
    let Checkout { form, outcome, attempt, pay, signed_in, addresses, .. } = checkout;
    let action = ServerAction::<PlaceOrder>::new();
    let (pending, checking, can_pay) = (action.pending(), RwSignal::new(false), !pay.is_empty());
    let order = OrderToBe::new(priced, &form, &pay);
    let sheet = NodeRef::<Form>::new();
    Effect::new(move |_| sheet.get().iter().for_each(|form| order.read(form)));
    let latest = latest_outcome(action, outcome);
    let errors = Signal::derive(move || fields_of(latest.get()));
    let names = Signal::derive(move || order.names());
    let taken_in = take_in(action, order, sheet);
    follow(latest);
    let cannot_place = move || pending.get() || checking.get() || !(can_pay || order.is_free());
    let (chosen, typed) = (form.payment_method.clone(), form.gift_card.clone());
    view! {
        <Page title=words::TITLE class="checkout-page">
            <h1>{words::TITLE}</h1>
            <Refusal outcome=latest names />
            <PostForm action node_ref=sheet class="checkout-layout" own_errors=true>
                <OnEnter disabled=Signal::derive(cannot_place) />
                <input type="hidden" name="attempt" value=attempt />
                <input type="hidden" name="shown" value=move || order.shown() />
                <div class="checkout-fields" on:change=move |event| order.follow(&event)>
                    <PersonFields form errors signed_in addresses />
                    <DeliveryFields options=order.options() chosen=order.chosen() picked=order.picked
                        nowhere=order.nowhere() errors />
                    <section class="panel" hidden=move || order.is_free()>
                        <h2 id="payment-heading">{words::PAYMENT}</h2>
                        {if can_pay {
                            view! {
                                <PayFields offer=pay chosen errors busy=checking labelled_by="payment-heading" />
                            }.into_any()
                        } else {
                            view! { <p class="notice error">{words::NO_GATEWAY}</p> }.into_any()
                        }}
                    </section>
                </div>
                <section class="panel cart-summary" aria-labelledby="summary">
                    <Summary order />
                    <button type="submit" class="button primary wide" data-free=move || order.is_free().then_some("")
                        disabled=cannot_place>
                        {move || match (pending.get(), checking.get()) {
                            (true, _) => words::PLACING,
                            (_, true) => messages::payment::CHECKING,
                            _ => words::PLACE_ORDER,
                        }}
                    </button>
                    <Promise />
                    <Codes coupon=order.coupon() gift_card=order.gift_card() typed errors taken_in />
                </section>
            </PostForm>
        </Page>
    }
}

/// What Enter in a field does is what the first button of the form does. It places the order, and not what the buttons
/// on the way to its own are for. Only the keyboard finds it.
#[component]
fn OnEnter(disabled: Signal<bool>) -> impl IntoView {
    view! { <button type="submit" class="visually-hidden" tabindex="-1" aria-hidden="true" disabled=disabled></button> }
}

/// What is bought and what it costs.
#[component]
fn Summary(order: OrderToBe) -> impl IntoView {
    let lines = Memo::new(move |_| order.priced.with(|priced| priced.cart.lines.clone()));
    let gifts = move || order.priced.with(|priced| priced.cart.gifts.clone());
    let line = |line: CartLine| {
        view! {
            <li>
                <Picture src=line.picture.clone() />
                <span>{line.name()} <span class="quiet">{format!(" × {}", line.quantity)}</span></span>
                <span>{line.total.to_string()}</span>
            </li>
        }
    };
    view! {
        <div class="summary-heading">
            <h2 id="summary">{messages::cart::SUMMARY}</h2>
            <Leave to=WayOut::Cart label=words::EDIT_CART />
        </div>
        <ul class="summary-lines">
            {move || lines.get().into_iter().map(line).collect_view()}
            {move || gifts().into_iter().map(|gift| view! { <GiftLine gift /> }).collect_view()}
        </ul>
        {move || order.quote.get().map(|quote| view! { <QuoteTotals quote /> })}
    }
}

/// What the total is with. Without JavaScript it cannot follow what is filled in; there is a button then.
#[component]
fn Promise() -> impl IntoView {
    let hydrated = use_hydrated();
    view! {
        <button type="submit" name="update" value="total" class="link-button" formnovalidate=true hidden=hydrated>
            {messages::prices::UPDATE}
        </button>
        <p class="quiet small">
            {move || if hydrated.get() { messages::cart::NO_HIDDEN_COST } else { words::TOTAL_AS_CHOSEN }}
        </p>
    }
}

/// Takes in what things cost now, whenever an answer brings that, and says the total where it may be another one. Gives
/// how often codes were taken in.
fn take_in(action: ServerAction<PlaceOrder>, order: OrderToBe, sheet: NodeRef<Form>) -> Signal<u32> {
    let times = RwSignal::new(0);
    Effect::new(move |_| {
        let answer = action.value().with(|answer| {
            let outcome = answer.as_ref()?.as_ref().ok()?;
            let is_update = matches!(outcome, CheckoutOutcome::Updated { place_again: false, .. });
            Some((outcome.now()?.clone(), is_update, is_update || matches!(outcome, CheckoutOutcome::Changed { .. })))
        });
        let Some((now, is_update, is_news)) = answer else { return };
        let before = order.has_codes();
        order.priced.set(now);
        sheet.get_untracked().iter().for_each(|form| order.read(form));
        times.update(|times| *times += 1);
        if is_news {
            order
                .quote
                .with_untracked(|quote| quote.as_ref().map(messages::prices::total))
                .into_iter()
                .for_each(announce);
        }
        // The button that took a code out is gone with it.
        let after = order.has_codes();
        let gone = (0..2).find(|code| is_update && before[*code] && !after[*code]);
        gone.map(|code| ["#coupon", "#gift-card"][code]).into_iter().for_each(focus);
    });
    times.into()
}

/// What became of the newest attempt: the action's, else what the page came with.
fn latest_outcome(action: ServerAction<PlaceOrder>, first: Option<CheckoutOutcome>) -> Signal<Option<CheckoutOutcome>> {
    Signal::derive(move || match action.value().get() {
        Some(Ok(outcome)) => Some(outcome),
        Some(Err(error)) => Some(CheckoutOutcome::Refused { error, now: None }),
        None => first.clone(),
    })
}

fn fields_of(outcome: Option<CheckoutOutcome>) -> FieldErrors {
    match outcome {
        Some(CheckoutOutcome::Invalid { fields, .. }) => fields,
        _ => vec![],
    }
}

/// A group of radios is no field that could be marked.
fn is_of_radios((field, _): &(Field, Problem)) -> bool {
    matches!(field, Field::ShippingMethod | Field::PaymentMethod)
}

/// Goes to the order when it is placed, on to where the page is left for, or to the first field that is wrong.
fn follow(outcome: Signal<Option<CheckoutOutcome>>) {
    let navigate = use_navigate();
    let cart = use_cart();
    Effect::new(move |before: Option<bool>| {
        match outcome.get() {
            Some(CheckoutOutcome::Placed { next_action: Some(url), .. }) => {
                let _ = window().location().set_href(&url);
            }
            Some(CheckoutOutcome::Left { page }) => navigate(&page, NavigateOptions::default()),
            Some(CheckoutOutcome::Placed { page, .. }) => {
                cart.was_ordered();
                navigate(&page, NavigateOptions { replace: true, ..NavigateOptions::default() });
            }
            Some(CheckoutOutcome::Invalid { fields, .. }) if before.is_some() && !fields.iter().all(is_of_radios) => {
                focus("[aria-invalid=true]");
            }
            Some(CheckoutOutcome::Updated { place_again: false, .. }) => {}
            Some(_) if before.is_some() => focus("#refusal"),
            _ => {}
        }
        true
    });
}
