//! A process that is killed at any moment: what was issued is issued once, nobody is missing, no slot is used twice.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::time::{Duration, Instant};

use skillpass::base::canonical;
use skillpass::credential::credential::Credential;
use skillpass::credential::document::Document as _;
use skillpass::store::Store as _;

use super::program::{KEY, Place, register};

/// `SKILLPASS_LONG=1`: ten times the people and the kills (`tests/long`).
fn size() -> (usize, usize) {
    if std::env::var_os("SKILLPASS_LONG").is_some() { (3_000, 250) } else { (260, 25) }
}

/// Names of letters alone, as names are.
fn people(count: usize) -> Vec<(String, i32, String)> {
    let name = |number: usize| -> String {
        let letters = number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect::<String>();
        format!("María {}{} de la Cruz", letters[..1].to_uppercase(), &letters[1..])
    };
    (0..count).map(|number| (name(number), 1960 + (number % 40) as i32, format!("K-{number}"))).collect()
}

#[test]
fn a_register_that_is_killed_again_and_again_is_issued_once() {
    let (count, kills) = size();
    let place = Place::of_world();
    let people = people(count);
    place.write("many.csv", register(people.iter().map(|(name, year, id)| (name.as_str(), *year, id.as_str()))));
    let line = format!("issue --institution centro --register many.csv --achievement GIN --out many --key-file {KEY}");

    // As long as one whole run takes, so that the moments spread over all of it; another institution is spent on that.
    let begun = Instant::now();
    place.run(&line.replace("centro", "otro").replace("many --key", "spent --key")).ends(0);
    let whole = begun.elapsed();
    let mut dice = std::collections::hash_map::RandomState::new();
    let mut killed = 0;
    let begun = Instant::now();
    while killed < kills && (begun.elapsed() < Duration::from_secs(90) || kills > 25) {
        let mut child = place
            .command(line.split_whitespace())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let parts = 1 + u32::try_from(random(&mut dice) % 1_000).unwrap();
        // Early moments more often: each run does the rest of the one before, and so is shorter.
        std::thread::sleep(whole * parts / 1_000 / (1 + killed as u32 / 3).min(6));
        let finished = child.try_wait().unwrap();
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(finished.is_none_or(|status| status.success()), "{}", String::from_utf8_lossy(&output.stderr));
        if finished.is_some() {
            // It was done: from here on there is nothing to interrupt but writing what is lost again.
            place.files("many", "").iter().step_by(3).for_each(|file| std::fs::remove_file(place.path(file)).unwrap());
        }
        killed += 1;
    }
    assert!(killed >= 10, "{killed} kills");
    place.run(&line).ends(0);

    let files = place.files("many", "");
    assert_eq!(files.len(), 4 * count + 1, "and no part of a file is left");
    let store = place.store("centro");
    let records = store.records().unwrap();
    let mut slots = BTreeSet::new();
    let mut serials = BTreeMap::new();
    for record in &records {
        assert!(slots.insert((record.list, record.index)), "slot {}/{} twice", record.list, record.index);
        serials.insert(record.serial.clone(), record.document.clone());
    }
    assert!(store.slots_given().unwrap() >= slots.len() as u64);
    // The log knows each of them, once.
    let log = store.log(0).unwrap();
    assert_eq!(log.len(), records.len());
    assert_eq!(log.iter().collect::<BTreeSet<_>>(), records.iter().map(|record| &record.digest).collect());
    drop(store);
    let mut named = BTreeMap::new();
    let mut signed_slots = BTreeSet::new();
    for file in place.files("many", ".json") {
        let bytes = place.read(&file);
        let serial = file.trim_start_matches("many/").trim_end_matches(".json");
        assert_eq!(serials[serial].as_bytes(), bytes, "{file} is what the register has");
        let json = canonical::read(&bytes, Credential::BOUNDS).unwrap();
        let credential = Credential::parse(json.object().unwrap()).unwrap();
        assert!(signed_slots.insert((credential.status.list.clone(), credential.status.index)));
        *named.entry(credential.holder.name.as_str().to_owned()).or_insert(0) += 1;
    }
    for (name, ..) in &people {
        assert_eq!(named.get(name), Some(&1), "{name}");
    }
    assert_eq!(named.len(), count);
    // And so does what was published last.
    let published = String::from_utf8(place.read("centro/publish/log.txt")).unwrap();
    assert_eq!(skillpass::trust::checkpoint::read_log(&published), Some(log));
    let said = place.run("verify --trust centro/trust.json many --json").ends(0).json();
    assert_eq!(said["verdicts"].as_array().unwrap().len(), 2 * count);
    let index = String::from_utf8(place.read("many/index.csv")).unwrap();
    assert_eq!(index.lines().count(), count + 1);
}

/// A number that differs from run to run.
fn random(dice: &mut std::collections::hash_map::RandomState) -> u64 {
    use std::hash::BuildHasher as _;
    let number = dice.hash_one(Instant::now());
    *dice = std::collections::hash_map::RandomState::new();
    number
}

#[test]
fn a_founding_that_is_killed_can_be_done_elsewhere() {
    let place = Place::of_world();
    for moment in 0..6 {
        let dir = format!("new{moment}");
        let line = format!("init {dir} --name Nuevo --country CO --key-file {KEY}");
        let mut child = place.command(line.split(' ')).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(moment * 15));
        child.kill().unwrap();
        child.wait().unwrap();
        // Either it is whole and works, or it says that the folder cannot be used, or it can be founded again.
        let again = place.run(&line);
        assert!([0, 64].contains(&again.code), "{again:?}");
        if place.path(format!("{dir}/trust.json")).exists() {
            place.run(&format!("keys {dir} --check --key-file {KEY}")).ends(0);
        }
    }
}

/// A sweep that is killed at any moment leaves the whole store under its name: what was acknowledged is there, and the next sweep does the rest.
#[test]
fn a_sweep_that_is_killed_again_and_again_loses_nothing() {
    let place = Place::of_world();
    let people = people(120);
    place.write("many.csv", register(people.iter().map(|(name, year, id)| (name.as_str(), *year, id.as_str()))));
    place
        .run(&format!("issue --institution centro --register many.csv --achievement GIN --out many --key-file {KEY}"))
        .ends(0);
    let mut dice = std::collections::hash_map::RandomState::new();
    let (mut interrupted, kills) = (0, if std::env::var_os("SKILLPASS_LONG").is_some() { 100 } else { 12 });
    let mut whole = Duration::from_millis(400);
    for kill in 0..kills {
        let store = place.store("centro");
        // Somebody more each time, so that there is something to sweep.
        let record = store.records().unwrap().into_iter().find(|record| !record.document.is_empty()).unwrap();
        let by = skillpass::store::acts::Hand::program("2026-03-01T00:00:00Z");
        assert_eq!(store.erase_certificates(&[&record.serial], &by), Ok(1));
        let kept = (store.records().unwrap(), store.log(0).unwrap(), store.acts(0, 10_000).unwrap());
        drop(store);
        let begun = Instant::now();
        let mut child =
            place.command(["desk", "sweep", "centro"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        if kill == 0 {
            assert!(child.wait().unwrap().success());
            whole = begun.elapsed();
        } else {
            std::thread::sleep(whole * u32::try_from(random(&mut dice) % 1_000).unwrap() / 1_000);
            interrupted += usize::from(child.try_wait().unwrap().is_none());
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let store = place.store("centro");
        assert_eq!((store.records().unwrap(), store.log(0).unwrap(), store.acts(0, 10_000).unwrap()), kept);
        assert!(!place.path("centro/store.swept").exists(), "what was left behind is taken away");
        let findings = skillpass::store::audit::audit(&store, &mut |_, _| {}, &|_| {}).unwrap().findings;
        assert_eq!(findings, []);
    }
    assert!(interrupted > 0, "no sweep was interrupted");
    place.run("desk sweep centro").ends(0);
    assert!(!place.store("centro").is_unswept().unwrap());
}
