//! What goes over the wire between the checkout page and the server.

use crate::{
    account::view::SavedAddress,
    domain::{address::FieldErrors, cart::Cart, pricing::Quote},
    error::AppError,
    payments::view::Offer,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What was typed, but for the card.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckoutForm {
    pub email: String,
    pub name: String,
    pub line1: String,
    pub city: String,
    pub postcode: String,
    pub country: String,
    pub shipping_method: String,
    /// The name of a way to pay.
    pub payment_method: String,
    /// Whether the address is to be kept, for who has signed in.
    pub keep_address: bool,
}

/// The amounts a form showed, in minor units: everything but delivery, then each way of delivery (`15600;express=1495`).
/// They go with the form, because without JavaScript no total can follow the choice of delivery.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct ShownAmounts {
    goods: i64,
    deliveries: Vec<(String, i64)>,
}

impl ShownAmounts {
    /// The total with a way of delivery. One that was not shown costs nothing, so the total will not do.
    #[must_use]
    pub fn total_with(&self, delivery: &str) -> i64 {
        let price = self.deliveries.iter().find(|(code, _)| code.eq_ignore_ascii_case(delivery)).map_or(0, |(_, p)| *p);
        self.goods.saturating_add(price)
    }
}

impl From<&Quote> for ShownAmounts {
    fn from(quote: &Quote) -> Self {
        let delivery = quote.shipping.as_ref().map_or(0, |option| option.price.amount);
        let options = quote.shipping_options.iter();
        Self {
            goods: quote.total.amount - delivery,
            deliveries: options.map(|option| (option.code.clone(), option.price.amount)).collect(),
        }
    }
}

/// What is not an amount is none: the order is then refused, because its total is another.
impl From<String> for ShownAmounts {
    fn from(text: String) -> Self {
        let mut parts = text.split(';');
        let goods = parts.next().and_then(|goods| goods.parse().ok()).unwrap_or_default();
        let delivery = |part: &str| part.split_once('=').and_then(|(code, p)| Some((code.to_owned(), p.parse().ok()?)));
        Self { goods, deliveries: parts.filter_map(delivery).collect() }
    }
}

impl From<ShownAmounts> for String {
    fn from(shown: ShownAmounts) -> Self {
        shown.to_string()
    }
}

impl fmt::Display for ShownAmounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.goods)?;
        self.deliveries.iter().try_for_each(|(code, price)| write!(f, ";{code}={price}"))
    }
}

/// What became of an attempt to order.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckoutOutcome {
    /// The order is at `page`; `next_action` is where to confirm the payment first.
    Placed { page: String, next_action: Option<String> },
    /// Fields that need another look.
    Invalid { fields: FieldErrors },
    /// The order could not be taken as it was.
    Refused { error: AppError },
}

impl CheckoutOutcome {
    /// Where a browser without JavaScript goes next.
    #[must_use]
    pub fn page(&self) -> String {
        match self {
            Self::Placed { next_action: Some(url), .. } => url.clone(),
            Self::Placed { page, .. } => page.clone(),
            Self::Invalid { .. } | Self::Refused { .. } => "/checkout".to_owned(),
        }
    }
}

/// The checkout page's data.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Checkout {
    pub cart: Cart,
    pub form: CheckoutForm,
    /// What became of the last attempt, when the page was loaded anew after it.
    pub outcome: Option<CheckoutOutcome>,
    /// The key under which at most one order is placed.
    pub attempt: String,
    /// The ways to pay.
    pub pay: Offer,
    pub signed_in: bool,
    /// The addresses that who has signed in keeps.
    pub addresses: Vec<SavedAddress>,
}

#[cfg(test)]
mod tests {
    use super::ShownAmounts;

    #[test]
    fn what_was_shown_comes_back_with_the_form() {
        let shown = ShownAmounts::from("15600;standard=0;express=1495".to_owned());
        assert_eq!(shown.total_with("Express"), 17_095);
        assert_eq!(shown.total_with("standard"), 15_600);
        assert_eq!(ShownAmounts::from(shown.to_string()), shown);
    }

    #[test]
    fn nonsense_is_no_amount() {
        for text in ["", "abc", ";", "=;=", "99999999999999999999", "1;express=", "1;express=x"] {
            assert!(ShownAmounts::from(text.to_owned()).total_with("express") <= 1, "{text}");
        }
        assert_eq!(ShownAmounts::from(format!("{};x=1", i64::MAX)).total_with("x"), i64::MAX);
    }
}
