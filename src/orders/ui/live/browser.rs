//! The browser's `EventSource`: it comes back by itself when the connection ends.

use leptos::wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, EventSource, MessageEvent};

/// An open stream. Dropped, it is closed.
pub struct Stream {
    source: EventSource,
    _version: Closure<dyn Fn(MessageEvent)>,
    _error: Closure<dyn Fn(Event)>,
}

/// Opens a stream. `given_up` is called when the server will not have it and the browser does not try again.
pub fn open(address: &str, version: impl Fn(String) + 'static, given_up: impl Fn() + 'static) -> Option<Stream> {
    let Ok(source) = EventSource::new(address) else {
        given_up();
        return None;
    };
    let on_version = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        version(event.data().as_string().unwrap_or_default());
    });
    let on_error = Closure::<dyn Fn(Event)>::new({
        let source = source.clone();
        move |_| {
            if source.ready_state() == EventSource::CLOSED {
                given_up();
            }
        }
    });
    let listens = source.add_event_listener_with_callback("version", on_version.as_ref().unchecked_ref());
    source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    listens.ok()?;
    Some(Stream { source, _version: on_version, _error: on_error })
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}
