//! Who is believed, and why: first roots, names that pretend, bundles, and one authority's word for another's (threats.md F8, F9, F17,
//! F18, F20, D2).

use std::path::Path;

use serde_json::{Value, json};
use skillpass::store::trust_folder::{FolderError, NotTaken, Offered, Taken, TrustFolder};
use skillpass::trust::bundle::Bundle;
use skillpass::trust::fingerprint::Fingerprint;
use skillpass::trust::pack::{Anchor, PackError, Standing};
use skillpass::trust::supersede::Refused;

use super::client::time;
use super::repository::{Part, Repository, bundle};
use crate::common::documents::{NOW, canonical};
use crate::common::packs::recognised;

const PILOT: &str = "pilot";

fn open(dir: &Path) -> TrustFolder {
    TrustFolder::open(dir).unwrap()
}

/// Every byte of a folder.
fn bytes(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(dir)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

fn take(dir: &Path, file: &[u8], accepted: &[&Repository]) -> Vec<Offered> {
    let accepted: Vec<Fingerprint> = accepted.iter().map(|it| Fingerprint::of(&it.first_root())).collect();
    open(dir).take(file, &accepted, time(NOW)).unwrap()
}

fn results(offered: &[Offered]) -> Vec<&Result<Taken, NotTaken>> {
    offered.iter().map(|offered| &offered.result).collect()
}

/// A region that recognises others.
fn region(others: &[&Repository]) -> Repository {
    let mut region = Repository::another("urn:region", "CO", PILOT);
    let rows = others.iter().map(|other| {
        let mut row = recognised(other.root["authority"]["id"].as_str().unwrap(), &other.first_root());
        row["country"] = other.root["authority"]["country"].clone();
        row
    });
    region.accreditation["recognises"] = rows.collect::<Vec<Value>>().into();
    region
}

#[test]
fn a_first_root_needs_a_persons_word() {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().join("trust");
    let (ours, thief) = (Repository::new(), Repository::another("urn:thief", "CO", PILOT));
    let fingerprint = Fingerprint::of(&ours.first_root());
    let nobodys = take(&dir, &ours.file(), &[]);
    assert_eq!(results(&nobodys), [&Err(NotTaken::UnknownRoot(fingerprint))]);
    assert!(!dir.exists(), "nothing was made for what was not accepted");
    // Another's fingerprint opens nothing.
    assert_eq!(results(&take(&dir, &ours.file(), &[&thief])), [&Err(NotTaken::UnknownRoot(fingerprint))]);
    assert_eq!(results(&take(&dir, &ours.file(), &[&ours])), [&Ok(Taken::First)]);
    assert_eq!(open(&dir).packs().unwrap().packs.len(), 1);
    // From now on nobody is asked again.
    assert_eq!(results(&take(&dir, &ours.file(), &[])), [&Ok(Taken::Same)]);
    let older = bytes(&dir);
    let newer = ours.clone().publish();
    let taken = take(&dir, &newer, &[]);
    let [Ok(Taken::Superseded { before })] = results(&taken)[..] else { panic!("not taken") };
    let kept = std::fs::read(before).unwrap();
    assert!(older.iter().any(|(_, bytes)| *bytes == kept), "the file before is kept as it was");
}

/// Somebody who calls himself by an accepted name, on roots of his own: not even with his own fingerprint.
#[test]
fn a_name_that_pretends() {
    let temp = tempfile::tempdir().unwrap();
    let ours = Repository::new();
    let mut thief = Repository::another("urn:thief", "CO", PILOT);
    thief.roots.clear();
    thief.root["authority"] = ours.root["authority"].clone();
    thief.publish_root();
    take(temp.path(), &ours.file(), &[&ours]);
    let before = bytes(temp.path());
    for accepted in [&[][..], &[&thief]] {
        let pretended = take(temp.path(), &thief.file(), accepted);
        assert_eq!(results(&pretended), [&Err(NotTaken::Refused(Refused::OtherRoot))]);
    }
    assert_eq!(bytes(temp.path()), before);
    // Its pilot and its production are two, each on its own roots.
    let mut production = thief.clone();
    production.roots.clear();
    production.root["environment"] = "production".into();
    production.publish_root();
    assert_eq!(results(&take(temp.path(), &production.file(), &[&production])), [&Ok(Taken::First)]);
}

/// F9. Whatever an authority, an institution or a list calls itself, the folder's files are named by digests.
#[test]
fn names_never_become_paths() {
    let names = [
        "?",
        "#",
        "/delegated",
        "../delegated",
        "..%2f..%2fdelegated",
        "a\u{0}b",
        "C:\\con",
        "Ministério 🇧🇷",
        "*.json",
    ];
    for name in names {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("a/b/trust");
        let mut repository = Repository::another("urn:names", "CO", PILOT);
        repository.roots.clear();
        repository.root["authority"]["id"] = name.into();
        repository.root["authority"]["name"] = name.into();
        repository.publish_root();
        repository.accreditation["issuers"][0]["name"] = name.into();
        repository.freshness["lists"][0]["id"] = name.into();
        assert_eq!(results(&take(&dir, &repository.file(), &[&repository])), [&Ok(Taken::First)], "{name:?}");
        repository.publish();
        take(&dir, &repository.file(), &[]);
        let files: Vec<String> = bytes(&dir).into_iter().map(|(name, _)| name).collect();
        assert_eq!(files.len(), 3, "{files:?}");
        let plain = |name: &String| name == "accepted.json" || name.split('.').next().unwrap().len() == 64;
        assert!(files.iter().all(plain), "{files:?}");
        let beside: Vec<_> = std::fs::read_dir(temp.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(beside, ["a"]);
    }
}

/// One bad pack does not spoil the others, and each stands on its own root.
#[test]
fn a_bundle_of_several() {
    let temp = tempfile::tempdir().unwrap();
    let (one, two) = (Repository::new(), Repository::another("urn:two", "PE", PILOT));
    let mut broken: Value = serde_json::from_slice(&Repository::another("urn:three", "CL", PILOT).file()).unwrap();
    broken["freshness"]["date"] = "2026-05-03T00:00:00Z".into();
    let broken = canonical(&broken);
    let file = bundle(&[&broken, &one.file(), &two.file()]);
    let offered = take(temp.path(), &file, &[&one]);
    let unknown = Fingerprint::of(&two.first_root());
    let [
        Err(NotTaken::Unusable(PackError::Unsigned("freshness", _))),
        Ok(Taken::First),
        Err(NotTaken::UnknownRoot(found)),
    ] = results(&offered)[..]
    else {
        panic!("{offered:?}")
    };
    assert_eq!(*found, unknown);
    // By hand, all that can be read stand.
    let read = Bundle::read(&file, &Anchor::NamedByHand).unwrap();
    assert_eq!(read.packs.iter().filter(|pack| pack.is_ok()).count(), 2);
    for (wrong, value) in [("packs", json!([])), ("packs", json!({})), ("format", json!(2))] {
        let mut file: Value = serde_json::from_slice(&file).unwrap();
        file[wrong] = value;
        assert_eq!(Bundle::read(&canonical(&file), &Anchor::NamedByHand).unwrap_err(), PackError::NotAPack);
    }
    // A bundle in a bundle is no pack.
    let nested = Bundle::read(&bundle(&[&file, &one.file()]), &Anchor::NamedByHand).unwrap();
    assert_eq!(nested.packs[0].as_ref().unwrap_err(), &PackError::NotAPack);
    assert!(nested.packs[1].is_ok());
    // What we write, we read.
    let written = Bundle::assemble(&[one.file(), two.file()], &[]).unwrap();
    assert_eq!(written, bundle(&[&one.file(), &two.file()]));
}

/// An older and a newer file of one authority in one bundle, in either order: the newer one stays.
#[test]
fn twice_in_a_bundle() {
    let mut repository = Repository::new();
    let (older, newer) = (repository.file(), repository.publish());
    for files in [[&*older, &newer], [&newer, &older]] {
        let temp = tempfile::tempdir().unwrap();
        take(temp.path(), &bundle(&files), &[&repository]);
        assert_eq!(open(temp.path()).packs().unwrap().packs[0].1.versions(), (1, 1, 2));
    }
}

/// One hop: the region's word carries a country, and a country's word carries nobody further.
#[test]
fn recognition_is_one_hop() {
    let mut country = Repository::another("urn:country", "PE", PILOT);
    let body = Repository::another("urn:body", "PE", PILOT);
    country.accreditation["recognises"] = region(&[&body]).accreditation["recognises"].clone();
    let region = region(&[&country]);
    let file = bundle(&[&body.file(), &country.file(), &region.file()]);
    let read = Bundle::read(&file, &Anchor::Pinned(vec![region.first_root()])).unwrap();
    assert_eq!(read.packs[0].as_ref().unwrap_err(), &PackError::UnknownRoot);
    let Standing::Recognised { by, country: of, instrument, from, until } = read.packs[1].as_ref().unwrap().standing()
    else {
        panic!("not recognised")
    };
    assert_eq!((by.as_str(), of.as_str(), instrument.as_str()), ("Autoridad urn:region", "CO", "Acuerdo de ejemplo"));
    assert_eq!((*from, *until), (time("2025-01-01T00:00:00Z"), None));
    assert_eq!(*read.packs[2].as_ref().unwrap().standing(), Standing::Pinned);
    // Without the region, nobody.
    let alone = Bundle::read(&country.file(), &Anchor::Pinned(vec![region.first_root()])).unwrap();
    assert_eq!(alone.packs[0].as_ref().unwrap_err(), &PackError::UnknownRoot);
    // A pack that recognises itself gains nothing.
    let temp = tempfile::tempdir().unwrap();
    let offered = take(temp.path(), &file, &[&region]);
    assert_eq!(results(&offered)[1..], [&Ok(Taken::First), &Ok(Taken::First)]);
    assert!(matches!(offered[0].result, Err(NotTaken::UnknownRoot(_))));
    // Later updates of the country come alone.
    let mut newer = country.clone();
    take(temp.path(), &newer.publish(), &[]);
    let held = open(temp.path()).packs().unwrap();
    let standing: Vec<bool> = held.packs.iter().map(|(_, pack)| *pack.standing() == Standing::Pinned).collect();
    assert_eq!((standing, held.problems.len()), (vec![true, false], 0));
    // With the region's word gone, the country's file stays and counts no more, and it is said (never: unknown issuer, red).
    let mut silent = region.clone();
    silent.accreditation["recognises"] = json!([]);
    silent.bump(Part::Accreditation);
    take(temp.path(), &silent.publish(), &[]);
    let held = open(temp.path()).packs().unwrap();
    assert_eq!((held.packs.len(), held.problems.len()), (1, 1));
    // Nor is a newer file of it taken in now; with a person's word it is.
    assert!(matches!(take(temp.path(), &newer.publish(), &[])[0].result, Err(NotTaken::UnknownRoot(_))));
    assert!(take(temp.path(), &newer.file(), &[&newer])[0].result.is_ok());
}

/// A recognition is of this root, this name, this country; a pilot's word is a pilot's.
#[test]
fn recognition_is_exact() {
    let country = Repository::another("urn:country", "PE", PILOT);
    let stands = |region: &Repository, country: &Repository| {
        let file = bundle(&[&country.file(), &region.file()]);
        let read = Bundle::read(&file, &Anchor::Pinned(vec![region.first_root()])).unwrap();
        assert!(read.packs[1].is_ok());
        read.packs[0].is_ok()
    };
    let good = region(&[&country]);
    assert!(stands(&good, &country));
    for (member, value) in [
        ("authority", json!("urn:another")),
        ("country", json!("CL")),
        ("root", json!(skillpass::base::multibase::digest(&[7; 32]))),
    ] {
        let mut other = good.clone();
        other.accreditation["recognises"][0][member] = value;
        assert!(!stands(&other, &country), "{member}");
    }
    let production = Repository::another("urn:country", "PE", "production");
    let mut pilot_region = region(&[&production]);
    assert!(!stands(&pilot_region, &production), "a pilot recognises no production");
    pilot_region.roots.clear();
    pilot_region.root["environment"] = "production".into();
    pilot_region.publish_root();
    assert!(stands(&pilot_region, &production));
    let mut production_region = region(&[&country]);
    production_region.roots.clear();
    production_region.root["environment"] = "production".into();
    production_region.publish_root();
    assert!(!stands(&production_region, &country), "production recognises no pilot");
    // The country rotates its roots: its first one is still what was recognised.
    let mut rotated = country.clone();
    rotated.rotate(Part::Root, &["rotated-1", "rotated-2"], 2);
    assert!(stands(&good, &rotated));
}

/// D2. The newest time ever seen outlives the pack that showed it; F18: files that cannot be read are told, and the others stand.
#[test]
fn what_a_folder_remembers() {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path();
    let (one, mut two) = (Repository::new(), Repository::another("urn:two", "PE", PILOT));
    two.freshness["date"] = "2026-05-04T09:00:00Z".into();
    take(dir, &one.file(), &[&one]);
    assert_eq!(open(dir).seen(), Some(time("2026-05-02T06:00:00Z")));
    take(dir, &two.file(), &[&two]);
    assert_eq!(open(dir).seen(), Some(time("2026-05-04T09:00:00Z")));
    assert!(matches!(open(dir).remove("urn:nobody"), Err(FolderError::Unknown)));
    let removed = open(dir).remove("urn:two").unwrap();
    assert!(!removed.exists());
    assert_eq!(open(dir).seen(), Some(time("2026-05-04T09:00:00Z")));
    assert!(matches!(take(dir, &two.file(), &[])[0].result, Err(NotTaken::UnknownRoot(_))), "forgotten is forgotten");
    take(dir, &two.file(), &[&two]);
    // A damaged file is told of, and mended by the next update; never by an older file than the one before it.
    let held = open(dir).packs().unwrap();
    let path = held.packs.iter().find(|(_, pack)| pack.root().authority.id == "urn:two").unwrap().0.clone();
    let older = two.file();
    take(dir, &two.publish(), &[]);
    take(dir, &two.publish(), &[]);
    std::fs::write(&path, b"{\"type\":\"TrustPack\"}").unwrap();
    let held = open(dir).packs().unwrap();
    assert_eq!((held.packs.len(), held.problems.len()), (1, 1));
    assert!(matches!(take(dir, &older, &[])[0].result, Err(NotTaken::Refused(Refused::Rollback(_)))));
    assert!(take(dir, &two.publish(), &[])[0].result.is_ok());
    assert_eq!(open(dir).packs().unwrap().packs.len(), 2);
    // A file that is not ours to name is not looked at, one under another's name does not stand.
    std::fs::write(dir.join("notes.json"), b"{}").unwrap();
    std::fs::copy(&path, dir.join(format!("{}.json", "0".repeat(64)))).unwrap();
    let held = open(dir).packs().unwrap();
    assert_eq!((held.packs.len(), held.problems.len()), (2, 1));
    let digits = "0".repeat(12);
    open(dir).remove(&digits).unwrap();
    let fingerprint = Fingerprint::of(&two.first_root()).to_string();
    open(dir).remove(&fingerprint).unwrap();
    assert_eq!(open(dir).packs().unwrap().packs.len(), 1);
    // A note that is damaged is not guessed at.
    std::fs::write(dir.join("accepted.json"), b"{").unwrap();
    assert!(matches!(TrustFolder::open(dir), Err(FolderError::Damaged(_))));
}
