//! What the checkout's page knows while it is filled in: the order to be, priced in the browser by the code that prices it
//! on the server.

use crate::{
    checkout::form::{CheckoutForm, Priced, undeliverable},
    domain::{
        address::{Field, Problem},
        place::Destination,
        pricing::{Basket, EnteredCoupon, PricingError, Quote, Shown, price},
        shipping::ShippingOption,
    },
    payments::view::{Choice, Offer},
};
use leptos::{
    ev::Event,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{FormData, HtmlFormElement, HtmlInputElement},
};

/// The order to be.
#[derive(Clone, Copy)]
pub struct OrderToBe {
    pub priced: RwSignal<Priced>,
    /// The way of delivery that was picked; it may not be offered where it goes.
    pub picked: RwSignal<String>,
    country: RwSignal<String>,
    postcode: RwSignal<String>,
    payment: RwSignal<String>,
    basket: Memo<Basket>,
    /// What it costs as it is filled in now.
    pub quote: Memo<Option<Quote>>,
}

impl OrderToBe {
    /// The order of a page, as it came.
    #[must_use]
    pub fn new(priced: Priced, form: &CheckoutForm, pay: &Offer) -> Self {
        let priced = RwSignal::new(priced);
        let picked = RwSignal::new(form.shipping_method.clone());
        let country = RwSignal::new(form.country.clone());
        let postcode = RwSignal::new(form.postcode.clone());
        // The form has one of them checked from the beginning.
        let payment = RwSignal::new(pay.chosen(&form.payment_method).map_or("", Choice::name).to_owned());
        let basket = Memo::new(move |_| {
            let basket = priced.with(|priced| priced.basket.clone());
            Basket {
                destination: Destination::parse(&country.get(), &postcode.get()),
                shipping_method: Some(picked.get()).filter(|code| !code.is_empty()),
                payment_method: Choice::parse(&payment.get()).map(|choice| choice.method().name().to_owned()),
                ..basket
            }
        });
        let quote = Memo::new(move |_| basket.with(|basket| priced.with(|priced| quote_or_first(basket, priced))));
        Self { priced, picked, country, postcode, payment, basket, quote }
    }

    /// Follows what is filled in: listens to everything in the form.
    pub fn follow(self, event: &Event) {
        let Some(target) = event.target() else { return };
        // Selects have the same properties.
        let input: HtmlInputElement = target.unchecked_into();
        let field = match input.name().as_str() {
            "country" => self.country,
            "postcode" => self.postcode,
            // Of two that change, one is no longer checked.
            "payment_method" if input.checked() => self.payment,
            _ => return,
        };
        learn(field, event_target_value(event));
    }

    /// Takes over what a form holds: it may have been filled in before the page was alive, or by the browser.
    pub fn read(self, form: &HtmlFormElement) {
        let Ok(filled) = FormData::new_with_form(form) else { return };
        let fields = [
            ("country", self.country),
            ("postcode", self.postcode),
            ("payment_method", self.payment),
            ("shipping_method", self.picked),
        ];
        for (name, field) in fields {
            if let Some(value) = filled.get(name).as_string() {
                learn(field, value);
            }
        }
    }

    /// The ways of delivery that go where it goes.
    #[must_use]
    pub fn options(self) -> Memo<Vec<ShippingOption>> {
        Memo::new(move |_| {
            self.quote.with(|quote| quote.as_ref().map_or(vec![], |quote| quote.shipping_options.clone()))
        })
    }

    /// The code of the way of delivery that counts.
    #[must_use]
    pub fn chosen(self) -> Memo<String> {
        Memo::new(move |_| {
            let code = |quote: &Quote| quote.shipping.as_ref().map(|option| option.code.clone());
            self.quote.with(|quote| quote.as_ref().and_then(code).unwrap_or_default())
        })
    }

    /// What is wrong where nothing at all is delivered.
    #[must_use]
    pub fn nowhere(self) -> Memo<Option<(Field, Problem)>> {
        Memo::new(move |_| {
            let book = |quote: &Quote| self.priced.with(|priced| undeliverable(quote, &priced.book));
            self.quote.with(|quote| quote.as_ref().and_then(book))
        })
    }

    /// Whether a coupon and a gift card are entered now.
    #[must_use]
    pub fn has_codes(self) -> [bool; 2] {
        self.priced.with_untracked(|priced| [priced.basket.coupon.is_some(), priced.cart.gift_card.is_some()])
    }

    /// The coupon that was entered.
    #[must_use]
    pub fn coupon(self) -> Memo<Option<EnteredCoupon>> {
        Memo::new(move |_| self.quote.with(|quote| quote.as_ref().and_then(|quote| quote.coupon.clone())))
    }

    /// The end of the code of the gift card that was entered.
    #[must_use]
    pub fn gift_card(self) -> Memo<Option<String>> {
        Memo::new(move |_| self.priced.with(|priced| priced.cart.gift_card.clone()))
    }

    /// What is shown, as it goes with the form.
    #[must_use]
    pub fn shown(self) -> String {
        let shown = self.quote.with(|quote| {
            let quote = quote.as_ref()?;
            Some(self.basket.with(|basket| self.priced.with(|priced| Shown::of(basket, &priced.book, quote))))
        });
        shown.as_ref().map(String::from).unwrap_or_default()
    }

    /// Whether nothing is left to pay.
    #[must_use]
    pub fn is_free(self) -> bool {
        self.quote.with(|quote| quote.as_ref().is_some_and(|quote| quote.due.amount == 0))
    }

    /// What the SKUs of the cart are called.
    #[must_use]
    pub fn names(self) -> Vec<(String, String)> {
        self.priced.with(|priced| {
            let lines = priced.cart.lines.iter().map(|line| (line.sku.clone(), line.name()));
            lines.chain(priced.cart.gifts.iter().map(|gift| (gift.sku.clone(), gift.title.clone()))).collect()
        })
    }
}

/// A way of delivery that does not go there becomes the first one.
fn quote_or_first(basket: &Basket, priced: &Priced) -> Option<Quote> {
    match price(basket, &priced.book) {
        Err(PricingError::UnknownShippingMethod) => {
            price(&Basket { shipping_method: None, ..basket.clone() }, &priced.book).ok()
        }
        quote => quote.ok(),
    }
}

fn learn(field: RwSignal<String>, value: String) {
    if field.with_untracked(|known| *known != value) {
        field.set(value);
    }
}
