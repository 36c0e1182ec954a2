//! The browser's clipboard, where it lets pages write to it (only over TLS, and on this very machine).

use leptos::prelude::window;

/// Whether there is one.
#[must_use]
pub fn is_there() -> bool {
    window().is_secure_context()
}

/// Puts a text there. A browser that refuses says so itself.
pub fn copy(text: &str) {
    drop(window().navigator().clipboard().write_text(text));
}
