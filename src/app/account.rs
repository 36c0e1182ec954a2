//! Signing in, the account and the back office as one part of the program: in a split build the browser fetches it when
//! somebody gets that far. One part, because each further one doubles the number of files for what some of them share.

use crate::{
    account::ui::{door, pages},
    admin::ui::AdminPages,
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The page of the address, which the router has found to be one of these.
#[component]
pub fn AccountPages() -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    match path.trim_end_matches('/') {
        path if path == "/admin" || path.starts_with("/admin/") => view! { <AdminPages /> }.into_any(),
        "/register" => view! { <door::RegisterPage /> }.into_any(),
        "/forgot" => view! { <door::ForgotPage /> }.into_any(),
        "/reset" | "/verify" | "/confirm-email" => view! { <door::LinkPage /> }.into_any(),
        "/account" => view! { <pages::AccountPage /> }.into_any(),
        "/account/orders" => view! { <pages::OrdersPage /> }.into_any(),
        "/account/addresses" => view! { <pages::AddressesPage /> }.into_any(),
        "/account/security" => view! { <pages::SecurityPage /> }.into_any(),
        "/account/security/codes" => view! { <pages::CodesPage /> }.into_any(),
        "/account/security/recovery" => view! { <pages::RecoveryPage /> }.into_any(),
        "/account/privacy" => view! { <pages::PrivacyPage /> }.into_any(),
        _ => view! { <door::LoginPage /> }.into_any(),
    }
}
