//! Files that come up in parts, because they are larger than one request may be: each grows in a file of its own beside the store, which only
//! its owner reads, and is gone when it was taken in, after an hour, or when the server begins anew.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::import::FILE_BYTES;
use super::institution::{DeskError, at};
use crate::base::timestamp::Timestamp;
use crate::store::StoreError;

/// 4 MiB: one part. Half of what a request may have, and a minute of a slow line.
pub const PART_BYTES: usize = 4 * 1024 * 1024;
/// 4 files at a time of one institution: 512 MiB on its disk at the most.
pub const UPLOADS: usize = 4;
/// 1 hour without a part, and it is gone.
const IDLE_SECONDS: i64 = 60 * 60;
/// Its folder within the institution's.
const FOLDER: &str = "uploads";

/// The files of one institution that are on their way up.
#[derive(Debug)]
pub struct Uploads {
    folder: PathBuf,
    all: Mutex<BTreeMap<String, Upload>>,
}

#[derive(Debug)]
struct Upload {
    /// The member whose it is: nobody else adds to it or reads it.
    by: String,
    got: u64,
    seen: i64,
}

impl Uploads {
    /// Those of an institution's folder. What a server before this one left is taken away.
    #[must_use]
    pub fn of(institution: &Path) -> Self {
        let folder = institution.join(FOLDER);
        // It is no register, and nobody waits for it: what cannot be removed is in nobody's way.
        let _ = std::fs::remove_dir_all(&folder);
        Self { folder, all: Mutex::default() }
    }

    /// Begins one. Of more than [`UPLOADS`] the one that was idle longest ends.
    ///
    /// # Errors
    /// [`DeskError::Io`].
    pub fn begin(&self, id: String, by: &str, now: Timestamp) -> Result<(), DeskError> {
        self.expire(now);
        let mut all = self.lock();
        while all.len() >= UPLOADS {
            let Some(idlest) = all.iter().min_by_key(|(_, it)| it.seen).map(|(id, _)| id.clone()) else { break };
            self.remove(&mut all, &idlest);
        }
        std::fs::create_dir_all(&self.folder).map_err(at(&self.folder))?;
        let path = self.folder.join(&id);
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(at(&path))?;
        all.insert(id, Upload { by: by.to_owned(), got: 0, seen: now.seconds() });
        Ok(())
    }

    /// Takes away what nobody added to for an hour.
    pub fn expire(&self, now: Timestamp) {
        self.remove_those(|it| now.seconds() - it.seen > IDLE_SECONDS);
    }

    /// Takes all away: somebody who may stand in them is to be forgotten.
    pub fn clear(&self) {
        self.remove_those(|_| true);
    }

    fn remove_those(&self, which: impl Fn(&Upload) -> bool) {
        let mut all = self.lock();
        let ids: Vec<String> = all.iter().filter(|(_, it)| which(it)).map(|(id, _)| id.clone()).collect();
        ids.iter().for_each(|id| self.remove(&mut all, id));
    }

    /// Adds a part that begins at a place; one that is there already is passed over, so that a part can be sent again. How much there is.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] for one that is not there or somebody else's, [`StoreError::Stale`] for a part with a gap before it,
    /// [`StoreError::TooLong`] beyond what a register may have, [`DeskError::Io`].
    pub fn add(&self, id: &str, by: &str, begins: u64, part: &[u8], now: Timestamp) -> Result<u64, DeskError> {
        self.expire(now);
        let mut all = self.lock();
        let upload = all.get_mut(id).filter(|it| it.by == by).ok_or_else(|| unknown(id))?;
        upload.seen = now.seconds();
        let ends = begins + part.len() as u64;
        if ends <= upload.got {
            return Ok(upload.got);
        }
        if begins != upload.got {
            return Err(StoreError::Stale.into());
        }
        if ends > FILE_BYTES as u64 {
            return Err(StoreError::TooLong.into());
        }
        let path = self.folder.join(id);
        let mut file = OpenOptions::new().write(true).open(&path).map_err(at(&path))?;
        // A part that was cut off by a full disk is written over.
        let written = file.set_len(begins).and_then(|()| {
            use std::io::{Seek as _, SeekFrom};
            file.seek(SeekFrom::Start(begins))?;
            file.write_all(part)
        });
        written.map_err(|error| match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::Full.into(),
            _ => DeskError::Io(path, error),
        })?;
        upload.got = ends;
        Ok(ends)
    }

    /// The whole file as far as it came.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] for one that is not there or somebody else's, [`DeskError::Io`].
    pub fn read(&self, id: &str, by: &str, now: Timestamp) -> Result<Vec<u8>, DeskError> {
        self.expire(now);
        let path = {
            let all = self.lock();
            all.get(id).filter(|it| it.by == by).ok_or_else(|| unknown(id))?;
            self.folder.join(id)
        };
        let mut bytes = Vec::new();
        let file = File::open(&path).map_err(at(&path))?;
        file.take(FILE_BYTES as u64).read_to_end(&mut bytes).map_err(at(&path))?;
        Ok(bytes)
    }

    /// Takes one away.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] for one that is not there or somebody else's.
    pub fn end(&self, id: &str, by: &str) -> Result<(), DeskError> {
        let mut all = self.lock();
        all.get(id).filter(|it| it.by == by).ok_or_else(|| unknown(id))?;
        self.remove(&mut all, id);
        Ok(())
    }

    fn remove(&self, all: &mut BTreeMap<String, Upload>, id: &str) {
        all.remove(id);
        // Nobody can ask for it any more; the next beginning takes the folder away.
        let _ = std::fs::remove_file(self.folder.join(id));
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Upload>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unknown(id: &str) -> DeskError {
    StoreError::Unknown(id.to_owned()).into()
}
