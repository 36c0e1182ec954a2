//! How long things take in the browser, told to its own tools (User Timing) and to whoever measures with them.

use leptos::prelude::window;

/// Does the work, and notes how long it took under a name.
pub fn timed<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let Some(performance) = window().performance() else { return work() };
    // Where that cannot be noted, nobody asks for it.
    let _ = performance.mark(name);
    let done = work();
    let _ = performance.measure_with_start_mark(name, name);
    performance.clear_marks_with_mark_name(name);
    done
}
