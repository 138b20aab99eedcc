//! A copy of an institution's whole folder in one file, and the folder made again from it.
//!
//! ```text
//! an age file (age-encryption.org/v1) to the secret that opens the institution's keys; in it one JSON object a line:
//!   {"type": "skillpass-backup-1", "institution": DID, "made": TIME}
//!   {"page": "u…", "value": "u…"}          every page of the store as it is kept, check value and all, in the order of keys
//!   {"file": "keys.age", "bytes": "u…"}    every file that cannot be made again; the keys stay sealed
//!   {"lines": N, "sha256": "uEi…"}         how many lines stand before, and SHA-256 of them with their line feeds
//! ```
//! Public tools open it: `age -d copy.age`. What was published is not in it; publishing makes it again.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::ops::ControlFlow;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::fsck::fsck;
use super::institution::{DeskError, Ground, Institution, at};
use super::keyring::Secret;
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::store::acts::Hand;
use crate::store::files::{Growing, Readers, write_once};
use crate::store::ledger::{Ledger as _, Page};
use crate::store::sled_store::SledStore;
use crate::store::{Store, StoreError};

/// 256 pages in one transaction: storage.md §6, the size at which a commit's cost is shared.
const TRANSACTION: usize = 256;
/// 67,108,864 bytes: the longest line that is read. The longest that is written is a pilot's trust file, of some megabytes.
const LINE_BYTES: u64 = 64 * 1024 * 1024;
const KIND: &str = "skillpass-backup-1";
/// What makes a folder an institution's: it is written last.
const CARD: &str = "institution.json";
/// What is in the folder beside its store and what is published.
const FILES: [&str; 4] = [CARD, "keys.age", "tokens.json", "trust.json"];
/// The folder of a pilot's own authority.
const PILOT: &str = "pilot";

/// What is in a copy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Pages of the store.
    pub pages: u64,
    /// Files.
    pub files: u64,
}

/// One line of a copy.
#[derive(Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Line {
    Begins {
        #[serde(rename = "type")]
        kind: String,
        institution: String,
        made: String,
    },
    Ends {
        lines: u64,
        sha256: String,
    },
    File {
        file: String,
        bytes: String,
    },
    Page {
        page: String,
        value: String,
    },
}

/// Writes a copy into a file that is not there yet. Whole when this returns, else not there. Whoever writes into the store meanwhile waits.
///
/// # Errors
/// [`DeskError::FileExists`], [`DeskError::Keyring`] when the secret is not that of the institution's keys, and any other.
pub fn backup(
    institution: &Institution,
    store: &dyn Store,
    secret: &Secret,
    out: &Path,
    now: Timestamp,
    progress: &dyn Fn(u64),
) -> Result<Copied, DeskError> {
    // Sealed with a phrase that opens nothing else, nobody would know of it until the day it is needed.
    institution.keyring(secret)?;
    if out.exists() {
        return Err(DeskError::FileExists(out.to_owned()));
    }
    let mut growing = Growing::begin(out, Readers::Owner).map_err(at(out))?;
    let sealed = secret.seal(&mut growing)?;
    let mut writing = Writing { out: BufWriter::new(sealed), path: out, lines: 0, hash: Sha256::new() };
    let (kind, institution_id) = (KIND.to_owned(), institution.did().to_string());
    writing.line(&Line::Begins { kind, institution: institution_id, made: now.to_string() })?;
    let mut copied = Copied::default();
    let mut written = Ok(());
    store.each_page(TRANSACTION, &mut |pages| {
        written = pages.iter().try_for_each(|(key, value)| {
            let (page, value) = (multibase::base64url(key), multibase::base64url(value));
            copied.pages += 1;
            writing.line(&Line::Page { page, value })
        });
        progress(copied.pages);
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    written?;
    for file in files_of(institution.folder())? {
        let path = institution.folder().join(&file);
        let bytes = multibase::base64url(&std::fs::read(&path).map_err(at(&path))?);
        writing.line(&Line::File { file, bytes })?;
        copied.files += 1;
    }
    writing.end()?;
    growing.finish().map_err(at(out))?;
    Ok(copied)
}

/// The names of the files that go into a copy.
fn files_of(folder: &Path) -> Result<Vec<String>, DeskError> {
    let mut names: Vec<String> =
        FILES.into_iter().filter(|name| folder.join(name).is_file()).map(str::to_owned).collect();
    let mut folders = vec![PathBuf::from(PILOT)];
    while let Some(within) = folders.pop() {
        let path = folder.join(&within);
        let entries = match std::fs::read_dir(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries.map_err(at(&path))?,
        };
        for entry in entries {
            let name = within.join(entry.map_err(at(&path))?.file_name());
            if folder.join(&name).is_dir() {
                folders.push(name);
            } else {
                names.push(name.to_str().ok_or_else(|| DeskError::NotReadable(folder.join(&name)))?.to_owned());
            }
        }
    }
    names.sort();
    Ok(names)
}

/// A copy that is being written.
struct Writing<'p, W: Write> {
    out: BufWriter<age::stream::StreamWriter<W>>,
    path: &'p Path,
    lines: u64,
    hash: Sha256,
}

impl<W: Write> Writing<'_, W> {
    fn line(&mut self, line: &Line) -> Result<(), DeskError> {
        let mut bytes = serde_json::to_vec(line).map_err(|_| DeskError::NotReadable(self.path.to_owned()))?;
        bytes.push(b'\n');
        self.hash.update(&bytes);
        self.lines += 1;
        self.out.write_all(&bytes).map_err(at(self.path))
    }

    fn end(mut self) -> Result<(), DeskError> {
        let sha256 = multibase::digest(&self.hash.clone().finalize().into());
        self.line(&Line::Ends { lines: self.lines, sha256 })?;
        let path = self.path;
        let sealed = self.out.into_inner().map_err(|error| DeskError::Io(path.to_owned(), error.into_error()))?;
        sealed.finish().map_err(at(path)).map(drop)
    }
}

/// Makes a folder again from a copy: one that is empty or not there. Its store gives slots out behind a gap and is only read until it is
/// confirmed, see [`super::handover::confirm`]. What was restored is recomputed before this returns; when it does not hold, nothing stays.
///
/// # Errors
/// [`DeskError::FolderNotEmpty`], [`DeskError::Keyring`], [`DeskError::NotReadable`] for what is no copy or was cut off,
/// [`StoreError::Damaged`] for a copy of a store that was damaged, and any other.
pub fn restore(
    copy: &Path,
    folder: &Path,
    secret: &Secret,
    by: &Hand,
    progress: &dyn Fn(u64),
) -> Result<(Institution, Copied), DeskError> {
    let file = File::open(copy).map_err(at(copy))?;
    let opened = secret.unseal(BufReader::new(file))?;
    let ground = Ground::free(folder)?;
    let made = || -> Result<(Institution, Copied), DeskError> {
        let copied = make(&mut Reading::of(opened, copy), folder, by, progress)?;
        let institution = Institution::open(folder)?;
        let keyring = institution.keyring(secret)?;
        let store = institution.store_in_turn()?;
        let checkup = fsck(&institution, &store, Some(&keyring), &|_| {})?;
        match checkup.audited.findings.first() {
            Some(finding) => Err(StoreError::Damaged(finding.at.clone()).into()),
            None => Ok((institution, copied)),
        }
    };
    made().map_err(|error| ground.cleared(error))
}

fn make<R: Read>(
    reading: &mut Reading<'_, R>,
    folder: &Path,
    by: &Hand,
    progress: &dyn Fn(u64),
) -> Result<Copied, DeskError> {
    let path = reading.path;
    let broken = || DeskError::NotReadable(path.to_owned());
    let store = SledStore::open(&folder.join("store"))?;
    let mut copied = Copied::default();
    let (mut pages, mut card): (Vec<Page>, Option<Vec<u8>>) = (Vec::new(), None);
    match reading.line()? {
        Some(Line::Begins { kind, .. }) if kind == KIND => {}
        _ => return Err(broken()),
    }
    loop {
        let before = (reading.lines, reading.hash.clone());
        match reading.line()?.ok_or_else(broken)? {
            Line::Begins { .. } => return Err(broken()),
            Line::Ends { lines, sha256 } => {
                let whole = lines == before.0 && sha256 == multibase::digest(&before.1.finalize().into());
                if !whole || reading.line()?.is_some() {
                    return Err(broken());
                }
                break;
            }
            Line::File { file, bytes } => {
                let bytes = multibase::base64url_bytes(&bytes).ok_or_else(broken)?;
                if file == CARD {
                    card = Some(bytes);
                } else {
                    put_file(folder, &file, &bytes)?.then_some(()).ok_or_else(broken)?;
                }
                copied.files += 1;
            }
            Line::Page { page, value } => {
                let page = multibase::base64url_bytes(&page).zip(multibase::base64url_bytes(&value));
                pages.push(page.ok_or_else(broken)?);
                copied.pages += 1;
            }
        }
        if pages.len() == TRANSACTION {
            put_pages(&store, &mut pages)?;
            progress(copied.pages);
        }
    }
    put_pages(&store, &mut pages)?;
    store.restored(by)?;
    // From here on it is an institution's folder, and its store says that it was restored.
    put_file(folder, CARD, &card.ok_or_else(broken)?)?;
    copied.files += 1;
    Ok(copied)
}

/// Puts pages as they were kept, check values and all: whatever was damaged stays so, and is found.
fn put_pages(store: &SledStore, pages: &mut Vec<Page>) -> Result<(), StoreError> {
    store.transact(&mut |book| pages.iter().try_for_each(|(key, value)| book.put(key, value)))?;
    pages.clear();
    Ok(())
}

/// Puts a file of the copy into the folder; not one whose name leads out of it.
fn put_file(folder: &Path, name: &str, bytes: &[u8]) -> Result<bool, DeskError> {
    let within = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    if !within || name.is_empty() || !(FILES.contains(&name) || Path::new(name).starts_with(PILOT)) {
        return Ok(false);
    }
    let path = folder.join(name);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(at(parent))?;
    }
    // A pilot authority's folder has keys and people's names under other names too.
    let public = ["institution.json", "trust.json"].contains(&name);
    let readers = if public { Readers::Everybody } else { Readers::Owner };
    write_once(&path, bytes, readers).map_err(at(&path)).map(|()| true)
}

/// A copy that is being read.
struct Reading<'p, R: Read> {
    input: BufReader<age::stream::StreamReader<R>>,
    path: &'p Path,
    lines: u64,
    hash: Sha256,
}

impl<'p, R: Read> Reading<'p, R> {
    fn of(opened: age::stream::StreamReader<R>, path: &'p Path) -> Self {
        Self { input: BufReader::new(opened), path, lines: 0, hash: Sha256::new() }
    }

    /// The next line; `None` at the end of the file.
    fn line(&mut self) -> Result<Option<Line>, DeskError> {
        let broken = || DeskError::NotReadable(self.path.to_owned());
        let mut bytes = Vec::new();
        let read = self.input.by_ref().take(LINE_BYTES).read_until(b'\n', &mut bytes);
        // A file that was cut off or altered cannot be opened to its end.
        read.map_err(|_| broken())?;
        if bytes.is_empty() {
            return Ok(None);
        }
        self.lines += 1;
        self.hash.update(&bytes);
        serde_json::from_slice(&bytes).map(Some).map_err(|_| broken())
    }
}
