//! The invoice and the credit note, laid out.

use super::{
    data::{Invoice, InvoiceLine, Kind},
    print::{self, About, PrintError},
    sheet::{Align, Colour, Paper, Role, SIDE, Sheet, Style},
    table::{Cell, Column, Table, cell, fit, rest},
    type_set::{Face, Line},
};
use crate::{domain::money::Money, messages, messages::papers as words};

const NAME: Style = Style { face: Face::Display, size: 19.0, leading: 24.0, colour: Colour::Ink };
const TITLE: Style = Style { face: Face::Display, size: 19.0, leading: 24.0, colour: Colour::Ink };
const TOTAL: Style = Style { face: Face::Strong, size: 12.5, leading: 19.0, colour: Colour::Ink };
/// The least that is left for what was bought.
const LEAST_TITLE: f32 = 120.0;
/// The least that an amount has, so that columns stand apart.
const LEAST_AMOUNT: f32 = 44.0;
/// How wide what is below the table is.
const SUMS: f32 = 250.0;

/// The paper as a file.
pub fn invoice(invoice: &Invoice) -> Result<Vec<u8>, PrintError> {
    let title = words::title(invoice.kind, &invoice.number);
    print::print(&lay_out(invoice), &About { title, author: &invoice.shop, at: invoice.issued })
}

/// The paper as pages.
#[must_use]
pub fn lay_out(invoice: &Invoice) -> Sheet {
    let head = words::running_head(&invoice.shop, &words::title(invoice.kind, &invoice.number));
    let mut sheet = Sheet::new(Paper::of(invoice.seller.letter_paper), head);
    masthead(&mut sheet, invoice);
    people(&mut sheet, invoice);
    lines(&mut sheet, invoice);
    sums(&mut sheet, invoice);
    taxes(&mut sheet, invoice);
    notes(&mut sheet, invoice);
    sheet.finish(&foot(invoice), words::page_of);
    sheet
}

/// The shop's name, what this is, and a line below.
pub(super) fn masthead(sheet: &mut Sheet, invoice: &Invoice) {
    head(sheet, &invoice.shop, &words::title(invoice.kind, &invoice.number));
}

/// Name and title beside each other, or below where they are long.
pub(super) fn head(sheet: &mut Sheet, shop: &str, title: &str) {
    let width = sheet.width();
    let half = width / 2.0 - 8.0;
    let (name, title) = (NAME.wrap(shop, half), TITLE.wrap(title, half));
    let part = sheet.part(Role::Paragraph, None);
    let left = sheet.lines((SIDE, sheet.y), half, &name, (NAME, Align::Left), Some(part));
    let part = sheet.part(Role::Title, None);
    let x = sheet.right() - half;
    let right = sheet.lines((x, sheet.y), half, &title, (TITLE, Align::Right), Some(part));
    sheet.y += left.max(right) + 8.0;
    sheet.rule(SIDE, width, 2.2, Colour::Accent);
    sheet.y += 24.0;
}

/// Who sells, who buys, and the facts.
fn people(sheet: &mut Sheet, invoice: &Invoice) {
    let gap = 22.0;
    let facts_width = 176.0;
    let width = (sheet.width() - facts_width - 2.0 * gap) / 2.0;
    let top = sheet.y;
    let from = address(sheet, SIDE, width, words::FROM, &seller(invoice));
    let to = match invoice.customer.as_slice() {
        [] => 0.0,
        lines => address(sheet, SIDE + width + gap, width, words::BILL_TO, lines),
    };
    let facts = facts(sheet, sheet.right() - facts_width, facts_width, invoice);
    sheet.y = top + from.max(to).max(facts) + 26.0;
}

fn seller(invoice: &Invoice) -> Vec<String> {
    let seller = &invoice.seller;
    let mut lines = if seller.lines.is_empty() { vec![invoice.shop.clone()] } else { seller.lines.clone() };
    lines.extend(Some(words::vat_id(&seller.vat_id)).filter(|_| !seller.vat_id.is_empty()));
    lines
}

/// A heading and what stands below, its first line strong. Gives its height.
pub(super) fn address(sheet: &mut Sheet, x: f32, width: f32, heading: &str, lines: &[String]) -> f32 {
    let top = sheet.y;
    let mut y = top + sheet.paragraph((x, top), width, heading, Style::LABEL, Role::Heading);
    let part = sheet.part(Role::Paragraph, None);
    for (i, line) in lines.iter().enumerate() {
        let style = if i == 0 { Style::STRONG } else { Style::BODY };
        y += sheet.lines((x, y), width, &style.wrap(&format!("{line} "), width), (style, Align::Left), Some(part));
    }
    y - top
}

/// Dates and numbers as a table of two columns.
fn facts(sheet: &mut Sheet, x: f32, width: f32, invoice: &Invoice) -> f32 {
    let mut rows = vec![
        (words::ISSUED, messages::date(invoice.issued)),
        (words::ORDER, invoice.order.clone()),
        (words::ORDERED, messages::date(invoice.placed)),
    ];
    rows.extend(invoice.corrects.clone().map(|number| (words::CORRECTS, number)));
    rows.push((words::PAYMENT, invoice.payment.clone()));
    rows.push((words::DELIVERY, invoice.delivery.clone()));
    let rows: Vec<_> = rows.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let label = fit("", rows.iter().map(|(label, _)| *label), Style::LABEL) + 10.0;
    let table = sheet.part(Role::Table, None);
    let mut y = sheet.y;
    for (name, value) in rows {
        let row = sheet.part(Role::Row, Some(table));
        let part = sheet.part(Role::Name, Some(row));
        sheet.lines((x, y), label, &Style::LABEL.wrap(name, label), (Style::LABEL, Align::Left), Some(part));
        let part = sheet.part(Role::Cell, Some(row));
        let lines = Style::BODY.wrap(&value, width - label);
        y += sheet.lines((x + label, y), width - label, &lines, (Style::BODY, Align::Left), Some(part)) + 1.0;
    }
    y - sheet.y
}

/// What a column beside the title says of each line.
type Value = fn(&InvoiceLine) -> String;

/// What was bought.
fn lines(sheet: &mut Sheet, invoice: &Invoice) {
    let any = |has: fn(&InvoiceLine) -> bool| invoice.lines.iter().any(has);
    let currency = invoice.total.currency.code();
    let mut values: Vec<(String, Value)> = vec![
        (words::QUANTITY.to_owned(), |line| messages::number(line.quantity)),
        (words::UNIT_PRICE.to_owned(), |line| words::figure(line.unit_price)),
    ];
    if any(|line| line.discount.is_some()) {
        values.push((words::DISCOUNT.to_owned(), |line| line.discount.map_or(String::new(), words::figure)));
    }
    if any(|line| line.tax_rate.is_some()) {
        values.push((words::TAX.to_owned(), |line| line.tax_rate.clone().unwrap_or_default()));
    }
    values.push((words::amount_in(currency), |line| words::figure(line.total)));
    let (style, widths) = widths(sheet, invoice, &values);
    let title = rest(sheet.width(), &widths);
    let mut columns = vec![Column { title: words::ITEM.to_owned(), align: Align::Left, width: title }];
    let others = values.iter().zip(&widths);
    columns.extend(others.map(|((title, _), width)| Column {
        title: title.clone(),
        align: Align::Right,
        width: *width,
    }));
    let table = Table::start(sheet, SIDE, columns);
    for line in &invoice.lines {
        let mut cells = vec![bought(line, title)];
        cells.extend(values.iter().map(|(_, value)| cell(&value(line), style)));
        table.row(sheet, &cells, true, None);
    }
}

/// How wide the columns of amounts are, in the largest type that leaves room for what was bought.
fn widths(sheet: &Sheet, invoice: &Invoice, values: &[(String, Value)]) -> (Style, Vec<f32>) {
    let measure = |style: Style| -> Vec<f32> {
        let width = |(title, value): &(String, Value)| {
            let texts: Vec<_> = invoice.lines.iter().map(value).collect();
            fit(title, texts.iter().map(String::as_str), style).max(LEAST_AMOUNT)
        };
        values.iter().map(width).collect()
    };
    for size in [9.5, 8.5, 7.5, 6.5, 5.5] {
        let style = Style::BODY.sized(size);
        let widths = measure(style);
        if rest(sheet.width(), &widths) >= LEAST_TITLE {
            return (style, widths);
        }
    }
    let style = Style::BODY.sized(4.5);
    (style, measure(style))
}

fn bought(line: &InvoiceLine, width: f32) -> Cell {
    let more = words::options_and_sku(&line.options, &line.sku);
    let styled = |text: &str, style: Style| style.wrap(text, width).into_iter().map(move |line| (line, style));
    styled(&format!("{} ", line.title), Style::STRONG).chain(styled(&more, Style::SMALL)).collect()
}

/// From the goods to the total and what is left to pay, at the right.
fn sums(sheet: &mut Sheet, invoice: &Invoice) {
    let mut rows: Vec<(String, String, Style)> = Vec::new();
    let body = |(name, money): &(String, Money)| (name.clone(), money.to_string(), Style::BODY);
    rows.extend(invoice.sums.iter().map(body));
    let total = rows.len();
    rows.push((words::total(invoice.kind).to_owned(), invoice.total.to_string(), TOTAL));
    rows.extend(invoice.included_tax.map(|tax| (words::INCLUDED_TAX.to_owned(), tax.to_string(), Style::SMALL)));
    rows.extend(invoice.payments.iter().map(body));
    rows.extend(invoice.due.map(|due| (words::DUE.to_owned(), due.to_string(), Style::STRONG)));
    let x = sheet.right() - SUMS;
    let set: Vec<_> = rows.iter().map(|(name, amount, style)| row(name, amount, *style)).collect();
    let height: f32 =
        set.iter().zip(&rows).map(|((name, ..), (.., style))| name.len() as f32 * style.leading + 2.0).sum();
    sheet.y += 10.0;
    if !sheet.has_room(height + 16.0) {
        sheet.break_page();
    }
    let table = sheet.part(Role::Table, None);
    for (i, ((name, amount, width), (.., style))) in set.iter().zip(&rows).enumerate() {
        if i == total {
            sheet.y += 5.0;
            sheet.rule(x, SUMS, 0.9, Colour::Ink);
            sheet.y += 3.0;
        }
        let row = sheet.part(Role::Row, Some(table));
        let part = sheet.part(Role::Name, Some(row));
        let tall = sheet.lines((x, sheet.y), SUMS - width, name, (*style, Align::Left), Some(part));
        let part = sheet.part(Role::Cell, Some(row));
        sheet.lines((x, sheet.y), SUMS, std::slice::from_ref(amount), (*style, Align::Right), Some(part));
        sheet.y += tall + 2.0;
    }
}

/// A name, broken beside its amount; the amount; and the room that it takes.
fn row(name: &str, amount: &str, style: Style) -> (Vec<Line>, Line, f32) {
    let amount = Line::set(amount, style.face);
    let width = amount.width(style.size) + 12.0;
    (style.wrap(name, SUMS - width), amount, width)
}

/// The tax at each rate.
fn taxes(sheet: &mut Sheet, invoice: &Invoice) {
    if invoice.taxes.is_empty() {
        return;
    }
    sheet.y += 22.0;
    let style = Style::BODY.sized(8.5);
    let values: [(&str, Vec<String>); 3] = [
        (words::NET, invoice.taxes.iter().map(|row| row.net.to_string()).collect()),
        (words::TAX, invoice.taxes.iter().map(|row| row.tax.to_string()).collect()),
        (words::GROSS, invoice.taxes.iter().map(|row| row.net.plus(row.tax).unwrap_or(row.net).to_string()).collect()),
    ];
    let widths = values.each_ref().map(|(title, texts)| fit(title, texts.iter().map(String::as_str), style).max(62.0));
    let name = rest(sheet.width(), &widths).min(150.0);
    let mut columns = vec![Column { title: words::TAX_RATE.to_owned(), align: Align::Left, width: name }];
    let others = values.iter().zip(widths);
    columns.extend(others.map(|((title, _), width)| Column { title: (*title).to_owned(), align: Align::Right, width }));
    let table = Table::start(sheet, SIDE, columns);
    for (i, tax) in invoice.taxes.iter().enumerate() {
        let mut cells = vec![style.wrap(&tax.name, name).into_iter().map(|line| (line, style)).collect()];
        cells.extend(values.iter().map(|(_, texts)| cell(&texts[i], style)));
        table.row(sheet, &cells, true, None);
    }
}

fn notes(sheet: &mut Sheet, invoice: &Invoice) {
    sheet.y += 20.0;
    let width = sheet.width().min(400.0);
    for note in &invoice.notes {
        let lines = Style::BODY.wrap(note, width);
        if !sheet.has_room(lines.len() as f32 * Style::BODY.leading) {
            sheet.break_page();
        }
        let part = sheet.part(Role::Paragraph, None);
        let at = (SIDE, sheet.y);
        sheet.y += sheet.lines(at, width, &lines, (Style::BODY, Align::Left), Some(part)) + 4.0;
    }
}

fn foot(invoice: &Invoice) -> String {
    let seller = &invoice.seller;
    let name = seller.lines.first().unwrap_or(&invoice.shop);
    let parts = [name, &seller.registration, &seller.email].map(String::as_str);
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(words::BETWEEN)
}

impl Kind {
    /// Whether money goes to the customer.
    #[must_use]
    pub fn is_credit(self) -> bool {
        self == Self::CreditNote
    }
}
