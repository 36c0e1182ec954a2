//! Makes a PDF of pages that were laid out: fonts reduced to the letters in use, and tagged so that a screen reader
//! reads headings, paragraphs and tables (PDF/UA-1).

use super::sheet::{Colour, Mark, PartId, Role, Shape, Sheet};
use krilla::{
    Document, SerializeSettings,
    color::rgb,
    configure::{Accessibility, ConfigurationBuilder},
    destination::XyzDestination,
    geom::{PathBuilder, Point, Rect},
    metadata::{DateTime, Metadata},
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::{Fill, Stroke},
    surface::Surface,
    tagging::{
        Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, TableHeaderScope, Tag, TagGroup, TagKind,
        TagTree,
    },
};
use std::num::NonZeroU16;

use crate::domain::timestamp::Timestamp;

/// The language that the papers are written in.
const LANGUAGE: &str = "en";

/// What the file says of itself.
pub struct About<'a> {
    pub title: String,
    pub author: &'a str,
    pub at: Timestamp,
}

/// Why there is no file. The library refuses what would not be accessible, which is a mistake of ours.
#[derive(Debug, thiserror::Error)]
#[error("the paper could not be printed: {0}")]
pub struct PrintError(String);

pub fn print(sheet: &Sheet, about: &About) -> Result<Vec<u8>, PrintError> {
    let configuration = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish();
    let configuration = configuration.map_err(|error| PrintError(format!("{error:?}")))?;
    let mut document = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let mut content: Vec<Vec<Identifier>> = vec![vec![]; sheet.parts.len()];
    for marks in &sheet.pages {
        let size = PageSettings::from_wh(sheet.paper.width, sheet.paper.height);
        let mut page = document.start_page_with(size.ok_or_else(|| PrintError("no size".into()))?);
        let mut surface = page.surface();
        for group in marks.chunk_by(|a, b| a.part == b.part) {
            draw_part(&mut surface, group, &mut content);
        }
        surface.finish();
        page.finish();
    }
    document.set_tag_tree(tree(sheet, &content));
    document.set_metadata(metadata(about));
    let mut outline = Outline::new();
    outline.push_child(OutlineNode::new(about.title.clone(), XyzDestination::new(0, Point::from_xy(0.0, 0.0))));
    document.set_outline(outline);
    document.finish().map_err(|error| PrintError(format!("{error:?}")))
}

/// Draws marks of one part, or ornaments.
fn draw_part(surface: &mut Surface, marks: &[Mark], content: &mut [Vec<Identifier>]) {
    let part = marks.first().and_then(|mark| mark.part);
    let is_text = marks.iter().all(|mark| matches!(mark.shape, Shape::Text { .. }));
    let tag = match part {
        None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
        Some(_) if is_text => ContentTag::Span(SpanTag::empty()),
        Some(_) => ContentTag::Other,
    };
    let identifier = surface.start_tagged(tag);
    for mark in marks {
        draw(surface, mark);
    }
    surface.end_tagged();
    if let Some(part) = part {
        content[part].push(identifier);
    }
}

fn draw(surface: &mut Surface, mark: &Mark) {
    match &mark.shape {
        Shape::Text { line, style } => {
            surface.set_fill(Some(fill(style.colour)));
            let mut x = mark.x;
            for run in &line.runs {
                let at = Point::from_xy(x, mark.y);
                surface.draw_glyphs(at, &run.glyphs, run.font.font.clone(), &line.text, style.size, false);
                x += run.width * style.size;
            }
        }
        Shape::Bar { width, height, colour } => {
            surface.set_fill(Some(fill(*colour)));
            draw_rectangle(surface, mark, *width, *height);
        }
        Shape::Box { side } => {
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke { paint: colour(Colour::Ink).into(), width: 0.9, ..Stroke::default() }));
            draw_rectangle(surface, mark, *side, *side);
            surface.set_stroke(None);
        }
    }
}

fn draw_rectangle(surface: &mut Surface, mark: &Mark, width: f32, height: f32) {
    let mut path = PathBuilder::new();
    if let Some(rectangle) = Rect::from_xywh(mark.x, mark.y, width, height) {
        path.push_rect(rectangle);
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

/// The tokens of `style/tokens.css` by day: paper is white.
fn colour(colour: Colour) -> rgb::Color {
    match colour {
        Colour::Ink => rgb::Color::new(0x14, 0x21, 0x2e),
        Colour::Quiet => rgb::Color::new(0x55, 0x60, 0x6a),
        Colour::Hairline => rgb::Color::new(0xd0, 0xcb, 0xc0),
        Colour::Accent => rgb::Color::new(0xb8, 0x33, 0x1d),
    }
}

fn fill(of: Colour) -> Fill {
    Fill { paint: colour(of).into(), ..Fill::default() }
}

/// The parts in the order they are read.
fn tree(sheet: &Sheet, content: &[Vec<Identifier>]) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some(LANGUAGE.to_owned()));
    // Parts stand after what they are in, so each is whole when it is put there.
    let mut groups: Vec<Vec<Node>> = vec![vec![]; sheet.parts.len()];
    let mut whole = Vec::new();
    for (id, part) in sheet.parts.iter().enumerate().rev() {
        let mut children: Vec<Node> = content[id].iter().map(|identifier| Node::from(*identifier)).collect();
        children.extend(std::mem::take(&mut groups[id]).into_iter().rev());
        let group = Node::from(TagGroup::with_children(kind(sheet, id), children));
        match part.within {
            Some(within) => groups[within].push(group),
            None => whole.push(group),
        }
    }
    whole.into_iter().rev().for_each(|group| tree.push(group));
    tree
}

fn kind(sheet: &Sheet, id: PartId) -> TagKind {
    let heading = |level: u16| Tag::Hn(NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN), Some(text(sheet, id)));
    match &sheet.parts[id].role {
        Role::Title => heading(1).into(),
        Role::Heading => heading(2).into(),
        Role::Paragraph => Tag::P.into(),
        Role::Table => Tag::Table.into(),
        Role::Row => Tag::TR.into(),
        Role::Head => Tag::TH(TableHeaderScope::Column).into(),
        Role::Name => Tag::TH(TableHeaderScope::Row).into(),
        Role::Cell => Tag::TD.into(),
        Role::Figure(alternative) => Tag::Figure(Some(alternative.clone())).into(),
    }
}

/// What a part says.
fn text(sheet: &Sheet, id: PartId) -> String {
    let lines =
        sheet.pages.iter().flatten().filter(|mark| mark.part == Some(id)).filter_map(|mark| match &mark.shape {
            Shape::Text { line, .. } => Some(line.text.as_str()),
            _ => None,
        });
    lines.collect::<Vec<_>>().join(" ")
}

fn metadata(about: &About) -> Metadata {
    let (year, month, day, _) = about.at.day().parts();
    let minutes = about.at.0.rem_euclid(Timestamp::DAY) / Timestamp::MINUTE;
    let [hour, minute] = [minutes / 60, minutes % 60].map(|number| u8::try_from(number).unwrap_or(0));
    let at = DateTime::new(u16::try_from(year).unwrap_or(1970)).month(month).day(day).hour(hour).minute(minute);
    Metadata::new()
        .title(about.title.clone())
        .authors(vec![about.author.to_owned()])
        .language(LANGUAGE.to_owned())
        .creation_date(at.second(0).utc_offset_hour(0).utc_offset_minute(0))
}
