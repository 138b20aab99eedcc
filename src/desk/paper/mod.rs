//! Certificates as PDF: one person's file, a sheet of cards to cut, and a whole batch to print or to hand out.
//!
//! Every file is PDF/A-3a and PDF/UA-1 (ISO 19005-3, ISO 14289-1): tagged, in its language, with its fonts inside; krilla refuses to
//! write what breaks their rules. A person's own file has the credential attached, as it was signed. The same input makes the same
//! bytes: the time in a file is that of the signature.
//!
//! It stands in the desk and not with [`crate::carry`], for it prints what only the desk knows: a logo, who signs by hand, the
//! institution's own number.

mod card;
mod certificate;
mod drawing;
mod flow;
mod foot;
mod letters;
mod logo;
mod press;
mod series;
mod sheet;

use std::io;

pub use self::card::{Cards, cards};
pub use self::logo::{LOGO_BYTES, LOGO_KEPT_BYTES, Logo};
pub use self::press::{Form, Made, NotMade, Press, single};
pub use self::series::{Archive, PRINTED_TOGETHER, Printed, print};

use self::certificate::pages;
use self::drawing::{Attachment, Drawing};
use super::page::PageFacts;
use crate::carry::qr::Symbol;
use crate::credential::credential::Credential;
use crate::verify::message::Words;

/// 4 people sign one sheet by hand: with more, the lines are too short for a signature.
pub const SIGNATORIES: usize = 4;
/// 120 characters: who signs, and as what. A holder's name has as many.
pub const SIGNATORY_CHARACTERS: usize = 120;

/// The paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperSize {
    /// 210 × 297 mm (ISO 216).
    A4,
    /// 8.5 × 11 inches (ANSI A).
    Letter,
}

impl PaperSize {
    /// The code of settings and addresses: `a4`, `letter`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            PaperSize::A4 => "a4",
            PaperSize::Letter => "letter",
        }
    }

    /// The paper of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        [PaperSize::A4, PaperSize::Letter].into_iter().find(|size| size.code() == code)
    }

    /// Width and height, in millimetres.
    #[must_use]
    pub fn millimetres(self) -> (f32, f32) {
        match self {
            PaperSize::A4 => (210.0, 297.0),
            PaperSize::Letter => (215.9, 279.4),
        }
    }
}

/// Somebody who signs by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signatory {
    /// The name under the line.
    pub name: String,
    /// As what the person signs; empty when nothing is said.
    pub post: String,
}

/// How an institution has its certificates.
#[derive(Clone, Copy, Debug)]
pub struct Style<'a> {
    /// The paper.
    pub size: PaperSize,
    /// Its picture above its name.
    pub logo: Option<&'a Logo>,
    /// Who signs by hand, at most [`SIGNATORIES`]. Without any there is one line with the institution's name.
    pub signatories: &'a [Signatory],
}

/// One person's certificate.
#[derive(Clone, Copy, Debug)]
pub struct Certificate<'a> {
    /// What it says.
    pub credential: &'a Credential,
    /// The credential as it was signed, for the file inside the file.
    pub document: &'a [u8],
    /// Its code.
    pub symbol: &'a Symbol,
    /// What the paper says besides.
    pub facts: PageFacts<'a>,
    /// In which language.
    pub words: &'a Words,
}

/// Somebody who got no paper, by place among those it was asked for, and why.
pub type Refused = (usize, PaperError);

/// Why there is no paper.
#[derive(Debug)]
pub enum PaperError {
    /// A card has no room for a code this dense at the size at which it is read.
    CodeTooDense {
        /// The code's version, 16.
        version: u8,
    },
    /// The picture for a logo is not whole, or is neither PNG nor JPEG.
    LogoDamaged,
    /// The picture for a logo exceeds a limit.
    LogoTooLarge {
        /// Bytes or pixels that it has.
        found: u64,
        /// How many it may have.
        limit: u64,
    },
    /// The fonts have no shape for a character, and a box in its place would be another name.
    NoGlyph {
        /// The character.
        character: char,
    },
    /// More text than the card or page holds in letters that can be read.
    NoRoom,
    /// What was asked for breaks a rule of PDF/A or PDF/UA, or a font of ours does not open: a fault of this program.
    Rule(String),
    /// More people sign by hand than the sheet has lines for, or one of them has too long a name.
    Signatories,
    /// What is written to does not take it.
    Write(io::Error),
}

impl PaperError {
    /// The code of results and of the words.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            PaperError::CodeTooDense { .. } => "code-too-dense",
            PaperError::LogoDamaged => "logo-damaged",
            PaperError::LogoTooLarge { .. } => "logo-too-large",
            PaperError::NoGlyph { .. } => "no-glyph",
            PaperError::NoRoom => "no-room",
            PaperError::Rule(_) => "rule",
            PaperError::Signatories => "signatories",
            PaperError::Write(_) => "write",
        }
    }
}

/// One person's file, with the credential attached under the certificate's number.
///
/// # Errors
/// [`PaperError`].
pub fn certificate(certificate: &Certificate<'_>, style: &Style<'_>) -> Result<Vec<u8>, PaperError> {
    let Certificate { facts, words, .. } = certificate;
    let mut drawing =
        Drawing::begin(words, &words.say("cert.page-title", &[("serial", text(facts.serial))]), facts.signed)?;
    drawing.part(facts.serial, words, &pages(certificate, style)?)?;
    drawing.attach(Attachment {
        name: format!("{}.json", facts.serial),
        description: words.get("cert.attachment").to_owned(),
        bytes: certificate.document.to_vec(),
        modified: facts.signed,
    });
    drawing.end()
}

fn text(text: &str) -> crate::verify::message::Fact {
    crate::verify::message::Fact::Text(text.to_owned())
}
