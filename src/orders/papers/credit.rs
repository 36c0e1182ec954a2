//! Credit notes: each takes back what a refund paid back of an invoice, with its share of the tax. Pure.

use super::data::{Invoice, InvoiceLine, Kind, TaxRow};
use crate::{domain::money::Money, messages::papers as words};

/// What went back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Credit {
    pub number: String,
    pub issued: crate::domain::timestamp::Timestamp,
    pub amount: Money,
    /// What of it went to a gift card.
    pub gift: Money,
    pub why: String,
}

/// The credit note of an invoice. The tax of a part of the total is the same part of the tax at each rate, rounded half
/// up; all of the total has all of the tax.
#[must_use]
pub fn credit_note(of: Invoice, credit: &Credit) -> Invoice {
    let taxes: Vec<TaxRow> = of.taxes.iter().map(|row| share(row, credit.amount, of.total)).collect();
    let within = of.included_tax.map(|_| sum(&taxes, credit.amount));
    let on_top = if of.included_tax.is_some() { vec![] } else { taxes.clone() };
    let net = Money { amount: credit.amount.amount - sum(&on_top, credit.amount).amount, ..credit.amount };
    let line = InvoiceLine {
        title: words::credited(&of.order),
        options: vec![credit.why.clone()],
        sku: String::new(),
        quantity: 1,
        unit_price: net,
        discount: None,
        tax_rate: None,
        total: net,
    };
    let card = Money { amount: credit.amount.amount - credit.gift.amount, ..credit.amount };
    let ways = [(words::GIFT_CARD_CREDIT.to_owned(), credit.gift), (words::PAID_BACK.to_owned(), card)];
    Invoice {
        kind: Kind::CreditNote,
        number: credit.number.clone(),
        corrects: Some(of.number),
        issued: credit.issued,
        lines: vec![line],
        sums: on_top.iter().map(|row| (row.name.clone(), row.tax)).collect(),
        total: credit.amount,
        taxes,
        included_tax: within,
        payments: ways.into_iter().filter(|(_, amount)| amount.amount != 0).collect(),
        due: None,
        notes: vec![],
        delivery: String::new(),
        ..of
    }
}

fn sum(rows: &[TaxRow], like: Money) -> Money {
    Money { amount: rows.iter().map(|row| row.tax.amount).sum(), ..like }
}

/// The part of a row that `amount` is of `total`.
fn share(row: &TaxRow, amount: Money, total: Money) -> TaxRow {
    let part = |whole: i64| {
        let (whole, part, total) = (i128::from(whole), i128::from(amount.amount), i128::from(total.amount.max(1)));
        // Twice as much and one more, halved: half up.
        i64::try_from((2 * whole * part + total) / (2 * total)).unwrap_or(i64::MAX)
    };
    TaxRow {
        name: row.name.clone(),
        net: Money { amount: part(row.net.amount), ..row.net },
        tax: Money { amount: part(row.tax.amount), ..row.tax },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{money::Currency, timestamp::Timestamp},
        shop::info::Seller,
    };
    use proptest::prelude::*;

    fn eur(amount: i64) -> Money {
        Money::new(amount, Currency::EUR)
    }

    fn invoice(taxes: &[(i64, i64)], within: bool) -> Invoice {
        let row = |(net, tax): &(i64, i64)| TaxRow { name: "VAT".into(), net: eur(*net), tax: eur(*tax) };
        let tax: i64 = taxes.iter().map(|(_, tax)| tax).sum();
        Invoice {
            kind: Kind::Invoice,
            number: "000042".into(),
            corrects: None,
            order: "K7M2-9QXD".into(),
            issued: Timestamp(0),
            placed: Timestamp(0),
            shop: "Fairlead".into(),
            seller: Seller::default(),
            customer: vec![],
            payment: "Card".into(),
            delivery: "Standard".into(),
            lines: vec![],
            sums: vec![],
            total: eur(taxes.iter().map(|(net, tax)| net + tax).sum()),
            taxes: taxes.iter().map(row).collect(),
            included_tax: within.then_some(eur(tax)),
            payments: vec![],
            due: Some(eur(0)),
            notes: vec!["Thank you".into()],
        }
    }

    fn credit(amount: i64, gift: i64) -> Credit {
        let (amount, gift) = (eur(amount), eur(gift));
        Credit { number: "000007".into(), issued: Timestamp(1), amount, gift, why: "A torn seam".into() }
    }

    #[test]
    fn all_that_went_back_has_all_of_the_tax() {
        let note = credit_note(invoice(&[(10_000, 2_000), (5_000, 350)], true), &credit(17_350, 1_000));
        assert_eq!((note.kind, note.corrects.as_deref()), (Kind::CreditNote, Some("000042")));
        assert_eq!(note.taxes, invoice(&[(10_000, 2_000), (5_000, 350)], true).taxes);
        assert_eq!((note.included_tax, note.total), (Some(eur(2_350)), eur(17_350)));
        let paid: Vec<_> = note.payments.iter().map(|(_, amount)| amount.amount).collect();
        assert_eq!(paid, [1_000, 16_350]);
    }

    #[test]
    fn a_part_has_its_share_of_the_tax_at_each_rate() {
        let note = credit_note(invoice(&[(10_000, 2_000)], false), &credit(3_000, 0));
        assert_eq!((note.lines[0].total, note.sums[0].1, note.total), (eur(2_500), eur(500), eur(3_000)));
    }

    proptest! {
        #[test]
        fn what_a_credit_note_says_adds_up(
            rows in prop::collection::vec((0_i64..1_000_000, 0_i64..200_000), 0..4),
            share in 1_i64..=100,
            within in any::<bool>(),
        ) {
            let of = invoice(&rows, within && !rows.is_empty());
            let amount = (of.total.amount * share / 100).max(1);
            let note = credit_note(of, &credit(amount, 0));
            let on_top: i64 = note.sums.iter().map(|(_, money)| money.amount).sum();
            prop_assert_eq!(note.lines[0].total.amount + on_top, note.total.amount);
            let tax: i64 = note.taxes.iter().map(|row| row.tax.amount).sum();
            prop_assert!(note.included_tax.is_none_or(|included| included.amount == tax));
            prop_assert!(note.lines[0].total.amount >= 0 || amount <= 1);
            let paid: i64 = note.payments.iter().map(|(_, money)| money.amount).sum();
            prop_assert_eq!(paid, note.total.amount);
        }
    }
}
