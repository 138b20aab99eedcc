//! The embedded store. sled's own `flush` is not enough: on Linux it is `sync_file_range`, which a power cut undoes (design §8). So
//! every acknowledgement waits for `syncfs` too, values stay under sled's blob threshold, each record carries its own check value,
//! a mark beside the store says how far it had come, and it is not written to when the disk is nearly full.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use sled::IVec;
use sled::transaction::{
    ConflictableTransactionError, TransactionError, TransactionalTree, UnabortableTransactionError,
};

use super::StoreError;
use super::high_water::HighWater;
use super::ledger::{HEAD, Ledger, Page, Pages, Shelf, counter, counter_of, hex, unseal};

/// 33,554,432 bytes free: two of the largest transactions (256 × 64 KiB). sled takes no write, and does not even open, once it has met
/// a full disk (storage.md §2), so it is kept from meeting one.
const FREE_BYTES: u64 = 32 * 1024 * 1024;
/// The layout of the pages.
const SCHEMA: &[u8] = b"skillpass-store-4";
/// Beside all shelves.
const SCHEMA_KEY: &[u8] = b"schema";
/// Ours, and sled's own default tree.
const OUR_TREES: usize = 2;

/// A store in a folder.
#[derive(Debug)]
pub struct SledStore {
    db: sled::Db,
    /// Every page, see [`super::ledger`].
    pages: sled::Tree,
    path: PathBuf,
    folder: File,
    /// One act at a time: transaction, flush and mark belong together (storage.md §6, one committer).
    committer: Mutex<()>,
    /// Whether the disk failed in the last act.
    failed: AtomicBool,
}

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
            let pages = db.open_tree("pages").map_err(of_sled)?;
            Ok(Self {
                db,
                pages,
                path: path.to_owned(),
                folder,
                committer: Mutex::new(()),
                failed: AtomicBool::new(false),
            })
        })
        .map_err(|error| if matches!(error, StoreError::Damaged(_)) { damaged() } else { error })?;
        surviving(|| {
            let schema = store.pages.get(SCHEMA_KEY).map_err(of_sled)?;
            match schema {
                None if store.pages.is_empty() && mark == HighWater::default() => {
                    // A store of an earlier layout has its pages elsewhere.
                    if store.db.tree_names().len() > OUR_TREES {
                        return Err(damaged());
                    }
                    store.pages.insert(SCHEMA_KEY, SCHEMA).map_err(of_sled)?;
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
        let get = |name: &[u8]| {
            let key = Shelf::Meta.key(&[name]);
            self.pages.get(&key).map_err(of_sled)?.map(|sealed| unseal(&key, &sealed)).transpose()
        };
        let counter = |name: &[u8]| counter_of(get(name)?);
        Ok(HighWater {
            slots: counter(counter::SLOTS)?,
            records: counter(counter::RECORDS)?,
            revoked: counter(counter::REVOKED)?,
            logged: counter(counter::LOGGED)?,
            changes: counter(counter::CHANGES)?,
            acts: counter(counter::ACTS)?,
            head: get(HEAD)?.map(|head| hex(&head)).unwrap_or_default(),
        })
    }

    /// What was written is on the disk when this returns.
    fn durable(&self) -> Result<(), StoreError> {
        self.db.flush().map_err(of_sled)?;
        rustix::fs::syncfs(&self.folder).map_err(|error| StoreError::of_io(&error.into()))
    }

    fn transact_alone(&self, act: &mut dyn FnMut(&dyn Pages) -> Result<(), StoreError>) -> Result<(), StoreError> {
        let _held = self.committer.lock().unwrap_or_else(PoisonError::into_inner);
        require_room(&self.folder)?;
        // sled asks for a closure that can run again, and has no way to hand one that changes something.
        let act = RefCell::new(act);
        surviving(|| {
            let done = self.pages.transaction(|tree| {
                let open = Open { tree, unfinished: Cell::default() };
                let acted = (act.borrow_mut())(&open);
                // What sled could not do comes before what the act made of it.
                if let Some(error) = open.unfinished.take() {
                    return Err(error.into());
                }
                acted.map_err(ConflictableTransactionError::Abort)
            });
            done.map_err(|error| match error {
                TransactionError::Abort(error) => error,
                TransactionError::Storage(error) => of_sled(error),
            })?;
            self.durable()?;
            self.high_water()?.write(&self.path)
        })
    }
}

impl Ledger for SledStore {
    fn transact(&self, act: &mut dyn FnMut(&dyn Pages) -> Result<(), StoreError>) -> Result<(), StoreError> {
        let done = self.transact_alone(act);
        // What an act refuses is no failure of the disk.
        self.failed.store(matches!(done, Err(StoreError::Unwritable(_))), Ordering::Relaxed);
        done
    }

    fn room(&self) -> Result<(), StoreError> {
        require_room(&self.folder)?;
        if self.failed.load(Ordering::Relaxed) { Err(StoreError::Unwritable("store".to_owned())) } else { Ok(()) }
    }

    fn page(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        surviving(|| Ok(self.pages.get(key).map_err(of_sled)?.map(|value| value.to_vec())))
    }

    fn range(&self, from: &[u8], until: &[u8], most: usize) -> Result<Vec<Page>, StoreError> {
        if from >= until {
            return Ok(Vec::new());
        }
        surviving(|| {
            let page = |entry: sled::Result<(IVec, IVec)>| {
                let (key, value) = entry.map_err(of_sled)?;
                Ok((key.to_vec(), value.to_vec()))
            };
            self.pages.range(from..until).take(most).map(page).collect()
        })
    }

    fn still(&self, look: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<(), StoreError> {
        let _held = self.committer.lock().unwrap_or_else(PoisonError::into_inner);
        look()
    }

    fn is_beside(&self, key: &[u8], sealed: &[u8]) -> bool {
        key == SCHEMA_KEY && sealed == SCHEMA
    }
}

/// The pages inside a transaction.
struct Open<'t> {
    tree: &'t TransactionalTree,
    /// What sled said when it could not go on.
    unfinished: Cell<Option<UnabortableTransactionError>>,
}

impl Open<'_> {
    fn of<T>(&self, result: Result<T, UnabortableTransactionError>) -> Result<T, StoreError> {
        result.map_err(|error| {
            self.unfinished.set(Some(error));
            StoreError::Damaged("store".to_owned())
        })
    }
}

impl Pages for Open<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.of(self.tree.get(key))?.map(|value| value.to_vec()))
    }

    fn put(&self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.of(self.tree.insert(key, value)).map(drop)
    }

    fn remove(&self, key: &[u8]) -> Result<(), StoreError> {
        self.of(self.tree.remove(key)).map(drop)
    }
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
