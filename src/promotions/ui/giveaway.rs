//! A giveaway: what there is to win, how to enter, and how it was drawn.

use crate::{
    domain::address::{Field as FieldName, FieldErrors},
    messages::{self, giveaway as words},
    promotions::{
        api::{ConfirmEntry, EnterGiveaway, get_giveaway},
        view::{Drawn, Entered, Giveaway, Stage},
    },
    ui::{Field, FieldMessage, Page, PostForm, Refusal, error_of, fields_of, focus, load, typed, when_loaded},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

/// The page.
#[component]
pub fn GiveawayPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let slug = move || params.read().get("slug").unwrap_or_default();
    let token = move || query.read().get("token").filter(|token| !token.is_empty());
    let loaded = load(slug, get_giveaway);
    when_loaded(move || async move {
        let giveaway = loaded.await?;
        Ok(match token() {
            Some(token) => view! { <Confirm giveaway token /> }.into_any(),
            None => view! { <Shown giveaway /> }.into_any(),
        })
    })
}

#[component]
fn Shown(giveaway: Giveaway) -> impl IntoView {
    let Giveaway { title, terms, stage, slug, .. } = giveaway.clone();
    let paragraphs: Vec<_> = terms.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
    let now = match stage {
        Stage::Coming => {
            view! { <p class="notice">{words::COMING} " " {words::moment(giveaway.opens_at)}</p> }.into_any()
        }
        Stage::Open => view! { <Enter slug /> }.into_any(),
        Stage::Closed => view! { <p class="notice">{words::CLOSED}</p> }.into_any(),
        Stage::Drawn => view! { <Winners drawn=giveaway.drawn.clone() /> }.into_any(),
    };
    view! {
        <Page title=title.clone() class="giveaway-page">
            <h1>{title}</h1>
            <DoneAlready />
            <dl class="giveaway-facts">
                <div><dt>{words::PRIZES}</dt><dd>{messages::number(giveaway.winners)}</dd></div>
                <div><dt>{words::CLOSES}</dt><dd>{words::moment(giveaway.closes_at)}</dd></div>
                <div><dt>{words::ENTRIES}</dt><dd>{messages::number(giveaway.entries)}</dd></div>
            </dl>
            {now}
            <section class="giveaway-terms">
                <h2 id="terms">{words::TERMS}</h2>
                {paragraphs.into_iter().map(|text| view! { <p>{text}</p> }).collect_view()}
            </section>
            <Fairness giveaway />
        </Page>
    }
}

/// What a form without JavaScript has done.
#[component]
fn DoneAlready() -> impl IntoView {
    let query = use_query_map();
    let text = move || {
        let query = query.read();
        match (query.get_str("done")?, query.get("ticket").filter(|ticket| is_ticket(ticket))) {
            ("sent", _) => Some(words::SENT.to_owned()),
            ("confirmed", Some(ticket)) => Some(words::ticket(&ticket)),
            ("confirmed", None) => Some(words::CONFIRMED.to_owned()),
            _ => None,
        }
    };
    move || text().map(|text| view! { <p class="notice success" role="status">{text}</p> })
}

/// An address says what it likes: what is not a ticket is not repeated.
fn is_ticket(text: &str) -> bool {
    text.len() == 14 && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit() || byte.is_ascii_uppercase())
}

/// The form.
#[component]
fn Enter(slug: String) -> impl IntoView {
    let action = ServerAction::<EnterGiveaway>::new();
    let (answer, pending, error) = (action.value(), action.pending(), error_of(action));
    let errors = fields_of(error);
    let done = move || match answer.get() {
        Some(Ok(Entered::LinkSent)) => Some(words::SENT),
        Some(Ok(Entered::Confirmed)) => Some(words::CONFIRMED),
        _ => None,
    };
    Effect::new(move |_| {
        if done().is_some() {
            focus("#entered");
        }
    });
    view! {
        <section class="panel giveaway-enter">
            <div id="entered" role="status" tabindex="-1">
                {move || done().map(|text| view! { <p class="notice success">{text}</p> })}
            </div>
            <Refusal error told=words::refused />
            <PostForm action class="stacked" own_errors=true>
                <input type="hidden" name="slug" value=slug />
                <Field field=FieldName::Email name="email" label=words::EMAIL value=typed("email") errors
                    autocomplete="email" kind="email" inputmode="email" hint=words::EMAIL_HINT />
                <Agreement errors />
                <button type="submit" class="button primary" disabled=pending>{words::ENTER}</button>
            </PostForm>
        </section>
    }
}

#[component]
fn Agreement(#[prop(into)] errors: Signal<FieldErrors>) -> impl IntoView {
    let wrong = move || errors.with(|errors| errors.iter().any(|(field, _)| *field == FieldName::Agreement));
    view! {
        <div class="field" class:wrong=wrong>
            <label class="check">
                <input type="checkbox" name="agreed" value="true" required=true
                    aria-invalid=move || if wrong() { "true" } else { "false" } aria-describedby="agreed-error" />
                <span>{words::AGREEMENT} " " <a href="#terms">{words::TERMS}</a></span>
            </label>
            <FieldMessage field=FieldName::Agreement id="agreed-error" errors />
        </div>
    }
}

/// Where the link leads. Opening it changes nothing, because programs that look through mail open links too.
#[component]
fn Confirm(giveaway: Giveaway, token: String) -> impl IntoView {
    let action = ServerAction::<ConfirmEntry>::new();
    let (answer, pending, error) = (action.value(), action.pending(), error_of(action));
    let ticket = move || answer.get().and_then(Result::ok);
    Effect::new(move |_| {
        if ticket().is_some() {
            focus("#entered");
        }
    });
    let Giveaway { title, slug, .. } = giveaway;
    let back = format!("/giveaways/{slug}");
    view! {
        <Page title=words::CONFIRM_TITLE class="giveaway-page">
            <h1>{title}</h1>
            <div id="entered" role="status" tabindex="-1">
                {move || ticket().map(|ticket| view! { <p class="notice success">{words::ticket(&ticket)}</p> })}
            </div>
            <Refusal error told=words::refused />
            <div class="panel" class:done=move || ticket().is_some()>
                <p>{words::CONFIRM_TEXT}</p>
                <PostForm action class="stacked" own_errors=true>
                    <input type="hidden" name="slug" value=slug />
                    <input type="hidden" name="token" value=token />
                    <button type="submit" class="button primary" disabled=pending>{words::CONFIRM}</button>
                </PostForm>
            </div>
            <p><a href=back>{words::TERMS}</a></p>
        </Page>
    }
}

#[component]
fn Winners(drawn: Option<Drawn>) -> impl IntoView {
    let winners = drawn.map(|drawn| drawn.winners).unwrap_or_default();
    let list = if winners.is_empty() {
        view! { <p>{words::NO_WINNERS}</p> }.into_any()
    } else {
        let tickets = winners.into_iter().map(|ticket| view! { <li><code>{ticket}</code></li> }).collect_view();
        view! { <p>{words::WINNERS_TEXT}</p> <ol class="giveaway-winners">{tickets}</ol> }.into_any()
    };
    view! { <section class="panel"><h2>{words::WINNERS}</h2> {list}</section> }
}

/// How it is drawn, and what somebody needs who wants to draw it again.
#[component]
fn Fairness(giveaway: Giveaway) -> impl IntoView {
    let Giveaway { slug, commitment, beacon, drawn, list_hash, .. } = giveaway;
    let tickets = format!("/giveaways/{slug}/tickets.txt");
    let mixed_in = if beacon.is_empty() {
        view! { <p>{words::FAIR_NO_BEACON}</p> }.into_any()
    } else {
        view! { <p>{words::FAIR_BEACON} " " {beacon}</p> }.into_any()
    };
    let drawn = drawn.map(|drawn| {
        let list = list_hash.clone().unwrap_or_default();
        let command = format!("printf '%s\\n' {} {list} '{}' TICKET | sha256sum", drawn.seed, drawn.beacon);
        let beacon =
            (!drawn.beacon.is_empty()).then(|| view! { <Fact name=words::BEACON value=drawn.beacon.clone() /> });
        view! {
            <dl class="giveaway-proof">
                <Fact name=words::SEED value=drawn.seed />
                {beacon}
            </dl>
            <p>{words::FAIR_CHECK}</p>
            <pre class="giveaway-command"><code>{command}</code></pre>
        }
    });
    view! {
        <section class="giveaway-fair">
            <h2>{words::FAIR}</h2>
            <p>{words::FAIR_TEXT}</p>
            {mixed_in}
            <dl class="giveaway-proof"><Fact name=words::COMMITMENT value=commitment /></dl>
            {drawn}
            {list_hash.map(|hash| view! {
                <p>{words::LIST} ": " <a href=tickets rel="external">{words::TICKETS}</a></p>
                <dl class="giveaway-proof"><Fact name=words::LIST_HASH value=hash /></dl>
            })}
        </section>
    }
}

#[component]
fn Fact(name: &'static str, value: String) -> impl IntoView {
    view! { <div><dt>{name}</dt><dd><code>{value}</code></dd></div> }
}
