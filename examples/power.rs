//! A store that works until the power goes, and the check of what a power cut left: `tests/long/power` runs both on a disk that loses what
//! was not flushed.
//!
//! ```text
//! power child DIR SEED     works for ever; a line "SERIAL SLOT" for each certificate that the store acknowledged, "SERIAL suspended" and
//!                          "SERIAL forgotten" for what became of it
//! power sweeper DIR SEED   the same, and hardly anything but rewriting the store without those who were forgotten: the lines "SWEEPING" and
//!                          "SWEPT" stand before and after each time
//! power verify DIR ACKS    opens what is left, and holds it against the lines; one JSON object
//! ```
// A measuring tool says what it meets by panicking.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use skillpass::store::acts::Hand;
use skillpass::store::audit::audit;
use skillpass::store::release::Warrant;
use skillpass::store::sled_store::SledStore;
use skillpass::store::{Issued, Record, State, Store, StoreError};

/// 600 bytes, and 65,000: just below the 64 KiB that a page of the store may have. A longer one is refused, and never written. Several long ones
/// beside each other are what sled would keep outside its log.
const DOCUMENTS: [usize; 2] = [600, 65_000];
/// Every fifth document is a long one.
const LONG: u64 = 5;
/// 131,072 slots a list.
const LIST: u64 = 131_072;

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [_, "child", folder, seed] => child(Path::new(folder), seed, work),
        [_, "sweeper", folder, seed] => child(Path::new(folder), seed, sweep),
        [_, "verify", folder, acks] => verify(Path::new(folder), Path::new(acks)),
        _ => panic!("power child DIR SEED | power sweeper DIR SEED | power verify DIR ACKS"),
    }
}

/// One write: what the reader has of a line, was acknowledged.
fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).unwrap();
}

type Work = fn(&SledStore, &str) -> Result<(), StoreError>;

fn child(folder: &Path, seed: &str, work: Work) {
    let opened = SledStore::open(&folder.join("store"));
    let ended = opened.and_then(|store| {
        say("READY\n");
        work(&store, seed)
    });
    say(&format!("E {:?}\n", ended.unwrap_err()));
}

/// Certificates are issued, one in three is forgotten, and the store is rewritten without them, again and again.
fn sweep(store: &SledStore, seed: &str) -> Result<(), StoreError> {
    let by = Hand::program("2026-03-20T15:04:05Z");
    loop {
        for count in [3, 1, 2] {
            let leased = store.lease_slots(count)?;
            let batch: Vec<Issued> = leased.clone().map(|slot| issued(seed, slot)).collect();
            store.commit(&Warrant::Pilot, &batch, &by)?;
            acknowledge(&batch, leased);
        }
        let slots = store.lease_slots(1)?;
        let batch: Vec<Issued> = slots.clone().map(|slot| issued(seed, slot)).collect();
        store.commit(&Warrant::Pilot, &batch, &by)?;
        acknowledge(&batch, slots);
        for issued in &batch {
            let serial = &issued.record.serial;
            store.erase_certificates(&[serial], &by)?;
            say(&format!("{serial} forgotten\n"));
        }
        say("SWEEPING\n");
        assert!(store.sweep()?, "somebody was forgotten");
        say("SWEPT\n");
    }
}

fn acknowledge(batch: &[Issued], leased: std::ops::Range<u64>) {
    let lines = batch.iter().zip(leased).map(|(issued, slot)| format!("{} {slot}\n", issued.record.serial));
    say(&lines.collect::<String>());
}

fn work(store: &SledStore, seed: &str) -> Result<(), StoreError> {
    let by = Hand::program("2026-03-20T15:04:05Z");
    let mut last: Option<String> = None;
    for turn in 0_u64.. {
        let leased = store.lease_slots(u32::try_from(1 + turn % 8).unwrap())?;
        let batch: Vec<Issued> = leased.clone().map(|slot| issued(seed, slot)).collect();
        store.commit(&Warrant::Pilot, &batch, &by)?;
        acknowledge(&batch, leased);
        // What becomes of a certificate is as durable as the certificate.
        if let Some(serial) = last.take().filter(|_| turn.is_multiple_of(3)) {
            store.suspend(&[&serial], &by)?;
            say(&format!("{serial} suspended\n"));
        }
        last = batch.into_iter().next().map(|issued| issued.record.serial);
    }
    Ok(())
}

fn issued(seed: &str, slot: u64) -> Issued {
    let mut digest = [0xd1; 32];
    digest[..8].copy_from_slice(&slot.to_be_bytes());
    let length = DOCUMENTS[usize::from(slot.is_multiple_of(LONG))];
    let record = Record {
        serial: format!("{seed}-{slot}"),
        person: format!("person {slot}"),
        row: String::new(),
        achievement: "urn:skillpass:ilo:gin".to_owned(),
        signed_at: "2026-03-20T15:04:05Z".to_owned(),
        list: u32::try_from(slot / LIST).unwrap(),
        index: u32::try_from(slot % LIST).unwrap(),
        state: State::Issued,
        document: format!("{} {}", name_of(&format!("{seed}-{slot}")), "x".repeat(length)),
        digest,
    };
    Issued { record, supersedes: None, award: None }
}

/// What is forgotten with a certificate.
fn name_of(serial: &str) -> String {
    format!("the name of {serial},")
}

/// How many of these names lie in the store's files.
fn lying(store: &Path, names: &[String]) -> usize {
    let files: Vec<Vec<u8>> = std::fs::read_dir(store)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| std::fs::read(path).unwrap())
        .collect();
    let lies = |name: &&String| files.iter().any(|bytes| bytes.windows(name.len()).any(|part| part == name.as_bytes()));
    names.iter().filter(lies).count()
}

fn verify(folder: &Path, acks: &Path) {
    let opening = Instant::now();
    let found = SledStore::open(&folder.join("store")).and_then(|store| {
        let opened = opening.elapsed().as_millis();
        let (mut missing, mut acked, mut highest) = (0, 0, None);
        let (mut forgotten, mut swept) = (Vec::new(), Vec::new());
        for line in std::fs::read_to_string(acks).unwrap().lines() {
            if line == "SWEPT" {
                swept.append(&mut forgotten);
            }
            let Some((serial, what)) = line.split_once(' ') else { continue };
            let record = store.by_serial(serial)?;
            acked += 1;
            match what.parse::<u64>() {
                Ok(slot) => {
                    highest = highest.max(Some(slot));
                    let there = |it: &Record| u64::from(it.list) * LIST + u64::from(it.index) == slot;
                    missing += u32::from(!record.is_some_and(|record| there(&record)));
                }
                Err(_) if what == "forgotten" => {
                    forgotten.push(name_of(serial));
                    missing += u32::from(!record.is_some_and(|it| it.document.is_empty()));
                }
                Err(_) => missing += u32::from(!record.is_some_and(|record| record.state == State::Suspended)),
            }
        }
        let audited = audit(&store, &mut |_, _| {}, &|_| {})?;
        let next = store.lease_slots(1)?.start;
        let reused = u32::from(highest.is_some_and(|highest| next <= highest));
        // Of a sweep that was cut nothing is left but the store, and of one that was acknowledged none of those it was done for.
        let left = u32::from(folder.join("store.swept").exists());
        let lying = lying(&folder.join("store"), &swept);
        let bad = u64::from(missing > 0 || reused > 0 || audited.found > 0 || left > 0 || lying > 0);
        Ok(format!(
            "{{\"bad\":{bad},\"acked\":{acked},\"missing\":{missing},\"would_reuse_index\":{reused},\"problems\":{},\"left\":{left},\"lying\":{lying},\"swept\":{},\"records\":{},\"open_ms\":{opened}}}",
            audited.found,
            swept.len(),
            audited.records
        ))
    });
    let lost = |error: StoreError| serde_json::json!({"bad": 1, "open_error": format!("{error:?}")}).to_string();
    println!("{}", found.unwrap_or_else(lost));
}
