//! A page that follows its order: the server says when something has changed (server-sent events). Where it cannot, the
//! page looks by itself now and then.

#[cfg(feature = "hydrate")]
mod browser;
#[cfg(not(feature = "hydrate"))]
mod browser {
    //! The server does not follow itself.

    /// Nothing to follow, and nothing to stop.
    pub struct Stream;

    pub fn open(_: &str, _: impl Fn(String) + 'static, _: impl Fn() + 'static) -> Option<Stream> {
        None
    }
}

use leptos::prelude::*;
use std::time::Duration;

/// How often a page looks that cannot be told.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Calls `changed` with the order's version whenever the server tells one, and with nothing whenever it is time to look
/// without having been told. Ends with the page.
pub fn follow(
    address: impl Fn() -> String + Send + Sync + 'static,
    changed: impl Fn(Option<String>) + Copy + Send + Sync + 'static,
) {
    let is_deaf = RwSignal::new(false);
    Effect::new(move |_| {
        let stream = browser::open(&address(), move |version| changed(Some(version)), move || is_deaf.set(true));
        // Dropped, and so closed, when the address is another one or the page goes.
        StoredValue::new_local(stream);
    });
    Effect::new(move |_| {
        if is_deaf.get()
            && let Ok(timer) = set_interval_with_handle(move || changed(None), LOOK_EVERY)
        {
            on_cleanup(move || timer.clear());
        }
    });
}
