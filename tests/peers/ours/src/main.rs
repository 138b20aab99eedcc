//! What is handed to the peers: one credential of each kind and a full one, unsigned and signed as the product signs them.
//!
//! `documents FOLDER` writes `unsigned/*.json` and `signed/*.json`; `canonical FILE…` says the SHA-256 of the canonical
//! N-Quads, the proof left out; `time ROUNDS FILE…` says microseconds to sign and to verify.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};
use skillpass::base::canonical::{Bounds, Json, Numbers, Object, read};
use skillpass::base::did::{Did, MethodId};
use skillpass::base::timestamp::Timestamp;
use skillpass::credential::achievement::Kind;
use skillpass::credential::credential::Credential;
use skillpass::credential::document::{Document as _, Signed};
use skillpass::credential::draft::Draft;
use skillpass::credential::foreign::ForeignDraft;
use skillpass::credential::proof::{Suite, Suites};
use skillpass::interop::rdfc::{Canonicaliser, Contexts, digest};
use skillpass::verify::{Evidence, Policy, verify};

use documents::{KEY_1, SIGNED, canonical, did_key, did_key_method, full, key, of_kind};

#[allow(dead_code)]
#[path = "../../../common/documents.rs"]
mod documents;

/// The name of the key behind the did:key that issues.
const ISSUER: &str = "peers";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["documents", folder] => write_all(Path::new(folder)),
        ["canonical", ref files @ ..] => {
            for file in files {
                let digest = digest(&unsecured(file), Contexts::embedded()).expect("canonical RDF");
                let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
                println!("{}", json!({"file": file, "digest": digits}));
            }
        }
        ["time", rounds, ref files @ ..] => println!("{}", times(rounds.parse().expect("a number"), files)),
        _ => {
            eprintln!("ours documents FOLDER | canonical FILE… | time ROUNDS FILE…");
            std::process::exit(64);
        }
    }
}

fn suites() -> Suites {
    Suites::with_rdf(Arc::new(Canonicaliser::embedded()))
}

fn object(bytes: &[u8]) -> Object {
    let bounds = Bounds { bytes: 1 << 20, depth: 64, string: 1 << 20, numbers: Numbers::Any };
    let Ok(Json::Object(object)) = read(bytes, bounds) else { panic!("not an object") };
    object
}

fn unsecured(file: &str) -> Object {
    let bytes = std::fs::read(file).expect("a file");
    object(&bytes).iter().filter(|(name, _)| *name != "proof").map(|(name, json)| (name, json.clone())).collect()
}

fn write_all(folder: &Path) {
    let web = of_kind(Kind::ModuleCompletion);
    write(folder, "did-web", &web, "formar-1", KEY_1);
    let method = did_key_method(ISSUER);
    let kinds = Kind::ALL.map(|kind| (kind.code().to_owned(), of_kind(kind)));
    for (name, mut document) in kinds.into_iter().chain([("full".to_owned(), full())]) {
        document["issuer"]["id"] = did_key(ISSUER).into();
        write(folder, &name, &document, ISSUER, &method);
    }
    // What is issued over the API for others' systems: a badge of none of our kinds, its holder an identifier alone.
    let mut badge = of_kind(Kind::ModuleCompletion);
    badge["credentialSubject"]["id"] = did_key("holder").into();
    badge["credentialSubject"].as_object_mut().expect("an object").remove("identifier");
    badge["credentialSubject"]["achievement"]["achievementType"] = "Badge".into();
    badge["issuer"]["id"] = did_key(ISSUER).into();
    let (did, document) = (Did::parse(&did_key(ISSUER)).expect("a DID"), object(&canonical(&badge)));
    let draft = ForeignDraft::complete(document, &did).unwrap_or_else(|problem| panic!("api: {problem:?}"));
    let (method, now) = (MethodId::parse(&method).expect("a method"), Timestamp::parse(SIGNED).expect("a time"));
    let signed = draft.sign(&key(ISSUER), &method, now, &[Suite::EddsaRdfc2022], &suites()).expect("signs");
    put(&folder.join("unsigned"), "api-badge.json", &canonical(&badge));
    put(&folder.join("signed"), "api-badge.json", signed.bytes());
    // The DID document of the did:web, as a body publishes it.
    let did = KEY_1.split('#').next().expect("a DID");
    let method = json!({"id": KEY_1, "type": "Multikey", "controller": did,
                        "publicKeyMultibase": key("formar-1").public().to_multikey()});
    let contexts = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"];
    let document = json!({"@context": contexts, "id": did, "verificationMethod": [method], "assertionMethod": [KEY_1]});
    put(folder, "did.json", &canonical(&document));
}

fn write(folder: &Path, name: &str, document: &Value, key_name: &str, method: &str) {
    let bytes = canonical(document);
    put(&folder.join("unsigned"), &format!("{name}.json"), &bytes);
    let credential = Credential::parse(&object(&bytes)).unwrap_or_else(|problem| panic!("{name}: {problem:?}"));
    let now = Timestamp::parse(SIGNED).expect("a time");
    let draft = Draft::complete(credential, now).unwrap_or_else(|problem| panic!("{name}: {problem:?}"));
    let method = MethodId::parse(method).expect("a method");
    let signed = draft.sign(&key(key_name), &method, now, &suites());
    let signed = signed.unwrap_or_else(|problem| panic!("{name}: {problem:?}"));
    put(&folder.join("signed"), &format!("{name}.json"), signed.bytes());
}

fn put(folder: &Path, name: &str, bytes: &[u8]) {
    std::fs::create_dir_all(folder).expect("a folder");
    std::fs::write(folder.join(name), bytes).expect("a file");
}

/// Microseconds. Signing begins with the document as JSON text, verifying with the bytes of a file; `verify` answers all
/// four questions, of which without packs the signature alone can be settled.
fn times(rounds: u32, files: &[&str]) -> Value {
    let (secret, now) = (key(ISSUER), Timestamp::parse(SIGNED).expect("a time"));
    let method = MethodId::parse(&did_key_method(ISSUER)).expect("a method");
    let did = Did::parse(&did_key(ISSUER)).expect("a DID");
    let (suites, policy) = (suites(), Policy::default());
    let evidence = Evidence { suites: suites.clone(), ..Evidence::default() };
    let signature = secret.sign(&[0; 64]);
    let mut times = json!({"bare": {
        "sign": microseconds(rounds, || { std::hint::black_box(secret.sign(&[0; 64])); }),
        "verify": microseconds(rounds, || assert!(secret.public().holds(&[0; 64], &signature))),
    }});
    for file in files {
        let mut document: Value = serde_json::from_slice(&std::fs::read(file).expect("a file")).expect("JSON");
        document.as_object_mut().expect("an object").remove("proof");
        document["issuer"]["id"] = did_key(ISSUER).into();
        // What has a kind of ours is signed with both suites always; to time each alone, it is somebody's certificate.
        document["credentialSubject"]["achievement"]["achievementType"] = "Certificate".into();
        let text = document.to_string();
        let name = Path::new(file).file_stem().expect("a name").to_string_lossy();
        for (label, of) in [
            ("jcs", &[Suite::EddsaJcs2022][..]),
            ("rdfc", &[Suite::EddsaRdfc2022]),
            ("set", &[Suite::EddsaJcs2022, Suite::EddsaRdfc2022]),
        ] {
            let sign = || {
                let draft = ForeignDraft::complete(object(text.as_bytes()), &did).expect("a draft");
                draft.sign(&secret, &method, now, of, &suites).expect("signs").bytes().to_vec()
            };
            let bytes = sign();
            let check = || {
                let signed = Signed::<Credential>::read(&bytes).expect("reads");
                verify(&signed, &evidence, &policy, now)
            };
            let verdict = format!("{:?}", check());
            assert!(verdict.contains("Intact"), "{verdict}");
            times[format!("{name} {label}")] = json!({
                "sign": microseconds(rounds, || { std::hint::black_box(sign()); }),
                "verify": microseconds(rounds, || { std::hint::black_box(check()); }),
            });
        }
    }
    times
}

fn microseconds(rounds: u32, mut work: impl FnMut()) -> f64 {
    (0..rounds / 10).for_each(|_| work());
    let start = Instant::now();
    (0..rounds).for_each(|_| work());
    start.elapsed().as_secs_f64() * 1e6 / f64::from(rounds)
}
