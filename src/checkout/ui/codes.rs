//! Coupon and gift card at the checkout. They are fields of its form, so that nothing else that was typed is lost when
//! they are entered; the buttons say which of the form's errands it is sent on.

use crate::{
    cart::ui::CouponProblem,
    domain::{
        address::{Field as FieldName, FieldErrors},
        pricing::EnteredCoupon,
        promotion::LONGEST_CODE,
    },
    messages::{self, prices as words},
    ui::FieldMessage,
};
use leptos::{
    ev::KeyboardEvent,
    html::{Button, Input},
    prelude::*,
};

/// What was entered, and the fields for more.
#[component]
pub fn Codes(
    coupon: Memo<Option<EnteredCoupon>>,
    /// The end of the code of the gift card that was entered.
    gift_card: Memo<Option<String>>,
    /// What was typed for a gift card that we do not know.
    typed: String,
    #[prop(into)] errors: Signal<FieldErrors>,
    /// Changes whenever codes were taken in.
    taken_in: Signal<u32>,
) -> impl IntoView {
    let fields = [NodeRef::<Input>::new(), NodeRef::<Input>::new()];
    let unknown_card = move || errors.with(|errors| errors.iter().any(|(field, _)| *field == FieldName::GiftCard));
    // What was taken in is shown above the fields; a gift card that we do not know stays in its own.
    Effect::new(move |before: Option<u32>| {
        let times = taken_in.get();
        if before.is_some_and(|before| before != times) {
            let emptied = if untrack(unknown_card) { &fields[..1] } else { &fields[..] };
            emptied.iter().filter_map(|field| field.get_untracked()).for_each(|input| input.set_value(""));
        }
        times
    });
    // Enter in these fields is for their own button, not for the first one of the form.
    let apply = NodeRef::<Button>::new();
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Enter"
            && !event.is_composing()
            && let Some(button) = apply.get_untracked()
        {
            event.prevent_default();
            button.click();
        }
    };
    let problem = move || coupon.with(|coupon| coupon.as_ref().is_some_and(|coupon| coupon.problem.is_some()));
    view! {
        <section class="codes" aria-labelledby="codes-heading">
            <h3 id="codes-heading">{words::CODES}</h3>
            {move || coupon.get().map(|coupon| view! { <EnteredCode
                name=words::coupon(&coupon.code) remove=words::remove_coupon(&coupon.code) value="coupon" /> })}
            {move || gift_card.get().map(|last_four| view! { <EnteredCode
                name=words::gift_card_ending_in(&last_four) remove=words::remove_gift_card(&last_four) value="gift_card" /> })}
            <div class="field" class:wrong=problem>
                <label for="coupon">{words::COUPON_CODE}</label>
                <input id="coupon" node_ref=fields[0] name="coupon" type="text" autocomplete="off"
                    maxlength=LONGEST_CODE.to_string() autocapitalize="characters" spellcheck="false" on:keydown=on_key
                    aria-invalid=move || problem().to_string() aria-describedby="coupon-problem" />
                {move || coupon.get().map(|coupon| view! { <CouponProblem why=coupon.problem /> })}
            </div>
            <div class="field" class:wrong=unknown_card>
                <label for="gift-card">{words::GIFT_CARD_CODE}</label>
                <input id="gift-card" node_ref=fields[1] name="gift_card" type="text" autocomplete="off"
                    maxlength=LONGEST_CODE.to_string() autocapitalize="characters" spellcheck="false" value=typed on:keydown=on_key
                    aria-invalid=move || unknown_card().to_string() aria-describedby="gift-card-error" />
                <FieldMessage field=FieldName::GiftCard id="gift-card-error" errors />
            </div>
            <button node_ref=apply type="submit" name="update" value="codes" class="button" formnovalidate=true>
                {words::APPLY}
            </button>
        </section>
    }
}

/// A code that was entered, with the button that takes it out.
#[component]
fn EnteredCode(name: String, remove: String, value: &'static str) -> impl IntoView {
    view! {
        <p class="code-entered">
            <span>{name}</span>
            <button type="submit" name="remove" value=value class="link-button" formnovalidate=true aria-label=remove>
                {messages::cart::REMOVE}
            </button>
        </p>
    }
}
