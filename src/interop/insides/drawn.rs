//! Codes that are drawn on a page as shapes, not as a picture: what certificates made by us and by office programs have.
//!
//! This is no renderer. It follows the filled shapes alone and hands on those that could be a code: one shape of very many parts,
//! or very many dark shapes on a page. Text, lines, shading and clipping are passed over. Nothing here decides what a code says.

use hayro_syntax::Pdf;
use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction;
use hayro_syntax::object::dict::Dict;
use hayro_syntax::object::{Array, Name, Number};
use hayro_syntax::page::Resources;

use super::pictures::Picture;

/// Each code-like drawing as a black and white picture, in the order of the pages.
pub(super) fn of(pdf: &Pdf) -> Vec<Picture> {
    let mut pictures = Vec::new();
    let mut left = OPERATIONS;
    for page in pdf.pages().iter().take(PAGES) {
        let mut drawing = Drawing { shapes: Vec::new(), loose: Shape::default(), left };
        drawing.follow(page.typed_operations(), page.resources(), State::default(), 0);
        left = drawing.left;
        let loose = std::mem::take(&mut drawing.loose);
        drawing.shapes.extend((loose.len() >= PARTS).then_some(loose));
        pictures.extend(drawing.shapes.iter().take(SHAPES).filter_map(painted));
        if left == 0 {
            break;
        }
    }
    pictures
}

type Point = (f64, f64);
/// Closed outlines.
type Shape = Vec<Vec<Point>>;

/// A matrix as PDF writes it (ISO 32000-2 §8.3.4).
#[derive(Clone, Copy)]
struct Matrix([f64; 6]);

impl Matrix {
    /// This one first, then `after`.
    fn then(self, after: Self) -> Self {
        let ([a, b, c, d, e, f], [g, h, i, j, k, l]) = (self.0, after.0);
        Self([a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l])
    }

    fn apply(self, (x, y): Point) -> Point {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }
}

/// What `q` keeps and `Q` gives back.
#[derive(Clone, Copy)]
struct State {
    matrix: Matrix,
    is_dark: bool,
}

impl Default for State {
    fn default() -> Self {
        Self { matrix: Matrix([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]), is_dark: true }
    }
}

/// What was found on a page so far.
struct Drawing {
    /// Shapes of very many parts.
    shapes: Vec<Shape>,
    /// The dark shapes of few parts, together.
    loose: Shape,
    /// Operations that may still be read, over all pages: a form may be drawn again and again.
    left: usize,
}

impl Drawing {
    fn follow(&mut self, mut content: TypedIter<'_>, resources: &Resources<'_>, begin: State, depth: usize) {
        let (mut state, mut kept) = (begin, Vec::new());
        let mut shape = Shape::default();
        while let Some(instruction) = content.next() {
            self.left = self.left.saturating_sub(1);
            if self.left == 0 {
                return;
            }
            let at = |x: &Number, y: &Number| state.matrix.apply((x.as_f64(), y.as_f64()));
            match instruction {
                TypedInstruction::SaveState(_) if kept.len() < SAVED => kept.push(state),
                TypedInstruction::RestoreState(_) => state = kept.pop().unwrap_or(state),
                TypedInstruction::Transform(m) => {
                    let new = [&m.0, &m.1, &m.2, &m.3, &m.4, &m.5].map(Number::as_f64);
                    state.matrix = Matrix(new).then(state.matrix);
                }
                TypedInstruction::MoveTo(to) => shape.push(vec![at(&to.0, &to.1)]),
                TypedInstruction::LineTo(to) => extend(&mut shape, at(&to.0, &to.1)),
                // A curve is a line to its end: modules with round corners stay modules.
                TypedInstruction::CubicTo(to) => extend(&mut shape, at(&to.4, &to.5)),
                TypedInstruction::CubicStartTo(to) => extend(&mut shape, at(&to.2, &to.3)),
                TypedInstruction::CubicEndTo(to) => extend(&mut shape, at(&to.2, &to.3)),
                TypedInstruction::RectPath(rect) => {
                    let [x, y, width, height] = [&rect.0, &rect.1, &rect.2, &rect.3].map(Number::as_f64);
                    let corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)];
                    shape.push(corners.map(|corner| state.matrix.apply(corner)).to_vec());
                }
                TypedInstruction::FillPathNonZero(_)
                | TypedInstruction::FillPathNonZeroCompatibility(_)
                | TypedInstruction::FillPathEvenOdd(_)
                | TypedInstruction::FillAndStrokeNonZero(_)
                | TypedInstruction::FillAndStrokeEvenOdd(_)
                | TypedInstruction::CloseFillAndStrokeNonZero(_)
                | TypedInstruction::CloseFillAndStrokeEvenOdd(_) => {
                    self.fill(std::mem::take(&mut shape), state.is_dark);
                }
                TypedInstruction::EndPath(_)
                | TypedInstruction::StrokePath(_)
                | TypedInstruction::CloseAndStrokePath(_) => shape.clear(),
                TypedInstruction::ColorSpaceNonStroke(_) => state.is_dark = true,
                TypedInstruction::NonStrokeColorDeviceGray(grey) => state.is_dark = is_dark(&[grey.0]),
                TypedInstruction::NonStrokeColorDeviceRgb(c) => state.is_dark = is_dark(&[c.0, c.1, c.2]),
                TypedInstruction::NonStrokeColorCmyk(c) => state.is_dark = is_dark(&[c.0, c.1, c.2, c.3]),
                TypedInstruction::NonStrokeColor(colour) => state.is_dark = is_dark(&colour.0),
                TypedInstruction::NonStrokeColorNamed(colour) => state.is_dark = is_dark(&colour.0),
                TypedInstruction::XObject(name) if depth < FORMS_DEEP => self.form(name.0, resources, state, depth),
                _ => {}
            }
        }
    }

    fn fill(&mut self, shape: Shape, is_dark: bool) {
        if shape.len() >= PARTS {
            self.shapes.push(shape);
        } else if is_dark {
            self.loose.extend(shape);
        }
    }

    /// A drawing inside the drawing (ISO 32000-2 §8.10).
    fn form(&mut self, name: &Name<'_>, resources: &Resources<'_>, state: State, depth: usize) {
        let Some(stream) = resources.get_x_object(name) else { return };
        let dict = stream.dict();
        if dict.get::<Name<'_>>("Subtype").is_none_or(|kind| kind.as_str() != "Form") {
            return;
        }
        let Ok(content) = stream.decoded_data() else { return };
        let own = dict.get::<Array<'_>>("Matrix").map(|matrix| matrix.iter::<f64>().take(6).collect::<Vec<_>>());
        let matrix = own.and_then(|matrix| <[f64; 6]>::try_from(matrix).ok()).map(Matrix);
        let begin = State { matrix: matrix.map_or(state.matrix, |own| own.then(state.matrix)), ..state };
        let inner = dict.get::<Dict<'_>>("Resources").map(Resources::new);
        self.follow(TypedIter::new(&content), inner.as_ref().unwrap_or(resources), begin, depth + 1);
    }
}

fn extend(shape: &mut Shape, point: Point) {
    if let Some(outline) = shape.last_mut() {
        outline.push(point);
    }
}

/// Whether a colour is nearer to black than to white: grey, red-green-blue or inks, by the number of its parts.
fn is_dark(parts: &[Number]) -> bool {
    let sum: f64 = parts.iter().map(Number::as_f64).sum();
    match parts.len() {
        1 => sum < 0.5,
        3 => sum < 1.5,
        4 => sum > 0.5,
        _ => false, // A pattern.
    }
}

/// The shape in black on white with a margin, by the rule of non-zero winding (ISO 32000-2 §8.5.3.3.2).
fn painted(shape: &Shape) -> Option<Picture> {
    let points = || shape.iter().flatten();
    if !points().all(|(x, y)| x.is_finite() && y.is_finite()) {
        return None;
    }
    let least = |of: fn(&Point) -> f64| points().map(of).fold(f64::INFINITY, f64::min);
    let most = |of: fn(&Point) -> f64| points().map(of).fold(f64::NEG_INFINITY, f64::max);
    let (left, top) = (least(|p| p.0), least(|p| -p.1));
    let (wide, high) = (most(|p| p.0) - left, most(|p| -p.1) - top);
    let scale = (PIXELS_PER_POINT).min(LONGEST / wide.max(high));
    if !(scale > 0.0 && scale.is_finite()) {
        return None;
    }
    let (width, height) = ((wide * scale) as usize + 2 * MARGIN, (high * scale) as usize + 2 * MARGIN);
    // Where each row's middle crosses an outline, and whether downwards.
    let mut crossings: Vec<Vec<(f64, i32)>> = vec![Vec::new(); height];
    let mut count = 0;
    for outline in shape {
        let placed =
            outline.iter().map(|(x, y)| ((x - left) * scale + MARGIN as f64, (-y - top) * scale + MARGIN as f64));
        let placed: Vec<Point> = placed.collect();
        let ends = placed.iter().skip(1).chain(placed.first());
        for (&(x0, y0), &(x1, y1)) in placed.iter().zip(ends) {
            let (from, to) = ((y0.min(y1) - 0.5).ceil() as usize, (y0.max(y1) - 0.5).ceil() as usize);
            for row in from..to.min(height) {
                let part = (row as f64 + 0.5 - y0) / (y1 - y0);
                crossings.get_mut(row)?.push((x0 + (x1 - x0) * part, if y1 > y0 { 1 } else { -1 }));
                count += 1;
            }
            if count > CROSSINGS {
                return None;
            }
        }
    }
    let mut luma = vec![255; width * height];
    for (row, crossed) in luma.chunks_exact_mut(width).zip(&mut crossings) {
        crossed.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut winding = 0;
        for pair in crossed.windows(2) {
            let [(from, turn), (to, _)] = pair else { continue };
            winding += turn;
            let span = ((from - 0.5).ceil() as usize)..((to - 0.5).ceil() as usize).min(width);
            if winding != 0
                && let Some(span) = row.get_mut(span)
            {
                span.fill(0);
            }
        }
    }
    Some(Picture::Grey { width: width as u32, height: height as u32, luma })
}

/// 8 pages: a certificate has one or two.
const PAGES: usize = 8;
/// 1,000,000 operations: a full page of text has some thousand.
const OPERATIONS: usize = 1_000_000;
/// 64 states kept at once.
const SAVED: usize = 64;
/// 4 drawings inside each other.
const FORMS_DEEP: usize = 4;
/// 100 parts: the smallest symbol (version 1) has about 130 runs of dark modules.
const PARTS: usize = 100;
/// 8 drawings a page: a page of cards has eight.
const SHAPES: usize = 8;
/// 200 dots an inch, as the command line draws pages first: 4.8 pixels for a module of a 35 mm version 10 symbol.
const PIXELS_PER_POINT: f64 = 200.0 / 72.0;
/// 1,600 pixels, which is what one look at a picture takes.
const LONGEST: f64 = 1_600.0;
/// 24 pixels: four modules and more of white.
const MARGIN: usize = 24;
/// 4,000,000 crossings: a version 16 symbol at this size has 50,000.
const CROSSINGS: usize = 4_000_000;
