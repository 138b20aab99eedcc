//! The same statements in another spelling: whoever holds a file can respell it, since contexts and names are under no signature over RDF.
//! What is then read must be what was signed, or nothing (threats.md A13, B10).

use serde_json::{Value, json};
use skillpass::base::timestamp::Timestamp;
use skillpass::credential::credential::Credential;
use skillpass::credential::document::Signed;
use skillpass::interop::rdfc::{self, Contexts, suites};
use skillpass::trust::foreign_list::ForeignList;
use skillpass::verify::securing::{Occasion, Securing, Standing, of_credential};
use skillpass::verify::{Evidence, Mapped};

use super::{document, nquads};
use crate::common::documents::{
    self, NOW, SIGNED, SIGNED_AFTER, canonical, changed, did_key, did_key_method, key, rdf_options, rdf_proof,
    with_proofs, without,
};
use crate::common::packs;

/// Before the badge's end, and after its list.
const BEFORE: &str = "2026-05-03T10:00:00Z";
const LIST: &str = "https://school.example/lists/7";
const STATUS: &str = "https://www.w3.org/ns/credentials/status#";
const CREDENTIALS: &str = "https://www.w3.org/2018/credentials#";

/// An honest badge of a school with a did:key, whose entry 13 of the list is revoked.
fn badge() -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "id": "urn:uuid:5d7a35a5-8f6b-4d0b-9f7f-6f1a1f0a0b0c",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Taller de costura",
        "issuer": {"id": did_key("guest"), "type": ["Profile"], "name": "Escuela"},
        "validFrom": "2026-03-01T10:00:00Z",
        "validUntil": "2026-05-03T12:00:00Z",
        "credentialStatus": {"id": format!("{LIST}#13"), "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
                             "statusListIndex": "13", "statusListCredential": LIST},
        "credentialSubject": {
            "id": "urn:uuid:ecae2ab2-1d4e-4d8e-8c4e-6f36d4a5b3c3",
            "type": ["AchievementSubject"],
            "identifier": [{"type": "IdentityObject", "hashed": false, "identityHash": "Luz Mar", "identityType": "name"}],
            "achievement": {"id": "https://school.example/costura", "type": ["Achievement"], "achievementType": "Badge",
                            "name": "Costura básica", "description": "Coser a máquina.", "criteria": {"narrative": "Tres prendas."}},
        },
        "endorsement": [{
            "type": ["VerifiableCredential", "EndorsementCredential"], "id": "urn:uuid:a7467ef6-56cb-11ec-bf63-0242ac130002",
            "name": "Aval", "issuer": {"id": "https://guild.example", "type": ["Profile"], "name": "Gremio"},
            "validFrom": "2026-03-01T10:00:00Z",
            "credentialSubject": {"id": "urn:uuid:5d7a35a5-8f6b-4d0b-9f7f-6f1a1f0a0b0c", "type": ["EndorsementSubject"],
                                  "endorsementComment": "Bien hecho."},
        }],
    })
}

fn sealed(document: &Value) -> Value {
    let options = rdf_options("eddsa-rdfc-2022", &did_key_method("guest"), SIGNED);
    let proof = rdf_proof(document, &key("guest"), options);
    changed(&with_proofs(document, vec![]), "/proof", proof)
}

fn evidence(revoked: &[u32]) -> Evidence {
    let list = packs::list(LIST, &did_key("guest"), "revocation", revoked);
    let list = documents::signed_by(&list, "guest", &did_key_method("guest"), SIGNED_AFTER);
    let list = Signed::<ForeignList>::read(&canonical(&list)).unwrap();
    let mapped = Mapped { methods: Vec::new(), lists: vec![(LIST.to_owned(), list)] };
    Evidence { suites: suites(), mapped: mapped.into(), ..Evidence::default() }
}

fn securing(document: &Value, revoked: &[u32], now: &str) -> Securing {
    let signed = Signed::<Credential>::read(&canonical(document)).unwrap();
    of_credential(&signed, &evidence(revoked), &Occasion::default(), Timestamp::parse(now).unwrap())
}

/// What stands under `name` of a node, moved to a full IRI, as it is in expanded form.
fn moved(badge: &Value, name: &str, to: &str, value: Value) -> Value {
    let mut badge = without(badge, &format!("/{name}"));
    badge[to] = value;
    badge
}

/// Each way to spell the badge with the same statements, and what it hides.
fn respelled() -> Vec<(&'static str, Value)> {
    let badge = badge();
    let entry = badge["credentialStatus"].clone();
    let until = badge["validUntil"].clone();
    let dated = json!({"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": until});
    let with_context = |badge: &Value, more: Value| changed(badge, "/@context/2", more);
    let status_iri = format!("{CREDENTIALS}credentialStatus");
    let until_iri = format!("{CREDENTIALS}validUntil");
    let mut ways = vec![
        ("status-by-iri", moved(&badge, "credentialStatus", &status_iri, entry.clone())),
        ("end-by-iri", moved(&badge, "validUntil", &until_iri, dated.clone())),
        (
            "end-by-alias",
            with_context(
                &moved(&badge, "validUntil", "hint", until.clone()),
                json!({"hint": {"@id": until_iri, "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}}),
            ),
        ),
        (
            "end-by-prefix",
            with_context(&moved(&badge, "validUntil", "c:validUntil", dated.clone()), json!({"c": CREDENTIALS})),
        ),
        ("status-in-a-set", changed(&badge, "/credentialStatus", json!({"@set": [entry]}))),
        ("status-in-two-brackets", changed(&badge, "/credentialStatus", json!([[entry]]))),
        (
            "status-type-by-iri",
            changed(
                &badge,
                "/credentialStatus",
                json!({"id": format!("{LIST}#13"), "type": format!("{STATUS}BitstringStatusListEntry"),
                       format!("{STATUS}statusPurpose"): "revocation", format!("{STATUS}statusListIndex"): "13",
                       format!("{STATUS}statusListCredential"): {"id": LIST}}),
            ),
        ),
        (
            "status-list-by-prefix",
            with_context(
                &changed(&badge, "/credentialStatus/statusListCredential", "lists:7".into()),
                json!({"lists": "https://school.example/lists/"}),
            ),
        ),
        ("status-index-in-brackets", changed(&badge, "/credentialStatus/statusListIndex", json!(["13"]))),
    ];
    // The endorsement speaks of the same credential: its subject is another node of the same name.
    let mut elsewhere = without(&badge, "/validUntil");
    elsewhere["endorsement"][0]["credentialSubject"][&until_iri] = dated.clone();
    ways.push(("end-in-the-endorsement", elsewhere));
    let mut elsewhere = without(&badge, "/credentialStatus");
    elsewhere["endorsement"][0]["credentialSubject"][&status_iri] = entry;
    ways.push(("status-in-the-endorsement", elsewhere));
    let of = json!({"of": {"@reverse": format!("{CREDENTIALS}credentialSubject")}});
    let mut reversed = with_context(&without(&badge, "/validUntil"), of);
    reversed["credentialSubject"]["of"] = json!({"id": badge["id"], &until_iri: dated});
    ways.push(("end-in-reverse", reversed));
    let mut titles = with_context(&badge, json!({"told": "https://schema.org/name"}));
    let achievement = titles["credentialSubject"]["achievement"].as_object_mut().unwrap();
    let title = achievement.remove("name").unwrap();
    achievement.insert("told".to_owned(), title);
    ways.push(("title-by-alias", titles));
    ways
}

#[test]
fn an_honest_badge_is_read() {
    let badge = badge();
    assert!(rdfc::digest(&document(&canonical(&badge)), Contexts::embedded()).is_ok());
    assert_eq!(securing(&sealed(&badge), &[], BEFORE).standing(), Standing::Verified);
    assert_eq!(securing(&sealed(&badge), &[13], BEFORE).standing(), Standing::Invalid);
    assert_eq!(securing(&sealed(&badge), &[], NOW).standing(), Standing::Invalid, "ended");
}

#[test]
fn a_respelled_badge_is_never_verified() {
    let honest = sealed(&badge());
    let statements = |value: &Value| {
        let mut value = value.clone();
        value.as_object_mut().unwrap().remove("proof");
        nquads(&document(&canonical(&value)), Contexts::embedded())
    };
    let signed = statements(&honest).unwrap();
    let mut verified = Vec::new();
    for (name, badge) in respelled() {
        assert_eq!(statements(&badge).unwrap(), signed, "{name}: another badge");
        let badge = changed(&badge, "/proof", honest["proof"].clone());
        // Revoked, and ended: one of both at least is hidden.
        for (revoked, now) in [(&[13][..], BEFORE), (&[][..], NOW)] {
            let found = securing(&badge, revoked, now);
            if found.standing() == Standing::Verified {
                verified.push((name, found.not_consulted));
            }
        }
    }
    assert!(verified.is_empty(), "{verified:#?}");
}

/// A member that the proof's own type does not define, turned into its end.
#[test]
fn a_proof_that_has_ended_is_never_verified() {
    let mut badge = badge();
    badge["@context"] =
        json!(["https://www.w3.org/2018/credentials/v1", "https://w3id.org/security/suites/ed25519-2020/v1"]);
    for name in ["name", "endorsement", "credentialStatus", "credentialSubject", "validUntil", "issuer", "type"] {
        badge.as_object_mut().unwrap().remove(name);
    }
    badge["type"] = json!(["VerifiableCredential"]);
    badge["issuer"] = did_key("guest").into();
    badge["credentialSubject"] = json!({"id": "urn:uuid:ecae2ab2-1d4e-4d8e-8c4e-6f36d4a5b3c3"});
    let mut options = rdf_options("Ed25519Signature2020", &did_key_method("guest"), SIGNED);
    options["expires"] = "2026-05-03T12:00:00Z".into();
    let proof = rdf_proof(&badge, &key("guest"), options);
    let honest = changed(&with_proofs(&badge, vec![]), "/proof", proof);
    assert_eq!(securing(&honest, &[], BEFORE).standing(), Standing::Verified);
    assert_eq!(securing(&honest, &[], NOW).standing(), Standing::Invalid);
    let more = json!({"cryptosuite": {"@id": "https://w3id.org/security#expiration",
                                      "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}});
    let mut hidden = changed(&honest, "/@context/2", more);
    let proof = hidden["proof"].as_object_mut().unwrap();
    let end = proof.remove("expires").unwrap();
    proof.insert("cryptosuite".to_owned(), end);
    let found = securing(&hidden, &[], NOW);
    assert_ne!(found.standing(), Standing::Verified, "{found:?}");
}

/// Contexts of somebody's own: a proof for one purpose that reads as one for another.
#[test]
fn a_purpose_is_read_as_it_was_signed() {
    let mut honest = rdf_options("eddsa-rdfc-2022", &did_key_method("guest"), SIGNED);
    honest["@context"] = json!(["https://www.w3.org/ns/credentials/v2"]);
    honest["proofPurpose"] = "authentication".into();
    let honest = document(&canonical(&honest));
    assert!(rdfc::digest(&honest, Contexts::embedded()).is_ok());
    let mut turned = rdf_options("eddsa-rdfc-2022", &did_key_method("guest"), SIGNED);
    turned["@context"] = json!({
        "type": "@type",
        "DataIntegrityProof": "https://w3id.org/security#DataIntegrityProof",
        "assertionMethod": "https://w3id.org/security#authenticationMethod",
        "created": {"@id": "http://purl.org/dc/terms/created", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"},
        "cryptosuite": {"@id": "https://w3id.org/security#cryptosuite", "@type": "https://w3id.org/security#cryptosuiteString"},
        "proofPurpose": {"@id": "https://w3id.org/security#proofPurpose", "@type": "@vocab"},
        "verificationMethod": {"@id": "https://w3id.org/security#verificationMethod", "@type": "@id"},
    });
    let turned = document(&canonical(&turned));
    let (one, other) = (nquads(&honest, Contexts::embedded()), nquads(&turned, Contexts::embedded()));
    assert_eq!(one.unwrap(), other.unwrap());
    assert!(rdfc::digest(&turned, Contexts::embedded()).is_err());
}
