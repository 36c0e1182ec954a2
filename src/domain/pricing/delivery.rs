//! Delivery within a price: what is offered, what promotions take off it, and which one is chosen.

use super::{
    PricingError,
    lanes::{self, Applied, Pricing},
};
use crate::domain::{
    ids::PromotionId,
    money::MoneyError,
    promotion::{Benefit, Off, Promotion},
    rate::Rounding,
    shipping::{self, Parcel, ShippingOption},
};

/// The ways a basket can be delivered.
pub(super) struct Delivery {
    pub options: Vec<ShippingOption>,
    /// What each promotion took off which option.
    saved: Vec<(PromotionId, String, i64)>,
}

impl Delivery {
    /// The offers for the goods as they are now, less what promotions take off them.
    pub fn reduced(pricing: &Pricing, applied: &[Applied]) -> Result<Self, MoneyError> {
        let mut delivery = Self::offers(pricing);
        delivery.reduce(applied)?;
        Ok(delivery)
    }

    fn offers(pricing: &Pricing) -> Self {
        let (book, goods) = (pricing.book, pricing.left_of_all());
        let bought = pricing.basket.lines.iter().map(|line| (line.facts.grams, line.quantity));
        let given = pricing.gifts.iter().map(|(gift, quantity)| (gift.facts.grams, *quantity));
        let weight = |(grams, quantity): (u64, super::Quantity)| grams.saturating_mul(quantity.get().into());
        let grams = bought.chain(given).map(weight).fold(0, u64::saturating_add);
        let handed_over = book.handover.day(pricing.basket.now);
        let offer =
            |method: &shipping::ShippingMethod| method.offer(Parcel { goods, grams }, handed_over, &book.handover);
        let methods = shipping::methods(&book.zones, pricing.destination).iter();
        // A price in another currency would not add up.
        let options: Vec<_> = methods.filter_map(offer).filter(|o| o.price.currency == book.currency).collect();
        Self { options, saved: vec![] }
    }

    /// Takes off what the promotions take off delivery, one after the other.
    fn reduce(&mut self, applied: &[Applied]) -> Result<(), MoneyError> {
        for applied in applied {
            let Some(off) = applied.delivery else { continue };
            for option in &mut self.options {
                let saving = saving(option, &applied.promotion.benefit, off)?;
                if saving > 0 {
                    option.was.get_or_insert(option.price);
                    option.price.amount -= saving;
                    self.saved.push((applied.promotion.id, option.code.clone(), saving));
                }
            }
        }
        Ok(())
    }

    /// The option that was chosen, in any case of its letters; the first when nothing was.
    pub fn chosen(&self, code: Option<&str>) -> Result<Option<ShippingOption>, PricingError> {
        match code {
            Some(code) => {
                let option = self.options.iter().find(|option| option.code.eq_ignore_ascii_case(code));
                option.cloned().map(Some).ok_or(PricingError::UnknownShippingMethod)
            }
            None => Ok(self.options.first().cloned()),
        }
    }

    /// Gives each option that is not chosen the price that it has once it is: which promotions apply may go by the
    /// choice. One that cannot be chosen at all is not offered.
    pub fn price_others(&mut self, pricing: &Pricing, chosen: Option<&ShippingOption>) -> Result<(), PricingError> {
        if !goes_by_choice(&pricing.book.promotions) {
            return Ok(());
        }
        let mut options = Vec::with_capacity(self.options.len());
        for option in &self.options {
            if chosen.is_some_and(|chosen| chosen.code == option.code) {
                options.push(option.clone());
                continue;
            }
            let mut other = pricing.with_method(&option.code);
            match lanes::apply(&mut other) {
                Ok(applied) => options.extend(Self::reduced(&other, &applied)?.chosen(other.method).ok().flatten()),
                Err(PricingError::UnknownShippingMethod) => {}
                Err(error) => return Err(error),
            }
        }
        self.options = options;
        Ok(())
    }

    /// What a promotion took off the option of a code.
    pub fn saved(&self, promotion: PromotionId, code: Option<&str>) -> i64 {
        let of = self.saved.iter().filter(|(id, option, _)| *id == promotion && Some(option.as_str()) == code);
        of.map(|(_, _, amount)| amount).sum()
    }
}

/// Whether the choice of a way of delivery decides which promotions apply: one is about some ways only, or what one takes
/// off delivery is held against another.
fn goes_by_choice(promotions: &[Promotion]) -> bool {
    promotions.iter().any(|promotion| match &promotion.benefit {
        Benefit::Shipping { methods } => !methods.is_empty() || promotions.len() > 1,
        _ => false,
    })
}

/// What a promotion takes off an option.
pub(super) fn saving(option: &ShippingOption, benefit: &Benefit, off: Off) -> Result<i64, MoneyError> {
    let Benefit::Shipping { methods } = benefit else { return Ok(0) };
    if !methods.is_empty() && !methods.iter().any(|code| code.eq_ignore_ascii_case(&option.code)) {
        return Ok(0);
    }
    let amount = match off {
        Off::Percent(rate) => option.price.share(rate.at_most_whole(), Rounding::HalfUp)?.amount,
        Off::Amount(amount) => amount.amount,
    };
    Ok(amount.clamp(0, option.price.amount.max(0)))
}
