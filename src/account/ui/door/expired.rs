//! A link that does not work any more, and how to get another.

use crate::{
    error::AppError,
    messages::door as words,
    ui::{EmptyState, Page, set_status},
};
use leptos::prelude::*;

/// What a link was asked for by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    Registration,
    Forgotten,
    EmailChange,
}

impl Origin {
    /// By the page it leads to; what a dead link was for is known by nothing else.
    pub fn of(path: &str) -> Self {
        match path.trim_end_matches('/') {
            "/verify" => Self::Registration,
            "/confirm-email" => Self::EmailChange,
            _ => Self::Forgotten,
        }
    }

    /// The page that sends another one, and its name.
    fn again(self) -> (&'static str, &'static str) {
        match self {
            Self::Registration => ("/register", words::REGISTER_AGAIN),
            Self::Forgotten => ("/forgot", words::ASK_NEW_LINK),
            Self::EmailChange => ("/account/security", words::CHANGE_EMAIL_AGAIN),
        }
    }
}

/// In place of the page a dead link leads to.
#[component]
pub fn Expired(origin: Origin) -> impl IntoView {
    set_status(AppError::LinkExpired.status());
    let (href, name) = origin.again();
    view! {
        <Page title=words::EXPIRED class="error-page">
            <EmptyState scene="not-found" heading=words::EXPIRED text=words::EXPIRED_TEXT is_page=true>
                <p class="actions">
                    <a class="button" href=href>{name}</a>
                    <a class="button plain" href="/login">{words::SIGN_IN}</a>
                </p>
            </EmptyState>
        </Page>
    }
}

/// The way on where a link has died while its page was open.
#[component]
pub fn Renewal(origin: Origin, error: Signal<Option<AppError>>) -> impl IntoView {
    let (href, name) = origin.again();
    move || {
        let is_dead = error.get() == Some(AppError::LinkExpired);
        is_dead.then(|| view! { <p><a class="button plain wide" href=href>{name}</a></p> })
    }
}
