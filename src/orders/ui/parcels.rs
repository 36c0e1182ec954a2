//! What is on its way, with whom, and where one sees how far it is.

use crate::{
    messages::orders as words,
    orders::view::{Shipment, ShippedLine},
    ui::{Icon, Shape},
};
use leptos::prelude::*;

/// The parcels of an order.
#[component]
pub fn Parcels(shipments: Vec<Shipment>) -> impl IntoView {
    let count = shipments.len();
    (count > 0).then(|| {
        let parcels = shipments.into_iter().enumerate().map(|(i, shipment)| {
            view! { <li><Parcel shipment heading=words::parcel(i + 1, count) /></li> }
        });
        view! {
            <section class="panel" aria-labelledby="parcels">
                <h2 id="parcels">{words::SHIPMENTS}</h2>
                <ul class="parcels">{parcels.collect_view()}</ul>
            </section>
        }
    })
}

#[component]
fn Parcel(shipment: Shipment, heading: String) -> impl IntoView {
    let when = match (shipment.delivered_at, shipment.arrives) {
        (Some(at), _) => words::was_delivered(at.day()),
        (None, Some(day)) => words::arrives(day),
        (None, None) => String::new(),
    };
    let number = shipment.tracking.number.clone();
    let link = shipment.tracking.url.map(|url| {
        // What it tells of is the carrier's; so is the page.
        view! {
            <a class="button plain small" href=url rel="external noopener noreferrer">
                <Icon shape=Shape::Truck /> {words::TRACK}
            </a>
        }
    });
    view! {
        <h3>{heading}</h3>
        <p>{shipment.carrier.name()} " " <span class="tracking-number">{number}</span></p>
        <p class=if shipment.delivered_at.is_some() { "good" } else { "" }>{when}</p>
        <ul class="quiet small">{shipment.lines.into_iter().map(line).collect_view()}</ul>
        {link}
    }
}

fn line(line: ShippedLine) -> impl IntoView {
    let options = if line.options.is_empty() { String::new() } else { format!(", {}", line.options.join(" · ")) };
    view! { <li>{format!("{} × {}{options}", line.quantity, line.title)}</li> }
}
