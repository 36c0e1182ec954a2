//! The numbers of orders: short, random, and good to read out over a telephone.

/// The letters of an order number: no I, L, O or U, so it can be read out over a telephone (Crockford's base 32).
const NUMBER_LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// An order number people can read, `K7M2-9QXD`, from 40 random bits. Unique by the database's constraint.
#[must_use]
pub fn order_number(random: u64) -> String {
    let letter = |i: u32| char::from(NUMBER_LETTERS[(random >> (5 * i) & 31) as usize]);
    let half = |from: u32| (from..from + 4).map(letter).collect::<String>();
    format!("{}-{}", half(0), half(4))
}

/// The number as it is stored, from what a person typed: case, spaces and look-alike letters do not matter.
#[must_use]
pub fn normalise_number(typed: &str) -> Option<String> {
    let mut letters = String::with_capacity(9);
    for c in typed.chars().filter(|c| !c.is_whitespace() && *c != '-') {
        let c = match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        };
        let known = u8::try_from(c).is_ok_and(|b| NUMBER_LETTERS.contains(&b));
        if !known || letters.len() == 9 {
            return None;
        }
        if letters.len() == 4 {
            letters.push('-');
        }
        letters.push(c);
    }
    (letters.len() == 9).then_some(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_survives_the_telephone() {
        let number = order_number(0x12_3456_789A);
        assert_eq!(number.len(), 9);
        assert_eq!(normalise_number(&format!(" {} ", number.to_lowercase().replace('-', " "))), Some(number));
        assert_eq!(normalise_number("o1l0-0000"), Some("0110-0000".into()));
        for nonsense in ["", "123", "1234-56789", "ÄÄÄÄ-ÄÄÄÄ", "UUUU-UUUU"] {
            assert_eq!(normalise_number(nonsense), None, "{nonsense}");
        }
    }
}
