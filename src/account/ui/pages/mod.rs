//! What somebody has here: orders, addresses, security, privacy.

use leptos::prelude::*;

/// Not built yet.
#[component]
pub fn AccountPage() -> impl IntoView {}

/// Not built yet.
#[component]
pub fn OrdersPage() -> impl IntoView {}

/// Not built yet.
#[component]
pub fn AddressesPage() -> impl IntoView {}

/// Not built yet.
#[component]
pub fn SecurityPage() -> impl IntoView {}

/// Not built yet.
#[component]
pub fn CodesPage() -> impl IntoView {}

/// Not built yet.
#[component]
pub fn RecoveryPage() -> impl IntoView {}

/// Not built yet.
#[component]
pub fn PrivacyPage() -> impl IntoView {}
