//! Signing in, registering, and the pages that links from emails lead to.

use leptos::prelude::*;

/// Not built yet.
#[component]
pub fn LoginPage() -> impl IntoView {}

/// Not built yet.
#[component]
pub fn RegisterPage() -> impl IntoView {}

/// Not built yet.
#[component]
pub fn ForgotPage() -> impl IntoView {}

/// Not built yet.
#[component]
pub fn LinkPage() -> impl IntoView {}
