//! Stores that were written by an earlier version: they are written anew where that can be done, worked with where it cannot, and never guessed at.

use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::Path;
use std::time::Duration;

use skillpass::store::StoreError;
use skillpass::store::ledger::Ledger;
use skillpass::store::sled_store::SledStore;

use crate::common::disk::Disk;
use crate::common::shared::is_required;

/// 524,288 bytes: sled's own segments, which were used before.
const EARLIER_SEGMENT_BYTES: usize = 512 * 1024;
/// 65,536 bytes: the longest that a page may be.
const PAGE_BYTES: usize = 64 * 1024;
const PAGES: u8 = 40;

/// As an earlier version wrote it, but for its mark, which the first opening makes.
fn earlier(path: &Path) {
    let store = sled::Config::new().path(path).segment_size(EARLIER_SEGMENT_BYTES).open().unwrap();
    let pages = store.open_tree("pages").unwrap();
    pages.insert("schema", "skillpass-store-4").unwrap();
    for key in 0..PAGES {
        pages.insert([key], vec![key; PAGE_BYTES]).unwrap();
    }
    store.flush().unwrap();
}

/// Opens what was closed a moment ago: sled's own threads may hold it still.
fn open(path: &Path) -> Result<SledStore, StoreError> {
    for _ in 0..100 {
        match SledStore::open(path) {
            Err(StoreError::Locked) => std::thread::sleep(Duration::from_millis(50)),
            opened => return opened,
        }
    }
    SledStore::open(path)
}

fn is_earlier(path: &Path) -> bool {
    // A check value comes before the words.
    let settings = std::fs::read(path.join("conf")).unwrap();
    String::from_utf8_lossy(&settings).contains(&format!("segment_size: {EARLIER_SEGMENT_BYTES}\n"))
}

/// It is whole, and takes another page.
fn works(store: &SledStore) {
    let kept = store.range(&[0], &[PAGES], 99).unwrap();
    assert!(kept.len() == usize::from(PAGES) && kept.iter().all(|(key, value)| value == &vec![key[0]; PAGE_BYTES]));
    store.transact(&mut |pages| pages.put(b"later", b"kept")).unwrap();
    assert_eq!(store.page(b"later").unwrap().as_deref(), Some(&b"kept"[..]));
}

#[test]
fn without_room_it_is_worked_with_as_it_is_and_written_anew_once_there_is() {
    let place = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::mount(place.path(), 160) else { return };
    let path = place.path().join("store");
    earlier(&path);
    // Room to work, and not to write 2.5 MB once more.
    disk.fill(68 * 1024 * 1024);
    works(&open(&path).unwrap());
    assert!(is_earlier(&path) && !path.with_extension("swept").exists());
    disk.empty();
    works(&open(&path).unwrap());
    assert!(!is_earlier(&path) && !path.with_extension("swept").exists());
    works(&open(&path).unwrap());
}

/// A volume of its own, as containers have them, changes names with nothing.
#[test]
fn where_folders_cannot_change_names_it_is_worked_with_as_it_is() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("store");
    let Some(_volume) = Disk::mount(&path, 160) else { return };
    earlier(&path);
    for _ in 0..2 {
        works(&open(&path).unwrap());
        assert!(is_earlier(&path) && !path.with_extension("swept").exists());
    }
}

#[test]
fn settings_that_are_gone_are_damage_and_are_never_guessed() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("store");
    earlier(&path);
    let conf = path.join("conf");
    let of_before = std::fs::read(&conf).unwrap();
    works(&open(&path).unwrap());
    let of_now = std::fs::read(&conf).unwrap();
    assert_ne!(of_before, of_now, "it was written anew");
    let is_damage = || matches!(open(&path), Err(StoreError::Damaged(_)));
    std::fs::write(&conf, b"").unwrap();
    assert!(is_damage());
    std::fs::remove_file(&conf).unwrap();
    assert!(is_damage() && !conf.exists());
    // And those of another store are refused, not followed.
    std::fs::write(&conf, of_before).unwrap();
    assert!(is_damage());
    // Nothing was done to it meanwhile.
    std::fs::write(&conf, of_now).unwrap();
    works(&open(&path).unwrap());
}

#[test]
fn what_an_administrator_wrote_anew_is_still_its_owners() {
    /// Nobody in particular.
    const OWNER: u32 = 65_534;
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("store");
    earlier(&path);
    let files = || {
        let within = std::fs::read_dir(&path).unwrap().map(|file| file.unwrap().path());
        within.chain([path.clone()]).collect::<Vec<_>>()
    };
    if files().iter().any(|file| chown(file, Some(OWNER), Some(OWNER)).is_err()) {
        assert!(!is_required(), "SKILLPASS_REQUIRE=1, and this user cannot give files away");
        eprintln!("NOT RUN: only root gives files to somebody else");
        return;
    }
    works(&open(&path).unwrap());
    assert!(!is_earlier(&path));
    for file in files() {
        let of = std::fs::metadata(&file).unwrap();
        assert_eq!((of.uid(), of.gid()), (OWNER, OWNER), "{}", file.display());
    }
}
