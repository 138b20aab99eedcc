//! The institution's keys from the desk: the next one, another passphrase, one that is in other hands.

use std::io::Cursor;
use std::sync::Arc;

use serde_json::{Value, json};
use skillpass::desk::institution::{DeskError, Institution};
use skillpass::desk::keyring::Secret;
use skillpass::store::StoreError;
use skillpass::store::acts::What;
use skillpass::store::memory::MemoryStore;
use skillpass::store::staff::Role;

use super::{Answer, Founded, Town, Visitor, people};

const NEW_PASSPHRASE: &str = "nueve llaves nuevas en fila";

/// An institution that has a domain, and three who work there.
struct Office {
    town: Town,
    ana: Visitor,
    clerk: Visitor,
    sol: Visitor,
}

impl Office {
    async fn open(how: &Founded) -> Self {
        let town = Town::founded(&["formar"], how, |_| Arc::new(MemoryStore::default()));
        let ana = town.at_work(0, "ana", &[Role::Administrator]).await;
        let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
        let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
        Self { town, ana, clerk, sol }
    }

    /// People with a certificate, and its serial for each.
    async fn issue(&self, names: &[(&str, i32)], key: &str, passphrase: &str) -> Vec<String> {
        self.clerk.import("achievement=GIN", key, "", &people(names)).await.is(200);
        let batch = self.clerk.issue(&self.sol, "GIN", key, passphrase).await;
        let list = self.clerk.get(&format!("awards?batch={batch}&state=in-batch")).await;
        assert_eq!(list.is(200).body["awards"], json!([]), "all of it is signed");
        let mut serials = Vec::new();
        for (name, _) in names {
            let found = self.clerk.send("POST", "awards/search", &[], &json!({"words": name})).await.is(200).body;
            serials.push(found["awards"][0]["serials"][0].as_str().unwrap().to_owned());
        }
        serials
    }

    /// Which key signed it.
    async fn signed_under(&self, serial: &str) -> String {
        let document = self.clerk.get(&format!("certificates/{serial}/file")).await.is(200).body;
        let proof = if document["proof"].is_array() { document["proof"][0].clone() } else { document["proof"].clone() };
        proof["verificationMethod"].as_str().unwrap().to_owned()
    }

    fn acts(&self, what: What) -> Vec<String> {
        let acts = self.town.houses[0].store().acts(0, 1_000).unwrap();
        acts.into_iter().filter(|(act, _)| act.what == what).map(|(act, _)| act.by.who).collect()
    }

    fn id_of(&self, login: &str) -> String {
        self.town.houses[0].store().member_of_login(login).unwrap().unwrap().id
    }
}

/// The files of a ZIP by name.
fn unzipped(answer: Answer) -> std::collections::BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(answer.bytes)).unwrap();
    (0..zip.len())
        .map(|at| {
            let mut file = zip.by_index(at).unwrap();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_key_from_the_desk() {
    let office = Office::open(&Founded { domain: true, ..Founded::default() }).await;
    let Office { town, ana, sol, .. } = &office;
    let first = office.issue(&[("Ana Paz", 1990)], "k1", &town.keys[0]).await;
    assert_eq!(office.signed_under(&first[0]).await, "did:web:formar.example#key-1");
    let before = ana.get("keys").await.is(200).body;
    assert_eq!(
        (&before["name"], &before["file"], &before["earlier"]),
        (&json!("key-1"), &json!("key-file"), &json!([]))
    );
    assert_eq!(
        (&before["ownKey"], &before["rotated"], &before["checkpoint"]["size"]),
        (&json!(false), &Value::Null, &json!(1))
    );

    // Keys that somebody opened before sign nothing after.
    let house = &town.houses[0];
    let secret = Secret::key_file(&town.keys[0]).unwrap();
    let opened = house.institution().keyring(&secret).unwrap();
    ana.post("keys/rotate", &json!({"passphrase": "una frase cualquiera"})).await.refused(401, "passphrase-wrong");
    assert_eq!(ana.get("keys").await.body, before, "nothing was done");
    sol.post("keys/rotate", &json!({"passphrase": town.keys[0]})).await.refused(403, "not-allowed");
    town.wait(60);
    let after = ana.post("keys/rotate", &json!({"passphrase": town.keys[0]})).await.is(200).body;
    assert_eq!((&after["name"], &after["earlier"][0]["name"]), (&json!("key-2"), &json!("key-1")));
    assert_eq!(after["earlier"][0]["until"], after["since"]);
    assert_eq!((&after["rotated"]["name"], &after["published"]), (&json!("ana"), &json!(true)));
    assert_eq!(office.acts(What::KeyRotated), [office.id_of("ana")]);
    let late = house.publish(&opened, &secret, town.now());
    assert!(matches!(late, Err(DeskError::Store(StoreError::Stale))), "{late:?}");

    let second = office.issue(&[("Bea Ruiz", 1991)], "k2", &town.keys[0]).await;
    assert_eq!(office.signed_under(&second[0]).await, "did:web:formar.example#key-2");
    assert_eq!(office.signed_under(&first[0]).await, "did:web:formar.example#key-1");
    let revoked = json!({"serials": [first[0]], "reason": "error", "passphrase": town.keys[0]});
    sol.post("certificates/revoke", &revoked).await.is(200);

    // What the authority is given says all of it, and nobody's name.
    let answer = sol.get("keys/hand-in").await.is(200);
    assert!(answer.headers["content-disposition"].to_str().unwrap().ends_with(".zip\""));
    let files = unzipped(answer);
    let card: Value = serde_json::from_slice(&files["institution.json"]).unwrap();
    assert_eq!((&card["method"], &card["earlier"][0]["method"]), (&after["method"], &before["method"]));
    for name in ["1.status.json", "acts.json", "checkpoint.json", "did.json", "log.txt"] {
        assert!(files.contains_key(name), "{name}: {:?}", files.keys());
    }
    let all: Vec<u8> = files.into_values().flatten().collect();
    assert!(!String::from_utf8_lossy(&all).contains("Bea Ruiz"));
    // The server that is started next finds the same.
    let again = Institution::open(house.institution().folder()).unwrap();
    assert_eq!(again.card(), house.institution().card());
}

/// While a batch is being signed its key stays; and while the key changes no batch begins.
#[tokio::test(flavor = "multi_thread")]
async fn no_key_changes_under_a_batch() {
    let office = Office::open(&Founded { domain: true, ..Founded::default() }).await;
    let (town, house) = (&office.town, &office.town.houses[0]);
    let signing = house.begin_signing("b").unwrap();
    let rotate = json!({"passphrase": town.keys[0]});
    office.ana.post("keys/rotate", &rotate).await.refused(409, "not-now");
    let change = json!({"passphrase": town.keys[0], "new": NEW_PASSPHRASE});
    office.ana.post("keys/passphrase", &change).await.refused(409, "not-now");
    drop(signing);
    office.ana.post("keys/rotate", &rotate).await.is(200);
    assert!(house.begin_signing("b").is_some(), "and it goes on");
}

/// An identifier that is a key has no other, and whoever issues to programs has the key open.
#[tokio::test(flavor = "multi_thread")]
async fn where_the_key_cannot_change_the_desk_says_why() {
    let office = Office::open(&Founded::default()).await;
    let rotate = json!({"passphrase": office.town.keys[0]});
    assert_eq!(office.ana.get("keys").await.is(200).body["ownKey"], true);
    let refused = office.ana.post("keys/rotate", &rotate).await.refused(400, "malformed");
    assert_eq!(refused.body["errors"][0]["code"], "value-own-key");
    assert!(office.acts(What::KeyRotated).is_empty());

    let office = Office::open(&Founded { domain: true, issuing: true, ..Founded::default() }).await;
    assert_eq!(office.ana.get("keys").await.is(200).body["issuesHere"], true);
    office.ana.post("keys/rotate", &rotate).await.refused(409, "issues-here");
    let change = json!({"passphrase": office.town.keys[0], "new": NEW_PASSPHRASE});
    office.ana.post("keys/passphrase", &change).await.refused(409, "issues-here");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_passphrase_from_the_desk() {
    let office = Office::open(&Founded::default()).await;
    let (town, ana) = (&office.town, &office.ana);
    let short = ana.post("keys/passphrase", &json!({"passphrase": town.keys[0], "new": "corta"})).await;
    assert_eq!(short.refused(400, "malformed").body["errors"][0]["pointer"], "/new-passphrase");
    let wrong = json!({"passphrase": "una frase cualquiera", "new": NEW_PASSPHRASE});
    ana.post("keys/passphrase", &wrong).await.refused(401, "passphrase-wrong");
    let change = json!({"passphrase": town.keys[0], "new": NEW_PASSPHRASE});
    office.sol.post("keys/passphrase", &change).await.refused(403, "not-allowed");
    assert!(office.acts(What::PassphraseChanged).is_empty());
    ana.post("keys/passphrase", &change).await.is(204);
    assert_eq!(office.acts(What::PassphraseChanged), [office.id_of("ana")]);
    let known = ana.get("keys").await.is(200).body;
    assert_eq!((&known["file"], &known["passphraseChanged"]["name"]), (&json!("passphrase"), &json!("ana")));
    ana.post("keys/passphrase", &change).await.refused(401, "passphrase-wrong");
    // The pilot's own authority opens with it too: a batch is signed and published.
    office.issue(&[("Ana Paz", 1990)], "k", NEW_PASSPHRASE).await;
    assert!(town.houses[0].is_published());
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_a_leaked_key_signed_is_withdrawn_and_nothing_before() {
    let office = Office::open(&Founded { domain: true, ..Founded::default() }).await;
    let (town, ana, sol) = (&office.town, &office.ana, &office.sol);
    let before = office.issue(&[("Ana Paz", 1990)], "k1", &town.keys[0]).await;
    town.wait(600);
    let since = town.now();
    let meant = office.issue(&[("Bea Ruiz", 1991), ("Ciro Gil", 1992)], "k2", &town.keys[0]).await;
    town.wait(60);
    ana.post("keys/rotate", &json!({"passphrase": town.keys[0]})).await.is(200);
    let after = office.issue(&[("Dora Mena", 1993)], "k3", &town.keys[0]).await;

    let asked = format!("keys/leak?key=key-1&since={since}");
    let reach = ana.get(&asked).await.is(200).body;
    assert_eq!((&reach["inForce"], &reach["withRow"]), (&json!(2), &json!(2)));
    office.clerk.get(&asked).await.refused(403, "not-allowed");
    for wrong in ["keys/leak", "keys/leak?key=key-1&since=ayer", "keys/leak?key=key-9&since=2026-03-01T00:00:00Z"] {
        ana.get(wrong).await.refused(400, "malformed");
    }
    let act = |count: usize, passphrase: &str| {
        json!({
            "key": "key-1", "since": since.to_string(), "reason": "fraud-confirmed", "count": count,
            "passphrase": passphrase,
        })
    };
    sol.post("keys/leak", &act(2, "una frase cualquiera")).await.refused(401, "passphrase-wrong");
    sol.post("keys/leak", &act(3, &town.keys[0])).await.refused(409, "stale");
    assert!(office.acts(What::Revoked).is_empty(), "what was not seen is not done");
    assert_eq!(sol.post("keys/leak", &act(2, &town.keys[0])).await.is(200).body["revoked"], 2);
    assert_eq!(office.acts(What::Revoked), [office.id_of("sol")]);
    for (serial, state) in
        [(&before[0], "issued"), (&meant[0], "revoked"), (&meant[1], "revoked"), (&after[0], "issued")]
    {
        assert_eq!(sol.get(&format!("certificates/{serial}")).await.is(200).body["state"], state, "{serial}");
    }
    assert!(town.houses[0].is_published());
    assert_eq!(ana.get(&asked).await.body["inForce"], 0);
    assert_eq!(sol.post("keys/leak", &act(0, &town.keys[0])).await.is(200).body["revoked"], 0);
}
