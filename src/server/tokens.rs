//! Tokens that only this shop can make: signed with its secret (HMAC-SHA-256), compared in constant time.

use crate::domain::{ids::OrderId, timestamp::Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

type HmacSha256 = Hmac<Sha256>;

/// The holder of the secret.
#[derive(Clone)]
pub struct Signer {
    key: [u8; 32],
}

/// How long a guest's link to an order works.
const ORDER_LINK: i64 = 180 * Timestamp::DAY;

impl Signer {
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// The token by which a guest reaches an order: when it expires, and the signature of that.
    #[must_use]
    pub fn order_token(&self, order: OrderId, now: Timestamp) -> String {
        // Whole days, so that the link stays the same for a day.
        let expires = (now.0 + ORDER_LINK) / Timestamp::DAY * Timestamp::DAY;
        let seconds = expires / Timestamp::SECOND;
        format!("{seconds:x}.{}", hex(&self.sign("order", &[order.0.as_bytes(), &seconds.to_be_bytes()])))
    }

    /// Whether a token opens an order now.
    #[must_use]
    pub fn opens_order(&self, token: &str, order: OrderId, now: Timestamp) -> bool {
        let Some((seconds, signature)) = token.split_once('.') else { return false };
        let (Ok(seconds), Some(signature)) = (i64::from_str_radix(seconds, 16), unhex(signature)) else { return false };
        let parts: [&[u8]; 2] = [order.0.as_bytes(), &seconds.to_be_bytes()];
        self.mac("order", &parts).verify_slice(&signature).is_ok()
            && seconds.checked_mul(Timestamp::SECOND).is_some_and(|expires| now.0 < expires)
    }

    /// The token that a form of this visitor carries.
    #[must_use]
    pub fn form_token(&self, visitor: &str) -> String {
        hex(&self.sign("form", &[visitor.as_bytes()]))
    }

    /// Whether a form came from a page made for this visitor.
    #[must_use]
    pub fn is_form_token(&self, token: &str, visitor: &str) -> bool {
        unhex(token).is_some_and(|given| self.mac("form", &[visitor.as_bytes()]).verify_slice(&given).is_ok())
    }

    /// What a request is recognised by. Made with the secret, because what was hashed (a card number) could be guessed
    /// from a plain hash.
    #[must_use]
    pub fn request_hash(&self, scope: &str, body: &[u8]) -> Vec<u8> {
        self.sign("request", &[scope.as_bytes(), body]).to_vec()
    }

    /// A hash that only this shop can make: what it is of cannot be guessed from it.
    #[must_use]
    pub fn keyed_hash(&self, purpose: &str, message: &[u8]) -> Vec<u8> {
        self.sign(purpose, &[message]).to_vec()
    }

    /// Signs a message for a purpose: a webhook's body.
    #[must_use]
    pub fn signature(&self, purpose: &str, message: &[u8]) -> String {
        hex(&self.sign(purpose, &[message]))
    }

    /// Whether the signature is of this message for this purpose.
    #[must_use]
    pub fn is_signature(&self, purpose: &str, message: &[u8], signature: &str) -> bool {
        unhex(signature).is_some_and(|given| self.mac(purpose, &[message]).verify_slice(&given).is_ok())
    }

    fn sign(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        self.mac(purpose, parts).finalize().into_bytes().into()
    }

    /// Purpose and parts are told apart by their lengths, so that no two messages are signed alike.
    fn mac(&self, purpose: &str, parts: &[&[u8]]) -> HmacSha256 {
        // A key of any length is fine for HMAC.
        #[allow(clippy::expect_used)]
        let mut mac = HmacSha256::new_from_slice(&self.key).expect("HMAC takes keys of any length");
        for part in std::iter::once(purpose.as_bytes()).chain(parts.iter().copied()) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }
}

/// The hash under which a secret that a browser holds is stored.
#[must_use]
pub fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    digits.chunks(2).map(|pair| Some((digit(pair[0])? << 4 | digit(pair[1])?) as u8)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const NOW: Timestamp = Timestamp(1_795_000_000_000);

    #[test]
    fn a_link_opens_its_own_order_until_it_expires() {
        let signer = Signer::new([7; 32]);
        let (mine, other) = (OrderId(Uuid::from_u128(1)), OrderId(Uuid::from_u128(2)));
        let token = signer.order_token(mine, NOW);
        assert!(signer.opens_order(&token, mine, NOW));
        assert!(!signer.opens_order(&token, other, NOW));
        assert!(!signer.opens_order(&token, mine, NOW.plus(ORDER_LINK + Timestamp::DAY)));
        assert!(!Signer::new([8; 32]).opens_order(&token, mine, NOW));
    }

    #[test]
    fn forged_cut_and_empty_tokens_open_nothing() {
        let signer = Signer::new([7; 32]);
        let order = OrderId(Uuid::from_u128(1));
        let token = signer.order_token(order, NOW);
        let (seconds, signature) = token.split_once('.').unwrap();
        let later = i64::from_str_radix(seconds, 16).unwrap() + 1;
        let forged = [
            String::new(),
            ".".into(),
            token[..token.len() - 1].into(),
            format!("{later:x}.{signature}"),
            format!("{seconds}."),
            format!("ffffffffffffffff.{signature}"),
            "é".repeat(80),
        ];
        for forged in forged {
            assert!(!signer.opens_order(&forged, order, NOW), "{forged}");
        }
    }

    #[test]
    fn a_form_token_is_good_for_its_visitor_and_for_forms_only() {
        let signer = Signer::new([7; 32]);
        let token = signer.form_token("ada");
        assert!(signer.is_form_token(&token, "ada"));
        assert!(!signer.is_form_token(&token, "bob") && !signer.is_form_token("", ""));
        assert!(!signer.is_signature("webhook", b"ada", &token));
    }
}
