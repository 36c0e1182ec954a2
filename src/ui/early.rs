//! What people type and tick before the page is alive. Hydration sets fields to what the server sent; so they are
//! watched from the first moment, and once the page answers they are set again and handled like any other change.

use leptos::{ev, leptos_dom::helpers::WindowListenerHandle, prelude::*, wasm_bindgen::JsCast};
use std::cell::RefCell;
use web_sys::{Element, Event, EventInit, HtmlInputElement};

/// A field as somebody left it.
struct Touched {
    field: HtmlInputElement,
    checked: bool,
    value: String,
}

struct Watch {
    touched: Vec<Touched>,
    listener: WindowListenerHandle,
}

thread_local! {
    static WATCH: RefCell<Option<Watch>> = const { RefCell::new(None) };
}

/// Notes the fields that were changed until now, and from now on.
pub fn watch() {
    let listener = window_event_listener(ev::input, |event| {
        if let Some(field) = event.target().and_then(|target| target.dyn_into().ok()) {
            note(field);
        }
    });
    WATCH.set(Some(Watch { touched: Vec::new(), listener }));
    let Ok(fields) = document().query_selector_all("input:not([type=hidden])") else { return };
    let fields = (0..fields.length()).filter_map(|i| fields.item(i)?.dyn_into::<HtmlInputElement>().ok());
    fields.filter(is_changed).for_each(note);
}

fn is_changed(field: &HtmlInputElement) -> bool {
    field.checked() != field.default_checked() || field.value() != field.default_value()
}

fn note(field: HtmlInputElement) {
    WATCH.with_borrow_mut(|watch| {
        let Some(watch) = watch else { return };
        watch.touched.retain(|touched| touched.field != field);
        watch.touched.push(Touched { checked: field.checked(), value: field.value(), field });
    });
}

/// Sets the fields as they were left, and has each handled. Does nothing the second time.
pub fn replay() {
    let Some(Watch { touched, listener }) = WATCH.take() else { return };
    listener.remove();
    let connected = |touched: &Touched| touched.field.unchecked_ref::<Element>().is_connected();
    let touched: Vec<_> = touched.into_iter().filter(connected).collect();
    for Touched { field, checked, value } in &touched {
        field.set_checked(*checked);
        field.set_value(value);
    }
    for Touched { field, .. } in &touched {
        for kind in ["input", "change"] {
            let init = EventInit::new();
            init.set_bubbles(true);
            if let Ok(event) = Event::new_with_event_init_dict(kind, &init) {
                let _ = field.dispatch_event(&event);
            }
        }
    }
}
