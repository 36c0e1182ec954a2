//! Credit notes: each takes back what a refund paid back of an invoice, with its share of the tax. Pure.

use super::data::{Invoice, InvoiceLine, Kind, TaxRow};
use crate::{domain::money::Money, messages::papers as words, orders::bought::Part};

/// What went back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Credit {
    pub number: String,
    pub issued: crate::domain::timestamp::Timestamp,
    pub credited: Credited,
    /// What of it went to a gift card.
    pub gift: Money,
    pub why: String,
    /// The units it is for, in words.
    pub units: Vec<String>,
}

/// An amount of an invoice that is taken back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Credited {
    pub amount: Money,
    /// What the units that it is for were paid with; nothing where it is for none in particular.
    pub parts: Vec<Part>,
}

/// The credit note of an invoice, after those that were issued before. Units take back their own tax; an amount takes
/// back its share of what is left at each rate, rounded half up. So all credit notes of an invoice come to no more than
/// its tax, and to all of it once everything went back.
#[must_use]
pub fn credit_note(of: Invoice, before: &[Credited], credit: &Credit) -> Invoice {
    let amount = credit.credited.amount;
    let (mut left, mut total) = (of.taxes.clone(), of.total.amount);
    for credited in before {
        let taken = rows(&left, total, credited);
        take_off(&mut left, &taken);
        total -= credited.amount.amount;
    }
    let mut taxes = rows(&left, total, &credit.credited);
    taxes.retain(|row| row.net.amount != 0 || row.tax.amount != 0);
    let within = of.included_tax.map(|_| sum(&taxes, amount));
    let on_top = if of.included_tax.is_some() { vec![] } else { taxes.clone() };
    let net = Money { amount: amount.amount - sum(&on_top, amount).amount, ..amount };
    let line = InvoiceLine {
        title: words::credited(&of.order),
        options: credit.units.iter().cloned().chain([credit.why.clone()]).collect(),
        sku: String::new(),
        quantity: 1,
        unit_price: net,
        discount: None,
        tax_rate: None,
        total: net,
    };
    let card = Money { amount: amount.amount - credit.gift.amount, ..amount };
    let ways = [(words::GIFT_CARD_CREDIT.to_owned(), credit.gift), (words::PAID_BACK.to_owned(), card)];
    Invoice {
        kind: Kind::CreditNote,
        number: credit.number.clone(),
        corrects: Some(of.number),
        issued: credit.issued,
        lines: vec![line],
        sums: on_top.iter().map(|row| (row.name.clone(), row.tax)).collect(),
        total: amount,
        taxes,
        included_tax: within,
        payments: ways.into_iter().filter(|(_, amount)| amount.amount != 0).collect(),
        due: None,
        notes: vec![],
        delivery: String::new(),
        ..of
    }
}

/// What is taken back at each rate, of what is left of an invoice and of its total.
fn rows(left: &[TaxRow], total: i64, credited: &Credited) -> Vec<TaxRow> {
    let is_known = |part: &Part| part.tax == 0 || left.iter().any(|row| Some(&row.name) == part.row.as_ref());
    if !credited.parts.is_empty() && credited.parts.iter().all(is_known) {
        return left.iter().map(|row| of_units(row, credited)).collect();
    }
    let mut rows: Vec<TaxRow> = left.iter().map(|row| share(row, credited.amount, total)).collect();
    // Where all of the total is taxed, so is all of a part of it.
    let gross = |rows: &[TaxRow]| rows.iter().map(|row| row.net.amount + row.tax.amount).sum::<i64>();
    if gross(left) == total
        && let missing = credited.amount.amount - gross(&rows)
        && let Some(largest) = rows.iter_mut().max_by_key(|row| row.net.amount)
    {
        largest.net.amount += missing;
    }
    rows
}

/// What units take back of a row: never more than is left of it.
fn of_units(row: &TaxRow, credited: &Credited) -> TaxRow {
    let parts = || credited.parts.iter().filter(|part| part.row.as_ref() == Some(&row.name));
    let tax = parts().map(|part| part.tax).sum::<i64>().min(row.tax.amount);
    let net = parts().map(|part| part.gross - part.tax).sum::<i64>().min(row.net.amount);
    TaxRow { name: row.name.clone(), net: Money { amount: net, ..row.net }, tax: Money { amount: tax, ..row.tax } }
}

fn take_off(left: &mut [TaxRow], taken: &[TaxRow]) {
    for (row, taken) in left.iter_mut().zip(taken) {
        row.net.amount -= taken.net.amount;
        row.tax.amount -= taken.tax.amount;
    }
}

fn sum(rows: &[TaxRow], like: Money) -> Money {
    Money { amount: rows.iter().map(|row| row.tax.amount).sum(), ..like }
}

/// The part of a row that `amount` is of `total`.
fn share(row: &TaxRow, amount: Money, total: i64) -> TaxRow {
    let part = |whole: i64| {
        let (whole, part, total) = (i128::from(whole), i128::from(amount.amount), i128::from(total.max(1)));
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
        let row =
            |(i, (net, tax)): (usize, &(i64, i64))| TaxRow { name: format!("VAT {i}"), net: eur(*net), tax: eur(*tax) };
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
            taxes: taxes.iter().enumerate().map(row).collect(),
            included_tax: within.then_some(eur(tax)),
            payments: vec![],
            due: Some(eur(0)),
            notes: vec!["Thank you".into()],
        }
    }

    fn amount_of(amount: i64) -> Credited {
        Credited { amount: eur(amount), parts: vec![] }
    }

    /// Units, each with its tax and the row that it is in.
    fn units(parts: &[(i64, i64, &str)]) -> Credited {
        let part = |(gross, tax, row): &(i64, i64, &str)| Part {
            gross: *gross,
            tax: *tax,
            row: Some((*row).to_owned()).filter(|row| !row.is_empty()),
        };
        Credited { amount: eur(parts.iter().map(|(gross, ..)| gross).sum()), parts: parts.iter().map(part).collect() }
    }

    fn credit(credited: Credited, gift: i64) -> Credit {
        let (number, why) = ("000007".into(), "A torn seam".into());
        Credit { number, issued: Timestamp(1), credited, gift: eur(gift), why, units: vec![] }
    }

    #[test]
    fn all_that_went_back_has_all_of_the_tax() {
        let note = credit_note(invoice(&[(10_000, 2_000), (5_000, 350)], true), &[], &credit(amount_of(17_350), 1_000));
        assert_eq!((note.kind, note.corrects.as_deref()), (Kind::CreditNote, Some("000042")));
        assert_eq!(note.taxes, invoice(&[(10_000, 2_000), (5_000, 350)], true).taxes);
        assert_eq!((note.included_tax, note.total), (Some(eur(2_350)), eur(17_350)));
        let paid: Vec<_> = note.payments.iter().map(|(_, amount)| amount.amount).collect();
        assert_eq!(paid, [1_000, 16_350]);
    }

    #[test]
    fn a_part_has_its_share_of_the_tax_at_each_rate() {
        let note = credit_note(invoice(&[(10_000, 2_000)], false), &[], &credit(amount_of(3_000), 0));
        assert_eq!((note.lines[0].total, note.sums[0].1, note.total), (eur(2_500), eur(500), eur(3_000)));
    }

    #[test]
    fn units_take_back_their_own_tax_and_no_others() {
        let of = || {
            let mut of = invoice(&[(10_000, 625)], false);
            of.total = eur(20_625);
            of
        };
        let exempt = credit_note(of(), &[], &credit(units(&[(10_000, 0, "")]), 0));
        assert_eq!((exempt.taxes.len(), exempt.lines[0].total, exempt.total), (0, eur(10_000), eur(10_000)));
        let taxed = credit_note(of(), &[units(&[(10_000, 0, "")])], &credit(units(&[(10_625, 625, "VAT 0")]), 0));
        assert_eq!((taxed.sums[0].1, taxed.lines[0].total), (eur(625), eur(10_000)));
        let rest = credit_note(of(), &[units(&[(10_000, 0, "")])], &credit(amount_of(10_625), 0));
        assert_eq!((rest.sums[0].1, rest.lines[0].total), (eur(625), eur(10_000)), "what is left is all taxed");
    }

    proptest! {
        #[test]
        fn the_credit_notes_of_an_invoice_come_to_its_tax_and_each_adds_up(
            rows in prop::collection::vec((1_i64..1_000_000, 0_i64..200_000), 1..4),
            shares in prop::collection::vec(1_i64..100, 0..6),
            within in any::<bool>(),
        ) {
            let of = invoice(&rows, within);
            let (mut before, mut left, mut taxes) = (vec![], of.total.amount, 0);
            for share in shares.into_iter().chain([100]) {
                let amount = if share == 100 { left } else { left * share / 100 };
                if amount == 0 {
                    continue;
                }
                let note = credit_note(of.clone(), &before, &credit(amount_of(amount), 0));
                let on_top: i64 = note.sums.iter().map(|(_, money)| money.amount).sum();
                prop_assert_eq!(note.lines[0].total.amount + on_top, note.total.amount);
                let tax: i64 = note.taxes.iter().map(|row| row.tax.amount).sum();
                let net: i64 = note.taxes.iter().map(|row| row.net.amount).sum();
                prop_assert_eq!(net + tax, amount, "all of it is taxed");
                prop_assert!(note.included_tax.is_none_or(|included| included.amount == tax));
                let paid: i64 = note.payments.iter().map(|(_, money)| money.amount).sum();
                prop_assert_eq!(paid, note.total.amount);
                before.push(amount_of(amount));
                left -= amount;
                taxes += tax;
            }
            prop_assert_eq!(taxes, of.taxes.iter().map(|row| row.tax.amount).sum::<i64>());
        }
    }
}
