//! The embedded store. sled's own `flush` is not enough: on Linux it is `sync_file_range`, which a power cut undoes (design §8). So
//! every acknowledgement waits for `syncfs` too, values stay under sled's blob threshold, each record carries its own check value,
//! a mark beside the store says how far it had come, and it is not written to when the disk is nearly full.

use std::cell::Cell;
use std::fs::File;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once, PoisonError};

use sha2::{Digest as _, Sha256};
use sled::IVec;
use sled::transaction::{ConflictableTransactionError, TransactionError, Transactional as _, TransactionalTree};

use super::high_water::HighWater;
use super::store::{Change, Issued, Record, State, Store, StoreError, check_place};
use crate::trust::status::RevocationReason;

/// 65,536 bytes: half of what sled keeps outside its log, in files that it never syncs (storage.md §0.1).
const VALUE_BYTES: usize = 64 * 1024;
/// 33,554,432 bytes free: two of the largest transactions (256 × 64 KiB). sled takes no write, and does not even open, once it has met
/// a full disk (storage.md §2), so it is kept from meeting one.
const FREE_BYTES: u64 = 32 * 1024 * 1024;
/// 16 bytes of a SHA-256 before each record: what the disk changed is not taken for what was written (storage.md §2, bit rot).
const CHECK_BYTES: usize = 16;
/// The layout of the trees.
const SCHEMA: &[u8] = b"skillpass-store-3";
const CHANGES: &[u8] = b"changes";
const LOGGED: &[u8] = b"logged";
const NEXT_SLOT: &[u8] = b"next-slot";
const RECORDS: &[u8] = b"records";
const REVOKED: &[u8] = b"revoked";
const SCHEMA_KEY: &[u8] = b"schema";

/// A store in a folder.
#[derive(Debug)]
pub struct SledStore {
    db: sled::Db,
    /// serial → check value, record
    records: sled::Tree,
    /// person → serial
    people: sled::Tree,
    /// list and index, big-endian → the reason's code
    revoked: sled::Tree,
    /// list and index, big-endian → nothing
    suspended: sled::Tree,
    /// position in the log, big-endian → check value, digest
    log: sled::Tree,
    /// schema, next slot, how many records, how many withdrawn, how many logged, how many changes of a state
    meta: sled::Tree,
    path: PathBuf,
    folder: File,
    /// One act at a time: transaction, flush and mark belong together (storage.md §6, one committer).
    committer: Mutex<()>,
}

type InTransaction<T> = Result<T, ConflictableTransactionError<StoreError>>;

impl SledStore {
    /// Opens the store in a folder, or makes it.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Damaged`], [`StoreError::Full`], [`StoreError::Unwritable`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mark = HighWater::read(path)?;
        let damaged = || StoreError::Damaged(path.display().to_string());
        if !path.exists() && mark != HighWater::default() {
            return Err(damaged());
        }
        std::fs::create_dir_all(path).map_err(|error| StoreError::of_io(&error))?;
        let folder = File::open(path).map_err(|error| StoreError::of_io(&error))?;
        require_room(&folder)?;
        let store = surviving(|| {
            let db = sled::Config::new().path(path).cache_capacity(64 << 20).open().map_err(of_sled)?;
            let tree = |name: &str| db.open_tree(name).map_err(of_sled);
            Ok(Self {
                records: tree("records")?,
                people: tree("people")?,
                revoked: tree("revoked")?,
                suspended: tree("suspended")?,
                log: tree("log")?,
                meta: tree("meta")?,
                db,
                path: path.to_owned(),
                folder,
                committer: Mutex::new(()),
            })
        })
        .map_err(|error| if matches!(error, StoreError::Damaged(_)) { damaged() } else { error })?;
        surviving(|| {
            let of_records = [&store.records, &store.people, &store.revoked, &store.suspended, &store.log];
            let is_empty = of_records.into_iter().all(sled::Tree::is_empty);
            match store.meta.get(SCHEMA_KEY).map_err(of_sled)? {
                None if is_empty && mark == HighWater::default() => {
                    store.meta.insert(SCHEMA_KEY, SCHEMA).map_err(of_sled)?;
                    store.durable()?;
                    store.high_water()?.write(path)
                }
                // Behind its mark, or without one though something is in it: thrown back, or half restored.
                Some(schema) if schema == SCHEMA => {
                    let here = store.high_water()?;
                    let lost = !HighWater::path(path).exists();
                    match here == HighWater::default() {
                        _ if here.is_behind(&mark) => Err(damaged()),
                        // A process that was killed between its first two writes.
                        true if lost => here.write(path),
                        false if lost => Err(damaged()),
                        _ => Ok(()),
                    }
                }
                _ => Err(damaged()),
            }
        })?;
        Ok(store)
    }

    fn high_water(&self) -> Result<HighWater, StoreError> {
        let counter = |name: &[u8]| counter(self.meta.get(name).map_err(of_sled)?);
        Ok(HighWater {
            slots: counter(NEXT_SLOT)?,
            records: counter(RECORDS)?,
            revoked: counter(REVOKED)?,
            logged: counter(LOGGED)?,
            changes: counter(CHANGES)?,
        })
    }

    /// What was written is on the disk when this returns.
    fn durable(&self) -> Result<(), StoreError> {
        self.db.flush().map_err(of_sled)?;
        rustix::fs::syncfs(&self.folder).map_err(|error| StoreError::of_io(&error.into()))
    }

    fn act<T>(&self, act: impl Fn(&Trees<'_>) -> InTransaction<T>) -> Result<T, StoreError> {
        let _held = self.committer.lock().unwrap_or_else(PoisonError::into_inner);
        require_room(&self.folder)?;
        surviving(|| {
            let trees = (&self.records, &self.people, &self.revoked, &self.suspended, &self.log, &self.meta);
            let done = trees
                .transaction(|(records, people, revoked, suspended, log, meta)| {
                    act(&Trees { records, people, revoked, suspended, log, meta })
                })
                .map_err(|error| match error {
                    TransactionError::Abort(error) => error,
                    TransactionError::Storage(error) => of_sled(error),
                })?;
            self.durable()?;
            self.high_water()?.write(&self.path)?;
            Ok(done)
        })
    }

    fn record(&self, serial: &[u8]) -> Result<Option<Record>, StoreError> {
        self.records.get(serial).map_err(of_sled)?.map(|bytes| unseal(serial, &bytes)).transpose()
    }
}

impl Store for SledStore {
    fn lease_slots(&self, count: u32) -> Result<Range<u64>, StoreError> {
        self.act(|trees| {
            let until = count_on(trees.meta, NEXT_SLOT, u64::from(count))?;
            Ok(until - u64::from(count)..until)
        })
    }

    fn commit(&self, batch: &[Issued]) -> Result<(), StoreError> {
        self.act(|trees| batch.iter().try_for_each(|issued| trees.keep(issued)))
    }

    fn revoke(&self, serials: &[&str], reason: RevocationReason) -> Result<Vec<bool>, StoreError> {
        self.act(|trees| serials.iter().map(|serial| trees.change(serial, Change::Revoke(reason))).collect())
    }

    fn suspend(&self, serials: &[&str]) -> Result<Vec<bool>, StoreError> {
        self.act(|trees| serials.iter().map(|serial| trees.change(serial, Change::Suspend)).collect())
    }

    fn resume(&self, serials: &[&str]) -> Result<Vec<bool>, StoreError> {
        self.act(|trees| serials.iter().map(|serial| trees.change(serial, Change::Resume)).collect())
    }

    fn by_serial(&self, serial: &str) -> Result<Option<Record>, StoreError> {
        surviving(|| self.record(serial.as_bytes()))
    }

    fn by_person(&self, person: &str) -> Result<Option<Record>, StoreError> {
        surviving(|| {
            let Some(serial) = self.people.get(person).map_err(of_sled)? else { return Ok(None) };
            let record = self.record(&serial)?.filter(|record| record.person == person);
            // A place that names nobody is not an empty place.
            record.map(Some).ok_or_else(|| StoreError::Damaged("people".to_owned()))
        })
    }

    fn revoked(&self, list: u32) -> Result<Vec<(u32, RevocationReason)>, StoreError> {
        let damaged = || StoreError::Damaged("revoked".to_owned());
        surviving(|| {
            let entry = |entry: sled::Result<(IVec, IVec)>| {
                let (key, code) = entry.map_err(of_sled)?;
                let reason = std::str::from_utf8(&code).ok().and_then(RevocationReason::of_code).ok_or_else(damaged)?;
                Ok((index_of(&key).ok_or_else(damaged)?, reason))
            };
            self.revoked.scan_prefix(list.to_be_bytes()).map(entry).collect()
        })
    }

    fn suspended(&self, list: u32) -> Result<Vec<u32>, StoreError> {
        let damaged = || StoreError::Damaged("suspended".to_owned());
        surviving(|| {
            let keys = self.suspended.scan_prefix(list.to_be_bytes()).keys();
            keys.map(|key| index_of(&key.map_err(of_sled)?).ok_or_else(damaged)).collect()
        })
    }

    fn log(&self, from: u64) -> Result<Vec<[u8; 32]>, StoreError> {
        surviving(|| {
            // What is committed meanwhile is not of this reading.
            let until = self.high_water()?.logged;
            let entries = self.log.range(from.to_be_bytes()..until.max(from).to_be_bytes());
            let log = entries.map(|entry| unseal_digest(entry.map_err(of_sled)?)).collect::<Result<Vec<_>, _>>()?;
            // A log with a gap would make another chain than the one that was witnessed.
            let whole = log.len() as u64 == until.saturating_sub(from);
            whole.then_some(log).ok_or_else(|| StoreError::Damaged("log".to_owned()))
        })
    }

    fn log_size(&self) -> Result<u64, StoreError> {
        surviving(|| Ok(self.high_water()?.logged))
    }

    fn slots_given(&self) -> Result<u64, StoreError> {
        surviving(|| Ok(self.high_water()?.slots))
    }

    fn records(&self) -> Result<Vec<Record>, StoreError> {
        surviving(|| {
            let record = |entry: sled::Result<(IVec, IVec)>| {
                let (serial, bytes) = entry.map_err(of_sled)?;
                unseal(&serial, &bytes)
            };
            self.records.iter().map(record).collect()
        })
    }
}

/// The trees inside a transaction.
struct Trees<'a> {
    records: &'a TransactionalTree,
    people: &'a TransactionalTree,
    revoked: &'a TransactionalTree,
    suspended: &'a TransactionalTree,
    log: &'a TransactionalTree,
    meta: &'a TransactionalTree,
}

impl Trees<'_> {
    /// Keeps one record, with everything that hangs on it.
    fn keep(&self, Issued { record, supersedes }: &Issued) -> InTransaction<()> {
        let abort = ConflictableTransactionError::Abort;
        let current = self.people.get(record.person.as_bytes())?;
        let current = current.as_deref().map(std::str::from_utf8).transpose();
        let current = current.map_err(|_| abort(StoreError::Damaged("people".to_owned())))?;
        check_place(current, record, supersedes.as_deref()).map_err(abort)?;
        if self.records.get(record.serial.as_bytes())?.is_some() {
            return Err(abort(StoreError::Taken));
        }
        if let Some(old) = supersedes {
            self.change(old, Change::Revoke(RevocationReason::Replaced))?;
        }
        self.people.insert(record.person.as_bytes(), record.serial.as_bytes())?;
        put(self.records, record)?;
        count_on(self.meta, RECORDS, 1)?;
        let position = (count_on(self.meta, LOGGED, 1)? - 1).to_be_bytes();
        let sealed = [&check_value(&position, &record.digest)[..], &record.digest[..]].concat();
        self.log.insert(&position, sealed)?;
        Ok(())
    }

    /// Changes one record's state, and says whether that is news.
    fn change(&self, serial: &str, change: Change) -> InTransaction<bool> {
        let abort = ConflictableTransactionError::Abort;
        let Some(bytes) = self.records.get(serial.as_bytes())? else {
            return Err(abort(StoreError::Unknown(serial.to_owned())));
        };
        let mut record = unseal(serial.as_bytes(), &bytes).map_err(abort)?;
        let Some(state) = change.of(&record).map_err(abort)? else { return Ok(false) };
        let mut place = record.list.to_be_bytes().to_vec();
        place.extend_from_slice(&record.index.to_be_bytes());
        match &state {
            State::Issued => drop(self.suspended.remove(place)?),
            State::Suspended => drop(self.suspended.insert(place, &[])?),
            State::Revoked(reason) => {
                self.revoked.insert(place, reason.code().as_bytes())?;
                count_on(self.meta, REVOKED, 1)?;
            }
        }
        record.state = state;
        put(self.records, &record)?;
        count_on(self.meta, CHANGES, 1)?;
        Ok(true)
    }
}

/// The index in the key of a place.
fn index_of(key: &[u8]) -> Option<u32> {
    key.get(4..).and_then(|bytes| bytes.try_into().ok()).map(u32::from_be_bytes)
}

fn unseal_digest((position, bytes): (IVec, IVec)) -> Result<[u8; 32], StoreError> {
    let damaged = || StoreError::Damaged("log".to_owned());
    let (check, digest) = bytes.split_at_checked(CHECK_BYTES).ok_or_else(damaged)?;
    let digest: [u8; 32] = digest.try_into().map_err(|_| damaged())?;
    if check == check_value(&position, &digest) { Ok(digest) } else { Err(damaged()) }
}

fn put(records: &TransactionalTree, record: &Record) -> InTransaction<()> {
    let damaged = |what: &str| ConflictableTransactionError::Abort(StoreError::Damaged(what.to_owned()));
    let json = serde_json::to_vec(record).map_err(|_| damaged("record"))?;
    let mut bytes = check_value(record.serial.as_bytes(), &json).to_vec();
    bytes.extend(json);
    if bytes.len() > VALUE_BYTES {
        return Err(damaged("record longer than 64 KiB"));
    }
    records.insert(record.serial.as_bytes(), bytes)?;
    Ok(())
}

fn unseal(serial: &[u8], bytes: &[u8]) -> Result<Record, StoreError> {
    let damaged = || StoreError::Damaged("record".to_owned());
    let (check, json) = bytes.split_at_checked(CHECK_BYTES).ok_or_else(damaged)?;
    if check != check_value(serial, json) {
        return Err(damaged());
    }
    serde_json::from_slice(json).map_err(|_| damaged())
}

fn check_value(serial: &[u8], json: &[u8]) -> [u8; CHECK_BYTES] {
    let digest = Sha256::new().chain_update(serial).chain_update([0]).chain_update(json).finalize();
    let mut check = [0; CHECK_BYTES];
    check.copy_from_slice(&digest[..CHECK_BYTES]);
    check
}

/// Adds to a counter, and says what it is now.
fn count_on(meta: &TransactionalTree, name: &[u8], more: u64) -> InTransaction<u64> {
    let now = counter(meta.get(name)?).map_err(ConflictableTransactionError::Abort)? + more;
    meta.insert(name, &now.to_be_bytes())?;
    Ok(now)
}

/// A counter that cannot be read is never taken for zero: that would give slots out twice.
fn counter(bytes: Option<IVec>) -> Result<u64, StoreError> {
    let damaged = |_| StoreError::Damaged("counter".to_owned());
    bytes.map_or(Ok(0), |bytes| bytes.as_ref().try_into().map(u64::from_be_bytes).map_err(damaged))
}

fn require_room(folder: &File) -> Result<(), StoreError> {
    let disk = rustix::fs::fstatvfs(folder).map_err(|error| StoreError::of_io(&error.into()))?;
    // A file system that counts nothing says nothing.
    let full = disk.f_blocks > 0 && disk.f_bavail.saturating_mul(disk.f_frsize) < FREE_BYTES;
    if full { Err(StoreError::Full) } else { Ok(()) }
}

/// Runs sled, which panics on some damaged files (storage.md §2, bit rot) and says so to nobody who could read it.
fn surviving<T>(work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    keep_quiet();
    let outer = IN_SLED.replace(true);
    let worked = catch_unwind(AssertUnwindSafe(work));
    IN_SLED.set(outer);
    worked.unwrap_or_else(|_| Err(StoreError::Damaged("sled".to_owned())))
}

thread_local! {
    static IN_SLED: Cell<bool> = const { Cell::new(false) };
}

/// sled's panics are expected and handled, here and on its own threads, so their message is dropped; every other is reported as before.
fn keep_quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let thread = std::thread::current();
            let of_sled = thread.name().is_some_and(|name| name.starts_with("sled-") || name == "log flusher");
            if !of_sled && !IN_SLED.try_with(Cell::get).unwrap_or(false) {
                report(panic);
            }
        }));
    });
}

fn of_sled(error: sled::Error) -> StoreError {
    match error {
        sled::Error::Io(error) => StoreError::of_io(&error),
        other => StoreError::Damaged(other.to_string()),
    }
}
