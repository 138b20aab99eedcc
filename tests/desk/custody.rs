//! A desk that was restored, moves away, or is of an institution that has closed: over the desk's own calls.

use std::fs;

use serde_json::{Value, json};
use skillpass::base::multibase;
use skillpass::desk::handover::{NotConfirmed, Witness};
use skillpass::desk::institution::ISSUER;
use skillpass::desk::keyring::Secret;
use skillpass::store::acts::{Hand, What};
use skillpass::store::custody::Custody;
use skillpass::store::memory::MemoryStore;
use skillpass::store::staff::Role;
use skillpass::trust::checkpoint::Checkpoint;

use super::{Founded, Town, Visitor, people};
use crate::common::packs::Parts;

const NAME: &str = "Centro casa";

/// An institution with one certificate and three who work there.
struct Office {
    town: Town,
    ana: Visitor,
    clerk: Visitor,
    sol: Visitor,
}

impl Office {
    async fn open() -> Self {
        let founded = Founded { domain: true, ..Founded::default() };
        let town = Town::founded(&["casa", "otro"], &founded, |_| std::sync::Arc::new(MemoryStore::default()));
        let ana = town.at_work(0, "ana", &[Role::Administrator]).await;
        let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
        let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
        clerk.import("achievement=GIN", "k", "", &people(&[("Ana Paz", 1990)])).await.is(200);
        clerk.issue(&sol, "GIN", "b", &town.keys[0]).await;
        Self { town, ana, clerk, sol }
    }

    /// As a copy that was restored: `desk::backup` writes the same line, see `safe_copy`.
    fn restored(&self) {
        self.town.houses[0].store().restored(&Hand::program(self.town.now())).unwrap();
    }

    fn custody(&self) -> Custody {
        self.town.houses[0].store().custody().unwrap()
    }

    fn acts(&self, what: What) -> Vec<String> {
        let acts = self.town.houses[0].store().acts(0, 1_000).unwrap();
        acts.into_iter().filter(|(act, _)| act.what == what).map(|(act, _)| act.by.who).collect()
    }

    /// The files that were handed in last.
    fn handed_in(&self) -> Vec<(String, Vec<u8>)> {
        let folder = self.town.houses[0].institution().publish_folder();
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        files.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap())).collect()
    }

    fn confirmation(&self, files: &[(String, Vec<u8>)]) -> Value {
        let files: Vec<Value> =
            files.iter().map(|(name, bytes)| json!({"name": name, "bytes": multibase::base64url(bytes)})).collect();
        json!({"institution": NAME, "passphrase": self.town.keys[0], "files": files})
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_copy_is_confirmed_at_the_desk() {
    let office = Office::open().await;
    let Office { town, ana, clerk, sol } = &office;
    let archive = sol.get("keys/hand-in").await.is(200).bytes;
    ana.post("custody/confirm", &office.confirmation(&[])).await.refused(409, "not-now");
    office.restored();
    // It is read, and says what it is.
    for visitor in [ana, clerk, sol] {
        assert_eq!(visitor.get("session").await.is(200).body["institution"]["custody"], "unconfirmed");
    }
    let state = sol.get("custody").await.is(200).body;
    assert_eq!((&state["custody"], &state["since"]["who"]), (&json!("unconfirmed"), &json!("program")));
    let refused = clerk.import("achievement=GIN", "k2", "", &people(&[("Bea Ruiz", 1991)])).await;
    refused.refused(409, "unconfirmed");
    clerk.get("custody").await.refused(403, "not-allowed");

    let archive = vec![("skillpass.zip".to_owned(), archive)];
    let good = office.confirmation(&archive);
    sol.post("custody/confirm", &good).await.refused(403, "not-allowed");
    let with = |name: &str, value: &str| {
        let mut other = good.clone();
        other[name] = value.into();
        other
    };
    let wrong = ana.post("custody/confirm", &with("institution", "Centro otro")).await.refused(400, "malformed");
    assert_eq!(wrong.body["errors"][0]["pointer"], "/institution-name");
    let wrong = with("passphrase", "una frase cualquiera");
    ana.post("custody/confirm", &wrong).await.refused(401, "passphrase-wrong");

    // Each defect by its name, and nothing is done.
    let files = office.handed_in();
    let without = |name: &str| -> Vec<_> { files.iter().filter(|(it, _)| it != name).cloned().collect() };
    for (files, name) in [
        (without("checkpoint.json"), "checkpoint.json"),
        (without("1.status.json"), "1.status.json"),
        (without("1-suspension.status.json"), "1-suspension.status.json"),
        (vec![("x.zip".to_owned(), b"PK none".to_vec())], "x.zip"),
        ([without("1.status.json"), vec![("1.status.json".to_owned(), b"{}".to_vec())]].concat(), "1.status.json"),
    ] {
        let refused = ana.post("custody/confirm", &office.confirmation(&files)).await.refused(422, "not-readable");
        assert!(refused.body["title"].as_str().unwrap().contains(name), "{name}: {}", refused.text);
    }
    let house = &town.houses[0];
    let institution = house.institution();
    let keyring = institution.keyring(&Secret::key_file(&town.keys[0]).unwrap()).unwrap();
    let mut log = house.store().log(0).unwrap();
    log.push([7; 32]);
    let later = Checkpoint::of_log(institution.did().clone(), &log, time_of(&files));
    let later = later.sign(keyring.key(ISSUER).unwrap(), institution.method(), town.now()).unwrap();
    let newer = [without("checkpoint.json"), vec![("checkpoint.json".to_owned(), later.bytes().to_vec())]].concat();
    let behind = ana.post("custody/confirm", &office.confirmation(&newer)).await.refused(409, "copy-behind");
    assert!(behind.body["title"].as_str().unwrap().contains('1'), "{}", behind.text);
    let other = town.houses[1].institution().publish_folder().join("checkpoint.json");
    let other = [without("checkpoint.json"), vec![("checkpoint.json".to_owned(), fs::read(other).unwrap())]].concat();
    let refused = ana.post("custody/confirm", &office.confirmation(&other)).await;
    refused.refused(422, "checkpoint-of-another");
    assert_eq!((office.custody(), office.acts(What::Confirmed)), (Custody::Unconfirmed, Vec::new()));

    // The archive that a desk hands in, or the files of the folder; and it works, and is published.
    let done = ana.post("custody/confirm", &good).await.is(200).body;
    assert_eq!((&done["custody"], &done["since"]), (&json!("working"), &Value::Null));
    let me = house.store().member_of_login("ana").unwrap().unwrap().id;
    assert_eq!(office.acts(What::Confirmed), [me]);
    assert!(house.is_published());
    clerk.import("achievement=GIN", "k2", "", &people(&[("Bea Ruiz", 1991)])).await.is(200);
    office.restored();
    let files = office.confirmation(&office.handed_in());
    ana.post("custody/confirm", &files).await.is(200);
    // And on their word.
    office.restored();
    ana.post("custody/confirm", &office.confirmation(&[])).await.is(200);
    let acts = house.store().acts(0, 1_000).unwrap();
    let held_against: Vec<bool> =
        acts.iter().filter(|(act, _)| act.what == What::Confirmed).map(|(act, _)| !act.digest.is_empty()).collect();
    assert_eq!(held_against, [true, true, false]);
    // The function is the command's.
    office.restored();
    let folder = institution.publish_folder().join("checkpoint.json");
    let by = Hand::program(town.now());
    assert!(matches!(house.confirm(Witness::Checkpoint(&folder), &by), Ok(())));
    let again = house.confirm(Witness::Checkpoint(&folder), &by);
    assert!(matches!(again, Err(NotConfirmed::Desk(_))), "{again:?}");
}

/// When the handed in checkpoint was signed.
fn time_of(files: &[(String, Vec<u8>)]) -> skillpass::base::timestamp::Timestamp {
    let (_, bytes) = files.iter().find(|(name, _)| name == "checkpoint.json").unwrap();
    let checkpoint: Value = serde_json::from_slice(bytes).unwrap();
    super::time(checkpoint["date"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_is_retired_for_good() {
    let office = Office::open().await;
    let Office { town, ana, clerk, sol } = &office;
    let retire = |name: &str, passphrase: &str| json!({"institution": name, "passphrase": passphrase});
    let right = retire(NAME, &town.keys[0]);
    for (visitor, body, status, code) in [
        (sol, &right, 403, "not-allowed"),
        (clerk, &right, 403, "not-allowed"),
        (ana, &retire("", &town.keys[0]), 400, "malformed"),
        (ana, &retire("Formar", &town.keys[0]), 400, "malformed"),
        (ana, &retire(NAME, "una frase cualquiera"), 401, "passphrase-wrong"),
    ] {
        visitor.post("custody/retire", body).await.refused(status, code);
    }
    let signing = town.houses[0].begin_signing("b").unwrap();
    ana.post("custody/retire", &right).await.refused(409, "not-now");
    drop(signing);
    assert_eq!((office.custody(), office.acts(What::Retired)), (Custody::Working, Vec::new()));

    // What is not published yet is published first: the copy is held against it elsewhere.
    town.houses[0].to_publish();
    town.wait(60);
    let done = ana.post("custody/retire", &right).await.is(200).body;
    assert!(town.houses[0].is_published());
    assert_eq!((&done["custody"], &done["since"]["name"]), (&json!("retired"), &json!("ana")));
    assert_eq!(done["since"]["at"], town.now().to_string());
    assert_eq!(office.acts(What::Retired).len(), 1);
    assert_eq!(ana.post("custody/retire", &right).await.is(200).body["custody"], "retired");
    assert_eq!(office.acts(What::Retired).len(), 1, "again, it is no news");
    clerk.import("achievement=GIN", "k2", "", &people(&[("Bea Ruiz", 1991)])).await.refused(409, "retired");
    ana.post("custody/confirm", &office.confirmation(&[])).await.refused(409, "retired");
    // It is read, handed in, and copied: its work moves with that copy.
    assert!(clerk.get("awards").await.is(200).text.contains("Ana Paz"));
    sol.get("keys/hand-in").await.is(200);
    ana.post("backup", &json!({"passphrase": town.keys[0]})).await.is(202);
    assert_eq!(super::safe_copy::settled(ana).await["copy"]["state"], "done");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_successor_that_an_authority_named_signs_the_lists() {
    let office = Office::open().await;
    let Office { town, ana, sol, .. } = &office;
    let sign = json!({"passphrase": town.keys[1]});
    let state = sol.get("custody").await.is(200).body;
    assert_eq!((&state["successors"], &state["closed"]), (&json!([]), &json!([])));
    sol.post("custody/successor", &sign).await.refused(409, "no-successor");

    let mut parts = Parts::of_tests();
    let cards = town.houses.iter().map(|house| house.institution().card().clone());
    for (number, card) in cards.enumerate() {
        let keys = json!([
            {"id": card.method, "publicKeyMultibase": card.public_key_multibase, "from": "2026-01-01T00:00:00Z"}
        ]);
        let mut body = json!({"id": card.did, "name": card.name, "country": "CO", "keys": keys, "scope": []});
        if number == 0 {
            body["successor"] = town.houses[1].institution().did().as_str().into();
        }
        parts.accreditation["issuers"].as_array_mut().unwrap().push(body);
    }
    town.trusting(crate::common::packs::read(&parts.to_bytes()).unwrap());
    let state = sol.get("custody").await.is(200).body;
    let heir = &state["successors"][0];
    assert_eq!((&heir["name"], &heir["here"]), (&json!("Centro otro"), &json!(true)));
    assert_eq!(heir["id"], town.houses[1].institution().did().as_str());
    let other = town.at_work(1, "sol", &[Role::Signatory]).await;
    let closed = other.get("custody").await.is(200).body["closed"][0].clone();
    assert_eq!((&closed["name"], &closed["here"]), (&json!(NAME), &json!(true)));

    // The successor's keys, and no others.
    ana.post("custody/successor", &sign).await.refused(403, "not-allowed");
    for wrong in [&town.keys[0], "una frase cualquiera"] {
        sol.post("custody/successor", &json!({"passphrase": wrong})).await.refused(401, "passphrase-wrong");
    }
    assert!(office.acts(What::SuccessorSigned).is_empty());
    let before = town.houses[1].store().acts_size().unwrap();
    town.wait(60);
    let done = sol.post("custody/successor", &sign).await.is(200).body;
    assert_eq!(done["successorSigned"]["name"], "sol");
    let me = town.houses[0].store().member_of_login("sol").unwrap().unwrap().id;
    assert_eq!(office.acts(What::SuccessorSigned), [me]);
    let (_, checkpoint) = office.handed_in().into_iter().find(|(name, _)| name == "checkpoint.json").unwrap();
    let checkpoint: Value = serde_json::from_slice(&checkpoint).unwrap();
    let proof = if checkpoint["proof"].is_array() { &checkpoint["proof"][0] } else { &checkpoint["proof"] };
    assert_eq!(proof["verificationMethod"], town.houses[1].institution().method().as_str());
    assert_eq!(town.houses[1].store().acts_size().unwrap(), before, "nothing of the successor's own was changed");
}
