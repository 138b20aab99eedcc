//! Trust packs made from fixed seeds and times, part by part, so that a test can break any of them.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use skillpass::base::multibase;
use skillpass::credential::achievement::Kind;
use skillpass::desk::institution::Card;
use skillpass::trust::pack::{Anchor, PackError, TrustPack};
use skillpass::trust::status::Bits;

use super::documents::{
    ANDES, ANDES_KEY, FORMAR, KEY_1, KEY_2, KEY_3, KEY_4, LIST, canonical, did_key, did_key_method, key, proof,
};

/// The accreditation date of the test packs.
pub const ACCREDITED: &str = "2026-05-01T12:00:00Z";
/// The freshness date of the test packs.
pub const FRESH: &str = "2026-05-02T06:00:00Z";

/// The parts of a pack before they are signed.
#[derive(Clone)]
pub struct Parts {
    /// The authority's keys and thresholds.
    pub root: Value,
    /// Who may award what.
    pub accreditation: Value,
    /// The date; digests of accreditation and lists are filled in when it is signed.
    pub freshness: Value,
    /// The status lists, signed by their issuers.
    pub lists: Vec<Value>,
}

/// What makes a pack: a name, and its parts.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    let mut production = Parts::of_tests();
    production.root["environment"] = "production".into();
    let mut newer = Parts::of_tests();
    newer.freshness["version"] = 8.into();
    newer.freshness["date"] = "2026-05-03T06:00:00Z".into();
    newer.lists[0] = signed_list(list(LIST, FORMAR, "revocation", &[13, 94_567]), "formar-1", KEY_1);
    let mut week = Parts::of_tests();
    week.root["agePolicy"]["greenDays"] = 7.into();
    let mut expires = Parts::of_tests();
    expires.freshness["expires"] = "2026-05-04T09:59:59Z".into();
    let twins = |second_first: bool| {
        let mut parts = Parts::of_tests();
        let keys = parts.accreditation["issuers"][0]["keys"].as_array_mut().unwrap();
        let mut twin = keys[0].clone();
        twin["publicKeyMultibase"] = key("formar-twin").public().to_multikey().into();
        keys.insert(usize::from(!second_first), twin);
        parts.to_bytes()
    };
    // Withdrawn with a cut-off in the past: the period ends before the accreditation says so.
    let mut cut_off = Parts::of_tests();
    for scope in cut_off.accreditation["issuers"][0]["scope"].as_array_mut().unwrap() {
        if scope["achievement"] == "urn:skillpass:kind:module-completion" {
            scope["until"] = "2026-02-20T23:59:59Z".into();
        }
    }
    let rebind = |until: Option<&str>| {
        let mut parts = Parts::of_tests();
        let mut scope = json!({"achievement": "urn:skillpass:scope:rebind", "from": "2026-01-01T00:00:00Z"});
        if let Some(until) = until {
            scope["until"] = until.into();
        }
        parts.accreditation["issuers"][1]["scope"].as_array_mut().unwrap().push(scope);
        let withdrawn =
            signed_list(list("https://andes.example/status/1", ANDES, "revocation", &[7]), "andes-1", ANDES_KEY);
        parts.freshness["lists"][4]["digest"] = digest(&withdrawn).into();
        parts.lists[4] = withdrawn;
        parts
    };
    let mut rebind_stale = rebind(None);
    rebind_stale.root["agePolicy"]["greenDays"] = 1.into();
    // In earnest the second institution is not known at all.
    let mut in_earnest = Parts::of_tests();
    in_earnest.root["environment"] = "production".into();
    in_earnest.accreditation["issuers"].as_array_mut().unwrap().remove(1);
    // Another authority that lists the same institution with the same keys, and knows something else of it.
    let second = |change: &dyn Fn(&mut Parts)| {
        let mut parts = Parts::of_tests();
        parts.root["authority"]["id"] = "urn:skillpass:second-authority".into();
        parts.root["authority"]["name"] = "Segunda autoridad de prueba".into();
        change(&mut parts);
        parts.to_bytes()
    };
    let theft = |parts: &mut Parts| {
        parts.accreditation["issuers"][0]["keys"][0]["compromised"] = "2026-03-01T00:00:00Z".into();
    };
    let narrow = |parts: &mut Parts| {
        let scope = parts.accreditation["issuers"][0]["scope"].as_array_mut().unwrap();
        scope.retain(|scope| scope["achievement"] != "urn:skillpass:kind:module-completion");
    };
    let may_rebind = |parts: &mut Parts| {
        let scope = json!({"achievement": "urn:skillpass:scope:rebind", "from": "2026-01-01T00:00:00Z"});
        parts.accreditation["issuers"][1]["scope"].as_array_mut().unwrap().push(scope);
    };
    let withdrawn = |parts: &mut Parts| {
        parts.lists[0] = signed_list(list(LIST, FORMAR, "revocation", &[13, 94_567]), "formar-1", KEY_1);
    };
    let suspended = |from: &'static str| {
        move |parts: &mut Parts| {
            let mut list = list("https://cert.formar.example/status/2", FORMAR, "suspension", &[21, 94_567]);
            list["validFrom"] = from.into();
            let list = signed_list(list, "formar-1", KEY_1);
            parts.freshness["lists"][1]["digest"] = digest(&list).into();
            parts.freshness["lists"][1]["date"] = from.into();
            parts.lists[1] = list;
        }
    };
    vec![
        ("cut-off", cut_off.to_bytes()),
        ("pilot", Parts::of_tests().to_bytes()),
        ("pilot-expires", expires.to_bytes()),
        ("pilot-newer", newer.to_bytes()),
        ("pilot-twin-keys", twins(false)),
        ("pilot-twin-keys-other-order", twins(true)),
        ("pilot-week", week.to_bytes()),
        ("production", production.to_bytes()),
        ("rebind", rebind(None).to_bytes()),
        ("rebind-in-earnest", in_earnest.to_bytes()),
        ("rebind-stale", rebind_stale.to_bytes()),
        ("rebind-withdrawn", rebind(Some("2026-04-01T23:59:59Z")).to_bytes()),
        ("second-narrow", second(&narrow)),
        ("second-rebind", second(&may_rebind)),
        ("second-suspended", second(&suspended("2026-05-01T12:00:00Z"))),
        ("second-suspended-before", second(&suspended("2026-04-20T12:00:00Z"))),
        ("second-theft", second(&theft)),
        ("second-withdrawn", second(&withdrawn)),
        ("unknown-members", with_unknown_members(Parts::of_tests()).to_bytes()),
    ]
}

/// Reads a pack that is named by hand.
pub fn read(bytes: &[u8]) -> Result<TrustPack, PackError> {
    TrustPack::read(bytes, &Anchor::NamedByHand)
}

impl Parts {
    /// The same with one more institution, which may bind certificates to other keys, or nothing at all.
    pub fn with_counter(mut self, card: &Card, rebind: bool) -> Self {
        let key =
            json!({"id": card.method, "publicKeyMultibase": card.public_key_multibase, "from": "2026-01-01T00:00:00Z"});
        let scope = json!({"achievement": "urn:skillpass:scope:rebind", "from": "2026-01-01T00:00:00Z"});
        self.accreditation["issuers"].as_array_mut().unwrap().push(json!({
            "id": card.did, "name": card.name, "country": "CO", "keys": [key],
            "scope": if rebind { json!([scope]) } else { json!([]) },
        }));
        self
    }

    /// The pack that most vectors are checked against: a pilot.
    pub fn of_tests() -> Self {
        let role = |names: &[&str], threshold: usize| {
            let keys: Vec<String> = names.iter().map(|name| key(name).public().to_multikey()).collect();
            json!({"keys": keys, "threshold": threshold})
        };
        let root = json!({
            "type": "TrustRoot", "version": 1, "environment": "pilot", "issued": "2025-12-01T00:00:00Z",
            "authority": {"id": "urn:skillpass:test-authority", "name": "Autoridad de prueba", "country": "CO",
                          "office": "Oficina de reconocimiento, Bogotá"},
            "roles": {"root": role(&["root-1", "root-2"], 2), "accreditation": role(&["person-1", "person-2", "person-3"], 2),
                      "freshness": role(&["online"], 1)},
            "agePolicy": {"greenDays": 30},
        });
        let lists = vec![
            signed_list(list(LIST, FORMAR, "revocation", &[13]), "formar-1", KEY_1),
            signed_list(list("https://cert.formar.example/status/2", FORMAR, "suspension", &[21]), "formar-1", KEY_1),
            signed_list(list("https://cert.formar.example/status/4", FORMAR, "revocation", &[]), "formar-1", KEY_1),
            signed_list(
                ending(list("https://cert.formar.example/status/5", FORMAR, "revocation", &[13])),
                "formar-1",
                KEY_1,
            ),
            signed_list(list("https://andes.example/status/1", ANDES, "revocation", &[]), "andes-1", ANDES_KEY),
            signed_list(list("https://cert.formar.example/status/6", FORMAR, "revocation", &[]), "formar-1", KEY_1),
            signed_list(list("https://cert.formar.example/status/7", FORMAR, "suspension", &[]), "formar-1", KEY_1),
            signed_list(
                beginning(list("https://cert.formar.example/status/8", FORMAR, "revocation", &[])),
                "formar-1",
                KEY_1,
            ),
        ];
        let row = |list: &Value| {
            json!({"id": list["id"], "issuer": list["issuer"], "purpose": list["credentialSubject"]["statusPurpose"],
                   "version": 4, "digest": digest(list), "date": list["validFrom"]})
        };
        let mut rows: Vec<Value> = lists.iter().map(row).collect();
        rows[1]["siblingOf"] = LIST.into();
        rows[6]["siblingOf"] = "https://cert.formar.example/status/6".into();
        let mut missing = rows[0].clone();
        missing["id"] = "https://cert.formar.example/status/3".into();
        rows.push(missing);
        let freshness = json!({
            "type": "TrustFreshness", "version": 7, "date": FRESH, "accreditation": {"version": 3}, "lists": rows,
        });
        let mut parts = Self { root, accreditation: accreditation(), freshness, lists };
        // The fourth list was altered after freshness named it.
        parts.lists[2]["validFrom"] = "2026-05-01T00:00:01Z".into();
        parts
    }

    /// The file, every part signed by as many as must.
    pub fn to_bytes(&self) -> Vec<u8> {
        canonical(&self.to_json())
    }

    /// The file as JSON.
    pub fn to_json(&self) -> Value {
        let accreditation =
            sign_part(&self.accreditation, "trustAccreditation", &["person-1", "person-3"], "2026-05-01T12:10:00Z");
        let mut freshness = self.freshness.clone();
        freshness["accreditation"] = json!({"version": accreditation["version"], "digest": digest(&accreditation)});
        for row in freshness["lists"].as_array_mut().unwrap() {
            // A list that was revised gets its new digest; the altered one keeps the old.
            let revised = self.lists.iter().find(|list| list["id"] == row["id"] && list["id"] == LIST);
            if let Some(list) = revised {
                row["digest"] = digest(list).into();
            }
        }
        json!({
            "type": "TrustPack", "format": 1,
            "root": [sign_part(&self.root, "trustRoot", &["root-1", "root-2"], "2025-12-01T00:00:00Z")],
            "accreditation": accreditation,
            "freshness": sign_part(&freshness, "trustFreshness", &["online"], FRESH),
            "statusLists": self.lists,
        })
    }
}

/// A part, signed by these people with this purpose.
pub fn sign_part(part: &Value, purpose: &str, names: &[&str], created: &str) -> Value {
    let mut signed = part.clone();
    let proofs: Vec<Value> = names
        .iter()
        .map(|name| {
            let mut options = super::documents::options(part, &did_key_method(name), created);
            options["proofPurpose"] = purpose.into();
            proof(part, &key(name), options)
        })
        .collect();
    signed["proof"] = proofs.into();
    signed
}

/// SHA-256 of a document without its proofs, as `digestMultibase` writes it.
pub fn digest(document: &Value) -> String {
    let mut document = document.clone();
    document.as_object_mut().unwrap().remove("proof");
    multibase::digest(&Sha256::digest(canonical(&document)).into())
}

/// A status list with these positions set.
pub fn list(id: &str, issuer: &str, purpose: &str, set: &[u32]) -> Value {
    let mut bits = Bits::clear();
    set.iter().for_each(|index| assert!(bits.set(*index)));
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"], "id": id,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"], "issuer": issuer,
        "validFrom": "2026-05-01T00:00:00Z",
        "credentialSubject": {"id": format!("{id}#list"), "type": "BitstringStatusList", "statusPurpose": purpose,
                              "encodedList": bits.encode()},
    })
}

/// A status list, signed by its issuer.
pub fn signed_list(list: Value, name: &str, method: &str) -> Value {
    super::documents::signed_by(&list, name, method, "2026-05-01T00:00:00Z")
}

/// A rule of this authority about another one's certificates: an example, not legal data.
pub fn rule(id: &str, authority: &str) -> Value {
    json!({
        "id": id, "subject": {"authority": authority, "kind": "module-completion"}, "outcome": "recognised", "purposes": ["employment"],
        "instrument": {"id": "urn:skillpass:example:accord", "title": "Acuerdo de ejemplo", "parties": ["CO", "PE"],
                       "date": "2026-02-20T00:00:00Z", "example": true},
        "from": "2026-02-20T00:00:00Z",
    })
}

/// Another authority that this one recognises.
pub fn recognised(authority: &str, root: &[u8; 32]) -> Value {
    json!({
        "authority": authority, "name": "Otra autoridad de prueba", "country": "PE", "root": multibase::digest(root),
        "instrument": {"id": "urn:skillpass:example:accord", "title": "Acuerdo de ejemplo", "example": true},
        "from": "2025-01-01T00:00:00Z",
    })
}

fn beginning(mut list: Value) -> Value {
    list["validFrom"] = "2026-05-10T00:00:00Z".into();
    list
}

fn ending(mut list: Value) -> Value {
    list["validUntil"] = "2026-05-03T00:00:00Z".into();
    list
}

fn accreditation() -> Value {
    let issuer_key = |id: &str, name: &str, from: &str| json!({"id": id, "publicKeyMultibase": key(name).public().to_multikey(), "from": from});
    let mut formar_keys = [
        issuer_key(KEY_1, "formar-1", "2020-01-01T00:00:00Z"),
        issuer_key(KEY_2, "formar-2", "2026-02-01T08:00:00Z"),
        issuer_key(KEY_3, "formar-3", "2020-01-01T00:00:00Z"),
        issuer_key(KEY_4, "formar-4", "2020-01-01T00:00:00Z"),
    ];
    formar_keys[1]["until"] = "2026-06-01T17:00:00Z".into();
    formar_keys[2]["compromised"] = "2026-04-01T00:00:00Z".into();
    formar_keys[3]["until"] = "2025-12-31T23:59:59Z".into();
    let since = |achievement: String| json!({"achievement": achievement, "from": "2020-01-01T00:00:00Z"});
    let of_kinds = || Kind::ALL.map(|kind| format!("urn:skillpass:kind:{}", kind.code()));
    let mut scope: Vec<Value> = of_kinds().map(since).into();
    scope.push(since("urn:skillpass:ended-standard".into()));
    scope.push(since("urn:skillpass:future-standard".into()));
    scope.push(since("urn:skillpass:not-in-catalogue".into()));
    scope.push(json!({"achievement": "urn:skillpass:withdrawn", "from": "2020-01-01T00:00:00Z", "until": "2026-02-28T23:59:59Z"}));
    scope.push(json!({"achievement": "urn:skillpass:one-day", "from": "2026-03-14T00:00:00Z", "until": "2026-03-14T23:59:59Z"}));
    // Twice accredited, with a year between.
    scope.push(json!({"achievement": "urn:skillpass:two-periods", "from": "2020-01-01T00:00:00Z", "until": "2024-12-31T23:59:59Z"}));
    scope.push(json!({"achievement": "urn:skillpass:two-periods", "from": "2026-01-01T00:00:00Z"}));
    let entry = |id: String, kind: &str| {
        json!({"id": id, "version": "1", "kind": kind, "from": "2019-01-01T00:00:00Z", "regulated": false,
               "name": {"es": "Genere su idea de negocio", "en": "Generate your business idea", "ht": "Jwenn lide biznis ou"}})
    };
    let mut achievements: Vec<Value> =
        Kind::ALL.map(|kind| entry(format!("urn:skillpass:kind:{}", kind.code()), kind.code())).into();
    for entry in &mut achievements {
        if entry["kind"] == "competence" {
            entry["standard"] = json!({"code": "SENA NSCL 280601040", "version": "2"});
        }
    }
    for id in ["out-of-scope", "withdrawn", "one-day"] {
        achievements.push(entry(format!("urn:skillpass:{id}"), "module-completion"));
    }
    achievements.push(entry("urn:skillpass:two-periods".into(), "from-archive"));
    let mut ended = entry("urn:skillpass:ended-standard".into(), "module-completion");
    ended["until"] = "2025-12-31T23:59:59Z".into();
    achievements.push(ended);
    let mut future = entry("urn:skillpass:future-standard".into(), "module-completion");
    future["from"] = "2026-04-01T00:00:00Z".into();
    achievements.push(future);
    let workshop = did_key("workshop");
    json!({
        "type": "TrustAccreditation", "version": 3, "issued": ACCREDITED,
        "issuers": [
            {"id": FORMAR, "name": "Centro Formar", "country": "CO", "keys": formar_keys, "scope": scope},
            {"id": ANDES, "name": "Instituto Andes", "country": "PE",
             "keys": [issuer_key(ANDES_KEY, "andes-1", "2020-01-01T00:00:00Z")],
             "scope": of_kinds().map(since)},
            {"id": workshop, "name": "Taller piloto", "country": "CO",
             "keys": [issuer_key(&did_key_method("workshop"), "workshop", "2020-01-01T00:00:00Z")], "scope": of_kinds().map(since)},
            {"id": "did:web:empty.example", "name": "Sin claves ni alcance", "country": "CO", "keys": [], "scope": []},
        ],
        "achievements": achievements, "rules": [], "recognises": [],
    })
}

fn with_unknown_members(mut parts: Parts) -> Parts {
    parts.root["later"] = json!({"of": [1, "another", null]});
    parts.root["roles"]["log"] = json!({"keys": [], "threshold": 0});
    parts.accreditation["later"] = "a member of a later version".into();
    parts.accreditation["issuers"][0]["logo"] = "data:image/png;base64,AA==".into();
    parts.accreditation["issuers"][0]["keys"][0]["suite"] = "eddsa-jcs-2022".into();
    parts.accreditation["achievements"][0]["level"] = json!({"framework": "CO-MNC", "version": "2021", "label": "3"});
    parts.accreditation["rules"] = json!([{"country": "PE", "outcome": "recognised"}]);
    parts.freshness["log"] = json!({"checkpoint": "…"});
    parts.freshness["lists"][0]["mirror"] = "https://mirror.example/status/1".into();
    parts
}
