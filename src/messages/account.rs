//! What the pages of the account say.

use crate::domain::{account::Role, timestamp::Timestamp};

pub const NAVIGATION: &str = "Your account";
pub const OVERVIEW: &str = "Overview";
pub const ORDERS: &str = "Orders";
pub const ADDRESSES: &str = "Addresses";
pub const WISHLIST: &str = "Wishlist";
pub const SECURITY: &str = "Security";
pub const PRIVACY: &str = "Privacy";
pub const BACK_OFFICE: &str = "Back office";
pub const SIGN_OUT: &str = "Sign out";
pub const SAVE: &str = "Save";
pub const REMOVE: &str = "Remove";
pub const PASSWORD: &str = "Password";
pub const NAME: &str = "Full name";

#[must_use]
pub fn hello(name: &str) -> String {
    if name.is_empty() { "Hello".to_owned() } else { format!("Hello, {name}") }
}

#[must_use]
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::Manager => "Manager",
        Role::Fulfilment => "Fulfilment",
        Role::Merchandiser => "Merchandiser",
        Role::Support => "Support",
        Role::Viewer => "Viewer",
    }
}

/// The account's first page.
pub mod overview {
    use super::{super::date, Timestamp};

    pub const NEWEST: &str = "Your newest orders";
    pub const ALL_ORDERS: &str = "All orders";
    pub const NO_ORDERS: &str = "No orders yet";
    pub const NO_ORDERS_TEXT: &str = "What you order while you are signed in is kept here, with where it is just now.";
    pub const START: &str = "Start looking";
    pub const MANAGE: &str = "Manage addresses";
    pub const OPEN_WISHLIST: &str = "Open your wishlist";
    pub const DETAILS: &str = "Your details";
    pub const CHANGE_EMAIL: &str = "Change your email or password";

    #[must_use]
    pub fn since(at: Timestamp) -> String {
        format!("Customer since {}", date(at))
    }

    #[must_use]
    pub fn addresses(count: usize) -> String {
        match count {
            0 => "No address kept yet".to_owned(),
            1 => "1 address".to_owned(),
            count => format!("{count} addresses"),
        }
    }

    #[must_use]
    pub fn saved(count: usize) -> String {
        match count {
            0 => "Nothing saved yet".to_owned(),
            1 => "1 thing saved".to_owned(),
            count => format!("{count} things saved"),
        }
    }

    #[must_use]
    pub fn done(what: &str) -> Option<&'static str> {
        (what == "name").then_some("Your name is saved.")
    }
}

pub mod orders {
    pub const TITLE: &str = "Your orders";
    pub const PAST_THE_END: &str = "There are no more orders on this page.";
    pub const FIRST_PAGE: &str = "Go to the first page";

    #[must_use]
    pub fn number(number: &str) -> String {
        format!("Order {number}")
    }

    #[must_use]
    pub fn items(count: u32) -> String {
        if count == 1 { "1 item".to_owned() } else { format!("{} items", super::super::number(count)) }
    }
}

pub mod addresses {
    pub const TITLE: &str = "Your addresses";
    pub const NONE: &str = "No address is kept yet. Add one, and the checkout fills it in for you.";
    pub const FIRST: &str = "Used first";
    pub const USE_FIRST: &str = "Use first";
    pub const EDIT: &str = "Edit";
    pub const ADD: &str = "Add an address";
    pub const CHANGE: &str = "Edit the address";
    pub const SAVE: &str = "Save address";
    pub const CANCEL: &str = "Cancel";

    #[must_use]
    pub fn done(what: &str) -> Option<&'static str> {
        match what {
            "saved" => Some("The address is saved."),
            "deleted" => Some("The address is removed."),
            _ => None,
        }
    }
}

pub mod security {
    use super::{
        super::{date, date_and_time},
        Timestamp,
    };

    pub const TITLE: &str = "Security";
    pub const CODES_NEEDED: &str = "Your work here needs one-time codes: set them up first.";

    pub const SIGN_IN_WITH_CODE: &str =
        "Your work here needs a sign-in with a one-time code: sign out, and in again with one.";

    pub const EMAIL: &str = "Email";
    pub const CHANGE_EMAIL: &str = "Change email";
    pub const NEW_EMAIL: &str = "New email";
    pub const SEND_LINK: &str = "Send the link";

    pub const PASSWORD: &str = "Password";
    pub const PASSWORD_TEXT: &str = "Changing it signs you out everywhere else.";
    pub const CHANGE_PASSWORD: &str = "Change password";
    pub const CURRENT_PASSWORD: &str = "Current password";
    pub const NEW_PASSWORD: &str = "New password";
    pub const PASSWORD_HINT: &str =
        "At least 8 characters. A few words in a row are easy to remember and hard to guess.";
    pub const NO_PASSWORD: &str = "You have no password yet.";
    pub const CHOOSE_PASSWORD: &str = "Have a link sent to choose one";

    pub const CODES: &str = "One-time codes";
    pub const CODES_OFF: &str = "Off. With codes, somebody who knows your password still needs your phone to get in.";
    pub const CODES_REQUIRED: &str = "Everybody who works here signs in with codes, so they have to be on.";
    pub const SET_UP: &str = "Set up codes";
    pub const CONTINUE: &str = "Continue";
    pub const SWITCH_OFF: &str = "Switch codes off";
    pub const NEW_CODES: &str = "Make new recovery codes";
    pub const NEW_CODES_TEXT: &str = "The old ones stop working at once.";

    pub const PASSKEYS: &str = "Passkeys";
    pub const PASSKEYS_TEXT: &str = "Sign in with your fingerprint, your face or your device’s PIN. There is nothing to remember and nothing to steal.";
    pub const NO_PASSKEYS: &str = "You have none yet.";
    pub const NO_SUPPORT: &str = "To add a passkey, open this page with JavaScript in a browser that knows passkeys.";
    pub const ADD_PASSKEY: &str = "Add a passkey";
    pub const PASSKEY_NAME: &str = "Name";
    pub const PASSKEY_HINT: &str = "What you will know it by: “Phone”, “Laptop”.";
    pub const NEVER_USED: &str = "not used yet";

    pub const SESSIONS: &str = "Where you are signed in";
    pub const THIS_BROWSER: &str = "This browser";
    pub const END_OTHERS: &str = "Sign out everywhere else";

    #[must_use]
    pub fn waiting(email: &str) -> String {
        format!("{email} waits: follow the link that we sent there. Until then nothing changes.")
    }

    #[must_use]
    pub fn codes_since(at: Timestamp) -> String {
        format!("On since {}.", date(at))
    }

    #[must_use]
    pub fn recovery_left(count: u32) -> String {
        match count {
            0 => "No recovery codes are left. Make new ones, for the day your phone is lost.".to_owned(),
            1 => "1 recovery code is left.".to_owned(),
            count => format!("{count} recovery codes are left."),
        }
    }

    #[must_use]
    pub fn passkey_dates(created: Timestamp, used: Option<Timestamp>) -> String {
        let used = used.map_or_else(|| NEVER_USED.to_owned(), |at| format!("last used {}", date(at)));
        format!("Added {}, {used}", date(created))
    }

    #[must_use]
    pub fn session_dates(created: Timestamp, seen: Timestamp) -> String {
        format!("Since {}, last seen {}", date(created), date_and_time(seen))
    }

    #[must_use]
    pub fn done(what: &str) -> Option<&'static str> {
        match what {
            "password" => Some("Your password is changed, and you are signed out everywhere else."),
            "sent" => Some("We sent a link to the new address. Follow it, and the address is yours here."),
            "email" => Some("Your new email address is in place."),
            "ended" => Some("Signed out there."),
            "codes-off" => Some("One-time codes are off."),
            "passkey-added" => Some("The passkey is added."),
            "passkey-removed" => Some("The passkey is removed."),
            _ => None,
        }
    }
}

/// Setting up one-time codes.
pub mod codes {
    pub const TITLE: &str = "Set up one-time codes";
    pub const SCAN: &str = "1. Scan this with your app";
    pub const SCAN_TEXT: &str =
        "Any app for one-time codes will do: the one in your password manager, or one of its own.";
    pub const QR: &str = "QR code with the key for your app";
    pub const OPEN_APP: &str = "Open it in an app on this device";
    pub const TYPE_KEY: &str = "Or type this key:";
    pub const CONFIRM: &str = "2. Enter the code it shows";
    pub const CODE: &str = "Code";
    pub const CODE_HINT: &str = "Six digits, new every half minute.";
    pub const SWITCH_ON: &str = "Switch on";

    pub const RECOVERY: &str = "Your recovery codes";
    pub const KEEP: &str = "Keep them in a safe place";
    pub const RECOVERY_TEXT: &str =
        "When your phone is lost, one of these gets you in, in place of a one-time code. Each works once.";
    pub const PRINT: &str =
        "Print them or keep them in your password manager. They can be seen here for ten minutes only.";
    pub const COPY: &str = "Copy the codes";
    pub const COPIED: &str = "Copied";
    pub const DONE: &str = "Done";
    pub const PUT_AWAY: &str = "Your recovery codes are put away";
    pub const PUT_AWAY_TEXT: &str =
        "They can be seen for ten minutes after they were made. If you did not keep them, make new ones.";
    pub const BACK: &str = "Back to security";
}

pub mod privacy {
    use super::{super::date, Timestamp};

    pub const TITLE: &str = "Privacy";

    pub const KEPT: &str = "What we keep, and why";
    /// What is kept, and what for.
    pub const KEPT_THINGS: [(&str, &str); 4] = [
        (
            "One cookie",
            "It knows your cart, your wishlist and that you are signed in. The shop does not work without it, so it is not asked for.",
        ),
        (
            "Your account",
            "Your name, your email, your addresses, and where you are signed in: to know you again and to bill and deliver.",
        ),
        (
            "Your orders",
            "What you bought, what it cost and where it went: for delivery, for returns, and for the books.",
        ),
        (
            "Searches",
            "What is searched for and what is looked at after that, without who it was: to make searching better.",
        ),
    ];

    pub const CHOICES: &str = "Your choices";
    pub const NO_CHOICES: &str = "There is nothing to choose: this shop does nothing that would need your consent.";
    pub const YES: &str = "Yes";
    pub const NO: &str = "No";
    pub const NOT_ANSWERED: &str = "Not answered yet, so it is not done.";

    pub const COPY: &str = "A copy of your data";
    pub const COPY_TEXT: &str = "Everything that is kept about you, as one file that people and programs can read. It takes a moment to prepare.";
    pub const PREPARE: &str = "Prepare a copy";
    pub const BEING_PREPARED: &str = "Being prepared. Load this page again in a moment.";
    pub const DOWNLOAD: &str = "Download";

    pub const ERASE: &str = "Erase your account";
    pub const ERASE_TEXT: &str = "Your name, your addresses, your wishlist and your sign-in are erased, and this cannot be undone. \
         Of your orders the amounts stay, because the books need them; they no longer say whose they are.";
    pub const ERASE_STAFF: &str =
        "You work here, so your account cannot be erased. Ask an owner to take your role away first.";
    pub const SURE: &str = "I understand that this cannot be undone";
    pub const ERASED: &str = "Your account is erased. Thank you for having been here.";
    pub const ERASE_BUTTON: &str = "Erase my account";

    #[must_use]
    pub fn open_orders(count: u32) -> String {
        if count == 1 {
            "One order is on its way. Its address is kept until it has arrived, and erased then.".to_owned()
        } else {
            format!(
                "{count} orders are on their way. Their addresses are kept until they have arrived, and erased then."
            )
        }
    }

    #[must_use]
    pub fn answered(granted: bool, at: Option<Timestamp>) -> String {
        let answer = if granted { "You said yes" } else { "You said no" };
        at.map_or_else(|| format!("{answer}."), |at| format!("{answer} on {}.", date(at)))
    }

    #[must_use]
    pub fn copy_of(at: Timestamp) -> String {
        format!("Copy of {}", date(at))
    }

    #[must_use]
    pub fn kept_until(at: Timestamp) -> String {
        format!("Can be fetched until {}", date(at))
    }

    #[must_use]
    pub fn done(what: &str) -> Option<&'static str> {
        (what == "export").then_some("Your copy is being prepared.")
    }
}

/// The banner that asks for consent.
pub mod consent {
    pub const REGION: &str = "Your consent";
    pub const ALLOW: &str = "Allow";
    pub const REFUSE: &str = "Don't allow";
    pub const MORE: &str = "More about your privacy";
    pub const THANKS: &str = "Thank you, that is noted.";
}
