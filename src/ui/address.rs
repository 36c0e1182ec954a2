//! The fields of a person and a place that parcels reach.

use super::{Field, FieldMessage};
use crate::{
    domain::{
        address::{AddressForm, Field as FieldName, FieldErrors},
        country::COUNTRIES,
    },
    messages::checkout as words,
};
use leptos::prelude::*;

/// Name and address. One such form a page: the fields' ids are their names.
#[component]
pub fn AddressFields(
    /// The person's name.
    name: String,
    address: AddressForm,
    #[prop(into)] errors: Signal<FieldErrors>,
) -> impl IntoView {
    view! {
        <div class="field-grid">
            <Field field=FieldName::Name name="name" label=words::NAME value=name errors
                autocomplete="name" class="wide" />
            <Field field=FieldName::Line1 name="line1" label=words::ADDRESS value=address.line1 errors
                autocomplete="address-line1" class="wide" />
            <Field field=FieldName::City name="city" label=words::CITY value=address.city errors
                autocomplete="address-level2" />
            <Field field=FieldName::Postcode name="postcode" label=words::POSTCODE value=address.postcode errors
                autocomplete="postal-code" />
            <CountryField country=address.country errors />
        </div>
    }
}

#[component]
fn CountryField(country: String, errors: Signal<FieldErrors>) -> impl IntoView {
    let nothing_chosen = country.is_empty();
    let chosen = move |code: &str| code.eq_ignore_ascii_case(&country);
    let wrong = move || errors.with(|errors| errors.iter().any(|(field, _)| *field == FieldName::Country));
    view! {
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
    }
}
