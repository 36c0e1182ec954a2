//! What colour words look like: for the tint of the shop's own artwork. Swatches of the same words are in
//! `style/swatches.css`.

/// A colour as `(red, green, blue)`.
type Rgb = (u8, u8, u8);

/// Slug of the word → the colour.
const PALETTE: &[(&str, u32)] = &[
    ("amber", 0xc9862b),
    ("apricot", 0xe2a878),
    ("aqua", 0x6fb5b3),
    ("beige", 0xd6c6a8),
    ("black", 0x1d1f23),
    ("blue", 0x3f6a9a),
    ("blush", 0xe3bdb2),
    ("bottle-green", 0x234a3b),
    ("brick", 0x9c4a36),
    ("bronze", 0x8c6a3f),
    ("brown", 0x6b4a32),
    ("burgundy", 0x5f1f2c),
    ("camel", 0xb98d5a),
    ("charcoal", 0x3b3e43),
    ("chocolate", 0x4a2f22),
    ("coffee-brown", 0x54392a),
    ("copper", 0xa9623c),
    ("coral", 0xe07a63),
    ("cream", 0xf0e6d0),
    ("cyan", 0x4fb0c6),
    ("denim", 0x4a6a8f),
    ("ecru", 0xe6dcc6),
    ("emerald", 0x1f7a58),
    ("fluorescent-green", 0x8fd62f),
    ("forest", 0x2f4d38),
    ("fuchsia", 0xb8347c),
    ("gold", 0xc2a04a),
    ("green", 0x3f7350),
    ("grey", 0x8d9195),
    ("gray", 0x8d9195),
    ("grey-melange", 0xa3a6a8),
    ("indigo", 0x34406f),
    ("ink", 0x22303f),
    ("ivory", 0xf2ead9),
    ("khaki", 0x9b8f66),
    ("lavender", 0xb3a5cc),
    ("lemon", 0xe6d76a),
    ("lilac", 0xc0abcf),
    ("lime", 0xa4c639),
    ("lime-green", 0xa4c639),
    ("magenta", 0xa8327e),
    ("maroon", 0x6a2430),
    ("mauve", 0xa98aa0),
    ("metallic", 0x9ea3a8),
    ("mint", 0xa8d1bd),
    ("moss", 0x636b41),
    ("multi", 0xb3693f),
    ("mushroom-brown", 0x97826c),
    ("mustard", 0xc9992e),
    ("natural", 0xddd0b8),
    ("navy", 0x233450),
    ("navy-blue", 0x233450),
    ("nude", 0xdcb9a0),
    ("oatmeal", 0xcfc2aa),
    ("ochre", 0xb9832f),
    ("off-white", 0xf1ece0),
    ("olive", 0x6b6a3a),
    ("orange", 0xd6742f),
    ("peach", 0xecb896),
    ("pink", 0xdb92a0),
    ("plum", 0x5b2f4f),
    ("purple", 0x6a4684),
    ("red", 0xb0332c),
    ("rose", 0xc9788a),
    ("rust", 0xa5532a),
    ("sage", 0x9caa8d),
    ("salmon", 0xe39a83),
    ("sand", 0xd5c19c),
    ("sea-green", 0x4d8a7c),
    ("silver", 0xb9bdc2),
    ("skin", 0xdcb594),
    ("sky", 0x9dbdd6),
    ("sky-blue", 0x9dbdd6),
    ("slate", 0x55606b),
    ("steel", 0x8a939b),
    ("stone", 0xbdb4a4),
    ("tan", 0xb68a5c),
    ("taupe", 0x8d7d6e),
    ("teal", 0x2c6e70),
    ("terracotta", 0xb5613f),
    ("transparent", 0xdfe3e4),
    ("turquoise", 0x3fa6a6),
    ("turquoise-blue", 0x3f9fb5),
    ("violet", 0x6f4f9b),
    ("walnut", 0x5a4231),
    ("white", 0xf7f5f0),
    ("wine", 0x6a2433),
    ("yellow", 0xdfbd3f),
];

/// The colour of a slug like `navy-blue`. One that is not known counts as its last known word: `dusty-sea-blue` is
/// blue.
#[must_use]
pub fn find(slug: &str) -> Option<Rgb> {
    let exact = |slug: &str| PALETTE.iter().find(|(name, _)| *name == slug).map(|(_, rgb)| split(*rgb));
    exact(slug).or_else(|| {
        let words: Vec<&str> = slug.split('-').collect();
        let pairs = words.windows(2).rev().find_map(|pair| exact(&pair.join("-")));
        pairs.or_else(|| words.iter().rev().find_map(|word| exact(word)))
    })
}

fn split(rgb: u32) -> Rgb {
    let [_, red, green, blue] = rgb.to_be_bytes();
    (red, green, blue)
}

/// Reads `#2f4a63`.
#[must_use]
pub fn parse(hex: &str) -> Option<Rgb> {
    let number = hex.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    u32::from_str_radix(number, 16).ok().map(split)
}

/// Writes `#2f4a63`.
#[must_use]
pub fn hex((red, green, blue): Rgb) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// A mix: `share` per cent of `a`, the rest of `b`.
#[must_use]
pub fn mix(a: Rgb, b: Rgb, share: u16) -> Rgb {
    let one = |a: u8, b: u8| ((u16::from(a) * share + u16::from(b) * (100 - share)) / 100) as u8;
    (one(a.0, b.0), one(a.1, b.1), one(a.2, b.2))
}

/// How light a colour is to the eye, 0 to 255 (Rec. 601 luma).
#[must_use]
pub fn lightness((red, green, blue): Rgb) -> u32 {
    (u32::from(red) * 299 + u32::from(green) * 587 + u32::from(blue) * 114) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_shade_counts_as_its_last_known_word() {
        assert_eq!(find("navy-blue"), Some((0x23, 0x34, 0x50)));
        assert_eq!(find("dusty-sea-green"), find("sea-green"));
        assert_eq!(find("washed-blue"), find("blue"));
        assert_eq!(find("plaid"), None);
        assert_eq!(find(""), None);
    }

    #[test]
    fn swatches_look_like_the_artwork() {
        let style = include_str!("../../style/swatches.css");
        let swatch = |rule: &str| {
            let (word, rest) = rule.split_once("\"]")?;
            let (_, colour) = rest.split_once("--swatch: ")?;
            let colour = colour.split(';').next()?;
            // Many colours at once are a gradient in a swatch and one colour in the artwork.
            let colour = if word == "multi" { hex(find(word)?) } else { colour.to_owned() };
            Some((word.to_owned(), colour))
        };
        let mut swatches: Vec<_> = style.split("[data-colour=\"").skip(1).filter_map(swatch).collect();
        let mut palette: Vec<_> = PALETTE.iter().map(|(word, rgb)| ((*word).to_owned(), hex(split(*rgb)))).collect();
        swatches.sort();
        palette.sort();
        assert_eq!(swatches, palette);
    }
}
