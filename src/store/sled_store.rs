//! The embedded store. sled's own `flush` is not enough: on Linux it is `sync_file_range`, which a power cut undoes (design §8). So
//! every acknowledgement waits for `syncfs` too, nothing grows to where sled keeps it outside its log, each record carries its own check value,
//! a mark beside the store says how far it had come, and it is not written to when the disk is nearly full.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Once, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use sled::IVec;
use sled::transaction::{
    ConflictableTransactionError, TransactionError, TransactionalTree, UnabortableTransactionError,
};

use super::StoreError;
use super::files::{Readers, write_whole};
use super::high_water::HighWater;
use super::ledger::{HEAD, Ledger, Page, Pages, Shelf, VALUE_BYTES, counter, counter_of, hex, unseal};

/// 8,388,608 bytes: sled writes its log in segments of so many. A node of its tree that has a quarter of that (sled 0.34.7, pagecache/logger.rs,
/// `MINIMUM_ITEMS_PER_SEGMENT`) it keeps in a file of its own, under `blobs/`, which nothing brings to the disk before the log that speaks of it:
/// after a power cut in between sled passes over what such a file held, and half an act is there. It also writes such a file under the path that
/// the folder had when it was opened. So no node may ever have as much.
const SEGMENT_BYTES: usize = 8 * 1024 * 1024;
/// 20 pages are the most that a node has: it is split beyond 16, and one with fewer than 4 is put to its neighbour (node.rs, `should_split` and
/// `should_merge`).
const NODE_PAGES: usize = 20;
const _: () = assert!(NODE_PAGES * VALUE_BYTES < SEGMENT_BYTES / 4);
/// 524,288 bytes: sled's own, in which stores were written before. Such a store is written anew.
const EARLIER_SEGMENT_BYTES: usize = 512 * 1024;
/// 8 bytes and fewer: sled takes such a file of settings for none (sled 0.34.7, config.rs, `read_config`).
const NO_SETTINGS_BYTES: u64 = 8;
/// 67,108,864 bytes free beside what an act writes: sled's buffers, snapshots and segments in use. sled takes no write, and does not even open,
/// once it has met a full disk (storage.md §2), so it is kept from meeting one.
const FREE_BYTES: u64 = 64 * 1024 * 1024;
/// 6 times what is written of an act's pages comes to the disk: a batch is written 5.6 to 5.9 times over (storage.md §1, sled).
const WRITTEN_TIMES: u64 = 6;
/// The layout of the pages.
const SCHEMA: &[u8] = b"skillpass-store-4";
/// Beside all shelves.
const SCHEMA_KEY: &[u8] = b"schema";
/// Ours, and sled's own default tree.
const OUR_TREES: usize = 2;

/// 1,000 pages are copied at a time when the store is swept: a megabyte or two.
const COPIED: usize = 1_000;
/// Twice as many bytes as the pages have come to the disk when they are written in their order: 3.3 KB for 2 KB (storage.md §1).
const COPIED_TIMES: u64 = 2;
/// 100 times 20 milliseconds are waited until sled's own threads have let go of files that were closed.
const LET_GO: (u32, Duration) = (100, Duration::from_millis(20));

/// A store in a folder.
#[derive(Debug)]
pub struct SledStore {
    /// Others take their place when the store is swept.
    files: RwLock<Arc<Files>>,
    path: PathBuf,
    /// One act at a time: transaction, flush and mark belong together (storage.md §6, one committer).
    committer: Mutex<()>,
    /// Whether the disk failed in the last act.
    failed: AtomicBool,
    /// What the disk said when it would not take what was written. Linux says it once and forgets (fsync(2), "Errors"), and sled does not hear of
    /// it: later acts, and later answers, would stand on pages that are perhaps nowhere. Whoever opens the store anew would read them out of memory
    /// all the same, so [`unsure`] stands beside it, and it is written anew before it answers.
    unsure: OnceLock<String>,
}

/// sled's files in one folder, open and locked.
#[derive(Debug)]
struct Files {
    db: sled::Db,
    /// Every page, see [`super::ledger`].
    pages: sled::Tree,
    folder: File,
    /// How its log is written: [`SEGMENT_BYTES`], or as before.
    segment_bytes: usize,
    /// Brings to the disk whatever was written to its file system.
    sync: fn(&File) -> rustix::io::Result<()>,
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
        // sled takes settings that are gone or empty for none at all, and would read the log by others than it was written by. A store without a
        // mark was never whole: its settings may not have come to the disk before the power went, and it is made anew by those of now.
        let length = |name: &str| std::fs::metadata(path.join(name)).map_or(0, |file| file.len());
        if HighWater::path(path).exists() && length("db") > 0 && length("conf") <= NO_SETTINGS_BYTES {
            return Err(damaged());
        }
        let files = Files::open(path)
            .map_err(|error| if matches!(error, StoreError::Damaged(_)) { damaged() } else { error })?;
        surviving(|| {
            let schema = files.pages.get(SCHEMA_KEY).map_err(of_sled)?;
            match schema {
                None if files.pages.is_empty() && mark == HighWater::default() => {
                    // A store of an earlier layout has its pages elsewhere.
                    if files.db.tree_names().len() > OUR_TREES {
                        return Err(damaged());
                    }
                    files.pages.insert(SCHEMA_KEY, SCHEMA).map_err(of_sled)?;
                    files.durable()?;
                    files.high_water()?.write(path)
                }
                // Behind its mark, or without one though something is in it: thrown back, or half restored.
                Some(schema) if schema == SCHEMA => {
                    let here = files.high_water()?;
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
        // A sweep that was stopped leaves what it came from, or half of what it came to; the store itself is whole either way.
        clear(&beside(path))?;
        let earlier = files.segment_bytes != SEGMENT_BYTES;
        let store = Self {
            files: RwLock::new(Arc::new(files)),
            path: path.to_owned(),
            committer: Mutex::new(()),
            failed: AtomicBool::new(false),
            unsure: OnceLock::new(),
        };
        if unsure(path).exists() {
            store.rewrite_alone()?;
            std::fs::remove_file(unsure(path)).map_err(|error| StoreError::of_io(&error))?;
        } else if earlier {
            // Where that cannot be done (no room, a file system without the exchange, a page that cannot be read) it goes on as it was, and the
            // next opening tries again.
            if let Err(error @ StoreError::Unsure(_)) = store.rewrite_alone() {
                return Err(error);
            }
        }
        Ok(store)
    }

    fn files(&self) -> Result<Arc<Files>, StoreError> {
        match self.unsure.get() {
            Some(error) => Err(StoreError::Unsure(error.clone())),
            None => Ok(Arc::clone(&self.files.read().unwrap_or_else(PoisonError::into_inner))),
        }
    }

    /// What was written is on the disk when this returns, or nobody can say so ever after.
    fn durable(&self, files: &Files) -> Result<(), StoreError> {
        surviving(|| files.durable()).map_err(|error| {
            let said = match error {
                StoreError::Unwritable(error) | StoreError::Damaged(error) => error,
                other => format!("{other:?}"),
            };
            // Where it cannot be written either, the words say to start the computer anew: then nothing is read that is not on the disk.
            drop(write_whole(&unsure(&self.path), b"", Readers::Owner));
            StoreError::Unsure(self.unsure.get_or_init(|| said).clone())
        })
    }

    /// Writes every page anew beside the store, and puts that in its place. Nobody changes anything meanwhile; whoever reads goes on.
    ///
    /// ```text
    /// DIR/store          the store, locked          1. store.swept is written, flushed, closed, opened again and compared: the same pages
    /// DIR/store.swept    its copy, locked too       2. the two change names, in one step (renameat2, RENAME_EXCHANGE)
    /// DIR/store.mark     how far it had come        3. syncfs: the exchange is durable before anything more is acknowledged
    ///                                               4. store.swept, which is the old one now, is taken away
    /// ```
    /// Each of the two holds everything that was ever acknowledged, so a power cut at any moment leaves a whole store of that name; and both
    /// are locked throughout, so no other process finds either of them free.
    fn rewrite_alone(&self) -> Result<(), StoreError> {
        let _held = self.committer.lock().unwrap_or_else(PoisonError::into_inner);
        let (old, at) = (self.files()?, beside(&self.path));
        let swept = surviving(|| old.copied_to(&at)).and_then(|new| {
            exchange(&at, &self.path)?;
            Ok(new)
        });
        let new = match swept {
            Ok(new) => Arc::new(new),
            Err(error) => {
                drop(clear(&at));
                return Err(error);
            }
        };
        *self.files.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&new);
        self.durable(&new)?;
        drop(old);
        clear(&at)?;
        // Last of all: whoever is stopped before does it once more than needed.
        match std::fs::remove_file(unswept(&self.path)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(StoreError::of_io(&error)),
            _ => Ok(()),
        }
    }
}

impl Files {
    fn open(path: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(path).map_err(|error| StoreError::of_io(&error))?;
        let folder = File::open(path).map_err(|error| StoreError::of_io(&error))?;
        // By its folder and not by its name: sled reads its settings before it locks its log, and the two may not be of two stores that change names.
        if flock(&folder, FlockOperation::NonBlockingLockExclusive) == Err(rustix::io::Errno::WOULDBLOCK) {
            return Err(StoreError::Locked);
        }
        require_room(&folder, 0)?;
        surviving(|| {
            let open = |segment_bytes| {
                let config = sled::Config::new().path(path).cache_capacity(64 << 20).segment_size(segment_bytes);
                config.open().map(|db| (db, segment_bytes))
            };
            let opened = match open(SEGMENT_BYTES) {
                // Said before anything is locked or read.
                Err(sled::Error::Unsupported(_)) => open(EARLIER_SEGMENT_BYTES),
                opened => opened,
            };
            let (db, segment_bytes) = opened.map_err(of_sled)?;
            let pages = db.open_tree("pages").map_err(of_sled)?;
            Ok(Self { db, pages, folder, segment_bytes, sync: |folder| rustix::fs::syncfs(folder) })
        })
    }

    /// The same pages in files that nothing else was ever written to. They are on the disk, and read back, when this returns.
    fn copied_to(&self, path: &Path) -> Result<Self, StoreError> {
        clear(path)?;
        let mut bytes = 0_u64;
        for page in &self.pages {
            let (key, value) = page.map_err(of_sled)?;
            bytes = bytes.saturating_add((key.len() + value.len()) as u64);
        }
        require_room(&self.folder, bytes.saturating_mul(COPIED_TIMES))?;
        let copy = Self::open(path)?;
        let mut from = self.pages.iter();
        loop {
            let mut batch = sled::Batch::default();
            let mut count = 0;
            for page in from.by_ref().take(COPIED) {
                let (key, value) = page.map_err(of_sled)?;
                batch.insert(key, value);
                count += 1;
            }
            if count == 0 {
                break;
            }
            // Others write to this disk too.
            require_room(&self.folder, 0)?;
            copy.pages.apply_batch(batch).map_err(of_sled)?;
        }
        copy.durable()?;
        drop(copy);
        let copy = Self::open_again(path)?;
        let (mut one, mut other) = (self.pages.iter(), copy.pages.iter());
        loop {
            match (one.next().transpose().map_err(of_sled)?, other.next().transpose().map_err(of_sled)?) {
                (None, None) => break,
                (one, other) if one == other => {}
                _ => return Err(StoreError::Damaged(path.display().to_string())),
            }
        }
        give(path, &self.folder)?;
        copy.durable()?;
        Ok(copy)
    }

    /// Opens what was closed a moment ago.
    fn open_again(path: &Path) -> Result<Self, StoreError> {
        let (tries, each) = LET_GO;
        for _ in 0..tries {
            match Self::open(path) {
                Err(StoreError::Locked) => std::thread::sleep(each),
                opened => return opened,
            }
        }
        Self::open(path)
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
        (self.sync)(&self.folder).map_err(|error| StoreError::of_io(&error.into()))
    }
}

impl SledStore {
    /// What an act refuses is no failure of the disk.
    fn noting_failure(&self, done: Result<(), StoreError>) -> Result<(), StoreError> {
        self.failed.store(matches!(done, Err(StoreError::Unwritable(_))), Ordering::Relaxed);
        done
    }

    fn transact_alone(
        &self,
        act: &mut dyn FnMut(&dyn Pages) -> Result<(), StoreError>,
        forgets: bool,
    ) -> Result<(), StoreError> {
        let _held = self.committer.lock().unwrap_or_else(PoisonError::into_inner);
        let files = self.files()?;
        require_room(&files.folder, 0)?;
        // While the committer is held, as the store is written anew: neither comes between the other's two steps.
        if forgets && !unswept(&self.path).exists() {
            write_whole(&unswept(&self.path), b"", Readers::Owner).map_err(|error| StoreError::of_io(&error))?;
        }
        // sled asks for a closure that can run again, and has no way to hand one that changes something.
        let act = RefCell::new(act);
        surviving(|| {
            let done = files.pages.transaction(|tree| {
                let open = Open { tree, unfinished: Cell::default(), bytes: Cell::default() };
                let acted = (act.borrow_mut())(&open);
                // What sled could not do comes before what the act made of it.
                if let Some(error) = open.unfinished.take() {
                    return Err(error.into());
                }
                // Known now, and not yet begun with: what there is no room for is not written at all.
                let acted = acted.and_then(|()| {
                    let bytes = open.bytes.get().saturating_mul(WRITTEN_TIMES);
                    require_room(&files.folder, bytes)
                });
                acted.map_err(ConflictableTransactionError::Abort)
            });
            done.map_err(|error| match error {
                TransactionError::Abort(error) => error,
                TransactionError::Storage(error) => of_sled(error),
            })?;
            self.durable(&files)?;
            files.high_water()?.write(&self.path)
        })
    }
}

impl Ledger for SledStore {
    fn transact(&self, act: &mut dyn FnMut(&dyn Pages) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.noting_failure(self.transact_alone(act, false))
    }

    fn room(&self) -> Result<(), StoreError> {
        require_room(&self.files()?.folder, 0)?;
        if self.failed.load(Ordering::Relaxed) { Err(StoreError::Unwritable("store".to_owned())) } else { Ok(()) }
    }

    fn page(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        surviving(|| Ok(self.files()?.pages.get(key).map_err(of_sled)?.map(|value| value.to_vec())))
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
            self.files()?.pages.range(from..until).take(most).map(page).collect()
        })
    }

    fn still(&self, look: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<(), StoreError> {
        let _held = self.committer.lock().unwrap_or_else(PoisonError::into_inner);
        look()
    }

    fn transact_forgetting(&self, act: &mut dyn FnMut(&dyn Pages) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.noting_failure(self.transact_alone(act, true))
    }

    fn has_forgotten(&self) -> Result<bool, StoreError> {
        Ok(unswept(&self.path).exists())
    }

    fn rewrite(&self) -> Result<(), StoreError> {
        self.rewrite_alone()
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
    /// Bytes of the pages that are to be written.
    bytes: Cell<u64>,
}

impl Open<'_> {
    fn of<T>(&self, result: Result<T, UnabortableTransactionError>) -> Result<T, StoreError> {
        result.map_err(|error| {
            self.unfinished.set(Some(error));
            StoreError::Damaged("store".to_owned())
        })
    }

    fn weigh(&self, bytes: usize) {
        self.bytes.set(self.bytes.get().saturating_add(bytes as u64));
    }
}

impl Pages for Open<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.of(self.tree.get(key))?.map(|value| value.to_vec()))
    }

    fn put(&self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.weigh(key.len() + value.len());
        self.of(self.tree.insert(key, value)).map(drop)
    }

    fn remove(&self, key: &[u8]) -> Result<(), StoreError> {
        self.weigh(key.len());
        self.of(self.tree.remove(key)).map(drop)
    }
}

/// Where the store is written anew: `store.swept` beside `store/`.
fn beside(store: &Path) -> PathBuf {
    store.with_extension("swept")
}

/// Where it stands that the store is to be written anew: `store.unswept` beside `store/`. It speaks of the files and not of what is kept in them,
/// and so is no page.
fn unswept(store: &Path) -> PathBuf {
    store.with_extension("unswept")
}

/// Where it stands that the disk failed: `store.unsure` beside `store/`.
fn unsure(store: &Path) -> PathBuf {
    store.with_extension("unsure")
}

/// Takes a folder away, if it is there.
fn clear(path: &Path) -> Result<(), StoreError> {
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(StoreError::of_io(&error)),
        _ => Ok(()),
    }
}

/// Whoever owns the store owns its copy: an administrator may have had it written, for somebody who could not open it then.
fn give(copy: &Path, store: &File) -> Result<(), StoreError> {
    let given = || {
        let owner = store.metadata()?;
        let mine = std::fs::metadata(copy)?;
        if (owner.uid(), owner.gid()) == (mine.uid(), mine.gid()) {
            return Ok(());
        }
        let files = std::fs::read_dir(copy)?.map(|file| file.map(|file| file.path()));
        files.chain([Ok(copy.to_owned())]).try_for_each(|file| chown(file?, Some(owner.uid()), Some(owner.gid())))
    };
    given().map_err(|error: std::io::Error| StoreError::of_io(&error))
}

/// Has two folders change names, in one step or not at all.
fn exchange(one: &Path, other: &Path) -> Result<(), StoreError> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).map_err(|error| StoreError::of_io(&error.into()))
}

/// Whether so many bytes can be written, beside what is kept free.
fn require_room(folder: &File, bytes: u64) -> Result<(), StoreError> {
    let disk = rustix::fs::fstatvfs(folder).map_err(|error| StoreError::of_io(&error.into()))?;
    let needed = FREE_BYTES.saturating_add(bytes);
    // A file system that counts nothing says nothing.
    let full = disk.f_blocks > 0 && disk.f_bavail.saturating_mul(disk.f_frsize) < needed;
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    /// A disk that fails once, and from then on says that all is well, as Linux does.
    static LEFT: AtomicUsize = AtomicUsize::new(0);

    fn fails_once(_: &File) -> rustix::io::Result<()> {
        let left = LEFT.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if left == Ok(1) { Err(rustix::io::Errno::IO) } else { Ok(()) }
    }

    #[test]
    fn after_the_disk_failed_once_nothing_is_acknowledged_until_the_store_is_opened_anew() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("store");
        let mut store = SledStore::open(&path).unwrap();
        let put = |store: &SledStore, key: &[u8]| store.transact(&mut |pages| pages.put(key, b"kept"));
        put(&store, b"first").unwrap();
        let files = Arc::get_mut(store.files.get_mut().unwrap()).unwrap();
        files.sync = fails_once;
        LEFT.store(1, Ordering::SeqCst);
        let unsure = |done: Result<(), StoreError>| matches!(done, Err(StoreError::Unsure(_)));
        assert!(unsure(put(&store, b"second")));
        // The same again would find it there and say so; so would whoever only looks. And the disk complains no more.
        assert_eq!(fails_once(&File::open(place.path()).unwrap()), Ok(()));
        assert!(unsure(put(&store, b"second")) && unsure(put(&store, b"third")));
        assert!(unsure(store.page(b"second").map(drop)) && unsure(store.range(b"a", b"z", 9).map(drop)));
        assert!(unsure(store.room()) && unsure(store.rewrite()));
        drop(store);
        // What the kernel's memory still has of it is written to files that nothing failed to be written to, before anything is answered.
        let identity = || std::os::unix::fs::MetadataExt::ino(&std::fs::metadata(&path).unwrap());
        let before = identity();
        assert!(super::unsure(&path).exists());
        let store = SledStore::open(&path).unwrap();
        assert!(identity() != before && !super::unsure(&path).exists());
        put(&store, b"third").unwrap();
        assert_eq!(store.page(b"second").unwrap().as_deref(), Some(&b"kept"[..]));
        assert_eq!(store.page(b"first").unwrap().as_deref(), Some(&b"kept"[..]));
        assert_eq!(store.room(), Ok(()));
    }

    /// Pages in an order that puts long ones beside each other: each leaf of the tree has as many bytes as it can have.
    fn long_pages(store: &SledStore) -> Vec<[u8; 2]> {
        let keys: Vec<[u8; 2]> = (0..200_u16).map(u16::to_be_bytes).collect();
        for some in keys.chunks(10) {
            let put = |pages: &dyn Pages| some.iter().try_for_each(|key| pages.put(key, &vec![key[1]; VALUE_BYTES]));
            store.transact(&mut |pages| put(pages)).unwrap();
        }
        keys
    }

    /// Opens what was closed a moment ago: sled's own threads may hold it still.
    fn opened(path: &Path) -> SledStore {
        for _ in 0..100 {
            match SledStore::open(path) {
                Err(StoreError::Locked) => std::thread::sleep(Duration::from_millis(50)),
                opened => return opened.unwrap(),
            }
        }
        panic!("it is locked");
    }

    fn blobs(path: &Path) -> usize {
        std::fs::read_dir(path.join("blobs")).unwrap().count()
    }

    #[test]
    fn nothing_is_kept_outside_the_log_where_no_sync_reaches_it_in_time() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("store");
        let store = SledStore::open(&path).unwrap();
        let keys = long_pages(&store);
        assert_eq!(blobs(&path), 0);
        // Changed one by one, and most of them taken away: nodes are written whole, split, and put together.
        for key in &keys {
            store.transact(&mut |pages| pages.put(key, &vec![0xee; VALUE_BYTES])).unwrap();
        }
        for key in keys.iter().filter(|key| key[1] % 7 != 0) {
            store.transact(&mut |pages| pages.remove(key)).unwrap();
        }
        assert_eq!(blobs(&path), 0);
        drop(store);
        let store = opened(&path);
        assert_eq!(store.range(&keys[0], &[1, 0], 999).unwrap().len(), 29);
        assert_eq!(blobs(&path), 0);
    }

    #[test]
    fn a_store_whose_log_has_the_earlier_segments_is_written_anew() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("store");
        {
            let config = sled::Config::new().path(&path).segment_size(EARLIER_SEGMENT_BYTES);
            let earlier = config.open().unwrap();
            let pages = earlier.open_tree("pages").unwrap();
            pages.insert(SCHEMA_KEY, SCHEMA).unwrap();
            for key in 0..40_u8 {
                pages.insert([key], vec![key; VALUE_BYTES]).unwrap();
            }
            earlier.flush().unwrap();
        }
        assert!(blobs(&path) > 0, "what was before has what is to be mended");
        let (from, until) = ([0], [40]);
        for _ in 0..2 {
            let store = opened(&path);
            assert_eq!(blobs(&path), 0);
            let kept = store.range(&from, &until, 99).unwrap();
            assert!(kept.len() == 40 && kept.iter().all(|(key, value)| value == &vec![key[0]; VALUE_BYTES]));
            store.transact(&mut |pages| pages.put(b"later", b"kept")).unwrap();
        }
        assert!(!beside(&path).exists());
    }
}
