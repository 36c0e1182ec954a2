//! Which letters of a suggestion were typed, so that the others stand out.

use crate::domain::text;

/// A text cut into pieces, each with whether it was typed: of a word that begins like one of those typed, the beginning.
#[must_use]
pub fn marks(label: &str, typed: &str) -> Vec<(bool, String)> {
    let typed = text::fold(typed);
    let mut pieces: Vec<(bool, String)> = Vec::new();
    let mut push = |is_typed, piece: &str| match pieces.last_mut() {
        _ if piece.is_empty() => {}
        Some((last, text)) if *last == is_typed => text.push_str(piece),
        _ => pieces.push((is_typed, piece.to_owned())),
    };
    for word in label.split_inclusive(|c| !text::push_folded(&mut String::new(), c)) {
        let end = typed.split(' ').filter_map(|typed| typed_of(word, typed)).max().unwrap_or(0);
        push(true, &word[..end]);
        push(false, &word[end..]);
    }
    pieces
}

/// How many bytes of a word were typed, when it begins like that.
fn typed_of(word: &str, typed: &str) -> Option<usize> {
    let mut folded = String::new();
    for (at, c) in word.char_indices() {
        let before = folded.len();
        let is_letter = text::push_folded(&mut folded, c);
        // An accent that stands alone goes with its letter.
        if before >= typed.len() && (!is_letter || folded.len() > before) {
            return folded.starts_with(typed).then_some(at);
        }
        if !is_letter {
            return None;
        }
    }
    folded.starts_with(typed).then_some(word.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The typed letters in brackets.
    fn marked(label: &str, typed: &str) -> String {
        let piece = |(is_typed, text): (bool, String)| if is_typed { format!("[{text}]") } else { text };
        marks(label, typed).into_iter().map(piece).collect()
    }

    #[test]
    fn the_typed_beginnings_of_words_are_told_from_the_rest() {
        assert_eq!(marked("blue shirts", "blue sh"), "[blue] [sh]irts");
        assert_eq!(marked("Navy Blue", "bl"), "Navy [Bl]ue");
        assert_eq!(marked("T-Shirts", "t-sh"), "[T]-[Sh]irts");
        assert_eq!(marked("Shirts", "x"), "Shirts");
        assert_eq!(marked("", "x") + &marked("Shirts", ""), "Shirts");
    }

    #[test]
    fn accents_and_apostrophes_do_not_hide_what_was_typed() {
        assert_eq!(marked("Été", "ete"), "[Été]");
        assert_eq!(marked("Levi's Jeans", "levis"), "[Levi's] Jeans");
        assert_eq!(marked("Größe", "gros"), "[Größ]e");
        assert_eq!(marked("e\u{301}te\u{301}", "ete"), "[e\u{301}te\u{301}]");
    }
}
