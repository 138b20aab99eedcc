//! Other people's credentials and suites: proof sets over RDF, chains, old proofs, VC 1.1, lists of a resource map.

use serde_json::{Value, json};
use skillpass::base::multibase;

use super::{Made, accept, foreign, reject, showing, undecided};
use crate::common::documents::{
    FORMAR, KEY_1, LIST, NOW, SIGNED, SIGNED_AFTER, changed, did_key, did_key_method, key, module, options, proof,
    rdf_options, rdf_proof, signed, signed_bytes, with_proofs, without,
};
use crate::common::packs;

/// All of them.
pub fn all(made: &mut Made) {
    sets(made);
    chains(made);
    old(made);
    badges(made);
    lists(made);
}

fn jcs(document: &Value) -> Value {
    proof(document, &key("formar-1"), options(document, KEY_1, SIGNED))
}

fn rdfc(document: &Value) -> Value {
    rdf_proof(document, &key("formar-1"), rdf_options("eddsa-rdfc-2022", KEY_1, SIGNED))
}

/// The proof set of all that we issue.
fn sets(made: &mut Made) {
    let document = module();
    let set = with_proofs(&document, vec![jcs(&document), rdfc(&document)]);
    made.credential(
        "A14-set-of-both",
        "The set that every file of ours has.",
        accept(&[("proofs", "proofs-hold")]),
        set.clone(),
    );
    let turned = with_proofs(&document, vec![rdfc(&document), jcs(&document)]);
    made.credential("A14-set-of-both-turned", "The order makes no difference.", accept(&[]), turned);
    made.credential(
        "A14-set-without-rdf",
        "A build that cannot make RDF: never green (design §3).",
        undecided("suite-not-checked"),
        set.clone(),
    )
    .with("suites", "jcs".into());
    let bad = changed(&set, "/proof/1/proofValue", multibase::base58btc(&[7; 64]).into());
    made.credential(
        "A14-set-rdfc-fails",
        "A failing proof of a known suite rejects the file.",
        reject("proof-failed"),
        bad,
    );
    let bad = changed(&set, "/proof/0/proofValue", multibase::base58btc(&[7; 64]).into());
    made.credential("A14-set-jcs-fails", "The same, of the other one.", reject("altered"), bad);
    let bad = changed(&set, "/credentialSubject/achievement/name", "Otro título".into());
    made.credential("A13-set-title", "A title changed after signing.", reject("altered"), bad);
    // RDF is a set: the order of rows is covered by the jcs proof alone.
    let mut rows = set.clone();
    rows["credentialSubject"]["identifier"].as_array_mut().unwrap().reverse();
    made.credential(
        "A13-set-order-of-a-list",
        "Only the order of a list was changed: rdfc holds, jcs does not.",
        reject("altered"),
        rows,
    );
    let alone = with_proofs(&document, vec![rdfc(&document)]);
    let of_ours = changed(&foreign(), "/reason", "without-our-proof".into());
    made.credential(
        "A14-only-rdfc",
        "None of ours is without a jcs proof: foreign, never one of our kinds.",
        of_ours.clone(),
        alone.clone(),
    );
    let alone = changed(&alone, "/proof", alone["proof"][0].clone());
    made.credential("A14-only-rdfc-as-object", "The same, the form for readers that refuse sets.", of_ours, alone);
    let cross = with_proofs(&document, vec![changed(&jcs(&document), "/cryptosuite", "eddsa-rdfc-2022".into())]);
    made.credential(
        "A7-jcs-signature-as-rdfc",
        "The suite renamed: what is signed is another thing.",
        reject("altered"),
        cross,
    );
    let mut unsigned = jcs(&document);
    unsigned.as_object_mut().unwrap().remove("created");
    let value = key("formar-1").sign(&signed_bytes(&document, &unsigned));
    unsigned["proofValue"] = multibase::base58btc(&value).into();
    made.credential(
        "A14-signed-without-created",
        "A proof that was made without a time: no key's window can be held against it.",
        undecided("suite-not-checked"),
        with_proofs(&document, vec![unsigned]),
    );
    let ends = |when: &str| {
        proof(&document, &key("formar-1"), changed(&options(&document, KEY_1, SIGNED), "/expires", when.into()))
    };
    made.credential(
        "A14-proof-not-yet-expired",
        "A proof that ends later.",
        accept(&[]),
        with_proofs(&document, vec![ends("2030-01-01T00:00:00Z")]),
    );
}

/// Data Integrity 1.0 §4.3, §4.5: a proof that stands upon others signs them.
fn chains(made: &mut Made) {
    let document = module();
    let named = |id: &str| changed(&options(&document, KEY_1, SIGNED), "/id", id.into());
    let first = proof(&document, &key("formar-1"), named("urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544"));
    let upon = |previous: Value| {
        let mut with = with_proofs(&document, vec![first.clone()]);
        let second = changed(&rdf_options("eddsa-rdfc-2022", KEY_1, SIGNED), "/previousProof", previous);
        let second = rdf_proof(&with, &key("formar-1"), second);
        with["proof"].as_array_mut().unwrap().push(second);
        with
    };
    let chain = upon("urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544".into());
    made.credential(
        "A14-chain",
        "A second proof that stands upon the first.",
        accept(&[("proofs", "proofs-hold")]),
        chain.clone(),
    );
    let cut = changed(&chain, "/proof", json!([chain["proof"][1]]));
    made.credential(
        "A14-chain-cut",
        "The proof that it stands upon was taken away; alone it is no proof of ours.",
        reject("proof-failed"),
        cut,
    );
    let other = with_proofs(&document, vec![jcs(&document), chain["proof"][1].clone()]);
    made.credential(
        "A14-chain-upon-another",
        "Another proof stands where the first one stood.",
        reject("proof-failed"),
        other,
    );
    let touched = changed(&chain, "/proof/0/created", "2026-03-20T15:04:06Z".into());
    made.credential("A14-chain-first-changed", "The first proof was changed.", reject("altered"), touched);
    let twice = with_proofs(&document, vec![first.clone(), first.clone(), chain["proof"][1].clone()]);
    made.credential(
        "A14-chain-upon-two-of-one-name",
        "Two proofs of one identifier: nobody can tell which one is meant.",
        reject("proof-failed"),
        twice,
    );
}

/// A badge as most people have them: VC 1.1, `Ed25519Signature2020`.
fn badge_1_1(issuer: &str) -> Value {
    json!({
        "@context": ["https://www.w3.org/2018/credentials/v1", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
                     "https://w3id.org/security/suites/ed25519-2020/v1"],
        "id": "urn:uuid:5d7a35a5-8f6b-4d0b-9f7f-6f1a1f0a0b0c",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Taller de costura",
        "issuer": {"id": issuer, "type": ["Profile"], "name": "Centro Formar"},
        "issuanceDate": "2026-03-01T10:00:00.123-05:00",
        "expirationDate": "2028-03-01T00:00:00Z",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "achievement": {"id": "https://cert.formar.example/costura", "type": ["Achievement"], "achievementType": "Badge",
                            "name": "Costura básica", "description": "Coser a máquina.", "criteria": {"narrative": "Tres prendas."}},
        },
    })
}

fn old(made: &mut Made) {
    let by = |document: &Value, suite: &str, method: &str, name: &str| {
        with_proofs(document, vec![rdf_proof(document, &key(name), rdf_options(suite, method, SIGNED))])
    };
    let badge = badge_1_1(FORMAR);
    let old = by(&badge, "Ed25519Signature2020", KEY_1, "formar-1");
    made.credential(
        "foreign-badge-of-2020",
        "VC 1.1 with Ed25519Signature2020, by a listed body.",
        foreign(),
        old.clone(),
    );
    made.credential(
        "foreign-badge-of-2020-altered",
        "The same, altered.",
        reject("altered"),
        changed(&old, "/credentialSubject/achievement/name", "Alta costura".into()),
    );
    made.credential(
        "foreign-badge-of-2020-without-rdf",
        "The same, for a build that cannot make RDF.",
        undecided("suite-not-checked"),
        old.clone(),
    )
    .with("suites", "jcs".into());
    let ended = by(
        &changed(&badge, "/expirationDate", "2026-04-01T00:00:00Z".into()),
        "Ed25519Signature2020",
        KEY_1,
        "formar-1",
    );
    made.credential("foreign-badge-ended", "The same, ended.", reject("ended"), ended);
    let both = by(
        &changed(
            &changed(&badge, "/expirationDate", "2026-04-01T00:00:00Z".into()),
            "/validUntil",
            "2030-01-01T00:00:00Z".into(),
        ),
        "Ed25519Signature2020",
        KEY_1,
        "formar-1",
    );
    made.credential("foreign-badge-of-two-ends", "Two ends under one signature: the sooner.", reject("ended"), both);
    let none = by(&without(&badge, "/expirationDate"), "Ed25519Signature2020", KEY_1, "formar-1");
    made.credential(
        "foreign-badge-without-an-end",
        "Without an end and without a status.",
        json!({"outcome": "undecided", "reason": "foreign-kind",
        "findings": {"dates": "dates-hold", "revocation": "no-status", "suspension": "no-status"}}),
        none,
    );
    let mut draft = changed(&badge, "/@context/2", "https://w3id.org/security/data-integrity/v1".into());
    draft["issuer"]["id"] = did_key("guest").into();
    let guest = did_key_method("guest");
    let claims = json!({"outcome": "undecided", "reason": "intact-only", "shown": {"mark": "claims"}});
    made.credential(
        "foreign-eddsa-2022",
        "The draft's name of the suite, by a did:key that nobody vouches for.",
        claims.clone(),
        by(&draft, "eddsa-2022", &guest, "guest"),
    );
    made.credential(
        "foreign-bare-did-key-method",
        "A method without its fragment is the one key that it is.",
        claims.clone(),
        by(&draft, "eddsa-2022", &did_key("guest"), "guest"),
    );
    let mut address = draft.clone();
    address["issuer"]["id"] = "https://vc.example/issuers/5678".into();
    let method = format!("https://vc.example/issuers/5678#{}", did_key("guest").trim_start_matches("did:key:"));
    made.credential(
        "foreign-https-method",
        "A method that says its key: unaltered, by we do not know whom.",
        claims.clone(),
        by(&address, "eddsa-2022", &method, "guest"),
    );
    made.credential(
        "foreign-https-method-of-another-key",
        "The method says one key, another one signed.",
        reject("altered"),
        by(&address, "eddsa-2022", &method, "thief"),
    );
    made.credential(
        "foreign-https-issuer-signed-by-a-did-key",
        "The proof holds, and nothing binds the key to the issuer (interop.md 2.3).",
        undecided("issuer-unknown"),
        by(&address, "eddsa-2022", &guest, "guest"),
    );
    made.credential(
        "foreign-did-key-signed-by-another",
        "Another key than the issuer is.",
        reject("key-of-another"),
        by(&draft, "eddsa-2022", &did_key_method("thief"), "thief"),
    );
    let mut beside = by(&badge, "Ed25519Signature2020", &did_key_method("other"), "other");
    let own = json!({"type": "DataIntegrityProof", "cryptosuite": "ecdsa-rdfc-2019", "created": SIGNED,
                     "verificationMethod": KEY_1, "proofPurpose": "assertionMethod", "proofValue": "zAAAA"});
    beside["proof"].as_array_mut().unwrap().push(own);
    made.credential(
        "A14-anothers-proof-beside-an-unknown-suite",
        "The body's own proof is of a suite that nobody here knows, beside somebody else's: not known, never forged.",
        undecided("suite-not-checked"),
        beside,
    );
    let mapped = |id: &str, controller: &str, name: &str| json!({"methods": [{"id": id, "controller": controller, "publicKeyMultibase": key(name).public().to_multikey()}]});
    let own = format!("{}#own", "https://vc.example/issuers/5678");
    made.credential(
        "foreign-https-method-of-the-map",
        "The issuer's own document has the key.",
        claims.clone(),
        by(&address, "eddsa-2022", &own, "guest"),
    )
    .with("mapped", mapped(&own, "https://vc.example/issuers/5678", "guest"));
    made.credential(
        "A10-mapped-method-of-another-controller",
        "The map's document has the key, and is another's.",
        undecided("issuer-unknown"),
        by(&address, "eddsa-2022", &own, "guest"),
    )
    .with("mapped", mapped(&own, "https://other.example/issuers/5678", "guest"));
    made.credential(
        "foreign-https-method-not-in-its-document",
        "The issuer's document is here and does not have the key that the method says.",
        undecided("issuer-unknown"),
        by(&address, "eddsa-2022", &method, "guest"),
    )
    .with("mapped", mapped(&own, "https://vc.example/issuers/5678", "other"));
}

fn badges(made: &mut Made) {
    let badge = |context: Value| {
        let mut badge = changed(&module(), "/credentialSubject/achievement/achievementType", "Badge".into());
        badge["@context"] = context;
        badge
    };
    let contexts = module()["@context"].clone();
    let by = |document: &Value| {
        // What cannot be canonical cannot be signed either; the value is well-formed and of nothing.
        let proof = changed(
            &rdf_options("eddsa-rdfc-2022", KEY_1, SIGNED),
            "/proofValue",
            multibase::base58btc(&[7; 64]).into(),
        );
        with_proofs(document, vec![proof])
    };
    let mut more = contexts.clone();
    more.as_array_mut().unwrap().push("https://formar.example/terms/v1".into());
    made.credential(
        "B10-unknown-context",
        "A context that is not here: never fetched, never guessed.",
        undecided("context-unknown"),
        by(&badge(more)),
    );
    let mut undefined = badge(contexts.clone());
    undefined["credentialSubject"]["grade"] = "A".into();
    made.credential(
        "B10-undefined-term",
        "A member that no context defines is covered by no signature over RDF.",
        undecided("not-covered"),
        by(&undefined),
    );
    let mut redefined = contexts.clone();
    redefined.as_array_mut().unwrap().push(json!({"VerifiableCredential": "https://evil.example/type"}));
    made.credential(
        "B10-redefined-term",
        "A context that redefines a protected term.",
        undecided("not-covered"),
        by(&badge(redefined)),
    );
    let mut relative = badge(contexts.clone());
    relative["credentialSubject"]["id"] = "people/7".into();
    made.credential(
        "B10-relative-id",
        "A relative identifier means another thing in another place.",
        undecided("not-covered"),
        by(&relative),
    );
    // The same statements, spelled so that a reader of JSON sees no end: nothing signed was changed.
    let honest = changed(&badge(contexts.clone()), "/validUntil", "2026-04-01T00:00:00Z".into());
    let proof = rdfc(&honest);
    let mut respelled = without(&honest, "/validUntil");
    respelled["https://www.w3.org/2018/credentials#validUntil"] =
        json!({"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": "2026-04-01T00:00:00Z"});
    made.credential(
        "B10-end-respelled",
        "The end under its full name: signed, and read by nobody.",
        undecided("not-covered"),
        with_proofs(&respelled, vec![proof]),
    );
    let honest = changed(&badge(contexts.clone()), "/credentialStatus/statusListIndex", "13".into());
    let proof = rdfc(&honest);
    let respelled = changed(&honest, "/credentialStatus", json!({"@set": [honest["credentialStatus"]]}));
    made.credential(
        "B10-status-respelled",
        "A revoked badge's status within a set: signed, and asked by nobody.",
        undecided("not-covered"),
        with_proofs(&respelled, vec![proof]),
    );
    let mut two = badge(contexts.clone());
    let other = changed(&two["credentialSubject"], "/identifier/0/identityHash", "Otra Persona".into());
    two["credentialSubject"] = json!([two["credentialSubject"], other]);
    made.credential(
        "A13-two-subjects",
        "Two subjects, whose order is not signed: no name is shown.",
        showing(foreign(), "authentic", ""),
        with_proofs(&two, vec![rdfc(&two)]),
    );
    // A clique of blank nodes: each names every other, and none has a name.
    let mut poison = badge(contexts);
    let person = |of: usize| {
        let others: Vec<Value> = (0..12).filter(|it| *it != of).map(|it| json!({"id": format!("_:b{it}")})).collect();
        json!({"id": format!("_:b{of}"), "type": ["Profile"], "parentOrg": others})
    };
    poison["credentialSubject"]["achievement"]["creator"] = (0..12).map(person).collect();
    made.credential(
        "B2-poison-graph",
        "Twelve blank nodes that nothing tells apart: an error, and soon.",
        undecided("too-much-work"),
        by(&poison),
    );
}

/// The status of others' credentials.
fn lists(made: &mut Made) {
    let with_status = |issuer: &str, status: Value| {
        let mut badge = changed(&module(), "/credentialSubject/achievement/achievementType", "Badge".into());
        badge["issuer"]["id"] = issuer.into();
        changed(&badge, "/credentialStatus", status)
    };
    let entry = |list: &str, purpose: &str, index: &str| {
        json!({"id": format!("{list}#{index}"), "type": "BitstringStatusListEntry", "statusPurpose": purpose,
               "statusListIndex": index, "statusListCredential": list})
    };
    let listed = |status: Value| signed(&with_status(FORMAR, status));
    let found = |reason: &str, finding: &str| json!({"outcome": "undecided", "reason": reason, "findings": {"revocation": finding}});
    made.credential(
        "foreign-status-in-the-pack",
        "Somebody else's badge by a listed body, its list in the pack.",
        found("foreign-kind", "not-revoked"),
        listed(entry(LIST, "revocation", "94567")),
    );
    made.credential(
        "foreign-status-revoked",
        "The same, revoked.",
        reject("revoked"),
        listed(entry(LIST, "revocation", "13")),
    );
    made.credential(
        "foreign-status-of-two-entries",
        "Every entry is asked: the second is revoked.",
        reject("revoked"),
        listed(json!([entry(LIST, "revocation", "94567"), entry(LIST, "revocation", "13")])),
    );
    made.credential(
        "foreign-status-of-unknown-type",
        "A status of a type that nobody here knows.",
        found("foreign-kind", "status-unknown"),
        listed(json!({"id": "https://formar.example/revoked", "type": "1EdTechRevocationList"})),
    );
    made.credential(
        "foreign-status-of-unknown-purpose",
        "A purpose that nobody here knows.",
        found("foreign-kind", "status-unknown"),
        listed(entry(LIST, "refresh", "1")),
    );
    made.credential(
        "foreign-status-elsewhere",
        "A list that is not here.",
        found("foreign-kind", "status-list-missing"),
        listed(entry("https://formar.example/other", "revocation", "1")),
    );
    made.credential(
        "foreign-status-without-index",
        "An entry that does not say which bit.",
        found("foreign-kind", "status-unknown"),
        listed(without(&entry(LIST, "revocation", "13"), "/statusListIndex")),
    );
    let address = "https://formar.example/lists/7";
    let of_map = |bits: &[u32], signer: &str, method: &str, signed_at: &str| {
        let list = packs::list(address, FORMAR, "revocation", bits);
        let signed = with_proofs(&list, vec![proof(&list, &key(signer), options(&list, method, signed_at))]);
        json!({"methods": [], "lists": [signed]})
    };
    let mut ask = |name: &str, about: &str, expect: Value, map: Value| {
        made.credential(name, about, expect, listed(entry(address, "revocation", "7"))).with("mapped", map).at(NOW);
    };
    ask(
        "foreign-status-in-the-map",
        "A list of the resource map, signed by the same body.",
        found("foreign-kind", "not-revoked"),
        of_map(&[], "formar-1", KEY_1, SIGNED_AFTER),
    );
    ask(
        "foreign-status-revoked-in-the-map",
        "The same, revoked.",
        reject("revoked"),
        of_map(&[7], "formar-1", KEY_1, SIGNED_AFTER),
    );
    ask(
        "E3-mapped-list-by-another",
        "A list of the map that somebody else has signed.",
        found("foreign-kind", "status-list-foreign"),
        of_map(&[], "thief", &did_key_method("thief"), SIGNED_AFTER),
    );
    ask(
        "E5-mapped-list-altered",
        "A list of the map whose signature does not hold.",
        found("foreign-kind", "status-list-malformed"),
        of_map(&[], "thief", KEY_1, SIGNED_AFTER),
    );
    let mut ending = of_map(&[], "formar-1", KEY_1, SIGNED_AFTER);
    let list = packs::list(address, FORMAR, "revocation", &[]);
    let ends = changed(&options(&list, KEY_1, SIGNED_AFTER), "/expires", "2026-05-03T00:00:00Z".into());
    ending["lists"] = json!([with_proofs(&list, vec![proof(&list, &key("formar-1"), ends)])]);
    ask(
        "E5-mapped-list-of-an-ended-signature",
        "A list of the map whose signature is relied upon no longer.",
        found("foreign-kind", "status-list-ended"),
        ending,
    );
    ask(
        "D2-mapped-list-of-tomorrow",
        "A list of the map that was signed in the future.",
        found("foreign-kind", "clock-behind"),
        of_map(&[], "formar-1", KEY_1, "2026-06-01T00:00:00Z"),
    );
    ask(
        "E7-mapped-list-old",
        "A list of the map that is older than the evidence may be.",
        found("foreign-kind", "evidence-stale"),
        of_map(&[], "formar-1", KEY_1, "2026-03-01T00:00:00Z"),
    );
}
