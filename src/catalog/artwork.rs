//! The shop's own artwork: drawings of kinds of things, tinted by colour.
//!
//! `/art/{drawing}/{colour}.svg` is a drawing in a colour, `/art/{drawing}/{colour}/detail.svg` its close-up. Products
//! without a picture get the drawing that fits the words of their category and title. What a drawing must look like
//! stands in `art/README.md`.

use super::palette;
use crate::domain::text;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "src/catalog/art/"]
#[include = "*.svg"]
struct Drawings;

/// What a drawing is seen against.
const PAPER: (u8, u8, u8) = (0xe9, 0xe4, 0xda);
/// Trimmings for bases that the drawing's own accent does not stand out from.
const LIGHT_TRIM: (u8, u8, u8) = (0xf1, 0xe7, 0xd3);
const DARK_TRIM: (u8, u8, u8) = (0x2f, 0x4a, 0x63);
const MIN_CONTRAST: u32 = 45;

/// A drawing in a colour, or nothing when there is no drawing of that name. A colour that is not known leaves it as
/// it was drawn.
#[must_use]
pub fn draw(name: &str, colour: &str, close_up: bool) -> Option<String> {
    let file = Drawings::get(&format!("{name}.svg"))?;
    let svg = String::from_utf8(file.data.into_owned()).ok()?;
    let svg = palette::find(colour).map_or(svg.clone(), |base| tint(&svg, base));
    Some(if close_up { zoom(&svg) } else { svg })
}

/// Rewrites the line of the three colours everything else in a drawing derives from.
fn tint(svg: &str, base: (u8, u8, u8)) -> String {
    let Some((before, rest)) = svg.split_once(":root{") else { return svg.to_owned() };
    let Some((colours, after)) = rest.split_once('}') else { return svg.to_owned() };
    let own = colours.split(';').find_map(|c| palette::parse(c.strip_prefix("--accent:")?)).unwrap_or(LIGHT_TRIM);
    let distance = |trim| palette::lightness(base).abs_diff(palette::lightness(trim));
    let accent = [own, LIGHT_TRIM, DARK_TRIM].into_iter().find(|trim| distance(*trim) >= MIN_CONTRAST).unwrap_or(own);
    let ground = palette::mix(base, PAPER, 12);
    let [base, accent, ground] = [base, accent, ground].map(palette::hex);
    format!("{before}:root{{--base:{base};--accent:{accent};--ground:{ground}}}{after}")
}

/// Shows the part that the drawing names as its nicest spot.
fn zoom(svg: &str) -> String {
    let detail = svg.split_once("data-detail=\"").and_then(|(_, rest)| rest.split_once('"')).map(|(part, _)| part);
    match detail {
        Some(part) => svg.replacen("viewBox=\"0 0 800 1000\"", &format!("viewBox=\"{part}\""), 1),
        None => svg.to_owned(),
    }
}

/// The address of the drawing that stands in for a product without a picture.
#[must_use]
pub fn stand_in(categories: &[&str], title: &str, colour: &str) -> String {
    address(drawing(categories, title), colour)
}

/// The drawing that fits the words of a category or else of a title.
#[must_use]
pub fn drawing(categories: &[&str], title: &str) -> &'static str {
    let places = categories.iter().rev().copied().chain([title]);
    places.into_iter().find_map(drawing_for).unwrap_or("parcel")
}

/// The address of a drawing in a colour.
#[must_use]
pub fn address(drawing: &str, colour: &str) -> String {
    let colour = text::slug(colour);
    format!("/art/{drawing}/{}.svg", if colour.is_empty() { "plain" } else { &colour })
}

/// The drawing whose words the text holds. Earlier entries are more particular than later ones.
fn drawing_for(text: &str) -> Option<&'static str> {
    let folded = format!(" {} ", text::slug(text).replace('-', " "));
    // A word, or its plural with an s.
    let is_whole = |(at, word): (usize, &str)| {
        let after = &folded[at + word.len()..];
        folded[..at].ends_with(' ') && (after.starts_with(' ') || after.starts_with("s "))
    };
    let holds = |word: &str| folded.match_indices(word).any(is_whole);
    WORDS.iter().find(|(words, _)| words.iter().any(|word| holds(word))).map(|(_, drawing)| *drawing)
}

#[rustfmt::skip]
const WORDS: &[(&[&str], &str)] = &[
    (&["tshirt", "t shirt", "tee", "lounge tshirt"], "tee"),
    (&["polo"], "polo"),
    (&["sweatshirt"], "sweatshirt"),
    (&["hoodie"], "hoodie"),
    (&["overshirt"], "overshirt"),
    (&["nightdress", "nightdresses", "baby doll", "night suit", "robe"], "nightdress"),
    (&["shirt dress"], "shirt-dress"),
    (&["dress", "dresses", "jumpsuit", "romper", "smock"], "smock-dress"),
    (&["saree", "sari", "lehenga choli", "lehenga"], "saree"),
    (&["kurta", "kurti", "tunic", "kurta set", "salwar", "clothing set"], "tunic"),
    (&["dupatta", "stole", "shawl"], "stole"),
    (&["rain jacket", "raincoat"], "rain-jacket"),
    (&["waistcoat", "gilet", "nehru jacket"], "gilet"),
    (&["blazer", "suit"], "blazer"),
    (&["jacket"], "chore-jacket"),
    (&["coat"], "pea-coat"),
    (&["cardigan", "shrug"], "cardigan"),
    (&["sweater", "jumper", "pullover", "knitwear"], "jumper"),
    (&["camisole", "shapewear", "slip", "vest"], "base-layer"),
    (&["trunk", "brief", "boxer", "innerwear"], "briefs"),
    (&["top", "blouse", "tank"], "tank-top"),
    (&["shirt"], "shirt"),
    (&["jean", "jegging", "denim"], "jeans"),
    (&["track pant", "tracksuit", "lounge pant", "jogger"], "track-pants"),
    (&["legging", "tight", "stocking", "churidar", "capri"], "leggings"),
    (&["short"], "shorts"),
    (&["trouser", "pant", "chino", "patiala", "rain trouser"], "trousers"),
    (&["skirt"], "skirt"),
    (&["dungaree"], "dungarees"),
    (&["suspender", "brace"], "braces"),
    (&["sock", "bootie"], "socks"),
    (&["flip flop"], "flip-flop"),
    (&["sports sandal"], "sports-sandal"),
    (&["sandal"], "sandal"),
    (&["heel", "pump", "stiletto"], "heel"),
    (&["flat", "ballerina"], "ballet-flat"),
    (&["sports shoe", "running shoe", "trainer"], "running-shoe"),
    (&["formal shoe", "derby", "oxford"], "derby"),
    (&["loafer", "moccasin"], "loafer"),
    (&["casual shoe", "sneaker", "shoe"], "plimsoll"),
    (&["boot"], "work-boot"),
    (&["shoe accessory", "shoe accessories", "shoe lace"], "parcel"),
    (&["laptop bag", "tablet sleeve", "messenger bag", "briefcase"], "laptop-bag"),
    (&["backpack", "rucksack"], "backpack"),
    (&["duffel bag", "duffel", "holdall"], "duffel"),
    (&["trolley bag", "suitcase", "luggage"], "trolley"),
    (&["waist pouch", "mobile pouch", "pouch"], "waist-pouch"),
    (&["clutch", "clutches"], "clutch"),
    (&["handbag"], "handbag"),
    (&["tote"], "tote"),
    (&["satchel", "bag"], "satchel"),
    (&["wallet", "purse", "card holder"], "wallet"),
    (&["belt"], "belt"),
    (&["watch", "watches"], "watch"),
    (&["sunglass", "sunglasses", "eyewear"], "sunglasses"),
    (&["headband", "hair accessory"], "headband"),
    (&["cap"], "cap"),
    (&["beanie"], "beanie"),
    (&["hat"], "bucket-hat"),
    (&["scarf", "scarves", "muffler"], "scarf"),
    (&["glove", "wristband"], "gloves"),
    (&["cufflink"], "cufflinks"),
    (&["tie"], "tie"),
    (&["umbrella"], "umbrella"),
    (&["key chain", "keyring", "key ring"], "key-ring"),
    (&["water bottle"], "water-bottle"),
    (&["earring"], "earrings"),
    (&["pendant"], "pendant"),
    (&["necklace", "chain", "jewellery set", "choker"], "necklace"),
    (&["bangle", "bracelet"], "bracelet"),
    (&["ring"], "ring"),
    (&["basketball"], "basketball"),
    (&["football", "ball"], "ball"),
    (&["gift set", "voucher", "gift"], "gift-box"),
    (&["perfume", "cologne", "fragrance"], "perfume"),
    (&["deodorant", "body mist", "spray"], "deodorant"),
    (&["lip gloss", "lip plumper", "lip care"], "lip-gloss"),
    (&["lipstick", "lip liner", "lip"], "lipstick"),
    (&["nail polish", "nail"], "nail-polish"),
    (&["compact", "blush", "eyeshadow", "highlighter"], "compact"),
    (&["mascara"], "mascara"),
    (&["kajal", "eyeliner"], "eyeliner"),
    (&["grooming kit", "beauty accessory", "brush"], "brush-set"),
    (&["foundation", "primer", "concealer", "sunscreen", "face wash", "scrub", "tube", "makeup remover"], "tube"),
    (&["lotion", "toner", "hair colour", "shampoo"], "bottle"),
    (&["moisturiser", "moisturizer", "cream", "mask", "serum", "gel"], "jar"),
    (&["soap"], "soap"),
    (&["salve", "balm"], "salve"),
    (&["candle"], "candle"),
    (&["lantern", "lamp"], "lantern"),
    (&["cushion", "pillow"], "cushion"),
    (&["blanket", "throw"], "blanket"),
    (&["tea towel"], "tea-towel"),
    (&["towel"], "towel"),
    (&["apron"], "apron"),
    (&["kettle"], "kettle"),
    (&["mug", "cup"], "mug"),
    (&["bowl"], "bowl"),
    (&["plate"], "plate"),
    (&["jug"], "jug"),
    (&["vase", "pot", "planter"], "vase"),
    (&["basket"], "basket"),
    (&["notebook", "book"], "notebook"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_drawing_keeps_the_contract() {
        for name in Drawings::iter() {
            let svg = String::from_utf8(Drawings::get(&name).unwrap().data.into_owned()).unwrap();
            let root = svg.split_once('>').unwrap().0;
            assert!(root.contains("viewBox=\"0 0 800 1000\" width=\"800\" height=\"1000\""), "{name}: root");
            let detail = root.split_once("data-detail=\"").unwrap_or_else(|| panic!("{name}: no close-up")).1;
            let numbers: Vec<f64> = detail.split_once('"').unwrap().0.split(' ').map(|n| n.parse().unwrap()).collect();
            assert!((numbers[2] / numbers[3] - 0.8).abs() < 0.01, "{name}: the close-up is not 4:5");
            let style = svg.split_once("<style>").unwrap().1.trim_start();
            assert!(style.starts_with(":root{--base:#"), "{name}: style");
            assert!(svg.len() <= 9_216, "{name}: {} bytes", svg.len());
            for forbidden in ["<text", "<image", "<script", "<foreignObject", "http://", "https://", " on"] {
                let body = svg.replace("http://www.w3.org/2000/svg", "");
                assert!(!body.contains(forbidden), "{name}: {forbidden}");
            }
        }
    }

    #[test]
    fn a_tint_rewrites_base_ground_and_if_need_be_the_accent() {
        let white = draw("shirt", "white", false).unwrap();
        assert!(white.contains("--base:#f7f5f0;"));
        let black = draw("shirt", "black", false).unwrap();
        assert!(black.contains("--base:#1d1f23;"));
        assert_ne!(white, black);
        assert!(draw("shirt", "black", true).unwrap().len() < black.len() + 40);
        assert_eq!(draw("../shirt", "black", false), None);
    }

    #[test]
    fn a_product_without_a_picture_gets_the_drawing_of_its_kind() {
        let art = |category: &[&str], title: &str| stand_in(category, title, "Navy Blue");
        assert_eq!(art(&["Apparel", "Topwear", "Tshirts"], "x"), "/art/tee/navy-blue.svg");
        assert_eq!(art(&["Footwear", "Shoes", "Sports Shoes"], "x"), "/art/running-shoe/navy-blue.svg");
        assert_eq!(art(&[], "Ocean Blue Shirt"), "/art/shirt/navy-blue.svg");
        assert_eq!(stand_in(&["Zebra"], "Thing", ""), "/art/parcel/plain.svg");
    }

    #[test]
    fn every_word_leads_to_a_drawing_that_exists() {
        for (_, drawing) in WORDS {
            assert!(Drawings::get(&format!("{drawing}.svg")).is_some(), "{drawing}");
        }
    }
}
