//! Where a copy of an institution's folder waits to be fetched. It is made beside the desk's other work, sealed as [`super::backup`] seals it,
//! and is gone after an hour or when the server begins anew: kept on the same disk it would be no help.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::backup::backup;
use super::house::House;
use super::institution::{DeskError, at};
use super::keyring::Secret;
use crate::base::timestamp::Timestamp;
use crate::store::StoreError;
use crate::store::acts::{Hand, What};
use crate::store::custody::Custody;

/// 1 hour: then the file goes.
const KEPT_SECONDS: i64 = 60 * 60;
/// Its folder within the institution's.
const FOLDER: &str = "copy";

/// The copy of one institution: one at a time.
#[derive(Debug)]
pub struct CopyRoom {
    folder: PathBuf,
    copy: Mutex<Option<SafeCopy>>,
}

/// A copy, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SafeCopy {
    /// Its name.
    pub id: String,
    /// When it was begun.
    pub begun: Timestamp,
    /// What became of it.
    pub state: CopyState,
}

/// What became of a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyState {
    /// It is whole, and has so many bytes.
    Done(u64),
    /// It could not be made.
    Failed,
    /// It is being written; so many pages of the store are in it.
    Working(u64),
}

impl CopyRoom {
    /// That of an institution's folder. What a server before this one left is taken away.
    #[must_use]
    pub fn of(institution: &Path) -> Self {
        let folder = institution.join(FOLDER);
        // Whoever wanted it has it made again.
        let _ = std::fs::remove_dir_all(&folder);
        Self { folder, copy: Mutex::default() }
    }

    /// Begins a copy in the place of the one before; it has yet to be made with [`make`].
    ///
    /// # Errors
    /// [`StoreError::NotNow`] while one is being made.
    pub fn begin(&self, id: String, now: Timestamp) -> Result<SafeCopy, StoreError> {
        let mut copy = self.lock();
        if copy.as_ref().is_some_and(|copy| matches!(copy.state, CopyState::Working(_))) {
            return Err(StoreError::NotNow);
        }
        let _ = std::fs::remove_dir_all(&self.folder);
        Ok(copy.insert(SafeCopy { id, begun: now, state: CopyState::Working(0) }).clone())
    }

    /// The copy that was begun last, if it is still here.
    #[must_use]
    pub fn last(&self, now: Timestamp) -> Option<SafeCopy> {
        let mut copy = self.lock();
        let is_old = |copy: &SafeCopy| {
            now.seconds() - copy.begun.seconds() > KEPT_SECONDS && !matches!(copy.state, CopyState::Working(_))
        };
        if copy.as_ref().is_some_and(is_old) {
            *copy = None;
            let _ = std::fs::remove_dir_all(&self.folder);
        }
        copy.clone()
    }

    /// The file of a copy that is whole.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] for one that is not here, [`StoreError::NotNow`] for one that is not whole, [`DeskError::Io`].
    pub fn open(&self, id: &str, now: Timestamp) -> Result<File, DeskError> {
        let copy = self.last(now).filter(|copy| copy.id == id);
        let copy = copy.ok_or_else(|| StoreError::Unknown(id.to_owned()))?;
        if !matches!(copy.state, CopyState::Done(_)) {
            return Err(StoreError::NotNow.into());
        }
        let path = self.path(id);
        File::open(&path).map_err(at(&path))
    }

    fn path(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.age"))
    }

    fn settle(&self, id: &str, state: CopyState) {
        if let Some(copy) = self.lock().as_mut().filter(|copy| copy.id == id) {
            copy.state = state;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<SafeCopy>> {
        self.copy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes a copy that was begun. What it came to stands in it, and in the log of acts.
pub fn make(house: &House, copy: &SafeCopy, secret: &Secret, by: &Hand) {
    let made = made(house, copy, secret, by);
    house.copy_room().settle(&copy.id, made.map_or(CopyState::Failed, CopyState::Done));
}

fn made(house: &House, copy: &SafeCopy, secret: &Secret, by: &Hand) -> Result<u64, DeskError> {
    let room = house.copy_room();
    std::fs::create_dir_all(&room.folder).map_err(at(&room.folder))?;
    let path = room.path(&copy.id);
    {
        // The card, the keys and the pilot's pack belong together: nobody publishes or changes keys meanwhile.
        let _alone = house.at_work().lock().unwrap_or_else(PoisonError::into_inner);
        let told = |pages| room.settle(&copy.id, CopyState::Working(pages));
        backup(&house.institution(), &**house.store(), secret, &path, copy.begun, &told)?;
    }
    // A store that is not worked with any more takes no line.
    if house.store().custody()? == Custody::Working {
        house.store().note(What::BackedUp, "", by)?;
    }
    Ok(std::fs::metadata(&path).map_err(at(&path))?.len())
}
