//! Words as search compares them: folded, without accents and apostrophes, and reduced to their stems.
//!
//! The index and the reading of what a shopper types both take their words from here, so that they agree.

use crate::domain::text;
use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Longer words are nobody's: they are cut.
const MAX_LETTERS: usize = 40;

/// What stands between a word and the one before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gap {
    Start,
    Space,
    Hyphen,
    Other,
}

/// A word of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Word {
    /// As it was typed, but for its apostrophes' place in it.
    pub typed: String,
    /// In lower case, without accents, apostrophes and a possessive's `s`. `$` for any sign of a currency.
    pub folded: String,
    pub gap: Gap,
}

impl Word {
    #[must_use]
    pub fn stem(&self) -> String {
        stem(&self.folded)
    }

    /// The number it is, as [`Money::parse_decimal`](crate::domain::money::Money::parse_decimal) reads it.
    #[must_use]
    pub fn number(&self) -> Option<String> {
        let digits = self.folded.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',');
        (digits && self.folded.starts_with(|c: char| c.is_ascii_digit())).then(|| plain_decimal(&self.folded))
    }
}

/// Splits a text into words. `h&m` and `u.s.` are one word each, `t-shirt` two, `1,000.50` one; the `&` between names
/// is the word `and`.
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut gap = Gap::Start;
    for chunk in text.split_whitespace() {
        let before = words.len();
        split_chunk(chunk, &mut gap, &mut words);
        // A hyphen that stands alone still joins what is on both its sides.
        if words.len() > before || (gap != Gap::Start && gap != Gap::Hyphen) {
            gap = Gap::Space;
        }
    }
    words
}

/// The words of one run of characters without white space.
fn split_chunk(chunk: &str, gap: &mut Gap, words: &mut Vec<Word>) {
    let letters: Vec<char> = chunk.chars().collect();
    let mut at = 0;
    while at < letters.len() {
        let c = letters[at];
        if is_currency(c) {
            words.push(Word { typed: c.to_string(), folded: "$".into(), gap: *gap });
            *gap = Gap::Other;
            at += 1;
        } else if c == '&' {
            words.push(Word { typed: "&".into(), folded: "and".into(), gap: *gap });
            *gap = Gap::Other;
            at += 1;
        } else if c.is_alphanumeric() {
            let end = end_of_word(&letters, at);
            let typed: String = letters[at..end].iter().take(2 * MAX_LETTERS).collect();
            let folded = fold(&typed);
            if !folded.is_empty() {
                words.push(Word { typed, folded, gap: *gap });
                *gap = Gap::Other;
            }
            at = end;
        } else {
            *gap = match (c, *gap) {
                (_, Gap::Start) => Gap::Start,
                ('-' | '–' | '\u{2010}' | '\u{2011}', _) => Gap::Hyphen,
                _ => Gap::Other,
            };
            at += 1;
        }
    }
}

fn end_of_word(letters: &[char], start: usize) -> usize {
    let is_inner = |c: char| c.is_alphanumeric() || is_apostrophe(c) || is_combining_mark(c);
    let mut end = start;
    while end < letters.len() && is_inner(letters[end]) {
        end += 1;
    }
    let single = |at: usize| {
        letters.get(at).is_some_and(|c| c.is_alphabetic()) && letters.get(at + 1).is_none_or(|c| !c.is_alphanumeric())
    };
    // Initials go together: `u.s.`, `h&m`.
    if single(start) {
        while letters.get(end).is_some_and(|c| matches!(c, '.' | '&')) && single(end + 1) {
            end += 2;
        }
        return end;
    }
    // A number keeps what parts its digits.
    let digits = |range: &[char]| !range.is_empty() && range.iter().all(char::is_ascii_digit);
    let mut from = start;
    while digits(&letters[from..end])
        && letters.get(end).is_some_and(|c| matches!(c, '.' | ','))
        && letters.get(end + 1).is_some_and(char::is_ascii_digit)
    {
        from = end + 1;
        end = from;
        while end < letters.len() && is_inner(letters[end]) {
            end += 1;
        }
    }
    end
}

fn is_apostrophe(c: char) -> bool {
    text::is_apostrophe(c) || c == '＇'
}

fn is_currency(c: char) -> bool {
    matches!(c, '$' | '€' | '£' | '¥' | '₹' | '₩' | '₽' | '₺' | '₴' | '₫' | '₱' | '฿' | '₪')
}

fn fold(typed: &str) -> String {
    let without_possessive = ["s", "S"].iter().find_map(|s| {
        let owner = typed.strip_suffix(s)?;
        owner.chars().next_back().is_some_and(is_apostrophe).then_some(owner)
    });
    let mut folded = String::with_capacity(typed.len());
    // Taken apart first, so that marks of any script fall off.
    for c in without_possessive.unwrap_or(typed).nfkd() {
        if matches!(c, '.' | ',') && folded.ends_with(|last: char| last.is_ascii_digit()) {
            folded.push(c);
        } else if !is_combining_mark(c) {
            text::push_folded(&mut folded, c);
        }
    }
    folded.chars().take(MAX_LETTERS).collect()
}

/// `1,000` is a thousand, `40,50` forty and a half.
fn plain_decimal(number: &str) -> String {
    let Some((whole, rest)) = number.rsplit_once(',') else { return number.to_owned() };
    if rest.len() == 3 || rest.contains('.') {
        number.replace(',', "")
    } else {
        format!("{}.{rest}", whole.replace(',', ""))
    }
}

/// The stem under which forms of one word meet: Snowball's English, and plurals that follow no rule.
#[must_use]
pub fn stem(folded: &str) -> String {
    thread_local! {
        static ENGLISH: Stemmer = Stemmer::create(Algorithm::English);
    }
    let stem = ENGLISH.with(|english| english.stem(folded).into_owned());
    match stem.as_str() {
        "men" => "man".into(),
        "women" | "womans" => "woman".into(),
        "children" => "child".into(),
        "scarv" => "scarf".into(),
        "feet" => "foot".into(),
        _ => stem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.folded).collect()
    }

    #[test]
    fn apostrophes_accents_and_case_do_not_matter() {
        assert_eq!(folded("Women’s L'Oréal CAFÉ Größe"), ["women", "loreal", "cafe", "grosse"]);
        assert_eq!(folded("mens' levi's"), ["mens", "levi"]);
    }

    #[test]
    fn initials_are_one_word_and_hyphened_words_two() {
        assert_eq!(folded("U.S. Polo h&m t-shirt Mr.Men"), ["us", "polo", "hm", "t", "shirt", "mr", "men"]);
        assert_eq!(folded("Tees & Tops"), ["tees", "and", "tops"]);
    }

    #[test]
    fn numbers_keep_their_decimals() {
        let numbers = |text: &str| words(text).iter().filter_map(Word::number).collect::<Vec<_>>();
        assert_eq!(numbers("under $1,000.50 or 40,50 or 20-50, size 42"), ["1000.50", "40.50", "20", "50", "42"]);
        assert_eq!(numbers("1e99 NaN 6-7Y 1."), ["6", "1"]);
    }

    #[test]
    fn forms_of_one_word_share_a_stem() {
        for (one, other) in
            [("shoe", "shoes"), ("mens", "man"), ("women", "womens"), ("scarf", "scarves"), ("dress", "dresses")]
        {
            assert_eq!(stem(one), stem(other), "{one} and {other}");
        }
    }

    #[test]
    fn whatever_is_typed_gives_words_of_a_bearable_length() {
        assert_eq!(words(" \u{202e}…!? ").len(), 0);
        assert!(words(&"x".repeat(10_000)).iter().all(|word| word.folded.chars().count() <= MAX_LETTERS));
    }
}
