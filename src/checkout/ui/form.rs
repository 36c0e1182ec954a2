//! The parts of the checkout form.

use crate::{
    checkout::form::CheckoutForm,
    domain::{
        address::{Field as FieldName, FieldErrors},
        country::COUNTRIES,
        shipping::ShippingOption,
    },
    messages::{self, checkout as words},
    ui::{Field, FieldMessage},
};
use leptos::prelude::*;

/// Who and where to.
#[component]
pub fn PersonFields(form: CheckoutForm, #[prop(into)] errors: Signal<FieldErrors>) -> impl IntoView {
    let country = form.country.clone();
    let chosen = move |code: &str| code.eq_ignore_ascii_case(&country);
    let nothing_chosen = form.country.is_empty();
    let wrong = move || errors.with(|errors| errors.iter().any(|(field, _)| *field == FieldName::Country));
    view! {
        <section class="panel">
            <h2>{words::CONTACT}</h2>
            <Field field=FieldName::Email name="email" label=words::EMAIL value=form.email errors
                autocomplete="email" kind="email" inputmode="email" />
        </section>
        <section class="panel">
            <h2>{words::ADDRESS_HEADING}</h2>
            <div class="field-grid">
                <Field field=FieldName::Name name="name" label=words::NAME value=form.name errors
                    autocomplete="name" class="wide" />
                <Field field=FieldName::Line1 name="line1" label=words::ADDRESS value=form.line1 errors
                    autocomplete="address-line1" class="wide" />
                <Field field=FieldName::City name="city" label=words::CITY value=form.city errors
                    autocomplete="address-level2" />
                <Field field=FieldName::Postcode name="postcode" label=words::POSTCODE value=form.postcode errors
                    autocomplete="postal-code" />
                <div class="field wide" class:wrong=wrong>
                    <label for="field-country">{words::COUNTRY}</label>
                    <select id="field-country" name="country" autocomplete="country" required=true
                        aria-invalid=move || wrong().to_string() aria-describedby="field-country-error">
                        <option value="" selected=nothing_chosen>{words::CHOOSE_COUNTRY}</option>
                        {COUNTRIES.iter().map(|(code, name)| view! {
                            <option value=*code selected=chosen(code)>{*name}</option>
                        }).collect_view()}
                    </select>
                    <FieldMessage field=FieldName::Country id="field-country-error" errors />
                </div>
            </div>
        </section>
    }
}

/// The ways of delivery, each with its price and day.
#[component]
pub fn DeliveryFields(
    options: Vec<ShippingOption>,
    /// The code of the one that is picked.
    picked: RwSignal<String>,
    #[prop(into)] errors: Signal<FieldErrors>,
) -> impl IntoView {
    let option = move |option: ShippingOption| {
        let price = messages::price_or_free(option.price);
        let (code, chosen) = (option.code.clone(), option.code.clone());
        view! {
            <label class="radio-card">
                <input
                    type="radio"
                    name="shipping_method"
                    value=option.code
                    checked=picked.get_untracked() == chosen
                    on:change=move |_| picked.set(code.clone())
                />
                <span class="radio-name">{option.name}</span>
                <span class="radio-detail">{messages::order::arrives(option.arrives)}</span>
                <span class="radio-price">{price}</span>
            </label>
        }
    };
    view! {
        <section class="panel">
            <h2 id="delivery-heading">{words::DELIVERY}</h2>
            <div role="radiogroup" aria-labelledby="delivery-heading" aria-describedby="delivery-error" class="radio-cards">
                {options.into_iter().map(option).collect_view()}
            </div>
            <FieldMessage field=FieldName::ShippingMethod id="delivery-error" errors />
        </section>
    }
}
