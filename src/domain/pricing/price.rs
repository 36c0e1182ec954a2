//! From a basket to a quote.

use super::{
    Basket, BasketLine, Discount, EnteredCoupon, Explanation, FeeLine, LineDiscount, PriceBook, PricingError, Quantity,
    Quote, QuoteLine, Reduced,
    delivery::Delivery,
    lanes::{self, Applied, Pricing},
    taxes::{self, Charged},
};
use crate::domain::{
    money::{Money, MoneyError},
    promotion::{Outcome, WhyNot},
};

/// Prices a basket. The same basket and book always come to the same quote.
///
/// Fails when a sum runs over, when a line is in another currency than the book, and when a way of delivery was chosen
/// that does not go there.
pub fn price(basket: &Basket, book: &PriceBook) -> Result<Quote, PricingError> {
    let has_a_fee = |fee: &super::Fee| fee.paid_by.is_some() && fee.paid_by == basket.payment_method;
    if book.fees.iter().any(has_a_fee) {
        // Where nothing is left to pay without the fee, nothing is paid in the way that costs it.
        let free = with_all_fees(&Basket { payment_method: None, ..basket.clone() }, book)?;
        if free.due.amount == 0 {
            return Ok(free);
        }
    }
    with_all_fees(basket, book)
}

fn with_all_fees(basket: &Basket, book: &PriceBook) -> Result<Quote, PricingError> {
    let zero = Money::zero(book.currency);
    let lines = priced_lines(basket, book)?;
    let goods = sum(zero, lines.iter().map(|line| line.total))?;
    let assumed = basket.destination.is_none();
    let destination = basket.destination.as_ref().unwrap_or(&book.home);

    let mut pricing = Pricing::new(basket, book, destination, lines.iter().map(|line| line.total.amount).collect());
    let applied = lanes::apply(&mut pricing)?;
    let left = pricing.left_of_all();
    let discount = goods.minus(left)?;

    let mut delivery = Delivery::reduced(&pricing, &applied)?;
    let chosen = delivery.chosen(pricing.method)?;
    delivery.price_others(&pricing, chosen.as_ref())?;
    let fee_lines: Vec<FeeLine> = fees(basket, book, left);
    let fees = sum(zero, fee_lines.iter().map(|fee| fee.amount))?;
    let shipping_price = chosen.as_ref().map_or(zero, |option| option.price);

    let lines = finished(lines, &pricing, &applied, book);
    let picked_up = chosen.as_ref().is_some_and(|option| option.pick_up);
    let mut charged = Charged::at(book, if picked_up { &book.home } else { destination });
    let lines = taxes::tax_lines(lines, &mut charged, basket)?;
    charged.add_delivery(shipping_price)?;
    charged.add_delivery(fees)?;
    let taxes::Sums { tax, included_tax, name, table } = charged.sums(zero)?;

    let total = left.plus(shipping_price)?.plus(fees)?.plus(tax)?;
    let offered = basket.gift_balance.filter(|balance| balance.currency == book.currency);
    let gift_card = Money::new(offered.map_or(0, |balance| balance.amount.clamp(0, total.amount)), book.currency);
    let discounts = discounts(&applied, basket, book, &delivery, chosen.as_ref().map(|option| option.code.as_str()));
    let explanations = explanations(&pricing, &discounts, book);
    Ok(Quote {
        coupon: entered(basket, &explanations),
        lines,
        goods,
        discounts,
        discount,
        shipping_options: delivery.options,
        shipping: chosen,
        fee_lines,
        fees,
        tax,
        included_tax,
        tax_name: name,
        taxes: table,
        total,
        gift_card,
        due: total.minus(gift_card)?,
        destination: destination.clone(),
        destination_assumed: assumed,
        explanations,
    })
}

pub(super) fn sum(zero: Money, amounts: impl Iterator<Item = Money>) -> Result<Money, MoneyError> {
    amounts.into_iter().try_fold(zero, Money::plus)
}

fn priced_lines(basket: &Basket, book: &PriceBook) -> Result<Vec<QuoteLine>, PricingError> {
    let zero = Money::zero(book.currency);
    let line = |line: &BasketLine| {
        // Fails in another currency than the shop's.
        let unit_price = zero.plus(line.unit_price)?;
        if unit_price.amount < 0 {
            return Err(PricingError::NegativePrice);
        }
        let total = unit_price.times(line.quantity.get())?;
        Ok(quote_line(&line.sku, line.quantity, unit_price, total))
    };
    basket.lines.iter().map(line).collect()
}

fn quote_line(sku: &str, quantity: Quantity, unit_price: Money, total: Money) -> QuoteLine {
    QuoteLine {
        sku: sku.to_owned(),
        quantity,
        unit_price,
        total,
        discounts: vec![],
        discounted: total,
        tax_rate: crate::domain::rate::Rate::ZERO,
        tax: Money::zero(total.currency),
        gift_of: None,
    }
}

/// The lines with what was taken off each, and the gifts behind them.
fn finished(mut lines: Vec<QuoteLine>, pricing: &Pricing, applied: &[Applied], book: &PriceBook) -> Vec<QuoteLine> {
    for applied in applied {
        for (at, amount) in &applied.lines {
            let amount = Money::new(*amount, book.currency);
            lines[*at].discounts.push(LineDiscount { promotion: applied.promotion.id, amount });
        }
    }
    for (line, left) in lines.iter_mut().zip(&pricing.left) {
        line.discounted.amount = *left;
    }
    let zero = Money::zero(book.currency);
    lines.extend(applied.iter().filter_map(|applied| {
        let (gift, quantity) = applied.gift?;
        let line = quote_line(&gift.sku, quantity, zero, zero);
        Some(QuoteLine { gift_of: Some(applied.promotion.id), ..line })
    }));
    lines
}

fn fees(basket: &Basket, book: &PriceBook, left: Money) -> Vec<FeeLine> {
    let due = |fee: &&super::Fee| {
        fee.amount.currency == book.currency
            && fee.paid_by.as_ref().is_none_or(|method| basket.payment_method.as_ref() == Some(method))
            && fee.below.is_none_or(|limit| limit.currency == book.currency && left.amount < limit.amount)
            && !basket.lines.is_empty()
    };
    let line = |fee: &super::Fee| FeeLine { code: fee.code.clone(), name: fee.name.clone(), amount: fee.amount };
    book.fees.iter().filter(due).map(line).collect()
}

/// What each promotion takes off in the end.
fn discounts(
    applied: &[Applied],
    basket: &Basket,
    book: &PriceBook,
    delivery: &Delivery,
    chosen: Option<&str>,
) -> Vec<Discount> {
    let code = |applied: &Applied| {
        let coupon = basket.coupon.as_ref().filter(|coupon| coupon.opens == Ok(applied.promotion.id));
        coupon.filter(|_| applied.promotion.needs_coupon).map(|coupon| coupon.code.clone())
    };
    let discount = |applied: &Applied| {
        let (amount, from) = match (&applied.gift, applied.delivery) {
            (Some(_), _) => (0, Reduced::Gift),
            (None, Some(_)) => (delivery.saved(applied.promotion.id, chosen), Reduced::Delivery),
            (None, None) => (applied.lines.iter().map(|(_, amount)| amount).sum(), Reduced::Goods),
        };
        Discount {
            promotion: applied.promotion.id,
            label: applied.promotion.label.clone(),
            code: code(applied),
            amount: Money::new(amount, book.currency),
            from,
        }
    };
    let used = |discount: &Discount| discount.amount.amount > 0 || discount.from == Reduced::Gift;
    applied.iter().map(discount).filter(used).collect()
}

fn explanations(pricing: &Pricing, discounts: &[Discount], book: &PriceBook) -> Vec<Explanation> {
    let outcome = |at: usize| {
        let promotion = &book.promotions[at];
        let applied = discounts.iter().find(|discount| discount.promotion == promotion.id);
        let outcome = match (applied, &pricing.refused[at]) {
            (Some(discount), _) => Outcome::Applied { amount: discount.amount },
            (None, Some(why)) => Outcome::Not(why.clone()),
            (None, None) => Outcome::Not(WhyNot::NothingLeft),
        };
        Explanation { promotion: promotion.id, label: promotion.label.clone(), outcome }
    };
    (0..book.promotions.len()).map(outcome).collect()
}

fn entered(basket: &Basket, explanations: &[Explanation]) -> Option<EnteredCoupon> {
    let coupon = basket.coupon.as_ref()?;
    let problem = match &coupon.opens {
        Err(why) => Some(why.clone()),
        // A coupon whose promotion is not in the book opens nothing.
        Ok(id) => match explanations.iter().find(|explanation| explanation.promotion == *id).map(|e| &e.outcome) {
            Some(Outcome::Applied { .. }) => None,
            Some(Outcome::Not(why)) => Some(why.clone()),
            None => Some(WhyNot::UnknownCode),
        },
    };
    Some(EnteredCoupon { code: coupon.code.clone(), problem })
}
