//! Which American state a ZIP code lies in, by its first three digits.
//!
//! Source: United States Postal Service, Labeling List L002 "3-Digit ZIP Code Prefix Matrix". A handful of post offices
//! lie across the line from the rest of their prefix (Fishers Island, NY 06390); a region that is given counts first.

/// The state's two letters; nothing for what is no American ZIP code.
pub fn state(zip: &str) -> Option<&'static str> {
    let digits = zip.trim().get(..5)?;
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let prefix: u16 = digits[..3].parse().ok()?;
    let after = PREFIXES.partition_point(|(from, _, _)| *from <= prefix);
    let (_, to, state) = PREFIXES.get(after.checked_sub(1)?)?;
    (prefix <= *to).then_some(*state)
}

/// Whether these two letters are a state's, in capitals. Some territories share the prefixes of another.
pub fn is_state(letters: &str) -> bool {
    ["AS", "MP", "UM"].contains(&letters) || PREFIXES.iter().any(|(_, _, state)| *state == letters)
}

/// `(first prefix, last prefix, state)`, in order. Military mail (AA, AE, AP) has states of its own.
#[rustfmt::skip]
const PREFIXES: &[(u16, u16, &str)] = &[
    (5, 5, "NY"), (6, 7, "PR"), (8, 8, "VI"), (9, 9, "PR"), (10, 27, "MA"), (28, 29, "RI"), (30, 38, "NH"),
    (39, 49, "ME"), (50, 54, "VT"), (55, 55, "MA"), (56, 59, "VT"), (60, 69, "CT"), (70, 89, "NJ"), (90, 98, "AE"),
    (100, 149, "NY"), (150, 196, "PA"), (197, 199, "DE"), (200, 200, "DC"), (201, 201, "VA"), (202, 205, "DC"),
    (206, 219, "MD"), (220, 246, "VA"), (247, 268, "WV"), (270, 289, "NC"), (290, 299, "SC"), (300, 319, "GA"),
    (320, 339, "FL"), (340, 340, "AA"), (341, 342, "FL"), (344, 344, "FL"), (346, 347, "FL"), (349, 349, "FL"),
    (350, 369, "AL"), (370, 385, "TN"), (386, 397, "MS"), (398, 399, "GA"), (400, 427, "KY"), (430, 459, "OH"),
    (460, 479, "IN"), (480, 499, "MI"), (500, 528, "IA"), (530, 549, "WI"), (550, 567, "MN"), (570, 577, "SD"),
    (580, 588, "ND"), (590, 599, "MT"), (600, 629, "IL"), (630, 658, "MO"), (660, 679, "KS"), (680, 693, "NE"),
    (700, 714, "LA"), (716, 729, "AR"), (730, 732, "OK"), (733, 733, "TX"), (734, 749, "OK"), (750, 799, "TX"),
    (800, 816, "CO"), (820, 831, "WY"), (832, 838, "ID"), (840, 847, "UT"), (850, 865, "AZ"), (870, 884, "NM"),
    (885, 885, "TX"), (889, 898, "NV"), (900, 961, "CA"), (962, 966, "AP"), (967, 968, "HI"), (969, 969, "GU"),
    (970, 979, "OR"), (980, 994, "WA"), (995, 999, "AK"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_codes_lie_in_their_states() {
        for (zip, expected) in [
            ("10001", "NY"),
            ("94110", "CA"),
            ("97201", "OR"),
            ("60601", "IL"),
            ("78701", "TX"),
            ("02108", "MA"),
            ("00501", "NY"),
            ("20001", "DC"),
            ("20101", "VA"),
            ("99501", "AK"),
            ("96813", "HI"),
            ("00901", "PR"),
            ("88510", "TX"),
            ("03801-1234", "NH"),
            (" 19801 ", "DE"),
        ] {
            assert_eq!(state(zip), Some(expected), "{zip}");
        }
    }

    #[test]
    fn what_is_no_zip_code_lies_nowhere() {
        for zip in ["", "1", "0000", "00000", "ABCDE", "269 0", "26900", "é1234", "SW1A 1AA"] {
            assert_eq!(state(zip), None, "{zip}");
        }
    }

    #[test]
    fn prefixes_are_in_order_and_never_overlap() {
        assert!(PREFIXES.windows(2).all(|pair| pair[0].1 < pair[1].0 && pair[0].0 <= pair[0].1));
    }
}
