//! Credentials made from fixed seeds and times, as plain JSON so that a test can break any part of them, and an
//! `eddsa-jcs-2022` signer of its own, so that the kernel's is not judged by itself.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use skillpass::base::canonical::{self, Bounds, Numbers};
use skillpass::base::key::SecretKey;
use skillpass::base::multibase;
use skillpass::credential::achievement::Kind;
use skillpass::credential::credential::Credential;
use skillpass::credential::document::Document as _;
use skillpass::interop::rdfc;

/// The body that most vectors are signed by.
pub const FORMAR: &str = "did:web:cert.formar.example";
/// Its key: in use since 2020.
pub const KEY_1: &str = "did:web:cert.formar.example#key-1";
/// Its key of 2026-02-01T08:00:00Z to 2026-06-01T17:00:00Z.
pub const KEY_2: &str = "did:web:cert.formar.example#key-2";
/// Its key that was compromised on 2026-04-01T00:00:00Z.
pub const KEY_3: &str = "did:web:cert.formar.example#key-3";
/// Its key that was rotated out at the end of 2025.
pub const KEY_4: &str = "did:web:cert.formar.example#key-4";
/// A body of another country.
pub const ANDES: &str = "did:web:andes.example";
/// Its key.
pub const ANDES_KEY: &str = "did:web:andes.example#key-1";
/// The revocation list of the first body.
pub const LIST: &str = "https://cert.formar.example/status/1";

/// When most credentials are signed: before the accreditation date.
pub const SIGNED: &str = "2026-03-20T15:04:05Z";
/// Signed after the accreditation date, before the verifier's time.
pub const SIGNED_AFTER: &str = "2026-05-02T09:00:00Z";
/// The verifier's time in most vectors: two days after the freshness date.
pub const NOW: &str = "2026-05-04T10:00:00Z";

/// A key of its own for every name. Known to all: these keys sign nothing but tests.
pub fn key(name: &str) -> SecretKey {
    SecretKey::from_seed(&seed(name))
}

/// The seed behind [`key`].
pub fn seed(name: &str) -> [u8; 32] {
    Sha256::digest(format!("skillpass test key: {name}").as_bytes()).into()
}

/// The did:key of a named key.
pub fn did_key(name: &str) -> String {
    format!("did:key:{}", key(name).public().to_multikey())
}

/// The verification method of a did:key.
pub fn did_key_method(name: &str) -> String {
    let multikey = key(name).public().to_multikey();
    format!("did:key:{multikey}#{multikey}")
}

/// RFC 8785 bytes of any JSON.
pub fn canonical(value: &Value) -> Vec<u8> {
    let text = serde_json::to_vec(value).unwrap();
    let bounds = Bounds { bytes: 1 << 26, depth: 64, string: 1 << 24, numbers: Numbers::Any };
    canonical::read(&text, bounds).unwrap().to_canonical()
}

/// A complete, unsigned credential of a kind, about an achievement `urn:skillpass:kind:CODE` of the test packs' catalogue.
pub fn of_kind(kind: Kind) -> Value {
    let mut document = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "id": "urn:uuid:3f0e8a52-6c1b-4d7e-9a40-5be2c9d81f03",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": FORMAR, "name": "Centro Formar", "type": ["Profile"]},
        "awardedDate": "2026-03-14T00:00:00Z",
        "validFrom": "2026-03-14T00:00:00Z",
        "validUntil": "2029-03-14T23:59:59Z",
        "credentialStatus": {
            "id": format!("{LIST}#94567"),
            "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "94567",
            "statusListCredential": LIST,
        },
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "hashed": false, "identityHash": "María Fernanda Ñáñez de la Cruz", "identityType": "name"},
                {"type": "IdentityObject", "hashed": false, "identityHash": "1987", "identityType": "ext:birthYear"},
            ],
            "achievement": {
                "id": format!("urn:skillpass:kind:{}", kind.code()), "type": ["Achievement"],
                "achievementType": kind.achievement_type(), "name": "Genere su idea de negocio",
                "description": "Encontrar una idea de negocio que puede funcionar.",
                "criteria": {"narrative": "Cumplir las horas y presentar una idea."},
                "version": "1", "inLanguage": "es",
            },
        },
    });
    let about = json!([{
        "id": "urn:uuid:0d1c2b3a-4f5e-4a6b-8c7d-9e8f7a6b5c4d",
        "digestMultibase": multibase::digest(&Sha256::digest(b"the certificate spoken of").into()),
    }]);
    let rows: &[(&str, &str)] = match kind {
        Kind::Attendance | Kind::ModuleCompletion => &[("hours", "20"), ("modality", "in-person")],
        Kind::Competence => &[
            ("unit", "NCL 280601040-1 Instalar circuitos"),
            ("unit", "NCL 280601040-2 Probar circuitos"),
            ("method", "observation"),
        ],
        Kind::Endorsement => &[("statement", "Trabajó con nosotros dos años y recomendamos su trabajo.")],
        Kind::FromArchive => &[("archive", "Libro 4, folio 112, acta 7")],
        Kind::Recognition => &[
            ("outcome", "partial"),
            ("purpose", "employment"),
            ("instrument", "Acuerdo 12 de 2024"),
            ("covers", "Dos de tres unidades"),
            ("reason", "Falta la unidad de seguridad eléctrica"),
            ("regulated", "no"),
        ],
        Kind::WorkExperience => &[],
    };
    let subject = document["credentialSubject"].as_object_mut().unwrap();
    if !rows.is_empty() {
        let row = |(name, value): &(&str, &str)| result_row(name, value);
        subject.insert("result".into(), rows.iter().map(row).collect());
    }
    match kind {
        Kind::Competence => {
            subject["achievement"]["otherIdentifier"] = json!([
                {"type": "IdentifierEntry", "identifier": "SENA NSCL 280601040", "identifierType": "ext:standard"},
                {"type": "IdentifierEntry", "identifier": "2", "identifierType": "ext:standardVersion"},
            ]);
        }
        Kind::WorkExperience => {
            subject.insert("role".into(), "Auxiliar de cocina".into());
            subject.insert("activityStartDate".into(), "2023-02-01T00:00:00Z".into());
            subject.insert("activityEndDate".into(), "2025-12-31T23:59:59Z".into());
        }
        Kind::Endorsement | Kind::Recognition => document["relatedResource"] = about,
        Kind::Attendance | Kind::FromArchive | Kind::ModuleCompletion => {}
    }
    document
}

/// One row of `result`.
pub fn result_row(name: &str, value: &str) -> Value {
    json!({"type": ["Result"], "resultDescription": format!("urn:skillpass:result:{name}"), "value": value})
}

/// The credential that most vectors break: a completed module.
pub fn module() -> Value {
    of_kind(Kind::ModuleCompletion)
}

/// A credential with every optional member.
pub fn full() -> Value {
    let mut document = of_kind(Kind::Competence);
    let subject = &mut document["credentialSubject"];
    subject["id"] = did_key("holder").into();
    let digest = |text: &str| multibase::digest(&Sha256::digest(text.as_bytes()).into());
    let identifiers = subject["identifier"].as_array_mut().unwrap();
    identifiers.push(
        json!({"type": "IdentityObject", "hashed": true, "identityHash": digest("photo"), "identityType": "ext:photo"}),
    );
    identifiers
        .push(json!({"type": "IdentityObject", "hashed": true, "identityHash": digest("salt and number"), "identityType": "ext:idCommitment"}));
    subject["image"] = json!({"id": "data:image/png;base64,iVBORw0KGgo=", "type": "Image"});
    subject["achievement"]["humanCode"] = "NCL-28".into();
    subject["achievement"]["alignment"] = json!([
        {"type": ["Alignment"], "targetName": "Electricistas de obras", "targetUrl": "http://data.europa.eu/esco/isco/C7411",
         "targetFramework": "ISCO-08", "targetCode": "7411"},
        {"type": ["Alignment"], "targetName": "electrician", "targetUrl": "http://data.europa.eu/esco/occupation/x"},
    ]);
    document
}

/// The members of a proof before it is signed (Data Integrity EdDSA 1.0 §3.3.1).
pub fn options(document: &Value, method: &str, created: &str) -> Value {
    let mut options = json!({
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "created": created,
        "verificationMethod": method, "proofPurpose": "assertionMethod",
    });
    if let Some(context) = document.get("@context") {
        options["@context"] = context.clone();
    }
    options
}

/// The 64 bytes that a proof signs.
pub fn signed_bytes(document: &Value, options: &Value) -> [u8; 64] {
    let mut document = document.clone();
    document.as_object_mut().unwrap().remove("proof");
    let mut options = options.clone();
    options.as_object_mut().unwrap().remove("proofValue");
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(&Sha256::digest(canonical(&options)));
    bytes[32..].copy_from_slice(&Sha256::digest(canonical(&document)));
    bytes
}

/// A proof with its value.
pub fn proof(document: &Value, key: &SecretKey, options: Value) -> Value {
    let mut proof = options;
    proof["proofValue"] = multibase::base58btc(&key.sign(&signed_bytes(document, &proof))).into();
    proof
}

/// The members of a proof of a suite over RDF before it is signed (§3.2.1): it has no contexts of its own.
pub fn rdf_options(suite: &str, method: &str, created: &str) -> Value {
    let mut options = json!({"created": created, "verificationMethod": method, "proofPurpose": "assertionMethod"});
    match suite {
        "Ed25519Signature2020" => options["type"] = suite.into(),
        _ => (options["type"], options["cryptosuite"]) = ("DataIntegrityProof".into(), suite.into()),
    }
    options
}

/// A proof over RDF with its value (§3.2.2 to §3.2.7).
pub fn rdf_proof(document: &Value, key: &SecretKey, options: Value) -> Value {
    let mut document = document.clone();
    if options.get("previousProof").is_none() {
        document.as_object_mut().unwrap().remove("proof");
    }
    let mut config = options.clone();
    config["@context"] = document["@context"].clone();
    let digest = |value: &Value| {
        let read = canonical::read(&canonical(value), Credential::BOUNDS).unwrap();
        rdfc::digest(read.object().unwrap(), rdfc::Contexts::embedded()).unwrap_or_else(|refused| panic!("{refused:?}"))
    };
    let mut proof = options;
    let value = key.sign(&skillpass::credential::proof::hash_data(&digest(&config), &digest(&document)));
    proof["proofValue"] = multibase::base58btc(&value).into();
    proof
}

/// The canonical bytes with the rdfc proof alone, as a single object: how lists stand at their addresses.
pub fn rdfc_alone(bytes: &[u8]) -> Vec<u8> {
    let mut document: Value = serde_json::from_slice(bytes).unwrap();
    let proofs = document["proof"].as_array().unwrap();
    document["proof"] = proofs.iter().find(|proof| proof["cryptosuite"] == "eddsa-rdfc-2022").unwrap().clone();
    canonical(&document)
}

/// The document with these proofs.
pub fn with_proofs(document: &Value, proofs: Vec<Value>) -> Value {
    let mut document = document.clone();
    document["proof"] = proofs.into();
    document
}

/// The document, signed by any key under any method.
pub fn signed_by(document: &Value, name: &str, method: &str, created: &str) -> Value {
    with_proofs(document, vec![proof(document, &key(name), options(document, method, created))])
}

/// The document, signed as most are: by the first body's first key.
pub fn signed(document: &Value) -> Value {
    signed_by(document, "formar-1", KEY_1, SIGNED)
}

/// A document changed in one place.
pub fn changed(document: &Value, pointer: &str, value: Value) -> Value {
    let mut document = document.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}")) {
        Value::Array(list) => match name.parse::<usize>() {
            Ok(at) if at < list.len() => list[at] = value,
            _ => list.push(value),
        },
        parent => parent[name] = value,
    }
    if parent == "/credentialStatus" && name.starts_with("statusList") { entry_named(document) } else { document }
}

/// The same, its status entry named by the list and position that it has, where it has both.
pub fn entry_named(mut document: Value) -> Value {
    let entry = &mut document["credentialStatus"];
    if let (Some(list), Some(index)) = (entry["statusListCredential"].as_str(), entry["statusListIndex"].as_str()) {
        entry["id"] = format!("{list}#{index}").into();
    }
    document
}

/// The same, with its status on another list.
pub fn on_list(document: &Value, list: &str) -> Value {
    changed(document, "/credentialStatus/statusListCredential", list.into())
}

/// A document that lacks one member or entry.
pub fn without(document: &Value, pointer: &str) -> Value {
    let mut document = document.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}")) {
        Value::Array(list) => drop(list.remove(name.parse().unwrap())),
        parent => drop(parent.as_object_mut().unwrap().remove(name).unwrap_or_else(|| panic!("{pointer}"))),
    }
    document
}
