//! Whether a store is the one that an institution works with. A copy that was restored is not until somebody says that nothing newer was
//! handed in (threats.md I16); one whose work moved to another machine is not any more (I18).

use serde::{Deserialize, Serialize};

use super::StoreError;
use super::acts::{Hand, What};
use super::ledger::{Book, Shelf, counter};

/// The key under which a store says that it is not worked with.
pub(super) const CUSTODY: &[u8] = b"custody";
/// 131,072 slots, one whole list: as many as the lost machine can have given out between the copy and its loss, in thirteen batches of
/// the largest. They are left free for ever, and cost a list of 16 KB before it is compressed.
pub const RESTORE_GAP: u32 = 131_072;

/// Whether a store is worked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Custody {
    /// Its work went on elsewhere. It is read, and never written again.
    Retired,
    /// It was restored, and nobody has said yet that nothing newer was handed in. Until then it is read only.
    Unconfirmed,
    /// It is.
    Working,
}

/// What a store says of itself.
pub(super) fn of(book: &Book<'_>) -> Result<Custody, StoreError> {
    Ok(book.read(&Shelf::Meta.key(&[CUSTODY]))?.unwrap_or(Custody::Working))
}

/// That a store is worked with: asked inside every transaction that changes something.
pub(super) fn require_working(book: &Book<'_>) -> Result<(), StoreError> {
    match of(book)? {
        Custody::Retired => Err(StoreError::Retired),
        Custody::Unconfirmed => Err(StoreError::Unconfirmed),
        Custody::Working => Ok(()),
    }
}

/// The same, asked before something is done beside the store.
///
/// # Errors
/// [`StoreError::Retired`], [`StoreError::Unconfirmed`], and any other.
pub fn must_work(store: &dyn super::Store) -> Result<(), StoreError> {
    match store.custody()? {
        Custody::Retired => Err(StoreError::Retired),
        Custody::Unconfirmed => Err(StoreError::Unconfirmed),
        Custody::Working => Ok(()),
    }
}

/// A copy was restored: slots are given out behind a gap, and nothing else is done until it is confirmed. A copy of a retired store is one
/// that its work moves to.
pub(super) fn restored(book: &Book<'_>, by: &Hand) -> Result<(), StoreError> {
    book.count(counter::SLOTS, u64::from(RESTORE_GAP))?;
    book.write(&Shelf::Meta.key(&[CUSTODY]), &Custody::Unconfirmed)?;
    book.act(What::Restored, by, "", RESTORE_GAP as usize, String::new())
}

/// A restored store is worked with from now on. `digest` is that of the checkpoint it was held against; empty when nothing was handed in.
pub(super) fn confirm(book: &Book<'_>, digest: &str, by: &Hand) -> Result<(), StoreError> {
    match of(book)? {
        Custody::Retired => return Err(StoreError::Retired),
        Custody::Working => return Err(StoreError::NotNow),
        Custody::Unconfirmed => {}
    }
    book.remove(&Shelf::Meta.key(&[CUSTODY]))?;
    book.act(What::Confirmed, by, "", 1, digest.to_owned())
}

/// A store is not worked with any more. Done again, it is no news.
pub(super) fn retire(book: &Book<'_>, by: &Hand) -> Result<(), StoreError> {
    if of(book)? == Custody::Retired {
        return Ok(());
    }
    book.write(&Shelf::Meta.key(&[CUSTODY]), &Custody::Retired)?;
    book.act(What::Retired, by, "", 1, String::new())
}
