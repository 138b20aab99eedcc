//! Sheets into a PDF file: the only file that writes one.

use std::num::NonZeroU16;

use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, BBox, ContentTag, Identifier, ListNumbering, Node, Tag, TagGroup, TagKind, TagTree,
};
use krilla::{Document, SerializeSettings};

use super::PaperError;
use super::letters::{Faces, Ink};
use super::sheet::{Element, Mark, Role, Sheet, mm};
use crate::base::timestamp::Timestamp;
use crate::carry::qr::Symbol;
use crate::verify::message::Words;

/// The media type of a credential (Verifiable Credentials Data Model 2.0 §6.1).
const CREDENTIAL: &str = "application/vc";
const BLACK: Ink = (0, 0, 0);

/// A file that comes along inside.
pub(super) struct Attachment {
    pub name: String,
    pub description: String,
    pub bytes: Vec<u8>,
    pub modified: Timestamp,
}

/// A PDF that grows by pages.
pub(super) struct Drawing {
    document: Document,
    tree: TagTree,
    outline: Outline,
    faces: &'static Faces,
    pages: usize,
}

impl Drawing {
    /// Begins a file with this title, made at this time. Neither title nor anything else in its description names a person.
    pub(super) fn begin(words: &Words, title: &str, made: Timestamp) -> Result<Self, PaperError> {
        let rules = ConfigurationBuilder::new()
            .with_archival_validator(Archival::A3_A)
            .with_accessibility_validator(Accessibility::UA1)
            .finish()
            .map_err(|error| PaperError::Rule(format!("{error:?}")))?;
        let mut document =
            Document::new_with(SerializeSettings { configuration: rules, ..SerializeSettings::default() });
        let language = words.language().tag().to_owned();
        let metadata = Metadata::new()
            .title(title.to_owned())
            .language(language.clone())
            .creator(env!("CARGO_PKG_NAME").to_owned())
            .creation_date(date_time(made));
        document.set_metadata(metadata);
        let tree = TagTree::new().with_lang(Some(language));
        Ok(Self { document, tree, outline: Outline::new(), faces: Faces::ours()?, pages: 0 })
    }

    /// Adds somebody's pages in their language, under a heading of the file's table of contents.
    pub(super) fn part(&mut self, name: &str, words: &Words, sheets: &[Sheet<'_>]) -> Result<(), PaperError> {
        let destination = XyzDestination::new(self.pages, Point::from_xy(0.0, 0.0));
        self.outline.push_child(OutlineNode::new(name.to_owned(), destination));
        let mut part = TagGroup::new(Tag::Section.with_lang(Some(words.language().tag().to_owned())));
        for sheet in sheets {
            part.children.extend(self.page(sheet)?);
        }
        self.tree.push(part);
        Ok(())
    }

    pub(super) fn attach(&mut self, attachment: Attachment) {
        // The one reason for a refusal is a second file of the same name; there is one.
        let _ = self.document.embed_file(EmbeddedFile {
            path: attachment.name,
            mime_type: MimeType::new(CREDENTIAL),
            description: Some(attachment.description),
            association_kind: AssociationKind::Source,
            data: attachment.bytes.into(),
            modification_date: Some(date_time(attachment.modified)),
            compress: Some(true),
            location: None,
        });
    }

    /// The file's bytes.
    pub(super) fn end(mut self) -> Result<Vec<u8>, PaperError> {
        self.document.set_outline(self.outline);
        self.document.set_tag_tree(self.tree);
        self.document.finish().map_err(|error| PaperError::Rule(format!("{error:?}")))
    }

    /// Draws a page; its elements for who listens are the result.
    fn page(&mut self, sheet: &Sheet<'_>) -> Result<Vec<Node>, PaperError> {
        let size = PageSettings::from_wh(sheet.width, sheet.height);
        let mut page = self.document.start_page_with(size.ok_or_else(|| PaperError::Rule("page".to_owned()))?);
        let mut surface = page.surface();
        let (mut nodes, mut list): (Vec<Node>, Option<TagGroup>) = (Vec::new(), None);
        for element in &sheet.elements {
            let tag = match element.role {
                Role::Artifact => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
                _ => ContentTag::Other,
            };
            let identifier = surface.start_tagged(tag);
            element.marks.iter().for_each(|mark| draw(&mut surface, mark, self.faces));
            surface.end_tagged();
            match (&element.role, &mut list) {
                (Role::Artifact, _) => {}
                (Role::Item, list) => {
                    list.get_or_insert_with(|| TagGroup::new(Tag::L(ListNumbering::None))).push(item(identifier))
                }
                (role, list) => {
                    nodes.extend(list.take().map(Node::Group));
                    nodes.push(group(role, element, self.pages, identifier).into());
                }
            }
        }
        nodes.extend(list.take().map(Node::Group));
        surface.finish();
        page.finish();
        self.pages += 1;
        Ok(nodes)
    }
}

/// An item of a list; its dash is part of its text.
fn item(identifier: Identifier) -> TagGroup {
    let body = TagGroup::with_children(Tag::LBody, vec![identifier.into()]);
    TagGroup::with_children(Tag::LI, vec![body.into()])
}

fn group(role: &Role, element: &Element<'_>, page: usize, identifier: Identifier) -> TagGroup {
    let tag: TagKind = match role {
        Role::Figure(alt) => Tag::Figure(Some(alt.clone())).with_bbox(bounds(element, page)).into(),
        Role::Heading(level, text) => {
            Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(text.clone())).into()
        }
        Role::Artifact | Role::Item | Role::Paragraph => Tag::P.into(),
    };
    TagGroup::with_children(tag, vec![identifier.into()])
}

/// Where a figure stands.
fn bounds(element: &Element<'_>, page: usize) -> Option<BBox> {
    let (x, y, width, height) = match element.marks.first()? {
        Mark::Code { x, y, side, .. } => (*x, *y, *side, *side),
        Mark::Logo { x, y, width, height, .. } => (*x, *y, *width, *height),
        _ => return None,
    };
    Some(BBox::new(page, Rect::from_xywh(x, y, width, height)?))
}

fn draw(surface: &mut Surface<'_>, mark: &Mark<'_>, faces: &Faces) {
    match mark {
        Mark::Code { symbol, x, y, side } => code(surface, symbol, (*x, *y), *side),
        Mark::Fill { x, y, width, height, ink } => {
            let mut path = PathBuilder::new();
            Rect::from_xywh(*x, *y, *width, *height).into_iter().for_each(|rect| path.push_rect(rect));
            fill(surface, path, *ink);
        }
        Mark::Frame { x, y, width, height, stroke, ink } => {
            let half = stroke / 2.0;
            let outer = Rect::from_xywh(x - half, y - half, width + stroke, height + stroke);
            let inner = Rect::from_xywh(x + half, y + half, width - stroke, height - stroke);
            let mut path = PathBuilder::new();
            outer.into_iter().chain(inner).for_each(|rect| path.push_rect(rect));
            fill(surface, path, *ink);
        }
        Mark::Logo { logo, x, y, width, height } => {
            let Some(size) = Size::from_wh(*width, *height) else { return };
            surface.push_transform(&Transform::from_translate(*x, *y));
            surface.draw_image(logo.image(), size);
            surface.pop();
        }
        Mark::Text { line, letters, x, y } => {
            surface.set_fill(Some(of_ink(letters.ink)));
            let font = faces.drawing(letters.weight);
            surface.draw_glyphs(Point::from_xy(*x, *y), &line.glyphs, font, &line.text, letters.size, false);
        }
    }
}

/// Dark modules as one path of rectangles, never as pixels (qr.md §6). In units of a module: small whole numbers, which pack well.
fn code(surface: &mut Surface<'_>, symbol: &Symbol, (x, y): (f32, f32), side: f32) {
    let module = side / symbol.side() as f32;
    let mut path = PathBuilder::new();
    for (column, row, length) in symbol.runs() {
        let rect = Rect::from_xywh(column as f32, row as f32, length as f32, 1.0);
        rect.into_iter().for_each(|rect| path.push_rect(rect));
    }
    surface.push_transform(&Transform::from_row(module, 0.0, 0.0, module, x, y));
    fill(surface, path, BLACK);
    surface.pop();
}

fn fill(surface: &mut Surface<'_>, path: PathBuilder, ink: Ink) {
    surface.set_fill(Some(of_ink(ink)));
    path.finish().iter().for_each(|path| surface.draw_path(path));
}

/// Where two rectangles lie in each other, what is between them is filled.
fn of_ink((red, green, blue): Ink) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), opacity: NormalizedF32::ONE, rule: FillRule::EvenOdd }
}

fn date_time(time: Timestamp) -> DateTime {
    let (date, second) = (time.date(), time.seconds().rem_euclid(24 * 3600));
    let small = |value: i64| u8::try_from(value).unwrap_or_default();
    DateTime::new(u16::try_from(date.year()).unwrap_or_default())
        .month(small(i64::from(date.month())))
        .day(small(i64::from(date.day())))
        .hour(small(second / 3600))
        .minute(small(second / 60 % 60))
        .second(small(second % 60))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

/// Points of the paper's sides.
pub(super) fn points((width, height): (f32, f32)) -> (f32, f32) {
    (mm(width), mm(height))
}
