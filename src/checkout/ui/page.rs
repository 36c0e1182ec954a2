//! One page from cart to paid order. It is a plain form; with JavaScript the total follows the way of delivery, and an
//! error comes back without the page.

use super::form::{DeliveryFields, PersonFields};
use crate::{
    cart::{state::use_cart, ui::QuoteTotals},
    checkout::{
        api::{PlaceOrder, get_checkout},
        form::{Checkout, CheckoutOutcome, ShownAmounts},
    },
    domain::{address::FieldErrors, pricing::Quote},
    error::AppError,
    messages::{self, checkout as words},
    payments::ui::PayFields,
    ui::{EmptyState, Page, Picture, PostForm, focus, load, use_hydrated, when_loaded},
};
use leptos::prelude::*;
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
        Ok(if checkout.cart.lines.is_empty() {
            view! { <Empty /> }.into_any()
        } else {
            view! { <Loaded checkout /> }.into_any()
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
fn Loaded(checkout: Checkout) -> impl IntoView {
    let Checkout { cart, form, outcome, attempt, pay, signed_in, addresses } = checkout;
    let action = ServerAction::<PlaceOrder>::new();
    let (pending, checking, can_pay) = (action.pending(), RwSignal::new(false), !pay.is_empty());
    let latest = latest_outcome(action, outcome);
    let errors = Signal::derive(move || fields_of(latest.get()));
    let options = cart.quote.as_ref().map_or(vec![], |quote| quote.shipping_options.clone());
    let first = options.first().map_or(String::new(), |option| option.code.clone());
    let known = options.iter().any(|option| option.code == form.shipping_method);
    let picked = RwSignal::new(if known { form.shipping_method.clone() } else { first });
    let quote = Signal::derive({
        let quote = cart.quote.clone();
        move || latest_quote(latest.get()).or_else(|| quote.clone()).map(|quote| with_delivery(quote, &picked.get()))
    });
    let shown = move || quote.with(|quote| quote.as_ref().map(ShownAmounts::from).unwrap_or_default().to_string());
    follow(latest);
    let chosen = form.payment_method.clone();
    let hydrated = use_hydrated();
    let promise = move || if hydrated.get() { messages::cart::NO_HIDDEN_COST } else { words::TOTAL_AS_CHOSEN };
    view! {
        <Page title=words::TITLE class="checkout-page">
            <h1>{words::TITLE}</h1>
            <Refusal outcome=latest />
            <PostForm action class="checkout-layout" own_errors=true>
                <input type="hidden" name="attempt" value=attempt />
                <input type="hidden" name="shown" value=shown />
                <div class="checkout-fields">
                    <PersonFields form errors signed_in addresses />
                    <DeliveryFields options picked errors />
                    <section class="panel">
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
                    <div class="summary-heading">
                        <h2 id="summary">{messages::cart::SUMMARY}</h2>
                        <a href="/cart">{words::EDIT_CART}</a>
                    </div>
                    <ul class="summary-lines">
                        {cart.lines.into_iter().map(|line| view! {
                            <li>
                                <Picture src=line.picture.clone() />
                                <span>{line.name()} <span class="quiet">{format!(" × {}", line.quantity)}</span></span>
                                <span>{line.total.to_string()}</span>
                            </li>
                        }).collect_view()}
                    </ul>
                    {move || quote.get().map(|quote| view! { <QuoteTotals quote /> })}
                    <button type="submit" class="button primary wide" disabled=move || pending.get() || checking.get() || !can_pay>
                        {move || match (pending.get(), checking.get()) {
                            (true, _) => words::PLACING,
                            (_, true) => messages::payment::CHECKING,
                            _ => words::PLACE_ORDER,
                        }}
                    </button>
                    <p class="quiet small">{promise}</p>
                </section>
            </PostForm>
        </Page>
    }
}

/// What became of the newest attempt: the action's, else what the page came with.
fn latest_outcome(action: ServerAction<PlaceOrder>, first: Option<CheckoutOutcome>) -> Signal<Option<CheckoutOutcome>> {
    Signal::derive(move || match action.value().get() {
        Some(Ok(outcome)) => Some(outcome),
        Some(Err(error)) => Some(CheckoutOutcome::Refused { error }),
        None => first.clone(),
    })
}

fn fields_of(outcome: Option<CheckoutOutcome>) -> FieldErrors {
    match outcome {
        Some(CheckoutOutcome::Invalid { fields }) => fields,
        _ => vec![],
    }
}

/// The quote that came with a changed price.
fn latest_quote(outcome: Option<CheckoutOutcome>) -> Option<Quote> {
    match outcome {
        Some(CheckoutOutcome::Refused { error: AppError::PriceChanged { quote } }) => Some(*quote),
        _ => None,
    }
}

/// The quote with another way of delivery: the same sum as on the server.
fn with_delivery(mut quote: Quote, code: &str) -> Quote {
    if let Some(option) = quote.shipping_options.iter().find(|option| option.code == code).cloned() {
        let sum = quote.goods.plus(option.price).and_then(|sum| sum.plus(quote.tax));
        quote.total = sum.unwrap_or(quote.total);
        quote.shipping = Some(option);
    }
    quote
}

/// Goes to the order when it is placed, or to the first field that is wrong.
fn follow(outcome: Signal<Option<CheckoutOutcome>>) {
    let navigate = use_navigate();
    let cart = use_cart();
    Effect::new(move |before: Option<bool>| {
        match outcome.get() {
            Some(CheckoutOutcome::Placed { next_action: Some(url), .. }) => {
                let _ = window().location().set_href(&url);
            }
            Some(CheckoutOutcome::Placed { page, .. }) => {
                cart.was_ordered();
                navigate(&page, NavigateOptions { replace: true, ..NavigateOptions::default() });
            }
            Some(CheckoutOutcome::Invalid { .. }) if before.is_some() => focus("[aria-invalid=true]"),
            Some(CheckoutOutcome::Refused { .. }) if before.is_some() => focus("#refusal"),
            _ => {}
        }
        true
    });
}

#[component]
fn Refusal(outcome: Signal<Option<CheckoutOutcome>>) -> impl IntoView {
    let text = move || match outcome.get() {
        Some(CheckoutOutcome::Refused { error }) => Some(words::refused(&error)),
        Some(CheckoutOutcome::Invalid { .. }) => Some(messages::error(&AppError::InvalidFields { fields: vec![] })),
        _ => None,
    };
    view! { {move || text().map(|text| view! { <p id="refusal" class="notice error" role="alert" tabindex="-1">{text}</p> })} }
}
