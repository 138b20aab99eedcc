//! The certificate as a page to print: one file that needs nothing else, on A4 or Letter.
//!
//! It has no script and loads nothing; a policy in its head says so to the browser. Its code stands on it twice, on opposite sides
//! of the folds (qr.md §4 iv), 35 mm up to version 10 and 50 mm above (qr.md §7.1).

use std::fmt::Write as _;

use base64::Engine as _;
use sha2::{Digest as _, Sha256};

use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::carry::packet::Host;
use crate::carry::qr::{MARGIN, Symbol};
use crate::credential::credential::Credential;
use crate::credential::terms::Terms;
use crate::verify::message::{Fact, Words};
use crate::verify::report::of_kind;

const STYLE: &str = include_str!("../../web/certificate.css");

/// Version 10 (57 modules): the densest code that is read from a folded copy at 35 mm (qr.md §4).
const SMALL_VERSION: u8 = 10;
/// 35 mm: a code up to version 10, without its margin (qr.md §7.1).
const SMALL_MILLIMETRES: f64 = 35.0;
/// 50 mm: a code of version 11 to 16, without its margin (qr.md §7.1).
const LARGE_MILLIMETRES: f64 = 50.0;
/// 32 characters: a name or title beyond this is set smaller, so that the page stays one page.
const LONG: usize = 32;
/// 64 characters: beyond this, smaller still.
const LONGEST: usize = 64;
/// 3 units still stand in one column.
const FEW_UNITS: usize = 3;
/// 16 characters of the digest, after its prefix: 96 bits, enough to tell two documents apart by eye.
const DIGEST_SHOWN: usize = 16;

/// The side of a printed code without its margin, in millimetres.
#[must_use]
pub fn side_mm(version: u8) -> f64 {
    if version <= SMALL_VERSION { SMALL_MILLIMETRES } else { LARGE_MILLIMETRES }
}

/// What the page says besides the credential.
#[derive(Clone, Copy, Debug)]
pub struct PageFacts<'a> {
    /// The institution's name as its register has it, and as the trust list will.
    pub issuer_name: &'a str,
    /// The number under which the institution keeps it; never the person's name.
    pub serial: &'a str,
    /// SHA-256 of the canonical document without proofs.
    pub digest: [u8; 32],
    /// When it was signed.
    pub signed: Timestamp,
    /// Who signs on paper: name and post, for the line under the award. `None` leaves the line empty for a hand.
    pub signatory: Option<&'a str>,
    /// The host printed in the code; `None` when nobody promised to keep one.
    pub host: Option<&'a Host>,
    /// A pilot's: the page says so, large.
    pub pilot: bool,
    /// Printed by another institution than the one that issued it.
    pub again: Option<Again<'a>>,
}

/// Who printed a certificate again.
#[derive(Clone, Copy, Debug)]
pub struct Again<'a> {
    /// The institution that printed it; it issued nothing.
    pub by: &'a str,
    /// When.
    pub day: Timestamp,
    /// Whether it was found to be good then.
    pub decided: bool,
}

impl Again<'_> {
    /// In words, for the foot of the paper.
    pub(crate) fn text(&self, words: &Words) -> String {
        let facts = [("name", text(self.by)), ("day", Fact::Day(self.day))];
        let id = if self.decided { "cert.again" } else { "cert.again.undecided" };
        words.say(id, &facts)
    }
}

/// The page of one person, as HTML.
#[must_use]
pub fn certificate_page(credential: &Credential, symbol: &Symbol, facts: &PageFacts<'_>, words: &Words) -> String {
    let page = Page { credential, facts, words };
    let code = code(symbol, words);
    let mut html = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main class=\"sheet\">\n",
        words.language().tag(),
        policy(),
        escape(&words.say("cert.page-title", &[("serial", text(facts.serial))])),
    );
    html.push_str("<div class=\"top\">\n");
    html.push_str(&code);
    page.head(&mut html);
    html.push_str("</div>\n");
    page.award(&mut html);
    page.facts(&mut html);
    page.signatory(&mut html);
    page.check(&mut html, &code);
    html.push_str("</main>\n</body>\n</html>\n");
    html
}

/// The policy of such a page, for its head and for a server that hands it out: its own style and nothing else.
#[must_use]
pub fn policy() -> String {
    let style = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(STYLE));
    format!("default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'")
}

/// Text that means nothing to HTML, between tags and in a quoted attribute. Characters that turn the direction of writing, or that
/// XML and HTML have no place for, go: what a page shows is what it says.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars().filter_map(shown) {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// What is shown of a character of anybody's: nothing of those that turn the direction of writing or take no room, and a space of those
/// that control something.
#[must_use]
pub fn shown(character: char) -> Option<char> {
    match character {
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => None,
        _ if character.is_control() => Some(' '),
        _ => Some(character),
    }
}

struct Page<'a> {
    credential: &'a Credential,
    facts: &'a PageFacts<'a>,
    words: &'a Words,
}

impl Page<'_> {
    /// Who says it of whom.
    fn head(&self, html: &mut String) {
        let (holder, words) = (&self.credential.holder, self.words);
        html.push_str("<header>\n");
        paragraph(html, "issuer", self.facts.issuer_name);
        line(html, "h1", "kind", words.get(&format!("kind.{}", self.credential.kind().code())));
        if self.facts.pilot {
            paragraph(html, "pilot", words.get("cert.pilot"));
        }
        paragraph(html, "line who", words.get("cert.certifies"));
        line(html, "strong", &sized("name", holder.name.as_str()), holder.name.as_str());
        let born = Fact::Text(holder.birth_year.to_string());
        paragraph(html, "born", &words.say("cert.born", &[("year", born)]));
        html.push_str("</header>\n");
    }

    /// What the person achieved.
    fn award(&self, html: &mut String) {
        let (credential, words) = (self.credential, self.words);
        let (object, below) = match &credential.terms {
            Terms::WorkExperience { role, .. } => (role.as_str(), credential.achievement.name.as_str()),
            _ => (credential.achievement.name.as_str(), credential.achievement.description.as_str()),
        };
        html.push_str("<section class=\"award\">\n");
        paragraph(html, "line", words.get(&format!("cert.kind.{}.line", credential.kind().code())));
        line(html, "strong", &sized("title", object), object);
        paragraph(html, "description", below);
        if let Terms::Competence { units, .. } = &credential.terms {
            let few = if units.len() <= FEW_UNITS { " few" } else { "" };
            // Writing into a String cannot fail.
            let _ = writeln!(html, "<ul class=\"units{few}\" aria-label=\"{}\">", escape(words.get("cert.units")));
            units.iter().for_each(|unit| line(html, "li", "unit", unit));
            html.push_str("</ul>\n");
        }
        html.push_str("</section>\n");
    }

    fn facts(&self, html: &mut String) {
        let (credential, words) = (self.credential, self.words);
        html.push_str("<dl class=\"facts\">\n");
        let mut row = |label: &str, value: &str| {
            // Writing into a String cannot fail.
            let _ = writeln!(
                html,
                "<div><dt class=\"label\">{}</dt><dd><bdi>{}</bdi></dd></div>",
                escape(words.get(label)),
                escape(value)
            );
        };
        self.terms(&mut row);
        if let Some(standard) = &credential.achievement.standard {
            row("detail.standard", &format!("{} ({})", standard.code, standard.version));
        }
        row("page.awarded.label", &words.day(credential.awarded.date()));
        let until = Fact::Until(credential.valid_until);
        row("page.validity.label", &words.say("until.text", &[("until", until)]));
        html.push_str("</dl>\n");
    }

    /// What the kind says besides, as label and value.
    /// What the kind says; the post and the units stand above already.
    fn terms(&self, row: &mut impl FnMut(&str, &str)) {
        let besides = |(label, _): &(&str, String)| !matches!(*label, "role" | "unit");
        for (label, value) in of_kind(self.credential, self.words).into_iter().filter(besides) {
            row(&format!("detail.{label}"), &value);
        }
    }

    fn signatory(&self, html: &mut String) {
        let signed = self.words.say("cert.signed-on", &[("day", Fact::Day(self.facts.signed))]);
        html.push_str("<section class=\"sign\">\n");
        paragraph(html, "signatory", self.facts.signatory.unwrap_or(self.facts.issuer_name));
        paragraph(html, "small", &signed);
        html.push_str("</section>\n");
    }

    fn check(&self, html: &mut String, code: &str) {
        let (words, facts) = (self.words, self.facts);
        let kind = self.credential.kind().code();
        html.push_str("<section class=\"check\">\n");
        html.push_str(code);
        html.push_str("<div>\n");
        line(html, "h2", "how", words.get("cert.check"));
        let how = match facts.host {
            Some(host) => words.say("cert.how", &[("host", text(host.as_str()))]),
            None => words.get("cert.how.nohost").to_owned(),
        };
        // Writing into a String cannot fail.
        let _ = writeln!(html, "<p><strong>{}</strong></p>", escape(&how));
        paragraph(html, "small", &format!("{} {}", words.get("cert.compare"), words.get("cert.offline")));
        paragraph(html, "small", words.get("cert.copies"));
        html.push_str("<div class=\"mean\">\n");
        for (label, id) in [("page.means.label", "means"), ("page.meansnot.label", "not")] {
            let _ = writeln!(
                html,
                "<p><span class=\"label\">{}</span>{}</p>",
                escape(words.get(label)),
                escape(words.get(&format!("kind.{kind}.{id}")))
            );
        }
        html.push_str("</div>\n");
        let serial = words.say("cert.serial", &[("serial", text(facts.serial))]);
        paragraph(html, "number", &format!("{serial} · {}", short(&facts.digest)));
        html.push_str("</div>\n</section>\n");
    }
}

fn text(text: &str) -> Fact {
    Fact::Text(text.to_owned())
}

fn paragraph(html: &mut String, class: &str, content: &str) {
    line(html, "p", class, content);
}

/// One element of ours around a text of anybody's, kept apart from the direction of its neighbours.
fn line(html: &mut String, element: &str, class: &str, content: &str) {
    // Writing into a String cannot fail.
    let _ = writeln!(html, "<{element} class=\"{class}\"><bdi>{}</bdi></{element}>", escape(content));
}

/// The class of a text by its length.
fn sized(class: &str, content: &str) -> String {
    let characters = content.chars().count();
    let size = if characters > LONGEST {
        " longest"
    } else if characters > LONG {
        " long"
    } else {
        ""
    };
    format!("{class}{size}")
}

/// The code at its size. The margin is part of the picture and comes on top of the size.
fn code(symbol: &Symbol, words: &Words) -> String {
    let millimetres = side_mm(symbol.version());
    let modules = symbol.side() as f64;
    let size = millimetres * (modules + 2.0 * MARGIN as f64) / modules;
    let svg = symbol.to_svg();
    let svg = svg.replacen("<svg ", &format!("<svg width=\"{size:.2}mm\" height=\"{size:.2}mm\" "), 1);
    format!("<div class=\"code\" role=\"img\" aria-label=\"{}\">{svg}</div>\n", escape(words.get("cert.code-alt")))
}

/// The beginning of the digest in groups of four, to be compared by eye with what a checker shows.
pub(crate) fn short(digest: &[u8; 32]) -> String {
    let whole = multibase::digest(digest);
    let shown: Vec<char> = whole.chars().take("uEi".len() + DIGEST_SHOWN).collect();
    shown.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_html_and_nothing_that_turns_text_around_is_left() {
        let hostile = "<script>\"'&\u{202e}\u{2066}\0\n\u{200b}é</script>";
        assert_eq!(escape(hostile), "&lt;script&gt;&quot;&#39;&amp;  é&lt;/script&gt;");
    }
}
