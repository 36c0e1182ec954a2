//! Which of Spain's parts outside the Union's VAT area a postcode lies in. Its first two digits are the province.
//!
//! Sources: Council Directive 2006/112/EC, article 6 (Canary Islands, Ceuta, Melilla); ISO 3166-2:ES for the names.

/// The parts that are known.
pub const REGIONS: [&str; 3] = ["CN", "CE", "ML"];

/// `CN`, `CE` or `ML`; nothing for the rest of Spain, and for what is no Spanish postcode.
pub fn region(postcode: &str) -> Option<&'static str> {
    let code = postcode.trim();
    if code.len() != 5 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match &code[..2] {
        // Las Palmas, and Santa Cruz de Tenerife.
        "35" | "38" => Some("CN"),
        "51" => Some("CE"),
        "52" => Some("ML"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_codes_lie_where_they_lie() {
        for (code, expected) in [
            ("35001", Some("CN")),
            (" 38670 ", Some("CN")),
            ("51001", Some("CE")),
            ("52001", Some("ML")),
            ("28013", None),
            ("3500", None),
            ("350011", None),
            ("35é1", None),
            ("", None),
        ] {
            assert_eq!(region(code), expected, "{code}");
        }
        assert!(["35001", "51001", "52001"].iter().all(|code| REGIONS.contains(&region(code).unwrap())));
    }
}
