//! Where the forms at the door lead.

use crate::{account::view::SignInStep, ui::load_page};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Goes where a sign-in leads.
pub fn enter(step: SignInStep, next: &str) {
    match step {
        SignInStep::Done { page } => load_page(&page),
        SignInStep::CodeNeeded { ticket } => load_page(&code_page(&ticket, next)),
    }
}

/// The address of the step that asks for a one-time code.
pub fn code_page(ticket: &str, next: &str) -> String {
    format!("/login?ticket={}&next={}", encoded(ticket), encoded(next))
}

/// A page at the door that goes on to `next` in the end.
pub fn with_next(page: &str, next: &str) -> String {
    if next.is_empty() { page.to_owned() } else { format!("{page}?next={}", encoded(next)) }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
