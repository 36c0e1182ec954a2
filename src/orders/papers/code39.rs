//! Code 39, the bar code that any scanner of a stock room reads (ISO/IEC 16388): letters, digits and hyphens.

/// Each character as nine elements, bars and spaces in turn; `w` is a wide one.
const CHARACTERS: [(char, &str); 38] = [
    ('0', "nnnwwnwnn"),
    ('1', "wnnwnnnnw"),
    ('2', "nnwwnnnnw"),
    ('3', "wnwwnnnnn"),
    ('4', "nnnwwnnnw"),
    ('5', "wnnwwnnnn"),
    ('6', "nnwwwnnnn"),
    ('7', "nnnwnnwnw"),
    ('8', "wnnwnnwnn"),
    ('9', "nnwwnnwnn"),
    ('A', "wnnnnwnnw"),
    ('B', "nnwnnwnnw"),
    ('C', "wnwnnwnnn"),
    ('D', "nnnnwwnnw"),
    ('E', "wnnnwwnnn"),
    ('F', "nnwnwwnnn"),
    ('G', "nnnnnwwnw"),
    ('H', "wnnnnwwnn"),
    ('I', "nnwnnwwnn"),
    ('J', "nnnnwwwnn"),
    ('K', "wnnnnnnww"),
    ('L', "nnwnnnnww"),
    ('M', "wnwnnnnwn"),
    ('N', "nnnnwnnww"),
    ('O', "wnnnwnnwn"),
    ('P', "nnwnwnnwn"),
    ('Q', "nnnnnnwww"),
    ('R', "wnnnnnwwn"),
    ('S', "nnwnnnwwn"),
    ('T', "nnnnwnwwn"),
    ('U', "wwnnnnnnw"),
    ('V', "nwwnnnnnw"),
    ('W', "wwwnnnnnn"),
    ('X', "nwnnwnnnw"),
    ('Y', "wwnnwnnnn"),
    ('Z', "nwwnwnnnn"),
    ('-', "nwnnnnwnw"),
    ('*', "nwnnwnwnn"),
];

/// How wide a wide element is, in narrow ones.
const WIDE: f32 = 2.5;

/// The bars of a text as `(from, width)` in narrow elements, and how wide all are; nothing for a text with other
/// characters.
#[must_use]
pub fn bars(text: &str) -> Option<(Vec<(f32, f32)>, f32)> {
    let (mut bars, mut at) = (Vec::new(), 0.0);
    // A star is the start and the stop.
    for character in ['*'].into_iter().chain(text.chars().filter(|c| *c != '*')).chain(['*']) {
        let (_, elements) = CHARACTERS.iter().find(|(known, _)| *known == character)?;
        for (i, element) in elements.bytes().enumerate() {
            let width = if element == b'w' { WIDE } else { 1.0 };
            if i % 2 == 0 {
                bars.push((at, width));
            }
            at += width;
        }
        // A narrow space before the next one.
        at += 1.0;
    }
    Some((bars, at - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_has_three_wide_elements_of_nine_and_is_unlike_the_others() {
        for (character, elements) in CHARACTERS {
            assert_eq!((elements.len(), elements.matches('w').count()), (9, 3), "{character}");
            assert_eq!(CHARACTERS.iter().filter(|(_, other)| *other == elements).count(), 1, "{character}");
        }
    }

    #[test]
    fn an_order_number_has_bars_and_other_characters_have_none() {
        let (found, width) = bars("K7M2-9QXD").unwrap();
        // Five bars a character, with a start and a stop; three wide and six narrow elements, and gaps.
        assert_eq!((found.len(), width), (5 * 11, 11.0 * (3.0 * WIDE + 6.0) + 10.0));
        assert!(found.windows(2).all(|two| two[0].0 + two[0].1 < two[1].0));
        assert_eq!(bars("k7m2"), None);
        assert_eq!(bars("Ä"), None);
    }
}
