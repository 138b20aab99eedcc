//! Whose signatures count: thresholds, duplicates, rotations (threats.md F6 to F8).

use serde_json::{Value, json};

use super::client::{Client, Kernel, Program};
use super::repository::{Part, Repository, role};
use super::{credential, each, refused};
use crate::common::documents::{NOW, canonical, changed, key};
use crate::common::packs::sign_part;

/// A root's keys, its threshold, and who signed it; at the end, whether the chain up to it holds.
type Step = (&'static [usize], usize, &'static [usize]);

/// TUF's table of root rotations: name, steps, whether the last one is followed.
const ROTATIONS: [(&str, &[Step], bool); 15] = [
    ("one key for another", &[(&[1], 1, &[1]), (&[2], 1, &[2, 1]), (&[2], 1, &[2])], true),
    ("strangers sign too", &[(&[1], 1, &[3, 1, 4]), (&[2], 1, &[3, 2, 1, 4]), (&[2], 1, &[3, 2, 4])], true),
    (
        "3 of 5, others each time",
        &[(&[0, 1, 2, 3, 4], 3, &[0, 2, 4]), (&[0, 1, 2, 3, 4], 3, &[0, 4, 1]), (&[0, 1, 2, 3, 4], 3, &[0, 1, 3])],
        true,
    ),
    ("3 of 5, one is replaced", &[(&[0, 1, 2, 3, 4], 3, &[0, 2, 4]), (&[0, 1, 3, 4, 5], 3, &[0, 4, 1])], true),
    (
        "3 of 5, one is replaced and signs at once",
        &[(&[0, 1, 2, 3, 4], 3, &[0, 2, 4]), (&[0, 1, 3, 4, 5], 3, &[0, 2, 4, 5]), (&[0, 1, 3, 4, 5], 3, &[0, 4, 5])],
        true,
    ),
    (
        "3 of 5, all are replaced",
        &[
            (&[0, 1, 2, 3, 4], 3, &[0, 2, 4]),
            (&[5, 6, 7, 8, 9], 3, &[0, 2, 4, 5, 6, 7]),
            (&[5, 6, 7, 8, 9], 3, &[5, 6, 7]),
        ],
        true,
    ),
    ("1 of 3 becomes 2 of 3", &[(&[1, 2, 3], 1, &[1]), (&[1, 2, 3], 2, &[1, 2])], true),
    ("2 of 3 becomes 1 of 3", &[(&[1, 2, 3], 2, &[1, 2]), (&[1, 2, 3], 1, &[1, 2]), (&[1, 2, 3], 1, &[1])], true),
    ("1 of 1 becomes 2 of 2", &[(&[1], 1, &[1]), (&[1, 2], 2, &[1, 2])], true),
    ("the old key does not sign", &[(&[1], 1, &[1]), (&[2], 1, &[2, 3, 4])], false),
    ("the new key does not sign", &[(&[1], 1, &[1]), (&[2], 1, &[1, 3, 4])], false),
    ("too few of the new sign", &[(&[0, 1, 2, 3, 4], 3, &[0, 2, 4]), (&[0, 1, 3, 4, 5], 3, &[0, 2, 4])], false),
    ("too few of the old sign", &[(&[0, 1, 2, 3, 4], 3, &[0, 2, 4]), (&[0, 1, 3, 4, 5], 3, &[0, 4, 5])], false),
    ("the new threshold is not reached", &[(&[1, 2, 3], 1, &[1]), (&[1, 2, 3], 2, &[2])], false),
    ("the old threshold is not reached", &[(&[1, 2, 3], 2, &[1, 2]), (&[1, 2, 3], 1, &[1])], false),
];

fn named(keys: &[usize]) -> Vec<String> {
    keys.iter().map(|key| format!("rotating-{key}")).collect()
}

#[test]
fn root_rotation() {
    for (name, steps, followed) in ROTATIONS {
        let mut repository = Repository::new();
        repository.roots.clear();
        let mut files = Vec::new();
        for (at, (keys, threshold, signed)) in steps.iter().enumerate() {
            let keys = named(keys);
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            repository.root["version"] = (at + 1).into();
            repository.root["roles"]["root"] = role(&keys, *threshold);
            repository.signers.root = named(signed);
            repository.publish_root();
            files.push(repository.publish());
        }
        let pinned = repository.first_root();
        let clients: [Box<dyn Client>; 2] = [Box::new(Kernel::new(pinned)), Box::new(Program::new(pinned))];
        for mut client in clients {
            client.update(&files[0], NOW).unwrap_or_else(|code| panic!("{name}: {code}"));
            // All at once, and one after the other.
            if followed {
                client.update(&files[files.len() - 1], NOW).unwrap_or_else(|code| panic!("{name}: {code}"));
                assert_eq!(client.versions().unwrap().0, files.len() as u64, "{name}");
            } else {
                refused(client.as_mut(), &files[files.len() - 1], "unsigned");
                assert_eq!(client.versions().unwrap().0, 1, "{name}");
            }
        }
        if followed {
            let mut client = Kernel::new(pinned);
            files.iter().for_each(|file| client.update(file, NOW).unwrap());
        }
    }
}

/// Keys of accreditation and freshness: only those of the current root count, and as many as it says.
#[test]
fn rotation_of_the_other_parts() {
    let cases: [(&str, Step, bool); 8] = [
        ("one for another", (&[2], 1, &[2]), true),
        ("strangers sign too", (&[1], 1, &[3, 1, 4]), true),
        ("the old key signs", (&[2], 1, &[1, 3, 4]), false),
        ("one of three is no longer there", (&[0, 1, 3, 4, 5], 3, &[0, 2, 4]), false),
        ("two of three", (&[0, 1, 3, 4, 5], 3, &[0, 4]), false),
        ("any three of five", (&[0, 1, 2, 3, 4], 3, &[0, 2, 4]), true),
        ("any other three of five", (&[0, 1, 2, 3, 4], 3, &[1, 2, 3]), true),
        ("one of them twice", (&[0, 1, 2, 3, 4], 3, &[0, 2, 2]), false),
    ];
    for part in [Part::Accreditation, Part::Freshness] {
        for (name, (keys, threshold, signed), good) in cases {
            each(|client, mut repository| {
                let keys = named(keys);
                let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                repository.rotate(part, &keys, threshold);
                *repository.signers(part) = named(signed);
                if good {
                    client.update(&repository.publish(), NOW).unwrap_or_else(|code| panic!("{name}: {code}"));
                } else {
                    refused(client, &repository.publish(), "unsigned");
                }
            });
        }
    }
}

/// F7. A root that skips a version, stands twice, changes its name or its country of origin, or leaves the pilot.
#[test]
fn the_chain_of_roots_has_no_gap() {
    type Break<'a> = (&'a str, &'a dyn Fn(&mut Repository));
    let breaks: [Break<'_>; 5] = [
        ("skips", &|it| it.root["version"] = 3.into()),
        ("stands twice", &|it| it.root["version"] = 1.into()),
        ("goes back", &|it| {
            it.bump(Part::Root);
            it.root["version"] = 1.into();
        }),
        ("is another authority", &|it| {
            it.root["version"] = 2.into();
            it.root["authority"]["id"] = "urn:another".into();
        }),
        ("leaves the pilot", &|it| {
            it.root["version"] = 2.into();
            it.root["environment"] = "production".into();
        }),
    ];
    for (name, broken) in breaks {
        each(|client, mut repository| {
            broken(&mut repository);
            repository.publish_root();
            refused(client, &repository.publish(), "root-out-of-order");
            assert_eq!(client.versions().unwrap().0, 1, "{name}");
        });
    }
}

/// A verifier that comes back after years: the whole chain in one file. Each root is signed by the one before, so one that is taken out
/// of the middle, or replaced, breaks it.
#[test]
fn many_roots_at_once() {
    each(|client, mut repository| {
        for year in 0..40 {
            repository.rotate(Part::Root, &[&format!("year-{year}-a"), &format!("year-{year}-b")], 2);
        }
        let good = repository.clone();
        repository.roots.remove(20);
        refused(client, &repository.file(), "unsigned");
        let mut repository = good.clone();
        repository.roots[20]["issued"] = "2025-12-01T00:00:01Z".into();
        refused(client, &repository.file(), "unsigned");
        let mut repository = good;
        client.update(&repository.publish(), NOW).unwrap();
        assert_eq!(client.versions().unwrap().0, 41);
        // A key of long ago signs nothing.
        repository.signers.root = vec!["year-3-a".to_owned(), "year-3-b".to_owned()];
        repository.bump(Part::Root);
        refused(client, &repository.publish(), "unsigned");
    });
}

/// F8. The first root is not signed, signed by somebody else, or not a root at all. Nothing was accepted before.
#[test]
fn invalid_initial_root() {
    let good = Repository::new();
    let file = good.to_json();
    let signed_otherwise = sign_part(&good.root, "trustRoot", &["thief", "thief-2"], "2025-12-01T00:00:00Z");
    let one_short = sign_part(&good.root, "trustRoot", &["root-1"], "2025-12-01T00:00:00Z");
    let other_purpose = sign_part(&good.root, "trustFreshness", &["root-1", "root-2"], "2025-12-01T00:00:00Z");
    let mut unversioned = good.root.clone();
    unversioned.as_object_mut().unwrap().remove("version");
    let unversioned = sign_part(&unversioned, "trustRoot", &["root-1", "root-2"], "2025-12-01T00:00:00Z");
    let impossible = |threshold: usize, keys: &[&str]| {
        let root = changed(&good.root, "/roles/root", role(keys, threshold));
        sign_part(&root, "trustRoot", &["root-1", "root-2"], "2025-12-01T00:00:00Z")
    };
    let cases: [(&str, Value, &str); 10] = [
        ("unsigned", good.root.clone(), "part"),
        ("signed by others", signed_otherwise, "unsigned"),
        ("signed by one of two", one_short, "unsigned"),
        ("signed for another purpose", other_purpose, "unsigned"),
        ("without a version", unversioned, "unsigned"),
        ("asks for more keys than it has", impossible(3, &["root-1", "root-2"]), "unsigned"),
        ("asks for no key", impossible(0, &["root-1", "root-2"]), "unsigned"),
        ("names one key twice", impossible(2, &["root-1", "root-1"]), "unsigned"),
        ("is the accreditation", file["accreditation"].clone(), "unsigned"),
        ("is the freshness", file["freshness"].clone(), "unsigned"),
    ];
    for (name, root, code) in cases {
        let broken = canonical(&changed(&file, "/root/0", root));
        let clients: [Box<dyn Client>; 2] =
            [Box::new(Kernel::new(good.first_root())), Box::new(Program::new(good.first_root()))];
        for mut client in clients {
            assert_eq!(client.update(&broken, NOW), Err(code.to_owned()), "{name}");
            assert_eq!(client.versions(), None, "{name}");
            assert_eq!(client.verify(&credential(), NOW), "undecided", "{name}");
        }
    }
}

/// F6. The same key in many proofs, however it is named.
#[test]
fn one_key_counts_once() {
    each(|client, mut repository| {
        let multikey = key("person-1").public().to_multikey();
        let part = repository.accreditation.clone();
        let one = sign_part(&part, "trustAccreditation", &["person-1"; 9], NOW);
        let mut file: Value = serde_json::from_slice(&repository.publish()).unwrap();
        file["accreditation"] = one.clone();
        refused(client, &canonical(&file), "unsigned");
        // Under other fragments and bare.
        for method in [format!("did:key:{multikey}"), format!("did:key:{multikey}#other"), "did:web:x.example#1".into()]
        {
            file["accreditation"] = one.clone();
            file["accreditation"]["proof"][1]["verificationMethod"] = json!(method);
            refused(client, &canonical(&file), "unsigned");
        }
        // More than are read.
        file["accreditation"] = sign_part(&part, "trustAccreditation", &["person-1"; 33], NOW);
        refused(client, &canonical(&file), "part");
    });
}

/// A part that was signed for another place, or nothing where a part should stand.
#[test]
fn wrong_types() {
    each(|client, repository| {
        let file = repository.to_json();
        for part in ["accreditation", "freshness"] {
            for purpose in ["assertionMethod", "trustRoot"] {
                let signers = ["person-1", "person-3", "online"];
                let unsigned = crate::common::documents::without(&file[part], "/proof");
                let broken = changed(&file, &format!("/{part}"), sign_part(&unsigned, purpose, &signers, NOW));
                refused(client, &canonical(&broken), "unsigned");
            }
            refused(client, &canonical(&changed(&file, &format!("/{part}"), json!([]))), "part");
            refused(client, &canonical(&changed(&file, &format!("/{part}"), json!("x"))), "part");
        }
        for (pointer, value) in
            [("/type", json!("TrustRoot")), ("/format", json!(2)), ("/root", json!({})), ("/root", json!([]))]
        {
            refused(client, &canonical(&changed(&file, pointer, value)), "not-a-pack");
        }
        for bytes in [&b""[..], b"{", b"[]", b"\x1f\x8b\x08\x00", b"<html>Log in to the network</html>"] {
            let code = client.update(bytes, NOW).unwrap_err();
            assert!(["not-json", "not-a-pack"].contains(&code.as_str()), "{code}");
        }
        assert_eq!(client.versions(), Some((1, 1, 1)));
    });
}
