//! What is shown when a link is on its way. It says the same whether or not there is an account.

use crate::{
    messages::door as words,
    ui::{Page, focus},
};
use leptos::prelude::*;

/// "Check your email".
#[component]
pub fn CheckEmail(
    /// What was sent.
    text: &'static str,
    /// The page that sends it again.
    again: &'static str,
) -> impl IntoView {
    view! {
        <Page title=words::CHECK_EMAIL class="door-page">
            <h1 id="sent" tabindex="-1">{words::CHECK_EMAIL}</h1>
            <p>{text}</p>
            // In full, so that the form is there again and empty.
            <p class="quiet">{words::NOTHING_CAME} " " <a href=again rel="external">{words::TRY_AGAIN}</a> "."</p>
        </Page>
    }
}

/// Moves the focus along when the form gives way to this.
pub fn follow_sent(is_sent: Memo<bool>) {
    Effect::new(move |before: Option<bool>| {
        let is_sent = is_sent.get();
        if is_sent && before == Some(false) {
            focus("#sent");
        }
        is_sent
    });
}
