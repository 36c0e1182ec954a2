//! Pages of the back office. Links lead only where one's role may go; the server decides all the same.

mod audit;
mod desk;
mod frame;
mod staff;
mod table;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The page of the address, which the router has found to be one of these.
#[component]
pub fn AdminPages() -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    match path.trim_end_matches('/') {
        "/admin/staff" => view! { <staff::StaffPage /> }.into_any(),
        "/admin/audit" => view! { <audit::AuditPage /> }.into_any(),
        _ => view! { <desk::DeskPage /> }.into_any(),
    }
}
