//! How far a store has come, in a file beside it. A store that a power cut, a bad disk or a hasty restore threw back looks sound from
//! inside, even when it is empty; it would give out used slots again. So it is held against this mark, and refused when it is behind
//! (storage.md §6.4).

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::StoreError;
use super::files::{Readers, write_whole};

/// The counters of a store. None of them ever falls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HighWater {
    /// Slots given out.
    pub slots: u64,
    /// Records kept.
    pub records: u64,
    /// Of them, withdrawn.
    pub revoked: u64,
    /// Credentials in the log.
    pub logged: u64,
    /// Changes of a state: a suspension that is lost would leave all the others as they were.
    pub changes: u64,
    /// Lines of the acts' log.
    pub acts: u64,
    /// The chain after the last of them, as lower-case hexadecimal; empty before the first. It tells a log of the same length that says
    /// something else.
    pub head: String,
}

impl HighWater {
    /// Where the mark of a store is: `store.mark` beside `store/`.
    pub fn path(store: &Path) -> PathBuf {
        store.with_extension("mark")
    }

    /// The mark of a store; all zeros when it never had one.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] with its path, or what the disk says.
    pub fn read(store: &Path) -> Result<Self, StoreError> {
        let path = Self::path(store);
        match std::fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(StoreError::of_io(&error)),
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|_| StoreError::Damaged(path.display().to_string())),
        }
    }

    /// Writes the mark of a store. Durable when this returns.
    ///
    /// # Errors
    /// What the disk says.
    pub fn write(&self, store: &Path) -> Result<(), StoreError> {
        let bytes = serde_json::to_vec(self).map_err(|error| StoreError::Unwritable(error.to_string()))?;
        write_whole(&Self::path(store), &bytes, Readers::Owner).map_err(|error| StoreError::of_io(&error))
    }

    /// Whether a store that has come as far as this one is behind a mark.
    pub fn is_behind(&self, mark: &Self) -> bool {
        self.slots < mark.slots
            || self.records < mark.records
            || self.revoked < mark.revoked
            || self.logged < mark.logged
            || self.changes < mark.changes
            || self.acts < mark.acts
            || (self.acts == mark.acts && self.head != mark.head)
    }
}
