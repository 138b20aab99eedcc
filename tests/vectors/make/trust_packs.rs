//! Packs that must not load, and those that must: weak keys, foreign signatures, too few of them, mixed parts.

use serde_json::{Value, json};
use skillpass::base::multibase;

use super::Made;
use crate::common::curve;
use crate::common::documents::{changed, key, without};
use crate::common::packs::{Parts, digest, sign_part};
use crate::common::shared::hex;

fn refused(reason: &str) -> Value {
    json!({"outcome": "refused", "reason": reason})
}

fn loads() -> Value {
    json!({"outcome": "loads"})
}

fn multikey(bytes: &[u8]) -> Value {
    multibase::base58btc(&[&[0xed, 0x01], bytes].concat()).into()
}

/// All of them.
pub fn all(made: &mut Made) {
    let parts = Parts::of_tests();
    let good = parts.to_json();
    made.pack("good", "Nothing is wrong with it.", loads(), good.clone());
    let with_key = |value: Value| {
        let mut parts = parts.clone();
        parts.accreditation["issuers"][0]["keys"][0]["publicKeyMultibase"] = value;
        parts.to_json()
    };
    for (number, point) in curve::SMALL_ORDER.iter().enumerate() {
        made.pack(
            &format!("A1-small-order-issuer-key-{number}"),
            "A key of small order is refused as the pack is loaded.",
            refused("malformed"),
            with_key(multikey(&hex(point))),
        );
    }
    let mut spelled = [0xff; 32];
    (spelled[0], spelled[31]) = (0xf0, 0x7f);
    made.pack(
        "A2-non-canonical-issuer-key",
        "A key whose y is p + 3.",
        refused("malformed"),
        with_key(multikey(&spelled)),
    );
    let honest = key("formar-1").public().to_bytes();
    made.pack("A3-issuer-key-31-bytes", "A key that is cut.", refused("malformed"), with_key(multikey(&honest[..31])));
    made.pack(
        "A3-issuer-key-33-bytes",
        "A key and a byte.",
        refused("malformed"),
        with_key(multikey(&[&honest[..], &[0]].concat())),
    );
    made.pack("A3-issuer-key-empty", "No key.", refused("malformed"), with_key("".into()));
    made.pack(
        "A7-issuer-key-of-another-algorithm",
        "An X25519 key, which signs nothing: kept apart.",
        loads(),
        with_key(multibase::base58btc(&[&[0xec, 0x01], &honest[..]].concat()).into()),
    );
    made.pack("A1-small-order-root-key", "A root that names a key of small order.", refused("malformed"), {
        let mut parts = parts.clone();
        parts.root["roles"]["accreditation"]["keys"][0] = multikey(&hex(curve::SMALL_ORDER[0]));
        parts.to_json()
    });
    // A11, A16: a signature is good for its own part alone.
    for (part, purpose, names) in [
        ("accreditation", "assertionMethod", vec!["person-1", "person-3"]),
        ("accreditation", "trustFreshness", vec!["person-1", "person-3"]),
        ("freshness", "trustAccreditation", vec!["online"]),
    ] {
        let mut parts = good.clone();
        parts[part] = sign_part(&without(&good[part], "/proof"), purpose, &names, "2026-05-01T12:10:00Z");
        made.pack(
            &format!("A11-{part}-signed-for-{purpose}"),
            "Signed by the right people for another purpose.",
            refused("too-few-signatures"),
            parts,
        );
    }
    for (place, other) in [
        ("accreditation", "freshness"),
        ("freshness", "accreditation"),
        ("accreditation", "root"),
        ("freshness", "root"),
    ] {
        let from = if other == "root" { good["root"][0].clone() } else { good[other].clone() };
        made.pack(
            &format!("A16-{other}-in-place-of-{place}"),
            "A signed part in another one's place.",
            refused("too-few-signatures"),
            changed(&good, &format!("/{place}"), from),
        );
    }
    made.pack(
        "A16-accreditation-in-place-of-root",
        "Accreditation where a root should stand.",
        refused("malformed"),
        changed(&good, "/root/0", good["accreditation"].clone()),
    );
    made.pack(
        "A12-accreditation-signing-time-changed",
        "A proof option changed after signing: one signature is lost, and two are needed.",
        refused("too-few-signatures"),
        changed(&good, "/accreditation/proof/0/created", "2026-05-01T12:10:01Z".into()),
    );
    made.pack(
        "A13-accreditation-altered",
        "An issuer's name changed after signing.",
        refused("too-few-signatures"),
        changed(&good, "/accreditation/issuers/0/name", "Ministerio".into()),
    );
    made.pack(
        "A13-freshness-altered",
        "A date changed after signing.",
        refused("too-few-signatures"),
        changed(&good, "/freshness/date", "2026-06-02T06:00:00Z".into()),
    );
    made.pack(
        "A13-root-altered",
        "A threshold lowered after signing.",
        refused("too-few-signatures"),
        changed(&good, "/root/0/roles/accreditation/threshold", 1.into()),
    );
    made.pack(
        "A13-outer-member-added",
        "A member beside the parts is nobody's word, and changes nothing.",
        loads(),
        changed(&good, "/note", "x".into()),
    );
    let one_short = |names: &[&str]| {
        changed(
            &good,
            "/accreditation",
            sign_part(&without(&good["accreditation"], "/proof"), "trustAccreditation", names, "2026-05-01T12:10:00Z"),
        )
    };
    made.pack(
        "F6-one-signature-of-two",
        "One person signed, two must.",
        refused("too-few-signatures"),
        one_short(&["person-1"]),
    );
    made.pack(
        "F6-same-person-twice",
        "One person signed twice.",
        refused("too-few-signatures"),
        one_short(&["person-1", "person-1"]),
    );
    made.pack(
        "F6-second-by-a-stranger",
        "The second signature is a stranger's.",
        refused("too-few-signatures"),
        one_short(&["person-1", "thief"]),
    );
    made.pack("F6-three-of-two", "More signatures than must be, and a stranger's among them.", loads(), {
        let signed = one_short(&["thief", "person-3", "person-2", "person-1"]);
        // Its digest is of what was signed, so freshness still names it.
        assert_eq!(digest(&signed["accreditation"]), digest(&good["accreditation"]));
        signed
    });
    made.pack(
        "A14-33-signatures",
        "More proofs than are read.",
        refused("too-many-proofs"),
        changed(&good, "/accreditation/proof", vec![good["accreditation"]["proof"][0].clone(); 33].into()),
    );
    made.pack(
        "F4-freshness-of-another-accreditation",
        "Freshness names another accreditation: parts of two publications.",
        refused("mixed"),
        {
            let mut other = parts.clone();
            other.accreditation["version"] = 4.into();
            changed(&good, "/accreditation", other.to_json()["accreditation"].clone())
        },
    );
    made.pack(
        "F7-second-root-not-signed-by-the-first",
        "A new root that only its own keys signed.",
        refused("too-few-signatures"),
        {
            let mut root = parts.root.clone();
            root["version"] = 2.into();
            let keys = json!([key("thief").public().to_multikey(), key("thief-2").public().to_multikey()]);
            root["roles"]["root"]["keys"] = keys;
            changed(&good, "/root/1", sign_part(&root, "trustRoot", &["thief", "thief-2"], "2026-04-01T00:00:00Z"))
        },
    );
    let second = |version: u64, environment: &str| {
        let mut root = parts.root.clone();
        root["version"] = version.into();
        root["environment"] = environment.into();
        changed(&good, "/root/1", sign_part(&root, "trustRoot", &["root-1", "root-2"], "2026-04-01T00:00:00Z"))
    };
    made.pack("F7-second-root", "A second root that follows the first.", loads(), second(2, "pilot"));
    made.pack(
        "F7-second-root-skips-a-version",
        "A root that skips a version.",
        refused("root-out-of-order"),
        second(3, "pilot"),
    );
    made.pack(
        "F7-second-root-leaves-the-pilot",
        "A pilot's root that calls itself production.",
        refused("root-out-of-order"),
        second(2, "production"),
    );
    let root_digest = Value::from(digest(&good["root"][0]));
    made.pack("F7-pinned-root", "The root that is pinned.", loads(), good.clone()).with("pinned", json!([root_digest]));
    made.pack("F7-other-root-pinned", "A root that is not pinned.", refused("unknown-root"), good.clone())
        .with("pinned", json!([digest(&parts.accreditation)]));
    for (name, pointer, value) in
        [("type", "/type", json!("TrustBundle")), ("format", "/format", json!(2)), ("no-root", "/root", json!([]))]
    {
        made.pack(
            &format!("not-a-pack-{name}"),
            "Not a pack of this format.",
            refused("not-a-pack"),
            changed(&good, pointer, value),
        );
    }
    for name in ["accreditation", "freshness", "root"] {
        made.pack(
            &format!("not-a-pack-lacks-{name}"),
            "A part is missing.",
            refused("not-a-pack"),
            without(&good, &format!("/{name}")),
        );
    }
    made.pack(
        "not-a-pack-credential",
        "A credential given as a pack.",
        refused("not-a-pack"),
        crate::common::documents::signed(&crate::common::documents::module()),
    );
    for (name, pointer, value) in [
        ("issuer-as-text", "/issuers/0", json!("did:web:cert.formar.example")),
        ("issuer-id-no-did", "/issuers/0/id", json!("https://cert.formar.example")),
        ("scope-of-everything", "/issuers/0/scope/0/achievement", json!("*")),
        ("country-lower-case", "/issuers/0/country", json!("co")),
        ("issued-with-offset", "/issued", json!("2026-05-01T12:00:00+00:00")),
        ("version-0", "/version", json!(0)),
        ("key-named-by-path", "/issuers/0/keys/0/id", json!("did:web:cert.formar.example#../key")),
    ] {
        let mut parts = parts.clone();
        parts.accreditation = changed(&parts.accreditation, pointer, value);
        made.pack(
            &format!("malformed-{name}"),
            "Signed by enough people, and not of its form.",
            refused("malformed"),
            parts.to_json(),
        );
    }
    entries_of_later_versions(made, &parts);
    first_roots(made, &parts, &good);
    let text = String::from_utf8(parts.to_bytes()).unwrap();
    made.pack(
        "B1-duplicate-member",
        "A second accreditation.",
        refused("duplicate-member"),
        text.replacen("{\"accreditation\":", "{\"accreditation\":{},\"accreditation\":", 1).into(),
    );
    made.pack("B12-bytes-after", "A second pack after the first.", refused("not-json"), format!("{text}{text}").into());
    made.pack("B14-cut", "A pack cut in the middle.", refused("not-json"), text[..text.len() / 2].into());
    made.pack(
        "B2-nested",
        "A pack that is deeper than is read.",
        refused("too-deep"),
        json!([{"repeat": "{\"a\":", "times": 50_000}]),
    );
}

/// What a later version may write: it loads; what this one must understand and cannot read is refused.
fn entries_of_later_versions(made: &mut Made, parts: &Parts) {
    let rule = crate::common::packs::rule("urn:skillpass:test-rule", "urn:skillpass:another-authority");
    let recognised = crate::common::packs::recognised("urn:skillpass:another-authority", &[7; 32]);
    let logged = |kept: Value| json!({"kept": kept, "unwitnessed": []});
    // Two prefixes, in order and out of order.
    let (one, two) =
        (multibase::base64url(&[[1; 16], [2; 16]].concat()), multibase::base64url(&[[2; 16], [1; 16]].concat()));
    for (name, pointer, value, expect) in [
        ("newer-kind", "/achievements/0/kind", json!("diploma"), loads()),
        ("newer-rule", "/rules", json!([changed(&rule, "/outcome", "recognised-on-tuesdays".into())]), loads()),
        ("rule", "/rules", json!([rule]), loads()),
        ("recognised-authority", "/recognises", json!([recognised]), loads()),
        ("malformed-recognised-authority", "/recognises", json!([without(&recognised, "/root")]), refused("malformed")),
        ("F14-logged", "/issuers/0/keys/0/logged", logged(json!([one])), loads()),
        ("F14-logged-out-of-order", "/issuers/0/keys/0/logged", logged(json!([two])), refused("malformed")),
        ("F14-logged-cut", "/issuers/0/keys/0/logged", logged(json!(["uAQEB"])), refused("malformed")),
    ] {
        let mut parts = parts.clone();
        parts.accreditation = changed(&parts.accreditation, pointer, value);
        made.pack(name, "An entry that this version may or may not know.", expect, parts.to_json());
    }
    let mut parts = parts.clone();
    parts.freshness["checkpoints"] = json!([{"issuer": parts.accreditation["issuers"][0]["id"], "size": 3, "head": digest(&parts.root), "date": "2026-05-01T00:00:00Z"}]);
    made.pack("F20-checkpoint", "How far an institution's log is countersigned.", loads(), parts.to_json());
}

/// F8, F9: a first root that its people did not sign as a root, and names that lead elsewhere.
fn first_roots(made: &mut Made, parts: &Parts, good: &Value) {
    let signed = |purpose: &str, names: &[&str]| sign_part(&parts.root, purpose, names, "2025-12-01T00:00:00Z");
    for (name, about, root) in [
        ("F8-first-root-signed-by-one", "One of two signed it.", signed("trustRoot", &["root-1"])),
        ("F8-first-root-signed-by-others", "Two others signed it.", signed("trustRoot", &["person-1", "person-2"])),
        (
            "F8-first-root-for-another-purpose",
            "Its people signed it as something else.",
            signed("assertionMethod", &["root-1", "root-2"]),
        ),
    ] {
        made.pack(name, about, refused("too-few-signatures"), changed(good, "/root/0", root));
    }
    for (name, id) in [
        ("parent", "did:web:cert.formar.example:..:..:etc"),
        ("percent-encoded-slash", "did:web:cert.formar.example:a%2F..%2Fb"),
        ("other-letters", "did:web:cert.fοrmar.example"),
        ("nul", "did:web:cert.formar.example:a\u{0}b"),
    ] {
        let mut parts = parts.clone();
        parts.accreditation["issuers"][0]["id"] = id.into();
        made.pack(
            &format!("F9-issuer-named-{name}"),
            "A name that would lead out of a folder, or into another one.",
            refused("malformed"),
            parts.to_json(),
        );
    }
}
