//! The browsers that are signed in.

use super::Actions;
use crate::{
    account::view::Session,
    messages::account::{self, security as words},
    ui::{Panel, PostForm},
};
use leptos::prelude::*;

/// Each with a way to sign it out; this very one has that in the navigation.
#[component]
pub fn SessionsPanel(sessions: Vec<Session>, actions: Actions) -> impl IntoView {
    let others = sessions.iter().any(|session| !session.current);
    let row = move |session| view! { <li><Row session actions /></li> };
    view! {
        <Panel id="sessions" heading=words::SESSIONS>
            <ul class="rows" aria-labelledby="sessions">{sessions.into_iter().map(row).collect_view()}</ul>
            {others.then(|| view! {
                <PostForm action=actions.end_others>
                    <button type="submit" class="button plain">{words::END_OTHERS}</button>
                </PostForm>
            })}
        </Panel>
    }
}

#[component]
fn Row(session: Session, actions: Actions) -> impl IntoView {
    let Session { id, device, created_at, seen_at, current } = session;
    let label = device.clone();
    let end = if current {
        view! { <p class="badge">{words::THIS_BROWSER}</p> }.into_any()
    } else {
        view! {
            <PostForm action=actions.end>
                <input type="hidden" name="id" value=id.to_string() />
                <button type="submit" class="link-button">{account::SIGN_OUT}</button>
            </PostForm>
        }
        .into_any()
    };
    view! {
        <div class="row" role="group" aria-label=label>
            <div>
                <p class="row-name">{device}</p>
                <p class="quiet small">{words::session_dates(created_at, seen_at)}</p>
            </div>
            {end}
        </div>
    }
}
