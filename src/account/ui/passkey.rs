//! Stands in for the passkeys of the browser until they are here.

/// Why there is no passkey.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PasskeyError;

impl PasskeyError {
    /// What somebody is told.
    #[must_use]
    pub fn message(&self) -> &'static str {
        "This browser knows no passkeys."
    }
}

/// Whether this browser knows passkeys.
#[must_use]
pub fn is_supported() -> bool {
    false
}

/// Has the browser make a passkey.
pub async fn create(_options_json: String) -> Result<String, PasskeyError> {
    Err(PasskeyError)
}
