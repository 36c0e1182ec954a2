//! How names are compared and turned into addresses.

/// The key by which two spellings of a name are the same: lower case, white space trimmed and folded. It can be looked
/// up in any database: a NUL, which PostgreSQL's text cannot hold, becomes U+FFFD.
#[must_use]
pub fn key(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        let storable = |c| if c == '\0' { char::REPLACEMENT_CHARACTER } else { c };
        folded.extend(word.chars().map(storable).flat_map(char::to_lowercase));
    }
    folded
}

/// The address form of a name: letters and digits kept in lower case, every run of anything else one `-`.
#[must_use]
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    if slug.ends_with('-') {
        slug.pop();
    }
    slug
}

/// The key by which a text is found however it is typed: its words in lower case without accents, an apostrophe left out,
/// anything else between letters and digits one space.
#[must_use]
pub fn fold(text: &str) -> String {
    let (mut folded, mut gap) = (String::with_capacity(text.len()), false);
    for c in text.chars() {
        let end = folded.len();
        if !push_folded(&mut folded, c) {
            gap = true;
        } else if gap && folded.len() > end {
            if end > 0 {
                folded.insert(end, ' ');
            }
            gap = false;
        }
    }
    folded
}

/// Appends a character as [`fold`] has it, perhaps as nothing; false where it stands between words.
pub fn push_folded(folded: &mut String, c: char) -> bool {
    for c in c.to_lowercase() {
        match c {
            'a'..='z' | '0'..='9' => folded.push(c),
            '\u{300}'..='\u{36f}' => {}
            c if is_apostrophe(c) => {}
            c if !c.is_alphanumeric() => return false,
            c => match PLAIN.iter().find(|(letters, _)| letters.contains(c)) {
                Some((_, plain)) => folded.push_str(plain),
                None => folded.push(c),
            },
        }
    }
    true
}

/// Whether it is one of the signs that people type for an apostrophe.
#[must_use]
pub fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '´')
}

/// Letters of Europe and the plain ones they are typed as.
const PLAIN: [(&str, &str); 23] = [
    ("àáâãäåāăą", "a"),
    ("çćĉċč", "c"),
    ("ďđð", "d"),
    ("èéêëēĕėęě", "e"),
    ("ĝğġģ", "g"),
    ("ĥħ", "h"),
    ("ìíîïĩīĭįı", "i"),
    ("ĵ", "j"),
    ("ķ", "k"),
    ("ĺļľŀł", "l"),
    ("ñńņňŋ", "n"),
    ("òóôõöøōŏő", "o"),
    ("ŕŗř", "r"),
    ("śŝşšș", "s"),
    ("ţťŧț", "t"),
    ("ùúûüũūŭůűų", "u"),
    ("ŵ", "w"),
    ("ýÿŷ", "y"),
    ("źżž", "z"),
    ("ß", "ss"),
    ("æ", "ae"),
    ("œ", "oe"),
    ("þ", "th"),
];

/// The pairs of a query string, percent-decoded; what is not UTF-8 is replaced.
#[must_use]
pub fn query_pairs(query: &str) -> Vec<(String, String)> {
    let decode =
        |text: &str| percent_encoding::percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// The first `limit` characters.
#[must_use]
pub fn truncate(text: &str, limit: usize) -> &str {
    text.char_indices().nth(limit).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_share_a_key() {
        assert_eq!(key("  Navy \t BLUE "), "navy blue");
        assert_eq!(key("ÉTÉ"), "été");
        assert_eq!(key(""), "");
        assert_eq!(key("A\0"), "a\u{fffd}");
    }

    #[test]
    fn a_folded_text_is_the_same_however_it_is_typed() {
        for typed in ["Levi's  Été", "levis ete", "LEVI’S-ÉTÉ", "  levi's,\tE\u{301}te\u{301}!"] {
            assert_eq!(fold(typed), "levis ete", "{typed}");
        }
        assert_eq!([fold("T-Shirt"), fold("Größe 42"), fold("İzmir")], ["t shirt", "grosse 42", "izmir"]);
        assert_eq!([fold(""), fold("'"), fold("👟 \u{202e}\0"), fold("قميص 👟 أزرق")], ["", "", "", "قميص أزرق"]);
    }

    #[test]
    fn a_slug_keeps_letters_and_digits_and_folds_the_rest() {
        assert_eq!(slug("Tees & Tops"), "tees-tops");
        assert_eq!(slug("Loungewear/Nightwear"), "loungewear-nightwear");
        assert_eq!(slug("  Größe 42! "), "größe-42");
        assert_eq!(slug("&&&"), "");
    }

    #[test]
    fn truncation_counts_characters_and_never_splits_one() {
        assert_eq!(truncate("größe", 3), "grö");
        assert_eq!(truncate("ab", 3), "ab");
    }
}
