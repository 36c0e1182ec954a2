//! The way around pages that belong together: beside them where there is room, else a row above them.

use leptos::{html::Ul, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};

/// A page to go to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stop {
    pub href: &'static str,
    pub text: &'static str,
    /// It is the page one is on.
    pub is_here: bool,
}

/// Links to the pages, and what else belongs at their end.
#[component]
pub fn SideNav(
    /// What the pages have in common.
    label: &'static str,
    stops: Vec<Stop>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let list = NodeRef::<Ul>::new();
    show_where_one_is(list);
    let stop = |stop: Stop| {
        let current = stop.is_here.then_some("page");
        view! { <li><a href=stop.href aria-current=current>{stop.text}</a></li> }
    };
    view! {
        <nav class="side-nav" aria-label=label>
            <ul node_ref=list>
                {stops.into_iter().map(stop).collect_view()}
                {children.map(|children| view! { <li>{children()}</li> })}
            </ul>
        </nav>
    }
}

/// On a phone the row is longer than the screen.
fn show_where_one_is(list: NodeRef<Ul>) {
    Effect::new(move |_| {
        let Some(list) = list.get() else { return };
        let find = |selector| list.query_selector(selector).ok().flatten().map(JsCast::unchecked_into::<HtmlElement>);
        if let (Some(first), Some(here)) = (find("a"), find("[aria-current]")) {
            list.set_scroll_left(here.offset_left() - first.offset_left());
        }
    });
}
