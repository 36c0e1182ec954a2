//! Sentences that shoppers type, and what they mean in a little shop.

use super::*;
use crate::domain::search::{Facet, FacetValue, facets::FacetKind};
use std::collections::HashMap;

/// The titles of the shop, with colour and brand.
const TITLES: [(&str, &str); 11] = [
    ("Nike Men Air Running Shoe", "black"),
    ("Red Tape Men Leather Shoe", "brown"),
    ("Striped Blue Shirt", "blue"),
    ("Blue Striped Shirt for Her", "blue"),
    ("Blue Marlin Mug", "white"),
    ("Blue Marlin Poster", "grey"),
    ("Canvas Handbag", "red"),
    ("Puma Hand Bag", "black"),
    ("Sea Shirt", "navy blue"),
    ("Belstaff Jacket", "black"),
    ("Nike Air Max 95", "black"),
];

/// The vocabulary of those titles; each counts for a hundred products.
pub(super) struct Titles(HashMap<String, u32>);

impl Titles {
    pub(super) fn new() -> Self {
        let mut counts: HashMap<String, u32> = HashMap::new();
        for (title, _) in TITLES {
            words::words(title).into_iter().for_each(|word| *counts.entry(word.folded).or_default() += 100);
        }
        for (word, count) in
            [("shirts", 900), ("skirts", 20), ("belts", 300), ("walle", 1), ("wallets", 400), ("shoes", 800)]
        {
            counts.insert(word.into(), count);
        }
        Self(counts)
    }

    fn with_phrase(stems: &[String]) -> Vec<&'static str> {
        let has = |title: &str| {
            let all: Vec<String> = words::words(title).iter().map(words::Word::stem).collect();
            all.windows(stems.len()).any(|window| window == stems)
        };
        TITLES.iter().filter(|(title, _)| has(title)).map(|(_, colour)| *colour).collect()
    }

    fn by_count(&self, wanted: impl Fn(&str) -> bool) -> Vec<(String, u32)> {
        let mut found: Vec<_> = self.0.iter().filter(|(word, _)| wanted(word)).map(|(w, c)| (w.clone(), *c)).collect();
        found.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        found
    }
}

impl Vocabulary for Titles {
    fn count(&self, folded: &str) -> u32 {
        self.0.get(folded).copied().unwrap_or(0)
    }

    fn count_stem(&self, stem: &str) -> u32 {
        self.0.iter().filter(|(word, _)| words::stem(word) == stem).map(|(_, count)| count).sum()
    }

    fn spelled_like(&self, folded: &str, edits: u8) -> Vec<(String, u8, u32)> {
        let distance = |word: &str| strsim::osa_distance(word, folded) as u8;
        let near = self.by_count(|word| distance(word) <= edits).into_iter();
        near.map(|(word, count)| (word.clone(), distance(&word), count)).collect()
    }

    fn beginning_with(&self, folded: &str) -> Vec<(String, u32)> {
        self.by_count(|word| word.starts_with(folded))
    }

    fn count_in_titles(&self, stems: &[String]) -> u32 {
        Self::with_phrase(stems).len() as u32
    }

    fn count_in_titles_with(&self, stems: &[String], meaning: &Meaning) -> u32 {
        Self::with_phrase(stems).iter().filter(|colour| meaning.values.iter().any(|value| value == *colour)).count()
            as u32
    }

    fn is_code(&self, text: &str) -> bool {
        text.eq_ignore_ascii_case("MUG-1")
    }
}

fn facet(name: &str, label: &str, kind: FacetKind, values: &[(&str, &str, u32)]) -> Facet {
    let values = values.iter().map(|(value, label, count)| FacetValue {
        value: (*value).into(),
        label: (*label).into(),
        count: *count,
        chosen: false,
    });
    Facet { name: name.into(), label: label.into(), kind, values: values.collect(), more: 0 }
}

pub(super) fn lexicon() -> Lexicon {
    let plain = |values: &[(&'static str, u32)]| values.iter().map(|(v, n)| (*v, *v, *n)).collect::<Vec<_>>();
    let facets = [
        facet(
            "category",
            "Category",
            FacetKind::Category,
            &[
                ("footwear", "Footwear", 900),
                ("footwear/shoes", "Shoes", 800),
                ("footwear/shoes/sports-shoes", "Sports Shoes", 200),
                ("footwear/shoes/casual-shoes", "Casual Shoes", 300),
                ("footwear/sandal", "Sandal", 100),
                ("footwear/sandal/sandals", "Sandals", 90),
                ("apparel/shirts", "Shirts", 900),
                ("apparel/skirts", "Skirts", 20),
                ("apparel/dresses", "Dresses", 100),
                ("apparel/tshirts", "Tshirts", 700),
                ("bags/handbags", "Handbags", 200),
                ("bags/wallets", "Wallets", 400),
                ("belts", "Belts", 300),
                ("beauty/perfume-and-body-mist", "Perfume and Body Mist", 60),
            ],
        ),
        facet(
            "brand",
            "Brand",
            FacetKind::Brand,
            &plain(&[
                ("Nike", 300),
                ("Puma", 200),
                ("Red Tape", 100),
                ("Gini and Jony", 50),
                ("AND", 5),
                ("H&M", 20),
                ("Red", 3),
                ("U.S. Polo Assn.", 40),
                ("Nike Black", 1),
            ]),
        ),
        facet(
            "colour",
            "Colour",
            FacetKind::Option,
            &plain(&[
                ("Red", 500),
                ("Blue", 900),
                ("Black", 900),
                ("White", 500),
                ("Navy Blue", 100),
                ("Grey", 200),
                ("Pink", 90),
            ]),
        ),
        facet(
            "size",
            "Size",
            FacetKind::Option,
            &plain(&[("S", 500), ("M", 600), ("L", 500), ("42", 300), ("6-7Y", 20)]),
        ),
        facet(
            "gender",
            "Gender",
            FacetKind::Attribute,
            &plain(&[("Men", 900), ("Women", 800), ("Boys", 40), ("Girls", 40)]),
        ),
        facet("usage", "Usage", FacetKind::Attribute, &plain(&[("Casual", 900), ("Formal", 300)])),
        facet("year", "Year", FacetKind::Attribute, &plain(&[("2012", 900)])),
    ];
    let rules = [
        "ladies, womens => women",
        "mens, male => men",
        "kids => boys, girls",
        "navy => navy blue",
        "grey, gray",
        "running shoes, trainers => sports shoes",
        "sneakers => casual shoes, sports shoes",
        "footwear => shoes",
        "tee, t shirt",
        "purse => handbags",
        "beaker => mug",
    ];
    let rules: Vec<Rule> = rules.iter().map(|line| Rule::parse(line).unwrap()).collect();
    Lexicon::new(&facets, &rules, &grammar_words())
}

fn understood(text: &str) -> Reading {
    read(text, &lexicon(), &Titles::new(), Currency::USD)
}

/// In short: words sought, filters, prices and flags.
fn told(text: &str) -> String {
    in_short(&understood(text))
}

fn in_short(reading: &Reading) -> String {
    let mut parts: Vec<String> = reading.sought.iter().map(|sought| format!("'{}'", sought.shown)).collect();
    let mut filters: Vec<String> =
        reading.filters.iter().map(|meaning| format!("{}={}", meaning.facet, meaning.values.join("|"))).collect();
    filters.sort();
    parts.extend(filters);
    parts.extend(reading.prices.iter().map(|range| range.name(Currency::USD)));
    parts.extend(reading.rating.map(|stars| format!("{stars} stars")));
    parts.extend(reading.in_stock.then(|| "in stock".to_owned()));
    parts.extend(reading.on_sale.then(|| "on sale".to_owned()));
    parts.extend(reading.sort.map(|sort| sort.name().to_owned()));
    parts.join(" ")
}

#[test]
fn plain_words_become_the_filters_they_name() {
    let shoes = "brand=nike category=footwear/shoes size=42";
    assert_eq!(told("nike shoes size 42"), shoes);
    assert_eq!(told("size 42 NIKE Shoe"), shoes);
    assert_eq!(told("nike shoes 42"), shoes);
    assert_eq!(told("navy shirt men"), "category=apparel/shirts colour=navy blue gender=men");
    assert_eq!(told("red colour shirts in m"), "category=apparel/shirts colour=red size=m");
    assert_eq!(told("white women's tshirt"), "category=apparel/tshirts colour=white gender=women");
    assert_eq!(told("red or black shirts"), "category=apparel/shirts colour=red|black");
    assert_eq!(told("tee for kids 6-7y"), "category=apparel/tshirts gender=boys|girls size=6-7y");
}

#[test]
fn prices_are_read_as_they_are_said() {
    for (said, meant) in [
        ("under 40", "-40.00"),
        ("cheaper than $40", "-40.00"),
        ("$30", "-30.00"),
        ("30 dollars", "-30.00"),
        ("up to 1,000.50 usd", "-1000.50"),
        ("over 20", "20.00-"),
        ("at least €20", "20.00-"),
        ("between 20 and 50", "20.00-50.00"),
        ("between $50 and $20", "20.00-50.00"),
        ("from 20 to 50", "20.00-50.00"),
        ("$20-50", "20.00-50.00"),
        ("20 to 50 dollars", "20.00-50.00"),
        ("over 20 under 50", "20.00-50.00"),
        ("undr 40", "-40.00"),
        ("$20 - $50", "20.00-50.00"),
        ("20 – 50 dollars", "20.00-50.00"),
    ] {
        assert_eq!(told(&format!("shirts {said}")), format!("category=apparel/shirts {meant}"), "{said}");
        assert_eq!(told(&format!("{said} shirts")), format!("category=apparel/shirts {meant}"), "{said}");
    }
}

#[test]
fn a_price_may_stand_before_anything() {
    assert_eq!(told("shoes under 100 in size 42"), "category=footwear/shoes size=42 -100.00");
    assert_eq!(told("shirts under 50 in red"), "category=apparel/shirts colour=red -50.00");
    assert_eq!(told("shirts under 20 m"), "category=apparel/shirts size=m -20.00");
}

#[test]
fn a_number_of_a_name_is_no_price() {
    assert_eq!(told("air max 90").replace('\'', ""), "air max 90");
    assert_eq!(told("nike max $90"), "brand=nike -90.00");
}

#[test]
fn a_slip_is_not_a_wish() {
    assert_eq!(understood("sage shirt").sort, None);
    assert!(!understood("pale shirt").on_sale);
}

#[test]
fn what_is_no_price_is_none() {
    assert_eq!(understood("shirts under 40 cm").prices, []);
    assert_eq!(understood("1e99-NaN").prices, []);
    assert_eq!(understood("under").prices, []);
    assert_eq!(understood("shirts 20-50").prices, []);
    assert_eq!(understood("under 99999999999999999999").prices, []);
}

#[test]
fn sale_stock_stars_and_order_are_read() {
    assert_eq!(told("shoes on sale"), "category=footwear/shoes on sale");
    assert_eq!(told("shoes in stock"), "category=footwear/shoes in stock");
    assert_eq!(told("top rated shoes"), "category=footwear/shoes 4 stars");
    assert_eq!(told("shoes 3 stars"), "category=footwear/shoes 3 stars");
    assert_eq!(told("cheapest shoes"), "category=footwear/shoes price-asc");
}

#[test]
fn a_word_of_a_name_is_not_taken_from_it() {
    assert_eq!(told("Red Tape shoes"), "brand=red tape category=footwear/shoes");
    assert_eq!(told("red shoes"), "category=footwear/shoes colour=red");
    assert_eq!(told("Gini and Jony shirts"), "brand=gini and jony category=apparel/shirts");
    assert_eq!(told("shirts and shoes"), "category=apparel/shirts|footwear/shoes");
    assert_eq!(told("blue marlin"), "'blue' 'marlin'");
    assert_eq!(told("blue striped shirt"), "'striped' category=apparel/shirts colour=blue");
    assert_eq!(told("nike black shoes"), "brand=nike category=footwear/shoes colour=black");
    assert_eq!(told("h&m shirts"), "brand=h&m category=apparel/shirts");
    assert_eq!(told("us polo assn shirts"), "brand=u.s. polo assn. category=apparel/shirts");
}

#[test]
fn one_thing_is_meant_by_several_words_for_things() {
    assert_eq!(told("shirt dress"), "'shirt' category=apparel/dresses");
    assert_eq!(told("sports shoes"), "category=footwear/shoes/sports-shoes");
    assert_eq!(told("footwear sandals"), "category=footwear/sandal");
    let sandals = understood("sandals");
    assert_eq!(sandals.preferred(), ["footwear/sandal/sandals"]);
}

#[test]
fn words_written_together_or_apart_are_the_same() {
    for text in ["handbag", "hand bags", "hand-bag"] {
        assert_eq!(told(text), "category=bags/handbags", "{text}");
    }
    for text in ["t-shirt", "tshirts", "T Shirt", "tee"] {
        assert_eq!(told(text), "category=apparel/tshirts", "{text}");
    }
    assert_eq!(told("body mist"), "category=beauty/perfume-and-body-mist");
}

#[test]
fn synonyms_mean_what_the_shop_has() {
    assert_eq!(told("gray sneakers"), "category=footwear/shoes/casual-shoes|footwear/shoes/sports-shoes colour=grey");
    assert_eq!(understood("sneakers").preferred(), ["footwear/shoes/casual-shoes"]);
    assert_eq!(told("trainers"), "category=footwear/shoes/sports-shoes");
    assert_eq!(told("casual footwear"), "category=footwear/shoes/casual-shoes");
    let beaker = understood("beaker");
    assert_eq!(beaker.sought[0].ways, [["beaker"], ["mug"]]);
}

#[test]
fn slips_are_mended_with_the_words_of_the_shop() {
    let mended = |text: &str| (told(text), understood(text).corrected.unwrap_or_default());
    assert_eq!(mended("blue soirts"), ("category=apparel/shirts colour=blue".into(), "blue shirts".into()));
    assert_eq!(mended("shose"), ("category=footwear/shoes".into(), "shoes".into()));
    assert_eq!(mended("handabgs"), ("category=bags/handbags".into(), "handbag".into()));
    assert_eq!(
        mended("nike runing shose under 100 size 42"),
        (
            "brand=nike category=footwear/shoes/sports-shoes size=42 -100.00".into(),
            "nike running shoes under 100 size 42".into()
        )
    );
    assert_eq!(understood("blue shirts").corrected, None);
    // Three letters are too few to guess at.
    assert_eq!(told("xhi"), "'xhi'");
}

#[test]
fn the_last_word_may_be_only_begun() {
    assert_eq!(told("blue shi"), "category=apparel/shirts colour=blue");
    assert_eq!(told("sports sho"), "category=footwear/shoes/sports-shoes");
    assert_eq!(understood("sports sho").corrected.as_deref(), Some("sports shoes"));
    assert_eq!(told("black handb"), "category=bags/handbags colour=black");
    // Not in the middle.
    assert_eq!(told("shi blue"), "'shi' colour=blue");
}

#[test]
fn a_rare_word_is_doubted_only_when_asked_to_be() {
    assert_eq!(told("black walle"), "'walle' colour=black");
    let doubted = read_with_doubt("black walle", &lexicon(), &Titles::new(), Currency::USD).unwrap();
    assert_eq!(in_short(&doubted), "category=bags/wallets colour=black");
    assert_eq!(read_with_doubt("black wallets", &lexicon(), &Titles::new(), Currency::USD), None);
}

#[test]
fn words_that_say_nothing_are_dropped_unless_there_are_no_others() {
    assert_eq!(told("looking for some shoes please"), "category=footwear/shoes");
    assert_eq!(told("the"), "'the'");
    assert_eq!(told("shoes over 20 and below 50"), "category=footwear/shoes 20.00-50.00");
}

#[test]
fn a_code_is_taken_as_it_stands() {
    let reading = understood("mug-1");
    assert!(reading.literal);
    assert_eq!(reading.filters, []);
}

#[test]
fn a_facet_chosen_by_hand_is_not_read_from_the_words() {
    let mut asked = Criteria { text: "red shirt".into(), ..Criteria::default() };
    asked.choose("colour", "blue");
    let criteria = understood("red shirt").beside(&asked).applied_to(&asked);
    assert_eq!(criteria.choices["colour"], ["blue"]);
    assert_eq!(criteria.choices["category"], ["apparel/shirts"]);
    // It is still something to be found.
    assert_eq!(criteria.text, "red");
    asked.choices.insert("colour".into(), vec!["red".into()]);
    assert_eq!(understood("red shirt").beside(&asked).applied_to(&asked).text, "");
}

#[test]
fn what_is_left_of_a_text_reads_the_same_again() {
    for text in ["blue striped shirt", "blue marlin under 40", "nike leather runing shose", "beaker", "shirt dress"] {
        let once = understood(text).applied_to(&Criteria { text: text.into(), ..Criteria::default() });
        let again = understood(&once.text).beside(&once).applied_to(&once);
        assert_eq!(again, once, "{text}");
    }
}
