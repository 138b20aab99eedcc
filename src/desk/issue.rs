//! From register rows to signed certificates. Nothing is signed until every row of the batch would be; what is signed is kept before
//! its files are written; running it again writes what is missing and issues nothing twice.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::catalogue::Template;
use super::import::RegisterRow;
use super::institution::{DeskError, ISSUER, Institution};
use super::keyring::Keyring;
use super::page;
use super::random::{Randomness, random};
use super::slot::StatusSlot;
use crate::base::key::SecretKey;
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::carry::packet::{Host, PackError, Packet};
use crate::carry::qr::{Symbol, SymbolError};
use crate::credential::credential::{Credential, CredentialId, StatusEntry};
use crate::credential::document::Signed;
use crate::credential::draft::{Draft, NotComplete};
use crate::credential::holder::Holder;
use crate::credential::proof::Suites;
use crate::credential::schema;
use crate::interop::rdfc::suites;
use crate::store::acts::Hand;
use crate::store::files::{Readers, write_all_whole};
use crate::store::release::Warrant;
use crate::store::{Issued, Record, State, Store};
use crate::trust::status::REVOCATION;
use crate::verify::message::Words;

/// 256 credentials in one transaction: storage.md §6, the size at which a commit's cost is shared.
const TRANSACTION: usize = 256;
/// 8 pixels a module: prints at 35 mm with 400 dpi (qr.md §6).
const PNG_SCALE: usize = 8;
/// Crockford's alphabet: no letter that is read as a digit.
const SERIAL_ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 8 characters, 40 bits: short enough to say on the telephone, too many to count through.
const SERIAL_LENGTH: usize = 8;

/// Files to be written.
type Files = Vec<(PathBuf, Vec<u8>)>;

/// How a row stands to what was issued before (design §6 *Re-import*).
#[derive(Clone, Debug)]
pub enum Standing {
    /// It was issued and withdrawn, and the person is to have another one.
    Again(Box<Record>),
    /// The same person and achievement, with other content: a correction.
    Changed(Box<Record>),
    /// Nobody has it yet.
    New,
    /// The same again.
    Unchanged(Box<Record>),
    /// It was issued and withdrawn, and the row is the same.
    Withdrawn(Box<Record>),
}

impl Standing {
    /// The code of results.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Standing::Again(_) => "again",
            Standing::Changed(_) => "changed",
            Standing::New => "new",
            Standing::Unchanged(_) => "unchanged",
            Standing::Withdrawn(_) => "withdrawn",
        }
    }

    /// Whether there is something to sign: a new row, one to be issued again, or a changed one where corrections are asked for.
    #[must_use]
    pub fn is_to_be_signed(&self, correct: bool) -> bool {
        match self {
            Standing::Changed(_) => correct,
            Standing::Again(_) | Standing::New => true,
            Standing::Unchanged(_) | Standing::Withdrawn(_) => false,
        }
    }
}

/// A row and how it stands.
#[derive(Clone, Debug)]
pub struct Planned<'a> {
    /// The row.
    pub row: &'a RegisterRow,
    /// How it stands.
    pub standing: Standing,
    person: String,
    digest: String,
    award: Option<String>,
}

impl Planned<'_> {
    /// The same for a row of the desk's own register.
    #[must_use]
    pub fn of_award(mut self, id: &str) -> Self {
        self.award = Some(id.to_owned());
        self
    }

    /// The same as a correction of what was issued for this row before, under whatever name that was: the person is the row's.
    #[must_use]
    pub fn correcting(mut self, before: Record) -> Self {
        self.person.clone_from(&before.person);
        self.standing = match before.state {
            State::Revoked(_) => Standing::Again(Box::new(before)),
            State::Issued | State::Suspended => Standing::Changed(Box::new(before)),
        };
        self
    }

    /// Has a withdrawn credential issued again, if it is this row's. Whether it was.
    pub fn reissue(&mut self, serial: &str) -> bool {
        match &self.standing {
            Standing::Changed(record) | Standing::Withdrawn(record)
                if record.serial == serial && matches!(record.state, State::Revoked(_)) =>
            {
                self.standing = Standing::Again(record.clone());
                true
            }
            _ => false,
        }
    }
}

/// Why a row cannot be signed, though its cells are well-formed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// The row, as the clerk sees it.
    pub row: u32,
    /// What stands in the way.
    pub fault: Fault,
}

/// What stands in the way of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The draft is not complete.
    NotComplete(NotComplete),
    /// Against `schemas/credential.json`, at this place.
    Schema(String),
    /// The code would be too dense to be read from paper; this is the longest text.
    TooBig {
        /// The version it would need, 17 to 40; 41 when none holds it.
        version: u8,
        /// The member with the longest text.
        longest: &'static str,
    },
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// Reissued; the old one is withdrawn.
    Corrected,
    /// Issued now.
    Issued,
    /// Changed, and left as it was: corrections are asked for.
    Pending,
    /// Issued before.
    Unchanged,
    /// Withdrawn before, and left so.
    Withdrawn,
}

impl Done {
    /// The code of index files and language tables.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Done::Corrected => "corrected",
            Done::Issued => "issued",
            Done::Pending => "pending",
            Done::Unchanged => "unchanged",
            Done::Withdrawn => "withdrawn",
        }
    }
}

/// A desk that is about to sign.
pub struct Issuing<'a> {
    /// Who signs.
    pub institution: &'a Institution,
    /// With which keys.
    pub keyring: &'a Keyring,
    /// Where it is kept.
    pub store: &'a dyn Store,
    /// What is awarded.
    pub template: &'a Template,
    /// Randomness for identifiers.
    pub random: &'a dyn Randomness,
    /// The time of signing.
    pub now: Timestamp,
    /// By what right.
    pub warrant: &'a Warrant,
    /// On whose word.
    pub by: &'a Hand,
}

impl Issuing<'_> {
    /// Under which name the register knows the person of a row, for this achievement.
    #[must_use]
    pub fn person(&self, row: &RegisterRow) -> String {
        multibase::base64url(&row.same_person_key(self.institution.did(), &self.template.id))
    }

    /// How each row stands to what was issued before.
    ///
    /// # Errors
    /// [`DeskError::Store`].
    pub fn plan<'r>(&self, rows: &'r [RegisterRow]) -> Result<Vec<Planned<'r>>, DeskError> {
        let plan = |row: &'r RegisterRow| {
            let person = self.person(row);
            let digest = multibase::base64url(&row.digest());
            let standing = match self.store.by_person(&person)?.map(Box::new) {
                None => Standing::New,
                Some(record) if record.row != digest => Standing::Changed(record),
                Some(record) if matches!(record.state, State::Revoked(_)) => Standing::Withdrawn(record),
                Some(record) => Standing::Unchanged(record),
            };
            Ok(Planned { row, standing, person, digest, award: None })
        };
        rows.iter().map(plan).collect()
    }

    /// Signs every row that is to be signed for nothing, with a key that is thrown away, so that no row fails once signing has begun.
    /// What was issued before is not asked again: an award grows too old for a new signature, but not for the one it has.
    ///
    /// # Errors
    /// [`DeskError`]; the faults of rows are the result.
    pub fn rehearse(&self, planned: &[Planned<'_>], correct: bool) -> Result<Vec<RowFault>, DeskError> {
        let schema = Schema::read()?;
        let key = SecretKey::from_seed(&random(self.random)?);
        // What RDF cannot cover stands in the achievement, which is the same in every row.
        let all_suites = suites();
        let first = planned.first().map(|planned| planned.row.row);
        let rehearse = |row: &RegisterRow| {
            let suites = if first == Some(row.row) { &all_suites } else { &Suites::default() };
            // Twelve bits more than any real index of the first lists: the size of the code does not depend on luck.
            let slot = StatusSlot { list: 0, index: 131_071 };
            let sign = || {
                let draft = self.draft(row, &slot, [0xa5; 16]).map_err(Fault::NotComplete)?;
                schema.check(draft.credential())?;
                // The method stays ours, only the signature is not: its length is the same.
                let document =
                    draft.rehearse(&key, self.institution.method(), self.now, suites).map_err(Fault::NotComplete)?;
                Symbol::of(&code_text(&document, &self.host())?).map_err(|error| too_big(&error, row)).map(|_| ())
            };
            sign().err().map(|fault| RowFault { row: row.row, fault })
        };
        let to_sign = |planned: &&Planned<'_>| planned.standing.is_to_be_signed(correct);
        Ok(planned.par_iter().filter(to_sign).filter_map(|planned| rehearse(planned.row)).collect())
    }

    /// Signs and keeps the rows that are new, and the changed ones if corrections are asked for. The records are durable when this
    /// returns; a crash in between leaves whole transactions, and running again does the rest.
    ///
    /// # Errors
    /// [`DeskError`]; what was kept before the error stays kept.
    pub fn issue(
        &self,
        planned: Vec<Planned<'_>>,
        correct: bool,
        progress: &dyn Fn(usize),
    ) -> Result<Vec<(u32, Done, Record)>, DeskError> {
        let key = self.keyring.key(ISSUER)?;
        let order = self.institution.slot_order(self.keyring)?;
        let mut done = Vec::with_capacity(planned.len());
        let mut to_sign = Vec::new();
        for Planned { row, standing, person, digest, award } in planned {
            match standing {
                Standing::Again(record) => to_sign.push((row, person, digest, award, Some(record.serial))),
                Standing::Changed(record) if correct => to_sign.push((row, person, digest, award, Some(record.serial))),
                Standing::Changed(record) => done.push((row.row, Done::Pending, *record)),
                Standing::New => to_sign.push((row, person, digest, award, None)),
                Standing::Unchanged(record) => done.push((row.row, Done::Unchanged, *record)),
                Standing::Withdrawn(record) => done.push((row.row, Done::Withdrawn, *record)),
            }
        }
        progress(done.len());
        let suites = suites();
        for batch in to_sign.chunks(TRANSACTION) {
            // Durable before signing: a slot that was signed is never given out again (storage.md §0.6).
            let count = u32::try_from(batch.len()).unwrap_or(u32::MAX);
            let leased: Vec<u64> = self.store.lease_slots(count)?.collect();
            let signed: Vec<Issued> = batch
                .par_iter()
                .zip(leased)
                .map(|((row, person, digest, award, supersedes), counter)| {
                    let slot = order.slot(counter).ok_or(DeskError::Value("slot"))?;
                    let place = || DeskError::Value("row");
                    let draft = self.draft(row, &slot, random(self.random)?).map_err(|_| place())?;
                    let document =
                        draft.sign(key, self.institution.method(), self.now, &suites).map_err(|_| place())?;
                    let record = Record {
                        serial: new_serial(self.store, self.random)?,
                        person: person.clone(),
                        row: digest.clone(),
                        achievement: self.template.id.to_string(),
                        signed_at: self.now.to_string(),
                        list: slot.list,
                        index: slot.index,
                        state: State::Issued,
                        document: String::from_utf8_lossy(document.bytes()).into_owned(),
                        digest: document.digest(),
                    };
                    Ok(Issued { record, supersedes: supersedes.clone(), award: award.clone() })
                })
                .collect::<Result<_, DeskError>>()?;
            self.store.commit(self.warrant, &signed, self.by)?;
            let rows = batch.iter().map(|(row, ..)| row.row);
            done.extend(rows.zip(signed).map(|(row, issued)| {
                let what = if issued.supersedes.is_some() { Done::Corrected } else { Done::Issued };
                (row, what, issued.record)
            }));
            progress(done.len());
        }
        done.sort_by_key(|(row, ..)| *row);
        Ok(done)
    }

    /// Writes the files of records that are not there: the document, the code as SVG and PNG, the page to print. The version of each
    /// record's code is the result. The records are what is durable; files that a crash took are written by running again.
    ///
    /// # Errors
    /// [`DeskError::Io`] with the file that could not be written.
    pub fn write_files(
        &self,
        records: &[&Record],
        folder: &Path,
        progress: &dyn Fn(usize),
    ) -> Result<Vec<u8>, DeskError> {
        let mut versions = Vec::with_capacity(records.len());
        for batch in records.chunks(TRANSACTION) {
            let made = batch.par_iter().map(|record| self.files(record, folder)).collect::<Result<Vec<_>, _>>()?;
            let mut files = Vec::new();
            for (version, missing) in made {
                versions.push(version);
                files.extend(missing);
            }
            // Each names a person (threats.md I13): the folder's owner alone reads them.
            write_all_whole(&files, Readers::Owner).map_err(|(path, error)| DeskError::Io(path, error))?;
            progress(versions.len());
        }
        Ok(versions)
    }

    /// The version of a record's code, and those of its files that are not there.
    fn files(&self, record: &Record, folder: &Path) -> Result<(u8, Files), DeskError> {
        let path = |ending: &str| file_of(folder, &record.serial, ending);
        let broken = || DeskError::NotReadable(path("json"));
        let document = Signed::<Credential>::read(record.document.as_bytes()).map_err(|_| broken())?;
        let text = code_text(&document, &self.host()).map_err(|_| broken())?;
        let symbol = Symbol::of(&text).map_err(|_| broken())?;
        let credential = document.ours(&self.keyring.key(ISSUER)?.public()).map_err(|_| broken())?;
        let page = || {
            let host = self.host();
            let facts = page::PageFacts {
                issuer_name: &self.institution.card().name,
                serial: &record.serial,
                digest: document.digest(),
                signed: document.proofs().first()?.claimed_created?,
                signatory: None,
                host: self.institution.card().verify_host.is_some().then_some(&host),
                pilot: true,
                again: None,
            };
            let words = Words::of(credential.achievement.language);
            Some(page::certificate_page(&credential, &symbol, &facts, words).into_bytes())
        };
        let mut missing = Vec::new();
        for ending in ENDINGS {
            if path(ending).exists() {
                continue;
            }
            let bytes = match ending {
                "html" => page(),
                "json" => Some(record.document.clone().into_bytes()),
                "png" => png(&symbol),
                _ => Some(symbol.to_svg().into_bytes()),
            };
            missing.push((path(ending), bytes.ok_or_else(broken)?));
        }
        Ok((symbol.version(), missing))
    }

    fn host(&self) -> Host {
        let printed = self.institution.card().verify_host.as_deref();
        printed.and_then(|host| Host::parse(host).ok()).unwrap_or_else(Host::none)
    }

    fn draft(&self, row: &RegisterRow, slot: &StatusSlot, id: [u8; 16]) -> Result<Draft, NotComplete> {
        let awarded = row.awarded.first_second();
        Draft::complete(
            Credential {
                id: CredentialId::of_random(id),
                issuer: self.institution.did().clone(),
                issuer_name: self.institution.card().name.clone(),
                awarded,
                valid_from: awarded,
                valid_until: row.valid_until.map(crate::base::timestamp::Date::last_second),
                status: StatusEntry {
                    purpose: REVOCATION.to_owned(),
                    index: slot.index,
                    list: self.institution.list_id(slot.list, REVOCATION),
                },
                holder: Holder {
                    name: row.name.clone(),
                    birth_year: row.birth_year,
                    key: row.holder_key.clone(),
                    photo_digest: None,
                    id_commitment: None,
                },
                photo: None,
                achievement: self.template.achievement(row.language),
                terms: row.terms.clone(),
                about: None,
            },
            self.now,
        )
    }
}

/// A number that nobody has yet.
pub(super) fn new_serial(store: &dyn Store, source: &dyn Randomness) -> Result<String, DeskError> {
    loop {
        let bytes: [u8; SERIAL_LENGTH] = random(source)?;
        let serial: String = bytes.iter().map(|byte| char::from(SERIAL_ALPHABET[usize::from(byte & 31)])).collect();
        if store.by_serial(&serial)?.is_none() {
            return Ok(serial);
        }
    }
}

/// What is written for each person: under the serial, never under the name.
const ENDINGS: [&str; 4] = ["json", "svg", "png", "html"];

fn file_of(folder: &Path, serial: &str, ending: &str) -> PathBuf {
    folder.join(format!("{serial}.{ending}"))
}

/// Whether every file of a serial is there.
#[must_use]
pub fn has_files(folder: &Path, serial: &str) -> bool {
    ENDINGS.iter().all(|ending| file_of(folder, serial, ending).exists())
}

/// The text of a document's code.
///
/// # Errors
/// [`Fault::TooBig`] when no packet holds it.
pub fn code_text(document: &Signed<Credential>, host: &Host) -> Result<String, Fault> {
    let too_long = Fault::TooBig { version: 41, longest: "" };
    let carried = document.to_packet_document().ok_or_else(|| too_long.clone())?;
    let packet = Packet::of(&carried).map_err(|error| match error {
        PackError::Document(_) | PackError::TooLong { .. } => too_long,
    })?;
    Ok(packet.to_text(host))
}

/// A symbol as PNG: one bit of grey would be smaller, eight are read by everything.
#[must_use]
pub fn png(symbol: &Symbol) -> Option<Vec<u8>> {
    let (side, gray) = symbol.to_gray(PNG_SCALE);
    let side = u32::try_from(side).ok()?;
    let mut out = std::io::Cursor::new(Vec::new());
    let image = image::GrayImage::from_raw(side, side, gray)?;
    image.write_to(&mut out, image::ImageFormat::Png).ok()?;
    Some(out.into_inner())
}

fn too_big(error: &SymbolError, row: &RegisterRow) -> Fault {
    let version = match error {
        SymbolError::TooBig { version } => *version,
        SymbolError::Unencodable => 41,
    };
    // What a clerk can shorten is the row's; the rest is the catalogue's.
    let longest = if row.name.as_str().len() > 60 { "name" } else { "terms" };
    Fault::TooBig { version, longest }
}

/// `schemas/credential.json`, compiled.
#[derive(Debug)]
pub(super) struct Schema(jsonschema::Validator);

impl Schema {
    pub(super) fn read() -> Result<Self, DeskError> {
        let broken = || DeskError::NotReadable(PathBuf::from("schemas/credential.json"));
        let schema = serde_json::from_str(schema::CREDENTIAL).map_err(|_| broken())?;
        jsonschema::validator_for(&schema).map(Self).map_err(|_| broken())
    }

    pub(super) fn check(&self, credential: &Credential) -> Result<(), Fault> {
        let bytes = crate::base::canonical::Json::Object(credential.to_json()).to_canonical();
        let document: serde_json::Value =
            serde_json::from_slice(&bytes).map_err(|error| Fault::Schema(error.to_string()))?;
        let first = self.0.iter_errors(&document).next().map(|error| error.instance_path().to_string());
        first.map_or(Ok(()), |at| Err(Fault::Schema(at)))
    }
}
