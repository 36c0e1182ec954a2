//! Signing in, registering, and the pages that links from emails lead to.

use crate::{account::ui::passkey::PasskeyError, error::AppError};

pub const EMAIL: &str = "Email";
pub const PASSWORD: &str = "Password";
pub const NEW_PASSWORD: &str = "New password";
pub const PASSWORD_HINT: &str = "At least 8 characters";
/// The button at a password, and the rest of its name for those who do not see where it stands.
pub const SHOW: &str = "Show";
pub const SHOW_WHAT: &str = " password";
pub const NAME: &str = "Full name";
pub const WORKING: &str = "One moment…";

pub const SIGN_IN: &str = "Sign in";
pub const PASSWORD_CHANGED: &str = "Your password is changed: sign in";
pub const NEW_HERE: &str = "New here?";
pub const CREATE_ACCOUNT: &str = "Create an account";
pub const OR: &str = "or";
pub const WITH_PASSKEY: &str = "Sign in with a passkey";

pub const CODE_TITLE: &str = "Enter your code";
pub const CODE_TEXT: &str = "Your password is right. Now we need the code that your app for one-time codes shows.";
pub const CODE: &str = "Code";
pub const CODE_HINT: &str = "6 digits. A recovery code works as well.";
pub const USE_RECOVERY: &str = "Use a recovery code";
pub const RECOVERY_TEXT: &str = "Your password is right. Now enter one of the recovery codes you kept when you set up \
                                 one-time codes. Each works once.";
pub const RECOVERY_CODE: &str = "Recovery code";
pub const USE_APP: &str = "Use a code from the app";
pub const START_AGAIN: &str = "Start again";

pub const REGISTER_TEXT: &str = "Your orders, addresses and wishlist in one place.";
pub const REGISTER: &str = "Create account";
pub const HAVE_ACCOUNT: &str = "Have an account already?";

pub const FORGOT: &str = "Forgot your password?";
pub const FORGOT_TEXT: &str = "Tell us your email address, and we send you a link to choose a new one.";
pub const SEND_LINK: &str = "Send a link";
pub const BACK_TO_SIGN_IN: &str = "Back to signing in";

pub const CHECK_EMAIL: &str = "Check your email";
pub const REGISTER_SENT: &str =
    "We have sent a link to the address you gave. Follow it to finish: it works for 24 hours.";
pub const FORGOT_SENT: &str =
    "If there is an account with this address, a link to choose a new password is on its way to it.";
pub const NOTHING_CAME: &str = "Nothing came? Look among the spam, or";
pub const TRY_AGAIN: &str = "try again";

pub const CONFIRM_TITLE: &str = "Confirm your email address";
pub const CONFIRM_TEXT: &str = "One step left: confirm that this address is yours.";
pub const CONFIRM_NEW_TEXT: &str = "Once it is confirmed, you sign in with it, and we write to it.";
pub const CONFIRM: &str = "Confirm";
pub const WHY_PASSWORD: &str = "You asked for the account in another browser. So that nobody else can finish it, enter the \
                                password you chose there.";
pub const NEW_PASSWORD_TITLE: &str = "Choose a new password";
pub const NEW_PASSWORD_TEXT: &str = "You are signed out everywhere else when it is saved.";
pub const SAVE_PASSWORD: &str = "Save password";
pub const EMAIL_CHANGED: &str = "Your email address is changed";
pub const EMAIL_CHANGED_TEXT: &str = "From now on, sign in with it.";
pub const TO_ACCOUNT: &str = "Go to your account";

pub const EXPIRED: &str = "This link does not work any more";
pub const EXPIRED_TEXT: &str = "It was used already, it is too old, or a newer one has been sent.";
pub const ASK_NEW_LINK: &str = "Ask for a new link";
pub const REGISTER_AGAIN: &str = "Register again";
pub const CHANGE_EMAIL_AGAIN: &str = "Change your email address";

/// What somebody at the door is told about an error.
#[must_use]
pub fn refused(error: &AppError) -> String {
    match error {
        AppError::TooManyRequests { retry_after } => format!("Too many tries. Try again in {}.", wait(*retry_after)),
        AppError::LinkExpired => format!("{EXPIRED}. {EXPIRED_TEXT}"),
        AppError::Malformed { .. } => super::error(&AppError::Internal),
        error => super::error(error),
    }
}

/// What is said at the code in place of [`refused`].
#[must_use]
pub fn code_refused(error: &AppError) -> String {
    match error {
        AppError::LinkExpired | AppError::SignInRequired => "That took too long. Start again below.".to_owned(),
        error => refused(error),
    }
}

/// Seconds as somebody would say them; never less than there are.
fn wait(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..60 => (seconds.max(1), "second"),
        60..3600 => (seconds.div_ceil(60), "minute"),
        _ => (seconds.div_ceil(3600), "hour"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

/// Why no passkey was used.
#[must_use]
pub fn passkey(error: PasskeyError) -> &'static str {
    match error {
        PasskeyError::Cancelled => "No passkey was used.",
        PasskeyError::AlreadyThere => "This device has a passkey of your account already.",
        PasskeyError::Impossible => "This browser could not use a passkey. Try it with your password.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_in_the_largest_unit_that_fits() {
        let told = |retry_after| refused(&AppError::TooManyRequests { retry_after });
        assert_eq!(told(0), "Too many tries. Try again in 1 second.");
        assert_eq!(told(30), "Too many tries. Try again in 30 seconds.");
        assert_eq!(told(60), "Too many tries. Try again in 1 minute.");
        assert_eq!(told(61), "Too many tries. Try again in 2 minutes.");
        assert_eq!(told(7200), "Too many tries. Try again in 2 hours.");
    }
}
