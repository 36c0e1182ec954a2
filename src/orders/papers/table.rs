//! A table that goes on over pages: its head is repeated, its rows are not torn apart.

use super::{
    sheet::{Align, Colour, PartId, Role, SIDE, Shape, Sheet, Style},
    type_set::Line,
};

/// Between columns.
const GAP: f32 = 12.0;
/// Above and below what stands in a row.
const PAD: f32 = 5.5;
const HEAD: Style = Style { leading: 11.0, ..Style::LABEL };

pub struct Column {
    pub title: String,
    pub align: Align,
    pub width: f32,
}

/// Lines in a cell, each with its style.
pub type Cell = Vec<(Line, Style)>;

pub struct Table {
    x: f32,
    columns: Vec<Column>,
    part: PartId,
}

/// A cell of one text that is not broken.
pub fn cell(text: &str, style: Style) -> Cell {
    vec![(Line::set(text, style.face), style)]
}

/// The width that the widest of some texts needs under a title.
pub fn fit<'a>(title: &str, texts: impl Iterator<Item = &'a str>, style: Style) -> f32 {
    let title = title.split(' ').map(|word| Line::set(word, HEAD.face).width(HEAD.size)).fold(0.0, f32::max);
    texts.map(|text| Line::set(text, style.face).width(style.size)).fold(title, f32::max)
}

/// What is left for the first column of a table as wide as `width`.
pub fn rest(width: f32, others: &[f32]) -> f32 {
    width - others.iter().map(|other| other + GAP).sum::<f32>()
}

impl Table {
    /// Begins a table with its head.
    pub fn start(sheet: &mut Sheet, x: f32, columns: Vec<Column>) -> Self {
        let part = sheet.part(Role::Table, None);
        let table = Self { x, columns, part };
        if !sheet.has_room(table.head_height() + 4.0 * HEAD.leading) {
            sheet.break_page();
        }
        let row = sheet.part(Role::Row, Some(part));
        table.head(sheet, Some(row));
        table
    }

    fn width(&self) -> f32 {
        self.columns.iter().map(|column| column.width).sum::<f32>() + GAP * (self.columns.len() - 1) as f32
    }

    fn head_height(&self) -> f32 {
        let lines = self.columns.iter().map(|column| HEAD.wrap(&column.title, column.width).len()).max();
        lines.unwrap_or(1) as f32 * HEAD.leading + 5.0
    }

    /// The titles, at the foot of their line.
    fn head(&self, sheet: &mut Sheet, row: Option<PartId>) {
        let (mut x, height) = (self.x, self.head_height());
        for column in &self.columns {
            let part = row.map(|row| sheet.part(Role::Head, Some(row)));
            let lines = HEAD.wrap(&column.title, column.width);
            let y = sheet.y + height - 5.0 - lines.len() as f32 * HEAD.leading;
            sheet.lines((x, y), column.width, &lines, (HEAD, column.align), part);
            x += column.width + GAP;
        }
        sheet.y += height;
        sheet.rule(self.x, self.width(), 0.9, Colour::Ink);
    }

    /// Adds a row; `named` says whether its first cell is the name of the others. A `tick` is a box before it.
    pub fn row(&self, sheet: &mut Sheet, cells: &[Cell], named: bool, tick: Option<f32>) {
        let height = cells.iter().map(|cell| cell.iter().map(|(_, style)| style.leading).sum()).fold(0.0, f32::max);
        if !sheet.has_room(height + 2.0 * PAD) {
            sheet.break_page();
            self.head(sheet, None);
        }
        let row = sheet.part(Role::Row, Some(self.part));
        let (mut x, top) = (self.x, sheet.y + PAD);
        if let Some(side) = tick {
            sheet.mark(SIDE, top + 1.0, Shape::Box { side }, None);
        }
        for (i, (cell, column)) in cells.iter().zip(&self.columns).enumerate() {
            let role = if named && i == 0 { Role::Name } else { Role::Cell };
            let part = sheet.part(role, Some(row));
            let mut y = top;
            for (line, style) in cell {
                y += sheet.lines((x, y), column.width, std::slice::from_ref(line), (*style, column.align), Some(part));
            }
            x += column.width + GAP;
        }
        sheet.y = top + height + PAD;
        sheet.rule(self.x, self.width(), 0.5, Colour::Hairline);
    }
}
