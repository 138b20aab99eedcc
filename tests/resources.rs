//! Resource maps and DID documents: which keys, lists and contexts come out of them, and which do not.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use skillpass::base::canonical::{Bounds, Json, Numbers, Object, read};
use skillpass::base::multibase::base58btc;
use skillpass::base::timestamp::Timestamp;
use skillpass::credential::credential::Credential;
use skillpass::credential::document::Signed;
use skillpass::credential::proof::hash_data;
use skillpass::interop::did_document::{DidDocument, NotADocument, address_of};
use skillpass::interop::rdfc::{self, Contexts};
use skillpass::interop::resources::{NotAMap, Resources};
use skillpass::verify::{Evidence, Policy, Purpose, Question, verify};
use tempfile::TempDir;

use crate::common::documents::{NOW, SIGNED, canonical, key, rdf_options};
use crate::common::packs::{list, signed_list};

const DID: &str = "did:web:issuer.example";
const ADDRESS: &str = "https://issuer.example/.well-known/did.json";

fn now() -> Timestamp {
    Timestamp::parse(NOW).unwrap()
}

fn object(value: &Value) -> Object {
    let bounds = Bounds { bytes: 1 << 22, depth: 32, string: 1 << 20, numbers: Numbers::Any };
    match read(value.to_string().as_bytes(), bounds) {
        Ok(Json::Object(object)) => object,
        other => panic!("{other:?}"),
    }
}

fn multikey(name: &str) -> String {
    key(name).public().to_multikey()
}

/// A method as most documents have it.
fn method(fragment: &str, name: &str) -> Value {
    json!({"id": format!("{DID}#{fragment}"), "type": "Multikey", "controller": DID, "publicKeyMultibase": multikey(name)})
}

fn jwk(name: &str) -> Value {
    json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(key(name).public().to_bytes())})
}

/// A document that gives one method out for credentials.
fn document(method: &Value) -> Value {
    json!({"id": DID, "verificationMethod": [method], "assertionMethod": [method["id"]]})
}

fn keys(document: &Value) -> Vec<String> {
    let read = DidDocument::read(&object(document), ADDRESS, now()).unwrap();
    read.methods.iter().filter(|it| it.purposes.contains(&Purpose::Assertion)).map(|it| it.key.to_multikey()).collect()
}

#[track_caller]
fn left_out(document: &Value, why: &str) {
    let read = DidDocument::read(&object(document), ADDRESS, now()).unwrap();
    let asserted: Vec<_> = read.methods.iter().filter(|it| it.purposes.contains(&Purpose::Assertion)).collect();
    assert!(asserted.is_empty(), "{why}: {asserted:?}");
}

fn with(value: &Value, name: &str, member: Value) -> Value {
    let mut value = value.clone();
    value[name] = member;
    value
}

fn without(value: &Value, name: &str) -> Value {
    let mut value = value.clone();
    value.as_object_mut().unwrap().remove(name);
    value
}

#[test]
fn a_key_in_every_form_that_it_is_published_in() {
    let base = without(&method("k", "a"), "publicKeyMultibase");
    let base58 = bs58::encode(key("a").public().to_bytes()).into_string();
    for (kind, member, value) in [
        ("Multikey", "publicKeyMultibase", multikey("a").into()),
        ("Ed25519VerificationKey2020", "publicKeyMultibase", multikey("a").into()),
        ("Ed25519VerificationKey2018", "publicKeyBase58", base58.into()),
        ("JsonWebKey", "publicKeyJwk", jwk("a")),
        ("JsonWebKey2020", "publicKeyJwk", jwk("a")),
        ("JsonWebKey", "publicKeyJwk", with(&jwk("a"), "alg", "EdDSA".into())),
        ("JsonWebKey", "publicKeyJwk", with(&with(&jwk("a"), "alg", "Ed25519".into()), "use", "sig".into())),
    ] {
        let method = with(&with(&base, "type", kind.into()), member, value);
        assert_eq!(keys(&document(&method)), [multikey("a")], "{method}");
        // Embedded where it is used, without brackets, and under a name relative to the document (DID Core §3.2.2).
        assert_eq!(keys(&json!({"id": DID, "assertionMethod": [method]})), [multikey("a")]);
        assert_eq!(keys(&json!({"id": DID, "assertionMethod": method})), [multikey("a")]);
        let relative = with(&method, "id", "#k".into());
        for named in ["#k", "did:web:issuer.example#k"] {
            let document = json!({"id": DID, "verificationMethod": relative, "assertionMethod": named});
            assert_eq!(keys(&document), [multikey("a")]);
        }
        let read = DidDocument::read(&object(&json!({"id": DID, "assertionMethod": [relative]})), DID, now()).unwrap();
        assert_eq!(
            (read.methods[0].id.as_str(), read.methods[0].controller.as_str()),
            ("did:web:issuer.example#k", DID)
        );
    }
}

/// A9c, A1. What is no Ed25519 key, or two things at once, is given out as none.
#[test]
fn wrong_key_material_is_no_key() {
    let good = method("k", "a");
    let jwk_method =
        with(&with(&without(&good, "publicKeyMultibase"), "type", "JsonWebKey".into()), "publicKeyJwk", jwk("a"));
    assert_eq!(keys(&document(&jwk_method)), [multikey("a")]);
    let x = |text: &str| with(&jwk_method, "publicKeyJwk", with(&jwk("a"), "x", text.into()));
    let right = URL_SAFE_NO_PAD.encode(key("a").public().to_bytes());
    let mut loose = right.clone();
    // The last character of 32 bytes carries two bits that must be zero.
    let last = loose.pop().unwrap();
    loose.push(char::from(last as u8 + 1));
    let mut weak = [0_u8; 32];
    weak[0] = 1;
    for (wrong, why) in [
        (with(&good, "publicKeyJwk", jwk("b")), "two keys in one method"),
        (with(&good, "type", "JsonWebKey".into()), "a Multikey under another type's name"),
        (with(&jwk_method, "type", "Multikey".into()), "a JWK under Multikey"),
        (with(&good, "type", "Ed25519VerificationKey2018".into()), "base58btc under the type of 2018"),
        (with(&good, "publicKeyMultibase", "zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv".into()), "P-256"),
        (with(&good, "publicKeyMultibase", format!("{}1", multikey("a")).into()), "a letter more"),
        (with(&good, "publicKeyMultibase", json!([multikey("a")])), "a list"),
        (x(&format!("{right}=")), "padding"),
        (x(&right.replace(['-', '_'], "+")[1..]), "31 bytes or the other alphabet"),
        (x(&loose), "loose bits at the end"),
        (x(&URL_SAFE_NO_PAD.encode(weak)), "a point of small order"),
        (
            with(&jwk_method, "publicKeyJwk", json!({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"})),
            "another curve",
        ),
        (with(&jwk_method, "publicKeyJwk", with(&jwk("a"), "crv", "X25519".into())), "a key for agreement"),
        (with(&jwk_method, "publicKeyJwk", with(&jwk("a"), "use", "enc".into())), "use enc"),
        (with(&jwk_method, "publicKeyJwk", with(&jwk("a"), "key_ops", json!(["encrypt"]))), "key_ops without verify"),
        (with(&jwk_method, "publicKeyJwk", with(&jwk("a"), "alg", "HS256".into())), "HS256"),
        (without(&good, "publicKeyMultibase"), "no key"),
        (without(&good, "type"), "no type"),
    ] {
        left_out(&document(&wrong), why);
    }
}

/// A8. A key that points elsewhere is none, and nothing is asked there.
#[test]
fn a_key_that_points_elsewhere_is_none() {
    let base = with(&without(&method("k", "a"), "publicKeyMultibase"), "type", "JsonWebKey".into());
    for name in ["jku", "x5c", "x5t", "x5t#S256", "x5u"] {
        let pointing = with(&jwk("a"), name, "https://elsewhere.example/key".into());
        left_out(&document(&with(&base, "publicKeyJwk", pointing)), name);
    }
}

/// Whoever publishes the private half has lost the key: then nothing of the document counts, whichever method it stood in.
#[test]
fn a_document_with_a_secret_key_is_refused_whole() {
    let good = method("good", "a");
    for secret in [
        with(&method("bad", "b"), "secretKeyMultibase", "z3u2".into()),
        with(&method("bad", "b"), "privateKeyMultibase", "zrv2".into()),
        json!({"id": "#bad", "type": "JsonWebKey", "controller": DID, "publicKeyJwk": with(&jwk("b"), "d", "AA".into())}),
        json!({"id": "#bad", "type": "JsonWebKey", "controller": DID, "publicKeyJwk": jwk("b"), "privateKeyJwk": {}}),
    ] {
        let document = json!({"id": DID, "verificationMethod": [good, secret], "assertionMethod": [good["id"]]});
        assert_eq!(DidDocument::read(&object(&document), ADDRESS, now()), Err(NotADocument::Secret), "{secret}");
    }
}

/// A10, A11: the six ways in which a key is somebody else's, or for something else.
#[test]
fn a_key_counts_for_its_own_subject_and_purpose_alone() {
    let good = method("k", "a");
    let other = "did:web:other.example";
    for (wrong, why) in [
        (document(&with(&good, "controller", other.into())), "controlled by another"),
        (document(&without(&good, "controller")), "controlled by nobody"),
        (document(&with(&good, "id", format!("{other}#k").into())), "a method of another's document"),
        (with(&document(&good), "assertionMethod", json!([format!("{other}#k")])), "named, and not here"),
        (without(&document(&good), "assertionMethod"), "listed, and for nothing"),
        (json!({"id": DID, "verificationMethod": [good], "authentication": [good["id"]]}), "for presentations"),
        (json!({"id": DID, "verificationMethod": [good], "keyAgreement": [good["id"]]}), "for agreement"),
        (document(&with(&good, "id", DID.into())), "no fragment"),
        (document(&with(&good, "id", format!("{DID}#").into())), "an empty fragment"),
    ] {
        left_out(&wrong, why);
    }
    let another = with(&document(&good), "id", other.into());
    assert_eq!(DidDocument::read(&object(&another), ADDRESS, now()), Err(NotADocument::OfAnother));
    // And with both purposes it is one method with two.
    let both = json!({"id": DID, "verificationMethod": [good], "assertionMethod": ["#k"], "authentication": ["#k"]});
    let read = DidDocument::read(&object(&both), ADDRESS, now()).unwrap();
    assert_eq!(read.methods.len(), 1);
    assert_eq!(read.methods[0].purposes, [Purpose::Assertion, Purpose::Authentication]);
}

/// A9b. Two keys share a name: both are given out, in whatever order they stand.
#[test]
fn two_keys_of_one_name_are_both_tried() {
    let (one, two) = (method("k", "a"), method("k", "b"));
    for (first, second) in [(&one, &two), (&two, &one)] {
        let document = json!({"id": DID, "verificationMethod": [first, second], "assertionMethod": ["#k"]});
        let mut keys = keys(&document);
        keys.sort();
        let mut wanted = [multikey("a"), multikey("b")];
        wanted.sort();
        assert_eq!(keys, wanted);
    }
}

#[test]
fn what_was_revoked_or_has_expired_is_not_given_out() {
    let good = method("k", "a");
    for (name, value) in [
        ("revoked", "2020-01-01T00:00:00Z"),
        ("revoked", "2099-01-01T00:00:00Z"),
        ("expires", "2026-05-04T10:00:00Z"),
        ("expires", "2026-05-04T05:00:00-05:00"),
        ("expires", "soon"),
    ] {
        left_out(&document(&with(&good, name, value.into())), name);
    }
    assert_eq!(keys(&document(&with(&good, "expires", "2026-05-04T10:00:01Z".into()))), [multikey("a")]);
    assert_eq!(keys(&document(&with(&good, "expires", "2026-05-04T12:00:00+01:00".into()))), [multikey("a")]);
}

#[test]
fn documents_stand_where_their_identifier_says() {
    for (id, address) in [
        ("did:web:issuer.example", Some(ADDRESS)),
        ("did:web:issuer.example#key-1", Some(ADDRESS)),
        ("did:web:issuer.example%3A8443:a:b", Some("https://issuer.example:8443/a/b/did.json")),
        ("https://issuer.example/issuers/5#z6Mk", Some("https://issuer.example/issuers/5")),
        ("did:key:z6MktgKTsu1QhX6QPbyqG6geXdw6FQCZBPq7uQpieWbiQiG7", None),
        ("did:web:Issuer.example", None),
        ("http://issuer.example/issuers/5", None),
        ("did:example:1", None),
    ] {
        assert_eq!(address_of(id).as_deref(), address, "{id}");
    }
    // A controlled identifier document is its own address (Controlled Identifiers 1.0 §3.2), and a did:key has no document.
    let of = |id: &str, asked: &str| {
        let method =
            json!({"id": format!("{id}#k"), "type": "Multikey", "controller": id, "publicKeyMultibase": multikey("a")});
        DidDocument::read(&object(&json!({"id": id, "assertionMethod": [method]})), asked, now())
            .map(|it| it.methods.len())
    };
    let page = "https://issuer.example/issuers/5";
    assert_eq!(of(page, page), Ok(1));
    assert_eq!(of(DID, DID), Ok(1));
    let did_key = format!("did:key:{}", multikey("a"));
    for (id, asked) in
        [(page, ADDRESS), (DID, page), ("https://issuer.example/#k", ADDRESS), (&did_key, &did_key), ("urn:x", "urn:x")]
    {
        assert_eq!(of(id, asked), Err(NotADocument::OfAnother), "{id} at {asked}");
    }
}

/// A folder with a map in it.
struct Map(TempDir);

impl Map {
    fn of(entries: &[(&str, &str)], files: &[(&str, Vec<u8>)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
        let map: serde_json::Map<String, Value> =
            entries.iter().map(|(address, file)| ((*address).to_owned(), Value::from(*file))).collect();
        std::fs::write(folder.path().join("map.json"), Value::Object(map).to_string()).unwrap();
        Self(folder)
    }

    fn read(&self) -> Result<Resources, NotAMap> {
        Resources::read(&self.0.path().join("map.json"), now())
    }
}

/// Sorted by what it is; and what is of no use is told, and leaves the rest as good as it was.
#[test]
fn a_map_is_sorted_and_a_bad_entry_spoils_nothing() {
    let address = "https://lists.example/1";
    let status = signed_list(list(address, DID, "revocation", &[7]), "formar-1", &format!("{DID}#k"));
    let context = json!({"@context": {"name": "https://schema.org/name"}});
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("did", canonical(&document(&method("k", "a")))),
        ("list", canonical(&status)),
        ("context", canonical(&context)),
        ("damaged", b"{\"a\":".to_vec()),
        ("twice", b"{\"a\":1,\"a\":2}".to_vec()),
        ("portal", b"<html>Log in</html>".to_vec()),
        ("large", vec![b' '; 1024 * 1024 + 1]),
        ("nothing", b"{\"hello\":1}".to_vec()),
        ("unsigned", canonical(&list(address, DID, "revocation", &[]))),
    ];
    let map = Map::of(
        &[
            (ADDRESS, "did"),
            (DID, "did"),
            (address, "list"),
            ("https://contexts.example/v1", "context"),
            // B10: a pinned context is never replaced.
            ("https://www.w3.org/ns/credentials/v2", "context"),
            // E4: a list under another address.
            ("https://lists.example/2", "list"),
            ("https://other.example/.well-known/did.json", "did"),
            ("https://a.example/1", "damaged"),
            ("https://a.example/2", "twice"),
            ("https://a.example/3", "portal"),
            ("https://a.example/4", "large"),
            ("https://a.example/5", "nothing"),
            ("https://a.example/6", "missing"),
            ("https://lists.example/3", "unsigned"),
            ("https://a.example/7", "."),
        ],
        &files,
    );
    let read = map.read().unwrap();
    assert_eq!(read.mapped.methods.len(), 1, "one document under two names gives one key");
    assert_eq!(read.mapped.lists.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>(), [address]);
    assert_eq!(read.contexts.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>(), ["https://contexts.example/v1"]);
    let problems: Vec<(&str, &str)> = read.problems.iter().map(|(at, why)| (at.as_str(), why.code())).collect();
    assert_eq!(
        problems,
        [
            ("https://a.example/1", "not-json"),
            ("https://a.example/2", "not-json"),
            ("https://a.example/3", "not-json"),
            ("https://a.example/4", "too-large"),
            ("https://a.example/5", "unknown"),
            ("https://a.example/6", "missing"),
            ("https://a.example/7", "unreadable"),
            ("https://lists.example/2", "of-another"),
            ("https://lists.example/3", "unsigned-list"),
            ("https://other.example/.well-known/did.json", "of-another"),
            ("https://www.w3.org/ns/credentials/v2", "pinned"),
        ]
    );
}

const CONTEXT: &str = "https://contexts.example/licences";

/// Somebody's own context: what `boat` means.
fn licences(boat: &str) -> Value {
    json!({"@context": {"Licence": format!("{CONTEXT}#Licence"), "boat": format!("{CONTEXT}#{boat}")}})
}

/// Somebody else's credential under their own context, with a proof over its RDF.
fn licence() -> Value {
    let contexts = Contexts::embedded().with([(CONTEXT.to_owned(), Json::Object(object(&licences("boat"))))]);
    let digest = |value: &Value| rdfc::digest(&object(value), &contexts).unwrap();
    let mut document = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", CONTEXT], "id": "urn:uuid:3f0e8a52-6c1b-4d7e-9a40-5be2c9d81f04",
        "type": ["VerifiableCredential", "Licence"], "issuer": DID, "validFrom": "2026-03-14T00:00:00Z",
        "credentialSubject": {"id": "urn:uuid:3f0e8a52-6c1b-4d7e-9a40-5be2c9d81f05", "boat": "Esperanza"},
    });
    let mut proof = rdf_options("eddsa-rdfc-2022", &format!("{DID}#k"), SIGNED);
    let config = with(&proof, "@context", document["@context"].clone());
    proof["proofValue"] = base58btc(&key("a").sign(&hash_data(&digest(&config), &digest(&document)))).into();
    document["proof"] = proof;
    document
}

/// The reason of the first answer.
fn genuine(document: &Value, map: &Map) -> &'static str {
    let resources = map.read().unwrap();
    let suites = resources.suites();
    let evidence = Evidence { mapped: Arc::new(resources.mapped), suites, ..Evidence::default() };
    let signed = Signed::<Credential>::read(&canonical(document)).unwrap();
    verify(&signed, &evidence, &Policy::default(), now()).findings.deciding(Question::Genuine).reason.code()
}

/// A context out of the map gives words their meaning; another one under its address gives them another, and then nothing holds; and none
/// changes what a pinned one says (B10).
#[test]
fn contexts_out_of_a_map_and_the_pinned_ones() {
    let document_file = ("did", canonical(&document(&method("k", "a"))));
    let pinned = "https://www.w3.org/ns/credentials/v2";
    let changed =
        json!({"@context": {"validFrom": "https://evil.example/validFrom", "issuer": "https://evil.example/i"}});
    let reason = |boat: &str, entries: &[(&str, &str)]| {
        let files = [document_file.clone(), ("own", canonical(&licences(boat))), ("changed", canonical(&changed))];
        genuine(&licence(), &Map::of(entries, &files))
    };
    assert_eq!(reason("boat", &[(ADDRESS, "did"), (CONTEXT, "own")]), "intact-only");
    assert_eq!(reason("boat", &[(ADDRESS, "did"), (CONTEXT, "own"), (pinned, "changed")]), "intact-only");
    let without = reason("boat", &[(ADDRESS, "did")]);
    let other = reason("ship", &[(ADDRESS, "did"), (CONTEXT, "own")]);
    let swapped = reason("boat", &[(ADDRESS, "did"), (CONTEXT, "changed")]);
    for (reason, why) in [(without, "no context"), (other, "another meaning"), (swapped, "words without meaning")] {
        assert!(reason != "intact-only" && reason != "signature-holds", "{why}: {reason}");
    }
}

#[test]
fn what_is_no_map() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.json");
    assert!(matches!(Resources::read(&path, now()), Err(NotAMap::Io(_))));
    for text in ["", "[]", "{\"a\":1}", "{\"a\":{\"b\":\"c\"}}", "{\"a\":\"b\",\"a\":\"c\"}", "<html>"] {
        std::fs::write(&path, text).unwrap();
        assert!(matches!(Resources::read(&path, now()), Err(NotAMap::NotAMap)), "{text}");
    }
    let many: serde_json::Map<String, Value> =
        (0..1_025).map(|at| (format!("https://a.example/{at}"), "x".into())).collect();
    std::fs::write(&path, Value::Object(many).to_string()).unwrap();
    assert!(matches!(Resources::read(&path, now()), Err(NotAMap::TooMany)));
}
