//! Type on paper: the shop's own fonts, and how wide a text is in them.
//!
//! The fonts (`fonts/`, made from those in `public/fonts` and where its README says) cover what is written in Latin,
//! Greek and Cyrillic letters. A character that none of them has is printed as `?`; what is copied out of the file and
//! what a screen reader reads is still the character. The figures of [`Face::Text`] and [`Face::Strong`] are all of
//! one width, so that amounts stand under each other.

use harfrust::{FontRef, ShapeOptions, ShaperData, UnicodeBuffer};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::{MetadataProvider, charmap::Charmap};
use std::{ops::Range, sync::LazyLock};
use unicode_normalization::UnicodeNormalization;

/// A kind of letter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Face {
    Text,
    Strong,
    Display,
}

/// A text in one face, as it will be printed on one line.
#[derive(Clone, Debug)]
pub struct Line {
    pub text: String,
    pub(super) runs: Vec<Run>,
    /// In ems.
    width: f32,
}

/// What of a line is printed from one font.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub font: &'static Typeface,
    pub glyphs: Vec<KrillaGlyph>,
    pub width: f32,
}

/// A font, ready to shape and to print.
pub(super) struct Typeface {
    pub font: Font,
    reference: FontRef<'static>,
    shaper: ShaperData,
    letters: Charmap<'static>,
}

impl std::fmt::Debug for Typeface {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Typeface")
    }
}

static FONTS: LazyLock<[Typeface; 4]> = LazyLock::new(|| {
    [
        Typeface::read(include_bytes!("fonts/text.ttf")),
        Typeface::read(include_bytes!("fonts/strong.ttf")),
        Typeface::read(include_bytes!("fonts/display.ttf")),
        Typeface::read(include_bytes!("fonts/rest.ttf")),
    ]
});

impl Typeface {
    fn read(bytes: &'static [u8]) -> Self {
        let font = Font::new(bytes.into(), 0).expect("a font of ours");
        let reference = FontRef::new(bytes).expect("a font of ours");
        Self { font, shaper: ShaperData::new(&reference), letters: reference.charmap(), reference }
    }

    /// Sets characters one after the other; `at` is where in the line each stands.
    fn shape(&'static self, characters: &[(usize, char)], end: usize) -> Run {
        let mut buffer = UnicodeBuffer::new();
        for (at, character) in characters {
            buffer.add(*character, u32::try_from(*at).unwrap_or(u32::MAX));
        }
        buffer.guess_segment_properties();
        let shaper = self.shaper.shaper(&self.reference).build();
        let em = shaper.units_per_em() as f32;
        let shaped = shaper.shape(buffer, ShapeOptions::new());
        let (infos, positions) = (shaped.glyph_infos(), shaped.glyph_positions());
        let glyph = |i: usize| {
            let range = cluster(infos.iter().map(|info| info.cluster), infos[i].cluster, end);
            let [x, dx, dy] = [positions[i].x_advance, positions[i].x_offset, positions[i].y_offset];
            let [x, dx, dy] = [x, dx, dy].map(|units| units as f32 / em);
            KrillaGlyph::new(GlyphId::new(infos[i].glyph_id), x, dx, dy, 0.0, range, None)
        };
        let glyphs: Vec<_> = (0..infos.len()).map(glyph).collect();
        Run { font: self, width: glyphs.iter().map(|glyph| glyph.x_advance).sum(), glyphs }
    }
}

/// What of the text a glyph stands for: from its place to the next one's.
fn cluster(places: impl Iterator<Item = u32>, from: u32, end: usize) -> Range<usize> {
    let next = places.filter(|place| *place > from).min();
    from as usize..next.map_or(end, |place| place as usize)
}

impl Line {
    /// Sets a text. Line breaks and other control characters are spaces; what cannot be seen is left out.
    #[must_use]
    pub fn set(text: &str, face: Face) -> Self {
        let text: String = text.nfc().filter(|c| !is_unseen(*c)).map(printable).collect();
        let fonts = &*FONTS;
        let (first, rest) = (&fonts[face as usize], &fonts[3]);
        let mut pieces: Vec<(&'static Typeface, Vec<(usize, char)>)> = Vec::new();
        for (at, character) in text.char_indices() {
            let font = [first, rest].into_iter().find(|font| font.letters.map(character).is_some());
            let (font, character) = font.map_or((first, '?'), |font| (font, character));
            match pieces.last_mut() {
                Some((last, piece)) if std::ptr::eq(*last, font) => piece.push((at, character)),
                _ => pieces.push((font, vec![(at, character)])),
            }
        }
        let ends: Vec<_> = pieces.iter().skip(1).map(|(_, piece)| piece[0].0).chain([text.len()]).collect();
        let runs: Vec<_> = pieces.iter().zip(ends).map(|((font, piece), end)| font.shape(piece, end)).collect();
        // A space at the end of a line keeps words apart for who listens, and is not seen.
        let unseen: f32 = match runs.last().and_then(|run| run.glyphs.last()) {
            Some(glyph) if text.ends_with(' ') => glyph.x_advance,
            _ => 0.0,
        };
        Self { width: runs.iter().map(|run| run.width).sum::<f32>() - unseen, text, runs }
    }

    /// How wide it is at a size, in points.
    #[must_use]
    pub fn width(&self, size: f32) -> f32 {
        self.width * size
    }
}

fn printable(character: char) -> char {
    if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') { ' ' } else { character }
}

/// Marks of direction, joiners and the like: they have no shape of their own.
fn is_unseen(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{fff8}' | '\u{e0000}'..='\u{e0fff}')
}

/// Breaks a text into lines that are no wider than `width` points. It breaks at spaces, and within a word that is wider
/// than a line alone.
#[must_use]
pub fn wrap(text: &str, face: Face, size: f32, width: f32) -> Vec<Line> {
    let space = Line::set("\u{a0}", face).width(size);
    let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0.0);
    let words = text.split(|c: char| c.is_control() || (c.is_whitespace() && c != '\u{a0}' && c != '\u{202f}'));
    for word in words.filter(|word| !word.is_empty()) {
        for (i, piece) in pieces(word, face, size, width).into_iter().enumerate() {
            let wide = Line::set(&piece, face).width(size);
            let (within, full) = (i > 0, used + space + wide > width);
            if !line.is_empty() && !within {
                line.push(' ');
                used += space;
            }
            if !line.is_empty() && (within || full) {
                lines.push(Line::set(&std::mem::take(&mut line), face));
                used = 0.0;
            }
            line += &piece;
            used += wide;
        }
    }
    if !line.is_empty() {
        lines.push(Line::set(&line, face));
    }
    lines
}

/// A word, in as many pieces as it takes for each to fit on a line.
fn pieces(word: &str, face: Face, size: f32, width: f32) -> Vec<String> {
    if Line::set(word, face).width(size) <= width {
        return vec![word.to_owned()];
    }
    let (mut pieces, mut piece, mut used) = (Vec::new(), String::new(), 0.0);
    for character in word.chars() {
        let wide = Line::set(character.encode_utf8(&mut [0; 4]), face).width(size);
        if !piece.is_empty() && used + wide > width {
            pieces.push(std::mem::take(&mut piece));
            used = 0.0;
        }
        piece.push(character);
        used += wide;
    }
    pieces.push(piece);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(lines: &[Line]) -> Vec<&str> {
        lines.iter().map(|line| line.text.as_str()).collect()
    }

    #[test]
    fn figures_are_of_one_width() {
        for face in [Face::Text, Face::Strong] {
            let one = Line::set("1", face).width(10.0);
            for figure in 0..10 {
                assert_eq!(Line::set(&figure.to_string(), face).width(10.0), one, "{figure}");
            }
        }
    }

    #[test]
    fn letters_that_the_first_font_lacks_come_from_another() {
        let line = Line::set("Łódź, Αθήνα, Київ", Face::Text);
        assert!(line.runs.len() > 1);
        assert!(line.runs.iter().flat_map(|run| &run.glyphs).all(|glyph| glyph.glyph_id.to_u32() != 0));
    }

    #[test]
    fn what_no_font_has_is_a_question_mark_that_still_stands_for_it() {
        let line = Line::set("東京", Face::Text);
        assert_eq!(line.text, "東京");
        let glyphs = &line.runs[0].glyphs;
        assert_eq!(glyphs[0].glyph_id, Line::set("?", Face::Text).runs[0].glyphs[0].glyph_id);
        assert_eq!((glyphs[0].text_range.clone(), glyphs[1].text_range.clone()), (0..3, 3..6));
    }

    #[test]
    fn a_line_has_no_breaks_and_nothing_unseen() {
        assert_eq!(Line::set("a\nb\u{202e}c\u{0}d", Face::Text).text, "a bc d");
    }

    #[test]
    fn lines_break_between_words_and_within_one_that_is_too_long() {
        let lines = wrap("Heavy ganseys for  the\ncoast", Face::Text, 10.0, 64.0);
        assert_eq!(texts(&lines), ["Heavy ", "ganseys for ", "the coast"]);
        let lines = wrap(&"W".repeat(40), Face::Text, 10.0, 70.0);
        assert!(lines.len() > 4 && texts(&lines).concat() == "W".repeat(40));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn no_line_is_wider_than_it_may_be(text in "(\\PC| |\n){0,80}", width in 30.0_f32..200.0) {
            for line in wrap(&text, Face::Text, 9.0, width) {
                // What a piece is wide alone and within a line differs by its kerning.
                prop_assert!(line.width(9.0) <= width + 1.0, "{:?}", line.text);
            }
        }
    }
}
