//! How far an order is, at a glance.

use crate::{
    domain::order::{Step, StepState, steps},
    messages::orders as words,
    orders::view::Order,
    ui::{Icon, Shape},
};
use leptos::prelude::*;

/// The steps of an order, the one that is under way marked. Nothing for an order that ended without being delivered.
#[component]
pub fn Progress(order: Order) -> impl IntoView {
    let at_the_door = order.is_paid_at_the_door();
    let is_paid = if at_the_door { order.money.is_received } else { order.status.is_paid() };
    let steps = steps(order.status, order.fulfilment(), is_paid, at_the_door);
    let list = (!steps.is_empty()).then(|| {
        view! {
            <ol class="progress" aria-label=words::PROGRESS>
                {steps.into_iter().enumerate().map(|(i, (step, state))| one(i + 1, step, state)).collect_view()}
            </ol>
        }
    });
    view! { {list} }
}

fn one(number: usize, step: Step, state: StepState) -> impl IntoView {
    let class = match state {
        StepState::Done => "done",
        StepState::Current => "current",
        StepState::Ahead => "ahead",
    };
    let mark = if state == StepState::Done {
        view! { <Icon shape=Shape::Tick /> }.into_any()
    } else {
        view! { <span aria-hidden="true">{number}</span> }.into_any()
    };
    view! {
        <li class=class aria-current=(state == StepState::Current).then_some("step")>
            <span class="progress-mark">{mark}</span>
            <span>{words::step(step)} <span class="visually-hidden">{format!(": {}", words::step_state(state))}</span></span>
        </li>
    }
}
