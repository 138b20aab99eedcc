//! A restored copy becomes the store that an institution works with, and a store ends to be it. Between the two lies a question that only
//! people can answer: is the copy the newest there is? So it is held against what was handed in last (threats.md I16), and until then
//! nothing is signed, published or changed in it.

use std::collections::BTreeSet;
use std::path::Path;

use super::institution::{DeskError, Institution, at};
use super::publish::{STATUS_ENDING, file_stem};
use crate::credential::document::{Document, Signed};
use crate::store::acts::Hand;
use crate::store::{Store, StoreError};
use crate::trust::accreditation::IssuerKey;
use crate::trust::checkpoint::Checkpoint;
use crate::trust::status::{REVOCATION, SUSPENSION, StatusList};

/// 16,384 lists: more than two thousand million certificates. A list that is none of them is another institution's.
const LISTS_MOST: u32 = 16_384;

/// What a restored store is held against.
#[derive(Clone, Copy, Debug)]
pub enum Witness<'a> {
    /// The newest checkpoint that the authority or anybody outside has, as a file; the status lists that lie beside it, too. That it is the
    /// newest is the word of whoever brings it.
    Checkpoint(&'a Path),
    /// The word of whoever confirms it that nothing was ever handed in since the copy was made.
    NothingHandedIn,
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
        Witness::Checkpoint(path) => compare(institution, store, path)?,
    };
    Ok(store.confirm(&digest, by)?)
}

/// The digest of a checkpoint that the store's log begins with.
fn compare(institution: &Institution, store: &dyn Store, path: &Path) -> Result<String, NotConfirmed> {
    let keys = institution.card().keys();
    let bytes = std::fs::read(path).map_err(at(path))?;
    let signed = Signed::<Checkpoint>::read(&bytes).map_err(|_| DeskError::NotReadable(path.to_owned()))?;
    let checkpoint = ours(&signed, &keys).filter(|it| it.issuer == *institution.did());
    let checkpoint = checkpoint.ok_or(NotConfirmed::OfAnother)?;
    let log = store.log(0)?;
    let certificates = checkpoint.size.saturating_sub(log.len() as u64);
    let withdrawals = unknown_withdrawals(institution, store, path, &keys, &checkpoint)?;
    if certificates > 0 || withdrawals > 0 {
        return Err(NotConfirmed::Behind { certificates, withdrawals });
    }
    if checkpoint.is_of(&log) { Ok(signed.digest_multibase()) } else { Err(NotConfirmed::OfAnother) }
}

/// How many entries are set in the lists beside a checkpoint that are not in the store.
fn unknown_withdrawals(
    institution: &Institution,
    store: &dyn Store,
    path: &Path,
    keys: &[IssuerKey],
    checkpoint: &Checkpoint,
) -> Result<u64, NotConfirmed> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (mut unknown, mut seen) = (0, BTreeSet::new());
    for entry in std::fs::read_dir(folder).map_err(at(folder))? {
        let path = entry.map_err(at(folder))?.path();
        if !path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(STATUS_ENDING)) {
            continue;
        }
        let bytes = std::fs::read(&path).map_err(at(&path))?;
        let list = Signed::<StatusList>::read(&bytes).ok().and_then(|signed| ours(&signed, keys));
        let list = list.ok_or_else(|| DeskError::NotReadable(path.clone()))?;
        let block = (0..LISTS_MOST).find(|block| institution.list_id(*block, &list.purpose) == list.id);
        let block = block.ok_or(NotConfirmed::OfAnother)?;
        // Lists and checkpoint are signed with one date: an older list would forget what was withdrawn.
        if list.valid_from < checkpoint.date {
            return Err(DeskError::NotReadable(path).into());
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
            Err(DeskError::NotReadable(folder.join(format!("{}{STATUS_ENDING}", file_stem(0, purpose)))).into())
        }
        None => Ok(unknown),
    }
}

/// What one of the institution's keys has signed: the copy may be older than a change of keys, or younger.
fn ours<T: Document>(signed: &Signed<T>, keys: &[IssuerKey]) -> Option<T> {
    keys.iter().find_map(|key| signed.ours(&key.key).ok())
}
