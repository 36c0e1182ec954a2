//! Stripe.js, as far as we use it: <https://docs.stripe.com/js>

use super::Parts;
use crate::{messages::payment as words, payments::view::StripeForm};
use leptos::{
    prelude::*,
    task::spawn_local,
    wasm_bindgen::{JsCast, closure::Closure},
};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use web_sys::{
    Event, HtmlElement, HtmlFormElement, HtmlInputElement,
    js_sys::{Function, Object, Promise, Reflect},
};

#[wasm_bindgen]
extern "C" {
    type Client;

    #[wasm_bindgen(catch, js_name = Stripe)]
    fn open(key: &str) -> Result<Client, JsValue>;

    #[wasm_bindgen(catch, method)]
    fn elements(this: &Client) -> Result<Forms, JsValue>;

    #[wasm_bindgen(catch, method, js_name = createPaymentMethod)]
    fn create_payment_method(this: &Client, wanted: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(catch, method, js_name = confirmCardPayment)]
    fn confirm_card_payment(this: &Client, client_secret: &str) -> Result<Promise, JsValue>;

    type Forms;

    #[wasm_bindgen(catch, method)]
    fn create(this: &Forms, kind: &str, options: &Object) -> Result<Card, JsValue>;

    type Card;

    #[wasm_bindgen(catch, method)]
    fn mount(this: &Card, at: &HtmlElement) -> Result<(), JsValue>;

    #[wasm_bindgen(catch, method)]
    fn on(this: &Card, event: &str, handler: &Function) -> Result<(), JsValue>;

    #[wasm_bindgen(catch, method)]
    fn focus(this: &Card) -> Result<(), JsValue>;
}

/// Puts Stripe's form into the page, and has the card named before our form is sent.
pub fn take_in_card(form: StripeForm, parts: Parts) {
    let Some(frame) = parts.frame.get_untracked() else { return };
    spawn_local(async move {
        if set_up(&form, &frame, parts).await.is_err() {
            parts.problem.try_set(Some(words::NO_SCRIPT.to_owned()));
        }
    });
}

async fn set_up(form: &StripeForm, frame: &HtmlElement, parts: Parts) -> Result<(), JsValue> {
    load(&form.script).await?;
    let client = open(&form.key)?;
    let card = client.elements()?.create("card", &look_of(frame)?)?;
    card.mount(frame)?;
    let typing = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
        let problem = text_at(&event, &["error", "message"]);
        parts.problem.try_set(problem);
    });
    card.on("change", typing.as_ref().unchecked_ref())?;
    // It lives as long as the page.
    typing.forget();
    name_before_sending(client, card, frame, parts)
}

/// Stripe's frame knows nothing of our style sheet.
fn look_of(frame: &HtmlElement) -> Result<Object, JsValue> {
    let style = window().get_computed_style(frame)?;
    let of = |name: &str| style.as_ref().and_then(|style| style.get_property_value(name).ok()).unwrap_or_default();
    let base =
        object(&[("color", of("color").into()), ("fontSize", "16px".into()), ("iconColor", of("color").into())])?;
    object(&[("hidePostalCode", true.into()), ("style", object(&[("base", base.into())])?.into())])
}

/// Stops our form on its way out, before anybody else hears of it, until the card has its name.
fn name_before_sending(client: Client, card: Card, frame: &HtmlElement, parts: Parts) -> Result<(), JsValue> {
    let form: HtmlFormElement = frame.closest("form")?.ok_or(JsValue::NULL)?.unchecked_into();
    let around = form.parent_element().ok_or(JsValue::NULL)?;
    let name: HtmlInputElement = parts.name.get_untracked().ok_or(JsValue::NULL)?.unchecked_into();
    let (client, card) = (std::rc::Rc::new(client), std::rc::Rc::new(card));
    let stop = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        if !name.value().is_empty() || !is_chosen(&form) || !takes_money(&form, &event) {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
        if parts.busy.try_get_untracked() != Some(false) {
            return;
        }
        parts.busy.set(true);
        parts.problem.set(None);
        let (client, card, form, name) = (client.clone(), card.clone(), form.clone(), name.clone());
        spawn_local(async move {
            let named = name_of(&client, &card).await;
            parts.busy.try_set(false);
            match named {
                Ok(id) => {
                    name.set_value(&id);
                    let _ = form.request_submit();
                    // It is good for one payment.
                    name.set_value("");
                }
                Err(text) => {
                    parts.problem.try_set(Some(text));
                    let _ = card.focus();
                }
            }
        });
    });
    around.add_event_listener_with_callback_and_bool("submit", stop.as_ref().unchecked_ref(), true)?;
    // It goes with the element it listens at.
    stop.forget();
    Ok(())
}

/// Whether the form is sent to order something that costs money: not by a button that has a name, which only works the
/// total out anew.
fn takes_money(form: &HtmlFormElement, event: &Event) -> bool {
    let submitter = Reflect::get(event, &"submitter".into()).unwrap_or(JsValue::NULL);
    let is_free = form.query_selector("[data-free]").ok().flatten().is_some();
    !is_free && text_at(&submitter, &["name"]).is_none_or(|name| name.is_empty())
}

/// Whether it is Stripe that is to take the money.
fn is_chosen(form: &HtmlFormElement) -> bool {
    let chosen = form.query_selector("input[name=payment_method]:checked").ok().flatten();
    chosen.is_none_or(|input| input.unchecked_into::<HtmlInputElement>().value() == "stripe")
}

/// Stripe's name for the card, or why there is none, in Stripe's own words.
async fn name_of(client: &Client, card: &Card) -> Result<String, String> {
    let ask = async {
        let wanted = object(&[("type", "card".into()), ("card", AsRef::<JsValue>::as_ref(card).clone())])?;
        client.create_payment_method(&wanted)?.await
    };
    let answer: Result<JsValue, JsValue> = ask.await;
    let answer = answer.map_err(|_| words::NO_ANSWER.to_owned())?;
    let problem = || text_at(&answer, &["error", "message"]).unwrap_or_else(|| words::NO_ANSWER.to_owned());
    text_at(&answer, &["paymentMethod", "id"]).ok_or_else(problem)
}

/// Has the bank ask its question. The answer is the server's to find out.
///
/// # Errors
/// Why the payment was not confirmed, in Stripe's own words.
pub async fn confirm(form: StripeForm, client_secret: String) -> Result<(), String> {
    let ask = async {
        load(&form.script).await?;
        open(&form.key)?.confirm_card_payment(&client_secret)?.await
    };
    let answer: Result<JsValue, JsValue> = ask.await;
    match answer {
        Ok(answer) => text_at(&answer, &["error", "message"]).map_or(Ok(()), Err),
        Err(_) => Err(words::NO_ANSWER.to_owned()),
    }
}

/// Loads the script once.
async fn load(script: &str) -> Result<(), JsValue> {
    if Reflect::has(&window(), &"Stripe".into())? {
        return Ok(());
    }
    let element = document().create_element("script")?;
    element.set_attribute("src", script)?;
    let mut begun = Ok(());
    let loaded = Promise::new(&mut |resolve, reject| {
        begun = element
            .add_event_listener_with_callback("load", &resolve)
            .and_then(|()| element.add_event_listener_with_callback("error", &reject));
    });
    begun?;
    document().body().ok_or(JsValue::NULL)?.append_child(&element)?;
    loaded.await.map(drop)
}

fn object(fields: &[(&str, JsValue)]) -> Result<Object, JsValue> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value)?;
    }
    Ok(object)
}

/// The text at the end of a path of fields.
fn text_at(value: &JsValue, path: &[&str]) -> Option<String> {
    let mut value = value.clone();
    for name in path {
        if !value.is_object() {
            return None;
        }
        value = Reflect::get(&value, &(*name).into()).ok()?;
    }
    value.as_string()
}
