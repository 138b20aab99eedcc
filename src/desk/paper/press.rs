//! From an institution's records to files of paper: single certificates, an archive, files to print, sheets of cards. Each file is under a
//! number or a word, never under a name, and only its owner reads it.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::{Archive, Certificate, PRINTED_TOGETHER, PaperError, Refused, Style, cards, certificate, print};
use crate::base::timestamp::Timestamp;
use crate::carry::packet::Host;
use crate::carry::qr::Symbol;
use crate::credential::credential::Credential;
use crate::credential::document::Signed;
use crate::desk::institution::{DeskError, Institution};
use crate::desk::issue::code_text;
use crate::desk::page::PageFacts;
use crate::store::files::{Growing, Readers, write_all_whole, write_once};
use crate::store::{Record, State, Store, StoreError};
use crate::trust::accreditation::IssuerKey;
use crate::verify::message::Words;

/// 128 people are drawn and held at a time: some 6 MB.
const PAGE: usize = 128;

/// What is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One archive with everybody's PDF and JSON.
    Archive,
    /// Sheets of cards, [`PRINTED_TOGETHER`] people in a file.
    Cards,
    /// Files to print, [`PRINTED_TOGETHER`] people in each.
    Print,
    /// One PDF for each person.
    Single,
}

impl Form {
    /// The code of addresses: `archive`, `cards`, `print`, `single`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Form::Archive => "archive",
            Form::Cards => "cards",
            Form::Print => "print",
            Form::Single => "single",
        }
    }

    /// The form of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        [Form::Archive, Form::Cards, Form::Print, Form::Single].into_iter().find(|form| form.code() == code)
    }
}

/// What was made.
#[derive(Debug, Default)]
pub struct Made {
    /// The files, in order.
    pub files: Vec<PathBuf>,
    /// People who are in them.
    pub people: usize,
    /// Records that were passed over because they are not in force.
    pub not_in_force: usize,
    /// People who could not be put on paper, by the number of their certificate.
    pub refused: Vec<(String, PaperError)>,
}

/// Why nothing, or no more, was made.
#[derive(Debug)]
pub enum NotMade {
    /// The institution's own files.
    Desk(DeskError),
    /// A certificate that was asked for by its number is not in force.
    OutOfForce(String),
    /// All of it, not one person's.
    Paper(PaperError),
    /// Something else stands where a file would: nothing is written over.
    Taken(PathBuf),
}

impl From<DeskError> for NotMade {
    fn from(error: DeskError) -> Self {
        NotMade::Desk(error)
    }
}

impl From<StoreError> for NotMade {
    fn from(error: StoreError) -> Self {
        NotMade::Desk(error.into())
    }
}

impl From<PaperError> for NotMade {
    fn from(error: PaperError) -> Self {
        NotMade::Paper(error)
    }
}

/// One person's file.
///
/// # Errors
/// [`NotMade`]; [`NotMade::OutOfForce`] for a certificate that does not count.
pub fn single(institution: &Institution, record: &Record, style: &Style<'_>) -> Result<Vec<u8>, NotMade> {
    // A delegation is nobody's certificate.
    if record.is_delegation() {
        return Err(StoreError::Unknown(record.serial.clone()).into());
    }
    if record.state != State::Issued {
        return Err(NotMade::OutOfForce(record.serial.clone()));
    }
    let ready = ready(institution, record, &institution.card().keys())?;
    Ok(certificate(&ready.certificate(), style)?)
}

/// An institution's press.
pub struct Press<'a> {
    /// Whose certificates.
    pub institution: &'a Institution,
    /// Where they are kept.
    pub store: &'a dyn Store,
    /// How they look.
    pub style: Style<'a>,
    /// The folder for the files.
    pub out: &'a Path,
}

impl Press<'_> {
    /// Makes paper of the certificates with these numbers, or of all that are in force when none is named. `progress` hears how many people
    /// were seen to.
    ///
    /// # Errors
    /// [`NotMade`]; files that were finished before stay.
    pub fn make(&self, form: Form, serials: &[String], progress: &dyn Fn(usize)) -> Result<Made, NotMade> {
        std::fs::create_dir_all(self.out).map_err(|error| DeskError::Io(self.out.to_owned(), error))?;
        let mut records =
            Records { store: self.store, named: serials.iter(), all: serials.is_empty(), after: String::new() };
        let mut made = Made::default();
        let keys = self.institution.card().keys();
        let mut archive = match form {
            Form::Archive => Some(self.archive()?),
            Form::Cards | Form::Print | Form::Single => None,
        };
        let page = if matches!(form, Form::Cards | Form::Print) { PRINTED_TOGETHER } else { PAGE };
        let mut seen = 0;
        loop {
            let some = records.next(page)?;
            if some.is_empty() {
                break;
            }
            let before = seen;
            seen += some.len();
            let in_force: Vec<_> = some.iter().filter(|record| record.state == State::Issued).collect();
            made.not_in_force += some.len() - in_force.len();
            let ready = in_force
                .par_iter()
                .map(|record| ready(self.institution, record, &keys))
                .collect::<Result<Vec<_>, _>>()?;
            let people: Vec<Certificate<'_>> = ready.iter().map(Ready::certificate).collect();
            let step = |count: usize| progress(before + count);
            let refused = match (&mut archive, form) {
                (Some((_, archive)), _) => archive.add(&people, &self.style)?,
                (None, Form::Cards) => {
                    let cards = cards(&people, &self.style, &step)?;
                    self.numbered("cards", cards.pdf, &mut made)?;
                    cards.refused
                }
                (None, Form::Print) => {
                    let printed = print(&people, &self.style, &step)?;
                    self.numbered("print", printed.pdf, &mut made)?;
                    printed.refused
                }
                (None, Form::Archive | Form::Single) => self.single(&people, &mut made)?,
            };
            made.people += people.len() - refused.len();
            let named =
                |(place, error): Refused| (ready.get(place).map(|it| it.serial.clone()).unwrap_or_default(), error);
            made.refused.extend(refused.into_iter().map(named));
            progress(seen);
        }
        if let Some((path, archive)) = archive {
            let growing = archive.end()?;
            // An archive of nobody is none; what began to grow goes with its twin.
            if made.people > 0 {
                growing.finish().map_err(|error| DeskError::Io(path.clone(), error))?;
                made.files.push(path);
            }
        }
        Ok(made)
    }

    fn archive(&self) -> Result<(PathBuf, Archive<Growing>), NotMade> {
        let path = self.out.join("certificates.zip");
        if path.exists() {
            return Err(NotMade::Taken(path));
        }
        let growing = Growing::begin(&path, Readers::Owner).map_err(|error| DeskError::Io(path.clone(), error))?;
        Ok((path, Archive::begin(growing)))
    }

    /// A file of many people: `print.pdf`, `print-2.pdf`.
    fn numbered(&self, name: &str, pdf: Option<Vec<u8>>, made: &mut Made) -> Result<(), NotMade> {
        let Some(pdf) = pdf else { return Ok(()) };
        let number = made.files.len() + 1;
        let name = if number == 1 { format!("{name}.pdf") } else { format!("{name}-{number}.pdf") };
        let path = self.out.join(name);
        if !is_there(&path, &pdf)? {
            write_once(&path, &pdf, Readers::Owner).map_err(|error| DeskError::Io(path.clone(), error))?;
        }
        made.files.push(path);
        Ok(())
    }

    fn single(&self, people: &[Certificate<'_>], made: &mut Made) -> Result<Vec<Refused>, NotMade> {
        let drawn: Vec<_> = people.par_iter().map(|person| certificate(person, &self.style)).collect();
        let (mut files, mut refused) = (Vec::new(), Vec::new());
        for (place, (person, pdf)) in people.iter().zip(drawn).enumerate() {
            match pdf {
                Ok(pdf) => {
                    let path = self.out.join(format!("{}.pdf", person.facts.serial));
                    made.files.push(path.clone());
                    if !is_there(&path, &pdf)? {
                        files.push((path, pdf));
                    }
                }
                Err(PaperError::Signatories) => return Err(PaperError::Signatories.into()),
                Err(error) => refused.push((place, error)),
            }
        }
        write_all_whole(&files, Readers::Owner).map_err(|(path, error)| DeskError::Io(path, error))?;
        Ok(refused)
    }
}

fn ready<'a>(institution: &'a Institution, record: &Record, keys: &[IssuerKey]) -> Result<Ready<'a>, DeskError> {
    let broken = || DeskError::NotReadable(PathBuf::from(format!("{}.json", record.serial)));
    let card = institution.card();
    let host = card.verify_host.as_deref().and_then(|host| Host::parse(host).ok());
    let signed = Signed::<Credential>::read(record.document.as_bytes()).map_err(|_| broken())?;
    let text = code_text(&signed, host.as_ref().unwrap_or(&Host::none())).map_err(|_| broken())?;
    Ok(Ready {
        serial: record.serial.clone(),
        symbol: Symbol::of(&text).map_err(|_| broken())?,
        time: signed.proofs().first().and_then(|proof| proof.claimed_created).ok_or_else(broken)?,
        digest: signed.digest(),
        document: record.document.clone(),
        credential: keys.iter().find_map(|it| signed.ours(&it.key).ok()).ok_or_else(broken)?,
        host,
        issuer: &card.name,
        pilot: institution.is_pilot(),
    })
}

/// Records one page after the other.
struct Records<'a> {
    store: &'a dyn Store,
    named: std::slice::Iter<'a, String>,
    all: bool,
    after: String,
}

impl Records<'_> {
    fn next(&mut self, most: usize) -> Result<Vec<Record>, NotMade> {
        if self.all {
            // A page of nothing but delegations is not the end.
            loop {
                let mut page = self.store.records_after(&self.after, most)?;
                let Some(last) = page.last() else { return Ok(page) };
                self.after.clone_from(&last.serial);
                page.retain(|record| !record.is_delegation());
                if !page.is_empty() {
                    return Ok(page);
                }
            }
        }
        let mut page = Vec::new();
        for serial in self.named.by_ref().take(most) {
            let serial = serial.trim().to_ascii_uppercase();
            let record = self.store.by_serial(&serial)?.filter(|record| !record.is_delegation());
            let record = record.ok_or_else(|| StoreError::Unknown(serial.clone()))?;
            if record.state != State::Issued {
                return Err(NotMade::OutOfForce(serial));
            }
            page.push(record);
        }
        Ok(page)
    }
}

/// A record with what its paper needs.
struct Ready<'a> {
    serial: String,
    document: String,
    credential: Credential,
    symbol: Symbol,
    digest: [u8; 32],
    time: Timestamp,
    host: Option<Host>,
    issuer: &'a str,
    pilot: bool,
}

impl Ready<'_> {
    fn certificate(&self) -> Certificate<'_> {
        Certificate {
            credential: &self.credential,
            document: self.document.as_bytes(),
            symbol: &self.symbol,
            facts: PageFacts {
                issuer_name: self.issuer,
                serial: &self.serial,
                digest: self.digest,
                signed: self.time,
                signatory: None,
                host: self.host.as_ref(),
                pilot: self.pilot,
                again: None,
            },
            words: Words::of(self.credential.achievement.language),
        }
    }
}

/// Whether a file is there already with the same content; other content is left alone.
fn is_there(path: &Path, bytes: &[u8]) -> Result<bool, NotMade> {
    match std::fs::read(path) {
        Ok(there) if there == bytes => Ok(true),
        Ok(_) => Err(NotMade::Taken(path.to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(DeskError::Io(path.to_owned(), error).into()),
    }
}
