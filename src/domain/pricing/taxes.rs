//! Tax within a price: each amount's own, rounded once, and their sums by rate.

use super::{Basket, PriceBook, QuoteLine, TaxLine, price::sum};
use crate::domain::{
    money::{Money, MoneyError},
    place::Destination,
    rate::Rate,
    tax::{self, TaxClass, Taxed},
};

/// What has been taxed so far.
pub(super) struct Charged<'a> {
    taxed: Taxed<'a>,
    table: Vec<TaxLine>,
}

/// What it comes to.
pub(super) struct Sums {
    pub tax: Money,
    pub included_tax: Money,
    pub name: String,
    pub table: Vec<TaxLine>,
}

impl<'a> Charged<'a> {
    pub fn at(book: &'a PriceBook, destination: &Destination) -> Self {
        Self { taxed: tax::at(&book.taxes, destination), table: vec![] }
    }

    /// Adds an amount at a rate and gives its tax.
    fn add(&mut self, amount: Money, rate: Rate) -> Result<Money, MoneyError> {
        let tax = self.taxed.of(amount, rate)?;
        let base = if self.taxed.is_included() { amount.minus(tax)? } else { amount };
        if self.taxed.name().is_empty() || amount.amount == 0 {
            return Ok(tax);
        }
        match self.table.iter_mut().find(|line| line.rate == rate) {
            Some(line) => {
                line.base = line.base.plus(base)?;
                line.amount = line.amount.plus(tax)?;
            }
            None => self.table.push(TaxLine { rate, base, amount: tax }),
        }
        Ok(tax)
    }

    /// Adds what delivery or fees cost.
    pub fn add_delivery(&mut self, amount: Money) -> Result<(), MoneyError> {
        self.add(amount, self.taxed.delivery_rate()).map(|_| ())
    }

    pub fn sums(mut self, zero: Money) -> Result<Sums, MoneyError> {
        self.table.sort_by_key(|line| std::cmp::Reverse(line.rate));
        let all = sum(zero, self.table.iter().map(|line| line.amount))?;
        let (tax, included_tax) = if self.taxed.is_included() { (zero, all) } else { (all, zero) };
        Ok(Sums { tax, included_tax, name: self.taxed.name().to_owned(), table: self.table })
    }
}

/// Taxes the lines of a basket; gifts cost nothing, and nothing is due for them.
pub(super) fn tax_lines(
    mut lines: Vec<QuoteLine>,
    charged: &mut Charged,
    basket: &Basket,
) -> Result<Vec<QuoteLine>, MoneyError> {
    for (line, bought) in lines.iter_mut().zip(&basket.lines) {
        let class = if bought.facts.gift_card { TaxClass::Zero } else { bought.facts.tax_class };
        line.tax_rate = charged.taxed.rate(class);
        line.tax = charged.add(line.discounted, line.tax_rate)?;
    }
    Ok(lines)
}
