//! The page as a whole: what surrounds every page, and which page an address is.

#[cfg(not(feature = "split"))]
#[path = "app/whole.rs"]
mod lazy;
#[cfg(feature = "split")]
#[path = "app/split.rs"]
mod lazy;

use crate::{
    cart::{state::provide_cart, ui::CartPage},
    catalog::ui::ProductPage,
    error::AppError,
    messages,
    search::ui::{SearchPage, provide_last_focus},
    shop::ui::{Footer, Header, HomePage, provide_frame},
    ui::{Announcer, ErrorPage, provide_announcer, provide_form_token},
    wishlist::ui::{SharedWishlistPage, WishlistPage},
};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    Lazy,
    components::{FlatRoutes, Route, Router},
    hooks::use_location,
    path,
};

/// The shop.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_form_token();
    provide_announcer();
    provide_last_focus();
    provide_frame();
    provide_cart();
    view! {
        <Router>
            <a class="skip-link" href="#main">{messages::SKIP_TO_CONTENT}</a>
            <Header />
            <FollowFocus />
            <main id="main" tabindex="-1">
                <FlatRoutes fallback=|| view! { <ErrorPage error=AppError::NotFound /> }>
                    <Route path=path!("/") view=HomePage />
                    <Route path=path!("/search") view=SearchPage />
                    <Route path=path!("/c/*path") view=SearchPage />
                    <Route path=path!("/p/:handle") view=ProductPage />
                    <Route path=path!("/cart") view=CartPage />
                    <Route path=path!("/wishlist") view=WishlistPage />
                    <Route path=path!("/wishlist/shared/:token") view=SharedWishlistPage />
                    <Route path=path!("/checkout") view={Lazy::<lazy::Checkout>::new()} />
                    <Route path=path!("/orders/:number") view={Lazy::<lazy::Order>::new()} />
                </FlatRoutes>
            </main>
            <Footer />
            <Announcer />
        </Router>
    }
}

/// Moves the focus to a new page, so that keyboard and screen reader are where the eye is.
#[component]
fn FollowFocus() -> impl IntoView {
    let location = use_location();
    Effect::new(move |before: Option<String>| {
        let path = location.pathname.get();
        if before.is_some_and(|before| before != path)
            && let Some(main) = document().get_element_by_id("main")
        {
            let _ = leptos::wasm_bindgen::JsCast::unchecked_into::<leptos::web_sys::HtmlElement>(main).focus();
        }
        path
    });
}
