//! Which ways to pay a shop offers: a card by Stripe where its key is set, else by the sandbox on playgrounds; bank
//! transfer and paying on delivery by the shop's own settings.

use super::{
    gateway::Instrument,
    view::{CardForm, Choice, Offer, StripeForm},
};
use crate::{
    domain::{
        address::{Field, FieldErrors, Problem},
        payment::{CardNumber, SandboxCard, StripeCard, parse_card_form},
        timestamp::Timestamp,
    },
    server::state::Shop,
};
use std::fmt;

/// What the shop offers now.
#[must_use]
pub fn offer(shop: &Shop) -> Offer {
    let info = shop.info.load();
    let stripe = shop.stripe.as_ref().map(|stripe| CardForm::Stripe(stripe.form()));
    Offer {
        card: stripe.or_else(|| shop.config.is_playground().then_some(CardForm::Sandbox)),
        on_delivery: info.pay_on_delivery,
        bank_transfer: !info.bank_details.trim().is_empty(),
    }
}

/// What Stripe's form needs, where cards are paid by Stripe.
#[must_use]
pub fn stripe_form(shop: &Shop) -> Option<StripeForm> {
    offer(shop).stripe().cloned()
}

/// What somebody has filled in to pay with. Of a card nothing can be printed or logged by accident.
#[derive(Clone, Default)]
pub struct PayForm {
    /// The name of a [`Choice`].
    pub method: String,
    /// A card of the sandbox. With Stripe nothing is typed into our own fields.
    pub number: CardNumber,
    pub expiry: String,
    pub security_code: String,
    /// What Stripe calls the card.
    pub stripe_card: String,
}

impl fmt::Debug for PayForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PayForm").field("method", &self.method).finish_non_exhaustive()
    }
}

impl PayForm {
    /// What is paid with; else which fields need another look.
    pub fn parse(&self, shop: &Shop, now: Timestamp) -> Result<Instrument, FieldErrors> {
        let parse_card = || parse_card_form(&self.number, &self.expiry, &self.security_code, now);
        parse(&offer(shop), &self.method, parse_card, &self.stripe_card)
    }
}

/// The same for the API, which knows a card by its number alone.
pub fn parse_api(shop: &Shop, method: &str, card: &CardNumber, stripe_card: &str) -> Result<Instrument, FieldErrors> {
    let missing = if card.is_blank() { Problem::Missing } else { Problem::Unknown };
    let parse_card = || SandboxCard::parse(card).ok_or_else(|| vec![(Field::Card, missing)]);
    parse(&offer(shop), method, parse_card, stripe_card)
}

fn parse(
    offer: &Offer,
    method: &str,
    card: impl FnOnce() -> Result<SandboxCard, FieldErrors>,
    stripe_card: &str,
) -> Result<Instrument, FieldErrors> {
    let choices = offer.choices();
    let choice = match method.trim() {
        // A form that offers only one way to pay need not name it.
        "" => choices.first().copied(),
        method => Choice::parse(method).filter(|choice| choices.contains(choice)),
    };
    match choice {
        Some(Choice::Sandbox) => card().map(Instrument::Sandbox),
        Some(Choice::Stripe) => StripeCard::try_from(stripe_card.trim().to_owned())
            .map(Instrument::Stripe)
            .map_err(|_| vec![(Field::Card, Problem::Missing)]),
        Some(Choice::OnDelivery) => Ok(Instrument::OnDelivery),
        Some(Choice::BankTransfer) => Ok(Instrument::BankTransfer),
        None => Err(vec![(Field::PaymentMethod, Problem::Unknown)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_card_is_printed() {
        let form = PayForm {
            method: "sandbox".into(),
            number: CardNumber::new("4242424242424242".into()),
            expiry: "12/30".into(),
            security_code: "737".into(),
            stripe_card: "pm_1".into(),
        };
        let printed = format!("{form:?} {form:#?}");
        assert!(printed.contains("sandbox"), "{printed}");
        for secret in ["4242", "12/30", "737", "pm_1"] {
            assert!(!printed.contains(secret), "{secret} in {printed}");
        }
    }
}
