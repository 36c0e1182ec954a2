//! The top of every page: name, menu, search, account, wishlist, cart. Works without JavaScript: the menu is a `details`.

use super::use_frame;
use crate::{
    cart::{api::Summary, state::use_cart, ui::CartLink},
    messages,
    search::ui::SearchBox,
    shop::info::{Frame, MenuEntry},
    ui::{Icon, Shape},
    wishlist::ui::WishlistLink,
};
use leptos::{html, prelude::*};
use leptos_router::hooks::use_location;

/// The header.
#[component]
pub fn Header() -> impl IntoView {
    let frame = use_frame();
    let cart = use_cart();
    view! {
        <Transition>
            {move || Suspend::new(async move {
                let frame = frame.load().await;
                let summary = cart.at_first().await;
                frame.map(|frame| view! { <Bar frame summary /> })
            })}
        </Transition>
    }
}

#[component]
fn Bar(frame: Frame, summary: Summary) -> impl IntoView {
    let Frame { name, announcement, menu: entries, .. } = frame;
    let wide = entries.clone();
    let items = summary.items();
    let menu = NodeRef::<html::Details>::new();
    let close = move || {
        if let Some(menu) = menu.get_untracked() {
            let _ = menu.remove_attribute("open");
        }
    };
    let location = use_location();
    Effect::new(move |_| {
        location.pathname.track();
        close();
    });
    view! {
        {(!announcement.is_empty()).then(|| view! { <p class="announcement">{announcement}</p> })}
        <header class="site-header">
            <details class="menu" node_ref=menu on:keydown=move |ev| if ev.key() == "Escape" { close() }>
                <summary aria-label=messages::MENU><Icon shape=Shape::Menu /></summary>
                <nav aria-label=messages::MENU><MenuList entries /></nav>
            </details>
            <a class="brand-mark" href="/"><img src="/favicon.svg" alt="" width="32" height="32" /><span>{name}</span></a>
            <nav class="wide-menu" aria-label=messages::SHOP_BY_CATEGORY><MenuList entries=wide /></nav>
            <SearchBox />
            <a class="header-link" href="/account" aria-label=messages::ACCOUNT><Icon shape=Shape::Person /></a>
            <WishlistLink saved=summary.saved />
            <CartLink items />
        </header>
    }
}

#[component]
fn MenuList(entries: Vec<MenuEntry>) -> impl IntoView {
    let entry = |entry: MenuEntry| {
        let children = (!entry.children.is_empty()).then(|| {
            view! {
                <ul>{entry.children.into_iter().map(|child| view! {
                    <li><a href=format!("/c/{}", child.path)>{child.name}</a></li>
                }).collect_view()}</ul>
            }
        });
        view! { <li><a href=format!("/c/{}", entry.path)>{entry.name}</a>{children}</li> }
    };
    view! { <ul class="menu-list">{entries.into_iter().map(entry).collect_view()}</ul> }
}
