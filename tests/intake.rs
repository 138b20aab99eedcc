//! What is taken in: several credentials in a list, a presentation or a learner record, each a document of its own.

use serde_json::{Value, json};
use skillpass::base::canonical::Json;
use skillpass::interop::intake::{Carrier, Intake, NotRead, read};
use skillpass::interop::scan::Limits;

use crate::common::documents::{FORMAR, canonical, changed, module, signed};

fn take(value: &Value) -> Result<Intake, NotRead> {
    read(&canonical(value), Limits::STRANGER)
}

/// A credential of its own for every number.
fn credential(number: usize) -> Value {
    signed(&changed(&module(), "/id", format!("urn:uuid:3f0e8a52-6c1b-4d7e-9a40-{number:012x}").into()))
}

fn carriers(intake: &Intake) -> Vec<(usize, Carrier)> {
    intake.offered.iter().map(|offered| (offered.place, offered.carrier)).collect()
}

/// What would be checked is what was offered, member by member.
#[track_caller]
fn holds(intake: &Intake, expected: &[&Value]) {
    let found: Vec<Vec<u8>> = intake.offered.iter().map(|offered| offered.signed.to_json().to_canonical()).collect();
    let expected: Vec<Vec<u8>> = expected.iter().map(|value| canonical(value)).collect();
    assert!(found == expected, "{} found, {} expected", found.len(), expected.len());
}

#[test]
fn a_list_of_credentials() {
    let (one, two) = (credential(1), credential(2));
    let taken = take(&json!([one, two, one])).unwrap();
    holds(&taken, &[&one, &two]);
    assert_eq!(carriers(&taken), [(1, Carrier::List), (2, Carrier::List)]);
    assert!(taken.not_read.is_empty() && taken.presentation.is_none());
    // The same content with another proof is another document with a verdict of its own, whichever comes first.
    let proof = one["proof"][0]["proofValue"].as_str().unwrap();
    let flipped =
        changed(&one, "/proof/0/proofValue", format!("z{}", proof[1..].chars().rev().collect::<String>()).into());
    if take(&flipped).is_ok() {
        holds(&take(&json!([flipped, one])).unwrap(), &[&flipped, &one]);
        holds(&take(&json!([one, flipped])).unwrap(), &[&one, &flipped]);
    }
    // What cannot be read among them is told with its place, and keeps nobody.
    let unsigned = module();
    let taken = take(&json!([one, unsigned, 7, two])).unwrap();
    holds(&taken, &[&one, &two]);
    assert_eq!(carriers(&taken), [(1, Carrier::List), (4, Carrier::List)]);
    // What stands there twice is one certificate, and keeps its two places.
    let twice = take(&json!([one, one, unsigned, two])).unwrap();
    assert_eq!(carriers(&twice), [(1, Carrier::List), (4, Carrier::List)]);
    assert_eq!(twice.not_read[0].0, 3);
    let codes: Vec<(usize, &str)> = taken.not_read.iter().map(|(place, why)| (*place, why.code())).collect();
    assert_eq!(codes, [(2, "no-proof"), (3, "not-an-object")]);
    for (nothing, code) in [
        (json!([]), "no-credential"),
        (json!([[]]), "no-credential"),
        (json!([unsigned]), "no-proof"),
        (json!(["x"]), "not-an-object"),
        (json!([[[[one]]]]), "too-deep"),
    ] {
        assert_eq!(take(&nothing).unwrap_err().code(), code, "{nothing}");
    }
}

#[test]
fn a_presentation_and_what_carries_one() {
    let (one, two) = (credential(1), credential(2));
    let presentation = |carried: Value| {
        json!({
            "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"], "holder": "did:example:h",
            "verifiableCredential": carried, "proof": {"type": "DataIntegrityProof"},
        })
    };
    for (document, expected) in [
        (presentation(one.clone()), vec![&one]),
        (presentation(json!([one, two])), vec![&one, &two]),
        (json!({"verifiablePresentation": presentation(json!([one]))}), vec![&one]),
        (json!([presentation(one.clone()), presentation(two.clone())]), vec![&one, &two]),
    ] {
        let taken = take(&document).unwrap();
        holds(&taken, &expected);
        assert!(taken.offered.iter().all(|offered| offered.carrier == Carrier::Presentation));
        let carried = taken.presentation.unwrap();
        assert_eq!(carried.get("holder").and_then(Json::text), Some("did:example:h"));
        assert!(carried.get("proof").is_some(), "its own proof goes along, unchecked");
    }
    // The body of a request carries a credential and is no presentation.
    let taken = take(&json!({"verifiableCredential": one, "options": {}})).unwrap();
    holds(&taken, &[&one]);
    assert!(taken.presentation.is_none());
    for empty in [presentation(json!([])), json!({"type": "VerifiablePresentation", "verifiableCredential": null})] {
        assert_eq!(take(&empty).unwrap_err(), NotRead::NoCredential);
    }
}

/// CLR 2.0: the record is a credential, and each one in it is one.
#[test]
fn a_learner_record_and_what_is_in_it() {
    let (one, two) = (credential(1), credential(2));
    let mut record = module();
    record["type"] = json!(["VerifiableCredential", "ClrCredential"]);
    record["credentialSubject"] = json!({"type": ["ClrSubject"], "verifiableCredential": [one, two]});
    let record = signed(&record);
    let taken = take(&record).unwrap();
    holds(&taken, &[&record, &one, &two]);
    assert_eq!(carriers(&taken), [(1, Carrier::File), (2, Carrier::Record), (3, Carrier::Record)]);
    let carried = json!({"type": "VerifiablePresentation", "verifiableCredential": [record]});
    assert_eq!(take(&carried).unwrap().offered.len(), 3);
}

/// A15. Nothing of the outer makes an inner one good: an altered credential inside a good record is altered.
#[test]
fn what_is_inside_has_a_verdict_of_its_own() {
    use skillpass::base::timestamp::Timestamp;
    use skillpass::verify::{Evidence, Outcome, Policy, verify};
    let pack = crate::common::packs::read(&crate::common::packs::Parts::of_tests().to_bytes()).unwrap();
    let (evidence, policy) = (Evidence::of_packs(vec![pack]), Policy { country: None, test_code: false });
    let now = Timestamp::parse(crate::common::documents::NOW).unwrap();
    let good = credential(1);
    let altered = changed(&good, "/issuer/name", "Ministerio".into());
    let outcomes = |document: &Value| -> Vec<&'static str> {
        let code = |outcome: &Outcome| match outcome {
            Outcome::Accept(_) => "accept",
            Outcome::Reject(_) => "reject",
            Outcome::Undecided(_) => "undecided",
        };
        let offered = take(document).unwrap().offered;
        offered.iter().map(|it| code(&verify(&it.signed, &evidence, &policy, now).outcome)).collect()
    };
    assert_eq!(outcomes(&json!([good, altered])), ["accept", "reject"]);
    let wrapped = json!({"type": "VerifiablePresentation", "holder": FORMAR, "verifiableCredential": [altered], "proof": good["proof"]});
    assert_eq!(outcomes(&wrapped), ["reject"]);
    // A whole that is dressed as a good credential and carries another one: the outer's own bytes are what its proof is held against.
    let mut dressed = good.clone();
    dressed["credentialSubject"]["verifiableCredential"] = json!([good]);
    assert_eq!(outcomes(&dressed), ["reject", "accept"]);
}

/// The seam for JOSE: recognised, and said in words.
#[test]
fn tokens_are_recognised_and_not_read() {
    let token = "eyJhbGciOiJFZERTQSJ9.eyJ2YyI6e319.c2lnbmF0dXJl";
    let enveloped = json!({
        "@context": "https://www.w3.org/ns/credentials/v2", "type": "EnvelopedVerifiableCredential",
        "id": format!("data:application/vc+jwt,{token}"),
    });
    for text in [token.to_owned(), format!("{token}~WyJzIiwiYSJd~"), format!("  {token}\n")] {
        assert_eq!(read(text.as_bytes(), Limits::STRANGER).unwrap_err(), NotRead::Jose, "{text}");
    }
    for document in [
        enveloped.clone(),
        json!([enveloped]),
        json!({"type": "EnvelopedVerifiablePresentation", "id": "data:application/vp+jwt,eyJ"}),
        json!({"type": "VerifiablePresentation", "verifiableCredential": token}),
        json!([token]),
    ] {
        assert_eq!(take(&document).unwrap_err(), NotRead::Jose, "{document}");
    }
    let one = credential(1);
    let taken = take(&json!({"type": "VerifiablePresentation", "verifiableCredential": [enveloped, one]})).unwrap();
    holds(&taken, &[&one]);
    assert_eq!(taken.not_read, [(1, NotRead::Jose)]);
}

#[test]
fn a_list_has_its_bounds_and_each_member_those_of_a_file() {
    let many: Vec<Value> = (0..256).map(credential).collect();
    assert_eq!(take(&json!(many)).unwrap().offered.len(), 256);
    let more: Vec<Value> = (0..257).map(credential).collect();
    assert_eq!(take(&json!(more)).unwrap_err(), NotRead::TooMany);
    // A member that would be too long as a file is too long here, and the others are none the worse for it.
    let one = credential(1);
    let mut long = credential(2);
    long["pad"] = json!(vec!["x".repeat(60_000); 5]);
    let taken = take(&json!([one, long])).unwrap();
    holds(&taken, &[&one]);
    assert_eq!(taken.not_read[0].1.code(), "too-long");
    let huge = format!("[{}{}]", canonical_text(&one), " ".repeat(8 * 1024 * 1024));
    assert_eq!(read(huge.as_bytes(), Limits::OWN_FILE).unwrap_err().code(), "too-long");
    let deep = format!("{{\"verifiableCredential\":{}1{}}}", "[".repeat(60), "]".repeat(60));
    assert_eq!(read(deep.as_bytes(), Limits::OWN_FILE).unwrap_err().code(), "too-deep");
    // Duplicate members are refused in the outer, too (threats.md B1).
    let twice = r#"{"verifiableCredential":[],"verifiableCredential":[]}"#;
    assert_eq!(read(twice.as_bytes(), Limits::OWN_FILE).unwrap_err().code(), "duplicate-member");
}

fn canonical_text(value: &Value) -> String {
    String::from_utf8(canonical(value)).unwrap()
}
