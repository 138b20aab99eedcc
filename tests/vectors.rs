//! Our own vectors, one defect a file (tests/vectors/README.md has the format), and what no single file can show: matrices,
//! permutations, and that every reason is reached.

pub mod make;
mod matrices;
mod network;
pub mod run;
mod third_state;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use skillpass::holder::check::{State, Why};
use skillpass::verify::{Policy, Reason, verify};

use crate::common::shared::to_hex;
use crate::common::{documents, here, packs};
use run::Found;
pub use run::Vector;

/// Half a mebibyte: what a thread of a small machine has (threats.md B2).
const STACK: usize = 512 * 1024;

/// Every committed vector, on a small stack, against its expectation; known disagreements stand in exceptions.json, and one that
/// no longer disagrees fails.
#[test]
fn every_vector_meets_its_expectation() {
    let run = || {
        let exceptions = run::json(&here("tests/vectors/exceptions.json"));
        let exceptions = exceptions.as_object().unwrap();
        let mut unknown: BTreeSet<&String> = exceptions.keys().collect();
        let mut faults = Vec::new();
        let vectors = Vector::all();
        for vector in &vectors {
            let found = vector.run();
            let fault = vector.compare(&found);
            match (fault, exceptions.get(&vector.name)) {
                (None, None) => {}
                (None, Some(_)) => {
                    faults.push(format!("{} is in exceptions.json and meets its expectation", vector.name))
                }
                (Some(fault), None) => faults.push(format!("{}: {fault}", vector.name)),
                (Some(_), Some(exception)) => {
                    assert!(exception["reason"].as_str().is_some_and(|reason| reason.len() > 20), "{}", vector.name);
                    let actual = Found::of_json(&exception["actual"]);
                    assert!(
                        actual.outcome == found.outcome && (actual.reason.is_none() || actual.reason == found.reason),
                        "{}: exceptions.json says {actual:?}, found {found:?}",
                        vector.name
                    );
                }
            }
            unknown.remove(&vector.name);
        }
        assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), vectors.len(), faults.join("\n"));
        assert!(unknown.is_empty(), "exceptions of no vector: {unknown:?}");
        assert!(vectors.len() > 250, "only {} vectors", vectors.len());
    };
    std::thread::Builder::new().stack_size(STACK).spawn(run).unwrap().join().unwrap();
}

/// Every code that a verdict can give is asked for by a vector (style habit 12).
#[test]
fn every_reason_is_reached_by_a_vector() {
    let mut asked = BTreeSet::new();
    for vector in Vector::all().iter().filter(|vector| vector.folder == "credential") {
        asked.extend(vector.expect["reason"].as_str().map(str::to_owned));
        let findings = vector.expect["findings"].as_object();
        asked.extend(
            findings.into_iter().flat_map(|findings| findings.values()).map(|it| it.as_str().unwrap().to_owned()),
        );
    }
    let lacking: Vec<&str> = Reason::CODES.into_iter().filter(|code| !asked.contains(*code)).collect();
    assert!(lacking.is_empty(), "no vector for {lacking:?}");
    let strange: Vec<&String> = asked
        .iter()
        .filter(|code| !Reason::CODES.contains(&code.as_str()) && !run::UNREADABLE.contains(&code.as_str()))
        .collect();
    assert!(strange.is_empty(), "no such reason: {strange:?}");
}

/// Every state of a holder, and every reason for it, is asked for by a vector.
#[test]
fn every_state_of_a_holder_is_reached_by_a_vector() {
    let of_presentations = || Vector::all().into_iter().filter(|vector| vector.folder == "presentation");
    let asked: BTreeSet<String> =
        of_presentations().map(|vector| vector.expect["reason"].as_str().unwrap().to_owned()).collect();
    let states: BTreeSet<String> =
        of_presentations().map(|vector| vector.expect["outcome"].as_str().unwrap().to_owned()).collect();
    let lacking: Vec<&str> = Why::ALL.into_iter().map(Why::code).filter(|code| !asked.contains(*code)).collect();
    assert!(lacking.is_empty(), "{lacking:?}");
    assert_eq!(states, State::CODES.map(str::to_owned).into());
    // Only a question of one's own, asked now and not answered before, comes to "proven".
    for vector in of_presentations().filter(|vector| vector.expect["outcome"] == "proven") {
        let file = vector.file();
        assert!(file["ask"].is_string() && file["answered"].is_null(), "{}", vector.name);
    }
}

/// Rows of threats.md A to F that no file can show, each with the test that does, are listed in tests/vectors/README.md; all the
/// others have a file of their id.
#[test]
fn every_threat_row_has_a_vector_or_a_line_in_the_table() {
    let named = rows_with_files();
    let readme = std::fs::read_to_string(here("tests/vectors/README.md")).unwrap();
    let rows = ["a", "b", "c", "d"].map(|it| format!("A9{it}")).into_iter();
    let rows = rows.chain((1..=20).filter(|it| *it != 9).map(|it| format!("A{it}")));
    let rows = rows.chain((1..=15).map(|it| format!("B{it}"))).chain((1..=11).map(|it| format!("C{it}")));
    let lacking: Vec<String> =
        rows.filter(|row| !named.contains(row) && !readme.contains(&format!("| {row} |"))).collect();
    assert!(lacking.is_empty(), "{lacking:?}");
    // D, E and F each have their own line; what it names is there.
    let mut wrong = Vec::new();
    let rows = (1..=8).map(|it| format!("D{it}")).chain((1..=16).map(|it| format!("E{it}")));
    for row in rows.chain((1..=20).map(|it| format!("F{it}"))) {
        let lines: Vec<&str> = readme.lines().filter(|line| line.starts_with(&format!("| {row} |"))).collect();
        let [line] = lines[..] else {
            wrong.push(format!("{row} stands {} times", lines.len()));
            continue;
        };
        let shown: Vec<&str> = line.split('`').skip(1).step_by(2).collect();
        if shown.is_empty() && !line.contains("**Open") {
            wrong.push(format!("{row} names nothing"));
        }
        wrong.extend(shown.into_iter().filter(|name| !is_there(name)).map(|name| format!("{row}: no {name}")));
        if named.contains(&row) != line.contains(&format!("`{row}-")) {
            wrong.push(format!("{row}: its files, and the line that names them"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What stands before the first hyphen of a vector's name.
fn rows_with_files() -> BTreeSet<String> {
    let names = Vector::all();
    names.iter().map(|vector| vector.file_name().split('-').next().unwrap().to_owned()).collect()
}

/// Whether the README's table names something that is there: `E1-…` files, or `module::test`.
fn is_there(name: &str) -> bool {
    if let Some(first) = name.strip_suffix('*') {
        return Vector::all().iter().any(|vector| vector.file_name().starts_with(first));
    }
    let Some((module, test)) = name.rsplit_once("::") else {
        return Vector::all().iter().any(|vector| vector.file_name() == name);
    };
    let path = module.replace("::", "/");
    [format!("tests/{path}.rs"), format!("tests/{path}/mod.rs"), format!("src/{path}.rs")]
        .iter()
        .any(|file| std::fs::read_to_string(here(file)).is_ok_and(|text| text.contains(&format!("fn {test}("))))
}

/// What is committed is what make.rs writes: nobody has edited a vector by hand, and nothing random went in.
#[test]
fn committed_vectors_are_reproducible() {
    let made: BTreeMap<String, String> = make::files().into_iter().collect();
    let mut differs = Vec::new();
    for (path, text) in &made {
        if std::fs::read_to_string(here("tests/vectors").join(path)).ok().as_ref() != Some(text) {
            differs.push(path.clone());
        }
    }
    for folder in ["credential", "json", "pack", "packet", "packs", "presentation", "receipt", "vacancy"] {
        let Ok(entries) = std::fs::read_dir(here("tests/vectors").join(folder)) else { continue };
        let names = entries.map(|entry| format!("{folder}/{}", entry.unwrap().file_name().to_str().unwrap()));
        differs.extend(names.filter(|name| !made.contains_key(name)));
    }
    assert!(differs.is_empty(), "run `cargo test --test all -- --ignored make_vectors`: {differs:#?}");
}

/// Writes the vectors. Run as `cargo test --test all -- --ignored make_vectors`.
#[test]
#[ignore = "writes into tests/vectors"]
fn make_vectors() {
    for folder in ["credential", "json", "pack", "packet", "packs", "presentation", "receipt", "vacancy"] {
        let folder = here("tests/vectors").join(folder);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
    }
    for (path, text) in make::files() {
        std::fs::write(here("tests/vectors").join(path), text).unwrap();
    }
}

/// A pack and a credential that were made once and are never made again: they must load, and mean the same, in every later version.
#[test]
fn frozen_files_still_mean_what_they_meant() {
    let expected = run::json(&here("tests/vectors/frozen/expect.json"));
    let read = |name: &str| {
        let bytes = std::fs::read(here("tests/vectors/frozen").join(name)).unwrap();
        assert_eq!(to_hex(&Sha256::digest(&bytes)), expected["sha256"][name].as_str().unwrap(), "{name} was changed");
        bytes
    };
    for case in expected["cases"].as_array().unwrap() {
        let pack = packs::read(&read(case["pack"].as_str().unwrap())).unwrap();
        let signed =
            skillpass::credential::document::Signed::read(&read(case["credential"].as_str().unwrap())).unwrap();
        let evidence = skillpass::verify::Evidence::of_packs(vec![pack]);
        let verdict = verify(&signed, &evidence, &Policy::default(), run::time(case["now"].as_str().unwrap()));
        let found = Found::of_verdict(&verdict);
        assert_eq!(found.outcome, case["expect"]["outcome"].as_str().unwrap());
        for (check, reason) in case["expect"]["findings"].as_object().unwrap() {
            assert_eq!(found.findings.get(check).map(String::as_str), reason.as_str(), "{check}");
        }
    }
}

/// A token look at the documents themselves, so that a slip in the maker shows here and not in two hundred vectors.
#[test]
fn the_makers_documents_are_what_they_should_be() {
    let signed: Value = documents::signed(&documents::module());
    let found = run::verdict(&documents::canonical(&signed), &["pilot"], &Policy::default(), documents::NOW);
    assert_eq!(found.outcome, "accept", "{found:?}");
}
