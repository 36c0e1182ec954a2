//! What emails say.

use crate::account::service::letters::Notice;

pub const VERIFY_HEADING: &str = "Confirm your email address";
pub const VERIFY: &str = "Confirm";
pub const NOT_YOU: &str = "If this was not you, do nothing: without this link nothing happens.";
pub const ALREADY_HEADING: &str = "You have an account already";
pub const ALREADY_FORGOTTEN: &str =
    "If you have forgotten your password, choose “Forgot your password?” there. If this was not you, do nothing.";
pub const SIGN_IN: &str = "Sign in";
pub const RESET_HEADING: &str = "Choose a new password";
pub const RESET_TEXT: &str = "Somebody, we hope you, asked for a new password. This link works for an hour, once.";
pub const RESET_NOT_YOU: &str = "If this was not you, do nothing: your password stays as it is.";
pub const RESET: &str = "Choose a password";
pub const INVITED_HEADING: &str = "You have been invited";
pub const CHANGE_HEADING: &str = "Confirm your new email address";
pub const CHANGE: &str = "Confirm";
pub const NOTICE_HEADING: &str = "Something about your account has changed";
pub const NOTICE_NOT_YOU: &str = "If this was not you, choose a new password now and sign out everywhere else.";
pub const WRITE_TO_US: &str = "If this was not you, write to us at once: answer this email.";
pub const ROLE_NOT_YOU: &str = "If you know nothing of this, answer this email.";
pub const SECURITY: &str = "Look at your account";
pub const EXPORT_HEADING: &str = "Your data is ready";
pub const EXPORT_TEXT: &str = "The copy of your data is ready. It can be fetched for three days, then it is deleted.";
pub const EXPORT: &str = "Go to your data";

#[must_use]
pub fn verify(shop: &str) -> String {
    format!(
        "Welcome to {shop}. Confirm that this is your address, and your account is ready. The link works for a day."
    )
}

#[must_use]
pub fn already(shop: &str) -> String {
    format!(
        "Somebody, we hope you, wanted to register at {shop} with this address. There is an account with it already."
    )
}

#[must_use]
pub fn invited(shop: &str) -> String {
    format!("You can work at {shop} from now on. Choose a password to begin. The link works for three days, once.")
}

#[must_use]
pub fn change(shop: &str) -> String {
    format!("Confirm that your account at {shop} is to have this address from now on. The link works for a day.")
}

#[must_use]
pub fn notice(notice: Notice) -> &'static str {
    match notice {
        Notice::PasswordChanged => "Your password was changed, and every other browser was signed out.",
        Notice::EmailAsked => {
            "Somebody, we hope you, asked for another email address for your account. Until a link that was sent there is \
             followed, nothing changes; a new password stops it."
        }
        Notice::RoleGiven => "You work at our shop from now on, or in another role. Sign in again for it.",
        Notice::EmailChanged => "Your account has another email address now; this one no longer signs you in.",
        Notice::CodesOn => "One-time codes were switched on: from now on you need one to sign in.",
        Notice::CodesOff => "One-time codes were switched off: your password alone signs you in.",
        Notice::RecoveryCodeUsed => "A recovery code was used to sign in. It does not work again.",
        Notice::PasskeyAdded => "A passkey was added. It signs you in without a password.",
        Notice::PasskeyRemoved => "A passkey was removed. It no longer signs you in.",
    }
}
