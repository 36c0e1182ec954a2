//! Products as shoppers see them: a product, its variants (one SKU each), and the picker between them.

use super::{money::Money, review::Reviews, search::Hit, shipping::ShippingOption, text, timestamp::Timestamp};
use serde::{Deserialize, Serialize};

/// The most options a product may have (size, colour, style…): Shopify's limit, which its CSV layout shares.
pub const MAX_OPTIONS: usize = 3;

/// A node of the category tree, with the address of its page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Category {
    /// Slugs from the root down, `clothing/shirts`.
    pub path: String,
    pub name: String,
}

/// A picture of a product. `src` is an address, on this shop or elsewhere.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Picture {
    pub src: String,
    pub alt: String,
}

/// What a shopper is told about stock: words, never the count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    InStock,
    /// Three or fewer.
    Low,
    OutOfStock,
}

impl Availability {
    const LOW: i64 = 3;

    /// From the number on hand; `unlimited` for what is not tracked or sold on back order.
    #[must_use]
    pub fn of(on_hand: i64, unlimited: bool) -> Self {
        match on_hand {
            _ if unlimited => Self::InStock,
            i64::MIN..=0 => Self::OutOfStock,
            1..=Self::LOW => Self::Low,
            _ => Self::InStock,
        }
    }

    #[must_use]
    pub fn can_buy(self) -> bool {
        self != Self::OutOfStock
    }
}

/// One SKU of a product.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Variant {
    pub sku: String,
    pub barcode: String,
    /// One value for each of the product's options, in their order.
    pub options: Vec<String>,
    pub price: Money,
    /// What it cost before, when it is on sale.
    pub was: Option<Money>,
    /// The lowest price of the last 30 days, when it is on sale.
    pub lowest_30_days: Option<Money>,
    pub availability: Availability,
    pub grams: i64,
    /// The product's picture that shows this variant.
    pub picture: Option<usize>,
}

/// The average of a product's reviews.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Rating {
    pub count: u32,
    /// The sum of all stars given (1 to 5 each).
    pub stars: u32,
}

impl Rating {
    /// The average in tenths of a star, rounded half up: 47 is 4.7. Nothing without reviews.
    #[must_use]
    pub fn tenths(self) -> Option<u32> {
        (self.count > 0).then(|| (self.stars * 20 + self.count) / (2 * self.count))
    }
}

/// The lowest price of the 30 days before the present one was set, which a sale price has to be shown with
/// (Directive (EU) 2019/2161, article 2(1)). Nothing when there was no price before.
///
/// `history` has `(since, amount)`, oldest first; its last entry is the present price.
#[must_use]
pub fn lowest_before_sale(history: &[(Timestamp, i64)]) -> Option<i64> {
    let (&(changed, _), earlier) = history.split_last()?;
    let from = changed.plus(-30 * Timestamp::DAY);
    // Whatever held when the 30 days began counts too.
    let first = earlier.iter().rposition(|(since, _)| *since <= from).unwrap_or(0);
    earlier[first..].iter().map(|(_, amount)| *amount).min()
}

/// A product with everything its page shows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Product {
    pub handle: String,
    pub title: String,
    /// Sanitised HTML.
    pub description: String,
    pub brand: String,
    /// From the root of the tree down to the product's own category; empty without one.
    pub categories: Vec<Category>,
    /// The names of its options, at most [`MAX_OPTIONS`].
    pub options: Vec<String>,
    /// At least one.
    pub variants: Vec<Variant>,
    pub pictures: Vec<Picture>,
    pub tags: Vec<String>,
    pub rating: Rating,
    pub seo_title: String,
    pub seo_description: String,
}

impl Product {
    /// The variant that is shown: the one asked for, else the first that can be bought, else the first.
    #[must_use]
    pub fn chosen(&self, sku: Option<&str>) -> Option<&Variant> {
        let wanted = sku.map(text::key);
        self.variants
            .iter()
            .find(|v| wanted.as_deref() == Some(&text::key(&v.sku)))
            .or_else(|| self.variants.iter().find(|v| v.availability.can_buy()))
            .or_else(|| self.variants.first())
    }

    /// The pickers beside the picture: for each option its values, and where each one leads.
    #[must_use]
    pub fn pickers(&self, chosen: &Variant) -> Vec<Picker> {
        (0..self.options.len()).map(|option| self.picker(option, chosen)).collect()
    }

    fn picker(&self, option: usize, chosen: &Variant) -> Picker {
        let mut values: Vec<&str> = Vec::new();
        for value in self.variants.iter().filter_map(|v| v.options.get(option)) {
            if !values.contains(&value.as_str()) {
                values.push(value);
            }
        }
        let values = values.into_iter().filter_map(|value| self.choice(option, value, chosen)).collect();
        Picker { name: self.options[option].clone(), values }
    }

    /// Where picking `value` leads: to the variant that differs from the chosen one in nothing else; failing that
    /// to the one that keeps most of the earlier options.
    fn choice(&self, option: usize, value: &str, chosen: &Variant) -> Option<Choice> {
        let kept = |v: &Variant| {
            let same = |i: &usize| v.options.get(*i) == chosen.options.get(*i);
            let others = (0..self.options.len()).filter(|i| *i != option);
            let exact = others.clone().filter(same).count() + 1 == self.options.len();
            let weight: u32 = others.filter(same).map(|i| 1 << (MAX_OPTIONS - i.min(MAX_OPTIONS))).sum();
            (exact, weight, v.availability.can_buy())
        };
        let with_value = self.variants.iter().filter(|v| v.options.get(option).is_some_and(|o| o == value));
        // max_by_key keeps the last of equals; reversed, the first.
        let target = with_value.rev().max_by_key(|v| kept(v))?;
        Some(Choice {
            value: value.to_owned(),
            sku: target.sku.clone(),
            chosen: chosen.options.get(option).is_some_and(|o| o == value),
            exists: kept(target).0,
            availability: target.availability,
        })
    }
}

/// What the page of a product shows beside the product.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ProductPage {
    pub product: Product,
    /// How one of it would be delivered if it were ordered now.
    pub delivery: Vec<ShippingOption>,
    pub reviews: Reviews,
    pub related: Vec<Hit>,
}

/// One option of a product with its values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Picker {
    pub name: String,
    pub values: Vec<Choice>,
}

/// One value of a [`Picker`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    pub value: String,
    /// The SKU that picking it leads to.
    pub sku: String,
    pub chosen: bool,
    /// Whether it exists with the other options as they are chosen now.
    pub exists: bool,
    pub availability: Availability,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;

    fn variant(sku: &str, options: &[&str], availability: Availability) -> Variant {
        Variant {
            sku: sku.into(),
            barcode: String::new(),
            options: options.iter().map(|&o| o.into()).collect(),
            price: Money::new(100, Currency::USD),
            was: None,
            lowest_30_days: None,
            availability,
            grams: 0,
            picture: None,
        }
    }

    fn shirt() -> Product {
        use Availability::{InStock, OutOfStock};
        Product {
            handle: "shirt".into(),
            title: "Shirt".into(),
            description: String::new(),
            brand: String::new(),
            categories: vec![],
            options: vec!["Size".into(), "Colour".into()],
            variants: vec![
                variant("S-RED", &["S", "Red"], OutOfStock),
                variant("M-RED", &["M", "Red"], InStock),
                variant("M-BLUE", &["M", "Blue"], InStock),
                variant("L-BLUE", &["L", "Blue"], OutOfStock),
            ],
            pictures: vec![],
            tags: vec![],
            rating: Rating::default(),
            seo_title: String::new(),
            seo_description: String::new(),
        }
    }

    #[test]
    fn the_variant_asked_for_is_shown_else_the_first_that_can_be_bought() {
        let shirt = shirt();
        assert_eq!(shirt.chosen(Some("l-blue")).unwrap().sku, "L-BLUE");
        assert_eq!(shirt.chosen(Some("nonsense")).unwrap().sku, "M-RED");
        assert_eq!(shirt.chosen(None).unwrap().sku, "M-RED");
    }

    #[test]
    fn a_picker_keeps_the_other_options_and_says_what_does_not_exist() {
        let shirt = shirt();
        let pickers = shirt.pickers(shirt.chosen(Some("M-RED")).unwrap());
        let seen: Vec<_> =
            pickers.iter().flat_map(|p| &p.values).map(|c| (&*c.value, &*c.sku, c.chosen, c.exists)).collect();
        assert_eq!(
            seen,
            [
                ("S", "S-RED", false, true),
                ("M", "M-RED", true, true),
                ("L", "L-BLUE", false, false),
                ("Red", "M-RED", true, true),
                ("Blue", "M-BLUE", false, true),
            ]
        );
        assert_eq!(pickers[0].values[0].availability, Availability::OutOfStock);
    }

    #[test]
    fn an_average_is_rounded_to_a_tenth_of_a_star() {
        assert_eq!(Rating { count: 3, stars: 14 }.tenths(), Some(47));
        assert_eq!(Rating { count: 4, stars: 17 }.tenths(), Some(43));
        assert_eq!(Rating::default().tenths(), None);
    }

    #[test]
    fn the_lowest_price_before_a_sale_looks_back_30_days_and_no_further() {
        let day = |n: i64| Timestamp(n * Timestamp::DAY);
        assert_eq!(lowest_before_sale(&[(day(0), 50), (day(10), 100), (day(60), 80)]), Some(100));
        assert_eq!(lowest_before_sale(&[(day(0), 50), (day(40), 100), (day(60), 80)]), Some(50));
        assert_eq!(lowest_before_sale(&[(day(60), 80)]), None);
        assert_eq!(lowest_before_sale(&[]), None);
    }

    #[test]
    fn stock_becomes_words() {
        assert_eq!(Availability::of(0, false), Availability::OutOfStock);
        assert_eq!(Availability::of(3, false), Availability::Low);
        assert_eq!(Availability::of(4, false), Availability::InStock);
        assert_eq!(Availability::of(-2, true), Availability::InStock);
    }
}
