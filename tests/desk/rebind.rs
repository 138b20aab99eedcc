//! A certificate is bound to a new key by two people, over the desk's own calls: proposed after it was verified, released by another.

use std::sync::Arc;

use axum::body::Body;
use serde_json::{Value, json};
use skillpass::desk::institution::DeskError;
use skillpass::desk::keyring::Secret;
use skillpass::desk::rebind::Rebinds;
use skillpass::store::StoreError;
use skillpass::store::acts::{Hand, What};
use skillpass::store::release::{Decision, Warrant};
use skillpass::store::staff::Role;

use super::Town;
use crate::common::documents::{FORMAR, KEY_1, LIST, changed, did_key, module, signed};
use crate::common::packs::{Parts, list, signed_list};

/// From the desk's morning to the usual time of the vectors.
const DAYS_TO_MAY: i64 = 24;

/// A list that knows the tests' first institution, and this one with the scope.
pub fn town(rebind: bool) -> Town {
    let town = Town::of(&["formar"]);
    // The desk's morning is in April, the list's in May.
    town.wait(DAYS_TO_MAY * 86_400);
    trusted(&town, rebind, &[13]);
    town
}

/// Puts such a list in the place of what the server has.
fn trusted(town: &Town, rebind: bool, withdrawn: &[u32]) {
    let mut parts = Parts::of_tests().with_counter(town.houses[0].institution().card(), rebind);
    parts.lists[0] = signed_list(list(LIST, FORMAR, "revocation", withdrawn), "formar-1", KEY_1);
    town.trusting(crate::common::packs::read(&parts.to_bytes()).unwrap());
}

fn key_of(town: &Town) -> Secret {
    Secret::key_file(&town.keys[0]).unwrap()
}

fn wanted() -> Value {
    json!({"certificate": signed(&module()).to_string(), "holder": did_key("next phone")})
}

/// What the second person sends: the certificate too.
fn release(town: &Town, batch: &Value) -> Value {
    json!({"digest": batch["digest"], "passphrase": town.keys[0], "certificate": wanted()["certificate"]})
}

#[tokio::test(flavor = "multi_thread")]
async fn proposed_by_one_and_released_by_another() {
    let town = town(true);
    let store = Arc::clone(town.houses[0].store());
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    let key = |name: &'static str| [("idempotency-key", name)];
    let batch = clerk.send("POST", "rebindings", &key("r"), &wanted()).await.is(201).body;
    assert_eq!((&batch["state"], &batch["rebinding"]["old"]), (&"proposed".into(), &Value::Null), "{batch}");
    assert_eq!(clerk.send("POST", "rebindings", &key("r"), &wanted()).await.is(201).body, batch);
    let other = json!({"certificate": wanted()["certificate"], "holder": did_key("thief")});
    clerk.send("POST", "rebindings", &key("r"), &other).await.refused(409, "key-reused");
    let id = batch["id"].as_str().unwrap();
    let file = format!("batches/{id}/delegation");
    clerk.get(&file).await.refused(404, "not-found");

    let release = release(&town, &batch);
    let path = format!("batches/{id}/release");
    clerk.post(&path, &release).await.refused(403, "not-allowed");
    // The document of the interface knows whatever is sent.
    let document: Value = serde_json::from_str(include_str!("../../schemas/openapi.json")).unwrap();
    let schema = "/operations/deskReleaseBatch/requestBody/content/application~1json/schema/properties";
    let properties = document.pointer(schema).unwrap();
    assert!(release.as_object().unwrap().keys().all(|member| properties.get(member).is_some()), "{properties}");
    // Who has not seen the certificate releases nothing, whichever program asks.
    let unseen = json!({"digest": batch["digest"], "passphrase": town.keys[0]});
    sol.post(&path, &unseen).await.refused(400, "malformed");
    let mut another = release.clone();
    let named = changed(&module(), "/id", "urn:uuid:3f0e8a52-6c1b-4d7e-9a40-5be2c9d81f04".into());
    another["certificate"] = signed(&named).to_string().into();
    sol.post(&path, &another).await.refused(422, "other");
    assert_eq!(sol.get(&format!("batches/{id}")).await.is(200).body["state"], "proposed");
    sol.post(&path, &release).await.is(202);
    let done = sol.settled(id).await;
    assert_eq!((&done["state"], &done["signed"], &done["published"]), (&"done".into(), &1.into(), &true.into()));
    let said = clerk.ask("GET", &file, &[], Body::empty()).await.is(200);
    let document: Value = serde_json::from_str(&said.text).unwrap();
    assert_eq!(document["credentialSubject"]["id"], did_key("next phone").as_str());
    assert!(!said.text.contains("Mar\u{ed}a") && !said.text.contains("1987"), "{}", said.text);
    let acts = store.acts(0, usize::MAX).unwrap();
    assert_eq!(acts.iter().filter(|(act, _)| act.what == What::Rebound).count(), 1);
    // A second time there is nothing to sign.
    sol.post(&path, &release).await.refused(409, "not-now");
    clerk.send("POST", "rebindings", &key("again"), &wanted()).await.refused(422, "same");
    // It is no certificate: it has no paper.
    let serial = store.records().unwrap()[0].serial.clone();
    sol.get(&format!("certificates/{serial}/paper")).await.refused(404, "not-found");
    // And it is withdrawn like one.
    let revoke = json!({"serials": [serial], "reason": "error", "passphrase": town.keys[0]});
    sol.post("certificates/revoke", &revoke).await.is(200);
    clerk.get(&file).await.refused(404, "not-found");
}

/// Two clerks propose for one certificate, one phone each; the second is not signed over the first.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_force_is_not_replaced_by_what_was_proposed_before_it() {
    let town = town(true);
    let store = Arc::clone(town.houses[0].store());
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    let batch = async |name: &str, phone: &str| {
        let body = json!({"certificate": wanted()["certificate"], "holder": did_key(phone)});
        clerk.send("POST", "rebindings", &[("idempotency-key", name)], &body).await.is(201).body
    };
    let (first, second) = (batch("a", "next phone").await, batch("b", "other phone").await);
    let same = batch("c", "next phone").await;
    let release = |batch: &Value| {
        let body = self::release(&town, batch);
        (format!("batches/{}/release", batch["id"].as_str().unwrap()), body)
    };
    let (path, body) = release(&first);
    sol.post(&path, &body).await.is(202);
    assert_eq!(sol.settled(first["id"].as_str().unwrap()).await["state"], "done");
    for (stale, code) in [(&second, "changed-since"), (&same, "changed-since")] {
        let (path, body) = release(stale);
        sol.post(&path, &body).await.refused(422, code);
        let batch = sol.get(&format!("batches/{}", stale["id"].as_str().unwrap())).await.is(200).body;
        assert_eq!(batch["state"], "proposed", "it is not released either");
    }
    // Whoever was told that it is signed has a file that counts.
    let records = store.records().unwrap();
    assert_eq!((records.len(), &records[0].state), (1, &skillpass::store::State::Issued));
    clerk.get(&format!("batches/{}/delegation", first["id"].as_str().unwrap())).await.is(200);
    // Not in one step either, nor past the look at the release.
    let house = &town.houses[0];
    let (institution, keyring) = (house.institution(), house.institution().keyring(&key_of(&town)).unwrap());
    let rebinds = Rebinds {
        institution: &institution,
        keyring: &keyring,
        store: &*store,
        random: house.random(),
        now: town.now(),
    };
    let by = Hand::program(town.now());
    let stored = store.batch(second["id"].as_str().unwrap()).unwrap().unwrap().rebinding.unwrap();
    let taken = rebinds.sign(&stored, &Warrant::Pilot, &by);
    assert!(matches!(taken, Err(DeskError::Store(StoreError::Taken))), "{taken:?}");
    // Once it is withdrawn another takes its place.
    let revoke = json!({"serials": [records[0].serial], "reason": "error", "passphrase": town.keys[0]});
    sol.post("certificates/revoke", &revoke).await.is(200);
    let (path, body) = release(&second);
    sol.post(&path, &body).await.is(202);
    assert_eq!(sol.settled(second["id"].as_str().unwrap()).await["state"], "done");
    clerk.get(&format!("batches/{}/delegation", second["id"].as_str().unwrap())).await.is(200);
}

/// A right that ended since is no right: by the list of that moment, not of the proposal's.
#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_ended_since_signs_nothing() {
    let town = town(true);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    let batch = clerk.send("POST", "rebindings", &[("idempotency-key", "r")], &wanted()).await.is(201).body;
    trusted(&town, false, &[]);
    let release = release(&town, &batch);
    let path = format!("batches/{}/release", batch["id"].as_str().unwrap());
    sol.post(&path, &release).await.refused(422, "not-entitled");
    // Nor is what was withdrawn meanwhile signed for.
    trusted(&town, true, &[94_567]);
    sol.post(&path, &release).await.refused(422, "rejected");
    trusted(&town, true, &[94_566]);
    sol.post(&path, &release).await.is(202);
}

/// What was released and not signed is asked once more before it is: there may be days between the two.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_released_and_not_signed_is_looked_at_again() {
    let town = town(true);
    let store = Arc::clone(town.houses[0].store());
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let signatory = town.employ(0, "sol", &[Role::Signatory]).id;
    let sol = town.signed_in(0, "sol").await;
    let batch = clerk.send("POST", "rebindings", &[("idempotency-key", "r")], &wanted()).await.is(201).body;
    let id = batch["id"].as_str().unwrap();
    // The server stopped between the decision and the signature.
    let seen = Decision::Release(batch["digest"].as_str().unwrap().to_owned());
    store.decide(id, &seen, &Hand::of(&signatory, town.now())).unwrap();
    let path = format!("batches/{id}/resume");
    sol.post(&path, &json!({"passphrase": town.keys[0]})).await.refused(400, "malformed");
    let again = json!({"passphrase": town.keys[0], "certificate": wanted()["certificate"]});
    trusted(&town, true, &[94_567]);
    sol.post(&path, &again).await.refused(422, "rejected");
    trusted(&town, false, &[13]);
    sol.post(&path, &again).await.refused(422, "not-entitled");
    assert_eq!(store.records().unwrap().len(), 0);
    trusted(&town, true, &[13]);
    sol.post(&path, &again).await.is(202);
    assert_eq!(sol.settled(id).await["state"], "done");
}

/// A delegation names keys and no person: it is in force, and found, for as long as its certificate may be carried.
#[tokio::test(flavor = "multi_thread")]
async fn a_delegation_outlives_what_is_kept_of_people() {
    let town = town(true);
    let store = Arc::clone(town.houses[0].store());
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    town.employ(0, "ana", &[Role::Administrator]);
    let batch = clerk.send("POST", "rebindings", &[("idempotency-key", "r")], &wanted()).await.is(201).body;
    let release = release(&town, &batch);
    let id = batch["id"].as_str().unwrap();
    sol.post(&format!("batches/{id}/release"), &release).await.is(202);
    assert_eq!(sol.settled(id).await["state"], "done");
    town.wait(92 * 86_400);
    let ana = town.signed_in(0, "ana").await;
    assert_eq!(ana.get("retention?months=1").await.is(200).body["due"], json!({"rows": 0, "certificates": 0}));
    ana.put("retention", &json!({"months": 1, "count": 0})).await.is(200);
    let record = store.records().unwrap().remove(0);
    let by = Hand::program(town.now());
    assert_eq!(store.forget_certificates(&[&record.serial], town.now().date(), &by), Ok(0));
    assert!(!store.records().unwrap()[0].document.is_empty());
    let clerk = town.signed_in(0, "carla").await;
    clerk.get(&format!("batches/{id}/delegation")).await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_proposed_it_does_not_release_it_and_nothing_bad_is_proposed() {
    let one = town(true);
    let both = one.at_work(0, "ciro", &[Role::Clerk, Role::Signatory]).await;
    let key = |name: &'static str| [("idempotency-key", name)];
    let batch = both.send("POST", "rebindings", &key("r"), &wanted()).await.is(201).body;
    let path = format!("batches/{}/release", batch["id"].as_str().unwrap());
    both.post(&path, &release(&one, &batch)).await.refused(403, "same-person");
    let mut altered = wanted();
    altered["certificate"] = altered["certificate"].as_str().unwrap().replace("1987", "1988").into();
    both.send("POST", "rebindings", &key("a"), &altered).await.refused(422, "rejected");
    let mut nobody = wanted();
    nobody["holder"] = "did:web:x.example".into();
    both.send("POST", "rebindings", &key("b"), &nobody).await.refused(400, "malformed");
    let mut nothing = wanted();
    nothing["certificate"] = "{}".into();
    both.send("POST", "rebindings", &key("c"), &nothing).await.refused(422, "no-proof");
    // Of two nobody knows which.
    let mut two = wanted();
    two["certificate"] = format!(
        "[{0},{1}]",
        signed(&module()),
        signed(&changed(&module(), "/id", "urn:uuid:3f0e8a52-6c1b-4d7e-9a40-5be2c9d81f04".into()))
    )
    .into();
    both.send("POST", "rebindings", &key("d"), &two).await.refused(400, "malformed");
    // By a list that does not say that it may.
    let other = town(false);
    let clerk = other.at_work(0, "carla", &[Role::Clerk]).await;
    clerk.send("POST", "rebindings", &key("r"), &wanted()).await.refused(422, "not-entitled");
    let ada = other.at_work(0, "ada", &[Role::Auditor]).await;
    ada.send("POST", "rebindings", &key("r"), &wanted()).await.refused(403, "not-allowed");
}
