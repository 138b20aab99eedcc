//! Whatever a person offers to be checked, as bytes: a credential file, several in a list or a presentation, the text of a code, a photograph,
//! a PDF, a baked badge. Says what was found in it, and nothing about whether it is good.
//!
//! Each credential is a document of its own and gets a verdict of its own. Nothing of what it stood in makes it better (threats.md A15).

#[cfg(any(feature = "edges", feature = "reader"))]
use super::badge::{self, BadgeError, Baked};
#[cfg(feature = "edges")]
use super::scan::{self, Found, Limits, Measure, ScanError};
use crate::base::canonical::{self, Bounds, Json, Numbers, Object, ReadError};
use crate::base::limits::{CREDENTIAL_STRING_BYTES, FILE_DEPTH, PACKET_DIGITS};
use crate::carry::packet::{PacketError, unpack};
use crate::credential::credential::Credential;
use crate::credential::delegation::Delegation;
use crate::credential::document::{Signed, Unreadable};
use crate::credential::proof::ProofProblem;
use crate::verify::receipt::RECEIPT;

/// 1,024 bytes beside the digits: a code's text with its address. Longer texts are no codes.
const TEXT_BYTES: usize = PACKET_DIGITS + 1_024;
/// 8,388,608 bytes: a list or presentation; each credential in it has the bound of a file of its own.
const LIST_BYTES: usize = 8 * 1024 * 1024;
/// 256 credentials in one list: a class, or a person's life.
const CREDENTIALS: usize = 256;
/// 3 levels of lists and presentations inside one another: a list of presentations of learner records.
const WITHIN: usize = 3;
/// 3 levels of JSON that each of them adds.
const LEVELS_EACH: usize = 3;
/// How a list is read. Each of its credentials is read again, within the bounds of its own type.
const LIST: Bounds = Bounds {
    bytes: LIST_BYTES,
    depth: FILE_DEPTH + WITHIN * LEVELS_EACH,
    string: CREDENTIAL_STRING_BYTES,
    numbers: Numbers::Any,
};

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    /// The credentials, each once.
    pub offered: Vec<Offered>,
    /// What stood among them and could not be read, each with its place among all, from 1.
    pub not_read: Vec<(usize, NotRead)>,
    /// The presentation that carried them, as it stands there: nobody has looked at its own proof.
    pub presentation: Option<Object>,
    /// Delegations that stood in a presentation: beside what they speak of they are no certificates.
    pub delegations: Vec<Signed<Credential>>,
    /// How many have been found, with those that stood there twice.
    found: usize,
}

/// A credential that was found in what was offered.
#[derive(Clone, Debug)]
pub struct Offered {
    /// The document: claims.
    pub signed: Signed<Credential>,
    /// What carried it.
    pub carrier: Carrier,
    /// Its place among all that was found, from 1.
    pub place: usize,
}

/// What carried a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// A picture that it was baked into.
    Badge,
    /// A credential file, or one attached to a PDF.
    File,
    /// A list of credentials.
    List,
    /// A code.
    Packet {
        /// Its codec is a draft: a test code (design §4 *Freezing*).
        draft: bool,
    },
    /// A presentation.
    Presentation,
    /// A comprehensive learner record (1EdTech CLR 2.0): a credential about credentials.
    Record,
}

impl Carrier {
    /// Whether the code is a test code, which counts under pilot roots alone.
    #[must_use]
    pub fn is_test_code(self) -> bool {
        self == Carrier::Packet { draft: true }
    }

    /// What carried that which stood inside: what came out of a test code is of a test code, whatever it stood in.
    fn with_inside(self, inner: Self) -> Self {
        if matches!(self, Carrier::Packet { .. }) { self } else { inner }
    }

    /// The code of results.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Carrier::Badge => "badge",
            Carrier::File => "file",
            Carrier::List => "list",
            Carrier::Packet { draft: false } => "code",
            Carrier::Packet { draft: true } => "test-code",
            Carrier::Presentation => "presentation",
            Carrier::Record => "record",
        }
    }
}

/// Why nothing was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotRead {
    /// A picture with a badge in it that cannot be taken out.
    #[cfg(any(feature = "edges", feature = "reader"))]
    Badge(BadgeError),
    /// A code, but not one that can be unpacked.
    Code(PacketError),
    /// A JSON document, but not a signed one.
    Document(Unreadable),
    /// No bytes, or blanks alone.
    Empty,
    /// Secured as a JSON Web Token or SD-JWT: recognised, and not read by this version.
    Jose,
    /// A list or presentation without a credential in it.
    NoCredential,
    /// A badge of Open Badges 1 or 2.
    OldBadge,
    /// A picture or PDF, but nothing to be read in it.
    #[cfg(feature = "edges")]
    Picture(ScanError),
    /// A receipt of a check: no certificate, whoever signed it.
    Receipt,
    /// A picture, PDF or drawing, which this reading does not look into: whoever asked has other eyes for it.
    Seen,
    /// More credentials than are read at once.
    TooMany,
    /// Neither JSON, nor a code, nor a picture or PDF.
    UnknownFormat,
}

/// Looks for credentials in bytes; in pictures and PDFs within limits.
///
/// # Errors
/// [`NotRead`] when there is not one that can be read.
#[cfg(feature = "edges")]
pub fn read(bytes: &[u8], limits: Limits) -> Result<Intake, NotRead> {
    if is_picture(bytes) { of_picture(bytes, limits) } else { read_text(bytes) }
}

/// Looks for credentials in text, and for what was baked into a picture where this build reads those. Decodes no picture and no PDF: a
/// browser has its own eyes for them.
///
/// # Errors
/// [`NotRead`] when there is not one that can be read; [`NotRead::Seen`] when it is a matter of looking.
pub fn read_text(bytes: &[u8]) -> Result<Intake, NotRead> {
    let text = std::str::from_utf8(bytes).ok().map(str::trim);
    match text {
        Some("") => Err(NotRead::Empty),
        _ if is_picture(bytes) => of_drawing(bytes),
        Some(text) if text.starts_with(['{', '[']) => of_json(bytes, text),
        Some(text) if text.starts_with('<') => of_drawing(bytes),
        Some(text) if is_jose(text) => Err(NotRead::Jose),
        Some(text) if text.len() <= TEXT_BYTES => of_packet(text),
        // JSON in another encoding, or cut at its beginning, is said to be no JSON by the reader of JSON.
        _ if bytes.first() == Some(&b'{') => of_file(bytes, Carrier::File).map(Intake::of),
        _ => Err(NotRead::UnknownFormat),
    }
}

/// Whether a text is a JSON Web Token or SD-JWT: base64url parts joined by dots, the first of which begins with `{"` (RFC 7515 §3.1, RFC 9901
/// §4). Whoever reads such credentials begins here.
#[must_use]
pub fn is_jose(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~=".contains(&byte);
    text.starts_with("eyJ") && text.matches('.').count() >= 2 && text.bytes().all(plain)
}

/// Whether the first bytes are those of a PDF, PNG, JPEG or WebP.
fn is_picture(bytes: &[u8]) -> bool {
    let webp = bytes.get(8..12) == Some(b"WEBP");
    [&b"%PDF-"[..], b"\x89PNG", b"\xff\xd8\xff"].iter().any(|magic| bytes.starts_with(magic)) || webp
}

fn of_file(bytes: &[u8], carrier: Carrier) -> Result<Offered, NotRead> {
    let signed: Signed<Credential> = Signed::read(bytes).map_err(NotRead::Document)?;
    if signed.claimed_types().contains(&RECEIPT) {
        return Err(NotRead::Receipt);
    }
    Ok(Offered { signed, carrier, place: 1 })
}

/// A code with a certificate in it, or with a presentation of some.
fn of_packet(text: &str) -> Result<Intake, NotRead> {
    let unpacked = unpack(text).map_err(NotRead::Code)?;
    let carrier = Carrier::Packet { draft: unpacked.codec.is_draft() };
    let json = canonical::read(&unpacked.document, LIST).map_err(|error| NotRead::Document(Unreadable::Json(error)))?;
    let mut intake = Intake::default();
    match &json {
        Json::Object(object) if matches!(Whole::of(object), Whole::Presentation(_)) => {
            intake.take(&json, carrier, false, WITHIN)?;
            intake.one_at_least(NotRead::NoCredential)
        }
        _ => of_file(&unpacked.document, carrier).map(Intake::of),
    }
}

/// A credential, or a document that has others in it.
fn of_json(bytes: &[u8], text: &str) -> Result<Intake, NotRead> {
    // One credential, which is nearly always offered, is parsed once. A name that is spelled with escapes is not looked into.
    let whole = text.starts_with('[')
        || ["\"verifiableCredential\"", "\"verifiablePresentation\"", "\"Enveloped"].iter().any(|it| text.contains(it));
    if !whole {
        return of_file(bytes, Carrier::File).map(Intake::of);
    }
    let json = canonical::read(bytes, LIST).map_err(|error| NotRead::Document(Unreadable::Json(error)))?;
    if let Json::Object(object) = &json
        && matches!(Whole::of(object), Whole::Credential)
    {
        return of_file(bytes, Carrier::File).map(Intake::of);
    }
    let mut intake = Intake::default();
    intake.take(&json, Carrier::File, false, WITHIN)?;
    intake.one_at_least(NotRead::NoCredential)
}

/// What a JSON object is, among those that have credentials in them.
enum Whole<'a> {
    /// A credential, as far as can be seen.
    Credential,
    /// `EnvelopedVerifiableCredential` or `EnvelopedVerifiablePresentation` (VC 2.0 §4.12, §4.13): a token in a `data:` address.
    Enveloped,
    /// A presentation, signed or not (VC 2.0 §4.13), or what carries credentials or a presentation under their names alone, as requests do.
    Presentation(&'a Json),
    /// A credential about credentials.
    Record(Vec<&'a Json>),
}

impl<'a> Whole<'a> {
    fn of(object: &'a Object) -> Self {
        let has_type = |wanted: &str| entries(object.get("type")).any(|it| it.text() == Some(wanted));
        if has_type("EnvelopedVerifiableCredential") || has_type("EnvelopedVerifiablePresentation") {
            return Whole::Enveloped;
        }
        let subjects = || entries(object.get("credentialSubject")).filter_map(Json::object);
        let inner: Vec<&Json> = subjects().filter_map(|subject| subject.get("verifiableCredential")).collect();
        let carried = ["verifiableCredential", "verifiablePresentation"].into_iter().find_map(|name| object.get(name));
        match carried {
            Some(carried) if object.get("credentialSubject").is_none() => Whole::Presentation(carried),
            _ if !inner.is_empty() => Whole::Record(inner),
            _ if has_type("VerifiablePresentation") => Whole::Presentation(&Json::Null),
            _ => Whole::Credential,
        }
    }
}

/// One value, or a list's entries.
fn entries(json: Option<&Json>) -> impl Iterator<Item = &Json> {
    let (list, single) = match json {
        Some(Json::List(list)) => (list.as_slice(), None),
        Some(Json::Null) | None => (&[][..], None),
        single => (&[][..], single),
    };
    list.iter().chain(single)
}

impl Intake {
    fn of(offered: Offered) -> Self {
        Self { offered: vec![offered], ..Self::default() }
    }

    /// With something to check in it; else the first reason why not, or `none`.
    fn one_at_least(mut self, none: NotRead) -> Result<Self, NotRead> {
        match self.offered.is_empty() {
            false => Ok(self),
            true if self.not_read.is_empty() => Err(none),
            true => Err(self.not_read.swap_remove(0).1),
        }
    }

    /// Takes in a document, and those in it; `presented` when it stands in a presentation, whatever carried that.
    fn take(&mut self, json: &Json, carrier: Carrier, presented: bool, levels: usize) -> Result<(), NotRead> {
        let inside = |levels: usize| levels.checked_sub(1).ok_or(NotRead::Document(Unreadable::Json(too_deep())));
        match json {
            Json::List(list) => {
                let levels = inside(levels)?;
                list.iter()
                    .try_for_each(|entry| self.take(entry, carrier.with_inside(Carrier::List), presented, levels))
            }
            Json::Object(object) => match Whole::of(object) {
                // Whoever checks the presentation asks it (`holder::check`).
                Whole::Credential if presented && Delegation::is_claimed_in(object) => {
                    let read = Signed::read(&object.to_canonical());
                    self.delegations.extend(read.ok().filter(|_| self.delegations.len() < CREDENTIALS));
                    Ok(())
                }
                Whole::Credential => self.add(of_file(&object.to_canonical(), carrier)),
                Whole::Enveloped => self.add(Err(NotRead::Jose)),
                Whole::Presentation(carried) => {
                    let levels = inside(levels)?;
                    let is_presentation = |object: &Object| {
                        entries(object.get("type")).any(|it| it.text() == Some("VerifiablePresentation"))
                    };
                    if self.presentation.is_none() && is_presentation(object) {
                        self.presentation = Some(object.clone());
                    }
                    let inner = carrier.with_inside(Carrier::Presentation);
                    entries(Some(carried)).try_for_each(|entry| self.take(entry, inner, true, levels))
                }
                Whole::Record(inner) => {
                    let levels = inside(levels)?;
                    // The record itself is a credential too, as it stands, with all that is in it.
                    self.add(of_file(&object.to_canonical(), carrier))?;
                    let mut inner = inner.into_iter().flat_map(|it| entries(Some(it)));
                    inner
                        .try_for_each(|entry| self.take(entry, carrier.with_inside(Carrier::Record), presented, levels))
                }
            },
            Json::Text(text) if is_jose(text) => self.add(Err(NotRead::Jose)),
            _ => self.add(Err(NotRead::Document(Unreadable::NotAnObject))),
        }
    }

    /// Adds what was found, or why it is none, at the next place.
    fn add(&mut self, found: Result<Offered, NotRead>) -> Result<(), NotRead> {
        if self.offered.len() + self.not_read.len() >= CREDENTIALS {
            return Err(NotRead::TooMany);
        }
        self.found += 1;
        let place = self.found;
        match found {
            // The same credential twice is one: the same content with the same proofs. With another proof it has another verdict.
            Ok(new) if self.offered.iter().any(|known| known.signed.bytes() == new.signed.bytes()) => {}
            Ok(new) => self.offered.push(Offered { place, ..new }),
            Err(fault) => self.not_read.push((place, fault)),
        }
        Ok(())
    }
}

fn too_deep() -> ReadError {
    ReadError::TooDeep { most: LIST.depth }
}

/// What was baked into a drawing, or into a picture that need not be decoded for it.
#[cfg(any(feature = "edges", feature = "reader"))]
fn of_drawing(bytes: &[u8]) -> Result<Intake, NotRead> {
    match badge::Picture::of(bytes) {
        // A picture in which no badge stands may show a code.
        Some(badge::Picture::Png) => match of_badge(bytes) {
            Ok(intake) => intake.one_at_least(NotRead::Seen),
            Err(NotRead::Badge(BadgeError::Damaged)) => Err(NotRead::Seen),
            Err(fault) => Err(fault),
        },
        None if is_picture(bytes) => Err(NotRead::Seen),
        _ => of_badge(bytes)?.one_at_least(NotRead::Badge(BadgeError::NotAPicture)),
    }
}

/// This build reads no drawing.
#[cfg(not(any(feature = "edges", feature = "reader")))]
fn of_drawing(_: &[u8]) -> Result<Intake, NotRead> {
    Err(NotRead::Seen)
}

/// The credentials that were baked into a picture; none when none was.
#[cfg(any(feature = "edges", feature = "reader"))]
fn of_badge(bytes: &[u8]) -> Result<Intake, NotRead> {
    let mut intake = Intake::default();
    for baked in badge::read(bytes).map_err(NotRead::Badge)? {
        intake.add(match baked {
            Baked::Credential(text) => of_file(text.as_bytes(), Carrier::Badge),
            Baked::Jose(_) => Err(NotRead::Jose),
            Baked::Old => Err(NotRead::OldBadge),
        })?;
    }
    Ok(intake)
}

/// What was baked into a picture; else every certificate of a picture or PDF, each once. What cannot be read beside one that can is no reason
/// to refuse it.
#[cfg(feature = "edges")]
fn of_picture(bytes: &[u8], limits: Limits) -> Result<Intake, NotRead> {
    let baked = match badge::Picture::of(bytes) {
        Some(badge::Picture::Png) if bytes.len() <= limits.bytes => of_badge(bytes),
        _ => Ok(Intake::default()),
    };
    let baked_fault = match baked {
        Ok(intake) if !intake.offered.is_empty() => return Ok(intake),
        Ok(intake) => intake.not_read.into_iter().map(|(_, fault)| fault).next(),
        // A picture whose chunks cannot be walked may still be seen.
        Err(NotRead::Badge(BadgeError::Damaged)) => None,
        Err(fault) => Some(fault),
    };
    let seen = of_scan(bytes, limits);
    // A badge that cannot be read says more about the file than that no code is to be seen on it.
    match (seen, baked_fault) {
        (Err(_), Some(fault)) => Err(fault),
        (seen, _) => seen,
    }
}

#[cfg(feature = "edges")]
fn of_scan(bytes: &[u8], limits: Limits) -> Result<Intake, NotRead> {
    let mut intake = Intake::default();
    for found in scan::codes_in(bytes, limits).map_err(NotRead::Picture)?.found {
        let read = match found {
            Found::Attachment(file) => of_file(&file, Carrier::File).map(Intake::of),
            Found::Text(text) => of_packet(text.trim()),
        };
        let is_known =
            |new: &Offered, intake: &Intake| intake.offered.iter().any(|it| it.signed.digest() == new.signed.digest());
        match read {
            Err(fault) => intake.add(Err(fault))?,
            Ok(read) => {
                intake.presentation = intake.presentation.or(read.presentation);
                intake.delegations.extend(read.delegations);
                // The code on a page and the file attached to it are one certificate with and without its second proof.
                let new = read.offered.into_iter().filter(|new| !is_known(new, &intake)).collect::<Vec<_>>();
                new.into_iter().try_for_each(|new| intake.add(Ok(new)))?;
            }
        }
    }
    if !intake.offered.is_empty() {
        intake.not_read.clear();
    }
    intake.one_at_least(NotRead::Picture(ScanError::NoCode))
}

impl NotRead {
    /// The code of files and language tables: `notread.CODE`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            #[cfg(any(feature = "edges", feature = "reader"))]
            NotRead::Badge(BadgeError::NotAPicture) => "drawing-without-badge",
            #[cfg(any(feature = "edges", feature = "reader"))]
            NotRead::Badge(BadgeError::TooLarge) => "file-too-large",
            #[cfg(any(feature = "edges", feature = "reader"))]
            NotRead::Badge(_) => "badge-damaged",
            NotRead::Code(PacketError::NotCanonical) => "not-canonical",
            NotRead::Code(PacketError::TooManyDigits { .. }) => "code-too-long",
            NotRead::Code(error) if error.is_foreign() => "not-our-code",
            NotRead::Code(_) => "code-damaged",
            NotRead::Document(Unreadable::Json(error)) => error.code(),
            NotRead::Document(Unreadable::NotAnObject) => "not-an-object",
            NotRead::Document(Unreadable::Proof(ProofProblem::None)) => "no-proof",
            NotRead::Document(Unreadable::Proof(_)) => "proof",
            NotRead::Document(Unreadable::TooManyProofs) => "too-many-proofs",
            NotRead::Empty => "empty",
            NotRead::Jose => "jose",
            NotRead::NoCredential => "no-credential",
            NotRead::OldBadge => "old-badge",
            #[cfg(feature = "edges")]
            NotRead::Picture(ScanError::Busy) => "busy",
            #[cfg(feature = "edges")]
            NotRead::Picture(ScanError::Damaged) => "image-damaged",
            #[cfg(feature = "edges")]
            NotRead::Picture(ScanError::Locked) => "pdf-locked",
            #[cfg(feature = "edges")]
            NotRead::Picture(ScanError::NoCode) => "no-code-in-image",
            #[cfg(feature = "edges")]
            NotRead::Picture(ScanError::NotAnImage) => "unknown-format",
            #[cfg(feature = "edges")]
            NotRead::Picture(ScanError::TooLarge { measure: Measure::Bytes, .. }) => "file-too-large",
            #[cfg(feature = "edges")]
            NotRead::Picture(ScanError::TooLarge { .. }) => "image-too-large",
            #[cfg(feature = "edges")]
            NotRead::Picture(ScanError::TooSlow { .. }) => "image-too-slow",
            NotRead::Receipt => "receipt",
            NotRead::Seen => "no-code-in-image",
            NotRead::TooMany => "too-many-credentials",
            NotRead::UnknownFormat => "unknown-format",
        }
    }
}
