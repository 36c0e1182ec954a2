//! The email address of an account: what it is compared by, and which ones are not taken because they look like others.

use crate::{
    domain::address::{Email, Field, Problem},
    error::AppError,
};
use unicode_normalization::UnicodeNormalization;
use unicode_security::{GeneralSecurityProfile, MixedScript, confusable_detection::skeleton};

/// An address that an account can have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccountEmail {
    /// As it was typed.
    pub shown: String,
    /// In lower case: how addresses are compared.
    pub key: String,
}

impl AccountEmail {
    /// Parses what was typed. Letters that only look like others are refused: half-width and other compatibility forms,
    /// scripts mixed within one word (a Cyrillic `а` among Latin letters), and words of another script that look Latin from
    /// end to end (UTS #39).
    pub fn parse(text: &str) -> Result<Self, AppError> {
        let wrong = |problem| AppError::invalid(Field::Email, problem);
        if text.trim().is_empty() {
            return Err(wrong(Problem::Missing));
        }
        let email = Email::try_from(text.to_owned()).map_err(|_| wrong(Problem::Malformed))?;
        let shown = email.as_str().to_owned();
        let key = key(&shown);
        let honest = |word: &str| word.is_single_script() && !looks_latin(word);
        let plain = is_plain(&shown) && is_plain(&key) && key.split(['@', '.']).all(honest);
        if plain { Ok(Self { shown, key }) } else { Err(wrong(Problem::Malformed)) }
    }
}

/// How an address is compared, also one that could not be an account's. No database takes a NUL for text.
#[must_use]
pub fn key(email: &str) -> String {
    email.trim().to_lowercase().replace('\0', "\u{fffd}")
}

/// Whether a word of other letters looks as if it were written in ASCII: its skeleton (UTS #39) is.
fn looks_latin(word: &str) -> bool {
    !word.is_ascii() && skeleton(word).all(|letter| letter.is_ascii())
}

/// Whether a text is written in letters that are seen and are what they look like (the identifier profile of UTS #39).
fn is_plain(text: &str) -> bool {
    text.nfkc().eq(text.chars()) && text.chars().all(|letter| letter.is_ascii() || letter.identifier_allowed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_compared_without_case() {
        let email = AccountEmail::parse(" Ada.L@Example.COM ").unwrap();
        assert_eq!((email.shown.as_str(), email.key.as_str()), ("Ada.L@Example.COM", "ada.l@example.com"));
        assert!(AccountEmail::parse("dörte@exämple.de").is_ok());
        assert!(AccountEmail::parse("ирина@пример.рф").is_ok());
    }

    #[test]
    fn look_alikes_and_nonsense_are_refused() {
        let long = format!("{}@example.com", "a".repeat(10_000));
        let refused = [
            "",
            "ada",
            // A Cyrillic а, in the name and in the host.
            "\u{430}da@example.com",
            "ada@ex\u{430}mple.com",
            // A whole word in Cyrillic letters that reads "ace".
            "\u{430}\u{441}\u{435}@example.com",
            // Full width, a ligature, the Kelvin sign.
            "\u{ff41}da@example.com",
            "ada@\u{fb01}sh.example",
            "\u{212a}@example.com",
            "a\u{200d}da@example.com",
            "ada@example.com\r\nBcc: eve@example.com",
            long.as_str(),
        ];
        for text in refused {
            assert!(AccountEmail::parse(text).is_err(), "{text:.60}");
        }
    }

    #[test]
    fn an_address_of_a_million_signs_is_refused_at_once() {
        let text = format!("{}@{}", "a.".repeat(250_000), "b.".repeat(250_000));
        assert!(AccountEmail::parse(&text).is_err());
    }
}
