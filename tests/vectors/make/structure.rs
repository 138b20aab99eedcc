//! Threats B (and of C: C11) whose defect is in a signed document's structure.

use serde_json::{Value, json};

use super::{Made, accept, foreign, malformed, reject, showing, unreadable};
use crate::common::documents::{
    ANDES, FORMAR, SIGNED, canonical, changed, did_key, did_key_method, module, signed, signed_by, without,
};

/// Rows of B whose defect is in the document's structure.
pub fn all(made: &mut Made) {
    let good = signed(&module());
    // B8: what was signed is shown, to the byte.
    let nfd = "Mari\u{301}a N\u{303}an\u{303}ez";
    made.credential(
        "B8-name-not-composed",
        "A name in NFD, signed so: it holds, and is shown as it was signed.",
        showing(accept(&[]), "verified", nfd),
        signed(&changed(&module(), "/credentialSubject/identifier/0/identityHash", nfd.into())),
    );
    made.credential(
        "B8-name-recomposed-after-signing",
        "The same, brought to NFC by somebody on the way.",
        reject("altered"),
        changed(
            &signed(&changed(&module(), "/credentialSubject/identifier/0/identityHash", nfd.into())),
            "/credentialSubject/identifier/0/identityHash",
            "Mar\u{ed}a \u{d1}a\u{f1}ez".into(),
        ),
    );
    for name in ["__proto__", "constructor", "toString"] {
        made.credential(
            &format!("B9-member-{}", name.trim_matches('_')),
            "A member that a careless script takes for a prototype's.",
            malformed(&format!("credentialSubject.{name}")),
            signed(&changed(&module(), &format!("/credentialSubject/{name}"), json!({"polluted": true}))),
        );
    }
    let v2 = "https://www.w3.org/ns/credentials/v2";
    let ob = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";
    for (name, context) in [
        ("swapped", json!([v2, "https://evil.example/context.json"])),
        ("extended", json!([v2, ob, "https://evil.example/context.json"])),
        ("redefining", json!([v2, ob, {"achievement": "https://evil.example/other"}])),
        ("in-other-order", json!([ob, v2])),
        ("alone", json!([v2])),
        ("as-text", json!(v2)),
        ("of-another-version", json!([v2, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"])),
        ("empty", json!([])),
    ] {
        made.credential(
            &format!("B10-context-{name}"),
            "Another list of contexts than the pinned one, signed by the issuer.",
            malformed("@context"),
            signed(&changed(&module(), "/@context", context)),
        );
    }
    made.credential(
        "B10-context-changed-after-signing",
        "A context swapped on the way.",
        reject("altered"),
        changed(&good, "/@context/1", "https://evil.example/context.json".into()),
    );
    for (name, signed_with) in [("extended", json!([v2])), ("given", json!([]))] {
        let document = changed(&module(), "/@context", signed_with);
        made.credential(&format!("B10-context-{name}-after-signing"),
            "Signed with fewer contexts, and completed on the way: EdDSA 1.0 §3.3.2 lets a document's contexts begin with the proof's, but ours are pinned, and these are not the signed bytes.",
            json!({"outcome": "undecided", "shown": null}), changed(&signed(&document), "/@context", json!([v2, ob])));
    }
    type_confusion(made);
    for (name, member) in
        [("case", "Issuer"), ("space", "issuer "), ("cyrillic", "issu\u{435}r"), ("zero-width", "issuer\u{200b}")]
    {
        made.credential(
            &format!("B13-near-name-{name}"),
            "A member that looks like another one, beside it.",
            malformed(member),
            signed(&changed(&module(), &format!("/{member}"), ANDES.into())),
        );
    }
    made.credential(
        "B13-near-name-deep",
        "The same inside the achievement.",
        malformed("credentialSubject.achievement.Name"),
        signed(&changed(&module(), "/credentialSubject/achievement/Name", "Chef".into())),
    );
    // Texts: what JSON.parse would lose.
    let text = String::from_utf8(canonical(&good)).unwrap();
    made.credential(
        "B1-duplicate-issuer",
        "A second issuer: first and last reader differ.",
        unreadable("duplicate-member"),
        text.replacen("\"issuer\":", &format!("\"issuer\":{{\"id\":\"{ANDES}\"}},\"issuer\":"), 1).into(),
    );
    made.credential(
        "B1-duplicate-escaped",
        "The same, one of them spelled with an escape.",
        unreadable("duplicate-member"),
        text.replacen("\"awardedDate\":", "\"\\u0061wardedDate\":\"2020-01-01T00:00:00Z\",\"awardedDate\":", 1).into(),
    );
    made.credential(
        "B1-duplicate-in-the-proof",
        "Two proof values.",
        unreadable("duplicate-member"),
        text.replacen("\"proofValue\":", "\"proofValue\":\"z1\",\"proofValue\":", 1).into(),
    );
    made.credential(
        "B2-nested-33-deep",
        "One level more than is read.",
        unreadable("too-deep"),
        format!("{{\"a\":{}{}}}", "[".repeat(32), "]".repeat(32)).into(),
    );
    made.credential(
        "B4-hours-as-number",
        "A number where a text must stand.",
        malformed("credentialSubject.result.0.value"),
        signed(&changed(&module(), "/credentialSubject/result/0/value", 20.into())),
    );
    made.credential(
        "B12-two-documents",
        "A second document after the first.",
        unreadable("not-json"),
        format!("{text}{text}").into(),
    );
    made.credential("B12-trailing-bytes", "Bytes after the end.", unreadable("not-json"), format!("{text}]").into());
    made.credential("B12-comment", "A comment.", unreadable("not-json"), format!("/* good */{text}").into());
    made.credential(
        "B12-white-space-around",
        "White space around a document changes nothing.",
        accept(&[]),
        format!("\n  {text}\r\n").into(),
    );
    made.credential(
        "B12-members-in-another-order",
        "Members in another order are the same document.",
        accept(&[]),
        serde_json::to_string_pretty(&good).unwrap().into(),
    );
    made.credential("B14-cut-in-half", "Half of it.", unreadable("not-json"), text[..text.len() / 2].into());
    made.credential(
        "B14-last-byte-cut",
        "All but the last byte.",
        unreadable("not-json"),
        text[..text.len() - 1].into(),
    );
    made.credential("B14-nothing", "Nothing at all.", unreadable("empty"), "".into());
    made.credential("C11-canonical-text", "The canonical bytes, as a packet carries them.", accept(&[]), text.into());
    made.credential(
        "C11-with-a-second-suite",
        "The file with a proof more has the same digest as the packet without it: here, its file.",
        accept(&[]),
        changed(
            &good,
            "/proof/1",
            json!({"type": "DataIntegrityProof", "cryptosuite": "mldsa44-jcs-2024", "created": SIGNED,
            "verificationMethod": format!("{FORMAR}#pq-1"), "proofPurpose": "assertionMethod", "proofValue": "uAAAA"}),
        ),
    );
}

fn type_confusion(made: &mut Made) {
    let with = |pointer: &str, value: Value| signed(&changed(&module(), pointer, value));
    made.credential(
        "B11-issuer-as-text",
        "The issuer as a bare identifier.",
        malformed("issuer"),
        with("/issuer", FORMAR.into()),
    );
    made.credential(
        "B11-issuer-as-list",
        "The issuer as an array: no issuer can be read.",
        json!({"outcome": "undecided", "shown": null}),
        with("/issuer", json!([{"id": FORMAR}])),
    );
    made.credential(
        "B11-issuer-null",
        "No issuer.",
        json!({"outcome": "undecided", "shown": null}),
        with("/issuer", Value::Null),
    );
    made.credential(
        "B11-issuer-absent",
        "No issuer member.",
        json!({"outcome": "undecided", "shown": null}),
        signed(&without(&module(), "/issuer")),
    );
    made.credential(
        "B11-subject-empty-list",
        "No subject.",
        malformed("credentialSubject"),
        with("/credentialSubject", json!([])),
    );
    made.credential(
        "B11-subject-null",
        "A null subject.",
        malformed("credentialSubject"),
        with("/credentialSubject", Value::Null),
    );
    made.credential(
        "B11-subject-list-of-one",
        "The subject in an array.",
        foreign(),
        with("/credentialSubject", json!([module()["credentialSubject"]])),
    );
    made.credential(
        "B11-type-as-text",
        "The type as a text.",
        malformed("type"),
        with("/type", "OpenBadgeCredential".into()),
    );
    made.credential(
        "B11-type-in-other-order",
        "The types in another order.",
        malformed("type"),
        with("/type", json!(["OpenBadgeCredential", "VerifiableCredential"])),
    );
    made.credential(
        "B11-identifier-empty",
        "No identifiers.",
        malformed("credentialSubject.identifier"),
        with("/credentialSubject/identifier", json!([])),
    );
    made.credential(
        "B11-result-as-object",
        "One result, not in an array.",
        malformed("credentialSubject.result"),
        with("/credentialSubject/result", json!({})),
    );
    made.credential(
        "B11-33-results",
        "More results than a credential has.",
        malformed("credentialSubject.result"),
        with("/credentialSubject/result", vec![module()["credentialSubject"]["result"][0].clone(); 33].into()),
    );
    made.credential(
        "B11-document-as-list",
        "An array around the document.",
        unreadable("not-an-object"),
        json!([signed(&module())]).to_string().into(),
    );
    made.credential(
        "B11-document-as-text",
        "The document as a JSON text in a JSON text.",
        unreadable("not-an-object"),
        json!(signed(&module()).to_string()).to_string().into(),
    );
    made.credential(
        "B11-status-as-list",
        "The status entry in an array.",
        malformed("credentialStatus"),
        with("/credentialStatus", json!([module()["credentialStatus"]])),
    );
    made.credential(
        "B11-hashed-as-text",
        "A text where a truth value must stand.",
        malformed("credentialSubject.identifier.0.identityType"),
        with("/credentialSubject/identifier/0/hashed", "false".into()),
    );
    made.credential(
        "foreign-kind",
        "Signed by a listed issuer, and a badge of a kind that is not ours.",
        foreign(),
        with("/credentialSubject/achievement/achievementType", "Badge".into()),
    );
    made.credential("form-malformed-and-signed-by-a-listed-issuer", "The signature holds under a key of the pack: who signed it is known, and what is wrong is its form.",
        json!({"outcome": "undecided", "reason": "malformed", "findings": {"signature": "signature-holds"}, "shown": null}), with("/issuer/email", "a@formar.example".into()));
    made.credential(
        "form-foreign-and-signed-by-a-listed-issuer",
        "The same of somebody else's kind.",
        foreign(),
        with("/credentialSubject/achievement/achievementType", "Diploma".into()),
    );
    made.credential(
        "form-malformed-and-signed-by-nobody-known",
        "The same under a key nobody vouches for.",
        json!({"outcome": "undecided", "reason": "intact-only", "findings": {"form": "malformed"}, "shown": null}),
        {
            let mut document = module();
            document["issuer"] =
                json!({"id": did_key("thief"), "name": "x", "type": ["Profile"], "email": "x@y.example"});
            signed_by(&document, "thief", &did_key_method("thief"), SIGNED)
        },
    );
}
