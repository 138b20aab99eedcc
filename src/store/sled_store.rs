//! The embedded store. sled's own `flush` is not enough: on Linux it is `sync_file_range`, which a power cut undoes (design §8). So
//! every acknowledgement waits for `syncfs` too, and values stay under sled's blob threshold.

use std::fs::File;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use sled::transaction::{ConflictableTransactionError, TransactionError, Transactional as _, TransactionalTree};

use super::store::{Issued, REPLACED, Record, State, Store, StoreError, check_place};

/// 65,536 bytes: half of what sled keeps outside its log, in files that it never syncs (storage.md §0.1).
const VALUE_BYTES: usize = 64 * 1024;
/// The layout of the trees.
const SCHEMA: &[u8] = b"skillpass-store-1";
const NEXT_SLOT: &[u8] = b"next-slot";
const SCHEMA_KEY: &[u8] = b"schema";

/// A store in a folder.
#[derive(Debug)]
pub struct SledStore {
    db: sled::Db,
    /// serial → record
    records: sled::Tree,
    /// person → serial
    people: sled::Tree,
    /// list and index, big-endian → reason
    revoked: sled::Tree,
    /// schema, next slot
    meta: sled::Tree,
    folder: File,
}

type InTransaction<T> = Result<T, ConflictableTransactionError<StoreError>>;

impl SledStore {
    /// Opens the store in a folder, or makes it.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Damaged`], [`StoreError::Full`], [`StoreError::Unwritable`].
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        // sled panics on some damaged files (storage.md §2, bit rot).
        let opened = catch_unwind(AssertUnwindSafe(|| -> sled::Result<_> {
            let db = sled::Config::new().path(folder).cache_capacity(64 << 20).open()?;
            let tree = |name: &str| db.open_tree(name);
            Ok((tree("records")?, tree("people")?, tree("revoked")?, tree("meta")?, db))
        }));
        let (records, people, revoked, meta, db) = match opened {
            Ok(opened) => opened.map_err(of_sled)?,
            Err(_) => return Err(StoreError::Damaged(folder.display().to_string())),
        };
        let folder = File::open(folder).map_err(|error| of_io(&error))?;
        let store = Self { db, records, people, revoked, meta, folder };
        match store.meta.get(SCHEMA_KEY).map_err(of_sled)? {
            None if store.records.is_empty() => {
                store.meta.insert(SCHEMA_KEY, SCHEMA).map_err(of_sled)?;
                store.durable()?;
            }
            Some(schema) if schema == SCHEMA => {}
            _ => return Err(StoreError::Damaged("schema".to_owned())),
        }
        Ok(store)
    }

    /// What was written is on the disk when this returns.
    fn durable(&self) -> Result<(), StoreError> {
        self.db.flush().map_err(of_sled)?;
        rustix::fs::syncfs(&self.folder).map_err(|error| of_io(&error.into()))
    }

    fn act<T>(&self, act: impl Fn([&TransactionalTree; 4]) -> InTransaction<T>) -> Result<T, StoreError> {
        let trees = (&self.records, &self.people, &self.revoked, &self.meta);
        let done = trees
            .transaction(|(records, people, revoked, meta)| act([records, people, revoked, meta]))
            .map_err(|error| match error {
                TransactionError::Abort(error) => error,
                TransactionError::Storage(error) => of_sled(error),
            })?;
        self.durable()?;
        Ok(done)
    }
}

impl Store for SledStore {
    fn lease_slots(&self, count: u32) -> Result<Range<u64>, StoreError> {
        self.act(|[_, _, _, meta]| {
            let from = match meta.get(NEXT_SLOT)? {
                None => 0,
                Some(bytes) => number(&bytes).map_err(ConflictableTransactionError::Abort)?,
            };
            let until = from + u64::from(count);
            meta.insert(NEXT_SLOT, &until.to_be_bytes())?;
            Ok(from..until)
        })
    }

    fn commit(&self, batch: &[Issued]) -> Result<(), StoreError> {
        self.act(|[records, people, revoked, _]| {
            for Issued { record, supersedes } in batch {
                let current = people.get(record.person.as_bytes())?;
                let current = current.as_ref().and_then(|serial| std::str::from_utf8(serial).ok());
                let issued = Issued { record: record.clone(), supersedes: supersedes.clone() };
                check_place(current, &issued).map_err(ConflictableTransactionError::Abort)?;
                if let Some(old) = supersedes {
                    revoke(records, revoked, old, REPLACED)?;
                }
                people.insert(record.person.as_bytes(), record.serial.as_bytes())?;
                put(records, record)?;
            }
            Ok(())
        })
    }

    fn revoke(&self, serial: &str, reason: &str) -> Result<bool, StoreError> {
        self.act(|[records, _, revoked, _]| revoke(records, revoked, serial, reason))
    }

    fn by_serial(&self, serial: &str) -> Result<Option<Record>, StoreError> {
        self.records.get(serial).map_err(of_sled)?.map(|bytes| record(&bytes)).transpose()
    }

    fn by_person(&self, person: &str) -> Result<Option<Record>, StoreError> {
        match self.people.get(person).map_err(of_sled)? {
            None => Ok(None),
            Some(serial) => self.records.get(serial).map_err(of_sled)?.map(|bytes| record(&bytes)).transpose(),
        }
    }

    fn revoked(&self, list: u32) -> Result<Vec<u32>, StoreError> {
        let position = |key: sled::IVec| key.get(4..8).and_then(|bytes| bytes.try_into().ok()).map(u32::from_be_bytes);
        self.revoked
            .scan_prefix(list.to_be_bytes())
            .keys()
            .map(|key| position(key.map_err(of_sled)?).ok_or_else(|| StoreError::Damaged("revoked".to_owned())))
            .collect()
    }

    fn slots_given(&self) -> Result<u64, StoreError> {
        self.meta.get(NEXT_SLOT).map_err(of_sled)?.map_or(Ok(0), |bytes| number(&bytes))
    }

    fn records(&self) -> Result<Vec<Record>, StoreError> {
        self.records.iter().values().map(|bytes| record(&bytes.map_err(of_sled)?)).collect()
    }
}

fn revoke(records: &TransactionalTree, revoked: &TransactionalTree, serial: &str, reason: &str) -> InTransaction<bool> {
    let abort = ConflictableTransactionError::Abort;
    let Some(bytes) = records.get(serial.as_bytes())? else { return Err(abort(StoreError::Unknown)) };
    let mut record = record(&bytes).map_err(abort)?;
    if record.state != State::Issued {
        return Ok(false);
    }
    record.state = State::Revoked(reason.to_owned());
    let mut position = record.list.to_be_bytes().to_vec();
    position.extend_from_slice(&record.index.to_be_bytes());
    revoked.insert(position, reason.as_bytes())?;
    put(records, &record)?;
    Ok(true)
}

fn put(records: &TransactionalTree, record: &Record) -> InTransaction<()> {
    let damaged = |what: &str| ConflictableTransactionError::Abort(StoreError::Damaged(what.to_owned()));
    let bytes = serde_json::to_vec(record).map_err(|_| damaged("record"))?;
    if bytes.len() > VALUE_BYTES {
        return Err(damaged("record longer than 64 KiB"));
    }
    records.insert(record.serial.as_bytes(), bytes)?;
    Ok(())
}

fn record(bytes: &[u8]) -> Result<Record, StoreError> {
    serde_json::from_slice(bytes).map_err(|_| StoreError::Damaged("record".to_owned()))
}

/// A counter that cannot be read is never taken for zero: that would give slots out twice.
fn number(bytes: &[u8]) -> Result<u64, StoreError> {
    bytes.try_into().map(u64::from_be_bytes).map_err(|_| StoreError::Damaged("next-slot".to_owned()))
}

fn of_sled(error: sled::Error) -> StoreError {
    match error {
        sled::Error::Io(error) => of_io(&error),
        other => StoreError::Damaged(other.to_string()),
    }
}

fn of_io(error: &std::io::Error) -> StoreError {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StoreError::Full,
        std::io::ErrorKind::WouldBlock => StoreError::Locked,
        // sled 0.34 wraps the lock's refusal in words.
        _ if error.to_string().contains("could not acquire lock") => StoreError::Locked,
        _ => StoreError::Unwritable(error.to_string()),
    }
}
