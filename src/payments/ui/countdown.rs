//! How long an order's stock is held: a clock that runs with JavaScript, and stands at the server's time without it.

use crate::{
    domain::{payment::hold, timestamp::Timestamp},
    messages::payment as words,
};
use leptos::prelude::*;
use std::time::Duration;

/// At which minutes the time that is left is read out.
const READ_OUT: [i64; 3] = [10, 5, 1];

/// The clock. It goes by how much time has passed in the browser, not by the browser's idea of the time of day.
#[component]
pub fn Countdown(
    until: Timestamp,
    /// What the server's clock showed.
    now: Timestamp,
    /// What to do when the time is over.
    #[prop(into)]
    over: Callback<()>,
) -> impl IntoView {
    let clock = RwSignal::new(now);
    Effect::new(move |_| run(clock, until, now, over));
    let left = move || hold::left(until, clock.get());
    let is_over = Memo::new(move |_| clock.get().0 >= until.0);
    let minutes = Memo::new(move |_| {
        let minutes = (until.0 - clock.get().0 + Timestamp::MINUTE - 1) / Timestamp::MINUTE;
        READ_OUT.contains(&minutes).then_some(minutes)
    });
    view! {
        <p class="hold" class:over=is_over>
            {move || if is_over.get() {
                view! { <span role="status">{words::HELD_OVER}</span> }.into_any()
            } else {
                view! { <span>{words::HELD} " " <strong role="timer">{left}</strong></span> }.into_any()
            }}
            <span class="visually-hidden" aria-live="polite">{move || minutes.get().map(words::minutes_left)}</span>
        </p>
    }
}

/// Sets the clock every second until the time is over.
fn run(clock: RwSignal<Timestamp>, until: Timestamp, now: Timestamp, over: Callback<()>) {
    let started = leptos::web_sys::js_sys::Date::now();
    let tick = move || {
        let passed = leptos::web_sys::js_sys::Date::now() - started;
        let before = clock.get_untracked();
        #[allow(clippy::cast_possible_truncation)] // Milliseconds that a page is open for.
        let at = now.plus(passed as i64);
        clock.set(at);
        if before.0 < until.0 && at.0 >= until.0 {
            over.run(());
        }
    };
    if let Ok(interval) = set_interval_with_handle(tick, Duration::from_secs(1)) {
        on_cleanup(move || interval.clear());
    }
}
