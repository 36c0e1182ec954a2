//! The question of consent, at the foot of every page of a shop that has one to ask.

use crate::{
    account::{
        api::{AnswerQuestion, get_open_questions},
        view::Question,
    },
    messages::account::consent as words,
    ui::{Loading, PostForm, Refusal, announce, error_of, load, when_done},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Answering questions of consent: the banner and the page about privacy do the same.
#[derive(Clone, Copy)]
pub struct Consent {
    pub answer: ServerAction<AnswerQuestion>,
    /// What has not been answered yet.
    open: Loading<Vec<Question>>,
    /// How often something was answered since the page was loaded.
    pub times: RwSignal<u32>,
}

/// Makes the answers known to everything below.
pub fn provide_consent() {
    let times = RwSignal::new(0);
    let open = load(move || times.get(), |_| get_open_questions());
    let consent = Consent { answer: ServerAction::new(), open, times };
    when_done(consent.answer, move || {
        times.update(|times| *times += 1);
        announce(words::THANKS);
    });
    provide_context(consent);
}

#[must_use]
pub fn use_consent() -> Consent {
    expect_context()
}

/// Asks what has not been answered yet, one question after the other. Nothing at all where there is nothing to ask.
#[component]
pub fn ConsentBanner() -> impl IntoView {
    let open = use_consent().open;
    view! {
        <Transition>
            {move || Suspend::new(async move {
                let first = open.await.unwrap_or_default().into_iter().next();
                first.map(|question| view! { <Ask question /> })
            })}
        </Transition>
    }
}

#[component]
fn Ask(question: Question) -> impl IntoView {
    let answer = use_consent().answer;
    let Question { purpose, wording, .. } = question;
    view! {
        <section class="consent" aria-label=words::REGION>
            <div class="consent-words">
                <p>{wording}</p>
                <p><a href="/account/privacy">{words::MORE}</a></p>
                <Refusal error=error_of(answer) />
            </div>
            <div class="consent-answers">
                <Answer purpose=purpose.clone() granted=false label=words::REFUSE class="button" />
                <Answer purpose granted=true label=words::ALLOW class="button" />
            </div>
        </section>
    }
}

/// An answer as a button. It leads back to the page it stands on.
#[component]
pub fn Answer(
    purpose: String,
    granted: bool,
    label: &'static str,
    class: &'static str,
    /// It is the answer so far.
    #[prop(optional)]
    pressed: Option<bool>,
) -> impl IntoView {
    let location = use_location();
    let back = move || format!("{}{}", location.pathname.get(), query(&location.search.get()));
    view! {
        <PostForm action=use_consent().answer>
            <input type="hidden" name="purpose" value=purpose />
            <input type="hidden" name="granted" value=granted.to_string() />
            <input type="hidden" name="back" value=back />
            <button type="submit" class=class aria-pressed=pressed.map(|pressed| pressed.to_string())>{label}</button>
        </PostForm>
    }
}

/// What stands behind the path, with its question mark.
fn query(search: &str) -> String {
    let search = search.trim_start_matches('?');
    if search.is_empty() { String::new() } else { format!("?{search}") }
}
