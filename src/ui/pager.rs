//! Links to the other pages of a long list.

use super::{Icon, Shape};
use crate::messages::{self, search as words};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Links to other pages: the first, the last, and those around this one.
#[component]
pub fn Pager<H>(
    /// This page, from 1.
    page: u32,
    pages: u32,
    /// The address of a page.
    href: H,
) -> impl IntoView
where
    H: Fn(u32) -> String,
{
    let near = |n: &u32| *n == 1 || *n == pages || n.abs_diff(page) <= 1;
    let mut shown: Vec<u32> = (1..=pages.min(3)).chain(page.saturating_sub(1)..=(page + 1).min(pages)).collect();
    shown.extend(pages.saturating_sub(1)..=pages);
    shown.retain(|n| *n >= 1 && (near(n) || pages <= 5));
    shown.sort_unstable();
    shown.dedup();
    let mut last = 0;
    let mut links = Vec::new();
    for n in shown {
        let gap = (n > last + 1).then(|| view! { <li class="gap" aria-hidden="true">"…"</li> });
        last = n;
        let current = (n == page).then_some("page");
        links.push(view! {
            {gap}
            <li><a href=href(n) aria-label=words::page(n) aria-current=current>{messages::number(n)}</a></li>
        });
    }
    let arrow = |to: u32, label: &'static str, shape: Shape, rel: &'static str| {
        view! {
            <li><a class="arrow" href=href(to) aria-label=label rel=rel><Icon shape /></a></li>
        }
    };
    let previous = (page > 1 && page <= pages).then(|| arrow(page - 1, words::PREVIOUS, Shape::ArrowLeft, "prev"));
    let next = (page < pages).then(|| arrow(page + 1, words::NEXT, Shape::ArrowRight, "next"));
    (pages > 1).then(|| {
        view! {
            <nav class="pager" aria-label=words::PAGES><ul>{previous}{links}{next}</ul></nav>
        }
    })
}

/// The page that the address names (`?page=`), from 1; what is no number is the first.
#[must_use]
pub fn use_page_number() -> Memo<u32> {
    let query = use_query_map();
    Memo::new(move |_| {
        query.read().get_str("page").and_then(|page| page.parse().ok()).filter(|page| *page > 0).unwrap_or(1)
    })
}
