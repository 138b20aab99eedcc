//! A restored copy becomes the store that an institution works with, and a store ends to be it. Between the two lies a question that only
//! people can answer: is the copy the newest there is? So it is held against what was handed in last (threats.md I16), and until then
//! nothing is signed, published or changed in it.

use std::collections::BTreeSet;
use std::io::{Cursor, Read as _};
use std::path::Path;

use zip::ZipArchive;

use super::institution::{DeskError, Institution, at};
use super::publish::{CHECKPOINT, STATUS_ENDING, file_stem};
use crate::credential::document::{Document, Signed};
use crate::store::acts::Hand;
use crate::store::{Store, StoreError};
use crate::trust::accreditation::IssuerKey;
use crate::trust::checkpoint::Checkpoint;
use crate::trust::status::{REVOCATION, SUSPENSION, StatusList};

/// 16,384 lists: more than two thousand million certificates. A list that is none of them is another institution's.
const LISTS_MOST: u32 = 16_384;
/// 1,000 files in an archive are looked at: lists of forty million certificates.
const FILES_MOST: usize = 1_000;
/// 1 MiB: the longest file of an archive that is looked at. A full list of random bits has some 60 KB.
const FILE_BYTES: u64 = 1024 * 1024;

/// What a restored store is held against.
#[derive(Clone, Copy, Debug)]
pub enum Witness<'a> {
    /// The newest checkpoint that the authority or anybody outside has, as a file; the status lists that lie beside it, too. That it is the
    /// newest is the word of whoever brings it.
    Checkpoint(&'a Path),
    /// The same files, out of the hands of somebody who has no folder here.
    Files(&'a HandedIn),
    /// The word of whoever confirms it that nothing was ever handed in since the copy was made.
    NothingHandedIn,
}

/// What was handed in: the checkpoint, and the status lists that lie beside it, by their names.
#[derive(Clone, Debug)]
pub struct HandedIn {
    checkpoint: Named,
    lists: Vec<Named>,
}

/// A file's bytes under its name.
type Named = (String, Vec<u8>);

impl HandedIn {
    /// What lies in the folder of a checkpoint.
    fn beside(path: &Path) -> Result<Self, DeskError> {
        let bytes = std::fs::read(path).map_err(at(path))?;
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut lists = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(at(folder))? {
            let path = entry.map_err(at(folder))?.path();
            let name = path.display().to_string();
            if name.ends_with(STATUS_ENDING) {
                lists.push((name, std::fs::read(&path).map_err(at(&path))?));
            }
        }
        lists.sort();
        Ok(Self { checkpoint: (path.display().to_string(), bytes), lists })
    }

    /// Out of files that somebody brings, each under its name: the checkpoint and the lists, or the archive that a desk hands in. What is
    /// neither is passed over.
    ///
    /// # Errors
    /// [`DeskError::NotReadable`] with the name of what cannot be read, or of the checkpoint when there is none.
    pub fn of_files(files: Vec<(String, Vec<u8>)>) -> Result<Self, DeskError> {
        let mut all = Vec::new();
        for (name, bytes) in files {
            if name.to_ascii_lowercase().ends_with(".zip") {
                all.extend(unpacked(&bytes).ok_or_else(|| DeskError::NotReadable(name.into()))?);
            } else {
                all.push((name, bytes));
            }
        }
        let missing = || DeskError::NotReadable(CHECKPOINT.into());
        let checkpoint = all.iter().position(|(name, _)| is_named(name, CHECKPOINT)).ok_or_else(missing)?;
        let checkpoint = all.swap_remove(checkpoint);
        all.retain(|(name, _)| name.ends_with(STATUS_ENDING));
        all.sort();
        Ok(Self { checkpoint, lists: all })
    }
}

/// Whether a path ends in a name.
fn is_named(path: &str, name: &str) -> bool {
    Path::new(path).file_name().is_some_and(|last| last == name)
}

/// The checkpoint and the lists of an archive; `None` for what is none, or holds more than is looked at.
fn unpacked(bytes: &[u8]) -> Option<Vec<Named>> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).ok().filter(|zip| zip.len() <= FILES_MOST)?;
    let mut files = Vec::new();
    for place in 0..zip.len() {
        let file = zip.by_index(place).ok()?;
        let name = file.name().ok()?.into_owned();
        if !is_named(&name, CHECKPOINT) && !name.ends_with(STATUS_ENDING) {
            continue;
        }
        let mut bytes = Vec::new();
        file.take(FILE_BYTES + 1).read_to_end(&mut bytes).ok()?;
        if bytes.len() as u64 > FILE_BYTES {
            return None;
        }
        files.push((name, bytes));
    }
    Some(files)
}

/// Why a restored store is not confirmed.
#[derive(Debug)]
pub enum NotConfirmed {
    /// What was handed in is newer than the copy.
    Behind {
        /// Certificates that the copy does not know.
        certificates: u64,
        /// Withdrawals and suspensions that it does not know.
        withdrawals: u64,
    },
    /// The desk's own files.
    Desk(DeskError),
    /// The checkpoint is not this institution's, or is of another log than this copy's.
    OfAnother,
}

impl From<DeskError> for NotConfirmed {
    fn from(error: DeskError) -> Self {
        NotConfirmed::Desk(error)
    }
}

impl From<StoreError> for NotConfirmed {
    fn from(error: StoreError) -> Self {
        NotConfirmed::Desk(error.into())
    }
}

/// Works with a restored store from now on, if it knows all that the witness does.
///
/// # Errors
/// [`NotConfirmed`]; then it is as it was.
pub fn confirm(
    institution: &Institution,
    store: &dyn Store,
    witness: Witness<'_>,
    by: &Hand,
) -> Result<(), NotConfirmed> {
    let digest = match witness {
        Witness::NothingHandedIn => String::new(),
        Witness::Checkpoint(path) => compare(institution, store, &HandedIn::beside(path)?)?,
        Witness::Files(files) => compare(institution, store, files)?,
    };
    Ok(store.confirm(&digest, by)?)
}

/// The digest of a checkpoint that the store's log begins with.
fn compare(institution: &Institution, store: &dyn Store, handed_in: &HandedIn) -> Result<String, NotConfirmed> {
    let keys = institution.card().keys();
    let (name, bytes) = &handed_in.checkpoint;
    let signed = Signed::<Checkpoint>::read(bytes).map_err(|_| DeskError::NotReadable(name.into()))?;
    let checkpoint = ours(&signed, &keys).filter(|it| it.issuer == *institution.did());
    let checkpoint = checkpoint.ok_or(NotConfirmed::OfAnother)?;
    let log = store.log(0)?;
    let certificates = checkpoint.size.saturating_sub(log.len() as u64);
    let withdrawals = unknown_withdrawals(institution, store, handed_in, &keys, &checkpoint)?;
    if certificates > 0 || withdrawals > 0 {
        return Err(NotConfirmed::Behind { certificates, withdrawals });
    }
    if checkpoint.is_of(&log) { Ok(signed.digest_multibase()) } else { Err(NotConfirmed::OfAnother) }
}

/// How many entries are set in the lists beside a checkpoint that are not in the store.
fn unknown_withdrawals(
    institution: &Institution,
    store: &dyn Store,
    handed_in: &HandedIn,
    keys: &[IssuerKey],
    checkpoint: &Checkpoint,
) -> Result<u64, NotConfirmed> {
    let (mut unknown, mut seen) = (0, BTreeSet::new());
    for (name, bytes) in &handed_in.lists {
        let list = Signed::<StatusList>::read(bytes).ok().and_then(|signed| ours(&signed, keys));
        let list = list.ok_or_else(|| DeskError::NotReadable(name.into()))?;
        let block = (0..LISTS_MOST).find(|block| institution.list_id(*block, &list.purpose) == list.id);
        let block = block.ok_or(NotConfirmed::OfAnother)?;
        // Lists and checkpoint are signed with one date: an older list would forget what was withdrawn.
        if list.valid_from < checkpoint.date {
            return Err(DeskError::NotReadable(name.into()).into());
        }
        seen.insert((block, list.purpose.clone()));
        let known: Vec<u32> = match list.purpose.as_str() {
            REVOCATION => store.revoked(block)?.into_iter().map(|(index, _)| index).collect(),
            SUSPENSION => store.suspended(block)?,
            // What it says beside the revocation list is why.
            _ => continue,
        };
        unknown += list.bits.iter().filter(|bit| known.binary_search(bit).is_err()).count() as u64;
    }
    // A checkpoint alone says nothing of what was withdrawn: at least the first lists stand beside it.
    let missing = [REVOCATION, SUSPENSION].into_iter().find(|purpose| !seen.contains(&(0, (*purpose).to_owned())));
    match missing {
        Some(purpose) => {
            let beside = Path::new(&handed_in.checkpoint.0);
            Err(DeskError::NotReadable(beside.with_file_name(format!("{}{STATUS_ENDING}", file_stem(0, purpose))))
                .into())
        }
        None => Ok(unknown),
    }
}

/// What one of the institution's keys has signed: the copy may be older than a change of keys, or younger.
fn ours<T: Document>(signed: &Signed<T>, keys: &[IssuerKey]) -> Option<T> {
    keys.iter().find_map(|key| signed.ours(&key.key).ok())
}
