//! Random histories: honest publications and rotations, replays, mixed parts, forged ones, in any order. Whatever comes, the versions do
//! not fall but by the recovery rule, what is held is signed by a chain from the pinned root, and a refusal changes no byte.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use skillpass::store::trust_folder::{NotTaken, Taken, TrustFolder};
use skillpass::trust::fingerprint::Fingerprint;
use skillpass::trust::pack::{Anchor, TrustPack};

use super::client::time;
use super::repository::{Part, Repository, role};
use crate::common::documents::{NOW, canonical, key};
use crate::common::packs::{digest, sign_part};

/// 48 histories of up to 24 steps.
const HISTORIES: u32 = 48;
const STEPS: usize = 24;

/// One thing that happens.
#[derive(Clone, Debug)]
enum Step {
    /// Accreditation grows, and the day's file is given out.
    Accredit,
    /// A signature is taken away from a part of the newest file.
    Cut(Part),
    /// A thief of a part's keys raises its version.
    FastForward(Part, u64),
    /// A part of the newest file is changed after it was signed.
    Forge(Part),
    /// A thief signs a part with keys of his own.
    ForeignKeys(Part),
    /// Parts of two earlier files in one.
    Mix(usize, usize, Part),
    /// The day's file.
    Publish,
    /// An earlier file again.
    Replay(usize),
    /// The institution withdraws one more.
    Revoke(u32),
    /// New keys for a part.
    Rotate(Part),
    /// The authority's people give two different words under one version.
    Split(Part),
    /// The institution forgets what it withdrew.
    UnRevoke,
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![Just(Part::Accreditation), Just(Part::Freshness), Just(Part::Root)]
}

fn not_root() -> impl Strategy<Value = Part> {
    prop_oneof![Just(Part::Accreditation), Just(Part::Freshness)]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Publish),
        2 => Just(Step::Accredit),
        2 => part().prop_map(Step::Rotate),
        2 => (0..1000u32).prop_map(Step::Revoke),
        3 => (0..STEPS).prop_map(Step::Replay),
        3 => (0..STEPS, 0..STEPS, part()).prop_map(|(one, other, part)| Step::Mix(one, other, part)),
        1 => part().prop_map(Step::Forge),
        1 => part().prop_map(Step::Cut),
        1 => part().prop_map(Step::ForeignKeys),
        1 => not_root().prop_map(Step::Split),
        1 => (not_root(), 1..1_000u64).prop_map(|(part, ahead)| Step::FastForward(part, ahead)),
        1 => Just(Step::UnRevoke),
    ]
}

/// The world of one history.
struct World {
    repository: Repository,
    files: Vec<Value>,
    revoked: Vec<u32>,
    rotations: usize,
}

impl World {
    fn new() -> Self {
        let repository = Repository::new();
        Self { files: vec![repository.to_json()], repository, revoked: vec![13], rotations: 0 }
    }

    fn day(&mut self) -> Value {
        self.repository.bump(Part::Freshness);
        self.repository.to_json()
    }

    /// The file that a step offers.
    fn play(&mut self, step: &Step) -> Value {
        let newest = self.files[self.files.len() - 1].clone();
        let file = match step {
            Step::Accredit => {
                self.repository.bump(Part::Accreditation);
                self.day()
            }
            Step::Cut(part) => cut(newest, *part),
            Step::FastForward(part, ahead) => {
                let mut thief = self.repository.clone();
                let version = thief.version(*part);
                thief.part(*part)["version"] = (version + ahead).into();
                thief.to_json()
            }
            Step::Forge(part) => {
                let mut file = newest;
                place(&mut file, *part)["forged"] = true.into();
                file
            }
            Step::ForeignKeys(part) => foreign(newest, *part),
            Step::Mix(one, other, part) => {
                let (one, other) = (&self.files[one % self.files.len()], &self.files[other % self.files.len()]);
                let mut file = one.clone();
                file[part.name()] = other[part.name()].clone();
                file
            }
            Step::Publish => self.day(),
            Step::Replay(at) => self.files[at % self.files.len()].clone(),
            Step::Revoke(position) => {
                self.revoked.push(*position);
                self.repository.revoke(&self.revoked);
                self.day()
            }
            Step::Rotate(part) => {
                self.rotations += 1;
                let names = ["a", "b"].map(|name| format!("rotation-{}-{name}", self.rotations));
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                match part {
                    Part::Freshness => self.repository.rotate(*part, &names[..1], 1),
                    Part::Accreditation | Part::Root => self.repository.rotate(*part, &names, 2),
                };
                self.day()
            }
            Step::Split(part) => {
                let mut other = self.repository.clone();
                other.part(*part)["later"] = format!("words {}", self.files.len()).into();
                other.to_json()
            }
            Step::UnRevoke => {
                let mut forgetful = self.repository.clone();
                forgetful.revoke(&[13]);
                forgetful.bump(Part::Freshness);
                forgetful.to_json()
            }
        };
        self.files.push(file.clone());
        file
    }
}

fn place(file: &mut Value, part: Part) -> &mut Value {
    match part {
        Part::Root => file["root"].as_array_mut().unwrap().last_mut().unwrap(),
        Part::Accreditation | Part::Freshness => &mut file[part.name()],
    }
}

fn cut(mut file: Value, part: Part) -> Value {
    if let Some(proofs) = place(&mut file, part)["proof"].as_array_mut() {
        proofs.pop();
    }
    file
}

fn foreign(mut file: Value, part: Part) -> Value {
    let signed = place(&mut file, part);
    signed.as_object_mut().unwrap().remove("proof");
    let version = signed["version"].as_u64().unwrap();
    signed["version"] = (version + 1).into();
    if part == Part::Root {
        signed["roles"]["root"] = role(&["thief", "thief-2"], 1);
    }
    *signed = sign_part(signed, part.purpose(), &["thief", "thief-2"], NOW);
    file
}

fn bytes(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().map(|entry| entry.unwrap());
    entries.map(|it| (it.file_name().into_string().unwrap(), std::fs::read(it.path()).unwrap())).collect()
}

/// Judged by this test's own eyes, not by the kernel's: the proofs of a part that hold, under distinct keys of a role.
fn signed_by_role(part: &Value, purpose: &str, role: &Value) -> bool {
    let mut held = std::collections::BTreeSet::new();
    let mut unsecured = part.clone();
    unsecured.as_object_mut().unwrap().remove("proof");
    for proof in part["proof"].as_array().unwrap() {
        let method = proof["verificationMethod"].as_str().unwrap();
        let multikey = method.split('#').next().unwrap().strip_prefix("did:key:").unwrap();
        let of_role = role["keys"].as_array().unwrap().iter().any(|key| key == multikey);
        let key = skillpass::base::key::PublicKey::from_multikey(multikey).unwrap();
        let value = skillpass::base::multibase::base58btc_exact::<64>(proof["proofValue"].as_str().unwrap());
        let bytes = crate::common::documents::signed_bytes(&unsecured, proof);
        if of_role && proof["proofPurpose"] == purpose && value.is_some_and(|value| key.holds(&bytes, &value)) {
            held.insert(multikey.to_owned());
        }
    }
    held.len() as u64 >= role["threshold"].as_u64().unwrap()
}

fn chained_from(file: &Value, pinned: &str) {
    let roots = file["root"].as_array().unwrap();
    assert_eq!(digest(&roots[0]), pinned);
    for pair in roots.windows(2) {
        assert!(
            signed_by_role(&pair[1], "trustRoot", &pair[0]["roles"]["root"]),
            "a root that the old ones did not sign"
        );
    }
    let current = roots.last().unwrap();
    assert!(signed_by_role(current, "trustRoot", &current["roles"]["root"]));
    for part in [Part::Accreditation, Part::Freshness] {
        assert!(signed_by_role(&file[part.name()], part.purpose(), &current["roles"][part.name()]), "{part:?}");
    }
    assert_eq!(file["freshness"]["accreditation"]["digest"], digest(&file["accreditation"]).as_str());
}

/// Whether a thief of the old role's keys is too weak under the new one.
fn recovered(old: &Value, new: &Value, part: Part) -> bool {
    let role = |file: &Value| file["root"].as_array().unwrap().last().unwrap()["roles"][part.name()].clone();
    let (old, new) = (role(old), role(new));
    let known = new["keys"].as_array().unwrap().iter().filter(|key| old["keys"].as_array().unwrap().contains(key));
    (known.count() as u64) < new["threshold"].as_u64().unwrap()
}

fn history(steps: &[Step]) {
    let temp = tempfile::tempdir_in(if Path::new("/dev/shm").is_dir() { "/dev/shm" } else { "." }).unwrap();
    let dir = temp.path().join("trust");
    let mut world = World::new();
    let root = world.repository.first_root();
    let pinned = skillpass::base::multibase::digest(&root);
    let accepted = [Fingerprint::of(&root)];
    let mut here = world.files[0].clone();
    TrustFolder::open(&dir).unwrap().take(&canonical(&here), &accepted, time(NOW)).unwrap();
    for step in steps {
        let offered = world.play(step);
        let before = bytes(&dir);
        let seen = TrustFolder::open(&dir).unwrap().seen();
        let mut folder = TrustFolder::open(&dir).unwrap();
        let result = folder.take(&canonical(&offered), &[], time(NOW)).unwrap().remove(0).result;
        let now_here = bytes(&dir);
        match result {
            Err(NotTaken::Refused(_) | NotTaken::Unusable(_)) => assert_eq!(before, now_here, "{step:?}"),
            Err(NotTaken::UnknownRoot(_)) | Ok(Taken::First) => panic!("{step:?}: its root was accepted"),
            Ok(Taken::Same) => assert_eq!(before, now_here, "{step:?}"),
            Ok(Taken::Superseded { .. }) => {
                chained_from(&offered, &pinned);
                let version = |file: &Value, part: Part| match part {
                    Part::Root => file["root"].as_array().unwrap().last().unwrap()["version"].as_u64().unwrap(),
                    Part::Accreditation | Part::Freshness => file[part.name()]["version"].as_u64().unwrap(),
                };
                assert!(version(&offered, Part::Root) >= version(&here, Part::Root), "{step:?}");
                for part in [Part::Accreditation, Part::Freshness] {
                    let kept = version(&offered, part) >= version(&here, part);
                    assert!(kept || recovered(&here, &offered, part), "{step:?}: {part:?} fell");
                }
                here = offered;
            }
        }
        assert!(TrustFolder::open(&dir).unwrap().seen() >= seen);
        let held = TrustFolder::open(&dir).unwrap().packs().unwrap();
        assert_eq!((held.packs.len(), held.problems.len()), (1, 0));
        let file = std::fs::read(&held.packs[0].0).unwrap();
        assert_eq!(file, canonical(&here), "{step:?}: what is held is what was taken last");
    }
}

#[test]
fn random_histories() {
    let mut runner = TestRunner::new(Config { cases: HISTORIES, failure_persistence: None, ..Config::default() });
    runner
        .run(&prop::collection::vec(step(), 1..STEPS), |steps| {
            history(&steps);
            Ok(())
        })
        .unwrap();
}

/// The histories do take in and refuse: each kind of step once, in an order that is known.
#[test]
fn each_kind_of_step_is_answered() {
    let mut world = World::new();
    let mut here = TrustPack::read(&canonical(&world.files[0]), &Anchor::NamedByHand).unwrap();
    let steps = [
        (Step::Publish, true),
        (Step::Accredit, true),
        (Step::Revoke(7), true),
        (Step::UnRevoke, false),
        (Step::Rotate(Part::Root), true),
        (Step::Rotate(Part::Accreditation), true),
        (Step::Rotate(Part::Freshness), true),
        (Step::Replay(0), false),
        (Step::Publish, true),
        (Step::Mix(1, 8, Part::Freshness), false),
        (Step::Publish, true),
        (Step::Forge(Part::Accreditation), false),
        (Step::Publish, true),
        (Step::Cut(Part::Root), false),
        (Step::Publish, true),
        (Step::ForeignKeys(Part::Freshness), false),
        (Step::Split(Part::Freshness), false),
        (Step::FastForward(Part::Freshness, 5), true),
        (Step::Publish, false),
        (Step::Rotate(Part::Freshness), true),
    ];
    for (step, taken) in steps {
        let offered = canonical(&world.play(&step));
        let read = TrustPack::read(&offered, &Anchor::NamedByHand).map_err(|error| format!("{error:?}"));
        let result = read.and_then(|pack| pack.supersede(&here).map_err(|refused| format!("{refused:?}")));
        assert_eq!(result.is_ok(), taken, "{step:?}: {:?}", result.err());
        here = result.unwrap_or(here);
    }
    assert!(key("thief").public() != key("thief-2").public() && json!(world.rotations) == json!(4));
}
