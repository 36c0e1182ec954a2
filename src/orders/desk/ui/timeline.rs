//! All that happened to an order, with who did it and why; and what colleagues write for each other.

use crate::{
    domain::address::Field as FieldName,
    messages::{self, order_desk as words},
    orders::desk::{
        api::AddNote,
        view::{DeskEntry, DeskOrder},
    },
    ui::{FieldMessage, Panel, PostForm, Refusal, error_of, fields_of, typed},
};
use leptos::prelude::*;

/// The newest first.
#[component]
pub fn Timeline(entries: Vec<DeskEntry>) -> impl IntoView {
    view! {
        <Panel id="timeline" heading=words::TIMELINE>
            <ol class="timeline">{entries.into_iter().map(entry).collect_view()}</ol>
        </Panel>
    }
}

fn entry(entry: DeskEntry) -> impl IntoView {
    let is_note = entry.event == "note";
    let who = words::actor(&entry.actor, &entry.person);
    let why = (!entry.why.is_empty()).then(|| view! { <p class="why">{entry.why}</p> });
    view! {
        <li class:note=is_note>
            <p><strong>{words::event(&entry.event)}</strong></p>
            {why}
            <p class="quiet small">{who} " · " {messages::date_and_time(entry.at)}</p>
        </li>
    }
}

/// The form for a note.
#[component]
pub fn Notes(order: DeskOrder, action: ServerAction<AddNote>) -> impl IntoView {
    let error = error_of(action);
    let errors = fields_of(error);
    let wrong = move || errors.with(|errors| errors.iter().any(|(field, _)| *field == FieldName::Note));
    view! {
        <Panel id="note" heading=words::NOTE>
            <PostForm action own_errors=true class="stacked">
                <Refusal error />
                <input type="hidden" name="number" value=order.order.number />
                <input type="hidden" name="attempt" value=order.attempt.to_string() />
                <div class="field" class:wrong=wrong>
                    <textarea id="note-text" name="note" rows="3" maxlength="2000" aria-labelledby="note"
                        aria-invalid=move || wrong().to_string() aria-describedby="note-hint note-error">
                        {typed("note")}
                    </textarea>
                    <p class="field-hint" id="note-hint">{words::NOTE_TEXT}</p>
                    <FieldMessage field=FieldName::Note id="note-error" errors />
                </div>
                <button type="submit" class="button plain" disabled=move || action.pending().get()>
                    {words::ADD_NOTE}
                </button>
            </PostForm>
        </Panel>
    }
}
