//! Pages of the back office.

use leptos::prelude::*;

/// Not built yet.
#[component]
pub fn AdminPages() -> impl IntoView {}
