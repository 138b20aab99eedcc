//! What every store is held to: the twin in memory and sled alike. And what sled alone can meet: damaged files, a store thrown back.

mod audit;
mod desk;
mod earlier;
mod prior;
mod signing;

use std::collections::BTreeSet;
use std::path::Path;

use skillpass::store::acts::Hand;
use skillpass::store::memory::MemoryStore;
use skillpass::store::release::Warrant;
use skillpass::store::sled_store::SledStore;
use skillpass::store::{Issued, Record, State, Store, StoreError};
use skillpass::trust::status::RevocationReason::{self, Error, FraudConfirmed, Replaced, WithdrawnByHolder};

fn record(serial: &str, person: &str, index: u32) -> Record {
    Record {
        serial: serial.to_owned(),
        person: person.to_owned(),
        row: format!("row of {serial}"),
        achievement: "urn:skillpass:ilo:gin".to_owned(),
        signed_at: "2026-03-20T15:04:05Z".to_owned(),
        list: index / 131_072,
        index: index % 131_072,
        state: State::Issued,
        document: format!("{{\"serial\":\"{serial}\",\"name\":\"Ñáñez\"}}"),
        digest: digest(serial),
    }
}

/// Whoever acts in these tests.
pub(crate) fn by() -> Hand {
    Hand::program("2026-03-20T15:04:05Z")
}

/// Another one for each serial.
fn digest(serial: &str) -> [u8; 32] {
    let mut digest = [0xd1; 32];
    digest.iter_mut().zip(serial.bytes()).for_each(|(place, byte)| *place = byte);
    digest
}

fn digests(serials: &[&str]) -> Vec<[u8; 32]> {
    serials.iter().map(|serial| digest(serial)).collect()
}

fn new(serial: &str, person: &str, index: u32) -> Issued {
    Issued { record: record(serial, person, index), supersedes: None, award: None }
}

fn instead(serial: &str, person: &str, index: u32, old: &str) -> Issued {
    Issued { record: record(serial, person, index), supersedes: Some(old.to_owned()), award: None }
}

/// Runs the same acts against every store.
fn each(act: impl Fn(&dyn Store)) {
    act(&MemoryStore::default());
    let folder = tempfile::tempdir().unwrap();
    act(&SledStore::open(&folder.path().join("store")).unwrap());
}

/// What a store knows of one list.
type OfList = (Vec<(u32, RevocationReason)>, Vec<u32>);
/// Everything a store knows.
type Everything = (u64, Vec<Record>, Vec<OfList>, Vec<[u8; 32]>);

/// Everything a store knows, to see that a refused act changed nothing.
fn everything(store: &dyn Store) -> Everything {
    try_everything(store).unwrap()
}

fn try_everything(store: &dyn Store) -> Result<Everything, StoreError> {
    let lists = (0..3).map(|list| Ok((store.revoked(list)?, store.suspended(list)?))).collect::<Result<_, _>>()?;
    let log = store.log(0)?;
    assert_eq!(store.log_size()?, log.len() as u64);
    Ok((store.slots_given()?, store.records()?, lists, log))
}

#[test]
fn slots_are_given_once_and_counted() {
    each(|store| {
        assert_eq!(store.slots_given(), Ok(0));
        assert_eq!(store.lease_slots(3), Ok(0..3));
        assert_eq!(store.lease_slots(0), Ok(3..3));
        assert_eq!(store.lease_slots(256), Ok(3..259));
        assert_eq!(store.slots_given(), Ok(259));
    });
}

#[test]
fn slots_are_given_once_to_many_at_a_time() {
    each(|store| {
        let leased: Vec<u64> = std::thread::scope(|scope| {
            let lease = || (0..10).flat_map(|_| store.lease_slots(5).unwrap()).collect::<Vec<u64>>();
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(lease)).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(leased.iter().collect::<BTreeSet<_>>().len(), 200);
        assert_eq!(store.slots_given(), Ok(200));
    });
}

#[test]
fn what_was_kept_is_found_again() {
    each(|store| {
        assert_eq!(store.by_serial("A"), Ok(None));
        assert_eq!(store.by_person("ana"), Ok(None));
        store.commit(&Warrant::Pilot, &[new("A", "ana", 5), new("B", "bea", 131_072)], &by()).unwrap();
        assert_eq!(store.by_serial("A"), Ok(Some(record("A", "ana", 5))));
        assert_eq!(store.by_person("bea"), Ok(Some(record("B", "bea", 131_072))));
        assert_eq!(store.records(), Ok(vec![record("A", "ana", 5), record("B", "bea", 131_072)]));
        store.commit(&Warrant::Pilot, &[], &by()).unwrap();
        assert_eq!(store.records().unwrap().len(), 2);
        // In pages: behind a serial, whether it is there or not.
        let page = |after: &str, most: usize| -> Vec<String> {
            store.records_after(after, most).unwrap().into_iter().map(|record| record.serial).collect()
        };
        assert_eq!(
            (page("", 1), page("", 9), page("A", 9)),
            (vec!["A".into()], vec!["A".into(), "B".into()], vec!["B".into()])
        );
        assert_eq!(
            (page("AA", 9), page("B", 9), page("", 0)),
            (vec!["B".into()], Vec::<String>::new(), Vec::<String>::new())
        );
    });
}

#[test]
fn a_person_has_one_current_credential() {
    each(|store| {
        store.commit(&Warrant::Pilot, &[new("A", "ana", 1)], &by()).unwrap();
        let before = everything(store);
        let refused: [&[Issued]; 7] = [
            &[new("B", "ana", 2)],
            // Nothing of a batch is kept when one of it is refused.
            &[new("C", "carla", 3), new("B", "ana", 2)],
            &[new("C", "carla", 3), new("D", "carla", 4)],
            // Not the one that is current.
            &[instead("B", "ana", 2, "Z")],
            &[instead("C", "carla", 3, "A")],
            // A serial names one credential.
            &[new("A", "carla", 3)],
            &[instead("A", "ana", 2, "A")],
        ];
        for batch in refused {
            assert_eq!(store.commit(&Warrant::Pilot, batch, &by()), Err(StoreError::Taken), "{batch:?}");
            assert_eq!(everything(store), before, "{batch:?}");
        }
    });
}

/// Whoever copies a store page by page gets it as it stood at one moment: what somebody wants to write meanwhile waits. That it waits is seen
/// by its being late, half a second here; a store that lets it through has it among its later pages, or has it told in that time.
#[test]
fn a_store_that_is_copied_stands_still() {
    each(|store| {
        store.commit(&Warrant::Pilot, &[new("a", "ana", 0), new("b", "eva", 1)], &by()).unwrap();
        let (mut pages, mut at_first) = (0, true);
        let (done, is_done) = std::sync::mpsc::channel();
        std::thread::scope(|threads| {
            store
                .each_page(1, &mut |page| {
                    pages += page.len();
                    if std::mem::take(&mut at_first) {
                        let done = done.clone();
                        threads.spawn(move || {
                            store.commit(&Warrant::Pilot, &[new("z", "zoe", 2)], &by()).unwrap();
                            done.send(()).unwrap();
                        });
                        let waits = is_done.recv_timeout(std::time::Duration::from_millis(500));
                        assert!(waits.is_err(), "somebody wrote while it was copied");
                    }
                    std::ops::ControlFlow::Continue(())
                })
                .unwrap();
            assert!(pages > 4);
            // Then it is let through.
            is_done.recv().unwrap();
        });
        assert_eq!(store.records().unwrap().len(), 3);
    });
}

#[test]
fn a_serial_is_taken_once_in_a_batch() {
    each(|store| {
        assert_eq!(
            store.commit(&Warrant::Pilot, &[new("A", "ana", 1), new("A", "bea", 2)], &by()),
            Err(StoreError::Taken)
        );
        assert_eq!(store.records(), Ok(Vec::new()));
    });
}

#[test]
fn a_correction_withdraws_what_it_corrects() {
    each(|store| {
        store.commit(&Warrant::Pilot, &[new("A", "ana", 1)], &by()).unwrap();
        store.commit(&Warrant::Pilot, &[instead("B", "ana", 2, "A")], &by()).unwrap();
        assert_eq!(store.by_serial("A").unwrap().unwrap().state, State::Revoked(Replaced));
        assert_eq!(store.by_person("ana").unwrap().unwrap().serial, "B");
        assert_eq!(store.revoked(0), Ok(vec![(1, Replaced)]));
        // In one batch too, and a second time.
        store.commit(&Warrant::Pilot, &[instead("C", "ana", 3, "B"), instead("D", "ana", 4, "C")], &by()).unwrap();
        assert_eq!(store.by_person("ana").unwrap().unwrap().serial, "D");
        assert_eq!(store.revoked(0), Ok(vec![(1, Replaced), (2, Replaced), (3, Replaced)]));
    });
}

#[test]
fn withdrawing_is_for_good_and_keeps_its_first_reason() {
    each(|store| {
        store
            .commit(
                &Warrant::Pilot,
                &[new("A", "ana", 7), new("B", "bea", 131_072 + 9), new("C", "carla", 131_072 + 4)],
                &by(),
            )
            .unwrap();
        assert_eq!(store.revoke(&["Z"], Error, &by()), Err(StoreError::Unknown("Z".to_owned())));
        assert_eq!(store.revoke(&["B"], FraudConfirmed, &by()), Ok(vec![true]));
        assert_eq!(store.revoke(&["B"], Error, &by()), Ok(vec![false]));
        assert_eq!(store.revoke(&["C"], Error, &by()), Ok(vec![true]));
        assert_eq!(store.by_serial("B").unwrap().unwrap().state, State::Revoked(FraudConfirmed));
        assert_eq!((store.revoked(0), store.revoked(1)), (Ok(vec![]), Ok(vec![(4, Error), (9, FraudConfirmed)])));
        // A correction of what was withdrawn leaves its reason alone.
        store.commit(&Warrant::Pilot, &[instead("D", "bea", 11, "B")], &by()).unwrap();
        assert_eq!(store.by_serial("B").unwrap().unwrap().state, State::Revoked(FraudConfirmed));
    });
}

#[test]
fn a_suspension_ends_and_a_revocation_does_not() {
    each(|store| {
        store
            .commit(&Warrant::Pilot, &[new("A", "ana", 7), new("B", "bea", 8), new("C", "carla", 131_072 + 4)], &by())
            .unwrap();
        assert_eq!(store.resume(&["A"], &by()), Ok(vec![false]));
        assert_eq!(store.suspend(&["A", "C"], &by()), Ok(vec![true, true]));
        assert_eq!(store.suspend(&["A", "B"], &by()), Ok(vec![false, true]));
        assert_eq!((store.suspended(0), store.suspended(1)), (Ok(vec![7, 8]), Ok(vec![4])));
        assert_eq!(store.by_serial("A").unwrap().unwrap().state, State::Suspended);
        assert_eq!(store.resume(&["A"], &by()), Ok(vec![true]));
        assert_eq!(store.by_serial("A").unwrap().unwrap().state, State::Issued);
        assert_eq!((store.suspended(0), store.revoked(0)), (Ok(vec![8]), Ok(vec![])));

        // Revoked while suspended: both are said, so that no mixture of old and new lists says neither.
        assert_eq!(store.revoke(&["B"], WithdrawnByHolder, &by()), Ok(vec![true]));
        assert_eq!((store.suspended(0), store.revoked(0)), (Ok(vec![8]), Ok(vec![(8, WithdrawnByHolder)])));
        let before = everything(store);
        let refused = Err(StoreError::Final("B".to_owned(), WithdrawnByHolder));
        assert_eq!(store.resume(&["B"], &by()), refused);
        assert_eq!(store.suspend(&["B"], &by()), refused);
        // All of them or none.
        assert_eq!(store.suspend(&["A", "B"], &by()), refused);
        assert_eq!(store.resume(&["C", "B"], &by()), refused);
        for act in [
            store.suspend(&["A", "Z"], &by()),
            store.resume(&["C", "Z"], &by()),
            store.revoke(&["A", "Z"], Error, &by()),
        ] {
            assert_eq!(act, Err(StoreError::Unknown("Z".to_owned())));
        }
        assert_eq!(everything(store), before);
        // The same serial twice is one act.
        assert_eq!(store.revoke(&["A", "A"], Error, &by()), Ok(vec![true, false]));
        assert_eq!(store.revoke(&[], Error, &by()), Ok(vec![]));
    });
}

#[test]
fn the_log_has_every_credential_in_the_order_committed() {
    each(|store| {
        assert_eq!((store.log(0), store.log_size()), (Ok(vec![]), Ok(0)));
        store.commit(&Warrant::Pilot, &[new("M", "ana", 1), new("A", "bea", 2)], &by()).unwrap();
        store.commit(&Warrant::Pilot, &[instead("Z", "ana", 3, "M"), new("B", "carla", 4)], &by()).unwrap();
        // Neither a refused batch nor a change of state is logged.
        assert_eq!(
            store.commit(&Warrant::Pilot, &[new("N", "nora", 5), new("Y", "ana", 6)], &by()),
            Err(StoreError::Taken)
        );
        store.revoke(&["Z"], Error, &by()).unwrap();
        store.suspend(&["B"], &by()).unwrap();
        assert_eq!(store.log(0), Ok(digests(&["M", "A", "Z", "B"])));
        assert_eq!(store.log(3), Ok(digests(&["B"])));
        assert_eq!((store.log(4), store.log(5), store.log(u64::MAX)), (Ok(vec![]), Ok(vec![]), Ok(vec![])));
        assert_eq!(store.log_size(), Ok(4));
    });
}

/// threats.md E15: whatever order threads come in, one entry, one reason, and a revoked one never comes back.
#[test]
fn revoking_suspending_and_resuming_race() {
    each(|store| {
        let serials = ["A", "B", "C", "D", "E", "F"];
        let batch: Vec<Issued> = (0..).zip(serials).map(|(index, serial)| new(serial, serial, index)).collect();
        store.commit(&Warrant::Pilot, &batch, &by()).unwrap();
        let news = std::sync::Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for reason in RevocationReason::ALL {
                let news = &news;
                scope.spawn(move || {
                    for serial in serials {
                        let _ = store.suspend(&[serial], &by());
                        let was_news = store.revoke(&[serial], reason, &by()).unwrap();
                        news.lock().unwrap().extend(was_news.contains(&true).then_some((serial, reason)));
                        assert!(matches!(store.resume(&[serial], &by()), Err(StoreError::Final(..))));
                    }
                });
            }
            // And corrections of the same in between.
            scope.spawn(|| {
                for (index, serial) in (10..).zip(serials) {
                    store
                        .commit(&Warrant::Pilot, &[instead(&format!("{serial}2"), serial, index, serial)], &by())
                        .unwrap();
                }
            });
        });
        let revoked = store.revoked(0).unwrap();
        assert_eq!(revoked.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
        for (serial, (_, reason)) in serials.iter().zip(&revoked) {
            assert_eq!(store.by_serial(serial).unwrap().unwrap().state, State::Revoked(*reason));
            let told: Vec<_> =
                news.lock().unwrap().iter().filter(|(of, _)| of == serial).map(|(_, why)| *why).collect();
            // Whose revocation was news, its reason stands; if nobody's was, a correction came first.
            assert_eq!(told, if told.is_empty() { vec![] } else { vec![*reason] }, "{serial}");
            assert!(!told.is_empty() || *reason == Replaced);
        }
        assert_eq!(store.log_size(), Ok(12));
    });
}

#[test]
fn sled_keeps_all_of_it_for_the_next_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = SledStore::open(&path).unwrap();
    store.lease_slots(10).unwrap();
    store.commit(&Warrant::Pilot, &[new("A", "ana", 1), new("B", "bea", 2)], &by()).unwrap();
    store.revoke(&["A"], Error, &by()).unwrap();
    store.suspend(&["B"], &by()).unwrap();
    let before = everything(&store);
    assert_eq!(SledStore::open(&path).err(), Some(StoreError::Locked), "one process at a time");
    drop(store);
    assert_eq!(everything(&SledStore::open(&path).unwrap()), before);
}

/// Documents as long as they may be, so that sled's nodes are, too: its own files for those would be written under the path that the store had
/// when it was opened, and it would wait for them for ever.
#[test]
fn sled_takes_after_it_was_swept_what_it_took_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let there = path.clone();
    let (sender, receiver) = std::sync::mpsc::channel();
    let working = std::thread::spawn(move || {
        let store = SledStore::open(&there).unwrap();
        for round in 0..3 {
            for number in 0..10 {
                let serial = format!("S{round}{number}");
                let mut issued = new(&serial, &serial, round * 10 + number);
                issued.record.document = "x".repeat(60_000);
                store.commit(&Warrant::Pilot, &[issued], &by()).unwrap();
            }
            store.erase_certificates(&[&format!("S{round}0")], &by()).unwrap();
            assert_eq!(store.sweep(), Ok(true));
            assert_eq!(std::fs::read_dir(there.join("blobs")).unwrap().count(), 0, "there is no such file");
            assert!(!there.with_extension("swept").exists());
        }
        sender.send(everything(&store)).unwrap();
    });
    let before = receiver.recv_timeout(std::time::Duration::from_secs(120)).expect("it does not wait for ever");
    working.join().unwrap();
    let reopened = || match SledStore::open(&path) {
        Err(StoreError::Locked) => None,
        opened => Some(opened.unwrap()),
    };
    // sled's own threads let go of it a moment later.
    let store = std::iter::repeat_with(reopened).take(1_000_000).flatten().next().unwrap();
    assert_eq!(everything(&store), before);
    assert_eq!(store.records().unwrap().iter().filter(|record| record.document.is_empty()).count(), 3);
}

#[test]
fn sled_refuses_a_record_that_would_leave_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::open(&folder.path().join("store")).unwrap();
    let mut long = new("A", "ana", 1);
    long.record.document = "x".repeat(70_000);
    assert_eq!(store.commit(&Warrant::Pilot, &[new("B", "bea", 2), long], &by()), Err(StoreError::TooLong));
    assert_eq!(store.records(), Ok(Vec::new()));
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let place = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &place);
        } else {
            std::fs::copy(entry.path(), place).map(|_| ()).unwrap();
        }
    }
}

/// A store with three records, one withdrawn, and eight slots given, closed.
fn some(path: &Path) {
    let store = SledStore::open(path).unwrap();
    store.lease_slots(8).unwrap();
    store.commit(&Warrant::Pilot, &[new("A", "ana", 1), new("B", "bea", 2), new("C", "carla", 3)], &by()).unwrap();
    store.revoke(&["B"], Error, &by()).unwrap();
    store.suspend(&["C"], &by()).unwrap();
}

#[test]
fn a_store_that_was_thrown_back_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (store, early) = (folder.path().join("store"), folder.path().join("early"));
    drop(SledStore::open(&store).unwrap());
    copy(&store, &early);
    some(&store);
    let refused = |why: &str| assert!(matches!(SledStore::open(&store), Err(StoreError::Damaged(_))), "{why}");

    let aside = folder.path().join("aside");
    std::fs::rename(&store, &aside).unwrap();
    refused("the folder is gone");
    std::fs::create_dir(&store).unwrap();
    refused("the folder is empty");
    std::fs::remove_dir_all(&store).unwrap();
    copy(&early, &store);
    refused("an older state");
    std::fs::remove_dir_all(&store).unwrap();
    copy(&aside, &store);
    let mark = folder.path().join("store.mark");
    let text = std::fs::read(&mark).unwrap();
    for damaged in [
        &b""[..],
        b"{}",
        b"\xff",
        b"{\"slots\":8}",
        b"{\"slots\":-1,\"records\":0,\"revoked\":0,\"logged\":0,\"changes\":0}",
    ] {
        std::fs::write(&mark, damaged).unwrap();
        refused("the mark is damaged");
    }
    std::fs::remove_file(&mark).unwrap();
    refused("the mark is gone");
    std::fs::write(&mark, text).unwrap();
    assert_eq!(SledStore::open(&store).unwrap().slots_given(), Ok(8), "all is there again");
}

/// A state in which only a suspension is missing: every other counter is as it was.
#[test]
fn a_store_that_forgot_a_suspension_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (path, early) = (folder.path().join("store"), folder.path().join("early"));
    some(&path);
    copy(&path, &early);
    type Act = fn(&SledStore) -> Result<Vec<bool>, StoreError>;
    let acts: [Act; 2] = [|store| store.suspend(&["A"], &by()), |store| store.resume(&["C"], &by())];
    for act in acts {
        let store = SledStore::open(&path).unwrap();
        assert_eq!(act(&store), Ok(vec![true]));
        drop(store);
        std::fs::remove_dir_all(&path).unwrap();
        copy(&early, &path);
        assert!(matches!(SledStore::open(&path), Err(StoreError::Damaged(_))));
        // The mark as it was then, for the next act.
        std::fs::remove_dir_all(&path).unwrap();
        std::fs::remove_file(folder.path().join("store.mark")).unwrap();
        some(&path);
    }
}

#[test]
fn a_store_without_its_first_mark_is_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    drop(SledStore::open(&path).unwrap());
    // As if the process had been killed between the two.
    std::fs::remove_file(folder.path().join("store.mark")).unwrap();
    let store = SledStore::open(&path).unwrap();
    assert!(folder.path().join("store.mark").exists());
    assert_eq!(store.lease_slots(4), Ok(0..4));
}

/// Numbers that are the same in every run (Marsaglia's xorshift).
struct Dice(u64);

impl Dice {
    fn throw(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % below as u64).unwrap()
    }
}

/// Whatever happens to the files: an error, or the whole truth; never a panic, a forgotten record or a slot given twice.
#[test]
fn damaged_files_give_an_error_or_the_truth() {
    let folder = tempfile::tempdir().unwrap();
    let sound = folder.path().join("store");
    some(&sound);
    let before = everything(&SledStore::open(&sound).unwrap());
    let files = ["conf", "db", "store.mark"];
    let mut dice = Dice(0x5eed_0001);
    let (mut errors, mut truths) = (0, 0);
    for round in 0..60 {
        let trial = folder.path().join(format!("trial{round}"));
        copy(&sound, &trial.join("store"));
        std::fs::copy(folder.path().join("store.mark"), trial.join("store.mark")).unwrap();
        let snapshots =
            std::fs::read_dir(&sound).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = snapshots.filter(|name| name.starts_with("snap")).collect();
        names.extend(files.map(str::to_owned));
        names.sort();
        let name = &names[round % names.len()];
        let path = if name == "store.mark" { trial.join(name) } else { trial.join("store").join(name) };
        let mut bytes = std::fs::read(&path).unwrap();
        // The log is preallocated: most of it is zeros, and a hit there proves nothing.
        let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        match dice.throw(4) {
            0 => bytes.truncate(dice.throw(used + 1)),
            1 => bytes.clear(),
            2 => bytes[..used].iter_mut().for_each(|byte| *byte = u8::try_from(dice.throw(256)).unwrap()),
            _ => (0..1 + dice.throw(8)).for_each(|_| bytes[dice.throw(used)] ^= 1 << dice.throw(8)),
        }
        std::fs::write(&path, bytes).unwrap();

        let opened = SledStore::open(&trial.join("store"));
        let seen = opened.and_then(|store| {
            let all = try_everything(&store)?;
            store.by_person("ana")?;
            Ok((all, store.lease_slots(2)?))
        });
        match seen {
            Err(_) => errors += 1,
            Ok((all, leased)) => {
                assert_eq!(all, before, "{name}, round {round}");
                assert_eq!(leased, 8..10, "{name}, round {round}");
                truths += 1;
            }
        }
        std::fs::remove_dir_all(&trial).unwrap();
    }
    assert!(errors > 10, "{errors} errors, {truths} truths");
}
