//! The coupon of a cart: entered, shown with what is wrong with it, and taken out.

use crate::{
    cart::state::use_cart,
    domain::{
        pricing::{EnteredCoupon, Quote},
        promotion::LONGEST_CODE,
    },
    messages::prices as words,
    ui::{PostForm, Refusal, error_of, focus},
};
use leptos::prelude::*;

/// The field and its button, and the coupon that was entered.
#[component]
pub fn CouponForm(quote: Memo<Option<Quote>>) -> impl IntoView {
    let cart = use_cart();
    let entered = Memo::new(move |_| quote.with(|quote| quote.as_ref().and_then(|quote| quote.coupon.clone())));
    let has_problem = move || entered.with(|entered| entered.as_ref().is_some_and(|coupon| coupon.problem.is_some()));
    let typed = NodeRef::<leptos::html::Input>::new();
    // What was taken in is shown above the field. What was taken out leaves the focus to it, with its button.
    Effect::new(move |before: Option<()>| {
        let taken_out = cart.coupon.value().with(|answer| {
            let changed = answer.as_ref()?.as_ref().ok()?;
            Some(changed.cart.quote.as_ref().is_none_or(|quote| quote.coupon.is_none()))
        });
        if let (Some(taken_out), Some(input)) = (taken_out, typed.get_untracked()) {
            input.set_value("");
            if taken_out && before.is_some() {
                focus("#coupon");
            }
        }
    });
    Effect::new(move |_| on_cleanup(move || cart.coupon.value().set(None)));
    view! {
        <div class="codes">
            {move || entered.get().map(|coupon| view! { <Entered coupon /> })}
            <PostForm action=cart.coupon class="code-form">
                <Refusal error=error_of(cart.coupon) />
                <label for="coupon">{words::COUPON_CODE}</label>
                <div class="with-button">
                    <input id="coupon" node_ref=typed name="coupon" type="text" autocomplete="off" autocapitalize="characters"
                        spellcheck="false" maxlength=LONGEST_CODE.to_string() required=true
                        aria-invalid=move || has_problem().to_string() aria-describedby="coupon-problem" />
                    <button type="submit" class="button">{words::APPLY}</button>
                </div>
            </PostForm>
        </div>
    }
}

/// The coupon that was entered.
#[component]
fn Entered(coupon: EnteredCoupon) -> impl IntoView {
    let cart = use_cart();
    let EnteredCoupon { code, problem } = coupon;
    view! {
        <PostForm action=cart.coupon class="code-entered">
            <input type="hidden" name="coupon" value="" />
            <span>{words::coupon(&code)}</span>
            <button type="submit" class="link-button" aria-label=words::remove_coupon(&code)>
                {crate::messages::cart::REMOVE}
            </button>
        </PostForm>
        <CouponProblem why=problem />
    }
}

/// What is wrong with a coupon, at its field.
#[component]
pub fn CouponProblem(why: Option<crate::domain::promotion::WhyNot>) -> impl IntoView {
    why.map(|why| view! { <p class="field-error" id="coupon-problem" role="alert">{words::why_not(&why)}</p> })
}
