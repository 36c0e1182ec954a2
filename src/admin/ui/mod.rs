//! Pages of the back office. Links lead only where one's role may go; the server decides all the same.

mod audit;
mod desk;
mod frame;
mod staff;
mod table;

pub use frame::{AdminFrame, Place};
pub use table::DataTable;

use crate::orders::desk::ui::{DeskOrderPage, OrdersPage};

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The page of the address, which the router has found to be one of these.
#[component]
pub fn AdminPages() -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    match path.trim_end_matches('/') {
        "/admin/staff" => view! { <staff::StaffPage /> }.into_any(),
        "/admin/audit" => view! { <audit::AuditPage /> }.into_any(),
        "/admin/orders" => view! { <OrdersPage /> }.into_any(),
        path if path.starts_with("/admin/orders/") => view! { <DeskOrderPage /> }.into_any(),
        _ => view! { <desk::DeskPage /> }.into_any(),
    }
}
