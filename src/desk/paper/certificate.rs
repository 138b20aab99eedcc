//! How a certificate stands on its sheet. The code stands on it twice, on opposite sides of every fold (qr.md §4 iv): at the upper right and
//! at the lower left. What has no room between them goes to a second page; nothing is cut.

use super::drawing::points;
use super::flow::Flow;
use super::letters::{Ink, Letters, Weight};
use super::sheet::{Element, Mark, Role, Sheet, mm, with_margin};
use super::{Certificate, PaperError, SIGNATORIES, SIGNATORY_CHARACTERS, Style, text};
use crate::credential::terms::Terms;
use crate::desk::page::side_mm;
use crate::verify::message::Fact;
use crate::verify::report::of_kind;

pub(super) const DARK: Ink = (0x16, 0x20, 0x2e);
pub(super) const BLUE: Ink = (0x12, 0x3c, 0x69);
pub(super) const GREY: Ink = (0x3b, 0x44, 0x54);
pub(super) const PALE: Ink = (0xc9, 0xc4, 0xb6);
const GOLD: Ink = (0xb0, 0x8d, 0x3c);
pub(super) const PILOT: Ink = (0x5a, 0x2b, 0x8a);

/// 9 mm: the frame's distance from the paper's edge; office printers leave 4 to 6 mm white.
const EDGE_MM: f32 = 9.0;
/// 19 mm: the text's distance from the paper's edge.
const MARGIN_MM: f32 = 19.0;
/// 60 × 20 mm: the most room for a logo.
const LOGO_MM: (f32, f32) = (60.0, 20.0);
/// 6 mm between the columns.
pub(super) const GUTTER_MM: f32 = 6.0;
/// 6.5 mm between two facts.
const FACT_GAP_MM: f32 = 6.5;
/// 3 units still stand in one column.
const FEW_UNITS: usize = 3;

/// How much larger or smaller than usual the letters are, step by step, until everything has its place. At 0.86 the smallest print has 7
/// points, a newspaper's; before it gets smaller than that, a second page is used.
const STEPS: [f32; 5] = [1.14, 1.07, 1.0, 0.93, 0.86];
/// Where a second page has all that can go there, and names and titles alone are too long for the first.
const LAST_STEPS: [f32; 4] = [1.0, 0.86, 0.79, 0.72];

/// A person's sheets: one, or more when there is more to say.
pub(super) fn pages<'a>(certificate: &Certificate<'a>, style: &Style<'a>) -> Result<Vec<Sheet<'a>>, PaperError> {
    let too_long = |text: &String| text.chars().count() > SIGNATORY_CHARACTERS;
    if style.signatories.len() > SIGNATORIES
        || style.signatories.iter().any(|it| too_long(&it.name) || too_long(&it.post))
    {
        return Err(PaperError::Signatories);
    }
    let ways: [(Overleaf, &[f32]); 3] =
        [(Overleaf::Nothing, &STEPS), (Overleaf::Units, &STEPS), (Overleaf::UnitsAndFacts, &LAST_STEPS)];
    for (overleaf, steps) in ways {
        for scale in steps.iter().copied() {
            let layout = Layout { certificate: *certificate, style: *style, scale };
            if let (Some(first), Some(rest)) = (layout.first(overleaf)?, layout.second(overleaf)?) {
                return Ok(std::iter::once(first).chain(rest).collect());
            }
        }
    }
    Err(PaperError::NoRoom)
}

/// What goes to the next page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Overleaf {
    Nothing,
    Units,
    UnitsAndFacts,
}

/// One way to set it: with letters that much larger or smaller than usual.
pub(super) struct Layout<'a> {
    pub certificate: Certificate<'a>,
    pub style: Style<'a>,
    pub scale: f32,
}

impl<'a> Layout<'a> {
    pub(super) fn bold(&self, size: f32, ink: Ink) -> Letters {
        Letters::new(Weight::Bold, size * self.scale, 1.2, ink)
    }

    pub(super) fn regular(&self, size: f32, ink: Ink) -> Letters {
        Letters::new(Weight::Regular, size * self.scale, 1.36, ink)
    }

    pub(super) fn word(&self, id: &str) -> String {
        self.certificate.words.get(id).to_owned()
    }

    pub(super) fn say(&self, id: &str, facts: &[(&str, Fact)]) -> String {
        self.certificate.words.say(id, facts)
    }

    pub(super) fn kind(&self) -> &'static str {
        self.certificate.credential.kind().code()
    }

    pub(super) fn width(&self) -> f32 {
        points(self.style.size.millimetres()).0 - 2.0 * mm(MARGIN_MM)
    }

    /// Between the upper and the lower margin.
    fn height(&self) -> f32 {
        points(self.style.size.millimetres()).1 - 2.0 * mm(MARGIN_MM)
    }

    /// The code's side with its margin.
    pub(super) fn code_side(&self) -> f32 {
        with_margin(self.code(), self.certificate.symbol)
    }

    pub(super) fn code(&self) -> f32 {
        mm(side_mm(self.certificate.symbol.version()) as f32)
    }

    /// The first page; `None` when it does not hold everything.
    fn first(&self, overleaf: Overleaf) -> Result<Option<Sheet<'a>>, PaperError> {
        let (head, middle, foot) = (self.head()?, self.middle(overleaf)?, self.foot()?);
        // The head's text may end above the code beside it.
        let head_height = head.height.max(self.code_side());
        let room = self.height() - head_height - middle.height - foot.height;
        let least = mm(7.0) * self.scale;
        if room < least {
            return Ok(None);
        }
        let mut sheet = self.empty();
        let (left, top) = (mm(MARGIN_MM), mm(MARGIN_MM));
        let above = (room * 0.4).min(mm(22.0)).max(least / 2.0);
        sheet.put(head.elements, left, top);
        sheet.put(middle.elements, left, top + head_height + above);
        sheet.put(foot.elements, left, top + self.height() - foot.height);
        Ok(Some(sheet))
    }

    /// A sheet with its frame.
    fn empty(&self) -> Sheet<'a> {
        let (width, height) = points(self.style.size.millimetres());
        let mut sheet = Sheet::new((width, height));
        let frame = |edge: f32, stroke: f32, ink: Ink| {
            let (edge, stroke) = (mm(edge), mm(stroke));
            Mark::Frame { x: edge, y: edge, width: width - 2.0 * edge, height: height - 2.0 * edge, stroke, ink }
        };
        let marks = vec![frame(EDGE_MM, 0.7, BLUE), frame(EDGE_MM + 1.7, 0.25, GOLD)];
        sheet.elements.push(Element::new(Role::Artifact, marks));
        sheet
    }

    /// Who says it of whom, with the first code at its right.
    fn head(&self) -> Result<Flow<'a>, PaperError> {
        let Certificate { credential, facts, words, symbol, .. } = self.certificate;
        let mut flow = Flow::new(self.width() - self.code_side() - mm(GUTTER_MM))?;
        if let Some(logo) = self.style.logo {
            let (width, height) = logo.within(mm(LOGO_MM.0).min(flow.width), mm(LOGO_MM.1) * self.scale);
            let alt = self.say("cert.logo-alt", &[("issuer", text(facts.issuer_name))]);
            let mark = Mark::Logo { logo, x: 0.0, y: 0.0, width, height };
            flow.elements.push(Element::new(Role::Figure(alt), vec![mark]));
            flow.gap(height + mm(3.5));
        }
        flow.fitted(Role::Paragraph, facts.issuer_name, self.bold(15.0, BLUE), 9.0 * self.scale, 2)?;
        flow.gap(mm(4.5) * self.scale);
        let kind = words.get(&format!("kind.{}", self.kind())).to_owned();
        let heading = Role::Heading(1, kind.clone());
        flow.fitted(
            heading,
            &kind,
            Letters { weight: Weight::Regular, leading: 1.15, ..self.bold(27.0, DARK) },
            18.0,
            1,
        )?;
        flow.gap(mm(1.5));
        flow.elements.push(Element::new(
            Role::Artifact,
            vec![Mark::Fill { x: 0.0, y: flow.height, width: mm(22.0), height: mm(0.8), ink: GOLD }],
        ));
        flow.gap(mm(0.8));
        if facts.pilot {
            flow.gap(mm(3.0));
            self.pilot(&mut flow)?;
        }
        flow.gap(mm(4.5) * self.scale);
        flow.paragraph(words.get("cert.certifies"), self.regular(11.0, GREY))?;
        flow.gap(mm(0.8));
        let name = Letters { leading: 1.14, ..self.bold(27.0, DARK) };
        flow.fitted(Role::Paragraph, credential.holder.name.as_str(), name, 15.0 * self.scale, 2)?;
        let born = self.say("cert.born", &[("year", Fact::Text(credential.holder.birth_year.to_string()))]);
        flow.gap(mm(0.6));
        flow.paragraph(&born, self.regular(11.0, DARK))?;
        let margin = (self.code_side() - self.code()) / 2.0;
        // Its own margin stands out into the sheet's, so that its dark part ends where the text does.
        let corner = (self.width() - self.code(), margin / 2.0);
        flow.elements.push(Element::code(symbol, self.code(), corner, words.get("cert.code-alt")));
        Ok(flow)
    }

    /// That it counts for nothing outside the pilot, in a box.
    fn pilot(&self, flow: &mut Flow<'a>) -> Result<(), PaperError> {
        let (across, down) = (mm(2.6), mm(1.4));
        let mut inside = Flow::new(flow.width - 2.0 * across)?;
        let letters = self.bold(10.5, PILOT);
        let words = self.word("cert.pilot");
        inside.paragraph(&words, letters)?;
        let width = inside.width_of(&words, letters)?.min(inside.width) + 2.0 * across;
        let (from, height) = (flow.height, inside.height + 2.0 * down);
        let frame = Mark::Frame { x: 0.0, y: from, width, height, stroke: mm(0.6), ink: PILOT };
        flow.elements.push(Element::new(Role::Artifact, vec![frame]));
        flow.beside(inside, across, from + down);
        flow.height = from + height;
        Ok(())
    }

    /// What the person achieved.
    fn middle(&self, overleaf: Overleaf) -> Result<Flow<'a>, PaperError> {
        let Certificate { credential, words, .. } = self.certificate;
        let (object, below) = match &credential.terms {
            Terms::WorkExperience { role, .. } => (role.as_str(), credential.achievement.name.as_str()),
            _ => (credential.achievement.name.as_str(), credential.achievement.description.as_str()),
        };
        let mut flow = Flow::new(self.width())?;
        flow.paragraph(words.get(&format!("cert.kind.{}.line", self.kind())), self.regular(11.0, GREY))?;
        flow.gap(mm(0.8));
        flow.fitted(Role::Paragraph, object, self.bold(20.0, BLUE), 12.0 * self.scale, 2)?;
        if !below.is_empty() {
            flow.gap(mm(1.2));
            flow.paragraph(below, self.regular(10.5, GREY))?;
        }
        if overleaf == Overleaf::Nothing {
            self.units(&mut flow)?;
        }
        if overleaf != Overleaf::UnitsAndFacts {
            self.facts(&mut flow)?;
        }
        if overleaf != Overleaf::Nothing {
            flow.gap(mm(4.0));
            flow.paragraph(words.get("cert.overleaf"), self.bold(10.0, DARK))?;
        }
        Ok(flow)
    }

    /// The units, in two columns when they are many.
    fn units(&self, flow: &mut Flow<'a>) -> Result<(), PaperError> {
        let Terms::Competence { units, .. } = &self.certificate.credential.terms else { return Ok(()) };
        let heading = self.word("cert.units");
        flow.gap(mm(4.0) * self.scale);
        flow.text(Role::Heading(2, heading.clone()), &heading, self.bold(9.0, GREY))?;
        flow.gap(mm(0.8));
        let letters = Letters { leading: 1.3, ..self.regular(9.5, DARK) };
        if units.len() <= FEW_UNITS {
            return units.iter().try_for_each(|unit| flow.item(unit, letters));
        }
        let width = (flow.width - mm(GUTTER_MM)) / 2.0;
        let column = |units: &[String]| -> Result<Flow<'a>, PaperError> {
            let mut column = Flow::new(width)?;
            for unit in units {
                column.item(unit, letters)?;
                column.gap(mm(0.7) * self.scale);
            }
            Ok(column)
        };
        // The shortest pair of columns, the first never shorter than by one unit.
        let mut best: Option<(Flow<'a>, Flow<'a>)> = None;
        for at in 1..=units.len() {
            let (left, right) = units.split_at(at);
            let pair = (column(left)?, column(right)?);
            let height = |pair: &(Flow<'a>, Flow<'a>)| pair.0.height.max(pair.1.height);
            if best.as_ref().is_none_or(|best| height(&pair) < height(best)) {
                best = Some(pair);
            }
        }
        if let Some((left, right)) = best {
            let from = flow.height;
            flow.beside(left, 0.0, from);
            flow.beside(right, width + mm(GUTTER_MM), from);
        }
        Ok(())
    }

    /// Label and value of what else it says, as many side by side as there is room for.
    fn facts(&self, flow: &mut Flow<'a>) -> Result<(), PaperError> {
        // Larger letters would only break the row.
        let usual = Self { scale: self.scale.min(1.0), certificate: self.certificate, style: self.style };
        let (of_label, of_value) = (usual.regular(8.0, GREY), usual.bold(10.0, DARK));
        flow.gap(mm(4.5) * self.scale);
        let (mut x, mut row) = (0.0, flow.height);
        for (label, value) in self.rows() {
            let natural = flow.width_of(&label, of_label)?.max(flow.width_of(&value, of_value)?) + 1.0;
            let width = natural.min(flow.width);
            if x > 0.0 && x + width > flow.width {
                (x, row) = (0.0, flow.height + mm(2.2) * self.scale);
            }
            let mut fact = Flow::new(width)?;
            fact.fact(&label, &value, of_label, of_value)?;
            flow.beside(fact, x, row);
            x += width + mm(FACT_GAP_MM);
        }
        Ok(())
    }

    fn rows(&self) -> Vec<(String, String)> {
        let Certificate { credential, words, .. } = self.certificate;
        // The post and the units stand above already.
        let terms = of_kind(credential, words).into_iter().filter(|(label, _)| !matches!(*label, "role" | "unit"));
        let mut rows: Vec<_> = terms.map(|(label, value)| (self.word(&format!("detail.{label}")), value)).collect();
        if let Some(standard) = &credential.achievement.standard {
            rows.push((self.word("detail.standard"), format!("{} ({})", standard.code, standard.version)));
        }
        rows.push((self.word("page.awarded.label"), words.day(credential.awarded.date())));
        let until = self.say("until.text", &[("until", Fact::Until(credential.valid_until))]);
        rows.push((self.word("page.validity.label"), until));
        rows
    }

    /// The page after the first, where there is one; `None` when they do not hold everything.
    fn second(&self, overleaf: Overleaf) -> Result<Option<Option<Sheet<'a>>>, PaperError> {
        if overleaf == Overleaf::Nothing {
            return Ok(Some(None));
        }
        let mut flow = Flow::new(self.width())?;
        let facts = self.certificate.facts;
        flow.fitted(Role::Paragraph, facts.issuer_name, self.bold(13.0, BLUE), 9.0, 2)?;
        flow.gap(mm(2.0));
        flow.paragraph(&self.number(), self.regular(9.0, GREY))?;
        if facts.pilot {
            flow.gap(mm(2.0));
            self.pilot(&mut flow)?;
        }
        // Whose page it is stands on it too: sheets of a class get mixed.
        flow.gap(mm(3.0));
        let Certificate { credential, .. } = self.certificate;
        flow.fitted(Role::Paragraph, credential.holder.name.as_str(), self.bold(15.0, DARK), 10.0, 1)?;
        let born = self.say("cert.born", &[("year", Fact::Text(credential.holder.birth_year.to_string()))]);
        flow.paragraph(&born, self.regular(9.5, DARK))?;
        flow.gap(mm(2.0));
        flow.paragraph(&credential.achievement.name, self.bold(13.0, BLUE))?;
        self.units(&mut flow)?;
        if overleaf == Overleaf::UnitsAndFacts {
            self.facts(&mut flow)?;
        }
        if flow.height > self.height() {
            return Ok(None);
        }
        let mut sheet = self.empty();
        sheet.put(flow.elements, mm(MARGIN_MM), mm(MARGIN_MM));
        Ok(Some(Some(sheet)))
    }
}
