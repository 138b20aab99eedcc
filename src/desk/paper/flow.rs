//! Elements one below the other in a column.

use super::PaperError;
use super::letters::{Faces, Letters};
use super::sheet::{Element, Mark, Role, mm};

/// 3.5 mm: how far a list's text stands in from its dash.
const INDENT_MM: f32 = 3.5;
/// Half a point: the step in which a text is made smaller until it fits.
const STEP: f32 = 0.5;

/// A column that grows downwards from its upper left corner.
pub(super) struct Flow<'a> {
    pub elements: Vec<Element<'a>>,
    pub width: f32,
    /// How far it reaches by now.
    pub height: f32,
    faces: &'static Faces,
}

impl<'a> Flow<'a> {
    pub(super) fn new(width: f32) -> Result<Self, PaperError> {
        Ok(Self { elements: Vec::new(), width, height: 0.0, faces: Faces::ours()? })
    }

    pub(super) fn gap(&mut self, points: f32) {
        self.height += points;
    }

    pub(super) fn paragraph(&mut self, text: &str, letters: Letters) -> Result<(), PaperError> {
        self.text(Role::Paragraph, text, letters)
    }

    pub(super) fn text(&mut self, role: Role, text: &str, letters: Letters) -> Result<(), PaperError> {
        let lines = self.faces.set(text, letters.weight)?.lines(self.width / letters.size);
        let marks = self.stacked(lines, letters, 0.0);
        self.elements.push(Element::new(role, marks));
        Ok(())
    }

    /// A text that is set smaller until it stands in `lines` lines, down to `least` points; then in as many lines as it takes. Lines
    /// are of even width.
    pub(super) fn fitted(
        &mut self,
        role: Role,
        text: &str,
        letters: Letters,
        least: f32,
        lines: usize,
    ) -> Result<(), PaperError> {
        let shaped = self.faces.set(text, letters.weight)?;
        let mut letters = letters;
        while letters.size > least && shaped.lines(self.width / letters.size).len() > lines {
            letters.size = (letters.size - STEP).max(least);
        }
        let even = shaped.even_lines(self.width / letters.size);
        let marks = self.stacked(even, letters, 0.0);
        self.elements.push(Element::new(role, marks));
        Ok(())
    }

    /// One of a list, after a dash.
    pub(super) fn item(&mut self, text: &str, letters: Letters) -> Result<(), PaperError> {
        let indent = mm(INDENT_MM);
        let dash = self.faces.set("– ", letters.weight)?.lines(self.width);
        let from = self.height;
        let mut marks = self.stacked(dash, letters, 0.0);
        self.height = from;
        let lines = self.faces.set(text, letters.weight)?.lines((self.width - indent) / letters.size);
        marks.extend(self.stacked(lines, letters, indent));
        self.elements.push(Element::new(Role::Item, marks));
        Ok(())
    }

    /// A label above a value, as one paragraph.
    pub(super) fn fact(
        &mut self,
        label: &str,
        value: &str,
        of_label: Letters,
        of_value: Letters,
    ) -> Result<(), PaperError> {
        // The space tells a program that takes the text out where one word ends.
        let above = self.faces.set(&format!("{label} "), of_label.weight)?.lines(self.width / of_label.size);
        let below = self.faces.set(value, of_value.weight)?.lines(self.width / of_value.size);
        let mut marks = self.stacked(above, of_label, 0.0);
        marks.extend(self.stacked(below, of_value, 0.0));
        self.elements.push(Element::new(Role::Paragraph, marks));
        Ok(())
    }

    /// A line from side to side.
    pub(super) fn rule(&mut self, stroke: f32, ink: super::letters::Ink) {
        let mark = Mark::Fill { x: 0.0, y: self.height, width: self.width, height: stroke, ink };
        self.elements.push(Element::new(Role::Artifact, vec![mark]));
        self.height += stroke;
    }

    /// Another column's elements from a height on. This one then reaches at least as far as they do.
    pub(super) fn beside(&mut self, other: Flow<'a>, right: f32, from: f32) {
        let mut sheet = super::sheet::Sheet::new((0.0, 0.0));
        sheet.put(other.elements, right, from);
        self.elements.extend(sheet.elements);
        self.height = self.height.max(from + other.height);
    }

    /// How wide a text is in one line, in points.
    pub(super) fn width_of(&self, text: &str, letters: Letters) -> Result<f32, PaperError> {
        Ok(self.faces.set(text, letters.weight)?.width() * letters.size)
    }

    fn stacked(&mut self, lines: Vec<super::letters::Line>, letters: Letters, x: f32) -> Vec<Mark<'a>> {
        let marks = lines.into_iter().map(|line| {
            let y = self.height + letters.baseline();
            self.height += letters.line_height();
            Mark::Text { line, letters, x, y }
        });
        marks.collect()
    }
}
