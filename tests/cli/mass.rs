//! A key in other hands at an institution that issued very much under it (threats.md G-11): every certificate is superseded by one under the
//! next key, each has its file and its line in the report, and whoever is stopped half way goes on with the rest.
//!
//! The process that certifies anew is this test binary itself, started with [`CHILD`] set. `SKILLPASS_LONG=1`: 100,000 rows
//! (`tests/long/reissue`).

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use skillpass::base::timestamp::Timestamp;
use skillpass::desk::fsck::fsck;
use skillpass::desk::institution::{DeskError, Institution};
use skillpass::desk::keyring::Secret;
use skillpass::desk::leak::Leak;
use skillpass::desk::release::{self, NotReady, Which, propose};
use skillpass::store::acts::What;
use skillpass::store::ledger::{Ledger, Page, Pages};
use skillpass::store::release::{BATCH_AWARDS, BatchState, Decision};
use skillpass::store::sled_store::SledStore;
use skillpass::store::{State, Store as _, StoreError};
use skillpass::trust::status::RevocationReason;

use super::crash::{GIN, by, enrol, house, people, staffed};
use super::program::{KEY, Place, now};

/// The folder that the child works in.
const CHILD: &str = "SKILLPASS_MASS_CHILD";
/// At which length of the log the child stops where it is, and waits to be killed.
const STOP: &str = "SKILLPASS_MASS_STOP";
/// Since when the key is not trusted.
const SINCE: &str = "since.txt";

fn rows() -> usize {
    let named = std::env::var("SKILLPASS_MASS_ROWS").ok().and_then(|text| text.parse().ok());
    named.unwrap_or(if std::env::var_os("SKILLPASS_LONG").is_some() { 100_000 } else { 300 })
}

/// A store that never comes back from the transaction with which its log has a length.
struct Stopping(SledStore, u64);

impl Ledger for Stopping {
    fn transact(&self, act: &mut dyn FnMut(&dyn Pages) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.0.transact(act)?;
        if self.0.log_size()? >= self.1 {
            say("stopped");
            loop {
                std::thread::park();
            }
        }
        Ok(())
    }

    fn page(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.page(key)
    }

    fn range(&self, from: &[u8], until: &[u8], most: usize) -> Result<Vec<Page>, StoreError> {
        self.0.range(from, until, most)
    }

    fn still(&self, look: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.0.still(look)
    }

    fn is_beside(&self, key: &[u8], sealed: &[u8]) -> bool {
        self.0.is_beside(key, sealed)
    }
}

fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("\n{text}\n").as_bytes()).and_then(|()| out.flush()).unwrap();
}

/// Whatever is open is proposed by one and released by another, in batches that have the names of their turns. A batch that is there
/// already is gone on with. How many were signed.
fn release_all(folder: &Path, turn: &str, stop: u64) -> usize {
    let house = house(folder, |store| Arc::new(Stopping(store, stop)));
    let secret = Secret::key_file(&std::fs::read_to_string(folder.with_file_name(KEY)).unwrap()).unwrap();
    let keyring = house.institution().keyring(&secret).unwrap();
    let template = house.template(GIN).unwrap();
    let mut signed = 0;
    for number in 0.. {
        let id = format!("{turn}-{number}");
        let batch = match house.store().batch(&id).unwrap() {
            Some(batch) => batch,
            None => match propose(&house, template, Which::First(BATCH_AWARDS), &id, &by("carla"), now()) {
                Ok(proposed) => proposed.batch,
                // Nothing is open any more.
                Err(NotReady::Desk(DeskError::Store(StoreError::NotNow))) => break,
                Err(error) => panic!("{error:?}"),
            },
        };
        let batch = match batch.state {
            BatchState::Proposed => house.store().decide(&id, &Decision::Release(batch.digest), &by("sol")).unwrap(),
            _ => batch,
        };
        if batch.state == BatchState::Released {
            signed += release::sign(&house, &batch, &keyring, &by("sol"), now()).unwrap();
        }
    }
    house.publish(&keyring, &secret, now()).unwrap();
    signed
}

#[test]
#[ignore = "what the parent starts"]
fn child_that_reissues() {
    let folder = std::path::PathBuf::from(std::env::var_os(CHILD).unwrap());
    let since = Timestamp::parse(&std::fs::read_to_string(folder.with_file_name(SINCE)).unwrap()).unwrap();
    let opened = {
        let institution = Institution::open(&folder).unwrap();
        let store = institution.store_in_turn().unwrap();
        let leak = Leak::of(&institution, "key-1", since).unwrap();
        leak.reopen(&institution, &store, &by("carla")).unwrap()
    };
    say(&format!("opened {opened}"));
    let stop = std::env::var(STOP).map_or(u64::MAX, |text| text.parse().unwrap());
    say(&format!("signed {}", release_all(&folder, "again", stop)));
}

/// What the child said, by its first word. It is killed when it stops where it was told to.
fn run(place: &Place, stop: Option<u64>) -> BTreeMap<String, usize> {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "cli::mass::child_that_reissues", "--ignored", "--nocapture", "--test-threads", "1"]);
    if let Some(stop) = stop {
        child.env(STOP, stop.to_string());
    }
    let mut child = child
        .env(CHILD, place.path("desk"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BTreeMap::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok) {
        match line.split_once(' ') {
            Some((word @ ("opened" | "signed"), number)) => drop(said.insert(word.to_owned(), number.parse().unwrap())),
            _ if line == "stopped" => child.kill().unwrap(),
            _ => {}
        }
    }
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.success(), stop.is_none(), "{}", String::from_utf8_lossy(&output.stderr));
    said
}

#[test]
fn a_hundred_thousand_certificates_under_a_leaked_key_are_superseded_and_who_is_stopped_goes_on() {
    let rows = rows();
    // What is measured waits for a disk; the ordinary suite has others to wait for.
    let place = if rows > 1_000 { Place::on_disk() } else { Place::empty() };
    let begun = Instant::now();
    staffed(&place, "--domain casa.example");
    drop(enrol(&place, &people(rows)));
    place.write(SINCE, now().to_string());
    assert_eq!(release_all(&place.path("desk"), "first", u64::MAX), rows);
    let old: BTreeSet<String> =
        place.store("desk").records().unwrap().into_iter().map(|record| record.serial).collect();
    assert_eq!(old.len(), rows);
    println!("{rows} rows brought in and certified in {} s", begun.elapsed().as_secs());

    place.run(&format!("keys desk --rotate --yes --key-file {KEY}")).ends(0);
    let begun = Instant::now();
    let half = (rows + rows / 2) as u64;
    assert_eq!(run(&place, Some(half)), BTreeMap::from([("opened".to_owned(), rows)]));
    let stopped = place.store("desk").log_size().unwrap() as usize;
    assert!((rows + rows / 2..2 * rows).contains(&stopped), "{stopped} of {}", 2 * rows);
    // What was done is passed over; what is left is done.
    let left = 2 * rows - stopped;
    let said = |opened, signed| BTreeMap::from([("opened".to_owned(), opened), ("signed".to_owned(), signed)]);
    assert_eq!(run(&place, None), said(0, left));
    let signed = begun.elapsed().as_secs_f64();
    // And nothing is left then.
    assert_eq!(run(&place, None), said(0, 0));
    let printing = Instant::now();
    place.run("paper desk --out paper").ends(0);
    let printed = printing.elapsed().as_secs_f64();
    let since = String::from_utf8(place.read(SINCE)).unwrap();
    let line = format!("reissue --under key-1 --since {since} --institution desk --report report.csv --json");
    assert_eq!(place.run(&line).ends(0).json()["reopened"], 0);

    let institution = Institution::open(&place.path("desk")).unwrap();
    let store = institution.store_in_turn().unwrap();
    let records = store.records().unwrap();
    let slots: BTreeSet<_> = records.iter().map(|record| (record.list, record.index)).collect();
    assert_eq!((records.len(), slots.len()), (2 * rows, 2 * rows));
    let mut new = BTreeSet::new();
    for record in &records {
        if old.contains(&record.serial) {
            assert_eq!(record.state, State::Revoked(RevocationReason::Replaced), "{}", record.serial);
        } else {
            assert_eq!(record.state, State::Issued, "{}", record.serial);
            assert!(record.document.contains("casa.example#key-2") && !record.document.contains("#key-1"));
            new.insert(record.serial.clone());
        }
    }
    let people: BTreeSet<_> = records.iter().map(|record| &record.person).collect();
    assert_eq!((new.len(), people.len()), (rows, rows));
    // The report: one line for each old one, and the new one of the same row.
    let report = String::from_utf8(place.read("report.csv")).unwrap();
    let (mut reported, mut took_its_place) = (BTreeSet::new(), BTreeSet::new());
    for line in report.lines().skip(1) {
        let [serial, row, "reissued", next] = line.split(',').collect::<Vec<_>>()[..] else { panic!("{line}") };
        assert_eq!(store.award(row).unwrap().unwrap().serials, [serial, next]);
        assert!(reported.insert(serial.to_owned()) && took_its_place.insert(next.to_owned()), "{line} is twice");
    }
    assert_eq!((&reported, &took_its_place), (&old, &new));
    let files: BTreeSet<String> = std::fs::read_dir(place.path("paper"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(files, new.iter().map(|serial| format!("{serial}.pdf")).collect());
    // Nothing is unlogged.
    let acts = store.acts(0, usize::MAX).unwrap();
    let count = |what: What| acts.iter().filter(|(act, _)| act.what == what).map(|(act, _)| act.count as usize).sum();
    assert_eq!((count(What::AwardReopened), count(What::Issued)), (rows, 2 * rows));
    let secret = Secret::key_file(&String::from_utf8(place.read(KEY)).unwrap()).unwrap();
    let keyring = institution.keyring(&secret).unwrap();
    let checkup = fsck(&institution, &store, Some(&keyring), &|_| {}).unwrap();
    assert_eq!((checkup.audited.findings, checkup.unpublished), (Vec::new(), Vec::new()));
    println!(
        "{rows} superseded in {signed:.0} s ({:.0} a second), stopped once after {}; their files in {printed:.0} s ({:.0} a second); {:.0} s together",
        rows as f64 / signed,
        stopped - rows,
        rows as f64 / printed,
        signed + printed
    );
}
