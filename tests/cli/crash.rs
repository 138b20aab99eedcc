//! A batch that two people released, signed by a process that is killed again and again: whatever it acknowledged is there, nothing is twice,
//! no slot is used again, everything is logged, and signing goes on to exactly the end.
//!
//! The process is this test binary itself, started with [`CHILD`] set.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use skillpass::credential::achievement::Language;
use skillpass::desk::fsck::fsck;
use skillpass::desk::house::House;
use skillpass::desk::import::{Settings, read_register};
use skillpass::desk::institution::Institution;
use skillpass::desk::keyring::Secret;
use skillpass::desk::register::{Intake, take_in};
use skillpass::desk::release::{self, Which, propose};
use skillpass::store::acts::Hand;
use skillpass::store::audit::audit;
use skillpass::store::ledger::{Ledger, Page, Pages};
use skillpass::store::release::{BATCH_AWARDS, BatchState, Decision};
use skillpass::store::sled_store::SledStore;
use skillpass::store::staff::{Member, Role, Standing};
use skillpass::store::{Store, StoreError};

use super::program::{KEY, Place, now, register};
use crate::common::Dice;

/// The folder that the child works in.
const CHILD: &str = "SKILLPASS_CRASH_CHILD";
/// 5 seconds: goal G-09.
const REOPENS_IN: Duration = Duration::from_secs(5);
pub(super) const GIN: &str = "GIN";

/// 120 seconds: then the kills that were done are enough, if they are [`KILLS_LEAST`].
const BOUND: Duration = Duration::from_secs(120);
const KILLS_LEAST: usize = 10;

fn is_long() -> bool {
    std::env::var_os("SKILLPASS_LONG").is_some()
}

/// Rows, and how often the process is killed. `SKILLPASS_LONG=1`: 5,000 rows, far more often (`tests/long/kills`).
fn size() -> (usize, usize) {
    let number =
        |name: &str, default: usize| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let (rows, kills) = if is_long() { (5_000, 200) } else { (800, 12) };
    (number("SKILLPASS_CRASH_ROWS", rows), number("SKILLPASS_CRASH_KILLS", kills))
}

pub(super) fn by(who: &str) -> Hand {
    Hand::of(who, now())
}

/// An institution `desk` whose staff are a clerk, a signatory and an administrator; two people release whatever is signed.
pub(super) fn staffed(place: &Place, more: &str) {
    place.run(&format!("init desk --name Centro --country CO --key-file {KEY} {more}")).ends(0);
    let store = place.store("desk");
    for (id, role) in [("ana", Role::Administrator), ("carla", Role::Clerk), ("sol", Role::Signatory)] {
        let member = Member {
            id: id.to_owned(),
            login: id.to_owned(),
            name: id.to_owned(),
            roles: [role].into(),
            password: None,
            invitation: None,
            standing: Standing::Active,
            waits: None,
            version: 0,
        };
        store.keep_member(&member, &by("ana")).unwrap();
    }
    store.require_two_people(&by("ana")).unwrap();
}

/// The names of so many people, letters alone, each another one; and each one's number in the register.
pub(super) fn people(rows: usize) -> Vec<(String, String)> {
    let name = |number: usize| -> String {
        let letters: String = number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
        format!("María {}{} de la Cruz", letters[..1].to_uppercase(), &letters[1..])
    };
    (0..rows).map(|number| (name(number), format!("K-{number}"))).collect()
}

/// A clerk brings them in.
pub(super) fn enrol(place: &Place, people: &[(String, String)]) -> House {
    place.write("desk.csv", register(people.iter().map(|(name, id)| (name.as_str(), 1980, id.as_str()))));
    let house = house(&place.path("desk"), |store| Arc::new(store));
    let template = house.template(GIN).unwrap();
    let settings = Settings::of(now().date(), Language::Es);
    let import = read_register(&place.read("desk.csv"), template, &settings).unwrap();
    assert!(import.problems.is_empty());
    let (clerk, once) = (by("carla"), "the register");
    let intake = Intake { template, once, corrections: false, by: &clerk };
    assert_eq!(take_in(&house, intake, &import.rows).unwrap().enrolled, people.len());
    house
}

/// An institution with a batch that is proposed and released, and nothing of it signed.
fn released(place: &Place, rows: usize) {
    staffed(place, "");
    let house = enrol(place, &people(rows));
    let template = house.template(GIN).unwrap();
    let batch = propose(&house, template, Which::First(BATCH_AWARDS), "b1", &by("carla"), now()).unwrap().batch;
    house.store().decide("b1", &Decision::Release(batch.digest), &by("sol")).unwrap();
}

/// The institution as its desk has it.
pub(super) fn house(folder: &Path, store: impl FnOnce(SledStore) -> Arc<dyn Store>) -> House {
    let institution = Institution::open(folder).unwrap();
    let store = store(institution.store_in_turn().unwrap());
    let seed = now().seconds() as u64 ^ u64::from(std::process::id()) << 32;
    House::with_store(institution, store, Box::leak(Box::new(Dice(seed.into())))).unwrap()
}

/// A store that says after each transaction how long the log is: what it says is acknowledged.
struct Telling(SledStore);

impl Telling {
    fn tell(&self) {
        let mut out = std::io::stdout().lock();
        // One write: a line that was begun and not ended acknowledges nothing.
        out.write_all(format!("\nacknowledged {}\n", self.0.log_size().unwrap()).as_bytes()).unwrap();
        out.flush().unwrap();
    }
}

impl Ledger for Telling {
    fn transact(&self, act: &mut dyn FnMut(&dyn Pages) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.0.transact(act)?;
        self.tell();
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

/// Signs what of the batch is not signed, as the desk does when it goes on after a stop.
fn sign(folder: &Path) {
    let house = house(&folder.join("desk"), |store| {
        let store = Telling(store);
        store.tell();
        Arc::new(store)
    });
    let secret = Secret::key_file(&std::fs::read_to_string(folder.join(KEY)).unwrap()).unwrap();
    let keyring = house.institution().keyring(&secret).unwrap();
    let batch = house.store().batch("b1").unwrap().unwrap();
    release::sign(&house, &batch, &keyring, &by("sol"), now()).unwrap();
}

#[test]
#[ignore = "what the parent starts"]
fn child_that_signs() {
    sign(Path::new(&std::env::var_os(CHILD).unwrap()));
}

/// Starts the child, and kills it a time after it began to sign; `None` lets it come to its end. What it acknowledged last.
fn run(place: &Place, killed_after: Option<Duration>) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "cli::crash::child_that_signs", "--ignored", "--nocapture", "--test-threads", "1"])
        .env(CHILD, place.path(""))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let (sender, receiver) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        for line in out.lines().map_while(Result::ok) {
            if let Some(size) = line.strip_prefix("acknowledged ").and_then(|size| size.parse::<u64>().ok()) {
                let _ = sender.send(size);
            }
        }
    });
    let Ok(mut last) = receiver.recv_timeout(Duration::from_secs(120)) else {
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        panic!("it did not begin: {}", String::from_utf8_lossy(&output.stderr));
    };
    if let Some(after) = killed_after {
        std::thread::sleep(after);
        child.kill().unwrap();
    }
    let output = child.wait_with_output().unwrap();
    assert!(killed_after.is_some() || output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    reader.join().unwrap();
    receiver.try_iter().for_each(|size| last = size);
    last
}

#[test]
fn a_released_batch_is_signed_to_its_end_however_often_the_process_is_killed() {
    let (rows, mut kills) = size();
    let mut dice = super::damage::Dice(0x5eed_0005 ^ u64::from(std::process::id()));
    let begun = Instant::now();
    let (mut done, mut batches, mut slowest) = (0, 0, Duration::ZERO);
    while done < kills {
        let place = Place::of_world();
        released(&place, rows);
        batches += 1;
        loop {
            // A transaction takes some tenths of a second here: so all its moments are met, and many runs are needed for one batch.
            let after = Duration::from_millis(dice.throw(900) as u64);
            let acknowledged = run(&place, (done < kills).then_some(after));
            let opening = Instant::now();
            let store = place.store("desk");
            slowest = slowest.max(opening.elapsed());
            // On a machine that does nothing else; a busy one would fail by chance.
            assert!(!is_long() || opening.elapsed() <= REOPENS_IN, "{:?}", opening.elapsed());
            let logged = store.log_size().unwrap();
            assert!(logged >= acknowledged, "{acknowledged} acknowledged, {logged} there");
            let audited = audit(&store, &mut |_, _| {}, &|_| {}).unwrap();
            assert_eq!(audited.findings, [], "after {done} kills");
            assert_eq!(store.batch("b1").unwrap().unwrap().signed as u64, logged);
            if done >= kills || logged == rows as u64 {
                break;
            }
            done += 1;
            if done >= KILLS_LEAST && kills <= 20 && begun.elapsed() > BOUND {
                kills = done;
            }
        }
        // The rest, then nothing more to do.
        run(&place, None);
        run(&place, None);
        let institution = Institution::open(&place.path("desk")).unwrap();
        let store = institution.store_in_turn().unwrap();
        let batch = store.batch("b1").unwrap().unwrap();
        assert_eq!((batch.state, batch.signed as usize), (BatchState::Done, rows));
        let records = store.records().unwrap();
        let slots: BTreeSet<_> = records.iter().map(|record| (record.list, record.index)).collect();
        let people: BTreeSet<_> = records.iter().map(|record| &record.person).collect();
        assert_eq!((records.len(), slots.len(), people.len()), (rows, rows, rows));
        let secret = Secret::key_file(&String::from_utf8(place.read(KEY)).unwrap()).unwrap();
        let keyring = institution.keyring(&secret).unwrap();
        let checkup = fsck(&institution, &store, Some(&keyring), &|_| {}).unwrap();
        assert_eq!(checkup.audited.findings, []);
    }
    let took = begun.elapsed().as_secs();
    println!("{done} kills in {batches} batches of {rows} rows, {took} s; opened again in {slowest:?} at most");
}
