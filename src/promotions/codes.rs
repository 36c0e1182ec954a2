//! Codes that are worth something: how they are made, and how what was typed is compared.
//!
//! Made codes are of Crockford's letters (no I, L, O, U), and all codes are compared by a key in which letters that look
//! alike are one and in which case, spaces and dashes do not matter.

use crate::server::clock::Random;
use unicode_normalization::UnicodeNormalization;

const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters of a group; each has five bits of chance.
const GROUP: usize = 4;
/// More than that is no code, and is not looked at.
const MAX_BYTES: usize = 400;
/// The most letters and digits of a code.
const MAX_LETTERS: usize = 64;

/// How a code is compared.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CodeKey(String);

impl CodeKey {
    /// The key of what was typed; nothing where that cannot be a code.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        if typed.len() > MAX_BYTES {
            return None;
        }
        let letters = typed.nfkc().flat_map(char::to_uppercase).filter(|c| c.is_alphanumeric());
        let key: String = letters.map(plain).collect();
        (1..=MAX_LETTERS).contains(&key.chars().count()).then_some(Self(key))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether two texts are spellings of one code.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    CodeKey::parse(one).is_some_and(|key| CodeKey::parse(other) == Some(key))
}

/// One sign for those that are taken for each other.
fn plain(letter: char) -> char {
    match letter {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    }
}

/// A new code of so many groups of four letters (20 bits each), after a prefix if there is one: `SPRING-7Q4N-X0RT`.
#[must_use]
pub fn make(random: &Random, prefix: &str, groups: usize) -> String {
    let mut code = prefix.to_owned();
    for _ in 0..groups {
        if !code.is_empty() {
            code.push('-');
        }
        let bytes: [u8; GROUP] = random.bytes();
        code.extend(bytes.map(|byte| char::from(LETTERS[usize::from(byte % 32)])));
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn key(typed: &str) -> Option<String> {
        CodeKey::parse(typed).map(|key| key.as_str().to_owned())
    }

    #[test]
    fn spellings_of_one_code_have_one_key() {
        for typed in
            ["WELCOME10", " welcome10\n", "we1c0me-io", "Ｗｅｌｃｏｍｅ１０", "W E L C O M E 1 0", "welcome\u{0}10"]
        {
            assert_eq!(key(typed).as_deref(), Some("WE1C0ME10"), "{typed}");
        }
        assert_ne!(key("ÉTÉ20"), key("ETE20"));
    }

    #[test]
    fn what_cannot_be_a_code_has_none() {
        let (long, longer) = ("A".repeat(65), "A".repeat(1 << 20));
        for typed in ["", " ", "-", "🎉", "\u{0}", "'; --", long.as_str(), longer.as_str(), &"\u{fdfa}".repeat(130)] {
            assert_eq!(key(typed), None, "{typed:.40}");
        }
    }

    #[test]
    fn made_codes_are_their_own_and_differ() {
        let random = Random::seeded(1);
        let made: BTreeSet<String> = (0..20_000).map(|_| make(&random, "", 3)).collect();
        assert_eq!(made.len(), 20_000);
        for code in &made {
            assert_eq!(key(code), Some(code.replace('-', "")), "{code}");
            assert_eq!(code.len(), 14, "{code}");
        }
        assert!(make(&random, "SPRING", 2).starts_with("SPRING-"));
    }
}
