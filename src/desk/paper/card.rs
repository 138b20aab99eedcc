//! Cards for the wallet, ISO/IEC 7810 ID-1, ten on A4 and eight on Letter, with marks to cut along.
//!
//! Off-spec: qr.md §7.1 prints codes above version 10 at 50 mm, which with their margin are higher than a card. What decides whether a code is
//! read is how many pixels a module gets (qr.md §4 iii), so here such a code keeps the module of a version 10 at 35 mm, 0.614 mm: up to version
//! 15 that fits a card. A person whose code is denser gets no card, and is named as such.

use super::certificate::{BLUE, DARK, GREY, PALE, PILOT};
use super::drawing::{Drawing, points};
use super::flow::Flow;
use super::letters::{Letters, Weight};
use super::sheet::{Element, Mark, Role, Sheet, mm, with_margin};
use super::{Certificate, PaperError, PaperSize, Refused, Style, text};
use crate::carry::qr::Symbol;
use crate::credential::terms::Terms;
use crate::verify::message::Fact;

/// 85.60 × 53.98 mm (ISO/IEC 7810, ID-1).
const CARD_MM: (f32, f32) = (85.6, 53.98);
/// 35 mm over the 57 modules of version 10 (qr.md §4).
const MODULE_MM: f32 = 35.0 / 57.0;
/// 35 mm: a code of version 10 or less (qr.md §7.1).
const SMALL_MM: f32 = 35.0;
/// 3.5 mm of white around a card's text: a cut that misses by one takes no letter.
const PADDING_MM: f32 = 3.5;
/// 4 mm long, 2 mm away from the cards: where to cut.
const TICK_MM: (f32, f32) = (4.0, 2.0);
/// How much larger or smaller than usual the letters are, until all fits. The last makes 4.5 points of 8: the small print of a bank card.
const STEPS: [f32; 7] = [1.15, 1.0, 0.92, 0.84, 0.76, 0.66, 0.56];

/// Sheets of cards.
#[derive(Debug)]
pub struct Cards {
    /// The file; `None` when nobody has a card.
    pub pdf: Option<Vec<u8>>,
    /// Who has none, by place in what was given, and why.
    pub refused: Vec<Refused>,
}

/// Cards of people, in their order, on as many sheets as it takes. The file's language is that of the first.
///
/// # Errors
/// [`PaperError`] of the whole file; those of single people are in the result.
pub fn cards(people: &[Certificate<'_>], style: &Style<'_>, progress: &dyn Fn(usize)) -> Result<Cards, PaperError> {
    let (mut made, mut refused) = (Vec::new(), Vec::new());
    for (place, person) in people.iter().enumerate() {
        match card(person) {
            Ok(card) => made.push(card),
            Err(error) => refused.push((place, error)),
        }
        progress(place + 1);
    }
    let Some(first) = people.first().filter(|_| !made.is_empty()) else { return Ok(Cards { pdf: None, refused }) };
    let last = people.iter().map(|person| person.facts.signed).max().unwrap_or(first.facts.signed);
    let mut drawing = Drawing::begin(first.words, first.words.get("cert.cards-title"), last)?;
    let places = places(style.size);
    let mut made = made.into_iter();
    for page in 1.. {
        let some: Vec<_> = made.by_ref().take(places.len()).collect();
        if some.is_empty() {
            break;
        }
        let mut sheet = Sheet::new(points(style.size.millimetres()));
        sheet.elements.push(cuts(style.size));
        for (card, (x, y)) in some.into_iter().zip(&places) {
            sheet.put(card, *x, *y);
        }
        drawing.part(&page.to_string(), first.words, &[sheet])?;
    }
    Ok(Cards { pdf: Some(drawing.end()?), refused })
}

/// Columns and rows.
fn grid(size: PaperSize) -> (u8, u8) {
    match size {
        PaperSize::A4 => (2, 5),
        PaperSize::Letter => (2, 4),
    }
}

/// The upper left corner of all cards of a sheet.
fn corner(size: PaperSize) -> (f32, f32) {
    let ((width, height), (columns, rows)) = (size.millimetres(), grid(size));
    (mm((width - CARD_MM.0 * f32::from(columns)) / 2.0), mm((height - CARD_MM.1 * f32::from(rows)) / 2.0))
}

/// The upper left corner of each, row by row.
fn places(size: PaperSize) -> Vec<(f32, f32)> {
    let ((left, top), (columns, rows)) = (corner(size), grid(size));
    let place = |row: u8, column: u8| (left + mm(CARD_MM.0) * f32::from(column), top + mm(CARD_MM.1) * f32::from(row));
    (0..rows).flat_map(|row| (0..columns).map(move |column| place(row, column))).collect()
}

/// Marks in the margins, for a knife; and fine lines between the cards, for scissors.
fn cuts(size: PaperSize) -> Element<'static> {
    let ((left, top), (columns, rows)) = (corner(size), grid(size));
    let (width, height) = (mm(CARD_MM.0) * f32::from(columns), mm(CARD_MM.1) * f32::from(rows));
    let (long, away, thin, fine) = (mm(TICK_MM.0), mm(TICK_MM.1), mm(0.2), mm(0.1));
    let mut marks = Vec::new();
    for column in 0..=columns {
        let x = left + mm(CARD_MM.0) * f32::from(column);
        for y in [top - away - long, top + height + away] {
            marks.push(Mark::Fill { x: x - thin / 2.0, y, width: thin, height: long, ink: DARK });
        }
        marks.push(Mark::Fill { x: x - fine / 2.0, y: top, width: fine, height, ink: PALE });
    }
    for row in 0..=rows {
        let y = top + mm(CARD_MM.1) * f32::from(row);
        for x in [left - away - long, left + width + away] {
            marks.push(Mark::Fill { x, y: y - thin / 2.0, width: long, height: thin, ink: DARK });
        }
        marks.push(Mark::Fill { x: left, y: y - fine / 2.0, width, height: fine, ink: PALE });
    }
    Element::new(Role::Artifact, marks)
}

/// The side of a card's code without its margin, in points.
fn side(symbol: &Symbol) -> Result<f32, PaperError> {
    let side = mm(SMALL_MM.max(symbol.side() as f32 * MODULE_MM));
    if with_margin(side, symbol) > mm(CARD_MM.1) {
        return Err(PaperError::CodeTooDense { version: symbol.version() });
    }
    Ok(side)
}

/// One card, from its upper left corner: text at the left, code at the right.
fn card<'a>(person: &Certificate<'a>) -> Result<Vec<Element<'a>>, PaperError> {
    let (width, height) = (mm(CARD_MM.0), mm(CARD_MM.1));
    let side = side(person.symbol)?;
    let margin = (with_margin(side, person.symbol) - side) / 2.0;
    let right = (width - side - margin).min(width - side - mm(PADDING_MM));
    let room = right - margin - mm(PADDING_MM);
    for scale in STEPS {
        let text = written(person, room, scale)?;
        let space = height - 2.0 * mm(PADDING_MM) - text.height;
        if space < 0.0 {
            continue;
        }
        let mut sheet = Sheet::new((width, height));
        sheet.put(text.elements, mm(PADDING_MM), mm(PADDING_MM) + space / 2.0);
        let at = (right, (height - side) / 2.0);
        sheet.elements.push(Element::code(person.symbol, side, at, person.words.get("cert.code-alt")));
        return Ok(sheet.elements);
    }
    Err(PaperError::NoRoom)
}

fn written<'a>(person: &Certificate<'a>, width: f32, scale: f32) -> Result<Flow<'a>, PaperError> {
    let Certificate { credential, facts, words, .. } = person;
    let letters = |weight, size: f32, ink| Letters::new(weight, size * scale, 1.2, ink);
    let bold = |size, ink| letters(Weight::Bold, size, ink);
    let regular = |size, ink| letters(Weight::Regular, size, ink);
    let least = 6.0 * scale;
    let mut flow = Flow::new(width)?;
    flow.fitted(Role::Paragraph, facts.issuer_name, bold(8.0, BLUE), least, 2)?;
    let kind = words.get(&format!("kind.{}", credential.kind().code())).to_owned();
    flow.text(Role::Heading(1, kind.clone()), &kind, regular(7.0, GREY))?;
    if facts.pilot {
        flow.paragraph(words.get("cert.pilot"), bold(6.5, PILOT))?;
    }
    flow.gap(mm(1.6) * scale);
    flow.fitted(Role::Paragraph, credential.holder.name.as_str(), bold(10.0, DARK), 7.0 * scale, 2)?;
    let born = words.say("cert.born", &[("year", Fact::Text(credential.holder.birth_year.to_string()))]);
    flow.paragraph(&born, regular(6.5, DARK))?;
    flow.gap(mm(1.6) * scale);
    let title = match &credential.terms {
        Terms::WorkExperience { role, .. } => role.as_str(),
        _ => credential.achievement.name.as_str(),
    };
    flow.fitted(Role::Paragraph, title, bold(8.5, BLUE), least, 2)?;
    flow.gap(mm(1.6) * scale);
    let awarded = words.say("cert.awarded", &[("day", Fact::Day(credential.awarded))]);
    flow.fitted(Role::Paragraph, &awarded, regular(6.5, DARK), 5.0 * scale, 1)?;
    let until = words.say("until.text", &[("until", Fact::Until(credential.valid_until))]);
    flow.fitted(Role::Paragraph, &until, regular(6.5, DARK), 5.0 * scale, 1)?;
    match facts.again {
        Some(again) => flow.paragraph(&again.text(words), regular(6.0, DARK))?,
        None => flow.paragraph(&words.say("cert.serial", &[("serial", text(facts.serial))]), regular(6.5, DARK))?,
    }
    flow.gap(mm(1.2) * scale);
    let how = match facts.host {
        Some(host) => words.say("cert.how", &[("host", text(host.as_str()))]),
        None => words.get("cert.how.nohost").to_owned(),
    };
    flow.paragraph(&how, regular(6.0, GREY))?;
    Ok(flow)
}
