//! What surrounds every page of the back office.

use crate::{
    domain::account::{Area, Role, Verb},
    messages::admin as words,
    ui::{Page, SideNav, Stop},
};
use leptos::prelude::*;

/// The pages of the back office.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    Desk,
    Orders,
    Staff,
    Audit,
}

/// A page of the back office.
#[component]
pub fn AdminFrame(
    place: Place,
    /// Of whoever looks at it.
    role: Role,
    children: Children,
) -> impl IntoView {
    view! {
        <Page title=words::TITLE class="admin-page">
            <div class="with-nav">
                <SideNav label=words::TITLE stops=stops(place, role) />
                <div class="area">{children()}</div>
            </div>
        </Page>
    }
}

fn stops(place: Place, role: Role) -> Vec<Stop> {
    let stop = |href, text, to: Place| Stop { href, text, is_here: place == to };
    let mut stops = vec![stop("/admin", words::DESK, Place::Desk)];
    if role.may(Area::Orders, Verb::See) {
        stops.push(stop("/admin/orders", words::ORDERS, Place::Orders));
    }
    if role.may(Area::Staff, Verb::See) {
        stops.push(stop("/admin/staff", words::STAFF, Place::Staff));
        stops.push(stop("/admin/audit", words::AUDIT, Place::Audit));
    }
    stops.push(Stop { href: "/account", text: words::TO_SHOP, is_here: false });
    stops
}
