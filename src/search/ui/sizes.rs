//! The order in which people look for sizes.

/// The place of a letter size between the smallest and the largest.
fn letter_size(label: &str) -> Option<usize> {
    const LETTERS: [&str; 10] = ["XXS", "XS", "S", "M", "L", "XL", "XXL", "XXXL", "3XL", "4XL"];
    LETTERS.iter().position(|letters| label.eq_ignore_ascii_case(letters))
}

/// Sorts labels that are sizes: letters by size, then numbers by value. Others stay as they were, at the end.
pub fn sort_sizes<T>(values: &mut [T], label: impl Fn(&T) -> &str) {
    let leading_number = |label: &str| -> Option<u64> {
        let digits: String = label.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        digits.parse::<f64>().ok().map(|number| (number * 1000.0) as u64)
    };
    values.sort_by_cached_key(|value| {
        let label = label(value);
        match (letter_size(label), leading_number(label)) {
            (Some(place), _) => (0, place as u64),
            (None, Some(number)) => (1, number),
            (None, None) => (2, 0),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_come_from_small_to_large() {
        let mut sizes = vec!["One size", "42", "XL", "10-11Y", "S", "39.5", "M", "2-3Y"];
        sort_sizes(&mut sizes, |size| size);
        assert_eq!(sizes, ["S", "M", "XL", "2-3Y", "10-11Y", "39.5", "42", "One size"]);
    }
}
