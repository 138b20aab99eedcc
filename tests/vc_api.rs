//! What other people's software speaks (interop.md §3), over the real router: every refusal is a file in `tests/vectors/vc-api`, one defect
//! each; what is accepted, and what tokens open, is here.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::{Value, json};
use skillpass::base::timestamp::Timestamp;
use skillpass::desk::catalogue::Catalogue;
use skillpass::desk::counter::Counter;
use skillpass::desk::did_document;
use skillpass::desk::institution::{CARD_KIND, Card, DeskError, Founding, ISSUER as ISSUER_ROLE, Institution};
use skillpass::desk::keyring::Secret;
use skillpass::desk::pilot;
use skillpass::desk::publish::publish;
use skillpass::desk::token::Tokens;
use skillpass::http::{ServeState, router};
use skillpass::interop::rdfc;
use skillpass::store::Store as _;
use skillpass::trust::status::RevocationReason;
use skillpass::verify::Evidence;
use tower::ServiceExt as _;

use crate::common::documents::{self, NOW, did_key, did_key_method};
use crate::common::packs::{self, Parts};
use crate::common::{Dice, here};

/// Whose credentials the vectors of the verifier are.
const ISSUER: &str = "vc-api issuer";
/// Who presents them.
const HOLDER: &str = "vc-api holder";
/// What presentations answer.
const CHALLENGE: &str = "3182bdea-63d9-11ea-b6de-3b7c1404d57f";
/// Whom they are for.
const DOMAIN: &str = "checker.example";

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// A pilot institution and a server that issues for it.
struct House {
    institution: Institution,
    secret: Secret,
    router: Router,
    token: String,
    log: Arc<Mutex<Vec<String>>>,
    _folder: tempfile::TempDir,
}

impl House {
    fn found(domain: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let random: &'static Dice = Box::leak(Box::new(Dice(Mutex::new(0x5eed))));
        let founding = Founding {
            name: "Centro Formar".to_owned(),
            country: "CO".to_owned(),
            verify_host: None,
            domain: domain.map(str::to_owned),
        };
        let secret = Secret::new_key_file(&folder.path().join("secret")).unwrap();
        let again = Secret::key_file(&fs::read_to_string(folder.path().join("secret")).unwrap()).unwrap();
        let dir = folder.path().join("centro");
        let founded = time("2026-03-01T08:00:00Z");
        let institution = Institution::found(&dir, &founding, &secret, random, founded).unwrap();
        let keyring = institution.keyring(&secret).unwrap();
        let lists = publish(&institution, &institution.store_in_turn().unwrap(), &keyring, founded).unwrap().lists;
        pilot::found(&institution, &Catalogue::shipped().unwrap(), lists, &secret, random, founded).unwrap();
        let token = Tokens::open(&institution).unwrap().make("tests", 90, random, time(NOW)).unwrap().to_string();
        let counter = Counter::open(Institution::open(&dir).unwrap(), again, random, rdfc::suites()).unwrap();
        let (state, log) = state(Some(counter));
        Self { institution, secret, router: router(state), token, log, _folder: folder }
    }

    fn did(&self) -> &str {
        self.institution.did().as_str()
    }

    async fn issue(&self, body: &Value, more: &[(&str, &str)]) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let headers: Vec<_> = [("authorization", bearer.as_str())].into_iter().chain(more.iter().copied()).collect();
        ask(&self.router, "/credentials/issue", &headers, body.to_string()).await
    }

    async fn verify(&self, body: &Value) -> Answer {
        ask(&self.router, "/credentials/verify", &[], body.to_string()).await
    }

    /// A document that it would sign.
    fn document(&self, base: &str) -> Value {
        replaced(&read_base(base), &BTreeMap::from([("ISSUER", Value::from(self.did()))]))
    }
}

/// A server that knows the test packs.
fn state(counter: Option<Counter>) -> (ServeState, Arc<Mutex<Vec<String>>>) {
    let log = Arc::<Mutex<Vec<String>>>::default();
    let lines = Arc::clone(&log);
    let pack = packs::read(&Parts::of_tests().to_bytes()).unwrap();
    let evidence = Arc::new(Evidence { suites: rdfc::suites(), ..Evidence::of_packs(vec![pack]) });
    let state = ServeState {
        evidence: Arc::new(move || Arc::clone(&evidence)),
        published: Arc::new(Arc::default),
        clock: Arc::new(|| time(NOW)),
        issuing: counter.map(Arc::new),
        desks: Vec::new(),
        resource: Arc::new(|url| {
            rdfc::EMBEDDED.iter().find(|(of, ..)| *of == url).map(|(_, text, _)| text.as_bytes().to_vec())
        }),
        demo: None,
        log: Arc::new(move |served| lines.lock().unwrap().push(served.to_string())),
        secure: false,
        fits: Arc::new(skillpass::desk::account::fits),
        checks: 2,
    };
    (state, log)
}

/// One house for all vectors: founding one costs a key file and a store.
static HOUSE: LazyLock<House> = LazyLock::new(|| House::found(None));

struct Answer {
    status: u16,
    headers: HeaderMap,
    text: String,
    body: Value,
}

async fn ask(router: &Router, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let mut request = Request::builder().method("POST").uri(path);
    let typed = headers.iter().any(|(name, _)| *name == "content-type");
    for (name, value) in headers.iter().chain([("content-type", "application/json")].iter().filter(|_| !typed)) {
        request = request.header(*name, *value);
    }
    let response = router.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = to_bytes(response.into_body(), 1 << 22).await.unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let body = serde_json::from_str(&text).unwrap_or_default();
    Answer { status, headers, text, body }
}

fn folder(name: &str) -> PathBuf {
    here("tests/vectors/vc-api").join(name)
}

fn read_base(name: &str) -> Value {
    let path = folder("base").join(format!("{name}.json"));
    serde_json::from_str(&fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
        .unwrap()
}

/// A document with every text that is one of these names put in its place.
fn replaced(document: &Value, values: &BTreeMap<&str, Value>) -> Value {
    match document {
        Value::String(text) => values.get(text.as_str()).cloned().unwrap_or_else(|| document.clone()),
        Value::Array(list) => list.iter().map(|entry| replaced(entry, values)).collect(),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), replaced(value, values))).collect())
        }
        other => other.clone(),
    }
}

/// RFC 6902, as far as vectors use it: `add` and `remove`.
fn patched(mut document: Value, patch: &Value) -> Value {
    for step in patch.as_array().unwrap_or(&Vec::new()) {
        let path = step["path"].as_str().unwrap();
        document = match step["op"].as_str().unwrap() {
            "add" => documents::changed(&document, &unescaped(path), step["value"].clone()),
            "remove" => documents::without(&document, path),
            other => panic!("{other}"),
        };
    }
    document
}

fn unescaped(path: &str) -> String {
    assert!(!path.contains('~'), "no vector needs {path}");
    path.to_owned()
}

/// One vector.
struct Vector {
    name: String,
    file: Value,
}

impl Vector {
    fn all(kind: &str) -> Vec<Self> {
        let mut vectors = Vec::new();
        for entry in fs::read_dir(folder(kind)).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            assert!(text.starts_with("{\n\"expect\": {"), "{}: opens with what is expected", path.display());
            let file: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert!(file["comment"].as_str().is_some_and(|text| !text.is_empty()), "{}", path.display());
            let known =
                ["expect", "comment", "base", "patch", "sign", "after", "options", "body", "text", "headers", "inner"];
            assert!(file.as_object().unwrap().keys().all(|name| known.contains(&name.as_str())), "{}", path.display());
            vectors.push(Self { name: path.file_stem().unwrap().to_str().unwrap().to_owned(), file });
        }
        vectors.sort_by(|left, right| left.name.cmp(&right.name));
        vectors
    }

    /// The document before it is signed.
    fn document(&self, values: &BTreeMap<&str, Value>) -> Value {
        replaced(&patched(read_base(self.file["base"].as_str().unwrap()), &self.file["patch"]), values)
    }

    /// What is sent, given the document.
    fn body(&self, name: &str, document: Value) -> String {
        if let Some(text) = self.file["text"].as_str() {
            return text.to_owned();
        }
        if let Some(body) = self.file.get("body") {
            return body.to_string();
        }
        let mut body = json!({name: document});
        if let Some(options) = self.file.get("options") {
            body["options"] = options.clone();
        }
        body.to_string()
    }

    fn check(&self, kind: &str, answer: &Answer) -> Result<(), String> {
        let expect = &self.file["expect"];
        let said = |what: &str| Err(format!("{kind}/{}: {what}: {} {}", self.name, answer.status, answer.text));
        if expect["status"] != answer.status {
            return said("another status");
        }
        if expect.get("code").is_some_and(|code| *code != answer.body["code"]) {
            return said("another code");
        }
        if let Some(expected) = expect.get("errors") {
            let entry = |error: &Value| {
                let mut entry = json!({"code": error["code"]});
                if let Some(pointer) = error.get("pointer") {
                    entry["pointer"] = pointer.clone();
                }
                entry
            };
            let errors: Vec<Value> = answer.body["errors"].as_array().into_iter().flatten().map(entry).collect();
            if *expected != Value::from(errors) {
                return said("other errors");
            }
        }
        for (pointer, value) in expect["answer"].as_object().into_iter().flatten() {
            if answer.body.pointer(pointer) != Some(value) {
                return said(pointer);
            }
        }
        let refused = answer.status >= 400;
        let kind_of_answer = if refused { "application/problem+json" } else { "application/json" };
        if answer.headers["content-type"] != kind_of_answer {
            return said("another content type");
        }
        if refused && kind != "issue" && answer.body["verified"] != false && ![403, 413, 415].contains(&answer.status) {
            return said("not said that it is not verified");
        }
        let titled = |error: &Value| error["title"].as_str().is_some_and(|title| title.contains(' '));
        if !answer.body["errors"].as_array().into_iter().flatten().all(titled) {
            return said("an error without words");
        }
        Ok(())
    }
}

/// Signs as a vector says: `sign.by` a named key's did:key, `sign.options` in place of the proof's own members (null takes one out).
fn signed(document: &Value, sign: &Value, by: &str) -> Value {
    if *sign == false {
        return document.clone();
    }
    let name = sign["by"].as_str().unwrap_or(by);
    let mut options = documents::options(document, &did_key_method(name), documents::SIGNED);
    for (member, value) in sign["options"].as_object().into_iter().flatten() {
        match value {
            Value::Null => drop(options.as_object_mut().unwrap().remove(member)),
            value => options[member.as_str()] = value.clone(),
        }
    }
    documents::with_proofs(document, vec![documents::proof(document, &documents::key(name), options)])
}

async fn run(kind: &'static str, least: usize) {
    let house = &*HOUSE;
    let vectors = Vector::all(kind);
    assert!(vectors.len() >= least, "{} vectors", vectors.len());
    let mut wrong = Vec::new();
    for vector in &vectors {
        let headers: Vec<(&str, &str)> = vector.file["headers"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
            .collect();
        let has = |name: &str| vector.file.get(name).is_some();
        let based = !has("text") && !has("body");
        let answer = match kind {
            "issue" => {
                let values = BTreeMap::from([("ISSUER", Value::from(house.did()))]);
                let document = if based { vector.document(&values) } else { Value::Null };
                let bearer = format!("Bearer {}", house.token);
                let headers: Vec<_> =
                    [("authorization", bearer.as_str())].into_iter().chain(headers.iter().copied()).collect();
                ask(&house.router, "/credentials/issue", &headers, vector.body("credential", document)).await
            }
            "verify" => {
                let values = BTreeMap::from([("ISSUER", Value::from(did_key(ISSUER)))]);
                let document = if based {
                    let method = BTreeMap::from([("ISSUERMETHOD", Value::from(did_key_method(ISSUER)))]);
                    let signed = signed(&vector.document(&values), &vector.file["sign"], ISSUER);
                    replaced(&patched(signed, &vector.file["after"]), &method)
                } else {
                    Value::Null
                };
                ask(&house.router, "/credentials/verify", &headers, vector.body("verifiableCredential", document)).await
            }
            _ => {
                let inner = &vector.file["inner"];
                let of_issuer = BTreeMap::from([("ISSUER", Value::from(did_key(ISSUER)))]);
                let credential = replaced(&patched(read_base("minimal"), &inner["patch"]), &of_issuer);
                let credential = patched(signed(&credential, &inner["sign"], ISSUER), &inner["after"]);
                let values = BTreeMap::from([("HOLDER", Value::from(did_key(HOLDER))), ("CREDENTIAL", credential)]);
                let document = if based {
                    let mut sign = vector.file["sign"].clone();
                    if sign != false {
                        let own = json!({"proofPurpose": "authentication", "challenge": CHALLENGE, "domain": DOMAIN});
                        let more = sign["options"].clone();
                        sign = json!({"by": sign["by"], "options": own});
                        for (member, value) in more.as_object().into_iter().flatten() {
                            sign["options"][member.as_str()] = value.clone();
                        }
                    }
                    patched(signed(&vector.document(&values), &sign, HOLDER), &vector.file["after"])
                } else {
                    Value::Null
                };
                let mut body: Value =
                    serde_json::from_str(&vector.body("verifiablePresentation", document)).unwrap_or_default();
                if based && body.get("options").is_none() {
                    body["options"] = json!({"domain": DOMAIN, "challenge": CHALLENGE});
                }
                let text = if based { body.to_string() } else { vector.body("", Value::Null) };
                ask(&house.router, "/presentations/verify", &headers, text).await
            }
        };
        wrong.extend(vector.check(kind, &answer).err());
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), vectors.len(), wrong.join("\n"));
}

#[tokio::test]
async fn every_refusal_of_the_issuer() {
    run("issue", 139).await;
}

#[tokio::test]
async fn every_refusal_of_the_verifier() {
    run("verify", 214).await;
}

#[tokio::test]
async fn every_refusal_of_a_presentation() {
    run("present", 48).await;
}

/// A complete module certificate of ours, but for what the desk gives: identifier and status entry.
fn module(house: &House) -> Value {
    let document = documents::changed(&documents::module(), "/issuer/id", house.did().into());
    let document = documents::changed(&document, "/awardedDate", "2026-05-03T00:00:00Z".into());
    let document = documents::changed(&document, "/validFrom", "2026-05-03T00:00:00Z".into());
    documents::without(&documents::without(&document, "/credentialStatus"), "/id")
}

#[tokio::test]
async fn what_is_signed_is_kept_logged_and_can_be_withdrawn() {
    let house = House::found(Some("cert.formar-api.example"));
    for (document, suites) in [
        (house.document("minimal"), vec!["eddsa-jcs-2022", "eddsa-rdfc-2022"]),
        (house.document("badge"), vec!["eddsa-jcs-2022", "eddsa-rdfc-2022"]),
        (module(&house), vec!["eddsa-jcs-2022", "eddsa-rdfc-2022"]),
    ] {
        let answer = house.issue(&json!({"credential": document}), &[]).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let signed = &answer.body["verifiableCredential"];
        let made: Vec<&str> =
            signed["proof"].as_array().unwrap().iter().map(|proof| proof["cryptosuite"].as_str().unwrap()).collect();
        assert_eq!(made, suites);
        // Nothing was changed of what was handed in.
        for (name, value) in document.as_object().unwrap() {
            assert_eq!(signed[name], *value, "{name}");
        }
        assert!(
            signed["id"].as_str().is_some_and(|id| id.starts_with("urn:uuid:") || id == "https://badges.example/1")
        );
        let status = &signed["credentialStatus"];
        assert_eq!(status["statusListCredential"], "https://cert.formar-api.example/status/1");

        // In the store, under the serial that was answered, with the very document.
        let serial = answer.headers["skillpass-serial"].to_str().unwrap();
        let store = house.institution.store_in_turn().unwrap();
        let record = store.by_serial(serial).unwrap().unwrap();
        assert_eq!(serde_json::from_str::<Value>(&record.document).unwrap(), *signed);
        assert_eq!(record.index.to_string(), status["statusListIndex"].as_str().unwrap());
        assert_eq!(store.log(0).unwrap().last(), Some(&record.digest));

        // Withdrawn like any other.
        store.revoke(&[serial], RevocationReason::Error, &crate::store::by()).unwrap();
        let keyring = house.institution.keyring(&house.secret).unwrap();
        let list = publish(&house.institution, &store, &keyring, time(NOW)).unwrap().lists.remove(0);
        let content = list.ours(&keyring.key(ISSUER_ROLE).unwrap().public()).unwrap();
        assert_eq!(content.bits.get(record.index), Some(true));
    }
    assert_eq!(house.institution.store_in_turn().unwrap().slots_given().unwrap(), 3, "a slot for each");
}

#[tokio::test]
async fn what_is_issued_here_is_verified_here() {
    let house = &*HOUSE;
    for document in [house.document("minimal"), house.document("badge"), module(house)] {
        let issued = house.issue(&json!({"credential": document}), &[]).await.body["verifiableCredential"].clone();
        let answer = house.verify(&json!({"verifiableCredential": issued})).await;
        assert_eq!((answer.status, &answer.body["verified"]), (200, &Value::from(true)), "{}", answer.text);
        assert_eq!(answer.body["outcome"], "undecided", "no pack knows this institution");
        let proofs = answer.body["proofs"].as_array().unwrap();
        assert!(proofs.len() == 2 && proofs.iter().all(|proof| proof["state"] == "checked"), "{proofs:#?}");
        // Its twin with one letter changed.
        let changed =
            issued.to_string().replacen("did:example:holder", "did:example:bolder", 1).replacen("1987", "1986", 1);
        let body = format!("{{\"verifiableCredential\":{changed}}}");
        let twin = ask(&house.router, "/credentials/verify", &[], body).await;
        assert_eq!((twin.status, &twin.body["code"]), (422, &Value::from("invalid")), "{}", twin.text);
    }
}

#[tokio::test]
async fn a_certificate_of_a_listed_institution_is_accepted_and_its_twins_are_not() {
    let house = &*HOUSE;
    let good = documents::signed(&documents::module());
    let answer = house.verify(&json!({"verifiableCredential": good})).await;
    assert_eq!(
        (answer.status, &answer.body["verified"], &answer.body["outcome"]),
        (200, &true.into(), &"accept".into())
    );
    let answers: Vec<&str> =
        answer.body["answers"].as_array().unwrap().iter().map(|answer| answer["answer"].as_str().unwrap()).collect();
    assert_eq!(answers, ["yes", "yes", "yes", "cannot-tell"]);
    // `checks` narrows what is told, and nothing else.
    let told =
        |body: Value| body["findings"].as_array().unwrap().iter().map(|it| it["check"].clone()).collect::<Vec<_>>();
    let narrow = |checks: Value| json!({"verifiableCredential": good, "options": {"checks": checks}});
    for (checks, findings) in [
        (json!(["proof"]), json!(["signature", "proofs", "form"])),
        (json!(["credentialStatus", "dates"]), json!(["dates", "revocation", "suspension", "freshness"])),
        (json!([]), json!([])),
        (json!(["no such check"]), json!([])),
    ] {
        let narrowed = house.verify(&narrow(checks)).await.body;
        assert_eq!(Value::from(told(narrowed.clone())), findings);
        assert_eq!((&narrowed["outcome"], &narrowed["answers"]), (&"accept".into(), &answer.body["answers"]));
    }
    let revoked = documents::changed(&documents::module(), "/credentialStatus/statusListIndex", "13".into());
    let revoked = documents::signed(&documents::without(&revoked, "/credentialStatus/id"));
    let status = house.verify(&json!({"verifiableCredential": revoked, "options": {"checks": ["proof"]}})).await;
    let error = &status.body["errors"][0];
    assert_eq!((status.status, &error["code"]), (422, &"revoked".into()), "what was not asked for was checked");
}

/// Every credential of the vectors, whatever it is about, and those that the lists refuse for what the signature does not say.
#[tokio::test]
async fn what_is_rejected_is_never_called_verified() {
    let house = &*HOUSE;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/credential");
    let mut asked = BTreeMap::from([("accept", 0), ("reject", 0), ("undecided", 0)]);
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let vector: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        if !vector["document"].is_object() {
            continue;
        }
        let answer = house.verify(&json!({"verifiableCredential": vector["document"]})).await;
        let outcome = answer.body["outcome"].as_str();
        let verified = answer.body["verified"] == true;
        assert!(verified == (answer.status == 200), "{}: {}", path.display(), answer.text);
        assert!(!verified || outcome != Some("reject"), "{}: {}", path.display(), answer.text);
        assert!(verified || outcome != Some("accept"), "{}: {}", path.display(), answer.text);
        let entitled = answer.body["answers"][1]["answer"] == "no";
        assert!(!entitled || answer.body["code"] == "invalid", "{}: {}", path.display(), answer.text);
        if let Some(count) = outcome.and_then(|outcome| asked.get_mut(outcome)) {
            *count += 1;
        }
    }
    assert!(asked.values().all(|count| *count > 10), "{asked:?}");
}

#[tokio::test]
async fn one_proof_alone_for_readers_that_know_no_sets() {
    let house = &*HOUSE;
    for suite in ["eddsa-jcs-2022", "eddsa-rdfc-2022"] {
        let body = json!({"credential": house.document("badge"), "options": {"cryptosuite": suite}});
        let answer = house.issue(&body, &[]).await;
        let issued = &answer.body["verifiableCredential"];
        assert_eq!((answer.status, &issued["proof"]["cryptosuite"]), (201, &Value::from(suite)), "{}", answer.text);
        let verified = house.verify(&json!({"verifiableCredential": issued})).await;
        assert_eq!(verified.body["verified"], true, "{}", verified.text);
    }
}

#[tokio::test]
async fn an_entry_that_came_with_it_stays_beside_ours() {
    let house = &*HOUSE;
    let theirs = json!({"type": "ExampleStatus2030", "id": "https://example.org/status#4"});
    let context = json!({"ExampleStatus2030": "https://example.org/ns#ExampleStatus2030"});
    let mut document = documents::changed(&house.document("minimal"), "/credentialStatus", theirs.clone());
    document["@context"].as_array_mut().unwrap().push(context);
    let answer = house.issue(&json!({"credential": document}), &[]).await;
    let status = &answer.body["verifiableCredential"]["credentialStatus"];
    assert_eq!(
        (answer.status, &status[0], &status[1]["type"]),
        (201, &theirs, &"BitstringStatusListEntry".into()),
        "{}",
        answer.text
    );
    // Of our own kinds the desk gives every place.
    let ours = documents::changed(&module(house), "/credentialStatus", theirs);
    assert_eq!(house.issue(&json!({"credential": ours}), &[]).await.body["errors"][0]["code"], "status-given");
}

#[tokio::test]
async fn our_kinds_are_signed_complete_or_not_at_all() {
    let house = &*HOUSE;
    for (pointer, value, code) in [
        ("/awardedDate", json!("2027-05-03T00:00:00Z"), "award-in-future"),
        ("/awardedDate", json!("2026-01-03T00:00:00Z"), "award-too-old"),
        ("/credentialSubject/gender", json!("F"), "forbidden"),
        ("/id", json!("https://example.org/1"), "wrong-value"),
        ("/credentialSubject/result", json!([]), "wrong-value"),
        ("/@context", json!(["https://www.w3.org/ns/credentials/v2"]), "wrong-value"),
    ] {
        let document = documents::changed(&module(house), pointer, value);
        let answer = house.issue(&json!({"credential": document}), &[]).await;
        let error = &answer.body["errors"][0];
        assert_eq!((answer.status, &error["code"]), (422, &Value::from(code)), "{pointer}: {}", answer.text);
        assert!(error["pointer"].as_str().unwrap().starts_with("/credential/"), "{error}");
    }
}

#[tokio::test]
async fn one_key_is_one_credential() {
    let house = House::found(None);
    let body = json!({"credential": house.document("minimal")});
    let key = [("idempotency-key", "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"")];
    let first = house.issue(&body, &key).await;
    let second = house.issue(&body, &[("idempotency-key", "8e03978e-40d5-43dd-bc93-6894a57f9324")]).await;
    assert_eq!((first.status, second.status), (201, 201));
    assert_eq!(first.body, second.body);
    assert_eq!(first.headers["skillpass-serial"], second.headers["skillpass-serial"]);
    let other = json!({"credential": house.document("badge")});
    let refused = house.issue(&other, &key).await;
    assert_eq!((refused.status, &refused.body["errors"][0]["code"]), (422, &"other-order".into()));
    assert_eq!(house.issue(&body, &[("idempotency-key", "")]).await.status, 400);
    assert_eq!(house.issue(&body, &[("idempotency-key", &"k".repeat(256))]).await.status, 400);
    // Without a key each is a credential of its own.
    assert_ne!(house.issue(&body, &[]).await.body, house.issue(&body, &[]).await.body);
    let at_once: Vec<_> = (0..4).map(|_| house.issue(&body, &[("idempotency-key", "at once")])).collect();
    let mut serials = std::collections::BTreeSet::new();
    for answer in at_once {
        serials.insert(answer.await.headers["skillpass-serial"].clone().to_str().unwrap().to_owned());
    }
    assert_eq!(serials.len(), 1);
    let store = house.institution.store_in_turn().unwrap();
    assert_eq!((store.log_size().unwrap(), store.slots_given().unwrap()), (4, 4));
}

/// Whoever may not have anything signed takes no place in the status list either.
#[tokio::test]
async fn a_token_without_a_release_takes_no_slot() {
    let house = House::found(None);
    house.institution.store_in_turn().unwrap().require_two_people(&crate::store::by()).unwrap();
    for document in [house.document("minimal"), module(&house)] {
        let answer = house.issue(&json!({"credential": document}), &[]).await;
        let code = &answer.body["errors"][0]["code"];
        assert_eq!((answer.status, code), (422, &"not-released".into()), "{}", answer.text);
    }
    assert_eq!(house.institution.store_in_turn().unwrap().slots_given(), Ok(0));
}

#[tokio::test]
async fn who_may_issue() {
    let (house, other) = (House::found(None), House::found(Some("andere.example")));
    let body = json!({"credential": house.document("minimal")}).to_string();
    let with = async |authorization: &str| {
        let answer = ask(&house.router, "/credentials/issue", &[("authorization", authorization)], body.clone()).await;
        let challenged = answer.headers.get("www-authenticate").is_some_and(|value| value == "Bearer");
        assert_eq!(challenged, answer.status == 401, "RFC 6750");
        (answer.status, answer.body["code"].as_str().unwrap_or_default().to_owned())
    };
    let said = |status: u16, code: &str| (status, code.to_owned());
    assert_eq!(with(&format!("Bearer {}", house.token)).await, said(201, ""));
    assert_eq!(with(&format!("bearer  {}", house.token)).await, said(201, ""));
    for wrong in ["", "Bearer", "Basic dXNlcjpwYXNz"] {
        assert_eq!(with(wrong).await, said(401, "token-missing"), "{wrong}");
    }
    let (token, mut shifted) = (&house.token, house.token.clone());
    let last = shifted.pop().unwrap();
    shifted.push(if last == 'A' { 'B' } else { 'A' });
    for wrong in [
        "Bearer ",
        "Bearer x",
        &format!("Bearer {}", &token[..40]),
        &format!("Bearer {shifted}"),
        &format!("Bearer {token}{token}"),
    ] {
        assert_eq!(with(wrong).await, said(401, "token-unknown"), "{wrong}");
    }
    assert_eq!(with(&format!("Bearer {}", other.token)).await, said(403, "token-of-another"));
    let dice = Dice(Mutex::new(7));
    let mut tokens = Tokens::open(&house.institution).unwrap();
    let old = tokens.make("old", 1, &dice, time("2026-04-01T10:00:00Z")).unwrap();
    assert_eq!(with(&format!("Bearer {}", old.as_str())).await, said(403, "token-expired"));
    // Withdrawn while the server runs.
    assert_eq!(tokens.revoke("tests", time(NOW)).unwrap(), Some(true));
    assert_eq!(with(&format!("Bearer {token}")).await, said(403, "token-revoked"));
    assert_eq!(tokens.revoke("tests", time(NOW)).unwrap(), Some(false));
    assert_eq!(tokens.revoke("nobody", time(NOW)).unwrap(), None);

    // No token is kept: neither on the disk nor in the log.
    let file = house.institution.folder().join("tokens.json");
    let kept = fs::read_to_string(&file).unwrap();
    assert!(!kept.contains(&token[13..]) && kept.contains(&token[..13]));
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions()) & 0o777, 0o600);
    let log = house.log.lock().unwrap().join("\n");
    assert!(
        !log.contains("skp_") && !log.contains("did:example:holder") && log.contains("POST /credentials/issue 201")
    );

    // Where nobody issues.
    let nobody = router(state(None).0);
    let answer =
        ask(&nobody, "/credentials/issue", &[("authorization", &format!("Bearer {token}"))], body.clone()).await;
    assert_eq!((answer.status, &answer.body["code"]), (404, &"not-issuing".into()));
}

#[tokio::test]
async fn a_token_that_asks_too_often_waits() {
    let house = House::found(None);
    let mut answers = Vec::new();
    // Refused at once each time, and counted all the same.
    for _ in 0..601 {
        answers.push(house.issue(&json!({"credential": 1}), &[]).await);
    }
    let (last, before) = answers.split_last().unwrap();
    assert!(before.iter().all(|answer| answer.status == 400));
    assert_eq!((last.status, &last.body["code"]), (429, &"too-many".into()));
    assert!(last.headers.contains_key("retry-after"));
}

/// One bit, anywhere: a token's end, its hash, what was withdrawn.
#[test]
fn one_bit_in_the_file_of_tokens_is_found() {
    let house = House::found(None);
    let mut tokens = Tokens::open(&house.institution).unwrap();
    tokens.revoke("tests", time(NOW)).unwrap();
    let file = house.institution.folder().join("tokens.json");
    let sound = fs::read(&file).unwrap();
    for bit in 0..8 * sound.len() {
        let mut bytes = sound.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        fs::write(&file, &bytes).unwrap();
        assert!(Tokens::open(&house.institution).is_err(), "bit {bit}: {}", String::from_utf8_lossy(&bytes));
    }
    // An earlier version wrote no check value.
    let mut earlier: Value = serde_json::from_slice(&sound).unwrap();
    assert!(earlier.as_object_mut().unwrap().remove("check").is_some());
    fs::write(&file, earlier.to_string()).unwrap();
    assert_eq!(Tokens::open(&house.institution).unwrap().list().len(), 1);
}

#[test]
fn tokens_are_made_as_they_should() {
    let house = House::found(None);
    let dice = Dice(Mutex::new(3));
    let mut tokens = Tokens::open(&house.institution).unwrap();
    for (name, days) in [("", 30), (" x", 30), ("a\nb", 30), (&"x".repeat(101), 30), ("x", 0), ("x", 367)] {
        assert!(matches!(tokens.make(name, days, &dice, time(NOW)), Err(DeskError::Value(_))), "{name:?} {days}");
    }
    let made: Vec<String> =
        (0..255).map(|number| tokens.make(&format!("n{number}"), 1, &dice, time(NOW)).unwrap().to_string()).collect();
    assert!(matches!(tokens.make("one more", 1, &dice, time(NOW)), Err(DeskError::Value("too-many-tokens"))));
    assert!(made.iter().all(|token| token.starts_with("skp_u") && token.len() == 59));
    let distinct: std::collections::BTreeSet<&String> = made.iter().collect();
    assert_eq!(distinct.len(), made.len());
    let tokens = Tokens::open(&house.institution).unwrap();
    assert_eq!(tokens.admit(&made[100], time(NOW)).map(|token| token.name.as_str()), Ok("n100"));
    // Every single character counts.
    for at in 0..made[0].len() {
        let mut other = made[0].clone().into_bytes();
        other[at] = if other[at] == b'Q' { b'R' } else { b'Q' };
        let other = String::from_utf8(other).unwrap();
        assert!(tokens.admit(&other, time(NOW)).is_err(), "{at}");
    }
}

/// The store belongs to one process at a time, and in it to one holder: a desk that has it shares it with the counter.
#[tokio::test]
async fn beside_a_desk_the_store_is_the_desks() {
    let house = House::found(None);
    let random: &'static Dice = Box::leak(Box::new(Dice(Mutex::new(0xbe51de))));
    let folder = house.institution.folder();
    let desk = skillpass::desk::house::House::open(folder, random).unwrap();
    let body = json!({"credential": house.document("minimal")});
    let alone = house.issue(&body, &[]).await;
    assert_eq!((alone.status, &alone.body["code"]), (503, &"store-busy".into()), "whoever opens it anew finds it held");

    let secret = Secret::key_file(&fs::read_to_string(house._folder.path().join("secret")).unwrap()).unwrap();
    let counter = Counter::open(Institution::open(folder).unwrap(), secret, random, rdfc::suites()).unwrap();
    let (state, _) = state(Some(counter.beside(&desk)));
    let counter = state.issuing.clone().unwrap();
    let bearer = format!("Bearer {}", house.token);
    let issued = ask(&router(state), "/credentials/issue", &[("authorization", &bearer)], body.to_string()).await;
    assert_eq!(issued.status, 201, "{}", issued.text);
    assert_eq!(desk.store().records().unwrap().len(), 1);
    assert!(counter.publish_pending(time(NOW)).unwrap());
}

/// The router and the OpenAPI document are made from one table: every address of the document answers, and in the way it says.
#[tokio::test]
async fn the_openapi_document_says_what_is_served() {
    let house = &*HOUSE;
    let request = Request::builder().uri("/api/openapi.json").body(Body::empty()).unwrap();
    let response = house.router.clone().oneshot(request).await.unwrap();
    assert_eq!(
        (response.status(), &response.headers()["content-type"]),
        (StatusCode::OK, &"application/json".parse().unwrap())
    );
    let document: Value = serde_json::from_slice(&to_bytes(response.into_body(), 1 << 22).await.unwrap()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document.get("operations").is_none());
    let paths = document["paths"].as_object().unwrap();
    let mut names = std::collections::BTreeSet::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            assert!(names.insert(operation["operationId"].as_str().unwrap().to_owned()), "{path}");
            assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{path} says what it is for");
            assert!(operation["responses"]["default"].is_object(), "{path}");
            // Every variable of the path is a parameter, and the other way round.
            let of_path: Vec<&str> =
                path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let in_path: Vec<&str> =
                parameters.iter().filter(|it| it["in"] == "path").map(|it| it["name"].as_str().unwrap()).collect();
            assert_eq!(of_path, in_path, "{path}");
            let asked = path.replace(['{', '}'], "");
            let ask = |method: &str| {
                let request = Request::builder().method(method).uri(&asked).header("content-type", "application/json");
                house.router.clone().oneshot(request.body(Body::empty()).unwrap())
            };
            let status = ask(&method.to_uppercase()).await.unwrap().status().as_u16();
            assert_ne!(status, 405, "{method} {path}");
            assert!(operation["responses"].get(status.to_string()).is_some(), "{method} {path}: {status} is not said");
            assert_eq!(ask("PATCH").await.unwrap().status(), 405, "{path}");
        }
    }
    // Every operation of the source was used, and every reference leads somewhere.
    let source: Value = serde_json::from_str(include_str!("../schemas/openapi.json")).unwrap();
    assert_eq!(
        source["operations"].as_object().unwrap().keys().cloned().collect::<std::collections::BTreeSet<_>>(),
        names
    );
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
}

/// Whatever is asked, `verified` stands beside an outcome, or beside errors.
#[tokio::test]
async fn answers_follow_the_openapi_document() {
    let house = &*HOUSE;
    let document = Value::from_iter([(
        "components",
        serde_json::from_str::<Value>(include_str!("../schemas/openapi.json")).unwrap()["components"].clone(),
    )]);
    let schema = |name: &str| {
        let mut schema = document.clone();
        schema["$ref"] = format!("#/components/schemas/{name}").into();
        jsonschema::validator_for(&schema).unwrap()
    };
    let good = documents::signed(&documents::module());
    let verified = house.verify(&json!({"verifiableCredential": good})).await.body;
    assert!(schema("Verified").is_valid(&verified));
    assert!(!schema("NotVerified").is_valid(&verified));
    let altered = documents::changed(&good, "/validFrom", "2026-03-15T00:00:00Z".into());
    let invalid = house.verify(&json!({"verifiableCredential": altered})).await.body;
    assert!(schema("NotVerified").is_valid(&invalid));
    assert_eq!(invalid["outcome"], "reject");
    let malformed = house.verify(&json!({})).await.body;
    assert!(schema("NotVerified").is_valid(&malformed));
}

/// Whose the certificates in a presentation are is said as `holder check` says it, on the same presentations and by the same lists.
#[tokio::test]
async fn whose_they_are_is_said_as_at_a_checkers() {
    let source: Value = serde_json::from_str(include_str!("../schemas/openapi.json")).unwrap();
    let schema = json!({"components": source["components"], "$ref": "#/components/schemas/PresentationVerified"});
    let schema = jsonschema::validator_for(&schema).unwrap();
    let packs = |name: &str| std::fs::read(here(&format!("tests/vectors/packs/{name}.json"))).unwrap();
    let mut seen = std::collections::BTreeMap::new();
    for entry in std::fs::read_dir(here("tests/vectors/presentation")).unwrap() {
        let file: Value = serde_json::from_slice(&std::fs::read(entry.unwrap().path()).unwrap()).unwrap();
        let (document, name) = (&file["document"], file["about"].as_str().unwrap());
        let proof = &document["proof"];
        let beside = file.get("presented").is_some();
        if beside || file["now"] != documents::NOW || !proof["challenge"].is_string() || !proof["domain"].is_string() {
            continue;
        }
        let lists = file["packs"].as_array().map_or_else(
            || vec![packs("pilot")],
            |names| names.iter().map(|name| packs(name.as_str().unwrap())).collect(),
        );
        let (router, _) = crate::page::house_with_lists(lists);
        let options = json!({"domain": proof["domain"], "challenge": proof["challenge"]});
        let body = json!({"verifiablePresentation": document, "options": options}).to_string();
        let answer = ask(&router, "/presentations/verify", &[("content-type", "application/json")], body).await;
        if answer.status == 200 {
            let errors: Vec<String> = schema.iter_errors(&answer.body).map(|it| it.to_string()).collect();
            assert!(errors.is_empty(), "{name}: {errors:?}");
        }
        let said = &answer.body["holderResult"];
        let Some(found) = said["answer"].as_str() else {
            assert_ne!(answer.status, 200, "{name}: nothing is said about a presentation whose signature holds");
            continue;
        };
        let expected = match file["expect"]["reason"].as_str().unwrap() {
            "proven" => "yes",
            "another-person" | "delegation-refused" | "former-key" => "no",
            "conflict" | "delegation-unclear" | "form" | "no-credential" | "unbound" => "cannot-tell",
            // Of another question, or over: whose they are is not what was in the way.
            _ => continue,
        };
        assert_eq!(found, expected, "{name}: {}", answer.text);
        let reason = file["expect"]["reason"].clone();
        assert_eq!(said.get("reason").cloned(), Some(reason).filter(|_| expected != "yes"), "{name}");
        assert!(said.get("text").is_none_or(|text| text.as_str().unwrap().contains(' ')), "{name}: {said}");
        *seen.entry(expected).or_insert(0) += 1;
    }
    assert!(seen.values().all(|count| *count >= 3) && seen.len() == 3, "{seen:?}");
}

/// Each language has its words for a problem, and says which it speaks.
#[tokio::test]
async fn problems_speak_the_language_that_is_asked_for() {
    let house = &*HOUSE;
    let mut titles = std::collections::BTreeSet::new();
    for language in ["es", "pt", "en", "fr", "ht"] {
        let answer = ask(
            &house.router,
            &format!("/credentials/verify?lang={language}"),
            &[],
            json!({"verifiableCredential": {}}).to_string(),
        )
        .await;
        assert_eq!((answer.status, &answer.body["language"]), (422, &language.into()));
        titles.insert(answer.body["errors"][0]["title"].as_str().unwrap().to_owned());
    }
    assert_eq!(titles.len(), 5);
}

/// Rotated keys stay, so that what they signed holds elsewhere; one in other hands says since when, and asserts nothing.
#[test]
fn a_did_document_keeps_what_was_rotated_and_marks_what_was_leaked() {
    let pack = packs::read(&Parts::of_tests().to_bytes()).unwrap();
    let card = Card {
        kind: CARD_KIND.to_owned(),
        name: "Centro Formar".to_owned(),
        country: "CO".to_owned(),
        did: documents::FORMAR.to_owned(),
        method: documents::KEY_1.to_owned(),
        public_key_multibase: documents::key("formar-1").public().to_multikey(),
        since: "2020-01-01T00:00:00Z".to_owned(),
        verify_host: None,
        earlier: Vec::new(),
        pilot: false,
    };
    let (did, document) = did_document::of(&card, std::slice::from_ref(&pack)).unwrap();
    let text = String::from_utf8(skillpass::base::canonical::Json::Object(document).to_canonical()).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((did.as_str(), &document["id"]), (documents::FORMAR, &documents::FORMAR.into()));
    let methods = document["verificationMethod"].as_array().unwrap();
    let of = |id: &str| methods.iter().find(|method| method["id"] == id).unwrap();
    let asserted = document["assertionMethod"].as_array().unwrap();
    for (key, name) in [(documents::KEY_1, "formar-1"), (documents::KEY_2, "formar-2"), (documents::KEY_4, "formar-4")]
    {
        assert_eq!(of(key)["publicKeyMultibase"], documents::key(name).public().to_multikey(), "{key}");
        assert!(asserted.contains(&key.into()) && of(key).get("revoked").is_none(), "{key}");
        assert_eq!((&of(key)["type"], &of(key)["controller"]), (&"Multikey".into(), &documents::FORMAR.into()));
    }
    assert_eq!(of(documents::KEY_3)["revoked"], "2026-04-01T00:00:00Z");
    assert!(!asserted.contains(&documents::KEY_3.into()));
    assert_eq!(methods.len(), asserted.len() + 1);
    // Without a pack the card alone is known; a did:key is its own document.
    assert_eq!(did_document::of(&card, &[]).unwrap().1.get("verificationMethod").unwrap().list().unwrap().len(), 1);
    let by_key = Card { did: did_key("somebody"), method: did_key_method("somebody"), ..card };
    assert!(did_document::of(&by_key, &[pack]).is_none());
}
