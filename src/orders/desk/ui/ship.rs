//! The form that sends a parcel: everything that is left is filled in.

use crate::{
    domain::{address::Field as FieldName, order::Carrier},
    messages::order_desk as words,
    orders::desk::{
        api::ShipOrder,
        view::{DeskLine, DeskOrder},
    },
    ui::{Field, Picture, PostForm, Refusal, error_of, fields_of, typed, typed_or},
};
use leptos::prelude::*;

/// The form.
#[component]
pub fn ShipForm(order: DeskOrder, action: ServerAction<ShipOrder>) -> impl IntoView {
    let errors = fields_of(error_of(action));
    let number = order.order.number.clone();
    let chosen = typed_or("carrier", Carrier::default().code().to_owned());
    let left = order.lines.into_iter().filter(|line| line.to_ship() > 0).enumerate();
    let left = left.map(|(i, line)| pick(i, line.to_ship(), line.to_ship(), line)).collect_view();
    view! {
        <PostForm action own_errors=true class="ship-form">
            <Refusal error=error_of(action) />
            <input type="hidden" name="number" value=number />
            <input type="hidden" name="attempt" value=order.attempt.to_string() />
            <p class="quiet">{words::SHIP_TEXT}</p>
            <fieldset>
                <legend>{words::IN_THIS_PARCEL}</legend>
                <ul class="pick-lines">{left}</ul>
            </fieldset>
            <div class="field-grid">
                <div class="field">
                    <label for="ship-carrier">{words::CARRIER}</label>
                    <select id="ship-carrier" name="carrier">
                        {Carrier::ALL.map(|carrier| view! {
                            <option value=carrier.code() selected=carrier.code() == chosen>{carrier.name()}</option>
                        }).into_iter().collect_view()}
                    </select>
                </div>
                <Field field=FieldName::Tracking name="tracking" label=words::TRACKING value=typed("tracking") errors
                    autocomplete="off" form="ship" optional=true />
                <Field field=FieldName::TrackingUrl name="tracking_url" label=words::TRACKING_URL
                    value=typed("tracking_url") errors autocomplete="off" kind="url" inputmode="url"
                    hint=words::TRACKING_URL_HINT form="ship" class="wide" optional=true />
            </div>
            <button type="submit" class="button primary" disabled=move || action.pending().get()>{words::SHIP}</button>
        </PostForm>
    }
}

/// A line with how many of it: what is filled in, and the most that there can be.
pub fn pick(i: usize, filled: u32, most: u32, line: DeskLine) -> impl IntoView {
    let name = format!("lines[{i}][quantity]");
    let value = typed_or(&name, filled.to_string());
    let label = words::quantity_of(&line.line.title);
    let options = line.line.options.join(" · ");
    view! {
        <li>
            <Picture src=Some(line.line.picture) />
            <div>
                <span>{line.line.title}</span>
                <p class="quiet small">{options} " · " {line.line.sku}</p>
            </div>
            <input type="hidden" name=format!("lines[{i}][line]") value=line.id.to_string() />
            <span class="pick-count">
                <input type="number" name=name value=value min="0" max=most inputmode="numeric" aria-label=label />
                <span class="quiet small">{words::left(most)}</span>
            </span>
        </li>
    }
}
