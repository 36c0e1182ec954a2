//! Taking units out of an order that will not be sent. Folded away, as whatever cannot be taken back.

use super::ship::pick;
use crate::{
    domain::{
        address::Field as FieldName,
        order::{FulfilmentEvent, OrderStatus},
    },
    messages::order_desk as words,
    orders::desk::{
        api::CancelUnits,
        view::{DeskLine, DeskOrder},
    },
    ui::{Field, Fold, PostForm, Refusal, error_of, fields_of, typed},
};
use leptos::prelude::*;

/// The form, while units are left that can be taken out. Once a part is on its way, all of the rest is filled in.
#[component]
pub fn CancellingUnits(order: DeskOrder, action: ServerAction<CancelUnits>) -> impl IntoView {
    let can = order.order.status == OrderStatus::Processing && order.units.apply(FulfilmentEvent::Cancel(1)).is_ok();
    can.then(|| {
        let error = error_of(action);
        let errors = fields_of(error);
        let is_rest = order.units.shipped > 0;
        let is_paid = order.order.money.is_received;
        let filled = move |line: &DeskLine| if is_rest { line.to_ship() } else { 0 };
        let left = order.lines.into_iter().filter(|line| line.to_ship() > 0).enumerate();
        let lines = left.map(|(i, line)| pick(i, filled(&line), line.to_ship(), line)).collect_view();
        view! {
            <Fold label=words::CANCEL_UNITS open=Signal::derive(move || error.with(Option::is_some))>
                <PostForm action own_errors=true class="stacked">
                    <Refusal error />
                    <p class="quiet">{words::CANCEL_UNITS_TEXT}</p>
                    <input type="hidden" name="number" value=order.order.number.clone() />
                    <input type="hidden" name="attempt" value=order.attempt.to_string() />
                    <fieldset>
                        <legend>{words::NOT_SENT}</legend>
                        <ul class="pick-lines">{lines}</ul>
                    </fieldset>
                    <label class="check">
                        <input type="checkbox" name="restock" value="true" /> <span>{words::RESTOCK}</span>
                    </label>
                    {if is_paid {
                        view! {
                            <label class="check">
                                <input type="checkbox" name="pay_back" value="true" checked=true />
                                <span>{words::PAY_BACK_UNITS}</span>
                            </label>
                        }.into_any()
                    } else {
                        view! { <p class="quiet small">{words::NOT_PAID_YET}</p> }.into_any()
                    }}
                    <Field field=FieldName::Why name="why" label=words::WHY value=typed("why") errors
                        autocomplete="off" form="cancel-units" />
                    <button type="submit" class="button danger" disabled=move || action.pending().get()>
                        {words::CANCEL_UNITS}
                    </button>
                </PostForm>
            </Fold>
        }
    })
}
