//! The packing slip, laid out for who picks and packs: what to take from the shelf in large type, and no prices.

use super::{
    code39,
    data::{PackingLine, PackingSlip},
    invoice::{address, head},
    print::{self, About, PrintError},
    sheet::{Align, Colour, Paper, Role, SIDE, Shape, Sheet, Style},
    table::{Cell, Column, Table, cell},
    type_set::{Face, Line},
};
use crate::{messages, messages::papers as words};

const NUMBER: Style = Style { face: Face::Strong, size: 26.0, leading: 32.0, colour: Colour::Ink };
const SKU: Style = Style { face: Face::Strong, size: 14.0, leading: 20.0, colour: Colour::Ink };
const COUNT: Style = Style { face: Face::Strong, size: 16.0, leading: 20.0, colour: Colour::Ink };
/// A narrow element of the bar code.
const MODULE: f32 = 1.05;
const CODE_HEIGHT: f32 = 40.0;
const TICK: f32 = 15.0;

/// The paper as a file.
pub fn packing_slip(slip: &PackingSlip) -> Result<Vec<u8>, PrintError> {
    let title = words::packing_title(&slip.order);
    print::print(&lay_out(slip), &About { title, author: &slip.shop, at: slip.placed })
}

/// The paper as pages.
#[must_use]
pub fn lay_out(slip: &PackingSlip) -> Sheet {
    let head_of_pages = words::running_head(&slip.shop, &words::packing_title(&slip.order));
    let mut sheet = Sheet::new(Paper::of(slip.seller.letter_paper), head_of_pages);
    head(&mut sheet, &slip.shop, words::PACKING_SLIP);
    number(&mut sheet, slip);
    addresses(&mut sheet, slip);
    lines(&mut sheet, &slip.lines);
    sheet.y += 12.0;
    if !sheet.has_room(Style::STRONG.leading) {
        sheet.break_page();
    }
    let units: u64 = slip.lines.iter().map(|line| u64::from(line.quantity)).sum();
    let (at, width) = ((SIDE, sheet.y), sheet.width());
    sheet.paragraph(at, width, &words::packed(slip.lines.len(), units), Style::STRONG, Role::Paragraph);
    sheet.finish(&words::packing_title(&slip.order), words::page_of);
    sheet
}

/// The order's number, large, and as a bar code.
fn number(sheet: &mut Sheet, slip: &PackingSlip) {
    let top = sheet.y;
    let width = sheet.width() / 2.0;
    let height = sheet.paragraph((SIDE, top), width, words::ORDER, Style::LABEL, Role::Heading);
    let tall = sheet.paragraph((SIDE, top + height), width, &slip.order, NUMBER, Role::Paragraph);
    if let Some((bars, wide)) = code39::bars(&slip.order) {
        let part = sheet.part(Role::Figure(words::bar_code(&slip.order)), None);
        let x = sheet.right() - wide * MODULE;
        for (from, width) in bars {
            let shape = Shape::Bar { width: width * MODULE, height: CODE_HEIGHT, colour: Colour::Ink };
            sheet.mark(x + from * MODULE, top + 3.0, shape, Some(part));
        }
    }
    sheet.y = top + (height + tall).max(CODE_HEIGHT) + 18.0;
}

fn addresses(sheet: &mut Sheet, slip: &PackingSlip) {
    let (top, width) = (sheet.y, sheet.width() / 2.0 - 12.0);
    let to = match slip.recipient.as_slice() {
        [] => 0.0,
        lines => address(sheet, SIDE, width, words::SHIP_TO, lines),
    };
    let mut facts = vec![slip.delivery.clone(), words::ordered_on(&messages::date(slip.placed))];
    facts.extend(slip.arrives.map(|day| words::arrives_on(&messages::short_day(day))));
    let facts = address(sheet, SIDE + sheet.width() / 2.0 + 12.0, width, words::DELIVERY, &facts);
    sheet.y = top + to.max(facts) + 24.0;
}

fn lines(sheet: &mut Sheet, lines: &[PackingLine]) {
    let tick = TICK + 12.0;
    let count = 54.0;
    let width = sheet.width() - tick - count - 12.0;
    let columns = vec![
        Column { title: words::QUANTITY.to_owned(), align: Align::Left, width: count },
        Column { title: words::ITEM.to_owned(), align: Align::Left, width },
    ];
    let table = Table::start(sheet, SIDE + tick, columns);
    for line in lines {
        table.row(sheet, &[cell(&messages::number(line.quantity), COUNT), packed(line, width)], false, Some(TICK));
    }
}

fn packed(line: &PackingLine, width: f32) -> Cell {
    let options = words::options(&line.options);
    let styled = |text: &str, style: Style| style.wrap(text, width).into_iter().map(move |line| (line, style));
    let texts = [(format!("{} ", line.sku), SKU), (format!("{} ", line.title), Style::BODY), (options, Style::STRONG)];
    texts.iter().flat_map(|(text, style)| styled(text, *style)).collect::<Vec<(Line, Style)>>()
}
