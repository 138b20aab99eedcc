//! The JSON Schemas and the reader agree: on every vector, what one takes the other takes.

use std::collections::BTreeSet;

use serde_json::Value;
use skillpass::base::canonical::{self, Bounds, Numbers};
use skillpass::base::timestamp::Timestamp;
use skillpass::credential::achievement::Kind;
use skillpass::credential::credential::Credential;
use skillpass::credential::delegation::Delegation;
use skillpass::credential::document::{Document as _, Signed};
use skillpass::credential::members::FORBIDDEN;
use skillpass::credential::schema;

use crate::common::documents::{changed, full, of_kind, signed, without};
use crate::common::shared::json;
use crate::common::{here, packs};

/// Vectors that the schema takes and the reader refuses, and why no schema can say it. One that no longer differs fails.
const BEYOND_A_SCHEMA: [(&str, &str); 9] = [
    ("A1-small-order-did-key", "points of the curve"),
    ("A2-non-canonical-did-key", "points of the curve"),
    ("A3-signature-63-bytes", "base58 has no fixed length for a number of bytes"),
    ("D4-29-february-of-a-common-year", "leap years"),
    ("D5-born-after-the-award", "two members compared"),
    ("D5-end-at-beginning", "two members compared"),
    ("D5-end-before-beginning", "two members compared"),
    ("form-name-of-two-scripts", "scripts of letters"),
    ("form-status-id-of-another-position", "two members compared"),
];

/// Vectors that the reader takes and the schema refuses: a proof's own members, which only what we issue may not have.
const STRICTER_IN_THE_SCHEMA: &str = "proof members beyond those that we sign, or no time of our profile: such a proof is not checked, and what we issue has none";

#[test]
fn credential_schema_and_reader_agree_on_every_vector() {
    let schema = validator(schema::CREDENTIAL);
    let (mut taken, mut refused) = (0, 0);
    let mut differ = Vec::new();
    let mut beyond: BTreeSet<&str> = BEYOND_A_SCHEMA.iter().map(|(name, _)| *name).collect();
    for (name, document) in documents() {
        let by_schema = schema.is_valid(&document);
        let by_reader = reads(&document);
        match by_reader {
            true => taken += 1,
            false => refused += 1,
        }
        let stranger_proof = strange_proof_member(&document);
        let expected = match (by_schema, by_reader) {
            (true, false) => beyond.remove(name.as_str()),
            (false, true) => stranger_proof,
            _ => true,
        };
        if !expected {
            let faults: Vec<String> =
                schema.iter_errors(&document).map(|it| format!("{}: {it}", it.instance_path())).collect();
            differ.push(format!("{name}: schema {by_schema}, reader {by_reader} {faults:?}"));
        }
    }
    assert!(differ.is_empty(), "{STRICTER_IN_THE_SCHEMA}\n{}", differ.join("\n"));
    assert!(beyond.is_empty(), "these agree now: {beyond:?}");
    assert!(taken > 80 && refused > 150, "{taken} taken, {refused} refused");
}

#[test]
fn credential_schema_takes_each_kind_and_no_member_twice_named() {
    let schema = validator(schema::CREDENTIAL);
    for kind in Kind::ALL {
        assert!(schema.is_valid(&of_kind(kind)), "{} unsigned", kind.code());
        assert!(schema.is_valid(&signed(&of_kind(kind))), "{}", kind.code());
    }
    assert!(schema.is_valid(&signed(&full())));
}

/// Forbidden members are impossible at every object of the document, not only where somebody thought of it.
#[test]
fn forbidden_members_are_impossible_everywhere() {
    let schema = validator(schema::CREDENTIAL);
    let document = full();
    let mut objects = Vec::new();
    collect_objects(&document, String::new(), &mut objects);
    assert!(objects.len() > 15, "{objects:?}");
    for at in &objects {
        for name in FORBIDDEN.iter().chain(&["nationality", "dateOfBirth", "narrativeOfMine"]) {
            let with = changed(&document, &format!("{at}/{name}"), "x".into());
            assert!(!schema.is_valid(&with), "{at}/{name} by the schema");
            assert!(!reads(&with), "{at}/{name} by the reader");
        }
    }
}

/// Every object schema of the credential is closed.
#[test]
fn credential_schema_is_closed() {
    fn walk(value: &Value, at: &str) {
        if let Some(object) = value.as_object() {
            if object.get("type") == Some(&"object".into()) && !at.ends_with("/proof") {
                assert_eq!(object.get("additionalProperties"), Some(&false.into()), "{at}");
            }
            object.iter().for_each(|(name, value)| walk(value, &format!("{at}/{name}")));
        } else if let Some(list) = value.as_array() {
            list.iter().enumerate().for_each(|(number, value)| walk(value, &format!("{at}/{number}")));
        }
    }
    walk(&serde_json::from_str(schema::CREDENTIAL).unwrap(), "");
}

/// Every delegation of the vectors, and each with one member changed, gone or too many.
#[test]
fn delegation_schema_and_reader_agree() {
    let schema = validator(schema::DELEGATION);
    let (mut taken, mut refused, mut differ) = (0, 0, Vec::new());
    let mut documents = Vec::new();
    for path in files("presentation") {
        let vector = json(&path);
        let shown = vector["document"]["verifiableCredential"].as_array().into_iter().flatten();
        documents.extend(shown.filter(|it| it["type"][1] == "HolderKeyDelegation").cloned());
    }
    let one = documents[0].clone();
    let mut objects = Vec::new();
    collect_objects(&one, String::new(), &mut objects);
    for at in objects.iter().filter(|at| !at.starts_with("/proof")) {
        documents.push(changed(&one, &format!("{at}/more"), "x".into()));
        for name in one.pointer(at).unwrap().as_object().unwrap().keys() {
            let at = format!("{at}/{name}");
            for value in [Value::Null, "x".into(), 5.into()] {
                documents.push(changed(&one, &at, value));
            }
            documents.push(without(&one, &at));
        }
    }
    for document in &documents {
        let text = serde_json::to_vec(document).unwrap();
        let reads = canonical::read(&text, Delegation::BOUNDS).is_ok_and(|json| Delegation::of(&json).is_some());
        // A member that both may lack, and the one pair that no schema compares.
        let (subject, entry) = (&document["credentialSubject"], &document["credentialStatus"]);
        let same = subject["id"] == subject["formerKey"];
        let list = entry["statusListCredential"].as_str().unwrap_or_default();
        let named = entry["id"]
            .as_str()
            .is_none_or(|id| id == format!("{list}#{}", entry["statusListIndex"].as_str().unwrap_or_default()));
        // Proofs are read by whoever opens a document, not with its form.
        let beyond = same || !named || document.get("proof").is_some_and(|proof| !proof.is_array());
        match (schema.is_valid(document), reads) {
            (true, true) => taken += 1,
            (false, false) => refused += 1,
            _ if beyond => {}
            (by_schema, _) => differ.push(format!("schema {by_schema}: {document}")),
        }
    }
    assert!(differ.is_empty(), "{differ:#?}");
    assert!(taken > 10 && refused > 60, "{taken} taken, {refused} refused");
}

#[test]
fn pack_schema_and_reader_agree_on_every_vector() {
    let schema = validator(schema::PACK);
    for (name, bytes) in packs::all() {
        let pack: Value = serde_json::from_slice(&bytes).unwrap();
        let faults: Vec<String> = schema.iter_errors(&pack).map(|it| format!("{}: {it}", it.instance_path())).collect();
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }
    // Form alone: what is refused as malformed or as no pack has a fault in the schema too, unless only the curve, or who decodes the digests, knows it.
    let curve = ["A1-", "A2-", "A3-issuer-key-3", "F14-logged-"];
    let mut differ = Vec::new();
    for path in files("pack") {
        let vector = json(&path);
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let Value::Object(_) = vector["document"] else { continue };
        let reason = vector["expect"]["reason"].as_str().unwrap_or_default();
        let misshapen = matches!(reason, "malformed" | "not-a-pack" | "proof-none" | "too-many-proofs")
            && !curve.iter().any(|it| name.starts_with(it));
        // A part in another one's place is unsigned before it is misshapen.
        let in_place = name.starts_with("A16-");
        if schema.is_valid(&vector["document"]) == misshapen && !in_place {
            differ.push(name);
        }
    }
    assert!(differ.is_empty(), "{differ:?}");
}

fn validator(text: &str) -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(text).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert!(jsonschema::meta::is_valid(&schema));
    jsonschema::draft202012::new(&schema).unwrap()
}

/// What the reader makes of a document's form, whoever signed it.
fn reads(document: &Value) -> bool {
    let text = serde_json::to_vec(document).unwrap();
    let bounds = Bounds { numbers: Numbers::Any, ..Credential::BOUNDS };
    let Ok(json) = canonical::read(&text, bounds) else { return false };
    let form = json.object().is_some_and(|object| Credential::parse(object).is_ok());
    form && (document.get("proof").is_none() || Signed::<Credential>::read(&text).is_ok())
}

fn strange_proof_member(document: &Value) -> bool {
    let known = ["@context", "type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"];
    let proofs = document["proof"].as_array().map_or_else(|| vec![&document["proof"]], |list| list.iter().collect());
    let plain_time = |proof: &Value| proof["created"].as_str().is_some_and(|text| Timestamp::parse(text).is_ok());
    let strange = |proof: &&Value| {
        proof["cryptosuite"] == "eddsa-jcs-2022"
            && (proof.as_object().is_some_and(|it| it.keys().any(|name| !known.contains(&name.as_str())))
                || !plain_time(proof))
    };
    proofs.iter().any(strange)
}

/// The credential vectors whose document is JSON: as an object, or as a text that parses to one.
fn documents() -> Vec<(String, Value)> {
    let mut documents = Vec::new();
    for path in files("credential") {
        let vector = json(&path);
        let document = match &vector["document"] {
            Value::String(_) => continue,
            document => document.clone(),
        };
        documents.push((path.file_stem().unwrap().to_str().unwrap().to_owned(), document));
    }
    documents
}

fn files(folder: &str) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(here("tests/vectors").join(folder)).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn collect_objects(value: &Value, at: String, objects: &mut Vec<String>) {
    match value {
        Value::Array(list) => {
            list.iter()
                .enumerate()
                .for_each(|(number, value)| collect_objects(value, format!("{at}/{number}"), objects));
        }
        Value::Object(object) => {
            object.iter().for_each(|(name, value)| collect_objects(value, format!("{at}/{name}"), objects));
            objects.push(at);
        }
        _ => {}
    }
}
