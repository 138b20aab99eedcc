//! An institution's whole record, in forms that open without this program: one JSON file, one table, or one badge for each certificate. What is
//! said in it stands in the certificates that the institution signed. What it signed about other institutions' certificates, delegations to a new
//! key, stands apart: they are nobody's certificate.

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::guard::quoted;
use super::institution::{DeskError, Institution};
use super::issue::code_text;
use crate::base::canonical::{Bounds, Json, Object, read};
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::carry::packet::Host;
use crate::carry::qr::Symbol;
use crate::credential::credential::Credential;
use crate::credential::delegation::Delegation;
use crate::credential::document::{Document as _, Signed};
use crate::interop::badge::{self, Earlier};
use crate::store::files::{Growing, Readers, write_all_whole};
use crate::store::{Record, State, Store, StoreError};
use crate::trust::accreditation::IssuerKey;

/// 1,000 records are held at a time: about 2 MB.
const PAGE: usize = 1_000;
/// The `type` of the JSON form.
const KIND: &str = "skillpass-record-1";
/// The columns of the table.
const HEADER: [&str; 12] = [
    "serial",
    "name",
    "birth_year",
    "kind",
    "achievement",
    "title",
    "awarded",
    "valid_until",
    "signed",
    "state",
    "reason",
    "digest",
];
/// The columns of the table of delegations.
const DELEGATED: [&str; 7] = ["serial", "certificate", "former_key", "new_key", "signed", "state", "reason"];
/// Spreadsheets take a file for UTF-8 when it begins so.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What a record is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For each certificate its JSON and a drawing of its code with the credential baked in.
    Badges,
    /// One table.
    Csv,
    /// One JSON file with every certificate whole.
    Json,
}

/// What was exported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Certificates in the export.
    pub certificates: usize,
    /// Delegations in the export.
    pub delegations: usize,
    /// Of these, suspended or withdrawn.
    pub not_in_force: usize,
    /// Of these, not signed by the institution's key: their contents are not in the table.
    pub unreadable: usize,
}

/// Why there is no export.
#[derive(Debug)]
pub enum NotExported {
    /// The institution's own files.
    Desk(DeskError),
    /// Something else stands where the export would: nothing is written over.
    Taken(PathBuf),
}

impl From<DeskError> for NotExported {
    fn from(error: DeskError) -> Self {
        NotExported::Desk(error)
    }
}

impl From<StoreError> for NotExported {
    fn from(error: StoreError) -> Self {
        NotExported::Desk(error.into())
    }
}

/// Exports everything that an institution issued, in the order of serials. A run that was stopped is repeated: what is there stays.
///
/// # Errors
/// [`NotExported`].
pub fn export(
    institution: &Institution,
    store: &dyn Store,
    out: &Path,
    form: Form,
    now: Timestamp,
    progress: &dyn Fn(usize),
) -> Result<Exported, NotExported> {
    std::fs::create_dir_all(out).map_err(|error| DeskError::Io(out.to_owned(), error))?;
    let keys = institution.card().keys();
    let mut exported = Exported::default();
    let mut writing = Writing::begin(institution, out, form, now)?;
    each_page(store, |mut page| {
        let all = page.len();
        page.retain(|record| !record.is_delegation());
        exported.delegations += all - page.len();
        let rows: Vec<Row<'_>> = page.par_iter().map(|record| Row::of(record, &keys)).collect();
        writing.page(&rows)?;
        exported.certificates += rows.len();
        exported.not_in_force += rows.iter().filter(|row| row.record.state != State::Issued).count();
        exported.unreadable += rows.iter().filter(|row| row.credential.is_none()).count();
        progress(exported.certificates);
        Ok(())
    })?;
    // A second way through: however many there are, no more than a page of them is held.
    writing.begin_delegations(out, exported.delegations > 0)?;
    if exported.delegations > 0 {
        each_page(store, |mut page| {
            page.retain(Record::is_delegation);
            writing.delegations(&page)
        })?;
    }
    writing.end()?;
    Ok(exported)
}

/// Every record, page by page, in the order of serials.
fn each_page(
    store: &dyn Store,
    mut act: impl FnMut(Vec<Record>) -> Result<(), NotExported>,
) -> Result<(), NotExported> {
    let mut after = String::new();
    loop {
        let page = store.records_after(&after, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after.clone_from(&last.serial);
        act(page)?;
    }
}

/// Whether a record is in force: a word, and why not.
fn state(record: &Record) -> (&'static str, &'static str) {
    match &record.state {
        State::Issued => ("issued", ""),
        State::Revoked(reason) => ("revoked", reason.code()),
        State::Suspended => ("suspended", ""),
    }
}

/// What a delegation says, whoever reads it.
fn delegation(record: &Record) -> Option<Delegation> {
    Delegation::of(&read(record.document.as_bytes(), Delegation::BOUNDS).ok()?)
}

/// The row of a delegation. Of one that was forgotten nothing is left but its place.
fn delegated(record: &Record) -> [String; DELEGATED.len()] {
    let (state, reason) = state(record);
    let said = delegation(record);
    let of = |say: &dyn Fn(&Delegation) -> String| said.as_ref().map(say).unwrap_or_default();
    [
        record.serial.clone(),
        of(&|it| multibase::digest(&it.about.digest)),
        of(&|it| it.old.as_ref().map(ToString::to_string).unwrap_or_default()),
        of(&|it| it.new.to_string()),
        record.signed_at.clone(),
        state.to_owned(),
        reason.to_owned(),
    ]
}

fn delegated_json(record: &Record) -> Json {
    let (state, reason) = state(record);
    let mut object = Object::from_iter([
        ("delegation", read(record.document.as_bytes(), Delegation::BOUNDS).unwrap_or(Json::Null)),
        ("digest", multibase::digest(&record.digest).into()),
        ("serial", record.serial.as_str().into()),
        ("signed", record.signed_at.as_str().into()),
        ("state", state.into()),
    ]);
    if !reason.is_empty() {
        object.set("reason", reason.into());
    }
    object.into()
}

/// A record, and what its certificate says when the institution's signature holds.
struct Row<'a> {
    record: &'a Record,
    credential: Option<Credential>,
}

impl<'a> Row<'a> {
    fn of(record: &'a Record, keys: &[IssuerKey]) -> Self {
        let signed = Signed::<Credential>::read(record.document.as_bytes());
        Self { record, credential: signed.ok().and_then(|signed| keys.iter().find_map(|it| signed.ours(&it.key).ok())) }
    }

    fn cells(&self) -> [String; HEADER.len()] {
        let (state, reason) = state(self.record);
        let said = |say: &dyn Fn(&Credential) -> String| self.credential.as_ref().map(say).unwrap_or_default();
        [
            self.record.serial.clone(),
            said(&|it| it.holder.name.as_str().to_owned()),
            said(&|it| it.holder.birth_year.to_string()),
            said(&|it| it.kind().code().to_owned()),
            self.record.achievement.clone(),
            said(&|it| it.achievement.name.clone()),
            said(&|it| it.awarded.date().to_string()),
            said(&|it| it.valid_until.map(|until| until.date().to_string()).unwrap_or_default()),
            self.record.signed_at.clone(),
            state.to_owned(),
            reason.to_owned(),
            multibase::digest(&self.record.digest),
        ]
    }

    fn json(&self) -> Json {
        let (state, reason) = state(self.record);
        let bounds: Bounds = Credential::BOUNDS;
        let credential = read(self.record.document.as_bytes(), bounds).unwrap_or(Json::Null);
        let mut object = Object::from_iter([
            ("achievement", Json::from(self.record.achievement.as_str())),
            ("credential", credential),
            ("digest", multibase::digest(&self.record.digest).into()),
            ("serial", self.record.serial.as_str().into()),
            ("signed", self.record.signed_at.as_str().into()),
            ("state", state.into()),
        ]);
        if !reason.is_empty() {
            object.set("reason", reason.into());
        }
        object.into()
    }
}

/// An export that is being written.
enum Writing {
    Badges { folder: PathBuf, host: Host },
    Csv { file: File, delegations: Option<File> },
    Json { file: File, first: bool },
}

/// A file that grows out of sight and takes its place at the end.
struct File {
    path: PathBuf,
    growing: Growing,
}

impl File {
    /// An earlier export of the same form makes room for this one; anything else does not.
    fn begin(path: PathBuf, beginning: &str) -> Result<Self, NotExported> {
        let there = std::fs::File::open(&path).and_then(|file| {
            let mut there = Vec::new();
            file.take(beginning.len() as u64).read_to_end(&mut there).map(|_| there)
        });
        match there {
            Ok(there) if there != beginning.as_bytes() => return Err(NotExported::Taken(path)),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(DeskError::Io(path, error).into()),
            _ => {}
        }
        let growing = Growing::begin(&path, Readers::Owner).map_err(|error| DeskError::Io(path.clone(), error))?;
        let mut file = Self { path, growing };
        file.write(beginning.as_bytes())?;
        Ok(file)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), DeskError> {
        self.growing.write_all(bytes).map_err(|error| DeskError::Io(self.path.clone(), error))
    }

    fn end(self) -> Result<(), DeskError> {
        let Self { path, growing } = self;
        growing.finish().map_err(|error| DeskError::Io(path, error))
    }
}

impl Writing {
    fn begin(institution: &Institution, out: &Path, form: Form, now: Timestamp) -> Result<Self, NotExported> {
        let card = institution.card();
        Ok(match form {
            Form::Badges => {
                let host = card.verify_host.as_deref().and_then(|host| Host::parse(host).ok());
                Writing::Badges { folder: out.to_owned(), host: host.unwrap_or_else(Host::none) }
            }
            Form::Csv => {
                let file = File::begin(out.join("record.csv"), &[BYTE_ORDER_MARK, &line(&HEADER)].concat())?;
                Writing::Csv { file, delegations: None }
            }
            Form::Json => {
                let mut file = File::begin(out.join("record.json"), &format!(r#"{{"type":"{KIND}","#))?;
                let who = Object::from_iter([
                    ("country", Json::from(card.country.as_str())),
                    ("id", card.did.as_str().into()),
                    ("name", card.name.as_str().into()),
                ]);
                let text = |json: Json| String::from_utf8_lossy(&json.to_canonical()).into_owned();
                let (exported, who) = (text(now.to_string().into()), text(who.into()));
                file.write(format!(r#""exported":{exported},"institution":{who},"certificates":["#).as_bytes())?;
                Writing::Json { file, first: true }
            }
        })
    }

    fn page(&mut self, rows: &[Row<'_>]) -> Result<(), NotExported> {
        match self {
            Writing::Badges { folder, host } => {
                let files = rows.par_iter().map(|row| badges(row, folder, host)).collect::<Result<Vec<_>, _>>()?;
                let files: Vec<_> = files.into_iter().flatten().collect();
                write_all_whole(&files, Readers::Owner).map_err(|(path, error)| DeskError::Io(path, error))?;
            }
            Writing::Csv { file, .. } => {
                let lines: String = rows.iter().map(|row| line(&row.cells())).collect();
                file.write(lines.as_bytes())?;
            }
            Writing::Json { file, first } => {
                for row in rows {
                    file.write(if *first { b"\n" } else { b",\n" })?;
                    file.write(&row.json().to_canonical())?;
                    *first = false;
                }
            }
        }
        Ok(())
    }

    /// The certificates are written, and what stands apart from them comes.
    fn begin_delegations(&mut self, out: &Path, any: bool) -> Result<(), NotExported> {
        match self {
            Writing::Badges { .. } => {}
            Writing::Csv { delegations, .. } => {
                let begin = || File::begin(out.join("delegations.csv"), &[BYTE_ORDER_MARK, &line(&DELEGATED)].concat());
                *delegations = any.then(begin).transpose()?;
            }
            Writing::Json { file, first } => {
                file.write(b"\n],\"delegations\":[")?;
                *first = true;
            }
        }
        Ok(())
    }

    fn delegations(&mut self, records: &[Record]) -> Result<(), NotExported> {
        match self {
            Writing::Badges { folder, .. } => {
                // One that was forgotten has no file.
                let there = records.iter().filter(|record| !record.document.is_empty());
                let file = |record: &Record| {
                    (folder.join(format!("{}.json", record.serial)), record.document.clone().into_bytes())
                };
                let files: Vec<_> = missing(there.map(file))?;
                write_all_whole(&files, Readers::Owner).map_err(|(path, error)| DeskError::Io(path, error))?;
            }
            Writing::Csv { delegations, .. } => {
                let lines: String = records.iter().map(|record| line(&delegated(record))).collect();
                delegations.iter_mut().try_for_each(|file| file.write(lines.as_bytes()))?;
            }
            Writing::Json { file, first } => {
                for record in records {
                    file.write(if *first { b"\n" } else { b",\n" })?;
                    file.write(&delegated_json(record).to_canonical())?;
                    *first = false;
                }
            }
        }
        Ok(())
    }

    fn end(self) -> Result<(), NotExported> {
        match self {
            Writing::Badges { .. } => Ok(()),
            Writing::Csv { file, delegations } => {
                file.end()?;
                Ok(delegations.map_or(Ok(()), File::end)?)
            }
            Writing::Json { mut file, .. } => {
                file.write(b"\n]}\n")?;
                Ok(file.end()?)
            }
        }
    }
}

/// The files of one certificate that are not there yet, under its serial.
fn badges(row: &Row<'_>, folder: &Path, host: &Host) -> Result<Vec<(PathBuf, Vec<u8>)>, NotExported> {
    let path = |ending: &str| folder.join(format!("{}.{ending}", row.record.serial));
    let broken = || DeskError::NotReadable(path("json"));
    let document = Signed::<Credential>::read(row.record.document.as_bytes()).map_err(|_| broken())?;
    let text = &row.record.document;
    let drawing = badge::bake(picture(&document, host).as_bytes(), text, Earlier::Keep).map_err(|_| broken())?;
    missing([(path("json"), text.clone().into_bytes()), (path("svg"), drawing)])
}

/// Those of some files that are not there yet; where something else stands, nothing is written.
fn missing(files: impl IntoIterator<Item = (PathBuf, Vec<u8>)>) -> Result<Vec<(PathBuf, Vec<u8>)>, NotExported> {
    let mut missing = Vec::new();
    for (path, bytes) in files {
        match std::fs::read(&path) {
            Ok(there) if there == bytes => {}
            Ok(_) => return Err(NotExported::Taken(path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => missing.push((path, bytes)),
            Err(error) => return Err(DeskError::Io(path, error).into()),
        }
    }
    Ok(missing)
}

/// The drawing that a credential is baked into when nobody names a picture: its own code, or a plain one where no code holds it.
#[must_use]
pub fn picture(document: &Signed<Credential>, host: &Host) -> String {
    let symbol = code_text(document, host).ok().and_then(|text| Symbol::of(&text).ok());
    symbol.map_or_else(|| badge::PLAIN.to_owned(), |symbol| symbol.to_svg())
}

/// One line of a table (RFC 4180).
fn line<T: AsRef<str>>(cells: &[T]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell.as_ref())).collect();
    format!("{}\r\n", cells.join(","))
}
