//! Pages as they are laid out: what stands where, and what it is to somebody who cannot see it. Points from the top left.
//!
//! A mark belongs to a part (a heading, a cell of a table) or to none: then it is an ornament, or repeats what was said
//! on an earlier page, and a screen reader passes over it.

use super::type_set::{Face, Line, wrap};

/// The size of a page.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Paper {
    pub width: f32,
    pub height: f32,
}

impl Paper {
    pub const A4: Self = Self { width: 595.28, height: 841.89 };
    pub const LETTER: Self = Self { width: 612.0, height: 792.0 };

    /// The paper of a seller's part of the world.
    #[must_use]
    pub fn of(letter: bool) -> Self {
        if letter { Self::LETTER } else { Self::A4 }
    }
}

pub const SIDE: f32 = 51.0;
pub const TOP: f32 = 51.0;
/// Below this nothing stands but the foot.
pub const BOTTOM: f32 = 72.0;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Colour {
    Ink,
    Quiet,
    Hairline,
    Accent,
}

/// How a text is set.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Style {
    pub face: Face,
    pub size: f32,
    pub leading: f32,
    pub colour: Colour,
}

impl Style {
    pub const BODY: Self = Self { face: Face::Text, size: 9.5, leading: 13.5, colour: Colour::Ink };
    pub const SMALL: Self = Self { face: Face::Text, size: 8.0, leading: 11.0, colour: Colour::Quiet };
    pub const LABEL: Self = Self { face: Face::Strong, size: 8.0, leading: 13.5, colour: Colour::Quiet };
    pub const STRONG: Self = Self { face: Face::Strong, ..Self::BODY };

    #[must_use]
    pub fn wrap(&self, text: &str, width: f32) -> Vec<Line> {
        wrap(text, self.face, self.size, width)
    }

    /// The same, larger or smaller.
    #[must_use]
    pub fn sized(self, size: f32) -> Self {
        Self { size, leading: self.leading * size / self.size, ..self }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    Left,
    Right,
}

/// What a part of the paper is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Role {
    Title,
    Heading,
    Paragraph,
    Table,
    Row,
    /// The head of a column.
    Head,
    /// The head of a row.
    Name,
    Cell,
    /// A picture, and what it shows.
    Figure(String),
}

/// A part, by its place among them; a part stands after the one it is in.
pub type PartId = usize;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    pub role: Role,
    pub within: Option<PartId>,
}

#[derive(Clone, Debug)]
pub enum Shape {
    /// `y` is its base line.
    Text { line: Line, style: Style },
    /// Filled.
    Bar { width: f32, height: f32, colour: Colour },
    /// An empty box to tick.
    Box { side: f32 },
}

/// Something on a page.
#[derive(Clone, Debug)]
pub struct Mark {
    pub x: f32,
    pub y: f32,
    pub shape: Shape,
    pub part: Option<PartId>,
}

impl Mark {
    /// What it covers: left, top, right, bottom.
    #[must_use]
    pub fn extent(&self) -> [f32; 4] {
        let Self { x, y, .. } = *self;
        match &self.shape {
            Shape::Text { line, style } => {
                [x, y - 0.75 * style.size, x + line.width(style.size), y + 0.25 * style.size]
            }
            Shape::Bar { width, height, .. } => [x, y, x + width, y + height],
            Shape::Box { side } => [x, y, x + side, y + side],
        }
    }
}

/// Pages, filled from the top.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub paper: Paper,
    pub pages: Vec<Vec<Mark>>,
    pub parts: Vec<Part>,
    /// Where the next thing goes on the last page.
    pub y: f32,
    /// What stands at the top of every page but the first.
    running_head: String,
}

impl Sheet {
    #[must_use]
    pub fn new(paper: Paper, running_head: String) -> Self {
        Self { paper, pages: vec![vec![]], parts: vec![], y: TOP, running_head }
    }

    #[must_use]
    pub fn width(&self) -> f32 {
        self.paper.width - 2.0 * SIDE
    }

    #[must_use]
    pub fn right(&self) -> f32 {
        self.paper.width - SIDE
    }

    #[must_use]
    pub fn has_room(&self, height: f32) -> bool {
        self.y + height <= self.paper.height - BOTTOM
    }

    pub fn part(&mut self, role: Role, within: Option<PartId>) -> PartId {
        self.parts.push(Part { role, within });
        self.parts.len() - 1
    }

    pub fn mark(&mut self, x: f32, y: f32, shape: Shape, part: Option<PartId>) {
        if let Some(page) = self.pages.last_mut() {
            page.push(Mark { x, y, shape, part });
        }
    }

    /// A line across, as an ornament.
    pub fn rule(&mut self, x: f32, width: f32, height: f32, colour: Colour) {
        let y = self.y;
        self.mark(x, y, Shape::Bar { width, height, colour }, None);
    }

    /// Sets lines below each other between `x` and `x + width` from `y` on and gives their height.
    pub fn lines(
        &mut self,
        (x, y): (f32, f32),
        width: f32,
        lines: &[Line],
        set: (Style, Align),
        part: Option<PartId>,
    ) -> f32 {
        let (style, align) = set;
        for (i, line) in lines.iter().enumerate() {
            let left = match align {
                Align::Left => x,
                Align::Right => x + width - line.width(style.size),
            };
            // Capitals, seven tenths of an em high, stand in the middle of the line.
            let base = y + i as f32 * style.leading + (style.leading + 0.7 * style.size) / 2.0;
            self.mark(left, base, Shape::Text { line: line.clone(), style }, part);
        }
        lines.len() as f32 * style.leading
    }

    /// Sets a paragraph and gives its height.
    pub fn paragraph(&mut self, at: (f32, f32), width: f32, text: &str, style: Style, role: Role) -> f32 {
        let part = self.part(role, None);
        self.lines(at, width, &style.wrap(text, width), (style, Align::Left), Some(part))
    }

    pub fn break_page(&mut self) {
        self.pages.push(vec![]);
        let (head, width) = (Style::SMALL.wrap(&self.running_head, self.width()), self.width());
        self.y = TOP;
        self.y += self.lines((SIDE, TOP), width, &head[..head.len().min(1)], (Style::SMALL, Align::Left), None) + 4.0;
        self.rule(SIDE, width, 0.6, Colour::Hairline);
        self.y += 14.0;
    }

    /// Puts the foot on every page: a line of the seller's and which page of how many it is.
    pub fn finish(&mut self, foot: &str, page_of: impl Fn(usize, usize) -> String) {
        let (style, count, width) = (Style::SMALL, self.pages.len(), self.width());
        let y = self.paper.height - BOTTOM + 22.0;
        for (i, page) in std::mem::take(&mut self.pages).into_iter().enumerate() {
            self.pages.push(page);
            self.mark(SIDE, y - 8.0, Shape::Bar { width, height: 0.6, colour: Colour::Hairline }, None);
            let number = style.wrap(&page_of(i + 1, count), 90.0);
            self.lines((SIDE, y), width, &number, (style, Align::Right), None);
            let lines = style.wrap(foot, width - 100.0);
            self.lines((SIDE, y), width, &lines[..lines.len().min(2)], (style, Align::Left), None);
        }
    }
}
