//! Passkeys, as far as the browser has a part in them: it hands what the server asks to an authenticator (the device's
//! own, a phone, a key) and brings the answer back. Both are JSON as WebAuthn Level 3 writes it, so nothing is
//! translated here.

#[cfg(feature = "hydrate")]
mod browser;
#[cfg(not(feature = "hydrate"))]
mod browser {
    //! The server has no authenticators.

    use super::PasskeyError;

    /// Whether this browser can use passkeys.
    #[must_use]
    pub fn is_supported() -> bool {
        false
    }

    /// Makes a passkey.
    ///
    /// # Errors
    /// Always.
    pub async fn create(_options_json: String) -> Result<String, PasskeyError> {
        Err(PasskeyError::Impossible)
    }

    /// Uses a passkey.
    ///
    /// # Errors
    /// Always.
    pub async fn get(_options_json: String) -> Result<String, PasskeyError> {
        Err(PasskeyError::Impossible)
    }
}

pub use browser::{create, get, is_supported};

/// Why there is no answer of an authenticator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PasskeyError {
    /// Somebody thought better of it, or took too long: browsers do not tell which.
    Cancelled,
    /// The authenticator has a passkey of this account already.
    AlreadyThere,
    /// The browser or the authenticator cannot do what was asked.
    Impossible,
}
