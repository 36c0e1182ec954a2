//! What one promotion would take off a basket as it stands: its calculator on its benefit.

use super::{
    PricingError, Quantity,
    delivery::{Delivery, saving},
    lanes::{Applied, Pricing},
};
use crate::domain::{
    money::{Money, MoneyError},
    promotion::{Benefit, Calculator, Goods, Off, Promotion, WhyNot},
    rate::{Rate, Rounding, divide, spread},
};

type Saving<'a> = Result<Applied<'a>, WhyNot>;

/// What a promotion would do now, after what has been applied, or why it does nothing.
pub(super) fn of<'a>(
    pricing: &Pricing<'a>,
    earlier: &[Applied],
    promotion: &'a Promotion,
) -> Result<Saving<'a>, PricingError> {
    if let Err(why) = may_apply(pricing, promotion) {
        return Ok(Err(why));
    }
    let lines = fitting(pricing, &promotion.conditions.goods);
    let off = match enough(pricing, promotion, &lines).and_then(|()| calculate(pricing, promotion, &lines)) {
        Ok(off) => off,
        Err(why) => return Ok(Err(why)),
    };
    let mut applied = Applied { promotion, lines: vec![], delivery: None, gift: None, worth: 0 };
    match &promotion.benefit {
        Benefit::Lines => applied.lines = off_lines(pricing, &lines, off)?,
        Benefit::Order => applied.lines = off_order(pricing, &lines, off)?,
        Benefit::Units { buy, get, of, most } => {
            let got = of.as_ref().map_or_else(|| lines.clone(), |goods| fitting(pricing, goods));
            match units(pricing, &lines, &got, (*buy, *get, *most)) {
                Ok(chosen) => applied.lines = off_units(pricing, &chosen, off)?,
                Err(why) => return Ok(Err(why)),
            }
        }
        Benefit::Shipping { .. } => match off_delivery(pricing, earlier, promotion, off)? {
            Ok(worth) => (applied.delivery, applied.worth) = (Some(off), worth),
            Err(why) => return Ok(Err(why)),
        },
        Benefit::Gift { sku, quantity } => match gift(pricing, sku, *quantity) {
            Some((gift, quantity)) => {
                applied.worth = gift.worth.times(quantity.get())?.amount;
                applied.gift = Some((gift, quantity));
            }
            None => return Ok(Err(WhyNot::GiftGone)),
        },
    }
    applied.lines.retain(|(_, amount)| *amount > 0);
    applied.worth += applied.lines.iter().map(|(_, amount)| amount).sum::<i64>();
    let does_something = applied.worth > 0 || applied.gift.is_some() || applied.delivery.is_some();
    Ok(if does_something { Ok(applied) } else { Err(WhyNot::NothingLeft) })
}

/// Whether it may apply at all, whatever is in the basket.
fn may_apply(pricing: &Pricing, promotion: &Promotion) -> Result<(), WhyNot> {
    let basket = pricing.basket;
    let opened = basket.coupon.as_ref().is_some_and(|coupon| coupon.opens == Ok(promotion.id));
    if promotion.needs_coupon && !opened {
        return Err(WhyNot::NeedsCoupon);
    }
    let uses = basket.customer.uses_of(promotion.id);
    promotion.conditions.check(basket.now, pricing.destination, &basket.customer, uses)
}

/// The lines that goods hold.
fn fitting(pricing: &Pricing, goods: &Goods) -> Vec<usize> {
    let lines = pricing.basket.lines.iter().enumerate();
    lines.filter(|(_, line)| goods.hold(&line.sku, &line.facts)).map(|(at, _)| at).collect()
}

/// What lines cost before any discount, and how many units they are.
fn spend_and_units(pricing: &Pricing, lines: &[usize]) -> (i64, u64) {
    let lines = lines.iter().map(|at| &pricing.basket.lines[*at]);
    lines.fold((0, 0), |(spend, units), line| {
        let count = line.quantity.get();
        // The lines are priced already, so their sum does not run over.
        (spend + line.unit_price.amount * i64::from(count), units + u64::from(count))
    })
}

/// Whether there is anything it is about, and enough of it.
fn enough(pricing: &Pricing, promotion: &Promotion, lines: &[usize]) -> Result<(), WhyNot> {
    if lines.is_empty() {
        return Err(WhyNot::NothingFits);
    }
    let (spend, units) = spend_and_units(pricing, lines);
    if let Some(least) = promotion.conditions.minimum_spend {
        reached(pricing, least, spend)?;
    }
    match promotion.conditions.minimum_units {
        Some(least) if units < least => Err(WhyNot::AddMore { missing: least - units }),
        _ => Ok(()),
    }
}

fn reached(pricing: &Pricing, least: Money, spend: i64) -> Result<(), WhyNot> {
    if least.currency != pricing.book.currency {
        return Err(WhyNot::OtherCurrency);
    }
    let missing = Money::new(least.amount.saturating_sub(spend), least.currency);
    if missing.amount > 0 { Err(WhyNot::SpendMore { missing }) } else { Ok(()) }
}

/// How much is taken off.
fn calculate(pricing: &Pricing, promotion: &Promotion, lines: &[usize]) -> Result<Off, WhyNot> {
    let (spend, units) = spend_and_units(pricing, lines);
    let off = match &promotion.calculator {
        Calculator::Percent(rate) => Off::Percent(*rate),
        Calculator::Amount(amount) => Off::Amount(*amount),
        Calculator::BySpend(steps) => {
            let step = steps.iter().filter(|step| reached(pricing, step.from, spend).is_ok());
            match (step.max_by_key(|step| step.from.amount), steps.iter().min_by_key(|step| step.from.amount)) {
                (Some(step), _) => step.off,
                (None, Some(first)) => return reached(pricing, first.from, spend).and(Err(WhyNot::NothingLeft)),
                (None, None) => return Err(WhyNot::NothingLeft),
            }
        }
        Calculator::ByUnits(steps) => {
            let step = steps.iter().filter(|step| step.from <= units).max_by_key(|step| step.from);
            match (step, steps.iter().map(|step| step.from).min()) {
                (Some(step), _) => step.off,
                (None, Some(first)) => return Err(WhyNot::AddMore { missing: first - units }),
                (None, None) => return Err(WhyNot::NothingLeft),
            }
        }
    };
    match off {
        Off::Amount(amount) if amount.currency != pricing.book.currency => Err(WhyNot::OtherCurrency),
        Off::Amount(amount) => Ok(Off::Amount(Money::new(amount.amount.max(0), amount.currency))),
        Off::Percent(rate) => Ok(Off::Percent(rate.at_most_whole())),
    }
}

/// A share of each line, or an amount for each of its units.
fn off_lines(pricing: &Pricing, lines: &[usize], off: Off) -> Result<Vec<(usize, i64)>, MoneyError> {
    let all = lines.iter().map(|at| (*at, u64::from(pricing.basket.lines[*at].quantity.get())));
    off_units(pricing, &all.collect::<Vec<_>>(), off)
}

/// A share of the lines' sum, or an amount once, spread over them.
fn off_order(pricing: &Pricing, lines: &[usize], off: Off) -> Result<Vec<(usize, i64)>, MoneyError> {
    let left: Vec<i64> = lines.iter().map(|at| pricing.left[*at]).collect();
    let sum = Money::new(left.iter().sum(), pricing.book.currency);
    let amount = match off {
        Off::Percent(rate) => sum.share(rate, Rounding::HalfUp)?.amount,
        Off::Amount(amount) => amount.amount,
    };
    Ok(lines.iter().copied().zip(spread(amount.min(sum.amount), &left)).collect())
}

/// A share of some units of lines, or an amount for each of them. A unit is worth its part of what is left of its line.
fn off_units(pricing: &Pricing, chosen: &[(usize, u64)], off: Off) -> Result<Vec<(usize, i64)>, MoneyError> {
    let taken = |(at, units): &(usize, u64)| {
        let left = i128::from(pricing.left[*at]);
        let (units, quantity) = (i128::from(*units), i128::from(pricing.basket.lines[*at].quantity.get()));
        let whole = i128::from(Rate::WHOLE.get());
        let worth = divide(left * units, quantity, Rounding::Down);
        let amount = match off {
            Off::Percent(rate) => divide(left * units * i128::from(rate.get()), quantity * whole, Rounding::HalfUp),
            Off::Amount(amount) => i128::from(amount.amount) * units,
        };
        // Of all units everything that is left may go; of some of them only their part.
        let most = if units == quantity { left } else { worth };
        Ok((*at, i64::try_from(amount.min(most)).map_err(|_| MoneyError::Overflow)?))
    };
    chosen.iter().map(taken).collect()
}

/// Which units are got: the cheapest that may be got, as many as the bought ones pay for.
///
/// A unit counts once, as bought or as got. Both can be had `sets` times when each list holds enough and so do both
/// together (Hall's condition).
fn units(
    pricing: &Pricing,
    bought: &[usize],
    got: &[usize],
    (buy, get, most): (u64, u64, Option<u64>),
) -> Result<Vec<(usize, u64)>, WhyNot> {
    let quantity = |at: &usize| u64::from(pricing.basket.lines[*at].quantity.get());
    let count = |lines: &[usize]| lines.iter().map(quantity).sum::<u64>();
    let only_got: Vec<usize> = got.iter().copied().filter(|at| bought.binary_search(at).is_err()).collect();
    let (buyable, gettable, together) = (count(bought), count(got), count(bought) + count(&only_got));
    let (buy, get) = (buy.max(1), get.max(1));
    let set = buy.saturating_add(get);
    let sets = (buyable / buy).min(gettable / get).min(together / set).min(most.unwrap_or(u64::MAX));
    if sets == 0 {
        let missing = (buy.saturating_sub(buyable)).max(set.saturating_sub(together));
        return Err(WhyNot::AddMore { missing: missing.max(get.saturating_sub(gettable)) });
    }
    let mut cheapest = got.to_vec();
    cheapest.sort_by_key(|at| (pricing.basket.lines[*at].unit_price.amount, *at));
    let (mut wanted, mut spare) = (sets * get, buyable - sets * buy);
    let mut chosen = Vec::new();
    for at in cheapest {
        let may_be_bought = bought.binary_search(&at).is_ok();
        let most = if may_be_bought { quantity(&at).min(spare) } else { quantity(&at) };
        let units = most.min(wanted);
        wanted -= units;
        spare -= if may_be_bought { units } else { 0 };
        if units > 0 {
            chosen.push((at, units));
        }
    }
    Ok(chosen)
}

/// What a promotion takes off the chosen way of delivery, as it costs now: less what has been taken off it.
fn off_delivery(
    pricing: &Pricing,
    earlier: &[Applied],
    promotion: &Promotion,
    off: Off,
) -> Result<Result<i64, WhyNot>, PricingError> {
    let delivery = Delivery::reduced(pricing, earlier)?;
    let Some(option) = delivery.chosen(pricing.method)? else {
        return Ok(Err(WhyNot::OtherDelivery));
    };
    let Benefit::Shipping { methods } = &promotion.benefit else { return Ok(Err(WhyNot::OtherDelivery)) };
    if !methods.is_empty() && !methods.iter().any(|code| code.eq_ignore_ascii_case(&option.code)) {
        return Ok(Err(WhyNot::OtherDelivery));
    }
    let saved = saving(&option, &promotion.benefit, off)?;
    // What is free by its own limit is not taken for free yet: a later lane may take the goods below that.
    Ok(if saved == 0 && option.was.is_some() { Err(WhyNot::NothingLeft) } else { Ok(saved) })
}

/// The gift of a code, where there are so many beside those that are given already.
fn gift<'a>(pricing: &Pricing<'a>, sku: &str, quantity: u32) -> Option<(&'a super::Gift, Quantity)> {
    let gift = pricing.book.gifts.iter().find(|gift| gift.sku.eq_ignore_ascii_case(sku))?;
    let given = pricing.gifts.iter().filter(|(other, _)| other.sku == gift.sku).map(|(_, given)| given.get());
    let wanted = given.fold(quantity, u32::saturating_add);
    if gift.worth.currency != pricing.book.currency || gift.left.is_some_and(|left| left < wanted) {
        return None;
    }
    Some((gift, Quantity::try_from(i64::from(quantity)).ok()?))
}
