//! Packs of other authorities: their rules about the test authority's certificates, their bodies that decide, and a region's. Every rule and
//! instrument here is an example, not legal data.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use skillpass::base::multibase;
use skillpass::credential::achievement::Kind;

use super::documents::{KEY_3, canonical, changed, key, module, of_kind, on_list, signed_by};
use super::packs::{ACCREDITED, Parts, digest, list, rule, signed_list};

/// The authority of the pack `pilot`.
pub const COLOMBIA: &str = "urn:skillpass:test-authority";
/// The authority of the packs `peru-…`.
pub const PERU: &str = "urn:skillpass:test-authority-pe";
/// The authority of the packs `region-…`, whose seat is in Guyana.
pub const REGION: &str = "urn:skillpass:test-authority-region";
/// A body of Peru that decides about other people's certificates.
pub const DECIDER: &str = "did:web:reconoce.example";
/// Its key.
pub const DECIDER_KEY: &str = "did:web:reconoce.example#key-1";
/// Its revocation list.
pub const DECIDER_LIST: &str = "https://reconoce.example/status/1";
/// A body of Peru that certifies and decides nothing.
pub const LIMA: &str = "did:web:lima.example";
/// Its key.
pub const LIMA_KEY: &str = "did:web:lima.example#key-1";
/// When decisions of the tests are signed.
pub const DECIDED: &str = "2026-04-10T15:00:00Z";
/// The identifier of the certificate that decisions speak about.
pub const ORIGINAL: &str = "urn:uuid:0d1c2b3a-4f5e-4a6b-8c7d-9e8f7a6b5c4d";

/// Every pack of these, by name.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    let mut packs = rules();
    packs.extend(deciders());
    packs.extend(region());
    packs.extend(logged());
    packs.extend(later_versions());
    packs
}

/// An authority with nobody and nothing in its lists.
pub fn authority(id: &str, name: &str, country: &str) -> Parts {
    let mut parts = Parts::of_tests();
    parts.root["authority"] =
        json!({"id": id, "name": name, "country": country, "office": format!("Oficina de prueba ({country})")});
    parts.accreditation = json!({
        "type": "TrustAccreditation", "version": 3, "issued": ACCREDITED, "issuers": [], "achievements": [], "rules": [], "recognises": [],
    });
    parts.freshness["lists"] = json!([]);
    parts.lists = Vec::new();
    parts
}

/// A body with one key since 2020, that may award these achievements of the catalogue of [`with_catalogue`].
pub fn body(id: &str, name: &str, key_name: &str, country: &str, kinds: &[Kind]) -> Value {
    let scope = |kind: &Kind| json!({"achievement": format!("urn:skillpass:kind:{}", kind.code()), "from": "2020-01-01T00:00:00Z"});
    json!({
        "id": id, "name": name, "country": country, "scope": kinds.iter().map(scope).collect::<Vec<_>>(),
        "keys": [{"id": format!("{id}#key-1"), "publicKeyMultibase": key(key_name).public().to_multikey(), "from": "2020-01-01T00:00:00Z"}],
    })
}

/// One achievement of each kind in the catalogue.
pub fn with_catalogue(mut parts: Parts) -> Parts {
    let entry = |kind: Kind| {
        json!({"id": format!("urn:skillpass:kind:{}", kind.code()), "version": "1", "kind": kind.code(),
               "from": "2019-01-01T00:00:00Z", "regulated": false, "name": {"es": "De prueba"}})
    };
    parts.accreditation["achievements"] = Kind::ALL.map(entry).to_vec().into();
    parts
}

/// The body's list, named by freshness.
pub fn add_list(parts: &mut Parts, list: Value, sibling_of: Option<&str>) {
    let mut row = json!({"id": list["id"], "issuer": list["issuer"], "purpose": list["credentialSubject"]["statusPurpose"],
                         "version": 1, "digest": digest(&list), "date": list["validFrom"]});
    if let Some(sibling_of) = sibling_of {
        row["siblingOf"] = sibling_of.into();
    }
    parts.freshness["lists"].as_array_mut().unwrap().push(row);
    parts.lists.push(list);
}

fn peru(rules: Vec<Value>) -> Parts {
    let mut parts = authority(PERU, "Autoridad de prueba del Perú", "PE");
    parts.accreditation["rules"] = rules.into();
    parts
}

/// A rule about Colombia's modules, with other members.
fn about_modules(more: Value) -> Value {
    let mut rule = rule("urn:skillpass:test-rule", COLOMBIA);
    rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    rule
}

fn rules() -> Vec<(&'static str, Vec<u8>)> {
    let one = |more: Value| peru(vec![about_modules(more)]).to_bytes();
    let no = json!({"outcome": "not-recognised", "reasons": ["Faltan horas de práctica"]});
    let conditional = |due: &str| {
        json!({"outcome": "conditional", "reasons": ["Falta la práctica"],
               "conditions": [{"text": "Cuarenta horas de práctica", "due": due}, {"text": "Entrevista"}],
               "appeal": {"body": "Tribunal de prueba", "days": 15}})
    };
    let narrower = |subject: Value| {
        let mut narrow = about_modules(json!({"id": "urn:skillpass:test-rule-2"}));
        narrow["subject"].as_object_mut().unwrap().extend(subject.as_object().unwrap().clone());
        peru(vec![about_modules(no.clone()), narrow]).to_bytes()
    };
    let achievement = json!({"achievement": "urn:skillpass:kind:module-completion"});
    let mut both =
        about_modules(json!({"id": "urn:skillpass:test-rule-3", "outcome": "alternative", "reasons": ["Otro oficio"]}));
    both["subject"]["issuer"] = super::documents::FORMAR.into();
    both["subject"]["achievement"] = achievement["achievement"].clone();
    let mut by_achievement = about_modules(json!({"id": "urn:skillpass:test-rule-2"}));
    by_achievement["subject"]["achievement"] = achievement["achievement"].clone();
    let study = json!({"id": "urn:skillpass:test-rule-2", "purposes": ["further-study"], "outcome": "not-recognised",
                       "reasons": ["No da acceso a estudios"]});
    let mut competence = about_modules(json!({}));
    competence["subject"]["kind"] = "competence".into();
    let mut competence_named = competence.clone();
    competence_named["subject"]["achievement"] = "urn:skillpass:kind:competence".into();
    let mut of_all_kinds = Vec::new();
    for kind in Kind::ALL {
        let mut rule = about_modules(json!({"id": format!("urn:skillpass:test-rule-{}", kind.code())}));
        rule["subject"]["kind"] = kind.code().into();
        of_all_kinds.push(rule);
    }
    let mut production = peru(vec![about_modules(json!({}))]);
    production.root["environment"] = "production".into();
    let mut chile = peru(vec![about_modules(json!({}))]);
    chile.root["authority"] =
        json!({"id": "urn:skillpass:test-authority-cl", "name": "Autoridad de prueba de Chile", "country": "CL"});
    let mut narrow_study = about_modules(study.clone());
    narrow_study["subject"]["achievement"] = achievement["achievement"].clone();
    let beside = peru(vec![about_modules(json!({})), narrow_study]).to_bytes();
    let dated = |date: &str| {
        let mut old = peru(vec![about_modules(json!({}))]);
        old.freshness["date"] = date.into();
        old.to_bytes()
    };
    let mut invented = about_modules(json!({}));
    invented["instrument"] = json!({"id": "urn:example:treaty-that-nobody-had-thought-of", "title": "Tratado de tres países",
                                    "parties": ["BR", "HT", "PE"], "date": "2026-01-15T00:00:00Z", "example": true});
    vec![
        ("peru-narrower-for-study", beside),
        ("peru-30-days-old", dated("2026-04-04T10:00:00Z")),
        ("peru-31-days-old", dated("2026-04-03T10:00:00Z")),
        ("chile-recognised", chile.to_bytes()),
        ("peru-all-kinds", peru(of_all_kinds).to_bytes()),
        (
            "peru-alternative",
            one(json!({"outcome": "alternative", "reasons": ["Otro nombre"],
            "comparable": {"title": "Auxiliar de comercio", "level": {"framework": "PE-MNCP", "version": "2021", "label": "2"}}})),
        ),
        (
            "peru-assessment-only",
            one(json!({"outcome": "assessment-only", "purposes": ["information"], "reasons": ["Solo documentos"]})),
        ),
        (
            "peru-awarded-in-a-period",
            one(json!({"awardedFrom": "2026-03-14T00:00:00Z", "awardedUntil": "2026-03-31T23:59:59Z"})),
        ),
        ("peru-competence", peru(vec![competence]).to_bytes()),
        ("peru-competence-named", peru(vec![competence_named]).to_bytes()),
        ("peru-conditional", one(conditional("2026-12-31T23:59:59Z"))),
        ("peru-conditional-due-passed", one(conditional("2026-04-30T23:59:59Z"))),
        ("peru-contradicts", peru(vec![about_modules(json!({})), about_modules(no.clone())]).to_bytes()),
        ("peru-ended", one(json!({"until": "2026-05-03T23:59:59Z"}))),
        ("peru-instrument-as-data", peru(vec![invented]).to_bytes()),
        ("peru-narrower-achievement", narrower(achievement)),
        ("peru-narrower-issuer", narrower(json!({"issuer": super::documents::FORMAR}))),
        ("peru-narrowest", peru(vec![about_modules(no.clone()), by_achievement, both]).to_bytes()),
        ("peru-newer-rule", one(json!({"outcome": "recognised-on-tuesdays"}))),
        ("peru-not-begun", one(json!({"from": "2026-05-05T00:00:00Z"}))),
        ("peru-not-recognised", one(no)),
        (
            "peru-partial",
            one(
                json!({"outcome": "partial", "covers": ["Unidad de ventas"], "reasons": ["Falta la unidad de costos"]}),
            ),
        ),
        ("peru-production", production.to_bytes()),
        ("peru-recognised", one(json!({"regulated": true, "register": "Colegio de prueba"}))),
        ("peru-two-purposes", peru(vec![about_modules(study), about_modules(json!({}))]).to_bytes()),
        ("peru-unreadable-rule", peru(vec![json!({"country": "CO", "says": "something"})]).to_bytes()),
    ]
}

/// A decision of Peru's body about a certificate: recognised in part, unless `rows` says otherwise.
pub fn decision(about: &Value, rows: &[(&str, &str)]) -> Value {
    let mut document = of_kind(Kind::Recognition);
    document["id"] = "urn:uuid:77aa2f10-52f1-4c0e-9f4e-61f0a7a1b2c3".into();
    document["issuer"] = json!({"id": DECIDER, "name": "Reconoce", "type": ["Profile"]});
    document["awardedDate"] = "2026-04-10T00:00:00Z".into();
    document["validFrom"] = "2026-04-10T00:00:00Z".into();
    document = on_list(&document, DECIDER_LIST);
    document["relatedResource"] = json!([{"id": about["id"], "digestMultibase": digest(about)}]);
    if !rows.is_empty() {
        let rows = rows.iter().map(|(name, value)| super::documents::result_row(name, value));
        document["credentialSubject"]["result"] = rows.collect();
    }
    document
}

/// Signed by the body that decides.
pub fn decided(document: &Value) -> Value {
    signed_by(document, "decider-1", DECIDER_KEY, DECIDED)
}

/// The certificate that decisions speak about, unsigned.
pub fn original() -> Value {
    changed(&module(), "/id", ORIGINAL.into())
}

/// Peru with a body that decides and one that does not.
fn deciding() -> Parts {
    let mut parts = with_catalogue(peru(Vec::new()));
    parts.accreditation["issuers"] = json!([
        body(DECIDER, "Reconoce", "decider-1", "PE", &[Kind::Recognition]),
        body(LIMA, "Instituto Lima", "lima-1", "PE", &[Kind::ModuleCompletion, Kind::Competence]),
    ]);
    add_list(&mut parts, signed_list(list(DECIDER_LIST, DECIDER, "revocation", &[13]), "decider-1", DECIDER_KEY), None);
    let suspended = list("https://reconoce.example/status/2", DECIDER, "suspension", &[21]);
    add_list(&mut parts, signed_list(suspended, "decider-1", DECIDER_KEY), Some(DECIDER_LIST));
    add_list(
        &mut parts,
        signed_list(list("https://lima.example/status/1", LIMA, "revocation", &[]), "lima-1", LIMA_KEY),
        None,
    );
    parts
}

fn deciders() -> Vec<(&'static str, Vec<u8>)> {
    let no = about_modules(json!({"outcome": "not-recognised", "reasons": ["Faltan horas de práctica"]}));
    let mut with_rule = deciding();
    with_rule.accreditation["rules"] = json!([no]);
    let mut production = deciding();
    production.root["environment"] = "production".into();
    // The same body, in the list of Colombia's authority and by its word a body of Peru.
    let mut by_colombia = deciding();
    by_colombia.root["authority"]["id"] = "urn:skillpass:test-authority-co-2".into();
    by_colombia.root["authority"]["country"] = "CO".into();
    vec![
        ("colombia-says-peru-decides", by_colombia.to_bytes()),
        ("peru-decides", deciding().to_bytes()),
        ("peru-decides-and-rules", with_rule.to_bytes()),
        ("peru-decides-production", production.to_bytes()),
    ]
}

/// A region's rules, and Peru's word that the region's authority counts.
fn region() -> Vec<(&'static str, Vec<u8>)> {
    let parts = |parties: &[&str]| {
        let mut parts = authority(REGION, "Autoridad regional de prueba", "GY");
        let mut rule = about_modules(json!({"id": "urn:skillpass:test-rule-region"}));
        rule["instrument"]["parties"] = parties.into();
        parts.accreditation["rules"] = json!([rule]);
        parts
    };
    let with_peru = parts(&["GY", "PE"]);
    let root: [u8; 32] = Sha256::digest(canonical(&with_peru.root)).into();
    let member = |root: &[u8; 32], more: Value| {
        let mut parts = peru(Vec::new());
        let mut row = super::packs::recognised(REGION, root);
        row["country"] = "GY".into();
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        parts.accreditation["recognises"] = json!([row]);
        parts.to_bytes()
    };
    // Peru vouches for Colombia's authority itself, for some days.
    let pilot: [u8; 32] = digest_of(&Parts::of_tests().root);
    let vouches = |more: Value| {
        let mut parts = peru(Vec::new());
        let mut row = super::packs::recognised(COLOMBIA, &pilot);
        row["country"] = "CO".into();
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        parts.accreditation["recognises"] = json!([row]);
        parts.to_bytes()
    };
    // A second hop: the region recognises Chile's authority, which Peru never named.
    let mut hop = parts(&["GY", "PE"]);
    hop.accreditation["rules"] = json!([]);
    let chile = peru(vec![about_modules(
        json!({"instrument": {"id": "urn:skillpass:example:hop", "title": "Otro acuerdo", "parties": ["CL", "PE"], "example": true}}),
    )]);
    let mut chile = chile;
    chile.root["authority"] =
        json!({"id": "urn:skillpass:test-authority-cl", "name": "Autoridad de prueba de Chile", "country": "CL"});
    let chile_root: [u8; 32] = Sha256::digest(canonical(&chile.root)).into();
    let mut row = super::packs::recognised("urn:skillpass:test-authority-cl", &chile_root);
    row["country"] = "CL".into();
    hop.accreditation["recognises"] = json!([row]);
    vec![
        ("chile-two-hops-away", chile.to_bytes()),
        ("peru-in-region", member(&root, json!({}))),
        ("peru-in-region-later", member(&root, json!({"from": "2026-06-01T00:00:00Z"}))),
        ("peru-in-region-of-another-root", member(&[9; 32], json!({}))),
        ("peru-left-region", member(&root, json!({"until": "2026-05-03T23:59:59Z"}))),
        ("peru-vouches", vouches(json!({}))),
        ("peru-vouches-from-15-march", vouches(json!({"from": "2026-03-15T00:00:00Z"}))),
        ("peru-vouches-until-14-march", vouches(json!({"until": "2026-03-14T23:59:59Z"}))),
        ("peru-vouches-until-13-march", vouches(json!({"until": "2026-03-13T23:59:59Z"}))),
        ("region", with_peru.to_bytes()),
        ("region-recognises-chile", hop.to_bytes()),
        ("region-without-peru", parts(&["GY", "JM"]).to_bytes()),
    ]
}

/// Three certificates that the first body has signed under its key of 2020 that was compromised on 2026-04-01: in the log that was handed
/// in, in the log alone, and in none.
pub fn under_the_leaked_key(state: &str) -> Value {
    let id = match state {
        "kept" => "urn:uuid:10000000-0000-4000-8000-000000000001",
        "unwitnessed" => "urn:uuid:20000000-0000-4000-8000-000000000002",
        _ => "urn:uuid:30000000-0000-4000-8000-000000000003",
    };
    changed(&module(), "/id", id.into())
}

/// SHA-256 of a document without proofs.
pub fn digest_of(document: &Value) -> [u8; 32] {
    multibase::digest_bytes(&digest(document)).unwrap()
}

/// The pilot pack, whose key 3 says what was logged: prefixes of 16 bytes.
pub fn with_logged(kept: &[[u8; 16]], unwitnessed: &[[u8; 16]]) -> Parts {
    let strings = |prefixes: &[[u8; 16]]| {
        let mut sorted = prefixes.to_vec();
        sorted.sort_unstable();
        json!([multibase::base64url(sorted.as_flattened())])
    };
    let mut parts = Parts::of_tests();
    for key in parts.accreditation["issuers"][0]["keys"].as_array_mut().unwrap() {
        if key["id"] == KEY_3 {
            key["logged"] = json!({"kept": strings(kept), "unwitnessed": strings(unwitnessed)});
        }
    }
    parts
}

/// The first 16 bytes.
pub fn prefix(digest: &[u8; 32]) -> [u8; 16] {
    digest[..16].try_into().unwrap()
}

fn logged() -> Vec<(&'static str, Vec<u8>)> {
    let of = |state: &str| prefix(&digest_of(&under_the_leaked_key(state)));
    let mut near = of("unlogged");
    near[15] ^= 1;
    // Rotated out long before it was compromised.
    let mut rotated = with_logged(&[of("kept")], &[]);
    rotated.accreditation["issuers"][0]["keys"][2]["until"] = "2026-02-28T23:59:59Z".into();
    vec![
        ("logged", with_logged(&[of("kept")], &[of("unwitnessed")]).to_bytes()),
        ("logged-near-miss", with_logged(&[of("kept"), near], &[]).to_bytes()),
        ("logged-rotated", rotated.to_bytes()),
    ]
}

/// Packs of a later version: a key and an achievement of kinds that this one does not know.
fn later_versions() -> Vec<(&'static str, Vec<u8>)> {
    let mut keys = Parts::of_tests();
    // 0x1212 (ML-DSA-87) as a varint, and as many bytes as such a key has.
    let foreign = multibase::base58btc(&[&[0x92, 0x24], &[7_u8; 2_592][..]].concat());
    keys.accreditation["issuers"][0]["keys"].as_array_mut().unwrap().push(
        json!({"id": format!("{}#key-9", super::documents::FORMAR), "publicKeyMultibase": foreign, "from": "2026-01-01T00:00:00Z"}),
    );
    let mut kinds = Parts::of_tests();
    kinds.accreditation["achievements"][0]["kind"] = "diploma".into();
    vec![("later-key", keys.to_bytes()), ("later-kind", kinds.to_bytes())]
}
