//! Giving money back, and ending an order. Both are folded away: nobody does them by a slip.

use super::ship::pick;
use crate::{
    domain::{
        address::Field as FieldName,
        order::{OrderEvent, Units},
    },
    messages::order_desk as words,
    orders::desk::{
        api::{CancelForShop, RefundOrder},
        view::DeskOrder,
    },
    ui::{Field, Fold, PostForm, Refusal, error_of, fields_of, typed, typed_or},
};
use leptos::prelude::*;

/// The form that gives money back, while there is some to give.
#[component]
pub fn Refunding(order: DeskOrder, action: ServerAction<RefundOrder>) -> impl IntoView {
    let left = order.left;
    (left.amount > 0).then(|| {
        let error = error_of(action);
        let errors = fields_of(error);
        let chosen = RwSignal::new(typed_or("what", "rest".to_owned()));
        let option = move |value: &'static str, label: String| {
            let is_chosen = move || chosen.with(|chosen| chosen == value);
            view! {
                <label class="check">
                    <input type="radio" name="what" value=value checked=is_chosen() prop:checked=is_chosen
                        on:change=move |_| chosen.set(value.to_owned()) />
                    {label}
                </label>
            }
        };
        // Who fills a field in means it.
        let means = move |value: &'static str| move |_| chosen.set(value.to_owned());
        // Nothing is filled in: what comes back is seldom everything.
        let lines = order.lines.clone().into_iter().filter(|line| line.unpaid_back() > 0).enumerate();
        let lines = lines.map(|(i, line)| pick(i, 0, line.unpaid_back(), line)).collect_view();
        view! {
            <Fold label=words::REFUND open=Signal::derive(move || error.with(Option::is_some))>
                <PostForm action own_errors=true class="stacked">
                    <Refusal error />
                    <input type="hidden" name="number" value=order.order.number.clone() />
                    <input type="hidden" name="attempt" value=order.attempt.to_string() />
                    <fieldset class="refund-what">
                        <legend>{words::WHAT}</legend>
                        {option("rest", words::all_that_is_left(&left.to_string()))}
                        {option("lines", words::SOME_LINES.to_owned())}
                        <ul class="pick-lines" on:input=means("lines")>{lines}</ul>
                        {option("amount", words::AN_AMOUNT.to_owned())}
                        <div on:input=means("amount")>
                            <Field field=FieldName::Amount name="amount" label=words::AMOUNT value=typed("amount") errors
                                autocomplete="off" inputmode="decimal" form="refund" optional=true />
                        </div>
                    </fieldset>
                    <Field field=FieldName::Why name="why" label=words::WHY value=typed("why") errors
                        autocomplete="off" form="refund" />
                    <button type="submit" class="button danger" disabled=move || action.pending().get()>
                        {words::REFUND}
                    </button>
                </PostForm>
            </Fold>
        }
    })
}

/// The form that ends an order, while nothing of it is on its way.
#[component]
pub fn Cancelling(order: DeskOrder, action: ServerAction<CancelForShop>) -> impl IntoView {
    let Units { shipped, .. } = order.units;
    let can = order.order.status.apply(OrderEvent::CancelByShop).is_ok() && shipped == 0;
    can.then(|| {
        let error = error_of(action);
        let errors = fields_of(error);
        view! {
            <Fold label=words::CANCEL open=Signal::derive(move || error.with(Option::is_some))>
                <PostForm action own_errors=true class="stacked">
                    <Refusal error />
                    <p class="quiet">{words::CANCEL_TEXT}</p>
                    <input type="hidden" name="number" value=order.order.number.clone() />
                    <Field field=FieldName::Why name="why" label=words::WHY value=typed("why") errors
                        autocomplete="off" form="cancel" />
                    <button type="submit" class="button danger" disabled=move || action.pending().get()>
                        {words::CANCEL}
                    </button>
                </PostForm>
            </Fold>
        }
    })
}
