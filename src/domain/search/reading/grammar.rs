//! The words that mean the same in every shop: prices, sales, stock, stars, orders, and words that say nothing.

use super::words::Gap;
use crate::domain::{
    money::{Currency, Money},
    search::{PriceRange, Sort},
};

/// What a run of words asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wish {
    Price(PriceRange),
    Rating(u8),
    InStock,
    OnSale,
    Sort(Sort),
}

/// The words to be read, as far as this module needs to know them.
pub trait Words {
    /// Whether the word at a place may be meant as this one.
    fn is(&self, at: usize, word: &str) -> bool;
    /// The number at a place.
    fn number(&self, at: usize) -> Option<String>;
    /// What stands before the word at a place.
    fn gap(&self, at: usize) -> Gap;
}

const BELOW: [&[&str]; 14] = [
    &["under"],
    &["below"],
    &["less", "than"],
    &["cheaper", "than"],
    &["lower", "than"],
    &["not", "more", "than"],
    &["no", "more", "than"],
    &["up", "to"],
    &["upto"],
    &["at", "most"],
    &["max"],
    &["maximum"],
    &["within"],
    &["for", "under"],
];
const ABOVE: [&[&str]; 10] = [
    &["over"],
    &["above"],
    &["more", "than"],
    &["at", "least"],
    &["min"],
    &["minimum"],
    &["starting", "at"],
    &["starting", "from"],
    &["from"],
    &["higher", "than"],
];
const CURRENCIES: [&str; 16] = [
    "$", "usd", "dollar", "dollars", "bucks", "eur", "euro", "euros", "gbp", "pound", "pounds", "quid", "inr", "rs",
    "rupees", "yen",
];
/// After a number these say that it is no price. "m", "l" and "in" are left out: they are sizes and fillers more often.
const UNITS: [&str; 15] = [
    "cm", "mm", "inch", "inches", "kg", "ml", "oz", "year", "years", "month", "months", "star", "stars", "pack",
    "pieces",
];
const WISHES: [(&[&str], Wish); 26] = [
    (&["on", "sale"], Wish::OnSale),
    (&["sale"], Wish::OnSale),
    (&["sales"], Wish::OnSale),
    (&["discounted"], Wish::OnSale),
    (&["discount"], Wish::OnSale),
    (&["reduced"], Wish::OnSale),
    (&["clearance"], Wish::OnSale),
    (&["deals"], Wish::OnSale),
    (&["in", "stock"], Wish::InStock),
    (&["available"], Wish::InStock),
    (&["available", "now"], Wish::InStock),
    (&["top", "rated"], Wish::Rating(4)),
    (&["best", "rated"], Wish::Rating(4)),
    (&["highly", "rated"], Wish::Rating(4)),
    (&["well", "reviewed"], Wish::Rating(4)),
    (&["good", "reviews"], Wish::Rating(4)),
    (&["cheapest"], Wish::Sort(Sort::PriceAsc)),
    (&["lowest", "price"], Wish::Sort(Sort::PriceAsc)),
    (&["most", "expensive"], Wish::Sort(Sort::PriceDesc)),
    (&["newest"], Wish::Sort(Sort::Newest)),
    (&["latest"], Wish::Sort(Sort::Newest)),
    (&["new", "arrivals"], Wish::Sort(Sort::Newest)),
    (&["bestseller"], Wish::Sort(Sort::Popular)),
    (&["bestsellers"], Wish::Sort(Sort::Popular)),
    (&["best", "selling"], Wish::Sort(Sort::Popular)),
    (&["most", "popular"], Wish::Sort(Sort::Popular)),
];
const FILLERS: [&str; 47] = [
    "a",
    "an",
    "the",
    "and",
    "or",
    "for",
    "of",
    "in",
    "on",
    "with",
    "to",
    "by",
    "at",
    "from",
    "is",
    "are",
    "my",
    "me",
    "i",
    "im",
    "id",
    "we",
    "you",
    "your",
    "some",
    "any",
    "that",
    "this",
    "these",
    "please",
    "want",
    "need",
    "find",
    "show",
    "search",
    "looking",
    "look",
    "get",
    "buy",
    "shop",
    "online",
    "store",
    "something",
    "wear",
    "price",
    "priced",
    "item",
];

/// All words above that can be misspelt.
pub fn spellable() -> Vec<&'static str> {
    let runs = BELOW.iter().chain(&ABOVE).copied().chain(WISHES.iter().map(|(words, _)| *words));
    let mut all: Vec<_> = runs.flatten().copied().chain(["between", "stars", "rated", "size"]).collect();
    all.retain(|word| word.len() > 3);
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether a word says nothing about products.
pub fn is_filler(folded: &str) -> bool {
    FILLERS.contains(&folded)
}

/// Whether a word makes what stands on both its sides alternatives.
pub fn is_junction(folded: &str) -> bool {
    matches!(folded, "and" | "or")
}

/// The wish that begins at a place, and how many words it takes.
pub fn wish(words: &impl Words, at: usize, currency: Currency) -> Option<(Wish, usize)> {
    let price = price(words, at, currency).map(|(range, len)| (Wish::Price(range), len));
    price.or_else(|| rating(words, at)).or_else(|| {
        let said = WISHES.iter().filter(|(run, _)| starts(words, at, run));
        said.max_by_key(|(run, _)| run.len()).map(|(run, wish)| (*wish, run.len()))
    })
}

fn starts(words: &impl Words, at: usize, run: &[&str]) -> bool {
    run.iter().enumerate().all(|(i, word)| words.is(at + i, word))
}

fn longest(words: &impl Words, at: usize, runs: &[&[&str]]) -> Option<usize> {
    runs.iter().filter(|run| starts(words, at, run)).map(|run| run.len()).max()
}

fn price(words: &impl Words, at: usize, currency: Currency) -> Option<(PriceRange, usize)> {
    let amount = |at| amount(words, at, currency);
    let range = |min: Option<i64>, max: Option<i64>| PriceRange { min, max };
    if words.is(at, "between") {
        let one = amount(at + 1)?;
        let joint = at + 1 + one.len;
        let skip = usize::from(words.is(joint, "and") || words.is(joint, "to"));
        let other = amount(joint + skip)?;
        return Some((ordered(one.minor, other.minor), 1 + one.len + skip + other.len));
    }
    if let Some(said) = longest(words, at, &BELOW) {
        let found = amount(at + said)?;
        return Some((range(None, Some(found.minor)), said + found.len));
    }
    if let Some(said) = longest(words, at, &ABOVE) {
        let from = amount(at + said)?;
        let joint = at + said + from.len;
        // "from 20 to 50"
        if words.is(at, "from")
            && words.is(joint, "to")
            && let Some(to) = amount(joint + 1)
        {
            return Some((ordered(from.minor, to.minor), said + from.len + 1 + to.len));
        }
        return Some((range(Some(from.minor), None), said + from.len));
    }
    let one = amount(at)?;
    let joint = at + one.len;
    // "$20-50", "20 to 50 dollars": a sign of money is needed, or it may be a size.
    let skip = usize::from(words.is(joint, "to"));
    if (skip == 1 || words.gap(joint) == Gap::Hyphen)
        && let Some(other) = amount(joint + skip)
        && (one.signed || other.signed)
    {
        return Some((ordered(one.minor, other.minor), one.len + skip + other.len));
    }
    one.signed.then_some((range(None, Some(one.minor)), one.len))
}

fn ordered(one: i64, other: i64) -> PriceRange {
    PriceRange { min: Some(one.min(other)), max: Some(one.max(other)) }
}

struct Amount {
    minor: i64,
    len: usize,
    /// Whether it says that it is money.
    signed: bool,
}

fn amount(words: &impl Words, at: usize, currency: Currency) -> Option<Amount> {
    let is_currency = |at| CURRENCIES.iter().any(|sign| words.is(at, sign));
    let before = usize::from(is_currency(at));
    let number = words.number(at + before)?;
    let next = at + before + 1;
    // "$20 - $50": a second sign is the next amount's.
    let after = usize::from(is_currency(next) && !(before == 1 && words.is(next, "$")));
    if before + after == 0 && UNITS.iter().any(|unit| words.is(next, unit)) {
        return None;
    }
    let minor = Money::parse_decimal(&number, currency)?.amount;
    Some(Amount { minor, len: before + 1 + after, signed: before + after > 0 })
}

fn rating(words: &impl Words, at: usize) -> Option<(Wish, usize)> {
    let said = usize::from(words.is(at, "rated"));
    let stars: u8 = words.number(at + said)?.parse().ok().filter(|stars| (1..=5).contains(stars))?;
    let unit = usize::from(words.is(at + said + 1, "star") || words.is(at + said + 1, "stars"));
    (said + unit > 0).then_some((Wish::Rating(stars), said + 1 + unit))
}
