//! A page before it is drawn: what stands where, and what it is to somebody who listens to it.

use super::letters::{Ink, Letters, Line};
use super::logo::Logo;
use crate::carry::qr::{MARGIN, Symbol};

/// Points of a millimetre: 72 in an inch (ISO 32000-1 §8.3.2.3).
pub(super) fn mm(millimetres: f32) -> f32 {
    millimetres * 72.0 / 25.4
}

/// The side of a code with its margin, from that without, in the same unit.
pub(super) fn with_margin(side: f32, symbol: &Symbol) -> f32 {
    let modules = symbol.side() as f32;
    side * (modules + 2.0 * MARGIN as f32) / modules
}

/// A page. Places are in points from its upper left corner.
#[derive(Debug)]
pub(super) struct Sheet<'a> {
    pub width: f32,
    pub height: f32,
    /// In the order in which they are read aloud.
    pub elements: Vec<Element<'a>>,
}

/// Marks that are one thing.
#[derive(Debug)]
pub(super) struct Element<'a> {
    pub role: Role,
    pub marks: Vec<Mark<'a>>,
}

/// What an element is (ISO 32000-1 §14.8.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Frames, lines, marks to cut along: nothing that is read aloud.
    Artifact,
    /// A picture, and what it shows.
    Figure(String),
    /// A heading of a level, and its text.
    Heading(u16, String),
    /// One of a list; those that follow each other are one list.
    Item,
    Paragraph,
}

#[derive(Clone, Debug)]
pub(super) enum Mark<'a> {
    /// A code at its corner, with its side without the margin.
    Code {
        symbol: &'a Symbol,
        x: f32,
        y: f32,
        side: f32,
    },
    /// A filled rectangle.
    Fill {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        ink: Ink,
    },
    /// A rectangle's border, its middle on the rectangle.
    Frame {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        stroke: f32,
        ink: Ink,
    },
    Logo {
        logo: &'a Logo,
        x: f32,
        y: f32,
        width: f32,
        height: f32,
    },
    /// A line of text from the point where its first letter stands.
    Text {
        line: Line,
        letters: Letters,
        x: f32,
        y: f32,
    },
}

impl Mark<'_> {
    fn shift(&mut self, right: f32, down: f32) {
        match self {
            Mark::Code { x, y, .. }
            | Mark::Fill { x, y, .. }
            | Mark::Frame { x, y, .. }
            | Mark::Logo { x, y, .. }
            | Mark::Text { x, y, .. } => {
                *x += right;
                *y += down;
            }
        }
    }
}

impl<'a> Sheet<'a> {
    pub(super) fn new((width, height): (f32, f32)) -> Self {
        Self { width, height, elements: Vec::new() }
    }

    /// Adds elements, moved to the right and down.
    pub(super) fn put(&mut self, elements: Vec<Element<'a>>, right: f32, down: f32) {
        self.elements.extend(elements.into_iter().map(|mut element| {
            element.marks.iter_mut().for_each(|mark| mark.shift(right, down));
            element
        }));
    }
}

impl<'a> Element<'a> {
    pub(super) fn new(role: Role, marks: Vec<Mark<'a>>) -> Self {
        Self { role, marks }
    }

    /// A code, and for whom cannot see it, what it is.
    pub(super) fn code(symbol: &'a Symbol, side: f32, (x, y): (f32, f32), alt: &str) -> Self {
        Self::new(Role::Figure(alt.to_owned()), vec![Mark::Code { symbol, x, y, side }])
    }
}
