//! The lower part of a certificate: who signs it by hand, and how anybody checks it, with the second code at its left.

use super::certificate::{BLUE, DARK, GREY, GUTTER_MM, Layout, PALE};
use super::flow::Flow;
use super::sheet::{Element, Role, mm};
use super::{Certificate, PaperError, Signatory, text};
use crate::desk::page::short;
use crate::verify::message::Fact;

/// 13 mm: room for a signature above its line.
const SIGNING_MM: f32 = 13.0;
/// 68 mm: the longest line to sign on.
const SIGNING_LINE_MM: f32 = 68.0;

impl<'a> Layout<'a> {
    /// Who signs by hand, and how anybody checks it, with the second code at its left.
    pub(super) fn foot(&self) -> Result<Flow<'a>, PaperError> {
        let mut flow = Flow::new(self.width())?;
        self.signatures(&mut flow)?;
        flow.gap(mm(5.0));
        flow.rule(mm(0.3), PALE);
        flow.gap(mm(3.0));
        let Certificate { symbol, words, .. } = self.certificate;
        let (from, side, code) = (flow.height, self.code_side(), self.code());
        let margin = (side - code) / 2.0;
        let beside = code + margin + mm(3.0);
        let mut check = Flow::new(self.width() - beside)?;
        self.check(&mut check)?;
        let height = check.height.max(code + margin);
        let corner = (0.0, from + height - code);
        flow.elements.push(Element::code(symbol, code, corner, words.get("cert.code-alt")));
        let down = from + height - check.height;
        flow.beside(check, beside, down);
        flow.height = from + height;
        Ok(flow)
    }

    fn signatures(&self, flow: &mut Flow<'a>) -> Result<(), PaperError> {
        let Certificate { facts, .. } = self.certificate;
        if facts.again.is_some() {
            // Nobody signs by hand for an institution that is somewhere else.
            return flow
                .paragraph(&self.say("cert.signed-on", &[("day", Fact::Day(facts.signed))]), self.regular(8.5, GREY));
        }
        let own = [Signatory { name: facts.signatory.unwrap_or(facts.issuer_name).to_owned(), post: String::new() }];
        let signatories = if self.style.signatories.is_empty() { &own } else { self.style.signatories };
        let count = signatories.len() as f32;
        let gutter = mm(8.0);
        let width = ((flow.width - gutter * (count - 1.0)) / count).min(mm(SIGNING_LINE_MM));
        flow.gap(mm(SIGNING_MM));
        let from = flow.height;
        for (place, signatory) in signatories.iter().enumerate() {
            let mut column = Flow::new(width)?;
            column.rule(mm(0.3), DARK);
            column.gap(mm(0.8));
            column.fitted(Role::Paragraph, &signatory.name, self.bold(10.0, DARK), 8.0 * self.scale, 1)?;
            if !signatory.post.is_empty() {
                column.fitted(Role::Paragraph, &signatory.post, self.regular(9.0, GREY), 7.5 * self.scale, 2)?;
            }
            flow.beside(column, place as f32 * (width + gutter), from);
        }
        flow.gap(mm(0.6));
        flow.paragraph(&self.say("cert.signed-on", &[("day", Fact::Day(facts.signed))]), self.regular(8.5, GREY))
    }

    fn check(&self, flow: &mut Flow<'a>) -> Result<(), PaperError> {
        let Certificate { facts, words, .. } = self.certificate;
        let heading = self.word("cert.check");
        flow.text(Role::Heading(2, heading.clone()), &heading, self.bold(10.5, BLUE))?;
        let how = match facts.host {
            Some(host) => self.say("cert.how", &[("host", text(host.as_str()))]),
            None => self.word("cert.how.nohost"),
        };
        flow.gap(mm(0.5));
        flow.paragraph(&how, self.bold(10.0, DARK))?;
        let small = self.regular(8.3, GREY);
        flow.gap(mm(0.5));
        flow.paragraph(
            &format!("{} {} {}", words.get("cert.compare"), words.get("cert.offline"), words.get("cert.copies")),
            small,
        )?;
        flow.gap(mm(2.0));
        let width = (flow.width - mm(GUTTER_MM)) / 2.0;
        let from = flow.height;
        for (place, (label, id)) in
            [("page.means.label", "means"), ("page.meansnot.label", "not")].into_iter().enumerate()
        {
            let mut column = Flow::new(width)?;
            let value = words.get(&format!("kind.{}.{id}", self.kind())).to_owned();
            column.fact(words.get(label), &value, self.bold(8.0, BLUE), self.regular(8.3, DARK))?;
            flow.beside(column, place as f32 * (width + mm(GUTTER_MM)), from);
        }
        flow.gap(mm(2.0));
        if let Some(again) = facts.again {
            flow.paragraph(&again.text(words), self.bold(8.3, DARK))?;
            flow.gap(mm(0.5));
        }
        flow.paragraph(&self.number(), self.regular(8.0, GREY))
    }

    /// The certificate's number and the beginning of its digest, which a checker shows too.
    pub(super) fn number(&self) -> String {
        let facts = self.certificate.facts;
        // The first issuer's number is not in the code.
        if facts.again.is_some() {
            return short(&facts.digest);
        }
        format!("{} · {}", self.say("cert.serial", &[("serial", text(facts.serial))]), short(&facts.digest))
    }
}
