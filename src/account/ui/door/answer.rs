//! What the server answered to a form at the door, and where that leads.

use crate::{
    account::view::SignInStep,
    domain::address::FieldErrors,
    error::AppError,
    messages::door as words,
    ui::{focus, load_page},
};
use leptos::{prelude::*, server_fn::ServerFn};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// The error of an action's newest answer.
pub fn error_of<F>(action: ServerAction<F>) -> Signal<Option<AppError>>
where
    F: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    F::Output: Clone + Send + Sync + 'static,
{
    let value = action.value();
    Signal::derive(move || value.get().and_then(Result::err))
}

/// Whether an action has done what it was for.
pub fn is_done<F>(action: ServerAction<F>) -> bool
where
    F: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    F::Output: Clone + Send + Sync + 'static,
{
    matches!(action.value().get(), Some(Ok(_)))
}

/// What is wrong with single fields.
pub fn fields_of(error: Signal<Option<AppError>>) -> Signal<FieldErrors> {
    Signal::derive(move || match error.get() {
        Some(AppError::InvalidFields { fields }) => fields,
        _ => FieldErrors::new(),
    })
}

/// An error above its form, which gets the focus when it comes; errors of fields have theirs at the first field.
#[component]
pub fn Refusal(
    error: Signal<Option<AppError>>,
    /// How the error is told.
    #[prop(default = words::refused)]
    told: fn(&AppError) -> String,
) -> impl IntoView {
    Effect::new(move |before: Option<()>| match error.get() {
        Some(AppError::InvalidFields { .. }) if before.is_some() => focus("[aria-invalid=true]"),
        Some(_) if before.is_some() => focus("#refusal"),
        _ => {}
    });
    move || {
        let text = error.get().map(|error| told(&error));
        text.map(|text| view! { <p id="refusal" class="notice error" role="alert" tabindex="-1">{text}</p> })
    }
}

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
