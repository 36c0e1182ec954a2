//! The parts of the checkout form.

use crate::{
    account::view::SavedAddress,
    checkout::form::{CheckoutForm, WayOut},
    domain::{
        address::{AddressForm, Field as FieldName, FieldErrors, Problem},
        shipping::ShippingOption,
    },
    messages::{self, checkout as words},
    ui::{AddressFields, Anew, Field, FieldMessage},
};
use leptos::prelude::*;

/// Who and where to.
#[component]
pub fn PersonFields(
    form: CheckoutForm,
    #[prop(into)] errors: Signal<FieldErrors>,
    signed_in: bool,
    /// What who has signed in can choose from.
    addresses: Vec<SavedAddress>,
) -> impl IntoView {
    let CheckoutForm { email, name, line1, city, postcode, country, keep_address, .. } = form;
    let address = AddressForm { line1, city, postcode, country };
    view! {
        <section class="panel">
            <div class="summary-heading">
                <h2>{words::CONTACT}</h2>
                {(!signed_in).then(|| view! { <Leave to=WayOut::SignIn label=words::SIGN_IN /> })}
            </div>
            <Field field=FieldName::Email name="email" label=words::EMAIL value=email errors
                autocomplete="email" kind="email" inputmode="email" />
        </section>
        <section class="panel">
            <h2>{words::ADDRESS_HEADING}</h2>
            <SavedAddresses addresses line1=address.line1.clone() />
            // An address that was chosen takes the place of one that was typed, in all of its fields.
            <Anew><AddressFields name=name.clone() address=address.clone() errors /></Anew>
            {signed_in.then(|| view! {
                <label class="check">
                    <input type="checkbox" name="keep_address" value="true" checked=keep_address />
                    <span>{words::KEEP_ADDRESS}</span>
                </label>
            })}
        </section>
    }
}

/// The way to another page, by which what was typed is kept.
#[component]
pub fn Leave(to: WayOut, label: &'static str) -> impl IntoView {
    view! { <button type="submit" name="leave" value=to.name() class="link-button" formnovalidate=true>{label}</button> }
}

/// The addresses somebody keeps, each a link that fills it in.
#[component]
fn SavedAddresses(
    addresses: Vec<SavedAddress>,
    /// What is filled in now.
    line1: String,
) -> impl IntoView {
    let link = move |saved: SavedAddress| {
        let current = (saved.address.line1 == line1).then_some("true");
        view! {
            <li>
                <a class="saved-address" href=format!("/checkout?address={}", saved.id) aria-current=current>
                    <strong>{saved.name}</strong> {saved.address.line1} ", " {saved.address.city}
                </a>
            </li>
        }
    };
    (addresses.len() > 1).then(|| {
        view! {
            <ul class="saved-addresses" aria-label=words::SAVED_ADDRESSES>
                {addresses.into_iter().map(link).collect_view()}
            </ul>
        }
    })
}

/// The ways of delivery, each with its price and day. They follow where it goes.
#[component]
pub fn DeliveryFields(
    options: Memo<Vec<ShippingOption>>,
    /// The code of the one that counts.
    chosen: Memo<String>,
    /// The code of the one that was picked.
    picked: RwSignal<String>,
    /// Why there is none.
    nowhere: Memo<Option<(FieldName, Problem)>>,
    #[prop(into)] errors: Signal<FieldErrors>,
) -> impl IntoView {
    let is_wrong = move || errors.with(|errors| errors.iter().any(|(field, _)| *field == FieldName::ShippingMethod));
    // Once placing has failed for it, it is told as what is wrong here.
    let nowhere = move || nowhere.get().filter(|_| !is_wrong()).map(|(field, problem)| words::field(field, problem));
    view! {
        <section class="panel">
            <h2 id="delivery-heading">{words::DELIVERY}</h2>
            <div role="radiogroup" aria-labelledby="delivery-heading" aria-describedby="delivery-error" class="radio-cards">
                <For each=move || options.get() key=|option| option.code.clone() let:option>
                    <Option first=option options chosen picked />
                </For>
            </div>
            {move || nowhere().map(|text| view! { <p class="notice error" role="alert">{text}</p> })}
            <FieldMessage field=FieldName::ShippingMethod id="delivery-error" errors />
        </section>
    }
}

#[component]
fn Option(
    /// As it was when it appeared.
    first: ShippingOption,
    /// All, as they are.
    options: Memo<Vec<ShippingOption>>,
    chosen: Memo<String>,
    picked: RwSignal<String>,
) -> impl IntoView {
    let (code, is_chosen, value) = (first.code.clone(), first.code.clone(), first.code.clone());
    let now = Memo::new(move |_| {
        options.with(|all| all.iter().find(|option| option.code == code).cloned()).unwrap_or_else(|| first.clone())
    });
    let arrives = move || now.with(messages::order::arrival);
    let price = move || now.with(|option| messages::price_or_free(option.price));
    let was = move || now.with(|option| option.was.map(|was| view! { <s class="was">{was.to_string()}</s> " " }));
    view! {
        <label class="radio-card">
            <input
                type="radio"
                name="shipping_method"
                value=value.clone()
                checked=is_chosen == chosen.get_untracked()
                prop:checked=move || chosen.with(|chosen| *chosen == is_chosen)
                on:change=move |event| if event_target_checked(&event) { picked.set(value.clone()) }
            />
            <span class="radio-name">{move || now.with(|option| option.name.clone())}</span>
            <span class="radio-detail">{arrives}</span>
            <span class="radio-price">{was} {price}</span>
        </label>
    }
}
