//! Promotions lane by lane: of each lane the best one, on what the lanes before have left.

use super::{Basket, Gift, PriceBook, PricingError, Quantity, savings};
use crate::domain::{
    money::Money,
    place::Destination,
    promotion::{Off, Promotion, WhyNot},
};

/// A basket on the way to its price.
pub(super) struct Pricing<'a> {
    pub basket: &'a Basket,
    pub book: &'a PriceBook,
    pub destination: &'a Destination,
    /// The code of the way of delivery that was chosen, if any.
    pub method: Option<&'a str>,
    /// What the discounts so far have left of each line.
    pub left: Vec<i64>,
    /// What goes with the parcel for nothing.
    pub gifts: Vec<(&'a Gift, Quantity)>,
    /// For each promotion of the book, why it did not apply.
    pub refused: Vec<Option<WhyNot>>,
}

/// A promotion that applied.
pub(super) struct Applied<'a> {
    pub promotion: &'a Promotion,
    /// What it took off which line.
    pub lines: Vec<(usize, i64)>,
    /// What it takes off delivery.
    pub delivery: Option<Off>,
    pub gift: Option<(&'a Gift, Quantity)>,
    /// What it is worth to the customer, to find the best of a lane.
    pub worth: i64,
}

impl<'a> Pricing<'a> {
    pub fn new(basket: &'a Basket, book: &'a PriceBook, destination: &'a Destination, totals: Vec<i64>) -> Self {
        let refused = vec![None; book.promotions.len()];
        let method = basket.shipping_method.as_deref();
        Self { basket, book, destination, method, left: totals, gifts: vec![], refused }
    }

    /// The same from the beginning, with another way of delivery chosen.
    pub fn with_method<'b>(&'b self, method: &'b str) -> Pricing<'b> {
        // The lines are priced already, so none of them runs over.
        let total = |line: &super::BasketLine| line.unit_price.amount * i64::from(line.quantity.get());
        let totals = self.basket.lines.iter().map(total).collect();
        Pricing { method: Some(method), ..Pricing::new(self.basket, self.book, self.destination, totals) }
    }

    /// What is left of all lines together.
    pub fn left_of_all(&self) -> Money {
        Money::new(self.left.iter().sum(), self.book.currency)
    }
}

/// Applies the book's promotions, and notes of each that does not apply why.
pub(super) fn apply<'a>(pricing: &mut Pricing<'a>) -> Result<Vec<Applied<'a>>, PricingError> {
    let promotions = &pricing.book.promotions;
    let mut order: Vec<usize> = (0..promotions.len()).collect();
    // Stable: within a lane the order of the book stays, so that of equal ones the first applies.
    order.sort_by_key(|at| promotions[*at].lane);
    let mut applied: Vec<Applied> = Vec::new();
    for lane in order.chunk_by(|a, b| promotions[*a].lane == promotions[*b].lane) {
        let stops = |earlier: &&Applied| earlier.promotion.stops_later && (earlier.worth > 0 || earlier.gift.is_some());
        let stopper = applied.iter().find(stops).map(|earlier| earlier.promotion.id);
        if let Some(by) = stopper {
            lane.iter().for_each(|at| pricing.refused[*at] = Some(WhyNot::Stopped { by }));
        } else if let Some(best) = best_of(pricing, &applied, lane)? {
            best.lines.iter().for_each(|(line, amount)| pricing.left[*line] -= amount);
            pricing.gifts.extend(best.gift);
            applied.push(best);
        }
    }
    Ok(applied)
}

/// The promotion of a lane that is worth most; of equal ones the first.
fn best_of<'a>(
    pricing: &mut Pricing<'a>,
    earlier: &[Applied<'a>],
    lane: &[usize],
) -> Result<Option<Applied<'a>>, PricingError> {
    let mut best: Option<(usize, Applied)> = None;
    for at in lane {
        match savings::of(pricing, earlier, &pricing.book.promotions[*at])? {
            Err(why) => pricing.refused[*at] = Some(why),
            Ok(applied) if best.as_ref().is_none_or(|(_, best)| applied.worth > best.worth) => {
                if let Some((beaten, _)) = best.replace((*at, applied)) {
                    pricing.refused[beaten] = Some(WhyNot::BetterOffer { by: pricing.book.promotions[*at].id });
                }
            }
            Ok(_) => {
                let by = best.as_ref().map_or(pricing.book.promotions[*at].id, |(_, best)| best.promotion.id);
                pricing.refused[*at] = Some(WhyNot::BetterOffer { by });
            }
        }
    }
    // Whoever was beaten by somebody who was beaten later is told who won.
    if let Some((_, winner)) = &best {
        for at in lane {
            if let Some(WhyNot::BetterOffer { by }) = &mut pricing.refused[*at] {
                *by = winner.promotion.id;
            }
        }
    }
    Ok(best.map(|(_, applied)| applied))
}
