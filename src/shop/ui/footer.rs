//! The end of every page.

use super::use_frame;
use crate::{messages, shop::info::Frame};
use leptos::prelude::*;

/// The footer.
#[component]
pub fn Footer() -> impl IntoView {
    let frame = use_frame();
    view! {
        <Transition>
            {move || Suspend::new(async move {
                let frame = frame.load().await;
                frame.map(|frame| view! { <Foot frame /> })
            })}
        </Transition>
    }
}

#[component]
fn Foot(frame: Frame) -> impl IntoView {
    let Frame { name, tagline, shipping_note, menu, .. } = frame;
    view! {
        <footer class="site-footer">
            <div class="footer-about">
                <p class="footer-name">{name}</p>
                <p>{tagline}</p>
                <p class="quiet">{shipping_note}</p>
            </div>
            <nav aria-label=messages::ALL_PRODUCTS>
                <ul>
                    <li><a href="/search">{messages::ALL_PRODUCTS}</a></li>
                    {menu.into_iter().map(|entry| view! {
                        <li><a href=format!("/c/{}", entry.path)>{entry.name}</a></li>
                    }).collect_view()}
                </ul>
            </nav>
            <nav aria-label=messages::CART_AND_ACCOUNT>
                <ul>
                    <li><a href="/cart">{messages::CART}</a></li>
                    <li><a href="/wishlist">{messages::WISHLIST}</a></li>
                    <li><a href="/account">{messages::YOUR_ACCOUNT}</a></li>
                    <li><a href="/account/privacy">{messages::YOUR_PRIVACY}</a></li>
                </ul>
            </nav>
        </footer>
    }
}
