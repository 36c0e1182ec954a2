//! What goes over the wire between the checkout page and the server.

use crate::{
    account::view::SavedAddress,
    domain::{
        address::{Field, FieldErrors, Problem},
        cart::Cart,
        pricing::{Basket, Change, PriceBook, Quote},
        shipping,
    },
    error::AppError,
    payments::view::Offer,
};
use serde::{Deserialize, Serialize};

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
    /// The code of a gift card, as long as we know none by it. That of a card we know is worth money and is not kept.
    pub gift_card: String,
}

/// What was typed about codes, and what was pressed beside placing the order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CodesForm {
    /// A coupon to be entered.
    pub coupon: String,
    /// The one to be taken out: `coupon` or `gift_card`.
    pub remove: String,
    /// The button that works the total out anew and orders nothing.
    pub update: String,
    /// The button that leaves the page for another one, by the name of a [`WayOut`]: what was typed is kept until then.
    pub leave: String,
}

/// Where the checkout is left for before the order is placed. Links would lose what was typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WayOut {
    Cart,
    SignIn,
}

impl WayOut {
    const ALL: [Self; 2] = [Self::Cart, Self::SignIn];

    /// What its button is called in the form.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cart => "cart",
            Self::SignIn => "sign_in",
        }
    }

    #[must_use]
    pub fn page(self) -> &'static str {
        match self {
            Self::Cart => "/cart",
            Self::SignIn => "/login?next=/checkout",
        }
    }
}

impl CodesForm {
    /// Whether nothing is to be ordered.
    #[must_use]
    pub fn only_updates(&self) -> bool {
        !self.update.is_empty() || !self.remove.is_empty()
    }

    /// Where the page is left for, if it is.
    #[must_use]
    pub fn way_out(&self) -> Option<WayOut> {
        WayOut::ALL.into_iter().find(|way| way.name() == self.leave)
    }
}

/// A cart with all that its price is worked out from, so that the browser works it out by the server's own code.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Priced {
    pub cart: Cart,
    pub basket: Basket,
    pub book: PriceBook,
}

/// What is wrong where nothing at all is delivered: that it goes there, or that it goes at all.
#[must_use]
pub fn undeliverable(quote: &Quote, book: &PriceBook) -> Option<(Field, Problem)> {
    let goes_there = !shipping::methods(&book.zones, &quote.destination).is_empty();
    let field = if goes_there { Field::ShippingMethod } else { Field::Country };
    quote.shipping_options.is_empty().then_some((field, Problem::NotServed))
}

/// What became of an attempt to order. With what things cost now, wherever the page is shown again.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckoutOutcome {
    /// The order is at `page`; `next_action` is where to confirm the payment first.
    Placed { page: String, next_action: Option<String> },
    /// Fields that need another look.
    Invalid { fields: FieldErrors, now: Option<Box<Priced>> },
    /// The order could not be taken as it was.
    Refused { error: AppError, now: Option<Box<Priced>> },
    /// It costs another amount than was shown: nothing is ordered until it is placed again.
    Changed { changes: Vec<Change>, now: Option<Box<Priced>> },
    /// Nothing was ordered yet; this is what it costs. `place_again` when it would have been, but for a new code.
    Updated {
        now: Option<Box<Priced>>,
        #[serde(default)]
        place_again: bool,
    },
    /// Nothing was ordered, and what was typed is kept: on to another page.
    Left { page: String },
}

impl CheckoutOutcome {
    /// As it is kept for a page that is made anew, and so knows what things cost. Who left and comes back stays there.
    #[must_use]
    pub fn kept(mut self) -> Option<Self> {
        if let Some(now) = self.now_mut() {
            *now = None;
        }
        Some(self).filter(|outcome| !matches!(outcome, Self::Left { .. }))
    }

    /// Where the outcome has what things cost now; nothing where the page is not shown again.
    pub fn now_mut(&mut self) -> Option<&mut Option<Box<Priced>>> {
        match self {
            Self::Placed { .. } | Self::Left { .. } => None,
            Self::Invalid { now, .. }
            | Self::Refused { now, .. }
            | Self::Changed { now, .. }
            | Self::Updated { now, .. } => Some(now),
        }
    }

    /// What things cost now, where the outcome brought that.
    #[must_use]
    pub fn now(&self) -> Option<&Priced> {
        match self {
            Self::Placed { .. } | Self::Left { .. } => None,
            Self::Invalid { now, .. }
            | Self::Refused { now, .. }
            | Self::Changed { now, .. }
            | Self::Updated { now, .. } => now.as_deref(),
        }
    }

    /// Where a browser without JavaScript goes next.
    #[must_use]
    pub fn page(&self) -> String {
        match self {
            Self::Placed { next_action: Some(url), .. } => url.clone(),
            Self::Placed { page, .. } | Self::Left { page } => page.clone(),
            Self::Updated { place_again: false, .. } => "/checkout#summary".to_owned(),
            _ => "/checkout".to_owned(),
        }
    }
}

/// The checkout page's data.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Checkout {
    /// Nothing for an empty cart.
    pub priced: Option<Priced>,
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
    use super::*;

    #[test]
    fn who_left_and_comes_back_stays() {
        let leave = |name: &str| CodesForm { leave: name.into(), ..CodesForm::default() }.way_out();
        assert_eq!(WayOut::ALL.map(|way| leave(way.name())), WayOut::ALL.map(Some));
        assert_eq!([leave(""), leave("https://elsewhere.example")], [None; 2]);
        assert_eq!(CheckoutOutcome::Left { page: "/cart".into() }.kept(), None);
        assert!(CheckoutOutcome::Updated { now: None, place_again: false }.kept().is_some());
    }
}
