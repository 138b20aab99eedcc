//! Threats A: signatures and keys.

use serde_json::{Value, json};
use skillpass::base::key::SecretKey;
use skillpass::base::multibase;

use super::{Made, accept, foreign, malformed, reject, showing, undecided, unreadable};
use crate::common::curve;
use crate::common::documents::{
    ANDES, ANDES_KEY, FORMAR, KEY_1, KEY_2, SIGNED, changed, did_key, did_key_method, key, module, on_list, options,
    proof, seed, signed, signed_by, signed_bytes, with_proofs, without,
};
use crate::common::packs;
use crate::common::shared::hex;

/// Rows A1 to A20.
pub fn all(made: &mut Made) {
    let good = signed(&module());
    made.credential(
        "good-module-completion",
        "Nothing is wrong with it: what the others break.",
        showing(
            accept(&[
                ("signature", "signature-holds"),
                ("proofs", "proofs-hold"),
                ("form", "form-holds"),
                ("key", "key-in-window"),
                ("scope", "in-scope"),
                ("standard", "standard-in-force"),
                ("award", "award-matches"),
                ("dates", "dates-hold"),
                ("clock", "clock-plausible"),
                ("revocation", "not-revoked"),
                ("suspension", "not-suspended"),
                ("freshness", "evidence-fresh"),
                ("worth", "no-country"),
            ]),
            "verified",
            "María Fernanda Ñáñez de la Cruz",
        ),
        good.clone(),
    );
    made.credential(
        "good-single-proof-object",
        "A proof that is an object, not an array of one, is the same proof.",
        accept(&[]),
        changed(&good, "/proof", good["proof"][0].clone()),
    );
    let mut by_workshop = module();
    by_workshop["issuer"]["id"] = did_key("workshop").into();
    by_workshop = on_list(&by_workshop, "https://cert.formar.example/status/1");
    made.credential(
        "good-signature-of-a-listed-did-key",
        "An issuer that is its own key, and stands in the pack. Its status entry names another body's list.",
        json!({"outcome": "undecided", "reason": "status-list-foreign", "findings": {"signature": "signature-holds"}}),
        signed_by(&by_workshop, "workshop", &did_key_method("workshop"), SIGNED),
    );
    made.credential(
        "good-proof-without-context",
        "A proof that carries no @context of its own signs the document as it stands.",
        accept(&[]),
        {
            let document = module();
            let mut options = options(&document, KEY_1, SIGNED);
            options.as_object_mut().unwrap().remove("@context");
            with_proofs(&document, vec![proof(&document, &key("formar-1"), options)])
        },
    );
    small_order_and_malleable(made, &good);
    lengths(made, &good);
    algorithms_and_headers(made, &good);
    methods(made);
    covered(made, &good);
    sets(made, &good);
    wrapped(made, &good);
    windows(made);
}

fn small_order_and_malleable(made: &mut Made, good: &Value) {
    // A1, A2: the signature's own points.
    let (zero, a) = ([0; 32], curve::scalar(&seed("formar-1")));
    let public = key("formar-1").public().to_bytes();
    let data = signed_bytes(&module(), &good["proof"][0]);
    let with_value = |value: [u8; 64]| changed(good, "/proof/0/proofValue", multibase::base58btc(&value).into());
    let with_r = |r: [u8; 32]| {
        let mut value = [0; 64];
        value[..32].copy_from_slice(&r);
        value[32..].copy_from_slice(&curve::response(&zero, &r, &public, &a, &data));
        with_value(value)
    };
    let identity: [u8; 32] = hex(curve::SMALL_ORDER[0]).try_into().unwrap();
    made.credential(
        "A1-small-order-R",
        "R is the identity: a lax verifier takes it, and the signer has spent no nonce.",
        reject("altered"),
        with_r(identity),
    );
    let order_8: [u8; 32] = hex(curve::SMALL_ORDER[6]).try_into().unwrap();
    made.credential("A1-small-order-R-of-order-8", "R is of order 8.", reject("altered"), with_r(order_8));
    let weak_key = |bytes: &[u8; 32]| {
        let multikey = multibase::base58btc(&[&[0xed, 0x01], bytes.as_slice()].concat());
        let mut document = module();
        document["issuer"]["id"] = format!("did:key:{multikey}").into();
        let mut options = options(&document, &format!("did:key:{multikey}#{multikey}"), SIGNED);
        let mut value = [0; 64];
        value[..32].copy_from_slice(&identity);
        options["proofValue"] = multibase::base58btc(&value).into();
        with_proofs(&document, vec![options])
    };
    made.credential(
        "A1-small-order-did-key",
        "The issuer is a did:key of small order, under which R = identity, S = 0 holds for anything.",
        json!({"outcome": "undecided", "reason": "issuer-unknown", "shown": null}),
        weak_key(&identity),
    );
    let mut non_canonical = [0xff; 32];
    (non_canonical[0], non_canonical[31]) = (0xee, 0x7f);
    made.credential(
        "A2-non-canonical-did-key",
        "The issuer is a did:key whose y is p + 1: the identity in a second spelling.",
        json!({"outcome": "undecided", "reason": "issuer-unknown", "shown": null}),
        weak_key(&non_canonical),
    );
    made.credential(
        "A2-non-canonical-R",
        "R is the identity, spelled p + 1.",
        reject("altered"),
        with_r(non_canonical),
    );
    let value: [u8; 64] =
        bs58::decode(&good["proof"][0]["proofValue"].as_str().unwrap()[1..]).into_vec().unwrap().try_into().unwrap();
    let mut malleable = value;
    malleable[32..].copy_from_slice(&curve::plus_l(value[32..].try_into().unwrap()));
    made.credential(
        "A2-S-plus-L",
        "S + L in place of S: the same signature in a second spelling.",
        reject("altered"),
        with_value(malleable),
    );
}

fn lengths(made: &mut Made, good: &Value) {
    let value = bs58::decode(&good["proof"][0]["proofValue"].as_str().unwrap()[1..]).into_vec().unwrap();
    let with = |text: String| changed(good, "/proof/0/proofValue", text.into());
    made.credential(
        "A3-signature-63-bytes",
        "The last byte is cut.",
        unreadable("proof-value"),
        with(multibase::base58btc(&value[..63])),
    );
    made.credential(
        "A3-signature-65-bytes",
        "A byte is appended.",
        unreadable("proof-value"),
        with(multibase::base58btc(&[&value[..], &[0]].concat())),
    );
    made.credential(
        "A3-signature-twice",
        "The signature stands twice.",
        unreadable("proof-value"),
        with(multibase::base58btc(&value.repeat(2))),
    );
    made.credential(
        "A3-signature-no-bytes",
        "A multibase prefix and nothing.",
        unreadable("proof-value"),
        with("z".into()),
    );
    made.credential("A3-signature-empty", "An empty text.", unreadable("proof-member"), with(String::new()));
    made.credential(
        "A3-signature-garbage-after",
        "A character that is not base58 after the signature.",
        unreadable("proof-value"),
        with(format!("{}0", good["proof"][0]["proofValue"].as_str().unwrap())),
    );
    made.credential(
        "A3-signature-in-base64url",
        "The right bytes under another multibase.",
        unreadable("proof-value"),
        with(multibase::base64url(&value)),
    );
    made.credential(
        "A3-signature-no-prefix",
        "The right digits without their multibase prefix.",
        unreadable("proof-value"),
        with(good["proof"][0]["proofValue"].as_str().unwrap()[1..].to_owned()),
    );
    made.credential("A3-signature-all-zero", "64 zero bytes.", reject("altered"), with(multibase::base58btc(&[0; 64])));
    made.credential(
        "A3-signature-absent",
        "No proofValue.",
        unreadable("proof-member"),
        without(good, "/proof/0/proofValue"),
    );
}

fn algorithms_and_headers(made: &mut Made, good: &Value) {
    for (name, suite) in [("none", "none"), ("hs256", "HS256"), ("ecdsa", "ecdsa-jcs-2019"), ("case", "EdDSA-JCS-2022")]
    {
        made.credential(
            &format!("A7-cryptosuite-{name}"),
            "The proof names another suite than it was made with.",
            undecided("suite-not-checked"),
            changed(good, "/proof/0/cryptosuite", suite.into()),
        );
    }
    made.credential(
        "A7-proof-type-of-another-algorithm",
        "A proof of the type RsaSignature2018.",
        unreadable("proof-not-data-integrity"),
        changed(good, "/proof/0/type", "RsaSignature2018".into()),
    );
    made.credential(
        "A7-alg-added",
        "An alg member, added after signing.",
        reject("altered"),
        changed(good, "/proof/0/alg", "none".into()),
    );
    made.credential(
        "A7-hmac-with-the-public-key",
        "A keyed hash under the public key, as a confused verifier would check it.",
        reject("altered"),
        {
            use sha2::{Digest as _, Sha512};
            let data = signed_bytes(&module(), &good["proof"][0]);
            let value: [u8; 64] = Sha512::digest([&key("formar-1").public().to_bytes()[..], &data].concat()).into();
            changed(good, "/proof/0/proofValue", multibase::base58btc(&value).into())
        },
    );
    made.credential(
        "A18-ecdsa-all-zero",
        "An ECDSA proof of r = s = 0: a suite that is not offered here.",
        undecided("suite-not-checked"),
        {
            let document = changed(good, "/proof/0/cryptosuite", "ecdsa-rdfc-2019".into());
            changed(&document, "/proof/0/proofValue", multibase::base58btc(&[0; 64]).into())
        },
    );
    let thief = key("thief");
    for header in ["jwk", "jku", "x5c", "x5u"] {
        let value = match header {
            "jwk" => json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}),
            "x5c" => json!(["MIIB"]),
            _ => json!("https://thief.example/key"),
        };
        let sign = |key: &SecretKey| {
            let document = module();
            let options = changed(&options(&document, KEY_1, SIGNED), &format!("/{header}"), value.clone());
            with_proofs(&document, vec![proof(&document, key, options)])
        };
        made.credential(
            &format!("A8-{header}-brings-its-own-key"),
            "A proof that brings its own key, signed with it, under a listed key's name.",
            reject("altered"),
            sign(&thief),
        );
        made.credential(
            &format!("A8-{header}-signed-by-the-issuer"),
            "The issuer itself signs a proof with a key header: such a proof has no business here.",
            json!({"outcome": "undecided"}),
            sign(&key("formar-1")),
        );
    }
}

fn methods(made: &mut Made) {
    let by = |name: &str, method: &str| signed_by(&module(), name, method, SIGNED);
    for (name, fragment) in [
        ("path", "../../../dev/null"),
        ("sql", "key-1' OR '1'='1"),
        ("nul", "key-1\u{0}"),
        ("query", "key-1?x=1"),
        ("empty", ""),
    ] {
        made.credential(
            &format!("A9a-kid-{name}"),
            "The key's name is a path, a query, a control character: it is looked up, never opened.",
            reject("key-not-listed"),
            by("formar-1", &format!("{FORMAR}#{fragment}")),
        );
    }
    made.credential(
        "A9a-kid-128-characters",
        "The longest fragment that is one; no such key.",
        reject("key-not-listed"),
        by("formar-1", &format!("{FORMAR}#{}", "k".repeat(128))),
    );
    made.credential(
        "A9a-kid-129-characters",
        "A fragment beyond the limit.",
        reject("key-not-listed"),
        by("formar-1", &format!("{FORMAR}#{}", "k".repeat(129))),
    );
    made.credential(
        "A9a-kid-too-long",
        "A key's name of 2,000 characters.",
        unreadable("proof-member"),
        by("formar-1", &format!("{FORMAR}#{}", "k".repeat(2_000))),
    );
    for (pack, order) in [("pilot-twin-keys", "second"), ("pilot-twin-keys-other-order", "first")] {
        made.credential(
            &format!("A9b-twin-keys-signed-by-first-listed-in-{pack}"),
            "Two keys of the issuer share an identifier: the order of a list decides nothing.",
            accept(&[]),
            by("formar-1", KEY_1),
        )
        .packs(&[pack]);
        made.credential(
            &format!("A9b-twin-keys-signed-by-twin-in-{pack}"),
            &format!("The same, signed by the twin, which stands {order}."),
            accept(&[]),
            by("formar-twin", KEY_1),
        )
        .packs(&[pack]);
    }
    made.credential(
        "A9c-right-name-other-key",
        "Signed by somebody else under a listed key's name.",
        reject("altered"),
        by("thief", KEY_1),
    );
    made.credential(
        "A9c-right-name-other-key-of-the-issuer",
        "Signed by the issuer's second key under the first one's name.",
        reject("altered"),
        by("formar-2", KEY_1),
    );
    // A10: issuer and method, six ways to mix them.
    made.credential(
        "A10-key-of-another-issuer",
        "Names one listed issuer, and is signed by another one's listed key.",
        reject("key-of-another"),
        by("andes-1", ANDES_KEY),
    );
    let mut other = module();
    other["issuer"]["id"] = ANDES.into();
    made.credential("A10-issuer-of-another-key", "The other way round.", reject("key-of-another"), signed(&other));
    made.credential(
        "A10-did-key-under-a-listed-issuer",
        "A listed issuer's name over a bare did:key.",
        reject("key-of-another"),
        by("thief", &did_key_method("thief")),
    );
    made.credential(
        "A10-unlisted-key-of-the-issuer",
        "A key that the issuer never had, named as if it were its own, signed before the list.",
        json!({"outcome": "reject", "reason": "key-not-listed", "shown": null}),
        by("thief", &format!("{FORMAR}#key-9")),
    );
    made.credential(
        "A10-host-that-begins-alike",
        "A method under a host that only begins like the issuer's.",
        reject("key-of-another"),
        by("thief", "did:web:cert.formar.example.evil.example#key-1"),
    );
    made.credential(
        "A10-path-under-the-host",
        "A method under a path of the issuer's host: another identifier.",
        reject("key-of-another"),
        by("thief", "did:web:cert.formar.example:evil#key-1"),
    );
    let mut unlisted = module();
    unlisted["issuer"]["id"] = did_key("thief").into();
    made.credential(
        "A10-did-key-signed-by-another-did-key",
        "Two unlisted keys, one the issuer, one the signer.",
        reject("key-of-another"),
        signed_by(&unlisted, "thief-2", &did_key_method("thief-2"), SIGNED),
    );
    made.credential(
        "A10-unlisted-did-web",
        "An issuer that stands in no pack. Nothing is fetched to find its keys.",
        json!({"outcome": "undecided", "reason": "issuer-unknown", "shown": null}),
        {
            let mut document = module();
            document["issuer"]["id"] = "did:web:unknown.example".into();
            signed_by(&document, "thief", "did:web:unknown.example#key-1", SIGNED)
        },
    );
    made.credential(
        "A10-listed-issuer-in-other-case",
        "The issuer's host in upper case is another name.",
        json!({"outcome": "undecided", "reason": "issuer-unknown"}),
        {
            let mut document = module();
            document["issuer"]["id"] = "did:web:CERT.formar.example".into();
            signed(&document)
        },
    );
    made.credential("A10-issuer-without-keys", "A listed issuer that has no key at all.", reject("key-not-listed"), {
        let mut document = module();
        document["issuer"]["id"] = "did:web:empty.example".into();
        signed_by(&document, "thief", "did:web:empty.example#key-1", SIGNED)
    });
    made.credential("intact-only", "Unaltered, signed by a did:key nobody vouches for: shown as claims, no tick.",
        json!({"outcome": "undecided", "reason": "intact-only", "findings": {"form": "form-holds", "key": "not-reached", "worth": "not-reached"},
               "shown": {"mark": "claims", "name": "María Fernanda Ñáñez de la Cruz"}}),
        signed_by(&unlisted, "thief", &did_key_method("thief"), SIGNED));
    made.credential(
        "intact-only-altered",
        "The same, altered: nothing is shown.",
        json!({"outcome": "reject", "reason": "altered", "shown": null}),
        changed(
            &signed_by(&unlisted, "thief", &did_key_method("thief"), SIGNED),
            "/credentialSubject/identifier/0/identityHash",
            "Otra Persona".into(),
        ),
    );
    for purpose in ["authentication", "keyAgreement", "capabilityInvocation", "trustAccreditation"] {
        let document = module();
        let options = changed(&options(&document, KEY_1, SIGNED), "/proofPurpose", purpose.into());
        made.credential(
            &format!("A11-purpose-{purpose}"),
            "A signature of the right key for another purpose.",
            reject("wrong-purpose"),
            with_proofs(&document, vec![proof(&document, &key("formar-1"), options)]),
        );
    }
    made.credential("A11-purpose-changed-after-signing", "Signed to log in, and relabelled.", reject("altered"), {
        let document = module();
        let options = changed(&options(&document, KEY_1, SIGNED), "/proofPurpose", "authentication".into());
        changed(
            &with_proofs(&document, vec![proof(&document, &key("formar-1"), options)]),
            "/proof/0/proofPurpose",
            "assertionMethod".into(),
        )
    });
    made.credential("A20-proof-names-second-key", "The second key, in its window.", accept(&[]), by("formar-2", KEY_2));
}

fn covered(made: &mut Made, good: &Value) {
    for (name, pointer, value) in [
        ("created", "/proof/0/created", "2026-03-20T15:04:06Z".into()),
        ("method", "/proof/0/verificationMethod", Value::from(KEY_2)),
        ("context-dropped", "/proof/0/@context", json!(["https://www.w3.org/ns/credentials/v2"])),
        ("member-added", "/proof/0/note", "added".into()),
        ("id-added", "/proof/0/id", "urn:uuid:0d1c2b3a-4f5e-4a6b-8c7d-9e8f7a6b5c4d".into()),
    ] {
        made.credential(
            &format!("A12-proof-{name}"),
            "A proof option changed after signing: every one of them is signed.",
            reject("altered"),
            changed(good, pointer, value),
        );
    }
    made.credential(
        "A12-proof-context-removed",
        "The proof's context taken out.",
        reject("altered"),
        without(good, "/proof/0/@context"),
    );
    for (name, pointer, value) in [
        ("name", "/credentialSubject/identifier/0/identityHash", Value::from("Otra Persona")),
        ("birth-year", "/credentialSubject/identifier/1/identityHash", "1988".into()),
        ("title", "/credentialSubject/achievement/name", "Chef ejecutivo".into()),
        ("kind", "/credentialSubject/achievement/achievementType", "ext:Competence".into()),
        ("hours", "/credentialSubject/result/0/value", "2000".into()),
        ("award-date", "/awardedDate", "2024-03-14T00:00:00Z".into()),
        ("end", "/validUntil", "2099-03-14T23:59:59Z".into()),
        ("status-index", "/credentialStatus/statusListIndex", "94568".into()),
        ("issuer-name", "/issuer/name", "Ministerio".into()),
        ("id", "/id", "urn:uuid:3f0e8a52-6c1b-4d7e-9a40-5be2c9d81f04".into()),
        ("member-added", "/credentialSubject/achievement/humanCode", "GIN".into()),
    ] {
        made.credential(
            &format!("A13-{name}"),
            "Edited after signing: nothing of it is shown.",
            json!({"outcome": "reject", "reason": "altered", "shown": null}),
            changed(good, pointer, value),
        );
    }
    made.credential(
        "A13-end-removed",
        "An end that was signed, taken out.",
        reject("altered"),
        without(good, "/validUntil"),
    );
    made.credential(
        "A13-status-removed",
        "The status entry, taken out.",
        reject("altered"),
        without(good, "/credentialStatus"),
    );
}

fn sets(made: &mut Made, good: &Value) {
    let document = module();
    let first = good["proof"][0].clone();
    let broken = changed(&first, "/proofValue", multibase::base58btc(&[7; 64]).into());
    let by_second = proof(&document, &key("formar-2"), options(&document, KEY_2, SIGNED));
    let broken_second = changed(&by_second, "/created", "2026-03-20T15:04:06Z".into());
    let foreign = proof(&document, &key("thief"), options(&document, &did_key_method("thief"), SIGNED));
    let unknown = json!({"type": "DataIntegrityProof", "cryptosuite": "mldsa44-jcs-2024", "created": SIGNED, "verificationMethod": format!("{FORMAR}#pq-1"),
                         "proofPurpose": "assertionMethod", "proofValue": "uAAAA"});
    let rdfc = changed(&unknown, "/cryptosuite", "eddsa-rdfc-2022".into());
    let rdfc =
        changed(&changed(&rdfc, "/verificationMethod", KEY_2.into()), "/proofValue", first["proofValue"].clone());
    let with_member = |name: &str, value: Value| {
        proof(&document, &key("formar-1"), changed(&options(&document, KEY_1, SIGNED), &format!("/{name}"), value))
    };
    let set = |proofs: &[&Value]| with_proofs(&document, proofs.iter().map(|it| (*it).clone()).collect());
    made.credential(
        "A14-good-and-bad",
        "A good proof and a failing one of the same suite and issuer.",
        reject("proof-failed"),
        set(&[&first, &broken_second]),
    );
    made.credential(
        "A14-bad-and-good",
        "The same, the failing one first.",
        reject("altered"),
        set(&[&broken_second, &first]),
    );
    made.credential(
        "A14-bad-under-the-same-key",
        "Two proofs name one key, and only one of them holds.",
        reject("proof-failed"),
        set(&[&first, &broken]),
    );
    made.credential(
        "A14-two-good",
        "Two keys of the issuer, both good.",
        accept(&[("proofs", "proofs-hold")]),
        set(&[&first, &by_second]),
    );
    made.credential(
        "A14-good-and-unknown-suite",
        "A proof of a suite that nobody here knows does not spoil a good one (interop.md 2.5).",
        accept(&[]),
        set(&[&first, &unknown]),
    );
    made.credential(
        "A14-unknown-suite-and-good",
        "The order makes no difference.",
        accept(&[]),
        set(&[&unknown, &first]),
    );
    made.credential(
        "A14-good-and-foreign-key",
        "A proof under a key that is not the issuer's is listed and no more.",
        accept(&[]),
        set(&[&first, &foreign]),
    );
    made.credential(
        "A14-foreign-key-and-good",
        "The order makes no difference.",
        accept(&[]),
        set(&[&foreign, &first]),
    );
    made.credential(
        "A14-good-and-rdfc",
        "A failing proof of another known suite beside a good one.",
        reject("proof-failed"),
        set(&[&first, &rdfc]),
    );
    made.credential(
        "A14-rdfc-and-good",
        "The order makes no difference.",
        reject("proof-failed"),
        set(&[&rdfc, &first]),
    );
    made.credential(
        "A14-only-unknown-suite",
        "Nothing that can be checked.",
        undecided("suite-not-checked"),
        set(&[&unknown]),
    );
    for (name, value, expect) in [
        ("expires", json!("2026-03-21T00:00:00Z"), reject("ended")),
        ("previousProof", json!("urn:uuid:none"), reject("proof-failed")),
        ("domain", json!("work.example"), undecided("suite-not-checked")),
        ("challenge", json!("c0ffee"), undecided("suite-not-checked")),
        ("nonce", json!("uAAAA"), accept(&[])),
    ] {
        made.credential(
            &format!("A14-proof-with-{name}"),
            "An end that has passed; a proof that is not there; an address and an occasion say nothing to everybody; a nonce changes nothing.",
            expect,
            set(&[&with_member(name, value)]),
        );
    }
    for (name, value, expect) in [
        ("expires", json!("2026-03-21T00:00:00Z"), accept(&[])),
        ("previousProof", json!("urn:uuid:none"), reject("proof-failed")),
        ("domain", json!("work.example"), undecided("suite-not-checked")),
    ] {
        let member = with_member(name, value);
        made.credential(
            &format!("A14-good-and-one-with-{name}"),
            "A proof of the same suite and key with such a member, beside a good one.",
            expect.clone(),
            set(&[&first, &member]),
        );
        made.credential(
            &format!("A14-one-with-{name}-and-good"),
            "The order makes no difference.",
            expect,
            set(&[&member, &first]),
        );
    }
    made.credential(
        "A14-good-and-wrong-purpose",
        "A proof of the issuer's key for another purpose beside a good one.",
        reject("proof-failed"),
        set(&[&first, &with_member("proofPurpose", json!("authentication"))]),
    );
    made.credential(
        "A14-32-proofs",
        "As many proofs as are read.",
        accept(&[]),
        set(&std::iter::once(&first).chain([&foreign; 31]).collect::<Vec<_>>()),
    );
    made.credential(
        "A14-33-proofs",
        "One more.",
        unreadable("too-many-proofs"),
        set(&std::iter::once(&first).chain([&foreign; 32]).collect::<Vec<_>>()),
    );
    made.credential("A14-no-proofs", "An empty array.", unreadable("proof-none"), set(&[]));
    made.credential("A14-proof-absent", "No proof member.", unreadable("proof-none"), document.clone());
    for (name, value) in [("null", Value::Null), ("string", "signed".into()), ("number", 1.into())] {
        made.credential(
            &format!("A14-proof-{name}"),
            "Something other than a proof stands there.",
            unreadable("proof-not-an-object"),
            changed(good, "/proof", value),
        );
    }
    made.credential(
        "A14-proof-lacks-created",
        "The signing time was taken out of a proof.",
        reject("altered"),
        without(good, "/proof/0/created"),
    );
    for name in ["type", "cryptosuite", "verificationMethod", "proofPurpose"] {
        made.credential(
            &format!("A14-proof-lacks-{name}"),
            "A proof lacks a member.",
            unreadable("proof-member"),
            without(good, &format!("/proof/0/{name}")),
        );
    }
}

fn wrapped(made: &mut Made, good: &Value) {
    let wrap = |member: &str, value: Value| signed(&changed(&module(), &format!("/{member}"), value));
    made.credential(
        "A15-credential-inside-a-credential",
        "A good credential as evidence of a signed one: the inner one is nobody's business.",
        malformed("evidence"),
        wrap("evidence", json!([good])),
    );
    made.credential(
        "A15-unsigned-credential-around-a-good-one",
        "A good credential nested in an unsigned one.",
        unreadable("proof-none"),
        changed(&module(), "/evidence", json!([good])),
    );
    made.credential("A15-presentation-around-a-good-one", "A presentation is not a credential.", unreadable("proof-none"),
        json!({"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"], "verifiableCredential": [good]}));
    made.credential(
        "A15-two-subjects",
        "A second subject beside the signed one.",
        reject("altered"),
        changed(good, "/credentialSubject", json!([good["credentialSubject"], good["credentialSubject"]])),
    );
    made.credential(
        "A15-envelope-with-the-proof-of-the-inner",
        "The proof of an inner document moved to an outer one.",
        reject("altered"),
        {
            let mut outer = changed(&module(), "/credentialSubject/identifier/0/identityHash", "Otra Persona".into());
            outer["proof"] = good["proof"].clone();
            outer["inner"] = module();
            outer
        },
    );
    // A16: signed by the issuer's own key, as something else.
    let list = packs::list("https://cert.formar.example/status/1", FORMAR, "revocation", &[]);
    made.credential(
        "A16-status-list-as-credential",
        "A status list carries the same purpose as a credential: its form tells them apart.",
        foreign(),
        signed(&list),
    );
    let parts = packs::Parts::of_tests();
    for (name, part) in
        [("root", &parts.root), ("accreditation", &parts.accreditation), ("freshness", &parts.freshness)]
    {
        let mut part = part.clone();
        part["issuer"] = FORMAR.into();
        let purpose = format!("trust{}{}", name[..1].to_uppercase(), &name[1..]);
        let options = changed(&options(&part, KEY_1, SIGNED), "/proofPurpose", purpose.into());
        made.credential(
            &format!("A16-{name}-as-credential"),
            "A part of a pack, signed by an issuer's key with the part's own purpose.",
            reject("wrong-purpose"),
            with_proofs(&part, vec![proof(&part, &key("formar-1"), options)]),
        );
    }
    made.credential(
        "A16-login-challenge-as-credential",
        "A signature over a login challenge, put on a credential.",
        reject("altered"),
        {
            let value = key("formar-1").sign(b"skillpass login challenge 7f3a");
            changed(good, "/proof/0/proofValue", multibase::base58btc(&value).into())
        },
    );
}

fn windows(made: &mut Made) {
    for (name, created, expect) in [
        ("1-s-before-from", "2026-02-01T07:59:59Z", reject("key-outside-window")),
        ("at-from", "2026-02-01T08:00:00Z", accept(&[("key", "key-in-window")])),
        ("at-until", "2026-06-01T17:00:00Z", accept(&[("key", "key-in-window")])),
        ("1-s-after-until", "2026-06-01T17:00:01Z", reject("key-outside-window")),
    ] {
        let mut document = module();
        // Awarded within thirty days of each signing.
        document["awardedDate"] =
            if name.contains("from") { "2026-01-20T00:00:00Z" } else { "2026-05-20T00:00:00Z" }.into();
        document["validFrom"] = document["awardedDate"].clone();
        let mut expect = expect;
        if expect["outcome"] == "reject" {
            expect["shown"] = json!({"mark": "authentic"});
        }
        made.credential(
            &format!("A20-key-{name}"),
            "A rotated key, at the edges of its window.",
            expect,
            signed_by(&document, "formar-2", KEY_2, created),
        )
        .at("2026-06-01T18:00:00Z")
        .packs(&["pilot"]);
    }
}
