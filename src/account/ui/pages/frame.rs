//! What surrounds every page of the account: where one is, where one can go, and the way out.

use crate::{
    account::api::SignOut,
    domain::account::Role,
    messages::account as words,
    ui::{Page, PostForm, SideNav, Stop, follow_page},
};
use leptos::prelude::*;

/// The pages of the account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    Overview,
    Orders,
    Addresses,
    Security,
    Privacy,
}

/// A page of the account.
#[component]
pub fn AccountFrame(
    place: Place,
    #[prop(into)] title: String,
    /// What the customer is here, if they work here.
    role: Option<Role>,
    children: Children,
) -> impl IntoView {
    let sign_out = ServerAction::<SignOut>::new();
    follow_page(sign_out);
    view! {
        <Page title class="account-page">
            <div class="with-nav">
                <SideNav label=words::NAVIGATION stops=stops(place, role)>
                    <PostForm action=sign_out>
                        <button type="submit" class="link-button">{words::SIGN_OUT}</button>
                    </PostForm>
                </SideNav>
                <div class="area">{children()}</div>
            </div>
        </Page>
    }
}

fn stops(place: Place, role: Option<Role>) -> Vec<Stop> {
    let stop = |href, text, to: Place| Stop { href, text, is_here: place == to };
    let elsewhere = |href, text| Stop { href, text, is_here: false };
    let mut stops = vec![
        stop("/account", words::OVERVIEW, Place::Overview),
        stop("/account/orders", words::ORDERS, Place::Orders),
        stop("/account/addresses", words::ADDRESSES, Place::Addresses),
        elsewhere("/wishlist", words::WISHLIST),
        stop("/account/security", words::SECURITY, Place::Security),
        stop("/account/privacy", words::PRIVACY, Place::Privacy),
    ];
    stops.extend(role.map(|_| elsewhere("/admin", words::BACK_OFFICE)));
    stops
}
