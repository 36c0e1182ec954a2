//! What the back office says.

use crate::domain::account::{Area, Role};

pub const TITLE: &str = "Back office";
pub const DESK: &str = "Desk";
pub const ORDERS: &str = "Orders";
pub const STAFF: &str = "Staff";
pub const AUDIT: &str = "Audit log";
pub const TO_SHOP: &str = "Your account";

#[must_use]
pub fn area(area: Area) -> &'static str {
    match area {
        Area::Orders => "Orders",
        Area::Catalogue => "Catalogue",
        Area::Customers => "Customers",
        Area::Promotions => "Promotions",
        Area::Reports => "Reports",
        Area::Settings => "Settings",
        Area::Staff => "Staff",
    }
}

/// What a role is for, in a line.
#[must_use]
pub fn role_text(role: Role) -> &'static str {
    match role {
        Role::Owner => "Everything, also who else works here.",
        Role::Manager => "Everything but who works here.",
        Role::Fulfilment => "Packs and sends orders.",
        Role::Merchandiser => "Keeps products and stock.",
        Role::Support => "Answers customers.",
        Role::Viewer => "Looks, and changes nothing.",
    }
}

pub mod desk {
    pub const MAY: &str = "What your role may do";
    pub const AREA: &str = "Area";
    pub const SEE: &str = "See";
    pub const CHANGE: &str = "Change";
    pub const YES: &str = "Yes";
    pub const NO: &str = "No";
    pub const SETTINGS: &str = "Settings";
    pub const ASK: &str = "Ask customers whether their steps may be counted together";
    pub const ASK_TEXT: &str =
        "While this is on, a banner asks everybody who has not answered yet. While it is off, nobody is asked.";
    pub const ON: &str = "On";
    pub const OFF: &str = "Off";

    #[must_use]
    pub fn done(what: &str) -> Option<&'static str> {
        (what == "settings").then_some("The settings are saved.")
    }
}

pub mod staff {
    use crate::domain::timestamp::Timestamp;

    pub const TITLE: &str = "Who works here";
    pub const NAME: &str = "Name";
    pub const ROLE: &str = "Role";
    pub const SINCE: &str = "Since";
    pub const CODES: &str = "One-time codes";
    pub const ACTIONS: &str = "Actions";
    pub const SAVE: &str = "Save";
    pub const REMOVE: &str = "Remove";
    pub const YOU: &str = "you";
    pub const SET_UP: &str = "Set up";
    pub const NOT_SET_UP: &str = "Not yet";
    pub const ADD_HEADING: &str = "Add a colleague";
    pub const ADD_TEXT: &str = "Who has no account yet is sent a link to choose a password.";
    pub const EMAIL: &str = "Email";
    pub const ADD: &str = "Add";
    pub const CHOOSE_ROLE: &str = "Choose a role";

    #[must_use]
    pub fn role_of(name: &str) -> String {
        format!("Role of {name}")
    }

    #[must_use]
    pub fn since(at: Timestamp) -> String {
        super::super::date(at)
    }

    #[must_use]
    pub fn done(what: &str) -> Option<&'static str> {
        match what {
            "role" => Some("The role is given."),
            "removed" => Some("The role is taken away, and the colleague is signed out."),
            _ => None,
        }
    }
}

pub mod audit {
    pub const TITLE: &str = "What staff did";
    pub const TEXT: &str = "Every change that staff make is written down here, and stays.";
    pub const NONE: &str = "Nothing is written down yet.";
    pub const TIME: &str = "Time";
    pub const WHO: &str = "Who";
    pub const WHAT: &str = "What";
    pub const SUBJECT: &str = "Subject";
    pub const DETAIL: &str = "Detail";
    pub const PAST_THE_END: &str = "There is nothing more on this page.";
    pub const FIRST_PAGE: &str = "Go to the first page";
}
