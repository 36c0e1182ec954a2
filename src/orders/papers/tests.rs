//! Papers as they come out: everything stands within the margins, apart, and says what the order says.

use super::{
    data::{Invoice, InvoiceLine, Kind, PackingLine, PackingSlip, TaxRow},
    invoice, packing,
    sheet::{BOTTOM, Mark, SIDE, Shape, Sheet, TOP},
};
use crate::{
    domain::{
        money::{Currency, Money},
        timestamp::Timestamp,
    },
    shop::info::Seller,
};
use proptest::prelude::*;

const AT: Timestamp = Timestamp(1_796_000_000_000);

fn seller() -> Seller {
    Seller {
        lines: ["Fairlead Goods Ltd", "2 Custom House Quay", "Falmouth TR11 3JT"].map(String::from).to_vec(),
        vat_id: "GB 999 9999 73".into(),
        email: "orders@fairlead.example".into(),
        ..Seller::default()
    }
}

fn line(title: &str, quantity: u32, price: Money) -> InvoiceLine {
    InvoiceLine {
        title: title.into(),
        options: vec!["M".into(), "Blue".into()],
        sku: "SEA-M-BLU".into(),
        quantity,
        unit_price: price,
        discount: None,
        tax_rate: None,
        total: price.times(quantity).unwrap(),
    }
}

fn of(lines: Vec<InvoiceLine>, currency: Currency) -> Invoice {
    let total = Money::new(lines.iter().map(|line| line.total.amount).sum(), currency);
    Invoice {
        kind: Kind::Invoice,
        number: "000042".into(),
        corrects: None,
        order: "K7M2-9QXD".into(),
        issued: AT,
        placed: AT,
        shop: "Fairlead".into(),
        seller: seller(),
        customer: ["Ada Lovelace", "1 Quay", "CB7 4AA Ely", "United Kingdom"].map(String::from).to_vec(),
        payment: "Card".into(),
        delivery: "Standard".into(),
        lines,
        sums: vec![("Goods".into(), total)],
        total,
        taxes: vec![],
        included_tax: None,
        payments: vec![],
        due: Some(total),
        notes: vec![],
    }
}

fn slip(lines: &[InvoiceLine]) -> PackingSlip {
    let line = |line: &InvoiceLine| PackingLine {
        sku: line.sku.clone(),
        title: line.title.clone(),
        options: line.options.clone(),
        quantity: line.quantity,
    };
    PackingSlip {
        order: "K7M2-9QXD".into(),
        placed: AT,
        shop: "Fairlead".into(),
        seller: seller(),
        recipient: vec!["Ada Lovelace".into(), "1 Quay".into()],
        delivery: "Standard".into(),
        arrives: None,
        lines: lines.iter().map(line).collect(),
    }
}

fn usd(amount: i64) -> Money {
    Money::new(amount, Currency::USD)
}

/// The text of a page as it stands in the file's data.
fn texts(sheet: &Sheet) -> Vec<&str> {
    let text = |mark: &'_ Mark| matches!(mark.shape, Shape::Text { .. });
    let marks = sheet.pages.iter().flatten().filter(|mark| text(mark));
    marks
        .map(|mark| match &mark.shape {
            Shape::Text { line, .. } => line.text.trim_end(),
            _ => "",
        })
        .collect()
}

/// Everything is on the paper, and no text stands on another.
fn is_tidy(sheet: &Sheet) -> Result<(), String> {
    for (number, page) in sheet.pages.iter().enumerate() {
        let extents: Vec<_> = page.iter().map(|mark| (mark, mark.extent())).collect();
        for (mark, [left, top, right, bottom]) in &extents {
            let foot = *top > sheet.paper.height - BOTTOM;
            let floor = sheet.paper.height - if foot { 20.0 } else { BOTTOM - 0.5 };
            if *left < SIDE - 0.5 || *right > sheet.right() + 0.5 || *top < TOP - 0.5 || *bottom > floor {
                return Err(format!("page {number}: {mark:?} is out of bounds"));
            }
        }
        let text: Vec<_> = extents.iter().filter(|(mark, _)| matches!(mark.shape, Shape::Text { .. })).collect();
        for (i, (one, a)) in text.iter().enumerate() {
            for (other, b) in &text[i + 1..] {
                let apart = a[2] <= b[0] + 0.3 || b[2] <= a[0] + 0.3 || a[3] <= b[1] + 0.6 || b[3] <= a[1] + 0.6;
                if !apart {
                    return Err(format!("page {number}: {one:?} stands on {other:?}"));
                }
            }
        }
    }
    Ok(())
}

/// The text of a file, page by page, as a reader takes it out.
fn read(pdf: &[u8]) -> Vec<String> {
    let document = lopdf::Document::load_mem(pdf).unwrap();
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    pages.iter().map(|page| document.extract_text(&[*page]).unwrap()).collect()
}

#[test]
fn every_amount_of_the_order_is_on_its_invoice() {
    let mut invoice = of(vec![line("Sea Shirt", 3, usd(7_800)), line("Watch Cap", 1, usd(2_999))], Currency::USD);
    invoice.sums =
        vec![("Goods".into(), usd(26_399)), ("Delivery: Standard".into(), usd(495)), ("VAT 20%".into(), usd(5_379))];
    (invoice.total, invoice.due) = (usd(32_273), Some(usd(0)));
    invoice.taxes = vec![TaxRow { name: "VAT 20%".into(), net: usd(26_894), tax: usd(5_379) }];
    invoice.payments = vec![("Paid by card".into(), usd(-32_273))];
    let pages = read(&invoice::invoice(&invoice).unwrap());
    assert_eq!(pages.len(), 1);
    let words = [
        "Invoice 000042",
        "K7M2-9QXD",
        "30 Nov 2026",
        "Ada Lovelace",
        "GB 999 9999 73",
        "SEA-M-BLU",
        "78.00",
        "234.00",
        "29.99",
        "$263.99",
        "$4.95",
        "$53.79",
        "$322.73",
        "$268.94",
        "−$322.73",
        "$0.00",
        "Page 1 of 1",
    ];
    for word in words {
        assert!(pages[0].contains(word), "no {word} in {}", pages[0]);
    }
}

#[test]
fn a_long_invoice_goes_on_over_pages_with_its_head_and_loses_no_line() {
    for count in [1, 2, 25, 60, 500] {
        let lines = (0..count).map(|i| line(&format!("Thing number {i}."), 1, usd(1_000 + i))).collect();
        let sheet = invoice::lay_out(&of(lines, Currency::USD));
        is_tidy(&sheet).unwrap();
        let said = texts(&sheet);
        for i in 0..count {
            assert_eq!(said.iter().filter(|text| **text == format!("Thing number {i}.")).count(), 1, "{i} of {count}");
        }
        let pages = sheet.pages.len();
        // The sums may stand on a page of their own.
        let heads = said.iter().filter(|text| **text == "Item").count();
        assert!(heads == pages || heads + 1 == pages, "{heads} heads on {pages} pages of {count} lines");
        assert!(said.contains(&format!("Page {pages} of {pages}").as_str()));
        assert!(pages <= 2 + usize::try_from(count).unwrap() / 15, "{pages} pages for {count} lines");
    }
}

#[test]
fn amounts_have_the_decimals_of_their_currency() {
    for (code, expected) in [("JPY", ["12,345", "¥24,690"]), ("KWD", ["12.345", "KWD\u{a0}24.690"])] {
        let currency = Currency::parse(code).unwrap();
        let invoice = of(vec![line("Shirt", 2, Money::new(12_345, currency))], currency);
        let sheet = invoice::lay_out(&invoice);
        for text in expected {
            assert!(texts(&sheet).contains(&text), "{text} in {:?}", texts(&sheet));
        }
    }
}

#[test]
fn a_packing_slip_says_no_prices() {
    let slip = slip(&[line("Sea Shirt", 3, usd(7_812)), line("Watch Cap", 1, usd(2_934))]);
    let pages = read(&packing::packing_slip(&slip).unwrap());
    for word in ["Packing slip", "K7M2-9QXD", "SEA-M-BLU", "Sea Shirt", "M, Blue", "4 items in 2 lines"] {
        assert!(pages[0].contains(word), "no {word} in {}", pages[0]);
    }
    for word in ["$", "78.12", "234.36", "29.34", "Total"] {
        assert!(!pages[0].contains(word), "{word} in {}", pages[0]);
    }
}

#[test]
fn a_paper_is_tagged_and_names_itself_and_its_language() {
    let pdf = invoice::invoice(&of(vec![line("東京 mug", 1, usd(100))], Currency::USD)).unwrap();
    let document = lopdf::Document::load_mem(&pdf).unwrap();
    let catalog = document.catalog().unwrap();
    assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"en");
    assert!(catalog.get(b"StructTreeRoot").is_ok() && catalog.get(b"Metadata").is_ok());
    let marked = catalog.get(b"MarkInfo").and_then(|info| document.dereference(info)).unwrap().1.as_dict().unwrap();
    assert!(marked.get(b"Marked").unwrap().as_bool().unwrap());
}

/// What somebody may have typed, or imported.
fn words() -> impl Strategy<Value = String> {
    prop_oneof!["[A-Za-z]{1,12}( [A-Za-zäß,-]{1,14}){0,6}", "\\PC{0,120}", "W{1,120}", "[א-ת]{1,20} [一-龥]{1,20}"]
}

fn currencies() -> impl Strategy<Value = Currency> {
    prop_oneof![Just("USD"), Just("JPY"), Just("KWD"), Just("SEK")].prop_map(|code| Currency::parse(code).unwrap())
}

prop_compose! {
    fn lines(currency: Currency)(
        lines in prop::collection::vec(
            (words(), words(), words(), 1_u32..1_000, 0_i64..100_000_000_000, any::<bool>()), 1..14
        )
    ) -> Vec<InvoiceLine> {
        let line = |(title, option, sku, quantity, price, more): (String, String, String, u32, i64, bool)| InvoiceLine {
            options: vec![option],
            sku,
            discount: more.then_some(Money::new(-price, currency)),
            tax_rate: more.then(|| "19.975%".to_owned()),
            ..line(&title, quantity, Money::new(price, currency))
        };
        lines.into_iter().map(line).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_on_a_paper_stands_within_its_margins_and_apart(
        (currency, lines) in currencies().prop_flat_map(|currency| (Just(currency), lines(currency))),
        typed in prop::collection::vec(words(), 4),
        letter in any::<bool>(),
    ) {
        let mut invoice = of(lines, currency);
        invoice.customer = typed.clone();
        invoice.delivery = typed[0].clone();
        invoice.shop = typed[1].clone();
        invoice.seller.lines = typed.clone();
        invoice.seller.letter_paper = letter;
        invoice.sums.insert(0, (typed[2].clone(), invoice.total));
        invoice.notes = typed.clone();
        invoice.taxes = vec![TaxRow { name: typed[3].clone(), net: invoice.total, tax: invoice.total }];
        invoice.included_tax = Some(invoice.total);
        is_tidy(&invoice::lay_out(&invoice)).map_err(TestCaseError::fail)?;
        let mut slip = slip(&invoice.lines);
        slip.recipient = typed.clone();
        slip.delivery = typed[0].clone();
        slip.seller.letter_paper = letter;
        is_tidy(&packing::lay_out(&slip)).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn whatever_is_on_a_paper_can_be_printed(
        lines in lines(Currency::USD),
        typed in prop::collection::vec(words(), 4),
    ) {
        let mut invoice = of(lines, Currency::USD);
        invoice.customer = typed.clone();
        invoice.shop = typed[1].clone();
        let pdf = invoice::invoice(&invoice).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!(pdf.starts_with(b"%PDF-1.7"));
        packing::packing_slip(&slip(&invoice.lines)).map_err(|error| TestCaseError::fail(error.to_string()))?;
    }
}
