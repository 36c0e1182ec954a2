//! What staff did.

use super::{
    frame::{AdminFrame, Place},
    table::DataTable,
};
use crate::{
    account::view::{self, AuditEntry},
    admin::api::{get_audit, get_desk},
    messages::{self, admin::audit as words},
    ui::{Pager, load, use_page_number, when_loaded},
};
use leptos::prelude::*;

/// The page.
#[component]
pub fn AuditPage() -> impl IntoView {
    let page = use_page_number();
    let desk = load(|| (), |()| get_desk());
    let loaded = load(move || page.get(), get_audit);
    when_loaded(move || async move {
        let (desk, audit) = (desk.await?, loaded.await?);
        Ok(view! {
            <AdminFrame place=Place::Audit role=desk.role>
                <h1>{words::TITLE}</h1>
                <p class="quiet">{words::TEXT}</p>
                <Entries audit />
            </AdminFrame>
        }
        .into_any())
    })
}

#[component]
fn Entries(audit: view::AuditPage) -> impl IntoView {
    let view::AuditPage { entries, page, pages } = audit;
    let shown = match (entries.is_empty(), page) {
        (true, 1) => view! { <p>{words::NONE}</p> }.into_any(),
        (true, _) => view! {
            <p class="past-the-end">{words::PAST_THE_END} " " <a href="/admin/audit">{words::FIRST_PAGE}</a></p>
        }
        .into_any(),
        _ => {
            let columns = vec![words::TIME, words::WHO, words::WHAT, words::SUBJECT, words::DETAIL];
            let rows = entries.into_iter().map(row).collect();
            view! { <DataTable label=words::TITLE columns rows /> }.into_any()
        }
    };
    let href = |page: u32| format!("/admin/audit?page={page}");
    view! {
        {shown}
        <Pager page pages href />
    }
}

fn row(entry: AuditEntry) -> Vec<AnyView> {
    let AuditEntry { at, actor, action, subject, detail } = entry;
    vec![
        messages::date_and_time(at).into_any(),
        actor.into_any(),
        action.into_any(),
        subject.into_any(),
        detail.into_any(),
    ]
}
