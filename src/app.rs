//! The page as a whole: what surrounds every page, and which page an address is.

mod account;
mod buying;
#[cfg_attr(feature = "split", path = "app/split.rs")]
#[cfg_attr(not(feature = "split"), path = "app/whole.rs")]
mod lazy;

use lazy::lazy_pages;

use crate::{
    account::ui::{ConsentBanner, provide_consent},
    cart::state::provide_cart,
    catalog::ui::ProductPage,
    error::AppError,
    messages,
    search::ui::{SearchPage, provide_filter_panel, provide_refinement},
    shop::ui::{Footer, Header, HomePage, provide_frame},
    ui::{Announcer, ErrorPage, focus_on, provide_announcer, provide_form_token},
};
use leptos::{prelude::*, server::ServerActionError};
use leptos_meta::provide_meta_context;
use leptos_router::{
    Lazy,
    components::{FlatRoutes, Route, Router},
    hooks::{use_location, use_query_map},
    path,
};

lazy_pages! {
    Search: SearchPage,
    Product: ProductPage,
    Buying: buying::BuyingPage,
    Account: account::AccountPages,
}

/// The shop.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_form_token();
    provide_announcer();
    provide_filter_panel();
    provide_refinement();
    provide_frame();
    let (is_routing, set_routing) = signal(false);
    view! { <Router set_is_routing=set_routing><Shop is_routing /></Router> }
}

/// Everything below the router.
#[component]
fn Shop(
    /// Whether the next page is on its way; until it is there, this one stays.
    is_routing: ReadSignal<bool>,
) -> impl IntoView {
    provide_form_error();
    provide_cart();
    provide_consent();
    view! {
        <a class="skip-link" href="#main">{messages::SKIP_TO_CONTENT}</a>
        <Header />
        <FollowFocus />
        <div class="routing" class:is-on=is_routing></div>
        <main id="main" tabindex="-1">
            <FlatRoutes fallback=|| view! { <ErrorPage error=AppError::NotFound /> }>
                <Route path=path!("/") view=HomePage />
                <Route path=path!("/search") view={Lazy::<Search>::new()} />
                <Route path=path!("/c/*path") view={Lazy::<Search>::new()} />
                <Route path=path!("/p/:handle") view={Lazy::<Product>::new()} />
                <Route path=path!("/cart") view={Lazy::<Buying>::new()} />
                <Route path=path!("/wishlist") view={Lazy::<Buying>::new()} />
                <Route path=path!("/wishlist/shared/:token") view={Lazy::<Buying>::new()} />
                <Route path=path!("/checkout") view={Lazy::<Buying>::new()} />
                <Route path=path!("/orders/:number") view={Lazy::<Buying>::new()} />
                <Route path=path!("/giveaways/:slug") view={Lazy::<Buying>::new()} />
                <Route path=path!("/login") view={Lazy::<Account>::new()} />
                <Route path=path!("/register") view={Lazy::<Account>::new()} />
                <Route path=path!("/forgot") view={Lazy::<Account>::new()} />
                <Route path=path!("/reset") view={Lazy::<Account>::new()} />
                <Route path=path!("/verify") view={Lazy::<Account>::new()} />
                <Route path=path!("/confirm-email") view={Lazy::<Account>::new()} />
                <Route path=path!("/account") view={Lazy::<Account>::new()} />
                <Route path=path!("/account/orders") view={Lazy::<Account>::new()} />
                <Route path=path!("/account/addresses") view={Lazy::<Account>::new()} />
                <Route path=path!("/account/security") view={Lazy::<Account>::new()} />
                <Route path=path!("/account/security/codes") view={Lazy::<Account>::new()} />
                <Route path=path!("/account/security/recovery") view={Lazy::<Account>::new()} />
                <Route path=path!("/account/privacy") view={Lazy::<Account>::new()} />
                <Route path=path!("/admin") view={Lazy::<Account>::new()} />
                <Route path=path!("/admin/orders") view={Lazy::<Account>::new()} />
                <Route path=path!("/admin/orders/:number") view={Lazy::<Account>::new()} />
                <Route path=path!("/admin/staff") view={Lazy::<Account>::new()} />
                <Route path=path!("/admin/audit") view={Lazy::<Account>::new()} />
            </FlatRoutes>
        </main>
        <Footer />
        <ConsentBanner />
        <Announcer />
    }
}

/// What a form that was sent without JavaScript came back with, for the actions of the whole shop. (The router tells its
/// pages by itself.)
fn provide_form_error() {
    let query = use_query_map().get_untracked();
    if let (Some(path), Some(error)) = (query.get_str("__path"), query.get_str("__err")) {
        provide_context(ServerActionError::new(path, error));
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
            focus_on(main);
        }
        path
    });
}
