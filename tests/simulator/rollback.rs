//! Older parts, mixed parts, frozen parts, parts that ran ahead (threats.md F1 to F5, E7, E12, F20).

use serde_json::json;

use super::repository::{Part, Repository};
use super::{credential, each, refused};
use crate::common::documents::{ANDES, ANDES_KEY, FORMAR, KEY_1, LIST, NOW, canonical};
use crate::common::packs::{list, signed_list};

/// 2⁵³ − 1: the highest version there can be.
const HIGHEST: u64 = 9_007_199_254_740_991;

/// F1. Every earlier file, whole, after each kind of publication.
#[test]
fn every_older_file_is_refused() {
    each(|client, mut repository| {
        let mut files = vec![repository.file()];
        for part in [Part::Freshness, Part::Accreditation, Part::Root, Part::Freshness] {
            repository.bump(part);
            files.push(if part == Part::Freshness { repository.file() } else { repository.publish() });
            client.update(files.last().unwrap(), NOW).unwrap();
        }
        let newest = files.pop().unwrap();
        for older in &files {
            refused(client, older, "rollback");
        }
        client.update(&newest, NOW).unwrap();
    });
}

/// F1. One part alone goes back, properly signed by its own keys.
#[test]
fn one_part_goes_back() {
    for part in [Part::Accreditation, Part::Freshness] {
        each(|client, mut repository| {
            repository.bump(part);
            client.update(&repository.publish(), NOW).unwrap();
            let other = if part == Part::Freshness { Part::Accreditation } else { Part::Freshness };
            repository.bump(other).bump(other);
            repository.part(part)["version"] = 1.into();
            refused(client, &repository.file(), "rollback");
        });
    }
    // A chain of roots that ends before ours.
    each(|client, mut repository| {
        repository.bump(Part::Root);
        client.update(&repository.publish(), NOW).unwrap();
        repository.roots.pop();
        refused(client, &repository.publish(), "rollback");
    });
}

/// E7, E12. A list goes back, forgets, changes hands, or is gone.
#[test]
fn what_was_withdrawn_stays_withdrawn() {
    each(|client, mut repository| {
        let clear = repository.lists[0].clone();
        repository.revoke(&[13, 94_567]);
        client.update(&repository.publish(), NOW).unwrap();
        assert_eq!(client.verify(&credential(), NOW), "reject");
        let good = repository.clone();
        let mut broken = |change: &dyn Fn(&mut Repository), code: &str| {
            let mut repository = good.clone();
            change(&mut repository);
            refused(client, &repository.publish(), code);
        };
        broken(
            &|it| {
                it.replace_list(clear.clone());
            },
            "un-revoked",
        );
        broken(
            &|it| {
                it.revoke(&[94_567, 14]);
            },
            "un-revoked",
        );
        broken(&|it| it.freshness["lists"][0]["version"] = 1.into(), "list-older");
        broken(&|it| it.freshness["lists"] = json!([]), "list-gone");
        broken(&|it| it.lists.clear(), "list-gone");
        broken(&|it| it.lists[0]["validFrom"] = "2026-05-01T00:00:01Z".into(), "list-gone");
        let stranger = signed_list(list(LIST, ANDES, "revocation", &[13, 94_567]), "andes-1", ANDES_KEY);
        broken(
            &|it| {
                it.replace_list(stranger.clone());
            },
            "list-gone",
        );
        broken(
            &|it| {
                let suspends = list(LIST, FORMAR, "suspension", &[13, 94_567]);
                it.replace_list(signed_list(suspends, "formar-1", KEY_1));
                it.freshness["lists"][0]["purpose"] = "suspension".into();
            },
            "list-gone",
        );
        broken(
            &|it| {
                let row = it.freshness["lists"][0].clone();
                it.freshness["lists"].as_array_mut().unwrap().push(row);
            },
            "ambiguous",
        );
        // More withdrawn is what lists are for.
        let mut more = good.clone();
        more.revoke(&[13, 14, 94_567]);
        client.update(&more.publish(), NOW).unwrap();
    });
}

/// F20. The same version, and other words under it.
#[test]
fn two_parts_with_one_version() {
    for part in [Part::Accreditation, Part::Freshness] {
        each(|client, mut repository| {
            repository.part(part)["later"] = "other words".into();
            if part == Part::Accreditation {
                repository.bump(Part::Freshness);
            }
            refused(client, &repository.file(), "split");
        });
    }
    // A fork of the roots: both second roots are signed by the first one's people.
    for ahead in [0, 1, 2] {
        each(|client, repository| {
            let mut other = repository.clone();
            let mut ours = repository;
            ours.bump(Part::Root);
            client.update(&ours.publish(), NOW).unwrap();
            other.root["later"] = "another second root".into();
            for _ in 0..=ahead {
                other.bump(Part::Root);
            }
            refused(client, &other.publish(), "split");
        });
    }
}

/// F4. Parts of two publications.
#[test]
fn parts_of_two_publications() {
    each(|client, mut repository| {
        let older = repository.to_json();
        repository.bump(Part::Accreditation);
        let newer: serde_json::Value = serde_json::from_slice(&repository.publish()).unwrap();
        for (accreditation, freshness) in [(&older, &newer), (&newer, &older)] {
            let mut mixed = newer.clone();
            mixed["accreditation"] = accreditation["accreditation"].clone();
            mixed["freshness"] = freshness["freshness"].clone();
            refused(client, &canonical(&mixed), "mixed");
        }
        client.update(&canonical(&newer), NOW).unwrap();
    });
}

/// F3. A thief of a part's keys raises its version as high as it goes; the authority comes back with new keys, and the thief does not.
#[test]
fn fast_forward_and_recovery() {
    let cases: [(&[Part], &str); 3] = [
        (&[Part::Freshness], "freshness"),
        (&[Part::Accreditation], "accreditation"),
        (&[Part::Accreditation, Part::Freshness], "both"),
    ];
    for (stolen, name) in cases {
        each(|client, repository| {
            let mut thief = repository.clone();
            let mut honest = repository;
            thief.freshness["version"] = 50.into();
            for part in stolen {
                thief.part(*part)["version"] = HIGHEST.into();
            }
            client.update(&thief.file(), NOW).unwrap();
            // Without new keys there is no way back: the authority cannot count any higher.
            honest.freshness["version"] = 51.into();
            if stolen.contains(&Part::Freshness) {
                honest.freshness["version"] = 2.into();
            }
            refused(client, &honest.file(), "rollback");
            // New keys for one of several people leave the thief enough.
            let mut half = honest.clone();
            if stolen.contains(&Part::Accreditation) {
                half.rotate(Part::Accreditation, &["person-1", "person-2", "person-4"], 2);
                refused(client, &half.file(), "rollback");
            }
            for part in stolen {
                let new: &[&str] = if *part == Part::Freshness { &["online-2"] } else { &["new-1", "new-2", "new-3"] };
                honest.rotate(*part, new, if *part == Part::Freshness { 1 } else { 2 });
            }
            client.update(&honest.file(), NOW).unwrap_or_else(|code| panic!("{name}: {code}"));
            assert_eq!(client.verify(&credential(), NOW), "accept", "{name}");
            // What the thief signed does not come back, not even under the new root.
            refused(client, &thief.file(), "rollback");
            thief.roots = honest.roots.clone();
            refused(client, &thief.file(), "unsigned");
            // And the floor stands again.
            client.update(&honest.publish(), NOW).unwrap();
            honest.freshness["version"] = 1.into();
            refused(client, &honest.file(), "rollback");
        });
    }
}

/// F3. A version that no reader keeps exactly is none.
#[test]
fn a_version_beyond_numbers() {
    each(|client, repository| {
        let text = String::from_utf8(repository.file()).unwrap();
        for version in ["9223372036854775808", "9007199254740992", "1e3", "1.5", "-1", "0", "\"2\"", "null"] {
            let forged = text.replacen(
                "\"type\":\"TrustFreshness\",\"version\":1",
                &format!("\"type\":\"TrustFreshness\",\"version\":{version}"),
                1,
            );
            assert_ne!(forged, text);
            let code = client.update(forged.as_bytes(), NOW).unwrap_err();
            assert!(["not-json", "unsigned"].contains(&code.as_str()), "{version}: {code}");
            assert_eq!(client.versions(), Some((1, 1, 1)));
        }
    });
}

/// F3. What was made up under the stolen key goes with it; what an institution itself signed stays.
#[test]
fn recovery_forgets_inventions_alone() {
    each(|client, repository| {
        let mut thief = repository.clone();
        thief.revoke(&[13, 20]);
        let mut invented = thief.freshness["lists"][0].clone();
        invented["id"] = "https://cert.formar.example/status/invented".into();
        thief.freshness["lists"].as_array_mut().unwrap().push(invented);
        thief.freshness["version"] = 90.into();
        client.update(&thief.file(), NOW).unwrap();
        let mut honest = repository;
        honest.rotate(Part::Freshness, &["online-2"], 1);
        // The institution did withdraw number 20: the new key forgets it at its peril.
        refused(client, &honest.file(), "un-revoked");
        honest.revoke(&[13, 20]);
        client.update(&honest.file(), NOW).unwrap();
    });
}

/// F2. A frozen file ages: never green past its time, never red for it, and a newer one mends it.
#[test]
fn frozen_files_age() {
    each(|client, mut repository| {
        let accepted = credential();
        assert_eq!(client.verify(&accepted, "2026-06-01T06:00:00Z"), "accept");
        assert_eq!(client.verify(&accepted, "2026-06-03T06:00:00Z"), "undecided");
        assert_eq!(client.verify(&accepted, "2028-01-01T00:00:00Z"), "undecided");
        // An expired local file is no hindrance to a fresh one.
        repository.freshness["date"] = "2027-12-31T00:00:00Z".into();
        client.update(&repository.publish(), "2028-01-01T00:00:00Z").unwrap();
        assert_eq!(client.verify(&accepted, "2028-01-01T00:00:00Z"), "accept");
        // The authority lets one expire sooner.
        repository.freshness["expires"] = "2028-01-02T00:00:00Z".into();
        client.update(&repository.publish(), "2028-01-01T00:00:00Z").unwrap();
        assert_eq!(client.verify(&accepted, "2028-01-03T00:00:00Z"), "undecided");
    });
    // A revocation once seen stays one at any age.
    each(|client, mut repository| {
        repository.revoke(&[13, 94_567]);
        client.update(&repository.publish(), NOW).unwrap();
        assert_eq!(client.verify(&credential(), "2028-01-01T00:00:00Z"), "reject");
    });
}

/// D2. A file from the verifier's future is not taken in: its date would make every clock look wrong.
#[test]
fn a_file_from_the_future() {
    each(|client, mut repository| {
        repository.freshness["date"] = "2099-01-01T00:00:00Z".into();
        refused(client, &repository.publish(), "from-the-future");
        repository.freshness["date"] = "2026-05-04T10:05:01Z".into();
        refused(client, &repository.file(), "from-the-future");
        repository.freshness["date"] = "2026-05-04T10:05:00Z".into();
        client.update(&repository.file(), NOW).unwrap();
    });
}

/// F5. More than 32 MiB is refused, whatever it is.
#[test]
fn endless_data() {
    each(|client, repository| {
        let mut file = repository.file();
        file.resize(32 * 1024 * 1024 + 1, b' ');
        let code = client.update(&file, NOW).unwrap_err();
        assert!(["not-json", "file-too-large"].contains(&code.as_str()), "{code}");
        assert_eq!(client.versions(), Some((1, 1, 1)));
        file.pop();
        client.update(&file, NOW).unwrap();
    });
}
