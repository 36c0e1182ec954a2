//! What the browser keeps of the cart: changes the server has not answered yet, and the count for other tabs.

use super::CartState;
use crate::{
    cart::api::{AddToCart, Changed, SetQuantity},
    error::AppError,
    ui::use_form_token,
};
use gloo_storage::{LocalStorage, Storage};
use leptos::{ev, prelude::*};
use serde::{Deserialize, Serialize};

const UNANSWERED: &str = "cart.unanswered";
const ITEMS: &str = "cart.items";

/// A line as it is to be.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Wanted {
    sku: String,
    quantity: i64,
}

fn unanswered() -> Vec<Wanted> {
    LocalStorage::get(UNANSWERED).unwrap_or_default()
}

/// Storage may be full or forbidden: the cart then works without it.
fn write(wanted: &[Wanted]) {
    if wanted.is_empty() {
        LocalStorage::delete(UNANSWERED);
    } else {
        let _ = LocalStorage::set(UNANSWERED, wanted);
    }
}

fn remember(sku: &str, quantity: i64) {
    let mut all = unanswered();
    all.retain(|wanted| wanted.sku != sku);
    all.push(Wanted { sku: sku.to_owned(), quantity });
    write(&all);
}

/// Sends what was never answered, keeps what is on its way, and follows the other tabs.
pub fn keep(state: CartState) {
    let token = StoredValue::new(use_form_token());
    // Read after hydration, so that browser and server begin with the same page.
    Effect::new(move |_| {
        for Wanted { sku, quantity } in unanswered() {
            state.set.dispatch(SetQuantity { csrf: token.get_value(), sku, quantity });
        }
    });
    Effect::new(move |_| {
        if let Some(AddToCart { sku, quantity, .. }) = state.add.input().get() {
            remember(&sku, i64::from(state.quantity_of(&sku)) + quantity);
        }
    });
    Effect::new(move |_| {
        if let Some(SetQuantity { sku, quantity, .. }) = state.set.input().get() {
            remember(&sku, quantity);
        }
    });
    Effect::new(move |_| {
        let answered = |answer: &Option<Result<Changed, AppError>>| {
            answer.as_ref().is_some_and(|answer| *answer != Err(AppError::Unreachable))
        };
        if state.add.value().with(answered) || state.set.value().with(answered) {
            write(&[]);
        }
    });
    Effect::new(move |_| {
        if let Some(items) = state.items.get() {
            let _ = LocalStorage::set(ITEMS, items);
        }
    });
    let listener = window_event_listener(ev::storage, move |event| {
        if event.key().as_deref() == Some(ITEMS)
            && let Ok(items) = LocalStorage::get::<u32>(ITEMS)
        {
            state.items.set(Some(items));
        }
    });
    on_cleanup(move || listener.remove());
}
