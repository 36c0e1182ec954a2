//! Parts of a page that have a heading, and parts that open when they are wanted.

use leptos::prelude::*;

/// A part of a page with a heading of its own.
#[component]
pub fn Panel(
    /// The id of its heading.
    id: &'static str,
    heading: &'static str,
    /// More classes.
    #[prop(default = "")]
    class: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <section class=format!("panel {class}") aria-labelledby=id>
            <h2 id=id>{heading}</h2>
            {children()}
        </section>
    }
}

/// Something that opens when it is wanted, without JavaScript too.
#[component]
pub fn Fold(
    /// What one opens.
    label: &'static str,
    /// Open whether or not somebody opened it: there is something to see inside.
    #[prop(into)]
    open: Signal<bool>,
    children: Children,
) -> impl IntoView {
    view! {
        <details class="fold" open=open>
            <summary>{label}</summary>
            <div class="fold-inside">{children()}</div>
        </details>
    }
}
