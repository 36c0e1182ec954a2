//! One order: what comes next, what is in it, its parcels and its money, who bought it, and all that happened.

use super::{
    actions::Actions,
    badges::{MoneyBadge, StatusBadge},
    cancel_units::CancellingUnits,
    money::Money,
    parcels::Parcels,
    refund::{Cancelling, Refunding},
    step::NextStep,
    timeline::{Notes, Timeline},
};
use crate::{
    admin::{
        api::get_desk,
        ui::{AdminFrame, Place},
    },
    domain::order::Fulfilment,
    messages::{self, order_desk as words},
    orders::desk::{
        api::get_desk_order,
        view::{DeskLine, DeskOrder},
    },
    ui::{DoneNotice, Icon, Panel, Picture, PostForm, Refusal, Shape, error_of, load, typed_into, when_loaded},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// The page.
#[component]
pub fn DeskOrderPage() -> impl IntoView {
    let params = use_params_map();
    let number = Memo::new(move |_| params.read().get("number").unwrap_or_default());
    let actions = Actions::new();
    let desk = load(|| (), |()| get_desk());
    let loaded = load(move || (number.get(), actions.done.times()), |(number, _)| get_desk_order(number));
    when_loaded(move || async move {
        let (desk, order) = (desk.await?, loaded.await?);
        Ok(view! {
            <AdminFrame place=Place::Orders role=desk.role>
                <Loaded order actions />
            </AdminFrame>
        }
        .into_any())
    })
}

#[component]
fn Loaded(order: DeskOrder, actions: Actions) -> impl IntoView {
    let may_change = order.may_change;
    view! {
        <Heading order=order.clone() />
        <DoneNotice done=actions.done words=words::done />
        {(!may_change).then(|| view! { <p class="notice">{words::ONLY_LOOKING}</p> })}
        <div class="desk-layout">
            <div>
                {may_change.then(|| view! { <NextStep order=order.clone() actions /> })}
                <Lines lines=order.lines.clone() />
                <Parcels order=order.clone() actions />
                <Money order=order.clone() actions />
            </div>
            <div>
                <Customer order=order.clone() />
                {may_change.then(|| view! { <More order=order.clone() actions /> })}
                {may_change.then(|| view! { <Notes order=order.clone() action=actions.note /> })}
                <Timeline entries=order.history />
            </div>
        </div>
    }
}

#[component]
fn Heading(order: DeskOrder) -> impl IntoView {
    let order = order.order;
    // What the status does not say by itself.
    let in_parts = Some(order.fulfilment())
        .filter(|fulfilment| matches!(fulfilment, Fulfilment::PartiallyShipped | Fulfilment::PartiallyDelivered))
        .map(|fulfilment| view! { <span class="status">{words::fulfilment(fulfilment)}</span> });
    let has_invoice = order.is_due_an_invoice();
    let papers = format!("/admin/orders/{}", order.number);
    let paper = move |file: &str, label: &'static str| {
        view! { <a class="button plain small" href=format!("{papers}/{file}.pdf") rel="external">{label}</a> }
    };
    view! {
        <header class="desk-heading">
            <p><a class="back" href="/admin/orders"><Icon shape=Shape::ArrowLeft /> {words::BACK}</a></p>
            <h1>{words::ORDER} " " <span class="number">{order.number.clone()}</span></h1>
            <p class="badges">
                <StatusBadge status=order.status />
                {in_parts}
                <MoneyBadge state=order.money.state() method=order.payment_method.clone() />
            </p>
            <p class="quiet">{messages::date_and_time(order.placed_at)} " · " {order.shipping_name.clone()}</p>
            <p class="actions papers">
                {has_invoice.then(|| paper("invoice", words::INVOICE))}
                {paper("packing-slip", words::PACKING_SLIP)}
            </p>
        </header>
    }
}

#[component]
fn Lines(lines: Vec<DeskLine>) -> impl IntoView {
    let line = |line: DeskLine| {
        let DeskLine { line, shipped, .. } = line;
        let options = line.options.join(" · ");
        let state = words::shipped_of(shipped, line.cancelled, line.quantity);
        let is_complete = shipped > 0 && shipped + line.cancelled >= line.quantity;
        view! {
            <li>
                <Picture src=Some(line.picture) />
                <div>
                    <a href=format!("/p/{}?sku={}", line.handle, line.sku)>{line.title}</a>
                    <p class="quiet small">{options} " · " {line.sku}</p>
                    <p class="small" class:good=is_complete>{state}</p>
                </div>
                <p class="line-sum">
                    <span class="quiet">{format!("{} × {}", line.quantity, line.unit_price)}</span>
                    <strong>{line.total.to_string()}</strong>
                </p>
            </li>
        }
    };
    view! {
        <Panel id="lines" heading=words::LINES>
            <ul class="desk-lines">{lines.into_iter().map(line).collect_view()}</ul>
        </Panel>
    }
}

#[component]
fn Customer(order: DeskOrder) -> impl IntoView {
    let known = match order.orders_of_customer {
        Some(count) => words::orders_of_customer(count),
        None => words::GUEST.to_owned(),
    };
    let Some(to) = order.order.recipient else {
        return view! { <Panel id="customer" heading=words::CUSTOMER><p>{words::ERASED}</p></Panel> }.into_any();
    };
    let email = String::from(to.email);
    view! {
        <Panel id="customer" heading=words::CUSTOMER>
            <p><strong>{to.name.clone()}</strong></p>
            <p><a href=format!("mailto:{email}")>{email.clone()}</a></p>
            <p class="quiet small">{known}</p>
            <h3>{words::DELIVER_TO}</h3>
            <address>
                {to.name} <br /> {to.line1} <br /> {to.postcode} " " {to.city} <br /> {to.country.name()}
            </address>
        </Panel>
    }
    .into_any()
}

/// What is done now and then.
#[component]
fn More(order: DeskOrder, actions: Actions) -> impl IntoView {
    let number = order.order.number.clone();
    let can_resend = order.order.status.is_paid();
    let attempt = order.attempt.to_string();
    // Each of them asks for a reason, and two for quantities.
    let refunding =
        typed_into(actions.refund, || view! { <Refunding order=order.clone() action=actions.refund /> }.into_any());
    let cancelling_units = typed_into(actions.cancel_units, || {
        view! { <CancellingUnits order=order.clone() action=actions.cancel_units /> }.into_any()
    });
    let cancelling =
        typed_into(actions.cancel, || view! { <Cancelling order=order.clone() action=actions.cancel /> }.into_any());
    view! {
        <Panel id="more" heading=words::MORE class="desk-more">
            {refunding} {cancelling_units} {cancelling}
            {can_resend.then(|| view! {
                <Refusal error=error_of(actions.resend) />
                <PostForm action=actions.resend>
                    <input type="hidden" name="number" value=number />
                    <input type="hidden" name="attempt" value=attempt />
                    <button type="submit" class="link-button" disabled=move || actions.resend.pending().get()>
                        {words::RESEND}
                    </button>
                </PostForm>
            })}
        </Panel>
    }
}
