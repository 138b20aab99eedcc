//! The disk fills up in the middle of a batch: nothing that was acknowledged is lost, everybody is told what to do, and signing goes on.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use serde_json::json;
use skillpass::store::acts::Hand;
use skillpass::store::audit::audit;
use skillpass::store::award::{Award, AwardState, Content, Facts};
use skillpass::store::ledger::{Ledger, Page, Pages};
use skillpass::store::memory::MemoryStore;
use skillpass::store::release::{Batch, BatchState};
use skillpass::store::sled_store::SledStore;
use skillpass::store::staff::{Member, Role, Standing};
use skillpass::store::{Store, StoreError};

use super::{Answer, GIN, MORNING, Town, many, people};
use crate::common::disk::Disk;

/// 192 MB: three times what a store wants free.
const MEGABYTES: u32 = 192;
/// 32 MB: half of what a store wants free.
const LEFT: u64 = 32 * 1024 * 1024;

/// A store whose disk somebody else fills when it has been written to so many times more.
struct Filling {
    pages: SledStore,
    disk: Arc<Disk>,
    left: AtomicI64,
}

impl Ledger for Filling {
    fn transact(&self, act: &mut dyn FnMut(&dyn Pages) -> Result<(), StoreError>) -> Result<(), StoreError> {
        if self.left.fetch_sub(1, Ordering::SeqCst) == 0 {
            self.disk.fill(LEFT);
        }
        self.pages.transact(act)
    }

    fn page(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.pages.page(key)
    }

    fn range(&self, from: &[u8], until: &[u8], most: usize) -> Result<Vec<Page>, StoreError> {
        self.pages.range(from, until, most)
    }

    fn is_beside(&self, key: &[u8], sealed: &[u8]) -> bool {
        self.pages.is_beside(key, sealed)
    }

    fn room(&self) -> Result<(), StoreError> {
        self.pages.room()
    }
}

async fn healthz(town: &Town) -> Answer {
    town.visitor().ask("GET", "/healthz", &[], Body::empty()).await
}

/// A memory that fails as it is told to.
#[derive(Default)]
struct Ailing {
    pages: MemoryStore,
    failing: Mutex<Option<StoreError>>,
}

impl Ledger for Ailing {
    fn transact(&self, act: &mut dyn FnMut(&dyn Pages) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.pages.transact(act)
    }

    fn page(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match &*self.failing.lock().unwrap() {
            Some(error @ StoreError::Damaged(_)) => Err(error.clone()),
            _ => self.pages.page(key),
        }
    }

    fn range(&self, from: &[u8], until: &[u8], most: usize) -> Result<Vec<Page>, StoreError> {
        self.pages.range(from, until, most)
    }

    fn room(&self) -> Result<(), StoreError> {
        self.failing.lock().unwrap().clone().map_or(Ok(()), Err)
    }
}

/// A server that cannot work says so where it is asked, until it can.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_store_fails_is_not_ready() {
    let store = Arc::new(Ailing::default());
    let town = Town::with(&["formar"], false, |_| Arc::clone(&store) as Arc<dyn Store>);
    assert_eq!(healthz(&town).await.is(200).text, "ok");
    for (error, code) in [
        (StoreError::Full, "disk-full"),
        (StoreError::Unwritable("pulled out".to_owned()), "store-failed"),
        (StoreError::Damaged("store".to_owned()), "store-failed"),
    ] {
        *store.failing.lock().unwrap() = Some(error);
        healthz(&town).await.refused(503, code);
    }
    *store.failing.lock().unwrap() = None;
    healthz(&town).await.is(200);
}

/// The largest acts need more room than the least that is kept free: what there is no room for is refused before it begins, smaller things still
/// go in, and the disk is never met full.
#[test]
fn a_batch_for_which_there_is_no_room_is_not_begun() {
    /// 300 rows of 60,000 bytes each: 18 MB, written six times over.
    const ROWS: usize = 300;
    const ROW: usize = 60_000;
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::mount(&folder.path().join("disk"), 700) else { return };
    let store = SledStore::open(&folder.path().join("disk/store")).unwrap();
    let by = Hand { who: "m".to_owned(), at: MORNING.to_owned() };
    let roles = BTreeSet::from([Role::Administrator, Role::Clerk]);
    let staff = |version| Member {
        id: "m".to_owned(),
        login: "m".to_owned(),
        name: "M".to_owned(),
        roles: roles.clone(),
        password: None,
        invitation: None,
        standing: Standing::Active,
        waits: None,
        version,
    };
    store.keep_member(&staff(0), &by).unwrap();
    let row = |number: usize| {
        let content = Content {
            salt: number.to_string(),
            row: format!("{number}{}", "x".repeat(ROW)),
            words: vec!["x".to_owned()],
            came: None,
        };
        Award {
            id: format!("a{number:03}"),
            achievement: GIN.to_owned(),
            hash: content.hash(),
            content: Some(content),
            facts: Facts {
                month: "2026-03".to_owned(),
                kind: "module-completion".to_owned(),
                sex: None,
                isco: None,
                person: number.to_string(),
            },
            state: AwardState::Open,
            serials: Vec::new(),
            by: by.clone(),
            touched_by: BTreeSet::from(["m".to_owned()]),
            assessed_by: BTreeSet::new(),
            version: 0,
        }
    };
    let rows: Vec<Award> = (0..ROWS).map(row).collect();
    for some in rows.chunks(50) {
        assert_eq!(store.enrol(some, &by), Ok(some.len()));
    }
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let batch = Batch {
        id: "b".to_owned(),
        achievement: GIN.to_owned(),
        count: 0,
        digest: String::new(),
        rows: String::new(),
        touched_by: BTreeSet::new(),
        proposed: by.clone(),
        decided: None,
        note: String::new(),
        state: BatchState::Proposed,
        signed: 0,
        rebinding: None,
    };
    let (acts, open) = (store.acts_size(), || store.awards_in(&AwardState::Open, GIN, "", usize::MAX).unwrap().len());
    // Room for any act that is small, and for a fraction of this one.
    disk.fill(96 * 1024 * 1024);
    assert_eq!(store.propose(&batch, &ids, &by), Err(StoreError::Full));
    assert_eq!((store.acts_size(), open(), store.batch("b")), (acts, ROWS, Ok(None)), "nothing of it was done");
    assert_eq!(store.ready(), Ok(()), "and nothing is broken");
    store.keep_member(&staff(1), &by).unwrap();
    store.propose(&Batch { id: "small".to_owned(), ..batch.clone() }, &ids[..3], &by).unwrap();
    disk.empty();
    assert_eq!(store.propose(&batch, &ids[3..], &by).map(|batch| batch.count), Ok(297));
    assert_eq!((open(), audit(&store, &mut |_, _| {}, &|_| {}).unwrap().findings), (0, Vec::new()));

    // Nor is the store written anew where there is no room for two of it; as it was, it is worked with.
    let gone = row(ROWS);
    store.enrol(std::slice::from_ref(&gone), &by).unwrap();
    store.erase(&[&gone.id], &by).unwrap();
    disk.fill(92 * 1024 * 1024);
    assert_eq!((store.sweep(), store.is_unswept()), (Err(StoreError::Full), Ok(true)));
    assert!(!folder.path().join("disk/store.swept").exists());
    store.keep_member(&staff(2), &by).unwrap();
    disk.empty();
    assert_eq!((store.sweep(), store.is_unswept(), store.sweep()), (Ok(true), Ok(false), Ok(false)));
    store.keep_member(&staff(3), &by).unwrap();
    assert_eq!(audit(&store, &mut |_, _| {}, &|_| {}).unwrap().findings, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fills_up_in_the_middle_of_a_batch() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::mount(&folder.path().join("disk"), MEGABYTES) else { return };
    let disk = Arc::new(disk);
    let path = folder.path().join("disk/store");
    let pages = SledStore::open(&path).unwrap();
    let store = Arc::new(Filling { pages, disk: Arc::clone(&disk), left: AtomicI64::new(i64::MAX / 2) });
    let town = Town::with(&["formar"], false, |_| Arc::clone(&store) as Arc<dyn Store>);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    clerk.import("achievement=GIN", "k", "", &many(700)).await.is(200);
    let batch = clerk.propose("GIN", json!("all"), "b").await.is(201).body;
    let id = batch["id"].as_str().unwrap();
    assert_eq!(batch["stopped"], json!(null));

    // The decision, places for 256 and their certificates; then somebody fills the disk.
    store.left.store(3, Ordering::SeqCst);
    let release = json!({"digest": batch["digest"], "passphrase": town.keys[0]});
    sol.post(&format!("batches/{id}/release"), &release).await.is(202);
    let stopped = sol.settled(id).await;
    assert_eq!((&stopped["state"], &stopped["signed"]), (&json!("released"), &json!(256)));
    // What stands in the way is said, and what to do about it, to whoever looks at the batch and in their language.
    assert_eq!(stopped["stopped"]["code"], "disk-full");
    assert!(stopped["stopped"]["detail"].as_str().unwrap().contains("espacio"), "{stopped}");
    let listed = clerk.get("batches?lang=en").await.is(200).body;
    assert!(listed[0]["stopped"]["detail"].as_str().unwrap().contains("space"), "{listed}");
    let acknowledged = store.records().unwrap();
    assert_eq!((acknowledged.len(), store.log_size()), (256, Ok(256)));

    // As long as it is full nothing else is taken either, whatever it is, and all of it is refused alike; what is there can be read.
    let key = json!({"passphrase": town.keys[0]});
    sol.post(&format!("batches/{id}/resume"), &key).await.is(202);
    assert_eq!(sol.settled(id).await["stopped"]["code"], "disk-full");
    clerk.import("achievement=GIN", "k2", "", &people(&[("Ana Paz", 1990)])).await.refused(503, "disk-full");
    let serials = json!({"serials": [acknowledged[0].serial], "passphrase": town.keys[0]});
    sol.post("certificates/suspend", &serials).await.refused(503, "disk-full");
    sol.post(&format!("batches/{id}/return"), &json!({"note": "no"})).await.refused(503, "disk-full");
    clerk.get(&format!("certificates/{}", acknowledged[0].serial)).await.is(200);
    healthz(&town).await.refused(503, "disk-full");
    assert_eq!(store.records().unwrap(), acknowledged);

    // There is room again: it goes on with the rest, and nothing is twice.
    disk.empty();
    healthz(&town).await.is(200);
    sol.post(&format!("batches/{id}/resume"), &key).await.is(202);
    let done = sol.settled(id).await;
    assert_eq!((&done["state"], &done["signed"], &done["stopped"]), (&json!("done"), &json!(700), &json!(null)));
    let records = store.records().unwrap();
    assert!(acknowledged.iter().all(|record| records.contains(record)));
    let places: BTreeSet<(u32, u32)> = records.iter().map(|record| (record.list, record.index)).collect();
    assert_eq!((places.len(), store.log_size()), (700, Ok(700)));
    assert_eq!(audit(&*store, &mut |_, _| {}, &|_| {}).unwrap().findings, []);
}
