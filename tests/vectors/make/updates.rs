//! Packs that are to take the place of another one, and bundles: rollback, forks, what was withdrawn, whom somebody vouches for.

use serde_json::{Value, json};
use skillpass::base::multibase;

use super::Made;
use crate::common::documents::{ANDES, ANDES_KEY, FORMAR, KEY_1, LIST, changed};
use crate::common::packs::{Parts, digest, list, recognised, signed_list};
use crate::simulator::repository::{Part, Repository, role};

fn supersedes() -> Value {
    json!({"outcome": "supersedes"})
}

fn stays(reason: &str) -> Value {
    json!({"outcome": "stays", "reason": reason})
}

fn refused(reason: &str) -> Value {
    json!({"outcome": "refused", "reason": reason})
}

fn each(packs: &[&str]) -> Value {
    let findings: serde_json::Map<String, Value> =
        packs.iter().enumerate().map(|(at, found)| (at.to_string(), (*found).into())).collect();
    json!({"outcome": "loads", "findings": findings})
}

/// The pack that `here` names: the authority on an ordinary day, its parts in versions 2, 2 and 5, the list in version 3.
pub fn held() -> Repository {
    let mut repository = Repository::new();
    repository.bump(Part::Root).bump(Part::Accreditation);
    repository.freshness["version"] = 5.into();
    repository.revoke(&[13, 21]).revoke(&[13, 21, 34]);
    repository
}

/// All of them.
pub fn all(made: &mut Made) {
    against_the_one_here(made);
    lists(made);
    recovery(made);
    bundles(made);
    single(made);
}

fn against_the_one_here(made: &mut Made) {
    let mut newer = held();
    newer.bump(Part::Freshness);
    let mut add = |name: &str, about: &str, expect: Value, repository: &Repository| {
        made.pack(name, about, expect, repository.to_json()).with("here", "held".into());
    };
    add("F1-newer", "The next day's file.", supersedes(), &newer);
    add("F1-same", "The very file that is here.", supersedes(), &held());
    for (part, versions) in [(Part::Accreditation, (1, 9)), (Part::Freshness, (9, 4))] {
        let mut older = held();
        (older.accreditation["version"], older.freshness["version"]) = (versions.0.into(), versions.1.into());
        let name = format!("F1-rollback-{}", part.name());
        add(&name, "One part is older than the one here, the other newer.", stays("rollback"), &older);
    }
    let mut older = newer.clone();
    older.roots.pop();
    add("F1-rollback-root", "The chain of roots ends before the one here.", stays("rollback"), &older);
    let mut forked = newer.clone();
    forked.roots.pop();
    forked.root["later"] = "another second root".into();
    forked.publish_root();
    add("F20-second-root-of-other-words", "Two second roots, both rightly signed.", stays("split"), &forked);
    forked.bump(Part::Root);
    add("F20-third-root-after-another-second", "A newer root on the other branch.", stays("split"), &forked);
    for part in [Part::Accreditation, Part::Freshness] {
        let mut other = held();
        other.part(part)["later"] = "other words".into();
        if part == Part::Accreditation {
            other.bump(Part::Freshness);
        }
        let name = format!("F20-{}-of-other-words", part.name());
        add(&name, "The version that is here, and other words under it.", stays("split"), &other);
    }
    let mut pretender = Repository::another("urn:pretender", "CO", "pilot");
    pretender.roots.clear();
    pretender.root["authority"] = newer.root["authority"].clone();
    pretender.publish_root();
    add(
        "F8-other-roots-under-the-same-name",
        "Another's roots under this authority's name.",
        stays("other-root"),
        &pretender,
    );
    let mut highest = newer;
    highest.freshness["version"] = 9_007_199_254_740_991u64.into();
    add("F3-highest-version", "2⁵³ − 1, rightly signed: it runs ahead, and is taken.", supersedes(), &highest);
}

fn lists(made: &mut Made) {
    let newer = |change: &dyn Fn(&mut Repository)| {
        let mut repository = held();
        repository.bump(Part::Freshness);
        change(&mut repository);
        repository.to_json()
    };
    let with = |list: Value| {
        newer(&|it| {
            it.replace_list(list.clone());
        })
    };
    let mut add = |name: &str, about: &str, expect: Value, document: Value| {
        made.pack(name, about, expect, document).with("here", "held".into());
    };
    let formar = |purpose: &str, set: &[u32]| signed_list(list(LIST, FORMAR, purpose, set), "formar-1", KEY_1);
    add("E12-one-more", "One more is withdrawn.", supersedes(), with(formar("revocation", &[13, 21, 34, 55])));
    add(
        "E12-one-less",
        "What was withdrawn is not any more.",
        stays("un-revoked"),
        with(formar("revocation", &[13, 34])),
    );
    add(
        "E12-one-for-another",
        "As many as before, and not the same.",
        stays("un-revoked"),
        with(formar("revocation", &[13, 21, 55])),
    );
    add(
        "E7-older-list",
        "The list's own version falls.",
        stays("list-older"),
        newer(&|it| it.freshness["lists"][0]["version"] = 2.into()),
    );
    add(
        "E6-list-not-named",
        "Freshness names the list no more.",
        stays("list-gone"),
        newer(&|it| it.freshness["lists"] = json!([])),
    );
    add(
        "E6-list-not-in-the-file",
        "Freshness names it, and it is not in the file.",
        stays("list-gone"),
        newer(&|it| it.lists.clear()),
    );
    add(
        "E5-list-altered",
        "The list in the file is not the one that freshness names.",
        stays("list-gone"),
        newer(&|it| it.lists[0]["validFrom"] = "2026-05-01T00:00:01Z".into()),
    );
    let stranger = signed_list(list(LIST, ANDES, "revocation", &[13, 21, 34]), "andes-1", ANDES_KEY);
    add(
        "E3-list-of-another-body",
        "The list under its identifier is another body's.",
        stays("list-gone"),
        with(stranger),
    );
    let by_another = signed_list(list(LIST, FORMAR, "revocation", &[13, 21, 34]), "andes-1", ANDES_KEY);
    add("E3-list-signed-by-another-body", "Another body signed it.", stays("list-gone"), with(by_another.clone()));
    let succeeded = newer(&|it| {
        it.accreditation["issuers"][0]["successor"] = ANDES.into();
        it.bump(Part::Accreditation);
        it.replace_list(by_another.clone());
    });
    add(
        "E3-list-signed-by-the-successor",
        "The body that took over signs the closed one's list.",
        supersedes(),
        succeeded,
    );
}

fn recovery(made: &mut Made) {
    for (part, keys, threshold, expect) in [
        (Part::Freshness, &["online-2"][..], 1, supersedes()),
        (Part::Freshness, &["online", "online-2"], 1, stays("rollback")),
        (Part::Freshness, &["online", "online-2"], 2, supersedes()),
        (Part::Accreditation, &["new-1", "new-2", "person-1"], 2, supersedes()),
        (Part::Accreditation, &["new-1", "person-1", "person-2"], 2, stays("rollback")),
    ] {
        let mut repository = held();
        repository.rotate(part, keys, threshold);
        repository.part(part)["version"] = 1.into();
        if part == Part::Accreditation {
            repository.bump(Part::Freshness);
        }
        let outcome = if expect == supersedes() { "recovers" } else { "does-not-recover" };
        let name = format!("F3-{}-{threshold}-of-{}-{outcome}", part.name(), keys.join("-"));
        let about = "A version falls under a newer root: only where the old keys alone are too few for the new role.";
        made.pack(&name, about, expect, repository.to_json()).with("here", "held".into());
    }
}

fn bundles(made: &mut Made) {
    let bundle = |packs: Vec<Value>| json!({"type": "TrustBundle", "format": 1, "packs": packs});
    let one = Repository::new();
    let two = Repository::another("urn:skillpass:two", "PE", "pilot");
    let mut region = Repository::another("urn:skillpass:region", "CO", "pilot");
    let mut row = recognised("urn:skillpass:two", &two.first_root());
    row["country"] = "PE".into();
    region.accreditation["recognises"] = json!([row]);
    let (one, two, region) = (one.to_json(), two.to_json(), region.to_json());
    let pin = |pack: &Value| Value::from(digest(&pack["root"][0]));
    let good = bundle(vec![one.clone(), two.clone()]);
    made.pack("bundle-of-two", "Two packs, each on its own root.", each(&["pinned", "pinned"]), good.clone());
    made.pack(
        "F8-bundle-of-one-pinned",
        "One root is pinned, the other is not.",
        each(&["pinned", "unknown-root"]),
        good.clone(),
    )
    .with("pinned", json!([pin(&one)]));
    let altered = changed(&one, "/freshness/date", "2026-05-03T06:00:00Z".into());
    made.pack(
        "F18-bundle-with-one-altered",
        "One that cannot be used does not spoil the others.",
        each(&["too-few-signatures", "pinned"]),
        bundle(vec![altered, two.clone()]),
    );
    made.pack(
        "F8-bundle-recognised",
        "The first stands on the second's word, whose root is pinned.",
        each(&["recognised", "pinned"]),
        bundle(vec![two.clone(), region.clone()]),
    )
    .with("pinned", json!([pin(&region)]));
    let mut onwards = Repository::another("urn:skillpass:onwards", "CL", "pilot");
    let mut row = recognised("urn:skillpass:region", &multibase::digest_bytes(pin(&region).as_str().unwrap()).unwrap());
    row["country"] = "CO".into();
    onwards.accreditation["recognises"] = json!([row]);
    let onwards = onwards.to_json();
    made.pack(
        "F8-bundle-two-hops",
        "Whom a recognised authority recognises, nobody here has accepted.",
        each(&["unknown-root", "recognised", "pinned"]),
        bundle(vec![two.clone(), region.clone(), onwards.clone()]),
    )
    .with("pinned", json!([pin(&onwards)]));
    let mut production = Repository::another("urn:skillpass:two", "PE", "production");
    production.root["later"] = Value::Null;
    let production_pack = production.to_json();
    made.pack(
        "F17-bundle-pilot-recognises-production",
        "A pilot's word does not carry production.",
        each(&["unknown-root", "pinned"]),
        {
            let mut region = Repository::another("urn:skillpass:region", "CO", "pilot");
            let mut row = recognised("urn:skillpass:two", &production.first_root());
            row["country"] = "PE".into();
            region.accreditation["recognises"] = json!([row]);
            bundle(vec![production_pack, region.to_json()])
        },
    )
    .with("pinned", json!([pin(&region)]));
    for (name, pointer, value) in
        [("empty", "/packs", json!([])), ("no-list", "/packs", json!({})), ("format", "/format", json!(2))]
    {
        let about = "Not a bundle of this format.";
        made.pack(&format!("not-a-bundle-{name}"), about, refused("not-a-pack"), changed(&good, pointer, value));
    }
    made.pack("bundle-in-a-bundle", "A bundle is no pack.", each(&["not-a-pack", "pinned"]), bundle(vec![good, one]));
}

fn single(made: &mut Made) {
    let good = Repository::new();
    let file = good.to_json();
    made.pack(
        "F8-initial-root-unsigned",
        "A first root without a proof.",
        refused("proof-none"),
        changed(&file, "/root/0", good.root.clone()),
    );
    for (name, part) in [("accreditation", "accreditation"), ("freshness", "freshness")] {
        made.pack(
            &format!("F8-initial-root-is-the-{name}"),
            "Another part in the first root's place.",
            refused("malformed"),
            changed(&file, "/root/0", file[part].clone()),
        );
    }
    let mut rotated = good.clone();
    rotated.rotate(Part::Root, &["root-3", "root-4"], 2).rotate(Part::Root, &["root-5", "root-6"], 2);
    made.pack(
        "F7-three-roots",
        "Each new root signed by the old keys and the new.",
        json!({"outcome": "loads"}),
        rotated.to_json(),
    );
    let mut gap = rotated.clone();
    gap.roots.remove(1);
    made.pack(
        "F7-one-root-taken-out",
        "The third root's signers are not the first one's.",
        refused("too-few-signatures"),
        gap.to_json(),
    );
    rotated.signers.root = vec!["root-1".to_owned(), "root-2".to_owned()];
    rotated.bump(Part::Root);
    made.pack(
        "F7-signed-by-keys-of-long-ago",
        "Keys that were rotated out sign a new root.",
        refused("too-few-signatures"),
        rotated.to_json(),
    );
    let mut version = String::from_utf8(good.file()).unwrap();
    version = version.replacen(
        "\"type\":\"TrustFreshness\",\"version\":1",
        "\"type\":\"TrustFreshness\",\"version\":9223372036854775808",
        1,
    );
    made.pack("F3-version-beyond-numbers", "2⁶³ is no version.", refused("number-not-exact"), version.into());
    made.pack(
        "F5-one-byte-more",
        "33,554,433 bytes.",
        refused("too-long"),
        json!([{"repeat": " ", "times": 32 * 1024 * 1024 + 1}]),
    );
    let mut unusual = good.clone();
    unusual.roots.clear();
    unusual.root["authority"]["id"] = "../../etc/..%2f\\con?#".into();
    unusual.publish_root();
    made.pack(
        "F9-authority-named-like-a-path",
        "Names are compared, and never become paths.",
        json!({"outcome": "loads"}),
        unusual.to_json(),
    );
    let mut twice = good.clone();
    let row = twice.freshness["lists"][0].clone();
    twice.freshness["lists"].as_array_mut().unwrap().push(row);
    made.pack(
        "F16-list-named-twice",
        "Which of two rows counts, nobody can tell.",
        refused("ambiguous"),
        twice.to_json(),
    );
    let parts = Parts::of_tests();
    made.pack(
        "F16-two-siblings-of-one-purpose",
        "Two suspension lists beside one revocation list: whoever looked only at the first would miss the second.",
        refused("ambiguous"),
        {
            let mut parts = parts;
            parts.freshness["lists"][6]["siblingOf"] = LIST.into();
            parts.to_json()
        },
    );
    let mut lone = good;
    lone.root["roles"]["accreditation"] = role(&["person-1", "person-1"], 2);
    lone.roots.clear();
    lone.publish_root();
    made.pack("F6-role-with-one-key-twice", "A root whose two keys are one.", refused("malformed"), lone.to_json());
}
