//! Whatever a person offers to be checked, as bytes: a credential file, the text of a code, a photograph, a PDF. Says what was found in
//! it, and nothing about whether it is good.

use super::scan::{self, Found, Limits, Measure, ScanError};
use crate::base::canonical::ReadError;
use crate::base::limits::PACKET_DIGITS;
use crate::carry::packet::{PacketError, unpack};
use crate::credential::credential::Credential;
use crate::credential::document::{Signed, Unreadable};

/// 1,024 bytes beside the digits: a code's text with its address. Longer texts are no codes.
const TEXT_BYTES: usize = PACKET_DIGITS + 1_024;

/// A credential that was found in what was offered.
#[derive(Clone, Debug)]
pub struct Offered {
    /// The document: claims.
    pub signed: Signed<Credential>,
    /// What carried it.
    pub carrier: Carrier,
}

/// What carried a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// A credential file, or one attached to a PDF.
    File,
    /// A code.
    Packet {
        /// Its codec is a draft: a test code (design §4 *Freezing*).
        draft: bool,
    },
}

impl Carrier {
    /// Whether the code is a test code, which counts under pilot roots alone.
    #[must_use]
    pub fn is_test_code(self) -> bool {
        self == Carrier::Packet { draft: true }
    }
}

/// Why nothing was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotRead {
    /// A code, but not one that can be unpacked.
    Code(PacketError),
    /// A JSON document, but not a signed one.
    Document(Unreadable),
    /// No bytes, or blanks alone.
    Empty,
    /// A picture or PDF, but nothing to be read in it.
    Picture(ScanError),
    /// Neither JSON, nor a code, nor a picture or PDF.
    UnknownFormat,
}

/// Looks for credentials in bytes; in pictures and PDFs within limits.
///
/// # Errors
/// [`NotRead`].
pub fn read(bytes: &[u8], limits: Limits) -> Result<Vec<Offered>, NotRead> {
    let text = std::str::from_utf8(bytes).ok().map(str::trim);
    match text {
        Some("") => Err(NotRead::Empty),
        _ if is_picture(bytes) => of_picture(bytes, limits),
        Some(text) if text.starts_with(['{', '[']) => of_file(bytes).map(|offered| vec![offered]),
        Some(text) if text.len() <= TEXT_BYTES => of_code(text).map(|offered| vec![offered]),
        // JSON in another encoding, or cut at its beginning, is said to be no JSON by the reader of JSON.
        _ if bytes.first() == Some(&b'{') => of_file(bytes).map(|offered| vec![offered]),
        _ => Err(NotRead::UnknownFormat),
    }
}

/// Whether the first bytes are those of a PDF, PNG, JPEG or WebP.
fn is_picture(bytes: &[u8]) -> bool {
    let webp = bytes.get(8..12) == Some(b"WEBP");
    [&b"%PDF-"[..], b"\x89PNG", b"\xff\xd8\xff"].iter().any(|magic| bytes.starts_with(magic)) || webp
}

fn of_file(bytes: &[u8]) -> Result<Offered, NotRead> {
    let signed = Signed::read(bytes).map_err(NotRead::Document)?;
    Ok(Offered { signed, carrier: Carrier::File })
}

fn of_code(text: &str) -> Result<Offered, NotRead> {
    let unpacked = unpack(text).map_err(NotRead::Code)?;
    let signed = Signed::read(&unpacked.document).map_err(NotRead::Document)?;
    Ok(Offered { signed, carrier: Carrier::Packet { draft: unpacked.codec.is_draft() } })
}

/// Every certificate of a picture or PDF, each once. What cannot be read beside one that can is no reason to refuse it.
fn of_picture(bytes: &[u8], limits: Limits) -> Result<Vec<Offered>, NotRead> {
    let mut offered: Vec<Offered> = Vec::new();
    let mut first_fault = None;
    for found in scan::codes_in(bytes, limits).map_err(NotRead::Picture)?.found {
        let read = match found {
            Found::Attachment(file) => of_file(&file),
            Found::Text(text) => of_code(text.trim()),
        };
        match read {
            Ok(new) if offered.iter().all(|known| known.signed.digest() != new.signed.digest()) => offered.push(new),
            Ok(_) => {}
            Err(fault) => first_fault = first_fault.or(Some(fault)),
        }
    }
    match first_fault {
        Some(fault) if offered.is_empty() => Err(fault),
        _ if offered.is_empty() => Err(NotRead::Picture(ScanError::NoCode)),
        _ => Ok(offered),
    }
}

impl NotRead {
    /// The code of files and language tables: `notread.CODE`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            NotRead::Code(PacketError::NotCanonical) => "not-canonical",
            NotRead::Code(PacketError::TooManyDigits { .. }) => "code-too-long",
            NotRead::Code(error) if error.is_foreign() => "not-our-code",
            NotRead::Code(_) => "code-damaged",
            NotRead::Document(Unreadable::Json(error)) => match error {
                ReadError::DuplicateMember { .. } => "duplicate-member",
                ReadError::Empty => "empty",
                ReadError::NotJson { .. } => "not-json",
                ReadError::NumberNotExact => "number-not-exact",
                ReadError::StringTooLong { .. } => "string-too-long",
                ReadError::TooDeep { .. } => "too-deep",
                ReadError::TooLong { .. } => "too-long",
            },
            NotRead::Document(Unreadable::NotAnObject) => "not-an-object",
            NotRead::Document(Unreadable::Proof(crate::credential::proof::ProofProblem::None)) => "no-proof",
            NotRead::Document(Unreadable::Proof(_)) => "proof",
            NotRead::Document(Unreadable::TooManyProofs) => "too-many-proofs",
            NotRead::Empty => "empty",
            NotRead::Picture(ScanError::Busy) => "busy",
            NotRead::Picture(ScanError::Damaged) => "image-damaged",
            NotRead::Picture(ScanError::Locked) => "pdf-locked",
            NotRead::Picture(ScanError::NoCode) => "no-code-in-image",
            NotRead::Picture(ScanError::NotAnImage) => "unknown-format",
            NotRead::Picture(ScanError::TooLarge { measure: Measure::Bytes, .. }) => "file-too-large",
            NotRead::Picture(ScanError::TooLarge { .. }) => "image-too-large",
            NotRead::Picture(ScanError::TooSlow { .. }) => "image-too-slow",
            NotRead::UnknownFormat => "unknown-format",
        }
    }
}
