//! What was handed to which carrier.

use super::actions::Actions;
use crate::{
    messages::{order_desk as words, orders as said},
    orders::{
        desk::view::DeskOrder,
        view::{Shipment, ShippedLine},
    },
    ui::{Icon, Panel, PostForm, Refusal, Shape, error_of},
};
use leptos::prelude::*;

/// The parcels of an order.
#[component]
pub fn Parcels(order: DeskOrder, actions: Actions) -> impl IntoView {
    let (number, may_change) = (order.order.number, order.may_change);
    let shipments = order.order.shipments;
    (!shipments.is_empty()).then(|| {
        let parcel = move |shipment: Shipment| {
            let number = number.clone();
            view! { <li><Parcel shipment number may_change actions /></li> }
        };
        view! {
            <Panel id="parcels" heading=words::PARCELS>
                <Refusal error=error_of(actions.deliver) />
                <ul class="desk-parcels">{shipments.into_iter().map(parcel).collect_view()}</ul>
            </Panel>
        }
    })
}

#[component]
fn Parcel(shipment: Shipment, number: String, may_change: bool, actions: Actions) -> impl IntoView {
    let name = words::parcel(shipment.carrier.name(), &shipment.tracking.number);
    let is_there = shipment.delivered_at.is_some();
    let when = match (shipment.delivered_at, shipment.arrives) {
        (Some(at), _) => said::was_delivered(at.day()),
        (None, Some(day)) => words::expected(day),
        (None, None) => String::new(),
    };
    let track = shipment.tracking.url.map(|url| {
        view! { <a class="button plain small" href=url rel="external noopener noreferrer">{words::TRACK}</a> }
    });
    let deliver = (may_change && !is_there).then(|| {
        view! {
            <PostForm action=actions.deliver>
                <input type="hidden" name="number" value=number />
                <input type="hidden" name="shipment" value=shipment.id.to_string() />
                <button type="submit" class="button small" disabled=move || actions.deliver.pending().get()>
                    {words::DELIVERED}
                </button>
            </PostForm>
        }
    });
    let line = |line: ShippedLine| view! { <li>{format!("{} × {} ({})", line.quantity, line.title, line.sku)}</li> };
    view! {
        <div class="desk-parcel" role="group" aria-label=name.clone()>
            <Icon shape=Shape::Truck />
            <div>
                <p><strong>{name.clone()}</strong></p>
                <p class="small" class:good=is_there>{when}</p>
                <ul class="quiet small">{shipment.lines.into_iter().map(line).collect_view()}</ul>
            </div>
            <div class="actions">{track} {deliver}</div>
        </div>
    }
}
